//! The verdict on a value written as numbers: only its name says what it is, and what stands around may say that it is
//! one of the inputs and outputs that a test of a cipher compares.

use crate::catalogue::Catalogue;
use crate::detect::Match;
use crate::rule::{Confidence, Shape};

use super::name::{Says, says};
use super::{Judged, Reason, Verdict, proven};

/// How far in bytes the other values of a test may stand.
const NEAR: usize = 1024;

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

/// Words that stand beside the inputs and outputs of a cipher and beside no key in use.
const VECTORS: [&[u8]; 6] =
    [b"plaintext", b"ciphertext", b"expected", b"test vector", b"testvector", b"digest"];

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
    let before = &text[name.start.saturating_sub(NEAR)..name.start];
    let after = &text[m.value.end..text.len().min(m.value.end + NEAR)];
    if [before, after].iter().any(|part| VECTORS.iter().any(|word| holds(part, word))) {
        return Verdict::Dropped(Reason::TestVector);
    }
    Verdict::Kept(Judged { rule, ..proven(m, Confidence::Medium) })
}

/// True when `word`, in lower case, stands in `text` in any case.
fn holds(text: &[u8], word: &[u8]) -> bool {
    text.windows(word.len()).any(|window| window.eq_ignore_ascii_case(word))
}
