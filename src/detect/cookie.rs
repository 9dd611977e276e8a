//! Sessions in cookies: a `Cookie` or `Set-Cookie` header (RFC 6265), `curl -b`, and the list `cookies` of a recorded
//! session (HAR 1.2, "cookies"). Apart from other values with a name because a cookie that keeps somebody signed in is
//! called `JSESSIONID` or `connect.sid`, which says secret nowhere else.

use crate::catalogue::RuleIndex;
use crate::span::Span;

use super::position::given;
use super::scanner::{skip_blanks, skip_space, starts, string, word};
use super::{Match, Operator, Quote, Shapes};

/// Most bytes of a header that are read.
const LONGEST_HEADER: usize = 4096;

/// Most cookies of a list.
const MOST_COOKIES: usize = 64;

/// Most members of a cookie in a list; HAR has eight.
const MOST_MEMBERS: usize = 12;

/// Shortest value that may be a session, in bytes.
const SHORTEST: usize = 16;

/// Cookies seen so far in one text: each list and header is read once.
#[derive(Default)]
pub(super) struct Cookies {
    done: usize,
}

impl Cookies {
    /// The sessions in the header or the list that the name at `hit` begins.
    pub(super) fn at(&mut self, text: &[u8], hit: Span, shapes: &Shapes, out: &mut Vec<Match>) {
        let fresh = hit.start >= self.done;
        let Some(rule) = shapes.secret.filter(|_| fresh && begins(text, hit.start)) else { return };
        self.done = match list(text, hit.end) {
            Some(first) => records(text, first, rule, out),
            None => header(text, hit).map_or(hit.end, |value| pairs(text, value, rule, out)),
        };
    }
}

/// The sessions among `name=value; name=value` from `at` on, which end with the string or the line. Gives their end.
pub(super) fn pairs(text: &[u8], at: usize, rule: RuleIndex, out: &mut Vec<Match>) -> usize {
    let rest = &text[at..text.len().min(at + LONGEST_HEADER)];
    let end =
        rest.iter().position(|b| matches!(b, b'"' | b'\'' | b'`' | b'\n' | b'\\')).unwrap_or(rest.len());
    let mut start = at;
    for pair in rest[..end].split(|&b| b == b';') {
        let lead = pair.len() - pair.trim_ascii_start().len();
        if let Some(equals) = memchr::memchr(b'=', pair) {
            let name = Span::new(start + lead.min(equals), start + equals);
            let value = Span::new(start + equals + 1, start + pair.trim_ascii_end().len().max(equals + 1));
            out.extend(session(text, name, value, rule));
        }
        start += pair.len() + 1;
    }
    at + end
}

/// No longer word ends with the name, unless it is `Set-Cookie` or a flag.
fn begins(text: &[u8], start: usize) -> bool {
    start == 0 || !(text[start - 1].is_ascii_alphanumeric() || matches!(text[start - 1], b'_' | b'$'))
}

/// `s": [`: where the first cookie of a list begins.
fn list(text: &[u8], at: usize) -> Option<usize> {
    let colon = skip_blanks(text, at + 2);
    let open = skip_blanks(text, colon + 1);
    let is_list = starts(text, at, b"s\"") && text.get(colon) == Some(&b':') && text.get(open) == Some(&b'[');
    is_list.then(|| skip_space(text, open + 1, 2))
}

/// Where the pairs of a header begin whose name is at `hit`.
fn header(text: &[u8], hit: Span) -> Option<usize> {
    let quote = text.get(hit.end).filter(|b| matches!(b, b'"' | b'\''));
    let at = skip_blanks(text, hit.end + usize::from(quote.is_some()));
    let at = match text.get(at)? {
        b':' | b'=' => at + 1,
        // `"name": "Cookie", "value": "…"`.
        b',' => {
            let member = skip_space(text, at + 1, 2);
            let value = starts(text, member, b"\"value\"").then(|| skip_blanks(text, member + 7))?;
            (text.get(value) == Some(&b':')).then_some(value + 1)?
        }
        _ if at > hit.end && text[..hit.start].ends_with(b"--") => at,
        _ => return None,
    };
    let at = skip_blanks(text, at);
    Some(at + usize::from(matches!(text.get(at), Some(b'"' | b'\'' | b'`'))))
}

