//! Trees to blobs: every blob once, with every path it has and the first commit that has it there.
//!
//! Stands apart from the source because nothing here knows refs or reports: trees come in, the oldest commit's first, and
//! each is read once per path, so that the work grows with what is stored, not with the number of commits.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::graph::CommitNumber;
use super::paths::{PathNumber, Paths, TOP};
use super::reach::Reach;
use super::seen::{Flags, Seen};
use crate::blob::BlobPath;
use crate::source::object::{Id, Map, Mode, Set};
use crate::source::objects::ReadError;
use crate::source::shelf::chunks::{Chunk, shared};
use crate::source::shelf::{Entry, Numbers, Tree};
use crate::source::tree::PATH_BYTES;
use crate::source::{GapKind, Problem};

/// Entries of trees looked at again because a tree appears under a further path: this many, and [`REPEATS`] for every
/// entry looked at for the first time. Renamed directories need some; a tree made of the same tree over and over would
/// need more than there is time.
const REPEATED_ENTRIES: usize = 250_000;

/// See [`REPEATED_ENTRIES`].
const REPEATS: usize = 4;

/// Most bytes of trees that are kept to compare the next versions with, beside those that the shelf keeps; without, there
/// is more to do and no other result.
const HELD_BYTES: usize = 32 << 20;

/// The number of no commit.
pub(super) const NO_COMMIT: CommitNumber = CommitNumber::MAX;

/// Who holds a tree or blob.
#[derive(Clone, Copy)]
pub(super) enum Holder {
    /// A commit.
    Commit(CommitNumber),
    /// A name that leads there without one: an index, a tag of a blob, nothing at all.
    Name(Reach),
    /// Commits before the ones that were asked for: what they hold is not listed.
    Before,
}

/// A blob at a path.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    /// The blob's number.
    pub(super) object: u32,
    pub(super) path: PathNumber,
    /// The first commit that has it there, or [`NO_COMMIT`].
    pub(super) commit: CommitNumber,
}

/// What the trees hold.
pub(super) struct Walk<'w> {
    pub(super) numbers: Numbers<'w>,
    pub(super) paths: Paths,
    pub(super) problems: Vec<Problem>,
    /// Trees seen, under each path.
    trees: Seen,
    /// For each path the tree that was seen there last, and how many bytes they have beside the shelf's.
    last: Map<PathNumber, Tree>,
    held: usize,
    /// Trees that were read.
    pub(super) known: Flags,
    repeats: usize,
    exhausted: bool,
    /// In the order in which they were met.
    pub(super) places: Vec<Place>,
    placed: Seen,
    /// What leads to a blob at a path without a commit.
    pub(super) names: BTreeMap<(u32, PathNumber), Reach>,
    pub(super) links: Set<u32>,
    pub(super) gaps: Set<(GapKind, PathNumber)>,
    /// Some links or submodules stand in an index and nowhere else.
    pub(super) only_staged: bool,
    /// Trees that could not be read.
    pub(super) failures: BTreeMap<Id, ReadError>,
}

impl<'w> Walk<'w> {
    /// Nothing yet.
    pub(super) fn new(numbers: Numbers<'w>) -> Self {
        Self {
            numbers,
            paths: Paths::new(),
            problems: Vec::new(),
            trees: Seen::default(),
            last: Map::default(),
            held: 0,
            known: Flags::default(),
            repeats: REPEATED_ENTRIES,
            exhausted: false,
            places: Vec::new(),
            placed: Seen::default(),
            names: BTreeMap::new(),
            links: Set::default(),
            gaps: Set::default(),
            only_staged: false,
            failures: BTreeMap::new(),
        }
    }

    /// Visits a commit's tree and all below it that was not seen under the same path before.
    pub(super) fn tree(&mut self, root: Id, holder: Holder) {
        let mut open = vec![(self.numbers.number(&root), TOP)];
        while let Some((object, at)) = open.pop() {
            if !self.trees.insert(object, at) {
                continue;
            }
            let tree = match self.numbers.tree(object) {
                Ok(tree) => tree,
                Err(error) => {
                    self.problem(error, object, at);
                    continue;
                }
            };
            let count = tree.chunks(&self.numbers).iter().map(|chunk| chunk.entries.len()).sum();
            if self.known.insert(object) {
                self.repeats += count * REPEATS;
            } else if !self.repeat(count) {
                continue;
            }
            let last = self.last.remove(&at).unwrap_or_default();
            self.held -= last.own_bytes();
            for entry in self.changed(&last, &tree, holder) {
                open.extend(self.tree_entry(at, entry, holder));
            }
            if self.held + tree.own_bytes() <= HELD_BYTES {
                self.held += tree.own_bytes();
                self.last.insert(at, tree);
            }
        }
    }

