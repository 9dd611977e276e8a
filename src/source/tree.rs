//! Trees compared: which files differ between two of them.
//!
//! Stands apart because commits, merges and the index all start from this. Written on raw trees, without recursion and
//! with every limit stated, because a repository may hold trees nested or repeated beyond any honest use.

use std::collections::{HashMap, VecDeque};

use super::Problem;
use super::object::{Id, Kind, Mode, tree_entries};
use super::objects::{Objects, STRUCTURE_BYTES, expect};
use crate::blob::BlobPath;

/// Paths longer than this (bytes) are not followed further down.
pub(crate) const PATH_BYTES: usize = 64 << 10;

/// Entries of trees looked at in one comparison: above any real tree, below what a tree of repeated trees unfolds to.
const ENTRIES: usize = 4_000_000;

/// A file as a tree or the index holds it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Side {
    pub(crate) mode: Mode,
    pub(crate) id: Id,
}

/// A path that differs. Directories never appear, only what is in them.
pub(crate) struct Change {
    pub(crate) path: Vec<u8>,
    pub(crate) old: Option<Side>,
    pub(crate) new: Option<Side>,
}

/// The differences between two trees (`None`: the empty tree), sorted by path. Subtrees that cannot be read are
/// problems; the rest is still compared.
pub(crate) fn changes(
    objects: &dyn Objects,
    old: Option<Id>,
    new: Option<Id>,
    problems: &mut Vec<Problem>,
) -> Vec<Change> {
    let mut walk = Walk { objects, problems, budget: ENTRIES };
    let mut changes = Vec::new();
    let mut open = VecDeque::from([(Vec::new(), old, new)]);
    while let Some((prefix, old, new)) = open.pop_front().filter(|_| walk.budget > 0) {
        if old == new {
            continue;
        }
        // What cannot be read of the old tree counts as absent: too much is new then, never too little.
        let mut before: HashMap<Vec<u8>, Side> =
            walk.entries(&prefix, old).unwrap_or_default().into_iter().collect();
        let Some(new) = walk.entries(&prefix, new) else { continue };
        // A name that a broken tree holds twice is compared once and new the second time: nothing hides behind it.
        let mut pairs: Vec<_> =
            new.into_iter().map(|(name, side)| (before.remove(&name), name, Some(side))).collect();
        pairs.extend(before.into_iter().map(|(name, side)| (Some(side), name, None)));
        for (old, name, new) in pairs {
            if old == new {
                continue;
            }
            let Some(path) = walk.join(&prefix, &name) else { continue };
            let directory =
                |side: Option<Side>| side.filter(|side| side.mode == Mode::Directory).map(|side| side.id);
            if directory(old) != directory(new) {
                open.push_back((path.clone(), directory(old), directory(new)));
            }
            let file = |side: Option<Side>| side.filter(|side| side.mode != Mode::Directory);
            if file(old) != file(new) {
                changes.push(Change { path, old: file(old), new: file(new) });
            }
        }
    }
    changes.sort_by(|a, b| a.path.cmp(&b.path));
    changes
}

/// The file at `path` in a tree, if there is one.
pub(crate) fn lookup(
    objects: &dyn Objects,
    root: Id,
    path: &[u8],
) -> Result<Option<Side>, super::objects::ReadError> {
    let mut side = Side { mode: Mode::Directory, id: root };
    for name in path.split(|&byte| byte == b'/') {
        if side.mode != Mode::Directory {
            return Ok(None);
        }
        let data = expect(objects, &side.id, Kind::Tree, STRUCTURE_BYTES)?;
        let entries =
            tree_entries(&data, side.id.as_bytes().len()).ok_or(super::objects::ReadError::Corrupt)?;
        match entries.iter().find(|entry| entry.name == name) {
            Some(entry) => side = Side { mode: entry.mode, id: entry.id },
            None => return Ok(None),
        }
    }
    Ok(Some(side).filter(|side| side.mode != Mode::Directory))
}

/// `prefix/name`, or `None` beyond [`PATH_BYTES`].
pub(crate) fn join(prefix: &[u8], name: &[u8]) -> Option<Vec<u8>> {
    if prefix.len() + name.len() >= PATH_BYTES {
        return None;
    }
    let mut path = Vec::with_capacity(prefix.len() + 1 + name.len());
    path.extend_from_slice(prefix);
    if !prefix.is_empty() {
        path.push(b'/');
    }
    path.extend_from_slice(name);
    Some(path)
}

struct Walk<'w> {
    objects: &'w dyn Objects,
    problems: &'w mut Vec<Problem>,
    budget: usize,
}

