//! `leaklint config show`: every value in force with the place that it comes from.

use std::fmt::Write as _;

use clap::CommandFactory as _;
use clap::parser::ValueSource;
use serde::Serialize;

use crate::cli::scan::ScanArgs;
use crate::cli::session::Session;
use crate::cli::{Cli, Exit};
use crate::config::{Config, Mode, Place, Setting};
use crate::error::Error;
use crate::report::{output, text};
use crate::rule::{Confidence, Severity};
use crate::visible;

use super::{files, shown};

/// One value in force.
#[derive(Serialize)]
struct Value {
    key: String,
    value: String,
    source: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u64>,
}

#[derive(Serialize)]
struct Shown {
    version: u32,
    command: &'static str,
    files: Vec<String>,
    values: Vec<Value>,
}

/// Shows the configuration that is in force for `scan`.
pub(super) fn run(args: &ScanArgs, json: bool) -> Result<Exit, Error> {
    let policy = crate::cli::options::PolicyOptions { no_baseline: true, ..args.policy.clone() };
    let session = Session::new(&policy, &args.output, &args.law(), Mode::Scan)?;
    let mut lines = Lines { values: Vec::new(), session: &session };
    lines.thresholds(args);
    lines.settings(&session.config);
    lines.lists(&session.config, args);
    let mut values = lines.values;
    for value in &mut values {
        value.file = value.file.take().map(|file| shown(&session, &file));
    }
    let names = files(&session.config).iter().map(|file| shown(&session, file)).collect();
    let whole = Shown { version: 1, command: "config show", files: names, values };
    let bytes = if json { text::pretty(&whole) } else { human(&whole).into_bytes() };
    output::write(&bytes, None)?;
    Ok(Exit::Clean)
}

fn human(whole: &Shown) -> String {
    let mut text = match whole.files.as_slice() {
        [] => "no configuration file\n".to_owned(),
        files => format!("read, later ones win: {}\n", visible::line(&files.join(", "))),
    };
    let widest = whole.values.iter().map(|value| value.key.len()).max().unwrap_or(0);
    for value in &whole.values {
        let place = match (&value.file, value.line) {
            (Some(file), Some(line)) => format!("{file}:{line}"),
            _ => value.source.to_owned(),
        };
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            "{:widest$}  {}  ({})",
            value.key,
            visible::line(&value.value),
            visible::line(&place)
        );
    }
    text
}

struct Lines<'s> {
    values: Vec<Value>,
    session: &'s Session,
}

