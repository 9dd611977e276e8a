//! Parses, runs and maps the result to an exit code; everything else is the library's.

use std::process::ExitCode;

use clap::Parser;
use leaklint::cli::{Cli, Exit};

fn main() -> ExitCode {
    leaklint::panic::hide_messages();
    let cli = Cli::parse();
    let exit = cli.run().unwrap_or_else(|error| {
        leaklint::report::failure::show(error);
        Exit::Incomplete
    });
    ExitCode::from(exit.code())
}
