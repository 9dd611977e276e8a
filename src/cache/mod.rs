//! What earlier runs learned of a repository's objects: which of them hold nothing that is worth a second look.
//!
//! Stands apart from the baseline, which knows findings: nothing here comes from a value. An object's id says what is in
//! it, so what was learned holds as long as the rules and the program are the same; `docs/history.md` says what is kept,
//! where, and who can read it. Objects that hold a secret, or what may be one, are read again in every run, so nothing
//! old disappears.

mod directory;
mod extent;
mod store;

use std::path::Path;
use std::sync::{Mutex, PoisonError};

pub use directory::{Refused, default_directory};
use extent::Extent;
use store::Store;

/// Bytes of an object's id that it is known by.
const KEY_BYTES: usize = crate::source::stock::KEY_BYTES;

/// After so many new objects what was learned is written down: an interrupted run goes on from there.
const AT_ONCE: usize = 1 << 16;

/// An object that need not be read again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// Its size in bytes.
    pub bytes: u32,
    /// It is binary: only its printable runs were searched.
    pub binary: bool,
    /// How many matches were dropped, by the number of the reason.
    pub dropped: Vec<(u8, u16)>,
}

/// What a scan asks and tells.
pub trait Memory: Sync {
    /// What is known of the object with this key.
    fn recall(&self, key: &[u8; KEY_BYTES]) -> Option<Seen>;

    /// Notes an object that need not be read again.
    fn remember(&self, key: &[u8; KEY_BYTES], seen: &Seen);
}

/// An object and what is known of it, as it is written down.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Record {
    key: [u8; KEY_BYTES],
    /// Size in bytes, and above that whether it is binary.
    facts: u32,
    /// A byte and two, the lower one first, for each reason; nearly always none.
    dropped: Box<[u8]>,
}

/// Marks a binary in [`Record::facts`]; larger objects than this are not remembered.
const BINARY: u32 = 1 << 31;

/// Bytes for a reason and how often.
const REASON_BYTES: usize = 3;

/// An object with more reasons than fit in a byte is not remembered.
const MOST_REASONS: usize = u8::MAX as usize;

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

    /// What the last run kept that covered everything; `lens` is a hash of whatever decides what a report says of a text,
    /// besides the settings.
    pub fn extent(&self, lens: &[u8; 32]) -> Option<Vec<u8>> {
        Extent::new(&self.store, lens).read().unwrap_or_else(|why| {
            self.note(why);
            None
        })
    }

    /// Keeps what a run covered.
    pub fn keep_extent(&self, lens: &[u8; 32], bytes: &[u8]) {
        Extent::new(&self.store, lens).write(bytes).unwrap_or_else(|why| self.note(why));
    }

    fn note(&self, why: String) {
        self.fresh.lock().unwrap_or_else(PoisonError::into_inner).notes.push(why);
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
        let at = self.known.binary_search_by(|record| record.key.cmp(key)).ok()?;
        let Record { facts, dropped, .. } = &self.known[at];
        let count = |bytes: &[u8]| (bytes[0], u16::from_le_bytes([bytes[1], bytes[2]]));
        let dropped = dropped.chunks_exact(REASON_BYTES).map(count).collect();
        Some(Seen { bytes: facts & !BINARY, binary: facts & BINARY != 0, dropped })
    }

    fn remember(&self, key: &[u8; KEY_BYTES], seen: &Seen) {
        if seen.bytes >= BINARY || seen.dropped.len() > MOST_REASONS {
            return;
        }
        let facts = seen.bytes | if seen.binary { BINARY } else { 0 };
        let dropped = seen.dropped.iter().flat_map(|(reason, count)| {
            let [low, high] = count.to_le_bytes();
            [*reason, low, high]
        });
        let mut fresh = self.fresh.lock().unwrap_or_else(PoisonError::into_inner);
        fresh.records.push(Record { key: *key, facts, dropped: dropped.collect() });
        if fresh.records.len() >= AT_ONCE {
            self.write(&mut fresh);
        }
    }
}

#[cfg(test)]
mod tests;
