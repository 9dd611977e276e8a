//! The one place that knows all stages: lists a source, scans its blobs on many threads, gathers, sorts.

mod blob;
mod expiry;
mod history;
mod keep;
mod known;
mod large;
mod levels;
mod lost;
mod marks;
mod names;
mod pair;
mod progress;
mod ruling;
mod stock;
mod subject;
pub mod trace;

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use rayon::prelude::*;

use crate::allow::Honoured;
use crate::baseline::{Baseline, Entry, Fate, Late, Scope, Standing, facts, path_text};
use crate::blob::{BlobPath, Content, Item, Part};
use crate::cache::Memory;
use crate::catalogue::{Catalogue, RuleIndex};
use crate::config::Policy;
use crate::detect::{self, Tiers};
use crate::error::Error;
use crate::finding::{Finding, RuleFacts};
use crate::report::marks::MarkNote;
use crate::report::policy::PolicyChange;
use crate::report::redact::Redactor;
use crate::report::timings::{MOST_NAMED, Slow};
use crate::report::{Counts, Dropped, Report};
use crate::runs;
use crate::secret::Secret;
use crate::source::coverage::Coverage;
use crate::source::{Gap, GapKind, Problem, Source};
use crate::timing::{self, Stage};
use crate::verdict::{self, PathFacts, Verdict};

use subject::Subject;

/// What a scan is asked for.
pub struct Options<'o> {
    /// Thresholds, and what the configuration says of single findings.
    pub policy: &'o Policy,
    /// Which allow marks hold; `None`: no mark at all.
    pub allow: Option<Honoured>,
    /// Whether marks that suppress nothing are looked for in files without findings too.
    pub unused_marks: bool,
    /// Whether dropped matches are listed.
    pub show_dropped: bool,
    /// What the change that is judged adds to configuration and baseline; its allow marks are then listed too.
    pub change: Option<&'o [PolicyChange]>,
    /// The accepted findings.
    pub baseline: &'o Late,
    /// Whether a file stands at a path of the repository in the state that is scanned; `None` when many states are
    /// scanned side by side.
    pub stands: Option<&'o (dyn Fn(&str) -> bool + Sync)>,
    /// Tell what became of the baseline's entries, but for those of rules with these ids, which do not run.
    pub survey: Option<&'o BTreeSet<String>>,
    /// What earlier runs learned of a repository's objects.
    pub memory: Option<&'o dyn Memory>,
    /// Name of the command, for the report.
    pub command: &'static str,
    /// The clock.
    pub now: jiff::Timestamp,
}

/// Is shown every finding with its value, accepted ones too, from several threads and in no order.
pub type Witness<'w> = dyn Fn(&Finding, &Secret) + Sync + 'w;

/// What scanning one blob needs of the options; shared by all threads.
pub(crate) struct Settings<'o> {
    policy: &'o Policy,
    allow: Option<Honoured>,
    /// Whether marks are told of that a person should look at.
    note_marks: bool,
    unused_marks: bool,
    show_dropped: bool,
    list_marks: bool,
    baseline: &'o Late,
    now: jiff::Timestamp,
    witness: Option<&'o Witness<'o>>,
}

impl<'o> Settings<'o> {
    /// The salts that identities are made with: only now the baseline is needed.
    pub(crate) fn salts(&self) -> &'o [[u8; 32]] {
        self.baseline.salts()
    }

    fn of(options: &Options<'o>, witness: Option<&'o Witness<'o>>) -> Self {
        Self {
            policy: options.policy,
            allow: options.allow,
            // In a history every version of a file would repeat them.
            note_marks: options.stands.is_some(),
            unused_marks: options.unused_marks && options.stands.is_some(),
            show_dropped: options.show_dropped,
            list_marks: options.change.is_some() && options.allow.is_some(),
            now: options.now,
            baseline: options.baseline,
            witness,
        }
    }
}

