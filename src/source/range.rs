//! A range of commits as a source: every line that any of them adds.
//!
//! Stands apart from history because a range judges changes: each commit against its parents, so that a secret that one
//! commit adds and a later one removes is found, and one that was there before is not.

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;

use super::delta::{Delta, deltas};
use super::files::PathFilter;
use super::object::{CommitData, Id};
use super::objects::commit;
use super::repository::{Repo, escaped};
use super::revision::oldest_first;
use super::tree::changes;
use super::{Gap, GapKind, Listing, Opened, Problem, Source};
use crate::blob::{Added, Content, Item, Origin, Part};
use crate::error::Error;

/// Commits compared at once; between batches only what they add is kept.
const BATCH: usize = 256;

/// A range as it is written: `BASE`, `BASE..HEAD` or `BASE...HEAD`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Range {
    /// Commits reachable from here are not part of it; `None`: from the first commit on.
    pub base: Option<String>,
    /// Commits reachable from here are.
    pub head: String,
    /// Start where `head` branched off `base` (three dots).
    pub from_merge_base: bool,
}

impl Range {
    /// Reads `BASE`, `BASE..HEAD` or `BASE...HEAD`; a missing `HEAD` is `HEAD`, as in git.
    ///
    /// # Errors
    /// When there is no base.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let (base, head, from_merge_base) = match (text.split_once("..."), text.split_once("..")) {
            (Some((base, head)), _) => (base, head, true),
            (None, Some((base, head))) => (base, head, false),
            (None, None) => (text, "HEAD", false),
        };
        if base.is_empty() {
            return Err(Error::Usage {
                message: format!("`{}` names no base", escaped(text)),
                help: Some("write BASE, BASE..HEAD or BASE...HEAD, for example origin/main..HEAD".into()),
            });
        }
        let head = if head.is_empty() { "HEAD" } else { head };
        Ok(Self { base: Some(base.to_owned()), head: head.to_owned(), from_merge_base })
    }
}

/// The commits of a range.
pub struct RangeSource {
    repo: Arc<Repo>,
    filter: PathFilter,
    base: Option<Id>,
    head: Id,
}

impl RangeSource {
    /// The commits of `range` in `repo`; paths that `filter` names are gaps.
    ///
    /// # Errors
    /// When base or head name no commit here, or have no common ancestor where one is asked for.
    pub fn new(repo: Arc<Repo>, range: &Range, filter: PathFilter) -> Result<Self, Error> {
        let head = repo.resolve(&range.head)?;
        let base = range.base.as_deref().map(|name| start(&repo, name, &head, range)).transpose()?;
        Ok(Self { repo, filter, base, head })
    }

    /// Full id of the commit that policy is read from: where the range starts.
    pub fn base(&self) -> Option<String> {
        self.base.map(|id| id.hex())
    }

    /// Full id of the range's last commit.
    pub fn head(&self) -> String {
        self.head.hex()
    }

    /// The commits of the range, parents before children.
    fn commits(&self) -> Result<Vec<(Id, CommitData)>, Error> {
        let without: Vec<Id> = self.base.into_iter().collect();
        let ids = self.repo.commits_between(&without, &self.head)?;
        let shallow = self.repo.shallow();
        if let Some(cut) = ids.iter().find(|id| shallow.contains(id)) {
            return Err(self
                .repo
                .cut_off(&format!("the range reaches commit {}, whose parents are not here", cut.hex())));
        }
        let mut commits = self.repo.commits(&ids)?;
        let order = oldest_first(&commits);
        Ok(order.into_iter().filter_map(|id| Some((id, commits.remove(&id)?))).collect())
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
        let compare = |old| changes(objects, old, Some(data.tree), &mut brought.problems);
        let compared = parents.into_iter().map(compare).collect();
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
        brought
    }
}

impl Source for RangeSource {
    /// Every version of a file that a commit of the range brings, each with the commits that do.
    ///
    /// # Errors
    /// When the range cannot be walked, for one because the clone is shallow.
    fn list(&self) -> Result<Listing, Error> {
        let mut listing = Listing::default();
        let mut versions: BTreeMap<Version, Vec<Origin>> = BTreeMap::new();
        for batch in self.commits()?.chunks(BATCH) {
            let brought: Vec<Brought> = batch.par_iter().map(|(_, data)| self.added(data)).collect();
            for ((id, data), brought) in batch.iter().zip(brought) {
                listing.gaps.extend(brought.gaps);
                listing.problems.extend(brought.problems);
                for (delta, added) in brought.deltas {
                    let path = delta.path();
                    let origin = Origin {
                        repo_path: Some(path.clone()),
                        path,
                        commit: Some(data.named(id)),
                        part: Part::File,
                    };
                    let lines = added.map(|added| added.lines);
                    versions.entry((delta.new.id, lines, delta.before())).or_default().push(origin);
                }
            }
        }
        listing.items = versions.into_iter().map(item).collect();
        listing.items.sort_by(|a, b| a.origins.cmp(&b.origins));
        listing.gaps.sort();
        listing.gaps.dedup();
        listing.problems.sort();
        listing.problems.dedup();
        Ok(listing)
    }

    fn open(&self, content: &Content) -> Result<Opened, Problem> {
        self.repo.open_content(content)
    }
}

/// A blob, the lines of it that count, and the blob it replaces.
type Version = (Id, Option<Vec<(u64, u64)>>, Option<Id>);

#[derive(Default)]
struct Brought {
    deltas: Vec<(Delta, Option<Added>)>,
    gaps: Vec<Gap>,
    problems: Vec<Problem>,
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

fn start(repo: &Repo, name: &str, head: &Id, range: &Range) -> Result<Id, Error> {
    if !name.is_empty() && name.bytes().all(|byte| byte == b'0') && matches!(name.len(), 40 | 64) {
        return Err(Error::Usage {
            message: "the base is the zero id, which stands for a branch that did not exist before".into(),
            help: Some(
                "name the branch it was started from, for example origin/main, or use `leaklint history`"
                    .into(),
            ),
        });
    }
    let base = repo.resolve(name)?;
    if !range.from_merge_base {
        return Ok(base);
    }
    repo.merge_base(&base, head).ok_or_else(|| {
        let message =
            format!("`{}` and `{}` have no common ancestor here", escaped(name), escaped(&range.head));
        if repo.shallow().is_empty() { Error::Git { message, help: None } } else { repo.cut_off(&message) }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_written_as_in_git() {
        let parsed = |text: &str| {
            let range = Range::parse(text).expect("a range");
            (range.base.unwrap_or_default(), range.head, range.from_merge_base)
        };
        let of = |base: &str, head: &str, dots| (base.to_owned(), head.to_owned(), dots);
        assert_eq!(parsed("main"), of("main", "HEAD", false));
        assert_eq!(parsed("main..topic"), of("main", "topic", false));
        assert_eq!(parsed("main...topic"), of("main", "topic", true));
        assert_eq!(parsed("main.."), of("main", "HEAD", false));
        assert!(Range::parse("..topic").is_err());
        assert!(Range::parse("").is_err());
    }
}
