//! Two baselines side by side: for a reviewer who asks what a change accepts, and for a merge.

use std::collections::{BTreeMap, BTreeSet};

use super::entry::{Entry, Key};
use super::{Baseline, moves};

/// What became of entries between an old and a new baseline. Entries are in the order of the files.
#[derive(Debug, Default)]
pub struct Comparison<'b> {
    /// Only in the new one.
    pub new: Vec<&'b Entry>,
    /// Only in the old one.
    pub gone: Vec<&'b Entry>,
    /// In both, at another path; old, then new.
    pub moved: Vec<(&'b Entry, &'b Entry)>,
    /// In both, at the same path; old, then new, which may say something else.
    pub still: Vec<(&'b Entry, &'b Entry)>,
}

/// Compares by value; entries under different salts are different ones, because nobody can tell.
pub fn compare<'b>(old: &'b Baseline, new: &'b Baseline) -> Comparison<'b> {
    let (before, after) = (by_value(old), by_value(new));
    let values: BTreeSet<_> = before.keys().chain(after.keys()).collect();
    let mut found = Comparison::default();
    let none = BTreeMap::new();
    for value in values {
        let (left, right) = (before.get(value).unwrap_or(&none), after.get(value).unwrap_or(&none));
        for (path, &entry) in left {
            right.get(path).iter().for_each(|&&now| found.still.push((entry, now)));
        }
        let gone: BTreeSet<&str> = left.keys().copied().filter(|path| !right.contains_key(path)).collect();
        let come: Vec<&str> = right.keys().copied().filter(|path| !left.contains_key(path)).collect();
        let moved: BTreeMap<&str, &str> = moves(&gone, &come).into_iter().collect();
        found.moved.extend(moved.iter().map(|(from, to)| (left[from], right[to])));
        let arrived: BTreeSet<&str> = moved.values().copied().collect();
        found.gone.extend(gone.iter().filter(|path| !moved.contains_key(*path)).map(|path| left[path]));
        found.new.extend(come.iter().filter(|path| !arrived.contains(*path)).map(|path| right[path]));
    }
    found.new.sort();
    found.gone.sort();
    found.moved.sort();
    found.still.sort();
    found
}

/// All entries of the baselines, each once; of several about one finding the fullest.
pub fn union(all: Vec<Baseline>) -> Baseline {
    let salts: BTreeSet<[u8; 32]> = all.iter().flat_map(|one| one.salts.iter().copied()).collect();
    Baseline::new(salts.into_iter().collect(), all.into_iter().flat_map(|one| one.entries).collect())
}

/// What `ours` and `theirs` have made of `base`: what either has added stays, what either has deleted goes, unless the
/// other has changed what people say of it. Where both have changed that, each keeps what only it has changed, and
/// of two different changes of the same word the stricter one stays: the earlier end, not everywhere, and else ours.
pub fn merge(base: &Baseline, ours: &Baseline, theirs: &Baseline) -> Baseline {
    let maps = [base, ours, theirs].map(by_key);
    let keys: BTreeSet<&Key> = maps[1].keys().chain(maps[2].keys()).collect();
    let merged = keys.into_iter().filter_map(|key| {
        let [base, ours, theirs] = [maps[0].get(key), maps[1].get(key), maps[2].get(key)];
        match (base, ours, theirs) {
            (Some(base), Some(one), None) | (Some(base), None, Some(one)) => {
                (one.facts() != base.facts()).then(|| (*one).clone())
            }
            (_, Some(ours), Some(theirs)) => Some(both(base.copied(), ours, theirs)),
            (_, Some(one), None) | (_, None, Some(one)) => Some((*one).clone()),
            (_, None, None) => None,
        }
    });
    let entries: Vec<Entry> = merged.collect();
    let salts: BTreeSet<[u8; 32]> = ours.salts.iter().chain(&theirs.salts).copied().collect();
    Baseline::new(salts.into_iter().collect(), entries)
}

/// An entry that both sides have.
fn both(base: Option<&Entry>, ours: &Entry, theirs: &Entry) -> Entry {
    let before = base.map(Entry::facts).unwrap_or_default();
    let (mine, other) = (ours.facts(), theirs.facts());
    let mut facts = mine.clone();
    facts.reason = either(before.reason, mine.reason, other.reason, |mine, _| mine);
    facts.owner = either(before.owner, mine.owner, other.owner, |mine, _| mine);
    facts.status = either(before.status, mine.status, other.status, |mine, _| mine);
    facts.expires = either(before.expires, mine.expires, other.expires, std::cmp::min);
    facts.anywhere = match base {
        Some(_) if mine.anywhere == before.anywhere => other.anywhere,
        Some(_) if other.anywhere == before.anywhere => mine.anywhere,
        _ => mine.anywhere && other.anywhere,
    };
    let mut entry = ours.clone();
    entry.describe(facts);
    entry
}

/// What became of one word on two sides; `choose` decides between two different words.
fn either<T: PartialEq>(
    before: Option<T>,
    mine: Option<T>,
    other: Option<T>,
    choose: impl FnOnce(T, T) -> T,
) -> Option<T> {
    if mine == before {
        return other;
    }
    if other == before {
        return mine;
    }
    match (mine, other) {
        (Some(mine), Some(other)) => Some(choose(mine, other)),
        (mine, other) => mine.or(other),
    }
}

fn by_key(baseline: &Baseline) -> BTreeMap<Key, &Entry> {
    baseline.entries.iter().map(|entry| (entry.key(), entry)).collect()
}

type ByValue<'b> = BTreeMap<(String, &'b str), BTreeMap<&'b str, &'b Entry>>;

fn by_value(baseline: &Baseline) -> ByValue<'_> {
    let mut values = ByValue::new();
    for entry in &baseline.entries {
        let value = values.entry((entry.fingerprint(), entry.salt.as_str())).or_default();
        value.insert(entry.path.as_str(), entry);
    }
    values
}
