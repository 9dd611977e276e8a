//! Services' names around values: the words of the text there, each read once, joined and looked up.

use std::collections::VecDeque;

use crate::catalogue::near::{MOST_WORDS, Name, Names, SHORTEST_NAME};
use crate::runs::Run;
use crate::span::Span;

use super::{Place, words};

/// How far before a value its line counts, in bytes.
const BEFORE: usize = 120;

/// How far behind it, in bytes.
const BEHIND: usize = 80;

/// How much of each line before counts, in bytes: its end.
const LINE: usize = 160;

/// Lines before the value's that count.
const LINES: usize = 2;

/// No name that counts begins further back than this, in bytes.
const BACK: usize = BEFORE + (LINE + 2) * LINES;

/// How far behind the last word that is asked for its neighbours are read, in bytes.
const NEIGHBOURS: usize = 64;

/// A service's name in the text.
pub(super) struct Hit<'c> {
    pub(super) span: Span,
    /// Letters and digits of the name.
    pub(super) letters: usize,
    pub(super) name: &'c Name,
    /// Where the value begins in whose own name it stands.
    owner: Option<usize>,
}

/// The services' names around the values of a text.
pub(super) struct Services<'c, 't> {
    text: &'t [u8],
    names: &'c Names,
    hits: VecDeque<Hit<'c>>,
    /// The names that begin before this are among the hits, or too far back.
    read: usize,
    words: Vec<Word>,
    letters: Vec<u8>,
}

/// A word of the text, and its place among the letters of all words read with it.
struct Word {
    span: Span,
    letters: Span,
    gap: Gap,
}

/// What stands between a word and the one before.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Gap {
    /// Nothing (`aB`), or a single `_` or `-`: also within a word of a service's name.
    Joint,
    /// A blank, a dot: only between the words of a name.
    Blank,
    /// More than stands within a name.
    Far,
}

impl<'c, 't> Services<'c, 't> {
    pub(super) fn new(text: &'t [u8], names: &'c Names) -> Self {
        Self { text, names, hits: VecDeque::new(), read: 0, words: Vec::new(), letters: Vec::new() }
    }

    /// Forgets what is too far back for values in `run`; runs come in the order of the text.
    pub(super) fn enter(&mut self, run: &Run) {
        let back = run.span.start.saturating_sub(BACK);
        while self.hits.front().is_some_and(|hit| hit.span.start < back) {
            self.hits.pop_front();
        }
        self.read = self.read.max(back);
    }

    /// The names that count for a value in the run that was entered, whose own name is `own`. A name within the own name
    /// of another value belongs to that one.
    pub(super) fn around(&mut self, value: Span, own: Option<Span>) -> impl Iterator<Item = &Hit<'c>> {
        let from = before(self.text, value.start);
        let to = behind(self.text, value.end);
        if self.read < to {
            self.read_to(to);
        }
        for hit in &mut self.hits {
            if own.is_some_and(|own| own.contains(hit.span)) {
                hit.owner = Some(value.start);
            }
        }
        let free = move |hit: &Hit<'_>| hit.owner.is_none_or(|owner| owner == value.start);
        let counts =
            move |hit: &Hit<'_>| hit.span.start >= from && hit.span.end <= to && !hit.span.overlaps(value);
        self.hits.iter().filter(move |hit| free(hit) && counts(hit))
    }

    /// Where a name stands from `value`, whose own name is `own`.
    pub(super) fn place(text: &[u8], service: Span, value: Span, own: Option<Span>) -> Place {
        let between = service.end.min(value.start)..value.start;
        match own {
            Some(own) if own.contains(service) => Place::OwnName,
            _ if memchr::memchr(b'\n', &text[between]).is_some() => Place::LineBefore,
            _ => Place::SameLine,
        }
    }

    /// Looks up the names that begin before `to`.
    fn read_to(&mut self, to: usize) {
        let from = std::mem::replace(&mut self.read, to);
        self.split(from, to);
        for first in 0..self.words.len() {
            let word = &self.words[first];
            if word.span.start >= to {
                return;
            }
            if self.names.may_begin(&self.letters[word.letters.start..]) {
                self.look_up(first);
            }
        }
    }

    /// The words that begin from `from` to `to`, and those behind that may belong to a name with them.
    fn split(&mut self, from: usize, to: usize) {
        self.words.clear();
        self.letters.clear();
        let end = self.text.len().min(to + NEIGHBOURS);
        let mut at = from;
        while at < end && words::goes_on(self.text, at) {
            at += 1;
        }
        while let Some(span) = words::next(self.text, at, end) {
            let gap = match &self.text[at..span.start] {
                [] | [b'_' | b'-'] => Gap::Joint,
                between if between.len() > 3 || between.contains(&b'\n') => Gap::Far,
                _ => Gap::Blank,
            };
            let start = self.letters.len();
            self.letters.extend(span.of(self.text).iter().map(u8::to_ascii_lowercase));
            self.words.push(Word { span, letters: Span::new(start, self.letters.len()), gap });
            at = span.end;
        }
    }

    /// Notes every name that begins with the word number `first`.
    fn look_up(&mut self, first: usize) {
        let start = self.words[first].letters.start;
        // Lengths after which the text, but perhaps not the name, has a blank.
        let mut blanks = [0; MOST_WORDS];
        let mut blank_count = 0;
        for last in first..self.words.len().min(first + MOST_WORDS) {
            let word = &self.words[last];
            if last > first && word.gap == Gap::Far {
                return;
            }
            if last > first && word.gap == Gap::Blank {
                blanks[blank_count] = word.letters.start - start;
                blank_count += 1;
            }
            let letters = &self.letters[start..word.letters.end];
            let tail = &self.letters[word.letters.start..word.letters.end];
            let stem = letters.len() - tail.len() + words::stem(tail).len();
            for length in [letters.len(), stem] {
                let Some(name) = self.names.get(&letters[..length]) else { continue };
                if blanks[..blank_count].iter().all(|&at| name.breaks_after(at)) {
                    let end = word.span.end - (letters.len() - length);
                    let span = Span::new(self.words[first].span.start, end);
                    self.hits.push_back(Hit { span, letters: length, name, owner: None });
                }
                if stem == letters.len() || stem < SHORTEST_NAME {
                    break;
                }
            }
        }
    }
}

/// Where the text begins that counts for a value at `value`: on its line, or up to [`LINES`] before.
fn before(text: &[u8], value: usize) -> usize {
    let mut from = value.saturating_sub(BEFORE);
    let mut end = match memchr::memrchr(b'\n', &text[from..value]) {
        Some(found) => from + found,
        None => return from,
    };
    for _ in 0..LINES {
        from = end.saturating_sub(LINE);
        match memchr::memrchr(b'\n', &text[from..end]) {
            Some(found) => end = from + found,
            None => return from,
        }
    }
    end
}

/// Where the text ends that counts for a value that ends at `value`: on its line.
fn behind(text: &[u8], value: usize) -> usize {
    let to = text.len().min(value + BEHIND);
    memchr::memchr(b'\n', &text[value..to]).map_or(to, |found| value + found)
}
