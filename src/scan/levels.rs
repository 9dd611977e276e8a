//! What stands encoded in a window: decoded level by level, searched like the window itself, and brought back to the
//! bytes that spell it there.
//!
//! What a reading holds unchanged was read in the text around it, which knows more of its neighbours; only what is spelled
//! differently counts. Where both read one value, the decoded one takes the encoded one's place.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::blob::window::Window;
use crate::catalogue::Catalogue;
use crate::decode::{self, Budget, IN_FILES, Source, View};
use crate::detect::{self, Found, Match, Tiers};
use crate::runs::{self, Run};
use crate::secret::Secret;
use crate::span::Span;
use crate::verdict::{self, Judged, Kind, PathFacts, Plain, Verdict};

use super::lost::Lost;

/// Bytes beside a token that decide whether it stands alone.
const BESIDE: usize = 2;

/// The decoded readings of one window, each level read from the one before it.
#[derive(Default)]
pub(super) struct Levels {
    levels: Vec<Level>,
    readings: Vec<Reading>,
    /// For each match of the window whether a reading takes its place.
    replaced: Vec<bool>,
}

struct Level {
    view: View,
    runs: Vec<Run>,
    matches: Vec<Match>,
}

/// A match of a level that says something new.
struct Reading {
    level: usize,
    index: usize,
    /// Where the value is spelled in the window.
    value: Span,
    /// The encoded run that it is a part of.
    run: Option<Span>,
}

impl Levels {
    /// Decodes what `window` holds, of which `seen` is known, but for the tokens among `matches`, its own.
    pub(super) fn read(
        window: &Window<'_>,
        seen: Source<'_>,
        matches: &[Match],
        catalogue: &Catalogue,
        budget: &mut Budget,
    ) -> Self {
        let mut levels: Vec<Level> = Vec::new();
        loop {
            let (mut source, found) = match levels.last() {
                Some(level) => (Source::of(level.view.text(), &level.runs), &level.matches[..]),
                None => {
                    let next = if window.last { window.text.len() } else { window.owned.end };
                    (Source { cut: !window.first, next, ..seen }, matches)
                }
            };
            let taken = tokens(found);
            source.taken = &taken;
            if levels.len() == decode::LEVELS {
                refuse(source, budget);
                break;
            }
            let view = decode::view(source, IN_FILES, budget);
            if view.is_empty() {
                break;
            }
            let runs = runs::all(view.text());
            let matches = detect::detect(view.text(), &runs, catalogue, Tiers::All);
            levels.push(Level { view, runs, matches });
        }
        let mut all = Self { levels, readings: Vec::new(), replaced: vec![false; matches.len()] };
        all.find(window.text, matches);
        all
    }

    /// Where the values stand in the window.
    pub(super) fn values(&self) -> impl Iterator<Item = Span> {
        self.readings.iter().map(|reading| reading.value)
    }

    /// True when the window's match number `index` is the encoded form of a reading.
    pub(super) fn replaces(&self, index: usize) -> bool {
        self.replaced.get(index).is_some_and(|&replaced| replaced)
    }

    /// The encoded runs that something was found in.
    pub(super) fn runs(&self) -> impl Iterator<Item = Span> {
        self.readings.iter().filter_map(|reading| reading.run)
    }

    /// The most matches that one level has.
    pub(super) fn most_matches(&self) -> usize {
        self.levels.iter().map(|level| level.matches.len()).max().unwrap_or(0)
    }

    /// Judges every reading for a path with these facts; `text` is the window's.
    pub(super) fn judge(
        &self,
        text: &[u8],
        facts: PathFacts,
        catalogue: &Catalogue,
    ) -> (Vec<Judged>, Vec<Lost>) {
        let (mut kept, mut lost) = (Vec::new(), Vec::new());
        for reading in &self.readings {
            let level = &self.levels[reading.level];
            let found = &level.matches[reading.index];
            let facts = self.facts(reading.level, found.value, facts);
            let plain = |value: Span, name: Option<Span>| self.plain(text, reading.level, value, name);
            match verdict::judge(level.view.text(), found, facts, catalogue) {
                Verdict::Kept(judged) => {
                    let Some(value) = self.source(reading.level, judged.value) else { continue };
                    let name = judged.name.and_then(|name| self.source(reading.level, name));
                    let plain = judged.plain.clone().or_else(|| plain(judged.value, judged.name));
                    kept.push(Judged { value, name, plain, ..judged });
                }
                Verdict::Dropped(reason) => {
                    let plain = plain(found.value, found.name);
                    lost.push(Lost { rule: found.rule, value: reading.value, plain, reason });
                }
            }
        }
        (kept, lost)
    }

    /// Collects what the levels say that their sources do not.
    fn find(&mut self, text: &[u8], outer: &[Match]) {
        let encoded = Encoded::new(outer);
        let mut readings: Vec<Reading> = Vec::new();
        for (number, Level { view, matches, .. }) in self.levels.iter().enumerate() {
            let before = number.checked_sub(1).map(|before| Encoded::new(&self.levels[before].matches));
            let mut replaced = BTreeSet::new();
            for (index, found) in matches.iter().enumerate() {
                if matches!(found.found, Found::Whole) || !view.changes(reach(view, found)) {
                    continue;
                }
                let Some(value) = self.source(number, found.value) else { continue };
                if value.of(text) == found.value.of(view.text()) && encoded.has(value) {
                    continue;
                }
                let name = found.name.and_then(|name| self.source(number, name));
                encoded.forms(value, name).for_each(|form| self.replaced[form] = true);
                if let (Some(before), Some(value)) = (&before, view.source(found.value)) {
                    replaced.extend(before.forms(value, found.name.and_then(|name| view.source(name))));
                }
                let run = self.run(number, found.value);
                readings.push(Reading { level: number, index, value, run });
            }
            readings.retain(|reading| reading.level + 1 != number || !replaced.contains(&reading.index));
        }
        self.readings = readings;
    }

