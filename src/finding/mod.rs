//! A kept match with everything a report needs; the raw value is gone by then.

use crate::blob::{BlobPath, Commit, Part};
use crate::rule::{Confidence, Rule, Severity, Text, Texts};
use crate::span::Position;

pub mod excerpt;
pub mod history;
pub mod identity;
mod strength;

pub use excerpt::{Hidden, Veil};
pub use history::History;
pub use identity::Identity;

/// From the first character to one past the last; lines and columns 1-based.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// First character.
    pub start: Position,
    /// One past the last character.
    pub end: Position,
}

/// Another place that belongs to a finding.
#[derive(Clone)]
pub struct Related {
    /// What it is to the finding: `pair` (the other half of a credential) or `name`.
    pub role: &'static str,
    /// The path shown.
    pub path: BlobPath,
    /// Where in it.
    pub place: Place,
}

/// One line around a value, every secret in it masked, cut to a bounded width.
#[derive(Clone, PartialEq, Eq)]
pub struct Excerpt {
    /// The masked text, without line ending.
    pub text: String,
    /// Byte range in `text` of the finding's mask.
    pub mask: (usize, usize),
    /// Byte range in `text` of the name, when it is in the excerpt.
    pub name: Option<(usize, usize)>,
    /// 1-based column (characters) in the file of the excerpt's first character, a leading `…` not counted.
    pub column: u64,
}

/// What a finding takes from its rule.
#[derive(Clone)]
pub struct RuleFacts {
    /// Rule id.
    pub id: Text,
    /// What the rule finds, in words.
    pub name: Text,
    /// Service or family.
    pub service: Text,
    /// What somebody who holds the value can do.
    pub grants: Text,
    /// What to do now.
    pub revoke: Text,
    /// Documentation links.
    pub references: Texts,
    /// Severity outside tests, examples and documents.
    pub severity: Severity,
}

impl RuleFacts {
    /// The facts of `rule`.
    pub fn of(rule: &Rule) -> Self {
        Self {
            id: rule.id.clone(),
            name: rule.name.clone(),
            service: rule.service.clone(),
            grants: rule.grants.clone(),
            revoke: rule.revoke.clone(),
            references: rule.references.clone(),
            severity: rule.severity,
        }
    }
}

/// The history of a finding that was accepted or allowed until a day that has gone by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lapsed {
    /// Why it was accepted.
    pub reason: Option<String>,
    /// Who answered for it.
    pub owner: Option<String>,
    /// What became of it, in the baseline's words.
    pub status: Option<&'static str>,
    /// The last day on which it was accepted, `YYYY-MM-DD`.
    pub expires: String,
    /// The entry of a configuration that allowed it, as `file:line`; `None`: the baseline accepted it.
    pub entry: Option<String>,
}

/// A secret that was found.
#[derive(Clone)]
pub struct Finding {
    /// The rule's facts.
    pub rule: RuleFacts,
    /// Severity here (lower in tests, examples and documents).
    pub severity: Severity,
    /// How sure we are.
    pub confidence: Confidence,
    /// The path shown.
    pub path: BlobPath,
    /// The path inside the repository.
    pub repo_path: Option<BlobPath>,
    /// Where the value stands.
    pub place: Place,
    /// The value's mask.
    pub masked: String,
    /// The value's identity in the baseline's terms.
    pub identity: Identity,
    /// `checksum`, `structure` or `none`.
    pub verified: &'static str,
    /// Non-secret identifiers: which credential to revoke.
    pub subject: Vec<String>,
    /// The other half of a pair and further places.
    pub related: Vec<Related>,
    /// The masked line.
    pub excerpt: Excerpt,
    /// Ids of other rules that found the same value and lost to this one, sorted.
    pub also: Vec<Text>,
    /// What the learned judgement rests on: features and their shares in log-odds, the largest first.
    pub why: Vec<(&'static str, f32)>,
    /// A later commit of the same range took it away again: it no longer stands where the range ends.
    pub gone: bool,
    /// It was accepted or allowed once, and no longer is.
    pub lapsed: Option<Box<Lapsed>>,
    /// Allow entries of the configuration, by number, that hold if a commit of theirs brought it.
    pub if_commit: Vec<usize>,
    /// First commit that holds it, for ranges and history.
    pub commit: Option<Commit>,
    /// What of a repository it stands in.
    pub part: Part,
    /// The git object that it stands in, hex.
    pub object: Option<String>,
    /// What a history tells of it.
    pub history: Option<Box<History>>,
}
