//! Objects of a stock: those that earlier runs found nothing in are not read again, the others are scanned as they are
//! decoded.
//!
//! Stands apart from single items because here nothing may be kept for an object that holds nothing: there are too many.

use std::hash::{Hash as _, Hasher};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use rayon::prelude::*;

use crate::blob::{BlobPath, Part};
use crate::cache::{Memory, Seen};
use crate::report::Counts;
use crate::source::coverage::Coverage;
use crate::source::stock::{KEY_BYTES, Keepsake, Stock};
use crate::source::{Gap, GapKind};
use crate::timing;
use crate::verdict::{PathFacts, Reason};

use super::blob::Scan;
use super::known::Known;
use super::subject::Subject;
use super::{AT_ONCE, Harvest, Slowest, kind};

/// Parts that stocks consist of.
const PARTS: [Part; 2] = [Part::File, Part::CommitMessage];

/// What is known of the objects so far.
struct Tally<'t> {
    stock: &'t dyn Stock,
    memory: Option<&'t dyn Memory>,
    done: Vec<AtomicBool>,
    /// Of objects without anything: how many of each part, and their bytes.
    counts: [AtomicU64; PARTS.len()],
    bytes: AtomicU64,
    /// By the number of the reason.
    dropped: [AtomicU64; Reason::ALL.len()],
    /// Of all others.
    harvests: Mutex<Vec<(u32, Box<Harvest>)>>,
    /// While the clocks run.
    took: Mutex<Vec<(Duration, u32)>>,
}

/// Scans all of `stock`.
pub(super) fn scan(
    scan: &Scan<'_>,
    stock: &dyn Stock,
    memory: Option<&dyn Memory>,
    all: &mut Harvest,
    coverage: &mut Option<Coverage>,
    slowest: &mut Slowest,
) {
    let tally = Tally::new(stock, memory);
    tally.recall(scan.settings().show_dropped);
    stock.each(&|number| !tally.is_done(number), &|number, bytes, kin| {
        if !tally.claim(number) {
            return None;
        }
        let known = Known::of(scan.catalogue(), bytes, kin);
        tally.saw(number, |subject| scan.whole(subject, bytes, known.as_ref()));
        known.filter(|_| kin.heirs).map(|known| Keepsake::new(known.bytes(), known))
    });
    let rest: Vec<u32> = (0..stock.count()).filter(|number| !tally.is_done(*number)).collect();
    rest.par_iter().with_max_len(AT_ONCE).for_each_init(Vec::new, |buffer, number| {
        if tally.claim(*number) {
            tally.saw(*number, |subject| scan.small(subject, buffer));
        }
    });
    for number in rest {
        if tally.claim(number) {
            tally.saw(number, |subject| Some(scan.large(subject)));
        }
    }
    tally.add_to(all, coverage, slowest);
}

impl<'t> Tally<'t> {
    fn new(stock: &'t dyn Stock, memory: Option<&'t dyn Memory>) -> Self {
        Self {
            stock,
            memory,
            done: (0..stock.count()).map(|_| AtomicBool::new(false)).collect(),
            counts: Default::default(),
            bytes: AtomicU64::new(0),
            dropped: Default::default(),
            harvests: Mutex::default(),
            took: Mutex::default(),
        }
    }

    /// Takes over what earlier runs learned; of dropped matches only where nobody wants to see them.
    fn recall(&self, show_dropped: bool) {
        let Some(memory) = self.memory else { return };
        (0..self.stock.count()).into_par_iter().for_each(|number| {
            let id = self.stock.key(number);
            let known = memory.recall(&id);
            let at_paths = || memory.recall(&key(&id, &self.stock.paths(number)));
            let Some(seen) = known.or_else(|| at_paths().filter(|_| !show_dropped)) else { return };
            self.done[number as usize].store(true, Ordering::Relaxed);
            self.take(number, &seen);
        });
    }

    /// Adds what holds nothing worth a second look.
    fn take(&self, number: u32, seen: &Seen) {
        let at = PARTS.iter().position(|other| *other == self.stock.part(number)).unwrap_or_default();
        self.counts[at].fetch_add(1, Ordering::Relaxed);
        self.bytes.fetch_add(u64::from(seen.bytes), Ordering::Relaxed);
        for (reason, count) in &seen.dropped {
            if let Some(counter) = self.dropped.get(usize::from(*reason)) {
                counter.fetch_add(u64::from(*count), Ordering::Relaxed);
            }
        }
        if seen.binary {
            let path = self.stock.paths(number).into_iter().min();
            self.keep(
                number,
                Harvest { gaps: vec![Gap { kind: GapKind::Binary, path }], ..Harvest::default() },
            );
        }
    }

    fn is_done(&self, number: u32) -> bool {
        self.done[number as usize].load(Ordering::Relaxed)
    }

