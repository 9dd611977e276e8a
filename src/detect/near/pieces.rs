//! The parts of a run that may be a value: the whole, and what its separators part.

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

/// Fills `out` with the parts of `run` that mix letters and digits as generated values do: wider ones first. `longest`
/// is the length in bytes above which no part can be a value.
pub(in crate::detect) fn of(text: &[u8], run: &Run, longest: usize, out: &mut Vec<Span>) {
    out.clear();
    if run.digits < 2 || run.letters() < 2 || run.span.len() > LONGEST_RUN {
        return;
    }
    let standing = run.span.of(text).iter().fold(0u8, |levels, &b| levels | 1 << PARTS_AT[usize::from(b)]);
    // Where none of a level's own separators stands, its parts are those of the level before.
    for level in (0..NEVER).filter(|&level| level == 0 || standing >> level & 1 == 1) {
        // A long line of base64: its slashes part nothing.
        if level >= PARTS_AT[usize::from(b'/')] && out.first() == Some(&run.span) && run.span.len() >= LINE {
            return;
        }
        let mut start = run.span.start;
        while start <= run.span.end {
            let rest = &text[start..run.span.end];
            let length = (0..rest.len()).find(|&at| parts(rest, at, level)).unwrap_or(rest.len());
            let part = trimmed(text, Span::new(start, start + length));
            start += length + 1;
            if (SHORTEST..=longest).contains(&part.len())
                && is_generated(part.of(text))
                && !out.contains(&part)
            {
                out.push(part);
            }
        }
    }
}

/// True when the byte at `at` is a separator at `level`; `=` at the end of a run pads base64.
fn parts(rest: &[u8], at: usize, level: u8) -> bool {
    let byte = rest[at];
    PARTS_AT[usize::from(byte)] <= level && !(byte == b'=' && matches!(&rest[at + 1..], [] | [b'=']))
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
    for kind in part.iter().map(|&byte| KINDS[usize::from(byte)]).filter(|&kind| kind != 0) {
        all += 1;
        digits += usize::from(kind == DIGIT);
        // A capital at the start of a word is no change.
        let changed = before != 0 && before != kind && (before, kind) != (UPPER, LOWER);
        changes += usize::from(changed);
        before = kind;
        seen |= kind;
    }
    // Of one case only, fewer neighbours differ.
    let rare = if seen & (LOWER | UPPER) == LOWER | UPPER { 7 } else { 9 };
    digits >= 2 && all - digits >= 2 && changes * rare >= all
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
