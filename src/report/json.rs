//! `--format json`: the whole report as one object.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::blob::BlobPath;

use super::coverage::CoverageV1;
use super::marks::MarkNote;
use super::policy::PolicyChange;
use super::v1::{FindingV1, PlaceV1};
use super::{Dropped, Report, TOOL, text};

/// The report as one indented JSON object; valid also when nothing was found.
pub fn render(report: &Report) -> Vec<u8> {
    text::pretty(&ReportV1 {
        version: 1,
        tool: Tool { name: TOOL.0, version: TOOL.1 },
        command: report.command,
        now: &report.now,
        findings: report.findings.iter().map(FindingV1::new).collect(),
        dropped: report.dropped.iter().map(DroppedV1::new).collect(),
        gaps: gaps(report),
        problems: report.problems.iter().map(problem).collect(),
        policy_changes: report.policy_changes.iter().map(PolicyChangeV1::new).collect(),
        marks: report.mark_notes.iter().map(MarkV1::new).collect(),
        counts: counts(report),
        coverage: report.coverage.as_ref().map(CoverageV1::new),
    })
}

#[derive(Serialize)]
struct ReportV1<'r> {
    version: u32,
    tool: Tool,
    command: &'r str,
    now: &'r str,
    findings: Vec<FindingV1<'r>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    dropped: Vec<DroppedV1<'r>>,
    gaps: Gaps,
    problems: Vec<ProblemV1<'r>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    policy_changes: Vec<PolicyChangeV1<'r>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    marks: Vec<MarkV1<'r>>,
    counts: CountsV1<'r>,
    #[serde(skip_serializing_if = "Option::is_none")]
    coverage: Option<CoverageV1<'r>>,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct DroppedV1<'r> {
    rule_id: &'r str,
    reason: &'static str,
    path: String,
    #[serde(flatten)]
    place: PlaceV1,
    masked: &'r str,
}

impl<'r> DroppedV1<'r> {
    fn new(dropped: &'r Dropped) -> Self {
        Self {
            rule_id: &dropped.rule_id,
            reason: dropped.reason,
            path: dropped.path.text(),
            place: PlaceV1::new(dropped.place),
            masked: &dropped.masked,
        }
    }
}

/// How many gaps of each kind, and where, as far as they have a path.
#[derive(Serialize)]
struct Gaps {
    counts: BTreeMap<&'static str, u64>,
    paths: Vec<GapV1>,
}

#[derive(Serialize)]
struct GapV1 {
    kind: &'static str,
    path: String,
}

fn gaps(report: &Report) -> Gaps {
    let placed = |gap: &crate::source::Gap| {
        let path = gap.path.as_ref().map(BlobPath::text)?;
        Some(GapV1 { kind: gap.kind.word(), path })
    };
    Gaps { counts: report.gap_counts(), paths: report.gaps.iter().filter_map(placed).collect() }
}

#[derive(Serialize)]
struct ProblemV1<'r> {
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    message: &'r str,
}

fn problem(problem: &crate::source::Problem) -> ProblemV1<'_> {
    let path = problem.path.as_ref().map(BlobPath::text);
    ProblemV1 { kind: problem.kind, path, message: &problem.message }
}

/// What the judged change adds to the rules that it is judged by.
#[derive(Serialize)]
struct PolicyChangeV1<'r> {
    kind: &'static str,
    path: &'r str,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u64>,
    what: &'r str,
    #[serde(skip_serializing_if = "Option::is_none")]
    commit: Option<&'r str>,
}

impl<'r> PolicyChangeV1<'r> {
    fn new(change: &'r PolicyChange) -> Self {
        Self {
            kind: change.kind.word(),
            path: &change.path,
            line: change.line,
            what: &change.what,
            commit: change.commit.as_deref(),
        }
    }
}

/// An allow mark that a person should look at, and why.
#[derive(Serialize)]
struct MarkV1<'r> {
    path: &'r str,
    line: u64,
    mark: &'static str,
    tool: &'static str,
    note: &'static str,
}

impl<'r> MarkV1<'r> {
    fn new(note: &'r MarkNote) -> Self {
        Self { path: &note.path, line: note.line, mark: note.words, tool: note.tool, note: note.what.word() }
    }
}

#[derive(Serialize)]
struct CountsV1<'r> {
    files: u64,
    bytes: u64,
    findings: u64,
    dropped: &'r BTreeMap<&'static str, u64>,
    allowed: u64,
    baselined: u64,
    allowed_by_configuration: u64,
    below_confidence: u64,
    below_severity: u64,
    not_added: u64,
}

fn counts(report: &Report) -> CountsV1<'_> {
    let counts = &report.counts;
    CountsV1 {
        files: counts.files,
        bytes: counts.bytes,
        findings: report.findings.len() as u64,
        dropped: &counts.dropped,
        allowed: counts.allowed,
        baselined: counts.baselined,
        allowed_by_configuration: counts.allowed_by_configuration,
        below_confidence: counts.below_confidence,
        below_severity: counts.below_severity,
        not_added: counts.not_added,
    }
}
