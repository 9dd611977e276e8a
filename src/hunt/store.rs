//! The objects of a repository, every one of them: content of blobs, messages, identities, names in trees.
//!
//! Stands apart because nothing is walked here: an object is read because it is there. Which paths and commits hold what
//! was found is asked afterwards, and only for that (`paths.rs`).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, OnceLock, PoisonError};

use rayon::prelude::*;

use super::content::{self, Contents, Place};
use super::hit::{Hit, Hunted, Part};
use super::needles::Needles;
use crate::blob::Content;
use crate::error::Error;
use crate::source::object::{Id, Kind, Mode, tree_entries};
use crate::source::objects::ReadError;
use crate::source::packs::Packs;
use crate::source::repository::Repo;
use crate::source::{Opened, Problem};

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
    let mut ids = repo.every_object()?;
    ids.par_sort_unstable();
    let packs = Packs::of(repo);
    let kinds: Vec<OnceLock<Kind>> = ids.iter().map(|_| OnceLock::new()).collect();
    let is = |id: &Id, kind: Kind| {
        let at = ids.binary_search(id).ok();
        at.is_some_and(|at| kinds[at].set(kind).is_ok())
    };
    let gathered = Mutex::new(Gathered::new(PLACES));
    let gather = |one: Option<One>| {
        one.into_iter().for_each(|one| gathered.lock().unwrap_or_else(PoisonError::into_inner).add(one));
    };
    for kind in [Kind::Blob, Kind::Commit, Kind::Tag] {
        packs.each(kind, &|id, bytes| {
            if is(&id, kind) {
                gather(searched(needles, id, kind, bytes));
            }
        });
    }
    packs.ids(Kind::Tree).for_each(|id| _ = is(&id, Kind::Tree));
    let rest: Vec<usize> = (0..ids.len()).filter(|at| kinds[*at].get().is_none()).collect();
    rest.par_iter().for_each(|at| match repo.objects().header(&ids[*at]) {
        Ok((kind, size)) => {
            is(&ids[*at], kind);
            gather(one(repo, needles, ids[*at], kind, size));
        }
        Err(error) => gather(Some(Err(error.problem(&ids[*at], None)))),
    });
    gathered.into_inner().unwrap_or_else(PoisonError::into_inner).add_to(hunted);
    let of = |wanted: Kind| {
        let all = ids.iter().zip(&kinds).filter(move |(_, kind)| kind.get() == Some(&wanted));
        all.map(|(id, _)| *id).collect::<Vec<Id>>()
    };
    kinds.iter().filter_map(OnceLock::get).for_each(|kind| hunted.counts.object(*kind));
    let trees = trees(repo, needles, &packs, &of(Kind::Tree), hunted);
    Ok(Store { trees, commits: of(Kind::Commit), tags: of(Kind::Tag) })
}

/// The facts of all trees, in the order of `ids`.
fn trees(repo: &Repo, needles: &Needles, packs: &Packs, ids: &[Id], hunted: &mut Hunted) -> Vec<TreeFact> {
    let mut blobs: Vec<Id> = hunted.hits.iter().filter_map(|hit| hit.object).collect();
    blobs.sort();
    let facts: Vec<OnceLock<TreeFact>> = ids.iter().map(|_| OnceLock::new()).collect();
    packs.each(Kind::Tree, &|id, bytes| {
        let fact = fact(needles, id, bytes, &blobs);
        if let Some((at, fact)) = ids.binary_search(&id).ok().zip(fact) {
            // Each comes once.
            facts[at].set(fact).ok();
        }
    });
    let one = |(id, known): (&Id, OnceLock<TreeFact>)| match known.into_inner() {
        Some(fact) => Ok(fact),
        None => tree(repo, needles, id, &blobs),
    };
    let facts: Vec<_> = ids.par_iter().zip(facts).map(one).collect();
    let mut trees = Vec::with_capacity(facts.len());
    for fact in facts {
        match fact {
            Ok(fact) => trees.push(fact),
            Err(problem) => hunted.problems.push(problem),
        }
    }
    trees
}

/// What was found, in the order of ids: the same whichever thread was first. Of what lies beyond the first [`PLACES`] only
/// the first place of each value and form in an object is kept.
struct Gathered {
    /// See [`PLACES`].
    most: usize,
    full: BTreeMap<Id, Found>,
    /// How many places these have.
    places: usize,
    rest: Vec<(Id, Found)>,
    problems: Vec<Problem>,
}

impl Gathered {
    const fn new(most: usize) -> Self {
        Self { most, full: BTreeMap::new(), places: 0, rest: Vec::new(), problems: Vec::new() }
    }

    fn add(&mut self, one: One) {
        match one {
            Err(problem) => self.problems.push(problem),
            Ok((id, found)) => {
                self.places += found.contents.places.len();
                self.full.insert(id, found);
            }
        }
        // Before the last of them there are too many already.
        while let Some(last) = self.full.last_entry()
            && self.places - last.get().contents.places.len() > self.most
        {
            let (id, mut found) = last.remove_entry();
            self.places -= found.contents.places.len();
            found.shorten();
            self.rest.push((id, found));
        }
    }

    fn add_to(mut self, hunted: &mut Hunted) {
        self.rest.sort_by_key(|(id, _)| *id);
        hunted.problems.append(&mut self.problems);
        self.full.into_iter().chain(self.rest).for_each(|(id, found)| found.add_to(id, hunted));
    }
}

/// What was found in one object.
struct Found {
    kind: Kind,
    contents: Contents,
    /// For each place its part, and whether the object is binary.
    parts: Vec<(Part, bool)>,
}

