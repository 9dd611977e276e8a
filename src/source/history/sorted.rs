//! Records of one width, sorted: what a file holds by the million and is only asked whether it is there.

/// Sorted records without repetitions, one behind the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sorted {
    width: usize,
    bytes: Vec<u8>,
}

impl Sorted {
    /// These records, of `width` bytes each.
    pub(super) fn of<'r>(width: usize, records: impl IntoIterator<Item = &'r [u8]>) -> Self {
        let mut records: Vec<&[u8]> = records.into_iter().filter(|record| record.len() == width).collect();
        records.sort_unstable();
        records.dedup();
        Self { width, bytes: records.concat() }
    }

    /// What [`Sorted::bytes`] gave; `None` when it is not that.
    pub(super) fn read(width: usize, bytes: &[u8]) -> Option<Self> {
        let whole = width > 0 && bytes.len().is_multiple_of(width);
        let sorted = whole && bytes.chunks_exact(width).is_sorted_by(|one, next| one < next);
        sorted.then(|| Self { width, bytes: bytes.to_vec() })
    }

    /// All records together.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.bytes.len() / self.width
    }

    /// True for one of them.
    pub(super) fn contains(&self, record: &[u8]) -> bool {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let at = low + (high - low) / 2;
            match self.bytes[at * self.width..][..self.width].cmp(record) {
                std::cmp::Ordering::Less => low = at + 1,
                std::cmp::Ordering::Greater => high = at,
                std::cmp::Ordering::Equal => return true,
            }
        }
        false
    }

    /// All of them.
    pub(super) fn iter(&self) -> impl Iterator<Item = &[u8]> {
        self.bytes.chunks_exact(self.width)
    }

    /// These and `more`.
    pub(super) fn with<'r>(&'r self, more: impl IntoIterator<Item = &'r [u8]>) -> Self {
        let mut more = more.into_iter().peekable();
        if more.peek().is_none() { self.clone() } else { Self::of(self.width, self.iter().chain(more)) }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn they_hold_what_a_set_holds(records: Vec<[u8; 2]>, more: Vec<[u8; 2]>, asked: Vec<[u8; 2]>) {
            let slices = |of: &'_ [[u8; 2]]| of.iter().map(|record| record.to_vec()).collect::<Vec<_>>();
            let (records, more) = (slices(&records), slices(&more));
            let sorted = Sorted::of(2, records.iter().map(Vec::as_slice)).with(more.iter().map(Vec::as_slice));
            let set: BTreeSet<Vec<u8>> = records.into_iter().chain(more).collect();
            prop_assert!(sorted.iter().eq(set.iter().map(Vec::as_slice)));
            prop_assert_eq!(sorted.len(), set.len());
            prop_assert!(asked.iter().all(|record| sorted.contains(record) == set.contains(record.as_slice())));
            prop_assert_eq!(Sorted::read(2, sorted.bytes()), Some(sorted));
        }
    }

    #[test]
    fn what_is_not_sorted_is_not_taken() {
        for bytes in [&b"abaa"[..], b"abab", b"abc"] {
            assert_eq!(Sorted::read(2, bytes), None, "{bytes:?}");
        }
        assert!(Sorted::read(0, b"").is_none());
    }
}
