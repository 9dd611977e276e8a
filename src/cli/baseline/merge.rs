//! `leaklint baseline merge`: one baseline of several. As a merge driver it gets three files from git: what both sides
//! come from, ours, theirs (gitattributes(5), "Defining a custom merge driver").

use std::path::{Path, PathBuf};

use clap::Args;

use crate::baseline::{Baseline, bytes_of, compare, keep, load};
use crate::error::Error;
use crate::report::output;

use crate::cli::Exit;

pub(super) const EXIT_CODES: &str = "\
All entries of all files stay, each once. With --driver, what one side has deleted goes, unless the other side has
changed what people say of it:

  git config merge.leaklint.driver 'leaklint baseline merge --driver %O %A %B'
  .leaklint-baseline.jsonl merge=leaklint

Exit codes:
  0  merged
  2  a file cannot be read or written; nothing was written";

/// Arguments of `leaklint baseline merge`.
#[derive(Args, Clone, Debug)]
pub(super) struct MergeArgs {
    /// Baselines; one with conflict markers counts as both of its sides
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The files are BASE, OURS and THEIRS, and OURS is replaced
    #[arg(long, conflicts_with = "output")]
    driver: bool,
    /// Write to this file, in one step or not at all [default: standard output]
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Merges baselines.
///
/// # Errors
/// When a file cannot be read or written.
pub(super) fn run(args: &MergeArgs) -> Result<Exit, Error> {
    if args.driver {
        let [base, ours, theirs] = args.files.as_slice() else {
            return Err(Error::Usage {
                message: "--driver needs three files".to_owned(),
                help: Some("they are what both sides come from, ours, theirs: %O %A %B".to_owned()),
            });
        };
        let merged = compare::merge(&base_of(base)?, &load(ours)?, &load(theirs)?);
        keep::put(ours, &merged)?;
        return Ok(Exit::Clean);
    }
    let all: Vec<Baseline> = args.files.iter().map(|path| sides(path)).collect::<Result<_, _>>()?;
    let merged = compare::union(all);
    match &args.output {
        Some(path) => keep::put(path, &merged)?,
        None => output::write(&keep::bytes(&merged), None)?,
    }
    Ok(Exit::Clean)
}

/// What both sides come from; git gives an empty file when they have nothing in common.
fn base_of(path: &Path) -> Result<Baseline, Error> {
    let (bytes, name) = bytes_of(path)?;
    if bytes.trim_ascii().is_empty() { Ok(Baseline::default()) } else { Baseline::read(&bytes, &name) }
}

fn sides(path: &Path) -> Result<Baseline, Error> {
    let (bytes, name) = bytes_of(path)?;
    Baseline::read_conflicted(&bytes, &name)
}
