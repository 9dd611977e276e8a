//! What is wrong with lines of JSON that people edit, and how it is said: by line and key, never by what a line holds,
//! because somebody may have pasted a secret there. Apart from the readers because baselines and decisions share it.

use jiff::civil::Date;
use miette::NamedSource;
use serde_json::{Map, Value};

use super::Facts;
use super::facts::{Status, day};
use crate::error::Error;
use crate::rule::raw::nearest;
use crate::visible;

/// Most lines named in one error.
pub(super) const MOST_SHOWN: usize = 10;
/// Longest line in bytes: a path of 4 KiB, escaped, and room for a reason.
pub(super) const LONGEST_LINE: usize = 64 * 1024;

/// A line of JSON.
pub(super) type Object = Map<String, Value>;

/// What is wrong with a line.
pub(super) struct Flaw {
    pub(super) line: usize,
    pub(super) message: String,
    pub(super) label: &'static str,
    pub(super) help: String,
    /// The key that is wrong, if one is.
    pub(super) key: Option<String>,
    /// Keys on the line, to be shown; none when it is no object.
    pub(super) keys: Vec<String>,
}

/// Why a line is refused.
pub(super) struct Trouble {
    pub(super) message: String,
    pub(super) label: &'static str,
    pub(super) help: String,
    pub(super) key: Option<String>,
}

impl Trouble {
    pub(super) fn new(message: &str, label: &'static str, help: &str, key: Option<&str>) -> Self {
        Self { message: message.to_owned(), label, help: help.to_owned(), key: key.map(str::to_owned) }
    }
}

/// Refuses a key that is none of `known`, with the nearest that is.
pub(super) fn known_keys(object: &Object, known: &[&'static str]) -> Result<(), Trouble> {
    let Some(key) = object.keys().find(|key| !known.contains(&key.as_str())) else { return Ok(()) };
    let help = match nearest(key, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("known are `{}`; a newer leaklint may know more", known.join("`, `")),
    };
    let shown = shown_key(key);
    Err(Trouble::new(&format!("has the unknown key `{shown}`"), "unknown key", &help, Some(&shown)))
}

/// A text; `None` without the key.
pub(super) fn text<'o>(object: &'o Object, key: &'static str) -> Result<Option<&'o str>, Trouble> {
    match object.get(key) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => {
            let message = format!("has a `{key}` that is not text");
            Err(Trouble::new(&message, "not text", "put it in double quotes", Some(key)))
        }
    }
}

/// `true` or `false`, the latter without the key.
pub(super) fn truth(object: &Object, key: &'static str) -> Result<bool, Trouble> {
    match object.get(key) {
        None => Ok(false),
        Some(Value::Bool(given)) => Ok(*given),
        Some(_) => {
            let message = format!("has a `{key}` that is neither true nor false");
            Err(Trouble::new(
                &message,
                "neither true nor false",
                "write `true`, or leave the key out",
                Some(key),
            ))
        }
    }
}

/// What people say, of the keys `reason`, `owner`, `status`, `expires` and `anywhere`.
pub(super) fn facts(object: &Object) -> Result<Facts, Trouble> {
    let optional = |key: &'static str| Ok::<_, Trouble>(text(object, key)?.map(str::to_owned));
    Ok(Facts {
        reason: optional("reason")?,
        owner: optional("owner")?,
        status: text(object, "status")?.map(status).transpose()?,
        expires: text(object, "expires")?.map(last_day).transpose()?,
        anywhere: truth(object, "anywhere")?,
    })
}

fn status(word: &str) -> Result<Status, Trouble> {
    let words = Status::ALL.map(Status::word);
    Status::of(word).ok_or_else(|| {
        let help = match nearest(word, words) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("it is one of `{}`", words.join("`, `")),
        };
        Trouble::new("has an unknown `status`", "unknown status", &help, Some("status"))
    })
}

fn last_day(text: &str) -> Result<Date, Trouble> {
    let help = "write the last day on which the entry holds as YYYY-MM-DD, such as 2027-06-30";
    day(text)
        .ok_or_else(|| Trouble::new("has an `expires` that is no date", "not a date", help, Some("expires")))
}

/// A key as it may be shown; one with digits in it, or a long one, may be a value in the wrong place.
pub(super) fn shown_key(key: &str) -> String {
    let is_word = key.len() <= 24 && key.bytes().all(|b| b.is_ascii_alphabetic() || b == b'_' || b == b'-');
    if is_word { key.to_owned() } else { "···".to_owned() }
}

/// All flaws as one error, the first line first.
pub(super) fn error(mut flaws: Vec<Flaw>, display_name: &str) -> Error {
    flaws.sort_by_key(|flaw| flaw.line);
    let mut errors = flaws.into_iter().map(|flaw| diagnostic(flaw, display_name));
    let first = errors.next();
    let further: Vec<Error> = errors.collect();
    match first {
        Some(Error::Invalid { message, source_code, span, label, help, .. }) => {
            Error::Invalid { message, source_code, span, label, help, related: further }
        }
        other => other.unwrap_or(Error::Usage { message: format!("{display_name} is broken"), help: None }),
    }
}

/// A diagnostic that shows the keys of the line, with the line's number, and of all other lines nothing.
fn diagnostic(flaw: Flaw, display_name: &str) -> Error {
    let name = visible::line(display_name).into_owned();
    let mut shown = "\n".repeat(flaw.line - 1);
    let start = shown.len();
    let mut span = None;
    if flaw.keys.is_empty() {
        shown.push_str("············");
    } else {
        shown.push('{');
        for (at, key) in flaw.keys.iter().enumerate() {
            let from = shown.len();
            shown.push_str(&format!("\"{key}\": ···"));
            if flaw.key.as_ref() == Some(key) {
                span = Some((from, shown.len() - from));
            }
            shown.push_str(if at + 1 < flaw.keys.len() { ", " } else { "}" });
        }
    }
    let span = span.unwrap_or((start, shown.len() - start));
    Error::Invalid {
        message: format!("line {} of {name} {}", flaw.line, flaw.message),
        source_code: NamedSource::new(name, shown),
        span: span.into(),
        label: flaw.label.to_owned(),
        help: Some(flaw.help),
        related: Vec::new(),
    }
}
