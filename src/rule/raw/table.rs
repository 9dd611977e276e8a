//! Tables: one row a service whose values have no shape of their own, read into a whole rule.
//!
//! There are hundreds of such services and nothing but names, lengths and advice differs, so a row states only these;
//! the rule's id, its words, its regular expression and its examples are derived here.

use std::borrow::Cow;

use super::super::model::{Confidence, Detector, Kind, Rule, Severity, Text, ValueForm};
use super::super::template::{self, Form};
use super::entry::{Entry, KINDS, SEVERITIES, Sited};
use super::yaml::{Node, Value};
use super::{Flaw, Parsed, Site, carriers, pattern};
use crate::runs::MARKS;

const ROW_FIELDS: [&str; 12] = [
    "service", "name", "what", "values", "near", "common", "severity", "kind", "pair", "grants", "revoke",
    "docs",
];

/// Shortest value in bytes; shorter runs of characters are not looked at.
const SHORTEST: usize = 16;

/// Longest value in bytes; longer runs are data, not credentials without a shape.
const LONGEST: usize = 2048;

/// What a row finds when it does not say.
const WHAT: &str = "API key";

/// Reads one item of `table` into `parsed`.
pub(super) fn row(text: &str, node: &Node, parsed: &mut Parsed) {
    let before = parsed.flaws.len();
    let Some(mut entry) = Entry::new(text, node, "a row", &ROW_FIELDS, &mut parsed.flaws) else { return };
    let pair = entry.id("pair");
    let (id, mut rule, examples) = entry.row(pair);
    parsed.ids.extend(id);
    parsed.pairs.extend(pair.map(|(id, span)| Site { id: id.to_owned(), span: span.clone() }));
    // As with rules: a flawed row was filled with defaults so that its other fields are checked too.
    if parsed.flaws.len() == before {
        let Examples { near, what, common, templates } = examples;
        let examples = carriers::examples(&near, &what, common, &templates);
        rule.examples = Cow::Owned(examples.into_iter().map(Text::Owned).collect());
        parsed.rules.push(rule);
    }
}

/// What a sound row's examples are made of.
struct Examples {
    near: String,
    what: String,
    common: bool,
    templates: Vec<String>,
}

impl Entry<'_, '_> {
    /// All of a row. A field with a flaw is noted and stands empty.
    fn row(&mut self, pair: Option<Sited<'_>>) -> (Option<Site>, Rule, Examples) {
        let service = self.required_id("service");
        let service_name = self.required_sentence("name");
        let what = self.what();
        let id = service.map(|(id, span)| Site {
            id: format!("{id}-{}", what.to_ascii_lowercase().replace(' ', "-")),
            span: span.clone(),
        });
        if let Some(site) = id.as_ref().filter(|site| site.id.len() > 64) {
            self.flaw(&site.span, "the id of a row has at most 64 characters", "too long with its `what`");
        }
        let service = service.map_or("", |(id, _)| id);
        let names = self.names(service);
        let common = self.yes("common");
        let severity = self.word("severity", &SEVERITIES).unwrap_or(Severity::High);
        let kind = self.word("kind", &KINDS).unwrap_or(Kind::Secret);
        let (templates, forms) = self.values();
        let detector = Detector::Near {
            values: Text::Owned(alternatives(&forms)),
            names: Cow::Owned(names.iter().cloned().map(Text::Owned).collect()),
            common,
            forms: value_forms(&forms),
        };
        let docs = self.address("docs");
        let rule = Rule {
            id: id.as_ref().map_or_else(Text::default, |site| Text::Owned(site.id.clone())),
            name: Text::Owned(format!("{service_name} {what}")),
            service: Text::Owned(service.to_owned()),
            service_name,
            severity,
            confidence: Confidence::Medium,
            kind,
            detector,
            public_prefix: shared_prefix(&forms),
            proof: None,
            pair: pair.map(|(id, _)| Text::Owned(id.to_owned())),
            tags: Cow::Owned(Vec::new()),
            grants: self.required_sentence("grants"),
            revoke: self.required_sentence("revoke"),
            references: Cow::Owned(docs.into_iter().collect()),
            examples: Cow::Owned(Vec::new()),
            counter_examples: Cow::Owned(Vec::new()),
        };
        let near = names.into_iter().next().unwrap_or_default();
        (id, rule, Examples { near, what, common, templates })
    }

