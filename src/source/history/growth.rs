//! What came to a repository since it was covered: the commits that are new, and of their trees what no parent has.
//!
//! Stands apart from the walk because here trees are asked for one by one, and only where something changed. Whatever does
//! not fit what was covered ends it: then everything is listed.

use std::collections::{BTreeMap, BTreeSet};

use super::extent::{Extent, PLACE_BYTES, place};
use super::roots::Roots;
use crate::blob::BlobPath;
use crate::source::files::PathFilter;
use crate::source::object::{CommitData, Id, Kind, Map, Mode, Set, tree_entries};
use crate::source::objects::{STRUCTURE_BYTES, commit, expect};
use crate::source::repository::Repo;
use crate::source::tree::join;
use crate::source::{Gap, GapKind};

/// More new commits than this are listed with everything else, which is faster.
const MOST_COMMITS: usize = 5_000;

/// Entries of trees that are looked at, for the same reason.
const MOST_ENTRIES: usize = 2_000_000;

/// A place of a blob, as it is known.
type Place = [u8; PLACE_BYTES];

/// What there is to ask of the run before, besides its extent.
pub(super) struct Before<'b> {
    pub(super) extent: &'b Extent,
    pub(super) gaps: &'b BTreeSet<Gap>,
    /// True for a blob in which nothing matched whatever it is called, and that is a text.
    pub(super) plain: &'b dyn Fn(&Id) -> bool,
    pub(super) filter: &'b PathFilter,
}

/// What is new.
#[derive(Default)]
pub(super) struct Growth {
    pub(super) commits: BTreeMap<Id, CommitData>,
    /// New blobs with the paths at which they are scanned.
    pub(super) blobs: BTreeMap<Id, BTreeSet<BlobPath>>,
    /// Those that are left out wherever they stand.
    pub(super) excluded: BTreeSet<Id>,
    pub(super) trees: Set<Id>,
    pub(super) links: BTreeSet<Id>,
    /// Paths that a blob was not known at.
    pub(super) names: BTreeSet<BlobPath>,
    pub(super) places: Set<Place>,
    /// Blobs that only an index holds.
    pub(super) staged: BTreeSet<Place>,
    /// Old commits that are parents of new ones.
    touched: Set<Id>,
    /// Of the places that only an index held, those that a commit holds now.
    kept: Set<Place>,
    entries: usize,
}

/// A directory of a commit, and what its parents have at the same path.
struct Directory {
    path: Vec<u8>,
    tree: Id,
    bases: Vec<Id>,
}

impl Growth {
    /// What `roots` and the indexes of `repo` lead to that the run before did not see; `None` when what it saw may be gone,
    /// or something cannot be read or told for certain.
    pub(super) fn of(repo: &Repo, roots: &Roots, before: &Before<'_>) -> Option<Self> {
        let mut growth = Self::default();
        growth.find_commits(repo, roots, before.extent)?;
        growth.hold(roots, before.extent)?;
        let mut trees: Map<Id, Id> = Map::default();
        for (id, data) in &growth.commits {
            trees.insert(*id, data.tree);
        }
        for parent in &growth.touched {
            trees.insert(*parent, commit(repo.objects(), parent).ok()?.tree);
        }
        let bases = |data: &CommitData| -> Option<Vec<Id>> {
            data.parents.iter().map(|id| trees.get(id).copied()).collect()
        };
        let changed: Option<Vec<(Id, Vec<Id>)>> =
            growth.commits.values().map(|data| Some((data.tree, bases(data)?))).collect();
        for (tree, bases) in changed? {
            growth.directory(repo, Directory { path: Vec::new(), tree, bases }, before)?;
        }
        growth.named_trees(repo, roots, before)?;
        growth.indexes(repo, before)?;
        Some(growth)
    }

    /// True when nothing is new.
    pub(super) fn is_empty(&self) -> bool {
        self.commits.is_empty() && self.places.is_empty() && self.links.is_empty()
    }

