//! Ed25519 seeds with a CRC-16 in Base32: NATS (nats-io/nkeys, README and `strkey.go`) and, from which it comes, Stellar
//! (SEP-23). Prefix, 32 bytes, checksum over both, lowest byte first.

use super::encoding::base32;
use super::{Evidence, Proof};

/// The letter S in the five highest bits of the first byte.
const SEED: u8 = 18 << 3;

/// Two prefix bytes: `S` in five bits, what the key is for in the next eight.
pub(super) fn nkey(evidence: Evidence<'_>) -> Proof {
    let bytes = base32(evidence.bytes()).unwrap_or_default();
    let kind = match checked(&bytes) {
        Some([first, second, rest @ ..]) if first & 0xf8 == SEED && rest.len() == 32 => {
            role((first & 7) << 5 | second >> 3)
        }
        _ => None,
    };
    Proof::checksum(kind.is_some()).with(kind.map(|kind| format!("NATS {kind} seed")))
}

/// One prefix byte.
pub(super) fn stellar(evidence: Evidence<'_>) -> Proof {
    let bytes = base32(evidence.bytes()).unwrap_or_default();
    let holds = checked(&bytes).is_some_and(|seed| seed.len() == 33 && seed[0] == SEED);
    Proof::checksum(holds)
}

/// What stands before a checksum that holds.
fn checked(bytes: &[u8]) -> Option<&[u8]> {
    let (seed, sum) = bytes.split_last_chunk::<2>()?;
    (crc16(seed).to_le_bytes() == *sum).then_some(seed)
}

/// CRC-16/XMODEM: polynomial 0x1021, no reflection, initial value 0.
fn crc16(bytes: &[u8]) -> u16 {
    let shift = |crc: u16, _| if crc & 0x8000 == 0 { crc << 1 } else { (crc << 1) ^ 0x1021 };
    bytes.iter().fold(0, |crc, &byte| (0..8).fold(crc ^ (u16::from(byte) << 8), shift))
}

/// What a key with this prefix byte is for; it is five bits, a letter of Base32, before three that are zero.
const fn role(prefix: u8) -> Option<&'static str> {
    Some(match prefix {
        0x00 => "account",
        0x10 => "cluster",
        0x68 => "server",
        0x70 => "operator",
        0xa0 => "user",
        0xb8 => "curve",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_value_of_xmodem_holds() {
        assert_eq!(crc16(b"123456789"), 0x31c3);
        assert_eq!(crc16(b""), 0);
    }
}