/// What came out of one blob, or of many.
#[derive(Default)]
pub(crate) struct Harvest {
    /// Each with whether it counts: what a change did not add is needed only to tell moves from copies.
    findings: Vec<(Finding, bool)>,
    found: Vec<Secret>,
    unreported: Vec<Secret>,
    dropped: Vec<Dropped>,
    gaps: Vec<Gap>,
    problems: Vec<Problem>,
    marks: Vec<PolicyChange>,
    mark_notes: Vec<MarkNote>,
    /// Something matched, whatever became of it.
    matched: bool,
    counts: Counts,
}

/// Scans everything that `source` lists and reports it.
///
/// # Errors
/// When the source cannot be listed at all, or something is found and the baseline cannot be read.
pub fn run(source: &dyn Source, catalogue: &Catalogue, options: &Options<'_>) -> Result<Report, Error> {
    run_before(source, catalogue, options, None)
}

/// The same before a witness.
///
/// # Errors
/// Those of [`run`].
pub fn run_before(
    source: &dyn Source,
    catalogue: &Catalogue,
    options: &Options<'_>,
    witness: Option<&Witness<'_>>,
) -> Result<Report, Error> {
    let mut listing = timing::stage(Stage::List, || source.list())?;
    let named = listing.items.len();
    listing.items.extend(names::items(&listing.names, catalogue));
    let settings = Settings::of(options, witness);
    let scan = blob::Scan::new(source, catalogue, &settings);
    let mut all = Harvest { gaps: listing.gaps, problems: listing.problems, ..Harvest::default() };
    let mut coverage = listing.coverage;
    let (mut slowest, mut stocked) = (Slowest::default(), Counts::default());
    for (number, (harvest, took)) in small(&scan, &listing.items).into_iter().enumerate() {
        let item = &listing.items[number];
        let (item, started) = (Subject::Item(item), Instant::now());
        let (harvest, took) = match harvest {
            Some(harvest) => (harvest, took),
            None => (Box::new(scan.large(&item)), started.elapsed()),
        };
        coverage.iter_mut().for_each(|coverage| harvest.count(item.part(), coverage));
        slowest.saw(&item, took);
        if number >= named {
            stocked.add(harvest.counts.clone());
        }
        all.add(*harvest);
    }
    for stock in source.stocks() {
        let mut harvest = Harvest::default();
        stock::scan(&scan, stock, options.memory, &mut harvest, &mut coverage, &mut slowest);
        stocked.add(harvest.counts.clone());
        all.add(harvest);
    }
    history::tell(&scan, source, &mut all.findings, options.now);
    let allowed = ruling::by_commit(&mut all.findings, options.policy, options.show_dropped, &mut all.counts);
    all.dropped.extend(allowed);
    options.baseline.check()?;
    let asked = options.survey.is_some() || !all.findings.is_empty();
    let scanned = (asked && options.baseline.is_there()).then(|| scanned(&listing.items, &all.problems));
    let slowest = slowest.named();
    let report = timing::stage(Stage::Report, || {
        let scanned = scanned.unwrap_or_default();
        Report { coverage, stocked, ..report(all, slowest, catalogue, options, &scanned) }
    });
    // Only now its entries were looked at.
    options.baseline.check().map(|()| report)
}

/// Blobs that a thread takes at once.
const AT_ONCE: usize = 16;

/// Scans all blobs of one window, with the time that each took. `None` stands for larger ones.
fn small(scan: &blob::Scan<'_>, items: &[Item]) -> Vec<(Option<Box<Harvest>>, Duration)> {
    let one = |buffer: &mut Vec<u8>, item: &Item| {
        let started = Instant::now();
        (scan.small(&Subject::Item(item), buffer).map(Box::new), started.elapsed())
    };
    // A thread without work takes over what another has left, unless that is one piece.
    items.par_iter().with_max_len(AT_ONCE).map_init(Vec::new, one).collect()
}

/// The rules that `text` hits when it stands in a file where every reader applies: for rules' own examples.
pub fn probe(catalogue: &Catalogue, text: &[u8]) -> Vec<RuleIndex> {
    probe_secrets(catalogue, text).into_iter().map(|(rule, _)| rule).collect()
}