    /// True for an object that is new.
    pub(super) fn has(&self, id: &Id) -> bool {
        self.commits.contains_key(id)
            || self.blobs.contains_key(id)
            || self.excluded.contains(id)
            || self.trees.contains(id)
            || self.links.contains(id)
    }

    /// All new objects, but for tags.
    pub(super) fn objects(&self) -> impl Iterator<Item = &Id> {
        let files = self.blobs.keys().chain(&self.excluded).chain(&self.links);
        self.commits.keys().chain(&self.trees).chain(files)
    }

    fn find_commits(&mut self, repo: &Repo, roots: &Roots, extent: &Extent) -> Option<()> {
        let mut open: Vec<Id> = roots.commits().into_iter().map(|(_, id)| id).collect();
        open.retain(|id| !extent.has_met(id));
        while let Some(id) = open.pop() {
            if self.commits.contains_key(&id) {
                continue;
            }
            let data = commit(repo.objects(), &id).ok().filter(|_| self.commits.len() < MOST_COMMITS)?;
            for parent in &data.parents {
                match extent.has_met(parent) {
                    true => _ = self.touched.insert(*parent),
                    false => open.push(*parent),
                }
            }
            self.commits.insert(id, data);
        }
        Some(())
    }

    /// Everything that was covered is still there when what led to it is named, or is a parent of something new.
    fn hold(&self, roots: &Roots, extent: &Extent) -> Option<()> {
        let named: Set<Id> =
            roots.commits().into_iter().map(|(_, id)| id).chain(roots.tags.keys().copied()).collect();
        let holds = |id: &[u8]| {
            Id::from_bytes(id).is_some_and(|id| named.contains(&id) || self.touched.contains(&id))
        };
        extent.roots.iter().all(holds).then_some(())
    }

    /// Trees that something names: those of before are all still named, and others bring nothing, because what only they
    /// hold is gone with their names.
    fn named_trees(&mut self, repo: &Repo, roots: &Roots, before: &Before<'_>) -> Option<()> {
        let named: Set<Id> = roots.trees.iter().map(|(_, id)| *id).collect();
        let holds = |id: &[u8]| Id::from_bytes(id).is_some_and(|id| named.contains(&id));
        before.extent.trees.iter().all(holds).then_some(())?;
        let others = named.into_iter().filter(|id| !before.extent.trees.contains(id.as_bytes()));
        let size = |growth: &Self| growth.objects().count() + growth.places.len();
        let (so_far, kept) = (size(self), self.kept.clone());
        let of_commits: Set<Id> = self.commits.values().map(|data| data.tree).collect();
        for tree in others.filter(|tree| !of_commits.contains(tree)) {
            self.directory(repo, Directory { path: Vec::new(), tree, bases: Vec::new() }, before)?;
        }
        self.kept = kept;
        (size(self) == so_far).then_some(())
    }

    /// Everything below a directory that none of its bases has.
    fn directory(&mut self, repo: &Repo, top: Directory, before: &Before<'_>) -> Option<()> {
        let read = |id: &Id| expect(repo.objects(), id, Kind::Tree, STRUCTURE_BYTES).ok();
        let mut open = vec![top];
        while let Some(Directory { path, tree, bases }) = open.pop() {
            if bases.contains(&tree) {
                continue;
            }
            if !before.extent.has_met(&tree) {
                self.trees.insert(tree);
            }
            let (data, others) = (read(&tree)?, bases.iter().map(read).collect::<Option<Vec<_>>>()?);
            let entries = |data| Some(tree_entries(data, tree.as_bytes().len())?.into_iter());
            let mut known: Map<&[u8], Vec<(Mode, Id)>> = Map::default();
            for other in &others {
                entries(other)?
                    .for_each(|entry| known.entry(entry.name).or_default().push((entry.mode, entry.id)));
            }
            for entry in entries(&data)? {
                self.entries += 1;
                let here = known.get(entry.name).map(Vec::as_slice).unwrap_or_default();
                if here.contains(&(entry.mode, entry.id)) {
                    continue;
                }
                let below = join(&path, entry.name)?;
                if entry.mode == Mode::Directory {
                    let bases = here.iter().filter(|(mode, _)| *mode == Mode::Directory).map(|(_, id)| *id);
                    open.push(Directory { path: below, tree: entry.id, bases: bases.collect() });
                } else if self.file(entry.mode, entry.id, &below, before)?.is_some_and(|known| known) {
                    self.kept.insert(place(&entry.id, &below));
                }
            }
            if self.entries > MOST_ENTRIES {
                return None;
            }
        }
        Some(())
    }

