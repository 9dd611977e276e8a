//! The history of one repository: that of the whole, or of a submodule in it.
//!
//! Stands apart from the source, which puts several of them together.

use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, OnceLock};

use super::HistoryOptions;
use super::graph::{self, CommitNumber, Graph, Met};
use super::lost::Lost;
use super::messages;
use super::provenance;
use super::reach::Reach;
use super::record::Record;
use super::roots::Roots;
use super::walk::{Holder, Place, Walk};
use crate::blob::{BlobPath, Content, Item, Origin, Part};
use crate::error::Error;
use crate::source::coverage::{self, Coverage};
use crate::source::files::PathFilter;
use crate::source::life::{Lives, Spot};
use crate::source::object::Id;
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
    /// The trees, once somebody asked for one.
    pub(super) shelf: OnceLock<Shelf>,
}

impl Chronicle {
    /// Everything in it.
    ///
    /// # Errors
    /// When refs cannot be listed, or a revision names nothing.
    pub(super) fn list(&self) -> Result<Listing, Error> {
        let mut listing = Listing::default();
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
        self.count(&walk, &met, &roots, graph.order.len(), &mut coverage);
        if whole {
            coverage.absent = coverage::absent(&self.repo.common_dir().join("config"), &roots.names);
        }
        if self.only.is_empty() {
            listing.items = messages::commits(&graph, &wanted);
            if whole {
                listing.items.extend(messages::texts(&self.repo, &roots, &mut coverage));
            }
        }
        let before = wanted.iter().filter(|wanted| !**wanted).count();
        coverage.skipped("commits", "not-asked-for", before as u64);
        let record = Record::new(&self.repo, roots, graph, &walk);
        self.blobs(walk, &record.graph, &mut listing, &mut coverage);
        self.record.get_or_init(|| record);
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
        Some(provenance::lives(record, self.objects(), &secrets, now))
    }

