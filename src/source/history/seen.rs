//! What was met, by number. Apart from sets because nearly every object has one path: a history has a million objects, and
//! a set of pairs takes three times the room and the time.

use super::paths::PathNumber;
use crate::source::object::Set;

/// No path.
const NOWHERE: PathNumber = PathNumber::MAX;

/// Objects, each at one or more paths.
#[derive(Default)]
pub(super) struct Seen {
    /// For each object the path at which it was met first, or [`NOWHERE`].
    first: Vec<PathNumber>,
    /// All other paths.
    more: Set<(u32, PathNumber)>,
}

impl Seen {
    /// True when the object was not met there before.
    pub(super) fn insert(&mut self, object: u32, path: PathNumber) -> bool {
        let at = object as usize;
        if at >= self.first.len() {
            self.first.resize(at + 1, NOWHERE);
        }
        match &mut self.first[at] {
            first if *first == NOWHERE => {
                *first = path;
                true
            }
            first if *first == path => false,
            _ => self.more.insert((object, path)),
        }
    }

    /// The objects, each once.
    pub(super) fn objects(&self) -> impl Iterator<Item = u32> + '_ {
        (0..).zip(&self.first).filter(|(_, first)| **first != NOWHERE).map(|(object, _)| object)
    }
}

/// Objects.
#[derive(Default)]
pub(super) struct Flags {
    set: Vec<bool>,
    count: usize,
}

impl Flags {
    /// True when the object was not there before.
    pub(super) fn insert(&mut self, object: u32) -> bool {
        let at = object as usize;
        if at >= self.set.len() {
            self.set.resize(at + 1, false);
        }
        let is_new = !std::mem::replace(&mut self.set[at], true);
        self.count += usize::from(is_new);
        is_new
    }

    pub(super) fn contains(&self, object: u32) -> bool {
        self.set.get(object as usize).is_some_and(|set| *set)
    }

    /// How many there are.
    pub(super) const fn len(&self) -> usize {
        self.count
    }

    /// All of them.
    pub(super) fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        (0..).zip(&self.set).filter(|(_, set)| **set).map(|(object, _)| object)
    }
}

impl Extend<u32> for Flags {
    fn extend<I: IntoIterator<Item = u32>>(&mut self, objects: I) {
        objects.into_iter().for_each(|object| _ = self.insert(object));
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn they_hold_what_sets_hold(pairs in proptest::collection::vec((0..30_u32, 0..4_u32), 0..200)) {
            let (mut seen, mut flags) = (Seen::default(), Flags::default());
            let (mut pairs_before, mut before) = (BTreeSet::new(), BTreeSet::new());
            for (object, path) in pairs {
                prop_assert_eq!(seen.insert(object, path), pairs_before.insert((object, path)));
                prop_assert_eq!(flags.insert(object), before.insert(object));
            }
            prop_assert_eq!(flags.len(), before.len());
            prop_assert!(seen.objects().eq(before.iter().copied()) && flags.iter().eq(before.iter().copied()));
            prop_assert!((0..40).all(|object| flags.contains(object) == before.contains(&object)));
        }
    }
}
