//! How much of one blob is decoded at most, so that a small file that says "and so on, a million times" costs what a
//! small file costs.

/// Every blob may be decoded to this many bytes.
const LEAST: usize = 1 << 20;

/// No blob is decoded to more bytes than this.
const MOST: usize = 16 << 20;

/// Bytes to decode to for each byte of the blob.
const FACTOR: usize = 4;

/// The decoded bytes that one blob has used and may still use.
#[derive(Clone, Copy, Debug, Default)]
pub struct Budget {
    seen: usize,
    used: usize,
    spent: bool,
}

impl Budget {
    /// Counts `bytes` more of the blob as seen, which gives room.
    pub fn saw(&mut self, bytes: usize) {
        self.seen = self.seen.saturating_add(bytes);
    }

    /// Bytes that may still be decoded.
    pub fn left(&self) -> usize {
        self.seen.saturating_mul(FACTOR).clamp(LEAST, MOST).saturating_sub(self.used)
    }

    /// True when something was not decoded because the budget did not allow it.
    pub const fn is_spent(&self) -> bool {
        self.spent
    }

    /// Notes that something was not decoded.
    pub const fn refuse(&mut self) {
        self.spent = true;
    }

    /// Takes `bytes`, or refuses.
    pub(super) fn take(&mut self, bytes: usize) -> bool {
        let fits = bytes <= self.left();
        match fits {
            true => self.used += bytes,
            false => self.spent = true,
        }
        fits
    }

    /// Allows nothing more: whatever is still worth decoding is refused.
    pub fn close(&mut self) {
        self.used = usize::MAX;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_grows_with_the_blob_between_two_bounds() {
        let mut budget = Budget::default();
        assert_eq!(budget.left(), LEAST);
        budget.saw(1 << 20);
        assert_eq!(budget.left(), 4 << 20);
        assert!(budget.take(3 << 20) && !budget.is_spent());
        assert!(!budget.take(2 << 20) && budget.is_spent(), "a refusal is remembered");
        assert!(budget.take(1 << 20), "and takes nothing");
        budget.saw(1 << 30);
        assert_eq!(budget.left(), MOST - (4 << 20));
        budget.close();
        assert!(budget.left() == 0 && !budget.take(1));
    }
}
