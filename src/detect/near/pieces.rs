//! The parts of a run that may be a value: the whole, and what its separators part.

use crate::rule::MARKS;
use crate::runs::{Run, SHORTEST};
use crate::span::Span;

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

/// Letters that a generated value has at least: a time (`2026-01-02T03:04:05Z`) has two.
const FEWEST_LETTERS: usize = 3;

/// Fills `out` with the parts of `run` that mix letters and digits as generated values do: wider ones first. `may_be` says
/// for a length in bytes and marks ([`marks`]) whether a part can be a value.
pub(in crate::detect) fn of(text: &[u8], run: &Run, may_be: impl Fn(usize, u8) -> bool, out: &mut Vec<Span>) {
    out.clear();
    if run.digits < 2 || run.letters() < FEWEST_LETTERS || run.span.len() > LONGEST_RUN {
        return;
    }
    let standing = marks(run.span.of(text));
    // Where none of a level's own separators stands, its parts are those of the level before.
    for level in (0..NEVER).filter(|&level| level == 0 || standing & SEPARATORS[usize::from(level)] != 0) {
        // A long line of base64: its slashes part nothing.
        if level >= PARTS_AT[usize::from(b'/')] && out.first() == Some(&run.span) && run.span.len() >= LINE {
            return;
        }
        let mut start = run.span.start;
        while start + SHORTEST <= run.span.end {
            let rest = &text[start..run.span.end];
            let length = if level == 0 { rest.len() } else { length(rest, level) };
            let part = Span::new(start, start + length);
            start += length + 1;
            if length < SHORTEST {
                continue;
            }
            let part = trimmed(text, part);
            if part.len() >= SHORTEST
                && may_be(part.len(), marks(part.of(text)))
                && is_generated(part.of(text))
                && !out.contains(&part)
            {
                out.push(part);
            }
        }
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

/// The marks of a part, as [`MARKS`] numbers them.
fn marks(part: &[u8]) -> u8 {
    part.iter().fold(0, |marks, &byte| marks | MARK_BITS[usize::from(byte)])
}

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

/// Where the first part of `rest` ends at `level`; `=` at the end of a run pads base64.
fn length(rest: &[u8], level: u8) -> usize {
    let mut at = 0;
    while let Some(found) = rest[at..].iter().position(|&byte| PARTS_AT[usize::from(byte)] <= level) {
        at += found;
        if rest[at] != b'=' || !matches!(&rest[at + 1..], [] | [b'=']) {
            return at;
        }
        at += 1;
    }
    rest.len()
}

fn is_generated(part: &[u8]) -> bool {
    let body = body(part);
    (is_mixed(part) || body.len() < part.len() && is_mixed(body)) && !is_path(part)
}

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
fn is_mixed(part: &[u8]) -> bool {
    let (mut digits, mut all, mut changes, mut seen) = (0, 0, 0, 0);
    let mut before = 0;
    for &byte in part {
        let kind = KINDS[usize::from(byte)];
        seen |= kind;
        if kind & (DIGIT | LOWER | UPPER) == 0 {
            continue;
        }
        all += 1;
        digits += usize::from(kind == DIGIT);
        // A capital at the start of a word is no change.
        let changed = before != 0 && before != kind && (before, kind) != (UPPER, LOWER);
        changes += usize::from(changed);
        before = kind;
    }
    // Of one case only, fewer neighbours differ; where words are joined, more must.
    let rare = match seen & (LOWER | UPPER | JOINT) {
        kinds if kinds == LOWER | UPPER | JOINT => 5,
        kinds if kinds & (LOWER | UPPER) == LOWER | UPPER => 7,
        _ => 9,
    };
    digits >= 2 && all - digits >= 2 && changes * rare >= all
}

const DIGIT: u8 = 1;
const LOWER: u8 = 2;
const UPPER: u8 = 4;
/// What joins the words of a name.
const JOINT: u8 = 8;

/// The kind of each byte, 0 for other marks. Branches on random values would be guessed wrong every other time.
static KINDS: [u8; 256] = {
    let mut kinds = [0; 256];
    let mut byte = b'-';
    while byte <= b'~' {
        kinds[byte as usize] = match byte {
            b'0'..=b'9' => DIGIT,
            b'a'..=b'z' => LOWER,
            b'A'..=b'Z' => UPPER,
            b'-' | b'.' | b'_' | b'~' => JOINT,
            _ => 0,
        };
        byte += 1;
    }
    kinds
};
