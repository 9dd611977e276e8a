//! The index as a source: what the next commit would add.
//!
//! Stands apart from `staging.rs`, which reads the index; here is decided what of it to scan and which lines count.
//! Content comes from the object database, never from the working tree, so that what is scanned is what is committed.

use std::collections::BTreeSet;
use std::sync::Arc;

use rayon::prelude::*;

use super::delta::{Delta, Deltas, deltas};
use super::files::PathFilter;
use super::object::Id;
use super::objects::commit;
use super::repository::Repo;
use super::{Gap, GapKind, Listing, Opened, Problem, Source};
use crate::blob::{Content, Item};
use crate::error::Error;

/// What is staged, against HEAD and, in the middle of a merge, against every commit being merged.
pub struct IndexSource {
    repo: Arc<Repo>,
    filter: PathFilter,
}

impl IndexSource {
    /// What is staged in `repo`; paths that `filter` names are gaps.
    pub const fn new(repo: Arc<Repo>, filter: PathFilter) -> Self {
        Self { repo, filter }
    }

    /// True when a commit made now would change, add or remove any file: the index differs from HEAD.
    ///
    /// # Errors
    /// When the index or HEAD cannot be read.
    pub fn differs(&self) -> Result<bool, Error> {
        let head = self.repo.head()?.map(|id| self.tree(&id)).transpose()?;
        Ok(!self.repo.staged(head, &mut Vec::new())?.is_empty())
    }

    fn tree(&self, id: &Id) -> Result<Id, Error> {
        let unreadable = |error: super::objects::ReadError| Error::Git {
            message: format!(
                "{}: the index has nothing to be compared with",
                error.problem(id, None).message
            ),
            help: Some("`git fsck` says what is damaged".into()),
        };
        Ok(commit(self.repo.objects(), id).map_err(unreadable)?.tree)
    }

    /// The trees that the next commit's parents hold; none before the first commit.
    fn parents(&self) -> Result<Vec<Id>, Error> {
        let Some(head) = self.repo.head()? else { return Ok(Vec::new()) };
        let commits = std::iter::once(head).chain(self.repo.merge_heads());
        commits.map(|id| self.tree(&id)).collect()
    }
}

impl Source for IndexSource {
    /// Every file that the next commit would add or change.
    ///
    /// # Errors
    /// When index, HEAD or a commit being merged cannot be read, or not everything staged is accounted for.
    fn list(&self) -> Result<Listing, Error> {
        if self.repo.has_no_index() {
            return Err(Error::Git {
                message: "a bare repository has no index, so nothing can be staged".into(),
                help: Some("run this in a working tree, or `leaklint history` here".into()),
            });
        }
        let mut listing = Listing::default();
        let trees = match self.parents()? {
            none if none.is_empty() => vec![None],
            trees => trees.into_iter().map(Some).collect(),
        };
        let compare = |tree| self.repo.staged(tree, &mut listing.problems);
        let changes = trees.into_iter().map(compare).collect::<Result<Vec<_>, _>>()?;
        let files =
            changes.first().into_iter().flatten().filter_map(|change| Some((&change.path, change.new?)));
        let staged = files.collect::<BTreeSet<_>>().len();
        let Deltas { changed, unchanged } = deltas(self.repo.objects(), changes);
        let sort = |delta: &Delta| match delta.gap() {
            Some(gap) => Err(gap),
            None if self.filter.excludes_file(&[&delta.path]) => {
                Err(Gap { kind: GapKind::Excluded, path: Some(delta.path()) })
            }
            None => Ok(delta.item(self.repo.objects())),
        };
        let sorted: Vec<Result<Item, Gap>> = changed.par_iter().map(sort).collect();
        for one in sorted {
            match one {
                Ok(item) => listing.items.push(item),
                Err(gap) => listing.gaps.push(gap),
            }
        }
        accounted(staged, &listing, unchanged)?;
        Ok(listing)
    }

    fn open(&self, content: &Content) -> Result<Opened, Problem> {
        self.repo.open_content(content)
    }
}

/// A hook that scans nothing looks like one that finds nothing, so everything staged must have gone somewhere.
fn accounted(staged: usize, listing: &Listing, unchanged: usize) -> Result<(), Error> {
    let found = listing.items.len() + listing.gaps.len() + unchanged;
    if found >= staged {
        return Ok(());
    }
    Err(Error::Git {
        message: format!("{staged} files are staged but only {found} of them are accounted for"),
        help: Some("this is a fault in leaklint: please report it".into()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn staged_files_that_went_nowhere_are_an_error() {
        assert!(accounted(0, &Listing::default(), 0).is_ok());
        assert!(accounted(2, &Listing::default(), 2).is_ok());
        assert!(accounted(1, &Listing::default(), 0).is_err());
    }
}
