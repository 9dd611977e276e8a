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

/// First letters of a name that are looked at before all of them.
pub const BEGINNING: usize = 4;

/// Bits of the table of beginnings.
const BEGINNINGS: usize = 1 << 16;

/// All names of services.
pub struct Names {
    names: FxHashMap<Box<[u8]>, Name>,
    beginnings: Box<[u64]>,
    /// The same for all of a name's beginnings.
    prefixes: Box<[u64]>,
    /// For each set of marks that some values may hold, whether they may have so many bytes.
    forms: Vec<(u8, Vec<bool>)>,
    longest_value: usize,
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
            beginnings: vec![0; BEGINNINGS / 64].into_boxed_slice(),
            prefixes: vec![0; BEGINNINGS / 64].into_boxed_slice(),
            forms: Vec::new(),
            longest_value: 0,
        };
        for (rule, found) in rules.iter().enumerate() {
            let Detector::Near { names, common, forms, .. } = &found.detector else { continue };
            forms.iter().for_each(|form| all.allow(form));
            for name in names.iter() {
                let letters = name.len() - name.matches(' ').count();
                all.add(name, Named { rule, own_only: *common || letters < TELLING_LETTERS });
            }
        }
        all
    }

    fn allow(&mut self, form: &ValueForm) {
        self.longest_value = self.longest_value.max(form.longest);
        let known = self.forms.iter().position(|(marks, _)| *marks == form.marks);
        let at = known.unwrap_or_else(|| {
            self.forms.push((form.marks, Vec::new()));
            self.forms.len() - 1
        });
        let lengths = &mut self.forms[at].1;
        lengths.resize(lengths.len().max(form.longest + 1), false);
        lengths[form.shortest..=form.longest].fill(true);
    }

    /// False when no rule's values have this length in bytes and these marks.
    pub fn may_be(&self, length: usize, marks: u8) -> bool {
        let fits = |(allowed, lengths): &(u8, Vec<bool>)| {
            marks & !allowed == 0 && lengths.get(length).is_some_and(|&fits| fits)
        };
        self.forms.iter().any(fits)
    }

    fn add(&mut self, name: &str, named: Named) {
        let joined = name.replace(' ', "").into_bytes();
        if joined.len() < SHORTEST_NAME {
            return;
        }
        let bit = beginning(&joined, joined.len().min(BEGINNING));
        self.beginnings[bit / 64] |= 1 << (bit % 64);
        for count in 1..=joined.len() {
            let bit = beginning(&joined, count);
            self.prefixes[bit / 64] |= 1 << (bit % 64);
        }
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
        self.longest_value
    }

    /// False when no name begins as `letters` do; letters in lower case and digits.
    pub fn may_begin(&self, letters: &[u8]) -> bool {
        let set = |count: usize| {
            letters.len() >= count && {
                let bit = beginning(letters, count);
                self.beginnings[bit / 64] >> (bit % 64) & 1 == 1
            }
        };
        set(BEGINNING) || set(SHORTEST_NAME)
    }

    /// False when no name is `letters`, in lower case, or goes on behind them.
    pub fn may_go_on(&self, letters: &[u8]) -> bool {
        let bit = beginning(letters, letters.len());
        self.prefixes[bit / 64] >> (bit % 64) & 1 == 1
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

/// The bit of the first `count` letters.
fn beginning(letters: &[u8], count: usize) -> usize {
    let hash = letters[..count]
        .iter()
        .fold(count as u32, |hash, &b| (hash << 8 ^ u32::from(b)).wrapping_mul(0x9e37_79b1));
    (hash >> 16) as usize % BEGINNINGS
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
        assert!(names.may_begin(b"abuseip") && names.may_begin(b"abus") && names.may_begin(b"boxkey"));
        assert!(!names.may_begin(b"abu") && !names.may_begin(b"bo") && !names.may_begin(b"zzzz"));
    }
}
