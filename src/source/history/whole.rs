//! What a complete listing leaves behind, put together as an extent once a run has found nothing.
//!
//! Stands apart from the listing because nothing here is needed to report: only the next run is faster for it.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::HistorySource;
use super::chronicle::Chronicle;
use super::extent::{Extent, Head, PLACE_BYTES, place};
use super::graph::Graph;
use super::paths::PathNumber;
use super::reach::Reach;
use super::roots::Roots;
use super::seen::Flags;
use super::sorted::Sorted;
use super::walk::{NO_COMMIT, Walk};
use crate::source::Gap;
use crate::source::coverage::Coverage;
use crate::source::object::{Id, Set};
use crate::source::packs::{self, PackFile};
use crate::source::repository::Repo;

/// More objects in files of their own than this are not written down: git packs them long before.
const MOST_LOOSE: usize = 200_000;

/// The files that a repository's objects stand in.
pub(super) struct Stored {
    pub(super) packs: Vec<PackFile>,
    pub(super) loose: Vec<Id>,
}

impl Stored {
    /// `None` when they cannot be told, or are too many.
    pub(super) fn of(repo: &Repo) -> Option<Self> {
        let directories = repo.object_directories();
        let packs = packs::files(&directories)?;
        let loose: Vec<Id> = packs::loose(&directories).take(MOST_LOOSE + 1).collect();
        (loose.len() <= MOST_LOOSE).then_some(Self { packs, loose })
    }
}

/// A hash of all that must be the same when a later run goes on from here. `None` where nothing can: objects may come that
/// something led to before, or stand for others.
pub(super) fn fixed(repo: &Repo, roots: &Roots) -> Option<String> {
    let replaced = roots.names.iter().any(|name| name.starts_with("refs/replace/"));
    if replaced || repo.is_partial() || !repo.shallow().is_empty() {
        return None;
    }
    let mut hasher = blake3::Hasher::new();
    for directory in repo.object_directories() {
        hasher.update(directory.as_os_str().as_encoded_bytes()).update(b"\n");
    }
    for (_, name, id) in &roots.blobs {
        hasher.update(name.as_bytes()).update(b" ").update(id.as_bytes()).update(b"\n");
    }
    Some(hasher.finalize().to_string())
}

/// What the listing knew that nobody asks for afterwards.
pub(super) struct Trace {
    fixed: String,
    stored: Stored,
    /// Objects that something leads to, but for commits and tags.
    met: Flags,
    lost: Set<Id>,
    links: Vec<u32>,
    /// Blobs at paths that only an index holds.
    staged: Vec<(u32, PathNumber)>,
    /// Commits and annotated tags that something names.
    roots: Vec<Id>,
    /// Named trees that are no commit's.
    trees: Vec<Id>,
}

impl Trace {
    /// Of a listing of everything; `None` where no later run can go on from it.
    pub(super) fn of(
        repo: &Repo,
        stored: Option<Stored>,
        roots: &Roots,
        graph: &Graph,
        walk: &Walk<'_>,
        lost: Set<Id>,
    ) -> Option<Self> {
        // What only an index holds is gone with the next command, and links are not told apart by who holds them.
        let fixed = fixed(repo, roots).filter(|_| !walk.only_staged)?;
        let alone = walk.places.iter().filter(|place| place.commit == NO_COMMIT);
        let staged = |at: &(u32, PathNumber)| walk.names.get(at) == Some(&Reach::INDEX);
        let of_commits: Set<Id> = graph.commits.iter().map(|data| data.tree).collect();
        let named = roots.trees.iter().map(|(_, id)| *id);
        Some(Self {
            trees: named.filter(|id| !of_commits.contains(id)).collect(),
            fixed,
            stored: stored?,
            met: walk.met(),
            lost,
            links: walk.links.iter().copied().collect(),
            staged: alone.map(|place| (place.object, place.path)).filter(staged).collect(),
            roots: roots.commits().into_iter().map(|(_, id)| id).chain(roots.tags.keys().copied()).collect(),
        })
    }
}

impl Chronicle {
    /// What was covered, if a later run can go on from there.
    fn extent(&self, gaps: &[Gap], coverage: &Coverage, counts: BTreeMap<String, u64>) -> Option<Extent> {
        let (trace, record, goods) = (self.trace.get()?.as_ref()?, self.record.get()?, self.goods.get()?);
        let (shelf, id_len) = (self.shelf(), self.repo.id_len());
        let ids = |numbers: &mut dyn Iterator<Item = u32>| -> Vec<Id> {
            numbers.filter_map(|number| shelf.id(number)).collect()
        };
        let mut met = ids(&mut trace.met.iter());
        met.extend(record.graph.order.iter().chain(record.tags.keys()));
        let at = |object: u32, path: PathNumber| {
            let id = shelf.id(object)?;
            Some(place(&id, &goods.paths.bytes(path, shelf)))
        };
        let places: Vec<_> =
            goods.all_places().par_iter().filter_map(|place| at(place.object, place.path)).collect();
        let staged: Vec<_> = trace.staged.iter().filter_map(|(object, path)| at(*object, *path)).collect();
        let of_places = |places: &[[u8; PLACE_BYTES]]| {
            Sorted::of(PLACE_BYTES, places.iter().map(<[u8; PLACE_BYTES]>::as_slice))
        };
        let mut head = Head::new(trace.fixed.clone(), id_len, trace.stored.packs.clone());
        head.counts = counts;
        head.take(gaps, coverage);
        Some(Extent {
            head,
            met: of_ids(id_len, &met),
            places: of_places(&places),
            staged: of_places(&staged),
            links: of_ids(id_len, &ids(&mut trace.links.iter().copied())),
            loose: of_ids(id_len, &trace.stored.loose),
            lost: of_ids(id_len, &trace.lost.iter().copied().collect::<Vec<_>>()),
            roots: of_ids(id_len, &trace.roots),
            trees: of_ids(id_len, &trace.trees),
        })
    }
}

/// Ids, sorted.
pub(super) fn of_ids(id_len: usize, ids: &[Id]) -> Sorted {
    Sorted::of(id_len, ids.iter().map(Id::as_bytes))
}

impl HistorySource {
    /// What a run covered that found nothing, for [`super::Later`]: its gaps, its coverage and what the scan of blobs and
    /// messages counted. `None` where a later run cannot go on from there.
    pub fn extent(
        &self,
        gaps: &[Gap],
        coverage: &Coverage,
        counts: BTreeMap<String, u64>,
    ) -> Option<Vec<u8>> {
        let [part] = self.parts.as_slice() else { return None };
        let plain = part.options.is_plain() && !self.recurses;
        let extent = if plain { part.extent(gaps, coverage, counts)? } else { return None };
        Some(extent.bytes())
    }
}
