//! What is wrong with a rule file, before anybody decides how to show it.

use std::ops::Range;

/// One thing that is wrong, and where. Its texts name keys and ids, never scalar values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flaw {
    /// Byte offsets in the file's text.
    pub span: Range<usize>,
    /// What is wrong, one sentence without its full stop.
    pub message: String,
    /// A few words for the place itself.
    pub label: String,
    /// What to do.
    pub help: Option<String>,
}

impl Flaw {
    /// A flaw at `span`.
    pub fn new(span: &Range<usize>, message: impl Into<String>, label: impl Into<String>) -> Self {
        Self { span: span.clone(), message: message.into(), label: label.into(), help: None }
    }

    /// The same with advice.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// Whether an unknown key may be named in an error: one with digits in it, or a long one, may be a value in the wrong
/// place.
pub(crate) fn is_word(key: &str) -> bool {
    key.len() <= 24 && key.bytes().all(|b| b.is_ascii_alphabetic() || b == b'_' || b == b'-')
}

/// The candidate that `word` is most likely a slip of: the fewest edits, at most a third of its letters.
pub fn nearest<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let close = |candidate: &&'c str| distance(word, candidate) <= 1 + candidate.len() / 4;
    candidates.into_iter().filter(close).min_by_key(|candidate| distance(word, candidate))
}

/// Levenshtein distance in bytes, of the first 64 bytes of each.
fn distance(a: &str, b: &str) -> usize {
    let (a, b) = (&a.as_bytes()[..a.len().min(64)], &b.as_bytes()[..b.len().min(64)]);
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = i;
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}
