//! Regular expressions of other tools: whether they mean here what they mean there.
//!
//! Go's RE2, POSIX ERE and JavaScript are read as the Rust crate regex reads them without Unicode: `\w \d \s \b` stay ASCII. What
//! the crate does not know is refused, and what holds for one branch only is pointed out.

use regex_syntax::ast::{self, Ast};
use regex_syntax::hir::{Hir, HirKind};

use super::clean::Clean;

/// A pattern that may be carried.
pub(super) struct Pattern {
    /// As a regex of ours.
    pub(super) text: String,
    /// The one text that it matches, when it is no pattern at all.
    pub(super) literal: Option<String>,
}

/// Longest pattern that is read, in bytes.
const LONGEST: usize = 16 * 1024;
/// Bytes of a literal part of a pattern from which on it may be a value.
const LONGEST_PART: usize = 8;

/// Reads a pattern.
///
/// # Errors
/// Why it cannot be carried; nothing of it is quoted.
pub(super) fn read(pattern: &str) -> Result<Pattern, &'static str> {
    if pattern.len() > LONGEST {
        return Err("the pattern is longer than any that people write");
    }
    let text = unquoted(pattern);
    let parsed = hir(&text)
        .ok_or("leaklint's regex engine does not read the pattern (no look-around, no back-references)")?;
    let compiled = regex::bytes::RegexBuilder::new(&text).unicode(false).build();
    compiled.map_err(|_| "the pattern is too large to compile")?;
    if parsed.properties().minimum_len() == Some(0) {
        return Err("the pattern matches the empty text, and so everything");
    }
    let literal = literal(&parsed);
    Ok(Pattern { text, literal })
}

/// Whether `^` or `$` stands in some branches of an alternation only: the others match anywhere.
pub(super) fn is_mis_anchored(pattern: &str) -> bool {
    let Ok(ast) = ast::parse::Parser::new().parse(&unquoted(pattern)) else { return false };
    let Some(branches) = branches(&ast) else { return false };
    let some_only = |test: fn(&Ast) -> bool| {
        let held = branches.iter().filter(|branch| test(branch)).count();
        held > 0 && held < branches.len()
    };
    some_only(starts) || some_only(ends)
}

/// Whether a pattern holds a literal part that looks like a value.
pub(super) fn holds_value(text: &str, clean: &Clean<'_>) -> bool {
    let Some(parsed) = hir(text) else { return true };
    let mut parts = Vec::new();
    literals(&parsed, &mut parts);
    let suspicious = |part: &Vec<u8>| {
        let part = String::from_utf8_lossy(part);
        part.len() >= LONGEST_PART && !clean.is(&part)
    };
    parts.iter().any(suspicious) || !clean.is(text)
}

/// Whether a literal is made of plain words, as people write them for placeholders.
pub(super) fn is_words(literal: &str) -> bool {
    let word =
        |word: &str| !word.is_empty() && word.len() <= 24 && word.bytes().all(|b| b.is_ascii_alphabetic());
    literal.len() <= 64 && literal.split(['-', '_', ' ', '.', '/']).all(word)
}

/// The text as a regex that matches it in any letter case.
pub(super) fn any_case(literal: &str) -> String {
    format!("(?i){}", regex_syntax::escape(literal))
}

/// `\Q…\E`, which Go knows and the crate does not, written out.
fn unquoted(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len());
    let mut rest = pattern;
    while let Some(at) = rest.find("\\Q") {
        let escaped = rest[..at].bytes().rev().take_while(|&byte| byte == b'\\').count() % 2 == 1;
        if escaped {
            out.push_str(&rest[..at + 2]);
            rest = &rest[at + 2..];
            continue;
        }
        out.push_str(&rest[..at]);
        let quoted = &rest[at + 2..];
        let (inside, after) = quoted.split_once("\\E").unwrap_or((quoted, ""));
        out.push_str(&regex_syntax::escape(inside));
        rest = after;
    }
    out + rest
}

