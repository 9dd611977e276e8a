//! Files of lines: `.secretsignore` of ripsecrets and `.gitallowed` of git-secrets.

use super::Sink;
use super::config::Allow;

/// Reads gitignore patterns, then a line `[secrets]`, then values.
pub(super) fn secrets_ignore(text: &str, to: &mut Sink<'_>) {
    let mut values = false;
    for (number, line) in (1..).zip(text.lines()) {
        let at = Some(number);
        match line {
            "[secrets]" => values = true,
            _ if line.trim().is_empty() || line.starts_with('#') => {}
            _ if values => to.want_value(at, "value", line),
            _ if line.starts_with('!') => to.not(at, "path", "leaklint's globs have no exceptions"),
            _ if !to.clean.path(line) => to.not(at, "path", "it holds what looks like a value"),
            _ => {
                to.import.config.exclude.push(line.trim_end().to_owned());
                to.differently(at, "path", "its files are left out and counted as gaps");
            }
        }
    }
}

/// Reads what git-secrets keeps in git's settings: `secrets.allowed`, `secrets.patterns`, `secrets.providers`.
pub(super) fn git_settings(all: &dyn Fn(&str) -> Vec<String>, to: &mut Sink<'_>) {
    for (number, line) in (1..).zip(all("secrets.allowed")) {
        allowed(Some(number), "`secrets.allowed`", &line, to);
    }
    for (key, why) in [
        ("secrets.patterns", "a rule of leaklint needs a name and advice: see docs/rules-format.md"),
        ("secrets.providers", "it is a command, which is never run"),
    ] {
        for (number, _) in (1..).zip(all(key)) {
            to.not(Some(number), format!("`{key}`"), why);
        }
    }
}

/// Reads one regular expression on each line, matched there against `file:line:text`.
pub(super) fn git_allowed(text: &str, to: &mut Sink<'_>) {
    for (number, line) in (1..).zip(text.lines()) {
        let at = Some(number);
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        allowed(at, "pattern", line, to);
    }
}

const BY_PLACE: &str = "it is about `file:line:text`, and leaklint's allow entries take path and value apart: write `paths` and `values`";

fn allowed(at: Option<u64>, what: &str, line: &str, to: &mut Sink<'_>) {
    // Only something about a path or a line number has this.
    if without_classes(line).contains(':') {
        return to.not(at, what, BY_PLACE);
    }
    let entry = Allow { reason: to.reason(None), ..Allow::default() };
    let except = to.except(&ere(line));
    let remark = "git-secrets looks for it in `file:line:text`; here it must be found in the value";
    to.add_except(at, what, except, entry, Some(remark));
}

/// The pattern without `[:alpha:]` and its like.
fn without_classes(text: &str) -> String {
    let parts = text.split("[:").enumerate();
    let rest = |(at, part): (usize, &str)| match at {
        0 => part.to_owned(),
        _ => part.split_once(":]").map_or(part, |(_, rest)| rest).to_owned(),
    };
    parts.map(rest).collect()
}

/// A POSIX extended regular expression with GNU's `\<` and `\>` as a regex of ours.
fn ere(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        out.push(c);
        if c == '\\' {
            match chars.next() {
                Some('<' | '>') => out.push('b'),
                Some(other) => out.push(other),
                None => {}
            }
        }
    }
    out
}
