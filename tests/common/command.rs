//! `Leaklint`: one run of the real binary, as a stranger's shell would start it and nothing inherited.

use std::ffi::{OsStr, OsString};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde::Deserialize;
use tempfile::TempDir;

/// Longest run a test waits for; the debug build is slow, a hang is slower.
const PATIENCE: Duration = Duration::from_secs(300);

/// A run of the real binary to be.
pub struct Leaklint {
    arguments: Vec<OsString>,
    directory: PathBuf,
    environment: Vec<(OsString, OsString)>,
    stdin: Option<Vec<u8>>,
    home: TempDir,
}

impl Leaklint {
    /// `leaklint` in `directory`, without arguments.
    pub fn new(directory: &Path) -> Self {
        let home = tempfile::tempdir().expect("a temporary directory for HOME");
        let environment = scrubbed(home.path());
        Self { arguments: Vec::new(), directory: directory.to_owned(), environment, stdin: None, home }
    }

    /// Adds one argument.
    #[must_use]
    pub fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.arguments.push(argument.as_ref().to_owned());
        self
    }

    /// Adds arguments.
    #[must_use]
    pub fn args(mut self, arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Self {
        self.arguments.extend(arguments.into_iter().map(|argument| argument.as_ref().to_owned()));
        self
    }

    /// Sets a variable of the environment.
    #[must_use]
    pub fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.environment.push((name.as_ref().to_owned(), value.as_ref().to_owned()));
        self
    }

    /// Gives these bytes on standard input; without it, standard input is empty.
    #[must_use]
    pub fn stdin(mut self, bytes: impl AsRef<[u8]>) -> Self {
        self.stdin = Some(bytes.as_ref().to_vec());
        self
    }

    /// The empty home directory of this run.
    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// The command with arguments, directory and environment set and nothing said about its streams.
    pub fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_leaklint"));
        command.args(&self.arguments).current_dir(&self.directory).env_clear();
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Runs it to its end and takes what it wrote.
    pub fn run(self) -> Outcome {
        let mut command = self.command();
        let stdin = if self.stdin.is_some() { Stdio::piped() } else { Stdio::null() };
        command.stdin(stdin).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the binary under test starts");
        let input = child.stdin.take().zip(self.stdin.clone());
        let writer = input.map(|(mut pipe, bytes)| std::thread::spawn(move || drop(pipe.write_all(&bytes))));
        let stdout = reader(child.stdout.take().expect("stdout is piped"));
        let stderr = reader(child.stderr.take().expect("stderr is piped"));
        let started = Instant::now();
        let status = loop {
            if let Some(status) = child.try_wait().expect("waiting for our own child") {
                break status;
            }
            if started.elapsed() > PATIENCE {
                drop(child.kill());
                panic!("leaklint {:?} did not end in {PATIENCE:?}", self.arguments);
            }
            std::thread::sleep(Duration::from_millis(2));
        };
        if let Some(writer) = writer {
            writer.join().expect("the writer of standard input ends");
        }
        let stdout = stdout.join().expect("the reader of stdout ends");
        let stderr = stderr.join().expect("the reader of stderr ends");
        Outcome { code: status.code(), stdout, stderr }
    }

    /// Runs it with `--format jsonl` and `--quiet`: the way most tests ask for findings.
    pub fn findings(self) -> Vec<Finding> {
        let outcome = self.args(["--format", "jsonl", "--quiet"]).run();
        assert!(matches!(outcome.code, Some(0 | 1)), "leaklint could not do its job:\n{outcome}");
        outcome.findings()
    }
}

/// The whole environment of a run: nothing of the developer's shell, git configuration or home.
pub fn scrubbed(home: &Path) -> Vec<(OsString, OsString)> {
    let path = std::env::var_os("PATH").unwrap_or_else(|| "/usr/bin:/bin".into());
    [
        ("PATH", path),
        ("HOME", home.as_os_str().to_owned()),
        ("GIT_CONFIG_NOSYSTEM", "1".into()),
        ("GIT_CONFIG_GLOBAL", "/dev/null".into()),
        ("LC_ALL", "C.UTF-8".into()),
        ("TZ", "UTC".into()),
    ]
    .into_iter()
    .map(|(name, value)| (name.into(), value))
    .collect()
}

fn reader(mut pipe: impl Read + Send + 'static) -> std::thread::JoinHandle<Vec<u8>> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        pipe.read_to_end(&mut bytes).expect("the child's output can be read");
        bytes
    })
}

/// What a run left behind. `Display` shows it whole, for messages of failed assertions.
pub struct Outcome {
    /// Exit code; `None` when a signal ended it.
    pub code: Option<i32>,
    /// Standard output.
    pub stdout: Vec<u8>,
    /// Standard error.
    pub stderr: Vec<u8>,
}

impl Outcome {
    /// Standard output as text.
    pub fn out(&self) -> String {
        String::from_utf8_lossy(&self.stdout).into_owned()
    }

    /// Standard error as text.
    pub fn err(&self) -> String {
        String::from_utf8_lossy(&self.stderr).into_owned()
    }

    /// Standard output read as `--format jsonl`.
    pub fn findings(&self) -> Vec<Finding> {
        let parse = |line: &str| {
            serde_json::from_str(line).unwrap_or_else(|why| panic!("not a finding ({why}): {line}"))
        };
        self.out().lines().map(parse).collect()
    }

    /// Standard output read as one JSON document (`json`, `sarif`).
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.stdout).unwrap_or_else(|why| panic!("not JSON ({why}):\n{self}"))
    }

    /// Asserts the exit code and that nothing panicked; gives the outcome back.
    #[track_caller]
    pub fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "exit code\n{self}");
        assert!(!self.err().contains("panicked"), "panicked\n{self}");
        self
    }
}

impl std::fmt::Display for Outcome {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(to, "exit: {:?}\n--- stdout\n{}\n--- stderr\n{}", self.code, self.out(), self.err())
    }
}

/// A line of `--format jsonl`. Unknown fields are fine: the format only ever grows.
#[derive(Clone, Debug, Deserialize)]
pub struct Finding {
    pub rule_id: String,
    pub rule_name: String,
    pub severity: String,
    pub confidence: String,
    pub path: String,
    pub repo_path: Option<String>,
    pub start_line: u64,
    pub start_column: u64,
    pub end_line: u64,
    pub end_column: u64,
    pub masked: String,
    pub fingerprint: String,
    pub verified: String,
    #[serde(default)]
    pub subject: Vec<String>,
    #[serde(default)]
    pub related: Vec<Related>,
    pub advice: String,
    pub commit: Option<String>,
    pub author: Option<String>,
    pub date: Option<String>,
    /// What of a repository it stands in; `None` for a file.
    pub part: Option<String>,
    /// No longer there where its range ends.
    #[serde(default)]
    pub gone: bool,
    #[serde(default)]
    pub reachability: Vec<String>,
    pub history: Option<serde_json::Value>,
}

/// Another place of a finding.
#[derive(Clone, Debug, Deserialize)]
pub struct Related {
    pub role: String,
    pub path: String,
    pub start_line: u64,
    pub start_column: u64,
    pub end_line: u64,
    pub end_column: u64,
}
