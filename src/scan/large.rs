//! Blobs of several windows: as many windows at once as there are threads, up to a bound, each with its own memory. They
//! come after the small blobs and one by one, so that never more windows than threads are held.

use std::ops::Range;

use rayon::prelude::*;

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

/// All windows of a blob. What they hold is put together in their order, so it does not depend on the number of threads.
pub(super) fn read(scan: &Scan<'_>, item: &Subject<'_>) -> Progress {
    let mut progress = Progress::default();
    let mut windows = match scan.open(item, Vec::new()) {
        Ok(windows) => windows,
        Err(problem) => {
            progress.harvest.problems.push(problem);
            return progress;
        }
    };
    progress.harvest.counts.files = 1;
    let mut room: Vec<Vec<u8>> = Vec::new();
    let mut open: Vec<allow::Mark> = Vec::new();
    loop {
        let (mut batch, ended) = batch(&mut windows, &mut room);
        batch.iter_mut().for_each(|own| regions(scan, own, &mut open));
        let seen: Vec<Progress> = batch.par_iter().map(|own| window(scan, item, own)).collect();
        seen.into_iter().for_each(|window| progress.add(window, scan.settings().policy.max_per_rule));
        room.extend(batch.into_iter().map(|own| own.text));
        match ended {
            Ok(false) => {}
            Ok(true) => {
                marks::unclosed(&open, &mut progress);
                return progress;
            }
            Err(error) => {
                progress.stop(item, &error);
                return progress;
            }
        }
    }
}

/// The next windows, in buffers from `room` where there are any, and whether they are the last.
fn batch(windows: &mut Windows<'_>, room: &mut Vec<Vec<u8>>) -> (Vec<Own>, std::io::Result<bool>) {
    let mut batch = Vec::new();
    while batch.len() < rayon::current_num_threads().min(MOST_WINDOWS) {
        match timing::stage(Stage::Read, || windows.next_window()) {
            Ok(Some(Window { text, origin, owned, kind, first, last })) => {
                let mut own = room.pop().unwrap_or_default();
                own.clear();
                own.extend_from_slice(text);
                batch.push(Own { text: own, origin, owned, kind, first, last, open: Vec::new() });
            }
            Ok(None) => return (batch, Ok(true)),
            Err(error) => return (batch, Err(error)),
        }
    }
    (batch, Ok(false))
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
