//! The cheap test that says where any rule could match: one pass of an Aho-Corasick automaton over the blob for the
//! rules' keywords and for the few literals that the detectors written in code start from.

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use crate::rule::{Detector, Rule};

use super::RuleIndex;

/// What a literal that was seen is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A keyword of this pattern rule.
    Keyword(RuleIndex),
    /// Part of a name that may say secret.
    Name,
    /// `://`, the middle of a URL.
    Url,
    /// `-----BEGIN`, the start of a PEM or armoured block.
    Pem,
    /// `eyJ`, the base64 of `{"`: the start of a JSON web token.
    Jwt,
    /// A word of an authorization header or a command that takes credentials.
    Command,
}

/// Parts of names that say secret, in lower case; any case matches. Short ones cost more hits than they find alone, so
/// `key` stands here only because too many keys are called nothing else.
const NAME_PARTS: &[&str] = &[
    "pass", "pwd", "secret", "token", "key", "cred", "auth", "psk", "dsn", "salt", "cookie", "session",
    "otp", "sig", "kennwort", "senha", "clave", "contrase", "parola", "haslo", "geheim", "mot_de_", "mdp",
    "pw", "webhook", "conn",
];

/// Words that lead a value without naming it: authorization schemes and commands.
const COMMANDS: &[&str] = &["bearer ", "basic ", "curl", "env add", "put-parameter", "wget", "http "];

/// Where any rule could match.
pub struct Gate {
    automaton: AhoCorasick,
    roles: Vec<(Role, Option<Box<[u8]>>)>,
}

impl Gate {
    /// The gate for these rules.
    pub fn new(rules: &[Rule]) -> Self {
        let mut literals: Vec<Vec<u8>> = Vec::new();
        let mut roles = Vec::new();
        let mut add = |literal: &str, role, exact: bool| {
            literals.push(literal.as_bytes().to_vec());
            roles.push((role, exact.then(|| literal.as_bytes().into())));
        };
        NAME_PARTS.iter().for_each(|part| add(part, Role::Name, false));
        COMMANDS.iter().for_each(|word| add(word, Role::Command, false));
        add("://", Role::Url, true);
        add("-----BEGIN", Role::Pem, true);
        add("eyJ", Role::Jwt, true);
        for (index, rule) in rules.iter().enumerate() {
            if let Detector::Pattern { keywords, .. } = &rule.detector {
                keywords.iter().for_each(|keyword| add(keyword, Role::Keyword(index), true));
            }
        }
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .kind(Some(AhoCorasickKind::DFA))
            .ascii_case_insensitive(true)
            .build(&literals)
            .expect("a few thousand short literals stay far below the automaton's limits");
        Self { automaton, roles }
    }

    /// Calls `visit` with role, start and end (byte offsets) of every literal in `text`, in order of their ends.
    pub fn visit(&self, text: &[u8], mut visit: impl FnMut(Role, usize, usize)) {
        for hit in self.automaton.find_overlapping_iter(text) {
            let (role, exact) = &self.roles[hit.pattern().as_usize()];
            if exact.as_ref().is_none_or(|literal| **literal == text[hit.start()..hit.end()]) {
                visit(*role, hit.start(), hit.end());
            }
        }
    }
}
