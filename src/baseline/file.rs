//! The baseline's bytes on disk: read with a limit, made of salts and entries.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{ErrorKind, Read as _};
use std::path::Path;

use super::entry::Entry;
use super::{Baseline, VERSION};
use crate::error::Error;
use crate::finding::identity;
use crate::visible;

/// Most bytes of a baseline: a quarter of a million entries.
pub const LARGEST_FILE: u64 = 64 << 20;

/// Reads the baseline at `path`.
///
/// # Errors
/// [`Error::MissingPath`] when nothing is there, [`Error::Io`] when it is no file or cannot be read, and those of
/// [`Baseline::read`].
pub fn load(path: &Path) -> Result<Baseline, Error> {
    let (bytes, name) = bytes_of(path)?;
    Baseline::read(&bytes, &name)
}

/// The bytes of the baseline at `path`, not many more than a baseline may have, and what to call it.
///
/// # Errors
/// [`Error::MissingPath`] when nothing is there, [`Error::Io`] when it is no file or cannot be read.
pub fn bytes_of(path: &Path) -> Result<(Vec<u8>, String), Error> {
    let name = visible::path(path);
    let unreadable = |reason: String| Error::Io { action: "read", path: name.clone(), reason };
    // Opening a FIFO would wait for ever.
    match path.metadata() {
        Ok(there) if there.is_file() => {}
        Ok(_) => return Err(unreadable("not a file".to_owned())),
        Err(why) if why.kind() == ErrorKind::NotFound => return Err(Error::MissingPath { path: name }),
        Err(why) => return Err(unreadable(why.to_string())),
    }
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(LARGEST_FILE + 1).read_to_end(&mut bytes));
    read.map_err(|why| unreadable(why.to_string()))?;
    Ok((bytes, name))
}

/// Refuses what is too large to be read.
pub(super) fn check_size(bytes: u64, display_name: &str) -> Result<(), Error> {
    if bytes <= LARGEST_FILE {
        return Ok(());
    }
    Err(Error::Io {
        action: "read",
        path: display_name.to_owned(),
        reason: "a baseline has at most 64 MiB; exclude paths that need so many entries".to_owned(),
    })
}

/// The file: headers and an entry a line, sorted by bytes, so that `sort -u` changes nothing.
pub(super) fn bytes<'e>(salts: &[[u8; 32]], entries: impl IntoIterator<Item = &'e Entry>) -> Vec<u8> {
    let header =
        |salt: &[u8; 32]| format!("{{\"leaklint_baseline\":{VERSION},\"salt\":\"{}\"}}", identity::hex(salt));
    let mut lines: BTreeSet<String> = salts.iter().map(header).collect();
    // An entry is text, numbers have no part in it: it always can be written as JSON.
    lines.extend(entries.into_iter().filter_map(|entry| serde_json::to_string(entry).ok()));
    let mut bytes = Vec::new();
    for line in lines {
        bytes.extend_from_slice(line.as_bytes());
        bytes.push(b'\n');
    }
    bytes
}

/// 32 random bytes.
///
/// # Errors
/// When the operating system has none.
pub(super) fn new_salt() -> Result<[u8; 32], Error> {
    let mut salt = [0; 32];
    match getrandom::fill(&mut salt) {
        Ok(()) => Ok(salt),
        Err(why) => Err(Error::Usage {
            message: format!("the operating system gives no random bytes for a salt: {why}"),
            help: None,
        }),
    }
}
