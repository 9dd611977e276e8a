//! The files and comments that say what is accepted: any bytes are read without a panic, and marks lie in their line.

#![no_main]

use leaklint::allow::{self, Candidate, Honoured};
use leaklint::baseline::Baseline;
use leaklint::config::Config;
use leaklint::finding::Identity;
use leaklint::secret::Secret;
use leaklint::span::{Lines, ORIGIN, Span};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let Some((&kind, input)) = input.split_first() else { return };
    match kind % 4 {
        0 => drop(Baseline::read(input, "baseline")),
        1 => drop(Config::parse(&String::from_utf8_lossy(input), "configuration", &[])),
        2 => marks(input),
        _ => {
            let (name, value) = input.split_at(input.len() / 4);
            assert_eq!(Identity::new(&Secret::new(value), name, &[]).hashes.len(), 1);
        }
    }
});

fn marks(text: &[u8]) {
    let lines = Lines::new(text, ORIGIN);
    let honoured = Honoured::default();
    let marks = allow::find(&lines, honoured);
    assert!(marks.iter().all(|mark| lines.line(mark.line).contains(mark.span)));
    let values = text.chunks(7).enumerate().map(|(at, chunk)| Span::new(at * 7, at * 7 + chunk.len()));
    let candidates: Vec<Candidate<'_>> =
        values.map(|value| Candidate::new(&lines, value, "a-rule", "a service")).collect();
    let outcome = allow::suppressed(&marks, &candidates, honoured);
    assert_eq!(outcome.by.len(), candidates.len());
    assert!(outcome.by.into_iter().flatten().all(|mark| mark < marks.len()));
}
