//! Bytes to scan and where they come from.

pub mod encoding;
pub mod lfs;
pub mod life;
pub mod window;

use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use lfs::is_lfs_pointer;
pub use window::{TextKind, Window, Windows};

/// Path of a blob, as bytes with `/` separators: what a repository or a file system calls it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlobPath(Vec<u8>);

impl BlobPath {
    /// A path from raw bytes, `/`-separated.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        Self(bytes.to_vec())
    }

    /// A path from a file-system path.
    pub fn from_path(path: &Path) -> Self {
        let bytes = path.as_os_str().as_encoded_bytes();
        if std::path::MAIN_SEPARATOR == '/' {
            return Self(bytes.to_vec());
        }
        Self(bytes.iter().map(|&b| if b == std::path::MAIN_SEPARATOR as u8 { b'/' } else { b }).collect())
    }

    /// The raw bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The path as text for reports: valid UTF-8 as it is, each invalid byte as `\xNN`. Not yet safe for a terminal.
    pub fn text(&self) -> String {
        let mut text = String::with_capacity(self.0.len());
        for chunk in self.0.utf8_chunks() {
            text.push_str(chunk.valid());
            chunk.invalid().iter().for_each(|byte| text.push_str(&format!("\\x{byte:02x}")));
        }
        text
    }
}

/// The commit that a blob was seen in.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Commit {
    /// Full object id, hex.
    pub id: String,
    /// Author as `Name <mail>`, invalid UTF-8 replaced.
    pub author: String,
    /// Author date, RFC 3339 with the author's offset.
    pub date: String,
}

/// What of a repository a text is. Anything but a file has a virtual path below `.git/`, which no tree can hold, except
/// for a file's name, whose path is itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// A file's content; a note is one of its notes ref.
    #[default]
    File,
    /// Author, committer and message of a commit, at `.git/commits/<full id>`.
    CommitMessage,
    /// Tagger and message of an annotated tag, at `.git/tags/<full id>`.
    TagMessage,
    /// The log of a ref, at `.git/logs/<ref>`.
    Reflog,
    /// A ref's name, a line of `.git/refs`.
    RefName,
    /// A file's path.
    FileName,
    /// The repository's own settings, at `.git/config`.
    GitConfig,
}

impl Part {
    /// The word used in reports; none for files, which nearly all texts are.
    pub const fn word(self) -> Option<&'static str> {
        match self {
            Self::File => None,
            Self::CommitMessage => Some("commit-message"),
            Self::TagMessage => Some("tag-message"),
            Self::Reflog => Some("reflog"),
            Self::RefName => Some("ref-name"),
            Self::FileName => Some("file-name"),
            Self::GitConfig => Some("git-config"),
        }
    }
}

/// Where a blob's bytes come from: one (commit, path) pair that holds it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Origin {
    /// The path shown: the argument joined with the relative path.
    pub path: BlobPath,
    /// The path inside the repository, when there is one.
    pub repo_path: Option<BlobPath>,
    /// The commit, for ranges and history.
    pub commit: Option<Arc<Commit>>,
    /// What of the repository it is.
    pub part: Part,
}

/// What a source knows how to open: enough to find the bytes again.
#[derive(Clone)]
pub enum Content {
    /// A regular file.
    File(PathBuf),
    /// A git object, by its hex id.
    Object(String),
    /// A commit or an annotated tag, by its hex id: what a person wrote of it.
    Message(String),
    /// Bytes already in memory.
    Bytes(Arc<[u8]>),
    /// Standard input, which can be read once.
    Stdin,
}

impl Content {
    /// The id of the git object, hex, where it is one.
    pub fn object(&self) -> Option<&str> {
        match self {
            Self::Object(id) | Self::Message(id) => Some(id),
            Self::File(_) | Self::Bytes(_) | Self::Stdin => None,
        }
    }
}

/// Lines of a blob that a change added, as sorted, disjoint, 1-based inclusive ranges.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Added {
    /// The ranges.
    pub lines: Vec<(u64, u64)>,
}

impl Added {
    /// True when any line from `first` to `last` (1-based, inclusive) was added.
    pub fn touches(&self, first: u64, last: u64) -> bool {
        let at = self.lines.partition_point(|&(_, end)| end < first);
        self.lines.get(at).is_some_and(|&(start, _)| start <= last)
    }
}

/// One blob to scan: its content, every place that holds it, and what of it counts.
#[derive(Clone)]
pub struct Item {
    /// Where to read the bytes.
    pub content: Content,
    /// Sorted; at least one.
    pub origins: Vec<Origin>,
    /// Only findings on these lines count; `None`: all of it.
    pub added: Option<Added>,
    /// The content before the change, to see what it no longer suppresses.
    pub before: Option<Content>,
}
