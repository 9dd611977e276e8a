//! Rule files as they are written, and their way to checked rules with all mistakes at once.
//!
//! `build.rs` includes this file too, so that what is compiled in has passed the same checks as a file given with
//! `--rules`; its paths must therefore resolve both in the crate and there.

#[path = "raw/automaton.rs"]
mod automaton;
#[path = "raw/carriers.rs"]
mod carriers;
#[path = "raw/entry.rs"]
mod entry;
#[path = "raw/flaw.rs"]
mod flaw;
#[path = "raw/pattern.rs"]
mod pattern;
#[path = "raw/table.rs"]
mod table;
#[path = "raw/yaml.rs"]
pub(crate) mod yaml;

use std::collections::BTreeMap;
use std::ops::Range;

pub(crate) use flaw::is_word;
pub use flaw::{Flaw, nearest};

use super::model::{Rule, Text};
use entry::Entry;
use yaml::Value;

/// What a rule file holds.
#[derive(Debug, Default)]
pub struct Parsed {
    /// The rules without a flaw, in the order of the file.
    pub rules: Vec<Rule>,
    /// Every id in the file, also of rules with a flaw.
    pub ids: Vec<Site>,
    /// Every `pair` in the file.
    pub pairs: Vec<Site>,
    /// What is wrong, in the order of the file.
    pub flaws: Vec<Flaw>,
}

/// An id and its place.
#[derive(Debug, Clone)]
pub struct Site {
    /// The id.
    pub id: String,
    /// Byte offsets in the file's text.
    pub span: Range<usize>,
}

/// Reads one rule file.
pub fn parse(text: &str) -> Parsed {
    let mut parsed = Parsed::default();
    match yaml::read(text) {
        Ok(root) => file(text, &root, &mut parsed),
        Err(flaw) => parsed.flaws.push(flaw),
    }
    parsed.flaws.sort_by_key(|flaw| flaw.span.start);
    parsed
}

/// Reads one rule that stands by itself, as an entry of another file, for this service and its name.
pub(crate) fn alone(text: &str, node: &yaml::Node, service: (&str, &Text), parsed: &mut Parsed) {
    entry::rule(text, node, service, parsed);
}

/// What is wrong between the files of one catalogue: ids that occur twice and pairs that name no rule. `built_in` are
/// ids that a pair may name too, and that no rule may have when the files are `added` to the built-in rules. Each flaw
/// comes with the index of its file.
pub fn cross_check(files: &[Parsed], built_in: &[&str], added: bool) -> Vec<(usize, Flaw)> {
    let mut flaws = Vec::new();
    let mut seen: BTreeMap<&str, bool> = built_in.iter().filter(|_| added).map(|&id| (id, true)).collect();
    for (index, file) in files.iter().enumerate() {
        for site in &file.ids {
            if let Some(built_in) = seen.insert(&site.id, false) {
                let message = format!("the id `{}` stands twice", site.id);
                let label = if built_in { "a built-in rule has this id" } else { "another rule has this id" };
                flaws.push((
                    index,
                    Flaw::new(&site.span, message, label).help("give the rule an id of its own"),
                ));
            }
        }
    }
    seen.extend(built_in.iter().map(|&id| (id, true)));
    for (index, file) in files.iter().enumerate() {
        for site in file.pairs.iter().filter(|site| !seen.contains_key(site.id.as_str())) {
            let message = format!("`pair` names no rule: `{}`", site.id);
            let flaw = Flaw::new(&site.span, message, "no rule has this id");
            flaws.push((index, meant(flaw, &site.id, seen.keys().copied())));
        }
    }
    flaws
}

/// Adds "did you mean" when one of `candidates` is near.
fn meant<'c>(flaw: Flaw, word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Flaw {
    match nearest(word, candidates) {
        Some(near) => flaw.help(format!("did you mean `{near}`?")),
        None => flaw,
    }
}

const FILE_FIELDS: [&str; 3] = ["service", "name", "rules"];

fn file(text: &str, root: &yaml::Node, parsed: &mut Parsed) {
    if matches!(&root.value, Value::Map(fields) if fields.iter().any(|(key, _)| key.name == "table")) {
        return table::rows(text, root, parsed);
    }
    let mut entry = match Entry::new(text, root, "the file", &FILE_FIELDS, &mut parsed.flaws) {
        Some(entry) => entry,
        None => return,
    };
    let service = entry.required_id("service");
    let name = entry.required_sentence("name");
    let rules = entry.required("rules");
    let Some(rules) = rules else { return };
    let Value::List(items) = &rules.value else {
        parsed.flaws.push(Flaw::new(&rules.span, "`rules` must be a list", "not a list"));
        return;
    };
    if items.is_empty() {
        parsed.flaws.push(Flaw::new(&rules.span, "`rules` is empty", "no rule here"));
    }
    for item in items {
        entry::rule(text, item, (service.map_or("", |(id, _)| id), &name), parsed);
    }
}

#[cfg(test)]
#[path = "raw/tests.rs"]
mod tests;
