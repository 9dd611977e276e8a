//! Detectors and verdicts on any bytes: every span lies inside the text, and matches come in order.

#![no_main]

use std::sync::LazyLock;

use leaklint::catalogue::Catalogue;
use leaklint::detect::{self, Tiers};
use leaklint::rule::builtin;
use leaklint::runs;
use leaklint::verdict::{self, PathFacts, Verdict};
use libfuzzer_sys::fuzz_target;

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::new(builtin().to_vec()));

fuzz_target!(|input: (u8, &[u8])| {
    let (kind, text) = input;
    let paths: [&[u8]; 5] = [b".env", b"a.rs", b"a.yaml", b"a.md", b".pgpass"];
    let facts = PathFacts::of(paths[usize::from(kind) % paths.len()]);
    let matches = detect::detect(text, &runs::all(text), &CATALOGUE, Tiers::Everything);
    assert!(matches.windows(2).all(|pair| pair[0].value <= pair[1].value));
    for found in &matches {
        assert!(found.value.end <= text.len() && found.name.is_none_or(|name| name.end <= text.len()));
        if let Verdict::Kept(judged) = verdict::judge(text, found, facts, &CATALOGUE) {
            assert!(judged.value.end <= text.len() && !judged.value.is_empty());
        }
    }
});
