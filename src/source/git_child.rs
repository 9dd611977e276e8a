//! The `git` program as a reader, for repositories that libgit2 refuses: split and sparse indexes, reftable, SHA-256,
//! partial clones.
//!
//! Stands apart because it is the only place that starts a process. A repository is data: the environment is empty but
//! for what locates the repository, user and system settings are off, and every setting of the repository that could
//! run a program on the commands used here is overridden. A lazily fetching partial clone would run whatever transport
//! the repository names, so that is forbidden twice: `GIT_NO_LAZY_FETCH` (git 2.44) and, for older ones, a list of
//! allowed protocols with nothing in it that exists.

use std::ffi::{OsStr, OsString};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Mutex, PoisonError};

use super::object::{Id, Kind};
use super::objects::{Objects, ReadError};
use super::repository::{GitEnv, escaped};
use crate::error::Error;

/// Settings that could run a program or hide a change, overridden on every call.
const OVERRIDES: &[&str] = &[
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.sshCommand=false",
    "core.gitProxy=none",
    "core.pager=cat",
    "core.bigFileThreshold=16m",
    "credential.helper=",
    "diff.external=",
    "diff.ignoreSubmodules=none",
    "protocol.allow=never",
    "submodule.recurse=false",
];

/// The environment of every call, besides `PATH` and what locates the repository.
const ENVIRONMENT: &[(&str, &str)] = &[
    ("GIT_ALLOW_PROTOCOL", "leaklint-allows-none"),
    ("GIT_ATTR_NOSYSTEM", "1"),
    ("GIT_CONFIG_GLOBAL", "/dev/null"),
    ("GIT_CONFIG_NOSYSTEM", "1"),
    ("GIT_LITERAL_PATHSPECS", "1"),
    ("GIT_NO_LAZY_FETCH", "1"),
    ("GIT_NO_REPLACE_OBJECTS", "1"),
    ("GIT_OPTIONAL_LOCKS", "0"),
    ("GIT_SSH_COMMAND", "false"),
    ("GIT_TERMINAL_PROMPT", "0"),
    ("LC_ALL", "C"),
];

/// What a reused `git cat-file` process answers with.
#[derive(Clone, Copy)]
enum Answer {
    Header,
    Content,
}

/// A way to ask the `git` program about one repository.
pub(crate) struct GitChild {
    program: PathBuf,
    directory: PathBuf,
    environment: Vec<(&'static str, OsString)>,
    safe: Vec<String>,
    headers: Mutex<Vec<Batch>>,
    contents: Mutex<Vec<Batch>>,
}

/// What to do about a repository in a format that this git does not know.
const FORMAT_HELP: &str = "a newer git program than the one in PATH can read this repository; refs in tables (reftable) need git 2.45";

/// What git says when it refuses a repository, and what to do about it.
const HELP: [(&str, &str); 3] = [
    ("dubious ownership", super::repository::OWNER_HELP),
    ("unknown repository extension", FORMAT_HELP),
    ("invalid value for 'extensions.", FORMAT_HELP),
];

impl GitChild {
    /// Prepares calls in `directory` with the layout that `env` inherited.
    ///
    /// # Errors
    /// When there is no `git` program on `PATH`.
    pub(crate) fn new(directory: &Path, env: &GitEnv) -> Result<Self, Error> {
        let missing = || Error::Git {
            message: "this repository needs the git program, and there is none on PATH".into(),
            help: Some("install git; libgit2 alone cannot read this kind of repository".into()),
        };
        Ok(Self {
            program: program().ok_or_else(missing)?,
            directory: directory.to_path_buf(),
            environment: env.layout().map(|(name, value)| (name, value.to_os_string())).collect(),
            safe: safe_directories(),
            headers: Mutex::default(),
            contents: Mutex::default(),
        })
    }

    /// The standard output of `git ARGUMENTS`.
    ///
    /// # Errors
    /// When git cannot be started or fails; its own words are part of the message, escaped.
    pub(crate) fn run<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Result<Vec<u8>, Error> {
        self.tell(arguments, b"")
    }

