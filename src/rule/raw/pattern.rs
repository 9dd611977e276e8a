//! What a rule's regular expression must be: bytes, bounded, never empty, gated by its keywords.

use std::ops::Range;

use regex_syntax::hir::{Hir, HirKind, Look};
use regex_syntax::{Error, ParserBuilder};

use super::super::model::Opening;
use super::automaton::{Automaton, LONG, TooLarge};
use super::flaw::Flaw;
use crate::runs::{SHORTEST, is_run_byte};

/// Longest match in bytes that a rule may allow itself.
pub(super) const LONGEST_MATCH: usize = 65_536;

/// More keywords than this and the check would take long; no service has a tenth of it.
pub(super) const MOST_KEYWORDS: usize = 64;

/// The group that holds the value when the match holds more.
const SECRET: &str = "secret";

/// A pattern that parsed.
pub(super) struct Pattern {
    hir: Hir,
    all: Automaton,
    span: Range<usize>,
}

/// Parses with the settings that `regex::bytes` gets at run time: no Unicode, arbitrary bytes. `text` is the file and
/// `span` the place of the scalar in it; `field` is its key.
pub(super) fn parse(
    pattern: &str,
    field: &str,
    text: &str,
    span: &Range<usize>,
) -> Result<Pattern, Vec<Flaw>> {
    let hir = ParserBuilder::new().unicode(false).utf8(false).build().parse(pattern);
    let hir = hir.map_err(|error| vec![syntax(&error, pattern, field, text, span)])?;
    let flaws = language(&hir, field, span);
    if !flaws.is_empty() {
        return Err(flaws);
    }
    match Automaton::new(&hir, None) {
        Ok(all) if all.matches_something() => Ok(Pattern { hir, all, span: span.clone() }),
        Ok(_) => Err(vec![Flaw::new(span, format!("`{field}` matches nothing"), "no text has this form")]),
        Err(TooLarge) => Err(vec![Flaw::new(
            span,
            format!("`{field}` is too large to check"),
            "over 20,000 states once its repetitions are written out",
        )]),
    }
}

impl Pattern {
    /// The length in bytes of the longest match: the pattern's own, or `max_length` where it has none.
    ///
    /// # Errors
    /// When neither or both say it, or it is over [`LONGEST_MATCH`].
    pub(super) fn longest(&self, max_length: Option<(u64, &Range<usize>)>) -> Result<usize, Flaw> {
        let own = self.hir.properties().maximum_len();
        let least = self.hir.properties().minimum_len().unwrap_or(0);
        let (length, span) = match (own, max_length) {
            (Some(own), None) => (own, &self.span),
            (None, Some((stated, span))) => (usize::try_from(stated).unwrap_or(usize::MAX), span),
            (None, None) => {
                return Err(Flaw::new(&self.span, "`pattern` has no upper bound", "may match any length").help(
                    "bound its repetitions (`{20,200}` in place of `+` or `{20,}`), or state `max_length` in bytes",
                ));
            }
            (Some(own), Some((_, span))) => {
                return Err(Flaw::new(span, "`max_length` says what the pattern says", "remove it")
                    .help(format!("the pattern itself bounds a match to {own} bytes")));
            }
        };
        if length > LONGEST_MATCH {
            let message = format!("a match may be longer than {LONGEST_MATCH} bytes");
            return Err(Flaw::new(span, message, "too long"));
        }
        if length < least {
            let message = format!("`max_length` is shorter than the shortest match ({least} bytes)");
            return Err(Flaw::new(span, message, "too short"));
        }
        Ok(length)
    }

    /// What is wrong with `keywords`: each must occur in some match, and every match must hold one.
    pub(super) fn check_keywords(
        &self,
        keywords: &[(&str, &Range<usize>)],
        whole: &Range<usize>,
    ) -> Vec<Flaw> {
        let impossible = |keyword: &&(&str, &Range<usize>)| !self.all.can_hold(keyword.0);
        let mut flaws: Vec<Flaw> = keywords
            .iter()
            .filter(impossible)
            .map(|(_, span)| {
                Flaw::new(span, "a keyword cannot occur in the pattern", "no match holds it")
                    .help("keywords are case-sensitive literals that occur in a match exactly as written")
            })
            .collect();
        let words: Vec<&str> = keywords.iter().map(|(word, _)| *word).collect();
        if flaws.is_empty() && !words.is_empty() && !self.all.always_holds_one_of(&words) {
            let message = "a match need not hold any of the keywords";
            flaws.push(Flaw::new(whole, message, "some matches hold none of these").help(
                "the pattern runs only where a keyword occurs, case-sensitively: list one for every alternative",
            ));
        }
        flaws
    }

