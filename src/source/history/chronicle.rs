//! The history of one repository: that of the whole, or of a submodule in it.
//!
//! Stands apart from the source, which puts several of them together.

use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, OnceLock};

use super::HistoryOptions;
use super::graph::{self, CommitNumber, Graph, Met};
use super::lost::Lost;
use super::messages;
use super::paths::PathNumber;
use super::provenance;
use super::reach::Reach;
use super::record::Record;
use super::roots::Roots;
use super::stock::Goods;
use super::walk::{Holder, Place, Walk};
use super::whole::{Stored, Trace};
use crate::blob::{BlobPath, Origin, Part};
use crate::error::Error;
use crate::source::coverage::{self, Coverage};
use crate::source::files::PathFilter;
use crate::source::life::{Lives, Spot};
use crate::source::object::{Id, Set};
use crate::source::objects::ReadError;
use crate::source::repository::{Repo, escaped};
use crate::source::shelf::Shelf;
use crate::source::{Gap, GapKind, Listing};

/// One repository and what is asked of it.
pub(super) struct Chronicle {
    /// Path from the top of the outermost repository; empty for that one.
    pub(super) prefix: String,
    pub(super) repo: Arc<Repo>,
    pub(super) filter: PathFilter,
    /// The paths that were asked for.
    pub(super) only: PathFilter,
    pub(super) options: HistoryOptions,
    /// What the listing leaves behind.
    pub(super) record: OnceLock<Record>,
    /// What there is to scan by the hundred thousand, once it was listed.
    pub(super) goods: OnceLock<Goods>,
    /// The trees, once somebody asked for one.
    pub(super) shelf: OnceLock<Shelf>,
    /// What a later run needs to go on from here; nothing where it cannot.
    pub(super) trace: OnceLock<Option<Trace>>,
}

impl Chronicle {
    /// Everything in it.
    ///
    /// # Errors
    /// When refs cannot be listed, or a revision names nothing.
    pub(super) fn list(&self) -> Result<Listing, Error> {
        let mut listing = Listing::default();
        // Whatever comes while this runs is new to the next run.
        let stored = Stored::of(&self.repo);
        let mut coverage = Coverage { scope: self.scope(), ..Coverage::default() };
        let whole = self.options.branches.is_empty() || !self.prefix.is_empty();
        let mut roots = match whole {
            true => Roots::all(&self.repo, &mut listing.problems)?,
            false => Roots::only(&self.repo, &self.options.branches)?,
        };
        let (graph, lost, met) = self.graph(&mut roots)?;
        listing.problems.extend(graph::problems(&met));
        listing.gaps.extend(std::iter::repeat_n(Gap { kind: GapKind::Shallow, path: None }, met.boundaries));
        let wanted = self.wanted(&graph)?;
        let walk = self.walk(&roots, &graph, &wanted, lost.as_ref(), whole, &mut listing);
        let lost = self.count(&walk, &met, &roots, &graph, &mut coverage);
        let lost = lost.filter(|_| met.failures.is_empty());
        self.trace.get_or_init(|| Trace::of(&self.repo, stored, &roots, &graph, &walk, lost?));
        if whole {
            coverage.absent = coverage::absent(&self.repo.common_dir().join("config"), &roots.names);
        }
        let messages = if self.only.is_empty() { numbers(&wanted) } else { Vec::new() };
        if self.only.is_empty() && whole {
            listing.items.extend(messages::texts(&self.repo, &roots, &mut coverage));
        }
        let before = wanted.iter().filter(|wanted| !**wanted).count();
        coverage.skipped("commits", "not-asked-for", before as u64);
        let record = Record::new(&self.repo, roots, graph, &walk);
        self.record.get_or_init(|| record);
        self.blobs(walk, messages, &mut listing, &mut coverage);
        listing.coverage = Some(coverage);
        Ok(self.moved(listing))
    }

    /// What this repository knows of `secrets`; nothing before it was listed.
    pub(super) fn lives(&self, secrets: &[Vec<Spot>], now: i64) -> Option<Lives> {
        let record = self.record.get()?;
        let elsewhere = || BlobPath::from_bytes(b"");
        let inside = |spot: &Spot| {
            let path = spot.path.as_bytes();
            let path = match self.prefix.is_empty() {
                true => Some(path),
                false => path.strip_prefix(self.prefix.as_bytes()).and_then(|rest| rest.strip_prefix(b"/")),
            };
            // Facts go by the number of the spot, so one that lies elsewhere stays, as nothing.
            let found = path.map(|path| (spot.object.clone(), BlobPath::from_bytes(path)));
            let (object, path) = found.unwrap_or_else(|| (None, elsewhere()));
            Spot { object, path, part: spot.part, line: spot.line }
        };
        let secrets: Vec<Vec<Spot>> =
            secrets.iter().map(|spots| spots.iter().map(inside).collect()).collect();
        Some(provenance::lives(record, self.shelf(), &secrets, now))
    }

