//! The only way in which a baseline's file is changed: under a lock, from what stands there at that moment, in one step
//! or not at all. Two processes at once lose nothing.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::entry::Entry;
use super::{Baseline, file};
use crate::error::{Error, unnamed};
use crate::visible;

/// How long to wait for another process. Whoever holds the lock only reads and writes one file.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long between two tries.
const PAUSE: Duration = Duration::from_millis(10);

/// What a file is to hold.
pub(super) struct Contents {
    /// Salts; at least one.
    pub(super) salts: Vec<[u8; 32]>,
    /// Entries in any order.
    pub(super) entries: Vec<Entry>,
}

/// Changes the baseline at `path`: `job` gets what stands there now, `None` when there is no file, and gives what is to
/// stand there and what to return. A file that would not change is not written. The old file stays as it is when
/// anything fails.
pub(super) fn change<T>(
    path: &Path,
    job: impl FnOnce(Option<Baseline>) -> Result<(Contents, T), Error>,
) -> Result<T, Error> {
    let unwritable =
        |why: io::Error| Error::Io { action: "write", path: visible::path(path), reason: why.to_string() };
    // A link stays a link: what it points to is locked and replaced.
    let target = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let lock = Lock::take(&target).map_err(unwritable)?;
    let before = match file::bytes_of(&target) {
        Ok((bytes, name)) => Some((Baseline::read(&bytes, &name)?, bytes)),
        Err(Error::MissingPath { .. }) => None,
        Err(other) => return Err(other),
    };
    let (before, old) = before.unzip();
    let (contents, outcome) = job(before)?;
    let new = file::bytes(&contents.salts, &contents.entries);
    file::check_size(new.len() as u64, &visible::path(path))?;
    if old.as_ref() != Some(&new) {
        replace(&target, &new).map_err(unwritable)?;
    }
    drop(lock);
    Ok(outcome)
}

/// Writes these bytes to `path`, whatever stands there: under the lock, in one step or not at all.
pub(super) fn put(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let target = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let written = Lock::take(&target).and_then(|_lock| replace(&target, bytes));
    written.map_err(|why| Error::Io { action: "write", path: visible::path(path), reason: why.to_string() })
}

/// Keeps other writers off while it lives: a lock of the operating system, which ends with its process, on a file beside
/// the baseline. The baseline itself cannot be locked, because it is replaced.
struct Lock {
    path: PathBuf,
    _file: File,
}

impl Lock {
    fn take(target: &Path) -> io::Result<Self> {
        let mut name = target.file_name().ok_or(ErrorKind::InvalidInput)?.to_owned();
        name.push(".lock");
        let path = target.with_file_name(name);
        let started = Instant::now();
        loop {
            let file = open(&path).map_err(unnamed)?;
            match file.try_lock() {
                Ok(()) if is_at(&file, &path) => return Ok(Self { path, _file: file }),
                // The holder before us took its file away.
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => {}
                Err(TryLockError::Error(why)) => return Err(why),
            }
            if started.elapsed() > PATIENCE {
                let name = visible::path(&path);
                return Err(io::Error::other(format!("another process has held {name} for half a minute")));
            }
            std::thread::sleep(PAUSE);
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Elsewhere nobody can tell whether the file that was locked is still the one at the path: there it stays.
        if cfg!(unix) {
            drop(std::fs::remove_file(&self.path));
        }
    }
}

/// Opens the lock's file without following a link, which a repository could have laid there, and without waiting for a
/// FIFO.
fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK);
    }
    options.open(path)
}

/// Whether `file` is the one that stands at `path`.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let there = file.metadata().ok().zip(path.symlink_metadata().ok());
    there.is_some_and(|(ours, there)| (ours.dev(), ours.ino()) == (there.dev(), there.ino()))
}

#[cfg(not(unix))]
fn is_at(_: &File, _: &Path) -> bool {
    true
}

/// Writes beside the target, then renames: nobody ever sees half a baseline.
fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".leaklint-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // As for any new file: what the umask leaves of it.
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    let mut file = builder.tempfile_in(parent).map_err(unnamed)?;
    file.write_all(bytes).map_err(unnamed)?;
    match std::fs::metadata(path) {
        Ok(there) if there.permissions().readonly() => return Err(ErrorKind::PermissionDenied.into()),
        Ok(there) => file.as_file().set_permissions(there.permissions())?,
        Err(_) => {}
    }
    file.as_file().sync_all()?;
    file.persist(path).map_err(|why| why.error)?;
    // The rename itself is on the disk only when the directory is. Not every system can do that, and the file is whole
    // either way.
    if cfg!(unix) {
        drop(File::open(parent).and_then(|directory| directory.sync_all()));
    }
    Ok(())
}
