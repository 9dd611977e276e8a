//! GitLab's routable tokens: a payload that says where requests go, its length, and a CRC-32.
//!
//! `PREFIX PAYLOAD.VERSION.LENGTH CRC` without the blanks, at first without `VERSION.`; the payload is URL-safe Base64 of
//! random bytes, lines such as `o:1` and a byte with the length of those lines; the length and the seven digits of the CRC
//! are in base 36 (GitLab, `lib/authn/token_field/generator/routable_token.rb`; GitLab handbook, design document "Routable
//! tokens").

use super::encoding::base64url;
use super::{Evidence, Proof};

/// Digits of the checksum, and of the payload's length before it.
const CRC: usize = 7;
const LENGTH: usize = 2;

/// Whether the checksum holds, and whose token it is. Tokens of the older form have neither.
pub(super) fn routable(evidence: Evidence<'_>) -> Proof {
    let value = evidence.bytes();
    let Some(dot) = value.iter().rposition(|&b| b == b'.') else { return Proof::nothing() };
    let Some((head, crc)) = value.len().checked_sub(CRC).and_then(|at| value.split_at_checked(at)) else {
        return Proof::nothing();
    };
    if value.len() != dot + 1 + LENGTH + CRC {
        return Proof::nothing();
    }
    // The sum is taken over the token with the prefix that its kind has at the time it is made. Runners add theirs later.
    let ends = head.iter().enumerate().filter(|(_, b)| matches!(b, b'-' | b'_')).map(|(at, _)| at + 1);
    let starts = std::iter::once(0).chain(ends.take_while(|&at| at <= 12));
    let holds =
        starts.into_iter().any(|start| base36(crc) == Some(u64::from(crc32fast::hash(&head[start..]))));
    let facts = if holds { owner(head).unwrap_or_default() } else { Vec::new() };
    Proof::checksum(holds).with(facts)
}

/// The facts in the payload of `head`, which ends with the payload's length.
fn owner(head: &[u8]) -> Option<Vec<String>> {
    let (payload, length) = head.split_at_checked(head.len().checked_sub(LENGTH)?)?;
    let dot = payload.iter().position(|&b| b == b'.')?;
    let length = usize::try_from(base36(length)?).ok()?;
    let bytes = base64url(payload[..dot].get(dot.checked_sub(length)?..)?)?;
    let (&size, bytes) = bytes.split_last()?;
    let lines = bytes.get(bytes.len().checked_sub(usize::from(size))?..)?;
    let fact = |line: &[u8]| {
        let (key, number) = line.split_first_chunk::<2>()?;
        let label = match key {
            b"o:" => "organization",
            b"g:" => "group",
            b"p:" => "project",
            b"u:" => "user",
            _ => return None,
        };
        Some(format!("GitLab {label} {}", base36(number)?))
    };
    Some(lines.split(|&b| b == b'\n').filter_map(fact).collect())
}

/// A number in base 36, lower case, at most 12 digits.
fn base36(digits: &[u8]) -> Option<u64> {
    let text = std::str::from_utf8(digits).ok().filter(|text| (1..=12).contains(&text.len()))?;
    let plain = text.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_lowercase());
    u64::from_str_radix(text, 36).ok().filter(|_| plain)
}
