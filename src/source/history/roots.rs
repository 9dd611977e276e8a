//! Where a history starts: everything in a repository that names an object.
//!
//! Stands apart from the walk because names are many kinds of files, and each kind says something else about the object:
//! that everybody has it, that it is only stashed, that nothing but a log still knows it.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::Path;

use super::logs::{self, Log};
use super::reach::Reach;
use crate::blob::BlobPath;
use crate::error::Error;
use crate::source::Problem;
use crate::source::files::small;
use crate::source::object::{Id, Kind, tag_target};
use crate::source::objects::{ReadError, STRUCTURE_BYTES};
use crate::source::repository::Repo;

/// Tags of tags of tags: followed this far.
const TAG_DEPTH: usize = 64;

/// Files beside a HEAD that name commits are this long (bytes) at most; `FETCH_HEAD` has a line per branch.
const NAMING_BYTES: u64 = 16 << 20;

/// What git keeps beside a HEAD and, where refs stand in tables, in these; the other names stay files even there
/// (gitglossary(7), pseudoref).
const IN_TABLES: [&str; 6] =
    ["ORIG_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD", "REBASE_HEAD", "BISECT_HEAD", "AUTO_MERGE"];

/// A ref or HEAD whose object is a commit.
pub(crate) struct Tip {
    pub(crate) kind: Reach,
    /// Full name, escaped.
    pub(crate) name: String,
    pub(crate) id: Id,
}

/// What leads to an annotated tag.
#[derive(Default)]
pub(crate) struct Tagged {
    pub(crate) reach: Reach,
    /// Refs that point at it, or at a tag of it.
    pub(crate) names: Vec<String>,
}

/// All that names an object.
#[derive(Default)]
pub(crate) struct Roots {
    /// Refs and HEADs that lead to commits, sorted by name.
    pub(crate) tips: Vec<Tip>,
    /// Commits that only logs and git's own notes beside HEAD name.
    pub(super) noted: Vec<(Reach, Id)>,
    pub(super) trees: Vec<(Reach, Id)>,
    pub(super) blobs: Vec<(Reach, String, Id)>,
    /// Annotated tags.
    pub(super) tags: BTreeMap<Id, Tagged>,
    /// All ref names, sorted.
    pub(super) names: BTreeSet<String>,
    pub(super) logs: Vec<Log>,
    /// Commits that a log names and that are no longer here: git collected them.
    pub(super) collected: u64,
}

impl Roots {
    /// Everything that `repo` names.
    ///
    /// # Errors
    /// When refs cannot be listed.
    pub(super) fn all(repo: &Repo, problems: &mut Vec<Problem>) -> Result<Self, Error> {
        let mut roots = Self::default();
        for (name, id) in repo.tips(problems)? {
            roots.add(repo, name, id, problems);
        }
        for directory in repo.git_dirs() {
            for (file, id) in beside_head(&directory) {
                let kind = if file == "FETCH_HEAD" { Reach::REFLOG } else { Reach::HEAD };
                roots.noted.push((kind, id));
            }
        }
        if repo.keeps_refs_in_tables() {
            let places = std::iter::once(String::new()).chain(repo.linked());
            let names = places.flat_map(|place| IN_TABLES.map(|name| format!("{place}{name}")));
            let noted = repo.in_tables(&names.collect::<Vec<_>>(), problems).into_iter();
            roots.noted.extend(noted.map(|id| (Reach::HEAD, id)));
        }
        roots.logs = logs::all(repo, problems);
        let named = roots.logs.iter().flat_map(|log| log.commits.iter().map(|id| (log.kind(), *id)));
        roots.noted.extend(named.collect::<Vec<_>>());
        roots.keep_present(repo);
        Ok(roots)
    }

    /// Only the commit that `rev` names, as a branch.
    ///
    /// # Errors
    /// When it names none.
    pub(super) fn only(repo: &Repo, revs: &[String]) -> Result<Self, Error> {
        let mut roots = Self::default();
        for rev in revs {
            let id = repo.resolve(rev)?;
            let name = crate::source::repository::escaped(rev);
            roots.tips.push(Tip { kind: Reach::BRANCH, name: format!("refs/heads/{name}"), id });
        }
        Ok(roots)
    }

