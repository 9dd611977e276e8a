//! `user:password` in Base64, as HTTP's basic scheme sends it (RFC 7617, section 2) and as clients of registries keep
//! it. Apart because headers, registries' files and the verdict read the same form.

use zeroize::Zeroizing;

use super::proof::base64;

/// Fewest bytes of Base64: shorter words decode to anything.
const SHORTEST: usize = 8;

/// A decoded login. Dropping it wipes the password.
pub struct Login {
    decoded: Zeroizing<Vec<u8>>,
    colon: usize,
}

impl Login {
    /// Reads `encoded`; `None` when it is no Base64 of printable text with a colon and something behind it.
    pub fn decode(encoded: &[u8]) -> Option<Self> {
        if encoded.len() < SHORTEST {
            return None;
        }
        let decoded = Zeroizing::new(base64(encoded)?);
        let colon = memchr::memchr(b':', &decoded)?;
        let printable = |chunk: std::str::Utf8Chunk<'_>| {
            chunk.invalid().is_empty() && !chunk.valid().contains(char::is_control)
        };
        let sound = colon + 1 < decoded.len() && decoded.utf8_chunks().all(printable);
        sound.then_some(Self { decoded, colon })
    }

    /// The user's name as a fact; none when it is empty.
    pub fn user(&self) -> Option<String> {
        let user = String::from_utf8_lossy(&self.decoded[..self.colon]);
        (!user.is_empty()).then(|| format!("user {user}"))
    }

    /// The password.
    pub fn password(&self) -> &[u8] {
        &self.decoded[self.colon + 1..]
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    use super::*;

    #[test]
    fn only_printable_text_with_a_password_is_a_login() {
        let encode = |plain: &[u8]| STANDARD.encode(plain);
        let login = Login::decode(encode(b"ann:a:b").as_bytes()).unwrap();
        assert_eq!((login.user().as_deref(), login.password()), (Some("user ann"), &b"a:b"[..]));
        assert_eq!(Login::decode(encode(b":secret").as_bytes()).unwrap().user(), None);
        assert!(Login::decode(encode(b"ann:pass").trim_end_matches('=').as_bytes()).is_some());
        for other in [&b"no colon"[..], b"ann:", b"ann:\x01\x02\x03", b"an\xff:pass"] {
            assert!(Login::decode(encode(other).as_bytes()).is_none());
        }
        assert!(Login::decode(b"bearerAuth").is_none() && Login::decode(b"YTpi").is_none());
    }
}
