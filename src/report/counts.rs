//! What a run counted. Apart from the report because a run that goes on from another adds up both.

use std::collections::BTreeMap;

use crate::verdict::Reason;

/// Counts for the summary.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Blobs scanned.
    pub files: u64,
    /// Bytes scanned.
    pub bytes: u64,
    /// Matches dropped, by reason.
    pub dropped: BTreeMap<&'static str, u64>,
    /// Findings below the confidence threshold.
    pub below_confidence: u64,
    /// Findings below the severity threshold.
    pub below_severity: u64,
    /// Findings suppressed by an allow mark.
    pub allowed: u64,
    /// Findings that an allow entry of the configuration suppresses.
    pub allowed_by_configuration: u64,
    /// Findings that the baseline knows.
    pub baselined: u64,
    /// Findings of a changed blob that the change did not add.
    pub not_added: u64,
}

/// Words of the fields of [`Counts`], in their order.
const FIELDS: [&str; 8] = [
    "files",
    "bytes",
    "below-confidence",
    "below-severity",
    "allowed",
    "allowed-by-configuration",
    "baselined",
    "not-added",
];

/// Stands before the word of a reason.
const DROPPED: &str = "dropped ";

impl Counts {
    /// Adds other counts.
    pub fn add(&mut self, more: Self) {
        for (own, more) in self.numbers().into_iter().zip(more.clone().numbers()) {
            *own += *more;
        }
        more.dropped
            .into_iter()
            .for_each(|(reason, count)| *self.dropped.entry(reason).or_default() += count);
    }

    /// All but what was dropped, in the order of the fields.
    fn numbers(&mut self) -> [&mut u64; 8] {
        let Self {
            files,
            bytes,
            dropped: _,
            below_confidence,
            below_severity,
            allowed,
            allowed_by_configuration,
            baselined,
            not_added,
        } = self;
        [
            files,
            bytes,
            below_confidence,
            below_severity,
            allowed,
            allowed_by_configuration,
            baselined,
            not_added,
        ]
    }

    /// By words: those of fields, and those of reasons behind their prefix; what is zero is left out.
    pub fn by_word(&self) -> BTreeMap<String, u64> {
        let mut copy = self.clone();
        let fields = FIELDS.into_iter().map(str::to_owned).zip(copy.numbers().map(|number| *number));
        let dropped = self.dropped.iter().map(|(reason, count)| (format!("{DROPPED}{reason}"), *count));
        fields.chain(dropped).filter(|(_, count)| *count > 0).collect()
    }

    /// What [`Counts::by_word`] gave; `None` when it is not that.
    pub fn from_words(words: &BTreeMap<String, u64>) -> Option<Self> {
        let mut counts = Self::default();
        for (word, count) in words {
            match word.strip_prefix(DROPPED) {
                Some(reason) => {
                    let reason = Reason::ALL.into_iter().find(|known| known.word() == reason)?;
                    counts.dropped.insert(reason.word(), *count);
                }
                None => {
                    let at = FIELDS.iter().position(|field| field == word)?;
                    *counts.numbers()[at] = *count;
                }
            }
        }
        Some(counts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_say_what_was_counted_and_nothing_else() {
        let mut counts = Counts::default();
        for (number, count) in (1..).zip(counts.numbers()) {
            *count = number;
        }
        counts.dropped.insert(Reason::Placeholder.word(), 9);
        let words = counts.by_word();
        assert_eq!((words.len(), words["files"], words["not-added"]), (9, 1, 8));
        assert_eq!(Counts::from_words(&words), Some(counts.clone()));
        counts.add(counts.clone());
        assert_eq!((counts.bytes, counts.dropped[Reason::Placeholder.word()]), (4, 18));
        assert!(Counts::default().by_word().is_empty());
        for other in ["other", "dropped other", ""] {
            assert_eq!(Counts::from_words(&BTreeMap::from([(other.to_owned(), 1)])), None);
        }
    }
}