impl Walk<'_> {
    /// The entries of a tree, or `None` after noting why there are none to compare.
    fn entries(&mut self, prefix: &[u8], id: Option<Id>) -> Option<Vec<(Vec<u8>, Side)>> {
        let Some(id) = id else { return Some(Vec::new()) };
        let path = || Some(BlobPath::from_bytes(prefix)).filter(|_| !prefix.is_empty());
        let data = match expect(self.objects, &id, Kind::Tree, STRUCTURE_BYTES) {
            Ok(data) => data,
            Err(error) => {
                self.problems.push(error.problem(&id, path()));
                return None;
            }
        };
        let Some(entries) = tree_entries(&data, id.as_bytes().len()) else {
            self.problems.push(super::objects::ReadError::Corrupt.problem(&id, path()));
            return None;
        };
        if entries.len() > self.budget {
            if self.budget > 0 {
                let message =
                    format!("a tree unfolds to more than {ENTRIES} entries; the rest was not compared");
                self.problems.push(Problem { path: path(), kind: "capped", message });
            }
            self.budget = 0;
            return None;
        }
        self.budget -= entries.len();
        Some(
            entries
                .iter()
                .map(|entry| (entry.name.to_vec(), Side { mode: entry.mode, id: entry.id }))
                .collect(),
        )
    }

    fn join(&mut self, prefix: &[u8], name: &[u8]) -> Option<Vec<u8>> {
        let path = join(prefix, name);
        if path.is_none() {
            let message = format!(
                "a path in a tree is longer than {PATH_BYTES} bytes; what lies below was not scanned"
            );
            self.problems.push(Problem { path: None, kind: "capped", message });
        }
        path
    }
}

#[cfg(test)]
mod tests {
    use super::super::objects::memory::Memory;
    use super::*;

    fn shown(changes: &[Change]) -> Vec<String> {
        let sign = |change: &Change| match (change.old.is_some(), change.new.is_some()) {
            (true, true) => 'M',
            (true, false) => 'D',
            _ => 'A',
        };
        changes
            .iter()
            .map(|change| format!("{} {}", sign(change), String::from_utf8_lossy(&change.path)))
            .collect()
    }

    #[test]
    fn added_deleted_and_modified_files_are_found_at_every_depth() {
        let mut store = Memory::default();
        let (a, b) = (store.blob("a"), store.blob("b"));
        let deep_old = store.tree(&[("100644", "gone", a), ("100644", "same", b)]);
        let deep_new = store.tree(&[("100644", "new", a), ("100644", "same", b)]);
        let old = store.tree(&[("40000", "d", deep_old), ("100644", "file", a), ("100644", "turns", b)]);
        let new =
            store.tree(&[("40000", "d", deep_new), ("100644", "file", b), ("40000", "turns", deep_old)]);
        let mut problems = Vec::new();
        let found = changes(&store, Some(old), Some(new), &mut problems);
        assert_eq!(
            shown(&found),
            ["D d/gone", "A d/new", "M file", "D turns", "A turns/gone", "A turns/same"]
        );
        assert_eq!(shown(&changes(&store, None, Some(deep_new), &mut problems)), ["A new", "A same"]);
        assert!(problems.is_empty());
    }

    #[test]
    fn a_second_entry_of_the_same_name_does_not_hide() {
        let mut store = Memory::default();
        let (a, b) = (store.blob("a"), store.blob("b"));
        let old = store.tree(&[("100644", "x", a)]);
        let new = store.tree(&[("100644", "x", a), ("100644", "x", b)]);
        assert_eq!(shown(&changes(&store, Some(old), Some(new), &mut Vec::new())), ["A x"]);
    }

    #[test]
    fn a_missing_subtree_is_a_problem_and_the_rest_is_compared() {
        let mut store = Memory::default();
        let a = store.blob("a");
        let sub = store.tree(&[("100644", "x", a)]);
        let new = store.tree(&[("40000", "lost", sub), ("100644", "y", a)]);
        store.remove(&sub);
        let mut problems = Vec::new();
        assert_eq!(shown(&changes(&store, None, Some(new), &mut problems)), ["A y"]);
        assert_eq!(problems[0].kind, "missing-object");
        assert_eq!(problems[0].path.as_ref().map(BlobPath::text).as_deref(), Some("lost"));
    }

    #[test]
    fn a_tree_that_unfolds_without_end_is_cut_off_with_a_problem() {
        let mut store = Memory::default();
        let leaf = store.blob("leaf");
        let mut tree = store.tree(&[("100644", "f", leaf)]);
        for _ in 0..40 {
            tree = store.tree(&[("40000", "a", tree), ("40000", "b", tree), ("40000", "c", tree)]);
        }
        let mut walk_problems = Vec::new();
        let mut walk = Walk { objects: &store, problems: &mut walk_problems, budget: 2 };
        assert!(walk.entries(b"p", Some(tree)).is_none());
        assert!(walk.entries(b"p", Some(tree)).is_none());
        assert_eq!(walk_problems.iter().map(|problem| problem.kind).collect::<Vec<_>>(), ["capped"]);
    }

    #[test]
    fn deep_nesting_ends_at_the_path_limit() {
        let mut store = Memory::default();
        let leaf = store.blob("leaf");
        let name = "n".repeat(1000);
        let mut tree = store.tree(&[("100644", "f", leaf)]);
        for _ in 0..80 {
            tree = store.tree(&[("40000", &name, tree)]);
        }
        let mut problems = Vec::new();
        assert!(changes(&store, None, Some(tree), &mut problems).is_empty());
        assert_eq!(problems.len(), 1);
    }

    #[test]
    fn a_file_is_looked_up_by_its_path() {
        let mut store = Memory::default();
        let a = store.blob("a");
        let sub = store.tree(&[("100644", "x", a)]);
        let root = store.tree(&[("40000", "d", sub)]);
        assert!(lookup(&store, root, b"d/x").is_ok_and(|side| side.is_some_and(|side| side.id == a)));
        assert!(lookup(&store, root, b"d").is_ok_and(|side| side.is_none()));
        assert!(lookup(&store, root, b"d/x/y").is_ok_and(|side| side.is_none()));
    }
}
