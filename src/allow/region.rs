//! Regions: what lies between a mark that turns rules off and the one that turns them on again, or the end of the file.
//! Apart from marks of lines because they reach as far as the file, which may come in parts.

use super::words::Tool;
use super::{Candidate, Honoured, Mark, Outcome, Scope};
use crate::span::Span;

/// Regions that are open at once; what would open one more is no mark.
const MOST_OPEN: usize = 32;
/// Rules that are turned on again inside one region; the next one ends it.
const MOST_ENDS: usize = 64;

/// Where a region ends.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Region {
    /// Offsets of the marks that end it, for one rule each or for all, in order.
    ends: Vec<(Option<String>, usize)>,
    /// Nothing ends it, as far as the text goes.
    pub open: bool,
    /// It was open when the text began.
    carried: bool,
    /// Where nothing is left of it.
    closed: Option<usize>,
}

impl Region {
    /// Whether all of `value` lies in the region that `mark` begins, for what its rule finds.
    fn covers(&self, mark: &Mark, candidate: &Candidate<'_>) -> bool {
        let ends = |(rule, _): &&(Option<String>, usize)| {
            rule.as_ref().is_none_or(|rule| mark.tool.means(rule, candidate))
        };
        let end = self.ends.iter().find(ends).map(|(_, at)| *at);
        (self.carried || candidate.value.start >= mark.span.end)
            && end.is_none_or(|end| candidate.value.end <= end)
    }

    /// Ends it at `at` for `rules`, or for all when there are none; true when nothing is left of it.
    fn end(&mut self, own: &[String], rules: &[String], at: usize) -> bool {
        if rules.is_empty() || self.ends.len() >= MOST_ENDS {
            self.ends.push((None, at));
            self.closed = Some(at);
            return true;
        }
        self.ends.extend(rules.iter().map(|rule| (Some(rule.clone()), at)));
        let ended = |rule: &String| self.ends.iter().any(|(ended, _)| ended.as_ref() == Some(rule));
        let all = !own.is_empty() && own.iter().all(ended);
        self.closed = all.then_some(at);
        all
    }
}

/// Finds out where each region ends. The marks are in order, those carried from an earlier part first.
pub(super) fn resolve(marks: &mut Vec<Mark>) {
    let mut open: Vec<usize> = Vec::new();
    let mut surplus: Vec<usize> = Vec::new();
    for index in 0..marks.len() {
        match &marks[index].scope {
            Scope::Region(_) if open.len() < MOST_OPEN => open.push(index),
            Scope::Region(_) => surplus.push(index),
            Scope::End => {
                let (tool, rules, at) =
                    (marks[index].tool, marks[index].rules.clone(), marks[index].span.start);
                open.retain(|&opened| !ends(&mut marks[opened], tool, &rules, at));
            }
            _ => {}
        }
    }
    for opened in open {
        if let Scope::Region(region) = &mut marks[opened].scope {
            region.open = true;
        }
    }
    let mut index = 0;
    marks.retain(|_| {
        index += 1;
        surplus.binary_search(&(index - 1)).is_err()
    });
}

fn ends(mark: &mut Mark, tool: Tool, rules: &[String], at: usize) -> bool {
    match &mut mark.scope {
        Scope::Region(region) if mark.tool == tool => region.end(&mark.rules, rules, at),
        _ => false,
    }
}

/// Those of resolved marks whose regions go on behind the text, as the next part of it needs them.
pub(super) fn carried(marks: Vec<Mark>) -> Vec<Mark> {
    let open = marks.into_iter().filter_map(|mut mark| match &mut mark.scope {
        Scope::Region(region) if region.open => {
            region.ends.iter_mut().for_each(|(_, at)| *at = 0);
            (region.open, region.carried) = (false, true);
            mark.span = Span::default();
            (mark.line, mark.covers) = (0, 0);
            Some(mark)
        }
        _ => None,
    });
    open.collect()
}

/// Suppresses what lies in regions. One pass over both, in order: only few regions are open at once.
pub(super) fn suppress(
    marks: &[Mark],
    candidates: &[Candidate<'_>],
    honoured: Honoured,
    outcome: &mut Outcome,
) {
    let mut order: Vec<usize> = (0..candidates.len()).collect();
    order.sort_by_key(|&at| candidates[at].value.start);
    let mut coming = marks.iter().enumerate().filter(|(_, mark)| mark.holds(honoured)).peekable();
    let mut open: Vec<(usize, &Mark, &Region)> = Vec::new();
    for at in order {
        let candidate = &candidates[at];
        while let Some((index, mark)) = coming.next_if(|(_, mark)| mark.span.end <= candidate.value.start) {
            if let Scope::Region(region) = &mark.scope {
                open.push((index, mark, region));
            }
        }
        open.retain(|(_, _, region)| region.closed.is_none_or(|end| end > candidate.value.start));
        for &(index, mark, region) in &open {
            if mark.names(candidate) && region.covers(mark, candidate) {
                outcome.by[at].get_or_insert(index);
                outcome.used[index] = true;
            }
        }
    }
}
