//! Which deleted file an added one comes from.
//!
//! Stands apart because git stores no renames: they are guessed from content. A guess only says which lines are not
//! new, and every line it takes for old stood in the parent commit, so that a wrong one hides nothing that was not
//! there before.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::object::{Id, Kind, Mode};
use super::objects::{Objects, expect};
use super::tree::{Change, Side};

/// Files larger than this (bytes) are recognised as renamed only when they are unchanged.
const COMPARED_BYTES: u64 = 1 << 20;

/// More deleted or added files than this are not compared line by line; git's own limit (`diff.renameLimit`).
const COMPARED_FILES: usize = 1000;

/// A line that stands in more deleted files than this says nothing about which one was renamed.
const COMMON_LINE: usize = 50;

/// For the index of each added file in `changes` that is a renamed one: the blob it was.
pub(crate) fn sources(objects: &dyn Objects, changes: &[Change]) -> HashMap<usize, Id> {
    let file = |side: Option<Side>| side.filter(|side| side.mode == Mode::File).map(|side| side.id);
    let gone = |c: &Change| file(c.old).filter(|_| c.new.is_none());
    let come = |c: &Change| file(c.new).filter(|_| c.old.is_none());
    let mut deleted: Vec<(usize, Id)> =
        changes.iter().enumerate().filter_map(|(i, c)| Some((i, gone(c)?))).collect();
    let mut added: Vec<(usize, Id)> =
        changes.iter().enumerate().filter_map(|(i, c)| Some((i, come(c)?))).collect();
    let mut found = HashMap::new();
    if deleted.is_empty() || added.is_empty() {
        return found;
    }
    unchanged(&mut deleted, &mut added, &mut found);
    if deleted.len() <= COMPARED_FILES && added.len() <= COMPARED_FILES && !deleted.is_empty() {
        edited(objects, &deleted, &added, &mut found);
    }
    found
}

/// Takes out pairs with the same content, each deleted file once.
fn unchanged(deleted: &mut Vec<(usize, Id)>, added: &mut Vec<(usize, Id)>, found: &mut HashMap<usize, Id>) {
    let mut by_id: HashMap<Id, Vec<usize>> = HashMap::new();
    deleted.iter().rev().for_each(|(index, id)| by_id.entry(*id).or_default().push(*index));
    let mut used = Vec::new();
    added.retain(|(index, id)| match by_id.get_mut(id).and_then(Vec::pop) {
        Some(source) => {
            used.push(source);
            found.insert(*index, *id);
            false
        }
        None => true,
    });
    used.sort_unstable();
    deleted.retain(|(index, _)| used.binary_search(index).is_err());
}

/// Pairs added files with the deleted ones they share most bytes with: at least half of the larger, as in git.
fn edited(
    objects: &dyn Objects,
    deleted: &[(usize, Id)],
    added: &[(usize, Id)],
    found: &mut HashMap<usize, Id>,
) {
    let olds: Vec<Option<Content>> = deleted.iter().map(|(_, id)| Content::read(objects, id)).collect();
    let mut holders: HashMap<u64, Vec<usize>> = HashMap::new();
    for (at, content) in olds.iter().enumerate() {
        let lines = content.iter().flat_map(|content| content.lines.keys());
        lines.for_each(|line| holders.entry(*line).or_default().push(at));
    }
    let mut candidates = Vec::new();
    for (index, id) in added {
        let Some(new) = Content::read(objects, id) else { continue };
        let mut shared: HashMap<usize, u64> = HashMap::new();
        for (line, bytes) in &new.lines {
            let holding = holders.get(line).filter(|holding| holding.len() <= COMMON_LINE);
            for &at in holding.into_iter().flatten() {
                let old = olds[at].as_ref().and_then(|old| old.lines.get(line)).copied().unwrap_or(0);
                *shared.entry(at).or_default() += old.min(*bytes);
            }
        }
        let alike = |(at, bytes): (usize, u64)| {
            let larger = new.size.max(olds[at].as_ref().map_or(0, |old| old.size));
            (bytes * 2 >= larger).then_some((std::cmp::Reverse(bytes), *index, at))
        };
        candidates.extend(shared.into_iter().filter_map(alike));
    }
    candidates.sort_unstable();
    let mut used = vec![false; deleted.len()];
    for (_, index, at) in candidates {
        if !used[at] && !found.contains_key(&index) {
            used[at] = true;
            found.insert(index, deleted[at].1);
        }
    }
}

/// A file as a bag of lines: the bytes that lines with this hash have in it.
struct Content {
    lines: HashMap<u64, u64>,
    size: u64,
}

impl Content {
    fn read(objects: &dyn Objects, id: &Id) -> Option<Self> {
        let data = expect(objects, id, Kind::Blob, COMPARED_BYTES).ok().filter(|data| !data.is_empty())?;
        let mut lines: HashMap<u64, u64> = HashMap::new();
        for line in data.split_inclusive(|&byte| byte == b'\n') {
            let mut hasher = DefaultHasher::new();
            line.trim_ascii_end().hash(&mut hasher);
            *lines.entry(hasher.finish()).or_default() += line.len() as u64;
        }
        Some(Self { lines, size: data.len() as u64 })
    }
}

#[cfg(test)]
mod tests {
    use super::super::objects::memory::Memory;
    use super::*;

    fn change(path: &str, old: Option<Id>, new: Option<Id>) -> Change {
        let side = |id| Side { mode: Mode::File, id };
        Change { path: path.as_bytes().to_vec(), old: old.map(side), new: new.map(side) }
    }

    fn text(from: u32, to: u32) -> String {
        (from..to).map(|n| format!("line number {n}\n")).collect()
    }

    #[test]
    fn an_unchanged_file_under_a_new_name_is_a_rename_once() {
        let mut store = Memory::default();
        let a = store.blob("a\n");
        let changes =
            [change("copy", None, Some(a)), change("copy2", None, Some(a)), change("old", Some(a), None)];
        assert_eq!(sources(&store, &changes), HashMap::from([(0, a)]));
    }

    #[test]
    fn an_edited_rename_is_found_and_an_unrelated_file_is_not() {
        let mut store = Memory::default();
        let (old, new, far) = (store.blob(&text(0, 20)), store.blob(&text(3, 24)), store.blob(&text(50, 70)));
        let changes =
            [change("far", None, Some(far)), change("new", None, Some(new)), change("old", Some(old), None)];
        assert_eq!(sources(&store, &changes), HashMap::from([(1, old)]));
    }

    #[test]
    fn the_closest_source_wins_whatever_the_order() {
        let mut store = Memory::default();
        let (near, far, new) = (store.blob(&text(0, 20)), store.blob(&text(6, 30)), store.blob(&text(1, 22)));
        let changes =
            [change("far", Some(far), None), change("near", Some(near), None), change("x", None, Some(new))];
        assert_eq!(sources(&store, &changes), HashMap::from([(2, near)]));
        let changes =
            [change("a", Some(near), None), change("b", Some(far), None), change("x", None, Some(new))];
        assert_eq!(sources(&store, &changes), HashMap::from([(2, near)]));
    }

    #[test]
    fn a_modified_file_and_a_missing_blob_are_no_renames() {
        let mut store = Memory::default();
        let (old, new) = (store.blob(&text(0, 20)), store.blob(&text(0, 21)));
        store.remove(&old);
        let changes = [change("new", None, Some(new)), change("old", Some(old), None)];
        assert!(sources(&store, &changes).is_empty());
        assert!(sources(&store, &[change("m", Some(old), Some(new))]).is_empty());
    }
}
