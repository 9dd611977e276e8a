//! `leaklint hook`: puts itself into git's hooks, and does what each of them has to do, alone or under the pre-commit
//! framework.

mod install;
mod run;
mod script;

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand, ValueEnum};

use crate::error::Error;

use super::Exit;
use super::diff::LawOptions;
use super::options::{OutputOptions, PolicyOptions};
use install::InstallArgs;

/// Seconds that `pre-receive` takes at most unless told otherwise: whoever pushes is waiting.
const BUDGET: &str = "60";

/// Arguments of `leaklint hook`.
#[derive(Args, Clone, Debug)]
pub struct HookArgs {
    #[command(subcommand)]
    command: HookCommand,
}

#[derive(Subcommand, Clone, Debug)]
enum HookCommand {
    /// Make git run leaklint. A hook that is there already is kept and runs first
    Install(install::InstallArgs),
    /// Take leaklint out of git's hooks, and put back what was there before
    Uninstall(install::UninstallArgs),
    /// Do what the named hook has to do
    Run {
        #[command(subcommand)]
        hook: Box<Hook>,
    },
}

/// Puts the usual hooks into the repository around the current directory.
///
/// # Errors
/// Those of `leaklint hook install`.
pub(super) fn install_default() -> Result<Exit, Error> {
    install::install(&InstallArgs::default())
}

/// The hooks that can be run.
#[derive(Subcommand, Clone, Debug)]
enum Hook {
    /// The index; under the pre-commit framework also its range (PRE_COMMIT_FROM_REF, PRE_COMMIT_TO_REF), and all
    /// tracked files when nothing is staged (pre-commit run --all-files)
    PreCommit {
        #[command(flatten)]
        options: HookOptions,
    },
    /// The index in the middle of a merge: what is in no parent
    PreMergeCommit {
        #[command(flatten)]
        options: HookOptions,
    },
    /// A message that is being written, without the comments that git will take out
    CommitMsg {
        /// The file that holds it
        file: PathBuf,
        #[command(flatten)]
        options: HookOptions,
    },
    /// Each commit that the remote does not have; reads git's lines of refs from standard input
    PrePush {
        /// Name of the remote [default: PRE_COMMIT_REMOTE_NAME]
        remote: Option<String>,
        /// Where it lies
        url: Option<String>,
        #[command(flatten)]
        law: LawOptions,
        #[command(flatten)]
        options: HookOptions,
    },
    /// Each commit that this repository does not have and is about to take; reads git's lines of refs from standard
    /// input
    PreReceive {
        #[command(flatten)]
        limit: Limit,
        #[command(flatten)]
        law: LawOptions,
        /// Read the configuration of what is pushed too, as far as it is stricter than the administrator's
        #[arg(long, requires = "admin_config")]
        pushed_config: bool,
        #[command(flatten)]
        options: HookOptions,
    },
}

/// What every hook takes.
#[derive(Args, Clone, Debug)]
struct HookOptions {
    #[command(flatten)]
    policy: PolicyOptions,
    #[command(flatten)]
    output: OutputOptions,
}

/// How long `pre-receive` may take.
#[derive(Args, Clone, Debug)]
struct Limit {
    /// Give up after this many seconds
    #[arg(long, value_name = "SECONDS", default_value = BUDGET, value_parser = seconds)]
    budget: Duration,
    /// What becomes of the push then
    #[arg(long, value_enum, default_value_t, value_name = "WHAT")]
    on_timeout: OnTimeout,
}

impl Default for Limit {
    fn default() -> Self {
        Self { budget: Duration::from_secs(BUDGET.parse().unwrap_or(60)), on_timeout: OnTimeout::default() }
    }
}

/// `--on-timeout`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum OnTimeout {
    /// It is refused (the default)
    #[default]
    Refuse,
    /// It is let pass, unjudged
    Pass,
}

/// Installs, uninstalls or runs a hook.
///
/// # Errors
/// When there is no repository, a hook cannot be written, the configuration is wrong or the report cannot be written.
pub fn run(args: &HookArgs) -> Result<Exit, Error> {
    match &args.command {
        HookCommand::Install(args) => install::install(args),
        HookCommand::Uninstall(args) => install::uninstall(args),
        HookCommand::Run { hook } => run::run(hook),
    }
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "it is a number of seconds".to_owned())?;
    Duration::try_from_secs_f64(seconds).map_err(|why| why.to_string())
}
