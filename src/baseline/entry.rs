//! One accepted finding, as a line of the baseline.

use jiff::civil::Date;
use serde::{Serialize, Serializer};

use super::Facts;
use super::facts::Status;
use crate::finding::identity::{self, Strength};
use crate::finding::{Finding, Identity, Lapsed};

/// An accepted finding. The order of the fields is that of the keys on its line: lines sort by path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
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
    /// Why it was accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Who answers for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// What became of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
    /// The last day, in UTC, on which it holds.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "as_date")]
    pub expires: Option<Date>,
    /// It holds in every file, not in one.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub anywhere: bool,
}

/// The keys of an entry's line, in order.
pub(super) const KEYS: [&str; 12] = [
    "path", "strength", "name", "hash", "salt", "rule", "service", "reason", "owner", "status", "expires",
    "anywhere",
];

/// What makes two lines the same entry; rule and service are information.
pub(super) type Key = (String, &'static str, String, String, String);

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
            anywhere: false,
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

    /// Whether it no longer holds on `today` (UTC).
    pub fn is_expired(&self, today: Date) -> bool {
        self.expires.is_some_and(|last| last < today)
    }

    /// Whether it accepts more than `old`, an entry about the same value: for longer, or everywhere.
    pub fn accepts_more_than(&self, old: &Self) -> bool {
        let longer = match (old.expires, self.expires) {
            (Some(old), Some(new)) => new > old,
            (Some(_), None) => true,
            (None, _) => false,
        };
        longer || self.anywhere && !old.anywhere
    }

    /// What people said of it.
    pub fn facts(&self) -> Facts {
        Facts {
            reason: self.reason.clone(),
            owner: self.owner.clone(),
            status: self.status,
            expires: self.expires,
            anywhere: self.anywhere,
        }
    }

    /// Its history, for the finding that it no longer covers; `None` for an entry without an end.
    pub(super) fn lapsed(&self) -> Option<Lapsed> {
        Some(Lapsed {
            reason: self.reason.clone(),
            owner: self.owner.clone(),
            status: self.status.map(Status::word),
            expires: self.expires?.to_string(),
            entry: None,
        })
    }

    pub(super) fn key(&self) -> Key {
        let Self { path, strength, name, hash, salt, .. } = self.clone();
        (path, strength, name, hash, salt)
    }

    /// Whether both lines are about the same value in the same place.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        let key = |entry: &Self| (entry.strength, entry.salt.clone());
        key(self) == key(other)
            && self.path == other.path
            && self.name == other.name
            && self.hash == other.hash
    }

    /// How many of the fields that people fill in are.
    pub(super) fn described(&self) -> usize {
        let texts = [self.reason.is_some(), self.owner.is_some(), self.status.is_some()];
        texts.into_iter().chain([self.expires.is_some(), self.anywhere]).filter(|given| *given).count()
    }

    /// Takes over what people said.
    pub(super) fn describe(&mut self, facts: Facts) {
        let Facts { reason, owner, status, expires, anywhere } = facts;
        (self.reason, self.owner, self.status, self.expires, self.anywhere) =
            (reason, owner, status, expires, anywhere);
    }
}

fn as_date<S: Serializer>(date: &Option<Date>, to: S) -> Result<S::Ok, S::Error> {
    match date {
        Some(date) => to.collect_str(date),
        None => to.serialize_none(),
    }
}

/// The first 8 hexadecimal digits of the salt's BLAKE3 hash: enough to tell the few salts of one file apart.
pub(super) fn salt_id(salt: &[u8; 32]) -> String {
    identity::hex(&blake3::hash(salt).as_bytes()[..4])
}
