//! Accounts in SQL: `CREATE USER … IDENTIFIED BY 'x'` (MySQL, MariaDB, Oracle) and `SET PASSWORD FOR … = 'x'`.
//! `PASSWORD 'x'` and `PASSWORD = 'x'` are read as a name and its value.

use crate::catalogue::Kind;
use crate::span::Span;

use super::position;
use super::scanner::{skip_space, starts, string, word};
use super::{Match, Operator, Quote, Shapes};

/// Most bytes between the statement's verb and the password.
const LONGEST_STATEMENT: usize = 320;

/// Bytes that end an unquoted password (Oracle).
const STOPS: &[u8] = b",;)\\";

/// What a statement with a password begins with; "identified by" alone is English.
const ACCOUNTS: [&[u8]; 8] = [
    b"create user",
    b"alter user",
    b"replace user",
    b"create role",
    b"alter role",
    b"replace role",
    b"grant ",
    b"connect to",
];

/// The password of the clause at `hit`.
pub(super) fn at(text: &[u8], hit: Span, shapes: &Shapes, out: &mut Vec<Match>) {
    let Some(rule) = Kind::Password.rule(shapes) else { return };
    let clause = hit.of(text);
    let start = if clause.eq_ignore_ascii_case(b"identified by") && is_account(text, hit) {
        behind_by(text, hit.end)
    } else if clause.eq_ignore_ascii_case(b"identified with") && is_account(text, hit) {
        behind_plugin(text, hit.end)
    } else if clause.eq_ignore_ascii_case(b"set password for") {
        behind_equals(text, hit.end)
    } else {
        None
    };
    let Some((value, quote)) = start.and_then(|start| value(text, start)) else { return };
    // `= 'x'` is a string in every dialect.
    if !value.is_empty() && (quote == Quote::Quoted || clause.len() < 16) {
        out.push(position::given(rule, hit, value, quote, Operator::Equals));
    }
}

fn is_account(text: &[u8], hit: Span) -> bool {
    let before = &text[hit.start.saturating_sub(LONGEST_STATEMENT)..hit.start];
    let statement = memchr::memrchr(b';', before).map_or(before, |end| &before[end + 1..]);
    let lower = statement.to_ascii_lowercase();
    ACCOUNTS.iter().any(|word| memchr::memmem::find(&lower, word).is_some())
}

/// `BY 'x'`; what follows `BY PASSWORD` or `BY VALUES` is a hash.
fn behind_by(text: &[u8], at: usize) -> Option<usize> {
    let start = skip_space(text, at, 1);
    let next = word(text, start, b";(").of(text);
    let hash = next.eq_ignore_ascii_case(b"password") || next.eq_ignore_ascii_case(b"values");
    (start > at && !hash).then_some(start)
}

/// `WITH mysql_native_password BY 'x'`; `AS` leads a hash.
fn behind_plugin(text: &[u8], at: usize) -> Option<usize> {
    let plugin = skip_space(text, at, 1);
    let plugin = string(text, plugin).map_or_else(|| word(text, plugin, b";").end, |(_, _, next)| next);
    let by = skip_space(text, plugin, 1);
    let is_by = text.get(by..by + 2).is_some_and(|word| word.eq_ignore_ascii_case(b"by"));
    is_by.then(|| behind_by(text, by + 2)).flatten()
}

/// `FOR 'user'@'host' = 'x'`, `= PASSWORD('x')`.
fn behind_equals(text: &[u8], at: usize) -> Option<usize> {
    let clause = &text[at..text.len().min(at + LONGEST_STATEMENT)];
    let end = memchr::memchr2(b'\n', b';', clause).unwrap_or(clause.len());
    let start = skip_space(text, at + memchr::memchr(b'=', &clause[..end])? + 1, 1);
    let call = word(text, start, b"(");
    let called = call.of(text).to_ascii_lowercase().ends_with(b"password") && starts(text, call.end, b"(");
    Some(if called { skip_space(text, call.end + 1, 1) } else { start })
}

fn value(text: &[u8], start: usize) -> Option<(Span, Quote)> {
    // `''x''` inside a string of SQL.
    let doubled = starts(text, start, b"''") && text.get(start + 2).is_some_and(|b| !b"' ,;)".contains(b));
    match string(text, start + usize::from(doubled)) {
        Some((value, Quote::Quoted, _)) => Some((value, Quote::Quoted)),
        Some(_) => None,
        None => Some((word(text, start, STOPS), Quote::None)),
    }
}
