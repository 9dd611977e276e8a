//! What became of each entry: the view of those who keep a baseline, where matching is the view of those who scan.

use std::collections::HashMap;

use super::entry::Entry;
use super::{Baseline, Standing, path_of};
use crate::finding::Finding;

/// What a full scan knows of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// The value is where the entry says, or elsewhere and the entry says anywhere. The entry as it would be made today,
    /// with what people said of it.
    Here(Box<Entry>),
    /// It has left its path and turned up at another one. The entry as it would be made today.
    Moved(Box<Entry>),
    /// Its file was not scanned in full, or its rule does not run: nobody can tell.
    Unread,
    /// It is nowhere.
    Gone,
}

impl Baseline {
    /// The fate of each entry, by all `findings` of a scan of everything and what the baseline says of them. `unread`
    /// says of an entry that its value may be there unseen.
    pub fn fates(
        &self,
        findings: &[Finding],
        standings: &[Standing],
        unread: &dyn Fn(&Entry) -> bool,
    ) -> Vec<Fate> {
        let mut fates: Vec<Option<Fate>> = vec![None; self.entries.len()];
        let salt = self.salts.first().copied().unwrap_or_default();
        let today = |finding: &Finding, entry: &Entry, path: Option<&str>| {
            let mut now = Entry::of(finding, &salt);
            now.describe(entry.facts());
            path.into_iter().for_each(|path| path.clone_into(&mut now.path));
            Box::new(now)
        };
        for (group, by_path) in self.values(findings) {
            for at in self.entries_of(&findings[group].identity) {
                let entry = &self.entries[at];
                let stays = by_path.get(&entry.path).copied();
                let stays = stays.or_else(|| entry.anywhere.then_some(group));
                if let Some(finding) = stays {
                    let now = today(&findings[finding], entry, Some(entry.path.as_str()));
                    fates[at] = Some(Fate::Here(now));
                }
            }
        }
        for (finding, standing) in findings.iter().zip(standings) {
            if let Standing::Known(at) | Standing::Expired(at) = standing
                && fates[*at].is_none()
            {
                fates[*at] = Some(Fate::Moved(today(finding, &self.entries[*at], None)));
            }
        }
        let unseen = |(fate, entry): (Option<Fate>, &Entry)| {
            fate.unwrap_or_else(|| if unread(entry) { Fate::Unread } else { Fate::Gone })
        };
        fates.into_iter().zip(&self.entries).map(unseen).collect()
    }

    /// The values among the findings: the first finding of each, and one for every path where it stands, by the rule
    /// whose id comes first, so that the same is named in every run.
    fn values(&self, findings: &[Finding]) -> Vec<(usize, HashMap<String, usize>)> {
        let mut groups: HashMap<&[String], (usize, HashMap<String, usize>)> = HashMap::new();
        for (at, finding) in findings.iter().enumerate() {
            let (_, by_path) = groups.entry(&finding.identity.hashes).or_insert_with(|| (at, HashMap::new()));
            let named = by_path.entry(path_of(finding)).or_insert(at);
            if finding.rule.id < findings[*named].rule.id {
                *named = at;
            }
        }
        let mut values: Vec<_> = groups.into_values().collect();
        values.sort_unstable_by_key(|(first, _)| *first);
        values
    }
}
