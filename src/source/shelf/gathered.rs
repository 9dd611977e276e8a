//! Trees as they are decoded, by the threads that decode them: were there one place for all, they would wait for each other
//! a fifth of the time.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use super::numbers::{Entry, Trees};

/// What each thread has gathered.
pub(super) struct Gathered {
    shares: Vec<Mutex<Share>>,
    /// Entries that are kept, by all.
    kept: AtomicUsize,
}

/// Trees one after the other.
#[derive(Default)]
struct Share {
    /// The number of each tree, and how many entries it has.
    trees: Vec<(u32, u32)>,
    entries: Vec<Entry>,
}

impl Gathered {
    /// Nothing yet, for all threads.
    pub(super) fn new() -> Self {
        let shares = (0..=rayon::current_num_threads()).map(|_| Mutex::default()).collect();
        Self { shares, kept: AtomicUsize::new(0) }
    }

    /// Takes room for a tree with so many entries; false when there is none.
    pub(super) fn reserve(&self, entries: usize) -> bool {
        let before = self.kept.fetch_add(entries, Ordering::Relaxed);
        let fits = before + entries <= Trees::MOST_ENTRIES;
        if !fits {
            self.kept.fetch_sub(entries, Ordering::Relaxed);
        }
        fits
    }

    /// Keeps a tree that there is room for.
    pub(super) fn keep(&self, number: u32, entries: &[Entry]) {
        // Who decodes is one of the pool's threads; the last share is for whoever is not.
        let thread = rayon::current_thread_index().unwrap_or(usize::MAX).min(self.shares.len() - 1);
        let mut share = self.shares[thread].lock().unwrap_or_else(PoisonError::into_inner);
        share.trees.push((number, entries.len() as u32));
        share.entries.extend_from_slice(entries);
    }

    /// Hands all over to `trees`.
    pub(super) fn give_to(self, trees: &mut Trees) {
        for share in self.shares {
            let share = share.into_inner().unwrap_or_else(PoisonError::into_inner);
            let mut rest = share.entries.as_slice();
            for (number, count) in share.trees {
                let (entries, behind) = rest.split_at(count as usize);
                trees.keep(number, entries);
                rest = behind;
            }
        }
    }
}
