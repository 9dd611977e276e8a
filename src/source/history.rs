//! A whole history as a source: everything that a repository holds, each object once, with every path it had and since
//! when; and every other text in which people leave secrets: messages, reflogs, names, settings.
//!
//! Stands apart from ranges because nothing is compared: history is blobs, not patches.

mod chronicle;
mod extent;
mod graph;
mod growth;
mod holdings;
mod later;
pub(crate) mod logs;
mod lost;
mod messages;
mod paths;
mod provenance;
pub(crate) mod reach;
mod record;
mod roots;
mod seen;
mod sorted;
mod stock;
mod submodules;
mod walk;
mod whole;

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use super::files::{FilesOptions, FilesSource, PathFilter};
use super::life::{Lives, Spot};
use super::repository::Repo;
use super::stock::Stock;
use super::tracked::TrackedSource;
use super::{GapKind, Listing, Opened, Problem, Source};
use crate::blob::{BlobPath, Content, Item};
use crate::error::Error;
use chronicle::Chronicle;
pub use later::Later;
use reach::Reach;

/// What of a history is asked for.
#[derive(Clone, Debug, Default)]
pub struct HistoryOptions {
    /// Only what came after this commit, or after this date (RFC 3339 or `YYYY-MM-DD`).
    pub since: Option<String>,
    /// Only what these revisions reach; empty: everything.
    pub branches: Vec<String>,
    /// Only files at these paths; see [`PathFilter`].
    pub paths: Vec<String>,
    /// The histories of submodules too, as far as they are on this disk.
    pub recurse_submodules: bool,
    /// Objects too that nothing leads to.
    pub unreachable: bool,
}

impl HistoryOptions {
    /// True when nothing is left out and nothing comes on top.
    pub const fn is_plain(&self) -> bool {
        let Self { since, branches, paths, recurse_submodules, unreachable } = self;
        since.is_none() && branches.is_empty() && paths.is_empty() && !*recurse_submodules && !*unreachable
    }
}

/// Everything in a repository's history.
pub struct HistorySource {
    /// The repository, then its submodules.
    parts: Vec<Chronicle>,
    recurses: bool,
    files: FilesSource,
}

impl HistorySource {
    /// The history of `repo`; paths that `filter` names are gaps.
    ///
    /// # Errors
    /// When a glob in `options.paths` is none.
    pub fn new(repo: Arc<Repo>, filter: &PathFilter, options: &HistoryOptions) -> Result<Self, Error> {
        let only = PathFilter::new(&[], &options.paths)?;
        let part = |prefix: String, repo: Arc<Repo>| Chronicle {
            prefix,
            repo,
            filter: filter.clone(),
            only: only.clone(),
            options: options.clone(),
            record: OnceLock::new(),
            goods: OnceLock::new(),
            shelf: OnceLock::new(),
            trace: OnceLock::new(),
        };
        let inner = if options.recurse_submodules { submodules::all(&repo) } else { Vec::new() };
        let mut parts = vec![part(String::new(), repo)];
        parts.extend(inner.into_iter().map(|(prefix, repo)| part(prefix, repo)));
        let files = FilesSource::new(FilesOptions::default());
        Ok(Self { parts, recurses: options.recurse_submodules, files })
    }
}

impl Source for HistorySource {
    /// Every blob, message, log and name, with the first commit for each of its paths. What cannot be read on the way is
    /// a problem.
    ///
    /// # Errors
    /// When refs cannot be listed, or `--since` or `--branch` name nothing.
    fn list(&self) -> Result<Listing, Error> {
        let mut listing = Listing::default();
        for part in &self.parts {
            listing.add(part.list()?);
        }
        if self.recurses {
            let scanned = |path: &[u8]| self.parts.iter().any(|part| part.prefix.as_bytes() == path);
            let is_scanned =
                |gap: &super::Gap| gap.path.as_ref().is_some_and(|path| scanned(path.as_bytes()));
            listing.gaps.retain(|gap| gap.kind != GapKind::Submodule || !is_scanned(gap));
        }
        let missing = listing.gaps.iter().filter(|gap| gap.kind == GapKind::Submodule).count();
        let coverage = listing.coverage.get_or_insert_default();
        coverage.skipped("submodules", GapKind::Submodule.word(), missing as u64);
        coverage.scanned("submodules", self.parts.len() as u64 - 1);
        Ok(listing)
    }

    fn stocks(&self) -> Vec<&dyn Stock> {
        self.parts.iter().map(|part| part as &dyn Stock).collect()
    }

    fn open(&self, content: &Content) -> Result<Opened, Problem> {
        if let Content::File(_) = content {
            return self.files.open(content);
        }
        // An id says what is in an object, so it does not matter which repository has it.
        let mut first = None;
        for part in &self.parts {
            match part.repo.open_content(content) {
                Err(problem) if problem.kind == "missing-object" => first = first.or(Some(problem)),
                other => return other,
            }
        }
        let nowhere =
            || Problem { path: None, kind: "missing-object", message: "no repository has it".into() };
        Err(first.unwrap_or_else(nowhere))
    }

    fn lives(&self, secrets: &[Vec<Spot>], now: i64) -> Option<Lives> {
        let mut answers = self.parts.iter().filter_map(|part| part.lives(secrets, now));
        let mut all = answers.next()?;
        for other in answers {
            all.lives.iter_mut().zip(other.lives).for_each(|(life, other)| life.add(other));
            for (facts, other) in all.facts.iter_mut().flatten().zip(other.facts.into_iter().flatten()) {
                if facts.reach == Reach::default() {
                    *facts = other;
                }
            }
        }
        Some(all)
    }

    fn working(&self, paths: &BTreeSet<BlobPath>) -> Vec<Item> {
        TrackedSource::new(Arc::clone(&self.parts[0].repo), PathFilter::default()).at(paths)
    }
}