impl Lines<'_> {
    fn say(&mut self, key: impl Into<String>, value: impl Into<String>, place: Option<&Place>) {
        let source = if place.is_some() { "file" } else { "default" };
        let file = place.map(|place| place.file.to_string());
        let line = place.map(|place| place.line);
        self.values.push(Value { key: key.into(), value: value.into(), source, file, line });
    }

    fn given(&mut self, key: String, value: String, source: &'static str) {
        self.values.push(Value { key, value, source, file: None, line: None });
    }

    /// What may differ by mode, and what options say instead.
    fn thresholds(&mut self, args: &ScanArgs) {
        let config = &self.session.config;
        for (name, mode) in Mode::ALL {
            let key = format!("min_confidence.{name}");
            match args.policy.min_confidence {
                Some(level) => {
                    self.given(key, Confidence::from(level).word().into(), origin("min_confidence"))
                }
                None => {
                    let level = config.min_confidence.of(mode).unwrap_or(Confidence::Medium);
                    self.say(key, level.word(), config.min_confidence.place(mode));
                }
            }
        }
        for (name, mode) in Mode::ALL {
            let key = format!("min_severity.{name}");
            match args.policy.min_severity {
                Some(level) => self.given(key, Severity::from(level).word().into(), origin("min_severity")),
                None => {
                    let level = config.min_severity.of(mode).unwrap_or(Severity::Low);
                    self.say(key, level.word(), config.min_severity.place(mode));
                }
            }
        }
        for (name, mode) in Mode::ALL {
            let key = format!("format.{name}");
            match args.output.format {
                Some(format) => self.given(key, format.word().into(), origin("format")),
                None => {
                    let format = config.format.of(mode).unwrap_or_default();
                    self.say(key, format.word(), config.format.place(mode));
                }
            }
        }
    }

    /// Single settings.
    fn settings(&mut self, config: &Config) {
        let most = &config.limits.max_findings_per_rule;
        self.say("limits.max_findings_per_rule", most.value.to_string(), most.place.as_ref());
        let marks = &config.allow_marks;
        let yes: [(&str, &Setting<bool>); 4] = [
            ("allow_marks.foreign", &marks.foreign),
            ("allow_marks.require_reason", &marks.require_reason),
            ("allow_marks.report_unused", &marks.report_unused),
            ("ci.refuse_policy_changes", &config.ci.refuse_policy_changes),
        ];
        for (key, setting) in yes {
            self.say(key, setting.value.to_string(), setting.place.as_ref());
        }
        let baseline = &config.baseline;
        let path = baseline.path.value.as_deref().unwrap_or(crate::cli::session::BASELINE);
        self.say("baseline.path", shown(self.session, path), baseline.path.place.as_ref());
        let words = crate::config::Requirement::ALL;
        let required = words.iter().filter(|(_, word)| baseline.require.value.contains(word));
        let required: Vec<&str> = required.map(|(word, _)| *word).collect();
        self.say("baseline.require", format!("[{}]", required.join(", ")), baseline.require.place.as_ref());
    }

    /// What lists hold.
    fn lists(&mut self, config: &Config, args: &ScanArgs) {
        let all = |texts: &[String]| {
            let texts: Vec<String> = texts.iter().map(|text| shown(self.session, text)).collect();
            texts.join(", ")
        };
        let mut found: Vec<(&str, String, &Place)> = Vec::new();
        for glob in &config.exclude {
            found.push(("exclude", shown(self.session, &glob.value), &glob.place));
        }
        for switch in &config.switches {
            let key = if switch.value.on { "rules.on" } else { "rules.off" };
            found.push((key, switch.value.rules.to_string(), &switch.place));
        }
        for change in &config.changes {
            let rules: Vec<String> = change.value.rules.iter().map(ToString::to_string).collect();
            let severity = change.value.severity.map(|level| format!(", severity {}", level.word()));
            let confidence = change.value.confidence.map(|level| format!(", confidence {}", level.word()));
            let facts = [severity, confidence].into_iter().flatten().collect::<String>();
            found.push(("rules.change", rules.join(", ") + &facts, &change.place));
        }
        for rule in &config.rules {
            found.push(("rules.custom", shown(self.session, &rule.value.id), &rule.place));
        }
        for entry in &config.allow {
            let value = &entry.value;
            let rules: Vec<String> = value.rules.iter().map(ToString::to_string).collect();
            // Values and words may be secrets; how many there are says enough.
            let parts = [
                ("rules", rules.join(", ")),
                ("paths", all(&value.paths)),
                ("values", count(value.values.len())),
                ("words", count(value.words.len())),
                ("commits", count(value.commits.len())),
                ("expires", value.expires.map(|day| day.to_string()).unwrap_or_default()),
                ("reason", shown(self.session, &value.reason)),
            ];
            let parts = parts.iter().filter(|(_, text)| !text.is_empty());
            let parts: Vec<String> = parts.map(|(key, text)| format!("{key} {text}")).collect();
            found.push(("allow", parts.join("; "), &entry.place));
        }
        for entry in &config.overrides {
            found.push(("overrides", format!("paths {}", all(&entry.value.paths)), &entry.place));
        }
        for (key, value, place) in found {
            self.say(key, value, Some(place));
        }
        for glob in &args.policy.exclude {
            self.given("exclude".to_owned(), shown(self.session, glob), origin("exclude"));
        }
    }
}

fn count(number: usize) -> String {
    if number == 0 { String::new() } else { number.to_string() }
}

/// Whether an option of this command was given as a flag or in the environment.
fn origin(id: &str) -> &'static str {
    let Ok(matches) = Cli::command().try_get_matches() else { return "flag" };
    let mut inner = &matches;
    while let Some((_, deeper)) = inner.subcommand() {
        inner = deeper;
    }
    let source = inner.try_contains_id(id).is_ok().then(|| inner.value_source(id)).flatten();
    if source == Some(ValueSource::EnvVariable) { "environment" } else { "flag" }
}
