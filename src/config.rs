//! `.leaklint.yaml`: what a project wants to be scanned differently.
//!
//! Raw type, then valid type, all mistakes of all files at once. Somebody may point `--config` at any file, so no scalar
//! value of it is ever shown; keys are.

use std::sync::Arc;

use crate::report::output::Format;
use crate::rule::{Confidence, Rule, Severity};

mod allow;
mod error;
pub mod keys;
mod load;
mod policy;
mod reader;
mod rules;
mod sections;
mod selector;
mod setting;
mod tighten;

pub use allow::{Allow, compile};
pub use load::{Files, LARGEST_FILE, Start, Unread, climb};
pub use policy::{Allowing, At, Policy};
pub use selector::Selector;
pub use setting::{Mode, PerMode, Place, Setting, Severities, Thresholds, Written};

/// A valid configuration: that of a file with all that it extends.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// The files that were read, in the order in which they count: later ones win.
    pub files: Vec<Arc<str>>,
    /// Globs of paths that are not scanned, as `--exclude` takes them.
    pub exclude: Vec<Written<String>>,
    /// Rules turned off and on; of those that select a rule the last counts.
    pub switches: Vec<Written<Switch>>,
    /// Facts of rules that are changed, in order.
    pub changes: Vec<Written<Change>>,
    /// Rules of the project itself.
    pub rules: Vec<Written<Rule>>,
    /// Findings that are known to be none.
    pub allow: Vec<Written<Allow>>,
    /// Findings below it are counted, not reported.
    pub min_confidence: Thresholds,
    /// Likewise.
    pub min_severity: Severities,
    /// What differs by path; the last that matches counts, key by key.
    pub overrides: Vec<Written<Override>>,
    /// Limits of a run.
    pub limits: Limits,
    /// Form of the report.
    pub format: PerMode<Format>,
    /// Which allow marks hold.
    pub allow_marks: AllowMarks,
    /// The accepted findings.
    pub baseline: BaselineSettings,
    /// How changes are judged.
    pub ci: Ci,
}

/// Turns rules off or on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Switch {
    /// Which rules.
    pub rules: Selector,
    /// On or off.
    pub on: bool,
}

/// Changes facts of rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Which rules.
    pub rules: Vec<Selector>,
    /// Their severity from now on.
    pub severity: Option<Severity>,
    /// Their confidence from now on.
    pub confidence: Option<Confidence>,
}

/// What differs in files whose path matches.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Override {
    /// Globs of paths.
    pub paths: Vec<String>,
    /// The least confidence there.
    pub min_confidence: Thresholds,
    /// The least severity there.
    pub min_severity: Severities,
    /// Rules that find nothing there.
    pub rules_off: Option<Vec<Selector>>,
}

/// Limits of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Most findings of one rule in one file; the rest is counted as a problem.
    pub max_findings_per_rule: Setting<usize>,
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_findings_per_rule: Setting::default_of(Self::FINDINGS_PER_RULE) }
    }
}

impl Limits {
    /// Findings of one rule in one file unless a file says otherwise.
    pub const FINDINGS_PER_RULE: usize = 100;
}

/// Which allow marks hold, and what is said about them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AllowMarks {
    /// Those of other tools hold too.
    pub foreign: Setting<bool>,
    /// Only those with a reason hold.
    pub require_reason: Setting<bool>,
    /// Those that suppress nothing are named.
    pub report_unused: Setting<bool>,
}

impl Default for AllowMarks {
    fn default() -> Self {
        let (yes, no) = (Setting::default_of(true), Setting::default_of(false));
        Self { foreign: yes, report_unused: no.clone(), require_reason: no }
    }
}

/// The accepted findings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaselineSettings {
    /// The file: `/`-separated, from the repository's root.
    pub path: Setting<Option<String>>,
    /// What each entry has to say.
    pub require: Setting<Vec<Requirement>>,
}

impl Default for BaselineSettings {
    fn default() -> Self {
        Self { path: Setting::default_of(None), require: Setting::default_of(Vec::new()) }
    }
}

/// What an entry of the baseline has to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Requirement {
    /// Why the finding is accepted.
    Reason,
    /// Who answers for it.
    Owner,
}

impl Requirement {
    /// Both, with their words in the configuration.
    pub const ALL: [(&'static str, Self); 2] = [("reason", Self::Reason), ("owner", Self::Owner)];
}

/// How changes are judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ci {
    /// A change that adds to configuration, baseline or allow marks is refused.
    pub refuse_policy_changes: Setting<bool>,
}

impl Default for Ci {
    fn default() -> Self {
        Self { refuse_policy_changes: Setting::default_of(false) }
    }
}

impl Config {
    /// Whether there is none at all.
    pub const fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// Whether `rule` runs.
    pub fn runs(&self, rule: &Rule) -> bool {
        let mut switches = self.switches.iter().rev();
        switches.find(|switch| switch.value.rules.selects(rule)).is_none_or(|switch| switch.value.on)
    }

    /// `rules` and the project's own as this configuration changes them; those that do not run left out.
    pub fn applied_to(&self, rules: Vec<Rule>) -> Vec<Rule> {
        let own = self.rules.iter().map(|rule| rule.value.clone());
        let mut rules: Vec<Rule> = rules.into_iter().chain(own).collect();
        if !self.switches.is_empty() {
            rules.retain(|rule| self.runs(rule));
        }
        for Written { value: change, .. } in &self.changes {
            let selected = |rule: &&mut Rule| change.rules.iter().any(|selector| selector.selects(rule));
            for rule in rules.iter_mut().filter(selected) {
                rule.severity = change.severity.unwrap_or(rule.severity);
                rule.confidence = change.confidence.unwrap_or(rule.confidence);
            }
        }
        rules
    }

    /// The globs of `exclude`.
    pub fn excluded(&self) -> Vec<String> {
        self.exclude.iter().map(|glob| glob.value.clone()).collect()
    }

    /// Takes what a file says that counts more.
    fn give_way(&mut self, other: Self) {
        self.files.extend(other.files);
        self.exclude.extend(other.exclude);
        self.switches.extend(other.switches);
        self.changes.extend(other.changes);
        self.rules.extend(other.rules);
        self.allow.extend(other.allow);
        self.min_confidence.give_way(other.min_confidence);
        self.min_severity.give_way(other.min_severity);
        self.overrides.extend(other.overrides);
        self.limits.max_findings_per_rule.give_way(other.limits.max_findings_per_rule);
        self.format.give_way(other.format);
        self.allow_marks.foreign.give_way(other.allow_marks.foreign);
        self.allow_marks.require_reason.give_way(other.allow_marks.require_reason);
        self.allow_marks.report_unused.give_way(other.allow_marks.report_unused);
        self.baseline.path.give_way(other.baseline.path);
        self.baseline.require.give_way(other.baseline.require);
        self.ci.refuse_policy_changes.give_way(other.ci.refuse_policy_changes);
    }
}

#[cfg(test)]
mod tests;
