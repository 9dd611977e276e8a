//! Authorization headers: `Basic` (RFC 7617) and `Bearer` (RFC 6750), wherever they are written.

use crate::span::Span;

use super::login::Login;
use super::{Found, Match, Shapes, Verified, token};

/// Longest credentials in bytes.
const LONGEST: usize = 4096;

pub(super) fn at(text: &[u8], hit: Span, shapes: &Shapes, out: &mut Vec<Match>) {
    match text[hit.start] | 0x20 {
        b'b' if hit.len() == 7 => bearer(text, hit, shapes, out),
        b'b' => basic(text, hit, shapes, out),
        _ => {}
    }
}

fn credentials(text: &[u8], hit: Span) -> Option<Span> {
    let open = hit.start == 0 || !text[hit.start - 1].is_ascii_alphanumeric();
    let rest = &text[hit.end..text.len().min(hit.end + LONGEST)];
    let token = |b: &u8| b.is_ascii_alphanumeric() || b"-._~+/=".contains(b);
    let length = rest.iter().take_while(|b| token(b)).count();
    let ends = rest.get(length).is_none_or(|b| b.is_ascii_whitespace() || b"\"'`\\,;)}]<".contains(b));
    (open && ends && length > 0).then(|| Span::new(hit.end, hit.end + length))
}

/// Prose says "bearer token" too, so the scheme's word alone is not enough: the value must be no plain word.
fn bearer(text: &[u8], hit: Span, shapes: &Shapes, out: &mut Vec<Match>) {
    let (Some(rule), Some(value)) = (shapes.bearer, credentials(text, hit)) else { return };
    let bytes = value.of(text);
    if bytes.len() >= 12 && (bytes.iter().any(u8::is_ascii_digit) || bytes.len() >= 24) {
        out.push(token::plain(rule, value, Found::Header));
    }
}

/// The credentials must decode to `user:password`; the password decides, but the header's value is the finding.
fn basic(text: &[u8], hit: Span, shapes: &Shapes, out: &mut Vec<Match>) {
    let (Some(rule), Some(value)) = (shapes.basic, credentials(text, hit)) else { return };
    let Some(login) = Login::decode(value.of(text)) else { return };
    let mut found = token::plain(rule, value, Found::Header);
    found.verified = Verified::Structure;
    found.subject.extend(login.user());
    out.push(found);
}
