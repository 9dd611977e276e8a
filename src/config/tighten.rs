//! An administrator's configuration with a repository's under it: what the repository says counts as far as it is
//! stricter, and not otherwise.
//!
//! Apart from what files of one project do to each other, because there later ones win. Only thresholds and demands are
//! taken. Whatever touches rules is left out even where it looks stricter: a rule that is turned on or raised may take
//! over the findings of another, and have less to say about them.

use crate::rule::{Confidence, Severity};

use super::{Config, Mode, PerMode, Setting};

impl Config {
    /// This administrator's configuration with whatever `other` has that is stricter.
    #[must_use]
    pub fn tightened_by(mut self, other: Self) -> Self {
        stricter(&mut self.min_confidence, &other.min_confidence, Confidence::Medium);
        stricter(&mut self.min_severity, &other.min_severity, Severity::Low);
        let wins = |mine: &mut Setting<bool>, theirs: &Setting<bool>, strict: bool| {
            if theirs.value == strict && mine.value != strict {
                *mine = theirs.clone();
            }
        };
        wins(&mut self.allow_marks.foreign, &other.allow_marks.foreign, false);
        wins(&mut self.allow_marks.require_reason, &other.allow_marks.require_reason, true);
        wins(&mut self.allow_marks.report_unused, &other.allow_marks.report_unused, true);
        wins(&mut self.ci.refuse_policy_changes, &other.ci.refuse_policy_changes, true);
        let (mine, theirs) = (&mut self.baseline.require, other.baseline.require);
        if theirs.value.iter().any(|requirement| !mine.value.contains(requirement)) {
            mine.value.extend(theirs.value);
            mine.value.sort_unstable();
            mine.value.dedup();
            mine.place = theirs.place;
        }
        self
    }
}

/// Takes the lower threshold of each mode; `default` is what holds where the administrator says nothing.
fn stricter<T: Copy + Ord>(mine: &mut PerMode<T>, theirs: &PerMode<T>, default: T) {
    for (_, mode) in Mode::ALL {
        let Some((level, place)) = theirs.of(mode).zip(theirs.place(mode)) else { continue };
        if level < mine.of(mode).unwrap_or(default) {
            mine.set(mode, level, place.clone());
        }
    }
}
