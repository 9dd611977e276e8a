//! One finding a value: where kept matches overlap, the most specific one stays.

use std::cmp::Reverse;

use crate::catalogue::Catalogue;
use crate::detect::Verified;
use crate::rule::Detector;

use super::Judged;

/// Most rules that a finding names besides its own.
const MOST_LOSERS: usize = 16;

/// Splits kept matches into those that stay and those that a more specific one covers. Both sorted by place; a winner
/// names the rules of those it covers. What was decoded is more specific than the encoded text around it that has a
/// name only.
pub fn resolve(mut judged: Vec<Judged>, catalogue: &Catalogue) -> (Vec<Judged>, Vec<Judged>) {
    judged.sort_by_cached_key(|j| {
        let decoded = j.plain.is_some();
        // What is hardly believed must not hide what is.
        let (rank, believed) = (Reverse(rank(j, catalogue)), Reverse(j.confidence));
        (rank, Reverse(decoded), believed, Reverse(j.value.len()), j.value, j.rule, j.name)
    });
    let mut stay: std::collections::BTreeMap<usize, Judged> = std::collections::BTreeMap::new();
    let mut covered = Vec::new();
    for candidate in judged {
        // Those that stay are disjoint, so only the last one that starts before the candidate's end can overlap it.
        let winner = stay
            .range_mut(..candidate.value.end)
            .next_back()
            .map(|(_, winner)| winner)
            .filter(|winner| winner.value.overlaps(candidate.value));
        match winner {
            Some(winner) => {
                let mut candidate = candidate;
                if tells_whose(&candidate, winner, catalogue) {
                    std::mem::swap(winner, &mut candidate);
                    winner.also.append(&mut candidate.also);
                    // That it is a token, the token's own rule knows best.
                    winner.confidence = winner.confidence.max(candidate.confidence);
                }
                // The same value: who signs in with it is known, whichever rule read that.
                if winner.subject.is_empty() && winner.value == candidate.value {
                    winner.subject.clone_from(&candidate.subject);
                }
                if winner.rule != candidate.rule && winner.also.len() < MOST_LOSERS {
                    winner.also.push(candidate.rule);
                }
                covered.push(candidate);
            }
            None => drop(stay.insert(candidate.value.start, candidate)),
        }
    }
    for winner in stay.values_mut() {
        winner.also.sort_unstable();
        winner.also.dedup();
    }
    covered.sort_by_key(|j| (j.value, j.rule));
    (stay.into_values().collect(), covered)
}

/// The name that a value is given to says whose it is, better than its form: several services begin their keys like
/// Stripe, and `consumer secret` is what many call theirs.
fn tells_whose(row: &Judged, other: &Judged, catalogue: &Catalogue) -> bool {
    let (row_rule, other_rule) = (catalogue.rule(row.rule), catalogue.rule(other.rule));
    let vaguer = match other_rule.detector {
        Detector::Pattern { .. } => row.own_service && row_rule.public_prefix > 0,
        Detector::Context { .. } => !other.own_service,
        _ => false,
    };
    matches!(row_rule.detector, Detector::Near { .. })
        && vaguer
        && row.value == other.value
        && row_rule.service != other_rule.service
        && !matches!(other.verified, Verified::Checksum | Verified::Structure)
}

/// How much a match says: a proof, then a token of its own shape, then a contextual rule, then code's shapes, with a row of
/// a table before a value that only has a name.
fn rank(judged: &Judged, catalogue: &Catalogue) -> u8 {
    use crate::rule::Shape;
    let proof = matches!(judged.verified, Verified::Checksum | Verified::Structure);
    let rule = catalogue.rule(judged.rule);
    match &rule.detector {
        Detector::Pattern { .. } if proof => 11,
        Detector::Shape(Shape::PrivateKey | Shape::EncryptedPrivateKey | Shape::Jwk) => 10,
        // A form that several services share.
        Detector::Pattern { .. } if rule.service == "openai-compatible" => 3,
        Detector::Pattern { .. } => 9,
        Detector::Shape(Shape::Jwt) => 8,
        // `secret key` is a framework's only where no service's name stands beside it.
        Detector::Context { .. } if matches!(rule.service.as_ref(), "frameworks" | "jwt") => 3,
        Detector::Context { .. } => 7,
        Detector::Shape(Shape::UrlCredentials | Shape::RegistryAuth) => 6,
        Detector::Shape(Shape::BasicAuth) => 5,
        Detector::Near { .. } => 4,
        Detector::Shape(Shape::BearerAuth) => 2,
        Detector::Shape(Shape::Entropy) => 0,
        Detector::Shape(_) => 1,
    }
}