    /// The entries of `tree` that `last` does not have, and those that count once more. From one version of a directory
    /// to the next hardly anything changes.
    fn changed(&self, last: &Tree, tree: &Tree, holder: Holder) -> Vec<Entry> {
        let (last, chunks) = (last.chunks(&self.numbers), tree.chunks(&self.numbers));
        let (in_last, in_tree) = shared(&last, &chunks);
        let alone = last.iter().zip(in_last).filter(|(_, shared)| !shared);
        let mut last = alone.flat_map(|(chunk, _)| chunk.entries).peekable();
        let mut is_new = |entry: &Entry| {
            while last.next_if(|last| self.order(**last, *entry) == Ordering::Less).is_some() {}
            let known = last.next_if(|last| **last == *entry).is_some();
            !known || matters_again(entry.mode(), holder)
        };
        let looked_at =
            |(chunk, shared): &(&Chunk<'_>, bool)| !shared || matches!(holder, Holder::Name(_)) || chunk.odd;
        let parts = chunks.iter().zip(in_tree).filter(looked_at);
        let entries =
            parts.flat_map(|(chunk, shared)| chunk.entries.iter().map(move |entry| (entry, shared)));
        let counts = |(entry, shared): &(&Entry, bool)| match shared {
            true => matters_again(entry.mode(), holder),
            false => is_new(entry),
        };
        entries.filter(counts).map(|(entry, _)| *entry).collect()
    }

    /// The order of entries in a tree: that of their names, with a slash behind those of directories (gitdatamodel(7)).
    fn order(&self, one: Entry, other: Entry) -> Ordering {
        if one.name() == other.name() && one.mode() == other.mode() {
            return Ordering::Equal;
        }
        let names = [one, other].map(|entry| self.numbers.name_bytes(entry.name()));
        let shared = names[0].len().min(names[1].len());
        let next = |entry: Entry, name: &[u8]| {
            let slash = if entry.mode() == Mode::Directory { b'/' } else { 0 };
            name.get(shared).copied().unwrap_or(slash)
        };
        let shared = names[0][..shared].cmp(&names[1][..shared]);
        shared.then_with(|| next(one, names[0]).cmp(&next(other, names[1])))
    }

    /// Notes an entry of the tree at `at`; gives what it leads to if that is a tree.
    fn tree_entry(&mut self, at: PathNumber, entry: Entry, holder: Holder) -> Option<(u32, PathNumber)> {
        let Some(path) = self.paths.below(at, entry.name(), &self.numbers) else {
            self.cap_path();
            return None;
        };
        match entry.mode() {
            Mode::Directory => return Some((entry.object, path)),
            Mode::File => self.place(entry.object, path, holder),
            Mode::Link | Mode::Submodule if matches!(holder, Holder::Before) => {}
            Mode::Link => self.link(entry.object, path),
            Mode::Submodule => drop(self.gaps.insert((GapKind::Submodule, path))),
        }
        None
    }

    /// Notes a blob at a path.
    pub(super) fn blob(&mut self, id: Id, path: &[u8], holder: Holder) {
        let object = self.numbers.number(&id);
        match self.paths.of(path, &mut self.numbers) {
            Some(path) => self.place(object, path, holder),
            None => self.cap_path(),
        }
    }

    fn place(&mut self, object: u32, path: PathNumber, holder: Holder) {
        if let Holder::Name(reach) = holder {
            let names = self.names.entry((object, path)).or_default();
            *names = names.with(reach);
        }
        if self.placed.insert(object, path) {
            let commit = match holder {
                Holder::Commit(number) => number,
                Holder::Name(_) => NO_COMMIT,
                Holder::Before => return,
            };
            self.places.push(Place { object, path, commit });
        }
    }

    /// Notes an entry of an index, which holds no directories.
    pub(super) fn entry(&mut self, mode: Mode, id: Id, path: &[u8]) {
        let object = self.numbers.number(&id);
        let Some(at) = self.paths.of(path, &mut self.numbers) else { return self.cap_path() };
        match mode {
            Mode::Link => self.link(object, at),
            Mode::Submodule => drop(self.gaps.insert((GapKind::Submodule, at))),
            Mode::File | Mode::Directory => self.place(object, at, Holder::Name(Reach::INDEX)),
        }
    }

    /// The numbers of all objects that were met.
    pub(super) fn met(&self) -> Flags {
        let mut met = Flags::default();
        met.extend(self.known.iter().chain(self.links.iter().copied()).chain(self.placed.objects()));
        met
    }

    fn link(&mut self, object: u32, path: PathNumber) {
        self.links.insert(object);
        self.gaps.insert((GapKind::SymbolicLink, path));
    }

    /// True while there is time for a tree that was read before under another path.
    fn repeat(&mut self, entries: usize) -> bool {
        let left = self.repeats.checked_sub(entries);
        if left.is_none() && !self.exhausted {
            self.exhausted = true;
            self.cap(
                "the same trees appear under too many paths; not all of a blob's paths are listed".into(),
            );
        }
        self.repeats = left.unwrap_or(self.repeats);
        left.is_some()
    }

    fn problem(&mut self, error: ReadError, object: u32, at: PathNumber) {
        let Some(id) = self.numbers.id(object) else { return };
        self.failures.insert(id, error);
        let path = self.paths.shown(at, &self.numbers);
        let path = Some(BlobPath::from_bytes(&path)).filter(|_| at != TOP);
        self.problems.push(error.problem(&id, path));
    }

    fn cap_path(&mut self) {
        self.cap(format!("a path is longer than {PATH_BYTES} bytes; what lies below was not scanned"));
    }

    fn cap(&mut self, message: String) {
        self.problems.push(Problem { path: None, kind: "capped", message });
    }
}

/// Whether an entry that was seen at its path counts once more: names without a commit are gathered, and what is no file
/// was not noted for commits that nobody asked for.
const fn matters_again(mode: Mode, holder: Holder) -> bool {
    matches!(holder, Holder::Name(_)) || matches!(mode, Mode::Link | Mode::Submodule)
}