    /// What is staged in every working tree.
    fn indexes(&mut self, repo: &Repo, before: &Before<'_>) -> Option<()> {
        let in_commits: Set<Place> = self.places.clone();
        let held = |growth: &Self, at: &Place| growth.kept.contains(at);
        let mut seen: Set<Place> = Set::default();
        for directory in repo.git_dirs().iter().filter(|directory| directory.join("index").is_file()) {
            for entry in repo.index_in(directory).ok()?.iter().filter(|entry| !entry.announced) {
                let odd = self.links.len() + self.excluded.len();
                let at = place(&entry.side.id, &entry.path);
                let known = self.file(entry.side.mode, entry.side.id, &entry.path, before)?;
                // What no commit holds is gone with the next command, and of these nothing tells who held them.
                if self.links.len() + self.excluded.len() != odd {
                    return None;
                }
                let only_here = match known {
                    Some(true) => before.extent.staged.contains(&at) && !held(self, &at),
                    Some(false) => !in_commits.contains(&at),
                    None => false,
                };
                if only_here {
                    self.staged.insert(at);
                }
                seen.insert(at);
            }
        }
        let holds =
            |at: &[u8]| at.first_chunk().is_some_and(|at| seen.contains(at) || self.kept.contains(at));
        before.extent.staged.iter().all(holds).then_some(())
    }

    /// Notes what is no directory: for a file that is not left out gives whether it is known there.
    fn file(&mut self, mode: Mode, id: Id, path: &[u8], before: &Before<'_>) -> Option<Option<bool>> {
        let known_gap = |kind| {
            let gap = Gap { kind, path: Some(BlobPath::from_bytes(path)) };
            before.gaps.contains(&gap).then_some(())
        };
        match mode {
            Mode::Directory => return None,
            Mode::Submodule => known_gap(GapKind::Submodule)?,
            Mode::Link => {
                known_gap(GapKind::SymbolicLink)?;
                if !before.extent.links.contains(id.as_bytes()) {
                    self.links.insert(id);
                }
            }
            Mode::File => {
                let at = place(&id, path);
                if before.extent.places.contains(&at) {
                    return Some(Some(true));
                }
                if self.places.contains(&at) {
                    return Some(Some(false));
                }
                if before.filter.excludes_file(&[path]) {
                    known_gap(GapKind::Excluded)?;
                    if !before.extent.has_met(&id) && !self.blobs.contains_key(&id) {
                        self.excluded.insert(id);
                    }
                    return Some(None);
                }
                self.place(id, path, before)?;
                self.places.insert(at);
                return Some(Some(false));
            }
        }
        Some(None)
    }

    /// Notes a blob at a path at which it was not known.
    fn place(&mut self, id: Id, path: &[u8], before: &Before<'_>) -> Option<()> {
        let path = BlobPath::from_bytes(path);
        if before.extent.has_met(&id) {
            // What matched somewhere is judged anew for each path, and one that is a gap is called by the first.
            let tells = before.filter.is_empty() && (before.plain)(&id);
            return tells.then(|| _ = self.names.insert(path));
        }
        self.excluded.remove(&id);
        self.names.insert(path.clone());
        self.blobs.entry(id).or_default().insert(path);
        Some(())
    }
}
