//! The forms of values that a configuration is made of: maps of known keys, lists of texts, words, globs, paths.
//!
//! Apart from the sections because each of these is read in one way wherever it stands, and says the same about what is
//! wrong with it.

use std::sync::Arc;

use crate::rule::raw::yaml::{Key, Node, Value};
use crate::rule::raw::{Flaw, is_word, nearest};
use crate::rule::{Confidence, Severity};
use crate::source::files::PathFilter;

use super::selector::Names;
use super::{Mode, PerMode, Place, Selector, Written};

const CONFIDENCES: [(&str, Confidence); 3] =
    [("low", Confidence::Low), ("medium", Confidence::Medium), ("high", Confidence::High)];
const SEVERITIES: [(&str, Severity); 4] = [
    ("low", Severity::Low),
    ("medium", Severity::Medium),
    ("high", Severity::High),
    ("critical", Severity::Critical),
];

/// One file under reading.
pub(super) struct Reader<'r> {
    file: Arc<str>,
    /// The directory of the file in force, `/`-separated, from which its globs count.
    base: &'r str,
    pub(super) text: &'r str,
    /// Byte offsets at which lines begin.
    lines: Vec<usize>,
    pub(super) flaws: Vec<Flaw>,
}

impl<'r> Reader<'r> {
    pub(super) fn new(file: Arc<str>, base: &'r str, text: &'r str) -> Self {
        let lines = std::iter::once(0).chain(memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1));
        Self { file, base, text, lines: lines.collect(), flaws: Vec::new() }
    }

    pub(super) fn flaw(&mut self, node: &Node, message: impl Into<String>, label: &str, help: &str) {
        let flaw = Flaw::new(&node.span, message, label);
        self.flaws.push(if help.is_empty() { flaw } else { flaw.help(help) });
    }

    pub(super) fn place(&self, node: &Node) -> Place {
        let line = self.lines.partition_point(|start| *start <= node.span.start) as u64;
        Place { file: Arc::clone(&self.file), line }
    }

    pub(super) fn written<T>(&self, value: T, node: &Node) -> Written<T> {
        Written { value, place: self.place(node) }
    }

    /// The entries of a map whose keys are known; keys with nothing after the colon are left out.
    pub(super) fn map<'n>(
        &mut self,
        node: &'n Node,
        what: &str,
        known: &[&'static str],
    ) -> Vec<(&'static str, &'n Node)> {
        let entries = match &node.value {
            Value::Map(entries) => entries,
            Value::Null => return Vec::new(),
            _ => {
                let help = format!("known keys: `{}`", known.join("`, `"));
                self.flaw(node, format!("{what} must be a map"), "not a map", &help);
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
        let message = match is_word(&key.name) {
            true => format!("unknown key `{}`", key.name),
            false => "unknown key".to_owned(),
        };
        self.flaws.push(Flaw::new(&key.span, message, "unknown key").help(help));
    }

    /// The items of a list.
    pub(super) fn list<'n>(&mut self, node: &'n Node, what: &str) -> &'n [Node] {
        if let Value::List(items) = &node.value {
            return items;
        }
        let help = "write `[one, two]`, or each on a line of its own after `- `";
        self.flaw(node, format!("`{what}` must be a list"), "not a list", help);
        &[]
    }

    /// The texts of a list, each with its node.
    pub(super) fn texts<'n>(&mut self, node: &'n Node, what: &str) -> Vec<(&'n str, &'n Node)> {
        let mut found = Vec::new();
        for item in self.list(node, what) {
            match &item.value {
                Value::Text(text) if !text.is_empty() => found.push((text.as_str(), item)),
                _ => {
                    let message = format!("`{what}` holds something that is not text");
                    self.flaw(item, message, "not text", "put it in single quotes");
                }
            }
        }
        found
    }

    /// One text.
    pub(super) fn text<'n>(&mut self, node: &'n Node, what: &str) -> Option<&'n str> {
        match &node.value {
            Value::Text(text) if !text.trim().is_empty() => Some(text),
            _ => {
                self.flaw(node, format!("`{what}` must be text"), "not text", "put it in single quotes");
                None
            }
        }
    }

    /// `true` or `false`.
    pub(super) fn yes(&mut self, node: &Node, what: &str) -> Option<bool> {
        if let Value::Boolean(value) = node.value {
            return Some(value);
        }
        self.flaw(node, format!("`{what}` must be `true` or `false`"), "neither", "");
        None
    }

    /// One of `words`.
    pub(super) fn word<T: Copy>(&mut self, node: &Node, what: &str, words: &[(&str, T)]) -> Option<T> {
        let found = match &node.value {
            Value::Text(text) => words.iter().find(|(word, _)| word == text),
            _ => None,
        };
        if found.is_none() {
            let all: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            let help = format!("it is one of `{}`", all.join("`, `"));
            self.flaw(node, format!("`{what}` is none of its words"), "none of these", &help);
        }
        found.map(|(_, meaning)| *meaning)
    }

    pub(super) fn confidence(&mut self, node: &Node, what: &str) -> Option<Confidence> {
        self.level(node, what, &CONFIDENCES, "it is `low`, `medium` or `high`")
    }

    pub(super) fn severity(&mut self, node: &Node, what: &str) -> Option<Severity> {
        self.level(node, what, &SEVERITIES, "it is `low`, `medium`, `high` or `critical`")
    }

    fn level<T: Copy>(&mut self, node: &Node, what: &str, levels: &[(&str, T)], help: &str) -> Option<T> {
        let level = match &node.value {
            Value::Text(text) => levels.iter().find(|(word, _)| word == text),
            _ => None,
        };
        if level.is_none() {
            self.flaw(node, format!("`{what}` is none of the levels"), "not a level", help);
        }
        level.map(|(_, level)| *level)
    }

    /// One value for all modes, or a map of modes to values.
    pub(super) fn per_mode<T: Copy>(
        &mut self,
        node: &Node,
        what: &str,
        read: impl Fn(&mut Self, &Node, &str) -> Option<T>,
    ) -> PerMode<T> {
        let mut found = PerMode::default();
        if !matches!(node.value, Value::Map(_)) {
            if let Some(value) = read(self, node, what) {
                Mode::ALL.iter().for_each(|(_, mode)| found.set(*mode, value, self.place(node)));
            }
            return found;
        }
        for (key, node) in self.map(node, &format!("`{what}`"), &super::keys::MODES) {
            let mode = Mode::ALL.iter().find(|(name, _)| *name == key);
            if let (Some((_, mode)), Some(value)) = (mode, read(self, node, what)) {
                found.set(*mode, value, self.place(node));
            }
        }
        found
    }

    /// Globs as they count from the repository's root.
    pub(super) fn globs(&mut self, node: &Node, what: &str) -> Vec<Written<String>> {
        let mut found = Vec::new();
        for (glob, item) in self.texts(node, what) {
            let glob = rooted(self.base, glob);
            if PathFilter::new(std::slice::from_ref(&glob), &[]).is_ok() {
                found.push(self.written(glob, item));
                continue;
            }
            let help =
                "in a glob * and ? match within a name, ** matches any number of directories, [a-z] a range";
            self.flaw(item, format!("`{what}` holds a glob that is not valid"), "not a glob", help);
        }
        found
    }

    /// Rules, each of which there is.
    pub(super) fn selectors(&mut self, node: &Node, what: &str, names: &Names) -> Vec<Written<Selector>> {
        let mut found = Vec::new();
        for (text, item) in self.texts(node, what) {
            let selector = Selector::read(text);
            match names.missing(&selector) {
                None => found.push(self.written(selector, item)),
                Some((label, help)) => {
                    let flaw = Flaw::new(&item.span, format!("`{what}` names no rule"), label);
                    self.flaws.push(flaw.help(help));
                }
            }
        }
        found
    }
}

/// A glob of a file in the directory `base` as it counts from the root. One without `/` matches names anywhere.
fn rooted(base: &str, glob: &str) -> String {
    let inner = glob.strip_prefix("./").unwrap_or(glob);
    let named = inner.strip_suffix("/**").or_else(|| inner.strip_suffix('/')).unwrap_or(inner);
    match base.is_empty() || !named.contains('/') && !inner.ends_with("/**") {
        true => glob.to_owned(),
        false => format!("{base}/{}", inner.trim_start_matches('/')),
    }
}
