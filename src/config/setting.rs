//! A value of the configuration and where it was set, so that `config show` and every listing can say so.

use std::sync::Arc;

use crate::rule::{Confidence, Severity};

/// A place in a configuration file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file: `/`-separated from the repository's root, or as it was named.
    pub file: Arc<str>,
    /// 1-based.
    pub line: u64,
}

/// Something that was written into a configuration file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written<T> {
    /// What.
    pub value: T,
    /// Where.
    pub place: Place,
}

/// A setting that has a default.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting<T> {
    /// What holds.
    pub value: T,
    /// Where it was set; `None`: it is the default.
    pub place: Option<Place>,
}

impl<T> Setting<T> {
    /// The default.
    pub const fn default_of(value: T) -> Self {
        Self { value, place: None }
    }

    /// Takes `other` where a file sets it.
    pub(super) fn give_way(&mut self, other: Self) {
        if other.place.is_some() {
            *self = other;
        }
    }
}

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

/// A value for each mode that has one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PerMode<T>([Option<Written<T>>; Mode::ALL.len()]);

/// The least confidence of a finding, for each kind of run.
pub type Thresholds = PerMode<Confidence>;
/// The least severity of a finding, for each kind of run.
pub type Severities = PerMode<Severity>;

impl<T> Default for PerMode<T> {
    fn default() -> Self {
        Self([const { None }; Mode::ALL.len()])
    }
}

impl<T: Copy> PerMode<T> {
    /// Sets that of one mode.
    pub fn set(&mut self, mode: Mode, value: T, place: Place) {
        self.0[mode as usize] = Some(Written { value, place });
    }

    /// That of one mode.
    pub fn of(&self, mode: Mode) -> Option<T> {
        self.0[mode as usize].as_ref().map(|written| written.value)
    }

    /// Where that of one mode was set.
    pub fn place(&self, mode: Mode) -> Option<&Place> {
        self.0[mode as usize].as_ref().map(|written| &written.place)
    }

    /// True when no mode has a value of its own.
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(Option::is_none)
    }

    /// What each mode has, without places: for comparing.
    pub fn values(&self) -> [Option<T>; Mode::ALL.len()] {
        Mode::ALL.map(|(_, mode)| self.of(mode))
    }

    /// Takes of `other` what it sets.
    pub(super) fn give_way(&mut self, other: Self) {
        for (mine, theirs) in self.0.iter_mut().zip(other.0) {
            if theirs.is_some() {
                *mine = theirs;
            }
        }
    }
}
