//! JSON Web Tokens (RFC 7519, RFC 7515): three parts, the first a JSON header with an algorithm, the second JSON claims,
//! which say who made the token, for whom and until when. The signature needs a key that is not here.

use jiff::Timestamp;
use serde_json::Value;

use super::encoding::base64url;
use super::{Evidence, Proof, fact};

/// Whether header and claims are what they should be, and what the claims say. A prefix before the token is skipped
/// (GitHub's `ghs_123_`, GitLab's `glcbt-`).
pub(super) fn token(evidence: Evidence<'_>) -> Proof {
    let value = evidence.bytes();
    let Some(start) = memchr::memmem::find(value, b"eyJ") else { return Proof::nothing() };
    let mut parts = value[start..].split(|&b| b == b'.');
    let [header, claims] = [parts.next().and_then(json), parts.next().and_then(json)];
    // Readers overlook bits behind a signature's last byte, so its characters are all that is asked for.
    let signed =
        parts.next().is_some_and(|signature| !signature.is_empty() && signature.iter().all(in_base64url));
    let algorithm = header.as_ref().and_then(|header| header["alg"].as_str()).filter(|alg| *alg != "none");
    let claims = claims.filter(Value::is_object);
    let holds = signed && algorithm.is_some() && claims.is_some() && parts.next().is_none();
    let algorithm = algorithm.and_then(|algorithm| fact("algorithm", algorithm.as_bytes()));
    let facts = claims.as_ref().map(subject).unwrap_or_default();
    let expires = claims.as_ref().and_then(|claims| time(&claims["exp"]));
    Proof::structure(holds).with(facts.into_iter().chain(algorithm)).until(expires)
}

fn in_base64url(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

fn json(part: &[u8]) -> Option<Value> {
    serde_json::from_slice(&base64url(part)?).ok()
}

/// Issuer, subject and audience (RFC 7519 section 4.1), the role in Supabase's and PostgREST's tokens, and Supabase's
/// project (`ref`).
fn subject(claims: &Value) -> Vec<String> {
    let text = |claim: &str, label| match &claims[claim] {
        Value::String(text) => fact(label, text.as_bytes()),
        Value::Array(several) => fact(label, several.first()?.as_str()?.as_bytes()),
        _ => None,
    };
    let project = if claims["iss"] == "supabase" { text("ref", "project") } else { None };
    let facts =
        [text("iss", "issuer"), text("sub", "subject"), text("aud", "audience"), text("role", "role")];
    facts.into_iter().chain([project]).flatten().collect()
}

/// Seconds since 1970 (RFC 7519 section 2, NumericDate). What lies beyond the year 9999 is in another unit and says nothing.
fn time(seconds: &Value) -> Option<Timestamp> {
    let seconds = seconds.as_f64().filter(|exp| exp.is_finite() && exp.abs() < 2.6e11)?;
    Timestamp::from_second(seconds as i64).ok()
}
