//! The command line: one file per command, and what they share.

mod accept;
pub mod baseline;
pub mod config;
pub mod diff;
pub mod exit;
pub mod explain;
pub mod export;
mod fresh;
pub mod history;
pub mod hook;
pub mod hunt;
pub mod import;
pub mod init;
mod law;
pub mod options;
mod page;
mod policy;
pub mod purge_plan;
pub mod rules;
pub mod scan;
pub mod schema;
pub mod session;
pub mod staged;
pub mod triage;
pub mod verify_purged;

use std::io;

use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{ArgMatches, CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

use crate::error::Error;
use crate::report::failure;
use crate::report::output::{self, ColorChoice};

pub use exit::Exit;

const EXIT_CODES: &str = "\
Exit codes:
  0  nothing found
  1  findings
  2  problems without findings, or the job could not be done
     (with --require-complete: any gap or problem, findings or not)

Values are never shown: reports, errors and the baseline hold masks and keyed hashes only.";

const EXPLAIN_CODES: &str = "\
Exit codes:
  0  no finding on this line
  1  a finding
  2  the line cannot be read";

const PLAN_CODES: &str = "\
Values are read as `leaklint hunt` reads them. The plan's files are the only ones that ever hold values: they can be read
by you alone, and `leaklint verify-purged` deletes them.

Exit codes:
  0  the plan is written, or no value was found
  2  something could not be read, or the job could not be done";

const VERIFY_CODES: &str = "\
Exit codes:
  0  none of the values is left
  1  one is
  2  something could not be read, or the job could not be done";

const HUNT_CODES: &str = "\
Values are read from standard input, one a line, or asked for without being shown; never from arguments. They are told by
their numbers.

Exit codes:
  0  no value was found
  1  one was found
  2  problems without any found, or the job could not be done";

/// Finds secrets in working trees, staged changes, commit ranges and git histories. Never talks to the network.
#[derive(Debug, Parser)]
#[command(name = "leaklint", version, about, after_help = EXIT_CODES, args_conflicts_with_subcommands = true)]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    scan: scan::ScanArgs,
}

/// Where clap's answers go.
enum Stream {
    Output,
    Error,
}

impl Stream {
    /// A mistake quotes the argument, which may hold what must not be shown.
    fn show(&self, answer: &clap::builder::StyledStr) -> Exit {
        let text = |color: bool| if color { answer.ansi().to_string() } else { answer.to_string() };
        match self {
            Self::Output => {
                let color = output::screen(ColorChoice::Auto, &io::stdout()).color;
                match output::write(text(color).as_bytes(), None) {
                    Ok(()) => Exit::Clean,
                    Err(_) => Exit::Incomplete,
                }
            }
            Self::Error => {
                let color = output::screen(ColorChoice::Auto, &io::stderr()).color;
                output::remark(&failure::masked(&text(color)));
                Exit::Incomplete
            }
        }
    }
}

