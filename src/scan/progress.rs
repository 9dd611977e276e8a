//! What has been seen of a blob so far, window by window.

use std::collections::{BTreeMap, BTreeSet};

use crate::blob::{BlobPath, Item};
use crate::catalogue::RuleIndex;
use crate::finding::Finding;
use crate::rule::Text;
use crate::secret::Secret;
use crate::source::files;

use super::Harvest;
use super::marks::{Seen, Turns};

/// What has been seen of a blob so far.
#[derive(Default)]
pub(super) struct Progress {
    pub(super) harvest: Harvest,
    /// Findings of a window by path, rule and whether the change added them.
    pub(super) per_rule: BTreeMap<(usize, RuleIndex, bool), usize>,
    /// The same of the windows that were added.
    listed: BTreeMap<(BlobPath, Text, bool), usize>,
    /// How many findings are not listed because their rules have enough.
    pub(super) capped: u64,
    /// Not everything was decoded that could be.
    pub(super) cut_short: bool,
    /// Findings on lines that the change did not add, to be compared with what was suppressed before.
    pub(super) untouched: Vec<(Finding, Secret)>,
    /// How many more there are of each fingerprint, above what is kept.
    pub(super) untouched_more: BTreeMap<String, u64>,
    /// Fingerprints of the findings that a mark suppressed.
    pub(super) suppressed: BTreeSet<String>,
    /// The allow marks that were looked at.
    pub(super) seen: Seen,
    /// How often regions are turned off and on, for a change.
    pub(super) turns: Turns,
}

impl Progress {
    /// Whether what stood there before the change tells something.
    pub(super) fn needs_before(&self) -> bool {
        !self.untouched.is_empty() || self.turns.off > 0
    }

    /// Notes that nothing behind what was seen can be read.
    pub(super) fn stop(&mut self, item: &Item, error: &std::io::Error) {
        self.harvest.problems.push(files::problem(Some(item.origins[0].path.clone()), error));
    }

    /// Adds what the next window saw, except for findings of rules that have `max_per_rule` already.
    pub(super) fn add(&mut self, window: Self, max_per_rule: usize) {
        let Self {
            mut harvest, capped, cut_short, untouched, untouched_more, suppressed, seen, turns, ..
        } = window;
        seen.into_iter().for_each(|(key, sight)| self.seen.entry(key).or_default().add(sight));
        self.turns.add(turns);
        self.capped += capped;
        self.cut_short |= cut_short;
        self.suppressed.extend(suppressed);
        for (fingerprint, count) in untouched_more {
            *self.untouched_more.entry(fingerprint).or_default() += count;
        }
        for (finding, added) in std::mem::take(&mut harvest.findings) {
            if self.has_room(&finding, added, max_per_rule) {
                self.harvest.findings.push((finding, added));
            } else {
                self.capped += 1;
            }
        }
        for (finding, value) in untouched {
            if self.has_room(&finding, false, max_per_rule) {
                self.untouched.push((finding, value));
            } else {
                *self.untouched_more.entry(finding.identity.fingerprint().to_owned()).or_default() += 1;
                self.harvest.unreported.push(value);
            }
        }
        self.harvest.add(harvest);
    }

    /// Counts `finding` for its rule; false when that has enough.
    fn has_room(&mut self, finding: &Finding, added: bool, max_per_rule: usize) -> bool {
        let key = (finding.path.clone(), finding.rule.id.clone(), added);
        let count = self.listed.entry(key).or_default();
        *count += 1;
        *count <= max_per_rule
    }
}
