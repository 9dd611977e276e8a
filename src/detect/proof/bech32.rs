//! Keys in Bech32 (BIP 173): age identities (c2sp.org/age) and Nostr private keys (NIP-19). Both hold 32 bytes, and the
//! last six characters are a checksum over the prefix and them.

use bech32::Bech32;
use bech32::primitives::decode::CheckedHrpstring;

use super::{Evidence, Proof};

/// Whether the checksum holds over 32 bytes.
pub(super) fn check(evidence: Evidence<'_>) -> Proof {
    let text = std::str::from_utf8(evidence.bytes()).ok();
    let checked = text.and_then(|text| CheckedHrpstring::new::<Bech32>(text).ok());
    Proof::checksum(checked.is_some_and(|checked| checked.byte_iter().count() == 32))
}