    /// True for the first who asks.
    fn claim(&self, number: u32) -> bool {
        !self.done[number as usize].swap(true, Ordering::Relaxed)
    }

    /// Notes what `look` sees in an object that was claimed; `None` gives it back.
    fn saw(&self, number: u32, look: impl FnOnce(&Subject<'_>) -> Option<Harvest>) {
        let started = Instant::now();
        let subject = Subject::of(self.stock, number);
        let Some(harvest) = look(&subject) else {
            return self.done[number as usize].store(false, Ordering::Relaxed);
        };
        if timing::is_on() {
            self.took.lock().unwrap_or_else(PoisonError::into_inner).push((started.elapsed(), number));
        }
        let Some(seen) = seen(&harvest) else { return self.keep(number, harvest) };
        self.take(number, &seen);
        if let Some(memory) = self.memory {
            let id = self.stock.key(number);
            match harvest.matched {
                true => memory.remember(&key(&id, &self.stock.paths(number)), &seen),
                false => memory.remember(&id, &seen),
            }
        }
    }

    fn keep(&self, number: u32, harvest: Harvest) {
        self.harvests.lock().unwrap_or_else(PoisonError::into_inner).push((number, Box::new(harvest)));
    }

    /// Hands everything over, in the order of ids: numbers may differ from run to run.
    fn add_to(self, all: &mut Harvest, coverage: &mut Option<Coverage>, slowest: &mut Slowest) {
        let mut harvests = self.harvests.into_inner().unwrap_or_else(PoisonError::into_inner);
        harvests.sort_by_cached_key(|(number, _)| self.stock.key(*number));
        for (part, count) in PARTS.into_iter().zip(self.counts) {
            let count = count.into_inner();
            all.counts.files += count;
            let row = kind(part).zip(coverage.as_mut());
            row.into_iter().for_each(|(kind, coverage)| coverage.scanned(kind, count));
        }
        all.counts.bytes += self.bytes.into_inner();
        for (reason, count) in Reason::ALL.into_iter().zip(self.dropped) {
            match count.into_inner() {
                0 => {}
                count => *all.counts.dropped.entry(reason.word()).or_default() += count,
            }
        }
        for (number, harvest) in harvests {
            // What was counted above has nothing but a gap.
            if harvest.counts.files > 0 || !harvest.problems.is_empty() {
                let part = self.stock.part(number);
                coverage.iter_mut().for_each(|coverage| harvest.count(part, coverage));
            }
            all.add(*harvest);
        }
        let mut took = self.took.into_inner().unwrap_or_else(PoisonError::into_inner);
        took.sort_by(|one, other| other.cmp(one));
        for (took, number) in took.into_iter().take(crate::report::timings::MOST_NAMED) {
            slowest.saw(&Subject::of(self.stock, number), took);
        }
    }
}

/// What is to be known of an object, if it holds nothing worth a second look: no finding, nothing that would be one below
/// another threshold or without a mark, and no value that is masked wherever it stands.
fn seen(harvest: &Harvest) -> Option<Seen> {
    let Harvest { findings, found, unreported, dropped, gaps, problems, marks, mark_notes, counts, .. } =
        harvest;
    let nothing = findings.is_empty()
        && found.is_empty()
        && unreported.is_empty()
        && dropped.is_empty()
        && problems.is_empty()
        && marks.is_empty()
        && mark_notes.is_empty()
        && *counts
            == Counts { files: 1, bytes: counts.bytes, dropped: counts.dropped.clone(), ..Counts::default() };
    let binary = gaps.first().is_some_and(|gap| gap.kind == GapKind::Binary);
    if !nothing || gaps.len() > usize::from(binary) {
        return None;
    }
    let number = |word: &str| Reason::ALL.iter().position(|reason| reason.word() == word);
    let drop =
        |(word, count): (&&str, &u64)| Some((u8::try_from(number(word)?).ok()?, u16::try_from(*count).ok()?));
    let dropped = counts.dropped.iter().map(drop).collect::<Option<Vec<_>>>()?;
    Some(Seen { bytes: u32::try_from(counts.bytes).ok()?, binary, dropped })
}

/// The key of an object in which something matched: verdicts depend on what its paths say, so at other paths it is
/// another.
fn key(id: &[u8; KEY_BYTES], paths: &[BlobPath]) -> [u8; KEY_BYTES] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(id);
    for path in paths {
        PathFacts::of(path.as_bytes()).hash(&mut Feed(&mut hasher));
    }
    *hasher.finalize().as_bytes().first_chunk().expect("a hash is longer than a key")
}

/// Hands what is hashed to another hasher.
struct Feed<'h>(&'h mut blake3::Hasher);

impl Hasher for Feed<'_> {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn finish(&self) -> u64 {
        u64::from_le_bytes(*self.0.finalize().as_bytes().first_chunk().expect("a hash is longer than that"))
    }
}
