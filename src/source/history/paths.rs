//! Paths as numbers: each the name of an entry in the directory of another.
//!
//! Stands apart because a history has as many paths as some have blobs, and a walk only ever asks for the path below.

use crate::source::object::Map;
use crate::source::shelf::{Numbers, Shelf};
use crate::source::tree::PATH_BYTES;

/// A path, by its place in [`Paths`].
pub(super) type PathNumber = u32;

/// The path of all that lies at the top.
pub(super) const TOP: PathNumber = 0;

/// All paths that were met.
pub(super) struct Paths {
    nodes: Vec<Node>,
    numbers: Map<(PathNumber, u32), PathNumber>,
}

struct Node {
    parent: PathNumber,
    /// The number of the last name.
    name: u32,
    /// Of the whole path in bytes.
    len: u32,
}

impl Paths {
    /// The top and nothing else.
    pub(super) fn new() -> Self {
        Self { nodes: vec![Node { parent: TOP, name: 0, len: 0 }], numbers: Map::default() }
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// The path of an entry of the directory at `parent`; `None` when it is longer than is followed.
    pub(super) fn below(
        &mut self,
        parent: PathNumber,
        name: u32,
        numbers: &Numbers<'_>,
    ) -> Option<PathNumber> {
        if let Some(&number) = self.numbers.get(&(parent, name)) {
            return Some(number);
        }
        let (above, own) = (self.nodes[parent as usize].len as usize, numbers.name_bytes(name).len());
        if above + own >= PATH_BYTES {
            return None;
        }
        let len = above + usize::from(parent != TOP) + own;
        let number = self.nodes.len() as PathNumber;
        self.nodes.push(Node { parent, name, len: len as u32 });
        self.numbers.insert((parent, name), number);
        Some(number)
    }

    /// The path with these bytes; `None` when it is longer than is followed.
    pub(super) fn of(&mut self, path: &[u8], numbers: &mut Numbers<'_>) -> Option<PathNumber> {
        path.split(|&byte| byte == b'/').try_fold(TOP, |at, name| {
            let name = numbers.name(name)?;
            self.below(at, name, numbers)
        })
    }

    /// The numbers of a path's names, from the top.
    pub(super) fn names(&self, mut number: PathNumber) -> Vec<u32> {
        let mut names = Vec::new();
        while number != TOP {
            let node = &self.nodes[number as usize];
            names.push(node.name);
            number = node.parent;
        }
        names.reverse();
        names
    }

    /// A path's bytes.
    pub(super) fn bytes(&self, number: PathNumber, shelf: &Shelf) -> Vec<u8> {
        shelf.path(&self.names(number))
    }

    /// A path's bytes, while its names are being numbered.
    pub(super) fn shown(&self, number: PathNumber, numbers: &Numbers<'_>) -> Vec<u8> {
        let names = self.names(number);
        names.iter().map(|name| numbers.name_bytes(*name)).collect::<Vec<_>>().join(&b'/')
    }

    /// Forgets what only finds paths by their names.
    pub(super) fn close(&mut self) {
        self.numbers = Map::default();
        self.nodes.shrink_to_fit();
    }
}
