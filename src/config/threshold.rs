//! The least confidence of a finding, for each kind of run.

use crate::rule::Confidence;

/// What leaklint runs as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// `scan`, `explain`, `baseline`: somebody looks at a tree.
    Scan,
    /// `staged`, `hook`: somebody commits and waits.
    Hook,
    /// `diff`: a change is to be merged.
    Ci,
    /// `history`: everything that was ever committed is gone through.
    Audit,
}

impl Mode {
    /// All of them, with their names in the configuration.
    pub const ALL: [(&'static str, Self); 4] =
        [("scan", Self::Scan), ("hook", Self::Hook), ("ci", Self::Ci), ("audit", Self::Audit)];
}

/// A confidence for each mode that has one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Thresholds([Option<Confidence>; Mode::ALL.len()]);

impl Thresholds {
    /// The same for all modes.
    pub const fn all(level: Confidence) -> Self {
        Self([Some(level); Mode::ALL.len()])
    }

    /// Sets that of one mode.
    pub const fn set(&mut self, mode: Mode, level: Confidence) {
        self.0[mode as usize] = Some(level);
    }

    /// That of one mode.
    pub const fn of(&self, mode: Mode) -> Option<Confidence> {
        self.0[mode as usize]
    }
}
