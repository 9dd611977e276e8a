//! Percent-encoding (RFC 3986, section 2.1), and the `%u0041` of old JavaScript.

use zeroize::Zeroizing;

use super::escapes::Escape;
use super::hex;

/// `bytes` with every `%XX` written plainly; `None` when there is none.
pub fn decoded(bytes: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let mut plain = Zeroizing::new(Vec::with_capacity(bytes.len()));
    let mut at = 0;
    while at < bytes.len() {
        match hex::pair(bytes, at + 1).filter(|_| bytes[at] == b'%') {
            Some(byte) => {
                plain.push(byte);
                at += 3;
            }
            None => {
                plain.push(bytes[at]);
                at += 1;
            }
        }
    }
    (plain.len() < bytes.len()).then_some(plain)
}

/// The escape whose sign stands at `at`. Control characters are none: `%02d` is a format.
pub(super) fn read(text: &[u8], at: usize) -> Option<Escape> {
    if let Some(byte) = hex::pair(text, at + 1) {
        let plain = !byte.is_ascii_control() || matches!(byte, b'\t' | b'\n' | b'\r');
        return if plain { Escape::new(3, &[byte], usize::from(byte.is_ascii_graphic())) } else { None };
    }
    let digits = text.get(at + 2..at + 6).filter(|_| text.get(at + 1) == Some(&b'u'))?;
    let (high, low) = (hex::pair(digits, 0)?, hex::pair(digits, 2)?);
    Escape::character(6, char::from_u32(u32::from(high) << 8 | u32::from(low))?, 1)
}
