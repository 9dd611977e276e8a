//! `leaklint baseline create`: accepts what is found today.

use std::path::PathBuf;

use clap::Args;

use crate::baseline::Draft;
use crate::error::Error;
use crate::report::{Report, output};

use super::facts::{FactOptions, RequireOptions, hold};
use super::{refuse, session};
use crate::cli::Exit;
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
    let session = session(scan)?;
    hold(&args.require.words(&session), &facts)?;
    let path = target(scan, &session);
    let draft = Draft::create(&path, args.force)?;
    let session = session.with_baseline(draft.blank());
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
fn target(scan: &ScanArgs, session: &Session) -> PathBuf {
    scan.output.output.clone().unwrap_or_else(|| super::target(scan, session))
}
