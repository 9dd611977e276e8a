//! All commits of a history and what leads to each of them.
//!
//! Stands apart from the walk over trees because listing and provenance both read it, and because it is all that is kept
//! of a history between the two.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use super::reach::Reach;
use crate::blob::Commit;
use crate::source::Problem;
use crate::source::object::{CommitData, Id, Map};
use crate::source::objects::{ReadError, commit};
use crate::source::revision::oldest_first;
use crate::source::shelf::Shelf;

/// A commit, by its place in [`Graph::order`].
pub(crate) type CommitNumber = u32;

/// Commits with their parents, the oldest first, parents before children.
pub(crate) struct Graph {
    pub(crate) order: Vec<Id>,
    pub(crate) numbers: Map<Id, CommitNumber>,
    pub(crate) commits: Vec<CommitData>,
    /// Parents that are here, by number, in their order.
    pub(crate) parents: Vec<Vec<CommitNumber>>,
    /// What leads to each commit.
    pub(crate) reach: Vec<Reach>,
    /// Each commit as reports name it, once it was asked for: many files share one.
    named: Vec<OnceLock<Arc<Commit>>>,
}

/// What was met while the commits were read.
#[derive(Default)]
pub(super) struct Met {
    /// Commits at a shallow clone's boundary.
    pub(super) boundaries: usize,
    /// Commits that could not be read.
    pub(super) failures: Vec<(Id, ReadError)>,
}

impl Graph {
    /// All commits that `roots` reach. Commits that cannot be read are left out and told in `met`.
    pub(super) fn read(shelf: &Shelf, roots: &[(Reach, Id)], shallow: &BTreeSet<Id>, met: &mut Met) -> Self {
        let mut packed = shelf.commits();
        let mut commits: Map<Id, CommitData> = Map::default();
        let mut open: Vec<Id> = roots.iter().map(|(_, id)| *id).collect();
        let mut failed = BTreeSet::new();
        while let Some(id) = open.pop() {
            if commits.contains_key(&id) || failed.contains(&id) {
                continue;
            }
            match packed.remove(&id).map_or_else(|| commit(shelf.objects(), &id), Ok) {
                Ok(data) => {
                    if shallow.contains(&id) {
                        met.boundaries += 1;
                    } else {
                        open.extend(&data.parents);
                    }
                    commits.insert(id, data);
                }
                Err(error) => {
                    failed.insert(id);
                    met.failures.push((id, error));
                }
            }
        }
        Self::of(commits, roots)
    }

    fn of(mut by_id: Map<Id, CommitData>, roots: &[(Reach, Id)]) -> Self {
        let order = oldest_first(&by_id);
        let numbers: Map<Id, CommitNumber> =
            order.iter().enumerate().map(|(number, id)| (*id, number as u32)).collect();
        let commits: Vec<CommitData> = order.iter().filter_map(|id| by_id.remove(id)).collect();
        let known = |id: &Id| numbers.get(id).copied();
        let parents = |data: &CommitData| data.parents.iter().filter_map(known).collect();
        let parents: Vec<Vec<CommitNumber>> = commits.iter().map(parents).collect();
        let mut reach = vec![Reach::default(); order.len()];
        for (kind, id) in roots {
            if let Some(number) = known(id) {
                reach[number as usize] = reach[number as usize].with(*kind);
            }
        }
        let named = order.iter().map(|_| OnceLock::new()).collect();
        let mut graph = Self { order, numbers, commits, parents, reach, named };
        graph.hand_down();
        graph
    }

    /// The commits reachable from `tips`, these included, as a flag for each.
    pub(super) fn ancestors(&self, tips: impl IntoIterator<Item = CommitNumber>) -> Vec<bool> {
        let mut inside = vec![false; self.order.len()];
        tips.into_iter().for_each(|tip| inside[tip as usize] = true);
        for number in (0..self.order.len()).rev() {
            if inside[number] {
                self.parents[number].iter().for_each(|parent| inside[*parent as usize] = true);
            }
        }
        inside
    }

    /// The commit as reports name it.
    pub(crate) fn named(&self, number: CommitNumber) -> Arc<Commit> {
        let at = number as usize;
        let name = || Arc::new(self.commits[at].named(&self.order[at]));
        Arc::clone(self.named[at].get_or_init(name))
    }

    /// What leads to a child leads to its parents.
    fn hand_down(&mut self) {
        for number in (0..self.order.len()).rev() {
            let reach = self.reach[number];
            for parent in &self.parents[number] {
                let parent = &mut self.reach[*parent as usize];
                *parent = parent.with(reach);
            }
        }
    }
}

/// The problems with commits that could not be read.
pub(super) fn problems(met: &Met) -> impl Iterator<Item = Problem> + '_ {
    met.failures.iter().map(|(id, error)| error.problem(id, None))
}
