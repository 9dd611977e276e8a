//! gzip (RFC 1952), unpacked up to a limit: a few bytes may stand for gigabytes.

use std::io::Read;

use flate2::read::MultiGzDecoder;

use super::content;
use super::{Budget, View};

/// Bytes unpacked at a time; what is no text by then is not unpacked further.
const STEP: usize = 16 * 1024;

/// Appends what `packed` unpacks to when it is text, as far as `budget` lasts and the data is sound.
pub(super) fn unpack(packed: &[u8], view: &mut View, budget: &mut Budget) {
    let mut reader = MultiGzDecoder::new(packed);
    let start = view.end();
    loop {
        let at = view.end();
        let step = STEP.min(budget.left());
        if step == 0 {
            budget.refuse();
            break;
        }
        let read = reader.read(view.room(step)).unwrap_or(0);
        view.cut(at + read);
        if read == 0 || !budget.take(read) {
            break;
        }
        if at == start && !content::stays_text(&view.text()[start..]) {
            view.cut(start);
            break;
        }
    }
}
