//! What a text took over from another that it was made from: versions of a file are nearly the same.

#[cfg(test)]
use proptest::prelude::*;

/// A stretch that was taken over. All offsets and lengths in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Copied {
    /// Where it stands in the other text.
    pub from: usize,
    /// Where it stands in this one.
    pub to: usize,
    /// How long it is.
    pub length: usize,
}

impl Copied {
    /// The place behind it in the text.
    pub const fn end(self) -> usize {
        self.to + self.length
    }

    /// The place behind it in the other text.
    pub const fn from_end(self) -> usize {
        self.from + self.length
    }

    /// Notes the next stretch of a text, which may go on where the last one ends.
    pub fn add(self, all: &mut Vec<Self>) {
        match all.last_mut() {
            Some(last) if last.end() == self.to && last.from_end() == self.from => last.length += self.length,
            _ => all.push(self),
        }
    }
}

/// The stretches of at least `least` bytes in a text of `length`, each with the place behind the one before it; last
/// an empty one at the text's end.
pub fn stretches(copies: &[Copied], least: usize, length: usize) -> impl Iterator<Item = (usize, Copied)> {
    let end = Copied { from: usize::MAX, to: length, length: 0 };
    let mut before = 0;
    copies.iter().copied().filter(move |copied| copied.length >= least).chain([end]).map(move |copied| {
        let between = before;
        before = copied.end();
        (between, copied)
    })
}

/// A text and one that was made from it: stretches of the first, and others between them.
#[cfg(test)]
pub(crate) fn made(
    text: impl Strategy<Value = Vec<u8>> + Clone,
) -> impl Strategy<Value = (Vec<u8>, Vec<u8>, Vec<Copied>)> {
    let edits = prop::collection::vec((any::<prop::sample::Index>(), 0..400_usize, text.clone()), 0..5);
    (text, edits).prop_map(|(base, edits)| {
        let (mut made, mut copies) = (Vec::new(), Vec::new());
        for (start, length, fresh) in edits {
            let from = start.index(base.len() + 1);
            let length = length.min(base.len() - from);
            Copied { from, to: made.len(), length }.add(&mut copies);
            made.extend_from_slice(&base[from..from + length]);
            made.extend_from_slice(&fresh[..fresh.len().min(20)]);
        }
        (base, made, copies)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_on_is_one_stretch() {
        let mut all = Vec::new();
        for (from, to, length) in [(5, 0, 3), (8, 3, 2), (10, 6, 1), (11, 7, 70), (0, 77, 4)] {
            Copied { from, to, length }.add(&mut all);
        }
        let plain = |copied: &Copied| (copied.from, copied.to, copied.length);
        assert_eq!(all.iter().map(plain).collect::<Vec<_>>(), [(5, 0, 5), (10, 6, 71), (0, 77, 4)]);
        let long: Vec<_> = stretches(&all, 5, 90).map(|(before, copied)| (before, copied.to)).collect();
        assert_eq!(long, [(0, 0), (5, 6), (77, 90)]);
    }
}
