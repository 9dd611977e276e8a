//! Credentials in URLs of any scheme (RFC 3986, section 3.2.1), with the sloppiness of real connection strings: an
//! unescaped `/`, `#` or `@` in the password.

use crate::span::Span;

use super::{Found, Match, Shapes, token};

/// Longest user information in bytes.
const LONGEST: usize = 1024;

pub(super) fn at(text: &[u8], hit: Span, shapes: &Shapes, out: &mut Vec<Match>) {
    let Some(rule) = shapes.url else { return };
    if !scheme_before(text, hit.start) {
        return;
    }
    let rest = &text[hit.end..text.len().min(hit.end + LONGEST)];
    let length = rest.iter().position(|&b| ends_url(b)).unwrap_or(rest.len());
    let Some((user, password, host)) = split(&rest[..length]) else { return };
    let shift = |span: Span| Span::new(hit.end + span.start, hit.end + span.end);
    let (user, value, host) = (shift(user), shift(password), shift(host));
    let mut found = token::plain(rule, value, Found::Url { user, host });
    let shown = |span: Span| String::from_utf8_lossy(span.of(text)).into_owned();
    if user.start != value.start && !user.is_empty() {
        found.subject.push(format!("user {}", shown(user)));
    }
    found.subject.push(format!("host {}", shown(host)));
    out.push(found);
}

fn scheme_before(text: &[u8], end: usize) -> bool {
    let scheme = text[..end].iter().rev().take(32);
    let length = scheme.take_while(|&&b| b.is_ascii_alphanumeric() || b"+-.".contains(&b)).count();
    length >= 2 && text[end - length..end].iter().any(u8::is_ascii_alphabetic)
}

fn ends_url(byte: u8) -> bool {
    byte.is_ascii_whitespace() || byte.is_ascii_control() || b"\"'`|\\".contains(&byte)
}

/// User, password and host of what follows `://`. A user without password is taken when it can only be a token, which
/// then stands as both.
fn split(rest: &[u8]) -> Option<(Span, Span, Span)> {
    let at_sign = user_info_end(rest)?;
    let info = &rest[..at_sign];
    let host = host(rest, at_sign + 1)?;
    match memchr::memchr(b':', info) {
        Some(colon) if colon + 1 < at_sign => {
            Some((Span::new(0, colon), Span::new(colon + 1, at_sign), host))
        }
        Some(_) => None,
        None => lone_token(info).then_some((Span::new(0, at_sign), Span::new(0, at_sign), host)),
    }
}

/// The `@` that ends the user information: the last one before the path, or, when the authority holds none but a
/// password with a raw `/` or `#` could, the first one after it that a host follows.
fn user_info_end(rest: &[u8]) -> Option<usize> {
    let authority = rest.iter().position(|b| b"/?#<>".contains(b)).unwrap_or(rest.len());
    if let Some(at_sign) = memchr::memrchr(b'@', &rest[..authority]) {
        return Some(at_sign);
    }
    if rest.get(authority) == Some(&b'<') || rest[..authority].starts_with(b"${") {
        return None;
    }
    let colon = memchr::memchr(b':', &rest[..authority])?;
    let port = rest[colon + 1..authority].iter().all(u8::is_ascii_digit);
    let at_sign = authority + memchr::memchr(b'@', &rest[authority..])?;
    (!port && at_sign < colon + 128).then_some(at_sign)
}

fn host(rest: &[u8], start: usize) -> Option<Span> {
    let part = rest.get(start..)?;
    let in_host = |b: &u8| b.is_ascii_alphanumeric() || b".-_:[]%${}<>*".contains(b) || *b >= 0x80;
    let length = part.iter().take_while(|b| in_host(b)).count();
    (length > 0).then(|| Span::new(start, start + length))
}

/// A user name that no person has: long, of token characters, letters and digits mixed.
fn lone_token(info: &[u8]) -> bool {
    let token = info.iter().all(|&b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
    let digits = info.iter().filter(|b| b.is_ascii_digit()).count();
    info.len() >= 20 && token && digits >= 3 && digits < info.len()
}
