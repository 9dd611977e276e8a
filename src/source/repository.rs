//! A repository: where it is, what its names resolve to, and the few files of it that are policy.
//!
//! Stands apart because index, range and history all begin here, and because here is decided who reads: libgit2, or the
//! `git` program where libgit2 refuses. Nothing in a repository's settings, attributes or hooks is executed.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use git2::{ErrorCode, RepositoryOpenFlags};

use super::git_child::GitChild;
pub use super::git_env::GitEnv;
use super::message;
use super::object::{Id, Kind, Mode};
use super::objects::{Library, Objects, ReadError, commit, expect};
use super::packs;
use super::staging::Index;
use super::tree::{Side, lookup};
use super::{Opened, Problem};
use crate::blob::Content;
use crate::error::Error;
use crate::visible;

/// What to do when git or libgit2 finds that somebody else owns the repository.
pub(crate) const OWNER_HELP: &str = "it belongs to another user. If you trust it, run \
    `git config --global --add safe.directory <its path>` and try again";

/// Blobs above this size (bytes) are streamed rather than held in memory, where a git program is at hand.
const STREAMED_BYTES: u64 = 32 << 20;

/// Policy files above this size (bytes) are refused.
const POLICY_BYTES: u64 = 64 << 20;

/// A repository, usable from many threads.
pub struct Repo {
    env: GitEnv,
    git_dir: PathBuf,
    common_dir: PathBuf,
    workdir: Option<PathBuf>,
    backend: Backend,
    child: OnceLock<Option<GitChild>>,
    index: OnceLock<Index>,
    partial: OnceLock<bool>,
}

enum Backend {
    /// libgit2; its repository handle is for one thread at a time, its object database for all.
    Library { repo: Mutex<git2::Repository>, objects: Library },
    /// The git program.
    Child(GitChild),
}

impl Repo {
    /// The repository that `path` lies in, or the one git named in the environment of its hook.
    ///
    /// # Errors
    /// When there is none, when it belongs to somebody else, or when neither libgit2 nor git can read it.
    pub fn discover(path: &Path) -> Result<Self, Error> {
        Self::open(path, GitEnv::inherited())
    }

    /// The repository at or above `path`, whatever the environment says: for one that the user names.
    ///
    /// # Errors
    /// As [`Repo::discover`].
    pub fn at(path: &Path) -> Result<Self, Error> {
        Self::open(path, GitEnv::inherited().search_only())
    }

