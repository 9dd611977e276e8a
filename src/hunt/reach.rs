//! What reaches an object: branches, tags, remote-tracking refs, stashes, notes, other refs, HEADs, reflogs, indexes.
//!
//! Stands apart from paths because it floods the graph from its tips, each with its kind, and asks nothing of names.

use std::collections::{BTreeSet, HashMap};

use super::hit::Hunted;
use super::paths::Entry;
use super::refs;
use crate::source::history::logs;
use crate::source::history::reach::Reach;
use crate::source::object::{CommitData, Id};
use crate::source::repository::Repo;

/// What leads from object to object, as far as it leads to what was found.
pub(super) struct Graph<'g> {
    pub(super) commits: &'g HashMap<Id, CommitData>,
    pub(super) tags: HashMap<Id, Id>,
    pub(super) entries: &'g HashMap<Id, Vec<Entry>>,
}

/// Says for each object that was found what reaches it.
pub(super) fn find(repo: &Repo, graph: &Graph<'_>, hunted: &mut Hunted) {
    let mut reached: HashMap<Id, Reach> = HashMap::new();
    let mut open: Vec<(Id, Reach)> = tips(repo);
    while let Some((id, new)) = open.pop() {
        let known = reached.entry(id).or_default();
        let all = known.with(new);
        if *known == all {
            continue;
        }
        *known = all;
        if let Some(commit) = graph.commits.get(&id) {
            open.extend(commit.parents.iter().map(|parent| (*parent, new)));
            open.push((commit.tree, new));
        }
        open.extend(graph.tags.get(&id).map(|target| (*target, new)));
        open.extend(graph.entries.get(&id).into_iter().flatten().map(|entry| (entry.id, new)));
    }
    let objects: BTreeSet<Id> = hunted.hits.iter().filter_map(|hit| hit.object).collect();
    for id in objects {
        let words = reached.get(&id).copied().unwrap_or_default().all_words();
        hunted.reached.insert(id, words.into_iter().collect());
    }
}

fn tips(repo: &Repo) -> Vec<(Id, Reach)> {
    // Refs that cannot be read were reported by the search of their names, logs by that of git's own files.
    let refs = repo.tips(&mut Vec::new()).unwrap_or_default();
    let mut tips: Vec<(Id, Reach)> = refs.into_iter().map(|(name, id)| (id, Reach::of_ref(&name))).collect();
    for log in logs::all(repo, &mut Vec::new()) {
        tips.extend(log.commits.iter().map(|id| (*id, log.kind())));
    }
    let staged = refs::staged(repo, &mut Hunted::default()).into_values().flatten();
    tips.extend(staged.map(|id| (id, Reach::INDEX)));
    tips
}
