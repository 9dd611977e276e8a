//! `.gitleaks.toml`, and of `.betterleaks.toml` what is the same: rules, allowlists, what it extends.

use super::config::Allow;
use super::tree::Node;
use super::values::Except;
use super::{Sink, fingerprints, globs, rules};

/// Reads a configuration.
pub(super) fn read(root: &Node, to: &mut Sink<'_>) {
    if let Some(extend) = root.get("extend") {
        self::extend(extend, to);
    }
    for key in ["prefilter", "filter"] {
        if let Some(node) = root.get(key) {
            to.not(node.line, format!("`{key}`"), "it is a program in betterleaks' own language");
        }
    }
    for rule in root.items("rules") {
        self::rule(rule, to);
    }
    for list in root.items("allowlists").iter().chain(root.items("allowlist")) {
        let targets: Vec<String> = list.texts("targetRules").iter().map(|(_, id)| (*id).to_owned()).collect();
        allowlist(list, "allowlist", &targets, to);
    }
}

fn extend(extend: &Node, to: &mut Sink<'_>) {
    let line = extend.line;
    if extend.is("useDefault") {
        to.differently(line, "`useDefault`", "leaklint's own rules take the place of gitleaks'");
    }
    if extend.get("path").is_some() {
        to.not(line, "`extend.path`", "name that file on the command line of `leaklint import` too");
    }
    if extend.get("url").is_some() {
        to.not(line, "`extend.url`", "gitleaks reads nothing from there either");
    }
    for (line, id) in extend.texts("disabledRules") {
        let what = format!("disabled rule {}", to.clean.id(id));
        match rules::ours(id, to.catalogue) {
            rules::Ours::Same => {
                to.import.config.rules_off.push(id.to_owned());
                to.carried(line, what);
            }
            rules::Ours::Only(rule) => {
                let why = format!("`{rule}` is leaklint's rule for it");
                to.import.config.rules_off.push(rule);
                to.differently(line, what, why);
            }
            rules::Ours::Service(service) => to.not(
                line,
                what,
                format!(
                    "leaklint has several rules of the service {service}: choose from `leaklint rules list`"
                ),
            ),
            rules::Ours::Generic(_) | rules::Ours::None => {
                to.not(line, what, "leaklint has no rule of this id: see `leaklint rules list`");
            }
        }
    }
}

fn rule(rule: &Node, to: &mut Sink<'_>) {
    let id = rule.text("id").unwrap_or_default();
    let what = format!("rule {}", to.clean.id(id));
    let ours = if rule.get("regex").is_some() {
        rules::add(rule, id, &what, to)
    } else if rule.get("path").is_some() {
        to.not(rule.line, what.clone(), "it reports files by their names, and leaklint reports values");
        None
    } else {
        // It changes a rule that it extends.
        selectors(&[id.to_owned()], to).map(|_| id.to_owned())
    };
    for key in ["validate", "filter"] {
        if rule.get(key).is_some() {
            to.not(rule.line, format!("`{key}` of {what}"), "it is a program in betterleaks' own language");
        }
    }
    for list in rule.items("allowlists").iter().chain(rule.items("allowlist")) {
        match &ours {
            Some(id) => allowlist(list, &format!("allowlist of {what}"), std::slice::from_ref(id), to),
            None => to.not(list.line, format!("allowlist of {what}"), "its rule is not here"),
        }
    }
}

/// What selects these rules of gitleaks here, and whether it is wider; `None` when one of them is not here.
fn selectors(ids: &[String], to: &Sink<'_>) -> Option<(Vec<String>, bool)> {
    let mut selected = Vec::new();
    let mut wider = false;
    for id in ids {
        let imported = to.import.config.rules.iter().any(|rule| rule.starts_with(&format!("  - id: {id}\n")));
        match rules::ours(id, to.catalogue) {
            _ if imported => selected.push(id.clone()),
            rules::Ours::Same => selected.push(id.clone()),
            rules::Ours::Only(rule) => selected.push(rule),
            rules::Ours::Service(service) => {
                selected.push(format!("service:{service}"));
                wider = true;
            }
            rules::Ours::Generic(rules) => {
                selected.extend(rules);
                wider = true;
            }
            rules::Ours::None => return None,
        }
    }
    Some((selected, wider))
}

/// One part of an allowlist, as far as it can be said here.
struct Part {
    line: Option<u64>,
    what: String,
    allow: Result<Allow, Except>,
    remark: Option<&'static str>,
}

