//! One blob through all stages: windows, matches, a verdict for each path, findings.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::allow;
use crate::blob::window::{TextKind, Window, Windows};
use crate::blob::{Content, Item, Origin, Part, is_lfs_pointer};
use crate::catalogue::{Catalogue, RuleIndex};
use crate::config::At;
use crate::decode::{self, Budget};
use crate::detect::{self, MOST_MATCHES, Match, Tiers};
use crate::finding::Place;
use crate::finding::excerpt::{Hidden, Veil};
use crate::report::Dropped;
use crate::runs;
use crate::secret::{Secret, mask};
use crate::source::{Gap, GapKind, Opened, Problem, Source};
use crate::span::{Lines, Span};
use crate::timing::{self, Stage};
use crate::verdict::{self, Judged, PathFacts, Reason, Verdict};

use super::known::Known;
use super::large;
use super::levels::Levels;
use super::lost::Lost;
use super::marks::{self, Marked};
use super::pair;
use super::progress::Progress;
use super::subject::Subject;
use super::{Harvest, Settings, content_item};

/// Everything that scanning a blob needs, shared by all threads.
pub(super) struct Scan<'s> {
    source: &'s dyn Source,
    catalogue: &'s Catalogue,
    settings: &'s Settings<'s>,
}

/// One text at one path.
pub(super) struct Scene<'t> {
    pub(super) item: &'t Item,
    pub(super) origin: &'t Origin,
    pub(super) facts: PathFacts,
    pub(super) lines: &'t Lines<'t>,
    pub(super) marks: &'t Marked<'t>,
    pub(super) veil: Veil,
    /// What of the text belongs to this window; the rest is context for masks and pairs.
    owned: Range<usize>,
}

impl<'s> Scan<'s> {
    pub(super) const fn new(
        source: &'s dyn Source,
        catalogue: &'s Catalogue,
        settings: &'s Settings<'s>,
    ) -> Self {
        Self { source, catalogue, settings }
    }

    /// Scans one blob of one window for all of its paths; `None` when it has more, or can be read only once. `buffer` is
    /// the thread's, reused from blob to blob.
    pub(super) fn small(&self, item: &Subject<'_>, buffer: &mut Vec<u8>) -> Option<Harvest> {
        let once = matches!(item, Subject::Item(Item { content: Content::Stdin, .. }));
        if once { None } else { self.harvest(item, |item| self.read(item, buffer)) }
    }

    /// Scans a blob of a stock that is given in `bytes`, if it is one window. Perhaps it is known what the gate sees there.
    pub(super) fn whole(&self, item: &Subject<'_>, bytes: &[u8], known: Option<&Known>) -> Option<Harvest> {
        self.harvest(item, |item| match Window::as_they_stand(bytes) {
            Some(window) => {
                let mut progress = Progress::default();
                progress.harvest.counts.files = 1;
                self.window(item, &window, &[], known, &mut progress);
                Some(progress)
            }
            None => self.windows(item, Windows::bytes(bytes.to_vec()), &mut Vec::new()),
        })
    }

    /// Scans one blob of any size, on all threads.
    pub(super) fn large(&self, item: &Subject<'_>) -> Harvest {
        self.harvest(item, |item| Some(large::read(self, item))).unwrap_or_default()
    }

