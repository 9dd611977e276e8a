//! The baseline: the accepted findings, committed next to the code.
//!
//! A run is split into what the baseline knows and what is new by looking up values, never by comparing findings with
//! entries one by one. The path of an entry is a hint: it tells a moved secret, which stays known, from a copy, which
//! is new. `docs/baseline.md` describes the format and what a stolen baseline reveals.

pub mod compare;
pub mod decisions;
mod draft;
mod entry;
pub mod facts;
mod file;
mod flaws;
pub mod keep;
mod late;
mod read;
mod sheet;
mod store;
mod survey;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use jiff::civil::Date;

use crate::blob::BlobPath;
use crate::finding::{Finding, Lapsed, identity};

pub use draft::{Added, Draft};
pub use entry::Entry;
pub use facts::{Facts, Status};
pub use file::{LARGEST_FILE, bytes_of, load};
pub use late::Late;
pub use survey::Fate;

/// The version that this program reads and writes.
pub const VERSION: u64 = 1;

/// Accepted findings, ready to be looked up.
#[derive(Clone, Debug, Default)]
pub struct Baseline {
    salts: Vec<[u8; 32]>,
    entries: Vec<Entry>,
    /// Per salt, in the order of `salts`: fingerprint to indices of entries.
    index: Vec<HashMap<String, Vec<usize>>>,
}

/// What a baseline says of a finding; the number is the index of the entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Nothing.
    New,
    /// It is accepted.
    Known(usize),
    /// It was, until the entry's last day had gone by.
    Expired(usize),
}

/// What a run looked at.
#[derive(Clone, Copy)]
pub enum Scope<'s> {
    /// One state of a tree. `unread` says whether a file stands at a path of an entry that the run has not scanned in
    /// full; such a file is taken to hold still what the entry says, so the same value elsewhere is a copy.
    Tree {
        /// Takes the path as in the baseline.
        unread: &'s dyn Fn(&str) -> bool,
    },
    /// Many states side by side, where a move cannot be told from a copy: a strong value is known wherever it was, a
    /// weak one in every file of the same name.
    History,
}

impl Baseline {
    /// Reads a baseline. `display_name` names it in errors and is escaped there.
    ///
    /// # Errors
    /// When it is no baseline of this version, is torn, holds conflict markers or a line that is no entry; up to ten
    /// such lines at once, and without a byte of what they hold.
    pub fn read(bytes: &[u8], display_name: &str) -> Result<Self, crate::error::Error> {
        file::check_size(bytes.len() as u64, display_name)?;
        let (salts, entries) = read::read(bytes, display_name)?;
        Ok(Self::new(salts, entries))
    }

    /// Reads one baseline of which git could not merge the sides: both count, conflict markers and what stood before
    /// are left out.
    ///
    /// # Errors
    /// Those of [`Self::read`] for all other lines.
    pub fn read_conflicted(bytes: &[u8], display_name: &str) -> Result<Self, crate::error::Error> {
        Self::read(&read::without_conflicts(bytes), display_name)
    }

    fn new(salts: Vec<[u8; 32]>, mut entries: Vec<Entry>) -> Self {
        entries.sort();
        // The fullest of several lines about one finding: two branches may have described it differently.
        entries.dedup_by(|later, kept| {
            let same = later.is_same(kept);
            if same && later.described() > kept.described() {
                std::mem::swap(later, kept);
            }
            same
        });
        let ids: Vec<String> = salts.iter().map(entry::salt_id).collect();
        let mut index = vec![HashMap::<String, Vec<usize>>::new(); salts.len()];
        for (at, entry) in entries.iter().enumerate() {
            if let Some(salt) = ids.iter().position(|id| *id == entry.salt) {
                index[salt].entry(entry.fingerprint()).or_default().push(at);
            }
        }
        Self { salts, entries, index }
    }

    /// The salts, sorted. An [`Identity`](identity::Identity) must be made with all of them, in this order.
    pub fn salts(&self) -> &[[u8; 32]] {
        &self.salts
    }