fn allowlist(list: &Node, what: &str, targets: &[String], to: &mut Sink<'_>) {
    let Some((rules, wider)) = selectors(targets, to) else {
        return to.not(list.line, what, "it is for a rule that leaklint does not have");
    };
    let base = Allow { reason: to.reason(list.text("description")), rules, ..Allow::default() };
    let mut parts = parts(list, what, to);
    if parts.is_empty() {
        return to.not(list.line, what, "nothing is in it");
    }
    let all =
        list.text("condition").is_some_and(|word| matches!(word.to_ascii_uppercase().as_str(), "AND" | "&&"));
    if all {
        return together(list, what, parts, base, to);
    }
    for part in &mut parts {
        let remark = part.remark.or(wider.then_some(WIDER));
        let entry = base.clone();
        match std::mem::replace(&mut part.allow, Err(Except::No(""))) {
            Ok(allow) => {
                to.import.config.allow.push(Allow { reason: entry.reason, rules: entry.rules, ..allow });
                match remark {
                    Some(remark) => to.differently(part.line, part.what.clone(), remark),
                    None => to.carried(part.line, part.what.clone()),
                }
            }
            Err(except) => to.add_except(part.line, &part.what, except, entry, remark),
        }
    }
}

const WIDER: &str = "leaklint has other rules: it holds for all of the same service or kind";

/// All of them must hold: one entry, or none.
fn together(list: &Node, what: &str, parts: Vec<Part>, mut entry: Allow, to: &mut Sink<'_>) {
    let mut remark = None;
    for part in parts {
        remark = remark.or(part.remark);
        match part.allow {
            Ok(allow) => {
                entry.paths.extend(allow.paths);
                entry.values.extend(allow.values);
                entry.commits.extend(allow.commits);
            }
            Err(Except::Regex(regex)) => entry.values.push(regex),
            Err(Except::Value(_)) => {
                return to.not(
                    list.line,
                    what,
                    "all of its parts must hold, and one of them is a literal value",
                );
            }
            Err(Except::No(why)) => {
                return to.not(
                    list.line,
                    what,
                    format!("all of its parts must hold, and of one ({}): {why}", part.what),
                );
            }
        }
    }
    to.import.config.allow.push(entry);
    match remark {
        Some(remark) => to.differently(list.line, what, remark),
        None => to.carried(list.line, what),
    }
}

fn parts(list: &Node, what: &str, to: &Sink<'_>) -> Vec<Part> {
    let part = |line: Option<u64>, kind: &str, allow, remark| Part {
        line,
        what: format!("{what}: {kind}"),
        allow,
        remark,
    };
    let mut parts = Vec::new();
    for (line, commit) in list.texts("commits") {
        let here =
            fingerprints::is_commit(commit) && to.import.has_commit.as_ref().is_some_and(|has| has(commit));
        let allow = match (here, commit.len()) {
            (true, 12..) => Ok(Allow { commits: vec![commit.to_owned()], ..Allow::default() }),
            (true, _) => Err(Except::No("a commit needs at least 12 digits of its id")),
            (false, _) => Err(Except::No("this repository has no such commit")),
        };
        parts.push(part(line, "commit", allow, None));
    }
    for (line, path) in list.texts("paths") {
        let (allow, remark) = match globs::of(path) {
            Ok(found) if found.globs.iter().all(|glob| to.clean.path(glob)) => {
                (Ok(Allow { paths: found.globs, ..Allow::default() }), found.remark)
            }
            Ok(_) => (Err(Except::No("it holds what looks like a value")), None),
            Err(why) => (Err(Except::No(why)), None),
        };
        parts.push(part(line, "path", allow, remark));
    }
    let target = list.text("regexTarget").unwrap_or("secret").to_ascii_lowercase();
    for (line, regex) in list.texts("regexes") {
        let except = match target.as_str() {
            "match" | "line" => {
                Except::No("leaklint's allow entries look at values, not at what stands around them")
            }
            _ => to.except(regex),
        };
        parts.push(part(line, "regex", Err(except), None));
    }
    for (line, word) in list.texts("stopwords") {
        parts.push(part(line, "stopword", Err(to.except_word(word)), None));
    }
    parts.retain(|part| !matches!(&part.allow, Ok(allow) if *allow == Allow::default()));
    parts
}
