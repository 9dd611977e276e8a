//! A tree object piece by piece: entries that it took over from the tree that it was made from are known in numbers.
//!
//! Versions of a directory differ in an entry or two, and to look for the ids of all others takes longer than to decode
//! them.

use super::Entry;
use crate::kin::Copied;
use crate::source::object::TreeEntry;

/// A tree in numbers, and where its entries stand.
pub(super) struct Written {
    /// Where each begins in the object; then one past the last byte.
    starts: Vec<u32>,
    entries: Vec<Entry>,
}

impl Written {
    pub(super) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The memory that it takes, in bytes.
    pub(super) fn bytes(&self) -> usize {
        size_of_val(&*self.starts) + size_of_val(&*self.entries)
    }

    /// The entry that begins at `start`, and where it ends. `next` is its number, most often.
    fn at(&self, start: usize, next: usize) -> Option<(usize, usize)> {
        let start = u32::try_from(start).ok()?;
        let number = match self.starts.get(next) {
            Some(&here) if here == start => next,
            _ => self.starts.binary_search(&start).ok()?,
        };
        Some((number, *self.starts.get(number + 1)? as usize))
    }
}

/// An entry as it stands in the object, or the one that it was taken over from.
enum Piece<'t> {
    New(TreeEntry<'t>),
    Known(Entry),
}

/// All entries of a tree.
pub(super) struct Pieces<'t> {
    starts: Vec<u32>,
    pieces: Vec<Piece<'t>>,
}

impl<'t> Pieces<'t> {
    /// Those of the tree object `bytes`, which was perhaps made from another. `None` when it is no tree.
    pub(super) fn of(bytes: &'t [u8], id_len: usize, base: Option<(&Written, &[Copied])>) -> Option<Self> {
        let length = u32::try_from(bytes.len()).ok()?;
        let room = base.map_or(bytes.len() / 40, |(base, _)| base.entries.len() + 2);
        let (mut starts, mut pieces) = (Vec::with_capacity(room + 1), Vec::with_capacity(room));
        let mut copies = base.map_or(&[][..], |(_, copies)| copies);
        let (mut at, mut next) = (0, 0);
        while at < bytes.len() {
            starts.push(at as u32);
            while let Some((_, rest)) = copies.split_first().filter(|(first, _)| first.end() <= at) {
                copies = rest;
            }
            let inside = copies.first().filter(|first| first.to <= at);
            let known = base.zip(inside).and_then(|((base, _), copied)| {
                let start = at - copied.to + copied.from;
                let (number, end) = base.at(start, next).filter(|(_, end)| *end <= copied.from_end())?;
                next = number + 1;
                Some((base.entries[number], end - start))
            });
            let (piece, length) = match known {
                Some((entry, length)) => (Piece::Known(entry), length),
                None => {
                    let (entry, length) = TreeEntry::first(&bytes[at..], id_len)?;
                    (Piece::New(entry), length)
                }
            };
            pieces.push(piece);
            at += length;
        }
        starts.push(length);
        Some(Self { starts, pieces })
    }

    /// How many entries there are.
    pub(super) fn len(&self) -> usize {
        self.pieces.len()
    }

    /// What `find` says of the entries that are not known, for each entry.
    pub(super) fn look_up<F>(&self, find: impl Fn(&TreeEntry<'_>) -> F) -> Vec<Option<F>> {
        let found = |piece: &Piece<'_>| match piece {
            Piece::New(entry) => Some(find(entry)),
            Piece::Known(_) => None,
        };
        self.pieces.iter().map(found).collect()
    }

    /// The tree in numbers; `number` gives those of an entry with what was found of it.
    pub(super) fn entries<F>(
        self,
        found: Vec<Option<F>>,
        mut number: impl FnMut(&TreeEntry<'_>, F) -> Option<Entry>,
    ) -> Option<Written> {
        let numbered = self.pieces.into_iter().zip(found).map(|(piece, found)| match piece {
            Piece::New(entry) => number(&entry, found?),
            Piece::Known(entry) => Some(entry),
        });
        Some(Written { entries: numbered.collect::<Option<_>>()?, starts: self.starts })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::kin;
    use crate::source::object::{Id, Mode, tree_entries};

    /// Numbers that tell entries apart.
    fn number(entry: &TreeEntry<'_>) -> Entry {
        let object = u32::from(entry.id.as_bytes()[0]) << 8 | u32::from(entry.id.as_bytes()[19]);
        Entry::new(entry.name.iter().map(|byte| u32::from(*byte)).sum(), entry.mode, object)
    }

    fn written(bytes: &[u8], base: Option<(&Written, &[Copied])>) -> Option<(Written, usize)> {
        let pieces = Pieces::of(bytes, 20, base)?;
        let found = pieces.look_up(|_| ());
        let new = found.iter().flatten().count();
        Some((pieces.entries(found, |entry, ()| Some(number(entry)))?, new))
    }

    fn tree(entries: &[(u8, u8)]) -> Vec<u8> {
        let entry = |(name, id): &(u8, u8)| {
            let mode = if id % 2 == 0 { "100644" } else { "40000" };
            [format!("{mode} name{name}\0").as_bytes(), &[*id; 20]].concat()
        };
        entries.iter().flat_map(entry).collect()
    }

    #[test]
    fn only_what_differs_is_new() {
        let all: Vec<(u8, u8)> = (0..50).map(|at| (at, at)).collect();
        let base = tree(&all);
        let (known, new) = written(&base, None).unwrap();
        assert_eq!((known.entries().len(), new), (50, 50));
        let mut other = all.clone();
        other[20].1 = 77;
        let text = tree(&other);
        let at = tree(&other[..20]).len();
        let (from, to) = (tree(&all[..21]).len(), tree(&other[..21]).len());
        let copies = [Copied { from: 0, to: 0, length: at }, Copied { from, to, length: base.len() - from }];
        let (again, new) = written(&text, Some((&known, &copies))).unwrap();
        assert_eq!(new, 1);
        assert!(again.entries() == written(&text, None).unwrap().0.entries());
        assert_eq!(Id::from_bytes(&[77; 20]).unwrap(), tree_entries(&text, 20).unwrap()[20].id);
        assert_eq!(again.entries()[20].mode(), Mode::Directory);
    }

    proptest! {
        #[test]
        fn what_was_taken_over_is_what_stands_there((base, text, copies) in kin::made(
            prop::collection::vec((0..3_u8, 0..3_u8), 0..30).prop_map(|entries| tree(&entries)),
        )) {
            let Some((known, _)) = written(&base, None) else { return Ok(()) };
            let plain = written(&text, None).map(|(written, _)| written);
            let again = written(&text, Some((&known, &copies))).map(|(written, _)| written);
            prop_assert_eq!(plain.is_some(), again.is_some());
            if let Some((plain, again)) = plain.zip(again) {
                prop_assert!(plain.entries() == again.entries() && plain.starts == again.starts);
            }
        }
    }
}
