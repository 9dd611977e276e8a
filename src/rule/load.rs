//! Rule files given at run time: read, checked against each other and against the built-in rules, and their mistakes
//! told as diagnostics.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use miette::NamedSource;
use regex::bytes::RegexBuilder;

use super::raw::{self, Flaw, Parsed};
use super::snippet::Snippet;
use super::{Detector, Rule, builtin};
use crate::error::Error;
use crate::visible;

/// Largest rule file in bytes; the largest of ours has a hundredth of it.
const LARGEST_FILE: u64 = 4 << 20;

/// The help of a mistake that has none of its own.
const WHERE_TO_LOOK: &str =
    "`leaklint rules show private-key` shows a whole rule; docs/rules-format.md explains the fields";

/// More mistakes than this are counted, not shown.
const MOST_SHOWN: usize = 50;

/// The rules of these files, and of the `.yaml` and `.yml` files directly in these directories, to be added to the
/// built-in ones.
///
/// # Errors
/// When a path cannot be read, holds no rule file, or a rule is wrong; all mistakes of all files at once.
pub fn load(paths: &[PathBuf]) -> Result<Vec<Rule>, Error> {
    read(paths, true)
}

/// The same for testing these rules apart from the built-in ones: an id may be that of one of those.
///
/// # Errors
/// As [`load`].
pub fn load_alone(paths: &[PathBuf]) -> Result<Vec<Rule>, Error> {
    read(paths, false)
}

fn read(paths: &[PathBuf], added: bool) -> Result<Vec<Rule>, Error> {
    let mut texts = Vec::new();
    for path in files(paths)? {
        texts.push((visible::path(&path), text(&path)?));
    }
    let parsed: Vec<Parsed> = texts.iter().map(|(_, text)| raw::parse(text)).collect();
    let flaws = flaws(&parsed, added);
    if flaws.is_empty() {
        return Ok(parsed.into_iter().flat_map(|file| file.rules).collect());
    }
    let count = flaws.len();
    let mut errors = flaws.into_iter().take(MOST_SHOWN).map(|(file, flaw)| diagnostic(&texts[file], flaw));
    let first = errors.next();
    let mut further: Vec<Error> = errors.collect();
    if count > MOST_SHOWN {
        further.push(Error::Usage {
            message: format!("and {} further mistakes", count - MOST_SHOWN),
            help: None,
        });
    }
    match first {
        Some(Error::Invalid { message, source_code, span, label, help, .. }) => {
            Err(Error::Invalid { message, source_code, span, label, help, related: further })
        }
        _ => Ok(Vec::new()),
    }
}

/// Every mistake with the index of its file, file by file.
fn flaws(parsed: &[Parsed], added: bool) -> Vec<(usize, Flaw)> {
    // Nearly every run: nothing to compare with a thousand rules.
    if parsed.is_empty() {
        return Vec::new();
    }
    let own = parsed.iter().enumerate();
    let mut flaws: Vec<(usize, Flaw)> =
        own.flat_map(|(index, file)| file.flaws.iter().map(move |flaw| (index, flaw.clone()))).collect();
    let built_in: Vec<&str> = builtin().iter().map(|rule| rule.id.as_ref()).collect();
    flaws.extend(raw::cross_check(parsed, &built_in, added));
    for (index, file) in parsed.iter().enumerate() {
        flaws.extend(file.rules.iter().filter_map(|rule| too_large(rule, file)).map(|flaw| (index, flaw)));
    }
    flaws.sort_by_key(|(file, flaw)| (*file, flaw.span.start));
    flaws
}

/// True when the rule's pattern compiles: it can be well-formed and still too large, and only the engine itself knows.
pub(crate) fn compiles(rule: &Rule) -> bool {
    let pattern = match &rule.detector {
        Detector::Pattern { pattern, .. }
        | Detector::Context { value: pattern, .. }
        | Detector::Near { values: pattern, .. } => pattern,
        Detector::Shape(_) => return true,
    };
    RegexBuilder::new(pattern).unicode(false).build().is_ok()
}

fn too_large(rule: &Rule, file: &Parsed) -> Option<Flaw> {
    if compiles(rule) {
        return None;
    }
    let site = file.ids.iter().find(|site| site.id == rule.id)?;
    let message = format!("the pattern of `{}` does not compile", rule.id);
    Some(Flaw::new(&site.span, message, "too large for the regex engine"))
}

/// The rule files that `paths` name: files as given, directories as their YAML files in the order of names.
fn files(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Error> {
    let mut files = Vec::new();
    for path in paths {
        if !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let entries = path.read_dir().and_then(|entries| entries.collect::<Result<Vec<_>, _>>());
        let entries = entries.map_err(|error| unreadable(path, &error))?;
        let is_yaml = |path: &PathBuf| path.extension().is_some_and(|end| end == "yaml" || end == "yml");
        let mut found: Vec<PathBuf> = entries.into_iter().map(|entry| entry.path()).filter(is_yaml).collect();
        if found.is_empty() {
            let path = visible::path(path);
            return Err(Error::Usage {
                message: format!("there is no rule file in {path}"),
                help: Some("rule files end in .yaml or .yml; subdirectories are not read".to_owned()),
            });
        }
        found.sort();
        files.extend(found);
    }
    Ok(files)
}

/// The text of one rule file.
fn text(path: &Path) -> Result<String, Error> {
    // Opening a FIFO would wait for ever.
    match path.metadata() {
        Ok(metadata) if metadata.is_file() => {}
        Ok(_) => return Err(unreadable(path, &"not a file")),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Err(Error::MissingPath { path: visible::path(path) });
        }
        Err(error) => return Err(unreadable(path, &error)),
    }
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(|error| unreadable(path, &error))?;
    file.take(LARGEST_FILE + 1).read_to_end(&mut bytes).map_err(|error| unreadable(path, &error))?;
    if bytes.len() as u64 > LARGEST_FILE {
        return Err(unreadable(path, &"a rule file has at most 4 MiB"));
    }
    String::from_utf8(bytes).map_err(|error| {
        let valid = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = valid.iter().filter(|&&byte| byte == b'\n').count() + 1;
        unreadable(path, &format!("not UTF-8 in line {line}"))
    })
}

fn unreadable(path: &Path, reason: &dyn std::fmt::Display) -> Error {
    Error::Io { action: "read", path: visible::path(path), reason: reason.to_string() }
}

fn diagnostic((path, text): &(String, String), flaw: Flaw) -> Error {
    let snippet = Snippet::new(text);
    let span = snippet.span(text, &flaw.span);
    Error::Invalid {
        message: flaw.message,
        span: (span.start, span.len()).into(),
        source_code: NamedSource::new(path, snippet.text),
        label: flaw.label,
        help: flaw.help.or_else(|| Some(WHERE_TO_LOOK.to_owned())),
        related: Vec::new(),
    }
}
