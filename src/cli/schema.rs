//! `leaklint schema`: the JSON schemas of the files that people and programs write, as they are checked in below `schemas/`.

use clap::{Args, ValueEnum};

use crate::error::Error;
use crate::report::output;

use super::Exit;

/// The schema of a configuration.
pub(super) const CONFIG: &str = include_str!("../../schemas/config.json");

/// Arguments of `leaklint schema`.
#[derive(Args, Clone, Debug)]
pub struct SchemaArgs {
    /// Which file's
    #[arg(value_enum)]
    of: Of,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Of {
    /// A line of .leaklint-baseline.jsonl
    Baseline,
    /// .leaklint.yaml
    Config,
    /// A line of a file for `triage --from`
    Decisions,
}

/// Prints a schema.
///
/// # Errors
/// When standard output cannot be written.
pub fn run(args: &SchemaArgs) -> Result<Exit, Error> {
    let text = match args.of {
        Of::Baseline => include_str!("../../schemas/baseline.json"),
        Of::Config => CONFIG,
        Of::Decisions => include_str!("../../schemas/decisions.json"),
    };
    output::write(text.as_bytes(), None)?;
    Ok(Exit::Clean)
}
