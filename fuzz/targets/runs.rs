//! Runs of any bytes: each is whole, long enough and made of what runs are made of, and none is left out.

#![no_main]

use leaklint::runs::{SHORTEST, is_run_byte, runs};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| {
    let mut found = runs(text);
    for (start, part) in parts(text) {
        if part.len() < SHORTEST {
            continue;
        }
        let run = found.next().expect("a long run is found");
        assert_eq!((run.span.start, run.span.of(text)), (start, part));
        assert_eq!(run.digits, part.iter().filter(|byte| byte.is_ascii_digit()).count());
        assert_eq!(run.letters(), part.iter().filter(|byte| byte.is_ascii_alphabetic()).count());
    }
    assert!(found.next().is_none(), "nothing else is a run");
});

/// The parts between bytes that no run holds, each with its offset.
fn parts(text: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let mut at = 0;
    text.split(|&byte| !is_run_byte(byte)).map(move |part| {
        let start = at;
        at += part.len() + 1;
        (start, part)
    })
}
