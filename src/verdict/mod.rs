//! For one match and one path: kept with a confidence, or dropped for a named reason.

mod assignment;
mod bytes;
mod digest;
mod holding;
pub mod learned;
mod name;
mod near;
mod path;
mod placeholder;
mod plain;
mod position;
pub mod reason;
mod reference;
mod resolve;
mod url;
mod value;
mod vector;
mod words;

use std::sync::Arc;

use crate::catalogue::{Catalogue, RuleIndex};
use crate::detect::{Found, Login, Match, Verified, proof};
use crate::rule::{Confidence, Severity};
use crate::span::Span;

pub use path::{Kind, PathFacts};
pub use plain::Plain;
pub use reason::Reason;
pub use resolve::resolve;

/// A kept match.
#[derive(Clone, Debug)]
pub struct Judged {
    /// The rule that won.
    pub rule: RuleIndex,
    /// The name that the value is given to says whose it is: the rule's service.
    pub own_service: bool,
    /// The value as this kind of file reads it.
    pub value: Span,
    /// The name, for assignments.
    pub name: Option<Span>,
    /// How sure we are.
    pub confidence: Confidence,
    /// What the rule's proof said.
    pub verified: Verified,
    /// Non-secret identifiers.
    pub subject: Vec<String>,
    /// Other rules whose matches overlap this one and lost to it, sorted by index.
    pub also: Vec<RuleIndex>,
    /// What the learned judgement rests on: features and their shares in log-odds, the largest first; empty where
    /// rules alone decided.
    pub why: Vec<(&'static str, f32)>,
    /// When it stops working, where the value says so.
    pub expires: Option<jiff::Timestamp>,
    /// What value and name are, where the text spells them differently.
    pub plain: Option<Arc<Plain>>,
}

impl Judged {
    /// The value's bytes: decoded ones, or those that stand in `text`.
    pub fn bytes<'t>(&'t self, text: &'t [u8]) -> &'t [u8] {
        self.plain.as_ref().map_or(self.value.of(text), |plain| plain.value.expose())
    }

    /// The name's bytes, decoded or as they stand in `text`; empty for none.
    pub fn name_bytes<'t>(&'t self, text: &'t [u8]) -> &'t [u8] {
        match &self.plain {
            Some(plain) => &plain.name,
            None => self.name.map_or(&[], |name| name.of(text)),
        }
    }
}

/// Kept or dropped.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// A credential, as far as can be told.
    Kept(Judged),
    /// None, for this reason.
    Dropped(Reason),
}

/// Judges one match in `text` for one path.
pub fn judge(text: &[u8], m: &Match, path: PathFacts, catalogue: &Catalogue) -> Verdict {
    let rule = catalogue.rule(m.rule);
    let verdict = match m.found {
        Found::Assignment(_) if digest::is_password_hash(m.value.of(text)) => {
            Verdict::Dropped(Reason::Digest)
        }
        Found::Assignment(found) => assignment::judge(text, m, found, path, catalogue),
        Found::Bytes => bytes::judge(text, m, catalogue),
        Found::Generated => near::judge_look(text, m, path, rule.confidence),
        Found::Near(near) => near::judge(text, m, near, path, catalogue),
        Found::Position(found) => position::judge(text, m, found, path, catalogue),
        Found::Url { user, host } => url::judge(text, m, user, host, rule.confidence),
        Found::Whole => holding::judge_whole(text, m, path, rule.confidence),
        Found::Line(account) => holding::judge_line(text, m, account, path, rule.confidence),
        Found::Header if header_placeholder(m, m.value.of(text)) => Verdict::Dropped(Reason::Placeholder),
        Found::Header if reference::is_reference(m.value.of(text)) => Verdict::Dropped(Reason::Reference),
        Found::Token if token_placeholder(m.value.of(text), rule.public_prefix) => {
            Verdict::Dropped(Reason::Placeholder)
        }
        Found::Token | Found::Header => Verdict::Kept(proven(m, rule.confidence)),
    };
    prove(verdict, text, m, catalogue)
}

/// Where the learned judgement decides about `m`: the value's span and what it would look at. For training.
pub fn doubt(
    text: &[u8],
    m: &Match,
    path: PathFacts,
    catalogue: &Catalogue,
) -> Option<(Span, learned::Features)> {
    match m.found {
        Found::Assignment(found) => assignment::doubt(text, m, found, path, catalogue),
        _ => None,
    }
}

/// Severity of a rule's finding at a path: a step lower in tests, examples and documents.
pub fn severity(rule: Severity, path: PathFacts) -> Severity {
    if path.less_severe { rule.lowered() } else { rule }
}

fn proven(m: &Match, confidence: Confidence) -> Judged {
    let confidence = after_proof(m.verified, confidence);
    let (value, name, subject) = (m.value, m.name, m.subject.clone());
    Judged {
        rule: m.rule,
        own_service: false,
        value,
        name,
        confidence,
        verified: m.verified,
        subject,
        expires: m.expires,
        also: Vec::new(),
        why: Vec::new(),
        plain: None,
    }
}

/// A verdict for another rule than the match's own has not seen that rule's proof yet.
fn prove(verdict: Verdict, text: &[u8], m: &Match, catalogue: &Catalogue) -> Verdict {
    let Verdict::Kept(mut judged) = verdict else { return verdict };
    let rule = catalogue.rule(judged.rule);
    if rule.proof.is_some() && judged.rule != m.rule {
        let proof = proof::prove(rule, text, judged.value);
        judged.confidence = after_proof(proof.verified, judged.confidence);
        judged.verified = proof.verified;
        judged.subject.extend(proof.subject);
        judged.expires = proof.expires;
    }
    Verdict::Kept(judged)
}

fn after_proof(verified: Verified, confidence: Confidence) -> Confidence {
    match verified {
        Verified::Failed => confidence.after_failed_proof(),
        Verified::Checksum => Confidence::High,
        Verified::Structure | Verified::None => confidence,
    }
}

fn header_placeholder(m: &Match, value: &[u8]) -> bool {
    if m.verified == Verified::Structure {
        return login_placeholder(value);
    }
    let password = value.rsplit(|&b| b == b':').next().unwrap_or(value);
    placeholder::is_placeholder(password, &[]) || !value.contains(&b':') && value::is_identifier(value)
}

/// An encoded login whose password stands for one. Google's registries take a key in JSON for a password.
fn login_placeholder(value: &[u8]) -> bool {
    Login::decode(value).is_some_and(|login| {
        let password = login.password();
        let stands = || placeholder::is_placeholder(password, &[]) || reference::is_reference(password);
        !password.starts_with(b"{\"") && stands()
    })
}

/// A token whose part after the public prefix is a placeholder as a whole.
fn token_placeholder(value: &[u8], public_prefix: usize) -> bool {
    let body = value.get(public_prefix..).unwrap_or(value);
    value.len() < 512 && placeholder::is_placeholder(body, &[])
}
