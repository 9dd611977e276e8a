//! What every test of the command line shares: the real binary in a scrubbed environment, throw-away repositories,
//! generated secret values. A test file takes it with `mod common;`.

#![allow(
    dead_code,
    unused_imports,
    unreachable_pub,
    reason = "each test file is its own crate and uses its part of this one"
)]
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::print_stderr, reason = "tests may fail loudly")]

mod command;
mod listing;
mod places;
mod repo;
#[cfg(target_os = "linux")]
mod terminal;
mod tools;
mod values;

pub use command::{Finding, Leaklint, Outcome, Related};
pub use listing::{index, shown, staged, staged_content, text};
pub use places::Places;
pub use repo::Repo;
#[cfg(target_os = "linux")]
pub use terminal::Screen;
pub use tools::{Need, all_files_below, files_below, not_run, note};
pub use values::{Values, pem};

/// The package's root, where `Cargo.toml` lies.
pub fn root() -> &'static std::path::Path {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The files of a plan that may hold values; nothing else of it may.
pub const OF_A_PLAN: [&str; 9] = [
    "values",
    "replace-text.txt",
    "replace-message.txt",
    "paths.txt",
    "mailmap",
    "name-callback.py",
    "email-callback.py",
    "refname-callback.py",
    "bfg-replace-text.txt",
];
