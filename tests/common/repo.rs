//! `Repo`: a throw-away git repository whose commits are the same bytes on every machine.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

use super::command::{Leaklint, scrubbed};

/// A repository in a temporary directory that goes away with it.
pub struct Repo {
    holder: TempDir,
    directory: PathBuf,
}

impl Repo {
    /// An empty repository on branch `main`, without a commit.
    pub fn new() -> Self {
        let repo = Self::plain();
        repo.git(["init", "--quiet", "--initial-branch=main"]);
        repo
    }

    /// An empty directory that is no repository.
    pub fn plain() -> Self {
        let holder = tempfile::tempdir().expect("a temporary directory");
        let directory = holder.path().join("work");
        std::fs::create_dir(&directory).expect("a fresh directory");
        Self { holder, directory }
    }

    /// Its working tree.
    pub fn dir(&self) -> &Path {
        &self.directory
    }

    /// A directory beside the working tree that no scan of it sees: for outputs, worktrees, clones.
    pub fn beside(&self) -> &Path {
        self.holder.path()
    }

    /// The path of a file in it.
    pub fn path(&self, name: &str) -> PathBuf {
        self.directory.join(name)
    }

    /// Writes a file, with the directories above it.
    pub fn write(&self, name: impl AsRef<Path>, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.directory.join(name);
        let parent = path.parent().expect("a file has a directory");
        std::fs::create_dir_all(parent).expect("directories can be made");
        std::fs::write(&path, content).expect("the file can be written");
        path
    }

    /// Reads a file.
    pub fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).expect("the file can be read")
    }

    /// Runs git here, demands success and gives its standard output without the last newline.
    pub fn git<S: AsRef<std::ffi::OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> String {
        let output = self.git_command(arguments).output().expect("git starts");
        assert!(output.status.success(), "git failed: {}", describe(&output));
        String::from_utf8_lossy(&output.stdout).trim_end_matches('\n').to_owned()
    }

    /// A git command in this repository with the scrubbed environment, for tests that look at its failure.
    pub fn git_command<S: AsRef<std::ffi::OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Command {
        let mut command = Command::new("git");
        command.current_dir(&self.directory).env_clear().envs(scrubbed(self.holder.path()));
        for who in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{who}_NAME"), "Ada Example");
            command.env(format!("GIT_{who}_EMAIL"), "ada@example.org");
            command.env(format!("GIT_{who}_DATE"), "2026-03-04T05:06:07+01:00");
        }
        command.args(arguments);
        command
    }

    /// Stages everything.
    pub fn add_all(&self) {
        self.git(["add", "--all"]);
    }

    /// Stages everything and commits it; gives the commit's full id.
    pub fn commit(&self, message: &str) -> String {
        self.add_all();
        self.git(["commit", "--quiet", "--allow-empty", "--no-verify", "-m", message]);
        self.git(["rev-parse", "HEAD"])
    }

    /// The binary under test, in the working tree.
    pub fn leaklint(&self) -> Leaklint {
        Leaklint::new(&self.directory)
    }
}

fn describe(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    format!("{}\n{}\n{}", output.status, text(&output.stdout), text(&output.stderr))
}
