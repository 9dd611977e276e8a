//! Which service issued each value: who has to revoke it, and what it opens until then.
//!
//! Stands apart because it is the one question of a hunt that the rules can answer: the value itself may name its service,
//! or the lines around it do.

use std::collections::BTreeSet;

use zeroize::Zeroizing;

use crate::catalogue::{Catalogue, RuleIndex};
use crate::hunt::hit::{Hit, Hunted, Part};
use crate::rule::{Detector, Rule};
use crate::scan;
use crate::secret::Secret;
use crate::source::repository::Repo;

/// Bytes before and after a value in which its service is looked for.
const AROUND: usize = 400;

/// Places of a value that are looked at.
const PLACES: usize = 8;

/// The rules that know a value, the most telling ones: those of a service rather than those of any password.
pub(super) fn rules<'c>(
    repo: &Repo,
    catalogue: &'c Catalogue,
    (number, value): (usize, &Secret),
    hunted: &Hunted,
) -> Vec<&'c Rule> {
    let mut found: BTreeSet<RuleIndex> = BTreeSet::new();
    let alone = Zeroizing::new([b"value: ", value.expose(), b"\n"].concat());
    found.extend(scan::probe(catalogue, &alone));
    let plain = |hit: &&Hit| hit.value() == number && hit.part == Part::Blob && hit.place.inside.is_empty();
    for hit in hunted.hits.iter().filter(plain).filter(|hit| !hit.binary).take(PLACES) {
        let Some((_, data)) = hit.object.and_then(|id| repo.objects().read(&id, 64 << 20).ok()) else {
            continue;
        };
        let (start, end) = (hit.place.found.start, hit.place.found.end);
        let Some(with) = data.get(start.saturating_sub(AROUND)..data.len().min(end + AROUND)) else {
            continue;
        };
        let start = start.min(AROUND);
        let end = start + hit.place.bytes.len();
        let mut without = Zeroizing::new(with.to_vec());
        without[start..end].fill(b' ');
        // Another secret may stand next to it.
        let others = scan::probe(catalogue, &without);
        found.extend(scan::probe(catalogue, with).into_iter().filter(|rule| !others.contains(rule)));
    }
    let rules: Vec<&Rule> = found.into_iter().map(|rule| catalogue.rule(rule)).collect();
    let of_service: Vec<&Rule> =
        rules.iter().copied().filter(|rule| !matches!(rule.detector, Detector::Shape(_))).collect();
    if of_service.is_empty() { rules } else { of_service }
}
