//! Entries of trees in chunks, each kept once: versions of a directory differ in an entry or two, and a directory of a
//! thousand names has as many versions.

use std::hash::BuildHasher as _;

use super::Entry;
use crate::source::object::{Map, Mode};

/// A chunk ends behind one name of so many, whatever stands around it, so that most chunks of two versions are the same.
const MEAN: u32 = 16;

/// Most entries of a chunk.
const MOST: usize = 64;

/// How many chunks further on one is looked for that both versions have.
const AHEAD: usize = 8;

/// A chunk, by its place in [`Chunks`].
pub(super) type ChunkNumber = u32;

/// Different chunks.
#[derive(Default)]
pub(super) struct Chunks {
    entries: Vec<Entry>,
    /// For each chunk one past its last entry; it begins where the one before ends.
    ends: Vec<u32>,
    /// For each chunk whether some of it is neither file nor directory.
    odd: Vec<bool>,
    /// By the hash of their entries.
    known: Map<u64, ChunkNumber>,
}

impl Chunks {
    /// How many entries there are.
    pub(super) const fn len(&self) -> usize {
        self.entries.len()
    }

    /// Adds a tree's entries, the numbers of their chunks to `list`.
    pub(super) fn add(&mut self, mut entries: &[Entry], list: &mut Vec<ChunkNumber>) {
        while !entries.is_empty() {
            let last = entries.iter().take(MOST - 1).position(|entry| ends_a_chunk(*entry));
            let (chunk, rest) = entries.split_at(last.map_or(entries.len().min(MOST), |last| last + 1));
            list.push(self.number(chunk));
            entries = rest;
        }
    }

    /// The number of a chunk, the same for the same entries but where two that differ have one hash.
    pub(super) fn number(&mut self, chunk: &[Entry]) -> ChunkNumber {
        let hash = self.known.hasher().hash_one(chunk);
        let known = self.known.get(&hash).copied();
        if let Some(number) = known.filter(|number| self.get(*number) == chunk) {
            return number;
        }
        let number = self.ends.len() as ChunkNumber;
        self.entries.extend_from_slice(chunk);
        self.ends.push(self.entries.len() as u32);
        self.odd.push(is_odd(chunk));
        self.known.entry(hash).or_insert(number);
        number
    }

    /// The entries of a chunk.
    pub(super) fn get(&self, number: ChunkNumber) -> &[Entry] {
        let at = number as usize;
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.entries[start as usize..self.ends[at] as usize]
    }

    /// The same with what is known of them.
    pub(super) fn chunk(&self, number: ChunkNumber) -> Chunk<'_> {
        Chunk { number: Some(number), entries: self.get(number), odd: self.odd[number as usize] }
    }

    /// How many chunks there are.
    pub(super) const fn count(&self) -> usize {
        self.ends.len()
    }

    /// Forgets what only finds chunks by their entries. What is added from now on may be kept twice.
    pub(super) fn close(&mut self) {
        self.known = Map::default();
        self.entries.shrink_to_fit();
        self.ends.shrink_to_fit();
        self.odd.shrink_to_fit();
    }
}

fn ends_a_chunk(entry: Entry) -> bool {
    // Numbers of names that stand side by side are often close to one another.
    entry.name().wrapping_mul(0x9e37_79b1) < u32::MAX / MEAN
}

fn is_odd(entries: &[Entry]) -> bool {
    entries.iter().any(|entry| matches!(entry.mode(), Mode::Link | Mode::Submodule))
}

/// Entries that stand together in a tree.
#[derive(Clone, Copy)]
pub(crate) struct Chunk<'t> {
    /// The same for the same entries; of what is not kept there is none.
    number: Option<ChunkNumber>,
    pub(crate) entries: &'t [Entry],
    /// Some of it is neither file nor directory.
    pub(crate) odd: bool,
}

impl<'t> Chunk<'t> {
    /// Of entries that are not kept.
    pub(super) fn alone(entries: &'t [Entry]) -> Self {
        Self { number: None, entries, odd: is_odd(entries) }
    }
}

