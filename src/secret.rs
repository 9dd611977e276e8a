//! The one type that holds a raw secret value.
//!
//! It has no `Debug`, `Display` or `Serialize`, so that no log line, panic message or report can show it by accident.
//! It can be masked, hashed and measured; its bytes are wiped when it is dropped.

use std::collections::{BTreeSet, HashMap};

use zeroize::Zeroizing;

use crate::span::Span;

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

    /// True when the value mixes letters and digits, so that it hardly stands anywhere for something else than itself.
    /// A word (`password`), a path or a reference (`settings.KEY2`) is not distinctive.
    pub fn is_distinctive(&self) -> bool {
        let has = |test: fn(&u8) -> bool| self.0.iter().any(test);
        self.len() >= 8
            && has(u8::is_ascii_alphabetic)
            && has(u8::is_ascii_digit)
            && !has(|byte| matches!(byte, b'/' | b'.'))
    }

    /// True for a short run of ASCII letters in lower case, the first one capital or not: `postgres`, `Production`. It
    /// stands in paths for itself, and whoever reads it there does not learn that it is a password too.
    pub fn is_plain_word(&self) -> bool {
        let rest = self.0.get(1..).unwrap_or_default();
        self.len() < 16
            && self.0.first().is_some_and(u8::is_ascii_alphabetic)
            && rest.iter().all(u8::is_ascii_lowercase)
    }

    /// The raw bytes, for those inside this crate that judge a value. Nothing derived from them may be shown unless it
    /// is a mask or a hash.
    pub(crate) fn expose(&self) -> &[u8] {
        &self.0
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

/// Bytes that a value must have to be looked for in other text: a shorter one stands there by chance.
pub const SHORTEST_NEEDLE: usize = 6;

/// Raw values to be found again in other text. Borrows them, so that nothing is copied out of a [`Secret`].
pub struct Needles<'s> {
    by_start: HashMap<[u8; SHORTEST_NEEDLE], BTreeSet<&'s [u8]>>,
}

impl<'s> Needles<'s> {
    /// Looks for every value of at least [`SHORTEST_NEEDLE`] bytes.
    pub fn new(values: impl IntoIterator<Item = &'s Secret>) -> Self {
        let mut by_start: HashMap<_, BTreeSet<_>> = HashMap::new();
        for value in values {
            if let Some(start) = value.0.first_chunk() {
                by_start.entry(*start).or_default().insert(value.0.as_slice());
            }
        }
        Self { by_start }
    }

    /// Where any of the values stand in `text`: sorted, overlapping ones joined.
    pub fn spans(&self, text: &[u8]) -> Vec<Span> {
        let mut spans: Vec<Span> = Vec::new();
        for at in 0..text.len() {
            let Some(values) = text[at..].first_chunk().and_then(|start| self.by_start.get(start)) else {
                continue;
            };
            let here = values.iter().filter(|value| text[at..].starts_with(value));
            let Some(length) = here.map(|value| value.len()).max() else { continue };
            let span = Span::new(at, at + length);
            match spans.last_mut() {
                Some(last) if last.overlaps(span) => *last = last.join(span),
                _ => spans.push(span),
            }
        }
        spans
    }
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
    #[test]
    fn values_are_found_again_in_other_text() {
        let values = [Secret::new(b"abcdef123"), Secret::new(b"f123456789"), Secret::new(b"short")];
        let needles = Needles::new(&values);
        assert_eq!(needles.spans(b"xx/abcdef123456789/abcdef12/short"), [Span::new(3, 18)]);
        assert_eq!(needles.spans(b"abcdef123 abcdef123"), [Span::new(0, 9), Span::new(10, 19)]);
        assert_eq!(needles.spans(b"abcd"), []);
    }
}
