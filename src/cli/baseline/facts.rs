//! The options that say what entries say, and those that say what they have to. Shared by all commands that write
//! entries.

use clap::{Args, ValueEnum};

use crate::baseline::{Facts, Status, facts::day};
use crate::cli::session::Session;
use crate::config::Requirement;
use crate::error::Error;
use crate::report::failure;

/// What people say of the entries that are written.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "What new entries say")]
pub(crate) struct FactOptions {
    /// Why it is accepted
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// Who answers for it
    #[arg(long, value_name = "NAME")]
    owner: Option<String>,
    /// What became of it: accepted, false-positive, revoked or test-data
    #[arg(long, value_name = "WORD", value_parser = status)]
    status: Option<Status>,
    /// The last day on which the entry holds, in UTC
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = last_day)]
    expires: Option<jiff::civil::Date>,
    /// Know the value in every file, not in one
    #[arg(long)]
    anywhere: bool,
}

impl FactOptions {
    /// The facts, no token in them: they are written into a file.
    pub(crate) fn facts(&self) -> Facts {
        let text = |text: &Option<String>| text.as_deref().map(failure::masked);
        Facts {
            reason: text(&self.reason),
            owner: text(&self.owner),
            status: self.status,
            expires: self.expires,
            anywhere: self.anywhere,
        }
    }

    /// Whether anything is said.
    pub(crate) fn are_given(&self) -> bool {
        self.facts() != Facts::default()
    }
}

/// A word that every entry has to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(crate) enum Required {
    /// Why it was accepted
    Reason,
    /// Who answers for it
    Owner,
    /// What became of it
    Status,
    /// Until when it holds
    Expires,
}

impl Required {
    /// The key in the baseline, and the option.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Reason => "reason",
            Self::Owner => "owner",
            Self::Status => "status",
            Self::Expires => "expires",
        }
    }

    fn is_in(self, facts: &Facts) -> bool {
        let said = |text: &Option<String>| text.as_ref().is_some_and(|text| !text.trim().is_empty());
        match self {
            Self::Reason => said(&facts.reason),
            Self::Owner => said(&facts.owner),
            Self::Status => facts.status.is_some(),
            Self::Expires => facts.expires.is_some(),
        }
    }
}

/// What every entry has to say.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct RequireOptions {
    /// Every entry has to say this; may be repeated
    #[arg(long, value_enum, value_delimiter = ',', value_name = "WORD", help_heading = "Policy")]
    require: Vec<Required>,
}

impl RequireOptions {
    /// The words that these options and the configuration want, each once.
    pub(crate) fn words(&self, session: &Session) -> Vec<Required> {
        let configured = session.config.baseline.require.value.iter().map(|word| match word {
            Requirement::Reason => Required::Reason,
            Requirement::Owner => Required::Owner,
        });
        let mut words: Vec<Required> = self.require.iter().copied().chain(configured).collect();
        words.sort();
        words.dedup();
        words
    }
}

/// Refuses to write entries that would lack one of the words.
pub(crate) fn hold(words: &[Required], facts: &Facts) -> Result<(), Error> {
    match missing(words, facts).first() {
        None => Ok(()),
        Some(word) => Err(Error::Usage {
            message: format!("every entry of the baseline has to say `{word}`"),
            help: Some(format!("give it with --{word}; nothing was written")),
        }),
    }
}

/// Of the words those that `facts` lack.
pub(crate) fn missing(words: &[Required], facts: &Facts) -> Vec<&'static str> {
    words.iter().filter(|word| !word.is_in(facts)).map(|word| word.word()).collect()
}

fn status(word: &str) -> Result<Status, String> {
    Status::of(word).ok_or_else(|| format!("it is one of {}", Status::ALL.map(Status::word).join(", ")))
}

fn last_day(text: &str) -> Result<jiff::civil::Date, String> {
    day(text).ok_or_else(|| "it is a day such as 2027-06-30".to_owned())
}
