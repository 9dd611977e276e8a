//! What a configuration says of single findings: thresholds and rules by path, and allow entries. Made once for a run;
//! nothing of it costs anything where nothing is found.

use jiff::civil::Date;

use crate::rule::{Confidence, Rule, Severity};
use crate::source::files::PathFilter;

use super::allow::Ready;
use super::{Allow, Config, Limits, Mode, Override, Place, Selector};

/// Thresholds of a run, what differs by path, and what is allowed.
#[derive(Debug)]
pub struct Policy {
    min_confidence: Confidence,
    min_severity: Severity,
    /// Most findings of one rule in one file.
    pub max_per_rule: usize,
    overrides: Vec<ByPath>,
    /// Entries that hold, and then those that no longer do.
    allow: Vec<(Ready, Place)>,
    expired: Vec<(Ready, Place)>,
    /// What paths begin with outside a repository, where entries count from the directory that is scanned.
    root: Vec<u8>,
}

#[derive(Debug)]
struct ByPath {
    paths: PathFilter,
    min_confidence: Option<Confidence>,
    min_severity: Option<Severity>,
    off: Option<Vec<Selector>>,
}

/// What holds at one path.
#[derive(Clone, Copy, Debug)]
pub struct At<'p> {
    /// Findings below it are counted, not reported.
    pub min_confidence: Confidence,
    /// Likewise.
    pub min_severity: Severity,
    off: &'p [Selector],
}

impl At<'_> {
    /// Whether `rule` finds nothing here.
    pub fn is_off(&self, rule: &Rule) -> bool {
        self.off.iter().any(|selector| selector.selects(rule))
    }
}

/// What the allow entries say of one finding.
#[derive(Default)]
pub struct Allowing<'p> {
    /// One of them allows it.
    pub allowed: bool,
    /// Where that one stands.
    pub by: Option<&'p Place>,
    /// These allow it if one of their commits brought it, which is known later.
    pub if_commit: Vec<usize>,
    /// This one did until its last day.
    pub expired: Option<(&'p Allow, &'p Place)>,
}

impl Policy {
    /// A policy that reports everything.
    pub const fn everything() -> Self {
        Self {
            min_confidence: Confidence::Low,
            min_severity: Severity::Low,
            max_per_rule: Limits::FINDINGS_PER_RULE,
            overrides: Vec::new(),
            allow: Vec::new(),
            expired: Vec::new(),
            root: Vec::new(),
        }
    }

    /// What `config` says for a run in `mode` on the day `today`. Thresholds that are `given` as options hold everywhere.
    pub fn new(
        config: &Config,
        mode: Mode,
        given: (Option<Confidence>, Option<Severity>),
        today: Date,
    ) -> Self {
        let entries = config.allow.iter().map(|entry| (Ready::new(entry.value.clone()), entry.place.clone()));
        let (allow, expired) = entries.partition(|(ready, _)| ready.entry.holds_on(today));
        let by_path = |found: &Override| ByPath {
            // The globs were checked when they were read.
            paths: PathFilter::new(&found.paths, &[]).unwrap_or_default(),
            min_confidence: found.min_confidence.of(mode).filter(|_| given.0.is_none()),
            min_severity: found.min_severity.of(mode).filter(|_| given.1.is_none()),
            off: found.rules_off.clone(),
        };
        Self {
            min_confidence: given.0.or(config.min_confidence.of(mode)).unwrap_or(Confidence::Medium),
            min_severity: given.1.or(config.min_severity.of(mode)).unwrap_or(Severity::Low),
            max_per_rule: config.limits.max_findings_per_rule.value,
            overrides: config.overrides.iter().map(|found| by_path(&found.value)).collect(),
            allow,
            expired,
            root: Vec::new(),
        }
    }

    /// The same outside a repository: paths as they are shown begin with `root`.
    #[must_use]
    pub fn below(self, root: Vec<u8>) -> Self {
        Self { root, ..self }
    }

