//! The one type that holds a raw secret value.
//!
//! It has no `Debug`, `Display` or `Serialize`, so that no log line, panic message or report can show it by accident.
//! It can be masked, hashed and measured; its bytes are wiped when it is dropped.

use zeroize::Zeroizing;

/// What stands for a value in every output. Its length never depends on the value's.
pub const MASK: &str = "********";

/// A raw secret value.
pub struct Secret(Zeroizing<Vec<u8>>);

impl Secret {
    /// Takes a copy of the value's bytes.
    pub fn new(value: &[u8]) -> Self {
        Self(Zeroizing::new(value.to_vec()))
    }

    /// Length of the value in bytes.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// True for the empty value.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The keyed hash of the value (BLAKE3 in keyed mode, 32 bytes).
    pub fn keyed_hash(&self, key: &[u8; 32]) -> [u8; 32] {
        *blake3::keyed_hash(key, &self.0).as_bytes()
    }

    /// The value's stand-in: its first `public_prefix` bytes when they are plain ASCII and the value goes on after
    /// them, then [`MASK`].
    pub fn mask(&self, public_prefix: usize) -> String {
        mask(&self.0, public_prefix)
    }
}

/// [`Secret::mask`] for bytes that are still part of a blob.
pub fn mask(value: &[u8], public_prefix: usize) -> String {
    let shown = value.get(..public_prefix).filter(|_| value.len() >= public_prefix + 8);
    let shown =
        shown.and_then(|p| std::str::from_utf8(p).ok()).filter(|p| p.bytes().all(|b| b.is_ascii_graphic()));
    format!("{}{MASK}", shown.unwrap_or(""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mask_shows_the_public_prefix_and_nothing_of_the_length() {
        let short = Secret::new(b"abc_0123456789");
        let long = Secret::new(b"abc_0123456789012345678901234567890123456789");
        assert_eq!(short.mask(4), "abc_********");
        assert_eq!(short.mask(4), long.mask(4));
        assert_eq!(Secret::new(b"hunter2").mask(6), MASK, "a prefix that is most of the value is not shown");
    }
}
