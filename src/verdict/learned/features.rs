//! What the learned judgement looks at: a few dozen facts about one assignment, each of which has a name that a person
//! understands.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use crate::detect::{Assignment, Operator, Quote};
use crate::span::Span;

use super::super::name::Says;
use super::super::path::{Kind, PathFacts};
use super::super::value::{Makeup, is_hex, is_identifier, is_uuid, looks_generated};
use super::language::Language;
use crate::entropy::shannon;

/// Number of features.
pub const COUNT: usize = NAMES.len();

/// Names of the features, in order. Shares are 0 to 1, yes is 1 and no is 0.
pub const NAMES: [&str; 64] = [
    "name-says",
    "name-words",
    "name-capitals",
    "name-of-a-test",
    "name-surprise",
    "name-only-key",
    "name-after-dot",
    "name-quoted",
    "name-plural",
    "value-repeats-name",
    "value-says-secret",
    "length",
    "letters",
    "digits",
    "capitals",
    "special",
    "classes",
    "changes",
    "entropy",
    "hex",
    "hash-length",
    "uuid",
    "only-lower",
    "only-upper",
    "one-capital-first",
    "separators",
    "ends-in-digit",
    "begins-with-digit",
    "blanks",
    "padded-base64",
    "generated",
    "identifier",
    "known-words",
    "surprise",
    "worst-surprise",
    "words",
    "longest-word",
    "ordinary-words",
    "equals",
    "colon",
    "compare",
    "comma",
    "call",
    "element",
    "space",
    "fallback",
    "quoted",
    "code",
    "shell",
    "env",
    "yaml",
    "json",
    "ini",
    "markup",
    "document",
    "test-path",
    "translation",
    "user-near",
    "comment",
    "line-length",
    "same-name-near",
    "strings-on-line",
    "line-goes-on",
    "in-braces",
];

/// The features of one assignment.
pub type Features = [f32; COUNT];

/// What the features are read from.
pub(in crate::verdict) struct Facts<'t> {
    pub(in crate::verdict) text: &'t [u8],
    pub(in crate::verdict) name: Span,
    pub(in crate::verdict) value: Span,
    pub(in crate::verdict) found: Assignment,
    pub(in crate::verdict) said: Says,
    pub(in crate::verdict) words: &'t [String],
    pub(in crate::verdict) path: PathFacts,
}

/// Most bytes of a value that are looked at: many names may be given parts of one long text.
const LONGEST_VALUE: usize = 256;

/// Bytes around an assignment that count as near.
const NEAR: usize = 160;

/// Reads the features.
pub(in crate::verdict) fn features(facts: &Facts<'_>) -> Features {
    let mut out = Vec::with_capacity(COUNT);
    name_features(facts, &mut out);
    let value = facts.value.of(facts.text);
    let value = &value[..value.len().min(LONGEST_VALUE)];
    value_features(value, &mut out);
    language_features(value, &mut out);
    place_features(facts, &mut out);
    neighbour_features(facts, &mut out);
    let mut features = [0.0; COUNT];
    features.copy_from_slice(&out);
    features
}

fn yes(fact: bool) -> f32 {
    if fact { 1.0 } else { 0.0 }
}

const TESTS: [&str; 17] = [
    "test", "tests", "fake", "mock", "dummy", "example", "sample", "invalid", "wrong", "bad", "stub",
    "expected", "demo", "default", "other", "unknown", "template",
];

const TELLING: [&str; 9] =
    ["pass", "password", "passwd", "pwd", "secret", "token", "key", "credential", "auth"];

fn name_features(facts: &Facts<'_>, out: &mut Vec<f32>) {
    let name = facts.name.of(facts.text);
    let value = facts.value.of(facts.text);
    let value = super::super::words::split(&value[..value.len().min(LONGEST_VALUE)]);
    let said = match facts.said {
        Says::Nothing => 0.0,
        Says::Perhaps => 1.0,
        Says::Issued => 2.0,
        Says::Secret => 3.0,
        Says::Password => 4.0,
    };
    let before = facts.text[..facts.name.start].last();
    let after = facts.text.get(facts.name.end);
    let quote = |byte: Option<&u8>| byte.is_some_and(|b| matches!(b, b'"' | b'\'' | b'`'));
    let upper = name.iter().any(u8::is_ascii_uppercase) && !name.iter().any(u8::is_ascii_lowercase);
    let has = |words: &[&str]| facts.words.iter().any(|word| words.contains(&word.as_str()));
    let shared = value.iter().filter(|word| word.len() > 2 && facts.words.contains(word)).count();
    let telling = value.iter().any(|word| TELLING.iter().any(|t| word.contains(t)));
    let plural = facts
        .words
        .last()
        .is_some_and(|word| matches!(word.as_str(), "keys" | "tokens" | "secrets" | "passwords"));
    out.extend([
        said,
        facts.words.len() as f32,
        yes(upper),
        yes(has(&TESTS)),
        Language::of(name).surprise,
        yes(facts.words.len() == 1 && facts.words[0] == "key"),
        yes(before == Some(&b'.') || name.contains(&b'.')),
        yes(quote(before) && quote(after)),
        yes(plural),
        yes(shared > 0),
        yes(telling),
    ]);
}

