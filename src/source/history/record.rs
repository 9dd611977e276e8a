//! What is kept of a repository between listing it and telling the lives of what was found.
//!
//! Stands apart so that it is plain what a run holds on to: names and commits, no trees, no contents.

use std::collections::{BTreeMap, HashSet};

use super::graph::{CommitNumber, Graph};
use super::logs::Log;
use super::paths::PathNumber;
use super::reach::Reach;
use super::roots::{Roots, Tagged, Tip};
use super::walk::Walk;
use crate::source::object::Id;
use crate::source::objects::commit;
use crate::source::repository::Repo;

/// A repository's names and commits.
pub(super) struct Record {
    pub(super) graph: Graph,
    pub(super) tips: Vec<Tip>,
    /// The commits of the tips, in their order.
    pub(super) tip_numbers: Vec<Option<CommitNumber>>,
    pub(super) logs: Vec<Log>,
    pub(super) tags: BTreeMap<Id, Tagged>,
    /// Ref names in the order of lines of `.git/refs`.
    pub(super) names: Vec<String>,
    /// What leads to blobs at paths without a commit.
    pub(super) placed: BTreeMap<(Id, Vec<u8>), Reach>,
    /// The tree of the commit that HEAD stands on.
    pub(super) head: Option<Id>,
    /// Blobs in the index of this working tree.
    pub(super) staged: HashSet<Id>,
}

impl Record {
    /// Keeps what is needed of the roots, the commits and the walk.
    pub(super) fn new(repo: &Repo, roots: Roots, graph: Graph, walk: &Walk<'_>) -> Self {
        let place = |((object, path), reach): (&(u32, PathNumber), &Reach)| {
            Some(((walk.numbers.id(*object)?, walk.paths.shown(*path, &walk.numbers)), *reach))
        };
        let head = repo.head().ok().flatten();
        let entries = if repo.has_no_index() { None } else { repo.index_in(repo.git_dir()).ok() };
        Self {
            tip_numbers: roots.tips.iter().map(|tip| graph.numbers.get(&tip.id).copied()).collect(),
            graph,
            tips: roots.tips,
            logs: roots.logs,
            tags: roots.tags,
            names: roots.names.into_iter().collect(),
            placed: walk.names.iter().filter_map(place).collect(),
            head: head.and_then(|id| commit(repo.objects(), &id).ok()).map(|data| data.tree),
            staged: entries.into_iter().flatten().map(|entry| entry.side.id).collect(),
        }
    }
}