    /// The object store, with all trees in memory.
    pub(super) fn shelf(&self) -> &Shelf {
        self.shelf.get_or_init(|| Shelf::new(Arc::clone(&self.repo)))
    }

    /// What was asked to be left out, in words.
    fn scope(&self) -> Vec<String> {
        let mut scope = Vec::new();
        if !self.prefix.is_empty() {
            return scope;
        }
        if !self.options.branches.is_empty() {
            let names = self.options.branches.iter().map(|name| escaped(name)).collect::<Vec<_>>().join(", ");
            scope.push(format!(
                "only what {names} reaches; no other refs, stashes, reflogs, tags and settings"
            ));
        }
        if let Some(since) = &self.options.since {
            scope.push(format!("only commits since {}", escaped(since)));
        }
        if !self.options.paths.is_empty() {
            scope.push("only files at the paths asked for; no messages, reflogs and settings".to_owned());
        }
        scope
    }

    /// All commits, with the lost ones when they are asked for.
    fn graph(&self, roots: &mut Roots) -> Result<(Graph, Option<Lost>, Met), Error> {
        let (shallow, mut met) = (self.repo.shallow(), Met::default());
        let mut starts = roots.commits();
        if let Some(rev) = self.since_commit() {
            // It may be on no branch; as a root it leads to nothing new that is listed.
            starts.push((Reach::default(), rev));
        }
        let graph = Graph::read(self.shelf(), &starts, &shallow, &mut met);
        if !self.options.unreachable {
            return Ok((graph, None, met));
        }
        let lost = Lost::find(&self.repo, &graph, roots)?;
        starts.extend(lost.commits.iter().map(|id| (Reach::UNREACHABLE, *id)));
        let mut met = Met::default();
        let graph = Graph::read(self.shelf(), &starts, &shallow, &mut met);
        Ok((graph, Some(lost), met))
    }

    fn since_commit(&self) -> Option<Id> {
        let since = self.options.since.as_deref().filter(|_| self.prefix.is_empty())?;
        self.repo.resolve(since).ok()
    }

    /// For each commit whether `--since` asks for it.
    fn wanted(&self, graph: &Graph) -> Result<Vec<bool>, Error> {
        let Some(since) = &self.options.since else { return Ok(vec![true; graph.order.len()]) };
        if let Some(id) = self.since_commit() {
            let tip = graph.numbers.get(&id).copied();
            return Ok(graph.ancestors(tip).into_iter().map(|inside| !inside).collect());
        }
        let from = moment(since).ok_or_else(|| Error::Usage {
            message: format!("`{}` is neither a revision of this repository nor a date", escaped(since)),
            help: Some("name a commit, a branch or a tag, or write a date as 2026-01-31".into()),
        })?;
        Ok(graph.commits.iter().map(|data| data.time >= from.as_second()).collect())
    }

