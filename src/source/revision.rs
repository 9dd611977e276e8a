//! Names to commits: revisions, refs, ranges, shallow boundaries, and the commits a merge in progress brings in.
//!
//! Stands apart from `repository.rs` because it is about history, not about where things are.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap, HashMap};
use std::hash::BuildHasher;

use rayon::prelude::*;

use super::Problem;
use super::git_child::GitChild;
use super::object::{CommitData, Id, Kind, tag_target};
use super::objects::{ReadError, STRUCTURE_BYTES, commit, oid};
use super::repository::{Reader, Repo, escaped, library_error};
use crate::error::Error;

/// What to do when a commit is missing from a shallow clone.
const SHALLOW_HELP: &str = "this clone is shallow. Fetch the whole history first: `fetch-depth: 0` for actions/checkout, \
    `GIT_DEPTH: 0` for GitLab CI, `git fetch --unshallow` by hand";

/// Tags of tags of tags: followed this far.
const TAG_DEPTH: usize = 64;

impl Repo {
    /// The commit that `rev` names.
    ///
    /// # Errors
    /// When it looks like an option, or names no commit here.
    pub(crate) fn resolve(&self, rev: &str) -> Result<Id, Error> {
        if rev.is_empty() || rev.starts_with('-') {
            return Err(Error::Usage {
                message: format!("`{}` is no revision", escaped(rev)),
                help: Some("name a branch, a tag or a commit; an option does not go here".into()),
            });
        }
        let found = match self.reader() {
            Reader::Library(repo) => {
                let object = repo.revparse_single(rev).and_then(|object| object.peel_to_commit());
                object.ok().and_then(|commit| Id::from_bytes(commit.id().as_bytes()))
            }
            Reader::Child(_) => None,
        };
        // libgit2 also refuses commits with a date beyond its range; git is more lenient.
        let found = found.or_else(|| verify(self.child()?, rev));
        found.ok_or_else(|| self.unknown(rev))
    }

    /// The commit that HEAD stands on; `None` before the first one.
    ///
    /// # Errors
    /// When HEAD is broken.
    pub(crate) fn head(&self) -> Result<Option<Id>, Error> {
        match self.reader() {
            Reader::Library(repo) => match repo.head().and_then(|head| head.peel_to_commit()) {
                Ok(commit) => Ok(Id::from_bytes(commit.id().as_bytes())),
                Err(error) if error.code() == git2::ErrorCode::UnbornBranch => Ok(None),
                Err(error) => Err(library_error(&error)),
            },
            Reader::Child(child) => Ok(verify(child, "HEAD")),
        }
    }

    /// Every ref with the object it points at, and the older stashes, which only the reflog of `refs/stash` holds.
    /// Sorted by name; names are escaped. A ref that cannot be read is a problem.
    ///
    /// # Errors
    /// When refs cannot be listed.
    pub(crate) fn tips(&self, problems: &mut Vec<Problem>) -> Result<Vec<(String, Id)>, Error> {
        let mut tips = match self.reader() {
            Reader::Library(repo) => library_refs(&repo, problems).map_err(|error| library_error(&error))?,
            Reader::Child(child) => child_refs(child)?,
        };
        tips.extend(self.worktree_heads(problems).into_iter().map(|id| ("HEAD".to_owned(), id)));
        match self.head() {
            Ok(head) => tips.extend(head.map(|id| ("HEAD".to_owned(), id))),
            Err(error) => {
                problems.push(Problem { path: None, kind: "unreadable", message: error.to_string() });
            }
        }
        tips.sort();
        tips.dedup();
        Ok(tips)
    }

    /// The commits reachable from an id in `heads` and from none in `without`, in no particular order.
    ///
    /// # Errors
    /// When history cannot be walked: a commit is missing or broken.
    pub(crate) fn commits_between(&self, without: &[Id], heads: &[Id]) -> Result<Vec<Id>, Error> {
        let refusal = match self.reader() {
            Reader::Library(repo) => match library_walk(&repo, without, heads) {
                Ok(commits) => return Ok(commits),
                Err(error) => error.message().to_owned(),
            },
            Reader::Child(_) => String::new(),
        };
        let child = self.child().ok_or_else(|| self.broken_history(&refusal))?;
        let wanted = heads.iter().map(|id| id.hex());
        let names: Vec<String> = wanted.chain(without.iter().map(|id| format!("^{}", id.hex()))).collect();
        // There may be more of them than a command line holds.
        let list = child.tell(&["rev-list", "--stdin"], format!("{}\n", names.join("\n")).as_bytes());
        let list = list.map_err(|error| self.broken_history(&error.to_string()))?;
        Ok(list.split(|&byte| byte == b'\n').filter_map(Id::from_hex).collect())
    }

