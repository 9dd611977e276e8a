//! What a process inherited of git: where the repository lies, which index counts, what is being merged.
//!
//! Stands apart from the repository because these are facts about a process, as git(1) and githooks(5) describe them.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use super::object::Id;
use super::repository::os_path;

/// Variables by which git tells a hook which repository and which index it runs for; see git(1).
const LAYOUT: &[&str] = &[
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_CEILING_DIRECTORIES",
    "GIT_DISCOVERY_ACROSS_FILESYSTEM",
];

/// What `git merge` puts before the id of each commit it merges, as the name of a variable; during its
/// `pre-merge-commit` hook there is no `MERGE_HEAD` yet (`setenv` in git's builtin/merge.c).
const MERGED: &str = "GITHEAD_";

/// What a process inherited of git: the layout variables, and which commits are being merged.
#[derive(Clone, Default)]
pub struct GitEnv {
    variables: Vec<(&'static str, OsString)>,
    merged: Vec<Id>,
}

impl GitEnv {
    /// What this process inherited. Directories are made absolute; `GIT_INDEX_FILE` stays as it is, because git reads a
    /// relative one from the top of the working tree.
    pub fn inherited() -> Self {
        let absolute = |name: &str, value: OsString| match name {
            "GIT_DIR" | "GIT_WORK_TREE" | "GIT_OBJECT_DIRECTORY" | "GIT_COMMON_DIR" => {
                std::path::absolute(&value).map_or(value, PathBuf::into_os_string)
            }
            _ => value,
        };
        let set = |name: &&'static str| {
            let value = std::env::var_os(name).filter(|value| !value.is_empty())?;
            Some((*name, absolute(name, value)))
        };
        let merged =
            |(name, _): (OsString, OsString)| Id::from_hex(name.to_str()?.strip_prefix(MERGED)?.as_bytes());
        Self {
            variables: LAYOUT.iter().filter_map(set).collect(),
            merged: std::env::vars_os().filter_map(merged).collect(),
        }
    }

    /// Only what bounds the search for a repository: for a repository that the user names.
    pub fn search_only(&self) -> Self {
        let bounds = ["GIT_CEILING_DIRECTORIES", "GIT_DISCOVERY_ACROSS_FILESYSTEM"];
        let bounding = |(name, _): &&(&str, OsString)| bounds.contains(name);
        Self { variables: self.variables.iter().filter(bounding).cloned().collect(), merged: Vec::new() }
    }

    pub(crate) fn layout(&self) -> impl Iterator<Item = (&'static str, &OsStr)> {
        self.variables.iter().map(|(name, value)| (*name, value.as_os_str()))
    }

    /// The commits that a running `git merge` says it merges.
    pub(crate) fn merged(&self) -> &[Id] {
        &self.merged
    }

    pub(crate) fn get(&self, name: &str) -> Option<&OsStr> {
        self.layout().find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    /// The object directories besides the repository's own: what a push brings is kept in one of its own until it is
    /// taken, and the rest is here.
    pub(crate) fn alternates(&self) -> Vec<PathBuf> {
        let Some(list) = self.get("GIT_ALTERNATE_OBJECT_DIRECTORIES") else { return Vec::new() };
        paths(list.as_encoded_bytes()).iter().map(|path| os_path(path)).collect()
    }
}

/// The parts of a list of paths. One that begins with a quote is quoted as in C, for it may hold the separator
/// (git(1), `GIT_ALTERNATE_OBJECT_DIRECTORIES`).
fn paths(list: &[u8]) -> Vec<Vec<u8>> {
    let separator = if cfg!(windows) { b';' } else { b':' };
    let mut found = Vec::new();
    let mut rest = list;
    while !rest.is_empty() {
        let quoted = rest.strip_prefix(b"\"").and_then(unquoted);
        let (path, after) = quoted.unwrap_or_else(|| {
            let end = memchr::memchr(separator, rest).unwrap_or(rest.len());
            (rest[..end].to_vec(), &rest[end..])
        });
        found.push(path);
        rest = after.strip_prefix(&[separator]).unwrap_or(after);
        if rest.len() == after.len() {
            break;
        }
    }
    found.retain(|path| !path.is_empty());
    found
}

/// A path after its opening quote, and what follows its closing one; `None` when there is none.
fn unquoted(text: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let mut path = Vec::new();
    let mut at = 0;
    loop {
        match *text.get(at)? {
            b'"' => return Some((path, &text[at + 1..])),
            b'\\' => {
                let (byte, length) = escape(&text[at + 1..])?;
                path.push(byte);
                at += 1 + length;
            }
            byte => {
                path.push(byte);
                at += 1;
            }
        }
    }
}

/// The byte that an escape stands for, and how many bytes spell it after the backslash.
fn escape(text: &[u8]) -> Option<(u8, usize)> {
    let simple = |byte| Some((byte, 1));
    match *text.first()? {
        b'a' => simple(7),
        b'b' => simple(8),
        b't' => simple(b'\t'),
        b'n' => simple(b'\n'),
        b'v' => simple(11),
        b'f' => simple(12),
        b'r' => simple(b'\r'),
        byte @ (b'"' | b'\\') => simple(byte),
        _ => {
            let digits = std::str::from_utf8(text.get(..3)?).ok()?;
            Some((u8::from_str_radix(digits, 8).ok()?, 3))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(not(windows))]
    #[test]
    fn lists_of_paths_are_read_as_git_writes_them() {
        let read = |list: &str| {
            let found = paths(list.as_bytes()).into_iter();
            found.map(|path| String::from_utf8(path).expect("text")).collect::<Vec<_>>()
        };
        assert_eq!(read("/a:/b c:"), ["/a", "/b c"]);
        assert_eq!(read(r#""/re:mo \"te\303\266\\":/b"#), ["/re:mo \"te\u{f6}\\", "/b"]);
        assert_eq!(read(r#""/no end:/b"#), ["\"/no end", "/b"]);
        assert_eq!(read(""), [""; 0]);
        assert_eq!(read(r#""/a"x:/b"#), ["/a"]);
    }
}
