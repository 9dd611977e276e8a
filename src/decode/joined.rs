//! String literals that code joins into one: by an operator, by standing side by side or on following lines, by a list
//! that is joined with nothing, and a literal that a backslash carries over the end of its line.
//!
//! Unlike escapes, what is read is decided by the text between the characters, so quotes must be told that open from
//! those that close: lines are taken apart into literals, but only those where a join is likely.

use super::joint::{Joint, Kind};
use super::literal::Literal;
use super::map::{Map, Pieces};
use super::marks::{self, Marks};
use super::{Budget, View, list};
use crate::span::Span;

/// Text before a join that is read with it, in bytes: a name may stand there.
const BEFORE: usize = 2048;

/// Most lines before that of a join that belong to the same expression.
const LINES_BEFORE: usize = 16;

/// Text after the last literal on its line that is read with it, in bytes.
const AFTER: usize = 256;

/// Longest reading in bytes of the text around; a longer join is read in parts.
const LONGEST: usize = 16 * 1024;

/// Most places of one reading where something is left out.
const MOST_EDITS: usize = 256;

/// Longest escape in bytes that may end a piece: `\u0041`.
const LONGEST_ESCAPE: usize = 6;

/// A key is read over line ends and quotes by its own detector.
const PEM: &[u8] = b"-----BEGIN";

/// Something between two pieces: left out, or replaced by the quote that ends the whole.
#[derive(Clone, Copy, Debug)]
pub(super) struct Edit {
    pub(super) span: Span,
    pub(super) with: Option<u8>,
}

impl Edit {
    pub(super) const fn without(start: usize, end: usize) -> Self {
        Self { span: Span::new(start, end), with: None }
    }
}

/// Adds a reading of the lines around every join that makes a longer word of two; `marks` are those of the text.
pub(super) fn read(text: &[u8], marks: &Marks, view: &mut View, budget: &mut Budget) {
    let mut done = 0;
    let mut around = |at: usize| {
        if at >= done {
            let mut region = Region::around(text, at, done);
            region.read();
            done = region.span.end.max(at + 1);
            region.decode(view, budget);
        }
        done
    };
    // A file has one kind of line end.
    let end = memchr::memchr(b'\n', text).unwrap_or(0);
    let line_end: &[u8] = if text[..end].ends_with(b"\r") { b"\r\n" } else { b"\n" };
    let mut read_to = 0;
    for at in marks.joins.iter().map(|at| *at as usize) {
        if text[at] != b'\\' {
            if at >= read_to && may_join(text, at) {
                read_to = around(at);
            }
        } else if text[at + 1..].starts_with(line_end) && carries_word(text, at) {
            around(at);
        }
    }
}

/// True when the backslash at `at` carries a word over the end of its line.
fn carries_word(text: &[u8], at: usize) -> bool {
    carried(text, at).is_some_and(|next| makes_word(text, at, next))
}

fn is_inner(text: &[u8], at: usize) -> bool {
    text.get(at).is_some_and(|byte| marks::is_inner(*byte))
}

/// True when the pieces before `close` and from `next` on make one word: most joins only break a sentence, markup, a line
/// of data in escapes, or compare single characters.
fn makes_word(text: &[u8], close: usize, next: usize) -> bool {
    let Some(last) = close.checked_sub(1) else { return false };
    if !is_inner(text, last) || !is_inner(text, next) {
        return false;
    }
    let escaped = text[close.saturating_sub(LONGEST_ESCAPE)..close].contains(&b'\\');
    let quote = |at: usize| text.get(at).is_some_and(|byte| matches!(byte, b'"' | b'\''));
    let single = quote(last.saturating_sub(1)) && quote(next + 1);
    !escaped && !single
}

/// True when the quote at `at` ends a piece that seems to go on elsewhere.
fn may_join(text: &[u8], at: usize) -> bool {
    if is_inner(text, at.saturating_sub(1))
        && Joint::behind(text, at).is_some_and(|joint| makes_word(text, at, joint.open + 1))
    {
        return true;
    }
    list::is_near(text, at)
}

/// Where a literal goes on behind the backslash at `at` that ends its line: indentation is none of it in most languages
/// that allow this.
pub(super) fn carried(text: &[u8], at: usize) -> Option<usize> {
    let rest = text.get(at + 1..)?;
    let rest = rest.strip_prefix(b"\r").unwrap_or(rest).strip_prefix(b"\n")?;
    let blanks = rest.iter().take(AFTER).take_while(|&&byte| byte == b' ' || byte == b'\t').count();
    Some(text.len() - rest.len() + blanks)
}

