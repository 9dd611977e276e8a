//! Logins that clients of registries keep encoded: `"auth"` of Docker's `config.json`, `.dockercfg` and image pull secrets
//! (docs.docker.com, "docker login"), and `_auth` of `.npmrc` (docs.npmjs.com, "npmrc"). Apart from other values with a
//! name because only what the value decodes to says what it is.

use crate::span::Span;

use super::login::Login;
use super::scanner::{skip_blanks, string, word};
use super::{Found, Match, Quote, Shapes, Verified, token};

/// Most bytes between a registry's name and its login: a user, a password, an address of mail.
const REACH: usize = 1024;

/// Longest name of a registry in bytes.
const LONGEST_NAME: usize = 200;

/// The login given to the `auth` at `hit`.
pub(super) fn at(text: &[u8], hit: Span, shapes: &Shapes, out: &mut Vec<Match>) {
    let before = hit.start.checked_sub(1).map(|at| text[at]);
    let value = match before {
        Some(quote @ (b'"' | b'\'')) => member(text, hit.end, quote),
        Some(b'_') if begins(text, hit.start - 1) => setting(text, hit.end),
        _ => None,
    };
    let Some((value, login)) = value.and_then(|value| Some((value, Login::decode(value.of(text))?))) else {
        return;
    };
    // For npm's registries a rule of their own names the value; what it is worth to know is added to that.
    let (registry, rule) = match before {
        Some(b'_') => (scope(&text[..hit.start - 1]), shapes.basic),
        _ => {
            let registry = registry(text, hit.start - 1);
            let rule = registry.as_ref().and(shapes.registry).or(shapes.basic);
            (registry, rule)
        }
    };
    out.extend(rule.map(|rule| {
        let subject =
            login.user().into_iter().chain(registry.map(|name| format!("registry {name}"))).collect();
        Match { verified: Verified::Structure, subject, ..token::plain(rule, value, Found::Header) }
    }));
}

/// `_auth` is a name of its own, or what is set for a registry (`//host/:_auth`).
fn begins(text: &[u8], start: usize) -> bool {
    start == 0 || matches!(text[start - 1], b'\n' | b' ' | b'\t' | b':' | b'"' | b'\'')
}

/// `": "…"`, with `\"` for each quote in a string.
fn member(text: &[u8], at: usize, quote: u8) -> Option<Span> {
    let closing = at + usize::from(text.get(at) == Some(&b'\\'));
    (text.get(closing) == Some(&quote)).then_some(())?;
    let colon = skip_blanks(text, closing + 1);
    (text.get(colon) == Some(&b':')).then_some(())?;
    quoted(text, skip_blanks(text, colon + 1))
}

/// `=…`, `= "…"`.
fn setting(text: &[u8], at: usize) -> Option<Span> {
    let equals = skip_blanks(text, at);
    (text.get(equals) == Some(&b'=')).then_some(())?;
    let value = skip_blanks(text, equals + 1);
    quoted(text, value).or_else(|| Some(word(text, value, b",;)}]<>&|")))
}

fn quoted(text: &[u8], at: usize) -> Option<Span> {
    string(text, at).filter(|(_, quote, _)| *quote == Quote::Quoted).map(|(value, ..)| value)
}

/// `//host/path/:` before a setting of `.npmrc`: the registry that it is for.
fn scope(before: &[u8]) -> Option<String> {
    let line = &before[before.len().saturating_sub(LONGEST_NAME)..];
    let line = &line[memchr::memrchr(b'\n', line).map_or(0, |end| end + 1)..];
    let name = line.trim_ascii().strip_prefix(b"//")?.strip_suffix(b"/:")?;
    let host = |b: &u8| b.is_ascii_alphanumeric() || b"-._:/@".contains(b);
    (!name.is_empty() && name.iter().all(host)).then(|| String::from_utf8_lossy(name).into_owned())
}

/// The key of the object that the member at `member` belongs to, when it names a host.
fn registry(text: &[u8], member: usize) -> Option<String> {
    let before = &text[member.saturating_sub(REACH)..member];
    let object = &before[..memchr::memrchr2(b'{', b'}', before).filter(|&at| before[at] == b'{')?];
    let key = object.trim_ascii_end().strip_suffix(b":")?.trim_ascii_end();
    let (&quote, key) = key.split_last().filter(|(quote, _)| matches!(quote, b'"' | b'\''))?;
    let key = key.strip_suffix(b"\\").unwrap_or(key);
    let name = &key[memchr::memrchr(quote, key)? + 1..];
    let host = |b: &u8| b.is_ascii_alphanumeric() || b"-._:/[]".contains(b);
    let names_host = name == b"localhost" || name.iter().any(|b| matches!(b, b'.' | b':'));
    let sound = (1..=LONGEST_NAME).contains(&name.len()) && name.iter().all(host) && names_host;
    sound.then(|| String::from_utf8_lossy(name).into_owned())
}
