//! The verdict on a value in a place that only a password or a token takes: nothing is asked of a name, but the value
//! must be one, not stand for one.

use crate::catalogue::Catalogue;
use crate::detect::{Assignment, Match, Operator, Quote};
use crate::rule::{Detector, Shape};

use super::name::{Says, says};
use super::path::{Kind, PathFacts};
use super::placeholder::is_placeholder;
use super::reference::{is_expression, is_reference};
use super::value::{Makeup, is_digest, is_hex, is_identifier, is_prose, looks_generated};
use super::{Reason, Verdict, digest, proven};

/// Judges the match `m` in `text`, which was `found` in such a place.
pub(super) fn judge(
    text: &[u8],
    m: &Match,
    found: Assignment,
    path: PathFacts,
    catalogue: &Catalogue,
) -> Verdict {
    let rule = catalogue.rule(m.rule);
    let issued = matches!(rule.detector, Detector::Shape(Shape::SecretAssignment));
    let value = m.value.of(text);
    let reason = match issued {
        true => stands_for_another(value, found).or_else(|| not_issued(value)),
        false => no_password(m, value, found, path),
    };
    let reason = reason.or_else(|| other_column(text, m, found, issued));
    match reason {
        Some(reason) => Verdict::Dropped(reason),
        None => Verdict::Kept(proven(m, rule.confidence)),
    }
}

/// Why the value, which stands where only a password may, is none.
pub(super) fn no_password(m: &Match, value: &[u8], found: Assignment, path: PathFacts) -> Option<Reason> {
    let user = || is_user(m, value).then_some(Reason::LocalDefault);
    stands_for_another(value, found).or_else(user).or_else(|| not_chosen(value, found, path))
}

fn stands_for_another(value: &[u8], found: Assignment) -> Option<Reason> {
    let unquoted = found.quote == Quote::None;
    // `:name`, `?`, `&name`, `@name`: what SQL and its clients fill in.
    let bound = unquoted && matches!(value.first(), Some(b':' | b'?' | b'&' | b'@' | b'-' | b'/' | b','));
    if value.len() < 4 {
        Some(Reason::TooShort)
    } else if bound || is_joined(value) || is_reference(value) || unquoted && is_expression(value) {
        Some(Reason::Reference)
    } else if is_placeholder(value, &[]) {
        Some(Reason::Placeholder)
    } else if is_digest(value) || digest::is_password_hash(value) || stored_hash(value, found) {
        Some(Reason::Digest)
    } else {
        None
    }
}

/// `" + password + "`, `'.$password.'`: the string around the value ended before it.
fn is_joined(value: &[u8]) -> bool {
    let joins = |quote: u8, next: &[u8]| {
        let next = next.trim_ascii_start().first();
        matches!(quote, b'"' | b'\'') && next.is_some_and(|b| b"+.&|,)%".contains(b))
    };
    value.iter().enumerate().any(|(at, &byte)| joins(byte, &value[at + 1..]))
}

/// In a table's column of passwords, digits of a digest's length and padded base64 are hashes of them.
fn stored_hash(value: &[u8], found: Assignment) -> bool {
    let hex = is_hex(value) && matches!(value.len(), 32 | 40 | 48 | 56 | 64 | 96 | 128);
    let base64 = value.ends_with(b"=") && value.len().is_multiple_of(4) && looks_generated(value);
    found.operator == Operator::Pair && (hex || base64)
}

/// The user's name again: what a fresh installation comes with.
fn is_user(m: &Match, value: &[u8]) -> bool {
    m.subject.iter().any(|fact| fact.strip_prefix("user ").is_some_and(|user| user.as_bytes() == value))
}

fn not_issued(value: &[u8]) -> Option<Reason> {
    (!looks_generated(value)).then_some(Reason::NotGenerated)
}

/// A column called `password_hint` holds something else.
fn other_column(text: &[u8], m: &Match, found: Assignment, issued: bool) -> Option<Reason> {
    let name = m.name.filter(|_| found.operator == Operator::Pair)?;
    let (said, _) = says(name.of(text));
    let fits = if issued { said >= Says::Issued } else { said == Says::Password };
    (!fits).then_some(Reason::NameSaysOtherwise)
}

/// Why no person would have chosen the value.
fn not_chosen(value: &[u8], found: Assignment, path: PathFacts) -> Option<Reason> {
    let makeup = Makeup::of(value);
    if value.iter().any(|&b| b < 0x20 && b != b'\t' || b == 0x7f) || is_prose(value) {
        return Some(Reason::Prose);
    }
    if is_identifier(value) && value.iter().any(|b| b"_-.:/".contains(b)) {
        return Some(Reason::Identifier);
    }
    if makeup.lower + makeup.upper == 0 && makeup.digits < 6 {
        return Some(Reason::TooShort);
    }
    let shouted = makeup.letters_only() && makeup.lower == 0 && makeup.length < 16;
    let capitals = usize::from(value[0].is_ascii_uppercase());
    let word = makeup.letters_only() && makeup.upper == capitals;
    let weak_place = matches!(found.operator, Operator::Call | Operator::Comma) || path.kind == Kind::Doc;
    if shouted || word && (weak_place || capitals == 1 || makeup.length < 5) {
        return Some(Reason::Word);
    }
    None
}
