//! The names of services whose rules are rows of a table, for a look-up by the words of a text.
//!
//! Thousands of words are asked for and few are names, so a table of beginnings answers most questions.

use rustc_hash::FxHashMap;

use crate::rule::{Detector, Rule, ValueForm};

use super::RuleIndex;

/// Letters of a name below which it counts only in the value's own name, as one that is an ordinary word does.
const TELLING_LETTERS: usize = 4;

/// Letters and digits of the shortest name.
pub const SHORTEST_NAME: usize = 3;

/// Words of the longest name.
pub const MOST_WORDS: usize = 4;

/// First letters of a name that are looked at where it may end before the word does.
const BEGINNING: usize = 4;

/// The first letters of a word or a name, in lower case, at most as many as fit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Letters {
    bytes: u64,
    count: usize,
}

impl Letters {
    /// Most that are told apart.
    pub const MOST: usize = 8;

    /// The first of these letters and digits.
    pub fn of(letters: &[u8]) -> Self {
        let mut bytes = [0; Self::MOST];
        bytes.iter_mut().zip(letters).for_each(|(byte, letter)| *byte = *letter);
        Self::of_all(bytes).first(letters.len())
    }

    /// All of these letters and digits.
    pub const fn of_all(letters: [u8; Self::MOST]) -> Self {
        // Of letters and digits only capitals lack this bit.
        Self {
            bytes: u64::from_le_bytes(letters) | u64::from_le_bytes([0x20; Self::MOST]),
            count: Self::MOST,
        }
    }

    /// These and then `more`.
    #[must_use]
    pub fn and(self, more: Self) -> Self {
        let bytes = self.bytes | more.bytes.checked_shl(8 * self.count as u32).unwrap_or_default();
        Self { bytes, count: Self::MOST.min(self.count + more.count) }
    }

    /// The first `count` of them.
    #[must_use]
    pub const fn first(self, count: usize) -> Self {
        if count >= self.count {
            return self;
        }
        Self { bytes: self.bytes & ((1 << (8 * count)) - 1), count }
    }
}

/// A table of first letters, some of which share a bit.
struct Bits(Box<[u64]>);

impl Bits {
    /// Of the hash.
    const USED: u32 = 17;

    fn none() -> Self {
        Self(vec![0; (1 << Self::USED) / 64].into_boxed_slice())
    }

    fn add(&mut self, letters: Letters) {
        let bit = Self::bit(letters);
        self.0[bit / 64] |= 1 << (bit % 64);
    }

    fn has(&self, letters: Letters) -> bool {
        let bit = Self::bit(letters);
        self.0[bit / 64] >> (bit % 64) & 1 == 1
    }

    const fn bit(letters: Letters) -> usize {
        (letters.bytes.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (u64::BITS - Self::USED)) as usize
    }
}

/// All names of services.
pub struct Names {
    names: FxHashMap<Box<[u8]>, Name>,
    /// Each name's first letters: [`BEGINNING`], or all of a shorter one.
    beginnings: Bits,
    /// All beginnings of each name.
    prefixes: Bits,
    /// Names as wholes.
    wholes: Bits,
    forms: Forms,
}

/// Lengths and marks of values. Each set of marks that some values may hold is a bit; beyond so many, some share the last.
struct Forms {
    sets: Vec<u8>,
    /// For each length in bytes the sets that have values of it.
    lengths: Vec<u64>,
    /// For each set of marks those that it is a part of.
    marks: Box<[u64; 256]>,
}

impl Forms {
    fn none() -> Self {
        Self { sets: Vec::new(), lengths: Vec::new(), marks: Box::new([0; 256]) }
    }

    fn allow(&mut self, form: &ValueForm) {
        let known = self.sets.iter().position(|marks| *marks == form.marks);
        let set = known.unwrap_or(self.sets.len());
        let bit = 1 << set.min(u64::BITS as usize - 1);
        if known.is_none() {
            self.sets.push(form.marks);
            let parts = (0..=u8::MAX).zip(self.marks.iter_mut());
            parts.filter(|(marks, _)| marks & !form.marks == 0).for_each(|(_, sets)| *sets |= bit);
        }
        self.lengths.resize(self.lengths.len().max(form.longest + 1), 0);
        self.lengths[form.shortest..=form.longest].iter_mut().for_each(|sets| *sets |= bit);
    }
}

/// One name and the rules that it stands for.
pub struct Name {
    /// Bit `n` is set when a word of the name ends after `n` of its letters.
    breaks: u64,
    /// The rules, in their order.
    pub rules: Vec<Named>,
}

/// A rule with this name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Named {
    /// Which rule.
    pub rule: RuleIndex,
    /// The name counts only in the value's own name, beside a word that says key or token.
    pub own_only: bool,
}

impl Names {
    /// The names of these rules' rows.
    pub fn new(rules: &[Rule]) -> Self {
        let mut all = Self {
            names: FxHashMap::default(),
            beginnings: Bits::none(),
            prefixes: Bits::none(),
            wholes: Bits::none(),
            forms: Forms::none(),
        };
        for (rule, found) in rules.iter().enumerate() {
            let Detector::Near { names, common, forms, .. } = &found.detector else { continue };
            forms.iter().for_each(|form| all.forms.allow(form));
            for name in names.iter() {
                let letters = name.len() - name.matches(' ').count();
                all.add(name, Named { rule, own_only: *common || letters < TELLING_LETTERS });
            }
        }
        all
    }

