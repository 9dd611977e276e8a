//! The allow marks that a change adds. Apart from those that hold, because a mark that suppresses nothing today may hide
//! what a later change adds beside it.

use crate::allow::{self, Mark};
use crate::blob::{Item, Window};
use crate::report::policy::{PolicyChange, PolicyKind};
use crate::span::Lines;

/// The marks on lines of `window` that the change adds, for each path and commit of the text.
pub(super) fn added(item: &Item, window: &Window<'_>) -> Vec<PolicyChange> {
    if !allow::may_hold_marks(window.text) {
        return Vec::new();
    }
    let lines = Lines::new(window.text, window.origin);
    let marks = allow::find(&lines);
    let mut found = Vec::new();
    for mark in marks.iter().filter(|mark| window.owned.contains(&mark.span.start)) {
        let line = lines.position(mark.span.start).line;
        if item.added.as_ref().is_none_or(|added| added.touches(line, line)) {
            for origin in &item.origins {
                let kind = PolicyKind::AllowMark;
                let change = PolicyChange::new(&origin.path, Some(line), kind, words(mark));
                let commit = origin.commit.as_ref().map(|commit| commit.id.clone());
                found.push(PolicyChange { commit, ..change });
            }
        }
    }
    found
}

fn words(mark: &Mark) -> String {
    let rules = match mark.rules.is_empty() {
        true => "the nearest finding".to_owned(),
        false => format!("findings of {}", mark.rules.join(", ")),
    };
    let reason = match &mark.reason {
        Some(reason) => format!("for the reason: {reason}"),
        None => "without a reason".to_owned(),
    };
    format!("suppresses {rules}, {reason}")
}
