//! Values without a shape of their own near a service's name: rows of tables of rules.
//!
//! The other detectors start from what the gate saw. Here nothing but the value's own look says where to begin, so runs of
//! characters are filtered hard, and only around what is left the text is searched for names.

mod kinds;
mod lead;
pub(super) mod pieces;
mod services;
mod words;

use crate::catalogue::near::Named;
use crate::catalogue::{Catalogue, RuleIndex};
use crate::runs::Run;
use crate::span::Span;

use super::{Found, MOST_MATCHES, Match, Verified};

pub use lead::Lead;
pub(super) use lead::before;
use pieces::Pieces;
use services::{Hit, Reach, Services};
pub use words::tells;

/// How far before a value a word tells what it is, in bytes.
const CLOSE: usize = 48;

/// Where the service's name stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// In the name that the value is given to.
    OwnName,
    /// Elsewhere on the value's line.
    SameLine,
    /// On one of the two lines before.
    LineBefore,
}

/// Where a word such as key, token or secret stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Told {
    /// In the name that the value is given to.
    Own,
    /// Between the service's name and the value, not far before it.
    Between,
    /// Nowhere there.
    No,
}

/// How a value stands near a service's name, as far as the verdict needs to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Near {
    /// Where the service's name stands.
    pub place: Place,
    /// The service's name.
    pub service: Span,
    /// The name that the value is given to, if there is one.
    pub own: Option<Span>,
    /// Where a word such as key, token or secret stands.
    pub told: Told,
    /// What stands directly before the value.
    pub lead: Lead,
}

/// A candidate for a value's rule.
struct Choice {
    rule: RuleIndex,
    near: Near,
    /// Letters of the service's name.
    letters: usize,
    /// Bytes between the service's name and the value.
    distance: usize,
    /// The value's own name says what the rule finds (`token` for an access token).
    says_what: bool,
}

/// Finds the values of the catalogue's tables among the `runs` of `text`.
pub(super) fn find(text: &[u8], runs: &[Run], catalogue: &Catalogue, out: &mut Vec<Match>) {
    let names = catalogue.near();
    if names.longest_value() == 0 {
        return;
    }
    let mut services = Services::new(text, names);
    let mut pieces = Pieces::default();
    for run in runs {
        if out.len() >= MOST_MATCHES {
            return;
        }
        let candidates = pieces.of(text, run, |length, marks| names.may_be(length, marks));
        if candidates.is_empty() {
            continue;
        }
        services.enter(run.span);
        let mut end = run.span.start;
        for &value in candidates {
            if value.start < end {
                continue;
            }
            if let Some(choice) = choose(value, text, catalogue, &mut services) {
                end = value.end;
                out.push(found(value, choice));
            }
        }
    }
}

fn found(value: Span, choice: Choice) -> Match {
    Match {
        rule: choice.rule,
        value,
        name: choice.near.own.or(Some(choice.near.service)),
        found: Found::Near(choice.near),
        verified: Verified::None,
        subject: Vec::new(),
        expires: None,
    }
}

/// The rule of the service whose key `value` is, once it is known to be a key of some kind: a value may look less
/// generated than those that are searched for.
pub fn whose(text: &[u8], value: Span, catalogue: &Catalogue) -> Option<(RuleIndex, Near)> {
    let mut services = Services::new(text, catalogue.near());
    services.enter(value);
    choose(value, text, catalogue, &mut services).map(|choice| (choice.rule, choice.near))
}

/// The rule of the nearest service whose values have this form. Where no word such as key stands close to the value, only
/// its own name may tell, or that it is given to something that has none.
fn choose(
    value: Span,
    text: &[u8],
    catalogue: &Catalogue,
    services: &mut Services<'_, '_>,
) -> Option<Choice> {
    let (lead, own) = before(text, value);
    let close = &text[value.start.saturating_sub(CLOSE)..value.start];
    let own_tells = own.is_some_and(|own| words::tells(own.of(text)));
    // What no quote leads is an argument's name more often than a value.
    let quoted = || matches!(text[value.start - 1], b'"' | b'\'' | b'`' | b'=' | b':' | b'>');
    let reach = match (lead, own) {
        (Lead::Foreign, _) => return None,
        (Lead::Given, None) if quoted() => Reach::Around,
        _ if own_tells || words::tells(close) => Reach::Around,
        (Lead::Bare | Lead::Path, _) | (Lead::Given, None) => return None,
        (Lead::Given, Some(_)) => Reach::OwnName,
    };
    let mut best: Option<Choice> = None;
    for hit in services.hits(value, own, reach) {
        let place = Services::place(text, hit.span, value, own);
        let near = Near {
            place,
            service: hit.span,
            own,
            told: if own_tells { Told::Own } else { told_between(text, hit.span, value) },
            lead,
        };
        for named in hit.name.rules.iter().filter(|named| counts(named, near)) {
            let choice = Choice {
                rule: named.rule,
                near,
                letters: hit.letters,
                distance: distance(hit, value),
                says_what: own.is_some_and(|own| says_what(catalogue, named.rule, own.of(text))),
            };
            let better = best.as_ref().is_none_or(|best| choice.rank() < best.rank());
            let fits = |rule| catalogue.pattern(rule).is_some_and(|form| form.is_match(value.of(text)));
            if better && fits(named.rule) {
                best = Some(choice);
            }
        }
    }
    best
}

impl Choice {
    /// Less is better: nearer, a longer name, a rule of what the own name says.
    fn rank(&self) -> impl Ord + use<> {
        use std::cmp::Reverse;
        let distance = if self.near.place == Place::OwnName { 0 } else { self.distance };
        (self.near.place, distance, Reverse(self.letters), Reverse(self.says_what), self.rule)
    }
}

/// A common word counts only in the value's own name, beside a telling one.
fn counts(named: &Named, near: Near) -> bool {
    !named.own_only || near.place == Place::OwnName && near.told == Told::Own
}

/// Whether a word says key between the service's name and a value whose own name does not.
fn told_between(text: &[u8], service: Span, value: Span) -> Told {
    let between = service.end.max(value.start.saturating_sub(CLOSE)).min(value.start)..value.start;
    if words::tells(&text[between]) { Told::Between } else { Told::No }
}

fn distance(hit: &Hit<'_>, value: Span) -> usize {
    if hit.span.end <= value.start {
        value.start - hit.span.end
    } else {
        hit.span.start.saturating_sub(value.end)
    }
}

/// The last word of the rule's id (`token` of `example-access-token`) is a word of the value's own name.
fn says_what(catalogue: &Catalogue, rule: RuleIndex, own: &[u8]) -> bool {
    let id = &catalogue.rule(rule).id;
    let last = id.rsplit('-').next().unwrap_or(id);
    words::holds(own, last.as_bytes())
}

#[cfg(test)]
mod tests;
