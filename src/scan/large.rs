//! Blobs of several windows. Each thread reads the next window and scans it while others read on, so that never more windows
//! than threads are held. They come after the small blobs and one by one.

use std::collections::BTreeMap;
use std::io;
use std::ops::Range;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::allow;
use crate::blob::window::{TextKind, Window, Windows};
use crate::span::{Lines, Position, Span};
use crate::timing::{self, Stage};

use super::blob::Scan;
use super::marks;
use super::progress::Progress;
use super::subject::Subject;

/// Windows that are held at once, however many threads there are: each has over 4 MiB, and what is found in it.
const MOST_WINDOWS: usize = 16;

/// A window that owns its text.
struct Own {
    text: Vec<u8>,
    origin: Position,
    owned: Range<usize>,
    kind: TextKind,
    first: bool,
    last: bool,
    /// The regions of allow marks that hold where its owned part begins.
    open: Vec<allow::Mark>,
}

/// What is still to be read.
struct Input<'r> {
    windows: Windows<'r>,
    /// How many windows were read.
    read: usize,
    /// The regions of allow marks that hold behind them.
    open: Vec<allow::Mark>,
    /// How it ended, once it has.
    ended: Option<io::Result<()>>,
}

impl Input<'_> {
    /// The next window, in the buffer `room`, and its number.
    fn next(&mut self, scan: &Scan<'_>, mut room: Vec<u8>) -> Option<(usize, Own)> {
        if self.ended.is_some() {
            return None;
        }
        let mut own = match timing::stage(Stage::Read, || self.windows.next_window()) {
            Ok(Some(Window { text, origin, owned, kind, first, last })) => {
                room.clear();
                room.extend_from_slice(text);
                Own { text: room, origin, owned, kind, first, last, open: Vec::new() }
            }
            ended => {
                self.ended = Some(ended.map(|_| ()));
                return None;
            }
        };
        regions(scan, &mut own, &mut self.open);
        self.read += 1;
        Some((self.read - 1, own))
    }
}

/// What was found so far: that of windows side by side from the first on, and that of later ones.
#[derive(Default)]
struct Output {
    progress: Progress,
    added: usize,
    waiting: BTreeMap<usize, Progress>,
}

impl Output {
    fn add(&mut self, number: usize, window: Progress, max_per_rule: usize) {
        self.waiting.insert(number, window);
        while let Some(next) = self.waiting.remove(&self.added) {
            self.progress.add(next, max_per_rule);
            self.added += 1;
        }
    }
}

/// All windows of a blob. What they hold is put together in their order, so it does not depend on the number of threads.
pub(super) fn read(scan: &Scan<'_>, item: &Subject<'_>) -> Progress {
    let mut progress = Progress::default();
    let windows = match scan.open(item, Vec::new()) {
        Ok(windows) => windows,
        Err(problem) => {
            progress.harvest.problems.push(problem);
            return progress;
        }
    };
    progress.harvest.counts.files = 1;
    let input = Mutex::new(Input { windows, read: 0, open: Vec::new(), ended: None });
    let output = Mutex::new(Output { progress, ..Output::default() });
    rayon::scope(|scope| {
        for _ in 0..rayon::current_num_threads().min(MOST_WINDOWS) {
            scope.spawn(|_| {
                let mut room = Vec::new();
                let next = |room| held(&input).next(scan, room);
                while let Some((number, own)) = next(std::mem::take(&mut room)) {
                    let seen = window(scan, item, &own);
                    held(&output).add(number, seen, scan.settings().policy.max_per_rule);
                    room = own.text;
                }
            });
        }
    });
    let input = input.into_inner().unwrap_or_else(PoisonError::into_inner);
    let mut progress = output.into_inner().unwrap_or_else(PoisonError::into_inner).progress;
    match input.ended {
        Some(Err(error)) => progress.stop(item, &error),
        _ => marks::unclosed(&input.open, &mut progress),
    }
    progress
}

fn held<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Hands the window the regions that are `open` before it, and keeps those that are after it.
fn regions(scan: &Scan<'_>, own: &mut Own, open: &mut Vec<allow::Mark>) {
    let Some(honoured) = scan.settings().allow else { return };
    let lines = Lines::new(&own.text, own.origin);
    let after = allow::open_after(&lines, Span::new(own.owned.start, own.owned.end), honoured, open);
    own.open = std::mem::replace(open, after);
}

fn window(scan: &Scan<'_>, item: &Subject<'_>, own: &Own) -> Progress {
    let Own { text, origin, owned, kind, first, last, open } = own;
    let window =
        Window { text, origin: *origin, owned: owned.clone(), kind: *kind, first: *first, last: *last };
    let mut progress = Progress::default();
    scan.window(item, &window, open, None, &mut progress);
    progress
}
