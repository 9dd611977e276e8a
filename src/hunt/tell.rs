//! What a hunt found, for people and for programs. No value is told, only its number.
//!
//! Stands apart from `report`, which tells findings of rules: a place of a known value has no rule, no severity and no
//! identity, but a form.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Serialize;

use super::content::Packed;
use super::hit::{Hit, Hunted, Part, PathOf};
use super::needles::Needles;
use crate::blob::Commit;
use crate::catalogue::Catalogue;
use crate::report::{redact, text};
use crate::source::object::Id;
use crate::visible;

/// Digits of an object id that are shown to people.
const SHORT: usize = 12;

/// Tells hits: masks the values, and whatever else in a name is a token by a built-in rule.
pub struct Teller<'t> {
    needles: &'t Needles,
    catalogue: &'t Catalogue,
}

/// One place, version 1. Fields are only ever added.
#[derive(Serialize)]
struct HitV1 {
    /// 1-based, in the order in which the values were given.
    value: usize,
    part: &'static str,
    form: &'static str,
    /// Broken over lines or into pieces of a string.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    split: bool,
    /// What was unpacked, outermost first: `gzip`, `base64`, `zip:NAME`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    inside: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    /// 1-based, in what was unpacked where there is something; none for names.
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    object: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    commit: Option<CommitV1>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    paths: Vec<PathV1>,
    #[serde(skip_serializing_if = "is_zero")]
    more_paths: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    reachability: Option<Vec<&'static str>>,
}

#[derive(Serialize)]
struct PathV1 {
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    commit: Option<CommitV1>,
}

/// The first commit that has it there.
#[derive(Serialize)]
struct CommitV1 {
    id: String,
    author: String,
    date: String,
}

#[derive(Serialize)]
struct ReportV1<'r> {
    version: u32,
    tool: &'static str,
    tool_version: &'static str,
    command: &'r str,
    /// How many values were looked for.
    values: usize,
    hits: Vec<HitV1>,
    /// What was not looked into, by reason.
    unread: &'r BTreeMap<&'static str, usize>,
    problems: Vec<ProblemV1>,
    counts: CountsV1,
}

#[derive(Serialize)]
struct ProblemV1 {
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    message: String,
}

#[derive(Serialize)]
struct CountsV1 {
    blobs: usize,
    trees: usize,
    commits: usize,
    tags: usize,
    refs: usize,
    files: usize,
}

// serde passes a reference.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde asks for")]
const fn is_zero(number: &usize) -> bool {
    *number == 0
}

impl<'t> Teller<'t> {
    /// For the values of `needles`; the tokens that `catalogue` knows are masked as well.
    pub const fn new(needles: &'t Needles, catalogue: &'t Catalogue) -> Self {
        Self { needles, catalogue }
    }

    /// `text` for people, without any value and without any token.
    pub fn shown(&self, text: &[u8]) -> String {
        let masked = self.needles.shown(text);
        String::from_utf8_lossy(&redact::tokens(masked.as_bytes(), self.catalogue)).into_owned()
    }

    /// The whole result as one JSON object.
    pub fn json(&self, hunted: &Hunted, command: &str, values: usize) -> Vec<u8> {
        let problem = |problem: &crate::source::Problem| ProblemV1 {
            kind: problem.kind,
            path: problem.path.as_ref().map(|path| self.shown(path.as_bytes())),
            message: self.shown(problem.message.as_bytes()),
        };
        let counts = hunted.counts;
        text::pretty(&ReportV1 {
            version: 1,
            tool: env!("CARGO_PKG_NAME"),
            tool_version: env!("CARGO_PKG_VERSION"),
            command,
            values,
            hits: hunted.hits.iter().map(|hit| self.hit(hit, hunted)).collect(),
            unread: &hunted.unread,
            problems: hunted.problems.iter().map(problem).collect(),
            counts: CountsV1 {
                blobs: counts.blobs,
                trees: counts.trees,
                commits: counts.commits,
                tags: counts.tags,
                refs: counts.refs,
                files: counts.files,
            },
        })
    }

    /// One hit a line.
    pub fn jsonl(&self, hunted: &Hunted) -> Vec<u8> {
        let mut bytes = Vec::new();
        for hit in &hunted.hits {
            bytes.extend(text::compact(&self.hit(hit, hunted)));
            bytes.push(b'\n');
        }
        bytes
    }

    /// The places of each value, one or two lines each.
    pub fn human(&self, hunted: &Hunted, values: usize) -> String {
        let mut out = String::new();
        for value in 1..=values {
            let hits: Vec<&Hit> = hunted.hits.iter().filter(|hit| hit.value() == value).collect();
            match hits.len() {
                0 => _ = writeln!(out, "value {value}: not found"),
                1 => _ = writeln!(out, "value {value}: 1 place"),
                many => _ = writeln!(out, "value {value}: {many} places"),
            }
            hits.iter().for_each(|hit| self.lines(hit, hunted, &mut out));
        }
        out
    }

