//! Detection: gate and detectors, without the search for runs, which `prefilter::runs` measures.

use divan::{Bencher, black_box};
use leaklint::catalogue::Catalogue;

use crate::corpus::Kind;
use crate::input::{RULES, SHAPES, TEXTS, bytes, corpus, matches, runs};

/// Names and their values, URLs, headers, keys and commands: the detectors that are code, without any rule of a service.
#[divan::bench(args = TEXTS, max_time = 2)]
fn assignments(bencher: Bencher<'_, '_>, kind: Kind) {
    all(bencher, kind, &SHAPES);
}

/// Everything; the difference to `assignments` is what the services' rules cost.
#[divan::bench(args = Kind::ALL, max_time = 2)]
fn everything(bencher: Bencher<'_, '_>, kind: Kind) {
    all(bencher, kind, &RULES);
}

fn all(bencher: Bencher<'_, '_>, kind: Kind, rules: &Catalogue) {
    let corpus = corpus(kind);
    let runs: Vec<_> = corpus.files.iter().map(runs).collect();
    let count = || -> usize {
        let files = corpus.files.iter().zip(&runs);
        files.map(|(file, runs)| matches(kind, black_box(file), runs, rules).len()).sum()
    };
    // Patterns are compiled on first use, which is not what is measured here.
    assert!(count() > 0, "the planted secrets are seen");
    bencher.counter(bytes(&corpus)).bench(count);
}
