//! A baseline about to be written. Apart from the file because it spans a scan: it is opened before, to say which salts
//! the scan has to use and to fail before the work, and is written after it, to what stands in the file by then.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::entry::{Entry, Key};
use super::store::{Contents, change};
use super::{Baseline, Facts, file};
use crate::error::Error;
use crate::finding::{Finding, identity};
use crate::visible;

/// What is to be accepted, before it is.
#[derive(Debug)]
pub struct Draft {
    path: PathBuf,
    previous: Baseline,
}

/// What adding came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Added {
    /// Entries that were not there.
    pub new: usize,
    /// Entries that were, and now say something else.
    pub changed: usize,
}

impl Draft {
    /// Prepares to add entries to the baseline at `path`, which need not be there yet.
    ///
    /// # Errors
    /// When no random bytes can be had for a salt; those of [`load`](super::load) when the file is there and broken.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let previous = match file::load(path) {
            Ok(previous) => previous,
            Err(Error::MissingPath { .. }) => Baseline::new(vec![file::new_salt()?], Vec::new()),
            Err(other) => return Err(other),
        };
        Ok(Self { path: path.to_owned(), previous })
    }

    /// Prepares to write `path` anew. A file that is there is replaced only when `force` is set; then its first salt and
    /// what people wrote into its entries stay.
    ///
    /// # Errors
    /// [`Error::Usage`] when the file is there and `force` is not set; those of [`Self::open`].
    pub fn create(path: &Path, force: bool) -> Result<Self, Error> {
        if path.symlink_metadata().is_ok() && !force {
            return Err(Error::Usage {
                message: format!("there is already a baseline at {}", visible::path(path)),
                help: Some(
                    "--force replaces its entries by what is found now; `leaklint baseline update --accept` adds to them"
                        .to_owned(),
                ),
            });
        }
        Self::open(path)
    }

    /// Where it is written.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What stood in the file when it was opened.
    pub fn previous(&self) -> &Baseline {
        &self.previous
    }

    /// The salts that the findings' identities must be made with, in this order.
    pub fn salts(&self) -> &[[u8; 32]] {
        self.previous.salts()
    }

    /// A baseline with these salts and without an entry: what to scan with, so that every finding is new and has the
    /// right identity.
    pub fn blank(&self) -> Baseline {
        self.previous.emptied()
    }

    /// The baseline as it was when it was opened, with those entries only that are `settled`: what to scan with, so that
    /// all else is left.
    pub fn settled(&self, settled: impl Fn(&Entry) -> bool) -> Baseline {
        let entries = self.previous.entries.iter().filter(|entry| settled(entry)).cloned();
        Baseline::new(self.previous.salts.clone(), entries.collect())
    }

    /// The entry that stood for this finding in its place when the file was opened.
    pub fn entry_before(&self, finding: &Finding) -> Option<&Entry> {
        let path = super::path_of(finding);
        let about = self.previous.about(finding).into_iter();
        about.map(|at| &self.previous.entries[at]).find(|entry| entry.path == path)
    }

    /// As [`Self::blank`]; identities then also hold the fingerprint that reports show where there is no baseline.
    pub fn blank_for_reports(&self) -> Baseline {
        Baseline::new(self.salts().iter().copied().chain([identity::CONSTANT_SALT]).collect(), Vec::new())
    }

    /// The entry that [`Self::add`] would make.
    pub fn entry(&self, finding: &Finding, facts: &Facts) -> Entry {
        let mut entry = Entry::of(finding, &self.salts()[0]);
        entry.describe(facts.clone());
        entry
    }

    /// Adds an entry for each finding, whose identity was made with [`Self::salts`], with its facts; of an entry that
    /// is there, the facts are replaced. All else that stands in the file by now stays, also what another process has
    /// added since.
    ///
    /// # Errors
    /// [`Error::Io`] when the file cannot be locked, read or written, and those of [`Baseline::read`] when it is broken
    /// by now. The old file then stays as it is.
    pub fn add(&self, accepted: &[(&Finding, Facts)]) -> Result<Added, Error> {
        let salt = self.salts()[0];
        change(&self.path, |now| {
            let now = now.unwrap_or_else(|| Baseline::new(vec![salt], Vec::new()));
            let mut salts = now.salts;
            if !salts.contains(&salt) {
                salts.push(salt);
            }
            let mut entries = now.entries;
            let mut at: HashMap<Key, usize> =
                entries.iter().enumerate().map(|(at, entry)| (entry.key(), at)).collect();
            let mut added = Added::default();
            for (finding, facts) in accepted {
                let entry = self.entry(finding, facts);
                let known = at.get(&entry.key()).copied();
                match known {
                    None => {
                        at.insert(entry.key(), entries.len());
                        entries.push(entry);
                        added.new += 1;
                    }
                    Some(known) if entries[known].facts() != *facts => {
                        entries[known].describe(facts.clone());
                        added.changed += 1;
                    }
                    Some(_) => {}
                }
            }
            Ok((Contents { salts, entries }, added))
        })
    }

    /// Writes the findings in place of the entries that were there when it was opened, and returns how many entries
    /// there are then. New entries say what `facts` says. Entries that another process has added since stay.
    ///
    /// # Errors
    /// Those of [`Self::add`].
    pub fn replace(&self, findings: &[Finding], facts: &Facts) -> Result<usize, Error> {
        let mut entries = self.entries(findings, facts);
        let salt = self.salts()[0];
        change(&self.path, |now| {
            let mut salts = vec![salt];
            let now = now.unwrap_or_default();
            let since = |entry: &&Entry| self.previous.entries.binary_search(entry).is_err();
            let added: Vec<Entry> = now.entries.iter().filter(since).cloned().collect();
            let used = |salt: &&[u8; 32]| added.iter().any(|entry| entry.salt == super::entry::salt_id(salt));
            salts.extend(now.salts.iter().filter(used));
            let mut known: HashMap<Key, usize> =
                entries.iter().enumerate().map(|(at, entry)| (entry.key(), at)).collect();
            for entry in added {
                match known.get(&entry.key()) {
                    Some(&at) => entries[at] = entry,
                    None => {
                        known.insert(entry.key(), entries.len());
                        entries.push(entry);
                    }
                }
            }
            let count = entries.len();
            Ok((Contents { salts, entries }, count))
        })
    }

    /// An entry per value and path, each once; one for a value that is accepted anywhere.
    fn entries(&self, findings: &[Finding], facts: &Facts) -> Vec<Entry> {
        let mut entries: HashMap<(String, String), Entry> = HashMap::new();
        for finding in findings {
            let mut entry = Entry::of(finding, &self.salts()[0]);
            let before = self.previous.entries_of(&finding.identity);
            let before = before.into_iter().map(|at| &self.previous.entries[at]);
            let (here, anywhere) = before.fold((None, None), |(here, anywhere), before| {
                let (exact, all) = (before.path == entry.path, before.anywhere);
                (here.or(exact.then_some(before)), anywhere.or(all.then_some(before)))
            });
            match (here, anywhere) {
                (Some(before), _) => entry.describe(before.facts()),
                (None, Some(before)) => {
                    entry.path.clone_from(&before.path);
                    entry.describe(before.facts());
                }
                (None, None) => entry.describe(facts.clone()),
            }
            let key = (entry.path.clone(), entry.fingerprint());
            match entries.get_mut(&key) {
                // Two rules found it: the same one is named in every run.
                Some(there) if there.rule <= entry.rule => {}
                _ => drop(entries.insert(key, entry)),
            }
        }
        entries.into_values().collect()
    }
}