    /// Where a keyword stands in every match.
    pub(super) fn opening(&self, keywords: &[&str]) -> Opening {
        if !self.all.always_begins_with_one_of(keywords) {
            return Opening::Within;
        }
        // Something else may stand behind the value, but not before it.
        let value = match self.hir.kind() {
            HirKind::Concat(parts) => parts.first().and_then(value),
            _ => value(&self.hir),
        };
        let value = value.unwrap_or(&self.hir);
        let long = value.properties().minimum_len().unwrap_or(0) >= SHORTEST;
        let in_run = |value: Automaton| {
            value.always_begins_with_one_of(keywords) && value.always_holds_only(is_run_byte)
        };
        if long && Automaton::new(value, None).is_ok_and(in_run) { Opening::Run } else { Opening::First }
    }

    /// The longest of `candidates` that every value begins with, in bytes; 0 for none.
    pub(super) fn shared_prefix(&self, candidates: &[&str]) -> usize {
        let value = Automaton::new(group(&self.hir).unwrap_or(&self.hir), None);
        let shared =
            |prefix: &&&str| value.as_ref().is_ok_and(|value| value.always_begins_with_one_of(&[prefix]));
        candidates.iter().filter(shared).map(|prefix| prefix.len()).max().unwrap_or(0)
    }
}

/// Flaws of the pattern as a language of its own.
fn language(hir: &Hir, field: &str, span: &Range<usize>) -> Vec<Flaw> {
    let mut flaws = Vec::new();
    let properties = hir.properties();
    if properties.minimum_len() == Some(0) {
        flaws.push(Flaw::new(span, format!("`{field}` matches the empty text"), "may match nothing at all"));
    }
    let looks = properties.look_set();
    if looks.contains(Look::Start) || looks.contains(Look::End) {
        let message = format!("`{field}` is anchored to the start or end of the text");
        flaws.push(Flaw::new(span, message, "`^`, `$`, `\\A` or `\\z`").help(
            "a pattern runs on a part of a file, where those mean nothing; `(?m)^` and `(?m)$` are the ends of a line",
        ));
    }
    if group(hir).is_some() {
        match Automaton::new(hir, Some(SECRET)) {
            Ok(without) if without.matches_something() => {
                let message = format!("`{field}` can match without its group `secret`");
                flaws.push(
                    Flaw::new(span, message, "the group is optional")
                        .help("the group holds the value, so every alternative must pass through it"),
                );
            }
            _ => {}
        }
    }
    flaws
}

/// What `hir` holds when it is the group `secret`.
fn value(hir: &Hir) -> Option<&Hir> {
    match hir.kind() {
        HirKind::Capture(capture) if capture.name.as_deref() == Some(SECRET) => Some(&capture.sub),
        _ => None,
    }
}

/// What the group `secret` holds. The regex parser bounds the depth.
fn group(hir: &Hir) -> Option<&Hir> {
    match hir.kind() {
        HirKind::Capture(capture) if capture.name.as_deref() == Some(SECRET) => Some(&capture.sub),
        HirKind::Capture(capture) => group(&capture.sub),
        HirKind::Repetition(repetition) => group(&repetition.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().find_map(group),
        HirKind::Empty | HirKind::Literal(_) | HirKind::Class(_) | HirKind::Look(_) => None,
    }
}

/// A syntax error, at its place within the scalar where the scalar stands in the file as it is read.
fn syntax(error: &Error, pattern: &str, field: &str, text: &str, span: &Range<usize>) -> Flaw {
    let (kind, at) = match error {
        Error::Parse(error) => (error.kind().to_string(), error.span().start.offset),
        Error::Translate(error) => (error.kind().to_string(), error.span().start.offset),
        _ => ("not a regular expression".to_owned(), 0),
    };
    let scalar = text.get(span.clone()).unwrap_or("");
    let span = match scalar.find(pattern).filter(|_| !pattern.is_empty()) {
        Some(from) => {
            let start = (span.start + from + at).min(span.end.saturating_sub(1));
            text.floor_char_boundary(start)..text.ceil_char_boundary(start + 1)
        }
        None => span.clone(),
    };
    Flaw::new(&span, format!("`{field}` is not a regular expression"), kind).help(
        "the syntax is that of the Rust crate `regex`, without Unicode, look-around and back-references",
    )
}

/// True when some match of `pattern` may hold `byte`.
pub(super) fn can_hold(pattern: &str, byte: u8) -> bool {
    let hir = ParserBuilder::new().unicode(false).utf8(false).build().parse(pattern);
    let automaton = hir.ok().and_then(|hir| Automaton::new(&hir, None).ok());
    automaton.is_none_or(|automaton| !automaton.always_holds_only(|held| held != byte))
}

/// True when `keyword` has a length that the gate and the checks can use.
pub(super) fn keyword_fits(keyword: &str) -> bool {
    (2..=LONG).contains(&keyword.len())
}
