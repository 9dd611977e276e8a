//! The cheap test that says where any rule could match: one pass over the blob for the rules' keywords and for the few
//! literals that the detectors written in code start from.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::kin::Copied;
use crate::rule::{Detector, Opening, Rule};
use crate::runs::{self, Again, Run};

use super::functions::{FUNCTIONS, NAMING};
use super::keywords::{self, Hit, Hits, Keyword, Keywords};
use super::tools::TOOLS;
use super::{Place, RuleIndex};

/// What a literal that was seen is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A keyword of this pattern rule.
    Keyword(RuleIndex),
    /// Part of a name that may say secret.
    Name,
    /// `auth`, as registries' clients call a login that they keep encoded.
    Registry,
    /// `cookie`, in any case.
    Cookie,
    /// `://`, the middle of a URL.
    Url,
    /// `-----BEGIN`, the start of a PEM or armoured block.
    Pem,
    /// `eyJ`, the base64 of `{"`: the start of a JSON web token.
    Jwt,
    /// A member of a JSON Web Key.
    Jwk,
    /// A word of an authorization header or a command that takes credentials.
    Command,
    /// A place that only a password or a token takes.
    Place(Place),
}

/// Parts of names that say secret, in lower case; any case matches. Short ones cost more hits than they find alone, so
/// `key` stands here only because too many keys are called nothing else.
const NAME_PARTS: &[&str] = &[
    "pass",
    "pwd",
    "secret",
    "token",
    "key",
    "cred",
    "auth",
    "psk",
    "dsn",
    "salt",
    "cookie",
    "session",
    "otp",
    "sig",
    "kennwort",
    "wachtwoord",
    "lösenord",
    "losenord",
    "adgangskode",
    "salasana",
    "heslo",
    "hasło",
    "jelszó",
    "lozinka",
    "sifre",
    "şifre",
    "motdepasse",
    "парол",
    "Парол",
    "ПАРОЛ",
    "密码",
    "密碼",
    "口令",
    "パスワード",
    "비밀번호",
    "senha",
    "clave",
    "contrase",
    "parola",
    "haslo",
    "geheim",
    "mot_de_",
    "mdp",
    "pw",
    "webhook",
    "conn",
    "access_id",
    "access-id",
    "accessid",
];

/// Words that lead a value without naming it: authorization schemes and commands.
const COMMANDS: &[&str] =
    &["bearer ", "basic ", "curl", "env add", "put-parameter", "wget", "http ", "https -"];

/// Clauses of SQL.
const SQL: &[&str] = &["identified by", "identified with", "set password for"];

/// Statements of SQL about tables.
const ROWS: &[&str] = &["create table", "insert into", "from stdin"];

/// Commands that read a password from their input, and answers to prompts.
const INPUTS: &[&str] = &[
    "sudo -s",
    "chpasswd",
    "password-stdin",
    "password_stdin",
    "passwd --stdin",
    "--with-token",
    "vncpasswd",
    "cryptsetup",
    "kinit ",
    "smbpasswd",
    "convertto-securestring",
    "send \"",
    "send -- \"",
    "sendline(",
];

/// Where any rule could match.
pub struct Gate {
    /// What may stand anywhere.
    words: Literals,
    /// What only stands in runs: a few bytes of a text. As many as there are services.
    tokens: Literals,
}

/// What the gate saw in a text. Apart from what it is good for, so that it can be moved.
pub struct Sights {
    runs: Vec<Run>,
    words: Vec<Hit>,
    tokens: Vec<Hit>,
}

impl Sights {
    /// The text's runs.
    pub fn runs(&self) -> &[Run] {
        &self.runs
    }

    /// The memory that it takes, in bytes.
    pub fn bytes(&self) -> usize {
        size_of_val(&*self.runs) + size_of_val(&*self.words) + size_of_val(&*self.tokens)
    }
}

/// Literals with what each is good for.
struct Literals {
    keywords: Keywords,
    roles: Vec<Role>,
}

impl Gate {
    /// The gate for these rules.
    pub fn new(rules: &[Rule]) -> Self {
        let (mut words, mut tokens) = (Builder::default(), Builder::default());
        words.add(NAME_PARTS, Role::Name, false);
        words.add(COMMANDS, Role::Command, false);
        TOOLS.iter().for_each(|tool| words.add(tool.names, Role::Place(Place::Tool), false));
        words.add(SQL, Role::Place(Place::Sql), false);
        words.add(ROWS, Role::Place(Place::Rows), false);
        words.add(&function_names(), Role::Place(Place::Function), false);
        words.add(INPUTS, Role::Place(Place::Input), false);
        words.add(&["auth"], Role::Registry, true);
        words.add(&["cookie"], Role::Cookie, false);
        words.add(&["://"], Role::Url, true);
        words.add(&["-----BEGIN"], Role::Pem, true);
        words.add(&["kty", "crv", "AQAB"], Role::Jwk, true);
        tokens.add(&["eyJ"], Role::Jwt, true);
        for (index, rule) in rules.iter().enumerate() {
            if let Detector::Pattern { keywords, opening, .. } = &rule.detector {
                let builder = if *opening == Opening::Run { &mut tokens } else { &mut words };
                keywords.iter().for_each(|keyword| builder.add(&[keyword], Role::Keyword(index), true));
            }
        }
        Self { words: words.literals(), tokens: tokens.literals() }
    }

