//! gitleaks' `.gitleaksignore` and its JSON report used as a baseline: findings by path, rule and line, with or without
//! a commit and the value. betterleaks writes the same.

use super::tree::{Node, Value};
use super::{Known, Sink, Spot};
use crate::baseline::Facts;
use crate::secret::Secret;

/// Reads `file:rule:line` and `commit:file:rule:line`, one on each line.
pub(super) fn ignore_file(text: &str, to: &mut Sink<'_>) {
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let at = Some(number);
        match Fingerprint::read(line) {
            Some(fingerprint) if fingerprint.path.contains('!') => {
                to.not(
                    at,
                    "fingerprint",
                    "it names a file inside an archive, and leaklint does not scan those",
                );
            }
            Some(fingerprint) => fingerprint.want(at, None, to),
            None => to.not(
                at,
                "entry",
                "it is no fingerprint (file:rule:line or commit:file:rule:line), so gitleaks ignores it too",
            ),
        }
    }
}

/// Reads a report: an array of findings.
///
/// # Errors
/// When it is none.
pub(super) fn report(root: &Node, to: &mut Sink<'_>) -> Result<(), String> {
    let Value::List(items) = &root.value else {
        return Err("it is no report of gitleaks: no list".to_owned());
    };
    for (number, item) in (1..).zip(items) {
        let at = Some(number);
        let (Some(rule), Some(path), Some(line)) =
            (item.text("RuleID"), item.text("File"), item.number("StartLine"))
        else {
            to.not(at, "entry", "it is no finding of gitleaks: RuleID, File or StartLine is missing");
            continue;
        };
        let commit = item.text("Commit").filter(|commit| !commit.is_empty());
        let fingerprint = Fingerprint { commit, path, rule, line };
        fingerprint.want(at, item.text("Secret"), to);
    }
    Ok(())
}

struct Fingerprint<'t> {
    commit: Option<&'t str>,
    path: &'t str,
    rule: &'t str,
    line: u64,
}

impl<'t> Fingerprint<'t> {
    /// Split from the right: a drive letter has a colon too.
    fn read(text: &'t str) -> Option<Self> {
        let (rest, line) = text.rsplit_once(':')?;
        let (place, rule) = rest.rsplit_once(':')?;
        let line = line.trim().parse().ok().filter(|&line| line > 0)?;
        let (commit, path) = match place.split_once(':') {
            Some((commit, path)) if is_commit(commit) => (Some(commit), path),
            // A drive letter.
            Some((drive, _)) if drive.len() == 1 => (None, place),
            Some(_) => return None,
            None => (None, place),
        };
        Some(Self { commit, path, rule, line })
    }

    fn want(&self, at: Option<u64>, secret: Option<&str>, to: &mut Sink<'_>) {
        let what = format!("finding of {}", to.clean.id(self.rule));
        let Some(spot) = Spot::file(self.path) else {
            return to.not(at, what, "its path is absolute or leads out of the repository");
        };
        if !self.commit.is_none_or(is_commit) {
            return to.not(at, what, "what it names is no commit");
        }
        let spot = Spot { line: Some(self.line), commit: self.commit.map(str::to_owned), ..spot };
        // With --redact a part of the value, or a word, stands in its place.
        let redacted = |secret: &str| secret.contains("REDACTED") || secret.ends_with("...");
        let known = match secret.filter(|secret| !secret.is_empty() && !redacted(secret)) {
            Some(secret) => Known::Raw(Secret::new(secret.as_bytes())),
            None => Known::Place(Some(self.rule.to_owned())),
        };
        let facts = Facts { ..to.facts(&what.replace('`', "")) };
        to.want(at, &what, known, Some(spot), facts);
    }
}

/// A full or abbreviated commit id.
pub(super) fn is_commit(text: &str) -> bool {
    (7..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}
