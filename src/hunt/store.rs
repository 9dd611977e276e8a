//! The objects of a repository, every one of them: content of blobs, messages, identities, names in trees.
//!
//! Stands apart because nothing is walked here: an object is read because it is there. Which paths and commits hold what
//! was found is asked afterwards, and only for that (`paths.rs`).

use std::collections::BTreeSet;

use rayon::prelude::*;

use super::content::{self, Contents, Place};
use super::hit::{Hit, Hunted, Part};
use super::needles::Needles;
use crate::blob::Content;
use crate::error::Error;
use crate::source::object::{Id, Kind, tree_entries};
use crate::source::objects::ReadError;
use crate::source::repository::Repo;
use crate::source::{Opened, Problem};

/// Objects that are searched before what was found is added up.
const AT_ONCE: usize = 4096;

/// Places told one by one; beyond them only the first of each value and form in an object.
const PLACES: usize = 100_000;

/// git-filter-repo looks for a zero byte this far and replaces nothing where there is one (git itself looks 192 bytes
/// less far to tell binary from text).
const BINARY: usize = 8192;

/// A tree that is of interest: it names something, or something below it does.
pub(super) struct TreeFact {
    pub(super) id: Id,
    /// The trees that it holds.
    pub(super) below: Vec<Id>,
    /// One of its own entries is a blob that was found, or has a name that holds a value.
    pub(super) direct: bool,
}

/// All trees' facts and the commits and tags that lead to them.
pub(super) struct Store {
    pub(super) trees: Vec<TreeFact>,
    pub(super) commits: Vec<Id>,
    pub(super) tags: Vec<Id>,
}

/// Searches every object and adds what is found. Trees come last: then it is known which blobs to look for in them.
///
/// # Errors
/// When the objects cannot be listed.
pub(super) fn search(repo: &Repo, needles: &Needles, hunted: &mut Hunted) -> Result<Store, Error> {
    let ids = repo.every_object()?;
    let kind = |id: &Id| (*id, repo.objects().header(id));
    let headers: Vec<_> = ids.par_iter().map(kind).collect();
    let mut objects = Vec::with_capacity(headers.len());
    for (id, header) in headers {
        match header {
            Ok((kind, size)) => objects.push((id, kind, size)),
            Err(error) => hunted.problems.push(error.problem(&id, None)),
        }
    }
    objects.iter().for_each(|(_, kind, _)| hunted.counts.object(*kind));
    for objects in objects.chunks(AT_ONCE) {
        let found: Vec<_> = objects.par_iter().filter_map(|object| one(repo, needles, object)).collect();
        found.into_iter().for_each(|one| add(one, hunted));
    }
    let mut blobs: Vec<Id> = hunted.hits.iter().filter_map(|hit| hit.object).collect();
    blobs.sort();
    let of = |wanted: Kind| objects.iter().filter(move |(_, kind, _)| *kind == wanted).map(|(id, ..)| *id);
    let trees: Vec<Id> = of(Kind::Tree).collect();
    let facts: Vec<_> = trees.par_iter().map(|id| tree(repo, needles, id, &blobs)).collect();
    let mut store =
        Store { trees: Vec::new(), commits: of(Kind::Commit).collect(), tags: of(Kind::Tag).collect() };
    for fact in facts {
        match fact {
            Ok(fact) => store.trees.push(fact),
            Err(problem) => hunted.problems.push(problem),
        }
    }
    Ok(store)
}

/// What one object came to: its hits and what was not looked into, or why it was not read.
type One = Result<(Id, Kind, Contents, Vec<(Part, bool)>), Problem>;