/// The lines around a join.
struct Region<'t> {
    text: &'t [u8],
    span: Span,
    /// Where its first literal may begin.
    from: usize,
    /// Sorted and disjoint.
    edits: Vec<Edit>,
    /// True when some join makes a word.
    useful: bool,
}

impl<'t> Region<'t> {
    /// The lines around `at`, from `floor` on.
    fn around(text: &'t [u8], at: usize, floor: usize) -> Self {
        let lowest = floor.max(at.saturating_sub(BEFORE));
        let start_of = |at: usize| memchr::memrchr(b'\n', &text[lowest..at]).map(|end| lowest + end + 1);
        let line = start_of(at);
        let mut start = line.unwrap_or(lowest);
        for _ in 0..LINES_BEFORE {
            if start == lowest || !goes_on(text, start) {
                break;
            }
            start = start_of(start - 1).unwrap_or(lowest);
        }
        // In the middle of a long line nobody knows which quotes open; the one that `at` closes does.
        let inside = line.is_none() && lowest > floor && text[lowest - 1] != b'\n';
        let open = memchr::memrchr(text[at], &text[lowest..at]).filter(|_| inside && text[at] != b'\\');
        let end = end_of_line(text, at);
        Self {
            text,
            span: Span::new(start, end),
            from: open.map_or(start, |open| lowest + open),
            edits: Vec::new(),
            useful: false,
        }
    }

    /// Takes the region apart into literals and notes what stands between those that are joined.
    fn read(&mut self) {
        let limit = self.text.len().min(self.span.start.max(self.from) + LONGEST);
        let mut at = self.from;
        while at < self.span.end && at < limit && self.edits.len() < MOST_EDITS {
            let Some(found) = memchr::memchr3(b'"', b'\'', b'`', &self.text[at..self.span.end]) else {
                return;
            };
            let open = at + found;
            let before = self.edits.len();
            let Some(close) = self.literal(open) else {
                at = open + Literal::not_at(self.text, open);
                continue;
            };
            at = self.list(open, close, before).unwrap_or_else(|| self.chain(open, close, before, limit)) + 1;
            self.span.end = match self.edits.len() > before {
                true => self.span.end.max(end_of_line(self.text, at)),
                false => self.span.end.max(at),
            };
        }
        // What is left is read from outside of a literal on.
        self.span.end = self.span.end.min(at);
    }

    /// Offset of the quote that closes the literal at `open`; what a backslash carries over a line's end is noted.
    fn literal(&mut self, open: usize) -> Option<usize> {
        let literal = Literal::at(self.text, open)?;
        for &at in &literal.carried {
            let Some(next) = carried(self.text, at) else { continue };
            self.edits.push(Edit::without(at, next.min(literal.close)));
            self.useful |= makes_word(self.text, at, next);
        }
        Some(literal.close)
    }

    /// Follows the literals joined to the one from `open` to `close`; gives the quote that closes the last. `before` is
    /// the number of edits before it.
    fn chain(&mut self, open: usize, close: usize, before: usize, limit: usize) -> usize {
        let text = self.text;
        let quote = text[open];
        let mut last = close;
        while let Some(joint) = Joint::behind(text, last).filter(|_| self.edits.len() < MOST_EDITS) {
            let doubtful = matches!(joint.kind, Kind::Below | Kind::Dot);
            if joint.open >= limit || doubtful && !is_value(&text[self.span.start..open]) {
                break;
            }
            let kept = self.edits.len();
            self.edits.push(Edit::without(last, joint.open + 1));
            let useful = self.useful;
            let next = self.literal(joint.open).filter(|&next| {
                let other = text[joint.open] != quote;
                let breaks = other && memchr::memchr(quote, &text[joint.open + 1..next]).is_some();
                let key = joint.kind == Kind::Below && is_key(text, next);
                !breaks && !key
            });
            let Some(next) = next else {
                self.edits.truncate(kept);
                self.useful = useful;
                break;
            };
            self.useful |= makes_word(text, last, joint.open + 1);
            last = next;
        }
        if last > close {
            self.edits.splice(before..before, lead(text, self.span.start, open));
            self.close(quote, last);
        }
        last
    }

