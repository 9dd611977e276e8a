//! JSON Web Keys (RFC 7517) with their private member: `d` of EC, OKP and RSA keys (RFC 7518, section 6.2 and 6.3;
//! RFC 8037), `k` of an `oct` key (section 6.4). Written as JSON, JavaScript, Ruby or YAML, whole or in part.

use std::sync::LazyLock;

use base64::Engine as _;
use regex::bytes::Regex;

use crate::span::Span;

use super::{Found, Match, Shapes, Verified, token};

/// How far in bytes a key goes on to either side of one of its members: one of RSA with 4,096 bits has 3,500 in all.
const REACH: usize = 4096;

/// The same in lines.
const LINES: usize = 12;

/// Fewest characters of a private member.
const SHORTEST: usize = 20;

/// A member and its value.
static MEMBER: LazyLock<Regex> = LazyLock::new(|| {
    let lead = r#"(?:^|[^A-Za-z0-9_$.-])\\?["']?"#;
    let member = r#"(?<member>kty|crv|kid|d|k)\\?["']?[ \t]*(?::|=>)[ \t]*\\?["']?"#;
    let value = r"(?<value>[A-Za-z0-9_./:+=@-]{1,2048})";
    Regex::new(&format!("(?-u){lead}{member}{value}")).expect("a constant pattern, compiled by a test")
});

/// Keys seen so far in one text: each is read once.
#[derive(Default)]
pub(super) struct Keys {
    done: usize,
}

/// What a part of a text says about a key.
#[derive(Default)]
struct Key<'t> {
    kty: Option<&'t [u8]>,
    crv: Option<&'t [u8]>,
    kid: Option<&'t [u8]>,
    private: Vec<(u8, Span)>,
}

impl Keys {
    /// The private member of the key that the public member at `hit` belongs to.
    pub(super) fn at(&mut self, text: &[u8], hit: Span, shapes: &Shapes, out: &mut Vec<Match>) {
        let Some(rule) = shapes.jwk else { return };
        if hit.start < self.done || !is_member(text, hit) {
            return;
        }
        let around = around(text, hit, self.done);
        self.done = around.end.max(hit.end);
        let key = Key::read(text, around);
        for &(member, value) in &key.private {
            if key.takes(member) && value.len() >= SHORTEST && is_base64(value.of(text)) {
                let mut found = token::plain(rule, value, Found::Token);
                found.subject = key.subject();
                found.verified = key.verified(value.of(text));
                out.push(found);
            }
        }
    }
}

/// `kty` or `crv` as a name, `AQAB` (65,537, the exponent of nearly every RSA key) as a value.
fn is_member(text: &[u8], hit: Span) -> bool {
    let before = hit.start.checked_sub(1).map(|at| text[at]);
    let after = text.get(hit.end).copied();
    let opens = before.is_none_or(|b| b.is_ascii_whitespace() || b"\"'{,(:".contains(&b));
    let closes = after.is_none_or(|b| b.is_ascii_whitespace() || b"\"'\\:=,}".contains(&b));
    opens && closes
}

/// The object that holds `hit`, or, where a brace is missing, what lies near it; from `floor` on.
fn around(text: &[u8], hit: Span, floor: usize) -> Span {
    let floor = floor.max(hit.start.saturating_sub(REACH)).min(hit.start);
    let limit = text.len().min(hit.end + REACH);
    let mut start = hit.start;
    let (mut depth, mut lines) = (0, 0);
    for at in (floor..hit.start).rev() {
        match text[at] {
            b'}' => depth += 1,
            b'{' if depth == 0 => break,
            b'{' => depth -= 1,
            b'\n' => lines += 1,
            _ => {}
        }
        if lines > LINES {
            break;
        }
        start = at;
    }
    let mut end = hit.end;
    (depth, lines) = (0, 0);
    for (at, &byte) in text.iter().enumerate().take(limit).skip(hit.end) {
        match byte {
            b'{' => depth += 1,
            b'}' if depth == 0 => break,
            b'}' => depth -= 1,
            b'\n' => lines += 1,
            _ => {}
        }
        if lines > LINES {
            break;
        }
        end = at + 1;
    }
    Span::new(start, end)
}

impl<'t> Key<'t> {
    fn read(text: &'t [u8], around: Span) -> Self {
        let mut key = Self::default();
        for found in MEMBER.captures_iter(around.of(text)) {
            let (Some(member), Some(value)) = (found.name("member"), found.name("value")) else { continue };
            let span = Span::new(around.start + value.start(), around.start + value.end());
            match member.as_bytes() {
                b"kty" => key.kty = key.kty.or(Some(span.of(text))),
                b"crv" => key.crv = key.crv.or(Some(span.of(text))),
                b"kid" => key.kid = key.kid.or(Some(span.of(text))),
                letter => key.private.push((letter[0], span)),
            }
        }
        key
    }

