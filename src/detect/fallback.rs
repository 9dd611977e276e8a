//! Literals inside an expression: the default of a reference (`getenv("X", "…")`, `a || "…"`, `${X:-…}`) and what a
//! command substitution prints (`$(echo "…")`), and what a function decodes (`unhexlify("…")`). A reference with a literal in it is judged by that literal.

use std::sync::LazyLock;

use regex::bytes::Regex;

use crate::span::Span;

use super::Quote;
use super::scanner::{line_end, string};

/// How far behind the start of an expression, in bytes, a literal still belongs to it.
const LONGEST: usize = 512;

/// Most literals that one name is given.
const MOST: usize = 8;

/// A literal inside an expression.
#[derive(Clone, Copy)]
pub(super) struct Literal {
    pub(super) span: Span,
    pub(super) quote: Quote,
}

/// What stands directly before a fallback literal.
static LEADS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r#"(?-u)(?:\|\||\?\?|\?:|\bor\b|\belse\b)[ \t]*(?:["'`]|b["'])"#,
        r#"|(?i:get|env|environ|fetch|config|default|property|setting|getordefault|lookup)[A-Za-z_]*[ \t]*\([^()"'`]{0,40}(?:["'`][^"'`\n]{0,80}["'`])?[ \t]*,[ \t]*(?:[a-z_]+[ \t]*=[ \t]*)?["'`]"#,
        r#"|\bdefault[ \t]*\(?[ \t]*["']"#,
        // `b64decode("…")`, `hex.DecodeString("…")`, `Buffer.from('…')`, `new SecretKeySpec("…"`.
        r#"|(?i:decode|encode|hex|b64|base64|bytes|from|string|secret|generate)[A-Za-z0-9_]{0,24}\([ \t]*b?["']"#,
        r#"|\bunwrap_or(?:_else)?\([ \t]*(?:\|[a-z_]*\|)?[ \t]*(?:String::from\()?""#
    ))
    .expect("a constant pattern, compiled by a test")
});

/// `${NAME:-literal}` and its relatives.
static SHELL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"(?-u)\$\{(?:[A-Za-z_][A-Za-z0-9_.]*:?[-=]|[A-Za-z_][A-Za-z0-9_.-]*[A-Z_.][A-Za-z0-9_.-]*:)(?<literal>[^{}"'$\s]{1,500})\}"#)
        .expect("a constant pattern, compiled by a test")
});

/// `$(echo literal)`, `` `echo literal` ``.
static ECHO: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"(?-u)(?:\$\(|`)[ \t]*(?:echo|printf)[ \t]+(?:-n[ \t]+|-e[ \t]+|'?%s'?[ \t]+)*(?<literal>["']?[^\s"'`|)$]{1,500})"#)
        .expect("a constant pattern, compiled by a test")
});

/// The literals of one text, searched for once however many names stand before them.
#[derive(Default)]
pub(super) struct Literals {
    /// Up to where has been searched.
    done: usize,
    /// Sorted by place.
    found: Vec<Literal>,
}

impl Literals {
    /// The first literals in the expression at `line`. Expressions come in order of their places.
    pub(super) fn within(&mut self, text: &[u8], line: Span) -> &[Literal] {
        let end = line.end.min(line.start + LONGEST);
        if end > self.done {
            // What began before the last search's end may go on after it.
            let from = line.start.max(self.done.saturating_sub(LONGEST));
            let to = line_end(text, from).max(line.end);
            self.found.retain(|literal| literal.span.start >= line.start);
            search(text, Span::new(from, to), &mut self.found);
            self.found.sort_by_key(|literal| (literal.span.start, literal.span.end));
            self.found.dedup_by_key(|literal| literal.span);
            self.done = to;
        }
        let first = self.found.partition_point(|literal| literal.span.start < line.start);
        let after = self.found.partition_point(|literal| literal.span.start < end);
        &self.found[first..after.min(first + MOST)]
    }
}

fn search(text: &[u8], expression: Span, found: &mut Vec<Literal>) {
    let bytes = expression.of(text);
    let telling = |b: &u8| matches!(b, b'(' | b'|' | b'?' | b'$' | b'`') || b.is_ascii_whitespace();
    if !bytes.iter().any(telling) {
        return;
    }
    // Most expressions hold no literal at all.
    if memchr::memchr3(b'"', b'\'', b'`', bytes).is_some() {
        for lead in LEADS.find_iter(bytes) {
            let quoted = string(text, expression.start + lead.end() - 1);
            found.extend(quoted.map(|(span, quote, _)| Literal { span, quote }));
        }
    }
    if memchr::memchr2(b'$', b'`', bytes).is_none() {
        return;
    }
    for pattern in [&SHELL, &ECHO] {
        for literal in pattern.captures_iter(bytes).filter_map(|c| c.name("literal")) {
            let lead = usize::from(matches!(literal.as_bytes()[0], b'"' | b'\''));
            let span = Span::new(expression.start + literal.start() + lead, expression.start + literal.end());
            found.push(Literal { span, quote: Quote::Quoted });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Vec<String> {
        let mut literals = Literals::default();
        let found = literals.within(text.as_bytes(), Span::new(0, text.len()));
        found.iter().map(|l| String::from_utf8_lossy(l.span.of(text.as_bytes())).into_owned()).collect()
    }

    #[test]
    fn fallbacks_are_found_and_names_are_not() {
        assert_eq!(all(r#"process.env.X || "abc""#), ["abc"]);
        assert_eq!(all(r#"os.environ.get("X", "abc")"#), ["abc"]);
        assert_eq!(all(r#"ENV.fetch("X", 'abc')"#), ["abc"]);
        assert_eq!(all(r#"Base64.decode("abc")"#), ["abc"]);
        assert_eq!(all(r#"unhexlify(b'abc')"#), ["abc"]);
        assert_eq!(all("${X:-abc}"), ["abc"]);
        assert_eq!(all(r#"$(echo "abc" | base64)"#), ["abc"]);
        assert_eq!(all(r#"os.environ["X"]"#), Vec::<String>::new());
        assert_eq!(all(r#"$(openssl rand -base64 32)"#), Vec::<String>::new());
    }
}