    /// What it sees in `text`, to be told more than once; `None` when that is too much to be kept.
    pub fn sights(&self, text: &[u8]) -> Option<Sights> {
        let (runs, mut words, mut tokens) = (runs::all(text), Hits::of(text), Hits::of(text));
        self.words.keywords.visit(text, 0..text.len(), |hit| words.add(hit));
        runs.iter().for_each(|run| self.tokens.inside(text, run, &mut tokens));
        Some(Sights { runs, words: words.all()?, tokens: tokens.all()? })
    }

    /// The same of a `text` of which `copies` were taken over from one where it saw `base`. Only the rest is looked at.
    pub fn sights_again(&self, text: &[u8], copies: &[Copied], base: &Sights) -> Option<Sights> {
        let (mut words, mut tokens) = (Hits::of(text), Hits::of(text));
        self.words.keywords.again(text, copies, &base.words, &mut words);
        let mut runs = Vec::with_capacity(base.runs.len());
        runs::again(text, copies, &base.runs, |run, again| {
            match again {
                Again::New => self.tokens.inside(text, &run, &mut tokens),
                Again::Copied(copied, known) => {
                    let known = keywords::within(&base.tokens, known.span.start, known.span.end);
                    known.for_each(|hit| tokens.add(hit.moved(copied)));
                }
            }
            runs.push(run);
        });
        let mut words = words.all()?;
        // Where one stretch goes over into the next, they may stand in one another.
        words.sort();
        Some(Sights { runs, words, tokens: tokens.all()? })
    }

    /// Calls `visit` as [`Gate::visit`] does, with what was seen.
    pub fn tell(&self, sights: &Sights, mut visit: impl FnMut(Role, usize, usize)) {
        let mut tell = |literals: &Literals, hits: &[Hit]| {
            hits.iter().for_each(|hit| visit(literals.roles[hit.keyword], hit.start, hit.end));
        };
        tell(&self.words, &sights.words);
        tell(&self.tokens, &sights.tokens);
    }

    /// Calls `visit` with role, start and end (byte offsets) of every literal in `text`, whose runs are `runs`; those of
    /// one role in the order of their ends.
    pub fn visit(&self, text: &[u8], runs: &[Run], mut visit: impl FnMut(Role, usize, usize)) {
        self.words.visit(text, 0..text.len(), &mut visit);
        for run in runs {
            self.tokens.visit(text, run.span.start..run.span.end, &mut visit);
        }
    }
}

/// Literals as they are collected.
#[derive(Default)]
struct Builder<'n> {
    keywords: Vec<Keyword<'n>>,
    roles: Vec<Role>,
}

impl<'n> Builder<'n> {
    fn add<'l: 'n>(&mut self, literals: &[&'l str], role: Role, exact: bool) {
        self.keywords.extend(literals.iter().map(|literal| Keyword { bytes: literal.as_bytes(), exact }));
        self.roles.resize(self.keywords.len(), role);
    }

    fn literals(self) -> Literals {
        Literals { keywords: Keywords::new(&self.keywords), roles: self.roles }
    }
}

impl Literals {
    /// Collects those within a run.
    fn inside(&self, text: &[u8], run: &Run, out: &mut Hits) {
        self.keywords.visit(text, run.span.start..run.span.end, |hit| out.add(hit));
    }

    fn visit(&self, text: &[u8], part: Range<usize>, visit: &mut impl FnMut(Role, usize, usize)) {
        self.keywords.visit(text, part, |hit| visit(self.roles[hit.keyword], hit.start, hit.end));
    }
}

/// One name may stand in several rows.
fn function_names() -> Vec<&'static str> {
    let names: BTreeSet<&str> = FUNCTIONS.iter().flat_map(|row| row.names).chain(&NAMING).copied().collect();
    names.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_was_seen_is_told_in_the_same_order((base, text, copies) in crate::kin::made(
            prop::collection::vec(prop_oneof![
                prop::sample::select(vec!["password = ", "api_key: ", "https://u:p@", "ghp_", "AKIA", "sk_live_", "\n", "-----BEGIN "]).prop_map(str::to_owned),
                "[a-zA-Z0-9]{0,40}",
                "[ -~]{0,9}",
            ], 0..60).prop_map(|parts| parts.concat().into_bytes()),
        )) {
            let gate = Gate::new(crate::rule::builtin());
            let seen = |text: &[u8]| {
                let mut all = Vec::new();
                gate.visit(text, &runs::all(text), |role, start, end| all.push((role, start, end)));
                all
            };
            let told = |sights: &Sights| {
                let mut all = Vec::new();
                gate.tell(sights, |role, start, end| all.push((role, start, end)));
                all
            };
            let sights = gate.sights(&base).unwrap();
            prop_assert_eq!(told(&sights), seen(&base));
            let again = gate.sights_again(&text, &copies, &sights).unwrap();
            prop_assert_eq!(told(&again), seen(&text));
            prop_assert_eq!(again.runs(), runs::all(&text));
        }
    }

    #[test]
    fn too_many_to_be_kept_are_not() {
        let gate = Gate::new(crate::rule::builtin());
        let (plain, full) = (b"a line of text\n".repeat(9000), b"pw".repeat(9000));
        let sights = gate.sights(&plain).unwrap();
        assert_eq!(sights.bytes(), 0);
        assert!(gate.sights(&full).is_none());
        let copies = [Copied { from: 0, to: 0, length: 70 }];
        assert!(gate.sights_again(&full, &copies, &gate.sights(&full[..70]).unwrap()).is_none());
    }
}