/// The same with what they find.
pub fn probe_secrets(catalogue: &Catalogue, text: &[u8]) -> Vec<(RuleIndex, Secret)> {
    let path = PathFacts::of(b"example.env");
    let matches = detect::detect(text, &runs::all(text), catalogue, Tiers::Everything);
    let kept = matches.iter().filter_map(|m| match verdict::judge(text, m, path, catalogue) {
        Verdict::Kept(judged) => Some(judged),
        Verdict::Dropped(_) => None,
    });
    let (stay, _) = verdict::resolve(kept.collect(), catalogue);
    stay.into_iter().map(|judged| (judged.rule, Secret::new(judged.bytes(text)))).collect()
}

impl Harvest {
    /// Counts the object that was read, or why it was not.
    fn count(&self, part: Part, coverage: &mut Coverage) {
        let Some(kind) = kind(part) else { return };
        let pointer = self.gaps.iter().find(|gap| gap.kind == GapKind::LfsPointer);
        match (self.counts.files, pointer, self.problems.first()) {
            (0, _, Some(problem)) => coverage.skipped(kind, problem.kind, 1),
            (_, Some(gap), _) => coverage.skipped(kind, gap.kind.word(), 1),
            _ => coverage.scanned(kind, 1),
        }
    }

    fn add(&mut self, other: Self) {
        self.findings.extend(other.findings);
        self.found.extend(other.found);
        self.unreported.extend(other.unreported);
        self.dropped.extend(other.dropped);
        self.gaps.extend(other.gaps);
        self.problems.extend(other.problems);
        self.marks.extend(other.marks);
        self.mark_notes.extend(other.mark_notes);
        self.matched |= other.matched;
        self.counts.add(other.counts);
    }
}

/// The row of the coverage that counts such objects.
const fn kind(part: Part) -> Option<&'static str> {
    match part {
        Part::File => Some("blobs"),
        Part::CommitMessage => Some("commits"),
        Part::TagMessage => Some("tags"),
        Part::Reflog => Some("reflogs"),
        Part::GitConfig => Some("settings"),
        // One text holds them all, and names come on top of the blobs that have them.
        Part::RefName | Part::FileName => None,
    }
}

/// The blobs that took longest, while the clocks run.
#[derive(Default)]
struct Slowest {
    all: Vec<(Duration, BlobPath)>,
}

impl Slowest {
    fn saw(&mut self, item: &Subject<'_>, took: Duration) {
        if timing::is_on() {
            self.all.push((took, item.origins[0].path.clone()));
        }
    }

    fn named(mut self) -> Vec<Slow> {
        self.all.sort_by_key(|(took, _)| Reverse(*took));
        self.all.into_iter().take(MOST_NAMED).map(|(took, path)| Slow { path, took }).collect()
    }
}

/// Paths, in the baseline's terms, of all files that were scanned without a problem.
fn scanned(items: &[Item], problems: &[Problem]) -> BTreeSet<String> {
    let failed: BTreeSet<_> = problems.iter().filter_map(|problem| problem.path.as_ref()).collect();
    let origins = items.iter().flat_map(|item| &item.origins).filter(|origin| !failed.contains(&origin.path));
    origins.map(|origin| path_text(origin.repo_path.as_ref(), &origin.path)).collect()
}

