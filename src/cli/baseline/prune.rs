//! `leaklint baseline prune`: deletes entries of values that are nowhere any more.

use clap::Args;
use serde_json::Value;

use crate::baseline::keep;
use crate::error::Error;

use super::survey::Survey;
use super::tell::Tale;
use crate::cli::Exit;
use crate::cli::scan::ScanArgs;

pub(super) const EXIT_CODES: &str = "\
An entry stays when its file could not be read or is left out, and when its rule is turned off.

Exit codes:
  0  no dead entry is left
  2  something could not be read, or the job could not be done";

/// Arguments of `leaklint baseline prune`.
#[derive(Args, Clone, Debug)]
pub(super) struct PruneArgs {
    /// Keep entries whose value the history still holds
    #[arg(long)]
    history: bool,
    #[command(flatten)]
    scan: Box<ScanArgs>,
}

/// Deletes dead entries.
///
/// # Errors
/// When the baseline cannot be read or written, or the files cannot be listed.
pub(super) fn run(args: &PruneArgs) -> Result<Exit, Error> {
    let survey = Survey::new("baseline prune", &args.scan, args.history)?;
    let dead = survey.dead();
    let count = if dead.is_empty() { 0 } else { keep::delete(&survey.path, &dead)? };
    let mut tale = Tale::new("baseline prune", &survey.path);
    let left = survey.report.fates.len() - count;
    tale.say(&format!("{}: {count} deleted, {left} left", crate::visible::path(&survey.path)));
    tale.list("deleted", "deleted", dead.into_iter().map(|entry| (entry, Value::Null, String::new())));
    tale.fact("left", left);
    tale.fact("unread", survey.unread());
    tale.problems(&survey.report.problems);
    tale.write(&args.scan.output)?;
    Ok(survey.end(false))
}
