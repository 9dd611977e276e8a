//! Private key blocks: PEM (RFC 7468, RFC 1421 headers), OpenSSH and OpenPGP armour (RFC 9580), also on one line with
//! escaped line ends. A block that does not parse is still a match; a block with nothing in it is a placeholder.

use base64::Engine as _;

use crate::span::Span;

use super::{Found, Match, Shapes, Verified, token};

/// Longest block in bytes: an OpenPGP key with several subkeys stays below.
const LONGEST: usize = 48 * 1024;

/// Fewest base64 characters of a real key: an Ed25519 key in PKCS#8 has 64.
const FEWEST: usize = 40;

pub(super) fn at(text: &[u8], hit: Span, shapes: &Shapes, out: &mut Vec<Match>) {
    let limit = text.len().min(hit.start + LONGEST);
    let Some(label) = label(&text[hit.end..limit.min(hit.end + 64)]) else { return };
    let body_start = hit.end + 1 + label.len() + 5;
    let body = &text[body_start.min(limit)..limit];
    let (body_length, end_length) = extent(body, label);
    let body = &body[..body_length];
    let facts = facts(body);
    if facts.base64.len() < FEWEST {
        return;
    }
    let encrypted = label.starts_with(b"ENCRYPTED") || facts.encrypted || openssh_encrypted(&facts.base64);
    let rule = if encrypted { shapes.encrypted_key } else { shapes.key };
    let Some(rule) = rule else { return };
    let value = Span::new(hit.start, body_start + body_length + end_length);
    let parses = parses(&facts.base64);
    let mut found = token::plain(rule, value, Found::Token);
    found.verified = if parses { Verified::Structure } else { Verified::Failed };
    found.subject = vec![format!("kind {}", String::from_utf8_lossy(label))];
    out.push(found);
}

/// The label between `BEGIN` and the closing dashes, when it names a private key.
fn label(rest: &[u8]) -> Option<&[u8]> {
    let end = memchr::memmem::find(rest, b"-----")?;
    let label = rest[..end].strip_prefix(b" ")?;
    let plain = label.iter().all(|&b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b' ');
    let private = label.ends_with(b"PRIVATE KEY") || label.ends_with(b"PRIVATE KEY BLOCK");
    (plain && private).then_some(label)
}

/// Length of the body and of the `-----END …-----` line after it. A block without an end goes on for as long as what
/// follows looks like base64 lines.
fn extent(body: &[u8], label: &[u8]) -> (usize, usize) {
    let next_begin = memchr::memmem::find(body, b"-----BEGIN").unwrap_or(body.len());
    if let Some(end) = memchr::memmem::find(&body[..next_begin], b"-----END") {
        let tail = end + 9 + label.len() + 5;
        return (end, tail.min(body.len()) - end);
    }
    let base64 = |b: &u8| b.is_ascii_alphanumeric() || b"+/=\r\n\\ \t\"',".contains(b);
    let length = body[..next_begin].iter().position(|b| !base64(b)).unwrap_or(next_begin);
    let cut = body[..length].trim_ascii_end().len();
    (cut, 0)
}

struct Facts {
    base64: Vec<u8>,
    encrypted: bool,
}

/// The base64 characters of the body, headers (`Proc-Type: 4,ENCRYPTED`), quotes, escapes and checksum line left out.
fn facts(body: &[u8]) -> Facts {
    let mut facts = Facts { base64: Vec::new(), encrypted: false };
    let unescaped = unescape(body);
    for line in unescaped.split(|&b| b == b'\n') {
        let line: Vec<u8> =
            line.iter().copied().filter(|b| !b" \t\r\"',+;".contains(b) || *b == b'+').collect();
        if line.contains(&b':') {
            facts.encrypted |= memchr::memmem::find(&line, b"ENCRYPTED").is_some();
        } else if !line.starts_with(b"=") && !line.windows(3).any(|w| w == b"...") {
            facts.base64.extend(line.iter().filter(|b| b.is_ascii_alphanumeric() || b"+/=".contains(b)));
        }
    }
    facts
}

/// `\n`, `\r`, `\\n` as line ends, `\/` as a slash.
fn unescape(body: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(body.len());
    let mut at = 0;
    while at < body.len() {
        if body[at] != b'\\' {
            plain.push(body[at]);
            at += 1;
            continue;
        }
        while body.get(at) == Some(&b'\\') {
            at += 1;
        }
        // A backslash before anything else (`\/`) only escapes it.
        if matches!(body.get(at), Some(b'n' | b'r')) {
            plain.push(b'\n');
            at += 1;
        }
    }
    plain
}

/// True when the body is base64 of something that begins like a key: a DER sequence, an OpenSSH key or an OpenPGP
/// secret-key packet.
fn parses(base64: &[u8]) -> bool {
    let head = decode_head(base64);
    let der = head.first() == Some(&0x30) && head.get(1).is_some_and(|&b| b & 0x80 != 0 || b as usize > 0x20);
    let openpgp = head.first().is_some_and(|&b| matches!(b, 0x94 | 0x95 | 0x97 | 0xc5));
    der || openpgp || head.starts_with(b"openssh-key-v1\0")
}

/// OpenSSH writes the cipher's name after its magic (PROTOCOL.key); `none` means not encrypted.
fn openssh_encrypted(base64: &[u8]) -> bool {
    let head = decode_head(base64);
    head.strip_prefix(b"openssh-key-v1\0").is_some_and(|rest| rest.len() > 8 && &rest[4..8] != b"none")
}

fn decode_head(base64: &[u8]) -> Vec<u8> {
    let head = &base64[..base64.len().min(64) / 4 * 4];
    base64::engine::general_purpose::STANDARD.decode(head).unwrap_or_default()
}
