//! Which of a few wanted files each commit holds.
//!
//! Stands apart because this is where the time of provenance goes: only directories that lead to a wanted path are read,
//! each version of them once, a level at a time on all threads; commits that hold the same share one set.

use std::sync::Arc;

use rayon::prelude::*;

use crate::source::object::{Id, Map, Mode, Set};
use crate::source::shelf::Shelf;

/// A file at a path: this object, or any.
pub(super) type Target = (Vec<u8>, Option<Id>);

/// A set of targets, by its place in [`Holdings::sets`]; 0 is the empty one.
pub(super) type SetNumber = u32;

/// The wanted files of each tree that was asked for.
pub(super) struct Holdings {
    /// Sorted numbers of targets.
    pub(super) sets: Vec<Arc<[u32]>>,
    of: Map<Key, SetNumber>,
}

/// A tree, by its object's number, seen from a place in the wanted paths.
type Key = (u32, u32);

/// Trees that are read in one go by one thread.
const AT_ONCE: usize = 1024;

/// What some trees hold of the wanted, one after the other. Most hold nothing, and what is not noted is empty.
#[derive(Default)]
struct Rows {
    trees: Vec<Row>,
    found: Vec<u32>,
    below: Vec<Key>,
}

/// One tree, and where what it holds ends in the two lists.
struct Row {
    tree: Key,
    found: u32,
    below: u32,
}

impl Rows {
    fn read(trie: &Trie, shelf: &Shelf, trees: &[Key]) -> Self {
        let mut rows = Self::default();
        for tree in trees {
            let before = (rows.found.len(), rows.below.len());
            trie.level(shelf, *tree, &mut rows);
            if before != (rows.found.len(), rows.below.len()) {
                let (found, below) = (rows.found.len() as u32, rows.below.len() as u32);
                rows.trees.push(Row { tree: *tree, found, below });
            }
        }
        rows.trees.shrink_to_fit();
        rows.found.shrink_to_fit();
        rows.below.shrink_to_fit();
        rows
    }

    /// Each tree with the targets in it and the trees below that hold others.
    fn iter(&self) -> impl Iterator<Item = (Key, &[u32], &[Key])> {
        let starts = self.trees.iter().map(|row| (row.found as usize, row.below as usize));
        let starts = std::iter::once((0, 0)).chain(starts);
        self.trees.iter().zip(starts).map(|(row, (found, below))| {
            (row.tree, &self.found[found..row.found as usize], &self.below[below..row.below as usize])
        })
    }
}

impl Holdings {
    /// Reads `roots`, trees of commits. A tree that cannot be read holds nothing; the listing has told of it.
    pub(super) fn read(shelf: &Shelf, targets: &[Target], roots: &[Id]) -> Self {
        let trie = Trie::new(shelf, targets);
        let mut levels: Vec<Vec<Rows>> = Vec::new();
        let mut seen: Set<Key> = Set::default();
        let roots = roots.iter().filter_map(|id| Some((shelf.number(id)?, 0)));
        let mut next: Vec<Key> = roots.filter(|key| seen.insert(*key)).collect();
        while !next.is_empty() {
            let read: Vec<Rows> =
                next.par_chunks(AT_ONCE).map(|trees| Rows::read(&trie, shelf, trees)).collect();
            let below = read.iter().flat_map(|rows| &rows.below);
            next = below.copied().filter(|key| seen.insert(*key)).collect();
            levels.push(read);
        }
        drop(seen);
        Self::joined(levels)
    }

    /// What a tree of `roots` holds.
    pub(super) fn of(&self, shelf: &Shelf, root: Id) -> SetNumber {
        let number = shelf.number(&root);
        number.and_then(|number| self.of.get(&(number, 0))).copied().unwrap_or(0)
    }

    /// From the deepest level up: a tree holds what stands in it and what the trees below hold.
    fn joined(levels: Vec<Vec<Rows>>) -> Self {
        let empty: Arc<[u32]> = Arc::from([]);
        let mut numbers: Map<Arc<[u32]>, SetNumber> = Map::default();
        numbers.insert(Arc::clone(&empty), 0);
        let mut holdings = Self { sets: vec![empty], of: Map::default() };
        let mut set = Vec::new();
        for rows in levels.into_iter().rev().flatten() {
            for (tree, found, below) in rows.iter() {
                set.clear();
                set.extend_from_slice(found);
                for below in below {
                    let number = holdings.of.get(below).copied().unwrap_or(0);
                    set.extend_from_slice(&holdings.sets[number as usize]);
                }
                set.sort_unstable();
                set.dedup();
                let number = numbers.get(set.as_slice()).copied().unwrap_or_else(|| {
                    let (number, set) = (holdings.sets.len() as u32, Arc::from(set.as_slice()));
                    numbers.insert(Arc::clone(&set), number);
                    holdings.sets.push(set);
                    number
                });
                holdings.of.insert(tree, number);
            }
        }
        holdings
    }
}