    fn lines(&self, hit: &Hit, hunted: &Hunted, out: &mut String) {
        let told = self.hit(hit, hunted);
        let place = match (&told.path, told.paths.first()) {
            (Some(path), _) => path.clone(),
            (None, Some(first)) => first.path.clone(),
            (None, None) => format!("object {}", told.object.as_deref().unwrap_or_default()),
        };
        let line = told.line.map(|line| format!(":{line}")).unwrap_or_default();
        let split = if told.split { ", broken over lines" } else { "" };
        let inside: String = told.inside.iter().map(|packed| format!(", inside {packed}")).collect();
        _ = writeln!(out, "  {place}{line}");
        _ = write!(out, "      {}: {}{split}{inside}", told.part, told.form);
        if let (Part::Blob, Some(object)) = (hit.part, &told.object) {
            _ = write!(out, "; blob {}", &object[..SHORT.min(object.len())]);
        }
        if let Some(commit) = told.commit.as_ref().or(told.paths.first().and_then(|p| p.commit.as_ref())) {
            let id = &commit.id[..SHORT.min(commit.id.len())];
            _ = write!(out, "; first in {id} ({}, {})", commit.date, commit.author);
        }
        match told.reachability.as_deref() {
            Some([]) => out.push_str("; unreachable"),
            Some(by) => _ = write!(out, "; reached by {}", by.join(", ")),
            None => {}
        }
        out.push('\n');
        for path in told.paths.iter().skip(1) {
            _ = writeln!(out, "      also at {}", path.path);
        }
        if told.more_paths > 0 {
            _ = writeln!(out, "      also at {} more paths", told.more_paths);
        }
    }

    fn hit(&self, hit: &Hit, hunted: &Hunted) -> HitV1 {
        let id = hit.object.as_ref();
        let paths: &[PathOf] = id.and_then(|id| hunted.paths.get(id)).map_or(&[], Vec::as_slice);
        let is_name =
            matches!(hit.part, Part::FileName | Part::RefName | Part::Index | Part::WorkingTreeName);
        let inside = |packed: &Packed| match packed {
            Packed::Gzip => "gzip".to_owned(),
            Packed::Base64 => "base64".to_owned(),
            Packed::Zip(name) => format!("zip:{}", self.shown(name)),
        };
        HitV1 {
            value: hit.value(),
            part: hit.part.word(),
            form: hit.form().word(),
            split: hit.place.found.split,
            inside: hit.place.inside.iter().map(inside).collect(),
            path: (!hit.name.is_empty()).then(|| self.shown(&hit.name)),
            line: (!is_name).then_some(hit.place.line),
            object: id.map(Id::hex),
            commit: hit.commit.as_ref().map(|commit| self.commit(commit)),
            paths: paths.iter().map(|path| self.path(path)).collect(),
            more_paths: id.and_then(|id| hunted.more_paths.get(id)).copied().unwrap_or(0),
            reachability: id.and_then(|id| hunted.reached.get(id)).map(|by| by.iter().copied().collect()),
        }
    }

    fn path(&self, path: &PathOf) -> PathV1 {
        let commit = path.commit.as_ref().map(|commit| self.commit(commit));
        PathV1 { path: self.shown(path.path.as_bytes()), commit }
    }

    fn commit(&self, commit: &Commit) -> CommitV1 {
        let author = self.shown(commit.author.as_bytes());
        CommitV1 { id: commit.id.clone(), author, date: visible::line(&commit.date).into_owned() }
    }

    /// What was searched, what was not, and what went wrong: for standard error.
    pub fn summary(&self, hunted: &Hunted, values: usize) -> String {
        let found = (1..=values).filter(|value| hunted.hits.iter().any(|hit| hit.value() == *value)).count();
        let counts = hunted.counts;
        let mut out = format!(
            "{found} of {values} values found, {} places: {} blobs, {} trees, {} commits, {} tags, {} refs, {} files searched\n",
            hunted.hits.len(),
            counts.blobs,
            counts.trees,
            counts.commits,
            counts.tags,
            counts.refs,
            counts.files
        );
        if !hunted.unread.is_empty() {
            let parts: Vec<String> =
                hunted.unread.iter().map(|(what, count)| format!("{count} {what}")).collect();
            _ = writeln!(out, "not looked into: {}", parts.join(", "));
        }
        for problem in &hunted.problems {
            let path =
                problem.path.as_ref().map(|path| self.shown(path.as_bytes()) + ": ").unwrap_or_default();
            let message = self.shown(problem.message.as_bytes());
            _ = writeln!(out, "problem: {path}{message} ({})", problem.kind);
        }
        out
    }
}
