//! The parts of a run that may be a value: the whole, and what its separators part.

use crate::runs::{MARKS, Run, SHORTEST};
use crate::span::Span;

use super::kinds::{self, Kinds};

/// Longer runs are data.
const LONGEST_RUN: usize = 4096;

/// Length in bytes from which a run that is a value as a whole may be a line of wrapped base64: PEM's is 64.
const LINE: usize = 60;

/// Longest word of a prefix in bytes.
const LONGEST_PREFIX: usize = 16;

/// Shortest word that makes a part a path, in bytes; base64 has as short ones by chance.
const PATH_WORD: usize = 4;

/// One in so many bytes of a path stands in such a word.
const PATH_SHARE: usize = 16;

/// A run is taken whole first; then more and more separators part it.
const LEVELS: [&[u8]; 5] = [b"", b"=", b":", b"/", b".~+"];

/// Bytes that part a run at no level.
const NEVER: u8 = LEVELS.len() as u8;

/// For each byte the first level at which it parts a run.
static PARTS_AT: [u8; 256] = {
    let mut table = [NEVER; 256];
    let mut level = 0;
    while level < LEVELS.len() {
        let mut at = 0;
        while at < LEVELS[level].len() {
            table[LEVELS[level][at] as usize] = level as u8;
            at += 1;
        }
        level += 1;
    }
    table
};

/// Runs without such parts that are remembered.
const REMEMBERED: usize = 16;

/// Letters that a generated value has at least: a time (`2026-01-02T03:04:05Z`) has two.
const FEWEST_LETTERS: u32 = 3;

/// Finds the parts of the runs of one text.
#[derive(Default)]
pub(in crate::detect) struct Pieces {
    found: Vec<Span>,
    /// Where the marks of the run stand.
    marks: Vec<usize>,
    /// The kinds of the run's bytes, once they are asked for, where it is short enough.
    kinds: Option<Kinds>,
    /// Some of the last runs that have no such parts: lines repeat words, paths and names of programs.
    without: [Span; REMEMBERED],
}

impl Pieces {
    /// The parts of `run` that mix letters and digits as generated values do: wider ones first. `may_be` says for a length
    /// in bytes and marks (a bit for each of [`MARKS`]) whether a part can be a value; it holds for none if it does for some.
    pub(in crate::detect) fn of(
        &mut self,
        text: &[u8],
        run: &Run,
        may_be: impl Fn(usize, u8) -> bool,
    ) -> &[Span] {
        self.found.clear();
        if run.digits < 2 || run.letters() < FEWEST_LETTERS || run.span.len() > LONGEST_RUN {
            return &self.found;
        }
        let bytes = run.span.of(text);
        let known = (bytes.len() + usize::from(bytes[0]) + usize::from(bytes[bytes.len() - 1])) % REMEMBERED;
        if self.without[known].of(text) == bytes {
            return &self.found;
        }
        self.search(text, run, may_be);
        if self.found.is_empty() {
            self.without[known] = run.span;
        }
        &self.found
    }

    fn search(&mut self, text: &[u8], run: &Run, may_be: impl Fn(usize, u8) -> bool) {
        self.kinds = None;
        self.find_marks(text, run);
        // Where none of a level's own separators stands, its parts are those of the level before.
        for level in (0..NEVER).filter(|&level| level == 0 || run.marks & SEPARATORS[usize::from(level)] != 0)
        {
            // A long line of base64: its slashes part nothing.
            let whole = self.found.first() == Some(&run.span);
            if level >= PARTS_AT[usize::from(b'/')] && whole && run.span.len() >= LINE {
                break;
            }
            let mut start = run.span.start;
            let mut at = 0;
            while start + SHORTEST <= run.span.end {
                let part = Span::new(start, self.end(text, run.span, level, &mut at));
                start = part.end + 1;
                if part.len() >= SHORTEST {
                    self.add(text, run.span, part, &may_be);
                }
            }
        }
    }

    fn find_marks(&mut self, text: &[u8], run: &Run) {
        self.marks.clear();
        if run.marks == 0 {
            return;
        }
        for start in (run.span.start..run.span.end).step_by(kinds::MOST) {
            let length = kinds::MOST.min(run.span.end - start);
            let kinds = Kinds::of(&text[start..]).up_to(length);
            if length == run.span.len() {
                self.kinds = Some(kinds);
            }
            let mut others = !kinds.all() & Kinds::first(length);
            while others != 0 {
                self.marks.push(start + others.trailing_zeros() as usize);
                others &= others - 1;
            }
        }
    }

