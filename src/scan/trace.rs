//! Every candidate on one line through all stages, reported or not: what `leaklint explain` shows. It knows everything
//! about a candidate but its value.

use std::io;

use crate::allow::{self, Honoured, Mark};
use crate::blob::window::{TextKind, Window, Windows};
use crate::catalogue::{Catalogue, RuleIndex};
use crate::config::Policy;
use crate::decode::{self, Budget};
use crate::detect::{self, Match, Tiers};
use crate::finding::excerpt::{self, Hidden, Veil};
use crate::finding::{Excerpt, Place};
use crate::rule::Confidence;
use crate::runs;
use crate::span::{Lines, Span};
use crate::verdict::learned::{Model, Opinion};
use crate::verdict::{self, Judged, PathFacts, Reason, Verdict};

use super::blob::place;
use super::levels::Levels;
use super::lost::Lost;
use super::pair;

/// What became of a candidate.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// It is a finding, unless the baseline holds it.
    Finding,
    /// This rule, which is more specific, found the same value.
    Covered(RuleIndex),
    /// It is shown with the secret it belongs to.
    Identifies,
    /// An allow mark on this line (1-based) suppresses it.
    Allowed(u64),
    /// The entry of the configuration that stands here (`file:line`) allows it.
    AllowedBy(String),
    /// Its confidence is below what is asked for at this path.
    BelowConfidence,
    /// Its severity is.
    BelowSeverity,
    /// The verdict dropped it.
    Dropped(Reason),
}

/// One candidate.
pub struct Candidate {
    /// The rule that the detector named, or the one that the verdict chose.
    pub rule: RuleIndex,
    /// Where the value stands.
    pub place: Place,
    /// Where the name stands that it was given to.
    pub name: Option<Place>,
    /// How it was found, in words.
    pub found: String,
    /// What a proof said.
    pub verified: detect::Verified,
    /// The verdict's confidence, if it was kept.
    pub confidence: Option<Confidence>,
    /// What the learned judgement said and on which features, where it was asked.
    pub opinion: Option<(Opinion, Vec<(&'static str, f32)>)>,
    /// What became of it.
    pub outcome: Outcome,
}

/// Everything about one line.
pub struct Trace {
    /// The line, every candidate masked; `None` when there is no candidate on it.
    pub excerpt: Option<Excerpt>,
    /// First and last line (1-based) of the window that the line was searched in; `None` when the file has no such line.
    pub window: Option<(u64, u64)>,
    /// Searched for tokens only.
    pub binary: bool,
    /// In order of their places.
    pub candidates: Vec<Candidate>,
}

/// What holds where a text stands.
#[derive(Clone, Copy)]
pub struct Rulings<'p> {
    /// Thresholds and allow entries.
    pub policy: &'p Policy,
    /// The path as shown.
    pub path: &'p [u8],
    /// The path inside the repository.
    pub repo_path: Option<&'p [u8]>,
    /// The allow marks that hold.
    pub marks: Option<Honoured>,
}

/// Traces `line` (1-based) of the text that `windows` gives, as it would be scanned at the path that `facts` are of, under
/// these rulings.
///
/// # Errors
/// When the text cannot be read.
pub fn trace(
    mut windows: Windows<'_>,
    line: u64,
    facts: PathFacts,
    catalogue: &Catalogue,
    rulings: Rulings<'_>,
) -> io::Result<Trace> {
    let mut trace = Trace { excerpt: None, window: None, binary: false, candidates: Vec::new() };
    let mut open: Vec<Mark> = Vec::new();
    while let Some(window) = windows.next_window()? {
        let lines = Lines::new(window.text, window.origin);
        let first = window.origin.line;
        let last = first + lines.count() as u64 - 1;
        if (first..=last).contains(&line) {
            trace.window.get_or_insert((first, last));
            trace.binary = window.kind == TextKind::Binary;
            let open = open.as_slice();
            Traced { window: &window, lines: &lines, line, facts, catalogue, rulings, open }.add(&mut trace);
        }
        if let Some(honoured) = rulings.marks {
            let owned = Span::new(window.owned.start, window.owned.end);
            open = allow::open_after(&lines, owned, honoured, &open);
        }
    }
    Ok(trace)
}

/// One window that holds the line.
struct Traced<'t> {
    window: &'t Window<'t>,
    lines: &'t Lines<'t>,
    line: u64,
    facts: PathFacts,
    catalogue: &'t Catalogue,
    rulings: Rulings<'t>,
    /// The marks of regions that hold where the owned part of the window begins.
    open: &'t [Mark],
}

