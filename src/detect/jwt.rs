//! JSON web tokens (RFC 7519, RFC 7515): three base64url parts, the first a JSON header with `alg`.

use base64::Engine as _;
use serde_json::Value;

use crate::span::Span;

use super::{Found, LONGEST_VALUE, Match, Shapes, token};

/// What earlier hits in one text showed, so that a text full of `eyJ` is read once and not once a hit.
#[derive(Default)]
pub(super) struct Tokens {
    /// The last token found: nothing in it is another one.
    done: usize,
    /// The last runs of base64url characters that were measured.
    runs: [Span; 3],
    /// Where claims begin that are no JSON object.
    no_claims: Option<usize>,
}

impl Tokens {
    /// The token that begins at `hit`.
    pub(super) fn at(&mut self, text: &[u8], hit: Span, shapes: &Shapes, out: &mut Vec<Match>) {
        let Some(rule) = shapes.jwt else { return };
        if hit.start < self.done || !token::opens(text, hit.start) {
            return;
        }
        let Some([header, claims, signature]) = self.parts(text, hit.start) else { return };
        let value = Span::new(header.start, signature.end);
        if !token::stands_alone(text, value.start, value.end) || self.no_claims == Some(claims.start) {
            return;
        }
        if !claims_are_json(claims.of(text)) {
            self.no_claims = Some(claims.start);
            return;
        }
        self.done = value.end;
        out.push(token::plain(rule, value, Found::Token));
    }

    /// `header.payload.signature` from `start` on; a fourth part makes it something else (JWE).
    fn parts(&mut self, text: &[u8], start: usize) -> Option<[Span; 3]> {
        let mut parts = [Span::new(start, start); 3];
        let mut at = start;
        for (index, part) in parts.iter_mut().enumerate() {
            if index > 0 {
                (text.get(at) == Some(&b'.')).then_some(())?;
                at += 1;
            }
            *part = self.run(text, index, at);
            at = part.end;
        }
        let [header, claims, signature] = parts.map(Span::len);
        let long_enough = header >= 12 && claims >= 4 && signature >= 16 && at - start <= LONGEST_VALUE;
        let ends = text.get(at) != Some(&b'.') || !text.get(at + 1).is_some_and(u8::is_ascii_alphanumeric);
        (long_enough && ends).then_some(parts)
    }

    /// The base64url characters from `at` on, as the part number `index`.
    fn run(&mut self, text: &[u8], index: usize, at: usize) -> Span {
        let known = self.runs[index];
        let end = if known.start <= at && at < known.end {
            known.end
        } else {
            let in_run = |b: &&u8| b.is_ascii_alphanumeric() || **b == b'-' || **b == b'_';
            at + text[at..].iter().take_while(in_run).count()
        };
        self.runs[index] = Span::new(at, end);
        Span::new(at, end)
    }
}

/// Whether the second part is a JSON object; what it and the header say is for the rule's proof.
fn claims_are_json(part: &[u8]) -> bool {
    let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(part).unwrap_or_default();
    serde_json::from_slice::<Value>(&bytes).is_ok_and(|claims| claims.is_object())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Catalogue;
    use crate::detect::{Tiers, Verified, detect};

    fn token(claims: &str) -> String {
        let part = |json: &str| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(json);
        format!("{}.{}.{}", part("{\"alg\":\"HS256\"}"), part(claims), "k3J9dQ0zX7mP2vB8w5")
    }

    fn tokens(text: &str) -> Vec<(usize, usize, Verified)> {
        let catalogue = Catalogue::new(crate::rule::builtin().to_vec());
        let jwt = catalogue.shape(crate::rule::Shape::Jwt).unwrap();
        let found = detect(text.as_bytes(), &crate::runs::all(text.as_bytes()), &catalogue, Tiers::Tokens);
        found.iter().filter(|m| m.rule == jwt).map(|m| (m.value.start, m.value.end, m.verified)).collect()
    }

    #[test]
    fn each_token_is_found_once_among_many_beginnings() {
        let one = token("{\"iss\":\"a\"}");
        let noise = "eyJ-".repeat(10_000);
        let text = format!("{noise} {one} {}.{noise}.{noise} \"{one}\"", "eyJ".repeat(20));
        let first = noise.len() + 1;
        let last = text.len() - 1 - one.len();
        let expected = [first, last].map(|at| (at, at + one.len(), Verified::Structure));
        assert_eq!(tokens(&text), expected);
    }

    #[test]
    fn a_token_behind_one_without_claims_is_found() {
        let bad = format!("eyJhbGciOiJIUzI1NiJ9.{}.{}", "abcd", "k3J9dQ0zX7mP2vB8w5");
        let text = format!("{bad} {}", token("{\"sub\":\"a\"}"));
        assert_eq!(tokens(&text).len(), 1);
    }
}
