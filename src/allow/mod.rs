//! Allow marks: comments that say that a finding beside them, or between them, is all right.
//!
//! `leaklint:allow` after code covers its own line, alone on a line the next one; without rule ids it suppresses at most
//! the nearest finding, so that a second secret on the line is still reported. `leaklint:off` and `leaklint:on` bound a
//! region. The marks of other tools do what those tools do. Everything doubtful is no mark: then the finding is shown,
//! which is the error that somebody notices. `docs/allow.md` describes it for users.

mod comment;
mod foreign;
mod region;
mod words;

pub use region::Region;
pub use words::Tool;

use crate::span::{Lines, Span};

/// Marks looked at on one line, and ids in one mark: nobody writes more, and a planted line stays cheap.
const MOST_ON_A_LINE: usize = 8;
const MOST_RULES: usize = 32;

/// Which marks hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Honoured {
    /// Those of other tools too.
    pub foreign: bool,
    /// Only those that give a reason.
    pub require_reason: bool,
}

impl Default for Honoured {
    fn default() -> Self {
        Self { foreign: true, require_reason: false }
    }
}

/// What a mark does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The nearest finding of the line that it covers, or all of the rules that it names.
    Nearest,
    /// All findings that touch the line that it covers.
    Line,
    /// All findings that touch its own line or begin on the next, and one of several lines that ends on the line before.
    Around,
    /// All findings in the region that it begins.
    Region(Region),
    /// It ends regions of its tool: all, or for the rules that it names.
    End,
}

/// One mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Whose it is.
    pub tool: Tool,
    /// Its words: `leaklint:allow`.
    pub words: &'static str,
    /// What it does.
    pub scope: Scope,
    /// From the first byte of its words to the end of what belongs to it.
    pub span: Span,
    /// Line that it stands on: 0-based index in its text, as [`Lines::index`] counts.
    pub line: usize,
    /// The same in its file, 1-based.
    pub number: u64,
    /// Line that it covers, counted as `line`.
    pub covers: usize,
    /// Nothing else stands on its line.
    pub alone: bool,
    /// Ids of the rules that it is for; empty: of any.
    pub rules: Vec<String>,
    /// What follows `--`.
    pub reason: Option<String>,
    /// Offset of a quote that must close a string which began on an earlier line for this to be a comment.
    closes: Option<usize>,
}

/// A finding that a mark may suppress.
#[derive(Clone, Copy, Debug)]
pub struct Candidate<'r> {
    /// The value.
    pub value: Span,
    /// Line where the value begins, or the one above that opens it (`key: |`): 0-based, as [`Lines::index`] counts.
    pub first_line: usize,
    /// Line where the value ends, counted likewise.
    pub last_line: usize,
    /// The rule that found it.
    pub rule_id: &'r str,
    /// The service of that rule.
    pub service: &'r str,
}

impl<'r> Candidate<'r> {
    /// The candidate of `value` in the text of `lines`.
    pub fn new(lines: &Lines<'_>, value: Span, rule_id: &'r str, service: &'r str) -> Self {
        let last_line = lines.index(value.end.saturating_sub(1).max(value.start));
        let mut first_line = lines.index(value.start);
        let indent = Span::new(lines.line(first_line).start, value.start).of(lines.text());
        if first_line > 0
            && first_line < last_line
            && indent.trim_ascii().is_empty()
            && comment::opens_a_value(lines.line(first_line - 1).of(lines.text()))
        {
            first_line -= 1;
        }
        Self { value, first_line, last_line, rule_id, service }
    }
}

/// Whether a text holds the words of a mark at all: one search.
pub fn may_hold_marks(text: &[u8], honoured: Honoured) -> bool {
    words::searcher(honoured.foreign).is_match(text)
}

/// All marks in a text, in order. One search for the words; a text without them costs no more.
pub fn find(lines: &Lines<'_>, honoured: Honoured) -> Vec<Mark> {
    find_from(lines, honoured, 0, &[])
}

/// The same for a text that is a part of a larger one: `open` are the regions that hold at `from`, and what begins or
/// ends regions before it is known from them.
pub fn find_from(lines: &Lines<'_>, honoured: Honoured, from: usize, open: &[Mark]) -> Vec<Mark> {
    let mut marks = open.to_vec();
    let bounds = |mark: &Mark| matches!(mark.scope, Scope::Region(_) | Scope::End);
    marks.extend(parsed(lines, honoured).into_iter().filter(|mark| mark.span.start >= from || !bounds(mark)));
    cover(&mut marks);
    region::resolve(&mut marks);
    marks
}

