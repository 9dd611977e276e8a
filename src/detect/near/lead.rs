//! What stands directly before a value: a quote, an operator, a path, and the name that the value is given to.

use crate::span::Span;

/// Longest name in bytes.
const LONGEST_NAME: usize = 80;

/// Most blanks between a name, its operator and the value.
const MOST_BLANKS: usize = 40;

/// How a value is led in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lead {
    /// By a quote, an operator, a bracket or a comma: it is a value.
    Given,
    /// By a blank or the start of a line.
    Bare,
    /// By a slash: it is a part of a path or an address.
    Path,
    /// By something that makes it a part of something else.
    Foreign,
}

/// The lead of the value, and the name before it.
pub(in crate::detect) fn before(text: &[u8], value: Span) -> (Lead, Option<Span>) {
    let mut at = value.start;
    let lead = match at.checked_sub(1).map(|before| text[before]) {
        None | Some(b'\n' | b'\r') => return (Lead::Bare, None),
        Some(b' ' | b'\t') => Lead::Bare,
        Some(b'/') => return (Lead::Path, None),
        Some(b'"' | b'\'' | b'`' | b'=' | b':' | b'(' | b'[' | b',' | b'>' | b'|' | b';' | b'&' | b'?') => {
            Lead::Given
        }
        Some(_) => return (Lead::Foreign, None),
    };
    let quoted = matches!(text[at - 1], b'"' | b'\'' | b'`');
    if quoted {
        at = unquoted(text, at - 1);
    }
    let (operator, end) = operator(text, at);
    let Some(last) = operator else {
        return match option(text, end) {
            Some(name) if lead == Lead::Bare || quoted => (Lead::Given, Some(name)),
            _ => (lead, None),
        };
    };
    let name = name(text, end);
    let name = if last == b'=' { name.map(|name| annotated(text, name)) } else { name };
    (Lead::Given, name)
}

/// Before the quote at `at`, and before the backslash or the letter that belongs to it (`\"`, `b"`, `f'`).
fn unquoted(text: &[u8], at: usize) -> usize {
    let before = |at: usize| at.checked_sub(1).map(|before| text[before]);
    match before(at) {
        Some(b'\\' | b'@' | b'$') => at - 1,
        Some(b'r' | b'b' | b'f' | b'u' | b'L' | b'R' | b'B' | b'F')
            if before(at - 1).is_none_or(|b| !b.is_ascii_alphanumeric() && b != b'_') =>
        {
            at - 1
        }
        _ => at,
    }
}

/// The operator that ends at `at`, blanks aside: its first byte, and where it begins.
fn operator(text: &[u8], at: usize) -> (Option<u8>, usize) {
    let mut at = blanks(text, at);
    let mut operator = None;
    while at > 0 && matches!(text[at - 1], b'=' | b':' | b'>' | b'(' | b'[' | b',' | b'?' | b'|') {
        at -= 1;
        operator = Some(text[at]);
        at = blanks(text, at);
    }
    (operator, at)
}

/// Where the blanks before `at` begin.
fn blanks(text: &[u8], at: usize) -> usize {
    let blank = |b: &&u8| matches!(**b, b' ' | b'\t');
    at - text[..at].iter().rev().take(MOST_BLANKS).take_while(blank).count()
}

/// The name that ends at `at`, its quotes, brackets and escapes aside.
fn name(text: &[u8], at: usize) -> Option<Span> {
    let closing = |b: &&u8| matches!(**b, b'"' | b'\'' | b'`' | b']' | b'\\' | b')' | b' ');
    let end = at - text[..at].iter().rev().take(4).take_while(closing).count();
    let part = |b: &&u8| b.is_ascii_alphanumeric() || matches!(**b, b'_' | b'-' | b'.' | b'$' | b'@');
    let length = text[..end].iter().rev().take(LONGEST_NAME).take_while(part).count();
    (length > 0).then(|| Span::new(end - length, end))
}

/// `--api-key VALUE`: the option before the value.
fn option(text: &[u8], end: usize) -> Option<Span> {
    let name = name(text, end).filter(|name| name.end == end)?;
    name.of(text).starts_with(b"-").then_some(name)
}

/// Words that are types: the name stands before them.
const TYPES: [&[u8]; 6] = [b"string", b"str", b"String", b"Text", b"char", b"bytes"];

/// Of `name: type` and `name string` before a `=`, the name; otherwise the word itself.
fn annotated(text: &[u8], word: Span) -> Span {
    let at = blanks(text, word.start);
    let at = if at > 0 && text[at - 1] == b'&' { blanks(text, at - 1) } else { at };
    let annotation = at > 0 && text[at - 1] == b':';
    if !annotation && !TYPES.contains(&word.of(text)) {
        return word;
    }
    let at = if annotation { at - 1 } else { at };
    name(text, blanks(text, at)).unwrap_or(word)
}
