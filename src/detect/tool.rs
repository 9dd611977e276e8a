//! Command-line tools that take a password where no name tells it: behind a short flag, joined to one, or as a plain
//! argument. Which tool does so where is a table of its own.

use crate::catalogue::tools::Place::{
    self, After, Bare, Batch, Directive, Joined, Login, Named, Next, Prefix, Share, Slashed, With,
};
use crate::catalogue::tools::{TOOLS, Tool};
use crate::span::Span;

use super::position;
use super::scanner::line_start;
use super::shell::{Word, words};
use super::{Assignment, Found, Match, Operator, Quote, Shapes, token};

/// The passwords that the command at `hit` is given.
pub(super) fn at(text: &[u8], hit: Span, shapes: &Shapes, out: &mut Vec<Match>) {
    let Some((tool, name)) = row(hit.of(text)).zip(name(text, hit)) else { return };
    let command = Command { text, name, tool, words: words(text, name) };
    for place in tool.places.iter().filter(|place| place.has_flag() || !command.is_item()) {
        match (place, tool.kind.rule(shapes), shapes.assignment()) {
            (Named, _, Some(rule)) => out.extend(command.named(rule)),
            (place, Some(rule), _) => out.extend(command.password(*place, rule)),
            _ => {}
        }
    }
}

fn row(hit: &[u8]) -> Option<&'static Tool> {
    TOOLS.iter().find(|tool| tool.names.iter().any(|name| hit.eq_ignore_ascii_case(name.as_bytes())))
}

/// The tool's name at `hit`, when it is no part of another word and arguments follow: `.exe` and `-dump` belong to it.
fn name(text: &[u8], hit: Span) -> Option<Span> {
    let is_word = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    if text[hit.start].is_ascii_alphanumeric() && !token::opens(text, hit.start) {
        return None;
    }
    let written = hit.of(text);
    if written.ends_with(b":") {
        return Some(hit);
    }
    let written = written.strip_suffix(b"-").unwrap_or(written).trim_ascii_end();
    let start = hit.start + written.len();
    let rest = text[start..].iter().take(64);
    let end = start + rest.take_while(|&&b| is_word(b) || b == b'-' || b == b'.').count();
    let follows = matches!(text.get(end), Some(b' ' | b'\t' | b'"' | b'\''));
    follows.then(|| Span::new(hit.start, end))
}

/// One command with its words.
struct Command<'t> {
    text: &'t [u8],
    name: Span,
    tool: &'static Tool,
    words: Vec<Word>,
}

/// A value and, where the same word says it, the user.
type Value = (Span, Quote, Option<Span>);