    /// As [`Repo::discover`], with the layout variables in `env`.
    ///
    /// # Errors
    /// As [`Repo::discover`].
    pub fn open(path: &Path, env: GitEnv) -> Result<Self, Error> {
        if env.get("GIT_COMMON_DIR").is_some() {
            return Self::through_child(path, env);
        }
        match open_library(path, &env) {
            Ok(repo) => Self::through_library(repo, env),
            Err(error) if error.code() == ErrorCode::NotFound => Err(Error::Git {
                message: format!("there is no git repository at {}", visible::path(path)),
                help: Some("run this inside a repository, or name one".into()),
            }),
            Err(error) if error.code() == ErrorCode::Owner => Err(Error::Git {
                message: format!(
                    "git does not trust the repository at {}",
                    visible::path(&std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf()))
                ),
                help: Some(OWNER_HELP.into()),
            }),
            Err(error) => Self::through_child(path, env).map_err(|other| also(&error, other)),
        }
    }

    /// The top of the working tree; `None` in a bare repository.
    pub fn workdir(&self) -> Option<&Path> {
        self.workdir.as_deref()
    }

    /// The top of the working tree or, in a bare repository, the git directory.
    pub fn root(&self) -> &Path {
        self.workdir.as_deref().unwrap_or(&self.git_dir)
    }

    /// The content of `path` (`/`-separated, from the root) in the index; `None` when it is not there.
    ///
    /// # Errors
    /// When the index or the blob cannot be read, or `path` is a symbolic link or submodule there.
    pub fn read_index_file(&self, path: &str) -> Result<Option<Vec<u8>>, Error> {
        let Some(entry) = self.index_entry(path.as_bytes())? else { return Ok(None) };
        let untouched = Some(entry).filter(|entry| entry.side.mode == Mode::File);
        match untouched.and_then(|entry| self.untouched(entry, POLICY_BYTES)) {
            Some(bytes) => Ok(Some(bytes)),
            None => self.policy_blob(entry.side, path, "the index").map(Some),
        }
    }

    /// Whether anything stands at `path` in the index.
    pub fn is_in_index(&self, path: &str) -> bool {
        self.index_entry(path.as_bytes()).is_ok_and(|entry| entry.is_some())
    }

    /// Whether anything stands at `path` in the commit that `rev` names.
    pub fn is_in_commit(&self, rev: &str, path: &str) -> bool {
        let tree = self.resolve(rev).ok().and_then(|id| commit(self.objects(), &id).ok());
        let side = tree.map(|commit| lookup(self.objects(), commit.tree, path.as_bytes()));
        side.is_some_and(|side| side.is_ok_and(|side| side.is_some()))
    }

    /// The content of `path` (`/`-separated, from the root) in the commit that `rev` names; `None` when it has none.
    ///
    /// # Errors
    /// When `rev` names no commit, when its trees or the blob cannot be read, or `path` is a symbolic link there.
    pub fn read_commit_file(&self, rev: &str, path: &str) -> Result<Option<Vec<u8>>, Error> {
        let id = self.resolve(rev)?;
        let broken = |error: ReadError| Error::Git {
            message: format!(
                "cannot read {} of commit {}: {}",
                escaped(path),
                id.hex(),
                error.problem(&id, None).message
            ),
            help: None,
        };
        let tree = commit(self.objects(), &id).map_err(broken)?.tree;
        let side = lookup(self.objects(), tree, path.as_bytes()).map_err(broken)?;
        side.map(|side| self.policy_blob(side, path, &format!("commit {}", id.hex()))).transpose()
    }

    /// The full id of the commit that `rev` names.
    ///
    /// # Errors
    /// When it names none.
    pub fn commit_id(&self, rev: &str) -> Result<String, Error> {
        self.resolve(rev).map(|id| id.hex())
    }

    /// Opens the object that an item of this repository's sources names.
    pub(crate) fn open_content(&self, content: &Content) -> Result<Opened, Problem> {
        let unreadable =
            |message: &str| Problem { path: None, kind: "unreadable", message: message.to_owned() };
        let id = |hex: &str| Id::from_hex(hex.as_bytes()).ok_or_else(|| unreadable("not an object id"));
        match content {
            Content::Object(hex) => {
                let id = id(hex)?;
                self.open_blob(&id).map_err(|error| error.problem(&id, None))
            }
            Content::Message(hex) => {
                let id = id(hex)?;
                message::open(self.objects(), &id)
                    .map(Opened::Bytes)
                    .map_err(|error| error.problem(&id, None))
            }
            Content::Bytes(bytes) => Ok(Opened::Bytes(bytes.to_vec())),
            Content::File(_) | Content::Stdin => Err(unreadable("this source reads git objects only")),
        }
    }

    fn open_blob(&self, id: &Id) -> Result<Opened, ReadError> {
        let (kind, size) = self.objects().header(id)?;
        if kind != Kind::Blob {
            return Err(ReadError::Corrupt);
        }
        if size > STREAMED_BYTES
            && let Some(child) = self.child()
        {
            return child.stream(id).map(Opened::Stream);
        }
        self.objects().read(id, u64::MAX).map(|(_, data)| Opened::Bytes(data))
    }

    fn policy_blob(&self, side: Side, path: &str, place: &str) -> Result<Vec<u8>, Error> {
        let refused = |why: String, help: &str| Error::Git {
            message: format!("{} in {place} {why}", escaped(path)),
            help: Some(help.into()),
        };
        if side.mode != Mode::File {
            return Err(refused(
                "is not a regular file".into(),
                "commit the file itself: policy is not read through links",
            ));
        }
        let unreadable = |error: ReadError| {
            refused(format!("cannot be read: {}", error.problem(&side.id, None).message), "")
        };
        expect(self.objects(), &side.id, Kind::Blob, POLICY_BYTES).map_err(unreadable)
    }
}

