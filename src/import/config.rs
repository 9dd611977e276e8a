//! The configuration that comes of an import, in the form of `docs/configuration.md`, and the rule file beside it.

use std::fmt::Write as _;

/// What belongs into a configuration.
#[derive(Default)]
pub(super) struct Draft {
    pub(super) exclude: Vec<String>,
    pub(super) rules_off: Vec<String>,
    pub(super) min_severity: Option<&'static str>,
    pub(super) allow: Vec<Allow>,
    /// Whole rules, each as the YAML of one item of a rule file's `rules`.
    pub(super) rules: Vec<String>,
}

/// One allow entry: every given key must hold.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct Allow {
    pub(super) reason: String,
    pub(super) paths: Vec<String>,
    pub(super) rules: Vec<String>,
    pub(super) values: Vec<String>,
    pub(super) commits: Vec<String>,
}

/// The texts to be written; empty where there is nothing to say.
pub struct Written {
    /// The configuration.
    pub config: String,
    /// The rule file that it names.
    pub rules: String,
}

const HEADER: &str = "# Written by `leaklint import`; docs/configuration.md of leaklint explains the keys.\n";

impl Draft {
    /// `rules_name`: the name of the rule file, as seen from the configuration.
    pub(super) fn written(&self, rules_name: &str) -> Written {
        let mut text = String::new();
        list(&mut text, "", "exclude", &self.exclude);
        if !self.rules_off.is_empty() || !self.rules.is_empty() {
            text.push_str("rules:\n");
            list(&mut text, "  ", "off", &self.rules_off);
            let files = if self.rules.is_empty() { Vec::new() } else { vec![rules_name.to_owned()] };
            list(&mut text, "  ", "files", &files);
        }
        if let Some(level) = self.min_severity {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "min_severity: {level}");
        }
        if !self.allow.is_empty() {
            text.push_str("allow:\n");
        }
        let mut seen: Vec<&Allow> = Vec::new();
        for entry in &self.allow {
            if !seen.contains(&entry) {
                entry.write(&mut text);
                seen.push(entry);
            }
        }
        let config = if text.is_empty() { text } else { format!("{HEADER}{text}") };
        Written { config, rules: self.rule_file() }
    }

    fn rule_file(&self) -> String {
        if self.rules.is_empty() {
            return String::new();
        }
        let head = "# Written by `leaklint import`; docs/rules-format.md of leaklint explains the keys.\nservice: imported\nname: Imported\nrules:\n";
        format!("{head}{}", self.rules.concat())
    }
}

impl Allow {
    fn write(&self, text: &mut String) {
        let _ = writeln!(text, "  - reason: {}", quoted(&self.reason));
        list(text, "    ", "paths", &self.paths);
        list(text, "    ", "rules", &self.rules);
        list(text, "    ", "values", &self.values);
        list(text, "    ", "commits", &self.commits);
    }
}

fn list(text: &mut String, indent: &str, key: &str, items: &[String]) {
    if items.is_empty() {
        return;
    }
    let _ = writeln!(text, "{indent}{key}:");
    let mut seen: Vec<&String> = Vec::new();
    for item in items {
        if !seen.contains(&item) {
            let _ = writeln!(text, "{indent}  - {}", quoted(item));
            seen.push(item);
        }
    }
}

/// A YAML scalar that means exactly `text`: in single quotes where that can say it (YAML 1.2, 7.3.2), or else in double ones.
pub(super) fn quoted(text: &str) -> String {
    if text.chars().all(|c| !c.is_control() && c != '\u{feff}') {
        return format!("'{}'", text.replace('\'', "''"));
    }
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control() || c == '\u{feff}' => {
                let _ = write!(out, "\\U{:08x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
