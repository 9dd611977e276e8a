//! What a history adds to a finding: what leads to it, every line it stood on, and the life of its secret.
//!
//! Stands apart because only `leaklint history` has it.

use std::sync::Arc;

use super::Place;
use crate::blob::life::Life;

/// A finding of a history stands for all versions of a file that hold the same secret.
#[derive(Clone)]
pub struct History {
    /// What leads to it: `branch`, `tag`, `remote`, `notes`, `ref`, `stash`, `head`, `index`, `reflog`, `unreachable`,
    /// and `local` where only names lead that no push sends.
    pub reachability: Vec<&'static str>,
    /// Where it stood, each place once, the first version first.
    pub lines: Vec<Standing>,
    /// The life of the secret; findings of the same secret share it.
    pub life: Arc<Life>,
    /// The finding to show where one stands for the secret: that of its first commit.
    pub is_first: bool,
}

/// A place in one version of a file.
#[derive(Clone, PartialEq, Eq)]
pub struct Standing {
    /// Where in it.
    pub place: Place,
    /// Id of the object, hex; `None` for what is no object.
    pub object: Option<String>,
    /// First commit that has it there.
    pub commit: Option<String>,
}
