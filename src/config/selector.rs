//! Which rules an entry of the configuration speaks of: one by its id, or many by service or tag.

use std::collections::BTreeSet;
use std::fmt;

use crate::rule::raw::nearest;
use crate::rule::{Kind, Rule};

/// Most names offered for one that does not exist.
const MOST_OFFERED: usize = 3;

/// One rule or many.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Selector {
    /// All rules of a service.
    Service(String),
    /// All rules with a tag: their kind, or one that their file gives them.
    Tag(String),
    /// The rule with this id.
    Rule(String),
}

impl Selector {
    /// `service:NAME`, `tag:NAME`, or a rule's id.
    pub fn read(text: &str) -> Self {
        match text.split_once(':') {
            Some(("service", name)) => Self::Service(name.trim().to_owned()),
            Some(("tag", name)) => Self::Tag(name.trim().to_owned()),
            _ => Self::Rule(text.to_owned()),
        }
    }

    /// Whether `rule` is one of them.
    pub fn selects(&self, rule: &Rule) -> bool {
        match self {
            Self::Service(service) => rule.service == service.as_str(),
            Self::Tag(tag) => kind_word(rule.kind) == tag || rule.tags.iter().any(|other| other == tag),
            Self::Rule(id) => rule.id == id.as_str(),
        }
    }

    /// True when it may stand for several rules.
    pub const fn is_wide(&self) -> bool {
        !matches!(self, Self::Rule(_))
    }
}

impl fmt::Display for Selector {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Service(name) => write!(to, "service:{name}"),
            Self::Tag(name) => write!(to, "tag:{name}"),
            Self::Rule(id) => to.write_str(id),
        }
    }
}

/// The tag that a rule has for its kind.
const fn kind_word(kind: Kind) -> &'static str {
    match kind {
        Kind::Secret => "secret",
        Kind::Identifier => "identifier",
    }
}

/// Everything that a selector can name.
#[derive(Default)]
pub(super) struct Names {
    ids: BTreeSet<String>,
    services: BTreeSet<String>,
    tags: BTreeSet<String>,
}

impl Names {
    pub(super) fn of<'r>(rules: impl Iterator<Item = &'r Rule>) -> Self {
        let mut names = Self::default();
        for rule in rules {
            names.ids.insert(rule.id.clone().into_owned());
            names.services.insert(rule.service.clone().into_owned());
            names.tags.insert(kind_word(rule.kind).to_owned());
            names.tags.extend(rule.tags.iter().map(|tag| tag.clone().into_owned()));
        }
        names
    }

    pub(super) fn has_rule(&self, id: &str) -> bool {
        self.ids.contains(id)
    }

    /// What is wrong with `selector`, and what was probably meant; `None` when it names something.
    pub(super) fn missing(&self, selector: &Selector) -> Option<(&'static str, String)> {
        let (known, name, prefix, label) = match selector {
            Selector::Rule(id) => (&self.ids, id, "", "no rule has this id"),
            Selector::Service(name) => (&self.services, name, "service:", "no rule has this service"),
            Selector::Tag(name) => (&self.tags, name, "tag:", "no rule has this tag"),
        };
        (!known.contains(name)).then(|| (label, offered(known, name, prefix)))
    }
}

/// The names nearest to `word`.
fn offered(known: &BTreeSet<String>, word: &str, prefix: &str) -> String {
    let mut left: Vec<&str> = known.iter().map(String::as_str).collect();
    let mut near = Vec::new();
    while near.len() < MOST_OFFERED
        && let Some(one) = nearest(word, left.iter().copied())
    {
        left.retain(|other| *other != one);
        near.push(format!("{prefix}{one}"));
    }
    match near.is_empty() {
        true => "`leaklint rules list` shows them all; `service:` and `tag:` select many".to_owned(),
        false => format!("did you mean `{}`?", near.join("`, `")),
    }
}
