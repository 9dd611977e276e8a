//! `leaklint baseline create`: accepts what is found today.

use std::path::PathBuf;

use clap::Args;

use crate::baseline::Draft;
use crate::config::Mode;
use crate::error::Error;
use crate::report::{Report, output};

use super::facts::{FactOptions, RequireOptions};
use super::refuse;
use crate::cli::Exit;
use crate::cli::options::PolicyOptions;
use crate::cli::scan::ScanArgs;
use crate::cli::session::{Session, State};

pub(super) const EXIT_CODES: &str = "\
Exit codes:
  0  the baseline is written
  2  it is written, but there were problems (with --require-complete: gaps or problems);
     or it could not be written";

/// Arguments of `leaklint baseline create`.
#[derive(Args, Clone, Debug)]
pub(super) struct CreateArgs {
    /// Replace the entries of a baseline that is there; its salt and what people wrote into it stay
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    facts: FactOptions,
    #[command(flatten)]
    require: RequireOptions,
    #[command(flatten)]
    scan: Box<ScanArgs>,
}

/// Creates a baseline.
///
/// # Errors
/// When a baseline is there already, a path is missing or the file cannot be written.
pub(super) fn run(args: &CreateArgs) -> Result<Exit, Error> {
    let scan = &args.scan;
    let useless = [
        (scan.output.format.is_some(), "--format"),
        (scan.output.show_dropped, "--show-dropped"),
        (scan.output.now.is_some(), "--now"),
        (scan.policy.no_baseline, "--no-baseline"),
    ];
    refuse("baseline create", &useless)?;
    let facts = args.facts.facts();
    args.require.hold(&facts)?;
    let path = target(scan);
    let draft = Draft::create(&path, args.force)?;
    let policy = PolicyOptions { no_baseline: true, ..scan.policy.clone() };
    let session = Session::new(&policy, &scan.output, &scan.law(), Mode::Scan)?.with_baseline(draft.blank());
    let report = session.scan(scan.source(&session)?.as_ref(), &State::Directory(scan.root()), "scan")?;
    let entries = draft.replace(&report.findings, &facts)?;
    if !scan.output.quiet {
        session.remark(&report);
        let noun = if entries == 1 { "entry" } else { "entries" };
        let shown = crate::visible::path(&path);
        output::remark(&format!("{shown}: {entries} {noun}\n"));
    }
    // What is found is accepted by now.
    Ok(Exit::of(&Report { findings: Vec::new(), ..report }, scan.output.require_complete))
}

/// `--output`, then `--baseline`, then the default name at the root.
fn target(scan: &ScanArgs) -> PathBuf {
    scan.output.output.clone().unwrap_or_else(|| super::target(scan))
}