    /// True when `member` is the private one of such a key. Without `kty` it is a part of a key of two parts.
    fn takes(&self, member: u8) -> bool {
        match self.kty {
            Some(b"oct") => member == b'k',
            Some(b"EC" | b"RSA" | b"OKP" | b"AKP") | None => member == b'd',
            Some(_) => false,
        }
    }

    fn subject(&self) -> Vec<String> {
        let facts = [("type", self.kty), ("curve", self.crv), ("key id", self.kid)];
        let told = |(label, fact): (&str, Option<&[u8]>)| {
            let text: String = String::from_utf8_lossy(fact?).chars().take(80).collect();
            Some(format!("{label} {text}"))
        };
        facts.into_iter().filter_map(told).collect()
    }

    /// A private member of a curve has as many bytes as the curve's order (RFC 7518, section 6.2.2.1; RFC 8037).
    fn verified(&self, value: &[u8]) -> Verified {
        let bytes = match self.crv {
            Some(b"P-256" | b"P-256K" | b"secp256k1" | b"Ed25519" | b"X25519") => 32,
            Some(b"P-384") => 48,
            Some(b"P-521") => 66,
            Some(b"Ed448") => 57,
            Some(b"X448") => 56,
            _ => return Verified::None,
        };
        let decoded = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(value);
        match decoded {
            Ok(decoded) if decoded.len() == bytes => Verified::Structure,
            _ => Verified::Failed,
        }
    }
}

fn is_base64(value: &[u8]) -> bool {
    let digits = value.iter().rev().skip_while(|b| **b == b'=');
    digits.clone().all(|&b| b.is_ascii_alphanumeric() || b"-_+/".contains(&b))
        && digits.clone().any(u8::is_ascii_uppercase)
        && digits.clone().any(u8::is_ascii_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Catalogue;
    use crate::detect::{Tiers, detect};

    fn keys(text: &str) -> Vec<(String, Vec<String>, Verified)> {
        let catalogue = Catalogue::new(crate::rule::builtin().to_vec());
        let jwk = catalogue.shape(crate::rule::Shape::Jwk).unwrap();
        let found = detect(text.as_bytes(), &crate::runs::all(text.as_bytes()), &catalogue, Tiers::Tokens);
        let found = found.into_iter().filter(|m| m.rule == jwk);
        found
            .map(|m| {
                (String::from_utf8_lossy(m.value.of(text.as_bytes())).into_owned(), m.subject, m.verified)
            })
            .collect()
    }

    fn member(bytes: usize) -> String {
        let bytes: Vec<u8> = (0..bytes).map(|n| (n * 151 + 37) as u8).collect();
        base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
    }

    #[test]
    fn a_private_key_is_found_with_its_facts_and_a_public_one_is_not() {
        let (d, x) = (member(32), member(33));
        let text = format!(
            "{{\"keys\": [{{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"{x}\"}}, {{\"d\":\"{d}\",\"crv\":\"P-256\",\"kty\":\"EC\",\"kid\":\"one\"}}]}}"
        );
        let subject = ["type EC", "curve P-256", "key id one"].map(str::to_owned).to_vec();
        assert_eq!(keys(&text), [(d.clone(), subject, Verified::Structure)]);
        let short = format!("{{\"kty\":\"EC\",\"crv\":\"P-384\",\"d\":\"{d}\"}}");
        assert_eq!(keys(&short)[0].2, Verified::Failed);
    }

    #[test]
    fn the_secret_of_a_symmetric_key_is_k_and_that_of_others_is_not() {
        let k = member(32);
        assert_eq!(keys(&format!("x = {{\n  k: '{k}',\n  alg: 'HS256',\n  kty: 'oct',\n}}"))[0].0, k);
        assert!(keys(&format!("{{\"kty\":\"RSA\",\"k\":\"{k}\"}}")).is_empty());
        assert!(keys(&format!("{{\"kty\":\"oct\",\"d\":\"{k}\"}}")).is_empty());
    }

    #[test]
    fn members_without_end_are_read_once() {
        let d = member(32);
        let text = format!("{}{{\"kty\":\"OKP\",\"d\":\"{d}\"}}", "\"kty\" ".repeat(20_000));
        assert_eq!(keys(&text).len(), 1);
    }
}
