//! Opening of regular files, and of nothing else: no link, FIFO, socket or device, whatever took the file's place since
//! it was listed. What is read is watched: a file that changes meanwhile is reported, not scanned half old, half new.

use std::fmt;
use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, Read};
use std::path::Path;
use std::time::SystemTime;

use crate::blob::BlobPath;
use crate::source::Problem;
use crate::visible;

/// A regular file, opened without following a link and without waiting for a FIFO's other end.
///
/// # Errors
/// Those of the system, and [`was_changed`] when it is no regular file.
pub(crate) fn open(path: &Path) -> io::Result<FileReader> {
    let mut options = OpenOptions::new();
    options.read(true);
    let file =
        careful(&mut options).open(path).map_err(|error| if is_link(&error) { changed() } else { error })?;
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        return Err(changed());
    }
    Ok(FileReader { before: Stamp::of(&metadata), file })
}

/// The whole of a small regular file.
///
/// # Errors
/// As [`open`], and [`io::ErrorKind::FileTooLarge`] beyond `limit` bytes.
pub(crate) fn small(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open(path)?.take(limit + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit { Err(io::ErrorKind::FileTooLarge.into()) } else { Ok(bytes) }
}

#[cfg(unix)]
fn careful(options: &mut OpenOptions) -> &mut OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;
    options.custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK | libc::O_NOCTTY)
}

#[cfg(not(unix))]
fn careful(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}

/// open(2): `ELOOP` (FreeBSD: `EMLINK`) says that the last component is a link and `O_NOFOLLOW` was given.
#[cfg(unix)]
fn is_link(error: &io::Error) -> bool {
    matches!(error.raw_os_error(), Some(libc::ELOOP | libc::EMLINK))
}

#[cfg(not(unix))]
fn is_link(_: &io::Error) -> bool {
    false
}

/// What tells one state of a file from another.
#[derive(PartialEq, Eq)]
struct Stamp {
    length: u64,
    modified: Option<SystemTime>,
}

impl Stamp {
    fn of(metadata: &Metadata) -> Self {
        Self { length: metadata.len(), modified: metadata.modified().ok() }
    }
}

/// A file that says at its end whether it is still the one that was opened.
pub(crate) struct FileReader {
    file: File,
    before: Stamp,
}

impl Read for FileReader {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(out)?;
        if read == 0 && !out.is_empty() && Stamp::of(&self.file.metadata()?) != self.before {
            return Err(changed());
        }
        Ok(read)
    }
}

/// The error of a file that is not what it was.
#[derive(Debug)]
struct Changed;

impl std::error::Error for Changed {}

impl fmt::Display for Changed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("it changed while it was being read")
    }
}

fn changed() -> io::Error {
    io::Error::other(Changed)
}

/// True when `error`, from opening or reading a file, says that the file changed meanwhile.
pub fn was_changed(error: &io::Error) -> bool {
    error.get_ref().is_some_and(|inner| inner.is::<Changed>())
}

/// The problem that an error of opening or reading is: `changed-while-read` or `unreadable`.
pub fn problem(path: Option<BlobPath>, error: &io::Error) -> Problem {
    match was_changed(error) {
        true => Problem {
            path,
            kind: "changed-while-read",
            message: "it changed while it was being read; scan again".to_owned(),
        },
        false => Problem {
            path,
            kind: "unreadable",
            message: format!("it cannot be read: {}", visible::line(&error.to_string())),
        },
    }
}
