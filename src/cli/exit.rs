//! What the process tells its caller.

use crate::report::Report;

/// The exit codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// 0: nothing found.
    Clean,
    /// 1: findings.
    Findings,
    /// 2: problems without findings, or the job could not be done.
    Incomplete,
}

impl Exit {
    /// The number.
    pub const fn code(self) -> u8 {
        match self {
            Self::Clean => 0,
            Self::Findings => 1,
            Self::Incomplete => 2,
        }
    }

    /// What `report` comes to. With `require_complete` any gap or problem outweighs findings.
    pub fn of(report: &Report, require_complete: bool) -> Self {
        let incomplete = !report.gaps.is_empty() || !report.problems.is_empty();
        if require_complete && incomplete {
            Self::Incomplete
        } else if !report.findings.is_empty() || report.policy_refused {
            Self::Findings
        } else if !report.problems.is_empty() {
            Self::Incomplete
        } else {
            Self::Clean
        }
    }
}