/// What to do; `scan` when nothing is said.
#[derive(Debug, Subcommand)]
enum Command {
    /// Scan files and directories (the default command)
    #[command(after_help = EXIT_CODES)]
    Scan(scan::ScanArgs),
    /// Scan what is about to be committed: the lines that the index adds
    #[command(after_help = EXIT_CODES)]
    Staged(staged::StagedArgs),
    /// Scan the lines that the commits of a range add
    #[command(after_help = EXIT_CODES)]
    Diff(diff::DiffArgs),
    /// Scan everything that a repository holds and ever held, and tell the life of each secret
    #[command(after_help = EXIT_CODES)]
    History(history::HistoryArgs),
    /// Find known values, given on standard input, in every object, message and ref and in what lies beside them
    #[command(after_help = HUNT_CODES)]
    Hunt(hunt::HuntArgs),
    /// Write what a rewrite of history needs to be rid of known values
    #[command(after_help = PLAN_CODES)]
    PurgePlan(purge_plan::PurgePlanArgs),
    /// Prove that no object, message or ref holds a plan's values any more, and delete them from the plan
    #[command(after_help = VERIFY_CODES)]
    VerifyPurged(verify_purged::VerifyPurgedArgs),
    /// Accept today's findings, so that only new ones are reported
    Baseline(baseline::BaselineArgs),
    /// Decide about findings one by one; decisions go into the baseline
    #[command(
        after_help = triage::EXIT_CODES,
        mut_arg("show_dropped", |arg| arg.hide(true)),
        mut_arg("no_baseline", |arg| arg.hide(true)),
    )]
    Triage(triage::TriageArgs),
    /// Take over what a team wrote for another scanner: configuration, exceptions, accepted findings
    #[command(after_help = import::EXIT_CODES)]
    Import(import::ImportArgs),
    /// Write what the baseline accepts for another scanner
    #[command(after_help = export::EXIT_CODES)]
    Export(export::ExportArgs),
    /// Set a repository up: propose configuration, baseline, hooks and a step in CI, and write them after consent
    #[command(after_help = init::EXIT_CODES)]
    Init(init::InitArgs),
    /// Show what became of every candidate on one line, and why
    #[command(after_help = EXPLAIN_CODES)]
    Explain(explain::ExplainArgs),
    /// List, show and test rules
    Rules(rules::RulesArgs),
    /// Print the JSON schema of a file
    #[command(
        after_help = "Exit codes:\n  0  printed\n  2  it cannot be written, or there is no such schema"
    )]
    Schema(schema::SchemaArgs),
    /// Show and check the configuration
    Config(config::ConfigArgs),
    /// Run as a git hook
    Hook(hook::HookArgs),
}

impl Cli {
    /// The process's arguments. Help and version go to standard output, mistakes to standard error.
    ///
    /// # Errors
    /// With what the process has to exit with when there is nothing to run.
    pub fn from_arguments() -> Result<Self, Exit> {
        let parsed = Self::command().try_get_matches().and_then(|matches| {
            contradiction(&matches)?;
            Self::from_arg_matches(&matches)
        });
        parsed.map_err(|answer| {
            let stream = if answer.use_stderr() { Stream::Error } else { Stream::Output };
            stream.show(&answer.render())
        })
    }

    /// Does what the arguments say.
    ///
    /// # Errors
    /// When the job cannot be done at all; trouble with single inputs is in the report.
    pub fn run(self) -> Result<Exit, Error> {
        match self.command.unwrap_or(Command::Scan(self.scan)) {
            Command::Scan(args) => scan::run(&args),
            Command::Staged(args) => staged::run(&args),
            Command::Diff(args) => diff::run(&args),
            Command::History(args) => history::run(&args),
            Command::Hunt(args) => hunt::run(&args),
            Command::PurgePlan(args) => purge_plan::run(&args),
            Command::VerifyPurged(args) => verify_purged::run(&args),
            Command::Baseline(args) => baseline::run(&args),
            Command::Triage(args) => triage::run(&args),
            Command::Import(args) => import::run(&args),
            Command::Export(args) => export::run(&args),
            Command::Init(args) => init::run(&args),
            Command::Explain(args) => explain::run(&args),
            Command::Rules(args) => rules::run(&args),
            Command::Schema(args) => schema::run(&args),
            Command::Config(args) => config::run(&args),
            Command::Hook(args) => hook::run(&args),
        }
    }
}

/// Refuses two flags that contradict each other. A flag and a variable of the environment do not: the flag wins, so clap
/// cannot be told of it.
fn contradiction(matches: &ArgMatches) -> Result<(), clap::Error> {
    let mut inner = matches;
    while let Some((_, deeper)) = inner.subcommand() {
        inner = deeper;
    }
    let given = |id: &str| {
        inner.try_contains_id(id).is_ok() && inner.value_source(id) == Some(ValueSource::CommandLine)
    };
    for (option, flag) in [("config", "no_config"), ("baseline", "no_baseline")] {
        if given(option) && given(flag) {
            let message = format!("the argument '--no-{option}' cannot be used with '--{option} <FILE>'\n");
            return Err(Cli::command().error(ErrorKind::ArgumentConflict, message));
        }
    }
    Ok(())
}