    /// The same with `input` on its standard input, which it reads to its end before it answers.
    ///
    /// # Errors
    /// As [`GitChild::run`].
    pub(crate) fn tell<S: AsRef<OsStr>>(&self, arguments: &[S], input: &[u8]) -> Result<Vec<u8>, Error> {
        let mut command = self.command();
        command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped());
        if !input.is_empty() {
            command.stdin(Stdio::piped());
        }
        let mut child = command.spawn().map_err(|error| failed(&error.to_string()))?;
        if let Some(mut stdin) = child.stdin.take() {
            // Where git ends before it has read all, its own words say why.
            stdin.write_all(input).ok();
        }
        let output = child.wait_with_output().map_err(|error| failed(&error.to_string()))?;
        if output.status.success() {
            return Ok(output.stdout);
        }
        let words = String::from_utf8_lossy(&output.stderr);
        let help = HELP.iter().find(|(said, _)| words.contains(said)).map(|(_, help)| (*help).to_owned());
        let first = words.trim().lines().next().unwrap_or("nothing");
        Err(Error::Git { message: format!("git says: {}", escaped(first)), help })
    }

    /// The standard output of `git ARGUMENTS` with the closing newline removed; `None` when git fails or says nothing.
    pub(crate) fn ask<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Option<Vec<u8>> {
        let mut answer = self.run(arguments).ok()?;
        if answer.last() == Some(&b'\n') {
            answer.pop();
        }
        Some(answer).filter(|answer| !answer.is_empty())
    }

    /// The content of a blob, as git writes it.
    pub(crate) fn stream(&self, id: &Id) -> Result<Box<dyn Read + Send>, ReadError> {
        let mut command = self.command();
        command.args(["cat-file", "blob", &id.hex()]).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().map_err(|_| ReadError::Failed)?;
        let stdout = child.stdout.take().ok_or(ReadError::Failed)?;
        Ok(Box::new(Stream { child, stdout, ended: false }))
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.env_clear().current_dir(&self.directory).stdin(Stdio::null());
        command.envs(std::env::var_os("PATH").map(|path| ("PATH", path)));
        // Without it a Windows process cannot load its libraries.
        command.envs(std::env::var_os("SYSTEMROOT").map(|root| ("SYSTEMROOT", root)));
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command.envs(ENVIRONMENT.iter().copied()).arg("--no-optional-locks");
        OVERRIDES.iter().for_each(|setting| _ = command.args(["-c", setting]));
        self.safe
            .iter()
            .for_each(|directory| _ = command.args(["-c", &format!("safe.directory={directory}")]));
        command
    }

    /// Asks a waiting `cat-file` process, or a new one; it is put back when it is still in step.
    fn batch(&self, answer: Answer, id: &Id, limit: u64) -> Result<(Kind, u64, Vec<u8>), ReadError> {
        let (pool, option) = match answer {
            Answer::Header => (&self.headers, "--batch-check"),
            Answer::Content => (&self.contents, "--batch"),
        };
        let waiting = pool.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut batch = match waiting {
            Some(batch) => batch,
            None => Batch::start(self.command().args(["cat-file", option]))?,
        };
        let result = batch.ask(answer, id, limit);
        if matches!(result, Ok(_) | Err(ReadError::Missing)) {
            pool.lock().unwrap_or_else(PoisonError::into_inner).push(batch);
        }
        result
    }
}

impl Objects for GitChild {
    fn header(&self, id: &Id) -> Result<(Kind, u64), ReadError> {
        self.batch(Answer::Header, id, u64::MAX).map(|(kind, size, _)| (kind, size))
    }

    fn read(&self, id: &Id, limit: u64) -> Result<(Kind, Vec<u8>), ReadError> {
        self.batch(Answer::Content, id, limit).map(|(kind, _, data)| (kind, data))
    }
}

