//! `.leaklint.yaml`: what a project wants to be scanned differently.
//!
//! Raw type, then valid type, all mistakes at once. Somebody may point `--config` at any file, so no scalar value of it
//! is ever shown; keys are.

use miette::NamedSource;

use crate::error::Error;
use crate::rule::Confidence;
use crate::rule::raw::yaml::{self, Key, Node, Value};
use crate::rule::raw::{Flaw, nearest};
use crate::rule::snippet::Snippet;
use crate::source::files::PathFilter;
use crate::visible;

mod threshold;

pub use threshold::{Mode, Thresholds};

/// Most bytes of a configuration.
pub const LARGEST_FILE: usize = 1 << 20;
/// Most mistakes shown at once.
const MOST_SHOWN: usize = 20;
/// Most rule ids offered for one that does not exist.
const MOST_OFFERED: usize = 3;

const KEYS: [&str; 3] = ["exclude", "rules", "min_confidence"];
const RULES_KEYS: [&str; 1] = ["off"];
const LEVELS: [(&str, Confidence); 3] =
    [("low", Confidence::Low), ("medium", Confidence::Medium), ("high", Confidence::High)];

/// A valid configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Config {
    /// Globs of paths that are not scanned, as `--exclude` takes them.
    pub exclude: Vec<String>,
    /// Ids of rules that do not run.
    pub rules_off: Vec<String>,
    /// Findings below it are counted, not reported.
    pub min_confidence: Thresholds,
}

impl Config {
    /// Reads a configuration. `display_name` names it in errors and is escaped there; `known_rule_ids` are those of
    /// the catalogue, custom rules included.
    ///
    /// # Errors
    /// [`Error::Invalid`] with every mistake: no YAML, an unknown key, rule id or level, a glob that is none; also when
    /// aliases multiply beyond any use or the file is larger than [`LARGEST_FILE`].
    pub fn parse(text: &str, display_name: &str, known_rule_ids: &[&str]) -> Result<Self, Error> {
        if text.len() > LARGEST_FILE {
            let start = 0..0;
            let flaw = Flaw::new(&start, "a configuration has at most 1 MiB", "this file is larger");
            return Err(error(vec![flaw], "", display_name));
        }
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut reader = Reader { config: Self::default(), flaws: Vec::new(), known_rule_ids };
        // A file of comments alone is one that sets nothing.
        let sets_nothing = |line: &str| matches!(line.trim_ascii_start().chars().next(), None | Some('#'));
        if !text.lines().all(sets_nothing) {
            match yaml::read(text) {
                Ok(root) => reader.file(&root),
                Err(flaw) => reader.flaws.push(advised(flaw)),
            }
        }
        if reader.flaws.is_empty() {
            return Ok(reader.config);
        }
        reader.flaws.sort_by_key(|flaw| flaw.span.start);
        Err(error(reader.flaws, text, display_name))
    }
}

struct Reader<'r> {
    config: Config,
    flaws: Vec<Flaw>,
    known_rule_ids: &'r [&'r str],
}

