//! A path on the command line: what it is, and which repository it lies in.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use super::repository::Repository;
use crate::blob::BlobPath;
use crate::error::Error;
use crate::visible;

/// What a root is.
pub(super) enum Kind {
    Directory,
    /// With the path to open: the real one for a link, because opening follows none.
    File(PathBuf),
    /// FIFO, socket or device.
    Special,
    /// It exists and cannot be looked at.
    Unreadable(io::Error),
}

/// One path to scan.
pub(super) struct Root {
    /// As given, without `./` and slashes that say nothing; empty for the current directory.
    pub(super) shown: PathBuf,
    /// Absolute and without links: what tells whether two roots overlap.
    pub(super) real: PathBuf,
    pub(super) kind: Kind,
    /// The repository around it, and its path in there. A directory that is itself the top of a repository is found to
    /// be one when it is walked.
    pub(super) repository: Option<(Arc<Repository>, PathBuf)>,
}

/// Looks at roots, and at each directory above them once.
#[derive(Default)]
pub(super) struct Resolver {
    /// The repository that each real directory lies in.
    known: BTreeMap<PathBuf, Option<(Arc<Repository>, PathBuf)>>,
}

impl Resolver {
    /// What `path` is.
    ///
    /// # Errors
    /// [`Error::MissingPath`].
    pub(super) fn resolve(&mut self, path: &Path) -> Result<Root, Error> {
        let shown: PathBuf = path.components().filter(|part| *part != Component::CurDir).collect();
        let looked = fs::canonicalize(path).and_then(|real| Ok((fs::metadata(&real)?.file_type(), real)));
        let (file_type, real) = match looked {
            Ok(found) => found,
            Err(error) if is_missing(&error) => {
                let path = visible::line(&BlobPath::from_path(path).text()).into_owned();
                return Err(Error::MissingPath { path });
            }
            Err(error) => {
                return Ok(Root {
                    real: shown.clone(),
                    shown,
                    kind: Kind::Unreadable(error),
                    repository: None,
                });
            }
        };
        let is_link = fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_symlink());
        let kind = match file_type {
            kind if kind.is_dir() => Kind::Directory,
            kind if kind.is_file() && is_link => Kind::File(real.clone()),
            kind if kind.is_file() => Kind::File(shown.clone()),
            _ => Kind::Special,
        };
        let repository = self.around(&real);
        Ok(Root { shown, real, kind, repository })
    }

    /// The repository that `real` lies in, not the one that begins there, and its path in it.
    fn around(&mut self, real: &Path) -> Option<(Arc<Repository>, PathBuf)> {
        let (repository, directory) = self.of(real.parent()?)?;
        Some((repository, directory.join(real.file_name()?)))
    }

    /// The repository of a directory, and the directory's path in it.
    fn of(&mut self, directory: &Path) -> Option<(Arc<Repository>, PathBuf)> {
        let mut found = None;
        let mut climbed = Vec::new();
        for above in directory.ancestors() {
            if let Some(known) = self.known.get(above) {
                found = known.clone();
                break;
            }
            if above.file_name() == Some(OsStr::new(".git")) {
                break;
            }
            climbed.push(above);
            if let Some(repository) = Repository::at(above) {
                found = Some((Arc::new(repository), PathBuf::new()));
                self.known.insert(above.to_owned(), found.clone());
                climbed.pop();
                break;
            }
        }
        for below in climbed.into_iter().rev() {
            let join = |(repository, path): &(Arc<Repository>, PathBuf)| {
                Some((Arc::clone(repository), path.join(below.file_name()?)))
            };
            found = found.as_ref().and_then(join);
            self.known.insert(below.to_owned(), found.clone());
        }
        found
    }
}

fn is_missing(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}