    /// The same without allow entries.
    #[must_use]
    pub fn allowing_nothing(self) -> Self {
        Self { allow: Vec::new(), expired: Vec::new(), ..self }
    }

    /// Whether any path has everything reported, doubtful things too: then all of that has to be looked for.
    pub fn asks_for_everything(&self) -> bool {
        let low = |level: Option<Confidence>| level == Some(Confidence::Low);
        self.min_confidence == Confidence::Low || self.overrides.iter().any(|found| low(found.min_confidence))
    }

    /// What holds at a path: `shown` and, inside a repository, from its root.
    pub fn at(&self, shown: &[u8], in_repository: Option<&[u8]>) -> At<'_> {
        let mut at = At { min_confidence: self.min_confidence, min_severity: self.min_severity, off: &[] };
        if self.overrides.is_empty() {
            return at;
        }
        let path = self.path(shown, in_repository);
        for found in self.overrides.iter().filter(|found| found.paths.excludes_file(&[path])) {
            at.min_confidence = found.min_confidence.unwrap_or(at.min_confidence);
            at.min_severity = found.min_severity.unwrap_or(at.min_severity);
            at.off = found.off.as_deref().unwrap_or(at.off);
        }
        at
    }

    /// What the allow entries say of a value that `rule` found at a path, in a commit as far as that is known.
    pub fn allows(
        &self,
        (shown, in_repository): (&[u8], Option<&[u8]>),
        rule: &Rule,
        value: &[u8],
        commit: Option<&str>,
    ) -> Allowing<'_> {
        let mut found = Allowing::default();
        if self.allow.is_empty() && self.expired.is_empty() {
            return found;
        }
        let path = self.path(shown, in_repository);
        for (index, (ready, place)) in self.allow.iter().enumerate() {
            if !ready.holds(&[path], rule, value) {
                continue;
            }
            match (ready.entry.commits.is_empty(), commit) {
                (true, _) => found.allowed = true,
                (false, Some(_)) => found.allowed |= ready.commit_holds(commit),
                (false, None) => found.if_commit.push(index),
            }
            if found.allowed {
                found.by.get_or_insert(place);
            }
        }
        if !found.allowed {
            let holds = |ready: &Ready| {
                ready.holds(&[path], rule, value)
                    && (ready.entry.commits.is_empty() || ready.commit_holds(commit))
            };
            let expired = self.expired.iter().find(|(ready, _)| holds(ready));
            found.expired = expired.map(|(ready, place)| (&ready.entry, place));
        }
        found
    }

    /// Whether one of these entries, which waited for it, names the commit.
    pub fn allows_commit(&self, entries: &[usize], commit: Option<&str>) -> bool {
        entries.iter().any(|&entry| self.allow[entry].0.commit_holds(commit))
    }

    /// For each allow entry that narrows values and no commits or paths, whether it would take this one: for
    /// `config check`, expired ones left out.
    pub fn swallowed_by<'p>(
        &'p self,
        rule: &'p Rule,
        value: &'p [u8],
    ) -> impl Iterator<Item = &'p Place> + 'p {
        let tells = |entry: &Allow| !entry.values.is_empty() || !entry.words.is_empty() || is_bare(entry);
        let holds = move |ready: &Ready| ready.rule_holds(rule) && ready.value_holds(value);
        let taking = self.allow.iter().filter(move |(ready, _)| tells(&ready.entry) && holds(ready));
        taking.map(|(_, place)| place)
    }

    fn path<'a>(&self, shown: &'a [u8], in_repository: Option<&'a [u8]>) -> &'a [u8] {
        in_repository.unwrap_or_else(|| {
            let inner = shown.strip_prefix(self.root.as_slice()).unwrap_or(shown);
            inner.strip_prefix(b"./").or(inner.strip_prefix(b"/")).unwrap_or(inner)
        })
    }
}

/// True for an entry that names rules and nothing else.
const fn is_bare(entry: &Allow) -> bool {
    entry.paths.is_empty() && entry.commits.is_empty()
}