impl Traced<'_> {
    fn add(&self, trace: &mut Trace) {
        let text = self.window.text;
        let tiers = if trace.binary { Tiers::Tokens } else { Tiers::All };
        let runs = runs::all(text);
        let matches = detect::detect(text, &runs, self.catalogue, tiers);
        let verdicts: Vec<Verdict> =
            matches.iter().map(|m| verdict::judge(text, m, self.facts, self.catalogue)).collect();
        let mut budget = Budget::default();
        budget.saw(self.window.owned.len());
        let levels = match trace.binary {
            true => Levels::default(),
            false => Levels::read(
                self.window,
                decode::Source::of(self.window.text, &runs),
                &matches,
                self.catalogue,
                &mut budget,
            ),
        };
        let (decoded, lost) = levels.judge(text, self.facts, self.catalogue);
        let own = verdicts.iter().enumerate().filter(|&(index, _)| !levels.replaces(index));
        let kept = own.filter_map(|(_, verdict)| match verdict {
            Verdict::Kept(judged) => Some(judged.clone()),
            Verdict::Dropped(_) => None,
        });
        let (stay, _) = verdict::resolve(decoded.iter().cloned().chain(kept).collect(), self.catalogue);
        let outcomes = Outcomes::new(self, stay);
        let hidden = matches.iter().map(|m| self.hidden(m.rule, m.value));
        let runs = levels.runs().map(|span| Hidden { span, public_prefix: 0 });
        let veil =
            Veil::new(text, hidden.chain(decoded.iter().map(|j| self.hidden(j.rule, j.value))).chain(runs));
        for (index, (m, verdict)) in matches.iter().zip(&verdicts).enumerate() {
            let here = self.window.owned.contains(&m.value.start) && self.on_line(m.name, m.value);
            if here && !levels.replaces(index) {
                trace.candidates.push(self.candidate(m, verdict, &outcomes));
            }
        }
        self.decoded(decoded, lost, &outcomes, trace);
        trace.candidates.sort_by_key(|candidate| (candidate.place, candidate.rule));
        if let Some(m) = matches.iter().find(|m| self.on_line(m.name, m.value)) {
            let hidden = self.hidden(m.rule, m.value);
            trace.excerpt.get_or_insert_with(|| excerpt::build(self.lines, hidden, m.name, &veil));
        }
    }

    /// The candidates that stand in encoded text.
    fn decoded(&self, decoded: Vec<Judged>, lost: Vec<Lost>, outcomes: &Outcomes, trace: &mut Trace) {
        let decoded = decoded.into_iter().map(|judged| {
            let outcome = outcomes.of(&Verdict::Kept(judged.clone()));
            (judged.rule, judged.name, judged.value, judged.verified, Some(judged.confidence), outcome)
        });
        let lost = lost.into_iter().map(|lost| {
            (lost.rule, None, lost.value, detect::Verified::None, None, Outcome::Dropped(lost.reason))
        });
        for (rule, name, value, verified, confidence, outcome) in decoded.chain(lost) {
            if self.window.owned.contains(&value.start) && self.on_line(name, value) {
                let (place, name) = (place(self.lines, value), name.map(|name| place(self.lines, name)));
                let found = "in encoded text, where it is spelled".to_owned();
                trace.candidates.push(Candidate {
                    rule,
                    place,
                    name,
                    found,
                    verified,
                    confidence,
                    opinion: None,
                    outcome,
                });
            }
        }
    }

    fn hidden(&self, rule: RuleIndex, span: Span) -> Hidden {
        Hidden { span, public_prefix: self.catalogue.rule(rule).public_prefix }
    }

    /// The value or its name touches the line.
    fn on_line(&self, name: Option<Span>, value: Span) -> bool {
        let whole = name.map_or(value, |name| name.join(value));
        let place = place(self.lines, whole);
        (place.start.line..=place.end.line).contains(&self.line)
    }

    fn candidate(&self, m: &Match, verdict: &Verdict, outcomes: &Outcomes) -> Candidate {
        let (rule, value, confidence) = match verdict {
            Verdict::Kept(judged) => (judged.rule, judged.value, Some(judged.confidence)),
            Verdict::Dropped(_) => (m.rule, m.value, None),
        };
        let model = Model::current();
        let doubt = verdict::doubt(self.window.text, m, self.facts, self.catalogue);
        Candidate {
            rule,
            place: place(self.lines, value),
            name: m.name.map(|name| place(self.lines, name)),
            found: m.found.words(),
            verified: m.verified,
            confidence,
            opinion: doubt.map(|(_, features)| (model.judge(&features), model.explain(&features))),
            outcome: outcomes.of(verdict),
        }
    }
}

