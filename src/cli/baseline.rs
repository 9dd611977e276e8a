//! `leaklint baseline`: accepts what is found today.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::baseline::{Draft, Facts};
use crate::config::Mode;
use crate::error::Error;
use crate::report::{Report, output};

use super::Exit;
use super::options::{Format, PolicyOptions};
use super::scan::ScanArgs;
use super::session::{BASELINE, Session, State};

const EXIT_CODES: &str = "\
Exit codes:
  0  the baseline is written
  2  it is written, but there were problems (with --require-complete: gaps or problems);
     or it could not be written";

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
        after_help = EXIT_CODES,
        mut_arg("output", |arg| arg.help("The same as --baseline")),
        mut_arg("baseline", |arg| arg.help("Where to write [default: .leaklint-baseline.jsonl at the repository's root]")),
        mut_arg("min_confidence", |arg| arg.help("Accept findings of at least this confidence")),
        mut_arg("no_allow", |arg| arg.help("Accept findings that an allow mark suppresses too")),
        mut_arg("format", |arg| arg.hide(true)),
        mut_arg("show_dropped", |arg| arg.hide(true)),
        mut_arg("now", |arg| arg.hide(true)),
        mut_arg("no_baseline", |arg| arg.hide(true)),
    )]
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
    refuse(scan)?;
    let path = target(scan);
    let draft = Draft::create(&path, *force)?;
    let policy = PolicyOptions { no_baseline: true, ..scan.policy.clone() };
    let session = Session::new(&policy, &scan.output, &scan.law(), Mode::Scan)?.with_baseline(draft.blank());
    let report = session.scan(scan.source(&session)?.as_ref(), &State::Directory(scan.root()), "scan")?;
    let entries = draft.replace(&report.findings, &Facts::default())?;
    if !scan.output.quiet {
        session.remark(&report);
        let noun = if entries == 1 { "entry" } else { "entries" };
        let shown = crate::visible::path(&path);
        output::remark(&format!("{shown}: {entries} {noun}\n"));
    }
    // What is found is accepted by now.
    Ok(Exit::of(&Report { findings: Vec::new(), ..report }, scan.output.require_complete))
}

/// Scanning has options that mean nothing here; taking them in silence would promise something.
fn refuse(scan: &ScanArgs) -> Result<(), Error> {
    let useless = [
        (scan.output.format != Format::Human, "--format"),
        (scan.output.show_dropped, "--show-dropped"),
        (scan.output.now.is_some(), "--now"),
        (scan.policy.no_baseline, "--no-baseline"),
    ];
    match useless.into_iter().find(|&(given, _)| given) {
        None => Ok(()),
        Some((_, option)) => Err(Error::Usage {
            message: format!("{option} means nothing to `leaklint baseline create`"),
            help: Some("it writes a baseline and no report; `leaklint scan` writes reports".to_owned()),
        }),
    }
}

/// `--output`, then `--baseline`, then the default name at the root.
fn target(scan: &ScanArgs) -> PathBuf {
    let named = scan.output.output.clone().or_else(|| scan.policy.baseline.clone());
    named.unwrap_or_else(|| scan.root().join(BASELINE))
}
