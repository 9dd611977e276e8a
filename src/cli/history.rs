//! `leaklint history`: everything a repository ever held.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;

use crate::config::Mode;
use crate::error::Error;
use crate::source::history::{HistoryOptions, HistorySource};
use crate::source::repository::Repo;

use super::Exit;
use super::options::{OutputOptions, PolicyOptions};
use super::session::{Law, Session, State};

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
    let source = HistorySource::new(repo, &session.filter, &options)?;
    session.run(&source, &State::History, "history")
}