fn one(repo: &Repo, needles: &Needles, &(id, kind, size): &(Id, Kind, u64)) -> Option<One> {
    if kind == Kind::Tree {
        return None;
    }
    if kind == Kind::Blob && size > content::WHOLE {
        return streamed(repo, needles, &id);
    }
    let data = match repo.objects().read(&id, u64::MAX) {
        Ok((_, data)) => data,
        Err(error) => return Some(Err(error.problem(&id, None))),
    };
    let contents = content::search(needles, &data);
    let binary = memchr::memchr(0, &data[..data.len().min(BINARY)]).is_some();
    let part = |place: &Place| match kind {
        Kind::Blob | Kind::Tree => Part::Blob,
        Kind::Commit | Kind::Tag => written_by(&data, place.found.start, kind),
    };
    let parts = contents.places.iter().map(|place| (part(place), binary)).collect();
    Some(Ok((id, kind, contents, parts))).filter(|one| one.as_ref().is_ok_and(|one| is_worth_keeping(&one.2)))
}

fn is_worth_keeping(contents: &Contents) -> bool {
    !contents.places.is_empty() || !contents.unread.is_empty()
}

fn streamed(repo: &Repo, needles: &Needles, id: &Id) -> Option<One> {
    let failed = |_| ReadError::Corrupt.problem(id, None);
    let contents = match repo.open_content(&Content::Object(id.hex())) {
        Ok(Opened::Bytes(data)) => Ok(content::search(needles, &data)),
        Ok(Opened::Stream(stream)) => content::search_stream(needles, stream).map_err(failed),
        Err(problem) => Err(problem),
    };
    match contents {
        Ok(contents) if !is_worth_keeping(&contents) => None,
        // Nobody edits text of this size: it is dealt with as a whole.
        Ok(contents) => {
            let parts = contents.places.iter().map(|_| (Part::Blob, true)).collect();
            Some(Ok((*id, Kind::Blob, contents, parts)))
        }
        Err(problem) => Some(Err(problem)),
    }
}

/// Which part of a commit or tag the byte at `at` belongs to.
fn written_by(data: &[u8], at: usize, kind: Kind) -> Part {
    let is_tag = kind == Kind::Tag;
    let end = memchr::memmem::find(data, b"\n\n").unwrap_or(data.len());
    if at > end {
        return if is_tag { Part::TagMessage } else { Part::CommitMessage };
    }
    let line = memchr::memrchr(b'\n', &data[..at]).map_or(0, |newline| newline + 1);
    match &data[line..] {
        text if text.starts_with(b"author ") => Part::Author,
        text if text.starts_with(b"committer ") => Part::Committer,
        text if text.starts_with(b"tagger ") => Part::Tagger,
        _ => Part::Header,
    }
}

fn add(one: One, hunted: &mut Hunted) {
    let (id, kind, contents, parts) = match one {
        Ok(one) => one,
        Err(problem) => return hunted.problems.push(problem),
    };
    hunted.unread(contents.unread);
    let full = hunted.hits.len() > PLACES;
    let mut told = BTreeSet::new();
    let name = match kind {
        Kind::Commit => format!(".git/commits/{}", id.hex()),
        Kind::Tag => format!(".git/tags/{}", id.hex()),
        Kind::Blob | Kind::Tree => String::new(),
    };
    for (place, (part, binary)) in contents.places.into_iter().zip(parts) {
        if full && !told.insert((place.found.value, place.found.form, place.found.split)) {
            hunted.unread(["further-places"]);
            continue;
        }
        let name = name.clone().into_bytes();
        hunted.hits.push(Hit { part, object: Some(id), name, commit: None, place, binary });
    }
}

/// Reads one tree. `blobs` is sorted.
fn tree(repo: &Repo, needles: &Needles, id: &Id, blobs: &[Id]) -> Result<TreeFact, Problem> {
    let data = repo.objects().read(id, u64::MAX).map_err(|error| error.problem(id, None))?.1;
    let entries = tree_entries(&data, id.as_bytes().len());
    let entries = entries.ok_or_else(|| ReadError::Corrupt.problem(id, None))?;
    let mut fact = TreeFact { id: *id, below: Vec::new(), direct: false };
    // One search over all names: the ids between them are no text.
    fact.direct = !needles.search(&data).found.is_empty();
    for entry in entries {
        match entry.mode {
            crate::source::object::Mode::Directory => fact.below.push(entry.id),
            _ => fact.direct |= blobs.binary_search(&entry.id).is_ok(),
        }
    }
    Ok(fact)
}
