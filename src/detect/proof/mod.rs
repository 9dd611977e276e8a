//! Offline proofs: what a value's own bytes, and what stands directly around them, say about its truth. One technique a
//! file. A failed proof never drops a match, and where a provider's documentation is silent there is no proof.

mod aws;
mod azure;
mod base58;
mod bech32;
mod crc;
mod der;
mod encoding;
mod gitlab;
mod google;
mod jwt;
mod key;
mod macaroon;
mod openpgp;
mod openssh;
mod payload;
mod private_key;
mod sas;
mod seed;

#[cfg(test)]
mod tests;

use jiff::Timestamp;

use super::Verified;
use crate::rule::{PROOFS, Rule};
use crate::span::Span;

pub(super) use encoding::base64;
pub(super) use private_key::is_sealed;

/// What a technique found out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Proof {
    /// Whether the value is what it claims to be.
    pub(crate) verified: Verified,
    /// Non-secret facts that it tells.
    pub(crate) subject: Vec<String>,
    /// When it stops working.
    pub(crate) expires: Option<Timestamp>,
}

/// A value and the text it stands in.
#[derive(Clone, Copy)]
struct Evidence<'t> {
    text: &'t [u8],
    value: Span,
}

type Technique = fn(Evidence<'_>) -> Proof;

/// The technique of each name in [`PROOFS`], in the same order.
const TECHNIQUES: [(&str, Technique); PROOFS.len()] = [
    ("atlassian-checksum", crc::hex_suffix),
    ("aws-account", aws::account),
    ("aws-bedrock-key", aws::bedrock),
    ("azure-connection-string", azure::connection_string),
    ("azure-key", azure::key),
    ("azure-sas", sas::signature),
    ("base58check", base58::check),
    ("bech32", bech32::check),
    ("cloudflare-checksum", crc::hex_suffix),
    ("github-checksum", crc::base62),
    ("gitlab-routable", gitlab::routable),
    ("grafana-checksum", crc::grafana),
    ("grafana-payload", payload::grafana),
    ("jwt", jwt::token),
    ("key-bytes", key::bytes),
    ("macaroon", macaroon::macaroon),
    ("mapbox-payload", payload::mapbox),
    ("nkey-seed", seed::nkey),
    ("npm-checksum", crc::base62),
    ("private-key", private_key::block),
    ("sentry-payload", payload::sentry),
    ("stellar-seed", seed::stellar),
];

/// Runs the proof that `rule` names on the value at `value` in `text`; nothing is proven where it names none.
pub(crate) fn prove(rule: &Rule, text: &[u8], value: Span) -> Proof {
    let technique =
        rule.proof.as_deref().and_then(|name| TECHNIQUES.iter().find(|(known, _)| *known == name));
    technique.map_or_else(Proof::nothing, |(_, technique)| technique(Evidence { text, value }))
}

impl Proof {
    fn of(verified: Verified) -> Self {
        Self { verified, subject: Vec::new(), expires: None }
    }

    /// No proof, either way.
    fn nothing() -> Self {
        Self::of(Verified::None)
    }

    fn checksum(holds: bool) -> Self {
        Self::of(if holds { Verified::Checksum } else { Verified::Failed })
    }

    fn structure(holds: bool) -> Self {
        Self::of(if holds { Verified::Structure } else { Verified::Failed })
    }

    fn with(mut self, facts: impl IntoIterator<Item = String>) -> Self {
        self.subject.extend(facts);
        self
    }

    fn until(self, expires: Option<Timestamp>) -> Self {
        Self { expires, ..self }
    }
}

impl<'t> Evidence<'t> {
    /// The value.
    fn bytes(self) -> &'t [u8] {
        self.value.of(self.text)
    }

    /// At most `most` bytes before the value.
    fn before(self, most: usize) -> &'t [u8] {
        &self.text[self.value.start.saturating_sub(most)..self.value.start]
    }

    /// At most `most` bytes after the value.
    fn after(self, most: usize) -> &'t [u8] {
        &self.text[self.value.end..self.text.len().min(self.value.end + most)]
    }
}

/// Longest text that one fact repeats, in characters.
const LONGEST_FACT: usize = 80;

/// `label text`, if there is a text; cut at [`LONGEST_FACT`] characters, without control characters.
fn fact(label: &str, text: &[u8]) -> Option<String> {
    let text = text.trim_ascii();
    let shown = &text[..text.len().min(4 * LONGEST_FACT)];
    let shown = String::from_utf8_lossy(shown);
    let shown: String = shown.chars().filter(|c| !c.is_control()).take(LONGEST_FACT).collect();
    (!shown.is_empty()).then(|| format!("{label} {shown}"))
}