    /// False when no rule's values have this length in bytes and these marks.
    pub fn may_be(&self, length: usize, marks: u8) -> bool {
        let lengths = self.forms.lengths.get(length).copied().unwrap_or_default();
        lengths & self.forms.marks[usize::from(marks)] != 0
    }

    fn add(&mut self, name: &str, named: Named) {
        let joined = name.replace(' ', "").into_bytes();
        if joined.len() < SHORTEST_NAME {
            return;
        }
        let letters = Letters::of(&joined);
        // Nothing that is shorter counts as the beginning of a longer name.
        self.beginnings.add(letters.first(if joined.len() > SHORTEST_NAME {
            BEGINNING
        } else {
            SHORTEST_NAME
        }));
        (1..=joined.len()).for_each(|count| self.prefixes.add(letters.first(count)));
        self.wholes.add(letters);
        let entry = self.names.entry(joined.into()).or_insert(Name { breaks: 0, rules: Vec::new() });
        let mut letters = 0;
        for word in name.split(' ') {
            letters += word.len();
            entry.breaks |= 1u64.checked_shl(u32::try_from(letters).unwrap_or(u32::MAX)).unwrap_or(0);
        }
        if !entry.rules.iter().any(|other| other.rule == named.rule) {
            entry.rules.push(named);
        }
    }

    /// Longest value of any of the rules, in bytes; 0 when there are none.
    pub fn longest_value(&self) -> usize {
        self.forms.lengths.len().saturating_sub(1)
    }

    /// False when no name begins as `letters` do.
    pub fn may_begin(&self, letters: Letters) -> bool {
        letters.count >= SHORTEST_NAME
            && (self.beginnings.has(letters.first(BEGINNING))
                || self.beginnings.has(letters.first(SHORTEST_NAME)))
    }

    /// False when no name is `letters` or goes on behind them.
    pub fn may_go_on(&self, letters: Letters) -> bool {
        self.prefixes.has(letters)
    }

    /// False when no name is `letters`, of which the first are these.
    pub fn may_be_all(&self, letters: Letters) -> bool {
        self.wholes.has(letters)
    }

    /// The name that is `letters`, in lower case and without separators.
    pub fn get(&self, letters: &[u8]) -> Option<&Name> {
        self.names.get(letters)
    }
}

impl Name {
    /// True when a word of the name ends after `letters` of its letters.
    pub fn breaks_after(&self, letters: usize) -> bool {
        letters < 64 && self.breaks >> letters & 1 == 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::Text;

    fn names(rows: &[(&'static [&'static str], bool)]) -> Names {
        let rule = |&(names, common): &(&[&'static str], bool)| Rule {
            detector: Detector::Near {
                values: Text::Borrowed("[0-9]{16}"),
                names: names.iter().map(|name| Text::Borrowed(*name)).collect(),
                common,
                forms: vec![ValueForm { marks: 1, shortest: 16, longest: 18 }].into(),
            },
            ..crate::rule::builtin()[0].clone()
        };
        Names::new(&rows.iter().map(rule).collect::<Vec<_>>())
    }

    #[test]
    fn a_name_is_found_by_its_letters_and_knows_where_its_words_end() {
        let names =
            names(&[(&["abuse ip db", "abuseipdb"], false), (&["box"], false), (&["abuseipdb"], true)]);
        let name = names.get(b"abuseipdb").unwrap();
        let ends: Vec<usize> = (0..70).filter(|&at| name.breaks_after(at)).collect();
        assert_eq!(ends, [5, 7, 9]);
        assert_eq!(name.rules, [Named { rule: 0, own_only: false }, Named { rule: 2, own_only: true }]);
        assert!(names.get(b"box").unwrap().rules[0].own_only, "three letters");
        assert!(names.get(b"abuse").is_none());
        assert_eq!(names.longest_value(), 18);
        assert!(names.may_be(16, 0) && names.may_be(18, 1) && !names.may_be(18, 2) && !names.may_be(19, 0));
    }

    #[test]
    fn beginnings_are_known() {
        let names = names(&[(&["abuse ip db"], false), (&["box"], false)]);
        let begins = |letters: &str| names.may_begin(Letters::of(letters.as_bytes()));
        assert!(begins("abus") && begins("ABuseTheIp") && begins("boxkey") && begins("box"));
        assert!(!begins("abu") && !begins("bo") && !begins("zzzz") && !begins(""));
        let goes_on = |letters: &str| names.may_go_on(Letters::of(letters.as_bytes()));
        assert!(goes_on("a") && goes_on("abuseip") && goes_on("abuseipdb") && goes_on("box"));
        assert!(!goes_on("boxk") && !goes_on("abusei2"));
        let joined = Letters::of(b"AB").and(Letters::of(b"usE")).and(Letters::of(b"ipdb2"));
        assert_eq!(joined, Letters::of(b"abuseipd"));
        assert!(names.may_be_all(joined) && !names.may_be_all(Letters::of(b"abuse")));
    }
}
