//! `leaklint history`: everything a repository ever held.

mod whole;

use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;

use crate::cache::{Cache, Refused, default_directory};
use crate::config::Mode;
use crate::error::Error;
use crate::source::history::{HistoryOptions, HistorySource};
use crate::source::repository::Repo;

use super::Exit;
use super::options::{OutputOptions, PolicyOptions};
use super::session::{Law, Session, State};
use whole::Whole;

/// Arguments of `leaklint history`.
#[derive(Args, Clone, Debug, Default)]
pub struct HistoryArgs {
    /// The repository, or a directory in it; bare ones too [default: the one git would use here]
    #[arg(value_name = "REPO")]
    pub repo: Option<PathBuf>,
    /// Only what came after a commit, or after a date (2026-01-31 or RFC 3339)
    #[arg(long, value_name = "REV|DATE")]
    pub since: Option<String>,
    /// Only what this branch, tag or commit reaches; may be repeated
    #[arg(long, value_name = "REV")]
    pub branch: Vec<String>,
    /// Only files at paths that match; may be repeated
    #[arg(long, value_name = "GLOB")]
    pub path: Vec<String>,
    /// The histories of submodules too, as far as they are on this disk
    #[arg(long)]
    pub recurse_submodules: bool,
    /// Objects too that nothing leads to
    #[arg(long, conflicts_with = "branch")]
    pub unreachable: bool,
    /// Keep what this run learns in this directory [default: leaklint in the user's directory for caches]
    #[arg(long, value_name = "DIR", conflicts_with = "no_cache")]
    pub cache_dir: Option<PathBuf>,
    /// Neither read nor write what runs learn
    #[arg(long)]
    pub no_cache: bool,
    #[command(flatten)]
    pub(crate) policy: PolicyOptions,
    #[command(flatten)]
    pub(crate) output: OutputOptions,
}

/// Scans everything that a repository holds, each object once, with its first commit and its paths.
///
/// # Errors
/// When there is no repository, the configuration is wrong or the report cannot be written.
pub fn run(args: &HistoryArgs) -> Result<Exit, Error> {
    // One that is named counts whatever the environment says; else `GIT_DIR` counts, as for git.
    let repo = match &args.repo {
        Some(named) => Repo::at(named)?,
        None => Repo::discover(Path::new("."))?,
    };
    let repo = Arc::new(repo);
    let law = repo.workdir().map_or(Law::Nowhere, |root| Law::Directory(root.to_owned()));
    let session = Session::new(&args.policy, &args.output, &law, Mode::Audit)?;
    let options = HistoryOptions {
        since: args.since.clone(),
        branches: args.branch.clone(),
        paths: args.path.clone(),
        recurse_submodules: args.recurse_submodules,
        unreachable: args.unreachable,
    };
    let memory = args.memory(&repo, &session)?;
    let session = session.remembering(memory);
    let whole = Whole::of(&session, &options, args);
    let resumed = whole.as_ref().and_then(|whole| whole.resume(&repo));
    let report = match resumed {
        Some(report) => report,
        None => {
            // The program ends with it: taking it apart piece by piece would only take time.
            let source = ManuallyDrop::new(HistorySource::new(repo, &session.filter, &options)?);
            let report = session.scan(&*source, &State::History, "history")?;
            let extent = |gaps: &_, coverage: &_, counts| source.extent(gaps, coverage, counts);
            whole.iter().for_each(|whole| whole.keep(&report, extent));
            report
        }
    };
    session.close_memory();
    session.finish(&report)
}

impl HistoryArgs {
    /// The cache that was asked for. One that nobody asked for is left alone where it cannot be used.
    fn memory(&self, repo: &Repo, session: &Session) -> Result<Option<Cache>, Error> {
        let directory = self.cache_dir.clone().or_else(default_directory);
        // Other weights, other verdicts: whoever tries them out reads everything.
        let directory = directory.filter(|_| !self.no_cache && self.policy.model.is_none());
        let (Some(directory), Ok(settings)) = (directory, session.settings()) else { return Ok(None) };
        let inside: Vec<&Path> =
            repo.workdir().into_iter().chain([repo.git_dir(), repo.common_dir()]).collect();
        match Cache::open(&directory, repo.common_dir(), &inside, &settings) {
            Ok(cache) => Ok(Some(cache)),
            Err(_) if self.cache_dir.is_none() => Ok(None),
            Err(Refused(why)) => Err(Error::Usage {
                message: format!("--cache-dir: {why}"),
                help: Some("name a directory outside the repository, or give --no-cache".to_owned()),
            }),
        }
    }
}