    /// The best common ancestor of two commits, if they have one.
    pub(crate) fn merge_base(&self, one: &Id, other: &Id) -> Option<Id> {
        match self.reader() {
            Reader::Library(repo) => {
                let base = repo.merge_base(oid(one).ok()?, oid(other).ok()?).ok()?;
                Id::from_bytes(base.as_bytes())
            }
            Reader::Child(child) => Id::from_hex(&child.ask(&["merge-base", &one.hex(), &other.hex()])?),
        }
    }

    /// The commits at which a shallow clone was cut off: their parents are named but not here.
    pub(crate) fn shallow(&self) -> BTreeSet<Id> {
        ids_in(&self.common_dir().join("shallow")).into_iter().collect()
    }

    /// The commits being merged into HEAD right now.
    pub(crate) fn merge_heads(&self) -> Vec<Id> {
        let mut heads = ids_in(&self.git_dir().join("MERGE_HEAD"));
        if heads.is_empty() {
            let is_commit = |id: &&Id| matches!(self.objects().header(id), Ok((Kind::Commit, _)));
            heads.extend(self.env().merged().iter().filter(is_commit));
            heads.sort();
        }
        heads
    }

    /// What an object leads to when tags are followed.
    pub(crate) fn peel(&self, id: Id) -> Result<(Kind, Id), ReadError> {
        let mut id = id;
        for _ in 0..TAG_DEPTH {
            let kind = self.objects().header(&id)?.0;
            if kind != Kind::Tag {
                return Ok((kind, id));
            }
            let (_, data) = self.objects().read(&id, STRUCTURE_BYTES)?;
            id = tag_target(&data).ok_or(ReadError::Corrupt)?;
        }
        Err(ReadError::TooLarge)
    }

    /// True for a partial clone: objects may be missing because the remote promised to keep them
    /// (gitformat-pack(5): a `.promisor` file beside each pack that came with such a promise).
    pub(crate) fn is_partial(&self) -> bool {
        *self.partial_cell().get_or_init(|| {
            let packs =
                std::fs::read_dir(self.common_dir().join("objects/pack")).into_iter().flatten().flatten();
            packs.map(|entry| entry.path()).any(|path| path.extension().is_some_and(|end| end == "promisor"))
        })
    }

    /// The error for a range that reaches beyond what a shallow clone holds.
    pub(crate) fn cut_off(&self, what: &str) -> Error {
        Error::Git { message: what.to_owned(), help: Some(SHALLOW_HELP.into()) }
    }

    fn unknown(&self, rev: &str) -> Error {
        let message = format!("there is no commit `{}` in this repository", escaped(rev));
        if !self.shallow().is_empty() {
            return self.cut_off(&message);
        }
        let help = "check the spelling, or fetch it first: `git fetch origin <branch>`; in CI the clone must hold the \
            base too (`fetch-depth: 0` for actions/checkout, `GIT_DEPTH: 0` for GitLab CI)";
        Error::Git { message, help: Some(help.into()) }
    }

    fn broken_history(&self, reason: &str) -> Error {
        let message = format!("the history of this range cannot be walked: {}", escaped(reason));
        if !self.shallow().is_empty() {
            return self.cut_off(&message);
        }
        Error::Git { message, help: Some("`git fsck` says which objects are missing or damaged".into()) }
    }

    /// The detached HEADs of linked working trees: reachable from no ref.
    fn worktree_heads(&self, problems: &mut Vec<Problem>) -> Vec<Id> {
        if self.keeps_refs_in_tables() {
            let names: Vec<String> = self.linked().iter().map(|linked| format!("{linked}HEAD")).collect();
            return self.in_tables(&names, problems);
        }
        let Ok(entries) = std::fs::read_dir(self.common_dir().join("worktrees")) else { return Vec::new() };
        entries.flatten().flat_map(|entry| ids_in(&entry.path().join("HEAD"))).collect()
    }
}

