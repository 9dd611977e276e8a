//! Changes of a baseline that people keep: entries refreshed, deleted, described, taken back, and whole files merged.
//! Apart from drafts because no finding is needed for them.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use super::entry::{Entry, salt_id};
use super::store::{self, Contents, change};
use super::{Baseline, Facts, file};
use crate::error::Error;

/// Puts `with` in place of each entry that is still in the file at `path` as it was; the others stay. Returns how many
/// were replaced. Of two that become one the fuller one stays.
///
/// # Errors
/// [`Error::Io`] when the file cannot be locked, read or written, and those of [`Baseline::read`]. The old file then
/// stays as it is.
pub fn refresh(path: &Path, changes: Vec<(Entry, Entry)>) -> Result<usize, Error> {
    let mut changes: HashMap<Entry, Entry> = changes.into_iter().collect();
    edit(path, |entries| {
        let mut count = 0;
        for entry in entries.iter_mut() {
            if let Some(new) = changes.remove(entry) {
                *entry = new;
                count += 1;
            }
        }
        count
    })
}

/// Deletes these entries from the file at `path`, as far as they are still there as they were.
///
/// # Errors
/// Those of [`refresh`].
pub fn delete(path: &Path, dead: &[&Entry]) -> Result<usize, Error> {
    let dead: HashSet<&Entry> = dead.iter().copied().collect();
    edit(path, |entries| {
        let before = entries.len();
        entries.retain(|entry| !dead.contains(entry));
        before - entries.len()
    })
}

/// The entry of the file at `path` about the same value in the same place as `entry`.
///
/// # Errors
/// Those of [`load`](super::load), but for a file that is missing.
pub fn find(path: &Path, entry: &Entry) -> Result<Option<Entry>, Error> {
    match file::load(path) {
        Ok(now) => Ok(now.entries.into_iter().find(|there| there.is_same(entry))),
        Err(Error::MissingPath { .. }) => Ok(None),
        Err(other) => Err(other),
    }
}

/// Gives entries of the file at `path` other facts.
///
/// # Errors
/// Those of [`refresh`].
pub fn describe(path: &Path, facts: &[(Entry, Facts)]) -> Result<usize, Error> {
    let changed = facts.iter().map(|(entry, facts)| {
        let mut new = entry.clone();
        new.describe(facts.clone());
        (entry.clone(), new)
    });
    refresh(path, changed.collect())
}

/// Writes a whole baseline to `path`, whatever stands there, without salts that no entry uses.
///
/// # Errors
/// [`Error::Io`] when the file cannot be locked or written; the old file then stays as it is.
pub fn put(path: &Path, baseline: &Baseline) -> Result<(), Error> {
    store::put(path, &bytes(baseline))
}

/// The baseline as its file would hold it, without salts that no entry uses.
pub fn bytes(baseline: &Baseline) -> Vec<u8> {
    file::bytes(&used(baseline.salts(), baseline.entries()), baseline.entries())
}

/// One change of the entries of the file at `path`, which must be there.
fn edit(path: &Path, job: impl FnOnce(&mut Vec<Entry>) -> usize) -> Result<usize, Error> {
    change(path, |now| {
        let missing = || Error::MissingPath { path: crate::visible::path(path) };
        let Baseline { salts, mut entries, .. } = now.ok_or_else(missing)?;
        let count = job(&mut entries);
        let whole = Baseline::new(salts, entries);
        let salts = used(whole.salts(), whole.entries());
        Ok((Contents { salts, entries: whole.entries }, count))
    })
}

/// The salts that an entry names, and one in any case.
fn used(salts: &[[u8; 32]], entries: &[Entry]) -> Vec<[u8; 32]> {
    let named: HashSet<&str> = entries.iter().map(|entry| entry.salt.as_str()).collect();
    let mut used: Vec<[u8; 32]> =
        salts.iter().filter(|salt| named.contains(salt_id(salt).as_str())).copied().collect();
    if used.is_empty() {
        used.extend(salts.first());
    }
    used
}
