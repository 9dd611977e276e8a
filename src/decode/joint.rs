//! What stands between two string literals that code joins into one: an operator, a line end, nothing at all. Apart from
//! the reader of whole joins because this is the part that languages differ in.

/// Longest gap in bytes, from the closing quote to the next opening one.
const LONGEST: usize = 256;

/// Most line ends in a gap: an operator may stand on a line of its own.
const MOST_LINES: usize = 2;

/// Longest comment in bytes between two literals.
const LONGEST_COMMENT: usize = 160;

/// How one literal follows another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// An operator that only joins: `+`, `..`, `&`, `~`, `<>`, `++`, `"a" . "b"`, `'a'.'b'`.
    Operator,
    /// A point that may be something else: in `"a"."b"` the name of a table (SQL), in `'a'. 'b'` the end of a sentence, in
    /// the beginning of a line an import (Go).
    Dot,
    /// Nothing between the quotes: `"a""b"`.
    Beside,
    /// The next literal stands on the following line, further in than the line's start.
    Below,
}

/// The gap behind a closing quote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Joint {
    pub(super) kind: Kind,
    /// Offset of the quote that opens the next literal; letters before it (`f"`) belong to the gap.
    pub(super) open: usize,
}

impl Joint {
    /// The joint behind the literal whose closing quote stands at `close`, when another literal is joined to it. Looks at
    /// no other quote, so that all gaps of a text are looked at once, comments aside.
    pub(super) fn behind(text: &[u8], close: usize) -> Option<Self> {
        let limit = text.len().min(close + LONGEST);
        let mut operator = None;
        let mut lines = 0;
        let mut at = close + 1;
        while at < limit {
            let byte = text[at];
            match byte {
                b' ' | b'\t' | b'\r' => at += 1,
                b'\n' if lines < MOST_LINES => {
                    lines += 1;
                    at += 1;
                }
                // A line that goes on (C, Python, Visual Basic).
                b'\\' | b'_' if ends_line(text, at + 1) => at += 1,
                b'#' if at > close + 1 => at = end_of_comment(text, at)?,
                b'/' if text.get(at + 1) == Some(&b'/') => at = end_of_comment(text, at)?,
                b'"' | b'\'' => return Self::new(text, (close, at), operator, lines),
                _ if byte.is_ascii_alphabetic() => {
                    let open = prefixed(text, at)?;
                    return Self::new(text, (close, open), operator, lines).filter(|_| open < limit);
                }
                _ if operator.is_none() => {
                    let (kind, length) = operator_at(text, at)?;
                    operator = Some(kind);
                    at += length;
                }
                _ => return None,
            }
        }
        None
    }

    fn new(text: &[u8], (close, open): (usize, usize), operator: Option<Kind>, lines: usize) -> Option<Self> {
        let quote = text[open];
        let kind = match operator {
            Some(Kind::Dot) if text[close..=open] == *b"'.'" || text[close + 1..open].starts_with(b" . ") => {
                Kind::Operator
            }
            Some(kind) => kind,
            // `""` at the end of `"""` opens or closes a text of several lines.
            None if open == close + 1 && !text[open + 1..].starts_with(&[quote]) => Kind::Beside,
            None if lines == 1 && text[close..open].last().is_some_and(|b| b" \tbrfuLR@".contains(b)) => {
                Kind::Below
            }
            None => return None,
        };
        Some(Self { kind, open })
    }
}

/// The operator at `at` and its length. `||` joins only in SQL; elsewhere it chooses (`x && 'a' || 'b'`).
fn operator_at(text: &[u8], at: usize) -> Option<(Kind, usize)> {
    let next = text.get(at + 1).copied();
    match (text[at], next) {
        (b'+', Some(b'+')) | (b'<', Some(b'>')) => Some((Kind::Operator, 2)),
        (b'.', Some(b'.')) => Some((Kind::Operator, 2)),
        (b'+' | b'&' | b'~', _) => Some((Kind::Operator, 1)),
        (b'.', _) => Some((Kind::Dot, 1)),
        _ => None,
    }
}

/// Offset of the quote behind the letters of a literal that begin at `at`: `b"`, `rb'`, `L"`.
fn prefixed(text: &[u8], at: usize) -> Option<usize> {
    let letters = text[at..].iter().take(3).take_while(|b| b"bBrRfFuULN".contains(b)).count();
    let quoted = matches!(text.get(at + letters), Some(b'"' | b'\''));
    ((1..3).contains(&letters) && quoted).then_some(at + letters)
}

fn ends_line(text: &[u8], at: usize) -> bool {
    let rest = &text[at..];
    rest.starts_with(b"\n") || rest.starts_with(b"\r\n")
}

fn end_of_comment(text: &[u8], at: usize) -> Option<usize> {
    let limit = text.len().min(at + LONGEST_COMMENT);
    memchr::memchr(b'\n', &text[at..limit]).map(|length| at + length)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joint(gap: &str) -> Option<Kind> {
        let text = format!("\"ab{gap}cd\"");
        let found = Joint::behind(text.as_bytes(), 3)?;
        assert_eq!(found.open, 2 + gap.len(), "{gap}");
        Some(found.kind)
    }

    #[test]
    fn what_joins_is_told_from_what_does_not() {
        let joining = [
            "\" + \"",
            "\"+\"",
            "\" . \"",
            "\" & \"",
            "\" .. \"",
            "\" ~ \"",
            "\" <> \"",
            "\" ++ \"",
            "\" +\n    \"",
            "\"\n    + \"",
            "\" + \\\n \"",
            "\" & _\r\n  \"",
            "\" +\n\n \"",
            "\" + b\"",
            "\" + // first\n  \"",
            "\"+'",
        ];
        for gap in joining {
            assert_eq!(joint(gap), Some(Kind::Operator), "{gap}");
        }
        assert_eq!(joint("\"\""), Some(Kind::Beside));
        assert_eq!(joint("\"'"), Some(Kind::Beside));
        for gap in ["\".\"", "\". \"", "\".\n  \"", "\"\n  . \""] {
            assert_eq!(joint(gap), Some(Kind::Dot), "{gap}");
        }
        for gap in ["\"\n    \"", "\" \\\n    \"", "\"  # first\n  \"", "\"\n  rb\""] {
            assert_eq!(joint(gap), Some(Kind::Below), "{gap}");
        }
        let parting = [
            "\" \"",
            "\", \"",
            "\" || \"",
            "\" && \"",
            "\" + x + \"",
            "\"\n\"",
            "\"\n\n  \"",
            "\" - \"",
            "\" + (\"",
            "\" x\"",
            "\": \"",
            "\" == \"",
            "\" + + \"",
            "\" // rest",
            "\"\"\"",
        ];
        for gap in parting {
            assert_eq!(joint(gap), None, "{gap}");
        }
        assert_eq!(Joint::behind(b"'ab'.'cd'", 3), Some(Joint { kind: Kind::Operator, open: 5 }));
    }
}
