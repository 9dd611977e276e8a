//! The rules that a configuration brings: those that stand in it, and those in files that it names.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::config::error::Text;
use crate::config::selector::Names;
use crate::config::{Place, Unread, Written};
use crate::rule::raw::yaml::{Node, Value};
use crate::rule::raw::{self, Flaw, Parsed};
use crate::rule::{self, Rule, Text as Words};

use super::{Loader, MOST_FILES, Open, child, climb, directory, items};

/// Most bytes of a rule file.
const LARGEST_RULES: u64 = 4 << 20;
/// The service of rules that stand in a configuration, with its name.
const OWN_SERVICE: (&str, Words) = ("custom", Words::Borrowed("Custom"));

impl Loader<'_> {
    /// Reads the rules that stand in configuration files, and those in files that they name.
    pub(super) fn own_rules(&mut self) {
        let order = std::mem::take(&mut self.order);
        for open in &order {
            let rules = child(&open.root, "rules");
            for node in items(rules.and_then(|rules| child(rules, "custom"))) {
                let mut parsed = Parsed::default();
                let (service, name) = &OWN_SERVICE;
                raw::alone(&self.texts[open.at].text, node, (service, name), &mut parsed);
                self.rules.push((open.at, parsed));
            }
            for node in items(rules.and_then(|rules| child(rules, "files"))) {
                if let Value::Text(path) = &node.value {
                    self.rule_files(open, node, path);
                }
            }
        }
        for (at, parsed) in &mut self.rules {
            self.flaws.extend(std::mem::take(&mut parsed.flaws).into_iter().map(|flaw| (*at, flaw)));
        }
        self.order = order;
    }

    /// Reads the rule file, or all in the directory, that an item of `rules.files` names.
    fn rule_files(&mut self, open: &Open, node: &Node, target: &str) {
        let paths = match climb(directory(&open.path), target) {
            Some(path) => self.listed(&path),
            None => Err(Unread::Outside),
        };
        let read = paths.and_then(|paths| {
            let read = |path: String| Ok((self.files.read(&path, LARGEST_RULES)?, path));
            paths.into_iter().map(read).collect::<Result<Vec<_>, Unread>>()
        });
        let (message, label, help) = match read {
            Ok(files) if files.iter().all(|(bytes, _)| bytes.is_some()) && !files.is_empty() => {
                return files
                    .into_iter()
                    .for_each(|(bytes, path)| self.rule_file(&path, bytes.unwrap_or_default()));
            }
            Ok(_) => (
                "`rules.files` names no rule file".to_owned(),
                "no rule file here",
                "rule files end in .yaml or .yml",
            ),
            Err(why) => (format!("`rules.files` {}", why.words().0), "not read", why.words().1),
        };
        self.flaws.push((open.at, Flaw::new(&node.span, message, label).help(help)));
    }

    /// The file itself, or the YAML files of a directory.
    fn listed(&self, path: &str) -> Result<Vec<String>, Unread> {
        let Some(names) = self.files.list(path)? else { return Ok(vec![path.to_owned()]) };
        let yaml = names.into_iter().filter(|name| name.ends_with(".yaml") || name.ends_with(".yml"));
        let below = |name: String| if path.is_empty() { name } else { format!("{path}/{name}") };
        Ok(yaml.map(below).take(MOST_FILES).collect())
    }

    fn rule_file(&mut self, path: &str, bytes: Vec<u8>) {
        let at = self.texts.len();
        let text = String::from_utf8(bytes);
        let parsed = match &text {
            Ok(text) => raw::parse(text),
            Err(_) => Parsed {
                flaws: vec![Flaw::new(&(0..0), "this is not UTF-8", "not text")],
                ..Parsed::default()
            },
        };
        self.texts.push(Text { name: path.to_owned(), text: text.unwrap_or_default() });
        self.rules.push((at, parsed));
    }

    /// Ids that stand twice, pairs that name nothing, patterns that do not compile.
    pub(super) fn cross_check(&mut self, known: &[Rule], names: &Names) {
        let mut seen: BTreeSet<&str> = match self.rules.is_empty() {
            true => BTreeSet::new(),
            false => known.iter().map(|rule| rule.id.as_ref()).collect(),
        };
        for (at, parsed) in &self.rules {
            let at = *at;
            let mut flaw = |span, message: &str, label: &str, help: &str| {
                self.flaws.push((at, Flaw::new(span, message, label).help(help)));
            };
            for site in &parsed.ids {
                if !seen.insert(&site.id) {
                    flaw(
                        &site.span,
                        "the id of a rule stands twice",
                        "another rule has this id",
                        "give the rule an id of its own",
                    );
                }
            }
            for site in parsed.pairs.iter().filter(|site| !names.has_rule(&site.id)) {
                flaw(
                    &site.span,
                    "`pair` names no rule",
                    "no rule has this id",
                    "`leaklint rules list` shows them all",
                );
            }
            for rule in parsed.rules.iter().filter(|rule| !rule::compiles(rule)) {
                if let Some(site) = parsed.ids.iter().find(|site| site.id == rule.id) {
                    flaw(
                        &site.span,
                        "the pattern of a rule does not compile",
                        "too large for the regex engine",
                        "make it shorter",
                    );
                }
            }
        }
    }

    pub(super) fn written_rules(&self) -> Vec<Written<Rule>> {
        let mut written = Vec::new();
        for (at, parsed) in &self.rules {
            let Text { name, text } = &self.texts[*at];
            let sites: BTreeMap<&str, usize> =
                parsed.ids.iter().map(|site| (site.id.as_str(), site.span.start)).collect();
            for rule in &parsed.rules {
                let start = sites.get(rule.id.as_ref()).copied().unwrap_or(0);
                let line = text[..start].bytes().filter(|byte| *byte == b'\n').count() as u64 + 1;
                let place = Place { file: Arc::from(name.as_str()), line };
                written.push(Written { value: rule.clone(), place });
            }
        }
        written
    }
}
