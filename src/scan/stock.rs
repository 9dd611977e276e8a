//! Objects of a stock: those that earlier runs found nothing in are not read again, the others are scanned as they are
//! decoded.
//!
//! Stands apart from single items because here nothing may be kept for an object that holds nothing: there are too many.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use rayon::prelude::*;

use crate::blob::Part;
use crate::cache::{Memory, Seen};
use crate::source::coverage::Coverage;
use crate::source::stock::Stock;
use crate::source::{Gap, GapKind};
use crate::timing;

use super::blob::Scan;
use super::subject::Subject;
use super::{Harvest, Slowest, kind};

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
    tally.recall();
    stock.each(&|number| !tally.is_done(number), &|number, bytes| {
        if tally.claim(number) {
            tally.saw(number, |subject| scan.whole(subject, bytes));
        }
    });
    let rest: Vec<u32> = (0..stock.count()).filter(|number| !tally.is_done(*number)).collect();
    rest.par_iter().for_each_init(Vec::new, |buffer, number| {
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
            harvests: Mutex::default(),
            took: Mutex::default(),
        }
    }

    /// Takes over what earlier runs learned.
    fn recall(&self) {
        let Some(memory) = self.memory else { return };
        (0..self.stock.count()).into_par_iter().for_each(|number| {
            let Some(seen) = memory.recall(&self.stock.key(number)) else { return };
            self.done[number as usize].store(true, Ordering::Relaxed);
            self.count(number, u64::from(seen.bytes));
            if seen.binary {
                let path = self.stock.item(number).origins[0].path.clone();
                let gaps = vec![Gap { kind: GapKind::Binary, path: Some(path) }];
                self.keep(number, Harvest { gaps, ..Harvest::default() });
            }
        });
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
        let Some(mut harvest) = look(&subject) else {
            return self.done[number as usize].store(false, Ordering::Relaxed);
        };
        if timing::is_on() {
            self.took.lock().unwrap_or_else(PoisonError::into_inner).push((started.elapsed(), number));
        }
        let binary = harvest.gaps.first().is_some_and(|gap| gap.kind == GapKind::Binary);
        let nothing = !harvest.matched
            && harvest.problems.is_empty()
            && harvest.gaps.len() == usize::from(binary)
            && harvest.counts.files == 1;
        match u32::try_from(harvest.counts.bytes) {
            Ok(bytes) if nothing => {
                self.count(number, u64::from(bytes));
                self.memory.iter().for_each(|m| m.remember(&self.stock.key(number), Seen { bytes, binary }));
                if binary {
                    harvest.counts = Default::default();
                    self.keep(number, harvest);
                }
            }
            _ => self.keep(number, harvest),
        }
    }

    fn count(&self, number: u32, bytes: u64) {
        let part = self.stock.part(number);
        let at = PARTS.iter().position(|other| *other == part).unwrap_or_default();
        self.counts[at].fetch_add(1, Ordering::Relaxed);
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    fn keep(&self, number: u32, harvest: Harvest) {
        self.harvests.lock().unwrap_or_else(PoisonError::into_inner).push((number, Box::new(harvest)));
    }

    /// Hands everything over, in the order of numbers.
    fn add_to(self, all: &mut Harvest, coverage: &mut Option<Coverage>, slowest: &mut Slowest) {
        let mut harvests = self.harvests.into_inner().unwrap_or_else(PoisonError::into_inner);
        harvests.sort_by_key(|(number, _)| *number);
        for (part, count) in PARTS.into_iter().zip(self.counts) {
            let count = count.into_inner();
            all.counts.files += count;
            let row = kind(part).zip(coverage.as_mut());
            row.into_iter().for_each(|(kind, coverage)| coverage.scanned(kind, count));
        }
        all.counts.bytes += self.bytes.into_inner();
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
