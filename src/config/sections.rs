//! The sections of a configuration, one after the other, but for those that speak of rules.

use jiff::civil::Date;

use crate::report::output::Format;
use crate::rule::raw::yaml::{Node, Value};

use super::load::climb;
use super::reader::Reader;
use super::selector::Names;
use super::{Allow, Config, Override, Requirement, Setting, Written, compile, keys};

/// Fewest digits of a commit's id: fewer may stand for several.
const FEWEST_DIGITS: usize = 12;
/// Digits of the longest ids that git has (SHA-256).
const MOST_DIGITS: usize = 64;
/// Longest pattern of an allow entry, in bytes.
const LONGEST_PATTERN: usize = 1000;
/// Most findings of one rule in one file that can be asked for.
const MOST_FINDINGS: u64 = 100_000;

const FORMATS: [(&str, Format); 4] =
    [("human", Format::Human), ("json", Format::Json), ("jsonl", Format::Jsonl), ("sarif", Format::Sarif)];

impl Reader<'_> {
    /// All of a file that lies in `directory`.
    pub(super) fn file(&mut self, root: &Node, directory: &str, names: &Names) -> Config {
        let mut config = Config { files: vec![self.place(root).file], ..Config::default() };
        for (key, node) in self.map(root, "the configuration", &keys::FILE) {
            match key {
                // Read before, with the files that it names.
                "extends" => {}
                "exclude" => config.exclude = self.globs(node, "exclude"),
                "rules" => self.rules(node, names, &mut config),
                "allow" => {
                    for item in self.list(node, "allow") {
                        let entry = self.entry(item, names);
                        config.allow.extend(entry.map(|entry| self.written(entry, item)));
                    }
                }
                "min_confidence" => config.min_confidence = self.per_mode(node, key, Self::confidence),
                "min_severity" => config.min_severity = self.per_mode(node, key, Self::severity),
                "overrides" => {
                    for item in self.list(node, "overrides") {
                        let found = self.one_override(item, names);
                        config.overrides.extend(found.map(|found| self.written(found, item)));
                    }
                }
                "format" => {
                    config.format =
                        self.per_mode(node, key, |reader, node, what| reader.word(node, what, &FORMATS));
                }
                _ => self.settings(key, node, directory, &mut config),
            }
        }
        config
    }

    /// An entry of `allow`; `None` when it has a mistake.
    fn entry(&mut self, node: &Node, names: &Names) -> Option<Allow> {
        let before = self.flaws.len();
        let mut entry = Allow {
            reason: String::new(),
            expires: None,
            paths: Vec::new(),
            rules: Vec::new(),
            values: Vec::new(),
            words: Vec::new(),
            commits: Vec::new(),
        };
        let plain = |written: Vec<Written<String>>| written.into_iter().map(|w| w.value).collect::<Vec<_>>();
        for (key, node) in self.map(node, "an entry of `allow`", &keys::ALLOW) {
            match key {
                "reason" => entry.reason = self.text(node, "allow.reason").unwrap_or_default().to_owned(),
                "expires" => entry.expires = self.date(node),
                "paths" => entry.paths = plain(self.globs(node, "allow.paths")),
                "rules" => {
                    let rules = self.selectors(node, "allow.rules", names);
                    entry.rules = rules.into_iter().map(|written| written.value).collect();
                }
                "values" => entry.values = self.patterns(node),
                "words" => {
                    let words = self.texts(node, "allow.words");
                    entry.words = words.into_iter().map(|(word, _)| word.to_owned()).collect();
                }
                _ => entry.commits = self.commits(node),
            }
        }
        if self.flaws.len() > before {
            return None;
        }
        if entry.reason.is_empty() {
            let help = "say why, for whoever reads this a year from now: `reason: generated fixtures`";
            self.flaw(node, "an entry of `allow` lacks its `reason`", "`reason` is missing", help);
        }
        let lists = [&entry.paths, &entry.values, &entry.words, &entry.commits];
        if entry.rules.is_empty() && lists.into_iter().all(Vec::is_empty) {
            let help = "give `paths`, `rules`, `values`, `words` or `commits`";
            self.flaw(node, "an entry of `allow` allows everything", "nothing narrows it", help);
        }
        (self.flaws.len() == before).then_some(entry)
    }

    fn date(&mut self, node: &Node) -> Option<Date> {
        // Strictly this form: other ones of ISO 8601 are no dates to most people.
        let strict = |text: &&str| text.len() == 10 && text.as_bytes()[4] == b'-';
        let date = match &node.value {
            Value::Text(text) => Some(text.as_str()).filter(strict).and_then(|text| text.parse().ok()),
            _ => None,
        };
        if date.is_none() {
            let help = "write the last day on which it holds: `expires: 2027-06-30`";
            self.flaw(node, "`allow.expires` is no date", "not a day", help);
        }
        date
    }

    fn patterns(&mut self, node: &Node) -> Vec<String> {
        let mut found = Vec::new();
        for (pattern, item) in self.texts(node, "allow.values") {
            let parsed = regex_syntax::ParserBuilder::new().unicode(false).utf8(false).build().parse(pattern);
            // Only counted repetitions can grow beyond what compiles.
            let fits =
                pattern.len() <= LONGEST_PATTERN && (!pattern.contains('{') || compile(pattern).is_some());
            match parsed {
                Ok(_) if fits => found.push(pattern.to_owned()),
                Ok(_) => {
                    let help = "a pattern has at most 1,000 bytes, and compiles to at most 1 MiB";
                    self.flaw(item, "a pattern of `allow.values` is too large", "too large", help);
                }
                Err(_) => {
                    let help =
                        "a regular expression without look-around and back-references; `(?u)` for Unicode";
                    self.flaw(
                        item,
                        "a pattern of `allow.values` is not valid",
                        "not a regular expression",
                        help,
                    );
                }
            }
        }
        found
    }

    fn commits(&mut self, node: &Node) -> Vec<String> {
        let mut found = Vec::new();
        for item in self.list(node, "allow.commits") {
            // YAML may take an id for a number; what was written counts.
            let written = self.text.get(item.span.clone()).unwrap_or_default();
            let id = match &item.value {
                Value::Text(text) => text.as_str(),
                _ => written,
            };
            let length = FEWEST_DIGITS..=MOST_DIGITS;
            if length.contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                found.push(id.to_ascii_lowercase());
                continue;
            }
            let help =
                "give all digits of the commit's id, or at least the first 12; `git rev-parse` says them";
            self.flaw(item, "`allow.commits` holds something that is no commit id", "not a commit id", help);
        }
        found
    }

    /// An entry of `overrides`; `None` when it has a mistake.
    fn one_override(&mut self, node: &Node, names: &Names) -> Option<Override> {
        let before = self.flaws.len();
        let mut found = Override::default();
        for (key, node) in self.map(node, "an entry of `overrides`", &keys::OVERRIDE) {
            match key {
                "paths" => {
                    found.paths = self.globs(node, "overrides.paths").into_iter().map(|w| w.value).collect();
                }
                "min_confidence" => found.min_confidence = self.per_mode(node, key, Self::confidence),
                "min_severity" => found.min_severity = self.per_mode(node, key, Self::severity),
                _ => {
                    for (_, off) in self.map(node, "`overrides.rules`", &keys::OVERRIDE_RULES) {
                        let off = self.selectors(off, "overrides.rules.off", names);
                        found.rules_off = Some(off.into_iter().map(|written| written.value).collect());
                    }
                }
            }
        }
        if self.flaws.len() == before && found.paths.is_empty() {
            let help = "give the globs of the paths it is for: `paths: ['tests/']`";
            self.flaw(node, "an entry of `overrides` lacks its `paths`", "`paths` is missing", help);
        }
        (self.flaws.len() == before).then_some(found)
    }

    /// The sections that are maps of single settings.
    fn settings(&mut self, key: &str, node: &Node, directory: &str, config: &mut Config) {
        match key {
            "limits" => {
                for (_, node) in self.map(node, "`limits`", &keys::LIMITS) {
                    config.limits.max_findings_per_rule = self.count(node, "limits.max_findings_per_rule");
                }
            }
            "allow_marks" => {
                for (key, node) in self.map(node, "`allow_marks`", &keys::ALLOW_MARKS) {
                    let Some(setting) = self.switch(node, key) else { continue };
                    match key {
                        "foreign" => config.allow_marks.foreign = setting,
                        "require_reason" => config.allow_marks.require_reason = setting,
                        _ => config.allow_marks.report_unused = setting,
                    }
                }
            }
            "baseline" => {
                for (key, node) in self.map(node, "`baseline`", &keys::BASELINE) {
                    match key {
                        "path" => self.baseline_path(node, directory, config),
                        _ => self.requirements(node, config),
                    }
                }
            }
            _ => {
                for (key, node) in self.map(node, "`ci`", &keys::CI) {
                    config.ci.refuse_policy_changes =
                        self.switch(node, key).unwrap_or(config.ci.refuse_policy_changes.clone());
                }
            }
        }
    }

    fn switch(&mut self, node: &Node, what: &str) -> Option<Setting<bool>> {
        let value = self.yes(node, what)?;
        Some(Setting { value, place: Some(self.place(node)) })
    }

    fn count(&mut self, node: &Node, what: &str) -> Setting<usize> {
        let value = match node.value {
            Value::Number(number) if (1..=MOST_FINDINGS).contains(&number) => usize::try_from(number).ok(),
            _ => None,
        };
        if value.is_none() {
            let help = "a whole number from 1 to 100000";
            self.flaw(node, format!("`{what}` is no such number"), "not a number", help);
        }
        Setting { value: value.unwrap_or_default(), place: Some(self.place(node)) }
    }

    fn baseline_path(&mut self, node: &Node, directory: &str, config: &mut Config) {
        let Some(text) = self.text(node, "baseline.path") else { return };
        match climb(directory, text) {
            Some(path) if !path.is_empty() => {
                config.baseline.path = Setting { value: Some(path), place: Some(self.place(node)) };
            }
            _ => {
                let help = "it must lie inside the repository; paths count from the file that names them";
                self.flaw(node, "`baseline.path` leads out of the repository", "leads out", help);
            }
        }
    }

    fn requirements(&mut self, node: &Node, config: &mut Config) {
        let mut found = Vec::new();
        for item in self.list(node, "baseline.require") {
            found.extend(self.word(item, "baseline.require", &Requirement::ALL));
        }
        found.sort_unstable();
        found.dedup();
        config.baseline.require = Setting { value: found, place: Some(self.place(node)) };
    }
}
