//! Where a run's time goes: one set of clocks for all threads, which stand still unless `--timings` starts them. Global
//! because a clock in every signature would be in the way of everything else; nothing that is found depends on it.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// A part of the work that is timed. None is a part of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Listing what there is to scan.
    List,
    /// Opening and reading blobs.
    Read,
    /// Finding runs of characters.
    Runs,
    /// Searching texts for matches.
    Detect,
    /// Decoding, and searching what was decoded.
    Decode,
    /// Verdicts, excerpts, identities.
    Judge,
    /// Telling the lives of secrets in a history.
    Trace,
    /// Sorting, comparing with the baseline, masking.
    Report,
}

impl Stage {
    /// All of them, in the order of the work.
    pub const ALL: [Self; 8] = [
        Self::List,
        Self::Read,
        Self::Runs,
        Self::Detect,
        Self::Decode,
        Self::Judge,
        Self::Trace,
        Self::Report,
    ];

    /// The stage in one word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Read => "read",
            Self::Runs => "runs",
            Self::Detect => "detect",
            Self::Decode => "decode",
            Self::Judge => "judge",
            Self::Trace => "trace",
            Self::Report => "report",
        }
    }
}

/// Nanoseconds, added up over all threads.
struct Clocks {
    stages: [AtomicU64; Stage::ALL.len()],
    rules: Vec<AtomicU64>,
}

static CLOCKS: OnceLock<Clocks> = OnceLock::new();

/// Starts the clocks for so many rules. Once started they run to the end of the process.
pub fn start(rules: usize) {
    CLOCKS.get_or_init(|| Clocks {
        stages: Default::default(),
        rules: std::iter::repeat_with(AtomicU64::default).take(rules).collect(),
    });
}

/// True when the clocks were started.
pub fn is_on() -> bool {
    CLOCKS.get().is_some()
}

/// Does `work`, a part of `stage`.
pub fn stage<T>(stage: Stage, work: impl FnOnce() -> T) -> T {
    timed(CLOCKS.get().map(|clocks| &clocks.stages[stage as usize]), work)
}

/// Does `work` for the rule with this index.
pub fn rule<T>(rule: usize, work: impl FnOnce() -> T) -> T {
    timed(CLOCKS.get().and_then(|clocks| clocks.rules.get(rule)), work)
}

fn timed<T>(clock: Option<&AtomicU64>, work: impl FnOnce() -> T) -> T {
    let Some(clock) = clock else { return work() };
    let started = Instant::now();
    let done = work();
    clock.fetch_add(u64::try_from(started.elapsed().as_nanos()).unwrap_or(u64::MAX), Ordering::Relaxed);
    done
}

/// The time of every stage.
pub fn stages() -> [(Stage, Duration); Stage::ALL.len()] {
    Stage::ALL.map(|stage| (stage, read(CLOCKS.get().map(|clocks| &clocks.stages[stage as usize]))))
}

/// The time of every rule, by its index.
pub fn rules() -> Vec<Duration> {
    CLOCKS.get().map_or_else(Vec::new, |clocks| clocks.rules.iter().map(|clock| read(Some(clock))).collect())
}

fn read(clock: Option<&AtomicU64>) -> Duration {
    Duration::from_nanos(clock.map_or(0, |clock| clock.load(Ordering::Relaxed)))
}