/// The wanted paths by the numbers of their names.
struct Trie {
    nodes: Vec<Node>,
}

#[derive(Default)]
struct Node {
    below: Map<u32, u32>,
    /// Objects that are wanted at this path, with the number of the target; any object where there is none.
    targets: Vec<(Option<u32>, u32)>,
}

impl Trie {
    /// What stands in no tree of the shelf is left out: nobody holds it.
    fn new(shelf: &Shelf, targets: &[Target]) -> Self {
        let mut trie = Self { nodes: vec![Node::default()] };
        for ((path, id), target) in targets.iter().zip(0..) {
            let object = id.map(|id| shelf.number(&id));
            let Some(names) = shelf.names(path).filter(|_| object != Some(None)) else { continue };
            let mut at = 0;
            for name in names {
                let next = trie.nodes.len() as u32;
                at = *trie.nodes[at as usize].below.entry(name).or_insert(next);
                if at == next {
                    trie.nodes.push(Node::default());
                }
            }
            trie.nodes[at as usize].targets.push((object.flatten(), target));
        }
        trie
    }

    fn level(&self, shelf: &Shelf, (tree, node): Key, rows: &mut Rows) {
        let wanted = &self.nodes[node as usize].below;
        shelf.entries(tree, |entry| {
            let Some(&below) = wanted.get(&entry.name()) else { return };
            let targets = self.nodes[below as usize].targets.iter();
            let here = targets.filter(|(object, _)| object.is_none_or(|object| object == entry.object));
            rows.found.extend(here.map(|(_, target)| *target));
            if entry.mode() == Mode::Directory && !self.nodes[below as usize].below.is_empty() {
                rows.below.push((entry.object, below));
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::source::pack::tests::{git, packed};
    use crate::source::repository::Repo;

    #[test]
    fn each_tree_says_which_wanted_files_it_holds_at_every_depth() {
        // Packed, and loose on top.
        let (directory, _) = packed(&["a".to_owned()], &[], &[]);
        let at = directory.path();
        let write = |path: &str, text: &str| {
            let path = at.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        };
        let tree = || {
            git(at, &["add", "-A"]);
            Id::from_hex(git(at, &["write-tree"]).trim().as_bytes()).unwrap()
        };
        std::fs::remove_file(at.join("0")).unwrap();
        [("d/x", "a"), ("d/y", "b"), ("x", "b")].into_iter().for_each(|(path, text)| write(path, text));
        let one = tree();
        std::fs::rename(at.join("d"), at.join("e")).unwrap();
        write("x", "a");
        let two = tree();
        let a = Id::from_hex(git(at, &["hash-object", "x"]).trim().as_bytes()).unwrap();
        let lost = Id::from_hex("ab".repeat(20).as_bytes()).unwrap();
        let shelf = Shelf::new(Arc::new(Repo::at(at).unwrap()));
        let mut numbers = shelf.numbers();
        let mut open = vec![numbers.number(&one), numbers.number(&two)];
        while let Some(number) = open.pop() {
            let tree = numbers.tree(number).unwrap();
            let chunks = tree.chunks(&numbers);
            let entries = chunks.iter().flat_map(|chunk| chunk.entries);
            let directories = entries.filter(|entry| entry.mode() == Mode::Directory);
            open.extend(directories.map(|entry| entry.object));
        }
        drop(numbers);
        let wanted: Vec<Target> = vec![
            (b"d/x".to_vec(), Some(a)),
            (b"d/y".to_vec(), Some(a)),
            (b"d".to_vec(), None),
            (b"x".to_vec(), Some(a)),
            (b"no/such".to_vec(), None),
            (b"x".to_vec(), Some(lost)),
        ];
        let holdings = Holdings::read(&shelf, &wanted, &[one, two, one, lost]);
        let set = |root| holdings.sets[holdings.of(&shelf, root) as usize].to_vec();
        assert_eq!(set(one), [0, 2]);
        assert_eq!(set(two), [3]);
        assert_eq!((set(lost), set(a)), (vec![], vec![]));
    }
}