impl Traced<'_> {
    /// What the configuration does to a kept match, in the order in which a scan asks it.
    fn ruled(&self, judged: &Judged) -> Option<Outcome> {
        let Rulings { policy, path, repo_path, .. } = self.rulings;
        let (rule, at) = (self.catalogue.rule(judged.rule), policy.at(path, repo_path));
        if at.is_off(rule) {
            return Some(Outcome::Dropped(Reason::RuleOff));
        }
        if judged.confidence < at.min_confidence {
            return Some(Outcome::BelowConfidence);
        }
        if verdict::severity(rule.severity, self.facts) < at.min_severity {
            return Some(Outcome::BelowSeverity);
        }
        let allowing = policy.allows((path, repo_path), rule, judged.bytes(self.lines.text()), None);
        allowing.by.map(|place| Outcome::AllowedBy(format!("{}:{}", place.file, place.line)))
    }
}

/// What became of all that was kept, by place and rule.
struct Outcomes {
    stay: Vec<(Judged, Outcome)>,
}

impl Outcomes {
    fn new(traced: &Traced<'_>, stay: Vec<Judged>) -> Self {
        let all = stay.clone();
        let (paired, identifiers) = pair::attach(stay, traced.lines, traced.catalogue);
        let honoured = traced.rulings.marks.unwrap_or_default();
        let find =
            |honoured| allow::find_from(traced.lines, honoured, traced.window.owned.start, traced.open);
        let marks = traced.rulings.marks.map_or_else(Vec::new, find);
        let candidates: Vec<allow::Candidate<'_>> = paired
            .iter()
            .map(|p| {
                let rule = traced.catalogue.rule(p.judged.rule);
                allow::Candidate::new(traced.lines, p.judged.value, &rule.id, &rule.service)
            })
            .collect();
        let suppressed = allow::suppressed(&marks, &candidates, honoured).by;
        let outcome = |judged: &Judged| {
            if identifiers.iter().any(|id| id.value == judged.value) {
                return Outcome::Identifies;
            }
            if let Some(ruled) = traced.ruled(judged) {
                return ruled;
            }
            let at = paired.iter().position(|p| p.judged.value == judged.value);
            let mark = at.and_then(|at| suppressed[at]).map(|mark| marks[mark].number);
            mark.map_or(Outcome::Finding, Outcome::Allowed)
        };
        let outcomes: Vec<Outcome> = all.iter().map(outcome).collect();
        Self { stay: all.into_iter().zip(outcomes).collect() }
    }

    fn of(&self, verdict: &Verdict) -> Outcome {
        match verdict {
            Verdict::Dropped(reason) => Outcome::Dropped(*reason),
            Verdict::Kept(judged) => self
                .stay
                .iter()
                .find(|(winner, _)| winner.value.overlaps(judged.value))
                .map_or(Outcome::Finding, |(winner, outcome)| {
                    if winner.rule == judged.rule { outcome.clone() } else { Outcome::Covered(winner.rule) }
                }),
        }
    }
}
