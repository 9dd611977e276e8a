//! What a test needs of the machine beyond Rust and git. Where it is missing the test says "not run"; with
//! `LEAKLINT_ALL_TESTS=1` (as in `.ci/run`) that is a failure.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A program that a test needs.
pub struct Need {
    /// What to run.
    pub program: &'static str,
    /// Arguments that make it answer and end.
    pub probe: &'static [&'static str],
}

impl Need {
    /// True when the program is here and answers.
    pub fn is_met(&self) -> bool {
        let mut command = Command::new(self.program);
        command.args(self.probe).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    }
}

/// Says that the test `name` is not run, and why; fails where every test must run.
#[track_caller]
pub fn not_run(name: &str, why: &str) {
    let all = std::env::var_os("LEAKLINT_ALL_TESTS").is_some_and(|value| value == "1");
    assert!(!all, "{name} must run here, but: {why}");
    note(&format!("{name}: not run: {why}"));
}

/// Says something in the output of a test that passes.
pub fn note(text: &str) {
    eprintln!("{text}");
}

/// Every regular file below `directory`, sorted, without `.git` and `target`.
pub fn files_below(directory: &Path) -> Vec<PathBuf> {
    walk(directory, &[".git", "target"])
}

/// Every regular file below `directory`, sorted.
pub fn all_files_below(directory: &Path) -> Vec<PathBuf> {
    walk(directory, &[])
}

fn walk(directory: &Path, without: &[&str]) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut waiting = vec![directory.to_owned()];
    while let Some(next) = waiting.pop() {
        for entry in std::fs::read_dir(&next).expect("the directory can be listed") {
            let entry = entry.expect("a directory entry can be read");
            let kind = entry.file_type().expect("an entry has a type");
            let left_out = without.iter().any(|name| entry.file_name() == *name);
            if kind.is_dir() && !left_out {
                waiting.push(entry.path());
            } else if kind.is_file() {
                files.push(entry.path());
            }
        }
    }
    files.sort();
    files
}
