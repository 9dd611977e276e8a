//! What a history tells of a finding, as JSON for `json`, `jsonl` and `sarif`, and as lines for people. Apart from the
//! formats because all of them tell the same.

use std::collections::HashSet;
use std::sync::Arc;

use serde::Serialize;

use crate::blob::life::{Life, MOST_NAMED};
use crate::blob::{BlobPath, Commit};
use crate::finding::history::Standing;
use crate::finding::{Finding, History};

use super::v1::PlaceV1;

/// The history of a finding's secret. Lists end after a hundred entries; `omitted` counts the rest.
#[derive(Serialize)]
pub(super) struct HistoryV1<'f> {
    introduced: Vec<CommitV1<'f>>,
    removed: Vec<CommitV1<'f>>,
    in_head: bool,
    in_index: bool,
    in_working_tree: bool,
    branches: &'f [String],
    tags: &'f [String],
    remotes: &'f [String],
    other_refs: &'f [String],
    /// `yes` or `unknown`: that something was never pushed cannot be known.
    pushed: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pushed_at: Option<&'f str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exposure_days: Option<u64>,
    paths: Vec<String>,
    /// Where it stood in this finding's path.
    lines: Vec<LineV1<'f>>,
    #[serde(skip_serializing_if = "is_zero")]
    omitted: u64,
}

impl<'f> HistoryV1<'f> {
    /// The history of `finding`, with authors or without.
    pub(super) fn new(finding: &'f Finding, authors: bool) -> Option<Self> {
        let History { lines, life, .. } = finding.history.as_deref()?;
        let commits = |list: &'f [Commit]| list.iter().map(|commit| CommitV1::new(commit, authors)).collect();
        Some(Self {
            introduced: commits(&life.introduced),
            removed: commits(&life.removed),
            in_head: life.in_head,
            in_index: life.in_index,
            in_working_tree: life.in_working_tree,
            branches: &life.branches,
            tags: &life.tags,
            remotes: &life.remotes,
            other_refs: &life.other_refs,
            pushed: pushed(life),
            pushed_at: life.pushed.as_ref().and_then(|pushed| pushed.at.as_deref()),
            exposure_days: life.exposure_days,
            paths: life.paths.iter().map(BlobPath::text).collect(),
            lines: lines.iter().map(LineV1::new).collect(),
            omitted: life.omitted,
        })
    }
}

#[derive(Serialize)]
struct CommitV1<'f> {
    commit: &'f str,
    #[serde(skip_serializing_if = "Option::is_none")]
    author: Option<&'f str>,
    date: &'f str,
}

impl<'f> CommitV1<'f> {
    fn new(commit: &'f Commit, authors: bool) -> Self {
        let author = authors.then_some(commit.author.as_str());
        Self { commit: &commit.id, author, date: &commit.date }
    }
}

#[derive(Serialize)]
struct LineV1<'f> {
    #[serde(flatten)]
    place: PlaceV1,
    #[serde(skip_serializing_if = "Option::is_none")]
    object: Option<&'f str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    commit: Option<&'f str>,
}

impl<'f> LineV1<'f> {
    fn new(standing: &'f Standing) -> Self {
        let (object, commit) = (standing.object.as_deref(), standing.commit.as_deref());
        Self { place: PlaceV1::new(standing.place), object, commit }
    }
}

fn is_zero(number: &u64) -> bool {
    *number == 0
}

fn pushed(life: &Life) -> &'static str {
    if life.pushed.is_some() { "yes" } else { "unknown" }
}

/// The findings for people, one for each secret: that of its first commit, or the first that is left of it.
pub(super) fn one_each(findings: &[Finding]) -> Vec<&Finding> {
    let life = |finding: &Finding| finding.history.as_ref().map(|history| Arc::as_ptr(&history.life));
    let is_first = |finding: &&Finding| finding.history.as_ref().is_some_and(|history| history.is_first);
    let mut told: HashSet<*const Life> = findings.iter().filter(is_first).filter_map(life).collect();
    let mut alone = |finding: &Finding| life(finding).is_none_or(|life| told.insert(life));
    findings.iter().filter(|finding| is_first(finding) || alone(finding)).collect()
}

/// The life line of a secret for people: a word for the margin and a text.
pub(super) fn lines(finding: &Finding) -> Vec<(&'static str, String)> {
    let Some(History { reachability, life, .. }) = finding.history.as_deref() else { return Vec::new() };
    let mut lines = Vec::new();
    let commits = |list: &[Commit]| {
        let named = list
            .iter()
            .take(3)
            .map(|commit| format!("commit {} of {} by {}", short(&commit.id), commit.date, commit.author));
        let more = list.len().saturating_sub(3);
        let more =
            (more > 0).then(|| format!("{more}{} more", if more + 3 == MOST_NAMED { "+" } else { "" }));
        named.chain(more).collect::<Vec<_>>().join("; ")
    };
    if !life.introduced.is_empty() {
        lines.push(("since", commits(&life.introduced)));
    }
    match life.removed.is_empty() {
        false => lines.push(("until", commits(&life.removed))),
        true if !life.introduced.is_empty() => lines.push(("until", "no commit removed it".to_owned())),
        true => {}
    }
    let places =
        [(life.in_head, "HEAD"), (life.in_index, "the index"), (life.in_working_tree, "the working tree")];
    let places: Vec<_> = places.iter().filter(|(is, _)| *is).map(|(_, place)| *place).collect();
    let stands = if places.is_empty() {
        "in none of HEAD, index, working tree".to_owned()
    } else {
        format!("in {}", places.join(", "))
    };
    let days = life.exposure_days.map(|days| format!("; exposed for {days} days"));
    let pushed = match &life.pushed {
        Some(pushed) => pushed.at.as_ref().map_or("; pushed".to_owned(), |at| format!("; pushed by {at}")),
        None => "; whether it was pushed is unknown".to_owned(),
    };
    lines.push(("state", format!("{stands}{}{pushed}", days.unwrap_or_default())));
    lines.push(("held by", format!("{}{}", reachability.join(", "), refs(life))));
    if life.paths.len() > 1 {
        lines.push(("paths", few(life.paths.iter().map(BlobPath::text).collect())));
    }
    lines
}

fn refs(life: &Life) -> String {
    let kinds = [
        ("branches", &life.branches),
        ("tags", &life.tags),
        ("remotes", &life.remotes),
        ("other refs", &life.other_refs),
    ];
    let told = kinds.iter().filter(|(_, names)| !names.is_empty());
    told.map(|(kind, names)| format!("; {kind} {}", few((*names).clone()))).collect()
}

/// Ten of a list, and how many there are more.
fn few(names: Vec<String>) -> String {
    let more = names.len().saturating_sub(10);
    let more = (more > 0).then(|| format!("{more} more"));
    names.into_iter().take(10).chain(more).collect::<Vec<_>>().join(", ")
}

fn short(id: &str) -> &str {
    id.get(..12).unwrap_or(id)
}
