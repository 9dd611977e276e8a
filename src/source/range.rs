//! A range of commits as a source: every line that any of them adds.
//!
//! Stands apart from history because a range judges changes: each commit against its parents, so that a secret that one
//! commit adds and a later one removes is found, and one that was there before is not.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use rayon::prelude::*;

use super::delta::{Delta, deltas};
use super::ends::Ends;
use super::files::PathFilter;
use super::message::{commit_item, tag_item};
use super::object::{CommitData, Id, Kind};
use super::objects::commit;
use super::repository::Repo;
use super::revision::oldest_first;
use super::tree::{Change, changes};
use super::{Gap, GapKind, Listing, Opened, Problem, Source};
use crate::blob::{Added, BlobPath, Commit, Content, Item, Origin, Part};
use crate::error::Error;

/// Commits compared at once; between batches only what they add is kept.
const BATCH: usize = 256;

/// The commits of a range.
pub struct RangeSource {
    repo: Arc<Repo>,
    filter: PathFilter,
    ends: Ends,
    net: bool,
}

impl RangeSource {
    /// The commits between `ends` in `repo`; paths that `filter` names are gaps.
    pub const fn new(repo: Arc<Repo>, ends: Ends, filter: PathFilter) -> Self {
        Self { repo, filter, ends, net: false }
    }

    /// The same, but only what the range as a whole changes: what it adds and takes back is not seen.
    #[must_use]
    pub fn net(self) -> Self {
        Self { net: true, ..self }
    }

    /// The commits of the range, parents before children.
    fn commits(&self) -> Result<Vec<(Id, CommitData)>, Error> {
        if self.ends.heads.is_empty() {
            return Ok(Vec::new());
        }
        let ids = self.repo.commits_between(&self.ends.without, &self.ends.heads)?;
        let mut commits = self.repo.commits(&ids)?;
        self.reach_the_base(&mut commits)?;
        let order = oldest_first(&commits);
        Ok(order.into_iter().filter_map(|id| Some((id, commits.remove(&id)?))).collect())
    }

    /// Refuses a range that a shallow clone cuts short. Where somebody who has all commits says how many there are, and
    /// so many are here in one line with their parents, what lies at the boundary is no part of the range.
    fn reach_the_base(&self, commits: &mut HashMap<Id, CommitData>) -> Result<(), Error> {
        let shallow = self.repo.shallow();
        let mut cut: Vec<Id> = commits.keys().filter(|id| shallow.contains(id)).copied().collect();
        cut.sort();
        let Some(first) = cut.first() else { return Ok(()) };
        let whole = commits.iter().filter(|(id, _)| !shallow.contains(id));
        let in_line = whole.clone().all(|(_, data)| data.parents.len() == 1);
        if in_line && self.ends.commits == Some(whole.count() as u64) {
            cut.iter().for_each(|id| _ = commits.remove(id));
            return Ok(());
        }
        let what = format!("the range reaches commit {}, whose parents are not here", first.hex());
        Err(self.ends.cut_off(&self.repo, &what))
    }

    /// What one commit adds.
    fn added(&self, data: &CommitData) -> Brought {
        let objects = self.repo.objects();
        let mut brought = Brought::default();
        let mut parents = Vec::with_capacity(data.parents.len());
        for id in &data.parents {
            match commit(objects, id) {
                Ok(parent) => parents.push(Some(parent.tree)),
                // Compared with nothing, the commit brings too much rather than too little.
                Err(error) => brought.problems.push(error.problem(id, None)),
            }
        }
        if parents.is_empty() {
            parents.push(None);
        }
        self.compare(parents, data.tree, &mut brought);
        brought
    }

    /// What the tree `new` holds that none of `olds` does.
    fn compare(&self, olds: Vec<Option<Id>>, new: Id, brought: &mut Brought) {
        let objects = self.repo.objects();
        let compare = |old| changes(objects, old, Some(new), &mut brought.problems);
        let compared: Vec<Vec<Change>> = olds.into_iter().map(compare).collect();
        let names = new_names(&compared).into_iter();
        brought.names.extend(names.filter(|name| !self.filter.excludes_file(&[name.as_bytes()])));
        for delta in deltas(objects, compared).changed {
            if let Some(gap) = delta.gap() {
                brought.gaps.push(gap);
            } else if self.filter.excludes_file(&[&delta.path]) {
                brought.gaps.push(Gap { kind: GapKind::Excluded, path: Some(delta.path()) });
            } else {
                let added = delta.added(objects);
                brought.deltas.push((delta, added));
            }
        }
    }

    /// What the range as a whole changes.
    fn net_change(&self) -> Result<Versions, Error> {
        let mut found = Versions::default();
        for head in &self.ends.heads {
            let ids: Vec<Id> = self.ends.fork.iter().copied().chain([*head]).collect();
            let commits = self.repo.commits(&ids)?;
            let mut brought = Brought::default();
            let old = self.ends.fork.map(|id| commits[&id].tree);
            self.compare(vec![old], commits[head].tree, &mut brought);
            found.add(brought, None);
        }
        Ok(found)
    }

