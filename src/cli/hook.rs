//! `leaklint hook`: runs as a git hook, alone or under the pre-commit framework.

use std::path::Path;
use std::sync::Arc;

use clap::{Args, Subcommand, ValueEnum};

use crate::config::Mode;
use crate::error::Error;
use crate::source::ends::Ends;
use crate::source::files::PathFilter;
use crate::source::hook::{HookEnv, HookMode, choose};
use crate::source::index::IndexSource;
use crate::source::repository::Repo;
use crate::source::tracked::TrackedSource;

use super::diff::RangeOptions;
use super::options::{OutputOptions, PolicyOptions};
use super::session::{Law, Session, State};
use super::{Exit, diff, staged};

/// Arguments of `leaklint hook`.
#[derive(Args, Clone, Debug)]
pub struct HookArgs {
    #[command(subcommand)]
    command: HookCommand,
}

#[derive(Subcommand, Clone, Debug)]
enum HookCommand {
    /// Do what the named hook has to do
    Run {
        /// Which hook
        #[arg(value_enum)]
        hook: Hook,
        #[command(flatten)]
        policy: PolicyOptions,
        #[command(flatten)]
        output: OutputOptions,
    },
}

/// The hooks that can be run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Hook {
    /// The index; under the pre-commit framework also its range (PRE_COMMIT_FROM_REF, PRE_COMMIT_TO_REF), and all
    /// tracked files when nothing is staged (pre-commit run --all-files)
    PreCommit,
}

/// Runs a hook.
///
/// # Errors
/// When there is no repository, the configuration is wrong or the report cannot be written.
pub fn run(args: &HookArgs) -> Result<Exit, Error> {
    let HookCommand::Run { hook: Hook::PreCommit, policy, output } = &args.command;
    let repo = Arc::new(Repo::discover(Path::new("."))?);
    let differs = || IndexSource::new(repo.clone(), PathFilter::default()).differs();
    match choose(&HookEnv::inherited(), differs)? {
        HookMode::Range(range) => {
            let ends = Ends::written(&repo, &range)?;
            diff::scan(&repo, ends, &RangeOptions::default(), policy, output)
        }
        HookMode::Index => staged::index(&repo, policy, output),
        HookMode::Tracked => tracked(&repo, policy, output),
    }
}

fn tracked(repo: &Arc<Repo>, policy: &PolicyOptions, output: &OutputOptions) -> Result<Exit, Error> {
    let session = Session::new(policy, output, &Law::Index(repo.clone()), Mode::Hook)?;
    let source = TrackedSource::new(repo.clone(), session.filter.clone());
    session.run(&source, &State::Directory(repo.root().to_owned()), "scan")
}
