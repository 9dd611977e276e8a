//! Reflogs: what a ref pointed at before, and what was said about it.
//!
//! Stands apart because a log is two things at once: a text to scan, and names of commits that nothing else may name.
//! The format is that of git's `refs/files-backend.c`: `OLD NEW NAME <MAIL> SECONDS ZONE<tab>MESSAGE`, a line each.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use super::reach::Reach;
use super::roots::shown;
use crate::blob::{BlobPath, Content};
use crate::source::files::{FilesOptions, FilesSource};
use crate::source::object::Id;
use crate::source::repository::Repo;
use crate::source::{Opened, Problem, Source};

/// A line of a log is this long (bytes) at most; git cuts messages long before.
const LINE_BYTES: u64 = 1 << 20;

/// Directories below `logs` are followed this deep, and this many entries are looked at: names of refs are not deeper.
const DEPTH: usize = 64;
const ENTRIES: usize = 1_000_000;

/// One ref's log.
pub(crate) struct Log {
    /// The ref, as git names it; `HEAD` for that of a working tree.
    pub(crate) name: String,
    pub(crate) path: BlobPath,
    pub(crate) content: Content,
    /// Every old and new id, each once, in the order of lines.
    pub(crate) commits: Vec<Id>,
    /// New id and time (seconds since 1970) of every line, the oldest first.
    pub(crate) moves: Vec<(Id, i64)>,
}

impl Log {
    /// What its lines make of the commits they name.
    pub(crate) fn kind(&self) -> Reach {
        // Older stashes are lines of the log of `refs/stash` and nothing else.
        if self.name == "refs/stash" { Reach::STASH } else { Reach::REFLOG }
    }
}

/// All logs, sorted by path.
pub(crate) fn all(repo: &Repo, problems: &mut Vec<Problem>) -> Vec<Log> {
    if repo.keeps_refs_in_tables() {
        return through_git(repo, problems);
    }
    let mut logs = Vec::new();
    for directory in repo.git_dirs() {
        let top = directory.join("logs");
        for file in files_below(&top) {
            let name = file.strip_prefix(&top).unwrap_or(&file).to_string_lossy().replace('\\', "/");
            let path = shown(repo, &file);
            match read(&file) {
                Ok((commits, moves)) => {
                    logs.push(Log { name, path, content: Content::File(file), commits, moves });
                }
                Err(error) => problems.push(crate::source::files::problem(Some(path), &error)),
            }
        }
    }
    logs.sort_by(|a, b| a.path.cmp(&b.path));
    logs
}

/// Regular files below `top`; links are not followed.
fn files_below(top: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut open = vec![(top.to_owned(), 0)];
    let mut entries = 0;
    while let Some((directory, depth)) = open.pop() {
        for entry in std::fs::read_dir(directory).into_iter().flatten().flatten() {
            entries += 1;
            match entry.file_type() {
                Ok(kind) if kind.is_dir() && depth < DEPTH && entries < ENTRIES => {
                    open.push((entry.path(), depth + 1));
                }
                Ok(kind) if kind.is_file() => files.push(entry.path()),
                _ => {}
            }
        }
    }
    files.sort();
    files
}

type Lines = (Vec<Id>, Vec<(Id, i64)>);

fn read(file: &Path) -> std::io::Result<Lines> {
    let opened = FilesSource::new(FilesOptions::default()).open(&Content::File(file.to_owned()));
    match opened {
        Ok(Opened::Stream(stream)) => lines(stream),
        Ok(Opened::Bytes(bytes)) => lines(bytes.as_slice()),
        Err(problem) => Err(std::io::Error::other(problem.message)),
    }
}

fn lines(from: impl Read) -> std::io::Result<Lines> {
    let mut reader = BufReader::new(from);
    let (mut commits, mut moves) = (Vec::new(), Vec::new());
    let mut seen = std::collections::HashSet::new();
    let mut line = Vec::new();
    loop {
        line.clear();
        if reader.by_ref().take(LINE_BYTES).read_until(b'\n', &mut line)? == 0 {
            return Ok((commits, moves));
        }
        let mut words = line.split(|&byte| byte == b' ').map(<[u8]>::trim_ascii);
        let (old, new) = (words.next().and_then(Id::from_hex), words.next().and_then(Id::from_hex));
        let (Some(old), Some(new)) = (old, new) else { continue };
        commits.extend([old, new].into_iter().filter(|id| !id.is_zero() && seen.insert(*id)));
        moves.push((new, time(&line)));
    }
}

/// The seconds that follow the mail address; 0 when they cannot be read.
fn time(line: &[u8]) -> i64 {
    let head = &line[..memchr::memchr(b'\t', line).unwrap_or(line.len())];
    let after = memchr::memrchr(b'>', head).map_or(&[][..], |at| &head[at + 1..]);
    let word = String::from_utf8_lossy(after);
    word.split_ascii_whitespace().next().and_then(|seconds| seconds.parse().ok()).unwrap_or(0)
}

