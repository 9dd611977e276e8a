//! Runs of any bytes: each is whole, long enough and made of what runs are made of, and none is left out.

#![no_main]

use leaklint::runs::{self, Run, SHORTEST, is_run_byte};
use leaklint::span::Span;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| {
    let expected: Vec<Run> = parts(text).filter(|run| run.span.len() >= SHORTEST).collect();
    assert_eq!(runs::all(text), expected);
});

/// The parts between bytes that no run holds.
fn parts(text: &[u8]) -> impl Iterator<Item = Run> {
    let mut at = 0;
    text.split(|&byte| !is_run_byte(byte)).map(move |part| {
        let start = at;
        at += part.len() + 1;
        let count = |of: fn(&u8) -> bool| part.iter().filter(|byte| of(byte)).count();
        Run {
            span: Span::new(start, start + part.len()),
            digits: count(u8::is_ascii_digit),
            lower: count(u8::is_ascii_lowercase),
            upper: count(u8::is_ascii_uppercase),
        }
    })
}
