//! The hook under the real pre-commit framework, installed from PyPI and pointed at this repository.
//!
//! pre-commit clones the working state and builds it with `cargo install`. With `LEAKLINT_ALL_TESTS=1` that build is
//! real, but for the profile and the target directory, which it shares with the tests so that dependencies are there;
//! else the binary under test is put where `cargo install` would have put it, which saves the minute of a build.

#![cfg(unix)]

mod common;

use std::ffi::OsString;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

use common::{Repo, Values, files_below, not_run, root};

/// The version under test. Pinned, so that what passed today passes tomorrow.
const FRAMEWORK: &str = "pre-commit==4.7.0";

/// A file that any scan reports.
fn secret(seed: u64) -> String {
    format!("token = \"{}\"\n", Values::new(seed).github_token())
}

/// The framework, installed once, and this repository's working state as a commit that it can clone.
struct Framework {
    program: PathBuf,
    environment: Vec<(OsString, OsString)>,
    source: Repo,
    revision: String,
    _home: tempfile::TempDir,
}

/// `None`, and said so, where this machine lacks what it needs.
fn framework(test: &str) -> Option<&'static Framework> {
    static FRAMEWORK: OnceLock<Result<Framework, String>> = OnceLock::new();
    match FRAMEWORK.get_or_init(Framework::install) {
        Ok(framework) => Some(framework),
        Err(why) => {
            not_run(test, why);
            None
        }
    }
}

impl Framework {
    fn install() -> Result<Self, String> {
        let venv = Path::new(env!("CARGO_TARGET_TMPDIR")).join(FRAMEWORK.replace("==", "-"));
        let program = venv.join("bin/pre-commit");
        if !succeeds(Command::new(&program).arg("--version")) {
            if !succeeds(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&venv)) {
                return Err("python3 with venv is needed".into());
            }
            let mut pip = Command::new(venv.join("bin/pip"));
            if !succeeds(pip.args(["install", "--quiet", "--disable-pip-version-check", FRAMEWORK])) {
                return Err(format!("pip could not install {FRAMEWORK}"));
            }
        }
        let home = tempfile::tempdir().map_err(|error| error.to_string())?;
        let (source, revision) = working_state();
        let environment = environment(home.path());
        let framework = Self { program, environment, source, revision, _home: home };
        let repo = framework.user();
        let done = framework.run(&repo, &["install-hooks"]);
        assert!(done.status.success(), "{}", shown(&done));
        Ok(framework)
    }

    /// A repository of somebody who uses the hook.
    fn user(&self) -> Repo {
        self.user_of(&["leaklint"])
    }

    /// The same with these of our hooks.
    fn user_of(&self, ids: &[&str]) -> Repo {
        let repo = Repo::new();
        let (path, rev) = (self.source.dir().display(), &self.revision);
        let ids: String = ids.iter().map(|id| format!("  - id: {id}\n")).collect();
        let config = format!("repos:\n- repo: {path}\n  rev: {rev}\n  hooks:\n{ids}");
        repo.write(".pre-commit-config.yaml", config);
        repo.commit("use leaklint");
        repo
    }

    fn run(&self, repo: &Repo, arguments: &[&str]) -> Output {
        let mut command = Command::new(&self.program);
        let git = repo.git_command([""; 0]);
        command.current_dir(repo.dir()).env_clear();
        command.envs(git.get_envs().filter_map(|(name, value)| Some((name, value?))));
        command.envs(self.environment.iter().cloned()).args(arguments).stdin(Stdio::null());
        command.output().expect("pre-commit starts")
    }

    /// Runs git with the hooks that the framework installed.
    fn git(&self, repo: &Repo, arguments: &[&str]) -> Output {
        let mut command = repo.git_command(arguments);
        command.envs(self.environment.iter().cloned()).output().expect("git starts")
    }
}

/// What `cargo install` needs, with a `cargo` in front that makes it quick.
fn environment(home: &Path) -> Vec<(OsString, OsString)> {
    let cargo = Path::new(env!("CARGO"));
    let (binary, target) =
        (env!("CARGO_BIN_EXE_leaklint"), Path::new(env!("CARGO_BIN_EXE_leaklint")).ancestors());
    let target = target.clone().nth(2).expect("target/debug/leaklint").display();
    let all = std::env::var_os("LEAKLINT_ALL_TESTS").is_some_and(|value| value == "1");
    let install = if all {
        format!("CARGO_TARGET_DIR='{target}' exec '{}' \"$@\" --debug --locked", cargo.display())
    } else {
        format!(
            "while [ $# -gt 0 ]; do [ \"$1\" = --root ] && root=$2; shift; done\n\
             mkdir -p \"$root/bin\" && exec cp '{binary}' \"$root/bin/leaklint\""
        )
    };
    let script = format!(
        "#!/bin/sh\nif [ \"$1\" = install ]; then\n{install}\nfi\nexec '{}' \"$@\"\n",
        cargo.display()
    );
    let bin = home.join("bin");
    std::fs::create_dir(&bin).expect("a directory");
    std::fs::write(bin.join("cargo"), script).expect("written");
    std::fs::set_permissions(bin.join("cargo"), std::fs::Permissions::from_mode(0o755)).expect("executable");
    let own = std::env::var_os("HOME").unwrap_or_default();
    let known = |name: &str, default: &str| {
        std::env::var_os(name).unwrap_or_else(|| Path::new(&own).join(default).into())
    };
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::join_paths([bin].into_iter().chain(std::env::split_paths(&path))).expect("a PATH");
    vec![
        ("PATH".into(), path),
        ("PRE_COMMIT_HOME".into(), home.join("pre-commit").into()),
        ("CARGO_HOME".into(), known("CARGO_HOME", ".cargo")),
        ("RUSTUP_HOME".into(), known("RUSTUP_HOME", ".rustup")),
    ]
}

