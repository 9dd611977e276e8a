//! A list of literals that is joined with nothing between them: `concat!("a", "b")`, `["a", "b"].join("")`,
//! `"".join(["a", "b"])`.

use super::literal::Literal;

/// Most literals of a list.
const MOST: usize = 64;

/// Most white space in bytes between two of them.
const GAP: usize = 256;

/// Literals that are one.
pub(super) struct List {
    /// Where it begins, with what joins it.
    pub(super) start: usize,
    /// The literals in order, at least two.
    pub(super) literals: Vec<Literal>,
    /// One past its end.
    pub(super) end: usize,
}

/// True when the quote at `at` belongs to what joins a list.
pub(super) fn is_near(text: &[u8], at: usize) -> bool {
    let Some([quote, next, ..]) = text.get(at..) else { return false };
    let before = &text[..at];
    let empty = next == quote && (before.ends_with(b"].join(") || text[at + 2..].starts_with(b".join("));
    empty || before.ends_with(b"concat!(")
}

impl List {
    /// The list whose first literal stands from `open` to `close`; nothing of it stands before `floor`.
    pub(super) fn of(text: &[u8], floor: usize, open: usize, close: usize) -> Option<Self> {
        let before = text[floor..open].trim_ascii_end();
        let bracket = *before.last().filter(|byte| matches!(byte, b'[' | b'('))?;
        let at = floor + before.len() - 1;
        let outside = &before[..before.len() - 1];
        let (start, needs_call) = if let Some(rest) = outside.strip_suffix(b".join(") {
            let bare = rest.strip_suffix(b"''").or_else(|| rest.strip_suffix(b"\"\""))?;
            (floor + bare.len(), false)
        } else if bracket == b'(' {
            (floor + outside.strip_suffix(b"concat!")?.len(), false)
        } else {
            (at, true)
        };
        let macro_call = bracket == b'(' && !outside.ends_with(b".join(");
        let (literals, end) = items(text, open, close, if bracket == b'[' { b']' } else { b')' })?;
        let rest = &text[end..];
        let tail = match (needs_call, macro_call) {
            (true, _) => {
                [&b".join(\"\")"[..], b".join('')"].iter().find(|call| rest.starts_with(call))?.len()
            }
            (false, true) => 0,
            (false, false) => usize::from(rest.starts_with(b")")),
        };
        Some(Self { start, literals, end: end + tail })
    }
}

/// The literals from the first on up to `closing`, and one past that.
fn items(text: &[u8], open: usize, close: usize, closing: u8) -> Option<(Vec<Literal>, usize)> {
    let mut literals = vec![Literal { open, close, carried: Vec::new() }];
    let mut at = close + 1;
    while literals.len() < MOST {
        at = skip(text, at);
        if text.get(at) == Some(&b',') {
            at = skip(text, at + 1);
            if text.get(at) != Some(&closing) {
                let literal = Literal::at(text, at).filter(|_| matches!(text[at], b'"' | b'\''))?;
                at = literal.close + 1;
                literals.push(literal);
                continue;
            }
        }
        return (text.get(at) == Some(&closing) && literals.len() > 1).then_some((literals, at + 1));
    }
    None
}

fn skip(text: &[u8], at: usize) -> usize {
    at + text[at..].iter().take(GAP).take_while(|byte| byte.is_ascii_whitespace()).count()
}
