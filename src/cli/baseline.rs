//! `leaklint baseline`: accepts what is found today.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::baseline::Draft;
use crate::error::Error;
use crate::report::output;

use super::Exit;
use super::options::PolicyOptions;
use super::scan::ScanArgs;
use super::session::{BASELINE, Session, State};

/// Arguments of `leaklint baseline`.
#[derive(Args, Clone, Debug)]
pub struct BaselineArgs {
    #[command(subcommand)]
    command: BaselineCommand,
}

#[derive(Subcommand, Clone, Debug)]
enum BaselineCommand {
    /// Scan and write every finding into a baseline
    Create {
        /// Replace the entries of a baseline that is there; its salt and what people wrote into it stay
        #[arg(long)]
        force: bool,
        #[command(flatten)]
        scan: Box<ScanArgs>,
    },
}

/// Creates a baseline.
///
/// # Errors
/// When a baseline is there already, a path is missing or the file cannot be written.
pub fn run(args: &BaselineArgs) -> Result<Exit, Error> {
    let BaselineCommand::Create { force, scan } = &args.command;
    let path = target(scan);
    let draft = Draft::open(&path, *force)?;
    let policy = PolicyOptions { no_baseline: true, ..scan.policy.clone() };
    let session = Session::new(&policy, &scan.output, &scan.law())?.with_baseline(draft.blank());
    let report = session.scan(scan.source(&session)?.as_ref(), &State::Directory(scan.root()), "scan")?;
    let entries = draft.write(&report.findings)?;
    if !scan.output.quiet {
        session.remark(&report);
        let noun = if entries == 1 { "entry" } else { "entries" };
        let shown = crate::visible::line(&path.to_string_lossy()).into_owned();
        output::remark(&format!("{shown}: {entries} {noun}\n"));
    }
    Ok(if report.problems.is_empty() { Exit::Clean } else { Exit::Incomplete })
}

/// `--output`, then `--baseline`, then the default name at the root.
fn target(scan: &ScanArgs) -> PathBuf {
    let named = scan.output.output.clone().or_else(|| scan.policy.baseline.clone());
    named.unwrap_or_else(|| scan.root().join(BASELINE))
}
