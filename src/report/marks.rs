//! Allow marks that a person should look at: those that suppress nothing, or more than one can say.
//!
//! Apart from findings because nothing here is a secret, and no run fails for it.

use crate::visible;

use super::Report;
use super::paint::Paint;

/// Most notes shown to people.
const MOST_SHOWN: usize = 20;

/// What is to be said about a mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// Nothing is there for it to suppress.
    Unused,
    /// It suppresses whatever any rule finds.
    Blanket,
    /// It gives no reason where policy wants one, so it does not hold.
    NoReason,
    /// Nothing ends its region, which reaches to the end of the file.
    Unclosed,
    /// It stands before the value, where its own tool takes no notice of it.
    BeforeValue,
}

impl What {
    /// The kebab-case word of machine-readable reports.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Unused => "unused",
            Self::Blanket => "blanket",
            Self::NoReason => "no-reason",
            Self::Unclosed => "unclosed",
            Self::BeforeValue => "before-value",
        }
    }

    const fn sentence(self) -> &'static str {
        match self {
            Self::Unused => "suppresses nothing",
            Self::Blanket => "suppresses whatever any rule finds there",
            Self::NoReason => "gives no reason, so it does not hold: add `-- reason`",
            Self::Unclosed => "is never turned on again and holds to the end of the file",
            Self::BeforeValue => "stands before the value; its own tool wants it behind",
        }
    }
}

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct MarkNote {
    /// The file, as `BlobPath::text`.
    pub path: String,
    /// 1-based.
    pub line: u64,
    /// The mark's words.
    pub words: &'static str,
    /// Name of the tool whose mark it is.
    pub tool: &'static str,
    /// What is to be said.
    pub what: What,
}

impl MarkNote {
    /// What is to be said, without the place.
    pub(super) fn sentence(&self) -> String {
        format!("{} {}", self.words, self.what.sentence())
    }
}

/// The notes for people, one a line after a heading; nothing when there are none.
pub(super) fn lines(report: &Report, paint: Paint) -> Vec<String> {
    if report.mark_notes.is_empty() {
        return Vec::new();
    }
    let shown = report.mark_notes.iter().take(MOST_SHOWN).map(|note| {
        visible::line(&format!("  {}:{}: {}", note.path, note.line, note.sentence())).into_owned()
    });
    let more = report.mark_notes.len().saturating_sub(MOST_SHOWN);
    let rest = (more > 0).then(|| format!("  and {more} more; --format json lists them all"));
    std::iter::once(paint.dim("allow marks to look at:")).chain(shown).chain(rest).collect()
}