    /// What the row finds, in words.
    fn what(&mut self) -> String {
        let Some((what, span)) = self.optional_text("what") else { return WHAT.to_owned() };
        let word = |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_alphanumeric());
        if !what.split(' ').all(word) {
            self.flaw(span, "`what` must be words", "not words")
                .push_help("letters and digits in words joined by one space, such as `access token`");
        }
        what.to_owned()
    }

    /// The names near which a value counts: those stated, or the service's id.
    fn names(&mut self, service: &str) -> Vec<String> {
        let names = self.texts("near");
        let word = |word: &str| {
            !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        };
        for (_, span) in names.iter().filter(|(name, _)| !name.split(' ').all(word)) {
            self.flaw(span, "an entry of `near` must be words", "not words").push_help(
                "lower-case letters and digits in words joined by one space, such as `abuse ip db`",
            );
        }
        for (_, span) in names.iter().filter(|(name, _)| name.split(' ').count() > 4) {
            self.flaw(span, "an entry of `near` has at most four words", "too many words");
        }
        let letters = |name: &str| name.len() - name.matches(' ').count();
        for (_, span) in names.iter().filter(|(name, _)| !(3..=60).contains(&letters(name))) {
            self.flaw(span, "an entry of `near` has 3 to 60 letters", "too short or too long");
        }
        match names.is_empty() {
            true => vec![service.replace('-', " ")],
            false => names.into_iter().map(|(name, _)| name.to_owned()).collect(),
        }
    }

    /// The templates of the values and their forms.
    fn values(&mut self) -> (Vec<String>, Vec<Form>) {
        self.required("values");
        let mut templates = Vec::new();
        let mut forms = Vec::new();
        for (index, (template, span)) in self.texts("values").into_iter().enumerate() {
            let number = index + 1;
            match template::form(template) {
                Err(error) => {
                    let message = format!("`values` number {number} is not the template of a value");
                    self.flaw(span, message, error.to_string()).push_help(template::HELP);
                }
                Ok(form) if form.shortest < SHORTEST => {
                    let message = format!("`values` number {number} may be shorter than {SHORTEST} bytes");
                    self.flaw(span, message, format!("its shortest value has {}", form.shortest))
                        .push_help("shorter runs of characters are not looked at: too much looks like them");
                }
                Ok(form) if form.longest > LONGEST => {
                    let message = format!("`values` number {number} may be longer than {LONGEST} bytes");
                    self.flaw(span, message, format!("its longest value has {}", form.longest));
                }
                Ok(form) => {
                    templates.push(template.to_owned());
                    forms.push(form);
                }
            }
        }
        (templates, forms)
    }

    /// A truth value; false when it is not there.
    fn yes(&mut self, field: &str) -> bool {
        let Some(node) = self.optional(field) else { return false };
        match node.value {
            Value::Boolean(value) => value,
            _ => {
                self.flaw(&node.span, format!("`{field}` must be `true` or `false`"), "neither");
                false
            }
        }
    }

    /// An https address that must be there.
    fn address(&mut self, field: &str) -> Option<Text> {
        self.required(field)?;
        let (address, span) = self.optional_text(field)?;
        self.check_address(address, span);
        Some(Text::Owned(address.to_owned()))
    }
}

/// Lengths and marks of all forms, each once.
fn value_forms(forms: &[Form]) -> Cow<'static, [ValueForm]> {
    let mark = |form: &Form, byte: u8| pattern::can_hold(&form.pattern, byte);
    let marks = |form: &Form| (0..8).fold(0, |marks, n| marks | u8::from(mark(form, MARKS[n])) << n);
    let mut all: Vec<ValueForm> = forms
        .iter()
        .map(|form| ValueForm { marks: marks(form), shortest: form.shortest, longest: form.longest })
        .collect();
    all.sort_unstable();
    all.dedup();
    Cow::Owned(all)
}

/// One pattern for all forms.
fn alternatives(forms: &[Form]) -> String {
    let patterns: Vec<&str> = forms.iter().map(|form| form.pattern.as_str()).collect();
    patterns.join("|")
}

/// Length in bytes of the literal that all values begin with.
fn shared_prefix(forms: &[Form]) -> usize {
    let Some(first) = forms.first() else { return 0 };
    let shared = |form: &Form| {
        first.prefix.bytes().zip(form.prefix.bytes()).take_while(|(here, there)| here == there).count()
    };
    forms.iter().map(shared).min().unwrap_or(0)
}

/// Reads the items of `table`.
pub(super) fn rows(text: &str, root: &Node, parsed: &mut Parsed) {
    let Some(mut entry) = Entry::new(text, root, "a file with a table", &["table"], &mut parsed.flaws) else {
        return;
    };
    let Some(table) = entry.required("table") else { return };
    let Value::List(items) = &table.value else {
        parsed.flaws.push(Flaw::new(&table.span, "`table` must be a list", "not a list"));
        return;
    };
    if items.is_empty() {
        parsed.flaws.push(Flaw::new(&table.span, "`table` is empty", "no row here"));
    }
    for item in items {
        row(text, item, parsed);
    }
}

#[cfg(test)]
#[path = "table/tests.rs"]
mod tests;
