//! Bytes and tables in, matches out. Knows no path and decides nothing.

use crate::span::Span;

/// Index of a rule in its catalogue.
pub type RuleIndex = usize;

/// What an offline proof said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verified {
    /// A check digit or checksum holds.
    Checksum,
    /// It parses as what it claims to be.
    Structure,
    /// No proof exists for this rule.
    None,
    /// A proof exists and failed.
    Failed,
}

/// A rule and byte offsets in a text; no path, no decision.
#[derive(Clone, Debug)]
pub struct Match {
    /// Which rule.
    pub rule: RuleIndex,
    /// The value.
    pub value: Span,
    /// The name that makes it one, for assignments.
    pub name: Option<Span>,
    /// What the rule's proof said.
    pub verified: Verified,
    /// Non-secret identifiers found with it (`user and host of a URL`, JWT issuer …), as `label value`.
    pub subject: Vec<String>,
}
