//! The verdict on credentials in a URL.

use crate::detect::{Match, Verified};
use crate::rule::Confidence;
use crate::span::Span;

use super::placeholder::is_placeholder;
use super::reference::is_reference;
use super::{Judged, Reason, Verdict};

/// Judges the password `m.value` of `user` at `host`.
pub(super) fn judge(text: &[u8], m: &Match, user: Span, host: Span, confidence: Confidence) -> Verdict {
    let (password, user, host) = (m.value.of(text), user.of(text), host.of(text));
    let reason = if password.len() < 3 {
        Some(Reason::TooShort)
    } else if memchr::memmem::find(user, b"${").is_some() && !user.contains(&b'}')
        || is_reference(password)
        || password.starts_with(b"{")
        || password.contains(&b'$') && is_variable(password)
    {
        Some(Reason::Reference)
    } else if is_placeholder(password, &[]) || host.starts_with(b"<") || documentation(password, host) {
        Some(Reason::Placeholder)
    } else if password == user && !token_alone(m, text, user) && local(host) {
        Some(Reason::LocalDefault)
    } else {
        None
    };
    match reason {
        Some(reason) => Verdict::Dropped(reason),
        None => Verdict::Kept(Judged {
            rule: m.rule,
            value: m.value,
            name: None,
            confidence: if password.len() < 6 { Confidence::Medium } else { confidence },
            verified: Verified::None,
            subject: m.subject.clone(),
            also: Vec::new(),
            why: Vec::new(),
            expires: m.expires,
        }),
    }
}

/// The user is the token: there is no password to be equal to it.
fn token_alone(m: &Match, text: &[u8], user: &[u8]) -> bool {
    std::ptr::eq(m.value.of(text).as_ptr(), user.as_ptr())
}

fn is_variable(password: &[u8]) -> bool {
    password.iter().all(|&b| b.is_ascii_alphanumeric() || b"_${}()".contains(&b))
        && password.starts_with(b"$")
}

/// Hosts that the RFCs set apart for documents (RFC 2606) with a password that is an example too.
fn documentation(password: &[u8], host: &[u8]) -> bool {
    let reserved = [&b"example.com"[..], b"example.org", b"example.net"];
    let plain = password.len() < 8 || password.iter().all(|&b| b.is_ascii_lowercase() || b == b'%');
    plain && reserved.iter().any(|name| memchr::memmem::find(host, name).is_some())
}

/// This machine, or a name without a dot as containers have.
fn local(host: &[u8]) -> bool {
    let name = host.split(|&b| b == b':').next().unwrap_or(host);
    name.starts_with(b"127.")
        || !name.contains(&b'.')
        || name.ends_with(b".local")
        || name.ends_with(b".internal")
        || name.ends_with(b".localhost")
}
