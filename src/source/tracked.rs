//! The tracked files of the working tree as a source: what `pre-commit run --all-files` means.
//!
//! Stands apart from `files.rs`, which walks directories: here the index says which files there are, and one that is
//! not in the working tree (deleted, or left out by a sparse checkout) is read from the object database.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use super::files::{FilesOptions, FilesSource, PathFilter};
use super::object::Mode;
use super::repository::{Repo, os_path};
use super::staging::IndexEntry;
use super::{Gap, GapKind, Listing, Opened, Problem, Source};
use crate::blob::{BlobPath, Content, Item, Origin, Part};
use crate::error::Error;

/// Every file in the index, as the working tree holds it.
pub struct TrackedSource {
    repo: Arc<Repo>,
    filter: PathFilter,
    files: FilesSource,
}

impl TrackedSource {
    /// The tracked files of `repo`; paths that `filter` names are gaps.
    pub fn new(repo: Arc<Repo>, filter: PathFilter) -> Self {
        Self { repo, filter, files: FilesSource::new(FilesOptions::default()) }
    }

    /// The files of the working tree at these paths, tracked or not, as far as there are any.
    pub(crate) fn at(&self, paths: &BTreeSet<BlobPath>) -> Vec<Item> {
        let item = |path: &BlobPath| {
            let file = self.found(path.as_bytes()).ok()??;
            let origin =
                Origin { path: path.clone(), repo_path: Some(path.clone()), commit: None, part: Part::File };
            Some(Item { content: Content::File(file), origins: vec![origin], added: None, before: None })
        };
        paths.iter().filter_map(item).collect()
    }

    fn content(&self, entry: &IndexEntry) -> Result<Content, GapKind> {
        let found = self.found(&entry.path)?;
        Ok(found.map_or_else(|| Content::Object(entry.side.id.hex()), Content::File))
    }

    /// The regular file at a path of the working tree, if one stands there.
    fn found(&self, path: &[u8]) -> Result<Option<PathBuf>, GapKind> {
        let Some(top) = self.repo.workdir() else { return Ok(None) };
        let relative = os_path(path);
        let is_plain = |part: std::path::Component<'_>| matches!(part, std::path::Component::Normal(_));
        if !relative.components().all(is_plain) {
            return Ok(None);
        }
        // A directory that became a link leads out of the repository: what is tracked is then not there.
        let mut parents = relative.ancestors().skip(1).filter(|parent| !parent.as_os_str().is_empty());
        if parents
            .any(|parent| std::fs::symlink_metadata(top.join(parent)).is_ok_and(|found| found.is_symlink()))
        {
            return Ok(None);
        }
        let path = top.join(relative);
        match std::fs::symlink_metadata(&path).map(|found| found.file_type()) {
            Ok(kind) if kind.is_file() => Ok(Some(path)),
            Ok(kind) if kind.is_symlink() => Err(GapKind::SymbolicLink),
            Ok(kind) if !kind.is_dir() => Err(GapKind::SpecialFile),
            _ => Ok(None),
        }
    }
}

impl Source for TrackedSource {
    /// Every tracked file once.
    ///
    /// # Errors
    /// When the index cannot be read.
    fn list(&self) -> Result<Listing, Error> {
        let mut listing = Listing::default();
        for entry in self.repo.index_entries()?.iter().filter(|entry| entry.stage != 1) {
            let path = BlobPath::from_bytes(&entry.path);
            let content = match entry.side.mode {
                Mode::Submodule => Err(GapKind::Submodule),
                Mode::Link => Err(GapKind::SymbolicLink),
                _ if self.filter.excludes_file(&[&entry.path]) => Err(GapKind::Excluded),
                Mode::File | Mode::Directory => self.content(entry),
            };
            let origins = vec![Origin {
                path: path.clone(),
                repo_path: Some(path.clone()),
                commit: None,
                part: Part::File,
            }];
            match content {
                Ok(content) => listing.items.push(Item { content, origins, added: None, before: None }),
                Err(kind) => listing.gaps.push(Gap { kind, path: Some(path) }),
            }
        }
        // Ours and theirs of an unmerged path lead to the same file.
        listing.items.dedup_by(|a, b| a.origins == b.origins && same(&a.content, &b.content));
        listing.gaps.dedup();
        Ok(listing)
    }

    fn open(&self, content: &Content) -> Result<Opened, Problem> {
        match content {
            Content::Object(_) => self.repo.open_content(content),
            _ => self.files.open(content),
        }
    }
}

fn same(one: &Content, other: &Content) -> bool {
    match (one, other) {
        (Content::File(one), Content::File(other)) => one == other,
        (Content::Object(one), Content::Object(other)) => one == other,
        _ => false,
    }
}
