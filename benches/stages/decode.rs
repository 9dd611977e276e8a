//! Decoding: the first level of readings, in texts alone; binary files are not decoded.

use divan::{Bencher, black_box};
use leaklint::decode::{self, Budget, IN_FILES, Source};
use leaklint::runs;

use crate::corpus::Kind;
use crate::input::{TEXTS, bytes, corpus};

#[divan::bench(args = TEXTS, max_time = 2)]
fn view(bencher: Bencher<'_, '_>, kind: Kind) {
    let corpus = corpus(kind);
    let runs: Vec<_> = corpus.files.iter().map(|file| runs::all(&file.bytes)).collect();
    bencher.counter(bytes(&corpus)).bench(|| {
        let mut decoded = 0;
        for (file, runs) in corpus.files.iter().zip(&runs) {
            let mut budget = Budget::default();
            budget.saw(file.bytes.len());
            let source = Source::of(black_box(&file.bytes), runs);
            decoded += decode::view(source, IN_FILES, &mut budget).text().len();
        }
        decoded
    });
}