fn hir(text: &str) -> Option<Hir> {
    regex_syntax::ParserBuilder::new().unicode(false).utf8(false).build().parse(text).ok()
}

/// The text that is all a pattern matches, anchored or not.
fn literal(parsed: &Hir) -> Option<String> {
    let text = |hir: &Hir| match hir.kind() {
        HirKind::Literal(literal) => std::str::from_utf8(&literal.0).ok().map(str::to_owned),
        _ => None,
    };
    let look = |hir: &Hir| matches!(hir.kind(), HirKind::Look(_));
    match parsed.kind() {
        HirKind::Literal(_) => text(parsed),
        HirKind::Capture(capture) => literal(&capture.sub),
        HirKind::Concat(parts) => match parts.as_slice() {
            [first, middle, last] if look(first) && look(last) => text(middle),
            [first, other] if look(first) => text(other),
            [other, last] if look(last) => text(other),
            _ => None,
        },
        _ => None,
    }
}

/// All literal parts, bounded by what the pattern itself is.
fn literals(parsed: &Hir, out: &mut Vec<Vec<u8>>) {
    let mut open = vec![parsed];
    while let Some(hir) = open.pop() {
        match hir.kind() {
            HirKind::Literal(literal) => out.push(literal.0.to_vec()),
            HirKind::Capture(capture) => open.push(&capture.sub),
            HirKind::Repetition(repetition) => open.push(&repetition.sub),
            HirKind::Concat(parts) | HirKind::Alternation(parts) => open.extend(parts),
            HirKind::Empty | HirKind::Class(_) | HirKind::Look(_) => {}
        }
    }
}

/// The branches of an alternation that is the whole pattern, in a group or not, behind flags or not.
fn branches(ast: &Ast) -> Option<&[Ast]> {
    match ast {
        Ast::Alternation(alternation) => Some(&alternation.asts),
        _ => None,
    }
}

fn is_start(ast: &Ast) -> bool {
    let start = [ast::AssertionKind::StartLine, ast::AssertionKind::StartText];
    matches!(ast, Ast::Assertion(assertion) if start.contains(&assertion.kind))
}

fn is_end(ast: &Ast) -> bool {
    let end = [ast::AssertionKind::EndLine, ast::AssertionKind::EndText];
    matches!(ast, Ast::Assertion(assertion) if end.contains(&assertion.kind))
}

fn starts(ast: &Ast) -> bool {
    match ast {
        Ast::Concat(parts) => {
            parts.asts.iter().find(|part| !matches!(part, Ast::Flags(_))).is_some_and(is_start)
        }
        other => is_start(other),
    }
}

fn ends(ast: &Ast) -> bool {
    match ast {
        Ast::Concat(parts) => parts.asts.last().is_some_and(is_end),
        other => is_end(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_branch_without_an_anchor_among_others_is_seen() {
        for (pattern, wrong) in [
            ("^a|b", true),
            ("^a|b|c$", true),
            ("a|b", false),
            ("^a|^b", false),
            ("^(a|b)$", false),
            ("(?i)^a$|^b$", false),
            ("a$|b$", false),
        ] {
            assert_eq!(is_mis_anchored(pattern), wrong, "{pattern}");
        }
    }

    #[test]
    fn what_go_quotes_is_quoted_here_too() {
        let read = |pattern: &str| super::read(pattern).ok().map(|pattern| (pattern.text, pattern.literal));
        assert_eq!(read(r"\Qa.b\E+"), Some((r"a\.b+".to_owned(), None)));
        assert_eq!(read(r"^\Qa.b\E$"), Some((r"^a\.b$".to_owned(), Some("a.b".to_owned()))));
        assert_eq!(read(r"\\Qa"), Some((r"\\Qa".to_owned(), Some(r"\Qa".to_owned()))));
        assert!(super::read("a(?=b)").is_err() && super::read("a|").is_err());
    }
}
