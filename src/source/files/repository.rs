//! A git repository as far as its working tree needs it: where it is, what its index names, what it excludes.
//!
//! All of it is read as data. No configuration is looked at, so that a hostile repository can start nothing, and one
//! that belongs to somebody else (a checkout in a container) is no hindrance.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use super::open;
use super::rules::Rules;
use crate::blob::BlobPath;
use crate::error::Error;
use crate::source::Problem;
use crate::source::git_child::GitChild;
use crate::source::repository::GitEnv;

/// Longest `.git` or `commondir` file that is read, in bytes: a path and what stands around it.
const LONGEST_LINK: u64 = 16 * 1024;

/// A repository with a working tree.
pub(super) struct Repository {
    working_tree: PathBuf,
    git_dir: PathBuf,
    common_dir: PathBuf,
    tracked: OnceLock<Vec<Vec<u8>>>,
}

impl Repository {
    /// The repository whose working tree begins at `directory`: one with a `.git` that is a repository or names one
    /// (gitrepository-layout(5): linked worktrees, submodules, `--separate-git-dir`).
    pub(super) fn at(directory: &Path) -> Option<Self> {
        let dot_git = fs::canonicalize(directory.join(".git")).ok()?;
        let git_dir = match fs::metadata(&dot_git).ok()? {
            kind if kind.is_dir() => dot_git,
            kind if kind.is_file() => directory.join(link(&dot_git, b"gitdir: ")?),
            _ => return None,
        };
        let common_dir =
            link(&git_dir.join("commondir"), b"").map_or_else(|| git_dir.clone(), |to| git_dir.join(to));
        let is_one =
            fs::symlink_metadata(git_dir.join("HEAD")).is_ok() && common_dir.join("objects").is_dir();
        let working_tree = directory.to_owned();
        is_one.then_some(Self { working_tree, git_dir, common_dir, tracked: OnceLock::new() })
    }

    /// The top of the working tree.
    pub(super) fn working_tree(&self) -> &Path {
        &self.working_tree
    }

    /// What [`Self::tracked`] gave; nothing before it was asked.
    pub(super) fn known(&self) -> &[Vec<u8>] {
        self.tracked.get().map_or(&[], Vec::as_slice)
    }

    /// The rules of `info/exclude`, which hold in the whole working tree and yield to every `.gitignore`.
    pub(super) fn excludes(&self) -> Option<Arc<Rules>> {
        Rules::read(&self.common_dir.join("info/exclude"), Path::new(""), None)
    }

    /// The paths in the index, sorted, `/`-separated and relative to the working tree; files and submodules alike. Read
    /// once; a failure goes to `problems` then.
    pub(super) fn tracked(&self, problems: &mut Vec<Problem>) -> &[Vec<u8>] {
        self.tracked.get_or_init(|| {
            let read = self.index().or_else(|_| self.index_by_git());
            let mut paths = read.unwrap_or_else(|reason| {
                problems.push(self.unread(&reason.to_string()));
                Vec::new()
            });
            paths.sort_unstable();
            paths.dedup();
            paths
        })
    }

    fn index(&self) -> Result<Vec<Vec<u8>>, git2::Error> {
        let path = self.git_dir.join("index");
        match fs::metadata(&path) {
            Ok(kind) if kind.is_file() => {}
            Ok(_) => return Err(git2::Error::from_str("no regular file")),
            Err(_) => return Ok(Vec::new()),
        }
        Ok(git2::Index::open(&path)?.iter().map(|entry| entry.path).collect())
    }

    /// Split and sparse indexes and SHA-256 are beyond libgit2, not beyond git.
    fn index_by_git(&self) -> Result<Vec<Vec<u8>>, Error> {
        let git = GitChild::new(&self.working_tree, &GitEnv::inherited().search_only())?;
        let listed = git.run(&["ls-files", "--cached", "-z"])?;
        Ok(listed.split(|&byte| byte == 0).filter(|path| !path.is_empty()).map(<[u8]>::to_vec).collect())
    }

    fn unread(&self, reason: &str) -> Problem {
        let message = format!(
            "libgit2 cannot read the git index, and {reason}; tracked files that an ignore rule names were left out"
        );
        Problem { path: Some(BlobPath::from_path(&self.working_tree)), kind: "unreadable", message }
    }
}

/// The path that the small file at `path` gives after `prefix`; line ends after it do not count.
fn link(path: &Path, prefix: &[u8]) -> Option<PathBuf> {
    let bytes = open::small(path, LONGEST_LINK).ok()?;
    let target = bytes.strip_prefix(prefix)?;
    let end = target.iter().rposition(|byte| !matches!(byte, b'\n' | b'\r'))?;
    Some(path_from(&target[..=end]))
}

#[cfg(unix)]
fn path_from(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    PathBuf::from(std::ffi::OsStr::from_bytes(bytes))
}

#[cfg(not(unix))]
fn path_from(bytes: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
}
