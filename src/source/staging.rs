//! The index as it stands: its entries, and where it differs from a tree.
//!
//! Stands apart from `index.rs`, which decides what of it to scan. libgit2 reads the index file; split and sparse ones,
//! which it refuses, are read by the git program.

use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use super::Problem;
use super::git_child::GitChild;
use super::object::{Id, Mode};
use super::repository::{Reader, Repo, escaped, os_path};
use super::tree::{Change, Side, changes};
use super::untouched::{Stat, Time, modified};
use crate::error::Error;

/// `GIT_INDEX_ENTRY_INTENT_TO_ADD`: `git add -N`, announced without content (gitformat-index(5)).
const INTENT_TO_ADD: u16 = 1 << 13;

/// What is staged, in the raw format, without what is announced only.
const DIFF_INDEX: [&str; 7] =
    ["diff-index", "--cached", "--raw", "-z", "--no-renames", "--no-abbrev", "--ita-invisible-in-index"];

/// One entry of the index.
#[derive(Clone)]
pub(crate) struct IndexEntry {
    pub(crate) path: Vec<u8>,
    pub(crate) side: Side,
    /// 0, or 1 to 3 (base, ours, theirs) while a path is unmerged.
    pub(crate) stage: u8,
    /// Announced only: a commit made now would not hold it.
    pub(crate) announced: bool,
    /// What the file was like that was added.
    pub(crate) stat: Option<Stat>,
}

/// The index as it was when it was first asked for, and who could read it.
pub(crate) struct Index {
    entries: Vec<IndexEntry>,
    through_child: bool,
    /// When it was written, or earlier.
    written: Option<Time>,
}

impl Repo {
    /// All entries of the index, by path and stage; read once.
    ///
    /// # Errors
    /// When neither libgit2 nor git can read it.
    pub(crate) fn index_entries(&self) -> Result<&[IndexEntry], Error> {
        self.index().map(|index| index.entries.as_slice())
    }

    /// The entry of a file in the index that is merged.
    ///
    /// # Errors
    /// As [`Repo::index_entries`].
    pub(crate) fn index_entry(&self, path: &[u8]) -> Result<Option<&IndexEntry>, Error> {
        let entries = self.index_entries()?;
        let at = entries.partition_point(|entry| entry.path.as_slice() < path);
        Ok(entries.get(at).filter(|entry| entry.path == path && entry.stage == 0))
    }

    /// The file of an index entry, of up to `most` bytes, read from the working tree when it is the same there by all signs.
    pub(crate) fn untouched(&self, entry: &IndexEntry, most: u64) -> Option<Vec<u8>> {
        let size = self.objects().header(&entry.side.id).ok()?.1;
        if size > most {
            return None;
        }
        let path = self.workdir()?.join(os_path(&entry.path));
        entry.stat?.read(&path, size, self.index().ok()?.written?)
    }

    /// Where the index differs from a tree (`None`: from nothing), by path. An unmerged path appears once for ours and
    /// once for theirs.
    ///
    /// # Errors
    /// When neither libgit2 nor git can read the index.
    pub(crate) fn staged(&self, tree: Option<Id>, problems: &mut Vec<Problem>) -> Result<Vec<Change>, Error> {
        let index = self.index()?;
        match self.child().filter(|_| index.through_child) {
            Some(child) => through_child(child, tree),
            None => Ok(joined(&index.entries, changes(self.objects(), None, tree, problems))),
        }
    }

    /// The git directory that all working trees share, then those of linked working trees, sorted.
    pub(crate) fn git_dirs(&self) -> Vec<PathBuf> {
        let common = self.common_dir();
        let linked = std::fs::read_dir(common.join("worktrees")).into_iter().flatten().flatten();
        let mut linked: Vec<PathBuf> =
            linked.map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
        linked.sort();
        std::iter::once(common.to_owned()).chain(linked).collect()
    }

    /// All entries of the index in a git directory of this repository: its own, or a linked working tree's.
    ///
    /// # Errors
    /// As [`Repo::index_entries`].
    pub(crate) fn index_in(&self, git_dir: &Path) -> Result<Vec<IndexEntry>, Error> {
        let read = match self.reader() {
            Reader::Library(_) => through_library(&git_dir.join("index")).ok(),
            Reader::Child(_) => None,
        };
        if let Some(entries) = read {
            return Ok(entries);
        }
        let missing = || Error::Git { message: "libgit2 cannot read an index".into(), help: None };
        let child = self.child().ok_or_else(missing)?;
        let directory = OsString::from_iter([OsStr::new("--git-dir="), git_dir.as_os_str()]);
        let list = [directory.as_os_str(), "ls-files".as_ref(), "--stage".as_ref(), "-z".as_ref()];
        child.run(&list).map(|list| stages(&list))
    }

    fn index(&self) -> Result<&Index, Error> {
        match self.index_cell().get() {
            Some(index) => Ok(index),
            None => {
                let index = self.read_index()?;
                Ok(self.index_cell().get_or_init(|| index))
            }
        }
    }

