//! Offline proofs: what a token's own bytes say about its truth. A failed proof never drops a match.

use crate::rule::Rule;

use super::Verified;

/// Runs the proof that the rule names on `value`; also what non-secret facts the value tells.
pub(super) fn prove(rule: &Rule, value: &[u8]) -> (Verified, Vec<String>) {
    let verified = match rule.proof.as_deref() {
        Some("github-checksum" | "npm-checksum") => verdict(checksum_base62(value)),
        _ => Verified::None,
    };
    let subject = match rule.id.as_ref() {
        "aws-access-key-id" => aws_account(value).map(|id| format!("AWS account {id}")).into_iter().collect(),
        _ => Vec::new(),
    };
    (verified, subject)
}

fn verdict(holds: bool) -> Verified {
    if holds { Verified::Checksum } else { Verified::Failed }
}

/// The last six characters are the CRC-32 of the part between prefix and checksum, in base62 with leading zeros
/// (GitHub, "Behind GitHub's new authentication token formats", 2021; npm follows it).
fn checksum_base62(value: &[u8]) -> bool {
    let Some(underscore) = value.iter().position(|&b| b == b'_') else { return false };
    let body = &value[underscore + 1..];
    let Some(split) = body.len().checked_sub(6) else { return false };
    let mut crc = crc32fast::hash(&body[..split]);
    let mut expected = [b'0'; 6];
    for digit in expected.iter_mut().rev() {
        *digit = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"[(crc % 62) as usize];
        crc /= 62;
    }
    body[split..] == expected
}

/// The account number in an access key id issued since 2019: after the four-letter prefix, base32 of 80 bits whose
/// bits 1 to 40 hold the twelve-digit account number (AWS, `sts get-access-key-info` gives the same).
fn aws_account(value: &[u8]) -> Option<String> {
    let body = value.get(4..20)?;
    let mut bits: u128 = 0;
    for &byte in body {
        let digit = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'2'..=b'7' => byte - b'2' + 26,
            _ => return None,
        };
        bits = bits << 5 | u128::from(digit);
    }
    let account = (bits >> 39) & ((1 << 40) - 1);
    (account < 1_000_000_000_000 && body[0] >= b'Q').then(|| format!("{account:012}"))
}
