//! Commands that take a secret as an argument or from a pipe, where no operator stands between name and value:
//! secret stores' command-line tools and `curl -u`.

use std::sync::LazyLock;

use regex::bytes::Regex;

use crate::catalogue::RuleIndex;
use crate::span::Span;

use super::scanner::{logical_line, skip_blanks};
use super::{Assignment, Found, Match, Operator, Quote, Shapes, cookie, token};

/// One form: groups `name` and `value`.
struct Form {
    literal: &'static [u8],
    pattern: LazyLock<Regex>,
}

macro_rules! form {
    ($literal:literal, $pattern:expr) => {
        Form {
            literal: $literal,
            pattern: LazyLock::new(|| Regex::new($pattern).expect("a constant pattern, compiled by a test")),
        }
    };
}

/// A shell word's value, in double quotes, in single quotes or bare.
macro_rules! word {
    () => {
        r#"(?:"(?<d>[^"\n]{1,8000})"|'(?<s>[^']{1,8000})'|(?<b>[^\s"'`|;&<>()]{1,8000}))"#
    };
}

/// The forms, each from the tool's own reference.
static STORES: [Form; 6] = [
    // `echo VALUE | docker secret create NAME -`, `| vercel env add NAME`, `| wrangler secret put NAME`
    form!(
        b"|",
        concat!(
            r"(?-u)\b(?:echo|printf)[ \t]+(?:-n[ \t]+|-e[ \t]+|'%s'[ \t]+|%s[ \t]+)*",
            word!(),
            r"[ \t]*\|[ \t]*(?:sudo[ \t]+)?(?:docker[ \t]+secret[ \t]+create|vercel[ \t]+env[ \t]+add|wrangler[ \t]+secret[ \t]+put|gh[ \t]+secret[ \t]+set|podman[ \t]+secret[ \t]+create|gcloud[ \t]+secrets[ \t]+(?:create|versions[ \t]+add))[ \t]+(?<name>[A-Za-z0-9_./-]+)"
        )
    ),
    // `gcloud secrets create NAME --data-file=- <<< VALUE`, and any of the above with a here-string
    form!(
        b"<<<",
        concat!(
            r"(?-u)\b(?:secrets?[ \t]+(?:create|versions[ \t]+add|put|set)|env[ \t]+add)[ \t]+(?<name>[A-Za-z0-9_./-]+)[^\n|<]*<<<[ \t]*",
            word!()
        )
    ),
    // `vercel secrets add NAME VALUE`
    form!(b"secrets add", concat!(r"(?-u)\bsecrets add[ \t]+(?<name>[A-Za-z0-9_./-]+)[ \t]+", word!())),
    // `gh secret set NAME --body VALUE`
    form!(
        b"secret set",
        concat!(
            r"(?-u)\bsecret set[ \t]+(?<name>[A-Za-z0-9_./-]+)[ \t][^\n|]*?(?:--body|-b)[ \t=]+",
            word!()
        )
    ),
    // `aws ssm put-parameter --name NAME … --value VALUE`
    form!(
        b"put-parameter",
        concat!(
            r#"(?-u)put-parameter\b[^\n]*?(?s:.*?)--name[ \t=]+["']?(?<name>[A-Za-z0-9_./-]+)["']?(?s:.*?)--value[ \t=]+"#,
            word!()
        )
    ),
    // `aws ssm put-parameter --value VALUE … --name NAME`
    form!(
        b"put-parameter",
        concat!(
            r#"(?-u)put-parameter\b(?s:[^|;]*?)--value[ \t=]+"#,
            word!(),
            r#"(?s:.*?)--name[ \t=]+["']?(?<name>[A-Za-z0-9_./-]+)"#
        )
    ),
];

/// `curl -u user:password`, `--user`, HTTPie's `-a` and `--auth`.
static CURL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"(?-u)[ \t](?:-u|--user|--proxy-user|-U|-a|--auth)(?:[ \t]+|=)?["']?(?<user>[^\s:"'$]{0,200}):(?<value>/?[^\s"'/][^\s"']{0,199})"#)
        .expect("a constant pattern, compiled by a test")
});

/// HTTPie's `-A bearer -a TOKEN`, in this order or the other (httpie.io/docs, "Authentication").
static BEARER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r#"(?-u)[ \t](?:-a|--auth)(?:[ \t]+|=)["']?(?<value>[A-Za-z0-9._~+/-]{12,4096}=*)["']?(?:[ \t]|\z|[\r\n])"#,
    )
    .expect("a constant pattern, compiled by a test")
});

