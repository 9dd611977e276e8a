//! `leaklint triage`: decides about findings one by one, on a terminal or from a file.

mod apply;
mod ask;
mod editor;
mod terminal;
mod walk;

use std::path::PathBuf;

use clap::Args;

use crate::error::Error;

use super::Exit;
use super::baseline::facts::{FactOptions, RequireOptions};
use super::baseline::refuse;
use super::options::Format;
use super::scan::ScanArgs;

/// Printed behind `--help`.
pub(super) const EXIT_CODES: &str = "\
Decisions are written into the baseline as they are made. A second run goes on with what is left; skipped findings come
again.

Exit codes:
  0  nothing is left to decide; with --from: every decision was applied
  1  findings are left; with --from: a decision fits no finding
  2  the job could not be done, or there is no terminal";

/// Arguments of `leaklint triage`.
#[derive(Args, Clone, Debug)]
pub struct TriageArgs {
    /// Apply decisions from a file instead of asking: a JSON object a line (see `leaklint schema decisions`); `-` is
    /// standard input
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,
    #[command(flatten)]
    facts: FactOptions,
    #[command(flatten)]
    require: RequireOptions,
    #[command(flatten)]
    scan: Box<ScanArgs>,
}

/// Triages.
///
/// # Errors
/// When there is no terminal and no file, a decision is wrong, or the baseline cannot be read or written.
pub fn run(args: &TriageArgs) -> Result<Exit, Error> {
    let output = &args.scan.output;
    let useless = [
        (matches!(output.format, Some(Format::Jsonl | Format::Sarif)), "--format jsonl or sarif"),
        (output.show_dropped, "--show-dropped"),
        (args.scan.policy.no_baseline, "--no-baseline"),
        (args.scan.paths.iter().any(|path| path.as_os_str() == "-"), "standard input"),
    ];
    refuse("triage", &useless)?;
    match &args.from {
        Some(file) => apply::run(args, file),
        None => ask::run(args),
    }
}