fn value_features(value: &[u8], out: &mut Vec<f32>) {
    let makeup = Makeup::of(value);
    let length = makeup.length.max(1) as f32;
    let letters = makeup.lower + makeup.upper;
    let separators = value.iter().filter(|b| b"_-.:/".contains(b)).count();
    out.extend([
        makeup.length.min(100) as f32,
        letters as f32 / length,
        makeup.digits as f32 / length,
        makeup.upper as f32 / length,
        makeup.special as f32 / length,
        makeup.classes() as f32,
        makeup.changes as f32 / length,
        shannon(value) as f32,
        yes(is_hex(value)),
        yes(is_hex(value) && matches!(value.len(), 32 | 40 | 64)),
        yes(is_uuid(value)),
        yes(letters > 0 && makeup.upper == 0),
        yes(letters > 0 && makeup.lower == 0),
        yes(makeup.upper == 1 && value[0].is_ascii_uppercase()),
        separators as f32,
        yes(value.last().is_some_and(u8::is_ascii_digit)),
        yes(value.first().is_some_and(u8::is_ascii_digit)),
        makeup.spaces as f32,
        yes(value.ends_with(b"=")),
        yes(looks_generated(value)),
        yes(is_identifier(value)),
    ]);
}

fn language_features(value: &[u8], out: &mut Vec<f32>) {
    let language = Language::of(value);
    let words = super::super::words::split(value);
    let ordinary = words.iter().filter(|word| super::super::placeholder::is_ordinary(word)).count();
    out.extend([
        language.known,
        language.surprise,
        language.worst,
        language.words as f32,
        language.longest as f32,
        ordinary as f32 / words.len().max(1) as f32,
    ]);
}

fn place_features(facts: &Facts<'_>, out: &mut Vec<f32>) {
    let Assignment { operator, quote, .. } = facts.found;
    let kind = |kind| yes(facts.path.kind == kind);
    out.extend([
        yes(matches!(operator, Operator::Equals)),
        yes(matches!(operator, Operator::Colon | Operator::Pair)),
        yes(operator == Operator::Compare),
        yes(operator == Operator::Comma),
        yes(operator == Operator::Call),
        yes(operator == Operator::Element),
        yes(matches!(operator, Operator::Space | Operator::Command)),
        yes(operator == Operator::Fallback),
        yes(quote != Quote::None),
        kind(Kind::Code),
        kind(Kind::Shell),
        kind(Kind::Env),
        kind(Kind::Yaml),
        kind(Kind::Json),
        kind(Kind::Ini),
        kind(Kind::Markup),
        kind(Kind::Doc),
        yes(facts.path.less_severe),
        yes(facts.path.translation),
    ]);
}

/// Words near a credential that say who signs in, and where.
static USERS: LazyLock<AhoCorasick> = LazyLock::new(|| {
    let words = ["user", "login", "email", "host", "client_id", "clientid", "account", "://"];
    AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .build(words)
        .expect("eight short literals, compiled by a test")
});

fn neighbour_features(facts: &Facts<'_>, out: &mut Vec<f32>) {
    let text = facts.text;
    let whole = facts.name.join(facts.value);
    let before = &text[whole.start.saturating_sub(NEAR)..whole.start];
    let after = &text[whole.end..text.len().min(whole.end + NEAR)];
    let same = |name: &[u8]| {
        let windows = |part: &[u8]| part.windows(name.len()).any(|window| window.eq_ignore_ascii_case(name));
        windows(before) || windows(after)
    };
    let line_start = memchr::memrchr(b'\n', before)
        .map_or(whole.start - before.len(), |at| whole.start - before.len() + at + 1);
    let line_end = whole.end + memchr::memchr(b'\n', after).unwrap_or(after.len());
    let line = &text[line_start..line_end];
    let lead = line.trim_ascii_start();
    let comment = [&b"#"[..], b"//", b"*", b"--", b";", b"<!--"].iter().any(|mark| lead.starts_with(mark));
    let name = facts.name.of(text);
    let quotes = line.iter().filter(|b| matches!(b, b'"' | b'\'' | b'`')).count();
    out.extend([
        yes(USERS.is_match(before) || USERS.is_match(after)),
        yes(comment),
        line.len() as f32,
        yes(name.len() > 2 && same(name)),
        (quotes / 2).min(20) as f32,
        yes(facts.found.quote == Quote::None && facts.found.line.len() > facts.value.len()),
        yes(lead.starts_with(b"{") || before.contains(&b'{')),
    ]);
}
