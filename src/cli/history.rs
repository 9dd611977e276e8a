//! `leaklint history`: everything a repository ever held.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;

use crate::config::Mode;
use crate::error::Error;
use crate::source::history::HistorySource;
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
    #[command(flatten)]
    pub(crate) policy: PolicyOptions,
    #[command(flatten)]
    pub(crate) output: OutputOptions,
}

/// Scans every blob that a ref reaches, each once, with its first commit and its paths.
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
    session.run(&HistorySource::new(repo, session.filter.clone()), &State::History, "history")
}
