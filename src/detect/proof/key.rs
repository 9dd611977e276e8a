//! Symmetric keys that are bytes in Base64 or hexadecimal: Fernet (github.com/fernet/spec: 32 bytes, URL-safe), Laravel
//! (`base64:` and 16 or 32 bytes), Rails (16 bytes in hexadecimal), WireGuard and Consul (32 bytes).

use super::encoding::any_base64;
use super::{Evidence, Proof};

/// Whether the value is a key of a usual length, and of how many bits.
pub(super) fn bytes(evidence: Evidence<'_>) -> Proof {
    let value = evidence.bytes();
    let text = value.strip_prefix(b"base64:").unwrap_or(value);
    let digits = text.len() == value.len() && text.iter().all(u8::is_ascii_hexdigit);
    let length = match text.len() {
        32 | 48 | 64 | 128 if digits => Some(text.len() / 2),
        _ => any_base64(text).map(|bytes| bytes.len()),
    };
    let length = length.filter(|length| matches!(length, 16 | 24 | 32 | 48 | 64));
    Proof::structure(length.is_some()).with(length.map(|length| format!("{}-bit key", length * 8)))
}