/// This package as it stands, committed.
fn working_state() -> (Repo, String) {
    let repo = Repo::new();
    // In a linked working tree `.git` is a file.
    for file in files_below(root()).into_iter().filter(|file| !file.ends_with(".git")) {
        let name = file.strip_prefix(root()).expect("a file of ours");
        repo.write(name, std::fs::read(&file).expect("the file can be read"));
    }
    let revision = repo.commit("the working state");
    (repo, revision)
}

fn succeeds(command: &mut Command) -> bool {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

fn shown(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    format!("{}\n{}\n{}", output.status, text(&output.stdout), text(&output.stderr))
}

/// The run was stopped by a finding of ours, at this place.
#[track_caller]
fn blocked(output: &Output, place: &str) {
    let shown = shown(output);
    assert!(!output.status.success() && shown.contains(place), "expected {place}:\n{shown}");
}

#[track_caller]
fn passed(output: &Output) {
    assert!(output.status.success(), "{}", shown(output));
}

#[test]
fn a_commit_is_judged_by_its_index() {
    let Some(framework) = framework("a_commit_is_judged_by_its_index") else { return };
    let repo = framework.user();
    passed(&framework.run(&repo, &["install"]));
    repo.write("f", format!("one\n{}", secret(1)));
    repo.add_all();
    blocked(&framework.git(&repo, &["commit", "-m", "leak"]), "f:2");
    repo.write("f", "one\n");
    repo.add_all();
    repo.write("f", format!("one\n{}", secret(2)));
    passed(&framework.git(&repo, &["commit", "-m", "the leak is not staged"]));
    passed(&framework.git(&repo, &["commit", "--allow-empty", "-m", "empty"]));
    blocked(&framework.git(&repo, &["commit", "-a", "-m", "now it is"]), "f:2");
    blocked(&framework.git(&repo, &["commit", "-m", "now it is", "f"]), "f:2");
}

#[test]
fn refs_name_the_range() {
    let Some(framework) = framework("refs_name_the_range") else { return };
    let repo = framework.user();
    repo.write("old", secret(1));
    let start = repo.commit("an old secret");
    repo.write("f", secret(2));
    repo.commit("leak");
    repo.write("f", "clean\n");
    let hidden = repo.commit("hide");
    repo.write("f", "clean\nmore\n");
    let end = repo.commit("more");
    blocked(&framework.run(&repo, &["run", "--from-ref", &start, "--to-ref", &end]), "f:1");
    passed(&framework.run(&repo, &["run", "--from-ref", &hidden, "--to-ref", &end]));
}

#[test]
fn a_push_is_judged_by_what_it_carries() {
    let Some(framework) = framework("a_push_is_judged_by_what_it_carries") else { return };
    let repo = framework.user();
    let remote = repo.beside().join("remote.git").display().to_string();
    repo.git(["init", "-q", "--bare", &remote]);
    repo.git(["remote", "add", "origin", &remote]);
    passed(&framework.run(&repo, &["install", "--hook-type", "pre-push"]));
    repo.write("f", secret(1));
    repo.commit("leak");
    repo.write("f", "clean\n");
    repo.commit("hide");
    blocked(&framework.git(&repo, &["push", "-q", "origin", "main"]), "f:1");
    repo.git(["reset", "-q", "--hard", "HEAD~2"]);
    passed(&framework.git(&repo, &["push", "-q", "origin", "main"]));
    repo.write("f", secret(2));
    repo.commit("leak");
    blocked(&framework.git(&repo, &["push", "-q", "origin", "main"]), "f:1");
    blocked(&framework.git(&repo, &["push", "-q", "origin", "main:other"]), "f:1");
}

#[test]
fn all_files_means_every_tracked_file() {
    let Some(framework) = framework("all_files_means_every_tracked_file") else { return };
    let repo = framework.user();
    repo.write("d/f", format!("one\n{}", secret(1)));
    repo.commit("leak");
    repo.write("untracked", secret(2));
    let found = framework.run(&repo, &["run", "--all-files"]);
    blocked(&found, "d/f:2");
    assert!(!shown(&found).contains("untracked"), "{}", shown(&found));
    repo.write("d/f", "one\n");
    passed(&framework.run(&repo, &["run", "--all-files"]));
}

#[test]
fn messages_and_pushes_have_hooks_of_their_own() {
    let Some(framework) = framework("messages_and_pushes_have_hooks_of_their_own") else { return };
    let repo = framework.user_of(&["leaklint-commit-msg", "leaklint-pre-push"]);
    let remote = repo.beside().join("remote.git").display().to_string();
    repo.git(["init", "-q", "--bare", &remote]);
    repo.git(["remote", "add", "origin", &remote]);
    passed(&framework.run(&repo, &["install", "--hook-type", "commit-msg", "--hook-type", "pre-push"]));
    let commit = |message: &str| framework.git(&repo, &["commit", "-q", "--allow-empty", "-m", message]);
    blocked(&commit(&format!("subject\n\n{}", secret(1))), "COMMIT_EDITMSG:3");
    passed(&commit("clean"));
    passed(&framework.git(&repo, &["push", "-q", "origin", "main"]));
    repo.write("f", secret(2));
    repo.commit("leak");
    repo.write("f", "clean\n");
    repo.commit("hide");
    blocked(&framework.git(&repo, &["push", "-q", "origin", "main"]), "f:1");
    blocked(&framework.git(&repo, &["push", "-q", "origin", "main:other"]), "f:1");
}
