//! What the configuration does to the findings of one text at one path, before allow marks are asked: those below a
//! threshold are counted, those that an entry allows are counted and can be listed.

use crate::config::{Allow, Allowing, At, Place, Policy};
use crate::finding::{Finding, Lapsed};
use crate::report::{Counts, Dropped};
use crate::rule::Severity;
use crate::secret::{Secret, mask};
use crate::verdict;

use super::blob::{Scan, Scene, place};
use super::pair::Paired;
use super::progress::Progress;

/// The word for what an allow entry suppresses.
const ALLOWED: &str = "allowed-by-configuration";

/// What the configuration leaves of the findings of a text.
#[derive(Default)]
pub(super) struct Ruled {
    pub(super) left: Vec<Paired>,
    /// What it says of each of them.
    pub(super) notes: Vec<Note>,
    /// What is below a threshold.
    pub(super) below: Vec<Paired>,
}

/// What the configuration says of a finding that it leaves.
#[derive(Default)]
pub(super) struct Note {
    /// Entries that allow it if a commit of theirs brought it.
    if_commit: Vec<usize>,
    /// The entry that allowed it until its last day.
    lapsed: Option<Box<Lapsed>>,
}

impl Note {
    pub(super) fn on(self, finding: Finding) -> Finding {
        Finding { if_commit: self.if_commit, lapsed: self.lapsed, ..finding }
    }
}

impl Scan<'_> {
    /// Asks the configuration about `paired`, which stand where `at` holds.
    pub(super) fn ruled(
        &self,
        scene: &Scene<'_>,
        at: At<'_>,
        paired: Vec<Paired>,
        progress: &mut Progress,
    ) -> Ruled {
        let text = scene.lines.text();
        let mut ruled = Ruled::default();
        for pair in paired {
            let counts = &mut progress.harvest.counts;
            if pair.judged.confidence < at.min_confidence {
                counts.below_confidence += 1;
                ruled.below.push(pair);
                continue;
            }
            if self.severity(scene, &pair) < at.min_severity {
                counts.below_severity += 1;
                ruled.below.push(pair);
                continue;
            }
            let Allowing { allowed, if_commit, expired, .. } = self.allowing(scene, &pair);
            if allowed {
                counts.allowed_by_configuration += 1;
                self.note_allowed(scene, &pair, progress);
                continue;
            }
            let lapsed = expired.map(|(entry, place)| Box::new(lapsed(entry, place)));
            ruled.left.push(pair);
            ruled.notes.push(Note { if_commit, lapsed });
        }
        progress.harvest.unreported.extend(ruled.below.iter().map(|p| Secret::new(p.judged.bytes(text))));
        ruled
    }

    /// The severity of a finding where it stands.
    pub(super) fn severity(&self, scene: &Scene<'_>, pair: &Paired) -> Severity {
        verdict::severity(self.catalogue().rule(pair.judged.rule).severity, scene.facts)
    }

    fn allowing(&self, scene: &Scene<'_>, pair: &Paired) -> Allowing<'_> {
        let origin = scene.origin;
        let paths = (origin.path.as_bytes(), origin.repo_path.as_ref().map(|path| path.as_bytes()));
        let rule = self.catalogue().rule(pair.judged.rule);
        let commit = origin.commit.as_ref().map(|commit| commit.id.as_str());
        self.settings().policy.allows(paths, rule, pair.judged.bytes(scene.lines.text()), commit)
    }

    fn note_allowed(&self, scene: &Scene<'_>, pair: &Paired, progress: &mut Progress) {
        let (text, judged) = (scene.lines.text(), &pair.judged);
        let rule = self.catalogue().rule(judged.rule);
        let harvest = &mut progress.harvest;
        harvest.unreported.push(Secret::new(judged.bytes(text)));
        harvest.unreported.extend(judged.plain.as_ref().map(|_| Secret::new(judged.value.of(text))));
        if self.settings().show_dropped {
            harvest.dropped.push(Dropped {
                rule_id: rule.id.clone(),
                path: scene.origin.path.clone(),
                place: place(scene.lines, judged.value),
                reason: ALLOWED,
                masked: mask(judged.bytes(text), rule.public_prefix),
            });
        }
    }
}

/// Takes out of the findings of a history those that an entry allows for the commit that is known by now.
pub(super) fn by_commit(
    findings: &mut Vec<(Finding, bool)>,
    policy: &Policy,
    list: bool,
    counts: &mut Counts,
) -> Vec<Dropped> {
    let is_allowed = |finding: &Finding| {
        let commit = finding.commit.as_ref().map(|commit| commit.id.as_str());
        policy.allows_commit(&finding.if_commit, commit)
    };
    let mut dropped = Vec::new();
    findings.retain(|(finding, _)| {
        let allowed = !finding.if_commit.is_empty() && is_allowed(finding);
        if allowed {
            counts.allowed_by_configuration += 1;
            dropped.extend(list.then(|| Dropped {
                rule_id: finding.rule.id.clone(),
                path: finding.path.clone(),
                place: finding.place,
                reason: ALLOWED,
                masked: finding.masked.clone(),
            }));
        }
        !allowed
    });
    dropped
}

fn lapsed(entry: &Allow, place: &Place) -> Lapsed {
    Lapsed {
        reason: Some(entry.reason.clone()),
        owner: None,
        status: None,
        expires: entry.expires.map(|date| date.to_string()).unwrap_or_default(),
        entry: Some(format!("{}:{}", place.file, place.line)),
    }
}