/// The regions that hold at the end of `span`, which begins inside `open` ones, for the part of a text that follows.
pub fn open_after(lines: &Lines<'_>, span: Span, honoured: Honoured, open: &[Mark]) -> Vec<Mark> {
    let text = span.of(lines.text());
    let may_change = if open.is_empty() {
        words::may_open(text, honoured.foreign)
    } else {
        may_hold_marks(text, honoured)
    };
    if !may_change {
        return open.to_vec();
    }
    let mut marks = open.to_vec();
    marks.extend(
        parsed(lines, honoured)
            .into_iter()
            .filter(|mark| span.contains(Span::new(mark.span.start, mark.span.start))),
    );
    region::resolve(&mut marks);
    region::carried(marks)
}

fn parsed(lines: &Lines<'_>, honoured: Honoured) -> Vec<Mark> {
    let text = lines.text();
    let mut marks: Vec<Mark> = Vec::new();
    let mut on_line = (usize::MAX, 0);
    for hit in words::searcher(honoured.foreign).find_iter(text) {
        let line = lines.index(hit.start());
        on_line = if on_line.0 == line { (line, on_line.1 + 1) } else { (line, 1) };
        if on_line.1 <= MOST_ON_A_LINE {
            marks.extend(words::mark_at(lines, line, hit.start(), hit.pattern().as_usize()));
        }
    }
    marks
}

/// What marks do to findings.
#[derive(Debug, Default)]
pub struct Outcome {
    /// For each candidate the mark that suppresses it, as an index into the marks.
    pub by: Vec<Option<usize>>,
    /// For each mark whether there is anything for it to suppress.
    pub used: Vec<bool>,
    /// For each mark whether it stands before what it suppresses, where its own tool wants it behind.
    pub misplaced: Vec<bool>,
}

