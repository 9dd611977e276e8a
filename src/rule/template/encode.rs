//! Encodings and checksums of made-up values (RFC 4648, CRC-32, CRC-16, Bech32), written out because `build.rs` includes them
//! and needs no crate for that. The proofs in `detect::proof` read the same formats with the usual crates.

use super::placeholder::{DIGITS, LOWER, UPPER};

/// Base64 without padding (RFC 4648 section 4, or 5 with `url`).
pub(super) fn base64(bytes: &[u8], url: bool) -> String {
    let last = if url { "-_" } else { "+/" };
    let alphabet = [UPPER, LOWER, DIGITS, last].concat().into_bytes();
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let byte = |index: usize| u32::from(chunk.get(index).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for index in 0..=chunk.len() {
            text.push(char::from(alphabet[(bits >> (18 - 6 * index)) as usize & 63]));
        }
    }
    text
}

/// Base64 with padding (RFC 4648 section 4).
pub(super) fn padded_base64(bytes: &[u8]) -> String {
    let mut text = base64(bytes, false);
    text.extend(std::iter::repeat_n('=', text.len().next_multiple_of(4) - text.len()));
    text
}

/// Base32 without padding (RFC 4648 section 6).
pub(super) fn base32(bytes: &[u8]) -> String {
    groups_of_five(bytes)
        .into_iter()
        .map(|five| char::from([UPPER, "234567"].concat().as_bytes()[five]))
        .collect()
}

/// Lower-case hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// `number` in the base of `alphabet`, filled up with its first character to `length`.
pub(super) fn digits(number: u32, alphabet: &[u8], length: usize) -> String {
    let mut rest = number as usize;
    let mut digits = vec![alphabet[0]; length];
    for digit in digits.iter_mut().rev() {
        *digit = alphabet[rest % alphabet.len()];
        rest /= alphabet.len();
    }
    String::from_utf8_lossy(&digits).into_owned()
}

/// CRC-32 as in ISO 3309 and zlib, reflected polynomial 0xEDB88320.
pub(super) fn crc32(bytes: &[u8]) -> u32 {
    let shift = |crc: u32, _| if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 };
    !bytes.iter().fold(!0, |crc, &byte| (0..8).fold(crc ^ u32::from(byte), shift))
}

/// CRC-16/XMODEM, polynomial 0x1021.
pub(super) fn crc16(bytes: &[u8]) -> u16 {
    let shift = |crc: u16, _| if crc & 0x8000 == 0 { crc << 1 } else { (crc << 1) ^ 0x1021 };
    bytes.iter().fold(0, |crc, &byte| (0..8).fold(crc ^ (u16::from(byte) << 8), shift))
}

/// Bech32 (BIP 173) with this prefix, in the case that the prefix has.
pub(super) fn bech32(prefix: &str, bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 32] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    const GENERATOR: [u32; 5] = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3];
    let step = |sum: u32, five: usize| {
        let top = sum >> 25;
        let sum = (sum & 0x1ff_ffff) << 5 ^ five as u32;
        (0..5).filter(|bit| top >> bit & 1 == 1).fold(sum, |sum, bit| sum ^ GENERATOR[bit])
    };
    let lower = prefix.to_ascii_lowercase();
    let high = lower.bytes().map(|b| usize::from(b >> 5));
    let low = lower.bytes().map(|b| usize::from(b & 31));
    let data = groups_of_five(bytes);
    let all = high.chain([0]).chain(low).chain(data.iter().copied()).chain([0; 6]);
    let sum = all.fold(1, step) ^ 1;
    let checksum = (0..6).map(|index| (sum >> (25 - 5 * index)) as usize & 31);
    let text: String = data.iter().copied().chain(checksum).map(|five| char::from(ALPHABET[five])).collect();
    let text = format!("{lower}1{text}");
    if lower == prefix { text } else { text.to_ascii_uppercase() }
}

/// The bits in groups of five, the last filled up with zeros.
fn groups_of_five(bytes: &[u8]) -> Vec<usize> {
    let bit = |index: usize| bytes.get(index / 8).is_some_and(|byte| byte >> (7 - index % 8) & 1 == 1);
    let group = |start: usize| (0..5).fold(0, |sum, offset| sum << 1 | usize::from(bit(start + offset)));
    (0..bytes.len() * 8).step_by(5).map(group).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_vectors_hold() {
        // RFC 4648 section 10.
        assert_eq!((base64(b"foob", false), base64(b"fooba", false)), ("Zm9vYg".into(), "Zm9vYmE".into()));
        assert_eq!((base64(&[0xff, 0xef, 0xbe], true), padded_base64(b"f")), ("_---".into(), "Zg==".into()));
        assert_eq!((base32(b"fooba"), base32(b"foobar")), ("MZXW6YTB".into(), "MZXW6YTBOI".into()));
        // The check values of CRC-32/ISO-HDLC and CRC-16/XMODEM.
        assert_eq!((crc32(b"123456789"), crc16(b"123456789")), (0xcbf4_3926, 0x31c3));
        // BIP 173, test vectors.
        assert_eq!(bech32("A", b""), "A12UEL5L");
        assert_eq!(
            bech32(
                "abcdef",
                &[0, 68, 50, 20, 199, 66, 84, 182, 53, 207, 132, 101, 58, 86, 215, 198, 117, 190, 119, 223]
            ),
            "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw"
        );
    }

    #[test]
    fn a_number_is_filled_up_with_the_first_digit() {
        let alphabet = [DIGITS, UPPER, LOWER].concat();
        assert_eq!(digits(0, alphabet.as_bytes(), 6), "000000");
        // CRC-32 0xCBF43926 = 3421780262 in base 62 with digits before capitals before small letters.
        assert_eq!(digits(0xcbf4_3926, alphabet.as_bytes(), 6), "3jZRME");
    }
}
