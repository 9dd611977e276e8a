//! The benchmarks' corpora: the same for the same seed, of the size asked for, and of the kind that they say.

#[path = "../benches/corpus/mod.rs"]
mod corpus;

use std::collections::BTreeSet;
use std::sync::LazyLock;

use leaklint::blob::{TextKind, Windows};
use leaklint::catalogue::Catalogue;
use leaklint::detect::{self, Tiers};
use leaklint::rule;
use leaklint::runs;

use corpus::{APART, Corpus, File, Kind};

/// Bytes of each corpus; room for three secrets.
const SIZE: usize = 3 * APART;

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::new(rule::builtin().iter().cloned()));

#[test]
fn a_seed_gives_one_corpus_of_the_size_asked_for() {
    for kind in Kind::ALL {
        for size in [1, 1000, SIZE + 1] {
            let made = Corpus::new(kind, size, 7);
            assert_eq!(made.size(), size, "{kind:?}");
            assert!(made == Corpus::new(kind, size, 7), "{kind:?}: the same seed");
            let paths: BTreeSet<_> = made.files.iter().map(|file| &file.path).collect();
            assert_eq!(paths.len(), made.files.len(), "{kind:?}: each path once");
        }
        assert!(Corpus::new(kind, 1000, 7) != Corpus::new(kind, 1000, 8), "{kind:?}: another seed");
    }
}

#[test]
fn every_planted_secret_is_one_for_the_detectors() {
    for kind in Kind::ALL {
        let mut planted = 0;
        for File { path, bytes, planted: spans } in Corpus::new(kind, SIZE, 7).files {
            let binary = kind == Kind::Binary;
            let (runs, tiers) = (runs::all(&bytes), if binary { Tiers::Tokens } else { Tiers::All });
            let found = detect::detect(&bytes, &runs, &CATALOGUE, tiers);
            for &(start, end) in &spans {
                let seen = found.iter().any(|m| m.value.start < end && start < m.value.end);
                assert!(seen, "{kind:?}: nothing is found at byte {start} of {path}");
            }
            planted += spans.len();
        }
        assert_eq!(planted, SIZE / APART, "{kind:?}: one in each stretch");
    }
}

#[test]
fn only_binary_files_are_taken_for_binary() {
    for kind in Kind::ALL {
        for file in Corpus::new(kind, SIZE, 7).files {
            let mut windows = Windows::bytes(file.bytes);
            let window = windows.next_window().expect("memory can be read").expect("there is one");
            let expected = if kind == Kind::Binary { TextKind::Binary } else { TextKind::Text };
            assert_eq!(window.kind, expected, "{}", file.path);
        }
    }
}

#[test]
fn lines_are_as_long_as_in_files_of_the_kind() {
    let mean = |kind: Kind| {
        let files = Corpus::new(kind, SIZE, 7).files;
        let lines = |file: &File| file.bytes.iter().filter(|&&byte| byte == b'\n').count();
        SIZE / files.iter().map(lines).sum::<usize>().max(1)
    };
    for (kind, lengths) in
        [(Kind::Code, 25..55), (Kind::Minified, 500..10_000), (Kind::Logs, 100..250), (Kind::Lock, 30..90)]
    {
        assert!(lengths.contains(&mean(kind)), "{kind:?}: {} bytes a line", mean(kind));
    }
}

#[test]
fn lock_files_are_full_of_hashes_and_code_is_not() {
    // Runs that mix letters and digits and are as long as a hash, for each KiB.
    let hashes = |kind: Kind| {
        let files = Corpus::new(kind, SIZE, 7).files;
        let long = |file: &File| runs::all(&file.bytes).iter().filter(|run| run.span.len() >= 40).count();
        files.iter().map(long).sum::<usize>() * 1024 / SIZE
    };
    assert!(hashes(Kind::Lock) >= 3, "{}", hashes(Kind::Lock));
    assert_eq!(hashes(Kind::Code), 0);
}

#[test]
fn records_and_log_lines_in_json_are_json() {
    for (kind, start) in [(Kind::Data, "{\"id\""), (Kind::Logs, "{\"ts\"")] {
        let mut lines = 0;
        for file in Corpus::new(kind, SIZE, 7).files {
            let text = String::from_utf8_lossy(&file.bytes);
            // The last line may be cut.
            let whole = text.rsplit_once('\n').map_or("", |(whole, _)| whole);
            for line in whole.lines().filter(|line| line.starts_with(start)) {
                let line = line.trim_end_matches(',');
                assert!(serde_json::from_str::<serde_json::Value>(line).is_ok(), "{}", file.path);
                lines += 1;
            }
        }
        assert!(lines > 100, "{kind:?}: {lines} lines");
    }
}
