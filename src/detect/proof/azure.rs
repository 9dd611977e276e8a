//! Azure's shared keys: 32 or 64 bytes in Base64, alone or in a connection string that names the account or endpoint
//! (Azure Storage, "Configure connection strings"; Service Bus, Event Hubs and IoT Hub, SignalR, App Configuration likewise).

use super::encoding::base64;
use super::{Evidence, Proof, fact};

/// How far from the key its connection string is read, in bytes.
const REACH: usize = 512;

/// Fewest bytes of a key.
const FEWEST: usize = 30;

/// Names in connection strings, in lower case, and what to call their values.
const NAMES: [(&str, &str); 9] = [
    ("accountname", "account"),
    ("accountendpoint", "endpoint"),
    ("endpoint", "endpoint"),
    ("blobendpoint", "endpoint"),
    ("hostname", "host"),
    ("sharedaccesskeyname", "policy"),
    ("entitypath", "entity"),
    ("deviceid", "device"),
    ("id", "id"),
];

/// A key by itself: 32 or 64 bytes.
pub(super) fn key(evidence: Evidence<'_>) -> Proof {
    let length = base64(evidence.bytes()).map(|key| key.len());
    Proof::structure(matches!(length, Some(32 | 64)))
}

/// A key and what stands beside it.
pub(super) fn connection_string(evidence: Evidence<'_>) -> Proof {
    let whole = base64(evidence.bytes()).is_some_and(|key| key.len() >= FEWEST);
    let (before, after) = (evidence.before(REACH), evidence.after(REACH));
    let start = before.iter().rposition(outside).map_or(0, |at| at + 1);
    let end = after.iter().position(outside).unwrap_or(after.len());
    let segments = [&before[start..], &after[..end]];
    let pairs: Vec<(String, &[u8])> =
        segments.iter().flat_map(|part| part.split(separates)).filter_map(pair).collect();
    let named = |&(name, label): &(&str, &str)| {
        let (_, value) = pairs.iter().find(|(known, _)| known == name)?;
        fact(label, value)
    };
    // A Redis connection string begins with the host.
    let host = before[start..].split(separates).next().filter(|first| !first.contains(&b'='));
    let host =
        host.filter(|host| host.contains(&b'.') && !pairs.is_empty()).and_then(|host| fact("host", host));
    Proof::structure(whole).with(NAMES.iter().filter_map(named).chain(host).collect::<Vec<_>>())
}

fn outside(byte: &u8) -> bool {
    byte.is_ascii_control() || b"\"'`<>".contains(byte)
}

fn separates(byte: &u8) -> bool {
    b";, ".contains(byte)
}

fn pair(segment: &[u8]) -> Option<(String, &[u8])> {
    let equals = segment.iter().position(|&b| b == b'=')?;
    let name = segment[..equals].rsplit(|b| !b.is_ascii_alphabetic()).next()?;
    Some((String::from_utf8_lossy(name).to_ascii_lowercase(), &segment[equals + 1..]))
}
