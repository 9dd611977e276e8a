//! `leaklint rules`: what is searched for, and whether its examples are found.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use rayon::prelude::*;
use serde::Serialize;

use crate::catalogue::Catalogue;
use crate::error::Error;
use crate::report::output;
use crate::rule::{self, Detector, Kind, Rule, Shape, Text, ValueForm, raw, template};
use crate::scan;
use crate::visible;

use super::{Exit, page};

/// Values that each example is tried with.
const VALUES: u64 = 8;

/// Rules named when an id is unknown.
const MOST_NEAR: usize = 5;

/// Arguments of `leaklint rules`.
#[derive(Args, Clone, Debug)]
pub struct RulesArgs {
    #[command(subcommand)]
    command: RulesCommand,
}

#[derive(Subcommand, Clone, Debug)]
enum RulesCommand {
    /// List all rules
    List {
        /// Form of the list
        #[arg(long, value_enum, default_value_t)]
        format: ListFormat,
        #[command(flatten)]
        added: Added,
    },
    /// Show all of one rule
    Show {
        /// The rule's id
        id: String,
        #[command(flatten)]
        added: Added,
    },
    /// Test that rules find their examples and not their counter-examples
    #[command(
        after_help = "Exit codes:\n  0  every example is as it should be\n  1  some are not\n  2  a file is wrong"
    )]
    Test {
        /// Rule files, or directories of them; without any, the built-in rules
        #[arg(value_name = "FILE")]
        files: Vec<PathBuf>,
        /// Values that each example is tried with
        #[arg(long, value_name = "N", default_value_t = VALUES, value_parser = clap::value_parser!(u64).range(1..=10_000))]
        values: u64,
    },
}

/// Rules besides the built-in ones.
#[derive(Args, Clone, Debug)]
struct Added {
    /// Add rules from a YAML file, or from all of a directory; may be repeated
    #[arg(long, value_name = "FILE_OR_DIR")]
    rules: Vec<PathBuf>,
}

/// `--format` of `rules list`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum ListFormat {
    /// One line a rule
    #[default]
    Text,
    /// One array with all fields of each rule
    Json,
    /// The page docs/rules.md
    Markdown,
}

/// Lists, shows or tests rules.
///
/// # Errors
/// When a rule file is wrong, no rule has the id, or standard output cannot be written.
pub fn run(args: &RulesArgs) -> Result<Exit, Error> {
    let (text, exit) = match &args.command {
        RulesCommand::List { format: ListFormat::Text, added } => (list(&added.catalogue()?), Exit::Clean),
        RulesCommand::List { format: ListFormat::Json, added } => {
            (list_json(&added.catalogue()?), Exit::Clean)
        }
        RulesCommand::Show { id, added } => (show(&added.catalogue()?, id)?, Exit::Clean),
        RulesCommand::List { format: ListFormat::Markdown, added } => {
            (page::page(&added.catalogue()?), Exit::Clean)
        }
        RulesCommand::Test { files, values } if files.is_empty() => {
            let catalogue = Catalogue::new(rule::builtin().to_vec());
            test(&catalogue, catalogue.rules(), *values)
        }
        RulesCommand::Test { files, values } => {
            let own = rule::load_alone(files)?;
            test(&with_shapes(&own), &own, *values)
        }
    };
    output::write(text.as_bytes(), None)?;
    Ok(exit)
}

impl Added {
    fn catalogue(&self) -> Result<Catalogue, Error> {
        let mut rules = rule::builtin().to_vec();
        rules.extend(rule::load(&self.rules)?);
        Ok(Catalogue::new(rules))
    }
}

/// One line a rule: id, severity, service, name.
fn list(catalogue: &Catalogue) -> String {
    let widest =
        |of: fn(&Rule) -> &str| catalogue.rules().iter().map(|rule| of(rule).len()).max().unwrap_or(0);
    let (ids, services) = (widest(|rule| &rule.id), widest(|rule| &rule.service));
    let line = |rule: &Rule| {
        let name = visible::line(&rule.name);
        format!("{:ids$}  {:8}  {:services$}  {name}\n", rule.id, rule.severity.word(), rule.service)
    };
    catalogue.rules().iter().map(line).collect()
}

/// A rule as `rules list --format json` writes it.
#[derive(Serialize)]
struct JsonRule<'r> {
    id: &'r str,
    name: &'r str,
    service: &'r str,
    severity: &'static str,
    confidence: &'static str,
    kind: Kind,
    #[serde(flatten)]
    detector: JsonDetector<'r>,
    public_prefix: usize,
    proof: Option<&'r str>,
    pair: Option<&'r str>,
    tags: &'r [Text],
    grants: &'r str,
    revoke: &'r str,
    references: &'r [Text],
    examples: &'r [Text],
    counter_examples: &'r [Text],
}

