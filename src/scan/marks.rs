//! Allow marks at work: those that hold in a window, those that a change adds, and those that a person should look at.
//!
//! What a change adds is listed apart from what holds, because a mark that suppresses nothing today may hide what a later
//! change adds beside it.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use crate::allow::{self, Candidate, Honoured, Mark, Outcome, Scope, Tool};
use crate::blob::{Item, Window};
use crate::report::marks::{MarkNote, What};
use crate::report::policy::{PolicyChange, PolicyKind};
use crate::span::Lines;

use super::Settings;
use super::progress::Progress;
use super::subject::Subject;

/// The marks of a window, looked for once somebody asks.
pub(super) struct Marked<'w> {
    lines: &'w Lines<'w>,
    /// Where the part of the text begins that the window owns.
    from: usize,
    /// Marks whose regions hold there.
    open: &'w [Mark],
    marks: OnceCell<Vec<Mark>>,
    honoured: Option<Honoured>,
    noted: bool,
    /// The text ends with this window.
    last: bool,
}

impl<'w> Marked<'w> {
    /// Those of `window`, whose lines are given; the regions of the marks `open` hold where its owned part begins.
    pub(super) fn new(
        lines: &'w Lines<'w>,
        window: &Window<'_>,
        settings: &Settings<'_>,
        open: &'w [Mark],
    ) -> Self {
        Self {
            lines,
            from: window.owned.start,
            open,
            marks: OnceCell::new(),
            honoured: settings.allow,
            noted: settings.note_marks,
            last: window.last,
        }
    }

    fn marks(&self) -> &[Mark] {
        self.marks.get_or_init(|| {
            let find = |honoured| allow::find_from(self.lines, honoured, self.from, self.open);
            self.honoured.map_or_else(Vec::new, find)
        })
    }

