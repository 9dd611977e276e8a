//! Allow marks: `leaklint:allow` in a comment, with optional rule ids and `-- reason`.
//!
//! A mark after code covers its own line, a mark alone on a line the next one. Without rule ids it suppresses at most
//! the nearest finding, so that a second secret on the line is still reported. Everything doubtful is no mark: then the
//! finding is shown, which is the error that somebody notices. `docs/allow.md` describes it for users.

mod comment;

use crate::span::{Lines, Span};
use comment::Comment;

/// The words of a mark.
const WORDS: &[u8] = b"leaklint:allow";
/// Marks looked at on one line, and ids in one mark: nobody writes more, and a planted line stays cheap.
const MOST_ON_A_LINE: usize = 8;
const MOST_RULES: usize = 32;

/// One mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// From the first byte of `leaklint:allow` to the end of what belongs to it.
    pub span: Span,
    /// Line that it stands on: 0-based index in its text, as [`Lines::index`] counts.
    pub line: usize,
    /// Line that it covers, counted likewise.
    pub covers: usize,
    /// Nothing else stands on its line.
    pub alone: bool,
    /// Ids of the rules that it is for; empty: whichever found the nearest.
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
}

impl<'r> Candidate<'r> {
    /// The candidate of `value` in the text of `lines`.
    pub fn new(lines: &Lines<'_>, value: Span, rule_id: &'r str) -> Self {
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
        Self { value, first_line, last_line, rule_id }
    }
}

/// Whether a text holds the words of a mark at all: one search.
pub fn may_hold_marks(text: &[u8]) -> bool {
    memchr::memmem::find(text, WORDS).is_some()
}

/// All marks in a text, in order. One search for the words; a text without them costs no more.
pub fn find(lines: &Lines<'_>) -> Vec<Mark> {
    let text = lines.text();
    let mut marks: Vec<Mark> = Vec::new();
    let mut on_line = (usize::MAX, 0);
    for at in memchr::memmem::find_iter(text, WORDS) {
        let line = lines.index(at);
        on_line = if on_line.0 == line { (line, on_line.1 + 1) } else { (line, 1) };
        if on_line.1 <= MOST_ON_A_LINE {
            marks.extend(mark_at(text, lines.line(line), line, at));
        }
    }
    cover(&mut marks);
    marks
}

/// For each candidate the mark that suppresses it, as an index into `marks`.
///
/// Hand in only matches that would be reported: a mark without ids is spent on the nearest of them.
pub fn suppressed(marks: &[Mark], candidates: &[Candidate<'_>]) -> Vec<Option<usize>> {
    let mut by = vec![None; candidates.len()];
    if marks.is_empty() || candidates.is_empty() {
        return by;
    }
    let edges = |(at, one): (usize, &Candidate<'_>)| [(one.first_line, at), (one.last_line, at)];
    let mut on_lines: Vec<(usize, usize)> = candidates.iter().enumerate().flat_map(edges).collect();
    on_lines.sort_unstable();
    on_lines.dedup();
    for (index, mark) in marks.iter().enumerate() {
        let from = on_lines.partition_point(|&(line, _)| line < mark.covers);
        let here = on_lines[from..].iter().take_while(|&&(line, _)| line == mark.covers);
        let open: Vec<usize> =
            here.map(|&(_, at)| at).filter(|&at| by[at].is_none() && mark.reaches(&candidates[at])).collect();
        if mark.rules.is_empty() {
            let nearest =
                open.iter().map(|&at| candidates[at].value).min_by_key(|value| mark.distance(*value));
            let same = |at: &&usize| Some(candidates[**at].value) == nearest;
            open.iter().filter(same).for_each(|&at| by[at] = Some(index));
        } else {
            let named = |at: &&usize| mark.rules.iter().any(|rule| rule == candidates[**at].rule_id);
            open.iter().filter(named).for_each(|&at| by[at] = Some(index));
        }
    }
    by
}

impl Mark {
    /// Whether the candidate, which touches the covered line, is one that the mark may be for.
    fn reaches(&self, candidate: &Candidate<'_>) -> bool {
        if self.alone {
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
        if self.alone || value.start > self.span.start {
            return (!self.alone, value.start);
        }
        (false, self.span.start - value.start)
    }
}

/// Sets what each mark covers. A mark alone on its line covers the next line that is no such line itself, so that
/// several can stand above one value; up to [`MOST_ON_A_LINE`] lines of them.
fn cover(marks: &mut [Mark]) {
    let mut below: Option<(usize, usize)> = None;
    for mark in marks.iter_mut().rev() {
        mark.covers = mark.line;
        if mark.alone {
            let stacked = |(line, covers): &(usize, usize)| {
                (*line == mark.line || *line == mark.line + 1) && covers - mark.line <= MOST_ON_A_LINE
            };
            mark.covers = below.filter(stacked).map_or(mark.line + 1, |(_, covers)| covers);
            below = Some((mark.line, mark.covers));
        }
    }
}

fn mark_at(text: &[u8], line: Span, index: usize, at: usize) -> Option<Mark> {
    if at + WORDS.len() > line.end {
        return None;
    }
    let comment = Comment::around(line.of(text), at - line.start)?;
    let (rules, reason) = rules_and_reason(&comment.content[WORDS.len()..])?;
    Some(Mark {
        span: Span::new(at, at + comment.content.trim_ascii_end().len()),
        line: index,
        covers: index,
        alone: comment.alone,
        rules,
        reason,
        closes: comment.closes.map(|quote| line.start + quote),
    })
}

/// Rule ids and reason in what follows the words of a mark; `None` when it is something else.
fn rules_and_reason(rest: &[u8]) -> Option<(Vec<String>, Option<String>)> {
    // `leaklint:allowed` and `leaklint:allow-something` are other words.
    if rest.first().is_some_and(|byte| !byte.is_ascii_whitespace()) {
        return None;
    }
    let mut rules = Vec::new();
    let mut rest = rest.trim_ascii();
    while !rest.is_empty() {
        let end = rest.iter().position(|b| b.is_ascii_whitespace() || *b == b',').unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        if word == b"--" {
            let reason = String::from_utf8_lossy(after.trim_ascii()).into_owned();
            return Some((rules, Some(reason).filter(|reason| !reason.is_empty())));
        }
        if word.starts_with(b"#") || word.starts_with(b"//") {
            // Another comment's mark, for another tool.
            break;
        }
        if !is_rule_id(word) || rules.len() == MOST_RULES {
            return None;
        }
        rules.push(String::from_utf8_lossy(word).into_owned());
        let separator = after.iter().take_while(|b| b.is_ascii_whitespace() || **b == b',').count();
        rest = &after[separator..];
    }
    Some((rules, None))
}

/// kebab-case, as rules are named.
fn is_rule_id(word: &[u8]) -> bool {
    word.first().is_some_and(u8::is_ascii_alphanumeric)
        && word.iter().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || *b == b'-')
}

#[cfg(test)]
mod tests;