/// The fields of the rule file that say how matches are found.
#[derive(Serialize)]
#[serde(untagged)]
enum JsonDetector<'r> {
    Pattern { pattern: &'r str, keywords: &'r [Text], max_length: usize },
    Context { value: &'r str, names: &'r [Text] },
    Near { values: &'r str, near: &'r [Text], common: bool, max_length: usize },
    Shape { shape: Shape },
}

fn list_json(catalogue: &Catalogue) -> String {
    let rules: Vec<JsonRule<'_>> = catalogue.rules().iter().map(JsonRule::of).collect();
    let json = serde_json::to_string_pretty(&rules).expect("strings and numbers are always JSON");
    json + "\n"
}

impl<'r> JsonRule<'r> {
    fn of(rule: &'r Rule) -> Self {
        Self {
            id: &rule.id,
            name: &rule.name,
            service: &rule.service,
            severity: rule.severity.word(),
            confidence: rule.confidence.word(),
            kind: rule.kind,
            detector: match &rule.detector {
                Detector::Pattern { pattern, keywords, max_length, .. } => {
                    JsonDetector::Pattern { pattern, keywords, max_length: *max_length }
                }
                Detector::Context { value, names } => JsonDetector::Context { value, names },
                Detector::Near { values, names, common, forms } => {
                    JsonDetector::Near { values, near: names, common: *common, max_length: longest(forms) }
                }
                Detector::Shape(shape) => JsonDetector::Shape { shape: *shape },
            },
            public_prefix: rule.public_prefix,
            proof: rule.proof.as_deref(),
            pair: rule.pair.as_deref(),
            tags: &rule.tags,
            grants: &rule.grants,
            revoke: &rule.revoke,
            references: &rule.references,
            examples: &rule.examples,
            counter_examples: &rule.counter_examples,
        }
    }
}

/// All of one rule, for people.
fn show(catalogue: &Catalogue, id: &str) -> Result<String, Error> {
    let index = catalogue.find(id).ok_or_else(|| unknown(catalogue, id))?;
    let rule = catalogue.rule(index);
    let mut text = format!("{}: {}\n\n", rule.id, visible::line(&rule.name));
    for (field, value) in facts(rule) {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "  {field:13}  {}", visible::line(&value));
    }
    let prose = [("Grants", &rule.grants), ("Revoke", &rule.revoke)];
    for (title, words) in prose {
        let _ = write!(text, "\n{title}\n  {}\n", visible::line(words));
    }
    let lists = [
        ("References", &rule.references),
        ("Examples", &rule.examples),
        ("Counter-examples", &rule.counter_examples),
    ];
    for (title, items) in lists.into_iter().filter(|(_, items)| !items.is_empty()) {
        let _ = write!(text, "\n{title}\n");
        for item in items.iter() {
            let _ = writeln!(text, "  {}", visible::lines(item).replace('\n', "\n  "));
        }
    }
    Ok(text)
}

/// The short fields of a rule by the names they have in a rule file.
fn facts(rule: &Rule) -> Vec<(&'static str, String)> {
    let kind = match rule.kind {
        Kind::Secret => "secret",
        Kind::Identifier => "identifier (never a finding)",
    };
    let mut facts = vec![
        ("service", format!("{} ({})", rule.service_name, rule.service)),
        ("severity", rule.severity.word().to_owned()),
        ("confidence", rule.confidence.word().to_owned()),
        ("kind", kind.to_owned()),
    ];
    match &rule.detector {
        Detector::Pattern { pattern, keywords, max_length, .. } => facts.extend([
            ("pattern", pattern.to_string()),
            ("keywords", keywords.join(", ")),
            ("longest", format!("{max_length} bytes")),
        ]),
        Detector::Context { value, names } => {
            facts.extend([("value", value.to_string()), ("names", names.join(", "))]);
        }
        Detector::Near { values, names, common, forms } => facts.extend([
            ("values", values.to_string()),
            ("near", names.join(", ")),
            ("only in name", if *common { "yes" } else { "no" }.to_owned()),
            ("longest", format!("{} bytes", longest(forms))),
        ]),
        Detector::Shape(shape) => {
            let word = Shape::ALL.iter().find(|(_, other)| other == shape).map_or("", |(word, _)| word);
            facts.push(("shape", word.to_owned()));
        }
    }
    facts.push(("public prefix", format!("{} bytes", rule.public_prefix)));
    facts.extend(rule.proof.as_ref().map(|proof| ("proof", proof.to_string())));
    facts.extend(rule.pair.as_ref().map(|pair| ("pair", pair.to_string())));
    if !rule.tags.is_empty() {
        facts.push(("tags", rule.tags.join(", ")));
    }
    facts
}

