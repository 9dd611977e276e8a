//! Decoded readings of parts of a text: base64, hexadecimal, escapes of many kinds, Kubernetes secrets, literals that code
//! joins. What is found in a reading is mapped back to the bytes that spell it.
//!
//! A reading is made only where it can matter: of a run whose first bytes decode to text, and of lines with several
//! escapes. All readings of one text stand one after the other in one [`View`], so that the detectors run once over
//! them and not once for each. A view of a view's text is the next level.

mod backslash;
mod base64;
mod budget;
mod content;
mod entity;
mod escapes;
mod gzip;
mod hex;
mod joined;
mod joint;
mod kubernetes;
mod list;
mod literal;
mod map;
mod marks;
pub mod percent;
mod quoted_printable;
mod runs;
mod utf16;
mod view;

#[cfg(test)]
mod tests;

pub use budget::Budget;
pub use marks::Marks;
pub use view::{Segment, View};

use crate::runs::Run;
use crate::span::Span;

/// How many levels of encoding around each other are read.
pub const LEVELS: usize = 3;

/// What is reason enough to decode.
#[derive(Clone, Copy, Debug)]
pub struct Reasons {
    /// Fewest characters of a run of base64 or hexadecimal digits.
    pub run: usize,
    /// Fewest escapes near each other; those that hardly stand anywhere by chance count as four, line ends and foreign
    /// letters as none.
    pub escapes: usize,
}

/// For scanning files: a run of 20 characters or four escapes.
pub const IN_FILES: Reasons = Reasons { run: 20, escapes: 4 };

/// For texts that are shown: anything that could spell a part of a value.
pub const IN_OUTPUT: Reasons = Reasons { run: 8, escapes: 0 };

/// A text to look for encodings in.
#[derive(Clone, Copy)]
pub struct Source<'t> {
    /// The text.
    pub text: &'t [u8],
    /// Its runs; needed where only runs are reason enough that are as long as they.
    pub runs: &'t [Run],
    /// Where readings of it may begin; `None` when nobody knows yet.
    pub marks: Option<&'t Marks>,
    /// Spans, sorted and disjoint, that are read as what they are: tokens that are base64 by nature.
    pub taken: &'t [Span],
    /// True when the text is cut at its start: a run there may have begun before it.
    pub cut: bool,
    /// Where the text begins that is looked at next, when it is cut at its end; its length when it is not.
    pub next: usize,
}

impl<'t> Source<'t> {
    /// A whole text in which nothing is taken.
    pub const fn of(text: &'t [u8], runs: &'t [Run]) -> Self {
        Self { text, runs, marks: None, taken: &[], cut: false, next: text.len() }
    }
}

/// Everything in `source` that can be decoded, for as long as `budget` lasts. Linear in the text.
pub fn view(source: Source<'_>, reasons: Reasons, budget: &mut Budget) -> View {
    let mut view = View::default();
    // Offsets in maps are 32 bits wide; windows are a thousandth of that.
    if u32::try_from(source.text.len()).is_err() {
        return view;
    }
    let own = source.marks.is_none().then(|| Marks::of(source.text));
    let Some(marks) = source.marks.or(own.as_ref()) else { return view };
    let manifests = kubernetes::read(source.text, marks, &mut view, budget);
    let mut taken = source.taken.to_vec();
    taken.extend(manifests);
    taken.sort_unstable();
    runs::read(Source { taken: &taken, ..source }, reasons.run, &mut view, budget);
    escapes::read(source.text, marks, reasons.escapes, &mut view, budget);
    joined::read(source.text, marks, &mut view, budget);
    view
}
