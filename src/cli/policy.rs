//! What a range adds to the configuration and the baseline. Neither holds for the range itself, for which those of its
//! base are read, but both would from the next change on.

use std::collections::BTreeSet;

use crate::baseline::Baseline;
use crate::blob::BlobPath;
use crate::config::{Config, Mode};
use crate::report::policy::{PolicyChange, PolicyKind};
use crate::source::Problem;

use super::options::PolicyOptions;
use super::session::{BASELINE, CONFIG, Law};

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
pub(super) fn changes(
    before: &Law,
    after: &Law,
    options: &PolicyOptions,
    rule_ids: &[&str],
) -> Vec<PolicyChange> {
    let mut found = Vec::new();
    let change =
        |name: &str, kind, what| PolicyChange::new(&BlobPath::from_bytes(name.as_bytes()), None, kind, what);
    if options.config.is_none() && !options.no_config {
        let parse = |bytes: &[u8]| Config::parse(std::str::from_utf8(bytes).ok()?, CONFIG, rule_ids).ok();
        let what = compared(before, after, CONFIG, parse, config_changes);
        found.extend(what.into_iter().map(|what| change(CONFIG, PolicyKind::Configuration, what)));
    }
    if options.baseline.is_none() && !options.no_baseline {
        let parse = |bytes: &[u8]| Baseline::read(bytes, BASELINE).ok();
        let what = compared(before, after, BASELINE, parse, baseline_changes);
        found.extend(what.into_iter().map(|what| change(BASELINE, PolicyKind::Baseline, what)));
    }
    found
}

/// Reads the file `name` on both sides and compares them. One that cannot be read after the change is said to be so: the
/// next change would be refused for it.
fn compared<T: Default>(
    before: &Law,
    after: &Law,
    name: &str,
    parse: impl Fn(&[u8]) -> Option<T>,
    compare: impl Fn(&T, &T) -> Vec<String>,
) -> Vec<String> {
    let old = before.read(name).ok().flatten().map(|(bytes, _)| bytes);
    let new = match after.read(name) {
        Ok(new) => new.map(|(bytes, _)| bytes),
        Err(_) => return vec![BROKEN.to_owned()],
    };
    if old == new {
        return Vec::new();
    }
    let old = old.and_then(|bytes| parse(&bytes)).unwrap_or_default();
    match new.as_deref().map(parse) {
        None => compare(&old, &T::default()),
        Some(Some(new)) => compare(&old, &new),
        Some(None) => vec![BROKEN.to_owned()],
    }
}

fn config_changes(old: &Config, new: &Config) -> Vec<String> {
    let mut found = Vec::new();
    let added = |old: &[String], new: &[String]| {
        new.iter().filter(|entry| !old.contains(entry)).cloned().collect::<Vec<_>>()
    };
    found.extend(added(&old.exclude, &new.exclude).iter().map(|glob| format!("excludes paths: {glob}")));
    found.extend(added(&old.rules_off, &new.rules_off).iter().map(|rule| format!("turns off rule {rule}")));
    for (name, mode) in Mode::ALL {
        let (was, is) = (old.min_confidence.of(mode), new.min_confidence.of(mode));
        if was != is {
            let word = is.map_or("the default", |level| level.word());
            found.push(format!("sets min_confidence of {name} to {word}"));
        }
    }
    found
}

fn baseline_changes(old: &Baseline, new: &Baseline) -> Vec<String> {
    let known: BTreeSet<_> =
        old.entries().iter().map(|entry| (&entry.path, &entry.hash, &entry.salt)).collect();
    let added: Vec<_> = new
        .entries()
        .iter()
        .filter(|entry| !known.contains(&(&entry.path, &entry.hash, &entry.salt)))
        .collect();
    let mut found: Vec<String> = added
        .iter()
        .take(MOST_LISTED)
        .map(|entry| {
            let rule = if entry.rule.is_empty() { "an unnamed rule" } else { entry.rule.as_str() };
            format!("accepts a finding of {rule} in {}", entry.path)
        })
        .collect();
    if added.len() > MOST_LISTED {
        found.push(format!("and {} further entries", added.len() - MOST_LISTED));
    }
    found
}
