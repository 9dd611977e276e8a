//! leaklint in git's hooks: real commits, merges and pushes between throw-away repositories.

#![cfg(unix)]

#[path = "hooks/administrator.rs"]
mod administrator;
mod common;
#[path = "hooks/install.rs"]
mod install;
#[path = "hooks/message.rs"]
mod message;
#[path = "hooks/receive.rs"]
mod receive;
#[path = "hooks/send.rs"]
mod send;

use std::path::{Path, PathBuf};
use std::process::Output;

use common::{Repo, Values};

/// A line that any scan reports, with a new value for each seed.
fn secret(seed: u64) -> String {
    format!("token = \"{}\"\n", Values::new(seed).github_token())
}

/// A git command in `repo`, successful or not.
fn git(repo: &Repo, arguments: &[&str]) -> Output {
    repo.git_command(arguments).output().expect("git starts")
}

fn shown(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    format!("{}\n{}\n{}", output.status, text(&output.stdout), text(&output.stderr))
}

/// git was stopped, and said this.
#[track_caller]
fn stopped(output: &Output, saying: &str) {
    let shown = shown(output);
    assert!(!output.status.success() && shown.contains(saying), "expected {saying}:\n{shown}");
}

#[track_caller]
fn passed(output: &Output) {
    assert!(output.status.success(), "{}", shown(output));
}

/// Installs hooks in `repo` with these options.
#[track_caller]
fn install(repo: &Repo, options: &[&str]) -> String {
    repo.leaklint().args(["hook", "install"]).args(options).run().expect(0).out()
}

/// A bare repository beside `repo`, as its remote `origin`.
fn remote(repo: &Repo) -> PathBuf {
    let path = repo.beside().join("remote.git");
    repo.git(["init", "-q", "--bare", "--initial-branch=main", &path.display().to_string()]);
    repo.git(["remote", "add", "origin", &path.display().to_string()]);
    path
}

/// Writes an executable file.
fn executable(path: &Path, text: &str) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::create_dir_all(path.parent().expect("a directory")).expect("directories can be made");
    std::fs::write(path, text).expect("the file can be written");
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).expect("executable");
}