/// The logs of a reftable repository, which have no files of their own: what git prints of them, in the same form.
fn through_git(repo: &Repo, problems: &mut Vec<Problem>) -> Vec<Log> {
    let listed = repo.child().and_then(|child| child.run(&["reflog", "list"]).ok());
    let Some(list) = listed else {
        let message = "the reflogs of this repository cannot be listed; they need git 2.45".to_owned();
        problems.push(Problem { path: None, kind: "unreadable", message });
        return Vec::new();
    };
    let names = list.split(|&byte| byte == b'\n').filter(|name| !name.is_empty() && !name.starts_with(b"-"));
    let linked = repo.linked().into_iter().map(|linked| format!("{linked}HEAD"));
    let has_log =
        |name: &String| repo.child().is_some_and(|child| child.run(&["reflog", "exists", name]).is_ok());
    let names = names.map(|name| String::from_utf8_lossy(name).into_owned()).chain(linked.filter(has_log));
    let mut logs = Vec::new();
    for name in names {
        match printed(repo, &name) {
            Some(log) => logs.push(log),
            None => {
                let path = Some(BlobPath::from_bytes(format!(".git/logs/{name}").as_bytes()));
                let message = "git cannot print this reflog".to_owned();
                problems.push(Problem { path, kind: "unreadable", message });
            }
        }
    }
    logs.sort_by(|a, b| a.path.cmp(&b.path));
    logs
}

fn printed(repo: &Repo, name: &str) -> Option<Log> {
    let format = "--format=%H%x00%gn <%ge>%x00%gd%x00%gs";
    let arguments = ["log", "--walk-reflogs", "--date=raw", "--no-patch", format, name, "--"];
    let text = as_in_files(&repo.child()?.run(&arguments).ok()?);
    let (commits, moves) = lines(text.as_slice()).ok()?;
    let path = BlobPath::from_bytes(format!(".git/logs/{name}").as_bytes());
    Some(Log { name: name.to_owned(), path, content: Content::Bytes(text.into()), commits, moves })
}

/// The lines that a log would have in a file, from what git prints of it: new id, name and mail, `REF@{SECONDS ZONE}`,
/// message, the newest first. What the ref was before the first of them is not told.
fn as_in_files(printed: &[u8]) -> Vec<u8> {
    let mut text = Vec::new();
    let mut old: Option<&[u8]> = None;
    for line in printed.split(|&byte| byte == b'\n').rev() {
        let fields: Vec<&[u8]> = line.splitn(4, |&byte| byte == 0).collect();
        let [new, who, place, message] = fields[..] else { continue };
        let time = memchr::memmem::rfind(place, b"@{").map_or(&[][..], |at| &place[at + 2..]);
        let time = time.strip_suffix(b"}").unwrap_or(time);
        let zero = vec![b'0'; new.len()];
        text.extend([old.unwrap_or(&zero), new, who, time].join(&b' '));
        text.push(b'\t');
        text.extend_from_slice(message);
        text.push(b'\n');
        old = Some(new);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_names_commits_and_times_and_what_is_no_line_of_one_is_passed_over() {
        let (one, two, zero) = ("1a".repeat(20), "2b".repeat(20), "00".repeat(20));
        let text = format!(
            "{zero} {one} A <a> 1700000000 +0100\tclone: from x\nnonsense\n{one} {two} A > <a> 17 -0800\n{two} {one}\n"
        );
        let (commits, moves) = lines(text.as_bytes()).unwrap();
        assert_eq!(commits.iter().map(Id::hex).collect::<Vec<_>>(), [one.clone(), two]);
        assert_eq!(moves.iter().map(|(_, time)| *time).collect::<Vec<_>>(), [1_700_000_000, 17, 0]);
        assert_eq!(moves[0].0.hex(), one);
    }

    #[test]
    fn what_git_prints_becomes_the_lines_of_a_file() {
        let (one, two, zero) = ("1a".repeat(20), "2b".repeat(20), "00".repeat(20));
        let printed = format!(
            "{two}\0B <b>\0refs/heads/@{{x@{{17 -0800}}\0commit: two\n{one}\0A <a>\0HEAD@{{16 +0100}}\0clone\nodd\n"
        );
        let text = format!("{zero} {one} A <a> 16 +0100\tclone\n{one} {two} B <b> 17 -0800\tcommit: two\n");
        assert_eq!(String::from_utf8(as_in_files(printed.as_bytes())).unwrap(), text);
        let (commits, moves) = lines(text.as_bytes()).unwrap();
        assert_eq!(commits.len(), 2);
        assert_eq!(moves.iter().map(|(_, time)| *time).collect::<Vec<_>>(), [16, 17]);
    }
}
