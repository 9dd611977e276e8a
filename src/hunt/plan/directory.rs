//! The directory of a plan: made for its owner alone, outside the repository, and emptied of values when they are gone.
//!
//! Stands apart because these are the only files with values that leaklint ever writes.

use std::fs::{DirBuilder, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::PlanFile;
use crate::error::Error;
use crate::hunt::disk;
use crate::hunt::values::{self, End};
use crate::secret::Secret;
use crate::source::files::open_regular;
use crate::source::repository::Repo;
use crate::visible;

/// The file that says what the others are.
pub(super) const MANIFEST: &str = "plan.json";

/// The values themselves, each followed by a zero byte.
pub(super) const VALUES: &str = "values";

/// Files that hold values, and that [`Directory::forget`] deletes.
pub(super) const SECRET: [&str; 9] = [
    VALUES,
    "replace-text.txt",
    "replace-message.txt",
    "paths.txt",
    "mailmap",
    "name-callback.py",
    "email-callback.py",
    "refname-callback.py",
    "bfg-replace-text.txt",
];

/// Largest file of a plan that is read, in bytes.
const LIMIT: u64 = 1 << 30;

/// What `plan.json` says.
#[derive(Serialize, Deserialize)]
pub(super) struct Manifest {
    pub(super) version: u32,
    /// The top of the repository that the plan is for, where it can be named.
    pub(super) repository: Option<String>,
    /// How many values it is about.
    pub(super) values: usize,
    /// The command that rewrites, as words.
    pub(super) rewrite: Vec<String>,
}

/// A plan on the disk.
pub struct Directory {
    path: PathBuf,
    manifest: Manifest,
}

/// Makes `path`, which must not lie in the repository or a working tree of it, for its owner alone.
///
/// # Errors
/// When it lies there, holds something already or cannot be made.
pub(super) fn make(path: &Path, repo: &Repo) -> Result<PathBuf, Error> {
    let absolute = std::path::absolute(path).map_err(|why| failed("write", path, &why))?;
    let parent = absolute.parent().unwrap_or(&absolute);
    let parent = parent.canonicalize().map_err(|why| failed("write", path, &crate::error::unnamed(why)))?;
    let absolute = absolute.file_name().map_or_else(|| parent.clone(), |name| parent.join(name));
    // A link may lead back inside.
    let absolute = absolute.canonicalize().unwrap_or(absolute);
    let roots = disk::working_trees(repo).into_iter();
    let ours = roots.chain([repo.git_dir().to_path_buf(), repo.common_dir().to_path_buf()]);
    for root in ours {
        let root = root.canonicalize().unwrap_or(root);
        if absolute.starts_with(&root) {
            return Err(Error::Usage {
                message: format!("{} lies inside the repository", visible::path(path)),
                help: Some("the plan holds the values: name a directory outside, where nothing is committed or shared".into()),
            });
        }
    }
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    match builder.create(&absolute) {
        Ok(()) => {}
        Err(why) if why.kind() == io::ErrorKind::AlreadyExists => take(&absolute, path)?,
        Err(why) => return Err(failed("write", path, &why)),
    }
    Ok(absolute)
}

/// An empty directory that is there already.
fn take(absolute: &Path, path: &Path) -> Result<(), Error> {
    let mut entries = std::fs::read_dir(absolute).map_err(|why| failed("write", path, &why))?;
    if entries.next().is_some() {
        return Err(Error::Usage {
            message: format!("{} is not empty", visible::path(path)),
            help: Some("name a directory that is not there yet".into()),
        });
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let only_owner = std::fs::Permissions::from_mode(0o700);
        std::fs::set_permissions(absolute, only_owner).map_err(|why| failed("write", path, &why))?;
    }
    Ok(())
}

/// Writes one file of a plan, for its owner alone. What is there already is never written over.
///
/// # Errors
/// When it cannot be written.
pub(super) fn write(directory: &Path, file: &PlanFile) -> Result<(), Error> {
    let path = directory.join(file.name);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(&path).and_then(|mut to| {
        to.write_all(&file.bytes)?;
        to.sync_all()
    });
    written.map_err(|why| failed("write", &path, &why))
}

impl Directory {
    /// The plan in `path`.
    ///
    /// # Errors
    /// When there is none, or its values are gone already.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let bytes = read(&path.join(MANIFEST))?;
        let manifest: Option<Manifest> = serde_json::from_slice(&bytes).ok();
        match manifest.filter(|manifest| manifest.version == 1) {
            Some(manifest) => Ok(Self { path: path.to_path_buf(), manifest }),
            None => Err(Error::Usage {
                message: format!("{} holds no plan of this version", visible::path(path)),
                help: Some("name the directory that `leaklint purge-plan --out` wrote".into()),
            }),
        }
    }

    /// The top of the repository that the plan is for.
    ///
    /// # Errors
    /// When the plan does not name it.
    pub fn repository(&self) -> Result<PathBuf, Error> {
        let named = self.manifest.repository.as_ref().map(PathBuf::from);
        named.ok_or_else(|| Error::Usage {
            message: "the plan does not say which repository it is for".into(),
            help: Some("name it: `leaklint verify-purged PLAN REPO`".into()),
        })
    }

    /// The values that the plan is about.
    ///
    /// # Errors
    /// When they cannot be read, or are not as many as they were.
    pub fn values(&self) -> Result<Vec<Secret>, Error> {
        let values = values::parse(&read(&self.path.join(VALUES))?, End::Nul)?;
        if values.len() == self.manifest.values {
            return Ok(values);
        }
        Err(Error::Usage {
            message: format!("the values of the plan in {} were changed", visible::path(&self.path)),
            help: Some("make the plan again".into()),
        })
    }

    /// Overwrites and deletes every file that holds values; what is gone already stays gone. Gives their number.
    ///
    /// # Errors
    /// When one cannot be deleted; the others are still deleted.
    pub fn forget(&self) -> Result<usize, Error> {
        let mut deleted = 0;
        let mut failure = None;
        for path in SECRET.map(|name| self.path.join(name)) {
            match forget(&path) {
                Ok(()) => deleted += 1,
                Err(why) if why.kind() == io::ErrorKind::NotFound => {}
                Err(why) => failure = Some(failed("delete", &path, &why)),
            }
        }
        failure.map_or(Ok(deleted), Err)
    }
}

fn forget(path: &Path) -> io::Result<()> {
    let there = path.symlink_metadata()?;
    // What a link leads to is none of ours.
    if there.is_file() {
        let mut file = OpenOptions::new().write(true).open(path)?;
        io::copy(&mut io::repeat(0).take(there.len()), &mut file)?;
        file.sync_all()?;
    }
    std::fs::remove_file(path)
}

fn read(path: &Path) -> Result<Zeroizing<Vec<u8>>, Error> {
    let mut bytes = Zeroizing::new(Vec::new());
    let read = open_regular(path).and_then(|file| file.take(LIMIT).read_to_end(&mut bytes));
    read.map_err(|why| failed("read", path, &why))?;
    Ok(bytes)
}

fn failed(action: &'static str, path: &Path, why: &io::Error) -> Error {
    Error::Io { action, path: visible::path(path), reason: why.to_string() }
}
