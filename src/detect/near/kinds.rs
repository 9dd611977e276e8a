//! Which of up to 64 bytes are digits, small letters and capitals, as bits: what is asked of values and words is then asked
//! of all their bytes at once.

use crate::runs::bits;

/// Bytes that are looked at together.
pub(super) const MOST: usize = u64::BITS as usize;

/// A bit for each byte, from the lowest on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Kinds {
    /// Those that are digits.
    pub(super) digits: u64,
    /// Those that are small letters.
    pub(super) lower: u64,
    /// Those that are capitals.
    pub(super) upper: u64,
}

impl Kinds {
    /// Those of the first [`MOST`] bytes of `text`.
    pub(super) fn of(text: &[u8]) -> Self {
        Self {
            digits: bits(text, |byte| byte.wrapping_sub(b'0') < 10),
            lower: bits(text, |byte| byte.wrapping_sub(b'a') < 26),
            upper: bits(text, |byte| byte.wrapping_sub(b'A') < 26),
        }
    }

    /// Those that are any of these.
    pub(super) const fn all(self) -> u64 {
        self.digits | self.lower | self.upper
    }

    /// The first `length` bits.
    pub(super) const fn first(length: usize) -> u64 {
        if length < MOST { (1 << length) - 1 } else { u64::MAX }
    }

    /// Without the bytes before `start`, which is less than [`MOST`].
    pub(super) const fn from(self, start: usize) -> Self {
        Self { digits: self.digits >> start, lower: self.lower >> start, upper: self.upper >> start }
    }

    /// Without the bytes behind the first `length`.
    pub(super) const fn up_to(self, length: usize) -> Self {
        let inside = Self::first(length);
        Self { digits: self.digits & inside, lower: self.lower & inside, upper: self.upper & inside }
    }

    /// How many differ from the one before. A small letter behind a capital does not.
    pub(super) const fn changes(self) -> u32 {
        let Self { digits, lower, upper } = self;
        let changed = digits & !(digits << 1) | lower & digits << 1 | upper & !(upper << 1);
        (changed & !1).count_ones()
    }

    /// Where words begin: letters and digits side by side, parted between `aB`, and between `AB` when `b` follows.
    pub(super) const fn words(self) -> u64 {
        let small = self.digits | self.lower;
        self.all() & !(self.all() << 1) | self.upper & (small << 1 | self.lower >> 1)
    }

    /// Closed up where other bytes stood among the first `length`.
    pub(super) fn closed_up(mut self, length: usize) -> Self {
        let mut others = !self.all() & Self::first(length);
        while others != 0 {
            let before = (others & others.wrapping_neg()) - 1;
            let close = |bits: u64| bits & before | bits >> 1 & !before;
            self = Self { digits: close(self.digits), lower: close(self.lower), upper: close(self.upper) };
            others = others >> 1 & !before;
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn they_are_those_of_each_byte(text: Vec<u8>, length in 0usize..=MOST) {
            let length = length.min(text.len());
            let kinds = Kinds::of(&text).up_to(length);
            let each = |kind: fn(&u8) -> bool, bytes: &[u8]| {
                bytes.iter().enumerate().filter(|(_, byte)| kind(byte)).fold(0_u64, |all, (at, _)| all | 1 << at)
            };
            let of = |bytes: &[u8]| Kinds {
                digits: each(u8::is_ascii_digit, bytes),
                lower: each(u8::is_ascii_lowercase, bytes),
                upper: each(u8::is_ascii_uppercase, bytes),
            };
            prop_assert_eq!(kinds, of(&text[..length]));
            let plain: Vec<u8> = text[..length].iter().copied().filter(u8::is_ascii_alphanumeric).collect();
            prop_assert_eq!(kinds.closed_up(length), of(&plain));
        }
    }
}