/// How it is read.
impl Repo {
    /// The object store.
    pub(crate) fn objects(&self) -> &dyn Objects {
        match &self.backend {
            Backend::Library { objects, .. } => objects,
            Backend::Child(child) => child,
        }
    }

    /// libgit2's object database; `None` where the git program stands in for it.
    pub(crate) const fn library(&self) -> Option<&Library> {
        match &self.backend {
            Backend::Library { objects, .. } => Some(objects),
            Backend::Child(_) => None,
        }
    }

    /// libgit2's handle, for one thread at a time, or the git program that stands in for it.
    pub(crate) fn reader(&self) -> Reader<'_> {
        match &self.backend {
            Backend::Library { repo, .. } => {
                Reader::Library(repo.lock().unwrap_or_else(PoisonError::into_inner))
            }
            Backend::Child(child) => Reader::Child(child),
        }
    }

    /// The git program for what libgit2 cannot do in this repository; `None` without one.
    pub(crate) fn child(&self) -> Option<&GitChild> {
        match &self.backend {
            Backend::Child(child) => Some(child),
            Backend::Library { .. } => {
                let start = || GitChild::new(self.root(), &self.env).ok();
                self.child.get_or_init(start).as_ref()
            }
        }
    }

    /// What was inherited of git.
    pub(crate) const fn env(&self) -> &GitEnv {
        &self.env
    }

    /// The directory of this working tree's own state (`HEAD`, `MERGE_HEAD`, `index`).
    pub(crate) fn git_dir(&self) -> &Path {
        &self.git_dir
    }

    /// The directory that linked working trees share (`objects`, `refs`, `shallow`).
    pub(crate) fn common_dir(&self) -> &Path {
        &self.common_dir
    }

    /// Where the index is kept once it is read.
    pub(crate) const fn index_cell(&self) -> &OnceLock<Index> {
        &self.index
    }

    /// Where is kept whether it is a partial clone, once that was asked.
    pub(crate) const fn partial_cell(&self) -> &OnceLock<bool> {
        &self.partial
    }

    /// True where nothing can be staged: there is no working tree, and git named no index.
    pub(crate) fn has_no_index(&self) -> bool {
        self.workdir.is_none() && self.env.get("GIT_INDEX_FILE").is_none()
    }

    /// The index file: the one git named for its hook (a partial commit has its own), else the working tree's.
    pub(crate) fn index_file(&self) -> PathBuf {
        match self.env.get("GIT_INDEX_FILE") {
            Some(file) => self.root().join(file),
            None => self.git_dir.join("index"),
        }
    }

    fn through_library(repo: git2::Repository, env: GitEnv) -> Result<Self, Error> {
        let (git_dir, common_dir) = (repo.path().to_path_buf(), repo.commondir().to_path_buf());
        let directories = packs::directories(&common_dir, &env);
        let objects = Library::open(directories.iter().filter_map(|directory| directory.to_str()));
        let objects = objects.map_err(|error| library_error(&error))?;
        if env.get("GIT_OBJECT_DIRECTORY").is_some() {
            objects.serve(&repo).map_err(|error| library_error(&error))?;
        }
        let workdir = workdir(&repo, &env);
        let backend = Backend::Library { repo: Mutex::new(repo), objects };
        Ok(Self {
            env,
            git_dir,
            common_dir,
            workdir,
            backend,
            child: OnceLock::new(),
            index: OnceLock::new(),
            partial: OnceLock::new(),
        })
    }

    fn through_child(path: &Path, env: GitEnv) -> Result<Self, Error> {
        let directory = if path.is_dir() { path } else { path.parent().unwrap_or(path) };
        let directory = std::path::absolute(directory).unwrap_or_else(|_| directory.to_path_buf());
        let child = GitChild::new(&directory, &env)?;
        let location =
            |argument: &str| child.ask(&["rev-parse", argument]).map(|bytes| directory.join(os_path(&bytes)));
        // The first call says in git's own words what is wrong, if anything is.
        child.run(&["rev-parse", "--absolute-git-dir"])?;
        let git_dir = location("--absolute-git-dir").unwrap_or_else(|| directory.clone());
        let common_dir = location("--git-common-dir").unwrap_or_else(|| git_dir.clone());
        let workdir = location("--show-toplevel");
        // Later calls list paths from the top.
        let child = GitChild::new(workdir.as_deref().unwrap_or(&directory), &env)?;
        Ok(Self {
            env,
            git_dir,
            common_dir,
            workdir,
            backend: Backend::Child(child),
            child: OnceLock::new(),
            index: OnceLock::new(),
            partial: OnceLock::new(),
        })
    }
}