/// A `git cat-file --batch` process: an id a line in, header and content out.
struct Batch {
    child: Child,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
}

impl Batch {
    fn start(command: &mut Command) -> Result<Self, ReadError> {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().map_err(|_| ReadError::Failed)?;
        match (child.stdin.take(), child.stdout.take()) {
            (Some(stdin), Some(stdout)) => Ok(Self { child, stdin, stdout: BufReader::new(stdout) }),
            _ => Err(ReadError::Failed),
        }
    }

    /// One exchange: `<id> <kind> <size>` and, for content, the bytes and a newline; or `<id> missing`.
    fn ask(&mut self, answer: Answer, id: &Id, limit: u64) -> Result<(Kind, u64, Vec<u8>), ReadError> {
        self.stdin.write_all(format!("{}\n", id.hex()).as_bytes()).map_err(|_| ReadError::Corrupt)?;
        self.stdin.flush().map_err(|_| ReadError::Corrupt)?;
        let mut header = Vec::new();
        self.stdout.by_ref().take(256).read_until(b'\n', &mut header).map_err(|_| ReadError::Failed)?;
        let words: Vec<&[u8]> = header.trim_ascii_end().split(|&byte| byte == b' ').collect();
        let (kind, size) = match words[..] {
            [_, b"missing"] => return Err(ReadError::Missing),
            [_, kind, size] => {
                (Kind::from_name(kind), std::str::from_utf8(size).ok().and_then(|s| s.parse().ok()))
            }
            // git ends when it meets a damaged object.
            _ => return Err(ReadError::Corrupt),
        };
        let (Some(kind), Some(size)) = (kind, size) else { return Err(ReadError::Corrupt) };
        if matches!(answer, Answer::Header) {
            return Ok((kind, size, Vec::new()));
        }
        if size > limit {
            return Err(ReadError::TooLarge);
        }
        let mut data = Vec::new();
        self.stdout.by_ref().take(size).read_to_end(&mut data).map_err(|_| ReadError::Failed)?;
        let mut newline = [0];
        if data.len() as u64 != size || self.stdout.read_exact(&mut newline).is_err() {
            return Err(ReadError::Corrupt);
        }
        Ok((kind, size, data))
    }
}

impl Drop for Batch {
    fn drop(&mut self) {
        end(&mut self.child);
    }
}

/// The output of one child, which is reaped with it. A child that fails is a read error, not an early end.
struct Stream {
    child: Child,
    stdout: ChildStdout,
    ended: bool,
}

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.stdout.read(buffer)?;
        if read == 0 && !buffer.is_empty() && !self.ended {
            self.ended = true;
            if !self.child.wait()?.success() {
                return Err(std::io::Error::other("git cat-file failed"));
            }
        }
        Ok(read)
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        end(&mut self.child);
    }
}

/// Ends a child that may have ended already; either way it is reaped.
fn end(child: &mut Child) {
    if child.kill().is_ok() {
        child.wait().ok();
    }
}

/// `git` from an absolute directory of `PATH`. A relative one would name a program inside the repository.
fn program() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let candidates = std::env::split_paths(&path).filter(|directory| directory.is_absolute());
    candidates
        .map(|directory| directory.join(format!("git{}", std::env::consts::EXE_SUFFIX)))
        .find(|git| git.is_file())
}

/// The user's own `safe.directory` settings, which the scrubbed child would not see. libgit2 reads them from the system
/// and the user's files, never from the repository.
fn safe_directories() -> Vec<String> {
    let Ok(config) = git2::Config::open_default() else { return Vec::new() };
    let Ok(mut entries) = config.multivar("safe.directory", None) else { return Vec::new() };
    let mut directories = Vec::new();
    while let Some(Ok(entry)) = entries.next() {
        if entry.has_value() {
            directories.extend(entry.value().map(str::to_owned));
        }
    }
    directories
}

fn failed(reason: &str) -> Error {
    Error::Git { message: format!("cannot run git: {}", escaped(reason)), help: None }
}
