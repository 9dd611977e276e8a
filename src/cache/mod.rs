//! What earlier runs learned of a repository's objects: which of them nothing matched in, whatever reads them.
//!
//! Stands apart from the baseline, which knows findings: nothing here comes from a value. An object's id says what is in
//! it, so what was learned holds as long as the rules and the program are the same; `docs/history.md` says where it is
//! kept and who can read it. Objects with a match are read again in every run, so nothing old disappears.

mod directory;
mod store;

use std::path::Path;
use std::sync::{Mutex, PoisonError};

pub use directory::{Refused, default_directory};
use store::Store;

/// Bytes of an object's id that it is known by.
const KEY_BYTES: usize = crate::source::stock::KEY_BYTES;

/// After so many new objects what was learned is written down: an interrupted run goes on from there.
const AT_ONCE: usize = 1 << 16;

/// An object in which nothing matched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Its size in bytes.
    pub bytes: u32,
    /// It is binary: only its printable runs were searched.
    pub binary: bool,
}

/// What a scan asks and tells.
pub trait Memory: Sync {
    /// What is known of the object with this key; `None` unless nothing matched in it.
    fn recall(&self, key: &[u8; KEY_BYTES]) -> Option<Seen>;

    /// Notes an object in which nothing matched.
    fn remember(&self, key: &[u8; KEY_BYTES], seen: Seen);
}

/// An object and what is known of it, as it is written down.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Record {
    key: [u8; KEY_BYTES],
    /// Size in bytes, and above that whether it is binary.
    facts: u32,
}

/// Marks a binary in [`Record::facts`]; larger objects than this are not remembered.
const BINARY: u32 = 1 << 31;

/// A cache for one repository, and one set of rules and settings.
pub struct Cache {
    store: Store,
    /// Sorted.
    known: Vec<Record>,
    fresh: Mutex<Fresh>,
}

#[derive(Default)]
struct Fresh {
    records: Vec<Record>,
    notes: Vec<String>,
}

impl Cache {
    /// The cache in `directory`, which is made if need be, for the repository at `repository` (its git directory) and
    /// all that `settings` is a hash of. One that is damaged, or was written by somebody else, is discarded with a note.
    ///
    /// # Errors
    /// When the directory cannot be used, or lies where the repository could bring it along.
    pub fn open(
        directory: &Path,
        repository: &Path,
        inside: &[&Path],
        settings: &[u8; 32],
    ) -> Result<Self, Refused> {
        let secret = directory::prepare(directory, inside)?;
        let store = Store::new(directory, repository, settings, secret);
        let mut fresh = Fresh::default();
        let mut known = match store.read() {
            Ok(known) => known,
            Err(why) => {
                fresh.notes.push(why);
                Vec::new()
            }
        };
        known.sort_unstable();
        known.dedup();
        Ok(Self { store, known, fresh: Mutex::new(fresh) })
    }

    /// Writes down what is left, and gives what the user should know of the cache.
    pub fn close(&self) -> Vec<String> {
        let mut fresh = self.fresh.lock().unwrap_or_else(PoisonError::into_inner);
        self.write(&mut fresh);
        self.store.clear_away();
        std::mem::take(&mut fresh.notes)
    }

    fn write(&self, fresh: &mut Fresh) {
        let records = std::mem::take(&mut fresh.records);
        if records.is_empty() {
            return;
        }
        if let Err(why) = self.store.append(&records)
            && !fresh.notes.contains(&why)
        {
            fresh.notes.push(why);
        }
    }
}

impl Memory for Cache {
    fn recall(&self, key: &[u8; KEY_BYTES]) -> Option<Seen> {
        let at = self.known.binary_search_by_key(key, |record| record.key).ok()?;
        let facts = self.known[at].facts;
        Some(Seen { bytes: facts & !BINARY, binary: facts & BINARY != 0 })
    }

    fn remember(&self, key: &[u8; KEY_BYTES], seen: Seen) {
        if seen.bytes >= BINARY {
            return;
        }
        let facts = seen.bytes | if seen.binary { BINARY } else { 0 };
        let mut fresh = self.fresh.lock().unwrap_or_else(PoisonError::into_inner);
        fresh.records.push(Record { key: *key, facts });
        if fresh.records.len() >= AT_ONCE {
            self.write(&mut fresh);
        }
    }
}

#[cfg(test)]
mod tests;