    /// What each commit adds, and what was written about it.
    fn each_change(&self) -> Result<Versions, Error> {
        let mut found = Versions::default();
        for batch in self.commits()?.chunks(BATCH) {
            let brought: Vec<Brought> = batch.par_iter().map(|(_, data)| self.added(data)).collect();
            for ((id, data), brought) in batch.iter().zip(brought) {
                let commit = Arc::new(data.named(id));
                found.messages.push(commit_item(id, Arc::clone(&commit)));
                found.add(brought, Some(commit));
            }
        }
        found.messages.extend(self.ends.tags.iter().map(tag_item));
        found.messages.extend(names_item(&self.ends.names));
        for (name, kind, id) in &self.ends.loose {
            self.loose(name, *kind, *id, &mut found);
        }
        Ok(found)
    }

    /// What a ref brings without a commit: a tree whole, or a file that has no name but the ref's.
    fn loose(&self, name: &[u8], kind: Kind, id: Id, found: &mut Versions) {
        if kind == Kind::Tree {
            let mut brought = Brought::default();
            self.compare(vec![None], id, &mut brought);
            return found.add(brought, None);
        }
        let path = BlobPath::from_bytes(name);
        let origin = Origin { path, repo_path: None, commit: None, part: Part::File };
        found.files.entry((id, None, None)).or_default().push(origin);
    }
}

impl Source for RangeSource {
    /// Every version of a file that a commit of the range brings, each with the commits that do, and every message.
    ///
    /// # Errors
    /// When the range cannot be walked, for one because the clone is shallow.
    fn list(&self) -> Result<Listing, Error> {
        let found = if self.net { self.net_change()? } else { self.each_change()? };
        let Versions { files, messages, mut names, mut gaps, mut problems } = found;
        names.sort();
        let mut items: Vec<Item> = files.into_iter().map(item).chain(messages).collect();
        items.sort_by(|a, b| a.origins.cmp(&b.origins));
        gaps.sort();
        gaps.dedup();
        problems.sort();
        problems.dedup();
        Ok(Listing { items, gaps, problems, names, ..Listing::default() })
    }

    fn open(&self, content: &Content) -> Result<Opened, Problem> {
        self.repo.open_content(content)
    }
}

/// What a range brings so far.
#[derive(Default)]
struct Versions {
    files: BTreeMap<Version, Vec<Origin>>,
    messages: Vec<Item>,
    names: Vec<Origin>,
    gaps: Vec<Gap>,
    problems: Vec<Problem>,
}

impl Versions {
    fn add(&mut self, brought: Brought, commit: Option<Arc<Commit>>) {
        self.gaps.extend(brought.gaps);
        self.problems.extend(brought.problems);
        let name = |path: BlobPath| Origin {
            repo_path: Some(path.clone()),
            path,
            commit: commit.clone(),
            part: Part::FileName,
        };
        self.names.extend(brought.names.into_iter().map(name));
        for (delta, added) in brought.deltas {
            let (path, part) = (delta.path(), Part::File);
            let origin = Origin { repo_path: Some(path.clone()), path, commit: commit.clone(), part };
            let lines = added.map(|added| added.lines);
            self.files.entry((delta.new.id, lines, delta.before())).or_default().push(origin);
        }
    }
}

/// A blob, the lines of it that count, and the blob it replaces.
type Version = (Id, Option<Vec<(u64, u64)>>, Option<Id>);

#[derive(Default)]
struct Brought {
    deltas: Vec<(Delta, Option<Added>)>,
    /// Paths that no parent has.
    names: Vec<BlobPath>,
    gaps: Vec<Gap>,
    problems: Vec<Problem>,
}

/// The paths that are new beside each of these lists of differences.
fn new_names(compared: &[Vec<Change>]) -> Vec<BlobPath> {
    let is_new = |change: &&Change| change.old.is_none() && change.new.is_some();
    let Some((first, others)) = compared.split_first() else { return Vec::new() };
    // The lists are sorted by path.
    let is_new_beside = |path: &[u8], list: &Vec<Change>| {
        let at = list.binary_search_by(|change| change.path.as_slice().cmp(path));
        at.is_ok_and(|at| is_new(&&list[at]))
    };
    let paths = first.iter().filter(is_new).map(|change| change.path.as_slice());
    let paths = paths.filter(|path| others.iter().all(|list| is_new_beside(path, list)));
    paths.map(BlobPath::from_bytes).collect()
}

/// The names of new refs, one a line.
fn names_item(names: &[Vec<u8>]) -> Option<Item> {
    let mut names = names.to_vec();
    names.sort();
    let path = BlobPath::from_bytes(b".git/refs");
    let origin = Origin { path, repo_path: None, commit: None, part: Part::RefName };
    let content = Content::Bytes(names.join(&b'\n').into());
    (!names.is_empty()).then(|| Item { content, origins: vec![origin], added: None, before: None })
}

fn item(((id, lines, before), mut origins): (Version, Vec<Origin>)) -> Item {
    origins.sort();
    Item {
        content: Content::Object(id.hex()),
        origins,
        added: lines.map(|lines| Added { lines }),
        before: before.map(|id| Content::Object(id.hex())),
    }
}
