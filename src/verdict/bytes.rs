//! The verdict on a value written as numbers: only its name says what it is, and what stands around may say that it is
//! one of the inputs and outputs that a test of a cipher compares.

use crate::catalogue::Catalogue;
use crate::detect::Match;
use crate::rule::{Confidence, Shape};

use super::name::{Says, says};
use super::{Judged, Reason, Verdict, proven, vector};

/// Words of names whose values are compared or given to anybody.
const OPEN: [&str; 22] = [
    "expected",
    "expect",
    "want",
    "plaintext",
    "plain",
    "ciphertext",
    "digest",
    "hash",
    "public",
    "iv",
    "nonce",
    "mac",
    "tag",
    "signature",
    "sig",
    "output",
    "out",
    "result",
    "wrong",
    "invalid",
    "table",
    "id",
];

/// Judges the match `m` in `text`.
pub(super) fn judge(text: &[u8], m: &Match, catalogue: &Catalogue) -> Verdict {
    let Some(name) = m.name else { return Verdict::Dropped(Reason::NoName) };
    let (said, words) = says(name.of(text));
    let open = |word: &String| OPEN.contains(&word.as_str()) || word.starts_with("pub");
    // `tokens`, `keys`: a list of things, not the bytes of one.
    let several = words.last().is_some_and(|word| word.ends_with('s') && !word.ends_with("ss"));
    if said == Says::Nothing || words.iter().any(open) || several {
        return Verdict::Dropped(Reason::NameSaysOtherwise);
    }
    let shape = if said == Says::Password { Shape::PasswordAssignment } else { Shape::SecretAssignment };
    let Some(rule) = catalogue.shape(shape) else { return Verdict::Dropped(Reason::RuleOff) };
    if vector::stands_in_test(text, name, m.value) {
        return Verdict::Dropped(Reason::TestVector);
    }
    Verdict::Kept(Judged { rule, ..proven(m, Confidence::Medium) })
}