impl Reader<'_> {
    fn file(&mut self, root: &Node) {
        for (key, value) in self.map(root, "the configuration", &KEYS) {
            match key {
                "exclude" => self.exclude(value),
                "rules" => self.rules(value),
                _ => self.min_confidence(value),
            }
        }
    }

    /// The entries of a map whose keys are known; keys with nothing after the colon are left out.
    fn map<'n>(
        &mut self,
        node: &'n Node,
        what: &str,
        known: &[&'static str],
    ) -> Vec<(&'static str, &'n Node)> {
        let entries = match &node.value {
            Value::Map(entries) => entries,
            Value::Null => return Vec::new(),
            _ => {
                let message = format!("{what} must be a map");
                let help = format!("known keys: `{}`", known.join("`, `"));
                self.flaws.push(Flaw::new(&node.span, message, "not a map").help(help));
                return Vec::new();
            }
        };
        let mut found = Vec::new();
        for (key, value) in entries {
            match known.iter().find(|known| **known == key.name) {
                Some(_) if matches!(value.value, Value::Null) => {}
                Some(known) => found.push((*known, value)),
                None => self.unknown_key(key, known),
            }
        }
        found
    }

    fn unknown_key(&mut self, key: &Key, known: &[&'static str]) {
        // `min-confidence` is as near to `min_confidence` as can be.
        let meant = nearest(&key.name.to_lowercase().replace(['-', ' '], "_"), known.iter().copied());
        let help = match meant {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("known keys: `{}`", known.join("`, `")),
        };
        // A key with digits in it, or a long one, may be a value in the wrong place.
        let is_word = key.name.len() <= 24
            && key.name.bytes().all(|b| b.is_ascii_alphabetic() || b == b'_' || b == b'-');
        let message = match is_word {
            true => format!("unknown key `{}`", key.name),
            false => "unknown key".to_owned(),
        };
        self.flaws.push(Flaw::new(&key.span, message, "unknown key").help(help));
    }

    /// The texts of a list, each with its node.
    fn texts<'n>(&mut self, node: &'n Node, what: &str) -> Vec<(&'n str, &'n Node)> {
        let Value::List(items) = &node.value else {
            let help = "write `[one, two]`, or each on a line of its own after `- `";
            self.flaws
                .push(Flaw::new(&node.span, format!("`{what}` must be a list"), "not a list").help(help));
            return Vec::new();
        };
        let mut found = Vec::new();
        for item in items {
            match &item.value {
                Value::Text(text) if !text.is_empty() => found.push((text.as_str(), item)),
                _ => {
                    let message = format!("`{what}` holds something that is not text");
                    self.flaws
                        .push(Flaw::new(&item.span, message, "not text").help("put it in single quotes"));
                }
            }
        }
        found
    }

    fn exclude(&mut self, node: &Node) {
        for (glob, item) in self.texts(node, "exclude") {
            let glob = glob.to_owned();
            if PathFilter::new(std::slice::from_ref(&glob), &[]).is_ok() {
                self.config.exclude.push(glob);
                continue;
            }
            let help =
                "in a glob * and ? match within a name, ** matches any number of directories, [a-z] a range";
            let flaw =
                Flaw::new(&item.span, "`exclude` holds a glob that is not valid", "not a glob").help(help);
            self.flaws.push(flaw);
        }
    }

    fn rules(&mut self, node: &Node) {
        for (_, off) in self.map(node, "`rules`", &RULES_KEYS) {
            for (id, item) in self.texts(off, "rules.off") {
                if self.known_rule_ids.contains(&id) {
                    self.config.rules_off.push(id.to_owned());
                } else {
                    let flaw = Flaw::new(&item.span, "`rules.off` names no rule", "no rule has this id");
                    self.flaws.push(flaw.help(self.offered(id)));
                }
            }
        }
    }

    /// The rule ids nearest to `id`.
    fn offered(&self, id: &str) -> String {
        let mut left = self.known_rule_ids.to_vec();
        let mut near = Vec::new();
        while near.len() < MOST_OFFERED
            && let Some(one) = nearest(id, left.iter().copied())
        {
            left.retain(|other| *other != one);
            near.push(one);
        }
        match near.is_empty() {
            true => "`leaklint rules list` shows them all".to_owned(),
            false => format!("did you mean `{}`?", near.join("`, `")),
        }
    }

    /// One level for all modes, or a map of modes to levels.
    fn min_confidence(&mut self, node: &Node) {
        if !matches!(node.value, Value::Map(_)) {
            let level = self.level(node);
            self.config.min_confidence = level.map(Thresholds::all).unwrap_or_default();
            return;
        }
        let modes = Mode::ALL.map(|(name, _)| name);
        for (key, value) in self.map(node, "`min_confidence`", &modes) {
            let mode = Mode::ALL.iter().find(|(name, _)| *name == key);
            if let (Some((_, mode)), Some(level)) = (mode, self.level(value)) {
                self.config.min_confidence.set(*mode, level);
            }
        }
    }

    fn level(&mut self, node: &Node) -> Option<Confidence> {
        let level = match &node.value {
            Value::Text(text) => LEVELS.iter().find(|(word, _)| word == text),
            _ => None,
        };
        if level.is_none() {
            let help = "it is `low`, `medium` or `high`";
            let message = "`min_confidence` is none of the levels";
            self.flaws.push(Flaw::new(&node.span, message, "not a level").help(help));
        }
        level.map(|(_, level)| *level)
    }
}

/// The advice of the YAML reader speaks of rule files in one place.
fn advised(flaw: Flaw) -> Flaw {
    match flaw.message.contains("documents") {
        true => flaw.help("a configuration is one document; delete the `---`"),
        false => flaw,
    }
}

fn error(flaws: Vec<Flaw>, text: &str, display_name: &str) -> Error {
    let name = visible::line(display_name).into_owned();
    let snippet = Snippet::new(text);
    let count = flaws.len();
    let mut errors = flaws.into_iter().take(MOST_SHOWN).map(|flaw| {
        let span = snippet.span(text, &flaw.span);
        Error::Invalid {
            message: flaw.message,
            source_code: NamedSource::new(&name, snippet.text.clone()),
            span: (span.start, span.len()).into(),
            label: flaw.label,
            help: flaw.help,
            related: Vec::new(),
        }
    });
    let first = errors.next();
    let mut further: Vec<Error> = errors.collect();
    if count > MOST_SHOWN {
        let message = format!("and {} further mistakes", count - MOST_SHOWN);
        further.push(Error::Usage { message, help: None });
    }
    match first {
        Some(Error::Invalid { message, source_code, span, label, help, .. }) => {
            Error::Invalid { message, source_code, span, label, help, related: further }
        }
        other => other.unwrap_or(Error::Usage { message: format!("{name} is broken"), help: None }),
    }
}

#[cfg(test)]
mod tests;
