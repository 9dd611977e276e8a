//! The state that a range leaves behind, as far as what the range added may still stand in it.
//!
//! Stands apart from the range, which is about changes: here a file is read whole, and only to tell whether a value that
//! some commit added is still there at the end.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::ends::Ends;
use super::object::{Id, Mode};
use super::objects::commit;
use super::repository::Repo;
use super::tree::{changes, lookup};
use super::{Listing, Opened, Problem, Source};
use crate::blob::{BlobPath, Content, Item, Origin, Part};
use crate::error::Error;

/// The files at a range's ends that the range changed, and those at the paths of its findings.
pub struct EndSource {
    repo: Arc<Repo>,
    ends: Ends,
    paths: BTreeSet<BlobPath>,
}

impl EndSource {
    /// The ends of a range in `repo`, with the files at `paths` whether the range changed them or not.
    pub const fn new(repo: Arc<Repo>, ends: Ends, paths: BTreeSet<BlobPath>) -> Self {
        Self { repo, ends, paths }
    }

    fn tree(&self, id: &Id, problems: &mut Vec<Problem>) -> Option<Id> {
        let read = commit(self.repo.objects(), id).map(|data| data.tree);
        read.map_err(|error| problems.push(error.problem(id, None))).ok()
    }
}

impl Source for EndSource {
    fn list(&self) -> Result<Listing, Error> {
        let (mut problems, objects) = (Vec::new(), self.repo.objects());
        let mut files: BTreeMap<Id, BTreeSet<BlobPath>> = BTreeMap::new();
        let old = self.ends.fork.and_then(|fork| self.tree(&fork, &mut problems));
        for head in &self.ends.heads {
            let Some(tree) = self.tree(head, &mut problems) else { continue };
            let changed = changes(objects, old, Some(tree), &mut problems);
            let changed = changed.into_iter().filter_map(|change| Some((change.path, change.new?)));
            let mut sides: Vec<_> = changed.collect();
            for path in &self.paths {
                match lookup(objects, tree, path.as_bytes()) {
                    Ok(side) => sides.extend(side.map(|side| (path.as_bytes().to_vec(), side))),
                    Err(error) => problems.push(error.problem(&tree, None)),
                }
            }
            for (path, side) in sides.into_iter().filter(|(_, side)| side.mode == Mode::File) {
                files.entry(side.id).or_default().insert(BlobPath::from_bytes(&path));
            }
        }
        let origin =
            |path: BlobPath| Origin { repo_path: Some(path.clone()), path, commit: None, part: Part::File };
        let item = |(id, paths): (Id, BTreeSet<BlobPath>)| Item {
            content: Content::Object(id.hex()),
            origins: paths.into_iter().map(origin).collect(),
            added: None,
            before: None,
        };
        Ok(Listing { items: files.into_iter().map(item).collect(), problems, ..Listing::default() })
    }

    fn open(&self, content: &Content) -> Result<Opened, Problem> {
        self.repo.open_content(content)
    }
}