    fn read_index(&self) -> Result<Index, Error> {
        let refusal = match self.reader() {
            Reader::Library(_) => {
                let written = modified(&self.index_file());
                match through_library(&self.index_file()) {
                    Ok(entries) => return Ok(Index { entries, through_child: false, written }),
                    Err(error) => error.message().to_owned(),
                }
            }
            Reader::Child(_) => String::new(),
        };
        let why = || Error::Git {
            message: format!("libgit2 cannot read the index ({})", escaped(&refusal)),
            help: Some("install the git program, which can".into()),
        };
        let child = self.child().ok_or_else(why)?;
        let entries = stages(&child.run(&["ls-files", "--stage", "-z"])?);
        Ok(Index { entries, through_child: true, written: None })
    }
}

fn through_library(file: &Path) -> Result<Vec<IndexEntry>, git2::Error> {
    let index = git2::Index::open(file)?;
    let mut entries: Vec<_> = index.iter().filter_map(|entry| of_library(&entry)).collect();
    // They are sorted in the file, but a file can say anything.
    entries.sort_by(|a, b| (&a.path, a.stage).cmp(&(&b.path, b.stage)));
    Ok(entries)
}

fn of_library(entry: &git2::IndexEntry) -> Option<IndexEntry> {
    let side = Side { mode: Mode::from_bits(entry.mode), id: Id::from_bytes(entry.id.as_bytes())? };
    Some(IndexEntry {
        path: entry.path.clone(),
        side,
        stage: (entry.flags >> 12 & 3) as u8,
        announced: entry.flags_extended & INTENT_TO_ADD != 0,
        stat: Some(Stat::in_index(entry)),
    })
}

/// The differences between a tree's files and index entries, sorted by path.
fn joined(entries: &[IndexEntry], files: Vec<Change>) -> Vec<Change> {
    let mut gone: HashMap<Vec<u8>, Side> =
        files.into_iter().filter_map(|change| Some((change.path, change.new?))).collect();
    let mut found = Vec::new();
    let mut unmerged: HashMap<Vec<u8>, Option<Side>> = HashMap::new();
    for entry in entries {
        let old = match entry.stage {
            0 => gone.remove(&entry.path),
            _ => *unmerged.entry(entry.path.clone()).or_insert_with(|| gone.remove(&entry.path)),
        };
        // The common ancestor of an unmerged path is in history already. An announced file has no content yet.
        let counts = entry.stage != 1 && !entry.announced;
        if counts && old != Some(entry.side) {
            found.push(Change { path: entry.path.clone(), old, new: Some(entry.side) });
        }
    }
    found.extend(gone.into_iter().map(|(path, side)| Change { path, old: Some(side), new: None }));
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

/// The same from `git diff-index`, and from `git ls-files` for what is unmerged.
fn through_child(child: &GitChild, tree: Option<Id>) -> Result<Vec<Change>, Error> {
    let tree = match tree {
        Some(tree) => tree.hex(),
        // Standard input is empty, so this names the empty tree in the repository's own hash without writing it.
        None => String::from_utf8_lossy(child.run(&["hash-object", "-t", "tree", "--stdin"])?.trim_ascii())
            .into_owned(),
    };
    let list = child.run(&[&DIFF_INDEX[..], &[tree.as_str()]].concat())?;
    let mut found = Vec::new();
    let mut unmerged = HashMap::new();
    let mut fields = list.split(|&byte| byte == 0);
    while let (Some(header), Some(path)) = (fields.next(), fields.next()) {
        let words: Vec<&[u8]> = header.split(|&byte| byte == b' ').collect();
        let [old_mode, new_mode, old_id, new_id, status] = words[..] else { return Err(odd("diff-index")) };
        let old = side(old_mode.strip_prefix(b":").unwrap_or(old_mode), old_id);
        if status == b"U" {
            unmerged.insert(path.to_vec(), old);
        } else {
            found.push(Change { path: path.to_vec(), old, new: side(new_mode, new_id) });
        }
    }
    if !unmerged.is_empty() {
        for entry in stages(&child.run(&["ls-files", "--unmerged", "-z"])?)
            .into_iter()
            .filter(|entry| entry.stage != 1)
        {
            let old = unmerged.get(&entry.path).copied().flatten();
            found.push(Change { path: entry.path, old, new: Some(entry.side) });
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(found)
}

/// `git ls-files --stage -z`: `MODE ID STAGE<tab>PATH<nul>`.
fn stages(list: &[u8]) -> Vec<IndexEntry> {
    let entry = |record: &[u8]| {
        let tab = memchr::memchr(b'\t', record)?;
        let words: Vec<&[u8]> = record[..tab].split(|&byte| byte == b' ').collect();
        let [mode, id, stage] = words[..] else { return None };
        let stage = stage.first()?.checked_sub(b'0')?;
        let (path, side) = (record[tab + 1..].to_vec(), side(mode, id)?);
        Some(IndexEntry { path, side, stage, announced: false, stat: None })
    };
    list.split(|&byte| byte == 0).filter_map(entry).collect()
}

/// A side in git's raw format; mode 000000 is no file.
fn side(mode: &[u8], id: &[u8]) -> Option<Side> {
    let absent = mode.iter().all(|&digit| digit == b'0');
    Some(Side { mode: Mode::from_octal(mode)?, id: Id::from_hex(id)? }).filter(|_| !absent)
}

fn odd(command: &str) -> Error {
    Error::Git {
        message: format!("git {command} printed something that leaklint does not understand"),
        help: None,
    }
}
