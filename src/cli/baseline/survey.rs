//! The full scan behind `update`, `prune` and `check`: what became of each entry.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::baseline::{Baseline, Entry, Fate, load};
use crate::error::Error;
use crate::report::Report;
use crate::source::history::{HistoryOptions, HistorySource};
use crate::source::repository::Repo;

use super::{refuse_of_keepers, session, target};
use crate::cli::Exit;
use crate::cli::scan::ScanArgs;
use crate::cli::session::{Session, State};

/// A baseline and what became of its entries.
pub(super) struct Survey {
    /// Where the baseline is.
    pub(super) path: PathBuf,
    /// What a scan needs.
    pub(super) session: Session,
    /// What is scanned: all of a repository, whichever path of it was named.
    pub(super) scan: ScanArgs,
    /// What the scan could not read, and what became of each entry.
    pub(super) report: Report,
}

impl Survey {
    /// Reads the baseline and scans everything that it is about; with `history`, what the repository ever held too.
    ///
    /// # Errors
    /// When there is no baseline, it is broken, or the files cannot be listed.
    pub(super) fn new(command: &'static str, scan: &ScanArgs, history: bool) -> Result<Self, Error> {
        refuse_of_keepers(command, scan)?;
        let session = session(scan)?;
        let path = target(scan, &session);
        // One that is broken should be told before the scan.
        let session = match load(&path) {
            Ok(baseline) => session.with_baseline(baseline),
            Err(Error::MissingPath { path }) => {
                return Err(Error::Usage {
                    message: format!("there is no baseline at {path}"),
                    help: Some("`leaklint baseline create` makes one".to_owned()),
                });
            }
            Err(other) => return Err(other),
        };
        let scan = ScanArgs { paths: whole(scan), ..scan.clone() };
        let state = State::Directory(scan.root());
        let mut report = session.survey(scan.source(&session)?.as_ref(), &state)?;
        if history {
            let past = past(&session, &scan.root())?;
            let seen = report.fates.iter_mut().zip(&past.fates);
            seen.filter(|(now, then)| {
                **now == Fate::Gone && (**then != Fate::Gone || !past.problems.is_empty())
            })
            .for_each(|(now, _)| *now = Fate::Unread);
            report.problems.extend(past.problems);
        }
        Ok(Self { path, session, scan, report })
    }

    /// The entries, each with its fate.
    pub(super) fn fates(&self) -> impl Iterator<Item = (&Entry, &Fate)> {
        let entries = self.session.baseline().map_or(&[][..], Baseline::entries);
        entries.iter().zip(&self.report.fates)
    }

    /// The entries whose value is nowhere.
    pub(super) fn dead(&self) -> Vec<&Entry> {
        self.fates().filter(|(_, fate)| **fate == Fate::Gone).map(|(entry, _)| entry).collect()
    }

    /// How many entries nobody can tell anything of.
    pub(super) fn unread(&self) -> usize {
        self.fates().filter(|(_, fate)| **fate == Fate::Unread).count()
    }

    /// What the run comes to; `found` is what exit code 1 stands for.
    pub(super) fn end(&self, found: bool) -> Exit {
        let Report { problems, gaps, .. } = &self.report;
        let strict = self.scan.output.require_complete && !(problems.is_empty() && gaps.is_empty());
        match found {
            _ if strict => Exit::Incomplete,
            true => Exit::Findings,
            false if !problems.is_empty() => Exit::Incomplete,
            false => Exit::Clean,
        }
    }
}

/// The root of the repository for any path in it: a value may have moved anywhere. Outside of one, the paths.
fn whole(scan: &ScanArgs) -> Vec<PathBuf> {
    let root = scan.root();
    if root.join(".git").symlink_metadata().is_ok() { vec![root] } else { scan.paths.clone() }
}

fn past(session: &Session, root: &Path) -> Result<Report, Error> {
    let repo = Arc::new(Repo::at(root)?);
    let source = HistorySource::new(repo, &session.filter, &HistoryOptions::default())?;
    session.survey(&source, &State::History)
}
