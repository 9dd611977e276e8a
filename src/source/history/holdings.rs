//! Which of a few wanted files each commit holds.
//!
//! Stands apart because this is where the time of provenance goes: only directories that lead to a wanted path are read,
//! each version of them once, a level at a time on all threads; commits that hold the same share one set.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use rayon::prelude::*;

use crate::source::object::{Id, Kind, tree_entries};
use crate::source::objects::{Objects, STRUCTURE_BYTES, expect};

/// A file at a path: this object, or any.
pub(super) type Target = (Vec<u8>, Option<Id>);

/// A set of targets, by its place in [`Holdings::sets`]; 0 is the empty one.
pub(super) type SetNumber = u32;

/// The wanted files of each tree that was asked for.
pub(super) struct Holdings {
    /// Sorted numbers of targets.
    pub(super) sets: Vec<Arc<[u32]>>,
    of: HashMap<Key, SetNumber>,
}

/// A tree, seen from a place in the wanted paths.
type Key = (Id, usize);

/// What one tree holds of the wanted.
#[derive(Default)]
struct Level {
    found: Vec<u32>,
    below: Vec<Key>,
}

impl Holdings {
    /// Reads `roots`, trees of commits. A tree that cannot be read holds nothing; the listing has told of it.
    pub(super) fn read(objects: &dyn Objects, targets: &[Target], roots: &[Id]) -> Self {
        let trie = Trie::new(targets);
        let mut levels: Vec<Vec<(Key, Level)>> = Vec::new();
        let mut seen: HashSet<Key> = HashSet::new();
        let mut next: Vec<Key> = roots.iter().map(|id| (*id, 0)).filter(|key| seen.insert(*key)).collect();
        while !next.is_empty() {
            let read: Vec<(Key, Level)> =
                next.par_iter().map(|key| (*key, trie.level(objects, targets, *key))).collect();
            let below = read.iter().flat_map(|(_, level)| &level.below);
            next = below.copied().filter(|key| seen.insert(*key)).collect();
            levels.push(read);
        }
        Self::joined(levels)
    }

    /// What a tree of `roots` holds.
    pub(super) fn of(&self, root: Id) -> SetNumber {
        self.of.get(&(root, 0)).copied().unwrap_or(0)
    }

    /// From the deepest level up: a tree holds what stands in it and what the trees below hold.
    fn joined(levels: Vec<Vec<(Key, Level)>>) -> Self {
        let empty: Arc<[u32]> = Arc::from([]);
        let mut numbers: HashMap<Arc<[u32]>, SetNumber> = HashMap::from([(Arc::clone(&empty), 0)]);
        let mut holdings = Self { sets: vec![empty], of: HashMap::new() };
        for (key, level) in levels.into_iter().rev().flatten() {
            let mut set = level.found;
            for below in level.below {
                let number = holdings.of.get(&below).copied().unwrap_or(0);
                set.extend(holdings.sets[number as usize].iter());
            }
            set.sort_unstable();
            set.dedup();
            let next = holdings.sets.len() as u32;
            let number = *numbers.entry(set.into()).or_insert_with_key(|set| {
                holdings.sets.push(Arc::clone(set));
                next
            });
            holdings.of.insert(key, number);
        }
        holdings
    }
}

/// The wanted paths by their names.
struct Trie {
    nodes: Vec<Node>,
}

#[derive(Default)]
struct Node {
    below: BTreeMap<Vec<u8>, usize>,
    /// Targets at this path.
    targets: Vec<u32>,
}

impl Trie {
    fn new(targets: &[Target]) -> Self {
        let mut trie = Self { nodes: vec![Node::default()] };
        for (number, (path, _)) in targets.iter().enumerate() {
            let mut at = 0;
            for name in path.split(|&byte| byte == b'/') {
                let next = trie.nodes.len();
                at = *trie.nodes[at].below.entry(name.to_vec()).or_insert(next);
                if at == next {
                    trie.nodes.push(Node::default());
                }
            }
            trie.nodes[at].targets.push(number as u32);
        }
        trie
    }

    fn level(&self, objects: &dyn Objects, targets: &[Target], (id, node): Key) -> Level {
        let mut level = Level::default();
        let data = expect(objects, &id, Kind::Tree, STRUCTURE_BYTES).unwrap_or_default();
        for entry in tree_entries(&data, id.as_bytes().len()).unwrap_or_default() {
            let Some(&below) = self.nodes[node].below.get(entry.name) else { continue };
            let is_it = |target: &&u32| targets[**target as usize].1.is_none_or(|wanted| wanted == entry.id);
            level.found.extend(self.nodes[below].targets.iter().filter(is_it));
            if entry.mode == crate::source::object::Mode::Directory && !self.nodes[below].below.is_empty() {
                level.below.push((entry.id, below));
            }
        }
        level
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::objects::memory::Memory;
    use super::*;

    #[test]
    fn each_tree_says_which_wanted_files_it_holds_at_every_depth() {
        let mut store = Memory::default();
        let (a, b) = (store.blob("a"), store.blob("b"));
        let sub = store.tree(&[("100644", "x", a), ("100644", "y", b)]);
        let one = store.tree(&[("40000", "d", sub), ("100644", "x", b)]);
        let two = store.tree(&[("40000", "e", sub), ("100644", "x", a)]);
        let lost = store.tree(&[("100644", "x", a)]);
        store.remove(&lost);
        let wanted: Vec<Target> = vec![
            (b"d/x".to_vec(), Some(a)),
            (b"d/y".to_vec(), Some(a)),
            (b"d".to_vec(), None),
            (b"x".to_vec(), Some(a)),
        ];
        let holdings = Holdings::read(&store, &wanted, &[one, two, one, lost]);
        let set = |root| holdings.sets[holdings.of(root) as usize].to_vec();
        assert_eq!(set(one), [0, 2]);
        assert_eq!(set(two), [3]);
        assert_eq!((set(lost), set(a)), (vec![], vec![]));
    }
}
