//! All rules with what is compiled from them. Nothing is compiled before it is needed: a pattern on its first use,
//! the gate on the first blob.

use std::cmp::Reverse;
use std::sync::OnceLock;

use regex::bytes::{Regex, RegexBuilder};
use rustc_hash::FxHashMap;

use crate::rule::{Detector, Rule, Shape};

pub mod functions;
mod gate;
mod keywords;
pub mod near;
mod place;
mod rarity;
pub mod tools;

pub use gate::{Gate, Role, Sights};
pub use place::{Kind, Place};

/// Index of a rule in its catalogue.
pub type RuleIndex = usize;

/// All rules, sorted by id, and their compiled forms.
pub struct Catalogue {
    rules: Vec<Rule>,
    patterns: Vec<OnceLock<Option<Regex>>>,
    contexts: OnceLock<FxHashMap<String, Vec<Context>>>,
    near: OnceLock<near::Names>,
    gate: OnceLock<Gate>,
    /// The rules of the detectors that are code; a handful.
    shapes: Vec<(Shape, RuleIndex)>,
}

/// A name of a contextual rule.
pub struct Context {
    /// Which rule.
    pub rule: RuleIndex,
    /// The name's words, in lower case.
    pub words: Vec<String>,
}

impl Catalogue {
    /// A catalogue of these rules, whose ids are unique and whose patterns were checked when they were loaded.
    pub fn new(rules: impl IntoIterator<Item = Rule>) -> Self {
        let mut rules: Vec<Rule> = rules.into_iter().collect();
        rules.sort_by(|a, b| a.id.cmp(&b.id));
        let patterns = rules.iter().map(|_| OnceLock::new()).collect();
        let shape = |(index, rule): (usize, &Rule)| match rule.detector {
            Detector::Shape(shape) => Some((shape, index)),
            _ => None,
        };
        let shapes = rules.iter().enumerate().filter_map(shape).collect();
        let (contexts, near, gate) = (OnceLock::new(), OnceLock::new(), OnceLock::new());
        Self { rules, patterns, contexts, near, gate, shapes }
    }

    /// All rules, sorted by id.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// One rule.
    pub fn rule(&self, index: RuleIndex) -> &Rule {
        &self.rules[index]
    }

    /// The rule with this id.
    pub fn find(&self, id: &str) -> Option<RuleIndex> {
        self.rules.binary_search_by(|rule| rule.id.as_ref().cmp(id)).ok()
    }

    /// The rule that stands for a built-in detector; `None` when it was switched off.
    pub fn shape(&self, shape: Shape) -> Option<RuleIndex> {
        self.shapes.iter().find(|(s, _)| *s == shape).map(|(_, rule)| *rule)
    }

    /// The compiled pattern of a rule: the token itself for `pattern`, the whole value for `value` and
    /// `values`. `None` for a shape
    /// (and for a pattern that does not compile, which loading rules out).
    pub fn pattern(&self, index: RuleIndex) -> Option<&Regex> {
        let compiled = self.patterns[index].get_or_init(|| match &self.rules[index].detector {
            Detector::Pattern { pattern, .. } => compile(pattern),
            Detector::Context { value, .. } | Detector::Near { values: value, .. } => {
                compile(&format!("^(?:{value})$"))
            }
            Detector::Shape(_) => None,
        });
        compiled.as_ref()
    }

    /// The contextual rules one of whose names stands in `words`, side by side and in order; longest names first, so
    /// that the most telling one wins.
    pub fn contexts(&self, words: &[String]) -> Vec<&Context> {
        let contexts = self.contexts.get_or_init(|| self.index_contexts());
        let mut found: Vec<&Context> = Vec::new();
        for start in 0..words.len() {
            let names = contexts.get(words[start].as_str()).into_iter().flatten();
            found.extend(names.filter(|name| words[start..].starts_with(&name.words)));
        }
        let letters = |name: &Context| name.words.iter().map(String::len).sum::<usize>();
        found.sort_by_cached_key(|name| (Reverse(letters(name)), name.rule));
        found
    }

    /// The names of all contextual rules under their first words.
    fn index_contexts(&self) -> FxHashMap<String, Vec<Context>> {
        let mut index: FxHashMap<String, Vec<Context>> = FxHashMap::default();
        for (rule, found) in self.rules.iter().enumerate() {
            let Detector::Context { names, .. } = &found.detector else { continue };
            for name in names.iter() {
                let words: Vec<String> = name.split_whitespace().map(str::to_ascii_lowercase).collect();
                let Some(first) = words.first().cloned() else { continue };
                index.entry(first).or_default().push(Context { rule, words });
            }
        }
        index
    }

    /// The names of the services whose rules are rows of a table.
    pub fn near(&self) -> &near::Names {
        self.near.get_or_init(|| near::Names::new(&self.rules))
    }

    /// The gate for all rules.
    pub fn gate(&self) -> &Gate {
        self.gate.get_or_init(|| Gate::new(&self.rules))
    }
}

fn compile(pattern: &str) -> Option<Regex> {
    RegexBuilder::new(pattern).unicode(false).build().ok()
}