    /// What they do to `candidates`.
    pub(super) fn suppress(&self, candidates: &[Candidate<'_>]) -> Outcome {
        if candidates.is_empty() && !self.noted {
            return Outcome::default();
        }
        allow::suppressed(self.marks(), candidates, self.honoured.unwrap_or_default())
    }

    /// Notes what they did at the path of the given number: `did` to what would be reported, `faint` to what is below
    /// the threshold, which others may report.
    pub(super) fn note(
        &self,
        item: &Item,
        origin: usize,
        did: &Outcome,
        faint: impl FnOnce() -> Outcome,
        seen: &mut Seen,
    ) {
        if !self.noted || self.marks().is_empty() {
            return;
        }
        let faint = faint();
        let honoured = self.honoured.unwrap_or_default();
        for (index, mark) in self.marks().iter().enumerate().filter(|(_, mark)| mark.scope != Scope::End) {
            let is = |of: &[bool]| of.get(index) == Some(&true);
            let sight = Sight {
                used: is(&did.used) || is(&faint.used),
                suppresses: is(&did.used),
                open: self.last && matches!(&mark.scope, Scope::Region(region) if region.open),
                misplaced: is(&did.misplaced),
                ..Sight::of(item, mark, honoured)
            };
            seen.entry((origin, mark.number, mark.words)).or_default().add(sight);
        }
    }
}

/// What is known of a mark, by the number of its path, its line and its words.
pub(super) type Seen = BTreeMap<(usize, u64, &'static str), Sight>;

/// What is known of a mark.
#[derive(Default)]
pub(super) struct Sight {
    tool: Option<Tool>,
    /// There is something for it to suppress.
    used: bool,
    /// It suppresses something that would be reported.
    suppresses: bool,
    blanket: bool,
    lacks_reason: bool,
    open: bool,
    misplaced: bool,
    /// It stands where the change does not touch.
    untouched: bool,
}

impl Sight {
    fn of(item: &Item, mark: &Mark, honoured: Honoured) -> Self {
        let untouched = item.added.as_ref().is_some_and(|added| !added.touches(mark.number, mark.number));
        Self {
            tool: Some(mark.tool),
            blanket: mark.is_blanket(),
            lacks_reason: !mark.holds(honoured),
            untouched,
            ..Self::default()
        }
    }

    /// Adds what another window saw of the same mark.
    pub(super) fn add(&mut self, other: Self) {
        let first = self.tool.is_none();
        self.tool = self.tool.or(other.tool);
        self.used |= other.used;
        self.suppresses |= other.suppresses;
        self.blanket |= other.blanket;
        self.lacks_reason |= other.lacks_reason;
        self.open |= other.open;
        self.misplaced |= other.misplaced;
        self.untouched = other.untouched && (first || self.untouched);
    }

    fn notes(&self) -> impl Iterator<Item = What> {
        // Another tool's mark may be there for what only that tool finds.
        let unused = !self.used && !self.lacks_reason && self.tool == Some(Tool::Leaklint);
        let blanket = self.suppresses && self.blanket && !self.untouched;
        [
            (unused, What::Unused),
            (blanket, What::Blanket),
            (self.lacks_reason && !self.untouched, What::NoReason),
            (self.open, What::Unclosed),
            (self.misplaced && !self.untouched, What::BeforeValue),
        ]
        .into_iter()
        .filter_map(|(holds, what)| holds.then_some(what))
    }
}

/// What is to be said about the marks of `item`.
pub(super) fn notes(item: &Item, seen: &Seen) -> Vec<MarkNote> {
    let mut notes = Vec::new();
    for ((origin, line, words), sight) in seen {
        let tool = sight.tool.map_or("", Tool::name);
        let path = || item.origins[*origin].path.text();
        notes.extend(sight.notes().map(|what| MarkNote { path: path(), line: *line, words, tool, what }));
    }
    notes
}

/// Notes the marks of a window without candidates, where that is asked for.
pub(super) fn idle(item: &Subject<'_>, window: &Window<'_>, settings: &Settings, progress: &mut Progress) {
    let Some(honoured) = settings.allow.filter(|_| settings.unused_marks) else { return };
    if !allow::may_hold_marks(window.text, honoured) {
        return;
    }
    let lines = Lines::new(window.text, window.origin);
    let mut marks = allow::find_from(&lines, honoured, window.owned.start, &[]);
    marks.retain(|mark| window.owned.contains(&mark.span.start));
    let marked =
        Marked { marks: OnceCell::from(marks), noted: true, ..Marked::new(&lines, window, settings, &[]) };
    for origin in 0..item.origins.len() {
        marked.note(item, origin, &Outcome::default(), Outcome::default, &mut progress.seen);
    }
}

/// Notes the regions that are open where a text of several windows ends.
pub(super) fn unclosed(open: &[Mark], progress: &mut Progress) {
    for ((_, line, words), sight) in &mut progress.seen {
        sight.open |= open.iter().any(|mark| mark.number == *line && mark.words == *words);
    }
}

/// How often a text turns rules off, and on again on lines that the change does not touch.
#[derive(Clone, Copy, Default)]
pub(super) struct Turns {
    pub(super) off: u64,
    on: u64,
}

impl Turns {
    pub(super) fn add(&mut self, other: Self) {
        self.off += other.off;
        self.on += other.on;
    }
}

/// Lists the marks on lines of `window` that the change adds, for each path and commit of the text.
pub(super) fn list(item: &Item, window: &Window<'_>, settings: &Settings, progress: &mut Progress) {
    let Some(honoured) = settings.allow else { return };
    if !allow::may_hold_marks(window.text, honoured) {
        return;
    }
    let lines = Lines::new(window.text, window.origin);
    let marks = allow::find(&lines, honoured);
    for mark in marks.iter().filter(|mark| window.owned.contains(&mark.span.start)) {
        let added = item.added.as_ref().is_none_or(|added| added.touches(mark.number, mark.number));
        match mark.scope {
            Scope::Region(_) => progress.turns.off += 1,
            Scope::End if !added || item.added.is_none() => progress.turns.on += 1,
            _ => {}
        }
        if added {
            let what = words(mark, window.last);
            let listed = item.origins.iter().map(|origin| change(origin, Some(mark.number), what.clone()));
            progress.harvest.marks.extend(listed);
        }
    }
}

/// A change that takes away what ends a region lets the region reach further: that is an addition, too.
pub(super) fn reach_further(item: &Item, after: &Progress, before: &Progress) -> Vec<PolicyChange> {
    if after.turns.off == 0 || after.turns.on >= before.turns.on {
        return Vec::new();
    }
    let what = "takes away what ends a region without findings: the region may reach further";
    item.origins.iter().map(|origin| change(origin, None, what.to_owned())).collect()
}

fn change(origin: &crate::blob::Origin, line: Option<u64>, what: String) -> PolicyChange {
    let change = PolicyChange::new(&origin.path, line, PolicyKind::AllowMark, what);
    let commit = origin.commit.as_ref().map(|commit| commit.id.clone());
    PolicyChange { commit, ..change }
}

/// What a mark does; `last`: its text ends with the window that it stands in.
fn words(mark: &Mark, last: bool) -> String {
    let rules = match (mark.rules.is_empty(), &mark.scope) {
        (true, Scope::Nearest) => "the nearest finding".to_owned(),
        (true, _) => "all findings".to_owned(),
        (false, _) => format!("findings of {}", mark.rules.join(", ")),
    };
    let where_ = match &mark.scope {
        Scope::Region(region) if region.open && last => " from here to the end of the file",
        Scope::Region(_) => " in the region that begins here",
        Scope::End => return format!("ends a region without {rules}"),
        _ => "",
    };
    let tool = match mark.tool {
        Tool::Leaklint => String::new(),
        tool => format!(" as a mark of {}", tool.name()),
    };
    let reason = match &mark.reason {
        Some(reason) => format!("for the reason: {reason}"),
        None => "without a reason".to_owned(),
    };
    format!("suppresses {rules}{where_}{tool}, {reason}")
}
