//! What may be written or shown of another tool's file: names, descriptions and patterns, but nothing that looks like a value.
//!
//! People put values into every field of these files, and a configuration is read by everybody.

use crate::catalogue::Catalogue;
use crate::finding::identity::Strength;
use crate::report::redact;
use crate::secret::Secret;

/// Longest text that is shown of another tool's file, in characters.
const LONGEST: usize = 120;
/// Characters of a run of letters and digits from which on it is taken for a value.
const LONGEST_RUN: usize = 8;

/// Judges texts.
pub(super) struct Clean<'c> {
    catalogue: &'c Catalogue,
}

impl<'c> Clean<'c> {
    pub(super) const fn new(catalogue: &'c Catalogue) -> Self {
        Self { catalogue }
    }

    /// Whether nothing in `text` looks like a value: no token of any rule, no long run that mixes letters and digits, and
    /// nothing generated.
    pub(super) fn is(&self, text: &str) -> bool {
        let letter = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '+' | '=');
        let mixed = |run: &str| {
            let has = |test: fn(&u8) -> bool| run.bytes().any(|byte| test(&byte));
            run.len() >= LONGEST_RUN && has(u8::is_ascii_alphabetic) && has(u8::is_ascii_digit)
        };
        let words = || text.split(|c: char| c.is_whitespace() || matches!(c, '\'' | '"' | ',' | ':'));
        !text.split(|c| !letter(c)).any(mixed)
            && !words().any(|word| Strength::of(&Secret::new(word.as_bytes())) == Strength::Strong)
            && redact::tokens(text.as_bytes(), self.catalogue) == text.as_bytes()
    }

    /// The text on one line when it may be shown.
    pub(super) fn shown(&self, text: &str) -> Option<String> {
        let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let short: String = line.chars().take(LONGEST).collect();
        Some(short).filter(|text| !text.is_empty() && self.is(&line))
    }

    /// A path as it may be written: paths are known to everybody who has the repository, but for tokens in them.
    pub(super) fn path(&self, path: &str) -> bool {
        redact::tokens(path.as_bytes(), self.catalogue) == path.as_bytes()
    }

    /// An id in backquotes, or the word for one that is not shown.
    pub(super) fn id(&self, id: &str) -> String {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./@".contains(&byte);
        match id.len() <= 64 && !id.is_empty() && id.bytes().all(plain) && self.is(id) {
            true => format!("`{id}`"),
            false => "of a name that is not shown".to_owned(),
        }
    }
}
