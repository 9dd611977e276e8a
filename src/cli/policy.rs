//! What a range adds to the configuration and the baseline. Neither holds for the range itself, for which those of its
//! base are read, but both would from the next change on.

mod compare;

use std::collections::BTreeMap;

use crate::baseline::{Baseline, Entry};
use crate::blob::BlobPath;
use crate::config::Place;
use crate::report::policy::{PolicyChange, PolicyKind};
use crate::source::Problem;

use super::law;
use super::options::PolicyOptions;
use super::session::{CONFIG, Law, baseline_name};

/// Most entries of a baseline listed; more are counted.
const MOST_LISTED: usize = 100;

/// Said of a file that the next change could not be judged by.
const BROKEN: &str = "can no longer be read";

/// The problem that a change is which leaves a law behind that nobody can read: every later change would be stopped by
/// it, the one that mends it too.
pub(super) fn problem(change: &PolicyChange) -> Option<Problem> {
    let path = BlobPath::from_bytes(change.path.as_bytes());
    let message = format!("the {} {BROKEN} after this change", change.kind.word());
    (change.what == BROKEN).then_some(Problem { path: Some(path), kind: "broken-policy", message })
}

/// What `after` allows and `before` does not. Files that an option replaces are nobody's law and are left out.
pub(super) fn changes(before: &Law, after: &Law, options: &PolicyOptions) -> Vec<PolicyChange> {
    let mut found = Vec::new();
    if options.config.is_none() && !options.no_config {
        found.extend(config_changes(before, after, options));
    }
    if options.baseline.is_none() && !options.no_baseline {
        let name = |law: &Law| baseline_of(law, options);
        let names = (name(before), name(after));
        let what = baselines((before, &names.0), (after, &names.1)).into_iter();
        found.extend(what.map(|what| change(&names.1, None, PolicyKind::Baseline, what)));
    }
    found
}

fn change(path: &str, line: Option<u64>, kind: PolicyKind, what: String) -> PolicyChange {
    PolicyChange::new(&BlobPath::from_bytes(path.as_bytes()), line, kind, what)
}

/// What the configuration of `after` loosens. One that cannot be read after the change is said to be so: the next change
/// would be refused for it.
fn config_changes(before: &Law, after: &Law, options: &PolicyOptions) -> Vec<PolicyChange> {
    let same = |law: &Law| law.read(CONFIG).ok().flatten().map(|(bytes, _)| bytes);
    let Ok(rules) = law::known(options) else { return Vec::new() };
    // Without a file on either side there is nothing to compare.
    if same(before).is_none() && matches!(after.read(CONFIG), Ok(None)) {
        return Vec::new();
    }
    let broken = || vec![change(CONFIG, None, PolicyKind::Configuration, BROKEN.to_owned())];
    let Ok(new) = law::of(after, &rules) else { return broken() };
    let old = law::of(before, &rules).unwrap_or_default();
    let told = |(place, what): (Option<Place>, String)| {
        let (file, line) =
            place.map_or((CONFIG.to_owned(), None), |place| (place.file.to_string(), Some(place.line)));
        change(&file, line, PolicyKind::Configuration, what)
    };
    compare::loosened(&old, &new).into_iter().map(told).collect()
}

/// The name of the baseline that holds on one side; the default where the configuration cannot be read.
fn baseline_of(law: &Law, options: &PolicyOptions) -> String {
    let config = law::known(options).and_then(|rules| law::config(options, &[law], &rules));
    baseline_name(&config.unwrap_or_default()).to_owned()
}

/// Compares the baselines of both sides. One that cannot be read after the change is said to be so.
fn baselines(before: (&Law, &str), after: (&Law, &str)) -> Vec<String> {
    let parse = |bytes: &[u8]| Baseline::read(bytes, after.1).ok();
    let old = before.0.read(before.1).ok().flatten().map(|(bytes, _)| bytes);
    let new = match after.0.read(after.1) {
        Ok(new) => new.map(|(bytes, _)| bytes),
        Err(_) => return vec![BROKEN.to_owned()],
    };
    if old == new {
        return Vec::new();
    }
    let old = old.and_then(|bytes| parse(&bytes)).unwrap_or_default();
    match new.as_deref().map(parse) {
        None => baseline_changes(&old, &Baseline::default()),
        Some(Some(new)) => baseline_changes(&old, &new),
        Some(None) => vec![BROKEN.to_owned()],
    }
}

fn baseline_changes(old: &Baseline, new: &Baseline) -> Vec<String> {
    let known: BTreeMap<_, _> = old
        .entries()
        .iter()
        .map(|entry| ((&entry.path, &entry.name, &entry.hash, &entry.salt), entry))
        .collect();
    let before = |entry: &Entry| known.get(&(&entry.path, &entry.name, &entry.hash, &entry.salt)).copied();
    // One that now holds for longer or in more places accepts something too.
    let more = |entry: &&Entry| before(entry).is_none_or(|old| entry.accepts_more_than(old));
    let added: Vec<_> = new.entries().iter().filter(more).collect();
    let mut found: Vec<String> = added
        .iter()
        .take(MOST_LISTED)
        .map(|entry| {
            let rule = if entry.rule.is_empty() { "an unnamed rule" } else { entry.rule.as_str() };
            let longer = if before(entry).is_some() { " for longer or in more files" } else { "" };
            format!("accepts a finding of {rule} in {}{longer}", entry.path)
        })
        .collect();
    if added.len() > MOST_LISTED {
        found.push(format!("and {} further entries", added.len() - MOST_LISTED));
    }
    found
}
