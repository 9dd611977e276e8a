//! The machine-readable finding, version 1. Fields are only ever added. Shared by `jsonl` and `json`; the other
//! formats have words of their own, but for what became of an entry of the baseline, which SARIF tells likewise.

use serde::Serialize;

use super::history::HistoryV1;

use crate::finding::{Finding, Lapsed, Place, Related};
use crate::rule::Text;

/// One finding as written. Lines and columns are 1-based, columns count characters, the end is one past the last.
#[derive(Serialize)]
pub(super) struct FindingV1<'f> {
    rule_id: &'f str,
    rule_name: &'f str,
    severity: &'static str,
    confidence: &'static str,
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    repo_path: Option<String>,
    #[serde(flatten)]
    place: PlaceV1,
    masked: &'f str,
    fingerprint: &'f str,
    verified: &'static str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    subject: &'f [String],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related: Vec<RelatedV1>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    also: &'f [Text],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    why: Vec<ShareV1>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    gone: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    expired: Option<LapsedV1<'f>>,
    advice: &'f str,
    #[serde(skip_serializing_if = "Option::is_none")]
    part: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reachability: Option<&'f [&'static str]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    commit: Option<&'f str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    author: Option<&'f str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    date: Option<&'f str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    history: Option<HistoryV1<'f>>,
}

impl<'f> FindingV1<'f> {
    pub(super) fn new(finding: &'f Finding) -> Self {
        let commit = finding.commit.as_ref();
        Self {
            rule_id: &finding.rule.id,
            rule_name: &finding.rule.name,
            severity: finding.severity.word(),
            confidence: finding.confidence.word(),
            path: finding.path.text(),
            repo_path: finding.repo_path.as_ref().map(|path| path.text()),
            place: PlaceV1::new(finding.place),
            masked: &finding.masked,
            fingerprint: finding.identity.fingerprint(),
            verified: finding.verified,
            subject: &finding.subject,
            related: finding.related.iter().map(RelatedV1::new).collect(),
            also: &finding.also,
            why: finding.why.iter().map(ShareV1::new).collect(),
            gone: finding.gone,
            expired: LapsedV1::new(finding),
            advice: &finding.rule.revoke,
            part: finding.part.word(),
            reachability: finding.history.as_ref().map(|history| history.reachability.as_slice()),
            commit: commit.map(|commit| commit.id.as_str()),
            author: commit.map(|commit| commit.author.as_str()),
            date: commit.map(|commit| commit.date.as_str()),
            history: HistoryV1::new(finding, true),
        }
    }
}

#[derive(Serialize)]
pub(super) struct PlaceV1 {
    start_line: u64,
    start_column: u64,
    end_line: u64,
    end_column: u64,
}

impl PlaceV1 {
    pub(super) fn new(place: Place) -> Self {
        Self {
            start_line: place.start.line,
            start_column: place.start.column,
            end_line: place.end.line,
            end_column: place.end.column,
        }
    }
}

/// A feature that the learned judgement rests on and its share in log-odds, rounded to hundredths.
#[derive(Serialize)]
struct ShareV1 {
    feature: &'static str,
    share: f64,
}

impl ShareV1 {
    fn new(&(feature, share): &(&'static str, f32)) -> Self {
        Self { feature, share: (f64::from(share) * 100.0).round() / 100.0 }
    }
}

/// What an entry of the baseline said until its last day had gone by.
#[derive(Serialize)]
pub(super) struct LapsedV1<'f> {
    expires: &'f str,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<&'f str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'f str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    entry: Option<&'f str>,
}

impl<'f> LapsedV1<'f> {
    pub(super) fn new(finding: &'f Finding) -> Option<Self> {
        let Lapsed { reason, owner, status, expires, entry } = finding.lapsed.as_deref()?;
        let (reason, entry) = (reason.as_deref(), entry.as_deref());
        Some(Self { expires, status: *status, owner: owner.as_deref(), reason, entry })
    }
}

#[derive(Serialize)]
struct RelatedV1 {
    role: &'static str,
    path: String,
    #[serde(flatten)]
    place: PlaceV1,
}

impl RelatedV1 {
    fn new(related: &Related) -> Self {
        Self { role: related.role, path: related.path.text(), place: PlaceV1::new(related.place) }
    }
}
