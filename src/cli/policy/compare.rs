//! What one configuration adds to another that lets more pass, or says less. Apart from where they are read because both
//! a range and a reader of `config` ask only for this.

use crate::config::{Allow, Config, Mode, Override, PerMode, Place, Selector, Switch, Written};

/// Everything that `new` says and `old` does not, with its place where it has one.
pub(super) fn loosened(old: &Config, new: &Config) -> Vec<(Option<Place>, String)> {
    let mut found = Vec::new();
    let mut say = |place: Option<&Place>, what: String| found.push((place.cloned(), what));
    for glob in added(&old.exclude, &new.exclude) {
        say(Some(&glob.place), format!("excludes paths: {}", glob.value));
    }
    for switch in added(&old.switches, &new.switches) {
        say(Some(&switch.place), switched(&switch.value));
    }
    // What an old file turned on again and the new one does not is off from now on.
    for switch in added(&new.switches, &old.switches).filter(|switch| switch.value.on) {
        say(None, format!("no longer turns on {}", many(&switch.value.rules)));
    }
    for change in added(&old.changes, &new.changes) {
        let facts = [
            change.value.severity.map(|level| format!("severity {}", level.word())),
            change.value.confidence.map(|level| format!("confidence {}", level.word())),
        ];
        let facts: Vec<String> = facts.into_iter().flatten().collect();
        say(Some(&change.place), format!("gives {} {}", listed(&change.value.rules), facts.join(" and ")));
    }
    for rule in new.rules.iter().filter(|rule| !old.rules.iter().any(|other| same_rule(other, rule))) {
        say(Some(&rule.place), format!("adds or changes the rule {}", rule.value.id));
    }
    for entry in added(&old.allow, &new.allow) {
        say(Some(&entry.place), allowed(&entry.value));
    }
    for (place, what) in
        thresholds("", (&old.min_confidence, &old.min_severity), (&new.min_confidence, &new.min_severity))
    {
        say(place.as_ref(), what);
    }
    for entry in new
        .overrides
        .iter()
        .filter(|entry| !old.overrides.iter().any(|other| same(&other.value, &entry.value)))
    {
        say(
            Some(&entry.place),
            format!("sets thresholds or rules of its own for {}", entry.value.paths.join(", ")),
        );
    }
    found.extend(settings(old, new));
    let files = new.files.iter().filter(|file| !old.files.contains(file));
    // The file itself is no news: what it says is.
    for file in files.filter(|file| Some(*file) != new.files.last()) {
        found.push((None, format!("reads {file} too")));
    }
    found
}

fn added<'n, T: PartialEq>(
    old: &[Written<T>],
    new: &'n [Written<T>],
) -> impl Iterator<Item = &'n Written<T>> {
    let known: Vec<&T> = old.iter().map(|written| &written.value).collect();
    let new = new.iter().filter(|written| !known.contains(&&written.value));
    new.collect::<Vec<_>>().into_iter()
}

/// Rules are equal when all is that finds and describes them.
fn same_rule(one: &Written<crate::rule::Rule>, other: &Written<crate::rule::Rule>) -> bool {
    format!("{:?}", one.value) == format!("{:?}", other.value)
}

fn switched(switch: &Switch) -> String {
    format!("turns {} {}", if switch.on { "on" } else { "off" }, many(&switch.rules))
}

fn many(rules: &Selector) -> String {
    match rules {
        Selector::Rule(id) => format!("rule {id}"),
        Selector::Service(_) | Selector::Tag(_) => format!("all rules of {rules}"),
    }
}

fn listed(rules: &[Selector]) -> String {
    rules.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// What an entry allows; what it says of values stays out, they may be secrets.
fn allowed(entry: &Allow) -> String {
    let mut what = "allows findings".to_owned();
    if !entry.rules.is_empty() {
        what.push_str(&format!(" of {}", listed(&entry.rules)));
    }
    if !entry.paths.is_empty() {
        what.push_str(&format!(" in {}", entry.paths.join(", ")));
    }
    let counted =
        [(entry.values.len(), "pattern"), (entry.words.len(), "word"), (entry.commits.len(), "commit")];
    for (count, noun) in counted.into_iter().filter(|(count, _)| *count > 0) {
        what.push_str(&format!(" by {count} {noun}{}", if count == 1 { "" } else { "s" }));
    }
    if let Some(day) = entry.expires {
        what.push_str(&format!(" until {day}"));
    }
    what + &format!(", for the reason: {}", entry.reason)
}

/// What changes of thresholds, for each mode.
fn thresholds(
    of: &str,
    old: (&PerMode<crate::rule::Confidence>, &PerMode<crate::rule::Severity>),
    new: (&PerMode<crate::rule::Confidence>, &PerMode<crate::rule::Severity>),
) -> Vec<(Option<Place>, String)> {
    let mut found = Vec::new();
    for (name, mode) in Mode::ALL {
        let words =
            |old: Option<&'static str>, new: Option<&'static str>, key: &str, place: Option<&Place>| {
                let word = new.unwrap_or("the default");
                (old != new).then(|| (place.cloned(), format!("sets {key} of {name}{of} to {word}")))
            };
        let confidence = |modes: &PerMode<crate::rule::Confidence>| modes.of(mode).map(|level| level.word());
        let severity = |modes: &PerMode<crate::rule::Severity>| modes.of(mode).map(|level| level.word());
        found.extend(words(confidence(old.0), confidence(new.0), "min_confidence", new.0.place(mode)));
        found.extend(words(severity(old.1), severity(new.1), "min_severity", new.1.place(mode)));
    }
    found
}

/// Overrides are equal wherever they stand.
fn same(one: &Override, other: &Override) -> bool {
    one.paths == other.paths
        && one.rules_off == other.rules_off
        && one.min_confidence.values() == other.min_confidence.values()
        && one.min_severity.values() == other.min_severity.values()
}

/// Single settings that differ.
fn settings(old: &Config, new: &Config) -> Vec<(Option<Place>, String)> {
    let mut found = Vec::new();
    let mut say = |differs: bool, place: &Option<Place>, what: String| {
        if differs {
            found.push((place.clone(), what));
        }
    };
    let (was, is) = (&old.limits.max_findings_per_rule, &new.limits.max_findings_per_rule);
    say(was.value != is.value, &is.place, format!("sets max_findings_per_rule to {}", is.value));
    let marks = [
        ("foreign", &old.allow_marks.foreign, &new.allow_marks.foreign),
        ("require_reason", &old.allow_marks.require_reason, &new.allow_marks.require_reason),
        ("report_unused", &old.allow_marks.report_unused, &new.allow_marks.report_unused),
    ];
    for (key, was, is) in marks {
        say(was.value != is.value, &is.place, format!("sets allow_marks.{key} to {}", is.value));
    }
    let (was, is) = (&old.baseline.path, &new.baseline.path);
    say(was.value != is.value, &is.place, "takes the baseline from another file".to_owned());
    let (was, is) = (&old.baseline.require, &new.baseline.require);
    let fewer = was.value.iter().any(|requirement| !is.value.contains(requirement));
    say(fewer, &is.place, "requires less of entries of the baseline".to_owned());
    let (was, is) = (&old.ci.refuse_policy_changes, &new.ci.refuse_policy_changes);
    say(was.value && !is.value, &is.place, "no longer refuses changes of policy".to_owned());
    found
}
