//! Reports: one pure function per format from a [`Report`] to bytes.

pub mod failure;
pub mod human;
pub mod json;
pub mod jsonl;
pub mod marks;
pub mod output;
pub mod policy;
pub mod redact;
pub mod sarif;
pub mod summary;

mod comment;
mod counts;
mod coverage;
mod history;
mod paint;
mod snippet;
pub(crate) mod text;
pub mod timings;
mod uri;
mod v1;

use std::collections::BTreeMap;

use crate::baseline::Fate;
use crate::blob::BlobPath;
use crate::finding::{Finding, Place, RuleFacts};
use crate::source::coverage::Coverage;
use crate::source::{Gap, Problem};

pub use counts::Counts;

/// The program's name and version, as every report states it.
pub const TOOL: (&str, &str) = (env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"));

/// A match that was looked at and not reported.
#[derive(Clone)]
pub struct Dropped {
    /// Rule id.
    pub rule_id: crate::rule::Text,
    /// The path shown.
    pub path: BlobPath,
    /// Where the value stands.
    pub place: Place,
    /// kebab-case reason, see `verdict::Reason`.
    pub reason: &'static str,
    /// The value's mask.
    pub masked: String,
}

/// Everything that a run found out, sorted; a pure value.
#[derive(Clone, Default)]
pub struct Report {
    /// `scan`, `staged`, `diff` or `history`.
    pub command: &'static str,
    /// The command line that accepts all of it, masked; the human report shows it.
    pub accept: String,
    /// Sorted by path, line, column and rule.
    pub findings: Vec<Finding>,
    /// Sorted likewise; filled only for `--show-dropped`.
    pub dropped: Vec<Dropped>,
    /// Sorted.
    pub gaps: Vec<Gap>,
    /// Sorted.
    pub problems: Vec<Problem>,
    /// Counts for the summary.
    pub counts: Counts,
    /// What the judged change adds to the rules that it is judged by, sorted.
    pub policy_changes: Vec<policy::PolicyChange>,
    /// Allow marks that a person should look at, sorted.
    pub mark_notes: Vec<marks::MarkNote>,
    /// Any of the policy changes fails the run.
    pub policy_refused: bool,
    /// The clock as read once, RFC 3339 in UTC; `--now` sets it.
    pub now: String,
    /// The blobs that took longest, the slowest first; filled only for `--timings`.
    pub slowest: Vec<timings::Slow>,
    /// What became of each entry of the baseline, in its order; filled only for a survey.
    pub fates: Vec<Fate>,
    /// What a history's scan covered.
    pub coverage: Option<Coverage>,
    /// What of the counts comes from objects that a source holds by the hundred thousand, and from names of files.
    pub stocked: Counts,
    /// Every rule that could have matched (SARIF lists them), sorted by id.
    pub rules: Vec<RuleFacts>,
}

impl Report {
    /// How many gaps there are of each kind, by the kind's word.
    pub fn gap_counts(&self) -> BTreeMap<&'static str, u64> {
        let mut counts = BTreeMap::new();
        for gap in &self.gaps {
            *counts.entry(gap.kind.word()).or_default() += 1;
        }
        counts
    }
}
