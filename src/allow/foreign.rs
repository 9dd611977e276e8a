//! The marks of other tools, each read as its own tool reads it: what a team has marked once holds here too. Apart from our
//! own because most of them need no comment, name no rule and take the whole line.

use super::comment::Comment;
use super::region::Region;
use super::words::{Does, Tool, Words, rules_and_reason, text};
use super::{Candidate, Mark, Scope};

/// Completes the mark of another tool whose words stand in `line`, which begins at `start`; `None` when it is none.
pub(super) fn mark(mut mark: Mark, words: &Words, line: &[u8], start: usize) -> Option<Mark> {
    let at = mark.span.start - start;
    match words.tool {
        // Anywhere on the line.
        Tool::Leaklint | Tool::Gitleaks | Tool::Trufflehog => {
            mark.reason = reason(&line[mark.span.end - start..])
        }
        Tool::Kingfisher => {
            mark.reason = reason(&line[mark.span.end - start..]);
            mark.scope = Scope::Around;
        }
        Tool::DetectSecrets => {
            let pragma = Pragma::at(line, at)?;
            mark.words = if pragma.next_line {
                "pragma: allowlist nextline secret"
            } else {
                "pragma: allowlist secret"
            };
            mark.covers += usize::from(pragma.next_line);
            mark.span.end = start + pragma.end;
            mark.reason = reason(&line[pragma.end..]);
        }
        Tool::Secretlint => {
            let comment = Comment::around(line, at).filter(|comment| comment.closes.is_none())?;
            let (rules, why) = rules_and_reason(&comment.content[words.text.len()..], is_id)?;
            mark.rules = rules.iter().map(|rule| short(rule)).collect();
            mark.reason = why;
            mark.scope = match words.does {
                Does::Allow => Scope::Line,
                Does::NextLine => {
                    mark.covers += 1;
                    Scope::Line
                }
                Does::Off => Scope::Region(Region::default()),
                Does::On => Scope::End,
            };
        }
        Tool::Ggshield => {
            let letter = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
            let behind = &line[mark.span.end - start..];
            let inside = line[..at].last().is_some_and(letter) || behind.first().is_some_and(letter);
            let comment = Comment::around(line, at).filter(|comment| !inside && comment.closes.is_none())?;
            mark.reason = reason(&comment.content[words.text.len()..]);
        }
    }
    Some(mark)
}

/// Whether secretlint's rule of this short name is what found the candidate: one of the same service (`aws`), or of the same
/// name but for hyphens (`privatekey`).
pub(super) fn means(rule: &str, candidate: &Candidate<'_>) -> bool {
    let letters = |text: &str| text.bytes().filter(u8::is_ascii_alphanumeric).collect::<Vec<_>>();
    let rule = letters(rule);
    rule.eq_ignore_ascii_case(&letters(candidate.service))
        || rule.eq_ignore_ascii_case(&letters(candidate.rule_id))
}

/// `@secretlint/secretlint-rule-aws` is `aws`.
fn short(id: &str) -> String {
    let name = id.rsplit('/').next().unwrap_or(id);
    name.strip_prefix("secretlint-rule-").unwrap_or(name).to_owned()
}

fn is_id(word: &[u8]) -> bool {
    word.first().is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'@')
        && word.iter().all(|byte| byte.is_ascii_alphanumeric() || b"@/-_.:".contains(byte))
}

/// What follows ` -- ` behind other words, up to the end of a comment.
fn reason(rest: &[u8]) -> Option<String> {
    let rest = rest.trim_ascii().strip_prefix(b"--")?;
    if !rest.first()?.is_ascii_whitespace() {
        return None;
    }
    let ends = [&b"*/"[..], b"-->"].into_iter().filter_map(|close| memchr::memmem::find(rest, close));
    text(&rest[..ends.min().unwrap_or(rest.len())])
}

/// detect-secrets' `pragma: allowlist secret`, in a comment of one of its styles.
struct Pragma {
    next_line: bool,
    /// Offset on its line of what may follow freely.
    end: usize,
}

impl Pragma {
    /// The one whose word `pragma:` stands at `at`.
    fn at(line: &[u8], at: usize) -> Option<Self> {
        let rest = &line[at + b"pragma:".len()..];
        let rest = rest.strip_prefix(b" ").unwrap_or(rest);
        let (list, rest) = match rest.strip_prefix(b"allowlist") {
            Some(rest) => (true, rest),
            None => (false, rest.strip_prefix(b"whitelist")?),
        };
        let next = list.then(|| separated(rest, b"nextline")).flatten();
        let rest = separated(next.unwrap_or(rest), b"secret")?;
        let before = line[..at].trim_ascii_end();
        let (style, closes) = STYLES.into_iter().find(|(open, _)| opens(before, open))?;
        let alone = before.len() >= style.len()
            && before[..opening(before, style)].iter().all(|byte| matches!(byte, b' ' | b'\t'));
        let closed = rest.trim_ascii_end().ends_with(closes);
        let fits = closed && (next.is_none() || alone);
        fits.then(|| Self { next_line: next.is_some(), end: line.len() - rest.len() })
    }
}

/// How comments open and close.
const STYLES: [(&[u8], &[u8]); 6] =
    [(b"<!--", b"-->"), (b"/*", b"*/"), (b"#", b""), (b"//", b""), (b"'", b""), (b"--", b"")];

/// Whether `before`, without blanks at its end, ends in a comment's opening; `<!--` may have hashes behind it.
fn opens(before: &[u8], open: &[u8]) -> bool {
    before.get(opening(before, open)..).is_some_and(|found| !found.is_empty() && found.starts_with(open))
}

fn opening(before: &[u8], open: &[u8]) -> usize {
    let filler = match open {
        b"<!--" => before.iter().rev().take_while(|byte| b"# \t".contains(byte)).count(),
        _ => 0,
    };
    (before.len() - filler).saturating_sub(open.len())
}

/// What follows `word` in `rest` behind one blank or hyphen.
fn separated<'l>(rest: &'l [u8], word: &[u8]) -> Option<&'l [u8]> {
    let (first, rest) = rest.split_first()?;
    rest.strip_prefix(word).filter(|_| matches!(first, b' ' | b'-'))
}