    /// Walks the trees: first what is not to be listed, then what is held best, then the rest.
    fn walk<'r>(
        &'r self,
        roots: &Roots,
        graph: &Graph,
        wanted: &[bool],
        lost: Option<&Lost>,
        whole: bool,
        listing: &mut Listing,
    ) -> Walk<'r> {
        let mut walk = Walk::new(self.shelf().numbers());
        let numbers = || 0..graph.order.len() as CommitNumber;
        let is_wanted = |number: CommitNumber| wanted[number as usize];
        let edge = numbers().filter(|number| is_wanted(*number)).flat_map(|n| &graph.parents[n as usize]);
        let edge: HashSet<CommitNumber> = edge.copied().filter(|parent| !is_wanted(*parent)).collect();
        let tree = |number: CommitNumber| graph.commits[number as usize].tree;
        numbers().filter(|n| edge.contains(n)).for_each(|n| walk.tree(tree(n), Holder::Before));
        let mut order: Vec<CommitNumber> = numbers().filter(|number| is_wanted(*number)).collect();
        order.sort_by_key(|number| (graph.reach[*number as usize].rank(), *number));
        order.into_iter().for_each(|number| walk.tree(tree(number), Holder::Commit(number)));
        roots.trees.iter().for_each(|(kind, id)| walk.tree(*id, Holder::Name(*kind)));
        for (kind, name, id) in &roots.blobs {
            walk.blob(*id, name.as_bytes(), Holder::Name(*kind));
        }
        if whole {
            self.indexes(&mut walk, listing);
        }
        if let Some(lost) = lost {
            lost.walk(self.repo.objects(), &mut walk);
        }
        walk
    }

    /// What is staged, in every working tree.
    fn indexes(&self, walk: &mut Walk<'_>, listing: &mut Listing) {
        let before = (walk.gaps.len(), walk.links.len());
        for directory in self.repo.git_dirs() {
            if !directory.join("index").is_file() {
                continue;
            }
            match self.repo.index_in(&directory) {
                Ok(entries) => {
                    let real = entries.iter().filter(|entry| !entry.announced);
                    real.for_each(|entry| walk.entry(entry.side.mode, entry.side.id, &entry.path));
                }
                Err(error) => listing.problems.push(crate::source::Problem {
                    path: Some(super::roots::shown(&self.repo, &directory.join("index"))),
                    kind: "unreadable",
                    message: error.to_string(),
                }),
            }
        }
        walk.only_staged = before != (walk.gaps.len(), walk.links.len());
    }

    /// Counts what the listing met, and gives what nothing leads to where that was looked for and can be told.
    fn count(
        &self,
        walk: &Walk<'_>,
        met: &Met,
        roots: &Roots,
        graph: &Graph,
        coverage: &mut Coverage,
    ) -> Option<Set<Id>> {
        coverage.scanned("trees", walk.known.len() as u64);
        for error in walk.failures.values() {
            coverage.skipped("trees", self.reason(*error), 1);
        }
        for (_, error) in &met.failures {
            coverage.skipped("commits", self.reason(*error), 1);
        }
        coverage.skipped("commits", GapKind::Shallow.word(), met.boundaries as u64);
        coverage.skipped("commits", "collected", roots.collected);
        coverage.skipped("blobs", GapKind::SymbolicLink.word(), walk.links.len() as u64);
        if self.options.unreachable || self.options.since.is_some() || !self.options.branches.is_empty() {
            return None;
        }
        let lost = self.unreachable(walk, roots, graph)?;
        coverage.skipped("unreachable", "not-asked-for", lost.len() as u64);
        Some(lost)
    }

    /// The objects that nothing leads to; `None` when nobody can tell.
    fn unreachable(&self, walk: &Walk<'_>, roots: &Roots, graph: &Graph) -> Option<Set<Id>> {
        let mut met = walk.met();
        met.extend(graph.order.iter().chain(roots.tags.keys()).filter_map(|id| walk.numbers.find(id)));
        let is_met = |id: &Id| {
            let named = || roots.tags.contains_key(id) || graph.numbers.contains_key(id);
            walk.numbers.find(id).is_some_and(|number| met.contains(number)) || named()
        };
        if let Some(others) = self.shelf().others(|number| met.contains(number), is_met) {
            return Some(others);
        }
        let mut lost = Set::default();
        let list = self.repo.each_object(&mut |id| {
            if !is_met(&id) {
                lost.insert(id);
            }
        });
        list.ok().map(|()| lost)
    }

    /// The word of the gap or problem that an object which cannot be read is.
    fn reason(&self, error: ReadError) -> &'static str {
        match error {
            ReadError::Missing if self.repo.is_partial() => GapKind::Promised.word(),
            other => other.kind(),
        }
    }

    /// The blobs, their paths' names, and what of them is left out.
    fn blobs(
        &self,
        walk: Walk<'_>,
        messages: Vec<CommitNumber>,
        listing: &mut Listing,
        coverage: &mut Coverage,
    ) {
        let Walk { mut paths, mut places, mut gaps, problems, numbers, .. } = walk;
        drop(numbers);
        paths.close();
        places.sort_unstable();
        let bytes = |path: PathNumber| paths.bytes(path, self.shelf());
        let all = || 0..paths.len() as PathNumber;
        let asked: Vec<bool> = all().map(|path| !self.only.excludes_file(&[&bytes(path)])).collect();
        let excluded: Vec<bool> = all().map(|path| self.filter.excludes_file(&[&bytes(path)])).collect();
        let is = |of: &[bool], path: PathNumber| of[path as usize];
        let (mut kept, mut firsts) = (Vec::with_capacity(places.len()), BTreeMap::new());
        for places in places.chunk_by(|one, other| one.object == other.object) {
            let places = places.iter().filter(|place| is(&asked, place.path));
            let (out, here): (Vec<Place>, Vec<Place>) = places.partition(|place| is(&excluded, place.path));
            gaps.extend(out.iter().map(|place| (GapKind::Excluded, place.path)));
            let Some(first) = here.first() else {
                coverage.skipped("blobs", GapKind::Excluded.word(), u64::from(!out.is_empty()));
                continue;
            };
            for place in &here {
                let first = firsts.entry(place.path).or_insert(place.commit);
                *first = self.better(*first, place.commit);
            }
            if self.is_promised(first.object) {
                gaps.insert((GapKind::Promised, first.path));
                coverage.skipped("blobs", GapKind::Promised.word(), 1);
                continue;
            }
            kept.extend(here);
        }
        let origin = |(path, commit)| self.origin(Part::FileName, &bytes(path), commit);
        listing.names.extend(firsts.into_iter().map(origin));
        listing.names.sort();
        let gaps = gaps.into_iter().filter(|(_, path)| is(&asked, *path));
        listing
            .gaps
            .extend(gaps.map(|(kind, path)| Gap { kind, path: Some(BlobPath::from_bytes(&bytes(path))) }));
        listing.problems.extend(problems);
        if self.repo.is_partial() {
            let missing = listing.problems.extract_if(.., |problem| problem.kind == "missing-object");
            listing.gaps.extend(missing.map(|problem| Gap { kind: GapKind::Promised, path: problem.path }));
        }
        listing.gaps.sort();
        listing.problems.sort();
        listing.problems.dedup();
        self.goods.get_or_init(|| Goods::new(paths, kept, messages));
    }

    /// True for an object that a partial clone left on the server.
    fn is_promised(&self, object: u32) -> bool {
        let missing = |id: Id| self.repo.objects().header(&id) == Err(ReadError::Missing);
        self.repo.is_partial()
            && !self.shelf().is_packed(object)
            && self.shelf().id(object).is_some_and(missing)
    }

    /// Of two commits the one that holds an object better, then the older one; any rather than none.
    fn better(&self, one: CommitNumber, other: CommitNumber) -> CommitNumber {
        let Some(record) = self.record.get() else { return one };
        let rank = |number: CommitNumber| record.graph.reach.get(number as usize).map(|reach| reach.rank());
        let order = |number: &CommitNumber| (rank(*number).is_none(), rank(*number), *number);
        if order(&other) < order(&one) { other } else { one }
    }

    /// The listing with paths from the top of the outermost repository.
    fn moved(&self, mut listing: Listing) -> Listing {
        let origins = listing.items.iter_mut().flat_map(|item| &mut item.origins).chain(&mut listing.names);
        origins.for_each(|origin| self.move_origin(origin));
        listing.gaps.iter_mut().flat_map(|gap| &mut gap.path).for_each(|path| self.move_path(path));
        listing
            .problems
            .iter_mut()
            .flat_map(|problem| &mut problem.path)
            .for_each(|path| self.move_path(path));
        listing
    }

    /// Where the outermost repository has an origin of this one.
    pub(super) fn move_origin(&self, origin: &mut Origin) {
        self.move_path(&mut origin.path);
        origin.repo_path.iter_mut().for_each(|path| self.move_path(path));
    }

    pub(super) fn move_path(&self, path: &mut BlobPath) {
        if !self.prefix.is_empty() {
            *path = BlobPath::from_bytes(&[self.prefix.as_bytes(), b"/", path.as_bytes()].concat());
        }
    }
}

/// The numbers of what has a flag.
fn numbers(flags: &[bool]) -> Vec<CommitNumber> {
    (0..).zip(flags).filter(|(_, flag)| **flag).map(|(number, _)| number).collect()
}

/// A date as the user writes it: RFC 3339, or the first second of a day in UTC.
fn moment(text: &str) -> Option<jiff::Timestamp> {
    let day = || text.parse::<jiff::civil::Date>().ok()?.to_zoned(jiff::tz::TimeZone::UTC).ok();
    text.parse().ok().or_else(|| day().map(|day| day.timestamp()))
}
