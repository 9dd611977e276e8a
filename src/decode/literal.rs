//! A string literal on one line, from quote to quote.

/// Longest literal in bytes.
const LONGEST: usize = 16 * 1024;

/// Most line ends in a literal that backslashes carry it over.
const MOST_LINES: usize = 64;

/// A literal that is closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Literal {
    /// Offset of the opening quote.
    pub(super) open: usize,
    /// Offset of the closing quote.
    pub(super) close: usize,
    /// Offsets of backslashes that carry it over a line's end.
    pub(super) carried: Vec<usize>,
}

impl Literal {
    /// The literal whose quote stands at `open`; `None` where that is an apostrophe, one of three quotes, or nothing
    /// closes it on its line.
    pub(super) fn at(text: &[u8], open: usize) -> Option<Self> {
        let quote = *text.get(open)?;
        if Self::not_at(text, open) > 1 || quote == b'\'' && is_apostrophe(text, open) {
            return None;
        }
        let mut carried = Vec::new();
        let limit = text.len().min(open + LONGEST);
        let mut at = open + 1;
        loop {
            let found = at + memchr::memchr3(quote, b'\\', b'\n', text.get(at..limit)?)?;
            match text[found] {
                b'\n' => return None,
                b'\\' => {
                    let end = text.get(found + 1..).map_or(0, line_end);
                    if end > 0 {
                        if carried.len() == MOST_LINES {
                            return None;
                        }
                        carried.push(found);
                    }
                    at = found + 1 + end.max(1);
                }
                _ => return Some(Self { open, close: found, carried }),
            }
        }
    }

    /// How many bytes to go on by where no literal begins: three quotes are one mark.
    pub(super) fn not_at(text: &[u8], open: usize) -> usize {
        match &text[open..] {
            [a, b, c, ..] if a == b && b == c => 3,
            _ => 1,
        }
    }
}

/// Length of the line end that `text` begins with.
fn line_end(text: &[u8]) -> usize {
    match text {
        [b'\n', ..] => 1,
        [b'\r', b'\n', ..] => 2,
        _ => 0,
    }
}

/// `don't`: two letters before it, where a literal has at most a mark of its kind or an operator.
fn is_apostrophe(text: &[u8], at: usize) -> bool {
    let before = &text[at.saturating_sub(2)..at];
    before.len() == 2
        && before.iter().all(u8::is_ascii_alphanumeric)
        && text.get(at + 1).is_some_and(u8::is_ascii_alphanumeric)
        && !before.iter().all(|b| b"rRbBfFuU".contains(b))
}