    /// The same salts and nothing accepted: a run with it gives every finding the same identity.
    #[must_use]
    pub fn emptied(&self) -> Self {
        Self::new(self.salts.clone(), Vec::new())
    }

    /// The accepted findings, sorted, each once.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// For each finding what the baseline says of it on the day `today` (UTC).
    ///
    /// Hand in every finding of the blobs that were scanned, those on lines that a change did not touch included:
    /// where a value still stands decides whether it was moved or copied.
    pub fn standings(&self, findings: &[Finding], scope: &Scope<'_>, today: Date) -> Vec<Standing> {
        let paths: Vec<String> = findings.iter().map(path_of).collect();
        let mut groups: HashMap<&[String], Vec<usize>> = HashMap::new();
        for (at, finding) in findings.iter().enumerate() {
            groups.entry(&finding.identity.hashes).or_default().push(at);
        }
        let mut groups: Vec<Vec<usize>> = groups.into_values().collect();
        groups.sort_unstable();
        let mut standings = vec![Standing::New; findings.len()];
        let mut spent = vec![false; self.entries.len()];
        for group in groups {
            let entries = self.entries_of(&findings[group[0]].identity);
            if entries.is_empty() {
                continue;
            }
            let here: BTreeSet<&str> = group.iter().map(|&at| paths[at].as_str()).collect();
            let cover = self.covered(&here, &entries, scope, today, &mut spent);
            for &at in &group {
                if let Some(&entry) = cover.get(paths[at].as_str()) {
                    let lapsed = self.entries[entry].is_expired(today);
                    standings[at] = if lapsed { Standing::Expired(entry) } else { Standing::Known(entry) };
                }
            }
        }
        standings
    }

    /// The history of the entry with this index, which is expired.
    pub fn lapsed(&self, entry: usize) -> Option<Lapsed> {
        self.entries.get(entry)?.lapsed()
    }

    /// Indices of the entries about this finding's value, wherever they say it is, sorted.
    pub fn about(&self, finding: &Finding) -> Vec<usize> {
        self.entries_of(&finding.identity)
    }

    /// Indices of the entries of this value under any salt, sorted.
    fn entries_of(&self, identity: &identity::Identity) -> Vec<usize> {
        let under = |(index, hash): (&HashMap<String, Vec<usize>>, &String)| index.get(hash).cloned();
        let mut found: Vec<usize> =
            self.index.iter().zip(&identity.hashes).filter_map(under).flatten().collect();
        found.sort_unstable();
        found
    }

