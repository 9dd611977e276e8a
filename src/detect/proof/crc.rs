//! Tokens that end in a CRC-32 of what stands before it: GitHub, npm, Grafana, Atlassian, Cloudflare.

use super::{Evidence, Proof};

/// Digits of base 62 in the order of GitHub.
const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// The last six characters are the CRC-32 of the part between prefix and checksum, in base 62 with leading zeros
/// (GitHub, "Behind GitHub's new authentication token formats", 2021; npm follows it: "Announcing npm's new access token
/// format", 2021).
pub(super) fn base62(evidence: Evidence<'_>) -> Proof {
    let value = evidence.bytes();
    let body = value.iter().position(|&b| b == b'_').map(|underscore| &value[underscore + 1..]);
    let halves = body.and_then(|body| body.split_at_checked(body.len().checked_sub(6)?));
    Proof::checksum(halves.is_some_and(|(body, sum)| {
        let mut rest = crc32fast::hash(body);
        let mut digits = [b'0'; 6];
        for digit in digits.iter_mut().rev() {
            *digit = BASE62[(rest % 62) as usize];
            rest /= 62;
        }
        sum == digits
    }))
}

/// `glsa_`, 32 characters, `_`, and the CRC-32 of all before that underscore in hexadecimal, lowest byte first (Grafana,
/// `pkg/components/satokengen/tokengen.go`; its own test's token was computed to check this).
pub(super) fn grafana(evidence: Evidence<'_>) -> Proof {
    let value = evidence.bytes();
    let halves = value.iter().rposition(|&b| b == b'_').map(|underscore| value.split_at(underscore));
    let holds = |(key, sum): (&[u8], &[u8])| &sum[1..] == hex(crc32fast::hash(key).to_le_bytes()).as_bytes();
    Proof::checksum(halves.is_some_and(holds))
}

/// The last eight characters may be the CRC-32, in hexadecimal, of all before them, with or without the prefix or the
/// `=` that ends the token itself. Atlassian and Cloudflare say that there is a checksum (Cloudflare: that it is a CRC-32) and
/// not what it is of: it proves a token where it holds, and where it does not it says nothing.
pub(super) fn hex_suffix(evidence: Evidence<'_>) -> Proof {
    let value = evidence.bytes();
    let Some((key, sum)) = value.len().checked_sub(8).map(|at| value.split_at(at)) else {
        return Proof::nothing();
    };
    let bare = key.strip_suffix(b"=").unwrap_or(key);
    let body = bare.iter().position(|&b| b == b'_').map_or(bare, |underscore| &bare[underscore + 1..]);
    let holds = [key, bare, body].iter().any(|part| {
        let crc = crc32fast::hash(part);
        [crc.to_be_bytes(), crc.to_le_bytes()].iter().any(|b| hex(*b).as_bytes().eq_ignore_ascii_case(sum))
    });
    if holds { Proof::checksum(true) } else { Proof::nothing() }
}

fn hex(bytes: [u8; 4]) -> String {
    super::encoding::hex(&bytes)
}