    fn harvest(
        &self,
        item: &Subject<'_>,
        mut read: impl FnMut(&Subject<'_>) -> Option<Progress>,
    ) -> Option<Harvest> {
        let mut progress = read(item)?;
        let uncovered = match item.before() {
            Some(before) if self.settings.allow.is_some() && progress.needs_before() => {
                let before = read(&Subject::Item(&content_item(item, before)))?;
                progress.harvest.marks.extend(marks::reach_further(item, &progress, &before));
                before.suppressed
            }
            _ => BTreeSet::new(),
        };
        for (finding, value) in std::mem::take(&mut progress.untouched) {
            if uncovered.contains(finding.identity.fingerprint()) {
                progress.harvest.findings.push((finding, true));
                progress.harvest.found.push(value);
            } else {
                progress.harvest.counts.not_added += 1;
                progress.harvest.findings.push((finding, false));
                progress.harvest.unreported.push(value);
            }
        }
        for (fingerprint, count) in std::mem::take(&mut progress.untouched_more) {
            match uncovered.contains(&fingerprint) {
                true => progress.capped += count,
                false => progress.harvest.counts.not_added += count,
            }
        }
        if progress.cut_short {
            progress.harvest.gaps.push(gap(item, GapKind::DecodingBudget));
        }
        progress.harvest.mark_notes.extend(marks::notes(item, &progress.seen));
        if progress.capped > 0 {
            let message = format!("{} further findings of the same rules are not listed", progress.capped);
            progress.harvest.problems.push(problem(item, "capped", message));
        }
        Some(progress.harvest)
    }

    /// The windows of a blob, which are read into `buffer`; or the problem with opening it.
    pub(super) fn open(&self, item: &Item, buffer: Vec<u8>) -> Result<Windows<'s>, Problem> {
        match timing::stage(Stage::Read, || self.source.open(&item.content)) {
            Ok(Opened::Stream(reader)) => Ok(Windows::stream(reader, buffer)),
            Ok(Opened::Bytes(bytes)) => Ok(Windows::bytes(bytes)),
            Err(found) => {
                let path = found.path.or_else(|| Some(item.origins[0].path.clone()));
                Err(Problem { path, ..found })
            }
        }
    }

    fn read(&self, item: &Subject<'_>, buffer: &mut Vec<u8>) -> Option<Progress> {
        match self.open(item, std::mem::take(buffer)) {
            Ok(windows) => self.windows(item, windows, buffer),
            Err(problem) => {
                let mut progress = Progress::default();
                progress.harvest.problems.push(problem);
                Some(progress)
            }
        }
    }

    /// Scans a blob if it is one window; their buffer is given back in `buffer`.
    fn windows(&self, item: &Subject<'_>, mut all: Windows<'_>, buffer: &mut Vec<u8>) -> Option<Progress> {
        let mut progress = Progress::default();
        progress.harvest.counts.files = 1;
        match timing::stage(Stage::Read, || all.next_window()) {
            Ok(Some(window)) if !window.last => return None,
            Ok(Some(window)) => self.window(item, &window, &[], None, &mut progress),
            Ok(None) => {}
            Err(error) => progress.stop(item, &error),
        }
        *buffer = all.into_buffer();
        Some(progress)
    }

