//! One map of a rule file: its fields, each checked for its own form.

use std::borrow::Cow;
use std::ops::Range;

use super::super::model::{Confidence, Detector, Kind, Opening, PROOFS, Rule, Severity, Shape, Text};
use super::super::template;
use super::flaw::{Flaw, is_word};
use super::pattern::{self, Pattern};
use super::yaml::{Key, Node, Value};
use super::{Parsed, Site, meant};

const RULE_FIELDS: [&str; 20] = [
    "id",
    "name",
    "severity",
    "confidence",
    "kind",
    "pattern",
    "keywords",
    "max_length",
    "value",
    "names",
    "shape",
    "public_prefix",
    "proof",
    "pair",
    "tags",
    "grants",
    "revoke",
    "references",
    "examples",
    "counter_examples",
];

pub(super) const SEVERITIES: [(&str, Severity); 4] = [
    ("critical", Severity::Critical),
    ("high", Severity::High),
    ("medium", Severity::Medium),
    ("low", Severity::Low),
];

const CONFIDENCES: [(&str, Confidence); 3] =
    [("high", Confidence::High), ("medium", Confidence::Medium), ("low", Confidence::Low)];

pub(super) const KINDS: [(&str, Kind); 2] = [("secret", Kind::Secret), ("identifier", Kind::Identifier)];

/// A text and its place.
pub(super) type Sited<'n> = (&'n str, &'n Range<usize>);

/// Reads one item of `rules` into `parsed`.
pub(super) fn rule(text: &str, node: &Node, service: (&str, &Text), parsed: &mut Parsed) {
    let before = parsed.flaws.len();
    let Some(mut entry) = Entry::new(text, node, "a rule", &RULE_FIELDS, &mut parsed.flaws) else { return };
    let id = entry.required_id("id");
    let pair = entry.id("pair");
    let rule = entry.rule(id, pair, service);
    let site = |(id, span): Sited<'_>| Site { id: id.to_owned(), span: span.clone() };
    parsed.ids.extend(id.map(site));
    parsed.pairs.extend(pair.map(site));
    // A flawed entry is filled with defaults so that its other fields are checked too; only a sound one is a rule.
    if parsed.flaws.len() == before {
        parsed.rules.push(rule);
    }
}

/// A map under reading.
pub(super) struct Entry<'n, 'f> {
    text: &'n str,
    what: &'static str,
    span: Range<usize>,
    fields: &'n [(Key, Node)],
    flaws: &'f mut Vec<Flaw>,
}

impl<'n, 'f> Entry<'n, 'f> {
    /// The map in `node`, its unknown fields noted; `None` when it is no map.
    pub(super) fn new(
        text: &'n str,
        node: &'n Node,
        what: &'static str,
        known: &[&'static str],
        flaws: &'f mut Vec<Flaw>,
    ) -> Option<Self> {
        let Value::Map(fields) = &node.value else {
            flaws.push(Flaw::new(&node.span, format!("{what} must be a map of fields"), "not a map"));
            return None;
        };
        for (key, _) in fields.iter().filter(|(key, _)| !known.contains(&key.name.as_str())) {
            let message = match is_word(&key.name) {
                true => format!("{what} has no field `{}`", key.name),
                false => format!("{what} has no such field"),
            };
            let flaw = Flaw::new(&key.span, message, "unknown field")
                .help(format!("the fields are {}", known.join(", ")));
            flaws.push(meant(flaw, &key.name, known.iter().copied()));
        }
        let span = fields.first().map_or_else(|| node.span.clone(), |(key, _)| key.span.clone());
        Some(Self { text, what, span, fields, flaws })
    }

    /// A kebab-case id.
    pub(super) fn id(&mut self, field: &str) -> Option<Sited<'n>> {
        let node = self.optional(field)?;
        let (id, span) = self.text(node, field)?;
        if !is_kebab(id) {
            let message = format!("`{field}` must be kebab-case");
            self.flaw(span, message, "not kebab-case")
                .push_help("lower-case letters and digits in words joined by `-`, 64 at most");
            return None;
        }
        Some((id, span))
    }

