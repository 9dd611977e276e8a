//! The sections of a configuration that speak of rules: which run, and what of them is changed.

use crate::rule::raw::yaml::{Node, Value};

use super::reader::Reader;
use super::selector::Names;
use super::{Change, Config, Selector, Switch, Written, keys};

impl Reader<'_> {
    /// `rules`; its own rules were read before, because selectors may name them.
    pub(super) fn rules(&mut self, node: &Node, names: &Names, config: &mut Config) {
        let (mut off, mut on) = (Vec::new(), Vec::new());
        for (key, value) in self.map(node, "`rules`", &keys::RULES) {
            match key {
                "off" => off = self.selectors(value, "rules.off", names),
                "on" => on = self.selectors(value, "rules.on", names),
                "change" => {
                    for item in self.list(value, "rules.change") {
                        let change = self.change(item, names);
                        config.changes.extend(change.map(|change| self.written(change, item)));
                    }
                }
                "files" => _ = self.texts(value, "rules.files"),
                _ => _ = self.list(value, "rules.custom"),
            }
        }
        let both = value_list(node, "on").filter(|item| {
            matches!(&item.value, Value::Text(text)
                if off.iter().any(|switch| switch.value == Selector::read(text)))
        });
        for item in both {
            self.flaw(
                item,
                "`rules` turns the same off and on",
                "stands in `off` too",
                "keep one of the two",
            );
        }
        // What names one rule counts more than what selects many.
        let switch = |written: Written<Selector>, on: bool| Written {
            value: Switch { rules: written.value, on },
            place: written.place,
        };
        let mut switches: Vec<_> = off.into_iter().map(|written| switch(written, false)).collect();
        switches.extend(on.into_iter().map(|written| switch(written, true)));
        switches.sort_by_key(|written| !written.value.rules.is_wide());
        config.switches.extend(switches);
    }

    fn change(&mut self, node: &Node, names: &Names) -> Option<Change> {
        let mut change = Change { rules: Vec::new(), severity: None, confidence: None };
        let before = self.flaws.len();
        for (key, value) in self.map(node, "an entry of `rules.change`", &keys::CHANGE) {
            match key {
                "rules" => {
                    let rules = self.selectors(value, "rules.change.rules", names);
                    change.rules = rules.into_iter().map(|written| written.value).collect();
                }
                "severity" => change.severity = self.severity(value, "severity"),
                _ => change.confidence = self.confidence(value, "confidence"),
            }
        }
        let changes = change.severity.is_some() || change.confidence.is_some();
        if self.flaws.len() == before && (change.rules.is_empty() || !changes) {
            let help = "write `{ rules: [...], severity: high }`, or `confidence`, or both";
            self.flaw(node, "an entry of `rules.change` changes nothing", "rules or facts are missing", help);
        }
        (self.flaws.len() == before).then_some(change)
    }
}

/// The items of a list below a key of a map.
fn value_list<'n>(node: &'n Node, key: &str) -> impl Iterator<Item = &'n Node> {
    let entries = match &node.value {
        Value::Map(entries) => entries.as_slice(),
        _ => &[],
    };
    let found = entries.iter().find(|(name, _)| name.name == key).map(|(_, value)| &value.value);
    let items = match found {
        Some(Value::List(items)) => items.as_slice(),
        _ => &[],
    };
    items.iter()
}
