//! An allow entry: what kind of finding is known to be none, and why. Every key that an entry gives must hold; a list
//! holds when one of its items does.

use std::sync::OnceLock;

use jiff::civil::Date;
use regex::bytes::{Regex, RegexBuilder};

use crate::rule::Rule;
use crate::source::files::PathFilter;

use super::Selector;

/// Most bytes that a compiled pattern may take.
const LARGEST_PATTERN: usize = 1 << 20;

/// One entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allow {
    /// Why.
    pub reason: String,
    /// The last day on which it holds, in UTC.
    pub expires: Option<Date>,
    /// Globs of paths.
    pub paths: Vec<String>,
    /// Rules.
    pub rules: Vec<Selector>,
    /// Regular expressions on the secret's bytes, not anchored.
    pub values: Vec<String>,
    /// Words that the value is or holds, whatever their case.
    pub words: Vec<String>,
    /// Beginnings of ids of the commits that brought the value, lower-case hex.
    pub commits: Vec<String>,
}

impl Allow {
    /// Whether it still holds on this day.
    pub fn holds_on(&self, today: Date) -> bool {
        self.expires.is_none_or(|last| today <= last)
    }
}

/// Compiles a pattern of `values`: bytes, ASCII classes unless it says `(?u)`.
pub fn compile(pattern: &str) -> Option<Regex> {
    RegexBuilder::new(pattern).unicode(false).size_limit(LARGEST_PATTERN).build().ok()
}

/// An entry made ready; its patterns compile when the first finding comes that they may be for.
#[derive(Debug)]
pub(super) struct Ready {
    pub(super) entry: Allow,
    paths: Option<PathFilter>,
    values: OnceLock<Vec<Regex>>,
}

impl Ready {
    pub(super) fn new(entry: Allow) -> Self {
        // The globs were checked when they were read.
        let paths = (!entry.paths.is_empty()).then(|| PathFilter::new(&entry.paths, &[]).unwrap_or_default());
        Self { entry, paths, values: OnceLock::new() }
    }

    /// Whether all but `commits` holds for a finding.
    pub(super) fn holds(&self, paths: &[&[u8]], rule: &Rule, value: &[u8]) -> bool {
        self.rule_holds(rule)
            && self.paths.as_ref().is_none_or(|globs| globs.excludes_file(paths))
            && self.value_holds(value)
    }

    pub(super) fn rule_holds(&self, rule: &Rule) -> bool {
        let rules = &self.entry.rules;
        rules.is_empty() || rules.iter().any(|selector| selector.selects(rule))
    }

    /// Whether `words` and `values` hold, as far as they are given.
    pub(super) fn value_holds(&self, value: &[u8]) -> bool {
        let words = &self.entry.words;
        if !words.is_empty() && !words.iter().any(|word| holds_word(value, word.as_bytes())) {
            return false;
        }
        self.entry.values.is_empty() || {
            let compiled =
                self.values.get_or_init(|| self.entry.values.iter().filter_map(|p| compile(p)).collect());
            compiled.iter().any(|pattern| pattern.is_match(value))
        }
    }

    pub(super) fn commit_holds(&self, commit: Option<&str>) -> bool {
        commit.is_some_and(|id| self.entry.commits.iter().any(|start| id.starts_with(start.as_str())))
    }
}

/// Whether `word` stands in `value` with no letter or digit beside it; what is not ASCII counts as a letter.
fn holds_word(value: &[u8], word: &[u8]) -> bool {
    let letter = |byte: &u8| byte.is_ascii_alphanumeric() || !byte.is_ascii();
    let Some(last) = value.len().checked_sub(word.len()) else { return false };
    (0..=last).any(|at| {
        let end = at + word.len();
        value[at..end].eq_ignore_ascii_case(word)
            && !(at > 0 && letter(&value[at - 1]) && letter(&value[at]))
            && !value.get(end).is_some_and(|next| letter(next) && letter(&value[end - 1]))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_whole() {
        for (value, held) in [
            ("changeme", true),
            ("ChangeMe", true),
            ("please-CHANGEME!", true),
            ("a_changeme_b", true),
            ("changeme1", false),
            ("xchangeme", false),
            ("échangeme", false),
            ("chang", false),
        ] {
            assert_eq!(holds_word(value.as_bytes(), b"changeme"), held, "{value}");
        }
        assert!(holds_word(b"a--b", b"--") && holds_word(b"x-test", b"-test"));
    }

    #[test]
    fn classes_are_ascii_unless_told_otherwise() {
        let matches = |pattern: &str, value: &str| compile(pattern).unwrap().is_match(value.as_bytes());
        assert!(!matches(r"^\w+$", "é") && matches(r"(?u)^\w+$", "é"));
        assert!(matches("ample", "example") && !matches("^ample", "example"));
        assert!(compile("(a{1000}){1000}").is_none());
    }
}