/// What `marks` do to `candidates`.
///
/// Hand in only matches that would be reported: a mark without ids is spent on the nearest of them.
pub fn suppressed(marks: &[Mark], candidates: &[Candidate<'_>], honoured: Honoured) -> Outcome {
    let none = vec![false; marks.len()];
    let mut outcome = Outcome { by: vec![None; candidates.len()], used: none.clone(), misplaced: none };
    if marks.is_empty() || candidates.is_empty() {
        return outcome;
    }
    let touching = Touching::new(candidates);
    // Our own first: they are spent on one finding, where another tool's take what they touch.
    for own in [true, false] {
        for (index, mark) in marks.iter().enumerate() {
            if (mark.tool == Tool::Leaklint) == own && mark.holds(honoured) {
                mark.suppress(index, candidates, &touching, &mut outcome);
            }
        }
    }
    region::suppress(marks, candidates, honoured, &mut outcome);
    outcome
}

/// Candidates by the lines they touch.
struct Touching {
    /// First and last line of each, in order.
    edges: Vec<(usize, usize)>,
    /// First and last line of those of several lines, in order.
    several: Vec<(usize, usize, usize)>,
}

/// Values of several lines that a line in the middle may lie in: they hardly overlap.
const MOST_OVER_A_LINE: usize = 8;

impl Touching {
    fn new(candidates: &[Candidate<'_>]) -> Self {
        let edges = |(at, one): (usize, &Candidate<'_>)| [(one.first_line, at), (one.last_line, at)];
        let mut edges: Vec<(usize, usize)> = candidates.iter().enumerate().flat_map(edges).collect();
        edges.sort_unstable();
        edges.dedup();
        let several = candidates.iter().enumerate().filter(|(_, one)| one.last_line > one.first_line + 1);
        let mut several: Vec<_> = several.map(|(at, one)| (one.first_line, one.last_line, at)).collect();
        several.sort_unstable();
        Self { edges, several }
    }

    /// The candidates that begin or end on the line.
    fn at_edges(&self, line: usize) -> impl Iterator<Item = usize> + '_ {
        let from = self.edges.partition_point(|&(at, _)| at < line);
        self.edges[from..].iter().take_while(move |&&(at, _)| at == line).map(|&(_, at)| at)
    }

    /// All candidates that touch the line.
    fn all(&self, line: usize) -> impl Iterator<Item = usize> + '_ {
        let to = self.several.partition_point(|&(first, ..)| first < line);
        let over = self.several[..to].iter().rev().take(MOST_OVER_A_LINE);
        self.at_edges(line).chain(over.filter(move |&&(_, last, _)| last > line).map(|&(.., at)| at))
    }
}

impl Mark {
    /// Whether it counts at all.
    pub fn holds(&self, honoured: Honoured) -> bool {
        self.reason.is_some() || !honoured.require_reason
    }

    /// Whether it suppresses whatever any rule finds, more than one finding of it.
    pub fn is_blanket(&self) -> bool {
        self.rules.is_empty() && !matches!(self.scope, Scope::Nearest | Scope::End)
    }

    /// Whether it is for what the candidate's rule finds.
    fn names(&self, candidate: &Candidate<'_>) -> bool {
        self.rules.is_empty() || self.rules.iter().any(|rule| self.tool.means(rule, candidate))
    }

    fn suppress(&self, index: usize, candidates: &[Candidate<'_>], lines: &Touching, outcome: &mut Outcome) {
        let mut take = |at: usize| {
            outcome.by[at].get_or_insert(index);
            outcome.used[index] = true;
        };
        match &self.scope {
            Scope::Nearest => {
                let open = |at: &usize| outcome.by[*at].is_none() && self.reaches(&candidates[*at]);
                let open: Vec<usize> = lines.at_edges(self.covers).filter(open).collect();
                let values = open.iter().map(|&at| candidates[at].value);
                let nearest = values.min_by_key(|value| self.distance(*value));
                let chosen = |at: &&usize| match self.rules.is_empty() {
                    true => Some(candidates[**at].value) == nearest,
                    false => self.names(&candidates[**at]),
                };
                for &at in open.iter().filter(chosen) {
                    outcome.by[at] = Some(index);
                    outcome.used[index] = true;
                }
            }
            Scope::Line => {
                let named = |at: &usize| {
                    let one = &candidates[*at];
                    (self.covers == self.line || one.first_line == self.covers) && self.names(one)
                };
                for at in lines.all(self.covers).filter(named) {
                    take(at);
                    if self.tool == Tool::Trufflehog && candidates[at].value.start >= self.span.end {
                        outcome.misplaced[index] = true;
                    }
                }
            }
            Scope::Around => {
                lines.all(self.line).for_each(&mut take);
                let begins = |at: &usize| candidates[*at].first_line == self.line + 1;
                lines.at_edges(self.line + 1).filter(begins).for_each(&mut take);
                let before = self.line.checked_sub(1);
                let ended = |at: &usize| {
                    let one = &candidates[*at];
                    one.first_line < one.last_line && Some(one.last_line) == before
                };
                before.into_iter().flat_map(|line| lines.at_edges(line)).filter(ended).for_each(take);
            }
            Scope::Region(_) | Scope::End => {}
        }
    }

    /// Whether the candidate, which touches the covered line, is one that the mark may be for.
    fn reaches(&self, candidate: &Candidate<'_>) -> bool {
        if self.covers != self.line {
            return candidate.first_line == self.covers;
        }
        let several_lines = candidate.first_line < candidate.last_line;
        let ends_before = candidate.value.end <= self.span.start;
        match self.closes {
            // The quote must be the one that closes the value; an escaped line end may stand between.
            Some(quote) => {
                let gap = quote.checked_sub(candidate.value.end);
                several_lines && candidate.last_line == self.line && gap.is_some_and(|gap| gap <= 8)
            }
            None if several_lines => candidate.last_line > self.line || ends_before,
            None => !candidate.value.overlaps(self.span),
        }
    }

    /// Order of nearness: the closest before the mark, then the first after it; for the next line its first.
    fn distance(&self, value: Span) -> (bool, usize) {
        let next_line = self.covers != self.line;
        if next_line || value.start > self.span.start {
            return (!next_line, value.start);
        }
        (false, self.span.start - value.start)
    }
}

/// Sets what our own marks of one line cover. One that is alone on its line covers the next line that is no such line
/// itself, so that several can stand above one value; up to [`MOST_ON_A_LINE`] lines of them.
fn cover(marks: &mut [Mark]) {
    let mut below: Option<(usize, usize)> = None;
    for mark in marks.iter_mut().rev().filter(|mark| mark.scope == Scope::Nearest && mark.alone) {
        let stacked = |(line, covers): &(usize, usize)| {
            (*line == mark.line || *line == mark.line + 1) && covers - mark.line <= MOST_ON_A_LINE
        };
        mark.covers = below.filter(stacked).map_or(mark.line + 1, |(_, covers)| covers);
        below = Some((mark.line, mark.covers));
    }
}

#[cfg(test)]
mod scope_tests;
#[cfg(test)]
mod tests;
