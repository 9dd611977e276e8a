//! The words of all marks, whose they are and what follows them. One table, so that one search finds them all.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

use super::comment::Comment;
use super::foreign;
use super::region::Region;
use super::{Candidate, MOST_RULES, Mark, Scope};
use crate::span::{Lines, Span};

/// Whose mark it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tool {
    /// Our own.
    Leaklint,
    /// gitleaks and betterleaks.
    Gitleaks,
    /// trufflehog.
    Trufflehog,
    /// kingfisher.
    Kingfisher,
    /// detect-secrets, and ripsecrets, which takes its words.
    DetectSecrets,
    /// secretlint.
    Secretlint,
    /// ggshield.
    Ggshield,
}

impl Tool {
    /// The name that people know it by.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Leaklint => "leaklint",
            Self::Gitleaks => "gitleaks",
            Self::Trufflehog => "trufflehog",
            Self::Kingfisher => "kingfisher",
            Self::DetectSecrets => "detect-secrets",
            Self::Secretlint => "secretlint",
            Self::Ggshield => "ggshield",
        }
    }

    /// Whether `rule`, as this tool's mark names it, is what found the candidate.
    pub(super) fn means(self, rule: &str, candidate: &Candidate<'_>) -> bool {
        rule == candidate.rule_id || (self == Self::Secretlint && foreign::means(rule, candidate))
    }
}

/// What the words say.
#[derive(Clone, Copy)]
pub(super) enum Does {
    Allow,
    NextLine,
    Off,
    On,
}

/// The words of a mark.
pub(super) struct Words {
    pub(super) text: &'static str,
    pub(super) tool: Tool,
    pub(super) does: Does,
}

const fn words(text: &'static str, tool: Tool, does: Does) -> Words {
    Words { text, tool, does }
}

/// Our own first, so that they can be searched alone. Of those that begin alike the longest is found.
static WORDS: [Words; 14] = [
    words("leaklint:allow-next-line", Tool::Leaklint, Does::NextLine),
    words("leaklint:allow", Tool::Leaklint, Does::Allow),
    words("leaklint:off", Tool::Leaklint, Does::Off),
    words("leaklint:on", Tool::Leaklint, Does::On),
    words("gitleaks:allow", Tool::Gitleaks, Does::Allow),
    words("betterleaks:allow", Tool::Gitleaks, Does::Allow),
    words("trufflehog:ignore", Tool::Trufflehog, Does::Allow),
    words("kingfisher:ignore", Tool::Kingfisher, Does::Allow),
    words("pragma:", Tool::DetectSecrets, Does::Allow),
    words("secretlint-disable-next-line", Tool::Secretlint, Does::NextLine),
    words("secretlint-disable-line", Tool::Secretlint, Does::Allow),
    words("secretlint-disable", Tool::Secretlint, Does::Off),
    words("secretlint-enable", Tool::Secretlint, Does::On),
    words("ggignore", Tool::Ggshield, Does::Allow),
];
const OWN: usize = 4;

/// Searches for the words of all marks, or of our own only; a hit's pattern is the number of its words.
pub(super) fn searcher(foreign: bool) -> &'static AhoCorasick {
    static ALL: LazyLock<AhoCorasick> = LazyLock::new(|| build(&WORDS));
    static OURS: LazyLock<AhoCorasick> = LazyLock::new(|| build(&WORDS[..OWN]));
    if foreign { &ALL } else { &OURS }
}

/// Whether a text may hold what begins a region: one literal search for each word, faster than all words at once.
pub(super) fn may_open(text: &[u8], foreign: bool) -> bool {
    let opens = |words: &&Words| matches!(words.does, Does::Off) && (foreign || words.tool == Tool::Leaklint);
    WORDS.iter().filter(opens).any(|words| memchr::memmem::find(text, words.text.as_bytes()).is_some())
}

fn build(words: &[Words]) -> AhoCorasick {
    let texts = words.iter().map(|words| words.text);
    let built = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(texts);
    built.expect("a few short words never exceed the limits")
}

/// The mark whose words of the given number stand at `at`, on line `index`; `None` when they are something else.
pub(super) fn mark_at(lines: &Lines<'_>, index: usize, at: usize, number: usize) -> Option<Mark> {
    let words = &WORDS[number];
    let line = lines.line(index);
    if at + words.text.len() > line.end {
        return None;
    }
    let mark = Mark {
        tool: words.tool,
        words: words.text,
        scope: Scope::Line,
        span: Span::new(at, at + words.text.len()),
        line: index,
        number: lines.position(line.start).line,
        covers: index,
        alone: false,
        rules: Vec::new(),
        reason: None,
        closes: None,
    };
    match words.tool {
        Tool::Leaklint => own(mark, words, line.of(lines.text()), line.start),
        _ => foreign::mark(mark, words, line.of(lines.text()), line.start),
    }
}

fn own(mut mark: Mark, words: &Words, line: &[u8], start: usize) -> Option<Mark> {
    let comment = Comment::around(line, mark.span.start - start)?;
    (mark.rules, mark.reason) = rules_and_reason(&comment.content[words.text.len()..], is_rule_id)?;
    mark.span.end = mark.span.start + comment.content.trim_ascii_end().len();
    mark.alone = comment.alone;
    mark.closes = comment.closes.map(|quote| start + quote);
    mark.scope = match words.does {
        Does::Allow => Scope::Nearest,
        Does::NextLine => {
            mark.covers += 1;
            Scope::Nearest
        }
        // Whether such a line is a comment depends on a value, and a region on none.
        Does::Off | Does::On if mark.closes.is_some() => return None,
        Does::Off => Scope::Region(Region::default()),
        Does::On => Scope::End,
    };
    Some(mark)
}

/// Rule ids and reason in what follows the words of a mark; `None` when it is something else.
pub(super) fn rules_and_reason(
    rest: &[u8],
    is_id: impl Fn(&[u8]) -> bool,
) -> Option<(Vec<String>, Option<String>)> {
    // `leaklint:allowed` and `leaklint:allow-something` are other words.
    if rest.first().is_some_and(|byte| !byte.is_ascii_whitespace()) {
        return None;
    }
    let mut rules = Vec::new();
    let mut rest = rest.trim_ascii();
    while !rest.is_empty() {
        let end = rest.iter().position(|b| b.is_ascii_whitespace() || *b == b',').unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        if word == b"--" {
            return Some((rules, text(after)));
        }
        if word.starts_with(b"#") || word.starts_with(b"//") {
            // Another comment's mark, for another tool.
            break;
        }
        if !is_id(word) || rules.len() == MOST_RULES {
            return None;
        }
        rules.push(String::from_utf8_lossy(word).into_owned());
        let separator = after.iter().take_while(|b| b.is_ascii_whitespace() || **b == b',').count();
        rest = &after[separator..];
    }
    Some((rules, None))
}

/// A reason, if it says anything.
pub(super) fn text(reason: &[u8]) -> Option<String> {
    let reason = String::from_utf8_lossy(reason.trim_ascii()).into_owned();
    Some(reason).filter(|reason| !reason.is_empty())
}

/// kebab-case, as rules are named.
fn is_rule_id(word: &[u8]) -> bool {
    word.first().is_some_and(u8::is_ascii_alphanumeric)
        && word.iter().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || *b == b'-')
}
