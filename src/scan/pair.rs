//! Ids pair with their secrets: one finding on the secret, the id as a related place and in its subject.

use crate::catalogue::{Catalogue, RuleIndex};
use crate::rule::{Detector, Kind, Shape};
use crate::span::{Lines, Span};
use crate::verdict::Judged;

/// How many lines may lie between an id and its secret.
const REACH: usize = 12;

/// How many lines may lie between an id and a value that only stands beside it.
const NEAR: usize = 3;

/// Longest identifier that is shown, in bytes.
const SHOWN: usize = 128;

/// A secret with the id that belongs to it.
pub(super) struct Paired {
    pub(super) judged: Judged,
    pub(super) related: Vec<Span>,
    pub(super) subject: Vec<String>,
}

/// Gives each secret whose rule names a pair the nearest match of that rule, and takes identifiers out of the list.
pub(super) fn attach(
    mut all: Vec<Judged>,
    lines: &Lines<'_>,
    catalogue: &Catalogue,
) -> (Vec<Paired>, Vec<Judged>) {
    if all.is_empty() {
        return (Vec::new(), Vec::new());
    }
    claim(&mut all, lines, catalogue);
    let mut used = vec![false; all.len()];
    let partners: Vec<Option<usize>> =
        all.iter().map(|judged| partner(judged, &all, lines, catalogue, REACH)).collect();
    partners.iter().flatten().for_each(|&at| used[at] = true);
    let partner_facts =
        |at: usize| (all[at].value, shown(&all[at], lines.text(), catalogue), all[at].subject.clone());
    let facts: Vec<_> = partners.iter().map(|partner| partner.map(partner_facts)).collect();
    let mut paired = Vec::new();
    let mut identifiers = Vec::new();
    for ((judged, facts), used) in all.into_iter().zip(facts).zip(used) {
        if used || catalogue.rule(judged.rule).kind == Kind::Identifier {
            identifiers.push(judged);
            continue;
        }
        let mut subject = judged.subject.clone();
        let mut related = Vec::new();
        if let Some((span, name, more)) = facts {
            related.push(span);
            subject.extend(name.into_iter().chain(more));
        }
        paired.push(Paired { judged, related, subject });
    }
    (paired, identifiers)
}

/// A value named no more than `secret_key` is the secret of the id beside it when it has the shape for it.
fn claim(all: &mut [Judged], lines: &Lines<'_>, catalogue: &Catalogue) {
    let pairing = |rule: &RuleIndex| catalogue.rule(*rule).pair.is_some() && is_context(catalogue, *rule);
    let claimants: Vec<RuleIndex> = (0..catalogue.rules().len()).filter(pairing).collect();
    for at in 0..all.len() {
        let judged = &all[at];
        let vague = matches!(catalogue.rule(judged.rule).detector, Detector::Shape(Shape::SecretAssignment))
            || is_context(catalogue, judged.rule) && catalogue.rule(judged.rule).pair.is_none();
        let name = judged.name_bytes(lines.text()).to_ascii_lowercase();
        let says = name.windows(6).any(|w| w == b"secret");
        if !vague || !says {
            continue;
        }
        let value = judged.bytes(lines.text());
        let partner_as =
            |judged: &Judged, rule| partner(&Judged { rule, ..judged.clone() }, all, lines, catalogue, NEAR);
        let fits = |rule: &&RuleIndex| {
            let shaped = catalogue.pattern(**rule).is_some_and(|pattern| pattern.is_match(value));
            let id = if shaped { partner_as(judged, **rule) } else { None };
            // An id that has its secret takes no second one.
            let near = &all[at.saturating_sub(32)..all.len().min(at + 32)];
            id.is_some() && !near.iter().any(|other| other.rule == **rule && partner_as(other, **rule) == id)
        };
        if let Some(&rule) = claimants.iter().find(fits) {
            all[at].confidence = catalogue.rule(rule).confidence;
            all[at].rule = rule;
        }
    }
}

fn is_context(catalogue: &Catalogue, rule: RuleIndex) -> bool {
    matches!(catalogue.rule(rule).detector, Detector::Context { .. })
}

/// The nearest match of the rule that `judged`'s rule names as its pair, before it or after it.
fn partner(
    judged: &Judged,
    all: &[Judged],
    lines: &Lines<'_>,
    catalogue: &Catalogue,
    reach: usize,
) -> Option<usize> {
    let wanted = catalogue.find(catalogue.rule(judged.rule).pair.as_deref()?)?;
    let line = lines.index(judged.value.start);
    let after = all.partition_point(|other| other.value.start < judged.value.start);
    // Matches are sorted by place: a few to either side reach beyond any pair's distance.
    let near = after.saturating_sub(32)..all.len().min(after + 32);
    let distance = |at: usize| lines.index(all[at].value.start).abs_diff(line);
    let candidates = near.filter(|&at| all[at].rule == wanted && distance(at) <= reach);
    candidates.min_by_key(|&at| (distance(at), all[at].value.start.abs_diff(judged.value.start)))
}

/// `AWS access key id AKIA…`: which credential it is.
fn shown(judged: &Judged, text: &[u8], catalogue: &Catalogue) -> Option<String> {
    let value = judged.bytes(text);
    let plain = value.len() <= SHOWN && value.iter().all(u8::is_ascii_graphic);
    plain.then(|| format!("{} {}", catalogue.rule(judged.rule).name, String::from_utf8_lossy(value)))
}
