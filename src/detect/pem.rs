//! Private key blocks: PEM (RFC 7468, RFC 1421 headers), OpenSSH and OpenPGP armour (RFC 9580), also on one line with
//! escaped line ends. A block that does not parse is still a match; a block with nothing in it is a placeholder.

use crate::span::Span;

use super::{Found, Match, Shapes, proof, token};

/// Longest block in bytes: an OpenPGP key with several subkeys stays below.
const LONGEST: usize = 48 * 1024;

/// Fewest base64 characters of a real key: an Ed25519 key in PKCS#8 has 64.
const FEWEST: usize = 40;

const BEGIN: &[u8] = b"-----BEGIN";
const DASHES: &[u8] = b"-----";

/// A block taken apart.
pub(super) struct Block<'t> {
    /// What stands between `BEGIN` and the dashes.
    pub(super) label: &'t [u8],
    /// The base64 characters of the body: headers, quotes, escapes and the armour's checksum line left out.
    pub(super) base64: Vec<u8>,
    /// The cipher that RFC 1421 headers say the body is encrypted with.
    pub(super) cipher: Option<String>,
    /// Length of the block in bytes.
    length: usize,
}

/// The private key block whose `-----BEGIN` stands at `hit`. Its kind and whether it is a key at all is for the rule's proof.
pub(super) fn at(text: &[u8], hit: Span, shapes: &Shapes, out: &mut Vec<Match>) {
    let Some(block) = Block::of(&text[hit.start..text.len().min(hit.start + LONGEST)]) else { return };
    if block.base64.len() < FEWEST {
        return;
    }
    let rule = if proof::is_sealed(&block) { shapes.encrypted_key } else { shapes.key };
    let Some(rule) = rule else { return };
    out.push(token::plain(rule, Span::new(hit.start, hit.start + block.length), Found::Token));
}

impl<'t> Block<'t> {
    /// The block that `text` begins with.
    pub(super) fn of(text: &'t [u8]) -> Option<Self> {
        let rest = text.strip_prefix(BEGIN)?;
        let label = label(&rest[..rest.len().min(64)])?;
        let body = &rest[1 + label.len() + DASHES.len()..];
        let (body_length, end_length) = extent(body, label);
        let length = text.len() - body.len() + body_length + end_length;
        let mut block = Block { label, base64: Vec::new(), cipher: None, length };
        block.read(&body[..body_length]);
        Some(block)
    }

    fn read(&mut self, body: &[u8]) {
        for line in unescape(body).split(|&b| b == b'\n') {
            let colon = memchr::memchr(b':', line);
            if let Some(colon) = colon {
                self.header(&line[..colon], &line[colon + 1..]);
            } else if !line.trim_ascii().starts_with(b"=") && memchr::memmem::find(line, b"...").is_none() {
                let line = carried(line);
                let kept = (0..line.len()).filter(|&at| is_base64(line, at));
                self.base64.extend(kept.map(|at| line[at]));
            }
        }
    }

    /// `Proc-Type: 4,ENCRYPTED`, then `DEK-Info: AES-128-CBC,IV` (RFC 1421 section 4.6).
    fn header(&mut self, name: &[u8], value: &[u8]) {
        if name.ends_with(b"Proc-Type") && memchr::memmem::find(value, b"ENCRYPTED").is_some() {
            self.cipher.get_or_insert_default();
        } else if name.ends_with(b"DEK-Info") {
            let cipher = value.split(|&b| b == b',').next().unwrap_or_default().trim_ascii();
            self.cipher = Some(String::from_utf8_lossy(&cipher[..cipher.len().min(40)]).into_owned());
        }
    }
}

/// The label between `BEGIN` and the closing dashes, when it names a private key.
fn label(rest: &[u8]) -> Option<&[u8]> {
    let end = memchr::memmem::find(rest, DASHES)?;
    let label = rest[..end].strip_prefix(b" ")?;
    let plain = label.iter().all(|&b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b' ');
    let private = label.ends_with(b"PRIVATE KEY") || label.ends_with(b"PRIVATE KEY BLOCK");
    (plain && private).then_some(label)
}

/// Length of the body and of the `-----END …-----` line after it. A block without an end goes on for as long as what
/// follows looks like base64 lines.
fn extent(body: &[u8], label: &[u8]) -> (usize, usize) {
    let next_begin = memchr::memmem::find(body, BEGIN).unwrap_or(body.len());
    if let Some(end) = memchr::memmem::find(&body[..next_begin], b"-----END") {
        let tail = end + 9 + label.len() + 5;
        return (end, tail.min(body.len()) - end);
    }
    let base64 = |b: &u8| b.is_ascii_alphanumeric() || b"+/=\r\n\\ \t\"',".contains(b);
    let length = body[..next_begin].iter().position(|b| !base64(b)).unwrap_or(next_begin);
    let cut = body[..length].trim_ascii_end().len();
    (cut, 0)
}

/// The part of a line that can be Base64: in code, of what quotes part it into (`b"…\n"`, `.append("…") +`), the longest that
/// has nothing else in it and is no string's prefix.
fn carried(line: &[u8]) -> &[u8] {
    let quote = |b: &u8| b"\"'`".contains(b);
    if !line.iter().any(quote) {
        return line;
    }
    let pieces = line.split(quote).map(<[u8]>::trim_ascii);
    let whole = pieces.filter(|piece| piece.len() >= 4 && piece.iter().all(is_digit));
    whole.max_by_key(|piece| piece.len()).unwrap_or_default()
}

/// A digit of Base64 or its padding.
fn is_digit(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric() || b"+/=".contains(byte)
}

/// A character of Base64, and no `+` that joins two strings of code.
fn is_base64(line: &[u8], at: usize) -> bool {
    let part = |at: usize| line.get(at).is_some_and(is_digit);
    match line[at] {
        b'+' => part(at + 1) || at > 0 && part(at - 1),
        _ => part(at),
    }
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
