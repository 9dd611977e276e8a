//! Which paths and commits hold what was found, and which refs reach it.
//!
//! Stands apart from the search because it is about a few objects only. The trees that lead to them are marked from below,
//! and only these are walked, each once under each path, oldest commit first: the work grows with what was found, not
//! with commits times files.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::hit::{Hit, Hunted, PATHS, Part, PathOf};
use super::needles::Needles;
use super::store::Store;
use super::{content, reach, refs};
use crate::blob::{BlobPath, Commit};
use crate::source::object::{CommitData, Id, Kind, Mode, tag_target, tree_entries};
use crate::source::objects::{STRUCTURE_BYTES, commit, expect};
use crate::source::repository::Repo;
use crate::source::revision::oldest_first;
use crate::source::tree::join;

/// Trees under paths that are walked: no real repository needs as many for what a hunt finds.
const WALKED: usize = 4_000_000;

/// Adds names of files and directories that hold a value, paths and commits of the blobs, and what reaches each object.
pub(super) fn find(repo: &Repo, needles: &Needles, store: Store, hunted: &mut Hunted) {
    let crosses = needles.may_cross_directories();
    let marked = marked(&store, crosses);
    if marked.is_empty() && hunted.hits.is_empty() {
        return;
    }
    let read = |id: &Id| Some((*id, commit(repo.objects(), id).ok()?));
    let commits: HashMap<Id, CommitData> = store.commits.iter().filter_map(read).collect();
    let entries = marked.iter().filter_map(|id| Some((*id, entries(repo, id)?))).collect();
    let found = hunted.hits.iter().filter_map(|hit| hit.object).collect();
    let mut walk = Walk {
        needles,
        entries,
        found,
        crosses,
        seen: HashSet::new(),
        names: BTreeMap::new(),
        paths: BTreeMap::new(),
        placed: HashSet::new(),
        full: false,
    };
    for id in oldest_first(&commits) {
        walk.from(commits[&id].tree, Some((&id, &commits[&id])));
    }
    let inner: HashSet<Id> = store.trees.iter().flat_map(|tree| tree.below.iter().copied()).collect();
    // What no commit holds: a tag of a tree, an index that was written out, what an interrupted command left.
    marked.iter().filter(|id| !inner.contains(id)).for_each(|id| walk.from(*id, None));
    // The search of names says what of it cannot be read.
    for (path, ids) in refs::staged(repo, &mut Hunted::default()) {
        for id in ids {
            if walk.found.contains(&id) {
                walk.path(id, path.clone(), || None);
            }
        }
    }
    let Walk { names, paths, full, entries, .. } = walk;
    if full {
        hunted.unread(["further-paths"]);
    }
    names.into_values().for_each(|hits| hunted.hits.extend(hits));
    for (id, mut paths) in paths {
        paths.sort();
        hunted.more_paths.extend((paths.len() > PATHS).then(|| (id, paths.len() - PATHS)));
        paths.truncate(PATHS);
        hunted.paths.insert(id, paths);
    }
    let target = |id: &Id| tag_target(&expect(repo.objects(), id, Kind::Tag, STRUCTURE_BYTES).ok()?);
    let tags = store.tags.iter().filter_map(|id| Some((*id, target(id)?))).collect();
    reach::find(repo, &reach::Graph { commits: &commits, tags, entries: &entries }, hunted);
}

/// One entry of a tree that is walked.
pub(super) struct Entry {
    pub(super) name: Vec<u8>,
    pub(super) id: Id,
    pub(super) is_tree: bool,
}

/// The trees that name something, and those above them; all where a value may cross directories.
fn marked(store: &Store, all: bool) -> Vec<Id> {
    let mut above: HashMap<Id, Vec<Id>> = HashMap::new();
    for tree in &store.trees {
        tree.below.iter().for_each(|below| above.entry(*below).or_default().push(tree.id));
    }
    let direct = store.trees.iter().filter(|tree| tree.direct || all).map(|tree| tree.id);
    let mut open: Vec<Id> = direct.collect();
    let mut marked: HashSet<Id> = open.iter().copied().collect();
    while let Some(id) = open.pop() {
        let next = above.get(&id).into_iter().flatten().copied();
        open.extend(next.filter(|id| marked.insert(*id)));
    }
    let mut marked: Vec<Id> = marked.into_iter().collect();
    marked.sort();
    marked
}

fn entries(repo: &Repo, id: &Id) -> Option<Vec<Entry>> {
    let data = expect(repo.objects(), id, Kind::Tree, u64::MAX).ok()?;
    let entries = tree_entries(&data, id.as_bytes().len())?;
    let entry = |entry: crate::source::object::TreeEntry<'_>| Entry {
        name: entry.name.to_vec(),
        id: entry.id,
        is_tree: entry.mode == Mode::Directory,
    };
    Some(entries.into_iter().map(entry).collect())
}

struct Walk<'w> {
    needles: &'w Needles,
    entries: HashMap<Id, Vec<Entry>>,
    /// Objects whose paths are wanted.
    found: HashSet<Id>,
    /// Whole paths are searched, not only names.
    crosses: bool,
    /// Trees walked, under each path.
    seen: HashSet<(Id, Vec<u8>)>,
    /// For each path whose name holds a value the hits.
    names: BTreeMap<Vec<u8>, Vec<Hit>>,
    paths: BTreeMap<Id, Vec<PathOf>>,
    placed: HashSet<(Id, Vec<u8>)>,
    full: bool,
}

impl Walk<'_> {
    fn from(&mut self, root: Id, commit: Option<(&Id, &CommitData)>) {
        let named = || commit.map(|(id, data)| data.named(id));
        let mut open = vec![(root, Vec::new())];
        while let Some((id, path)) = open.pop() {
            if !self.entries.contains_key(&id) || !self.seen.insert((id, path.clone())) {
                continue;
            }
            if self.seen.len() > WALKED {
                self.full = true;
                return;
            }
            let Some(entries) = self.entries.remove(&id) else { continue };
            for entry in &entries {
                let Some(path) = join(&path, &entry.name) else { continue };
                self.name(&path, entry, named);
                if entry.is_tree {
                    open.push((entry.id, path));
                } else if self.found.contains(&entry.id) {
                    self.path(entry.id, path, named);
                }
            }
            self.entries.insert(id, entries);
        }
    }

    /// A name that holds a value is told once, with the first commit that has it.
    fn name(&mut self, path: &[u8], entry: &Entry, commit: impl Fn() -> Option<Commit>) {
        if self.names.contains_key(path) {
            return;
        }
        let text = if self.crosses { path } else { &entry.name };
        let own = path.len() - entry.name.len();
        let mut places = content::search(self.needles, text).places;
        // What ends above it was told there.
        places.retain(|place| !self.crosses || place.found.end > own);
        if places.is_empty() {
            return;
        }
        let hit = |place| Hit {
            part: Part::FileName,
            object: None,
            name: path.to_vec(),
            commit: commit(),
            place,
            binary: false,
        };
        self.names.insert(path.to_vec(), places.into_iter().map(hit).collect());
    }

    fn path(&mut self, id: Id, path: Vec<u8>, commit: impl Fn() -> Option<Commit>) {
        if self.placed.insert((id, path.clone())) {
            let path = PathOf { path: BlobPath::from_bytes(&path), commit: commit() };
            self.paths.entry(id).or_default().push(path);
        }
    }
}
