//! What leads to an object: branches, tags, a stash, only a reflog, nothing at all.
//!
//! Stands apart because the words are a promise to whoever reads a report, and say how an object has to be got rid of.

/// A set of kinds of names that lead to an object.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Reach(u16);

impl Reach {
    /// A local branch.
    pub(crate) const BRANCH: Self = Self(1);
    /// A tag.
    pub(crate) const TAG: Self = Self(1 << 1);
    /// A remote-tracking ref.
    pub(crate) const REMOTE: Self = Self(1 << 2);
    /// A notes ref.
    pub(crate) const NOTES: Self = Self(1 << 3);
    /// Any other ref below `refs/`.
    pub(crate) const OTHER: Self = Self(1 << 4);
    /// A stash, also an older one.
    pub(crate) const STASH: Self = Self(1 << 5);
    /// The HEAD of a working tree, or another name that git keeps beside it (`ORIG_HEAD`, `FETCH_HEAD` …).
    pub(crate) const HEAD: Self = Self(1 << 6);
    /// The index of a working tree.
    pub(crate) const INDEX: Self = Self(1 << 7);
    /// A line of a reflog.
    pub(crate) const REFLOG: Self = Self(1 << 8);
    /// Nothing; it is in the object store all the same.
    pub(crate) const UNREACHABLE: Self = Self(1 << 9);
    /// A file of the repository that git never sends: its settings, a reflog.
    pub(crate) const LOCAL: Self = Self(1 << 10);

    /// The kinds in both.
    pub(crate) const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The kind of a ref (or `HEAD`) by its name.
    pub(crate) fn of_ref(name: &str) -> Self {
        let kinds = [
            ("refs/heads/", Self::BRANCH),
            ("refs/tags/", Self::TAG),
            ("refs/remotes/", Self::REMOTE),
            ("refs/notes/", Self::NOTES),
        ];
        match kinds.iter().find(|(prefix, _)| name.starts_with(prefix)) {
            Some((_, kind)) => *kind,
            None if name == "refs/stash" => Self::STASH,
            None if name.starts_with("refs/") => Self::OTHER,
            None => Self::HEAD,
        }
    }

    /// How firmly an object is held: 0 by what others have too, up to 3 by nothing. What holds it best is told first.
    pub(crate) fn rank(self) -> usize {
        match self.words()[..] {
            [.., "local"] if self.0 & !Self::UNREACHABLE.0 == 0 => 3,
            ["reflog", ..] => 2,
            [.., "local"] => 1,
            _ => 0,
        }
    }

    /// The words of a report. What every commit has anyway is said only where nothing better leads there: a stash
    /// without a ref, HEAD and the index without a stash, a reflog without any of these. `local` stands where only names lead that no push sends.
    pub(crate) fn words(self) -> Vec<&'static str> {
        let mut words = self.among(&WORDS[..SHARED]);
        let is_shared = !words.is_empty();
        // A stash, then HEAD and the index, then a reflog, then nothing.
        for weaker in
            [SHARED..SHARED + 1, SHARED + 1..SHARED + 3, SHARED + 3..SHARED + 4, SHARED + 4..WORDS.len()]
        {
            if words.is_empty() {
                words = self.among(&WORDS[weaker]);
            }
        }
        if !is_shared && self != Self::default() {
            words.push("local");
        }
        words
    }

    /// The words of all kinds of names that lead there, however many.
    pub(crate) fn all_words(self) -> Vec<&'static str> {
        self.among(&WORDS)
    }

    fn among(self, kinds: &[(Self, &'static str)]) -> Vec<&'static str> {
        kinds.iter().filter(|(kind, _)| self.0 & kind.0 != 0).map(|(_, word)| *word).collect()
    }
}

/// The words of all kinds but the last, those first that others have too.
const WORDS: [(Reach, &str); 10] = [
    (Reach::BRANCH, "branch"),
    (Reach::TAG, "tag"),
    (Reach::REMOTE, "remote"),
    (Reach::NOTES, "notes"),
    (Reach::OTHER, "ref"),
    (Reach::STASH, "stash"),
    (Reach::HEAD, "head"),
    (Reach::INDEX, "index"),
    (Reach::REFLOG, "reflog"),
    (Reach::UNREACHABLE, "unreachable"),
];

/// How many of them others have too.
const SHARED: usize = 5;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_say_the_strongest_hold_and_whether_a_push_would_send_it() {
        let of = |kinds: &[Reach]| kinds.iter().fold(Reach::default(), |all, kind| all.with(*kind)).words();
        assert_eq!(of(&[Reach::BRANCH, Reach::TAG, Reach::REFLOG, Reach::HEAD]), ["branch", "tag"]);
        assert_eq!(of(&[Reach::STASH, Reach::REFLOG]), ["stash", "local"]);
        assert_eq!(of(&[Reach::STASH, Reach::REMOTE]), ["remote"]);
        assert_eq!(of(&[Reach::REFLOG, Reach::UNREACHABLE]), ["reflog", "local"]);
        assert_eq!(of(&[Reach::UNREACHABLE]), ["unreachable", "local"]);
        assert_eq!(of(&[Reach::INDEX]), ["index", "local"]);
        assert_eq!(of(&[Reach::LOCAL]), ["local"]);
        assert_eq!(of(&[Reach::REFLOG, Reach::LOCAL, Reach::BRANCH]), ["branch"]);
        assert_eq!(of(&[Reach::STASH, Reach::LOCAL, Reach::REFLOG]), ["stash", "local"]);
        assert_eq!(of(&[Reach::UNREACHABLE, Reach::LOCAL, Reach::REFLOG]), ["reflog", "local"]);
        assert_eq!(of(&[Reach::REMOTE, Reach::BRANCH, Reach::STASH]), ["branch", "remote"]);
        let all = Reach::BRANCH.with(Reach::STASH).with(Reach::LOCAL).all_words();
        assert_eq!(all, ["branch", "stash"]);
        assert!(of(&[]).is_empty());
        let ranks = [Reach::TAG, Reach::STASH, Reach::REFLOG, Reach::UNREACHABLE].map(Reach::rank);
        assert_eq!(ranks, [0, 1, 2, 3]);
    }

    #[test]
    fn refs_are_told_by_their_names() {
        for (name, kind) in [
            ("refs/heads/-x", Reach::BRANCH),
            ("refs/remotes/origin/x", Reach::REMOTE),
            ("refs/pull/1/head", Reach::OTHER),
            ("refs/stash", Reach::STASH),
            ("HEAD", Reach::HEAD),
        ] {
            assert_eq!(Reach::of_ref(name), kind);
        }
    }
}
