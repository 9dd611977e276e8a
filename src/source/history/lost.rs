//! Objects that nothing leads to: what `git gc` has not collected yet.
//!
//! Stands apart because here the way is the other one: from all objects to those that were not met.

use std::collections::{BTreeSet, HashSet};

use super::graph::Graph;
use super::reach::Reach;
use super::roots::Roots;
use super::walk::{Holder, Walk};
use crate::error::Error;
use crate::source::object::{Id, Kind, Mode, tree_entries};
use crate::source::objects::{Objects, STRUCTURE_BYTES, expect};
use crate::source::repository::Repo;

/// Lost objects by kind.
#[derive(Default)]
pub(super) struct Lost {
    pub(super) commits: Vec<Id>,
    trees: Vec<Id>,
    blobs: Vec<Id>,
}

impl Lost {
    /// All objects but the commits and tags that are known already; lost tags are added to `roots`.
    ///
    /// # Errors
    /// When the object store cannot be listed.
    pub(super) fn find(repo: &Repo, graph: &Graph, roots: &mut Roots) -> Result<Self, Error> {
        let mut lost = Self::default();
        let mut every = repo.every_object()?;
        every.sort();
        for id in every {
            match repo.objects().header(&id) {
                Ok((Kind::Commit, _)) if !graph.numbers.contains_key(&id) => lost.commits.push(id),
                Ok((Kind::Tag, _)) if !roots.tags.contains_key(&id) => {
                    // What it leads to is an object too, and found as one.
                    roots.peel(repo, Reach::UNREACHABLE, None, id).ok();
                }
                Ok((Kind::Tree, _)) => lost.trees.push(id),
                Ok((Kind::Blob, _)) => lost.blobs.push(id),
                _ => {}
            }
        }
        Ok(lost)
    }

    /// Walks what the commits did not: trees first, from those that are in no other, then single blobs.
    pub(super) fn walk(&self, objects: &dyn Objects, walk: &mut Walk<'_>) {
        let holder = Holder::Name(Reach::UNREACHABLE);
        let trees = unmet(walk, &self.trees);
        let inside: HashSet<Id> = trees.iter().flat_map(|id| subtrees(objects, id)).collect();
        let tops: BTreeSet<Id> = trees.iter().filter(|id| !inside.contains(id)).copied().collect();
        tops.into_iter().for_each(|id| walk.tree(id, holder));
        for id in unmet(walk, &self.blobs) {
            walk.blob(id, format!(".git/objects/{}", id.hex()).as_bytes(), holder);
        }
    }
}

/// Those that the walk did not come to.
fn unmet(walk: &Walk<'_>, ids: &[Id]) -> Vec<Id> {
    let met = walk.met();
    let is_met = |id: &Id| walk.numbers.find(id).is_some_and(|number| met.contains(number));
    ids.iter().filter(|id| !is_met(id)).copied().collect()
}

fn subtrees(objects: &dyn Objects, id: &Id) -> Vec<Id> {
    let data = expect(objects, id, Kind::Tree, STRUCTURE_BYTES).unwrap_or_default();
    let entries = tree_entries(&data, id.as_bytes().len()).unwrap_or_default();
    entries.iter().filter(|entry| entry.mode == Mode::Directory).map(|entry| entry.id).collect()
}
