//! PyPI's tokens: `pypi-` and a macaroon in URL-safe Base64, version 2 of the binary format (libmacaroons, doc/format.txt):
//! packets of type, length and bytes, in sections that a zero ends. The location is in clear, and so are the caveats that
//! limit a token to projects or in time (pypi/warehouse, `warehouse/macaroons/caveats`).

use jiff::Timestamp;
use serde_json::Value;

use super::encoding::base64url;
use super::{Evidence, Proof, fact};

const LOCATION: u64 = 1;
const IDENTIFIER: u64 = 2;
const SIGNATURE: u64 = 6;

/// Most caveats that are read.
const MOST_CAVEATS: usize = 64;

/// Whether the value is a whole macaroon, and for what it is.
pub(super) fn macaroon(evidence: Evidence<'_>) -> Proof {
    let value = evidence.bytes();
    let bytes = value.strip_prefix(b"pypi-").and_then(base64url).unwrap_or_default();
    let Some((location, caveats)) = read(&bytes) else { return Proof::structure(false) };
    let mut facts: Vec<String> = fact("location", location).into_iter().collect();
    let mut expires: Option<Timestamp> = None;
    for caveat in caveats.iter().filter_map(|caveat| serde_json::from_slice::<Value>(caveat).ok()) {
        facts.extend(said(&caveat));
        // Every caveat limits: the earliest end counts.
        let end = (caveat[0] == 0).then(|| Timestamp::from_second(caveat[1].as_i64()?).ok()).flatten();
        expires = expires.into_iter().chain(end).min();
    }
    Proof::structure(true).with(facts).until(expires)
}

/// Location and the caveats' identifiers.
fn read(bytes: &[u8]) -> Option<(&[u8], Vec<&[u8]>)> {
    let mut rest = bytes.strip_prefix(&[2])?;
    let (LOCATION, location) = field(&mut rest)? else { return None };
    let (IDENTIFIER, _) = field(&mut rest)? else { return None };
    rest = rest.strip_prefix(&[0])?;
    let mut caveats = Vec::new();
    while !rest.starts_with(&[0]) {
        let mut next = field(&mut rest)?;
        if next.0 == LOCATION {
            next = field(&mut rest)?;
        }
        caveats.push(next.1);
        // A caveat of a third party has a verification id too.
        while !rest.starts_with(&[0]) {
            field(&mut rest)?;
        }
        rest = &rest[1..];
        if next.0 != IDENTIFIER || caveats.len() > MOST_CAVEATS {
            return None;
        }
    }
    rest = &rest[1..];
    let (SIGNATURE, signature) = field(&mut rest)? else { return None };
    (signature.len() == 32 && rest.is_empty()).then_some((location, caveats))
}

/// A packet: type and length are unsigned LEB128 numbers.
fn field<'b>(rest: &mut &'b [u8]) -> Option<(u64, &'b [u8])> {
    let (kind, length) = (number(rest)?, number(rest)?);
    let (bytes, after) = rest.split_at_checked(usize::try_from(length).ok()?)?;
    *rest = after;
    Some((kind, bytes))
}

fn number(rest: &mut &[u8]) -> Option<u64> {
    let mut sum = 0;
    for shift in (0..28).step_by(7) {
        let (&byte, after) = rest.split_first()?;
        *rest = after;
        sum |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(sum);
        }
    }
    None
}

/// Which projects or user a caveat limits the token to: `[1, [names]]`, `[3, id]`, or the older objects.
fn said(caveat: &Value) -> Option<String> {
    let list = |names: &Value| {
        let names: Vec<&str> = names.as_array()?.iter().filter_map(Value::as_str).take(8).collect();
        fact("projects", names.join(" ").as_bytes())
    };
    match (caveat[0].as_u64(), &caveat["permissions"]) {
        (Some(1), _) => list(&caveat[1]),
        (Some(3), _) => fact("user", caveat[1].as_str()?.as_bytes()),
        (None, Value::Object(permissions)) => list(permissions.get("projects")?),
        (None, Value::String(whole)) => fact("scope", whole.as_bytes()),
        _ => None,
    }
}
