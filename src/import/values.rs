//! What other tools except by value: patterns become allow entries, and literals entries of the baseline, so that no value
//! ever stands in a configuration.

use super::config::Allow;
use super::{Sink, pattern};

/// What a pattern for values comes to.
pub(super) enum Except {
    /// A regex of ours.
    Regex(String),
    /// The value itself.
    Value(String),
    /// Nothing, for this reason.
    No(&'static str),
}

const HOLDS_VALUE: &str = "it holds what looks like a value, which may not stand in a configuration: accept it with `leaklint baseline`";
const MIS_ANCHORED: &str = "`^` or `$` holds for one branch of it only, so the others match anywhere: decide what is meant, and write `^(a|b)$` or `a|b`";

impl Sink<'_> {
    /// Reads a pattern for values.
    pub(super) fn except(&self, text: &str) -> Except {
        let read = match pattern::read(text) {
            Ok(read) => read,
            Err(why) => return Except::No(why),
        };
        match read.literal {
            Some(literal) if !pattern::is_words(&literal) => Except::Value(literal),
            Some(_) => Except::Regex(read.text),
            None if pattern::holds_value(&read.text, &self.clean) => Except::No(HOLDS_VALUE),
            None if pattern::is_mis_anchored(text) => Except::No(MIS_ANCHORED),
            None => Except::Regex(read.text),
        }
    }

    /// The same for a word that stands anywhere in a value, in any letter case.
    pub(super) fn except_word(&self, word: &str) -> Except {
        match pattern::is_words(word) {
            true => Except::Regex(pattern::any_case(word)),
            false => Except::Value(word.to_owned()),
        }
    }

    /// Adds `entry` for what is excepted, or looks for the value.
    pub(super) fn add_except(
        &mut self,
        at: Option<u64>,
        what: &str,
        except: Except,
        entry: Allow,
        remark: Option<&str>,
    ) {
        match except {
            Except::Regex(regex) => {
                self.import.config.allow.push(Allow { values: vec![regex], ..entry });
                match remark {
                    Some(remark) => self.differently(at, what, remark),
                    None => self.carried(at, what),
                }
            }
            Except::Value(value) => self.want_value(at, &format!("{what}, a literal"), &value),
            Except::No(why) => self.not(at, what, why),
        }
    }

    /// A pattern for values, added to `entry`.
    pub(super) fn values(&mut self, at: Option<u64>, what: &str, text: &str, entry: Allow) {
        let except = self.except(text);
        self.add_except(at, what, except, entry, None);
    }
}