/// Who reads a repository.
pub(crate) enum Reader<'r> {
    Library(MutexGuard<'r, git2::Repository>),
    Child(&'r GitChild),
}

fn open_library(path: &Path, env: &GitEnv) -> Result<git2::Repository, git2::Error> {
    if let Some(directory) = env.get("GIT_DIR") {
        let flags = RepositoryOpenFlags::NO_SEARCH | RepositoryOpenFlags::NO_DOTGIT;
        return git2::Repository::open_ext(directory, flags, std::iter::empty::<&OsStr>());
    }
    let across =
        env.get("GIT_DISCOVERY_ACROSS_FILESYSTEM").is_some_and(|value| value == "1" || value == "true");
    let flags = if across { RepositoryOpenFlags::CROSS_FS } else { RepositoryOpenFlags::empty() };
    let ceilings = env.get("GIT_CEILING_DIRECTORIES").map(std::env::split_paths);
    git2::Repository::open_ext(path, flags, ceilings.into_iter().flatten())
}

/// git(1): `GIT_WORK_TREE` wins; with `GIT_DIR` alone and no setting, the current directory is the top.
fn workdir(repo: &git2::Repository, env: &GitEnv) -> Option<PathBuf> {
    if let Some(named) = env.get("GIT_WORK_TREE") {
        return Some(named.into());
    }
    let configured = || repo.config().is_ok_and(|config| config.get_path("core.worktree").is_ok());
    if env.get("GIT_DIR").is_some() && !repo.is_bare() && !repo.is_worktree() && !configured() {
        return std::env::current_dir().ok();
    }
    repo.workdir().map(Path::to_path_buf)
}

/// A path from the bytes that git printed.
pub(crate) fn os_path(bytes: &[u8]) -> PathBuf {
    #[cfg(unix)]
    return PathBuf::from(<OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(bytes));
    #[cfg(not(unix))]
    return PathBuf::from(String::from_utf8_lossy(bytes).into_owned());
}

/// An error of libgit2 in our words.
pub(crate) fn library_error(error: &git2::Error) -> Error {
    Error::Git { message: format!("libgit2 says: {}", escaped(error.message())), help: None }
}

/// Both refusals in one error: libgit2's and that of the git program.
fn also(first: &git2::Error, second: Error) -> Error {
    match second {
        Error::Git { message, help } => {
            Error::Git { message: format!("{message} (libgit2 says: {})", escaped(first.message())), help }
        }
        other => other,
    }
}

/// Text of unknown origin in one line that is safe to print.
pub(crate) fn escaped(text: &str) -> String {
    visible::line(text).into_owned()
}
