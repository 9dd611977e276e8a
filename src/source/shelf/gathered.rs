//! Trees as they are decoded, by the threads that decode them: were there one place for all, they would wait for each other
//! a fifth of the time.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use super::chunks::{ChunkNumber, Chunks};
use super::numbers::{Entry, Trees};

/// What each thread has gathered.
pub(super) struct Gathered {
    shares: Vec<Mutex<Share>>,
    /// Entries of different chunks, and chunks that are listed, by all.
    kept: AtomicUsize,
    listed: AtomicUsize,
}

/// Trees one after the other.
#[derive(Default)]
struct Share {
    /// The number of each tree, and how many chunks it has.
    trees: Vec<(u32, u32)>,
    lists: Vec<ChunkNumber>,
    chunks: Chunks,
}

impl Gathered {
    /// Nothing yet, for all threads.
    pub(super) fn new() -> Self {
        let shares = (0..=rayon::current_num_threads()).map(|_| Mutex::default()).collect();
        Self { shares, kept: AtomicUsize::new(0), listed: AtomicUsize::new(0) }
    }

    /// True while there is room for a tree with so many entries, though most others have the same.
    pub(super) fn has_room(&self, entries: usize) -> bool {
        let has = |so_far: &AtomicUsize, most: usize| so_far.load(Ordering::Relaxed) + entries <= most;
        has(&self.kept, Trees::MOST_ENTRIES) && has(&self.listed, Trees::MOST_LISTED)
    }

    /// Keeps a tree that there is room for.
    pub(super) fn keep(&self, number: u32, entries: &[Entry]) {
        // Who decodes is one of the pool's threads; the last share is for whoever is not.
        let thread = rayon::current_thread_index().unwrap_or(usize::MAX).min(self.shares.len() - 1);
        let mut share = self.shares[thread].lock().unwrap_or_else(PoisonError::into_inner);
        let Share { trees, lists, chunks } = &mut *share;
        let before = (chunks.len(), lists.len());
        chunks.add(entries, lists);
        let listed = lists.len() - before.1;
        trees.push((number, listed as u32));
        self.kept.fetch_add(chunks.len() - before.0, Ordering::Relaxed);
        self.listed.fetch_add(listed, Ordering::Relaxed);
    }

    /// Hands all over to `trees`.
    pub(super) fn give_to(self, trees: &mut Trees) {
        for share in self.shares {
            let Share { trees: own, lists, chunks } =
                share.into_inner().unwrap_or_else(PoisonError::into_inner);
            trees.take(own, lists, &chunks);
        }
        trees.close();
    }
}
