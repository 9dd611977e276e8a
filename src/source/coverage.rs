//! What a scan of a whole history covered: objects considered, scanned and skipped, by reason, and refs that this clone
//! cannot have.
//!
//! Stands apart from gaps and problems because it is a sum that comes out even: what is considered is either scanned or
//! skipped for a named reason.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Objects of one kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// Read and searched.
    pub scanned: u64,
    /// Not read, or not in full, by the word of the gap or problem.
    pub skipped: BTreeMap<&'static str, u64>,
}

impl Row {
    /// All that were met.
    pub fn considered(&self) -> u64 {
        self.scanned + self.skipped.values().sum::<u64>()
    }
}

/// Refs that the remote may have and this clone does not.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Absent {
    /// The remote's name.
    pub remote: String,
    /// The refs, as a pattern.
    pub refs: &'static str,
    /// The command that brings them.
    pub fetch: String,
}

/// The coverage of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// By kind: `blobs`, `commits`, `tags`, `trees`, `reflogs`, `refs`, `settings`, …
    pub rows: BTreeMap<&'static str, Row>,
    /// Sorted.
    pub absent: Vec<Absent>,
    /// What the user asked to leave out, in words.
    pub scope: Vec<String>,
}

impl Coverage {
    /// Counts objects that were read.
    pub fn scanned(&mut self, kind: &'static str, count: u64) {
        if count > 0 {
            self.rows.entry(kind).or_default().scanned += count;
        }
    }

    /// Counts objects that were not.
    pub fn skipped(&mut self, kind: &'static str, reason: &'static str, count: u64) {
        if count > 0 {
            *self.rows.entry(kind).or_default().skipped.entry(reason).or_default() += count;
        }
    }

    /// Adds the coverage of another repository.
    pub fn add(&mut self, other: Self) {
        for (kind, row) in other.rows {
            self.scanned(kind, row.scanned);
            row.skipped.into_iter().for_each(|(reason, count)| self.skipped(kind, reason, count));
        }
        self.absent.extend(other.absent);
        self.scope.extend(other.scope);
    }
}

/// What hosts keep besides branches and tags and a clone does not fetch unless told to. Sources: GitHub's "Checking out
/// pull requests locally", GitLab's "Check out merge requests locally".
const KEPT: [(&str, &str, &str); 2] = [
    ("github", "refs/pull/*", "+refs/pull/*/head:refs/remotes/REMOTE/pull/*"),
    ("gitlab", "refs/merge-requests/*", "+refs/merge-requests/*/head:refs/remotes/REMOTE/merge-requests/*"),
];

/// The refs that the remotes in the settings file `config` may have and a clone with the refs `names` does not.
pub(crate) fn absent(config: &Path, names: &BTreeSet<String>) -> Vec<Absent> {
    let mut found = Vec::new();
    for (remote, settings) in remotes(config) {
        let fetched = |refs: &str| settings.fetch.iter().any(|source| covers(source, refs));
        let here = |part: &str| {
            let (direct, tracked) = (format!("refs/{part}/"), format!("refs/remotes/{remote}/{part}/"));
            names.iter().any(|name| name.starts_with(&direct) || name.starts_with(&tracked))
        };
        let mut add = |refs: &'static str, spec: &str| {
            let fetch = format!("git fetch {remote} '{}'", spec.replace("REMOTE", &remote));
            found.push(Absent { remote: remote.clone(), refs, fetch });
        };
        let known = KEPT.iter().any(|(host, ..)| settings.url.contains(host));
        for (host, refs, spec) in KEPT {
            let part = refs.trim_start_matches("refs/").trim_end_matches("/*");
            if (!known || settings.url.contains(host)) && !fetched(refs) && !here(part) {
                add(refs, spec);
            }
        }
        if !settings.fetch.is_empty() && !fetched("refs/heads/*") {
            add("refs/heads/*", "+refs/heads/*:refs/remotes/REMOTE/*");
        }
    }
    found.sort();
    found
}

#[derive(Default)]
struct Remote {
    url: String,
    /// Left sides of the fetch settings.
    fetch: Vec<String>,
}

/// The remotes by name. A name that a shell would not take as one word is left out: nobody could copy the command.
fn remotes(config: &Path) -> BTreeMap<String, Remote> {
    let mut remotes: BTreeMap<String, Remote> = BTreeMap::new();
    let Ok(config) = git2::Config::open(config) else { return remotes };
    let Ok(mut entries) = config.entries(Some("^remote\\..*\\.(url|fetch)$")) else { return remotes };
    while let Some(Ok(entry)) = entries.next() {
        let (Ok(key), Ok(value)) = (entry.name(), entry.value()) else { continue };
        let Some((name, setting)) = key.trim_start_matches("remote.").rsplit_once('.') else { continue };
        let plain = |c: char| c.is_ascii_alphanumeric() || "._-/".contains(c);
        if name.starts_with('-') || !name.chars().all(plain) {
            continue;
        }
        let remote = remotes.entry(name.to_owned()).or_default();
        match setting {
            "url" => remote.url = value.to_ascii_lowercase(),
            _ => remote.fetch.extend(value.trim_start_matches('+').split(':').next().map(str::to_owned)),
        }
    }
    remotes
}

/// True when fetching `source` brings all of `refs`, both patterns with a star at their end.
fn covers(source: &str, refs: &str) -> bool {
    let (stem, all) = (source.trim_end_matches("/head"), refs.trim_end_matches('*'));
    stem.strip_suffix('*').is_some_and(|prefix| all.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn missing(config: &str, names: &[&str]) -> Vec<String> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), config).unwrap();
        let names = names.iter().map(|&name| name.to_owned()).collect();
        absent(file.path(), &names).into_iter().map(|absent| absent.refs.to_owned()).collect()
    }

    #[test]
    fn refs_that_a_host_keeps_are_named_unless_they_are_here() {
        let hub = "[remote \"origin\"]\nurl = https://github.com/a/b\nfetch = +refs/heads/*:refs/remotes/origin/*\n";
        assert_eq!(missing(hub, &[]), ["refs/pull/*"]);
        assert!(missing(hub, &["refs/remotes/origin/pull/1"]).is_empty());
        assert!(missing(&format!("{hub}fetch = +refs/pull/*/head:refs/x/*\n"), &[]).is_empty());
        let mirror = "[remote \"origin\"]\nurl = ssh://gitlab.example/x\nfetch = +refs/*:refs/*\n";
        assert!(missing(mirror, &[]).is_empty());
        let single = "[remote \"o\"]\nurl = /srv/x\nfetch = +refs/heads/main:refs/remotes/o/main\n";
        assert_eq!(missing(single, &[]), ["refs/heads/*", "refs/merge-requests/*", "refs/pull/*"]);
        assert!(missing("[remote \"-x\"]\nurl = a\n[remote \"a b\"]\nurl = b\n", &[]).is_empty());
        assert!(missing("not a config", &[]).is_empty());
    }

    #[test]
    fn what_is_considered_is_scanned_or_skipped() {
        let mut coverage = Coverage::default();
        coverage.scanned("blobs", 2);
        coverage.skipped("blobs", "missing-object", 1);
        let mut all = coverage.clone();
        all.add(coverage);
        assert_eq!(all.rows["blobs"].considered(), 6);
    }
}