    /// What it is asked for.
    pub(super) const fn settings(&self) -> &Settings<'s> {
        self.settings
    }

    /// Scans one window, at whose owned part the regions of the marks `open` hold.
    pub(super) fn window(
        &self,
        item: &Subject<'_>,
        window: &Window<'_>,
        open: &[allow::Mark],
        known: Option<&Known>,
        progress: &mut Progress,
    ) {
        progress.harvest.counts.bytes += window.owned.len() as u64;
        if window.first && window.last && is_lfs_pointer(window.text) {
            progress.harvest.gaps.push(gap(item, GapKind::LfsPointer));
        }
        if window.first && window.kind == TextKind::Binary {
            progress.harvest.gaps.push(gap(item, GapKind::Binary));
        }
        if self.settings.list_marks {
            marks::list(item, window, self.settings, progress);
        }
        let own = known.is_none().then(|| timing::stage(Stage::Runs, || runs::all(window.text)));
        let runs = own.as_deref().or(known.map(|known| known.sights.runs())).unwrap_or_default();
        let matches = timing::stage(Stage::Detect, || {
            self.matches(item, window, |tiers| match known {
                Some(known) => detect::detect_seen(window.text, &known.sights, self.catalogue, tiers),
                None => detect::detect(window.text, runs, self.catalogue, tiers),
            })
        });
        let mut decoding = Budget::default();
        let seen = decode::Source {
            marks: known.map(|known| &known.marks),
            ..decode::Source::of(window.text, runs)
        };
        let levels =
            timing::stage(Stage::Decode, || self.levels(item, window, seen, &matches, &mut decoding));
        progress.cut_short |= decoding.is_spent();
        if matches.len().max(levels.most_matches()) >= MOST_MATCHES {
            let message =
                format!("only the first {MOST_MATCHES} candidates of a part of this file were judged");
            progress.harvest.problems.push(problem(item, "capped", message));
        }
        let mut values = matches.iter().map(|m| m.value).chain(levels.values());
        if !values.any(|value| window.owned.contains(&value.start)) {
            return marks::idle(item, window, self.settings, progress);
        }
        progress.harvest.matched = true;
        let lines = Lines::new(window.text, window.origin);
        let marks = Marked::new(&lines, window, self.settings, open);
        for (index, origin) in item.origins.iter().enumerate() {
            let scene = Scene {
                item,
                origin,
                facts: PathFacts::of(origin.path.as_bytes()),
                lines: &lines,
                marks: &marks,
                veil: Veil::default(),
                owned: window.owned.clone(),
            };
            timing::stage(Stage::Judge, || self.scene(scene, index, (&matches, &levels), progress));
        }
    }

    pub(super) const fn catalogue(&self) -> &'s Catalogue {
        self.catalogue
    }

    /// What the configuration says of the path of `origin`.
    pub(super) fn at(&self, origin: &Origin) -> At<'s> {
        self.settings.policy.at(origin.path.as_bytes(), origin.repo_path.as_ref().map(|path| path.as_bytes()))
    }

    /// What `detect` finds at the tiers that count.
    fn matches(
        &self,
        item: &Subject<'_>,
        window: &Window<'_>,
        detect: impl FnOnce(Tiers) -> Vec<Match>,
    ) -> Vec<Match> {
        if !tokens_only(item, window) {
            let least = self.settings.policy.asks_for_everything();
            return detect(if least { Tiers::Everything } else { Tiers::All });
        }
        // Tokens are printable, so those in the whole are those in its printable runs.
        let mut found = detect(Tiers::Tokens);
        let printable = |b: &u8| b.is_ascii_graphic() || matches!(b, b' ' | b'\t' | b'\r' | b'\n');
        found.retain(|m| m.value.of(window.text).iter().all(printable));
        found
    }

    fn levels(
        &self,
        item: &Subject<'_>,
        window: &Window<'_>,
        seen: decode::Source<'_>,
        matches: &[Match],
        budget: &mut Budget,
    ) -> Levels {
        budget.saw(window.owned.len());
        match tokens_only(item, window) {
            false => Levels::read(window, seen, matches, self.catalogue, budget),
            true => Levels::default(),
        }
    }

    fn scene(
        &self,
        mut scene: Scene<'_>,
        origin: usize,
        found: (&[Match], &Levels),
        progress: &mut Progress,
    ) {
        let text = scene.lines.text();
        let (matches, levels) = found;
        let (mut kept, mut lost) = levels.judge(text, scene.facts, self.catalogue);
        let own = matches.iter().enumerate().filter(|&(index, _)| !levels.replaces(index));
        for (_, m) in own {
            match timing::rule(m.rule, || verdict::judge(text, m, scene.facts, self.catalogue)) {
                Verdict::Kept(judged) => kept.push(judged),
                Verdict::Dropped(reason) => {
                    lost.push(Lost { rule: m.rule, value: m.value, plain: None, reason });
                }
            }
        }
        let at = self.at(scene.origin);
        kept.retain(|judged| {
            let off = at.is_off(self.catalogue.rule(judged.rule));
            lost.extend(off.then(|| Lost::after_all(judged, Reason::RuleOff)));
            !off
        });
        // Only what is kept is shown.
        if !kept.is_empty() {
            scene.veil = self.veil(text, &kept, &lost, levels);
        }
        let (stay, covered) = verdict::resolve(kept, self.catalogue);
        lost.extend(covered.iter().map(|judged| Lost::after_all(judged, Reason::Covered)));
        let (paired, identifiers) = pair::attach(stay, scene.lines, self.catalogue);
        lost.extend(identifiers.iter().map(|judged| Lost::after_all(judged, Reason::Identifies)));
        // What is shown as the subject of its secret is not masked elsewhere.
        let shown: Vec<Span> = identifiers.iter().map(|judged| judged.value).collect();
        let owned = scene.owned.clone();
        for lost in lost.into_iter().filter(|lost| owned.contains(&lost.value.start)) {
            if lost.reason.may_hide_a_secret() && !shown.iter().any(|id| id.overlaps(lost.value)) {
                progress.harvest.unreported.push(Secret::new(lost.bytes(text)));
                progress
                    .harvest
                    .unreported
                    .extend(lost.plain.as_ref().map(|_| Secret::new(lost.value.of(text))));
            }
            self.drop(&scene, &lost, &mut progress.harvest);
        }
        let paired = paired.into_iter().filter(|p| owned.contains(&p.judged.value.start)).collect();
        self.keep(&scene, origin, paired, progress);
    }

    /// What excerpts must not show: every match with the encoded run that it stands in, but for references around a kept
    /// value, which hold nothing else.
    fn veil(&self, text: &[u8], kept: &[Judged], lost: &[Lost], levels: &Levels) -> Veil {
        let mut values: Vec<Span> = kept.iter().map(|judged| judged.value).collect();
        values.sort_unstable();
        let around_kept = |span: Span| {
            let next = values.partition_point(|value| value.start < span.start);
            values.get(next).is_some_and(|value| span.contains(*value))
        };
        let matches = lost.iter().filter(|lost| lost.reason != Reason::Reference || !around_kept(lost.value));
        let matches = matches.map(|lost| self.hidden(lost.rule, lost.value, lost.plain.is_some()));
        let kept = kept.iter().map(|judged| self.hidden(judged.rule, judged.value, judged.plain.is_some()));
        let runs = levels.runs().map(|span| Hidden { span, public_prefix: 0 });
        Veil::new(text, matches.chain(kept).chain(runs))
    }

    /// An encoded value does not begin with its public prefix.
    pub(super) fn hidden(&self, rule: RuleIndex, span: Span, encoded: bool) -> Hidden {
        let public_prefix = if encoded { 0 } else { self.catalogue.rule(rule).public_prefix };
        Hidden { span, public_prefix }
    }

    fn drop(&self, scene: &Scene<'_>, lost: &Lost, harvest: &mut Harvest) {
        *harvest.counts.dropped.entry(lost.reason.word()).or_default() += 1;
        if self.settings.show_dropped {
            let rule = self.catalogue.rule(lost.rule);
            harvest.dropped.push(Dropped {
                rule_id: rule.id.clone(),
                path: scene.origin.path.clone(),
                place: place(scene.lines, lost.value),
                reason: lost.reason.word(),
                masked: mask(lost.bytes(scene.lines.text()), rule.public_prefix),
            });
        }
    }
}

/// Binary files and names of files are searched for tokens only, and not decoded.
fn tokens_only(item: &Subject<'_>, window: &Window<'_>) -> bool {
    window.kind == TextKind::Binary || item.part() == Part::FileName
}

pub(super) fn place(lines: &Lines<'_>, span: Span) -> Place {
    Place { start: lines.position(span.start), end: lines.position(span.end) }
}

fn gap(item: &Item, kind: GapKind) -> Gap {
    Gap { kind, path: Some(item.origins[0].path.clone()) }
}

fn problem(item: &Item, kind: &'static str, message: String) -> Problem {
    Problem { path: Some(item.origins[0].path.clone()), kind, message }
}
