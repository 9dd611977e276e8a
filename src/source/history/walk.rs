//! Trees to blobs: every blob once, with every path it has and the first commit that has it there.
//!
//! Stands apart from the source because nothing here knows refs or reports: trees come in, the oldest commit's first, and
//! each is read once per path, so that the work grows with what is stored, not with the number of commits.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::graph::CommitNumber;
use super::reach::Reach;
use crate::blob::BlobPath;
use crate::source::object::{Id, Kind, Map, Mode, Set, TreeEntry, tree_entries};
use crate::source::objects::{Objects, ReadError, STRUCTURE_BYTES, expect};
use crate::source::tree::{PATH_BYTES, join};
use crate::source::{GapKind, Problem};

/// Entries of trees looked at again because a tree appears under a further path: this many, and [`REPEATS`] for every
/// entry looked at for the first time. Renamed directories need some; a tree made of the same tree over and over would
/// need more than there is time.
const REPEATED_ENTRIES: usize = 250_000;

/// See [`REPEATED_ENTRIES`].
const REPEATS: usize = 4;

/// Most bytes of trees that are kept to compare the next versions with; without, there is more to do and no other result.
const HELD_BYTES: usize = 32 << 20;

/// A path, by its place in [`Walk::paths`].
pub(super) type PathNumber = u32;

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

/// A blob and all of its paths, each with the first commit that has it there.
pub(super) struct Place {
    pub(super) id: Id,
    pub(super) paths: Vec<(PathNumber, Option<CommitNumber>)>,
}

/// What the trees hold.
pub(super) struct Walk<'w> {
    objects: &'w dyn Objects,
    pub(super) problems: Vec<Problem>,
    pub(super) paths: Vec<Arc<[u8]>>,
    numbers: Map<Arc<[u8]>, PathNumber>,
    /// Trees seen, under each path.
    trees: Set<(Id, PathNumber)>,
    /// For each path the tree that was seen there last, and how many bytes they all have.
    last: Map<PathNumber, Vec<u8>>,
    held: usize,
    pub(super) known: Set<Id>,
    repeats: usize,
    exhausted: bool,
    blobs: Map<Id, u32>,
    pub(super) places: Vec<Place>,
    placed: Set<(u32, PathNumber)>,
    /// What leads to a blob at a path without a commit.
    pub(super) names: BTreeMap<(Id, PathNumber), Reach>,
    pub(super) links: Set<Id>,
    pub(super) gaps: Set<(GapKind, PathNumber)>,
    /// Trees that could not be read.
    pub(super) failures: BTreeMap<Id, ReadError>,
}

impl<'w> Walk<'w> {
    /// Nothing yet.
    pub(super) fn new(objects: &'w dyn Objects) -> Self {
        Self {
            objects,
            problems: Vec::new(),
            paths: Vec::new(),
            numbers: Map::default(),
            trees: Set::default(),
            last: Map::default(),
            held: 0,
            known: Set::default(),
            repeats: REPEATED_ENTRIES,
            exhausted: false,
            blobs: Map::default(),
            places: Vec::new(),
            placed: Set::default(),
            names: BTreeMap::new(),
            links: Set::default(),
            gaps: Set::default(),
            failures: BTreeMap::new(),
        }
    }

    /// Visits a commit's tree and all below it that was not seen under the same path before.
    pub(super) fn tree(&mut self, root: Id, holder: Holder) {
        let mut open = vec![(root, self.number(b""))];
        while let Some((id, at)) = open.pop() {
            if !self.trees.insert((id, at)) {
                continue;
            }
            let path = Arc::clone(&self.paths[at as usize]);
            let Some(data) = self.read(&id, &path) else { continue };
            let Some(entries) = tree_entries(&data, id.as_bytes().len()) else {
                self.problem(ReadError::Corrupt, &id, &path);
                continue;
            };
            if self.known.insert(id) {
                self.repeats += entries.len() * REPEATS;
            } else if !self.repeat(entries.len()) {
                continue;
            }
            let last = self.last.remove(&at).unwrap_or_default();
            self.held -= last.len();
            let mut last =
                tree_entries(&last, id.as_bytes().len()).unwrap_or_default().into_iter().peekable();
            for entry in entries {
                while last.next_if(|last| order(last, &entry) == Ordering::Less).is_some() {}
                // From one version of a directory to the next hardly anything changes.
                let known = last.next_if(|last| *last == entry).is_some();
                if !known || matters_again(entry.mode, holder) {
                    open.extend(self.tree_entry(&path, entry, holder));
                }
            }
            drop(last);
            if self.held + data.len() <= HELD_BYTES {
                self.held += data.len();
                self.last.insert(at, data);
            }
        }
    }

