//! Encodings that values come in, each read strictly: what no encoder writes is no value.

use base64::Engine as _;
use base64::alphabet::{Alphabet, STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use data_encoding::{BASE32_NOPAD, HEXLOWER};

use crate::decode::percent;

/// Padded or not; bits behind the last byte must be zero, as encoders leave them.
const STRICT: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);

const PLAIN: GeneralPurpose = engine(&STANDARD);
const URL: GeneralPurpose = engine(&URL_SAFE);

const fn engine(alphabet: &Alphabet) -> GeneralPurpose {
    GeneralPurpose::new(alphabet, STRICT)
}

/// Base64 (RFC 4648 section 4).
pub(in crate::detect) fn base64(text: &[u8]) -> Option<Vec<u8>> {
    PLAIN.decode(text).ok()
}

/// URL-safe Base64 (RFC 4648 section 5).
pub(super) fn base64url(text: &[u8]) -> Option<Vec<u8>> {
    URL.decode(text).ok()
}

/// Base64 in either alphabet.
pub(super) fn any_base64(text: &[u8]) -> Option<Vec<u8>> {
    base64(text).or_else(|| base64url(text))
}

/// Base32 without padding (RFC 4648 section 6), upper case.
pub(super) fn base32(text: &[u8]) -> Option<Vec<u8>> {
    BASE32_NOPAD.decode(text).ok()
}

/// What `%41` and the like stand for (RFC 3986 section 2.1); anything else stays.
pub(super) fn percent(text: &[u8]) -> Vec<u8> {
    percent::decoded(text).map_or_else(|| text.to_vec(), |plain| plain.to_vec())
}

/// Lower-case hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    HEXLOWER.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_vectors_hold() {
        // RFC 4648 section 10.
        assert_eq!(base32(b"MZXW6YTBOI").unwrap(), b"foobar");
        assert_eq!(base32(b"MZXW6").unwrap(), b"foo");
        assert_eq!(base64(b"Zm9vYg==").unwrap(), b"foob");
        assert_eq!(base64(b"Zm9vYg").unwrap(), b"foob");
        assert_eq!(base64url(b"_---").unwrap(), [0xff, 0xef, 0xbe]);
        assert_eq!(percent(b"2030-01-01T00%3A00%3a00Z%2%zz%"), b"2030-01-01T00:00:00Z%2%zz%");
    }

    #[test]
    fn what_no_encoder_writes_is_refused() {
        for text in [&b"Zm9vYh=="[..], b"Zm9vY", b"Zm9v!g==", b"Zm9vYg==Zg"] {
            assert_eq!(base64(text), None, "{text:?}");
        }
        for text in [&b"MZXW7"[..], b"MZXW6Y", b"mzxw6", b"MZXW61"] {
            assert_eq!(base32(text), None, "{text:?}");
        }
    }
}
