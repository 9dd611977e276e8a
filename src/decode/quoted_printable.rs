//! Quoted-printable (RFC 2045, section 6.7), as mail is kept.

use super::escapes::{Escape, STRONG};
use super::hex;

/// The escape whose equals sign stands at `at`: a byte in capital digits, or a line end that is none.
pub(super) fn read(text: &[u8], at: usize) -> Option<Escape> {
    match text.get(at + 1..)? {
        [b'\n', ..] => Escape::new(2, b"", 0),
        [b'\r', b'\n', ..] => Escape::new(3, b"", 0),
        [high, low, ..] if !high.is_ascii_lowercase() && !low.is_ascii_lowercase() => {
            let byte = hex::pair(text, at + 1)?;
            let plain = !byte.is_ascii_control() || matches!(byte, b'\t' | b'\n' | b'\r');
            let weight = if byte == b'=' { STRONG } else { 0 };
            if plain { Escape::new(3, &[byte], weight) } else { None }
        }
        _ => None,
    }
}
