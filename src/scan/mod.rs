//! The one place that knows all stages: lists a source, scans its blobs on many threads, gathers, sorts.

mod blob;
mod pair;

use rayon::prelude::*;

use crate::blob::{Content, Item};
use crate::catalogue::{Catalogue, RuleIndex};
use crate::detect::{self, Tiers};
use crate::error::Error;
use crate::finding::{Finding, RuleFacts};
use crate::report::redact::Redactor;
use crate::report::{Counts, Dropped, Report};
use crate::rule::Confidence;
use crate::secret::Secret;
use crate::source::{Gap, Problem, Source};
use crate::verdict::{self, PathFacts, Verdict};

/// Most findings of one rule in one blob; the rest is counted as a problem.
pub const MOST_PER_RULE: usize = 100;

/// What a scan is asked for.
pub struct Options {
    /// Findings below this are counted, not reported.
    pub min_confidence: Confidence,
    /// Whether allow marks hold.
    pub allow: bool,
    /// Whether dropped matches are listed.
    pub show_dropped: bool,
    /// Name of the command, for the report.
    pub command: &'static str,
    /// The clock, RFC 3339 in UTC.
    pub now: String,
}

/// What came out of one blob, or of many.
#[derive(Default)]
pub(crate) struct Harvest {
    findings: Vec<Finding>,
    found: Vec<Secret>,
    unreported: Vec<Secret>,
    dropped: Vec<Dropped>,
    gaps: Vec<Gap>,
    problems: Vec<Problem>,
    counts: Counts,
}

/// Scans everything that `source` lists and reports it.
///
/// # Errors
/// When the source cannot be listed at all.
pub fn run(source: &dyn Source, catalogue: &Catalogue, options: &Options) -> Result<Report, Error> {
    let listing = source.list()?;
    let scan = blob::Scan::new(source, catalogue, options);
    let harvests: Vec<Harvest> =
        listing.items.par_iter().map_init(Vec::new, |buffer, item| scan.item(item, buffer)).collect();
    let mut all = Harvest { gaps: listing.gaps, problems: listing.problems, ..Harvest::default() };
    harvests.into_iter().for_each(|harvest| all.add(harvest));
    Ok(report(all, catalogue, options))
}

/// The rules that `text` hits when it stands in a file where every reader applies: for rules' own examples.
pub fn probe(catalogue: &Catalogue, text: &[u8]) -> Vec<RuleIndex> {
    let path = PathFacts::of(b"example.env");
    let matches = detect::detect(text, catalogue, Tiers::All);
    let kept = matches.iter().filter_map(|m| match verdict::judge(text, m, path, catalogue) {
        Verdict::Kept(judged) => Some(judged),
        Verdict::Dropped(_) => None,
    });
    let (stay, _) = verdict::resolve(kept.collect(), catalogue);
    stay.into_iter().map(|judged| judged.rule).collect()
}

impl Harvest {
    fn add(&mut self, other: Self) {
        self.findings.extend(other.findings);
        self.found.extend(other.found);
        self.unreported.extend(other.unreported);
        self.dropped.extend(other.dropped);
        self.gaps.extend(other.gaps);
        self.problems.extend(other.problems);
        let (counts, more) = (&mut self.counts, other.counts);
        counts.files += more.files;
        counts.bytes += more.bytes;
        counts.below_confidence += more.below_confidence;
        counts.allowed += more.allowed;
        counts.not_added += more.not_added;
        more.dropped
            .into_iter()
            .for_each(|(reason, count)| *counts.dropped.entry(reason).or_default() += count);
    }
}

/// Sorts, takes the baseline's findings out and masks every value in whatever else is emitted.
fn report(all: Harvest, catalogue: &Catalogue, options: &Options) -> Report {
    let Harvest { mut findings, found, unreported, mut dropped, mut gaps, mut problems, counts } = all;
    findings.sort_by(|a, b| order(a).cmp(&order(b)));
    dropped.sort_by(|a, b| {
        (&a.path, a.place, &a.rule_id, a.reason).cmp(&(&b.path, b.place, &b.rule_id, b.reason))
    });
    gaps.sort();
    problems.sort();
    problems.dedup();
    let mut rules: Vec<RuleFacts> = catalogue.rules().iter().map(RuleFacts::of).collect();
    rules.sort_by(|a, b| a.id.cmp(&b.id));
    let (command, now) = (options.command, options.now.clone());
    let mut report = Report { command, findings, dropped, gaps, problems, counts, now, rules };
    Redactor::new(&found, &unreported).report(&mut report);
    report
}

fn order(finding: &Finding) -> impl Ord + '_ {
    (&finding.path, finding.place, finding.rule.id.as_ref(), &finding.commit)
}

/// The findings of a blob's content before a change, suppressed ones told apart: what the change uncovered counts as
/// added.
pub(crate) fn content_item(item: &Item, content: &Content) -> Item {
    Item { content: content.clone(), origins: item.origins.clone(), added: None, before: None }
}