    /// Where the part ends at `level` before which `at` marks were gone over; `=` at the end of a run pads base64.
    fn end(&self, text: &[u8], run: Span, level: u8, at: &mut usize) -> usize {
        while let Some(&mark) = self.marks.get(*at) {
            *at += 1;
            let pads = || text[mark] == b'=' && matches!(&text[mark + 1..run.end], [] | [b'=']);
            if PARTS_AT[usize::from(text[mark])] <= level && level > 0 && !pads() {
                return mark;
            }
        }
        run.end
    }

    fn add(&mut self, text: &[u8], run: Span, part: Span, may_be: impl Fn(usize, u8) -> bool) {
        let part = trimmed(text, part);
        if part.len() < SHORTEST || !may_be(part.len(), 0) {
            return;
        }
        let marks = self.marks_in(text, part);
        if may_be(part.len(), marks)
            && self.is_generated(text, run, part, marks)
            && !self.found.contains(&part)
        {
            self.found.push(part);
        }
    }

    /// The marks of a part, a bit for each of [`MARKS`].
    fn marks_in(&self, text: &[u8], part: Span) -> u8 {
        let first = self.marks.partition_point(|&mark| mark < part.start);
        let inside = self.marks[first..].iter().take_while(|&&mark| mark < part.end);
        inside.fold(0, |marks, &mark| marks | MARK_BITS[usize::from(text[mark])])
    }

    fn is_generated(&mut self, text: &[u8], run: Span, part: Span, marks: u8) -> bool {
        let mut mixed = self.is_mixed(text, run, part, marks);
        if !mixed && marks & WORDS != 0 {
            let body = Span::new(part.end - body(part.of(text)).len(), part.end);
            mixed = body.len() < part.len() && self.is_mixed(text, run, body, self.marks_in(text, body));
        }
        mixed && (marks & SLASH == 0 || !is_path(part.of(text)))
    }

    /// [`is_mixed`] for a part with these marks, by [`Kinds`] where it is short enough.
    fn is_mixed(&mut self, text: &[u8], run: Span, part: Span, marks: u8) -> bool {
        let joined = marks & JOINTS != 0;
        if part.len() > kinds::MOST {
            return is_mixed(part.of(text), joined);
        }
        let kinds = if run.len() > kinds::MOST {
            Kinds::of(&text[part.start..])
        } else {
            self.kinds.get_or_insert_with(|| Kinds::of(&text[run.start..])).from(part.start - run.start)
        };
        let kinds = kinds.up_to(part.len());
        let kinds = if marks == 0 { kinds } else { kinds.closed_up(part.len()) };
        let change = kinds.changes();
        mixes(kinds.digits.count_ones(), kinds.lower.count_ones(), kinds.upper.count_ones(), change, joined)
    }
}

/// For each level the marks that part a run at it, but at none before.
static SEPARATORS: [u8; NEVER as usize] = {
    let mut separators = [0; NEVER as usize];
    let mut at = 0;
    while at < MARKS.len() {
        let level = PARTS_AT[MARKS[at] as usize];
        if level < NEVER {
            separators[level as usize] |= 1 << at;
        }
        at += 1;
    }
    separators
};

/// For each byte the bit of its mark.
static MARK_BITS: [u8; 256] = {
    let mut bits = [0; 256];
    let mut at = 0;
    while at < MARKS.len() {
        bits[MARKS[at] as usize] = 1 << at;
        at += 1;
    }
    bits
};

const SLASH: u8 = MARK_BITS[b'/' as usize];
/// What parts the words of a prefix.
const WORDS: u8 = MARK_BITS[b'_' as usize] | MARK_BITS[b'-' as usize];
/// What joins the words of a name.
const JOINTS: u8 = WORDS | MARK_BITS[b'.' as usize] | MARK_BITS[b'~' as usize];

/// Without the marks around it that belong to the sentence or the statement: `=value`, `value.`, `value:`.
fn trimmed(text: &[u8], part: Span) -> Span {
    let bytes = part.of(text);
    let front = bytes.iter().take_while(|b| b"=:.~".contains(b)).count();
    let back = bytes[front..].iter().rev().take_while(|b| b".:~".contains(b)).count();
    Span::new(part.start + front, part.end - back)
}

/// Begins as an address does, or has plain words between slashes: more of them than chance puts into long base64.
fn is_path(part: &[u8]) -> bool {
    let plain = |word: &&[u8]| {
        let rest = word.get(1..).unwrap_or(word);
        word.len() >= PATH_WORD && word[0].is_ascii_alphabetic() && rest.iter().all(u8::is_ascii_lowercase)
    };
    let letters = || part.split(|&b| b == b'/').filter(plain).map(<[u8]>::len).sum::<usize>() * PATH_SHARE;
    part.starts_with(b"//") || part.contains(&b'/') && letters() >= part.len()
}