/// Sorts, takes the baseline's findings out and masks every value in whatever else is emitted.
fn report(
    all: Harvest,
    slowest: Vec<Slow>,
    catalogue: &Catalogue,
    options: &Options<'_>,
    scanned: &BTreeSet<String>,
) -> Report {
    let Harvest { mut findings, found, unreported, mut dropped, mut gaps, mut problems, .. } = all;
    let (marks, mut mark_notes, mut counts) = (all.marks, all.mark_notes, all.counts);
    findings.sort_by(|(a, _), (b, _)| order(a).cmp(&order(b)));
    let (findings, counting): (Vec<_>, Vec<_>) = findings.into_iter().unzip();
    let baseline = baseline(&findings, options);
    let baseline = baseline.as_deref();
    let standings = standings(&findings, baseline, options, scanned);
    let fates = fates(&findings, &standings, baseline, options, scanned);
    let is_known = |standing: &Standing| matches!(standing, Standing::Known(_));
    counts.baselined =
        standings.iter().zip(&counting).filter(|(standing, counts)| is_known(standing) && **counts).count()
            as u64;
    let new = findings.into_iter().zip(standings.into_iter().zip(counting));
    let new = new.filter(|(_, (standing, counts))| *counts && !is_known(standing));
    let findings = new.map(|(finding, (standing, _))| marked(finding, standing, baseline)).collect();
    dropped.sort_by(|a, b| {
        (&a.path, a.place, &a.rule_id, a.reason).cmp(&(&b.path, b.place, &b.rule_id, b.reason))
    });
    gaps.sort();
    problems.sort();
    problems.dedup();
    mark_notes.sort();
    mark_notes.dedup();
    let policy_changes = marks.into_iter().chain(options.change.unwrap_or_default().iter().cloned());
    let policy_changes = policy_changes.collect::<BTreeSet<_>>().into_iter().collect();
    let rules = catalogue.rules().iter().map(RuleFacts::of).collect();
    let (command, now) = (options.command, options.now.to_string());
    let mut report = Report {
        command,
        findings,
        dropped,
        gaps,
        problems,
        counts,
        policy_changes,
        mark_notes,
        policy_refused: false,
        now,
        slowest,
        rules,
        accept: String::new(),
        fates,
        coverage: None,
        stocked: Counts::default(),
    };
    Redactor::new(&found, &unreported, catalogue).report(&mut report);
    report
}

/// What is to be known of the baseline: all of it when each entry is asked after, nothing without a finding.
fn baseline<'o>(findings: &[Finding], options: &Options<'o>) -> Option<Cow<'o, Baseline>> {
    match options.survey {
        Some(_) => options.baseline.get().map(Cow::Borrowed),
        None if findings.is_empty() => None,
        None => options.baseline.about(findings),
    }
}

/// For each finding what the baseline says of it.
fn standings(
    findings: &[Finding],
    baseline: Option<&Baseline>,
    options: &Options<'_>,
    scanned: &BTreeSet<String>,
) -> Vec<Standing> {
    let Some(baseline) = baseline else { return vec![Standing::New; findings.len()] };
    let today = facts::today(options.now);
    match options.stands {
        Some(stands) => {
            let unread = |path: &str| !scanned.contains(path) && stands(path);
            baseline.standings(findings, &Scope::Tree { unread: &unread }, today)
        }
        None => baseline.standings(findings, &Scope::History, today),
    }
}

/// What became of the baseline's entries, when asked for.
fn fates(
    findings: &[Finding],
    standings: &[Standing],
    baseline: Option<&Baseline>,
    options: &Options<'_>,
    scanned: &BTreeSet<String>,
) -> Vec<Fate> {
    let Some((off, baseline)) = options.survey.zip(baseline) else { return Vec::new() };
    let unread = |entry: &Entry| {
        let stands = || options.stands.is_some_and(|stands| stands(&entry.path));
        off.contains(&entry.rule) || !scanned.contains(&entry.path) && stands()
    };
    baseline.fates(findings, standings, &unread)
}

/// The finding, which says so when it was accepted once.
fn marked(finding: Finding, standing: Standing, baseline: Option<&Baseline>) -> Finding {
    let Standing::Expired(entry) = standing else { return finding };
    let lapsed = baseline.and_then(|baseline| baseline.lapsed(entry));
    Finding { lapsed: lapsed.map(Box::new), ..finding }
}

/// The order in which findings are reported.
pub(crate) fn order(finding: &Finding) -> impl Ord + '_ {
    (&finding.path, finding.place, finding.rule.id.as_ref(), &finding.commit)
}

/// `item` with its content before the change and all lines counting: what was suppressed there tells what the change
/// uncovered.
pub(crate) fn content_item(item: &Item, content: &Content) -> Item {
    Item { content: content.clone(), origins: item.origins.clone(), added: None, before: None }
}