    /// A kebab-case id that must be there.
    pub(super) fn required_id(&mut self, field: &str) -> Option<Sited<'n>> {
        self.required(field)?;
        self.id(field)
    }

    /// Words for people that must be there, their white space made single spaces.
    pub(super) fn required_sentence(&mut self, field: &str) -> Text {
        let Some(node) = self.required(field) else { return Text::default() };
        let Some((words, span)) = self.text(node, field) else { return Text::default() };
        let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
        if words.is_empty() || words.chars().any(char::is_control) {
            let message = format!("`{field}` must be words for people");
            self.flaw(span, message, "empty, or with control characters");
        }
        Cow::Owned(words)
    }

    /// The node of a field that must be there.
    pub(super) fn required(&mut self, field: &str) -> Option<&'n Node> {
        let node = self.optional(field);
        if node.is_none() {
            let span = self.span.clone();
            let message = format!("{} lacks the field `{field}`", self.what);
            self.flaw(&span, message, format!("`{field}` is missing"));
        }
        node
    }

    pub(super) fn optional(&self, field: &str) -> Option<&'n Node> {
        let found = self.fields.iter().find(|(key, _)| key.name == field);
        found.map(|(_, node)| node)
    }

    /// All of a rule. A field with a flaw is noted and stands empty.
    fn rule(&mut self, id: Option<Sited<'n>>, pair: Option<Sited<'n>>, service: (&str, &Text)) -> Rule {
        let owned = |(text, _): Sited<'n>| Text::Owned(text.to_owned());
        let name = self.required_sentence("name");
        self.required("severity");
        let severity = self.word("severity", &SEVERITIES).unwrap_or(Severity::High);
        let confidence = self.word("confidence", &CONFIDENCES).unwrap_or(Confidence::High);
        let kind = self.word("kind", &KINDS).unwrap_or(Kind::Secret);
        let (detector, public_prefix) = self.detector();
        let proof = self.word("proof", &PROOFS.map(|name| (name, name)));
        let tags = self.tags();
        let grants = self.required_sentence("grants");
        let revoke = self.required_sentence("revoke");
        let references = self.references(&detector);
        self.required("examples");
        let examples = self.templates("examples");
        let counter_examples = self.templates("counter_examples");
        Rule {
            id: id.map(owned).unwrap_or_default(),
            name,
            service: Cow::Owned(service.0.to_owned()),
            service_name: service.1.clone(),
            severity,
            confidence,
            kind,
            detector,
            public_prefix,
            proof: proof.map(Text::Borrowed),
            pair: pair.map(owned),
            tags: Cow::Owned(tags),
            grants,
            revoke,
            references: Cow::Owned(references),
            examples: Cow::Owned(examples),
            counter_examples: Cow::Owned(counter_examples),
        }
    }

    fn tags(&mut self) -> Vec<Text> {
        let tags = self.texts("tags");
        for (_, span) in tags.iter().filter(|(tag, _)| !is_kebab(tag)) {
            self.flaw(span, "a tag must be kebab-case", "not kebab-case");
        }
        tags.into_iter().map(|(tag, _)| Text::Owned(tag.to_owned())).collect()
    }

    /// The detector and the length of the public prefix.
    fn detector(&mut self) -> (Detector, usize) {
        let kinds = ["pattern", "value", "shape"];
        let given: Vec<&str> = kinds.into_iter().filter(|kind| self.optional(kind).is_some()).collect();
        match given.as_slice() {
            ["pattern"] => {
                self.forbid("pattern", &["names"]);
                self.pattern()
            }
            ["value"] => {
                self.forbid("value", &["keywords", "max_length"]);
                self.context()
            }
            ["shape"] => {
                self.forbid("shape", &["keywords", "max_length", "names"]);
                let shape = self.word("shape", &Shape::ALL).unwrap_or(Shape::PrivateKey);
                let prefix = self.optional_text("public_prefix").map_or(0, |(prefix, _)| prefix.len());
                (Detector::Shape(shape), prefix)
            }
            _ => {
                let span = self.span.clone();
                let (message, label) = match given.as_slice() {
                    [] => ("a rule lacks a detector", "none of `pattern`, `value` and `shape`".to_owned()),
                    several => ("a rule has several detectors", format!("`{}`", several.join("`, `"))),
                };
                self.flaw(&span, message, label)
                    .push_help("give exactly one of `pattern`, `value` and `shape`");
                (Detector::Shape(Shape::PrivateKey), 0)
            }
        }
    }

    fn pattern(&mut self) -> (Detector, usize) {
        let keywords_node = self.required("keywords");
        let mut keywords = self.texts("keywords");
        for (_, span) in keywords.iter().filter(|(keyword, _)| !pattern::keyword_fits(keyword)) {
            self.flaw(span, "a keyword must have 2 to 64 bytes", "too short or too long");
        }
        if keywords.len() > pattern::MOST_KEYWORDS {
            self.flaw(
                keywords[pattern::MOST_KEYWORDS].1,
                "a pattern has at most 64 keywords",
                "one too many",
            );
            keywords.clear();
        }
        let max_length = self.number("max_length");
        let source = self.optional_text("pattern");
        let (mut longest, mut prefix, mut opening) = (0, 0, Opening::Within);
        if let Some(parsed) = source.and_then(|source| self.regex(source, "pattern")) {
            match parsed.longest(max_length) {
                Ok(length) => longest = length,
                Err(flaw) => self.flaws.push(flaw),
            }
            let whole = keywords_node.map_or(&self.span, |node| &node.span).clone();
            self.flaws.extend(parsed.check_keywords(&keywords, &whole));
            let words: Vec<&str> = keywords.iter().map(|(keyword, _)| *keyword).collect();
            prefix = self.public_prefix(&parsed).unwrap_or_else(|| parsed.shared_prefix(&words));
            opening = parsed.opening(&words);
        }
        let keywords = keywords.into_iter().map(|(keyword, _)| Text::Owned(keyword.to_owned())).collect();
        let pattern = source.map_or_else(Text::default, |(pattern, _)| Text::Owned(pattern.to_owned()));
        (Detector::Pattern { pattern, keywords: Cow::Owned(keywords), max_length: longest, opening }, prefix)
    }

    fn context(&mut self) -> (Detector, usize) {
        self.required("names");
        let names = self.texts("names");
        let word = |word: &str| {
            !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        };
        for (_, span) in names.iter().filter(|(name, _)| !name.split(' ').all(word)) {
            self.flaw(span, "an entry of `names` must be words", "not words")
                .push_help("lower-case letters and digits in words joined by one space, such as `cloak key`");
        }
        let source = self.optional_text("value");
        let parsed = source.and_then(|source| self.regex(source, "value"));
        let prefix = parsed.and_then(|parsed| self.public_prefix(&parsed)).unwrap_or(0);
        let names = names.into_iter().map(|(name, _)| Text::Owned(name.to_owned())).collect();
        let value = source.map_or_else(Text::default, |(value, _)| Text::Owned(value.to_owned()));
        (Detector::Context { value, names: Cow::Owned(names) }, prefix)
    }

    fn regex(&mut self, (source, span): Sited<'n>, field: &str) -> Option<Pattern> {
        match pattern::parse(source, field, self.text, span) {
            Ok(pattern) => Some(pattern),
            Err(flaws) => {
                self.flaws.extend(flaws);
                None
            }
        }
    }

    /// The stated public prefix, in bytes.
    fn public_prefix(&mut self, pattern: &Pattern) -> Option<usize> {
        let (prefix, span) = self.optional_text("public_prefix")?;
        if prefix.is_empty() || pattern.shared_prefix(&[prefix]) == 0 {
            self.flaw(span, "`public_prefix` is not the start of every value", "some value begins otherwise")
                .push_help("a mask shows it, so it must be the same for all values of the rule");
        }
        Some(prefix.len())
    }

    fn references(&mut self, detector: &Detector) -> Vec<Text> {
        if !matches!(detector, Detector::Shape(_)) {
            self.required("references");
        }
        let references = self.texts("references");
        references.iter().for_each(|(reference, span)| self.check_address(reference, span));
        references.into_iter().map(|(reference, _)| Text::Owned(reference.to_owned())).collect()
    }

    /// Notes an address that is not an https one.
    pub(super) fn check_address(&mut self, address: &str, span: &Range<usize>) {
        if !address.starts_with("https://") || !address.bytes().all(|b| b.is_ascii_graphic()) {
            self.flaw(span, "a reference must be an https address", "not an https address");
        }
    }

    fn templates(&mut self, field: &str) -> Vec<Text> {
        let templates = self.texts(field);
        for (index, (template, span)) in templates.iter().enumerate() {
            if let Err(error) = template::expand(template, 0) {
                let message = format!("`{field}` number {} is not a template", index + 1);
                self.flaw(span, message, error.to_string()).push_help(template::HELP);
            }
        }
        templates.into_iter().map(|(template, _)| Text::Owned(template.to_owned())).collect()
    }

    pub(super) fn word<T: Copy>(&mut self, field: &str, words: &[(&'static str, T)]) -> Option<T> {
        let node = self.optional(field)?;
        let (text, span) = self.text(node, field)?;
        let found = words.iter().find(|(word, _)| *word == text).map(|(_, meaning)| *meaning);
        if found.is_none() {
            let all: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            let message = format!("`{field}` must be one of {}", all.join(", "));
            let flaw = Flaw::new(span, message, "none of these");
            self.flaws.push(meant(flaw, text, all));
        }
        found
    }

    fn number(&mut self, field: &str) -> Option<(u64, &'n Range<usize>)> {
        let node = self.optional(field)?;
        match node.value {
            Value::Number(number) if number > 0 => Some((number, &node.span)),
            _ => {
                self.flaw(&node.span, format!("`{field}` must be a number"), "not a whole number above 0");
                None
            }
        }
    }

    pub(super) fn optional_text(&mut self, field: &str) -> Option<Sited<'n>> {
        let node = self.optional(field)?;
        self.text(node, field)
    }

    /// The items of a list of texts; nothing when the field is missing, a flaw when it is there and empty.
    pub(super) fn texts(&mut self, field: &str) -> Vec<Sited<'n>> {
        let Some(node) = self.optional(field) else { return Vec::new() };
        let Value::List(items) = &node.value else {
            let message = format!("`{field}` must be a list");
            self.flaw(&node.span, message, "not a list").push_help(format!("write `{field}: [ … ]`"));
            return Vec::new();
        };
        if items.is_empty() {
            self.flaw(&node.span, format!("`{field}` is empty"), "no item here");
        }
        items.iter().filter_map(|item| self.text(item, field)).collect()
    }

    fn text(&mut self, node: &'n Node, field: &str) -> Option<Sited<'n>> {
        match &node.value {
            Value::Text(text) if !text.is_empty() => Some((text, &node.span)),
            Value::Text(_) | Value::Null => {
                self.flaw(&node.span, format!("`{field}` is empty"), "no text here");
                None
            }
            Value::Number(_) | Value::Boolean(_) | Value::Other | Value::List(_) | Value::Map(_) => {
                let message = format!("`{field}` must be text");
                self.flaw(&node.span, message, "not text")
                    .push_help("put numbers and `true` in single quotes");
                None
            }
        }
    }

    fn forbid(&mut self, detector: &str, fields: &[&str]) {
        for (key, _) in self.fields.iter().filter(|(key, _)| fields.contains(&key.name.as_str())) {
            let message = format!("`{}` does not go with `{detector}`", key.name);
            self.flaw(&key.span, message, "remove it");
        }
    }

    pub(super) fn flaw(
        &mut self,
        span: &Range<usize>,
        message: impl Into<String>,
        label: impl Into<String>,
    ) -> Last<'_> {
        self.flaws.push(Flaw::new(span, message, label));
        Last(self.flaws)
    }
}

/// Lower-case letters and digits in words joined by `-`, 64 at most.
fn is_kebab(id: &str) -> bool {
    let word =
        |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    id.len() <= 64 && id.split('-').all(word)
}

/// The flaw that was noted last.
pub(super) struct Last<'f>(&'f mut Vec<Flaw>);

impl Last<'_> {
    pub(super) fn push_help(self, help: impl Into<String>) {
        if let Some(flaw) = self.0.last_mut() {
            flaw.help = Some(help.into());
        }
    }
}
