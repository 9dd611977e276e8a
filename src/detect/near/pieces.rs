//! The parts of a run that may be a value: the whole, and what its separators part.

use crate::runs::{Run, SHORTEST};
use crate::span::Span;

/// Longer runs are data.
const LONGEST_RUN: usize = 4096;

/// Longest word of a prefix in bytes.
const LONGEST_PREFIX: usize = 16;

/// Shortest word that makes a part a path, in bytes; base64 has as short ones by chance.
const PATH_WORD: usize = 4;

/// What parts a run at each level: the first level takes it whole, each next one parts it further.
const SEPARATORS: [&[u8]; 5] = [b"", b"=", b"=:", b"=:/", b"=:/.~+"];

/// Fills `out` with the parts of `run` that mix letters and digits as generated values do: wider ones first. `longest`
/// is the length in bytes above which no part can be a value.
pub(in crate::detect) fn of(text: &[u8], run: &Run, longest: usize, out: &mut Vec<Span>) {
    out.clear();
    if run.digits < 2 || run.letters() < 2 || run.span.len() > LONGEST_RUN {
        return;
    }
    for separators in SEPARATORS {
        let mut start = run.span.start;
        for at in run.span.start..=run.span.end {
            if at < run.span.end && !parts(text, at, run.span.end, separators) {
                continue;
            }
            let part = trimmed(text, Span::new(start, at));
            start = at + 1;
            let fits = (SHORTEST..=longest).contains(&part.len()) && !out.contains(&part);
            let bytes = part.of(text);
            if fits && (is_mixed(bytes) || is_mixed(body(bytes))) && !is_path(bytes) {
                out.push(part);
            }
        }
    }
}

/// True when the byte at `at` is a separator here; `=` at the end of a run pads base64.
fn parts(text: &[u8], at: usize, end: usize, separators: &[u8]) -> bool {
    let byte = text[at];
    let pads = byte == b'=' && (at + 1 == end || at + 2 == end && text[at + 1] == b'=');
    separators.contains(&byte) && !pads
}

/// Without the marks around it that belong to the sentence or the statement: `=value`, `value.`, `value:`.
fn trimmed(text: &[u8], part: Span) -> Span {
    let bytes = part.of(text);
    let front = bytes.iter().take_while(|b| b"=:.~".contains(b)).count();
    let back = bytes[front..].iter().rev().take_while(|b| b".:~".contains(b)).count();
    Span::new(part.start + front, part.end - back)
}

/// Begins as an address does, or has a plain word between slashes.
fn is_path(part: &[u8]) -> bool {
    let plain = |word: &[u8]| {
        let rest = word.get(1..).unwrap_or(word);
        word.len() >= PATH_WORD && word[0].is_ascii_alphabetic() && rest.iter().all(u8::is_ascii_lowercase)
    };
    part.starts_with(b"//") || part.contains(&b'/') && part.split(|&b| b == b'/').any(plain)
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
    let (mut digits, mut letters, mut changes) = (0, 0, 0);
    let mut before = 0;
    let mut kinds = [false; 4];
    for &byte in part {
        let kind = match byte {
            b'0'..=b'9' => 1,
            b'a'..=b'z' => 2,
            b'A'..=b'Z' => 3,
            _ => continue,
        };
        digits += usize::from(kind == 1);
        letters += usize::from(kind > 1);
        // A capital at the start of a word is no change.
        changes += usize::from(before != 0 && before != kind && !(before == 3 && kind == 2));
        before = kind;
        kinds[kind] = true;
    }
    // Of one case only, fewer neighbours differ.
    let rare = if kinds[2] && kinds[3] { 6 } else { 9 };
    digits >= 2 && letters >= 2 && changes * rare >= digits + letters
}
