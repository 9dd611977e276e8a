//! Parses, runs and maps the result to an exit code; everything else is the library's.

use std::process::ExitCode;

use leaklint::cli::{Cli, Exit};

fn main() -> ExitCode {
    leaklint::panic::hide_messages();
    let exit = Cli::from_arguments().map(Cli::run).unwrap_or_else(Ok);
    let exit = exit.unwrap_or_else(|error| {
        leaklint::report::failure::show(error);
        Exit::Incomplete
    });
    ExitCode::from(exit.code())
}
