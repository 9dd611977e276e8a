//! Hexadecimal digits, two a byte.

use data_encoding::HEXLOWER_PERMISSIVE;

use super::content::{self, Content, HEAD};

/// Length of what stands before the digits: `0x`, or the `x` of PostgreSQL's `\x…`; `None` when the rest of the run is
/// not made of pairs of digits.
pub(super) fn prefix(run: &[u8]) -> Option<usize> {
    let skipped = match run {
        [b'0', b'x' | b'X', ..] => 2,
        [b'x' | b'X', ..] => 1,
        _ => 0,
    };
    let digits = &run[skipped..];
    (digits.len().is_multiple_of(2) && digits.iter().all(u8::is_ascii_hexdigit)).then_some(skipped)
}

/// What the first of these digits stand for.
pub(super) fn content(digits: &[u8]) -> Option<Content> {
    let mut head = [0; HEAD];
    let digits = &digits[..digits.len().min(2 * HEAD)];
    let head = &mut head[..digits.len() / 2];
    decode(digits, head).then(|| content::of(head))?
}

/// Decodes `digits` into `out`, which is half as long.
pub(super) fn decode(digits: &[u8], out: &mut [u8]) -> bool {
    HEXLOWER_PERMISSIVE.decode_mut(digits, out).is_ok()
}

/// The byte that two digits at `at` stand for.
pub(super) fn pair(text: &[u8], at: usize) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let [high, low] = *text.get(at..)?.first_chunk()?;
    u8::try_from(digit(high)? << 4 | digit(low)?).ok()
}
