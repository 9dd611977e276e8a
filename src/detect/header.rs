//! Authorization headers: `Basic` (RFC 7617) and `Bearer` (RFC 6750), wherever they are written.

use base64::Engine as _;

use crate::span::Span;

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
    let encoded = value.of(text);
    if encoded.len() < 8 {
        return;
    }
    let engine = base64::engine::GeneralPurpose::new(
        &base64::alphabet::STANDARD,
        base64::engine::GeneralPurposeConfig::new()
            .with_decode_padding_mode(base64::engine::DecodePaddingMode::Indifferent),
    );
    let Ok(decoded) = engine.decode(encoded) else { return };
    let Some(colon) = memchr::memchr(b':', &decoded) else { return };
    let printable =
        decoded.utf8_chunks().all(|c| c.invalid().is_empty() && !c.valid().contains(char::is_control));
    if !printable || colon + 1 == decoded.len() {
        return;
    }
    let mut found = token::plain(rule, value, Found::Header);
    found.verified = Verified::Structure;
    if colon > 0 {
        found.subject.push(format!("user {}", String::from_utf8_lossy(&decoded[..colon])));
    }
    out.push(found);
}
