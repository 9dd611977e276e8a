//! JSON web tokens (RFC 7519, RFC 7515): three base64url parts, the first a JSON header with `alg`.

use base64::Engine as _;
use serde_json::Value;

use crate::span::Span;

use super::{Found, LONGEST_VALUE, Match, Shapes, Verified, token};

pub(super) fn at(text: &[u8], hit: Span, shapes: &Shapes, out: &mut Vec<Match>) {
    let Some(rule) = shapes.jwt else { return };
    let rest = &text[hit.start..text.len().min(hit.start + LONGEST_VALUE)];
    let Some(length) = length(rest) else { return };
    let value = Span::new(hit.start, hit.start + length);
    if !token::stands_alone(text, value.start, value.end) {
        return;
    }
    let mut parts = value.of(text).split(|&b| b == b'.');
    let header = parts.next().and_then(json);
    let claims = parts.next().and_then(json);
    let Some(claims) = claims.filter(Value::is_object) else { return };
    let mut found = token::plain(rule, value, Found::Token);
    let proven = header.is_some_and(|h| h.get("alg").is_some_and(|alg| alg.as_str() != Some("none")));
    found.verified = if proven { Verified::Structure } else { Verified::Failed };
    found.subject = subject(&claims);
    out.push(found);
}

/// Length of `header.payload.signature` at the start of `rest`; a fourth part makes it something else (JWE).
fn length(rest: &[u8]) -> Option<usize> {
    let mut lengths = [0usize; 3];
    let mut at = 0;
    for (index, length) in lengths.iter_mut().enumerate() {
        if index > 0 {
            (rest.get(at) == Some(&b'.')).then_some(())?;
            at += 1;
        }
        let part = &rest[at..];
        *length = part.iter().take_while(|&&b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_').count();
        at += *length;
    }
    let long_enough = lengths[0] >= 12 && lengths[1] >= 4 && lengths[2] >= 16;
    let ends = rest.get(at) != Some(&b'.') || !rest.get(at + 1).is_some_and(u8::is_ascii_alphanumeric);
    (long_enough && ends).then_some(at)
}

fn json(part: &[u8]) -> Option<Value> {
    let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(part).ok()?;
    serde_json::from_slice(&bytes).ok()
}

/// Issuer, subject, role and expiry (RFC 7519 section 4.1): which credential it is, nothing secret.
fn subject(claims: &Value) -> Vec<String> {
    let mut subject = Vec::new();
    for (claim, label) in [("iss", "issuer"), ("sub", "subject"), ("role", "role")] {
        if let Some(text) = claims.get(claim).and_then(Value::as_str) {
            let short: String = text.chars().take(80).collect();
            subject.push(format!("{label} {short}"));
        }
    }
    let expiry = claims.get("exp").and_then(Value::as_f64).filter(|exp| exp.is_finite() && exp.abs() < 2e11);
    if let Some(time) = expiry.and_then(|exp| jiff::Timestamp::from_second(exp as i64).ok()) {
        subject.push(format!("expires {time}"));
    }
    subject
}
