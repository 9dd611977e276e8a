//! What was kept of one text at one path: what marks suppress and what there is enough of already; the rest becomes
//! findings.

use crate::allow;
use crate::finding::{self, Finding, Identity, RuleFacts, excerpt};
use crate::secret::Secret;
use crate::span::Lines;
use crate::verdict::{self, Judged};

use super::blob::{Scan, Scene, place};
use super::expiry;
use super::pair::Paired;
use super::progress::Progress;
use super::ruling::Ruled;

impl Scan<'_> {
    pub(super) fn keep(
        &self,
        scene: &Scene<'_>,
        origin: usize,
        paired: Vec<Paired>,
        progress: &mut Progress,
    ) {
        let text = scene.lines.text();
        let Ruled { left: paired, notes, below } = self.ruled(scene, self.at(scene.origin), paired, progress);
        let candidates = |of: &[Paired]| -> Vec<allow::Candidate<'_>> {
            of.iter().map(|p| self.candidate(scene.lines, &p.judged)).collect()
        };
        let allowed = scene.marks.suppress(&candidates(&paired));
        let faint = || scene.marks.suppress(&candidates(&below));
        scene.marks.note(scene.item, origin, &allowed, faint, &mut progress.seen);
        for ((pair, note), mark) in paired.into_iter().zip(notes).zip(allowed.by) {
            let secret = Secret::new(pair.judged.bytes(text));
            let spelled = pair.judged.plain.as_ref().map(|_| Secret::new(pair.judged.value.of(text)));
            progress.harvest.found.extend(spelled);
            let rule = pair.judged.rule;
            let added = added(scene, &pair.judged);
            // What stood there before takes no room from what the change adds.
            let count = progress.per_rule.entry((origin, rule, added)).or_default();
            *count += usize::from(mark.is_none());
            // What is only counted is not worth an excerpt.
            if *count > self.settings().policy.max_per_rule && mark.is_none() {
                match added {
                    true => progress.capped += 1,
                    false => self.count_untouched(scene, &pair.judged, &secret, progress),
                }
                progress.harvest.unreported.push(secret);
                continue;
            }
            let finding = note.on(self.finding(scene, pair, &secret));
            self.settings().witness.iter().for_each(|witness| witness(&finding, &secret));
            if mark.is_some() {
                progress.harvest.counts.allowed += 1;
                progress.suppressed.insert(finding.identity.fingerprint().to_owned());
                progress.harvest.unreported.push(secret);
            } else if added {
                progress.harvest.findings.push((finding, true));
                progress.harvest.found.push(secret);
            } else {
                progress.untouched.push((finding, secret));
            }
        }
    }

    fn count_untouched(&self, scene: &Scene<'_>, judged: &Judged, secret: &Secret, progress: &mut Progress) {
        let name = judged.name_bytes(scene.lines.text());
        let identity = Identity::new(secret, name, self.settings().salts());
        *progress.untouched_more.entry(identity.fingerprint().to_owned()).or_default() += 1;
    }

    fn candidate(&self, lines: &Lines<'_>, judged: &Judged) -> allow::Candidate<'_> {
        let rule = self.catalogue().rule(judged.rule);
        allow::Candidate::new(lines, judged.value, &rule.id, &rule.service)
    }

    fn finding(&self, scene: &Scene<'_>, pair: Paired, secret: &Secret) -> Finding {
        let Paired { judged, related, mut subject } = pair;
        subject.extend(judged.expires.map(|at| expiry::told(at, self.settings().now)));
        let rule = self.catalogue().rule(judged.rule);
        let text = scene.lines.text();
        let hidden = self.hidden(judged.rule, judged.value, judged.plain.is_some());
        let related = related.into_iter().map(|span| finding::Related {
            role: "pair",
            path: scene.origin.path.clone(),
            place: place(scene.lines, span),
        });
        Finding {
            rule: RuleFacts::of(rule),
            severity: verdict::severity(rule.severity, scene.facts),
            confidence: judged.confidence,
            path: scene.origin.path.clone(),
            repo_path: scene.origin.repo_path.clone(),
            place: place(scene.lines, judged.value),
            masked: secret.mask(rule.public_prefix),
            identity: Identity::new(secret, judged.name_bytes(text), self.settings().salts()),
            verified: judged.verified.word(),
            subject,
            related: related.collect(),
            also: judged.also.iter().map(|&rule| self.catalogue().rule(rule).id.clone()).collect(),
            why: judged.why,
            excerpt: excerpt::build(scene.lines, hidden, judged.name, &scene.veil),
            gone: false,
            commit: scene.origin.commit.as_deref().cloned(),
            part: scene.origin.part,
            object: scene.item.content.object().map(str::to_owned),
            history: None,
            lapsed: None,
            if_commit: Vec::new(),
        }
    }
}

/// True when the value, or the name that makes it one, touches a line that counts.
fn added(scene: &Scene<'_>, judged: &Judged) -> bool {
    let Some(added) = &scene.item.added else { return true };
    let whole = judged.name.map_or(judged.value, |name| name.join(judged.value));
    let first = scene.lines.position(whole.start).line;
    let last = scene.lines.position(whole.end.saturating_sub(1).max(whole.start)).line;
    added.touches(first, last)
}
