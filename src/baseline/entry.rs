//! One accepted finding, as a line of the baseline.

use serde::Serialize;

use crate::finding::identity::{self, Strength};
use crate::finding::{Finding, Identity};

/// An accepted finding. The order of the fields is that of the keys on its line: lines sort by path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Entry {
    /// Where it was, inside the repository; a hint.
    pub path: String,
    /// `strong` or `weak`: what `hash` is.
    pub strength: &'static str,
    /// Normalised name, of weak values only.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Hexadecimal digits: 32 of a strong value, 3 of a weak one.
    pub hash: String,
    /// Which salt the hash was made with, see `salt_id`.
    pub salt: String,
    /// The rule that found it; for people.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub rule: String,
    /// Service or family of the rule; for people.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub service: String,
    /// Why it was accepted. This and the following are kept as they are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Who answers for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// What became of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// Until when it holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires: Option<String>,
}

/// The keys of an entry's line, in order.
pub(super) const KEYS: [&str; 11] =
    ["path", "strength", "name", "hash", "salt", "rule", "service", "reason", "owner", "status", "expires"];

impl Entry {
    /// The entry of a finding whose identity was made with `salt` as its first.
    pub(super) fn of(finding: &Finding, salt: &[u8; 32]) -> Self {
        let Identity { strength, name, .. } = &finding.identity;
        let fingerprint = finding.identity.fingerprint();
        Self {
            path: super::path_of(finding),
            strength: strength.word(),
            name: name.clone(),
            hash: fingerprint.rsplit(':').next().unwrap_or_default().to_owned(),
            salt: salt_id(salt),
            rule: finding.rule.id.clone().into_owned(),
            service: finding.rule.service.clone().into_owned(),
            reason: None,
            owner: None,
            status: None,
            expires: None,
        }
    }

    /// The value's fingerprint under the entry's salt.
    pub fn fingerprint(&self) -> String {
        let strength = if self.is_strong() { Strength::Strong } else { Strength::Weak };
        identity::fingerprint(strength, &self.name, &self.hash)
    }

    /// Whether the whole hash is stored.
    pub fn is_strong(&self) -> bool {
        self.strength == Strength::Strong.word()
    }

    /// What makes two lines the same entry; rule and service are information.
    pub(super) fn key(&self) -> (&str, &str, &str, &str, &str) {
        (&self.path, self.strength, &self.name, &self.hash, &self.salt)
    }

    /// How many of the fields that people fill in are.
    pub(super) fn described(&self) -> usize {
        [&self.reason, &self.owner, &self.status, &self.expires].into_iter().flatten().count()
    }

    /// Takes over what people wrote into `other`.
    pub(super) fn describe_as(&mut self, other: &Self) {
        self.reason.clone_from(&other.reason);
        self.owner.clone_from(&other.owner);
        self.status.clone_from(&other.status);
        self.expires.clone_from(&other.expires);
    }
}

/// The first 8 hexadecimal digits of the salt's BLAKE3 hash: enough to tell the few salts of one file apart.
pub(super) fn salt_id(salt: &[u8; 32]) -> String {
    identity::hex(&blake3::hash(salt).as_bytes()[..4])
}
