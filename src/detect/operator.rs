//! What stands between a name and its value, in every language at once: operators, types before them, and the places
//! where white space alone assigns.

use crate::span::Span;

use super::Operator;
use super::scanner::{line_start, skip_blanks, starts};

/// Most bytes between `login` and `password` in `.netrc`.
const LONGEST_LOGIN: usize = 256;

/// How operators are written, those first that begin as others do.
static WRITTEN: [(&[u8], Operator); 20] = [
    (b"===", Operator::Compare),
    (b"!==", Operator::Compare),
    (b"==", Operator::Compare),
    (b"!=", Operator::Compare),
    (b"=>", Operator::Arrow),
    (b"->", Operator::Arrow),
    (b"<-", Operator::Arrow),
    (b":=", Operator::Equals),
    (b"?=", Operator::Equals),
    (b"+=", Operator::Equals),
    (b"||=", Operator::Fallback),
    (b"??=", Operator::Fallback),
    (b"||", Operator::Fallback),
    (b"??", Operator::Fallback),
    (b"?:", Operator::Fallback),
    (b":-", Operator::Fallback),
    (b"or ", Operator::Fallback),
    (b"=", Operator::Equals),
    (b"\\u003d", Operator::Equals),
    (b"%3D", Operator::Equals),
];

/// The operator at `at` and where the value after it begins.
pub(super) fn operator(text: &[u8], name: Span, at: usize, quoted: bool) -> Option<(Operator, usize)> {
    let gap = skip_blanks(text, at);
    let rest = &text[gap..text.len().min(gap + 96)];
    // Prose puts names in backticks and goes on with words.
    let prose = quoted && text.get(name.end) == Some(&b'`');
    let begins = matches!(
        rest.first(),
        Some(b'=' | b'!' | b'-' | b'<' | b':' | b'?' | b'+' | b'|' | b'o' | b'\\' | b'%')
    );
    let entry = WRITTEN.iter().filter(|_| begins).find(|(word, _)| rest.starts_with(word));
    if let Some((word, operator)) = entry.filter(|(_, operator)| !prose || *operator != Operator::Fallback) {
        return Some((*operator, gap + word.len()));
    }
    if let Some(length) = accessors(rest) {
        return Some((Operator::Equals, gap + length));
    }
    match rest.first()? {
        b':' if rest.get(1) == Some(&b':') => None,
        b':' => Some(typed(text, gap)),
        b'?' | b'!' if rest.get(1) == Some(&b':') => Some(typed(text, gap + 1)),
        b',' if quoted && is_argument(text, name) => Some((Operator::Comma, gap + 1)),
        b'(' if !quoted && gap == at => Some((Operator::Call, gap + 1)),
        b'{' if quoted && is_fetched(text, name, rest) => Some((Operator::Fallback, gap + 1)),
        _ if gap > at && !quoted && sets_env(text, name) => Some((Operator::Equals, gap)),
        _ if gap > at && (flag(text, name) || follows_word(text, name)) => Some((Operator::Space, gap)),
        b'"' | b'\'' if gap > at && !quoted && takes_string(text, name) => Some((Operator::Space, gap)),
        _ => sql_or_type(text, gap),
    }
}

/// `ENV.fetch("NAME") { "value" }` (Ruby).
fn is_fetched(text: &[u8], name: Span, rest: &[u8]) -> bool {
    let block = rest[1..].trim_ascii_start();
    text[..name.start - 1].ends_with(b"fetch(") && matches!(block.first(), Some(b'"' | b'\''))
}

/// `ENV NAME value`: the older form of a Dockerfile's instruction.
fn sets_env(text: &[u8], name: Span) -> bool {
    text[line_start(text, name.start)..name.start].trim_ascii() == b"ENV"
}

/// `{ get; set; } =` (C#): the accessors between a property and its value.
fn accessors(rest: &[u8]) -> Option<usize> {
    let body = rest.strip_prefix(b"{ get;")?;
    let close = memchr::memchr(b'}', body)?;
    let equals = body[close + 1..].trim_ascii_start().strip_prefix(b"=")?;
    Some(rest.len() - equals.len())
}

/// `PASSWORD 'value'` (SQL), where the name is the word itself.
fn takes_string(text: &[u8], name: Span) -> bool {
    [&b"password"[..], b"secret", b"token", b"auth_token"]
        .iter()
        .any(|word| name.of(text).eq_ignore_ascii_case(word))
}

/// `put("name", …)`, `("name", …)`: the name is a whole string and the first of its parentheses. In a list of strings
/// one item says nothing about the next.
fn is_argument(text: &[u8], name: Span) -> bool {
    let before = &text[..name.start];
    let quoted = before.last().is_some_and(|b| matches!(b, b'"' | b'\'' | b'`'));
    quoted && before[..before.len() - 1].trim_ascii_end().ends_with(b"(")
}

/// After `:`: a value, or a type and then `=` and a value (`password: &str = "…"`, `pw: string = '…'`).
fn typed(text: &[u8], colon: usize) -> (Operator, usize) {
    let start = skip_blanks(text, colon + 1);
    let in_type = |b: &u8| b.is_ascii_alphanumeric() || b"_&<>[]|?.' ".contains(b);
    let length = text[start..text.len().min(start + 64)].iter().take_while(|b| in_type(b)).count();
    let at = start + length;
    let typed = length > 0 && text.get(at) == Some(&b'=') && text.get(at + 1) != Some(&b'=');
    let a_type =
        text[start..at].first().is_some_and(|b| b.is_ascii_alphabetic() || *b == b'&' || *b == b'\'');
    if typed && a_type && text[at - 1] == b' ' {
        (Operator::Equals, at + 1)
    } else {
        (Operator::Colon, colon + 1)
    }
}

/// `var password string = "…"` (Go): a type between name and `=`.
fn sql_or_type(text: &[u8], at: usize) -> Option<(Operator, usize)> {
    if !matches!(text.get(at), Some(b's' | b'S' | b'[')) {
        return None;
    }
    let types: [&[u8]; 4] = [b"string", b"String", b"[]byte", b"str"];
    types.iter().filter(|kind| starts(text, at, kind)).find_map(|kind| {
        let equals = skip_blanks(text, at + kind.len());
        let assigned = text.get(equals) == Some(&b'=') && text.get(equals + 1) != Some(&b'=');
        assigned.then_some((Operator::Equals, equals + 1))
    })
}

/// `--password VALUE`, `-password VALUE`.
fn flag(text: &[u8], name: Span) -> bool {
    name.start > 0
        && text[name.start - 1] == b'-'
        && (name.start < 2 || !text[name.start - 2].is_ascii_alphanumeric())
}

/// Formats in which white space alone stands between name and value: `.netrc` (`password VALUE` after `login`).
fn follows_word(text: &[u8], name: Span) -> bool {
    if name.of(text) != b"password" {
        return false;
    }
    // Such a line is short: machine, login and password.
    let near = &text[name.start.saturating_sub(LONGEST_LOGIN)..name.start];
    let line = memchr::memrchr(b'\n', near).map_or(0, |at| at + 1);
    let before = near[line..].trim_ascii();
    let words = before.split(u8::is_ascii_whitespace);
    before.is_empty() || words.into_iter().any(|word| word == b"login")
}
