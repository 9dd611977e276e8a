//! Objects and names as numbers: what trees are kept and compared in.
//!
//! Stands apart from the shelf because a walk also meets what stands in no pack, and numbers that as it goes.

use std::sync::RwLockWriteGuard;

use super::Shelf;
use super::chunks::{Chunk, ChunkNumber, Chunks};
use crate::source::object::{Id, Kind, Map, Mode, TreeEntry, tree_entries};
use crate::source::objects::{ReadError, STRUCTURE_BYTES, expect};

/// A name's number and a mode share 32 bits: this many times the mode is added.
const MODE: usize = 1 << 24;

/// While trees are kept: most different names of entries, and most objects that stand in no pack. Each takes some
/// hundred bytes.
const MOST_ODD: usize = 1 << 20;

/// No place.
const NOWHERE: (u32, u32) = (u32::MAX, u32::MAX);

/// An entry of a tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Entry {
    /// The number of its name, and above that its mode.
    name: u32,
    /// The number of its object: those of the packs one pack after the other, then strangers.
    pub(crate) object: u32,
}

impl Entry {
    pub(super) const fn new(name: u32, mode: Mode, object: u32) -> Self {
        Self { name: name + mode as u32 * MODE as u32, object }
    }

    pub(crate) const fn mode(self) -> Mode {
        const MODES: [Mode; 4] = [Mode::File, Mode::Link, Mode::Submodule, Mode::Directory];
        MODES[self.name as usize / MODE]
    }

    /// The number of its name.
    pub(crate) const fn name(self) -> u32 {
        self.name % MODE as u32
    }
}

/// Trees, and what they hold.
#[derive(Default)]
pub(super) struct Trees {
    /// For each object, by its number, where its chunks are listed; nowhere for what is no tree that is kept.
    places: Vec<(u32, u32)>,
    lists: Vec<ChunkNumber>,
    chunks: Chunks,
    names: Vec<Box<[u8]>>,
    name_numbers: Map<Box<[u8]>, u32>,
    /// Objects that stand in no pack.
    strangers: Vec<Id>,
    stranger_numbers: Map<Id, u32>,
}

impl Trees {
    /// Most entries of different chunks that are kept: 128 MiB of them. Trees beyond that are read one by one.
    pub(super) const MOST_ENTRIES: usize = 16 << 20;

    /// Most chunks that all trees together are listed by: 128 MiB.
    pub(super) const MOST_LISTED: usize = 32 << 20;

    /// True while there is room for a tree with so many entries.
    fn has_room(&self, entries: usize) -> bool {
        self.chunks.len() + entries <= Self::MOST_ENTRIES
            && self.lists.len() + entries <= Self::MOST_LISTED
            && self.has_room_for_odd(entries)
    }

    /// True while there is room for so many names and objects that were not met before.
    pub(super) fn has_room_for_odd(&self, entries: usize) -> bool {
        self.names.len().max(self.strangers.len()) + entries <= MOST_ODD
    }

    /// An entry in numbers, its name's where that is known. An object without one becomes a stranger, whose numbers begin
    /// at `end`. `None` when there are more names than can be numbered.
    pub(super) fn entry(
        &mut self,
        entry: &TreeEntry<'_>,
        name: Option<u32>,
        object: Option<u32>,
        end: u32,
    ) -> Option<Entry> {
        let object = object.unwrap_or_else(|| end + self.stranger_number(entry.id));
        let name = name.or_else(|| self.name_number(entry.name))?;
        Some(Entry::new(name, entry.mode, object))
    }

    /// Keeps a tree.
    fn keep(&mut self, number: u32, entries: &[Entry]) -> (u32, u32) {
        let start = self.lists.len();
        self.chunks.add(entries, &mut self.lists);
        self.set(number, start)
    }

    /// Keeps trees that are listed by other chunks: the number of each, and how many chunks it has.
    pub(super) fn take(&mut self, trees: Vec<(u32, u32)>, lists: Vec<ChunkNumber>, chunks: &Chunks) {
        let here: Vec<ChunkNumber> =
            (0..chunks.count()).map(|at| self.chunks.number(chunks.get(at as ChunkNumber))).collect();
        self.lists.reserve_exact(lists.len());
        let mut rest = lists.as_slice();
        for (number, count) in trees {
            let (list, behind) = rest.split_at(count as usize);
            let start = self.lists.len();
            self.lists.extend(list.iter().map(|chunk| here[*chunk as usize]));
            self.set(number, start);
            rest = behind;
        }
    }

    /// No more trees of packs are coming.
    pub(super) fn close(&mut self) {
        self.chunks.close();
    }

    /// A tree's chunks are those that are listed from `start` on.
    fn set(&mut self, number: u32, start: usize) -> (u32, u32) {
        let at = number as usize;
        if at >= self.places.len() {
            self.places.resize(at + 1, NOWHERE);
        }
        self.places[at] = (start as u32, self.lists.len() as u32);
        self.places[at]
    }

    /// Where the chunks of a tree that is kept are listed.
    fn place(&self, number: u32) -> Option<(u32, u32)> {
        self.places.get(number as usize).copied().filter(|place| *place != NOWHERE)
    }

