//! A whole history as a source: every blob that any ref reaches, once, with every path it had and since when.
//!
//! Stands apart from ranges because nothing is compared: history is blobs, not patches. Trees are walked oldest commit
//! first and each tree once per path, so that the work grows with what is stored, not with the number of commits.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::files::PathFilter;
use super::object::{CommitData, Id, Kind, Mode, tree_entries};
use super::objects::{Objects, ReadError, STRUCTURE_BYTES, commit, expect};
use super::repository::Repo;
use super::revision::oldest_first;
use super::tree::{PATH_BYTES, join};
use super::{Gap, GapKind, Listing, Opened, Problem, Source};
use crate::blob::{BlobPath, Content, Item, Origin, Part};
use crate::error::Error;

/// Entries of trees looked at again because a tree appears under a further path: this many, and [`REPEATS`] for every
/// entry looked at for the first time. Renamed directories need some; a tree made of the same tree over and over would
/// need more than there is time.
const REPEATED_ENTRIES: usize = 250_000;

/// See [`REPEATED_ENTRIES`].
const REPEATS: usize = 4;

/// All blobs of a repository's history.
pub struct HistorySource {
    repo: Arc<Repo>,
    filter: PathFilter,
}

impl HistorySource {
    /// Everything that refs, HEADs and stashes of `repo` reach; paths that `filter` names are gaps.
    pub const fn new(repo: Arc<Repo>, filter: PathFilter) -> Self {
        Self { repo, filter }
    }
}

impl Source for HistorySource {
    /// Every blob, with the first commit for each of its paths. What cannot be read on the way is a problem.
    ///
    /// # Errors
    /// When refs cannot be listed.
    fn list(&self) -> Result<Listing, Error> {
        let mut problems = Vec::new();
        let roots = Roots::find(&self.repo, &mut problems)?;
        let shallow = self.repo.shallow();
        let (commits, boundaries) = reach(self.repo.objects(), roots.commits, &shallow, &mut problems);
        let order = oldest_first(&commits);
        let mut walk = Walk::new(self.repo.objects(), problems);
        for (number, id) in order.iter().enumerate() {
            walk.tree(commits[id].tree, Some(number as u32));
        }
        roots.trees.into_iter().for_each(|id| walk.tree(id, None));
        roots.blobs.into_iter().for_each(|(name, id)| walk.blob(id, name.as_bytes(), None));
        let named = |number: Option<u32>| {
            number.and_then(|number| order.get(number as usize)).map(|id| commits[id].named(id))
        };
        let mut listing = walk.listing(&self.filter, &named);
        listing.gaps.extend(std::iter::repeat_n(Gap { kind: GapKind::Shallow, path: None }, boundaries));
        Ok(listing)
    }

    fn open(&self, content: &Content) -> Result<Opened, Problem> {
        self.repo.open_content(content)
    }
}

/// What refs point at. Blobs and trees without a commit are rare, but a tag may point at one.
struct Roots {
    commits: Vec<Id>,
    trees: Vec<Id>,
    blobs: Vec<(String, Id)>,
}

impl Roots {
    fn find(repo: &Repo, problems: &mut Vec<Problem>) -> Result<Self, Error> {
        let mut roots = Self { commits: Vec::new(), trees: Vec::new(), blobs: Vec::new() };
        for (name, id) in repo.tips(problems)? {
            match repo.peel(id) {
                Ok((Kind::Commit, id)) => roots.commits.push(id),
                Ok((Kind::Tree, id)) => roots.trees.push(id),
                Ok((_, id)) => roots.blobs.push((name, id)),
                Err(error) => problems.push(error.problem(&id, None)),
            }
        }
        Ok(roots)
    }
}

/// All commits reachable from `open`, and how many of them stand at a shallow clone's boundary.
fn reach(
    objects: &dyn Objects,
    mut open: Vec<Id>,
    shallow: &std::collections::BTreeSet<Id>,
    problems: &mut Vec<Problem>,
) -> (HashMap<Id, CommitData>, usize) {
    let mut commits = HashMap::new();
    let mut seen: HashSet<Id> = HashSet::new();
    let mut boundaries = 0;
    while let Some(id) = open.pop() {
        if !seen.insert(id) {
            continue;
        }
        match commit(objects, &id) {
            Ok(data) => {
                if shallow.contains(&id) {
                    boundaries += 1;
                } else {
                    open.extend(&data.parents);
                }
                commits.insert(id, data);
            }
            Err(error) => problems.push(error.problem(&id, None)),
        }
    }
    (commits, boundaries)
}

/// A path, by its place in [`Walk::paths`].
type PathNumber = u32;

/// A commit, by its place in the order of commits; `None` for what a ref holds without one.
type CommitNumber = Option<u32>;

struct Walk<'w> {
    objects: &'w dyn Objects,
    problems: Vec<Problem>,
    paths: Vec<Arc<[u8]>>,
    numbers: HashMap<Arc<[u8]>, PathNumber>,
    /// Trees seen, under each path.
    trees: HashSet<(Id, PathNumber)>,
    known: HashSet<Id>,
    repeats: usize,
    exhausted: bool,
    blobs: HashMap<Id, u32>,
    /// For each blob its paths, each with the first commit that has it there.
    places: Vec<(Id, Vec<(PathNumber, CommitNumber)>)>,
    placed: HashSet<(u32, PathNumber)>,
    gaps: HashSet<(GapKind, PathNumber)>,
}