    /// The literals of a list that begins with the one from `open` to `close`, when they are joined with nothing.
    fn list(&mut self, open: usize, close: usize, before: usize) -> Option<usize> {
        let text = self.text;
        let list = list::List::of(text, self.span.start, open, close)?;
        let fits = list.literals.iter().skip(1).all(|literal| {
            let inside = &text[literal.open + 1..literal.close];
            text[literal.open] == text[open] || memchr::memchr(text[open], inside).is_none()
        });
        if !fits || list.literals.len() > MOST_EDITS {
            return None;
        }
        self.edits.truncate(before);
        self.edits.push(Edit::without(list.start, open));
        for pair in list.literals.windows(2) {
            self.edits.push(Edit::without(pair[0].close, pair[1].open + 1));
            self.useful |= makes_word(text, pair[0].close, pair[1].open + 1);
        }
        let last = list.literals.last().map_or(close, |literal| literal.close);
        self.close(text[open], last);
        self.edits.push(Edit::without(last + 1, list.end));
        Some(list.end - 1)
    }

    /// The whole ends with the quote that it began with.
    fn close(&mut self, quote: u8, last: usize) {
        if self.text[last] != quote {
            self.edits.push(Edit { span: Span::new(last, last + 1), with: Some(quote) });
        }
    }

    /// Writes the reading, when there is something new in it.
    fn decode(self, view: &mut View, budget: &mut Budget) {
        let Self { text, span, edits, useful, .. } = self;
        let key = || memchr::memmem::find(span.of(text), PEM).is_some();
        if !useful || key() || !budget.take(span.len() + edits.len() * Pieces::COST) {
            return;
        }
        let start = view.end();
        let mut pieces = Pieces::from(span.start);
        let mut copied = span.start;
        for edit in edits {
            view.extend(&text[copied..edit.span.start]);
            let with = edit.with.as_slice();
            pieces.push(view.end() - start, edit.span.start, 1, (edit.span.len(), with.len()));
            view.extend(with);
            copied = edit.span.end;
        }
        view.extend(&text[copied..span.end.max(copied)]);
        view.close(start, Span::new(span.start, span.end.max(copied)), None, false, Map::Pieces(pieces));
    }
}

/// True when the line that begins at `start` goes on with what the line before it began.
fn goes_on(text: &[u8], start: usize) -> bool {
    let line = &text[start..text.len().min(start + AFTER)];
    let blanks = line.iter().take_while(|&&byte| byte == b' ' || byte == b'\t').count();
    let before = text[..start - 1].strip_suffix(b"\r").unwrap_or(&text[..start - 1]);
    let first = &line[blanks..];
    let letters = first.iter().take(2).take_while(|byte| byte.is_ascii_alphabetic()).count();
    before.ends_with(b"\\")
        || first.first().is_some_and(|byte| b"+.&~<]".contains(byte))
        || matches!(first.get(letters), Some(b'"' | b'\''))
}

/// End of the line that holds `at`, or of as much of it as is read.
fn end_of_line(text: &[u8], at: usize) -> usize {
    let at = at.min(text.len());
    let limit = text.len().min(at + AFTER);
    memchr::memchr(b'\n', &text[at..limit]).map_or(limit, |length| at + length)
}

/// What stands before the quote of a literal: its letters and white space left out.
fn before_literal(before: &[u8]) -> &[u8] {
    let letters = before.iter().rev().take(2).take_while(|b| b"bBrRfFuULN".contains(b)).count();
    let bare = &before[..before.len() - letters];
    if bare.last().is_some_and(u8::is_ascii_alphanumeric) { before } else { bare }.trim_ascii_end()
}

/// True when the text before a literal gives it to something, and is neither a shell's word nor a list.
fn is_value(before: &[u8]) -> bool {
    let bare = before_literal(before);
    let bare = bare.strip_suffix(b"\\").map_or(bare, <[u8]>::trim_ascii_end);
    match bare.last() {
        Some(b'=') => bare.len() < before.len(),
        Some(b'(') => {
            // `f(`, `x = (`; not `import (`, `names=(` (a shell's list), `'(` (Lisp's).
            let outside = &bare[..bare.len() - 1];
            let word = outside.trim_ascii_end();
            let called =
                word.last().is_some_and(|byte| byte.is_ascii_alphanumeric() || b"_!)".contains(byte));
            if word.len() == outside.len() { called } else { !called }
        }
        _ => false,
    }
}

/// True when the literal that ends at `close` is given something itself.
fn is_key(text: &[u8], close: usize) -> bool {
    let rest = text[close + 1..].iter().take(AFTER).find(|byte| !matches!(byte, b' ' | b'\t'));
    matches!(rest, Some(b':' | b'='))
}

/// White space and a line end between a parenthesis and the literal at `open`: left out.
fn lead(text: &[u8], start: usize, open: usize) -> Option<Edit> {
    let bare = before_literal(&text[start..open]);
    let gap = Span::new(start + bare.len(), open);
    let broken = memchr::memchr(b'\n', gap.of(text)).is_some();
    (broken && bare.ends_with(b"(")).then(|| Edit::without(gap.start, open))
}