    /// The window's bytes that spell `span` of a level's text.
    fn source(&self, level: usize, span: Span) -> Option<Span> {
        self.levels[..=level].iter().rev().try_fold(span, |span, level| level.view.source(span))
    }

    /// The outermost encoded run that `span` of a level's text is a part of, in the window.
    fn run(&self, level: usize, span: Span) -> Option<Span> {
        let mut span = span;
        let mut run = None;
        for level in self.levels[..=level].iter().rev() {
            run = level.view.segment(span)?.run.or_else(|| level_source(level, run));
            span = level.view.source(span)?;
        }
        run
    }

    /// The facts of the innermost text of its own that `span` of a level's text is a part of.
    fn facts(&self, level: usize, span: Span, facts: PathFacts) -> PathFacts {
        let mut span = span;
        for level in self.levels[..=level].iter().rev() {
            let Some(segment) = level.view.segment(span) else { break };
            if segment.apart {
                let unknown = if segment.run.is_some() { Kind::Other } else { facts.kind };
                return facts.inside(segment.decoded.of(level.view.text()), unknown);
            }
            let Some(source) = level.view.source(span) else { break };
            span = source;
        }
        facts
    }

    /// Value and name as they were decoded, when the window spells either differently.
    fn plain(&self, text: &[u8], level: usize, value: Span, name: Option<Span>) -> Option<Arc<Plain>> {
        let view = self.levels[level].view.text();
        let same =
            |span: Span| self.source(level, span).is_some_and(|source| source.of(text) == span.of(view));
        if same(value) && name.is_none_or(same) {
            return None;
        }
        let name = name.map_or(Vec::new(), |name| name.of(view).to_vec());
        Some(Arc::new(Plain { value: Secret::new(value.of(view)), name }))
    }
}

/// Notes whether there is anything that could still be decoded.
fn refuse(source: Source<'_>, budget: &mut Budget) {
    let mut closed = *budget;
    closed.close();
    decode::view(source, IN_FILES, &mut closed);
    if closed.is_spent() {
        budget.refuse();
    }
}

fn level_source(level: &Level, run: Option<Span>) -> Option<Span> {
    level.view.source(run?)
}

/// Tokens, sorted and disjoint: what is base64 by nature says nothing when it is decoded.
fn tokens(matches: &[Match]) -> Vec<Span> {
    let mut tokens: Vec<Span> = Vec::new();
    for token in matches.iter().filter(|m| matches!(m.found, Found::Token) && !m.value.is_empty()) {
        match tokens.last_mut() {
            Some(last) if last.overlaps(token.value) => *last = last.join(token.value),
            _ => tokens.push(token.value),
        }
    }
    tokens
}

/// What of a reading makes `found` a match.
fn reach(view: &View, found: &Match) -> Span {
    let wider = match found.found {
        Found::Url { user, host } => user.join(host),
        Found::Near(near) => near.service,
        _ => found.value,
    };
    let all = found.name.map_or(wider, |name| wider.join(name)).join(found.value);
    let inside = view.segment(all).map_or(all, |segment| segment.decoded);
    let beside = Span::new(all.start.saturating_sub(BESIDE), all.end + BESIDE);
    Span::new(beside.start.max(inside.start), beside.end.min(inside.end))
}

/// The matches of a text by what identifies them.
struct Encoded<'m> {
    outer: &'m [Match],
    /// Ends of names with the number of their match: an encoded character before a name looks like its beginning
    /// (`\u0026password`).
    names: Vec<(usize, usize)>,
}

impl<'m> Encoded<'m> {
    fn new(outer: &'m [Match]) -> Self {
        let named = outer.iter().enumerate().filter_map(|(index, m)| Some((m.name?.end, index)));
        let mut names: Vec<_> = named.collect();
        names.sort_unstable();
        Self { outer, names }
    }

    /// True when a match has this value.
    fn has(&self, value: Span) -> bool {
        self.outer.binary_search_by_key(&value, |m| m.value).is_ok()
    }

    /// The matches that are the encoded form of a value: those of the same span, and what the same name was given.
    /// Tokens have a shape of their own in whatever encoding and stay.
    fn forms(&self, value: Span, name: Option<Span>) -> impl Iterator<Item = usize> {
        let first = self.outer.partition_point(|m| m.value < value);
        let same = (first..self.outer.len()).take_while(move |&index| self.outer[index].value == value);
        let end = name.map(|name| name.end);
        let first = self.names.partition_point(|&(known, _)| Some(known) < end);
        let named = self.names[first..].iter().take_while(move |(known, _)| Some(*known) == end);
        let named =
            named.map(|&(_, index)| index).filter(move |&index| self.outer[index].value.overlaps(value));
        let replaceable = |m: &Match| {
            matches!(m.found, Found::Assignment(_) | Found::Whole | Found::Near(_) | Found::Header)
        };
        same.chain(named).filter(move |&index| replaceable(&self.outer[index]))
    }
}