impl<'w> Walk<'w> {
    fn new(objects: &'w dyn Objects, problems: Vec<Problem>) -> Self {
        Self {
            objects,
            problems,
            paths: Vec::new(),
            numbers: HashMap::new(),
            trees: HashSet::new(),
            known: HashSet::new(),
            repeats: REPEATED_ENTRIES,
            exhausted: false,
            blobs: HashMap::new(),
            places: Vec::new(),
            placed: HashSet::new(),
            gaps: HashSet::new(),
        }
    }

    /// Visits a commit's tree and all below it that was not seen under the same path before.
    fn tree(&mut self, root: Id, commit: CommitNumber) {
        let mut open = vec![(root, self.number(b""))];
        while let Some((id, at)) = open.pop() {
            if !self.trees.insert((id, at)) {
                continue;
            }
            let path = Arc::clone(&self.paths[at as usize]);
            let Some(data) = self.read(&id, &path) else { continue };
            let Some(entries) = tree_entries(&data, id.as_bytes().len()) else {
                self.problem(ReadError::Corrupt, &id, &path);
                continue;
            };
            if self.known.insert(id) {
                self.repeats += entries.len() * REPEATS;
            } else if !self.repeat(entries.len()) {
                continue;
            }
            for entry in entries {
                let Some(path) = join(&path, entry.name) else {
                    self.cap(format!(
                        "a path is longer than {PATH_BYTES} bytes; what lies below was not scanned"
                    ));
                    continue;
                };
                match entry.mode {
                    Mode::Directory => open.push((entry.id, self.number(&path))),
                    Mode::File => self.blob(entry.id, &path, commit),
                    Mode::Link => self.gap(GapKind::SymbolicLink, &path),
                    Mode::Submodule => self.gap(GapKind::Submodule, &path),
                }
            }
        }
    }

    fn blob(&mut self, id: Id, path: &[u8], commit: CommitNumber) {
        let path = self.number(path);
        let next = self.places.len() as u32;
        let blob = *self.blobs.entry(id).or_insert(next);
        if blob == next {
            self.places.push((id, Vec::new()));
        }
        if self.placed.insert((blob, path)) {
            self.places[blob as usize].1.push((path, commit));
        }
    }

    fn gap(&mut self, kind: GapKind, path: &[u8]) {
        let path = self.number(path);
        self.gaps.insert((kind, path));
    }

    fn number(&mut self, path: &[u8]) -> PathNumber {
        if let Some(&number) = self.numbers.get(path) {
            return number;
        }
        let (number, path): (PathNumber, Arc<[u8]>) = (self.paths.len() as u32, path.into());
        self.paths.push(Arc::clone(&path));
        self.numbers.insert(path, number);
        number
    }

    /// True while there is time for a tree that was read before under another path.
    fn repeat(&mut self, entries: usize) -> bool {
        let left = self.repeats.checked_sub(entries);
        if left.is_none() && !self.exhausted {
            self.exhausted = true;
            self.cap(
                "the same trees appear under too many paths; not all of a blob's paths are listed".into(),
            );
        }
        self.repeats = left.unwrap_or(self.repeats);
        left.is_some()
    }

    fn read(&mut self, id: &Id, path: &[u8]) -> Option<Vec<u8>> {
        match expect(self.objects, id, Kind::Tree, STRUCTURE_BYTES) {
            Ok(data) => Some(data),
            Err(error) => {
                self.problem(error, id, path);
                None
            }
        }
    }

    fn problem(&mut self, error: ReadError, id: &Id, path: &[u8]) {
        let path = Some(BlobPath::from_bytes(path)).filter(|_| !path.is_empty());
        self.problems.push(error.problem(id, path));
    }

    fn cap(&mut self, message: String) {
        self.problems.push(Problem { path: None, kind: "capped", message });
    }

    /// Everything found, in the order of paths and commits.
    fn listing(
        self,
        filter: &PathFilter,
        named: &dyn Fn(CommitNumber) -> Option<crate::blob::Commit>,
    ) -> Listing {
        let mut listing = Listing { problems: self.problems, ..Listing::default() };
        let paths = self.paths;
        let path = |number: PathNumber| BlobPath::from_bytes(&paths[number as usize]);
        let excluded: Vec<bool> = paths.iter().map(|path| filter.excludes_file(&[path])).collect();
        let mut gaps: HashSet<(GapKind, PathNumber)> = self.gaps;
        for (id, places) in self.places {
            let (out, kept): (Vec<_>, Vec<_>) =
                places.into_iter().partition(|(path, _)| excluded[*path as usize]);
            gaps.extend(out.into_iter().map(|(path, _)| (GapKind::Excluded, path)));
            let origin = |(number, commit): (PathNumber, CommitNumber)| Origin {
                path: path(number),
                repo_path: Some(path(number)),
                commit: named(commit),
                part: Part::File,
            };
            let mut origins: Vec<Origin> = kept.into_iter().map(origin).collect();
            origins.sort();
            if !origins.is_empty() {
                listing.items.push(Item {
                    content: Content::Object(id.hex()),
                    origins,
                    added: None,
                    before: None,
                });
            }
        }
        listing.items.sort_by(|a, b| a.origins.cmp(&b.origins));
        listing.gaps =
            gaps.into_iter().map(|(kind, number)| Gap { kind, path: Some(path(number)) }).collect();
        listing.gaps.sort();
        listing.problems.sort();
        listing.problems.dedup();
        listing
    }
}
