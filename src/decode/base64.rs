//! base64 (RFC 4648), standard and URL-safe, padded or not.

use ::base64::Engine as _;
use ::base64::alphabet::STANDARD;
use ::base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::content::{self, Content, HEAD};

/// Padding is cut off before, and what an encoder left in the last bits does not matter.
const ENGINE: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::RequireNone)
        .with_decode_allow_trailing_bits(true),
);

/// What each character stands for, for a first look that costs less than decoding.
const VALUES: [u32; 256] = {
    let mut values = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        values[byte] = match byte as u8 {
            upper @ b'A'..=b'Z' => upper - b'A',
            lower @ b'a'..=b'z' => lower - b'a' + 26,
            digit @ b'0'..=b'9' => digit - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => 0,
        } as u32;
        byte += 1;
    }
    values
};

/// True for the characters of both alphabets.
pub(super) const fn is_character(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_')
}

/// What the first characters stand for.
pub(super) fn content(characters: &[u8]) -> Option<Content> {
    let group = |at: usize| {
        let value = |index: usize| characters.get(at + index).map_or(0, |&byte| VALUES[usize::from(byte)]);
        (value(0) << 18 | value(1) << 12 | value(2) << 6 | value(3)).to_be_bytes()
    };
    let ([_, a, b, c], [_, d, e, f]) = (group(0), group(4));
    if !content::may_begin([a, b, c, d, e, f]) {
        return None;
    }
    let mut standard = [0; HEAD / 3 * 4];
    let length = characters.len().min(standard.len()) / 4 * 4;
    let standard = &mut standard[..length];
    standard.copy_from_slice(&characters[..length]);
    to_standard(standard);
    let mut head = [0; HEAD];
    let read = ENGINE.decode_slice(&*standard, &mut head).ok()?;
    content::of(&head[..read])
}

/// Number of bytes that `characters` characters stand for; a last one without a second stands for nothing.
pub(super) const fn decoded_len(characters: usize) -> usize {
    characters / 4 * 3 + (characters % 4).saturating_sub(1)
}

/// Decodes `characters`, which are turned into the standard alphabet, into `out`, which is [`decoded_len`] long.
pub(super) fn decode(characters: &mut [u8], out: &mut [u8]) -> bool {
    to_standard(characters);
    let length = characters.len() - usize::from(characters.len() % 4 == 1);
    ENGINE.decode_slice(&characters[..length], out).is_ok_and(|read| read == out.len())
}

fn to_standard(characters: &mut [u8]) {
    for byte in characters {
        match *byte {
            b'-' => *byte = b'+',
            b'_' => *byte = b'/',
            _ => {}
        }
    }
}