    /// Notes an entry of the tree at `path`; gives what it leads to if that is a tree.
    fn tree_entry(&mut self, path: &[u8], entry: TreeEntry<'_>, holder: Holder) -> Option<(Id, PathNumber)> {
        let Some(path) = join(path, entry.name) else {
            self.cap(format!("a path is longer than {PATH_BYTES} bytes; what lies below was not scanned"));
            return None;
        };
        match entry.mode {
            Mode::Directory => return Some((entry.id, self.number(&path))),
            Mode::File => self.blob(entry.id, &path, holder),
            Mode::Link | Mode::Submodule if matches!(holder, Holder::Before) => {}
            Mode::Link => self.link(entry.id, &path),
            Mode::Submodule => self.gap(GapKind::Submodule, &path),
        }
        None
    }

    /// Notes a blob at a path.
    pub(super) fn blob(&mut self, id: Id, path: &[u8], holder: Holder) {
        let path = self.number(path);
        let next = self.places.len() as u32;
        let blob = *self.blobs.entry(id).or_insert(next);
        if blob == next {
            self.places.push(Place { id, paths: Vec::new() });
        }
        if let Holder::Name(reach) = holder {
            let names = self.names.entry((id, path)).or_default();
            *names = names.with(reach);
        }
        if self.placed.insert((blob, path)) {
            let place = &mut self.places[blob as usize];
            match holder {
                Holder::Commit(number) => place.paths.push((path, Some(number))),
                Holder::Name(_) => place.paths.push((path, None)),
                Holder::Before => {}
            }
        }
    }

    /// Notes an entry of an index, which holds no directories.
    pub(super) fn entry(&mut self, mode: Mode, id: Id, path: &[u8]) {
        match mode {
            Mode::Link => self.link(id, path),
            Mode::Submodule => self.gap(GapKind::Submodule, path),
            Mode::File | Mode::Directory => self.blob(id, path, Holder::Name(Reach::INDEX)),
        }
    }

    /// True when the object was met.
    pub(super) fn has(&self, id: &Id) -> bool {
        self.known.contains(id) || self.blobs.contains_key(id) || self.links.contains(id)
    }

    fn link(&mut self, id: Id, path: &[u8]) {
        self.links.insert(id);
        self.gap(GapKind::SymbolicLink, path);
    }

    fn gap(&mut self, kind: GapKind, path: &[u8]) {
        let path = self.number(path);
        self.gaps.insert((kind, path));
    }

    fn number(&mut self, path: &[u8]) -> PathNumber {
        if let Some(&number) = self.numbers.get(path) {
            return number;
        }
        let (number, path): (PathNumber, Arc<[u8]>) = (self.paths.len() as u32, path.into());
        self.paths.push(Arc::clone(&path));
        self.numbers.insert(path, number);
        number
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

    fn read(&mut self, id: &Id, path: &[u8]) -> Option<Vec<u8>> {
        match expect(self.objects, id, Kind::Tree, STRUCTURE_BYTES) {
            Ok(data) => Some(data),
            Err(error) => {
                self.problem(error, id, path);
                None
            }
        }
    }

    fn problem(&mut self, error: ReadError, id: &Id, path: &[u8]) {
        self.failures.insert(*id, error);
        let path = Some(BlobPath::from_bytes(path)).filter(|_| !path.is_empty());
        self.problems.push(error.problem(id, path));
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

/// The order of entries in a tree: that of their names, with a slash behind those of directories (gitdatamodel(7)).
fn order(one: &TreeEntry<'_>, other: &TreeEntry<'_>) -> Ordering {
    let shared = one.name.len().min(other.name.len());
    let next = |entry: &TreeEntry<'_>| {
        let slash = if entry.mode == Mode::Directory { b'/' } else { 0 };
        entry.name.get(shared).copied().unwrap_or(slash)
    };
    one.name[..shared].cmp(&other.name[..shared]).then_with(|| next(one).cmp(&next(other)))
}
