//! A place where a value stands, and what of a repository it is.
//!
//! Stands apart from the searches, each of which finds places of its own kind, and from the reports, which write them.

use std::collections::{BTreeMap, BTreeSet};

use super::content::Place;
use super::forms::Form;
use crate::blob::{BlobPath, Commit};
use crate::source::Problem;
use crate::source::object::{Id, Kind};

/// What of a repository or of its disk a text is. The words of the first ones are those of findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// The content of a blob.
    Blob,
    /// The name of a file or directory in a tree.
    FileName,
    /// The message of a commit.
    CommitMessage,
    /// Name or mail of a commit's author.
    Author,
    /// Name or mail of a commit's committer.
    Committer,
    /// The message of an annotated tag.
    TagMessage,
    /// Name or mail of who made a tag.
    Tagger,
    /// Another line of a commit or tag: a signature, the tag's own name.
    Header,
    /// The name of a ref.
    RefName,
    /// The log of a ref.
    Reflog,
    /// The repository's own settings.
    GitConfig,
    /// A path in the index.
    Index,
    /// Another file of git's own.
    GitFile,
    /// A file of a working tree.
    WorkingTree,
    /// A path in a working tree.
    WorkingTreeName,
}

impl Part {
    /// The kebab-case word used in reports.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Blob => "file",
            Self::FileName => "file-name",
            Self::CommitMessage => "commit-message",
            Self::Author => "author",
            Self::Committer => "committer",
            Self::TagMessage => "tag-message",
            Self::Tagger => "tagger",
            Self::Header => "header",
            Self::RefName => "ref-name",
            Self::Reflog => "reflog",
            Self::GitConfig => "git-config",
            Self::Index => "index",
            Self::GitFile => "git-file",
            Self::WorkingTree => "working-tree",
            Self::WorkingTreeName => "working-tree-name",
        }
    }

    /// False for what lies beside the repository: a rewrite does not touch it, and it is no proof against one.
    pub const fn is_stored(self) -> bool {
        !matches!(self, Self::WorkingTree | Self::WorkingTreeName)
    }
}

/// One place of one value.
pub struct Hit {
    /// What it was found in.
    pub part: Part,
    /// The object it was found in.
    pub(crate) object: Option<Id>,
    /// Path or ref name, raw: it may hold the value itself. For a blob its paths are [`Hunted::paths`]'.
    pub(crate) name: Vec<u8>,
    /// The first commit that has it under this name, for a file's name.
    pub(crate) commit: Option<Commit>,
    /// What stands there.
    pub(crate) place: Place,
    /// True for a blob that git and its tools take for binary: a zero byte among the first 8,000.
    pub(crate) binary: bool,
}

impl Hit {
    /// Which value, 1-based.
    pub const fn value(&self) -> usize {
        self.place.found.value
    }

    /// How it is written.
    pub const fn form(&self) -> Form {
        self.place.found.form
    }

    /// What orders hits in every output.
    pub(crate) fn key(&self) -> impl Ord + '_ {
        let Place { found, line, inside, .. } = &self.place;
        (self.part, &self.name, self.object, inside, *line, *found)
    }
}

/// A path that a blob had.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct PathOf {
    pub(crate) path: BlobPath,
    /// The first commit that has it there; none for what no commit holds.
    pub(crate) commit: Option<Commit>,
}

/// Everything that a hunt found, and what it could not look into.
#[derive(Default)]
pub struct Hunted {
    /// Sorted.
    pub hits: Vec<Hit>,
    /// The paths of the blobs and tags among them, sorted, at most [`PATHS`] each.
    pub(crate) paths: BTreeMap<Id, Vec<PathOf>>,
    /// Paths beyond [`PATHS`].
    pub(crate) more_paths: BTreeMap<Id, usize>,
    /// What reaches each object: `branch`, `tag`, `remote`, `stash`, `notes`, `ref`, `head`, `reflog`, `index`.
    pub(crate) reached: BTreeMap<Id, BTreeSet<&'static str>>,
    /// What was not looked into, by kebab-case reason: how often.
    pub unread: BTreeMap<&'static str, usize>,
    /// What should have been readable and was not.
    pub problems: Vec<Problem>,
    /// What was searched.
    pub counts: Counts,
}

/// Paths told of one blob.
pub(crate) const PATHS: usize = 20;

/// How much was searched.
#[derive(Clone, Copy, Default)]
pub struct Counts {
    /// Blobs.
    pub blobs: usize,
    /// Commits.
    pub commits: usize,
    /// Trees.
    pub trees: usize,
    /// Annotated tags.
    pub tags: usize,
    /// Ref names.
    pub refs: usize,
    /// Files of git's own and of working trees.
    pub files: usize,
}

impl Counts {
    pub(crate) const fn object(&mut self, kind: Kind) {
        match kind {
            Kind::Blob => self.blobs += 1,
            Kind::Commit => self.commits += 1,
            Kind::Tree => self.trees += 1,
            Kind::Tag => self.tags += 1,
        }
    }
}

impl Hunted {
    /// Notes what one thing's search could not look into.
    pub(crate) fn unread(&mut self, what: impl IntoIterator<Item = &'static str>) {
        what.into_iter().for_each(|what| *self.unread.entry(what).or_default() += 1);
    }
}
