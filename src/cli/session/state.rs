//! The state that is scanned, which a baseline asks about its files. Apart from the law because a change is judged by one
//! state and scanned in another.

use std::path::PathBuf;
use std::sync::Arc;

use crate::source::repository::Repo;

/// The state whose files are scanned, as far as the baseline asks for it: does a file stand at this path?
pub enum State {
    /// A directory.
    Directory(PathBuf),
    /// The index.
    Index(Arc<Repo>),
    /// A commit.
    Commit(Arc<Repo>, String),
    /// Many states side by side.
    History,
}

impl State {
    pub(super) fn stands(&self, path: &str) -> bool {
        match self {
            Self::Directory(root) => {
                // Outside a repository an entry has the path as it was shown: from the current directory.
                let inside = root.join(".git").symlink_metadata().is_ok();
                let path = if inside { root.join(path) } else { PathBuf::from(path) };
                path.symlink_metadata().is_ok()
            }
            Self::Index(repo) => repo.is_in_index(path),
            Self::Commit(repo, rev) => repo.is_in_commit(rev, path),
            Self::History => true,
        }
    }
}
