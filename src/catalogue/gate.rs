//! The cheap test that says where any rule could match: one pass over the blob for the rules' keywords and for the few
//! literals that the detectors written in code start from.

use std::collections::BTreeSet;

use crate::rule::{Detector, Rule};

use super::functions::{FUNCTIONS, NAMING};
use super::keywords::{Keyword, Keywords};
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
    keywords: Keywords,
    roles: Vec<Role>,
}

impl Gate {
    /// The gate for these rules.
    pub fn new(rules: &[Rule]) -> Self {
        let mut all: Vec<Keyword<'_>> = Vec::new();
        let mut roles = Vec::new();
        let mut add = |literals: &[&'static str], role, exact| {
            all.extend(literals.iter().map(|literal| Keyword { bytes: literal.as_bytes(), exact }));
            roles.resize(all.len(), role);
        };
        add(NAME_PARTS, Role::Name, false);
        add(COMMANDS, Role::Command, false);
        TOOLS.iter().for_each(|tool| add(tool.names, Role::Place(Place::Tool), false));
        add(SQL, Role::Place(Place::Sql), false);
        add(ROWS, Role::Place(Place::Rows), false);
        add(&function_names(), Role::Place(Place::Function), false);
        add(INPUTS, Role::Place(Place::Input), false);
        add(&["auth"], Role::Registry, true);
        add(&["cookie"], Role::Cookie, false);
        add(&["://"], Role::Url, true);
        add(&["-----BEGIN"], Role::Pem, true);
        add(&["eyJ"], Role::Jwt, true);
        add(&["kty", "crv", "AQAB"], Role::Jwk, true);
        for (index, rule) in rules.iter().enumerate() {
            if let Detector::Pattern { keywords, .. } = &rule.detector {
                all.extend(keywords.iter().map(|keyword| Keyword { bytes: keyword.as_bytes(), exact: true }));
                roles.resize(all.len(), Role::Keyword(index));
            }
        }
        Self { keywords: Keywords::new(&all), roles }
    }

    /// Calls `visit` with role, start and end (byte offsets) of every literal in `text`, in order of their ends.
    pub fn visit(&self, text: &[u8], mut visit: impl FnMut(Role, usize, usize)) {
        self.keywords.visit(text, |hit| visit(self.roles[hit.keyword], hit.start, hit.end));
    }
}

/// One name may stand in several rows.
fn function_names() -> Vec<&'static str> {
    let names: BTreeSet<&str> = FUNCTIONS.iter().flat_map(|row| row.names).chain(&NAMING).copied().collect();
    names.into_iter().collect()
}
