//! What is asked of a source about secrets that were found in it, and what it answers.
//!
//! Stands apart from the history because who asks knows nothing of commits, and who answers nothing of values.

use super::history::reach::Reach;
use crate::blob::life::Life;
use crate::blob::{BlobPath, Part};

/// A place where a secret was found.
pub struct Spot {
    /// The object's id, hex; `None` for what is no object.
    pub object: Option<String>,
    /// The path shown.
    pub path: BlobPath,
    /// What of the repository it is.
    pub part: Part,
    /// 1-based.
    pub line: u64,
}

/// What is known of a spot.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Facts {
    /// What leads to it.
    pub(crate) reach: Reach,
    /// Where its first commit stands among all: what holds it best first, then the oldest.
    pub first: Option<(usize, u32)>,
}

/// The answer.
pub struct Lives {
    /// For each secret.
    pub lives: Vec<Life>,
    /// For each secret and spot.
    pub facts: Vec<Vec<Facts>>,
}
