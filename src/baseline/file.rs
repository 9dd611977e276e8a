//! The baseline on disk: read with a limit, written in one step or not at all.

use std::collections::{BTreeSet, HashMap};
use std::fs::File;
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};

use super::entry::Entry;
use super::{Baseline, VERSION};
use crate::error::{Error, unnamed};
use crate::finding::{Finding, identity};
use crate::visible;

/// Most bytes of a baseline: a quarter of a million entries.
pub const LARGEST_FILE: u64 = 64 << 20;

/// Reads the baseline at `path`.
///
/// # Errors
/// [`Error::MissingPath`] when nothing is there, [`Error::Io`] when it is no file, cannot be read or is larger than
/// [`LARGEST_FILE`], and those of [`Baseline::read`].
pub fn load(path: &Path) -> Result<Baseline, Error> {
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
    if bytes.len() as u64 > LARGEST_FILE {
        return Err(unreadable(
            "a baseline has at most 64 MiB; exclude paths that need so many entries".to_owned(),
        ));
    }
    Baseline::read(&bytes, &name)
}

/// A baseline about to be written. It is opened before the scan: it says which salts the scan has to use, and an error
/// should come before the work.
#[derive(Debug)]
pub struct Draft {
    path: PathBuf,
    previous: Baseline,
}

impl Draft {
    /// Prepares to write `path`. A file that is there is replaced only when `force` is set; then its first salt and
    /// what people wrote into its entries stay.
    ///
    /// # Errors
    /// [`Error::Usage`] when the file is there and `force` is not set, or no random bytes can be had for a salt; those
    /// of [`load`] when it is there and broken.
    pub fn open(path: &Path, force: bool) -> Result<Self, Error> {
        let there = path.symlink_metadata().is_ok();
        if there && !force {
            return Err(Error::Usage {
                message: format!("there is already a baseline at {}", visible::path(path)),
                help: Some("--force replaces its entries by what is found now".to_owned()),
            });
        }
        let previous = match load(path) {
            Ok(previous) => previous,
            Err(Error::MissingPath { .. }) => Baseline::new(vec![new_salt()?], Vec::new()),
            Err(other) => return Err(other),
        };
        Ok(Self { path: path.to_owned(), previous })
    }

    /// The salts that the findings' identities must be made with, in this order.
    pub fn salts(&self) -> &[[u8; 32]] {
        self.previous.salts()
    }

    /// A baseline with these salts and without an entry: what to scan with, so that every finding is new and has the
    /// right identity.
    pub fn blank(&self) -> Baseline {
        Baseline::new(self.salts().to_vec(), Vec::new())
    }

    /// Writes the findings and returns how many entries they make. The old file stays as it is when that fails.
    ///
    /// # Errors
    /// [`Error::Io`] when the bytes cannot be written.
    pub fn write(&self, findings: &[Finding]) -> Result<usize, Error> {
        let entries = self.entries(findings);
        let bytes = bytes(&self.salts()[0], &entries);
        replace(&self.path, &bytes).map_err(|why| Error::Io {
            action: "write",
            path: visible::path(&self.path),
            reason: why.to_string(),
        })?;
        Ok(entries.len())
    }

    /// An entry per value and path, each once.
    fn entries(&self, findings: &[Finding]) -> Vec<Entry> {
        let mut entries: HashMap<(String, String), Entry> = HashMap::new();
        for finding in findings {
            let mut entry = Entry::of(finding, &self.salts()[0]);
            let before = self.previous.entries_of(&finding.identity).into_iter();
            let before = before.map(|at| &self.previous.entries[at]).find(|before| before.path == entry.path);
            before.into_iter().for_each(|before| entry.describe_as(before));
            let key = (entry.path.clone(), entry.fingerprint());
            match entries.get_mut(&key) {
                // Two rules found it: the same one is named in every run.
                Some(there) if there.rule <= entry.rule => {}
                _ => drop(entries.insert(key, entry)),
            }
        }
        let mut entries: Vec<Entry> = entries.into_values().collect();
        entries.sort();
        entries
    }
}

/// The file: a header and an entry a line, sorted by bytes, so that `sort -u` changes nothing.
fn bytes(salt: &[u8; 32], entries: &[Entry]) -> Vec<u8> {
    let header = format!("{{\"leaklint_baseline\":{VERSION},\"salt\":\"{}\"}}", identity::hex(salt));
    let mut lines: BTreeSet<String> = BTreeSet::from([header]);
    // An entry is text, numbers have no part in it: it always can be written as JSON.
    lines.extend(entries.iter().filter_map(|entry| serde_json::to_string(entry).ok()));
    let mut bytes = Vec::new();
    for line in lines {
        bytes.extend_from_slice(line.as_bytes());
        bytes.push(b'\n');
    }
    bytes
}

fn new_salt() -> Result<[u8; 32], Error> {
    let mut salt = [0; 32];
    match getrandom::fill(&mut salt) {
        Ok(()) => Ok(salt),
        Err(why) => Err(Error::Usage {
            message: format!("the operating system gives no random bytes for a salt: {why}"),
            help: None,
        }),
    }
}

/// Writes beside the target, then renames: nobody ever sees half a baseline.
fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    // A link stays a link: what it points to is replaced.
    let path = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
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
    match std::fs::metadata(&path) {
        Ok(there) if there.permissions().readonly() => return Err(ErrorKind::PermissionDenied.into()),
        Ok(there) => file.as_file().set_permissions(there.permissions())?,
        Err(_) => {}
    }
    file.as_file().sync_all()?;
    file.persist(&path).map(drop).map_err(|why| why.error)
}