    /// The chunks of a tree that is kept.
    pub(super) fn kept(&self, number: u32) -> Option<impl Iterator<Item = Chunk<'_>>> {
        self.place(number).map(|place| self.listed(place))
    }

    fn listed(&self, (start, end): (u32, u32)) -> impl Iterator<Item = Chunk<'_>> {
        let list = self.lists[start as usize..end as usize].iter();
        list.map(|&number| self.chunks.chunk(number))
    }

    pub(super) fn name(&self, number: u32) -> &[u8] {
        &self.names[number as usize]
    }

    pub(super) fn name_of(&self, name: &[u8]) -> Option<u32> {
        self.name_numbers.get(name).copied()
    }

    pub(super) fn stranger(&self, at: u32) -> Option<Id> {
        self.strangers.get(at as usize).copied()
    }

    /// The number of an object that stands in no pack, if it was met.
    pub(super) fn stranger_of(&self, id: &Id, end: u32) -> Option<u32> {
        self.stranger_numbers.get(id).map(|number| end + number)
    }

    fn name_number(&mut self, name: &[u8]) -> Option<u32> {
        if let Some(number) = self.name_of(name) {
            return Some(number);
        }
        let number = self.names.len();
        if number >= MODE {
            return None;
        }
        self.names.push(name.into());
        self.name_numbers.insert(name.into(), number as u32);
        Some(number as u32)
    }

    fn stranger_number(&mut self, id: Id) -> u32 {
        let next = self.strangers.len() as u32;
        *self.stranger_numbers.entry(id).or_insert_with(|| {
            self.strangers.push(id);
            next
        })
    }
}

/// A tree that was asked for.
#[derive(Clone, Default)]
pub(crate) enum Tree {
    /// One without entries.
    #[default]
    Empty,
    /// One that is kept, by the place where its chunks are listed.
    Kept(u32, u32),
    /// One that there is no room for.
    Own(Box<[Entry]>),
}

impl Tree {
    /// What it holds.
    pub(crate) fn chunks<'t>(&'t self, numbers: &'t Numbers<'_>) -> Vec<Chunk<'t>> {
        match self {
            Self::Empty => Vec::new(),
            Self::Kept(start, end) => numbers.trees.listed((*start, *end)).collect(),
            Self::Own(entries) => vec![Chunk::alone(entries)],
        }
    }

    /// The memory that it takes for itself, in bytes.
    pub(crate) fn own_bytes(&self) -> usize {
        match self {
            Self::Own(entries) => size_of_val(&**entries),
            Self::Empty | Self::Kept(..) => 0,
        }
    }
}

/// Objects and names by number, while more of them are met.
pub(crate) struct Numbers<'s> {
    shelf: &'s Shelf,
    trees: RwLockWriteGuard<'s, Trees>,
}

impl<'s> Numbers<'s> {
    pub(super) const fn new(shelf: &'s Shelf, trees: RwLockWriteGuard<'s, Trees>) -> Self {
        Self { shelf, trees }
    }

    /// The number of an object.
    pub(crate) fn number(&mut self, id: &Id) -> u32 {
        match self.shelf.packed(id) {
            Some(number) => number,
            None => self.shelf.end() + self.trees.stranger_number(*id),
        }
    }

    /// The number of an object, if it has one.
    pub(crate) fn find(&self, id: &Id) -> Option<u32> {
        self.shelf.packed(id).or_else(|| self.trees.stranger_of(id, self.shelf.end()))
    }

    /// The id of a numbered object.
    pub(crate) fn id(&self, number: u32) -> Option<Id> {
        self.shelf.packed_id(number).or_else(|| self.trees.stranger(number.checked_sub(self.shelf.end())?))
    }

    /// The number of a name; `None` when there are more than can be numbered.
    pub(crate) fn name(&mut self, name: &[u8]) -> Option<u32> {
        self.trees.name_number(name)
    }

    /// The name with this number.
    pub(crate) fn name_bytes(&self, number: u32) -> &[u8] {
        self.trees.name(number)
    }

    /// A tree by the number of its object.
    ///
    /// # Errors
    /// When it cannot be read, is none, or holds more names than can be numbered.
    pub(crate) fn tree(&mut self, number: u32) -> Result<Tree, ReadError> {
        if let Some((start, end)) = self.trees.place(number) {
            return Ok(Tree::Kept(start, end));
        }
        let id = self.id(number).ok_or(ReadError::Missing)?;
        let data = expect(self.shelf.objects(), &id, Kind::Tree, STRUCTURE_BYTES)?;
        let parsed = tree_entries(&data, id.as_bytes().len()).ok_or(ReadError::Corrupt)?;
        let mut entries = Vec::with_capacity(parsed.len());
        for entry in &parsed {
            let object = self.shelf.packed(&entry.id);
            entries.push(self.trees.entry(entry, None, object, self.shelf.end()).ok_or(ReadError::TooLarge)?);
        }
        if self.trees.has_room(entries.len()) {
            let (start, end) = self.trees.keep(number, &entries);
            return Ok(Tree::Kept(start, end));
        }
        Ok(Tree::Own(entries.into()))
    }
}
