//! The history of a repository after a run that covered all of it and found nothing: only what is new is listed, what was
//! counted then is counted again.
//!
//! Stands apart from the whole listing because that knows every tree, path and commit, and here none is read that was
//! read before. Nothing can be said of a finding from here: when there is one, everything is listed.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::extent::{Extent, PLACE_BYTES};
use super::growth::{Before, Growth};
use super::messages;
use super::roots::Roots;
use super::sorted::Sorted;
use super::whole::{Stored, fixed, of_ids};
use crate::blob::{BlobPath, Content, Item, Origin, Part};
use crate::error::Error;
use crate::source::coverage::{self, Coverage};
use crate::source::files::{FilesOptions, FilesSource, PathFilter};
use crate::source::message::commit_item;
use crate::source::object::{Id, Set};
use crate::source::packs::Packs;
use crate::source::repository::Repo;
use crate::source::stock::{KEY_BYTES, Stock, Visit};
use crate::source::{Gap, GapKind, Listing, Opened, Problem, Source};

/// What is new in a repository's history.
pub struct Later {
    repo: Arc<Repo>,
    before: Extent,
    gaps: BTreeSet<Gap>,
    roots: Roots,
    stored: Stored,
    growth: Growth,
    /// Objects that nothing leads to.
    lost: Set<Id>,
    /// New blobs and commits by number.
    objects: Vec<Object>,
    files: FilesSource,
}

enum Object {
    Blob(Id, Vec<BlobPath>),
    Message(Id),
}

impl Later {
    /// What came to `repo` after a run that covered what `extent` says; `plain` says of an object's key whether it is a
    /// text in which nothing matched. `None` when not all of that is certainly there as it was, or more came than is read
    /// faster this way.
    pub fn of(
        repo: Arc<Repo>,
        filter: &PathFilter,
        extent: &[u8],
        plain: &dyn Fn(&[u8; KEY_BYTES]) -> bool,
    ) -> Option<Self> {
        let before = Extent::read(extent)?;
        let gaps: BTreeSet<Gap> = before.head.gaps()?.into_iter().collect();
        let stored = Stored::of(&repo)?;
        let mut problems = Vec::new();
        let roots = Roots::all(&repo, &mut problems).ok().filter(|_| problems.is_empty())?;
        if fixed(&repo, &roots)? != before.head.fixed || repo.id_len() != before.head.id_len {
            return None;
        }
        let is_plain = |id: &Id| id.as_bytes().first_chunk().is_some_and(plain);
        let asked = Before { extent: &before, gaps: &gaps, plain: &is_plain, filter };
        let growth = Growth::of(&repo, &roots, &asked)?;
        let lost = lost(&before, &stored, &roots, &growth)?;
        let blobs = growth.blobs.iter().map(|(id, paths)| Object::Blob(*id, paths.iter().cloned().collect()));
        let objects = blobs.chain(growth.commits.keys().map(|id| Object::Message(*id))).collect();
        let files = FilesSource::new(FilesOptions::default());
        Some(Self { repo, before, gaps, roots, stored, growth, lost, objects, files })
    }

    /// What the scan of blobs and messages had counted before.
    pub const fn counts(&self) -> &BTreeMap<String, u64> {
        &self.before.head.counts
    }

    /// How many new blobs and messages there are.
    pub const fn len(&self) -> usize {
        self.objects.len()
    }

    /// True when there are none.
    pub const fn is_empty(&self) -> bool {
        self.objects.is_empty()
    }

    /// True when the run before told of all of these.
    pub fn knows(&self, gaps: &[Gap]) -> bool {
        gaps.iter().all(|gap| self.gaps.contains(gap))
    }

    /// What is covered now, for a run that found nothing: see [`super::HistorySource::extent`]. `None` when nothing has to
    /// be written down.
    pub fn extent(
        &self,
        gaps: &[Gap],
        coverage: &Coverage,
        counts: BTreeMap<String, u64>,
    ) -> Option<Vec<u8>> {
        let (before, growth, id_len) = (&self.before, &self.growth, self.before.head.id_len);
        let named = self.roots.commits().into_iter().map(|(_, id)| id);
        let roots: Vec<Id> = named.chain(self.roots.tags.keys().copied()).collect();
        let mut after = Extent {
            met: before.met.with(growth.objects().chain(self.roots.tags.keys()).map(Id::as_bytes)),
            places: before.places.with(growth.places.iter().map(<[u8; PLACE_BYTES]>::as_slice)),
            staged: Sorted::of(PLACE_BYTES, growth.staged.iter().map(<[u8; PLACE_BYTES]>::as_slice)),
            links: before.links.with(growth.links.iter().map(Id::as_bytes)),
            loose: of_ids(id_len, &self.stored.loose),
            lost: of_ids(id_len, &self.lost.iter().copied().collect::<Vec<_>>()),
            roots: of_ids(id_len, &roots),
            trees: before.trees.clone(),
            head: before.head.clone(),
        };
        after.head.counts = counts;
        after.head.packs.clone_from(&self.stored.packs);
        after.head.take(gaps, coverage);
        (after != *before || !growth.is_empty()).then(|| after.bytes())
    }

