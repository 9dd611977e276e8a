//! Going on from a run that covered everything and found nothing. Apart from the command because it only saves time:
//! whatever does not fit is listed and scanned as if there had been no such run.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::cache::{Cache, Memory as _};
use crate::cli::session::{Session, State};
use crate::report::{Counts, Report};
use crate::source::Gap;
use crate::source::coverage::Coverage;
use crate::source::history::{HistoryOptions, Later};
use crate::source::repository::Repo;
use crate::timing::{self, Stage};

use super::HistoryArgs;

/// A run over everything, with a cache.
pub(super) struct Whole<'s> {
    session: &'s Session,
    cache: &'s Cache,
    lens: [u8; 32],
}

impl<'s> Whole<'s> {
    /// `None` for a run without a cache, or that is asked for more or less than everything.
    pub(super) fn of(session: &'s Session, options: &HistoryOptions, args: &HistoryArgs) -> Option<Self> {
        let asked = options.is_plain() && !args.output.show_dropped;
        let cache = session.memory().filter(|_| asked)?;
        let lens = format!("{:?}\n{:?}\n", args.policy, session.config);
        Some(Self { session, cache, lens: *blake3::hash(lens.as_bytes()).as_bytes() })
    }

    /// The report on what came since, with what was counted then; `None` when everything must be listed.
    pub(super) fn resume(&self, repo: &Arc<Repo>) -> Option<Report> {
        let extent = self.cache.extent(&self.lens)?;
        let plain = |key: &_| self.cache.recall(key).is_some_and(|seen| !seen.binary);
        let repo = Arc::clone(repo);
        let ask = || Later::of(repo, &self.session.filter, &extent, &plain);
        let later = timing::stage(Stage::List, ask)?;
        let before = Counts::from_words(later.counts())?;
        let mut report = self.session.scan(&later, &State::History, "history").ok()?;
        // A name of a file that is worth a look is counted as well.
        let named = report.stocked.files != later.len() as u64;
        if named || !is_clean(&report) || !later.knows(&report.gaps) {
            return None;
        }
        report.stocked.add(before.clone());
        report.counts.add(before);
        self.keep(&report, |gaps, coverage, counts| later.extent(gaps, coverage, counts));
        Some(report)
    }

    /// Keeps what was covered, as `extent` tells it, if a later run can go on from there.
    pub(super) fn keep(
        &self,
        report: &Report,
        extent: impl FnOnce(&[Gap], &Coverage, BTreeMap<String, u64>) -> Option<Vec<u8>>,
    ) {
        let coverage = report.coverage.as_ref().filter(|_| is_clean(report));
        let extent = coverage.and_then(|coverage| extent(&report.gaps, coverage, report.stocked.by_word()));
        extent.iter().for_each(|extent| self.cache.keep_extent(&self.lens, extent));
    }
}

/// Nothing was found, and nothing that another day or a file of the working tree would make a finding of.
fn is_clean(report: &Report) -> bool {
    let Report { findings, dropped, problems, policy_changes, mark_notes, counts, .. } = report;
    let nothing = findings.is_empty() && dropped.is_empty() && problems.is_empty();
    nothing
        && policy_changes.is_empty()
        && mark_notes.is_empty()
        && counts.allowed_by_configuration + counts.baselined + counts.not_added == 0
}