/// What stands behind a prefix of plain words (`sk_live_…`, `private-…`).
fn body(mut part: &[u8]) -> &[u8] {
    while let Some(end) = part.iter().position(|b| b"_-".contains(b)) {
        let word = &part[..end];
        let plain = word.iter().all(u8::is_ascii_lowercase) || word.iter().all(u8::is_ascii_uppercase);
        if !plain || word.len() > LONGEST_PREFIX {
            break;
        }
        part = &part[end + 1..];
    }
    part
}

/// At least two letters and two digits, which change places as often as chance would have it: no words with a number at
/// their end, no version, no date.
fn mixes(digits: u32, lower: u32, upper: u32, changes: u32, joined: bool) -> bool {
    // Of one case only, fewer neighbours differ; where words are joined, more must.
    let rare = match (lower > 0 && upper > 0, joined) {
        (true, true) => 5,
        (true, false) => 7,
        (false, _) => 9,
    };
    digits >= 2 && lower + upper >= 2 && changes * rare >= digits + lower + upper
}

/// Whether it [`mixes`], byte by byte.
fn is_mixed(part: &[u8], joined: bool) -> bool {
    let mut counts = [0; 8];
    let (mut changes, mut before) = (0, 0);
    for &byte in part {
        let kind = KINDS[usize::from(byte)];
        if kind == 0 {
            continue;
        }
        counts[usize::from(kind)] += 1;
        // A capital at the start of a word is no change.
        changes += u32::from(before != 0 && before != kind && (before, kind) != (UPPER, LOWER));
        before = kind;
    }
    let [digits, lower, upper] = [DIGIT, LOWER, UPPER].map(|kind| counts[usize::from(kind)]);
    mixes(digits, lower, upper, changes, joined)
}

const DIGIT: u8 = 1;
const LOWER: u8 = 2;
const UPPER: u8 = 4;

/// The kind of each byte, 0 for marks. Branches on random values would be guessed wrong every other time.
static KINDS: [u8; 256] = {
    let mut kinds = [0; 256];
    let mut byte = b'0';
    while byte <= b'z' {
        kinds[byte as usize] = match byte {
            b'0'..=b'9' => DIGIT,
            b'a'..=b'z' => LOWER,
            b'A'..=b'Z' => UPPER,
            _ => 0,
        };
        byte += 1;
    }
    kinds
};

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::runs;

    /// The same, one byte after the other.
    fn naive(text: &[u8], run: &Run) -> Vec<Span> {
        let mut found = Vec::new();
        if run.digits < 2 || run.letters() < FEWEST_LETTERS || run.span.len() > LONGEST_RUN {
            return found;
        }
        for level in 0..NEVER {
            if level >= PARTS_AT[usize::from(b'/')]
                && found.first() == Some(&run.span)
                && run.span.len() >= LINE
            {
                break;
            }
            let pads = |at: usize| {
                text[at] == b'=' && (at + 1 == run.span.end || at + 2 == run.span.end && text[at + 1] == b'=')
            };
            let parts = |at: usize| level > 0 && PARTS_AT[usize::from(text[at])] <= level && !pads(at);
            let mut start = run.span.start;
            while start < run.span.end {
                let end = (start..run.span.end).find(|&at| parts(at)).unwrap_or(run.span.end);
                let part = if end - start >= SHORTEST {
                    trimmed(text, Span::new(start, end))
                } else {
                    Span::new(0, 0)
                };
                let bytes = part.of(text);
                let joined = |bytes: &[u8]| bytes.iter().any(|byte| b"-._~".contains(byte));
                let mixed = |bytes: &[u8]| is_mixed(bytes, joined(bytes));
                let generated = mixed(bytes) || body(bytes).len() < bytes.len() && mixed(body(bytes));
                if part.len() >= SHORTEST && generated && !is_path(bytes) && !found.contains(&part) {
                    found.push(part);
                }
                start = end + 1;
            }
        }
        found
    }

    proptest! {
        #[test]
        fn they_are_those_of_a_naive_search(text in "([a-zA-Z0-9_=/:.~+-]{0,90}|[a-z]{0,9}[_=-]|[0-9a-f]{8,40}[-:=./]|[A-Za-z0-9+/]{60,80}| ){0,6}") {
            let text = text.as_bytes();
            let mut pieces = Pieces::default();
            for run in runs::all(text) {
                let expected = naive(text, &run);
                prop_assert_eq!(pieces.of(text, &run, |_, _| true), expected);
            }
        }
    }
}
