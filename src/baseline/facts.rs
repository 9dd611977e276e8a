//! What people say of an accepted finding: why, who, what became of it, until when. Apart from the entry because
//! commands take these words from options, decisions and other tools' files before there is an entry.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Serialize, Serializer};

/// What became of an accepted finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// A real secret that the project lives with.
    Accepted,
    /// No secret at all.
    FalsePositive,
    /// It was a secret and opens nothing any more.
    Revoked,
    /// Made up for tests.
    TestData,
}

impl Status {
    /// All of them, as the documents list them.
    pub const ALL: [Self; 4] = [Self::Accepted, Self::FalsePositive, Self::Revoked, Self::TestData];

    /// The word used in the baseline.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::FalsePositive => "false-positive",
            Self::Revoked => "revoked",
            Self::TestData => "test-data",
        }
    }

    /// The status of this word.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.word() == word)
    }
}

impl Serialize for Status {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.word())
    }
}

/// What people say of an accepted finding. All of it may be missing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// Why it was accepted.
    pub reason: Option<String>,
    /// Who answers for it.
    pub owner: Option<String>,
    /// What became of it.
    pub status: Option<Status>,
    /// The last day, in UTC, on which it holds.
    pub expires: Option<Date>,
    /// Whether the value is known in every file.
    pub anywhere: bool,
}

impl Facts {
    /// These, and where they say nothing, those of `before`.
    #[must_use]
    pub fn or(self, before: Self) -> Self {
        Self {
            reason: self.reason.or(before.reason),
            owner: self.owner.or(before.owner),
            status: self.status.or(before.status),
            expires: self.expires.or(before.expires),
            anywhere: self.anywhere || before.anywhere,
        }
    }
}

/// A day as the baseline writes it, `YYYY-MM-DD`, and as nothing else.
pub fn day(text: &str) -> Option<Date> {
    // The parser also takes `20260102` and times of day.
    let shaped = text.len() == 10
        && text.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    if shaped { text.parse().ok() } else { None }
}

/// The day in UTC at this moment.
pub fn today(now: jiff::Timestamp) -> Date {
    now.to_zoned(TimeZone::UTC).date()
}
