//! Where bytes come from: files, index, range, history, standard input.

pub mod ci;
pub mod coverage;
mod delta;
pub mod draft;
pub mod end;
pub mod ends;
mod every_object;
pub mod files;
mod git_child;
mod git_env;
pub mod history;
pub mod hook;
pub mod index;
pub mod life;
mod lines;
mod message;
pub(crate) mod object;
pub(crate) mod objects;
mod pack;
pub(crate) mod packs;
mod policy_files;
pub mod push;
pub mod range;
mod reftable;
mod rename;
pub mod repository;
pub(crate) mod revision;
pub mod settings;
mod shelf;
mod staging;
pub mod stdin;
pub mod stock;
pub mod tracked;
pub(crate) mod tree;
mod untouched;

use std::collections::BTreeSet;
use std::io::Read;

use crate::blob::{BlobPath, Content, Item, Origin};
use crate::error::Error;
use coverage::Coverage;
use stock::Stock;

/// Why something expected was not scanned in full. Counted in every report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GapKind {
    /// A git LFS pointer: the content is elsewhere.
    LfsPointer,
    /// A submodule (gitlink).
    Submodule,
    /// A symbolic link, not followed.
    SymbolicLink,
    /// A FIFO, socket or device, never opened.
    SpecialFile,
    /// Left out by `--exclude` or the configuration.
    Excluded,
    /// Untracked and named by `.gitignore` or `.git/info/exclude`.
    Ignored,
    /// Binary: only printable runs were searched, for token rules.
    Binary,
    /// More is encoded in it than the budget for decoding allows.
    DecodingBudget,
    /// History ends at a shallow clone's boundary.
    Shallow,
    /// Left on the server by a partial clone.
    Promised,
}

impl GapKind {
    const ALL: [Self; 10] = [
        Self::LfsPointer,
        Self::Submodule,
        Self::SymbolicLink,
        Self::SpecialFile,
        Self::Excluded,
        Self::Ignored,
        Self::Binary,
        Self::DecodingBudget,
        Self::Shallow,
        Self::Promised,
    ];

    /// The kind with this word.
    pub(crate) fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// The kebab-case word used in every report.
    pub const fn word(self) -> &'static str {
        match self {
            Self::LfsPointer => "lfs-pointer",
            Self::Submodule => "submodule",
            Self::SymbolicLink => "symbolic-link",
            Self::SpecialFile => "special-file",
            Self::Excluded => "excluded",
            Self::Ignored => "ignored",
            Self::Binary => "binary",
            Self::DecodingBudget => "decoding-budget",
            Self::Shallow => "shallow",
            Self::Promised => "promised-object",
        }
    }
}

/// Something expected that was not scanned in full.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gap {
    /// Why.
    pub kind: GapKind,
    /// What, when it has a path.
    pub path: Option<BlobPath>,
}

/// Something unexpected. Listed in every report and in the exit code.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// What, when it has a path.
    pub path: Option<BlobPath>,
    /// kebab-case kind: `unreadable`, `changed-while-read`, `capped`, `corrupt-object`, `missing-object` …
    pub kind: &'static str,
    /// One sentence, without any scalar value from the input.
    pub message: String,
}

/// What a source found to scan, and what it could not.
#[derive(Default)]
pub struct Listing {
    /// Sorted by first origin; each blob once.
    pub items: Vec<Item>,
    /// Expected and not scanned.
    pub gaps: Vec<Gap>,
    /// Unexpected.
    pub problems: Vec<Problem>,
    /// Names of files, to be searched for tokens themselves; sorted, each once.
    pub names: Vec<Origin>,
    /// What was met, for sources that account for it; what becomes of the items is added by the scan.
    pub coverage: Option<Coverage>,
}

impl Listing {
    /// Adds what another repository holds.
    pub fn add(&mut self, other: Self) {
        self.items.extend(other.items);
        self.gaps.extend(other.gaps);
        self.problems.extend(other.problems);
        self.names.extend(other.names);
        if let Some(coverage) = other.coverage {
            self.coverage.get_or_insert_default().add(coverage);
        }
    }
}

/// An opened blob.
pub enum Opened {
    /// To be read in windows.
    Stream(Box<dyn Read + Send>),
    /// Already whole in memory.
    Bytes(Vec<u8>),
}

/// A place that blobs come from. Listing is sequential, opening happens on many threads.
pub trait Source: Sync {
    /// Everything there is to scan.
    ///
    /// # Errors
    /// When the job cannot be done at all: no such path, no repository, no such revision.
    fn list(&self) -> Result<Listing, Error>;

    /// What there is to scan besides the items, once it was listed.
    fn stocks(&self) -> Vec<&dyn Stock> {
        Vec::new()
    }

    /// Opens one blob's content.
    ///
    /// # Errors
    /// A problem with this blob; the scan goes on.
    fn open(&self, content: &Content) -> Result<Opened, Problem>;

    /// The lives of secrets, each found at these spots, as far as what was listed tells; `now` is in seconds since 1970.
    /// `None` for sources without a history.
    fn lives(&self, _secrets: &[Vec<life::Spot>], _now: i64) -> Option<life::Lives> {
        None
    }

    /// The files of the working tree at paths that findings have, for sources that do not list it.
    fn working(&self, _paths: &BTreeSet<BlobPath>) -> Vec<Item> {
        Vec::new()
    }
}