/// Commits by id, parents before children; among those that could come next, the oldest, then the lowest id.
pub(crate) fn oldest_first<S: BuildHasher + Sync>(commits: &HashMap<Id, CommitData, S>) -> Vec<Id> {
    // In numbers, because ids are long and asked for often.
    let mut ids: Vec<Id> = commits.keys().copied().collect();
    ids.par_sort_unstable();
    let number = |id: &Id| ids.binary_search(id).ok().map(|number| number as u32);
    let parents = |id: &Id| -> Vec<u32> {
        let mut parents: Vec<u32> = commits[id].parents.iter().filter_map(number).collect();
        parents.sort_unstable();
        parents.dedup();
        parents
    };
    let parents: Vec<Vec<u32>> = ids.par_iter().map(parents).collect();
    let mut waiting: Vec<usize> = parents.iter().map(Vec::len).collect();
    let mut children: Vec<Vec<u32>> = vec![Vec::new(); ids.len()];
    for (child, parents) in (0..).zip(&parents) {
        parents.iter().for_each(|parent| children[*parent as usize].push(child));
    }
    // Numbers are in the order of ids.
    let next = |number: u32| Reverse((commits[&ids[number as usize]].time, number));
    let mut ready: BinaryHeap<_> =
        (0..ids.len() as u32).filter(|number| waiting[*number as usize] == 0).map(next).collect();
    let mut order = Vec::with_capacity(ids.len());
    while let Some(Reverse((_, number))) = ready.pop() {
        order.push(ids[number as usize]);
        for child in std::mem::take(&mut children[number as usize]) {
            waiting[child as usize] -= 1;
            if waiting[child as usize] == 0 {
                ready.push(next(child));
            }
        }
    }
    order
}

impl Repo {
    /// Reads each of these commits.
    pub(crate) fn commits(&self, ids: &[Id]) -> Result<HashMap<Id, CommitData>, Error> {
        let read = |id: &Id| match commit(self.objects(), id) {
            Ok(data) => Ok((*id, data)),
            Err(error) => Err(self.broken_history(&error.problem(id, None).message)),
        };
        ids.iter().map(read).collect()
    }
}

fn verify(child: &GitChild, rev: &str) -> Option<Id> {
    let peeled = format!("{rev}^{{commit}}");
    Id::from_hex(&child.ask(&["rev-parse", "--verify", "--quiet", "--end-of-options", &peeled])?)
}

fn library_refs(
    repo: &git2::Repository,
    problems: &mut Vec<Problem>,
) -> Result<Vec<(String, Id)>, git2::Error> {
    let mut tips = Vec::new();
    for reference in repo.references()? {
        let reference = match reference {
            Ok(reference) => reference,
            Err(error) => {
                let message = format!("a ref cannot be read: {}", escaped(error.message()));
                problems.push(Problem { path: None, kind: "unreadable", message });
                continue;
            }
        };
        // Symbolic refs lead to others in this list; a broken one leads nowhere.
        if let Some(id) = reference.target().and_then(|id| Id::from_bytes(id.as_bytes())) {
            tips.push((escaped(&String::from_utf8_lossy(reference.name_bytes())), id));
        }
    }
    if let Ok(stashes) = repo.reflog("refs/stash") {
        let ids = stashes.iter().filter_map(|entry| Id::from_bytes(entry.id_new().as_bytes()));
        tips.extend(ids.map(|id| ("refs/stash".to_owned(), id)));
    }
    Ok(tips)
}

fn child_refs(child: &GitChild) -> Result<Vec<(String, Id)>, Error> {
    // A ref name holds neither spaces nor newlines (git-check-ref-format).
    let list = child.run(&["for-each-ref", "--format=%(objectname) %(refname)"])?;
    let tip = |line: &[u8]| {
        let space = memchr::memchr(b' ', line)?;
        Some((escaped(&String::from_utf8_lossy(&line[space + 1..])), Id::from_hex(&line[..space])?))
    };
    let mut tips: Vec<_> = list.split(|&byte| byte == b'\n').filter_map(tip).collect();
    if let Some(stashes) =
        child.ask(&["log", "--walk-reflogs", "--format=%H", "--no-patch", "refs/stash", "--"])
    {
        let ids = stashes.split(|&byte| byte == b'\n').filter_map(Id::from_hex);
        tips.extend(ids.map(|id| ("refs/stash".to_owned(), id)));
    }
    Ok(tips)
}

fn library_walk(repo: &git2::Repository, without: &[Id], heads: &[Id]) -> Result<Vec<Id>, git2::Error> {
    let oid = |id: &Id| git2::Oid::from_bytes(id.as_bytes());
    let mut walk = repo.revwalk()?;
    heads.iter().try_for_each(|id| walk.push(oid(id)?))?;
    without.iter().try_for_each(|id| walk.hide(oid(id)?))?;
    walk.map(|id| id.map(|id| Id::from_bytes(id.as_bytes()))).filter_map(Result::transpose).collect()
}

/// The ids at the start of each line of a small file of git's own; a missing file holds none.
fn ids_in(file: &std::path::Path) -> Vec<Id> {
    let content = std::fs::read(file).unwrap_or_default();
    content.split(|&byte| byte == b'\n').filter_map(|line| Id::from_hex(line.trim_ascii())).collect()
}
