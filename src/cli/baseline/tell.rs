//! How the commands tell of entries: a list under a heading for people, an object for programs. Nothing of a value is
//! in an entry; its texts come from files and are escaped and masked.

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::baseline::Entry;
use crate::error::Error;
use crate::report::{failure, output, text};
use crate::source::Problem;
use crate::visible;

use crate::cli::options::{Format, OutputOptions};

/// Most entries of one list that people are shown; programs get all.
const MOST_SHOWN: usize = 50;

/// What a command has to tell.
pub(in crate::cli) struct Tale {
    command: &'static str,
    /// Everything for programs.
    facts: Map<String, Value>,
    /// Everything for people.
    lines: Vec<String>,
}

/// An entry as programs see it; additive only.
#[derive(Serialize)]
struct EntryV1<'e> {
    fingerprint: String,
    #[serde(flatten)]
    entry: &'e Entry,
}

impl Tale {
    /// What `command` tells of the baseline at this path.
    pub(in crate::cli) fn new(command: &'static str, path: &std::path::Path) -> Self {
        let mut facts = Map::new();
        facts.insert("baseline".to_owned(), Value::String(visible::path(path)));
        Self { command, facts, lines: Vec::new() }
    }

    /// A number or a text, for programs only.
    pub(in crate::cli) fn fact(&mut self, key: &str, value: impl Into<Value>) {
        self.facts.insert(key.to_owned(), value.into());
    }

    /// A sentence, for people only.
    pub(in crate::cli) fn say(&mut self, text: &str) {
        self.lines.push(visible::line(text).into_owned());
    }

    /// A list of entries, each with more to say; for people only when it is not empty.
    pub(in crate::cli) fn list<'e>(
        &mut self,
        key: &str,
        heading: &str,
        entries: impl IntoIterator<Item = (&'e Entry, Value, String)>,
    ) {
        let mut all = Vec::new();
        for (entry, more, words) in entries {
            if all.is_empty() {
                self.lines.push(format!("{heading}:"));
            }
            let shown = EntryV1 { fingerprint: entry.fingerprint(), entry };
            let mut value = serde_json::to_value(shown).unwrap_or_default();
            if let (Value::Object(object), Value::Object(more)) = (&mut value, more) {
                object.extend(more);
            }
            all.push(value);
            if all.len() <= MOST_SHOWN {
                self.say(&format!("  {}{words}", described(entry)));
            }
        }
        if all.len() > MOST_SHOWN {
            self.lines.push(format!("  and {} more (--format json lists all)", all.len() - MOST_SHOWN));
        }
        self.facts.insert(key.to_owned(), Value::Array(all));
    }

    /// What could not be read.
    pub(in crate::cli) fn problems(&mut self, problems: &[Problem]) {
        let mut all = Vec::new();
        for problem in problems {
            let path = problem.path.as_ref().map(|path| path.text());
            let place = path.as_ref().map(|path| format!("{path}: ")).unwrap_or_default();
            self.say(&format!("problem ({}): {place}{}", problem.kind, problem.message));
            all.push(json!({ "kind": problem.kind, "path": path, "message": problem.message }));
        }
        self.facts.insert("problems".to_owned(), Value::Array(all));
    }

    /// Writes it to standard output, or to `--output`.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(in crate::cli) fn write(self, options: &OutputOptions) -> Result<(), Error> {
        let bytes = match options.format.unwrap_or_default() {
            Format::Json => {
                let mut whole = json!({ "version": 1, "command": self.command });
                if let Value::Object(object) = &mut whole {
                    object.extend(self.facts);
                }
                text::pretty(&whole)
            }
            _ => self.lines.iter().map(|line| format!("{line}\n")).collect::<String>().into_bytes(),
        };
        let masked = failure::masked(&String::from_utf8_lossy(&bytes));
        output::write(masked.as_bytes(), options.output.as_deref())
    }
}

/// `path: rule, fingerprint, and what people said`.
fn described(entry: &Entry) -> String {
    let rule = if entry.rule.is_empty() { "a rule unnamed" } else { entry.rule.as_str() };
    let mut text = format!("{}: {rule}, {}", entry.path, entry.fingerprint());
    entry.status.iter().for_each(|status| text.push_str(&format!(", {}", status.word())));
    entry.owner.iter().for_each(|owner| text.push_str(&format!(", owner {owner}")));
    entry.expires.iter().for_each(|day| text.push_str(&format!(", until {day}")));
    if entry.anywhere {
        text.push_str(", anywhere");
    }
    entry.reason.iter().for_each(|reason| text.push_str(&format!(": {reason}")));
    text
}
