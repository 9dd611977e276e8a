//! The prefilter: what looks at every byte.

use divan::{Bencher, black_box};
use leaklint::runs;

use crate::corpus::Kind;
use crate::input::{RULES, TEXTS, bytes, corpus};

/// The literals that say where any rule could match. Each hit is counted, no more.
#[divan::bench(args = Kind::ALL, max_time = 2)]
fn gate(bencher: Bencher<'_, '_>, kind: Kind) {
    let corpus = corpus(kind);
    let gate = RULES.gate();
    let runs: Vec<_> = corpus.files.iter().map(|file| runs::all(&file.bytes)).collect();
    bencher.counter(bytes(&corpus)).bench(|| {
        let mut hits = 0_usize;
        for (file, runs) in corpus.files.iter().zip(&runs) {
            gate.visit(black_box(&file.bytes), runs, |_, _, _| hits += 1);
        }
        hits
    });
}

/// The runs of characters that tokens are made of.
#[divan::bench(args = TEXTS, max_time = 2)]
fn runs(bencher: Bencher<'_, '_>, kind: Kind) {
    let corpus = corpus(kind);
    bencher
        .counter(bytes(&corpus))
        .bench(|| corpus.files.iter().map(|file| runs::all(black_box(&file.bytes)).len()).sum::<usize>());
}
