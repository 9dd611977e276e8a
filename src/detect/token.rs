//! Pattern rules: a token whose shape names it, searched in a bounded window around a keyword.

use rustc_hash::FxHashMap;

use crate::catalogue::{Catalogue, RuleIndex};
use crate::rule::{Detector, Opening};
use crate::span::Span;
use crate::timing;

use super::{Found, Match, Verified};

/// The pattern rules' state over one text: how far each rule has matched.
pub(super) struct Tokens<'c> {
    catalogue: &'c Catalogue,
    done: FxHashMap<RuleIndex, usize>,
}

impl<'c> Tokens<'c> {
    pub(super) fn new(catalogue: &'c Catalogue) -> Self {
        Self { catalogue, done: FxHashMap::default() }
    }

    /// The match of `rule` that holds the keyword at `hit`, if there is one.
    pub(super) fn at(&mut self, text: &[u8], rule: RuleIndex, hit: Span, out: &mut Vec<Match>) {
        let Detector::Pattern { max_length, opening, .. } = self.catalogue.rule(rule).detector else {
            return;
        };
        let first = opening != Opening::Within;
        // No match begins in the middle of a word: this is asked before any pattern is.
        if first && !opens(text, hit.start) {
            return;
        }
        // The first time it is compiled.
        let Some(pattern) = timing::rule(rule, || self.catalogue.pattern(rule)) else { return };
        let done = self.done.get(&rule).copied().unwrap_or(0);
        let from = if first { hit.start } else { hit.end.saturating_sub(max_length) }.max(done);
        let window = &text[..text.len().min(hit.start + max_length + 1)];
        if from > hit.start {
            return;
        }
        let mut at = from;
        while let Some(found) = timing::rule(rule, || pattern.captures_at(window, at)) {
            let whole = found.get(0).map_or(Span::new(at, at), |m| Span::new(m.start(), m.end()));
            if whole.start > hit.start || whole.is_empty() {
                return;
            }
            at = whole.end;
            if whole.end < hit.end {
                continue;
            }
            let value = found.name("secret").map_or(whole, |m| Span::new(m.start(), m.end()));
            if stands_alone(text, whole.start, value.end) {
                self.done.insert(rule, whole.end);
                out.push(plain(rule, value, Found::Token));
            }
            return;
        }
    }
}

/// No token character goes on directly before `start` or at `end`, unless an escape (`\n`, `%3D`, `\u003d`) ends there.
pub(super) fn stands_alone(text: &[u8], start: usize, end: usize) -> bool {
    opens(text, start) && text.get(end).is_none_or(|&next| !is_word(next))
}

/// The half of [`stands_alone`] that needs no end.
pub(super) fn opens(text: &[u8], start: usize) -> bool {
    start == 0 || !is_word(text[start - 1]) || ends_escape(&text[..start])
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

fn ends_escape(before: &[u8]) -> bool {
    let tail = |n: usize| before.len().checked_sub(n).map(|at| &before[at..]);
    let short = tail(2).is_some_and(|t| t[0] == b'\\' && matches!(t[1], b'n' | b'r' | b't'));
    let percent = tail(3).is_some_and(|t| t[0] == b'%' && t[1..].iter().all(u8::is_ascii_hexdigit));
    let unicode = tail(6).is_some_and(|t| t.starts_with(b"\\u") && t[2..].iter().all(u8::is_ascii_hexdigit));
    short || percent || unicode
}

/// A match without proof.
pub(super) fn plain(rule: RuleIndex, value: Span, found: Found) -> Match {
    let (verified, subject) = (Verified::None, Vec::new());
    Match { rule, value, name: None, found, verified, subject, expires: None }
}