    /// The commits to start from, each with what names it.
    pub(super) fn commits(&self) -> Vec<(Reach, Id)> {
        let tips = self.tips.iter().map(|tip| (tip.kind, tip.id));
        tips.chain(self.noted.iter().copied()).collect()
    }

    fn add(&mut self, repo: &Repo, name: String, id: Id, problems: &mut Vec<Problem>) {
        let kind = Reach::of_ref(&name);
        if name.starts_with("refs/") {
            self.names.insert(name.clone());
        }
        match self.peel(repo, kind, Some(&name), id) {
            Ok((Kind::Commit, id)) => self.tips.push(Tip { kind, name, id }),
            Ok((Kind::Tree, id)) => self.trees.push((kind, id)),
            Ok((_, id)) => self.blobs.push((kind, name, id)),
            Err(error) => problems.push(error.problem(&id, None)),
        }
    }

    /// What an object leads to when tags are followed; these are noted.
    pub(super) fn peel(
        &mut self,
        repo: &Repo,
        kind: Reach,
        name: Option<&str>,
        id: Id,
    ) -> Result<(Kind, Id), ReadError> {
        let mut id = id;
        for _ in 0..TAG_DEPTH {
            let found = repo.objects().header(&id)?.0;
            if found != Kind::Tag {
                return Ok((found, id));
            }
            let tagged = self.tags.entry(id).or_default();
            tagged.reach = tagged.reach.with(kind);
            tagged.names.extend(name.map(str::to_owned));
            let (_, data) = repo.objects().read(&id, STRUCTURE_BYTES)?;
            id = tag_target(&data).ok_or(ReadError::Corrupt)?;
        }
        Err(ReadError::TooLarge)
    }

    /// Leaves out what logs name and git has collected since: it is nowhere on this disk.
    fn keep_present(&mut self, repo: &Repo) {
        let mut seen = HashSet::new();
        let mut collected = 0;
        let known: HashSet<Id> = self.tips.iter().map(|tip| tip.id).collect();
        let mut noted = std::mem::take(&mut self.noted);
        noted.retain(|(kind, id)| seen.insert((kind.words(), *id)));
        let mut present = Vec::with_capacity(noted.len());
        for (kind, id) in noted {
            if known.contains(&id) {
                present.push((kind, id));
                continue;
            }
            if repo.objects().header(&id) == Err(ReadError::Missing) {
                collected += 1;
                continue;
            }
            // A log of a ref that is no branch may name anything, and what was fetched may be tags.
            match self.peel(repo, kind, None, id) {
                Ok((Kind::Tree, id)) => self.trees.push((Reach::REFLOG, id)),
                Ok((Kind::Commit, id)) => present.push((kind, id)),
                Ok((_, id)) => {
                    self.blobs.push((Reach::REFLOG, format!(".git/objects/{}", id.hex()), id));
                }
                // Whoever walks it tells what is wrong.
                Err(_) => present.push((kind, id)),
            }
        }
        (self.noted, self.collected) = (present, collected);
    }
}

/// How a file of git's own is called in reports: `.git/…`.
pub(super) fn shown(repo: &Repo, path: &Path) -> BlobPath {
    let inside = path.strip_prefix(repo.common_dir()).unwrap_or(path);
    BlobPath::from_path(&Path::new(".git").join(inside))
}

/// The ids in files that git keeps beside a HEAD (gitrevisions(7)): `ORIG_HEAD`, `MERGE_HEAD`, `FETCH_HEAD` and so on.
fn beside_head(directory: &Path) -> Vec<(String, Id)> {
    let files = std::fs::read_dir(directory).into_iter().flatten().flatten();
    let mut names: Vec<String> = files.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.retain(|name| name.ends_with("_HEAD") || name == "AUTO_MERGE");
    names.sort();
    let ids = |name: String| {
        let content = small(&directory.join(&name), NAMING_BYTES).unwrap_or_default();
        let word = |line: &[u8]| Id::from_hex(line.split(u8::is_ascii_whitespace).next().unwrap_or_default());
        let ids: Vec<Id> = content.split(|&byte| byte == b'\n').filter_map(word).collect();
        ids.into_iter().map(move |id| (name.clone(), id))
    };
    names.into_iter().flat_map(ids).collect()
}