/// Commands seen so far: each logical line is read once.
#[derive(Default)]
pub(super) struct Commands {
    done: usize,
}

impl Commands {
    /// The commands on the logical line around `hit`.
    pub(super) fn at(&mut self, text: &[u8], hit: Span, shapes: &Shapes, out: &mut Vec<Match>) {
        let curl = matches!(text[hit.start] | 0x20, b'c' | b'w' | b'h');
        if hit.start < self.done
            || !(curl || text[hit.start] | 0x20 == b'e' || text[hit.start] | 0x20 == b'p')
        {
            return;
        }
        let line = logical_line(text, hit.start);
        self.done = line.end;
        if curl && has_option(line.of(text)) {
            credentials(text, line, shapes, out);
            bearer(text, line, shapes, out);
            if let (Some(flag), Some(rule)) = (memchr::memmem::find(line.of(text), b" -b "), shapes.secret) {
                let value = skip_blanks(text, line.start + flag + 4);
                let quoted = matches!(text.get(value), Some(b'"' | b'\''));
                cookie::pairs(text, value + usize::from(quoted), rule, out);
            }
        } else if let Some(rule) = shapes.assignment().filter(|_| !curl) {
            stored(text, line, rule, out);
        }
    }
}

/// True when an option stands on the line that begins as one of those with credentials do: most lines that name a client are
/// of logs.
fn has_option(line: &[u8]) -> bool {
    let begins = |at: usize| {
        at > 0
            && matches!(line[at - 1], b' ' | b'\t')
            && line.get(at + 1).is_some_and(|b| b"-uUabA".contains(b))
    };
    memchr::memchr_iter(b'-', line).any(begins)
}

/// Values that the commands on `line` put into a secret store.
pub(super) fn stored(text: &[u8], line: Span, rule: RuleIndex, out: &mut Vec<Match>) {
    let bytes = line.of(text);
    for form in STORES.iter().filter(|form| memchr::memmem::find(bytes, form.literal).is_some()) {
        for found in form.pattern.captures_iter(bytes) {
            let value = ["d", "s", "b"].iter().find_map(|group| found.name(group));
            let (Some(value), Some(name)) = (value, found.name("name")) else { continue };
            let shift = |m: regex::bytes::Match<'_>| Span::new(line.start + m.start(), line.start + m.end());
            let quote = if found.name("b").is_some() { Quote::None } else { Quote::Quoted };
            let assignment = Assignment { operator: Operator::Command, quote, line: shift(value) };
            let mut stored = token::plain(rule, shift(value), Found::Assignment(assignment));
            stored.name = Some(shift(name));
            out.push(stored);
        }
    }
}

fn credentials(text: &[u8], line: Span, shapes: &Shapes, out: &mut Vec<Match>) {
    let Some(rule) = shapes.basic else { return };
    for found in CURL.captures_iter(line.of(text)) {
        let Some(value) = found.name("value") else { continue };
        let value = Span::new(line.start + value.start(), line.start + value.end());
        let mut basic = token::plain(rule, value, Found::Header);
        if let Some(user) = found.name("user").filter(|user| !user.is_empty()) {
            basic.subject.push(format!("user {}", String::from_utf8_lossy(user.as_bytes())));
        }
        out.push(basic);
    }
}

fn bearer(text: &[u8], line: Span, shapes: &Shapes, out: &mut Vec<Match>) {
    let bytes = line.of(text);
    let kinds = [&b"-A bearer"[..], b"--auth-type bearer", b"--auth-type=bearer"];
    let Some(rule) =
        shapes.bearer.filter(|_| kinds.iter().any(|kind| memchr::memmem::find(bytes, kind).is_some()))
    else {
        return;
    };
    for value in BEARER.captures_iter(bytes).filter_map(|found| found.name("value")) {
        let value = Span::new(line.start + value.start(), line.start + value.end());
        out.push(token::plain(rule, value, Found::Header));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_constant_pattern_compiles() {
        assert!(STORES.iter().all(|form| form.pattern.captures_len() > 2));
        assert!(CURL.captures_len() > 2);
        assert!(BEARER.captures_len() > 1);
    }
}
