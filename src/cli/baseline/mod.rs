//! `leaklint baseline`: accepts what is found today, and keeps what was accepted in order. One file per command.

mod check;
mod create;
mod diff;
pub(super) mod facts;
mod merge;
mod prune;
mod survey;
pub(super) mod tell;
mod update;

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::config::Mode;
use crate::error::Error;

use super::Exit;
use super::options::{Format, PolicyOptions};
use super::scan::ScanArgs;
use super::session::Session;

/// Arguments of `leaklint baseline`.
#[derive(Args, Clone, Debug)]
pub struct BaselineArgs {
    #[command(subcommand)]
    command: BaselineCommand,
}

#[derive(Subcommand, Clone, Debug)]
enum BaselineCommand {
    /// Scan and write every finding into a baseline
    #[command(
        after_help = create::EXIT_CODES,
        mut_arg("output", |arg| arg.help("The same as --baseline")),
        mut_arg("baseline", |arg| arg.help("Where to write [default: .leaklint-baseline.jsonl at the repository's root]")),
        mut_arg("min_confidence", |arg| arg.help("Accept findings of at least this confidence")),
        mut_arg("no_allow", |arg| arg.help("Accept findings that an allow mark suppresses too")),
        mut_arg("format", |arg| arg.hide(true)),
        mut_arg("show_dropped", |arg| arg.hide(true)),
        mut_arg("now", |arg| arg.hide(true)),
        mut_arg("no_baseline", |arg| arg.hide(true)),
    )]
    Create(create::CreateArgs),
    /// Refresh where accepted values stand and which rule finds them; say what is new, and add it when told to
    #[command(
        after_help = update::EXIT_CODES,
        mut_arg("show_dropped", |arg| arg.hide(true)),
        mut_arg("no_baseline", |arg| arg.hide(true)),
    )]
    Update(update::UpdateArgs),
    /// Delete the entries whose value is nowhere any more, and say which
    #[command(
        after_help = prune::EXIT_CODES,
        mut_arg("show_dropped", |arg| arg.hide(true)),
        mut_arg("no_baseline", |arg| arg.hide(true)),
        mut_arg("min_confidence", |arg| arg.hide(true)),
        mut_arg("no_allow", |arg| arg.hide(true)),
    )]
    Prune(prune::PruneArgs),
    /// Fail when an entry is dead, has expired or does not say what it has to
    #[command(
        after_help = check::EXIT_CODES,
        mut_arg("show_dropped", |arg| arg.hide(true)),
        mut_arg("no_baseline", |arg| arg.hide(true)),
        mut_arg("min_confidence", |arg| arg.hide(true)),
        mut_arg("no_allow", |arg| arg.hide(true)),
    )]
    Check(check::CheckArgs),
    /// Compare two baselines: what is new, gone, moved and still there
    #[command(after_help = diff::EXIT_CODES)]
    Diff(diff::DiffArgs),
    /// Make one baseline of several, or of one with conflict markers; also a merge driver for git
    #[command(after_help = merge::EXIT_CODES)]
    Merge(merge::MergeArgs),
}

/// Does what the command says.
///
/// # Errors
/// When a baseline cannot be read or written, a path is missing or options do not go together.
pub fn run(args: &BaselineArgs) -> Result<Exit, Error> {
    match &args.command {
        BaselineCommand::Create(args) => create::run(args),
        BaselineCommand::Update(args) => update::run(args),
        BaselineCommand::Prune(args) => prune::run(args),
        BaselineCommand::Check(args) => check::run(args),
        BaselineCommand::Diff(args) => diff::run(args),
        BaselineCommand::Merge(args) => merge::run(args),
    }
}

/// Where the baseline of what `scan` reads is: `--baseline`, the path of the configuration, or the default name at the
/// root.
pub(super) fn target(scan: &ScanArgs, session: &Session) -> PathBuf {
    let named = scan.policy.baseline.clone();
    named.unwrap_or_else(|| scan.root().join(session.baseline_name()))
}

/// What a command needs before it can say which baseline it is about.
pub(super) fn session(scan: &ScanArgs) -> Result<Session, Error> {
    let policy = PolicyOptions { no_baseline: true, ..scan.policy.clone() };
    Session::new(&policy, &scan.output, &scan.law(), Mode::Scan)
}

/// Scanning has options that mean nothing to `command`; taking them in silence would promise something.
pub(super) fn refuse(command: &str, useless: &[(bool, &str)]) -> Result<(), Error> {
    // What stands in the environment is for all commands.
    let in_environment = |option: &str| {
        let name = option.trim_start_matches("--").split(' ').next().unwrap_or_default().replace('-', "_");
        std::env::var_os(format!("LEAKLINT_{}", name.to_uppercase())).is_some()
    };
    match useless.iter().find(|&&(given, option)| given && !in_environment(option)) {
        None => Ok(()),
        Some((_, option)) => Err(Error::Usage {
            message: format!("{option} means nothing to `leaklint {command}`"),
            help: Some("it is about the baseline; `leaklint scan` writes reports".to_owned()),
        }),
    }
}

/// Those that mean nothing to any command that tells what became of entries.
fn refuse_of_keepers(command: &str, scan: &ScanArgs) -> Result<(), Error> {
    refuse(
        command,
        &[
            (matches!(scan.output.format, Some(Format::Jsonl | Format::Sarif)), "--format jsonl or sarif"),
            (scan.output.show_dropped, "--show-dropped"),
            (scan.policy.no_baseline, "--no-baseline"),
            (scan.paths.iter().any(|path| path.as_os_str() == "-"), "standard input"),
            (!scan.policy.include.is_empty(), "--include"),
        ],
    )
}
