//! What reaches an object: branches, tags, remote-tracking refs, stashes, notes, other refs, HEADs, reflogs, indexes.
//!
//! Stands apart from paths because it floods the graph from its tips, each kind of tip a bit, and asks nothing of names.

use std::collections::{BTreeSet, HashMap};

use super::hit::Hunted;
use super::paths::Entry;
use crate::source::object::{CommitData, Id};
use crate::source::repository::Repo;

/// The kinds of tips and their words, in the order in which they are told.
const KINDS: [&str; 9] = ["branch", "tag", "remote", "stash", "notes", "ref", "head", "reflog", "index"];

/// What leads from object to object, as far as it leads to what was found.
pub(super) struct Graph<'g> {
    pub(super) commits: &'g HashMap<Id, CommitData>,
    pub(super) tags: HashMap<Id, Id>,
    pub(super) entries: &'g HashMap<Id, Vec<Entry>>,
}

/// Says for each object that was found what reaches it.
pub(super) fn find(repo: &Repo, graph: &Graph<'_>, hunted: &mut Hunted) {
    let mut bits: HashMap<Id, u16> = HashMap::new();
    let mut open: Vec<(Id, u16)> = tips(repo);
    while let Some((id, new)) = open.pop() {
        let known = bits.entry(id).or_default();
        if *known & new == new {
            continue;
        }
        *known |= new;
        if let Some(commit) = graph.commits.get(&id) {
            open.extend(commit.parents.iter().map(|parent| (*parent, new)));
            open.push((commit.tree, new));
        }
        open.extend(graph.tags.get(&id).map(|target| (*target, new)));
        open.extend(graph.entries.get(&id).into_iter().flatten().map(|entry| (entry.id, new)));
    }
    let objects: BTreeSet<Id> = hunted.hits.iter().filter_map(|hit| hit.object).collect();
    for id in objects {
        let bits = bits.get(&id).copied().unwrap_or(0);
        let words = (0..).zip(KINDS).filter(|(bit, _)| bits >> bit & 1 == 1).map(|(_, word)| word);
        hunted.reached.insert(id, words.collect());
    }
}

fn tips(repo: &Repo) -> Vec<(Id, u16)> {
    let mut tips = Vec::new();
    let mut add = |kind: &str, id: Id| {
        let bit = KINDS.iter().position(|known| *known == kind).unwrap_or_default();
        tips.push((id, 1 << bit));
    };
    // Refs that cannot be read were reported by the search of their names.
    for (name, id) in repo.tips(&mut Vec::new()).unwrap_or_default() {
        add(kind(&name), id);
    }
    for (name, ids) in super::disk::logged(repo) {
        let kind = if name.ends_with(b"refs/stash") { "stash" } else { "reflog" };
        ids.into_iter().for_each(|id| add(kind, id));
    }
    let staged = super::refs::staged(repo, &mut Hunted::default()).into_values().flatten();
    staged.for_each(|id| add("index", id));
    tips
}

fn kind(name: &str) -> &'static str {
    let starts = [
        ("refs/heads/", "branch"),
        ("refs/tags/", "tag"),
        ("refs/remotes/", "remote"),
        ("refs/stash", "stash"),
        ("refs/notes/", "notes"),
        ("refs/", "ref"),
    ];
    starts.iter().find(|(start, _)| name.starts_with(start)).map_or("head", |(_, kind)| kind)
}