    fn origin(&self, path: &BlobPath, part: Part) -> Origin {
        Origin { path: path.clone(), repo_path: Some(path.clone()), commit: None, part }
    }
}

/// What nothing leads to now; `None` when something is gone that was there.
fn lost(before: &Extent, stored: &Stored, roots: &Roots, growth: &Growth) -> Option<Set<Id>> {
    let id_len = before.head.id_len;
    if !before.head.packs.iter().all(|pack| stored.packs.contains(pack)) {
        return None;
    }
    let fresh = stored.packs.iter().filter(|pack| !before.head.packs.contains(pack));
    let (old, fresh) = (Packs::at(&before.head.packs, id_len)?, Packs::at(fresh, id_len)?);
    let now: Set<Id> = stored.loose.iter().copied().collect();
    let is_here = |id: &Id| now.contains(id) || fresh.contain(id) || old.contain(id);
    for gone in before.loose.iter().filter_map(Id::from_bytes).filter(|id| !now.contains(id)) {
        if !is_here(&gone) && !before.lost.contains(gone.as_bytes()) {
            return None;
        }
    }
    let is_met = |id: &Id| before.has_met(id) || growth.has(id) || roots.tags.contains_key(id);
    let new = now.iter().copied().filter(|id| !before.loose.contains(id.as_bytes())).chain(fresh.all_ids());
    let still = before.lost.iter().filter_map(Id::from_bytes).filter(is_here);
    Some(new.chain(still).filter(|id| !is_met(id)).collect())
}

impl Source for Later {
    /// What is new, with the gaps and the coverage of the run before.
    ///
    /// # Errors
    /// When what was written down then is not as it was written.
    fn list(&self) -> Result<Listing, Error> {
        let mut coverage = Coverage::default();
        let damaged = || Error::Git { message: "the cache is damaged".to_owned(), help: None };
        self.before.head.count(&mut coverage).ok_or_else(damaged)?;
        coverage.scanned("trees", self.growth.trees.len() as u64);
        coverage.skipped("blobs", GapKind::SymbolicLink.word(), self.growth.links.len() as u64);
        coverage.skipped("blobs", GapKind::Excluded.word(), self.growth.excluded.len() as u64);
        coverage.skipped("commits", "collected", self.roots.collected);
        coverage.skipped("unreachable", "not-asked-for", self.lost.len() as u64);
        let submodules = self.gaps.iter().filter(|gap| gap.kind == GapKind::Submodule).count();
        coverage.skipped("submodules", GapKind::Submodule.word(), submodules as u64);
        coverage.absent = coverage::absent(&self.repo.common_dir().join("config"), &self.roots.names);
        let items = messages::texts(&self.repo, &self.roots, &mut coverage);
        let names = self.growth.names.iter().map(|path| self.origin(path, Part::FileName)).collect();
        let gaps = self.before.head.gaps().ok_or_else(damaged)?;
        Ok(Listing { items, gaps, problems: Vec::new(), names, coverage: Some(coverage) })
    }

    fn stocks(&self) -> Vec<&dyn Stock> {
        vec![self]
    }

    fn open(&self, content: &Content) -> Result<Opened, Problem> {
        match content {
            Content::File(_) => self.files.open(content),
            _ => self.repo.open_content(content),
        }
    }
}

impl Stock for Later {
    fn count(&self) -> u32 {
        self.objects.len() as u32
    }

    fn key(&self, number: u32) -> [u8; KEY_BYTES] {
        let (Object::Blob(id, _) | Object::Message(id)) = &self.objects[number as usize];
        *id.as_bytes().first_chunk().expect("ids are not shorter")
    }

    fn part(&self, number: u32) -> Part {
        match self.objects[number as usize] {
            Object::Blob(..) => Part::File,
            Object::Message(_) => Part::CommitMessage,
        }
    }

    fn paths(&self, number: u32) -> Vec<BlobPath> {
        match &self.objects[number as usize] {
            Object::Blob(_, paths) => paths.clone(),
            Object::Message(_) => self.item(number).origins.into_iter().map(|origin| origin.path).collect(),
        }
    }

    fn item(&self, number: u32) -> Item {
        match &self.objects[number as usize] {
            Object::Blob(id, paths) => Item {
                content: Content::Object(id.hex()),
                origins: paths.iter().map(|path| self.origin(path, Part::File)).collect(),
                added: None,
                before: None,
            },
            Object::Message(id) => commit_item(id, Arc::new(self.growth.commits[id].named(id))),
        }
    }

    /// Nothing: they are few, and read one by one.
    fn each(&self, _wanted: &dyn Fn(u32) -> bool, _visit: &Visit<'_>) {}
}
