//! What a judged change adds to the rules that it is judged by: allow marks, entries of the baseline, settings.
//!
//! Apart from findings because nothing here is a secret. A person decides whether the change may; so all of it is
//! listed, and with `--refuse-policy-changes` any of it fails the run.

use crate::blob::BlobPath;
use crate::visible;

use super::Report;
use super::paint::Paint;

/// Most additions shown to people: the first push of a long history has hundreds.
const MOST_SHOWN: usize = 50;

/// Which rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PolicyKind {
    /// A comment that suppresses findings; it holds at once.
    AllowMark,
    /// The accepted findings; what is added holds for later changes.
    Baseline,
    /// The configuration, likewise.
    Configuration,
}

impl PolicyKind {
    /// The kebab-case word used in every report.
    pub const fn word(self) -> &'static str {
        match self {
            Self::AllowMark => "allow-mark",
            Self::Baseline => "baseline",
            Self::Configuration => "configuration",
        }
    }
}

/// One addition.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PolicyChange {
    /// The file it stands in, as [`BlobPath::text`].
    pub path: String,
    /// 1-based, where it stands on one line of a file that was scanned.
    pub line: Option<u64>,
    /// Which rules it belongs to.
    pub kind: PolicyKind,
    /// What it allows, in words.
    pub what: String,
    /// Full id of the commit that adds it, where one does.
    pub commit: Option<String>,
}

impl PolicyChange {
    /// One addition in the file at `path`.
    pub fn new(path: &BlobPath, line: Option<u64>, kind: PolicyKind, what: String) -> Self {
        Self { path: path.text(), line, kind, what, commit: None }
    }

    /// `path:line: kind: what`.
    pub fn sentence(&self) -> String {
        let line = self.line.map(|line| format!(":{line}")).unwrap_or_default();
        format!("{}{line}: {}: {}", self.path, self.kind.word(), self.what)
    }
}

/// The additions for people, one a line after a heading; nothing when there are none.
pub(super) fn lines(report: &Report, paint: Paint) -> Vec<String> {
    if report.policy_changes.is_empty() {
        return Vec::new();
    }
    let heading = match report.policy_refused {
        true => paint.red("refused: the change adds to the rules it is judged by"),
        false => paint.yellow("the change adds to the rules it is judged by; look at each:"),
    };
    let changes = report.policy_changes.iter().take(MOST_SHOWN);
    let listed = changes.map(|change| format!("  {}", visible::line(&change.sentence())));
    let more = report.policy_changes.len().saturating_sub(MOST_SHOWN);
    let rest = (more > 0).then(|| format!("  and {more} more; --format json lists them all"));
    std::iter::once(heading).chain(listed).chain(rest).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_list_is_cut_and_says_so() {
        let path = BlobPath::from_bytes(b"f");
        let change = |line| PolicyChange::new(&path, Some(line), PolicyKind::AllowMark, "x".to_owned());
        let mut report = Report { policy_changes: (1..=50).map(change).collect(), ..Report::default() };
        let shown = |report: &Report| lines(report, Paint { color: false });
        assert_eq!(shown(&report).len(), 51);
        assert_eq!(shown(&report)[1], "  f:1: allow-mark: x");
        report.policy_changes.push(change(51));
        assert_eq!(shown(&report)[51], "  and 1 more; --format json lists them all");
        assert!(shown(&Report::default()).is_empty());
    }
}