    /// The object store, with all trees in memory.
    fn objects(&self) -> &Shelf {
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
        let graph = Graph::read(self.objects(), &starts, &shallow, &mut met);
        if !self.options.unreachable {
            return Ok((graph, None, met));
        }
        let lost = Lost::find(&self.repo, &graph, roots)?;
        starts.extend(lost.commits.iter().map(|id| (Reach::UNREACHABLE, *id)));
        let mut met = Met::default();
        let graph = Graph::read(self.objects(), &starts, &shallow, &mut met);
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
        let mut walk = Walk::new(self.objects());
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
            lost.walk(self.objects(), &mut walk);
        }
        walk
    }

    /// What is staged, in every working tree.
    fn indexes(&self, walk: &mut Walk<'_>, listing: &mut Listing) {
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
    }

    fn count(&self, walk: &Walk<'_>, met: &Met, roots: &Roots, commits: usize, coverage: &mut Coverage) {
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
        if !self.options.unreachable && self.options.since.is_none() && self.options.branches.is_empty() {
            let every = self.repo.every_object().unwrap_or_default();
            let met_here = |id: &&Id| walk.has(id) || roots.tags.contains_key(id);
            let lost = every.iter().filter(|id| !met_here(id)).count() as u64;
            coverage.skipped("unreachable", "not-asked-for", lost.saturating_sub(commits as u64));
        }
    }

    /// The word of the gap or problem that an object which cannot be read is.
    fn reason(&self, error: ReadError) -> &'static str {
        match error {
            ReadError::Missing if self.repo.is_partial() => GapKind::Promised.word(),
            other => other.kind(),
        }
    }

    /// The blobs, in the order of paths and commits, their paths' names, and what of them is left out.
    fn blobs(&self, walk: Walk<'_>, graph: &Graph, listing: &mut Listing, coverage: &mut Coverage) {
        let Walk { paths, places, mut gaps, problems, .. } = walk;
        let path = |number: u32| BlobPath::from_bytes(&paths[number as usize]);
        let asked: Vec<bool> = paths.iter().map(|path| !self.only.excludes_file(&[path])).collect();
        let excluded: Vec<bool> = paths.iter().map(|path| self.filter.excludes_file(&[path])).collect();
        let mut firsts: BTreeMap<u32, Option<CommitNumber>> = BTreeMap::new();
        let origin = |part: Part, number: u32, commit: Option<CommitNumber>| Origin {
            path: path(number),
            repo_path: Some(path(number)),
            commit: commit.map(|number| graph.named(number)),
            part,
        };
        for Place { id, paths } in places {
            let mut kept: Vec<_> = paths.into_iter().filter(|(path, _)| asked[*path as usize]).collect();
            let listed = kept.len();
            gaps.extend(
                kept.extract_if(.., |(path, _)| excluded[*path as usize])
                    .map(|(path, _)| (GapKind::Excluded, path)),
            );
            if kept.is_empty() {
                coverage.skipped("blobs", GapKind::Excluded.word(), u64::from(listed > 0));
                continue;
            }
            for (path, commit) in &kept {
                let first = firsts.entry(*path).or_insert(*commit);
                *first = better(*first, *commit, graph);
            }
            if self.repo.is_partial() && self.repo.objects().header(&id) == Err(ReadError::Missing) {
                gaps.insert((GapKind::Promised, kept[0].0));
                coverage.skipped("blobs", GapKind::Promised.word(), 1);
                continue;
            }
            let mut origins: Vec<Origin> =
                kept.into_iter().map(|(path, commit)| origin(Part::File, path, commit)).collect();
            origins.sort();
            let content = Content::Object(id.hex());
            listing.items.push(Item { content, origins, added: None, before: None });
        }
        listing.items.sort_by(|a, b| a.origins.cmp(&b.origins));
        let names = firsts.into_iter().map(|(path, commit)| origin(Part::FileName, path, commit));
        listing.names.extend(names);
        listing.names.sort();
        let asked_for = |number: &u32| asked[*number as usize];
        let gaps = gaps.into_iter().filter(|(_, number)| asked_for(number));
        listing.gaps.extend(gaps.map(|(kind, number)| Gap { kind, path: Some(path(number)) }));
        listing.problems.extend(problems);
        if self.repo.is_partial() {
            let missing = listing.problems.extract_if(.., |problem| problem.kind == "missing-object");
            listing.gaps.extend(missing.map(|problem| Gap { kind: GapKind::Promised, path: problem.path }));
        }
        listing.gaps.sort();
        listing.problems.sort();
        listing.problems.dedup();
    }

    /// The listing with paths from the top of the outermost repository.
    fn moved(&self, mut listing: Listing) -> Listing {
        if self.prefix.is_empty() {
            return listing;
        }
        let below = |path: &mut BlobPath| {
            *path = BlobPath::from_bytes(&[self.prefix.as_bytes(), b"/", path.as_bytes()].concat());
        };
        let origins = listing.items.iter_mut().flat_map(|item| &mut item.origins).chain(&mut listing.names);
        for origin in origins {
            below(&mut origin.path);
            origin.repo_path.iter_mut().for_each(below);
        }
        listing.gaps.iter_mut().flat_map(|gap| &mut gap.path).for_each(below);
        listing.problems.iter_mut().flat_map(|problem| &mut problem.path).for_each(below);
        listing
    }
}

/// Of two commits the one that holds an object better, then the older one; any rather than none.
fn better(one: Option<CommitNumber>, other: Option<CommitNumber>, graph: &Graph) -> Option<CommitNumber> {
    let order = |number: &CommitNumber| (graph.reach[*number as usize].rank(), *number);
    one.into_iter().chain(other).min_by_key(order)
}

/// A date as the user writes it: RFC 3339, or the first second of a day in UTC.
fn moment(text: &str) -> Option<jiff::Timestamp> {
    let day = || text.parse::<jiff::civil::Date>().ok()?.to_zoned(jiff::tz::TimeZone::UTC).ok();
    text.parse().ok().or_else(|| day().map(|day| day.timestamp()))
}
