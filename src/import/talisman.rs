//! `.talismanrc`: files accepted by a checksum, patterns, and how strict it is.

use data_encoding::HEXLOWER_PERMISSIVE;

use super::config::Allow;
use super::tree::Node;
use super::{Known, Sink, Spot};

/// Reads a configuration.
pub(super) fn read(root: &Node, to: &mut Sink<'_>) {
    for file in root.items("fileignoreconfig") {
        self::file(file, to);
    }
    for (line, text) in root.texts("allowed_patterns") {
        let entry = Allow { reason: to.reason(None), ..Allow::default() };
        to.allowed(line, "allowed pattern", text, entry);
    }
    for scope in root.items("scopeconfig") {
        to.not(scope.line, "scope", "name the files of such a project under `exclude`");
    }
    for pattern in root.items("custom_patterns") {
        to.not(
            pattern.line,
            "custom pattern",
            "a rule of leaklint needs a name and advice: see docs/rules-format.md",
        );
    }
    for severity in root.items("custom_severities") {
        to.not(
            severity.line,
            "custom severity",
            "talisman's detectors are none of leaklint's rules: see `rules.change`",
        );
    }
    if let Some(threshold) = root.get("threshold") {
        let level = root.text("threshold").map(str::to_ascii_lowercase);
        match ["low", "medium", "high"].into_iter().find(|word| level.as_deref() == Some(word)) {
            Some(level) => {
                to.import.config.min_severity = Some(level);
                to.carried(threshold.line, "threshold");
            }
            None => to.not(threshold.line, "threshold", "it is none of low, medium and high"),
        }
    }
    if let Some(experimental) = root.get("experimental") {
        to.not(experimental.line, "experimental settings", "leaklint does not judge by this");
    }
}

fn file(file: &Node, to: &mut Sink<'_>) {
    let line = file.line;
    let Some(name) = file.text("filename") else {
        return to.not(line, "file", "`filename` is missing");
    };
    let spot = Spot::file(name);
    let is_glob = name.contains(['*', '?', '[']);
    for (line, text) in file.texts("allowed_patterns") {
        match (&spot, to.clean.path(name)) {
            (Some(Spot { path: Some(path), .. }), true) => {
                let glob = if is_glob { path.clone() } else { format!("/{path}") };
                let entry = Allow { reason: to.reason(None), paths: vec![glob], ..Allow::default() };
                to.allowed(line, "allowed pattern of a file", text, entry);
            }
            _ => to.not(
                line,
                "allowed pattern of a file",
                "its path is absolute or leads out of the repository",
            ),
        }
    }
    for (line, detector) in file.texts("ignore_detectors") {
        if detector != "filecontent" {
            to.not(line, "ignored detector", "leaklint does not judge names and sizes of files");
        }
    }
    let checksum = file.text("checksum").and_then(|text| HEXLOWER_PERMISSIVE.decode(text.as_bytes()).ok());
    match (checksum.map(<[u8; 32]>::try_from), spot) {
        (None, _) if file.get("checksum").is_none() => {}
        (Some(Ok(hash)), Some(spot)) if !is_glob => {
            let facts = to.facts("file accepted by its checksum");
            to.want(line, "file accepted by its checksum", Known::Content(hash), Some(spot), facts);
        }
        (Some(Ok(_)), Some(_)) => {
            to.not(line, "files accepted by a checksum", "the checksum is of several files")
        }
        (Some(Ok(_)), None) => to.not(
            line,
            "file accepted by its checksum",
            "its path is absolute or leads out of the repository",
        ),
        _ => to.not(line, "file accepted by its checksum", "the checksum is no SHA-256"),
    }
}

impl Sink<'_> {
    /// A pattern that talisman takes out of the text before it looks; here it is about values.
    fn allowed(&mut self, line: Option<u64>, what: &str, text: &str, entry: Allow) {
        let except = self.except(text);
        let remark = "talisman takes what it matches out of the text; here it must be found in the value";
        self.add_except(line, what, except, entry, Some(remark));
    }
}