/// What one object came to, or why it was not read.
type One = Result<(Id, Found), Problem>;

fn one(repo: &Repo, needles: &Needles, id: Id, kind: Kind, size: u64) -> Option<One> {
    if kind == Kind::Tree {
        return None;
    }
    if kind == Kind::Blob && size > content::WHOLE {
        return streamed(repo, needles, id);
    }
    match repo.objects().read(&id, u64::MAX) {
        Ok((_, data)) => searched(needles, id, kind, &data),
        Err(error) => Some(Err(error.problem(&id, None))),
    }
}

fn searched(needles: &Needles, id: Id, kind: Kind, data: &[u8]) -> Option<One> {
    let contents = content::search(needles, data);
    if !is_worth_keeping(&contents) {
        return None;
    }
    let binary = memchr::memchr(0, &data[..data.len().min(BINARY)]).is_some();
    let part = |place: &Place| match kind {
        Kind::Blob | Kind::Tree => Part::Blob,
        Kind::Commit | Kind::Tag => written_by(data, place.found.start, kind),
    };
    let parts = contents.places.iter().map(|place| (part(place), binary)).collect();
    Some(Ok((id, Found { kind, contents, parts })))
}

fn is_worth_keeping(contents: &Contents) -> bool {
    !contents.places.is_empty() || !contents.unread.is_empty()
}

fn streamed(repo: &Repo, needles: &Needles, id: Id) -> Option<One> {
    let failed = |_| ReadError::Corrupt.problem(&id, None);
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
            Some(Ok((id, Found { kind: Kind::Blob, contents, parts })))
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

impl Found {
    /// Keeps the first place of each value and form.
    fn shorten(&mut self) {
        let mut told = BTreeSet::new();
        let places =
            std::mem::take(&mut self.contents.places).into_iter().zip(std::mem::take(&mut self.parts));
        let (kept, more): (Vec<_>, Vec<_>) = places
            .partition(|(place, _)| told.insert((place.found.value, place.found.form, place.found.split)));
        self.contents.unread.extend((!more.is_empty()).then_some("further-places"));
        (self.contents.places, self.parts) = kept.into_iter().unzip();
    }

    fn add_to(self, id: Id, hunted: &mut Hunted) {
        hunted.unread(self.contents.unread);
        let name = match self.kind {
            Kind::Commit => format!(".git/commits/{}", id.hex()),
            Kind::Tag => format!(".git/tags/{}", id.hex()),
            Kind::Blob | Kind::Tree => String::new(),
        };
        for (place, (part, binary)) in self.contents.places.into_iter().zip(self.parts) {
            let name = name.clone().into_bytes();
            hunted.hits.push(Hit { part, object: Some(id), name, commit: None, place, binary });
        }
    }
}

/// Reads one tree. `blobs` is sorted.
fn tree(repo: &Repo, needles: &Needles, id: &Id, blobs: &[Id]) -> Result<TreeFact, Problem> {
    let data = repo.objects().read(id, u64::MAX).map_err(|error| error.problem(id, None))?.1;
    fact(needles, *id, &data, blobs).ok_or_else(|| ReadError::Corrupt.problem(id, None))
}

/// What a tree says; `None` when it is none.
fn fact(needles: &Needles, id: Id, data: &[u8], blobs: &[Id]) -> Option<TreeFact> {
    let entries = tree_entries(data, id.as_bytes().len())?;
    // One search over all names: the ids between them are no text.
    let direct = !needles.search(data).found.is_empty();
    let mut fact = TreeFact { id, below: Vec::new(), direct };
    for entry in entries {
        match entry.mode {
            Mode::Directory => fact.below.push(entry.id),
            _ => fact.direct |= blobs.binary_search(&entry.id).is_ok(),
        }
    }
    Some(fact)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const VALUE: &str = "kq3vt8w1zr5ym7";

    /// What is told of objects that hold the value on so many lines each, in the order in which they come.
    fn told(order: &[usize], lines: &[usize]) -> Vec<(Id, u64)> {
        static NEEDLES: OnceLock<Needles> = OnceLock::new();
        let value = || crate::secret::Secret::new(VALUE.as_bytes());
        let needles = NEEDLES.get_or_init(|| Needles::new(&[value()]).unwrap());
        let mut gathered = Gathered::new(10);
        for at in order {
            let id = Id::from_bytes(&[*at as u8; 20]).unwrap();
            let text = format!("{VALUE}\n").repeat(lines[*at]);
            searched(needles, id, Kind::Blob, text.as_bytes()).into_iter().for_each(|one| gathered.add(one));
        }
        let mut hunted = Hunted::default();
        gathered.add_to(&mut hunted);
        hunted.hits.iter().map(|hit| (hit.object.unwrap(), hit.place.line)).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn what_is_told_does_not_depend_on_who_came_first(
            lines in proptest::collection::vec(0..7_usize, 1..12),
            mix in proptest::collection::vec(any::<u32>(), 12),
        ) {
            let forth: Vec<usize> = (0..lines.len()).collect();
            let mut mixed = forth.clone();
            mixed.sort_by_key(|at| mix[*at]);
            let expected = told(&forth, &lines);
            prop_assert_eq!(told(&mixed, &lines), &expected[..]);
            let mut before = 0;
            for (at, count) in lines.iter().enumerate() {
                let id = Id::from_bytes(&[at as u8; 20]).unwrap();
                let here = expected.iter().filter(|(other, _)| *other == id).count();
                prop_assert_eq!(here, if before > 10 { *count.min(&1) } else { *count });
                before += count;
            }
        }
    }
}
