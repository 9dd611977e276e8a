//! The verdict on every match of a corpus. Bytes are those of the corpus, so that stages compare; items are matches.

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use leaklint::verdict::{self, PathFacts, Verdict};

use crate::corpus::Kind;
use crate::input::{RULES, bytes, corpus, matches, runs};

#[divan::bench(args = Kind::ALL, max_time = 2)]
fn judge(bencher: Bencher<'_, '_>, kind: Kind) {
    let corpus = corpus(kind);
    let found: Vec<_> = corpus.files.iter().map(|file| matches(kind, file, &runs(file), &RULES)).collect();
    let count = || -> usize {
        let mut kept = 0;
        for (file, matches) in corpus.files.iter().zip(&found) {
            let facts = PathFacts::of(file.path.as_bytes());
            let kept_of =
                |found| matches!(verdict::judge(&file.bytes, found, facts, &RULES), Verdict::Kept(_));
            kept += black_box(matches).iter().filter(|found| kept_of(found)).count();
        }
        kept
    };
    assert!(count() > 0, "planted secrets are kept");
    let items = ItemsCount::new(found.iter().map(Vec::len).sum::<usize>());
    bencher.counter(bytes(&corpus)).counter(items).bench(count);
}