impl Command<'_> {
    /// The name stands in a list of strings and is no flag: its neighbours may be anything.
    fn is_item(&self) -> bool {
        let listed = matches!(self.text.get(self.name.end), Some(b'"' | b'\''));
        let before = &self.text[..self.name.start];
        listed && !before.ends_with(b"--") && self.text[self.name.start] != b'-'
    }

    fn password(&self, place: Place, rule: usize) -> Option<Match> {
        let (value, quote, user) = self.value(place).filter(|(value, ..)| !value.is_empty())?;
        let found = position::given(rule, self.name, value, quote, Operator::Command);
        Some(position::of_user(found, self.text, user.or_else(|| self.user())))
    }

    /// `set NAME VALUE`.
    fn named(&self, rule: usize) -> Option<Match> {
        let mut words = self.bare(b'-');
        let (name, value) = (words.next()?, words.next()?);
        let (span, quote) = value.value(self.text, 0);
        let assignment = Assignment { operator: Operator::Command, quote, line: span };
        let mut found = token::plain(rule, span, Found::Assignment(assignment));
        found.name = Some(name.value(self.text, 0).0);
        (!span.is_empty()).then_some(found)
    }

    fn value(&self, place: Place) -> Option<Value> {
        let alone = |(value, quote): (Span, Quote)| (value, quote, None);
        match place {
            Next(flag) => self.next(flag).map(alone),
            Joined(flag) => self.joined(flag).map(alone),
            After(flag, mark) => self.after(flag, mark),
            Prefix(prefix) => self.joined(prefix).map(alone),
            Bare(n) => self.bare(b'-').nth(n).map(|word| word.value(self.text, 0)).map(alone),
            Slashed(n) => self.bare(b'/').nth(n).map(|word| word.value(self.text, 0)).map(alone),
            Directive => self.directive().map(alone),
            Share => self.share().map(alone),
            Batch => self.batch(),
            Login => self.login(),
            With(flag) => {
                let has =
                    self.words.iter().any(|word| word.bytes(self.text).eq_ignore_ascii_case(flag.as_bytes()));
                self.value(Bare(0)).filter(|_| has)
            }
            Named => None,
        }
    }

    /// The word behind the flag, or joined to a long one with `=`.
    fn next(&self, flag: &str) -> Option<(Span, Quote)> {
        self.words.iter().enumerate().find_map(|(at, word)| {
            let bytes = word.bytes(self.text);
            if bytes.eq_ignore_ascii_case(flag.as_bytes())
                && (flag.starts_with('/') || bytes == flag.as_bytes())
            {
                return self.words.get(at + 1).map(|word| word.value(self.text, 0));
            }
            let joined = flag.starts_with("--") && bytes.get(flag.len()) == Some(&b'=');
            (joined && bytes.starts_with(flag.as_bytes())).then(|| word.value(self.text, flag.len() + 1))
        })
    }

    fn joined(&self, flag: &str) -> Option<(Span, Quote)> {
        let begins = |word: &&Word| word.bytes(self.text).starts_with(flag.as_bytes());
        let word = self.words.iter().find(begins)?;
        let (inner, quote) = word.value(self.text, 0);
        match quote {
            Quote::None => Some(word.value(self.text, flag.len())),
            _ => Some((Span::new(inner.start + flag.len(), inner.end), quote)),
        }
    }

    fn after(&self, flag: &str, mark: u8) -> Option<Value> {
        let joined = || self.joined(flag).filter(|(value, _)| !value.is_empty());
        let (word, quote) = self.next(flag).or_else(joined)?;
        let at = word.start + memchr::memchr(mark, word.of(self.text))?;
        Some((Span::new(at + 1, word.end), quote, Some(Span::new(word.start, at))))
    }

    /// Words that are neither flags, which begin with `lead`, nor flags' own words.
    fn bare(&self, lead: u8) -> impl Iterator<Item = &Word> {
        let mut skip = false;
        self.words.iter().filter(move |word| {
            let bytes = word.bytes(self.text);
            let skipped = std::mem::take(&mut skip);
            skip = self.tool.skipped.iter().any(|flag| bytes == flag.as_bytes());
            !skipped && bytes.first() != Some(&lead)
        })
    }

    fn directive(&self) -> Option<(Span, Quote)> {
        let before = &self.text[line_start(self.text, self.name.start)..self.name.start];
        let lead = before.trim_ascii_end().to_ascii_lowercase();
        let begins =
            lead.is_empty() || [&b"--"[..], b"config set", b"\"", b"'"].iter().any(|end| lead.ends_with(end));
        self.words.first().filter(|_| begins).map(|word| word.value(self.text, 0))
    }

    fn share(&self) -> Option<(Span, Quote)> {
        let share = self.words.iter().position(|word| word.bytes(self.text).starts_with(b"\\\\"))?;
        let plain = |word: &&Word| !matches!(word.bytes(self.text), [b'/', ..] | b"*" | []);
        self.words[share + 1..].iter().find(plain).map(|word| word.value(self.text, 0))
    }

    fn batch(&self) -> Option<Value> {
        let has = |letter: u8| {
            let short = |word: &Word| matches!(word.bytes(self.text), [b'-', second, ..] if *second != b'-');
            self.words.iter().any(|word| short(word) && word.bytes(self.text).contains(&letter))
        };
        let at = if has(b'n') { 0 } else { 1 };
        let mut words = self.bare(b'-').skip(at);
        let (user, password) = (words.next()?, words.next()?);
        let (value, quote) = password.value(self.text, 0);
        has(b'b').then_some((value, quote, Some(user.value(self.text, 0).0)))
    }

    fn login(&self) -> Option<Value> {
        let word = self.bare(b'-').next()?.value(self.text, 0).0;
        let bytes = word.of(self.text);
        let user = bytes.to_ascii_lowercase().strip_prefix(b"userid=").map_or(0, |_| 7);
        let slash = user + memchr::memchr(b'/', &bytes[user..])?;
        let end = memchr::memchr(b'@', &bytes[slash..]).map(|at| slash + at);
        // Without a database it may be a path.
        let path = end.is_none() && bytes[slash + 1..].iter().any(|b| matches!(b, b'/' | b'.'));
        let span = |from: usize, to: usize| Span::new(word.start + from, word.start + to);
        let value = span(slash + 1, end.unwrap_or(bytes.len()));
        let host = memchr::memchr(b'@', &bytes[..slash]).is_some();
        (!path && !host && slash > user).then_some((value, Quote::Quoted, Some(span(user, slash))))
    }

    fn user(&self) -> Option<Span> {
        let flags = ["-u", "-U", "--user", "--username"];
        flags.iter().find_map(|flag| {
            let joined = || self.joined(flag).filter(|_| !flag.starts_with("--"));
            self.next(flag).or_else(joined).map(|(user, _)| user)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::{Catalogue, Place as Gated, Role};

    #[test]
    fn the_gate_stops_at_every_tool_of_the_table() {
        let catalogue = Catalogue::new(crate::rule::builtin().to_vec());
        for name in TOOLS.iter().flat_map(|tool| tool.names) {
            let mut seen = false;
            catalogue.gate().visit(name.as_bytes(), &[], |role, start, end| {
                seen |= role == Role::Place(Gated::Tool) && end - start == name.len();
            });
            assert!(seen, "{name}");
        }
    }
}
