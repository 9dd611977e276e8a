//! The life of a secret in a history: since when, until when, where it went.
//!
//! Stands apart because sources find it out, findings carry it and reports tell it; it is plain data without a value.

use super::{BlobPath, Commit};

/// Entries of each list that are kept; how many there are more is counted.
pub const MOST_NAMED: usize = 100;

/// What is known of one secret, over all blobs, paths and commits that hold it.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Life {
    /// Commits that hold it and no parent of theirs does; what holds them best first, then the oldest.
    pub introduced: Vec<Commit>,
    /// Commits that no longer hold it though a parent does, the oldest first.
    pub removed: Vec<Commit>,
    /// The commit that HEAD stands on holds it.
    pub in_head: bool,
    /// It is in the index of this working tree.
    pub in_index: bool,
    /// It is in a file of this working tree, at a path where history has it.
    pub in_working_tree: bool,
    /// Local branches whose history holds it, without `refs/heads/`, sorted.
    pub branches: Vec<String>,
    /// Tags, without `refs/tags/`.
    pub tags: Vec<String>,
    /// Remote-tracking refs, without `refs/remotes/`.
    pub remotes: Vec<String>,
    /// All other refs, in full.
    pub other_refs: Vec<String>,
    /// Proof that it left this machine, or came from another one. Without it nobody knows.
    pub pushed: Option<Pushed>,
    /// Whole days from its first commit to its removal from all tips, or to now.
    pub exposure_days: Option<u64>,
    /// All paths, sorted.
    pub paths: Vec<BlobPath>,
    /// Entries beyond [`MOST_NAMED`] of all lists.
    pub omitted: u64,
}

/// When a remote-tracking ref is first known to have held it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pushed {
    /// RFC 3339 in UTC, from the ref's log; `None` when it has no log that says so.
    pub at: Option<String>,
}

impl Life {
    /// Cuts every list to [`MOST_NAMED`].
    pub fn cut(&mut self) {
        let mut omitted = 0;
        cut(&mut self.introduced, &mut omitted);
        cut(&mut self.removed, &mut omitted);
        cut(&mut self.paths, &mut omitted);
        for refs in [&mut self.branches, &mut self.tags, &mut self.remotes, &mut self.other_refs] {
            cut(refs, &mut omitted);
        }
        self.omitted += omitted;
    }

    /// Adds what another repository knows of the same secret.
    pub fn add(&mut self, other: Self) {
        self.introduced.extend(other.introduced);
        self.removed.extend(other.removed);
        self.in_head |= other.in_head;
        self.in_index |= other.in_index;
        self.branches.extend(other.branches);
        self.tags.extend(other.tags);
        self.remotes.extend(other.remotes);
        self.other_refs.extend(other.other_refs);
        for refs in [&mut self.branches, &mut self.tags, &mut self.remotes, &mut self.other_refs] {
            refs.sort();
            refs.dedup();
        }
        let at = |pushed: &Pushed| pushed.at.clone();
        self.pushed = match (self.pushed.take(), other.pushed) {
            (Some(one), Some(two)) => Some(Pushed { at: at(&one).into_iter().chain(at(&two)).min() }),
            (one, two) => one.or(two),
        };
        self.exposure_days = self.exposure_days.max(other.exposure_days);
        self.omitted += other.omitted;
    }
}

fn cut<T>(list: &mut Vec<T>, omitted: &mut u64) {
    *omitted += list.len().saturating_sub(MOST_NAMED) as u64;
    list.truncate(MOST_NAMED);
}
