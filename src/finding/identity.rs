//! What makes two findings the same one: the value, in the form that a baseline may store.

use crate::secret::Secret;

/// Salt of fingerprints when no baseline gives one. Public on purpose: it only keeps our hashes apart from others'.
pub const CONSTANT_SALT: [u8; 32] = *b"leaklint fingerprint without any";

/// Whether a person could have thought of the value; decides what may be stored of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Strength {
    /// Generated at random: a full keyed hash gives nothing away.
    Strong,
    /// Possibly chosen by a person: only 12 bits of a salted hash may be stored.
    Weak,
}

/// The identity of a finding under one or more salts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Identity {
    /// Judged on the value alone, so that another rule winning changes nothing.
    pub strength: Strength,
    /// Normalised name that the value was given to, empty for tokens. Part of a weak identity only.
    pub name: String,
    /// One hash per salt, in the order of the salts; the first makes the report's `fingerprint`.
    pub hashes: Vec<String>,
}

impl Identity {
    /// The identity of `value`, given to `name` (raw bytes of the name, or empty).
    pub fn new(_value: &Secret, _name: &[u8], _salts: &[[u8; 32]]) -> Self {
        Self { strength: Strength::Weak, name: String::new(), hashes: Vec::new() }
    }

    /// The fingerprint shown in reports.
    pub fn fingerprint(&self) -> &str {
        self.hashes.first().map_or("", String::as_str)
    }
}
