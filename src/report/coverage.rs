//! The coverage of a history as reports tell it: as JSON for `json` and `sarif`, as a table for standard error. Apart from
//! the summary because it is the same sum in three places.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::source::coverage::{Absent, Coverage, Row};
use crate::visible;

/// The coverage as written.
#[derive(Serialize)]
pub(super) struct CoverageV1<'r> {
    objects: BTreeMap<&'static str, RowV1<'r>>,
    /// Refs that the remote may have and this clone does not.
    refs_not_here: Vec<AbsentV1<'r>>,
    scope: &'r [String],
}

#[derive(Serialize)]
struct RowV1<'r> {
    considered: u64,
    scanned: u64,
    skipped: &'r BTreeMap<&'static str, u64>,
}

#[derive(Serialize)]
struct AbsentV1<'r> {
    remote: &'r str,
    refs: &'r str,
    fetch: &'r str,
}

impl<'r> CoverageV1<'r> {
    pub(super) fn new(coverage: &'r Coverage) -> Self {
        let row = |row: &'r Row| RowV1 {
            considered: row.considered(),
            scanned: row.scanned,
            skipped: &row.skipped,
        };
        let absent =
            |absent: &'r Absent| AbsentV1 { remote: &absent.remote, refs: absent.refs, fetch: &absent.fetch };
        Self {
            objects: coverage.rows.iter().map(|(kind, of)| (*kind, row(of))).collect(),
            refs_not_here: coverage.absent.iter().map(absent).collect(),
            scope: &coverage.scope,
        }
    }
}

/// The coverage as lines of a table, then what this clone cannot have.
pub(super) fn table(coverage: &Coverage) -> Vec<String> {
    let line = |kind: &str, considered: &str, scanned: &str, skipped: &str| {
        format!("{kind:<12}{considered:>12}{scanned:>12}   {skipped}").trim_end().to_owned()
    };
    let mut lines = vec![line("coverage", "considered", "scanned", "skipped")];
    for (kind, row) in &coverage.rows {
        let skipped: Vec<_> = row.skipped.iter().map(|(reason, count)| format!("{count} {reason}")).collect();
        let (considered, scanned) = (row.considered().to_string(), row.scanned.to_string());
        lines.push(line(kind, &considered, &scanned, &skipped.join(", ")));
    }
    lines.extend(coverage.scope.iter().map(|scope| format!("asked for: {}", visible::line(scope))));
    for Absent { remote, refs, fetch } in &coverage.absent {
        let (remote, fetch) = (visible::line(remote), visible::line(fetch));
        lines.push(format!("not in this clone: {refs} of {remote}, if there are any: {fetch}"));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_says_what_was_skipped_and_why() {
        let mut coverage = Coverage::default();
        coverage.scanned("blobs", 1200);
        coverage.skipped("blobs", "missing-object", 3);
        coverage.scanned("commits", 7);
        let expected = [
            "coverage      considered     scanned   skipped",
            "blobs               1203        1200   3 missing-object",
            "commits                7           7",
        ];
        assert_eq!(table(&coverage), expected);
    }
}
