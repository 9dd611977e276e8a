//! Tokens that carry a JSON object in Base64: Sentry's organization tokens, Grafana's access policy tokens and API keys,
//! Mapbox's tokens.

use serde_json::Value;

use super::encoding::any_base64;
use super::{Evidence, Proof, fact};

/// `sntrys_PAYLOAD_SECRET` (getsentry/sentry, `utils/security/orgauthtoken_token.py`): address and organization.
pub(super) fn sentry(evidence: Evidence<'_>) -> Proof {
    let value = evidence.bytes();
    let payload = value.strip_prefix(b"sntrys_").unwrap_or(value);
    let end = payload.iter().rposition(|&b| b == b'_').unwrap_or(payload.len());
    said(object(&payload[..end]), &[("org", "organization"), ("url", "url")])
}

/// `glc_PAYLOAD`: organization, name, key, and the region in `m`; or, before 2023, the payload alone with key, name and
/// organization (grafana/grafana, `pkg/components/apikeygen`).
pub(super) fn grafana(evidence: Evidence<'_>) -> Proof {
    let value = evidence.bytes();
    let object =
        object(value.strip_prefix(b"glc_").unwrap_or(value)).filter(|object| object["k"].is_string());
    said(object, &[("o", "organization"), ("id", "organization"), ("n", "name"), ("/m/r", "region")])
}

/// `sk.PAYLOAD.SIGNATURE` (@mapbox/parse-mapbox-token): the user.
pub(super) fn mapbox(evidence: Evidence<'_>) -> Proof {
    let payload = evidence.bytes().split(|&b| b == b'.').nth(1).unwrap_or_default();
    said(object(payload).filter(|object| object["u"].is_string()), &[("u", "user")])
}

fn object(payload: &[u8]) -> Option<Value> {
    let object: Value = serde_json::from_slice(&any_base64(payload)?).ok()?;
    object.is_object().then_some(object)
}

/// The named fields of the object, each a key or a path to one, with what to call them.
fn said(object: Option<Value>, fields: &[(&str, &str)]) -> Proof {
    let field = |&(key, label): &(&str, &str)| {
        let object = object.as_ref()?;
        match object.get(key).or_else(|| object.pointer(key))? {
            Value::String(text) => fact(label, text.as_bytes()),
            Value::Number(number) => fact(label, number.to_string().as_bytes()),
            _ => None,
        }
    };
    Proof::structure(object.is_some()).with(fields.iter().filter_map(field).collect::<Vec<_>>())
}