/// For each chunk of `one` and of `other`, versions of a tree, whether the other has it too.
pub(crate) fn shared(one: &[Chunk<'_>], other: &[Chunk<'_>]) -> (Vec<bool>, Vec<bool>) {
    let (mut in_one, mut in_other) = (vec![false; one.len()], vec![false; other.len()]);
    let mut next = 0;
    for (at, chunk) in other.iter().enumerate().filter(|(_, chunk)| chunk.number.is_some()) {
        let ahead = one[next..].iter().take(AHEAD);
        if let Some(found) = ahead.map(|chunk| chunk.number).position(|number| number == chunk.number) {
            next += found;
            (in_one[next], in_other[at]) = (true, true);
            next += 1;
        }
    }
    (in_one, in_other)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn entry(name: u32, object: u32) -> Entry {
        Entry::new(name, Mode::File, object)
    }

    /// A tree and one in which some entries are others.
    fn versions() -> impl Strategy<Value = (Vec<Entry>, Vec<Entry>)> {
        let edits = prop::collection::vec((any::<prop::sample::Index>(), 0..3_u32), 0..5);
        (0..400_u32, edits).prop_map(|(names, edits)| {
            let one: Vec<Entry> = (0..names).map(|name| entry(name, 7)).collect();
            let mut other = one.clone();
            for (at, kind) in edits {
                let at = at.index(other.len() + 1);
                match (kind, other.get_mut(at)) {
                    (0, Some(entry)) => entry.object += 1,
                    (1, Some(_)) => drop(other.remove(at)),
                    _ => other.insert(at, entry(1000 + at as u32, 7)),
                }
            }
            (one, other)
        })
    }

    fn joined(chunks: &Chunks, list: &[ChunkNumber]) -> Vec<Entry> {
        list.iter().flat_map(|number| chunks.get(*number)).copied().collect()
    }

    proptest! {
        #[test]
        fn trees_are_what_their_chunks_are((one, other) in versions()) {
            let mut chunks = Chunks::default();
            let (mut first, mut second, mut again) = (Vec::new(), Vec::new(), Vec::new());
            chunks.add(&one, &mut first);
            chunks.add(&other, &mut second);
            let count = chunks.count();
            chunks.add(&one, &mut again);
            prop_assert!(joined(&chunks, &first) == one && joined(&chunks, &second) == other);
            prop_assert_eq!((chunks.count(), &again), (count, &first), "kept once");
            chunks.close();
            prop_assert!(joined(&chunks, &second) == other);
        }

        #[test]
        fn what_is_shared_is_in_both((one, other) in versions()) {
            let mut chunks = Chunks::default();
            let (mut first, mut second) = (Vec::new(), Vec::new());
            chunks.add(&one, &mut first);
            chunks.add(&other, &mut second);
            let of = |list: &[ChunkNumber]| -> Vec<Chunk<'_>> {
                list.iter().map(|&at| chunks.chunk(at)).collect()
            };
            let (first, second) = (of(&first), of(&second));
            let (in_first, in_second) = shared(&first, &second);
            let those = |of: &[Chunk<'_>], flags: &[bool]| -> Vec<Option<ChunkNumber>> {
                of.iter().zip(flags).filter(|(_, flag)| **flag).map(|(chunk, _)| chunk.number).collect()
            };
            prop_assert_eq!(those(&first, &in_first), those(&second, &in_second));
        }
    }

    #[test]
    fn versions_of_a_large_directory_share_nearly_all() {
        let one: Vec<Entry> = (0..1000).map(|name| entry(name, 7)).collect();
        let mut other = one.clone();
        other[500].object = 8;
        other.remove(100);
        let (mut chunks, mut list) = (Chunks::default(), Vec::new());
        chunks.add(&one, &mut list);
        assert!((30..130).contains(&list.len()), "{}", list.len());
        let before = chunks.len();
        chunks.add(&other, &mut list);
        assert!(chunks.len() - before <= 2 * MOST, "{}", chunks.len() - before);
    }
}
