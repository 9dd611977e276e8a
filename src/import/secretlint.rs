//! `.secretlintrc.json`: rules that are off, and values that are allowed.

use super::Sink;
use super::config::Allow;
use super::tree::{Node, Value};

/// Rules within presets within presets: there are two levels of them.
const DEEPEST: usize = 4;

/// Reads a configuration.
///
/// # Errors
/// When it is none.
pub(super) fn read(root: &Node, to: &mut Sink<'_>) -> Result<(), String> {
    let Some(Node { value: Value::List(_), .. }) = root.get("rules") else {
        return Err("it is no configuration of secretlint: `rules` is missing".to_owned());
    };
    let mut number = 0;
    rules(root, &mut number, 0, to);
    Ok(())
}

fn rules(of: &Node, number: &mut u64, depth: usize, to: &mut Sink<'_>) {
    for rule in of.items("rules") {
        *number += 1;
        self::rule(rule, *number, to);
        for inner in [Some(rule), rule.get("options")].into_iter().flatten() {
            if depth < DEEPEST {
                rules(inner, number, depth + 1, to);
            }
        }
    }
}

fn rule(rule: &Node, number: u64, to: &mut Sink<'_>) {
    let at = Some(number);
    let id = rule.text("id").unwrap_or_default();
    let what = format!("rule {}", to.clean.id(id));
    let name = id.rsplit('/').next().unwrap_or(id);
    let service = name.strip_prefix("secretlint-rule-").unwrap_or(name);
    let known = to.catalogue.rules().iter().any(|rule| rule.service == service);
    if rule.is("disabled") {
        if known {
            to.import.config.rules_off.push(format!("service:{service}"));
            to.differently(at, what.clone(), "all of leaklint's rules of the same service are off");
        } else {
            to.not(at, what.clone(), "leaklint has no rules of this service: see `leaklint rules list`");
        }
    }
    let options = rule.get("options");
    for (_, text) in options.map(|options| options.texts("allows")).unwrap_or_default() {
        let what = format!("allowed value of {what}");
        let rules = if known { vec![format!("service:{service}")] } else { Vec::new() };
        let remark = (!known).then_some("leaklint has no rules of this service: it holds for all rules");
        let entry = Allow { reason: to.reason(None), rules, ..Allow::default() };
        let except = match regex(text) {
            Some(regex) => to.except(&regex),
            None => to.except(&format!("^{}$", regex_syntax::escape(text))),
        };
        to.add_except(at, &what, except, entry, remark);
    }
    for key in ["severity", "allowMessageIds"] {
        if rule.get(key).is_some() {
            to.not(at, format!("`{key}` of {what}"), "secretlint's messages are none of leaklint's rules");
        }
    }
}

/// `/pattern/flags` as one pattern.
fn regex(text: &str) -> Option<String> {
    let (pattern, flags) = text.strip_prefix('/')?.rsplit_once('/')?;
    if !flags.bytes().all(|flag| b"dgimsuvy".contains(&flag)) {
        return None;
    }
    let ours: String = flags.chars().filter(|flag| matches!(flag, 'i' | 'm' | 's')).collect();
    let pattern = pattern.replace("\\/", "/");
    Some(if ours.is_empty() { pattern } else { format!("(?{ours}){pattern}") })
}