/// The sessions among `{"name": "…", "value": "…", …}, …` from `first` on, and where the list was left.
fn records(text: &[u8], first: usize, rule: RuleIndex, out: &mut Vec<Match>) -> usize {
    let mut at = first;
    for _ in 0..MOST_COOKIES {
        let Some((name, value, end)) = record(text, at) else { break };
        out.extend(name.zip(value).and_then(|(name, value)| session(text, name, value, rule)));
        at = skip_space(text, end, 2);
        if text.get(at) != Some(&b',') {
            break;
        }
        at = skip_space(text, at + 1, 2);
    }
    at
}

/// Name and value of the object at `at`, and its end.
fn record(text: &[u8], at: usize) -> Option<(Option<Span>, Option<Span>, usize)> {
    (text.get(at) == Some(&b'{')).then_some(())?;
    let mut at = skip_space(text, at + 1, 2);
    let (mut name, mut value) = (None, None);
    for _ in 0..MOST_MEMBERS {
        let (key, Quote::Quoted, colon) = string(text, at)? else { return None };
        let colon = skip_blanks(text, colon);
        let content = skip_blanks(text, colon + 1);
        (text.get(colon) == Some(&b':')).then_some(())?;
        let written = string(text, content).filter(|(_, quote, _)| *quote == Quote::Quoted);
        match key.of(text) {
            b"name" => name = written.map(|(span, ..)| span),
            b"value" => value = written.map(|(span, ..)| span),
            _ => {}
        }
        let end = written.map_or_else(|| word(text, content, b",{[}]").end, |(.., next)| next);
        at = skip_space(text, end, 2);
        match text.get(at)? {
            b',' => at = skip_space(text, at + 1, 2),
            b'}' => return Some((name, value, at + 1)),
            _ => return None,
        }
    }
    None
}

/// The cookie, when its name is a session's and its value long enough.
fn session(text: &[u8], name: Span, value: Span, rule: RuleIndex) -> Option<Match> {
    // Express signs its cookies: `s:ID.SIGNATURE`.
    let signed = [&b"s%3A"[..], b"s:"].into_iter().find(|lead| value.of(text).starts_with(lead));
    let value = Span::new(value.start + signed.map_or(0, <[u8]>::len), value.end);
    (value.len() >= SHORTEST && is_session(name.of(text)))
        .then(|| given(rule, name, value, Quote::Quoted, Operator::Equals))
}

/// `JSESSIONID`, `PHPSESSID`, `connect.sid`, `_shop_session`, `remember_token`; tokens against forged requests open nothing.
fn is_session(name: &[u8]) -> bool {
    let name = String::from_utf8_lossy(name).to_ascii_lowercase();
    let has = |parts: &[&str]| parts.iter().any(|part| name.contains(part));
    let id =
        name.strip_suffix("sid").is_some_and(|lead| !lead.ends_with(|c: char| c.is_ascii_alphanumeric()));
    (id || has(&["sess", "auth", "token", "jwt", "remember", "logged_in"])) && !has(&["csrf", "xsrf"])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_sessions() {
        for name in [
            "JSESSIONID",
            "PHPSESSID",
            "ASP.NET_SessionId",
            "connect.sid",
            "sid",
            "_shop_session",
            "remember_me",
        ] {
            assert!(is_session(name.as_bytes()), "{name}");
        }
        for name in ["_ga", "theme", "XSRF-TOKEN", "csrftoken", "inside", "lang"] {
            assert!(!is_session(name.as_bytes()), "{name}");
        }
    }

    #[test]
    fn a_list_that_breaks_off_ends_where_it_breaks() {
        let mut out = Vec::new();
        for text in [
            "",
            "{",
            "{\"name\"",
            "{\"name\": \"sid\"",
            "{\"name\": \"sid\", \"value\": 1}, {",
            "{\"a\": {}}",
        ] {
            assert!(records(text.as_bytes(), 0, 0, &mut out) <= text.len(), "{text}");
        }
        assert!(out.is_empty());
    }
}
