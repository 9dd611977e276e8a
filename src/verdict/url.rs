//! The verdict on credentials in a URL.

use std::sync::Arc;

use crate::decode::percent;
use crate::detect::Match;
use crate::rule::Confidence;
use crate::secret::Secret;
use crate::span::Span;

use super::placeholder::is_placeholder;
use super::reference::is_reference;
use super::value::looks_generated;
use super::{Judged, Plain, Reason, Verdict, proven};

/// Judges the password `m.value` of `user` at `host`.
pub(super) fn judge(text: &[u8], m: &Match, user: Span, host: Span, confidence: Confidence) -> Verdict {
    let (password, user, host) = (m.value.of(text), user.of(text), host.of(text));
    let plain =
        percent::decoded(password).map(|value| Plain { value: Secret::new(&value), name: Vec::new() });
    let filled_in = plain.as_ref().map_or(password, |plain| plain.value.expose());
    let reason = if password.len() < 3 {
        Some(Reason::TooShort)
    } else if memchr::memmem::find(user, b"${").is_some() && !user.contains(&b'}')
        || is_reference(password)
        || password.starts_with(b"{")
        || password.contains(&b'$') && is_variable(password)
    {
        Some(Reason::Reference)
    } else if is_placeholder(filled_in, &[]) || host.starts_with(b"<") || documentation(user, password, host)
    {
        Some(Reason::Placeholder)
    } else if password == user && !token_alone(m, text, user) && local(host) {
        Some(Reason::LocalDefault)
    } else {
        None
    };
    match reason {
        Some(reason) => Verdict::Dropped(reason),
        None => {
            let confidence = if password.len() < 6 { Confidence::Medium } else { confidence };
            Verdict::Kept(Judged { plain: plain.map(Arc::new), ..proven(m, confidence) })
        }
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

/// A host of one letter, or one that is set apart for documents (RFC 2606), unless somebody put a real token before it; or the user that Oracle's
/// and many others' documents sign in as.
fn documentation(user: &[u8], password: &[u8], host: &[u8]) -> bool {
    let reserved = [&b"example.com"[..], b"example.org", b"example.net"];
    let document = reserved.iter().any(|name| memchr::memmem::find(host, name).is_some());
    let letter = host.len() == 1 || host.get(1) == Some(&b':');
    (letter || document) && !looks_generated(password) || (user == b"scott" && password.starts_with(b"tiger"))
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
