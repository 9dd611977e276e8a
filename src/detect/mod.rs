//! Bytes and tables in, matches out. Knows no path and decides nothing: what is found here is a superset of what any
//! kind of file would give a meaning to.

mod account;
mod assignment;
mod bytes;
mod command;
mod connection;
mod cookie;
mod entropy;
mod fallback;
mod function;
mod header;
mod insert;
mod jwk;
mod jwt;
mod login;
pub mod near;
mod operator;
mod pem;
mod pipe;
mod position;
pub(crate) mod proof;
mod prose;
mod record;
mod registry;
mod scanner;
mod several;
mod shell;
mod sql;
mod token;
mod tool;
mod url;
mod words;

#[cfg(test)]
mod tests;

use jiff::Timestamp;

use crate::catalogue::{Catalogue, Role, RuleIndex, Sights};
use crate::rule::{Rule, Shape};
use crate::runs::Run;
use crate::span::Span;

pub use account::Account;
pub use login::Login;

use proof::Proof;

/// Longest value in bytes that any detector looks at.
pub const LONGEST_VALUE: usize = 16 * 1024;

/// Most matches taken from one window; the rest is counted as a problem.
pub const MOST_MATCHES: usize = 100_000;

/// Longest file in bytes that may be a secret as a whole.
const LONGEST_FILE: usize = 4096;

/// Shortest such secret in bytes.
const SHORTEST_WHOLE: usize = 6;

/// What an offline proof said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verified {
    /// A check digit or checksum holds.
    Checksum,
    /// It parses as what it claims to be.
    Structure,
    /// No proof exists for this rule.
    None,
    /// A proof exists and failed.
    Failed,
}

impl Verified {
    /// The word used in every report; a failed proof proves nothing.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Checksum => "checksum",
            Self::Structure => "structure",
            Self::None | Self::Failed => "none",
        }
    }
}

/// What stands between a name and its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `=`, `:=`, `?=`, `+=`.
    Equals,
    /// `:`.
    Colon,
    /// `=>`, `->`, `<-`.
    Arrow,
    /// `==`, `!=`, `===`.
    Compare,
    /// `"name", "value"`.
    Comma,
    /// `name("value")`.
    Call,
    /// `<name>value</name>`.
    Element,
    /// `--name value`, `name value`.
    Space,
    /// `name: NAME` followed by `value: VALUE`.
    Pair,
    /// `${NAME:-value}`, `NAME || "value"`, `get("NAME", "value")`.
    Fallback,
    /// A command that stores the value under the name.
    Command,
}

/// How a value is quoted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quote {
    /// Not at all.
    None,
    /// `'…'`, `"…"`, `` `…` ``, and the tripled forms.
    Quoted,
    /// The string is broken off at the end of the line.
    Open,
}

/// How a value was given to its name.
#[derive(Clone, Copy, Debug)]
pub struct Assignment {
    /// What stands between them.
    pub operator: Operator,
    /// How the value is quoted.
    pub quote: Quote,
    /// For an unquoted value: everything up to the end of the line, without a trailing comment.
    pub line: Span,
}

/// How a match came about, as far as the verdict needs to know.
#[derive(Clone, Copy, Debug)]
pub enum Found {
    /// A pattern rule's token, or a block that names itself.
    Token,
    /// A value given to a name.
    Assignment(Assignment),
    /// Numbers of bytes given to a name.
    Bytes,
    /// A value in a place that only a password or a token takes; the match's name is the command, function or keyword.
    Position(Assignment),
    /// The password (or a token in its place) of a URL; the user's name and the host.
    Url {
        /// The user's name, possibly empty.
        user: Span,
        /// Host and port.
        host: Span,
    },
    /// Credentials of an authorization header or a command line.
    Header,
    /// The one word that a small file consists of.
    Whole,
    /// The password on a line of a file that consists of accounts.
    Line(Account),
    /// A value near a service's name.
    Near(near::Near),
    /// Only the look of the value.
    Generated,
}

/// A rule and byte offsets in a text; no path, no decision.
#[derive(Clone, Debug)]
pub struct Match {
    /// Which rule.
    pub rule: RuleIndex,
    /// The value.
    pub value: Span,
    /// The name that makes it one, for assignments.
    pub name: Option<Span>,
    /// How it came about.
    pub found: Found,
    /// What the rule's proof said.
    pub verified: Verified,
    /// Non-secret identifiers found with it: user and host of a URL, JWT issuer …
    pub subject: Vec<String>,
    /// When it stops working, where the value says so; whether that is past is for those who know the time.
    pub expires: Option<Timestamp>,
}

impl Match {
    /// Adds what the proof that `rule` names says.
    fn prove(&mut self, rule: &Rule, text: &[u8]) {
        if rule.proof.is_some() {
            let Proof { verified, subject, expires } = proof::prove(rule, text, self.value);
            self.verified = verified;
            self.subject.extend(subject);
            self.expires = expires;
        }
    }
}

/// Which detectors run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tiers {
    /// Tokens, assignments and values near services' names.
    All,
    /// All, and values that only look generated.
    Everything,
    /// Tokens only, as in binary files.
    Tokens,
}

