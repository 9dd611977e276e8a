//! Bitcoin keys in Base58Check: the last four bytes are the start of a double SHA-256 of those before. Private keys in
//! the wallet import format (one version byte, 32 bytes of key, perhaps a byte 0x01) and extended keys (BIP 32, 78 bytes).

use sha2::{Digest as _, Sha256};

use super::{Evidence, Proof};

/// Longest key in characters; extended keys have 111. Decoding takes the square of it.
const LONGEST: usize = 128;

/// Whether the checksum holds, and for which network the key is.
pub(super) fn check(evidence: Evidence<'_>) -> Proof {
    let value = evidence.bytes();
    let decoded = (value.len() <= LONGEST).then(|| bs58::decode(value).into_vec().ok()).flatten();
    let key = decoded.as_deref().and_then(checked);
    Proof::checksum(key.is_some()).with(key.and_then(network).map(str::to_owned))
}

/// The bytes before a checksum that holds.
fn checked(bytes: &[u8]) -> Option<&[u8]> {
    let (key, sum) = bytes.split_last_chunk::<4>()?;
    let digest = Sha256::digest(Sha256::digest(key));
    digest.starts_with(sum).then_some(key)
}

fn network(key: &[u8]) -> Option<&'static str> {
    match (key.len(), key) {
        (33 | 34, [0x80, ..]) => Some("Bitcoin mainnet key"),
        (33 | 34, [0xef, ..]) => Some("Bitcoin testnet key"),
        (78, [0x04, 0x88, 0xad, 0xe4, ..]) => Some("Bitcoin mainnet extended key"),
        (78, [0x04, 0x35, 0x83, 0x94, ..]) => Some("Bitcoin testnet extended key"),
        _ => None,
    }
}