    /// Of the paths where one value stands `here` those that its `entries` cover, each with the entry: one that still
    /// holds, if there is one.
    fn covered<'p>(
        &self,
        here: &BTreeSet<&'p str>,
        entries: &[usize],
        scope: &Scope<'_>,
        today: Date,
        spent: &mut [bool],
    ) -> HashMap<&'p str, usize> {
        // Those that hold come first, and what covers a path first stays.
        let (mut holding, expired): (Vec<usize>, Vec<usize>) =
            entries.iter().partition(|&&at| !self.entries[at].is_expired(today));
        let ends = holding.len();
        holding.extend(expired);
        let ordered = holding;
        let mut cover: HashMap<&'p str, usize> = HashMap::new();
        for &at in &ordered {
            if let Some(path) = here.get(self.entries[at].path.as_str()) {
                cover.entry(path).or_insert(at);
            }
        }
        let anywhere = ordered.iter().position(|&at| self.entries[at].anywhere);
        if let Some(at) = anywhere.filter(|at| *at < ends) {
            let lapsed = |cover: &HashMap<&str, usize>, path| {
                cover.get(path).is_none_or(|&entry| self.entries[entry].is_expired(today))
            };
            let open: Vec<&'p str> = here.iter().copied().filter(|path| lapsed(&cover, *path)).collect();
            cover.extend(open.into_iter().map(|path| (path, ordered[at])));
            return cover;
        }
        let elsewhere: Vec<&'p str> = here.iter().copied().filter(|path| !cover.contains_key(path)).collect();
        if !elsewhere.is_empty() {
            let halves = [&ordered[..ends], &ordered[ends..]];
            match scope {
                Scope::History => self.anytime(&elsewhere, &ordered, &mut cover),
                Scope::Tree { unread } => {
                    let gone = |at: &usize| {
                        let path = self.entries[*at].path.as_str();
                        !spent[*at] && !here.contains(path) && !unread(path)
                    };
                    let gone = halves.map(|half| half.iter().copied().filter(gone).collect::<Vec<_>>());
                    gone.iter().for_each(|gone| self.moved(&elsewhere, gone, &mut cover, spent));
                }
            }
        }
        if let Some(at) = anywhere {
            here.iter().for_each(|path| {
                cover.entry(path).or_insert(ordered[at]);
            });
        }
        cover
    }

    /// In a history: a strong value wherever it is, a weak one in files of the same name.
    fn anytime<'p>(&self, elsewhere: &[&'p str], ordered: &[usize], cover: &mut HashMap<&'p str, usize>) {
        let mut by_name: HashMap<&str, usize> = HashMap::new();
        ordered.iter().for_each(|&at| {
            by_name.entry(file_name(&self.entries[at].path)).or_insert(at);
        });
        let strong = ordered.iter().copied().find(|&at| self.entries[at].is_strong());
        for &path in elsewhere {
            if let Some(at) = strong.or_else(|| by_name.get(file_name(path)).copied()) {
                cover.entry(path).or_insert(at);
            }
        }
    }

    /// In a tree: each path that the value has left covers one where it turned up.
    fn moved<'p>(
        &self,
        elsewhere: &[&'p str],
        gone: &[usize],
        cover: &mut HashMap<&'p str, usize>,
        spent: &mut [bool],
    ) {
        let open: Vec<&'p str> = elsewhere.iter().copied().filter(|path| !cover.contains_key(path)).collect();
        let mut left: BTreeMap<&str, usize> = BTreeMap::new();
        gone.iter().for_each(|&at| {
            left.entry(self.entries[at].path.as_str()).or_insert(at);
        });
        let moved = moves(&left.keys().copied().collect(), &open);
        let from: HashSet<&str> = moved.iter().map(|(from, _)| *from).collect();
        gone.iter().for_each(|&at| spent[at] = from.contains(self.entries[at].path.as_str()));
        cover.extend(moved.iter().map(|&(from, to)| (to, left[from])));
    }
}

/// The path of a finding in the baseline's terms.
pub fn path_of(finding: &Finding) -> String {
    path_text(finding.repo_path.as_ref(), &finding.path)
}

/// A path in the baseline's terms: inside the repository when there is one, as text.
pub fn path_text(repo_path: Option<&BlobPath>, path: &BlobPath) -> String {
    let path = repo_path.unwrap_or(path).text();
    path.strip_prefix("./").map_or(path.clone(), str::to_owned)
}

/// Pairs paths that a value has left with paths where it turned up, each at most once: a file that kept its name
/// first, then in order.
fn moves<'a, 'b>(left: &BTreeSet<&'a str>, turned_up: &[&'b str]) -> Vec<(&'a str, &'b str)> {
    let mut by_name: HashMap<&str, Vec<&'a str>> = HashMap::new();
    left.iter().rev().for_each(|path| by_name.entry(file_name(path)).or_default().push(path));
    let mut moved = Vec::new();
    let mut others = Vec::new();
    for &to in turned_up {
        match by_name.get_mut(file_name(to)).and_then(Vec::pop) {
            Some(from) => moved.push((from, to)),
            None => others.push(to),
        }
    }
    let taken: HashSet<&str> = moved.iter().map(|(from, _)| *from).collect();
    let rest = left.iter().copied().filter(|path| !taken.contains(path));
    moved.extend(rest.zip(others));
    moved
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

#[cfg(test)]
mod tests;