/// Rules of the detectors that are code, looked up once.
struct Shapes {
    password: Option<RuleIndex>,
    secret: Option<RuleIndex>,
    url: Option<RuleIndex>,
    key: Option<RuleIndex>,
    encrypted_key: Option<RuleIndex>,
    jwt: Option<RuleIndex>,
    jwk: Option<RuleIndex>,
    registry: Option<RuleIndex>,
    basic: Option<RuleIndex>,
    bearer: Option<RuleIndex>,
    entropy: Option<RuleIndex>,
}

/// Finds all matches in `text`, sorted by place and rule. Each byte of it is looked at a bounded number of times. `runs`
/// are its runs.
pub fn detect(text: &[u8], runs: &[Run], catalogue: &Catalogue, tiers: Tiers) -> Vec<Match> {
    search(text, runs, catalogue, tiers, |visit| catalogue.gate().visit(text, runs, visit))
}

/// The same where the gate's `sights` of `text` are known.
pub fn detect_seen(text: &[u8], sights: &Sights, catalogue: &Catalogue, tiers: Tiers) -> Vec<Match> {
    search(text, sights.runs(), catalogue, tiers, |visit| catalogue.gate().tell(sights, visit))
}

fn search(
    text: &[u8],
    runs: &[Run],
    catalogue: &Catalogue,
    tiers: Tiers,
    gate: impl FnOnce(&mut dyn FnMut(Role, usize, usize)),
) -> Vec<Match> {
    let shapes = Shapes::of(catalogue);
    let mut out = Vec::new();
    let mut tokens = token::Tokens::new(catalogue);
    let mut names = assignment::Names::default();
    let mut web_tokens = jwt::Tokens::default();
    let mut web_keys = jwk::Keys::default();
    let mut commands = command::Commands::default();
    let mut cookies = cookie::Cookies::default();
    let mut positions = position::Positions::default();
    gate(&mut |role, start, end| {
        if out.len() >= MOST_MATCHES {
            return;
        }
        let hit = Span::new(start, end);
        match role {
            Role::Keyword(rule) => tokens.at(text, rule, hit, &mut out),
            Role::Pem => pem::at(text, hit, &shapes, &mut out),
            Role::Jwt => web_tokens.at(text, hit, &shapes, &mut out),
            Role::Jwk => web_keys.at(text, hit, &shapes, &mut out),
            Role::Url => url::at(text, hit, &shapes, &mut out),
            _ if tiers == Tiers::Tokens => {}
            Role::Name => names.at(text, hit, &shapes, &mut out),
            Role::Registry => registry::at(text, hit, &shapes, &mut out),
            Role::Cookie => cookies.at(text, hit, &shapes, &mut out),
            Role::Command => {
                header::at(text, hit, &shapes, &mut out);
                commands.at(text, hit, &shapes, &mut out);
            }
            Role::Place(place) => positions.at(text, place, hit, &shapes, &mut out),
        }
    });
    if out.is_empty() && tiers != Tiers::Tokens {
        out.extend(whole(text, &shapes));
    }
    if tiers != Tiers::Tokens {
        account::lines(text, &shapes, &mut out);
        near::find(text, runs, catalogue, &mut out);
    }
    if let Some(rule) = shapes.entropy.filter(|_| tiers == Tiers::Everything) {
        entropy::find(text, runs, rule, &mut out);
    }
    out.sort_by_key(|m| (m.value, m.rule, m.name));
    out.dedup_by_key(|m| (m.value, m.rule, m.name));
    out.iter_mut().for_each(|found| found.prove(catalogue.rule(found.rule), text));
    out
}

/// A text of one word may be the file that a secret is kept in; its path decides.
fn whole(text: &[u8], shapes: &Shapes) -> Option<Match> {
    let word = text.get(..LONGEST_FILE + 1).unwrap_or(text).trim_ascii();
    let start = text.len() - text.trim_ascii_start().len();
    let plain = word.iter().all(|b| b.is_ascii_graphic());
    let fits = plain && word.len() >= SHORTEST_WHOLE && text.len() <= LONGEST_FILE;
    let rule = shapes.assignment().filter(|_| fits)?;
    Some(token::plain(rule, Span::new(start, start + word.len()), Found::Whole))
}

impl Shapes {
    fn of(catalogue: &Catalogue) -> Self {
        Self {
            password: catalogue.shape(Shape::PasswordAssignment),
            secret: catalogue.shape(Shape::SecretAssignment),
            url: catalogue.shape(Shape::UrlCredentials),
            key: catalogue.shape(Shape::PrivateKey),
            encrypted_key: catalogue.shape(Shape::EncryptedPrivateKey),
            jwt: catalogue.shape(Shape::Jwt),
            jwk: catalogue.shape(Shape::Jwk),
            registry: catalogue.shape(Shape::RegistryAuth),
            basic: catalogue.shape(Shape::BasicAuth),
            bearer: catalogue.shape(Shape::BearerAuth),
            entropy: catalogue.shape(Shape::Entropy),
        }
    }

    /// The rule that stands for any assignment before the verdict knows what its name says.
    fn assignment(&self) -> Option<RuleIndex> {
        self.secret.or(self.password)
    }
}
