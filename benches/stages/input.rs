//! What the benchmarks read: a corpus of each kind, as large as the environment says, and the built-in rules.

use std::sync::LazyLock;

use divan::counter::BytesCount;
use leaklint::catalogue::Catalogue;
use leaklint::detect::{self, Match, Tiers};
use leaklint::rule::{self, Detector};
use leaklint::runs::{self, Run};

use crate::corpus::{Corpus, File, Kind};

/// The kinds that are text; in binary files runs are not searched and nothing is decoded.
pub(crate) const TEXTS: [Kind; 5] = [Kind::Code, Kind::Minified, Kind::Logs, Kind::Lock, Kind::Data];

/// Says how many MiB each corpus has.
const SIZE: &str = "LEAKLINT_BENCH_MIB";

/// All numbers in docs/performance.md are of this seed.
const SEED: u64 = 2026;

/// All built-in rules.
pub(crate) static RULES: LazyLock<Catalogue> =
    LazyLock::new(|| Catalogue::new(rule::builtin().iter().cloned()));

/// Only the detectors that are code: what is left of the time when no pattern and no table runs.
pub(crate) static SHAPES: LazyLock<Catalogue> = LazyLock::new(|| {
    let shapes = rule::builtin().iter().filter(|rule| matches!(rule.detector, Detector::Shape(_)));
    Catalogue::new(shapes.cloned())
});

/// The corpus of this kind.
///
/// # Panics
/// When the environment asks for a size that is no number.
pub(crate) fn corpus(kind: Kind) -> Corpus {
    let mib: usize = match std::env::var(SIZE) {
        Ok(text) => text.parse().unwrap_or_else(|_| panic!("{SIZE} is no whole number: {text}")),
        Err(_) => 2,
    };
    Corpus::new(kind, mib << 20, SEED)
}

/// What throughput is counted in.
pub(crate) fn bytes(corpus: &Corpus) -> BytesCount {
    BytesCount::new(corpus.size())
}

/// The runs of a file as the scan takes them.
pub(crate) fn runs(file: &File) -> Vec<Run> {
    runs::all(&file.bytes)
}

/// What the scan finds in a file before any verdict.
pub(crate) fn matches(kind: Kind, file: &File, runs: &[Run], rules: &Catalogue) -> Vec<Match> {
    let tiers = if kind == Kind::Binary { Tiers::Tokens } else { Tiers::All };
    detect::detect(&file.bytes, runs, rules, tiers)
}
