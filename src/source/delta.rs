//! What a change brings, measured against all of its parents at once.
//!
//! Stands apart because a commit, a merge and the index are the same here: a list of differences per parent. A line is
//! new when it is in no parent; a file that any parent holds unchanged brings nothing.

use std::collections::BTreeMap;

use super::lines::{COMPARED_BYTES, added, intersect};
use super::object::{Id, Kind, Mode};
use super::objects::{Objects, expect};
use super::rename::sources;
use super::tree::{Change, Side};
use super::{Gap, GapKind};
use crate::blob::{Added, BlobPath, Content, Item, Origin, Part};

/// A file that differs from what every parent holds.
pub(crate) struct Delta {
    pub(crate) path: Vec<u8>,
    pub(crate) new: Side,
    /// The blob it replaces in each parent, under its own name or the one it was renamed from.
    olds: Vec<Option<Id>>,
}

/// What a change brings: the files that differ from every parent, and how many only seem to.
pub(crate) struct Deltas {
    pub(crate) changed: Vec<Delta>,
    /// Files whose content some parent holds already: renamed, of another mode, or merged as they were.
    pub(crate) unchanged: usize,
}

/// Lays the differences from each parent (one list for a first commit) side by side.
pub(crate) fn deltas(objects: &dyn Objects, parents: Vec<Vec<Change>>) -> Deltas {
    let count = parents.len();
    // Per file of the new side: what it replaces in each parent that it differs from.
    let mut files: BTreeMap<(Vec<u8>, Side), Vec<Option<Id>>> = BTreeMap::new();
    for changes in parents {
        let renamed = sources(objects, &changes);
        for (index, change) in changes.into_iter().enumerate() {
            let Some(new) = change.new else { continue };
            let same_name = change.old.filter(|old| old.mode == Mode::File).map(|old| old.id);
            let old = same_name.or_else(|| renamed.get(&index).copied());
            files.entry((change.path, new)).or_default().push(old);
        }
    }
    let total = files.len();
    let differs = |new: Side, olds: &[Option<Id>]| olds.len() == count && !olds.contains(&Some(new.id));
    let changed: Vec<Delta> = files
        .into_iter()
        .filter(|((_, new), olds)| differs(*new, olds))
        .map(|((path, new), olds)| Delta { path, new, olds })
        .collect();
    Deltas { unchanged: total - changed.len(), changed }
}

impl Delta {
    /// The gap that stands for this entry when it holds no bytes of its own.
    pub(crate) fn gap(&self) -> Option<Gap> {
        let kind = match self.new.mode {
            Mode::Submodule => GapKind::Submodule,
            Mode::Link => GapKind::SymbolicLink,
            Mode::File | Mode::Directory => return None,
        };
        Some(Gap { kind, path: Some(self.path()) })
    }

    /// Its path.
    pub(crate) fn path(&self) -> BlobPath {
        BlobPath::from_bytes(&self.path)
    }

    /// The lines that are in no parent (`None`: all of them). A parent's blob that cannot be read, or is too large to
    /// be compared, holds none of them.
    pub(crate) fn added(&self, objects: &dyn Objects) -> Option<Added> {
        if self.olds.iter().all(Option::is_none) {
            return None;
        }
        let new = expect(objects, &self.new.id, Kind::Blob, COMPARED_BYTES).ok()?;
        let against = |old: &Option<Id>| {
            let old = expect(objects, old.as_ref()?, Kind::Blob, COMPARED_BYTES).ok()?;
            added(&old, &new)
        };
        self.olds.iter().map(against).reduce(intersect).flatten()
    }

    /// The content before the change: that of the first parent which has one.
    pub(crate) fn before(&self) -> Option<Id> {
        self.olds.iter().flatten().next().copied()
    }

    /// As an item of its own.
    pub(crate) fn item(&self, objects: &dyn Objects) -> Item {
        let origin =
            Origin { path: self.path(), repo_path: Some(self.path()), commit: None, part: Part::File };
        Item {
            content: Content::Object(self.new.id.hex()),
            origins: vec![origin],
            added: self.added(objects),
            before: self.before().map(|id| Content::Object(id.hex())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::objects::memory::Memory;
    use super::super::tree::changes;
    use super::*;

    /// The deltas of a commit of `new` on parents that hold the given files.
    fn of(store: &mut Memory, parents: &[&[(&str, &str)]], new: &[(&str, &str)]) -> Deltas {
        let mut tree = |files: &[(&str, &str)]| {
            let entries: Vec<_> =
                files.iter().map(|(name, text)| ("100644", *name, store.blob(text))).collect();
            store.tree(&entries)
        };
        let new = tree(new);
        let parents: Vec<Id> = parents.iter().map(|files| tree(files)).collect();
        let compare = |old| changes(store, old, Some(new), &mut Vec::new());
        let lists = if parents.is_empty() {
            vec![compare(None)]
        } else {
            parents.into_iter().map(|parent| compare(Some(parent))).collect()
        };
        deltas(store, lists)
    }

    type Shown = (String, Option<Vec<(u64, u64)>>);

    fn shown(store: &Memory, deltas: &Deltas) -> Vec<Shown> {
        let one = |delta: &Delta| (delta.path().text(), delta.added(store).map(|added| added.lines));
        deltas.changed.iter().map(one).collect()
    }

    #[test]
    fn a_first_commit_adds_all_of_everything() {
        let mut store = Memory::default();
        let found = of(&mut store, &[], &[("a", "1\n"), ("b", "2\n")]);
        assert_eq!(shown(&store, &found), [("a".to_owned(), None), ("b".to_owned(), None)]);
    }

    #[test]
    fn an_edited_rename_adds_its_edits_and_a_pure_one_nothing() {
        let mut store = Memory::default();
        let found = of(
            &mut store,
            &[&[("old", "1\n2\n3\n4\n"), ("x", "x\n")]],
            &[("new", "1\n2\n3\n4\n5\n"), ("y", "x\n")],
        );
        assert_eq!(shown(&store, &found), [("new".to_owned(), Some(vec![(5, 5)]))]);
        assert_eq!(found.unchanged, 1);
    }

    #[test]
    fn a_merge_adds_only_what_is_in_no_parent() {
        let mut store = Memory::default();
        let ours: &[(&str, &str)] = &[("both", "ours\nold\n"), ("a", "a\n")];
        let theirs: &[(&str, &str)] = &[("both", "old\ntheirs\n"), ("b", "b\n")];
        let merged = &[("both", "ours\nold\nnew\ntheirs\n"), ("a", "a\n"), ("b", "b\n"), ("c", "c\n")];
        let found = of(&mut store, &[ours, theirs], merged);
        assert_eq!(shown(&store, &found), [("both".to_owned(), Some(vec![(3, 3)])), ("c".to_owned(), None)]);
        assert_eq!(found.unchanged, 2);
    }

    #[test]
    fn a_change_that_only_removes_lines_adds_none_but_is_still_looked_at() {
        let mut store = Memory::default();
        let found = of(&mut store, &[&[("a", "mark\nvalue\n")]], &[("a", "value\n")]);
        assert_eq!(shown(&store, &found), [("a".to_owned(), Some(vec![]))]);
        let before = store.blob("mark\nvalue\n");
        assert!(found.changed[0].before() == Some(before));
    }
}
