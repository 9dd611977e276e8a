//! `.secrets.baseline` of detect-secrets: unsalted SHA-1 of each value with path and type, and filters.

use data_encoding::HEXLOWER_PERMISSIVE;

use super::tree::Node;
use super::{Known, Sink, Spot, config::Allow, globs};
use crate::baseline::{Facts, Status};

/// Reads a baseline.
///
/// # Errors
/// When it is none.
pub(super) fn read(root: &Node, to: &mut Sink<'_>) -> Result<(), String> {
    let Some(results) = root.get("results") else {
        return Err("it is no baseline of detect-secrets: `results` is missing".to_owned());
    };
    for (number, filter) in (1..).zip(root.items("filters_used")) {
        self::filter(number, filter, to);
    }
    for (number, plugin) in (1..).zip(root.items("plugins_used")) {
        if plugin.get("path").is_some() {
            to.not(Some(number), "plugin of its own", "it is a program; write a rule for what it finds");
        }
    }
    let mut number = 0;
    for (path, entries) in results.entries() {
        let super::tree::Value::List(entries) = &entries.value else { continue };
        for entry in entries {
            number += 1;
            result(number, path, entry, to);
        }
    }
    Ok(())
}

fn result(number: u64, path: &str, entry: &Node, to: &mut Sink<'_>) {
    let at = Some(number);
    let kind = entry.text("type").and_then(|kind| to.clean.shown(kind));
    let what = format!("result: {}", kind.as_deref().unwrap_or("value of a type that is not shown"));
    let hash = entry.text("hashed_secret").and_then(|hash| HEXLOWER_PERMISSIVE.decode(hash.as_bytes()).ok());
    let Some(hash) = hash.and_then(|hash| <[u8; 20]>::try_from(hash).ok()) else {
        return to.not(at, what, "`hashed_secret` is no SHA-1");
    };
    let Some(spot) = Spot::file(path) else {
        return to.not(at, what, "its path is absolute or leads out of the repository");
    };
    let status = match entry.get("is_secret").map(|node| &node.value) {
        Some(super::tree::Value::Boolean(false)) => Some(Status::FalsePositive),
        Some(super::tree::Value::Boolean(true)) => Some(Status::Accepted),
        _ => None,
    };
    let facts = Facts { status, ..to.facts(kind.as_deref().unwrap_or("result")) };
    let spot = Spot { line: entry.number("line_number"), ..spot };
    to.want(at, &what, Known::Sha1(hash), Some(spot), facts);
}

fn filter(number: u64, filter: &Node, to: &mut Sink<'_>) {
    let at = Some(number);
    let path = filter.text("path").unwrap_or_default();
    let Some(name) = path.strip_prefix("detect_secrets.filters.regex.") else {
        if !path.starts_with("detect_secrets.filters.") {
            to.not(at, "filter of its own", "it is a program");
        }
        return;
    };
    let what = match name {
        "should_exclude_file" => "filter of files",
        "should_exclude_secret" => "filter of values",
        "should_exclude_line" => "filter of lines",
        _ => return to.not(at, "filter", "leaklint does not know this filter"),
    };
    let reason = to.reason(None);
    for (_, text) in filter.texts("pattern") {
        match name {
            "should_exclude_file" => match globs::of(text) {
                Ok(found) if found.globs.iter().all(|glob| to.clean.path(glob)) => {
                    to.import.config.exclude.extend(found.globs);
                    match found.remark {
                        Some(remark) => to.differently(at, what, remark),
                        None => to.carried(at, what),
                    }
                }
                Ok(_) => to.not(at, what, "it holds what looks like a value"),
                Err(why) => to.not(at, what, why),
            },
            "should_exclude_secret" => {
                let entry = Allow { reason: reason.clone(), ..Allow::default() };
                to.values(at, what, text, entry);
            }
            _ => to.not(
                at,
                what,
                "leaklint has no exceptions by line: use `leaklint:allow`, or allow a value or a path",
            ),
        }
    }
}