/// Length in bytes of the longest value of a row.
fn longest(forms: &[ValueForm]) -> usize {
    forms.iter().map(|form| form.longest).max().unwrap_or(0)
}

/// No rule has this id; those that hold it as a part, or else the nearest, are named.
fn unknown(catalogue: &Catalogue, id: &str) -> Error {
    let ids = || catalogue.rules().iter().map(|rule| rule.id.as_ref());
    let mut near: Vec<&str> =
        ids().filter(|known| id.len() > 2 && known.contains(id)).take(MOST_NEAR).collect();
    if near.is_empty() {
        near = raw::nearest(id, ids()).into_iter().collect();
    }
    let help = match near.as_slice() {
        [] => "`leaklint rules list` lists all rules".to_owned(),
        near => format!("did you mean `{}`?", near.join("`, `")),
    };
    Error::Usage { message: format!("there is no rule `{}`", visible::line(id)), help: Some(help) }
}

/// A catalogue of a file's own rules and the built-in detectors that are code: a value given to a name is read by
/// those, and only then judged by the rule that knows the name.
fn with_shapes(own: &[Rule]) -> Catalogue {
    let shape = |rule: &Rule| match rule.detector {
        Detector::Shape(shape) => Some(shape),
        _ => None,
    };
    let missing =
        |rule: &&Rule| shape(rule).is_some_and(|wanted| own.iter().all(|rule| shape(rule) != Some(wanted)));
    let known = |rule: &&Rule| own.iter().any(|other| other.id == rule.id);
    let shapes = rule::builtin().iter().filter(missing).filter(|rule| !known(rule));
    Catalogue::new(shapes.chain(own).cloned())
}

/// Tries every example of `rules` with several values: what failed, a closing line, and the exit.
fn test(catalogue: &Catalogue, rules: &[Rule], values: u64) -> (String, Exit) {
    let mut order: Vec<&Rule> = rules.iter().collect();
    order.sort_by(|a, b| a.id.cmp(&b.id));
    let failures: Vec<String> =
        order.par_iter().flat_map_iter(|rule| failures(catalogue, rule, values)).collect();
    let examples: usize = rules.iter().map(|rule| rule.examples.len() + rule.counter_examples.len()).sum();
    let mut text: String = failures.iter().map(|failure| format!("FAILED {failure}\n")).collect();
    let (rules, examples) = (counted(rules.len(), "rule"), counted(examples, "example"));
    let _ = writeln!(text, "{rules}, {examples}, {values} values each: {} failed", failures.len());
    (text, if failures.is_empty() { Exit::Clean } else { Exit::Findings })
}

fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// What one rule's examples do wrong. Names the example's number and never its text.
fn failures(catalogue: &Catalogue, rule: &Rule, values: u64) -> Vec<String> {
    let mut failures = Vec::new();
    let missed = |ids: &Vec<&str>| !ids.contains(&rule.id.as_ref());
    for (number, example) in (1..).zip(rule.examples.iter()) {
        let missed: Vec<Vec<&str>> =
            (0..values).map(|seed| found(catalogue, example, seed)).filter(missed).collect();
        let Some(instead) = missed.first() else { continue };
        let instead = match instead.is_empty() {
            true => String::new(),
            false => format!("; found instead: {}", instead.join(", ")),
        };
        let count = missed.len();
        failures.push(format!(
            "{}: example {number} was not found with {count} of {values} values{instead}",
            rule.id
        ));
    }
    for (number, example) in (1..).zip(rule.counter_examples.iter()) {
        let count =
            (0..values).map(|seed| found(catalogue, example, seed)).filter(|ids| !missed(ids)).count();
        if count > 0 {
            failures.push(format!(
                "{}: counter-example {number} was found with {count} of {values} values",
                rule.id
            ));
        }
    }
    failures
}

/// The ids of the rules that are found in a template's value. A template was checked when its rule was loaded.
fn found<'c>(catalogue: &'c Catalogue, template: &str, seed: u64) -> Vec<&'c str> {
    let text = template::expand(template, seed).unwrap_or_default();
    scan::probe(catalogue, text.as_bytes())
        .into_iter()
        .map(|index| catalogue.rule(index).id.as_ref())
        .collect()
}
