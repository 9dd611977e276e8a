//! The types of a checked rule, apart from what reads and embeds them, because `build.rs` needs them before the crate exists.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// Text that is either compiled in or read at run time.
pub type Text = Cow<'static, str>;
/// A list of such texts.
pub type Texts = Cow<'static, [Text]>;

/// How bad it is when the value gets out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Little harm, or the credential is worth little by itself.
    Low,
    /// Limited access, or a value in a test, example or document.
    Medium,
    /// Access to data or paid services.
    High,
    /// Access to money, production data or the power to change what others run.
    Critical,
}

impl Severity {
    /// One step lower; the lowest stays.
    pub const fn lowered(self) -> Self {
        match self {
            Self::Critical => Self::High,
            Self::High => Self::Medium,
            Self::Medium | Self::Low => Self::Low,
        }
    }

    /// The word used in every report.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

/// How sure we are that a match is a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// Entropy without a name; off unless asked for.
    Low,
    /// A person would look.
    Medium,
    /// Verified or unmistakable.
    High,
}

impl Confidence {
    /// One step lower, never below medium: a failed proof never hides a match.
    pub const fn after_failed_proof(self) -> Self {
        match self {
            Self::High | Self::Medium => Self::Medium,
            Self::Low => Self::Low,
        }
    }

    /// The word used in every report.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// Whether a match is a secret by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Its value must not be known.
    Secret,
    /// Not secret; named as the `subject` and a related place of the secret it belongs to, never a finding.
    Identifier,
}

/// A detector that is code because no pattern could say it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shape {
    /// A value given to a name that says password.
    PasswordAssignment,
    /// A value given to a name that says secret, token, key or credential.
    SecretAssignment,
    /// `scheme://user:password@host`.
    UrlCredentials,
    /// `-----BEGIN … PRIVATE KEY-----` (RFC 7468, RFC 4880, OpenSSH), not encrypted.
    PrivateKey,
    /// The same, encrypted with a passphrase.
    EncryptedPrivateKey,
    /// JSON Web Token (RFC 7519).
    Jwt,
    /// The private member of a JSON Web Key (RFC 7517).
    Jwk,
    /// `"registry": {"auth": "…"}`, where the value is Base64 of `user:password`.
    RegistryAuth,
    /// `Authorization: Basic …` (RFC 7617) and `curl -u user:password`.
    BasicAuth,
    /// `Authorization: Bearer …` (RFC 6750).
    BearerAuth,
    /// A value that only looks generated, without a name that says so.
    Entropy,
}

/// The offline proofs that a rule can name; the code is in `detect::proof`.
pub const PROOFS: [&str; 22] = [
    "atlassian-checksum",
    "aws-account",
    "aws-bedrock-key",
    "azure-connection-string",
    "azure-key",
    "azure-sas",
    "base58check",
    "bech32",
    "cloudflare-checksum",
    "github-checksum",
    "gitlab-routable",
    "grafana-checksum",
    "grafana-payload",
    "jwt",
    "key-bytes",
    "macaroon",
    "mapbox-payload",
    "nkey-seed",
    "npm-checksum",
    "private-key",
    "sentry-payload",
    "stellar-seed",
];

/// Lengths of values, and their marks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ValueForm {
    /// Bit `n` is set where the value may hold the mark `n` of [`crate::runs::MARKS`].
    pub marks: u8,
    /// Shortest value in bytes.
    pub shortest: usize,
    /// Longest value in bytes.
    pub longest: usize,
}

/// Where one of a rule's keywords stands in every match.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opening {
    /// Somewhere in it.
    Within,
    /// At its start.
    First,
    /// At its start, and the value is a part of a run ([`crate::runs`]).
    Run,
}

/// How a rule finds its matches.
#[derive(Clone, Debug)]
pub enum Detector {
    /// A token whose shape names it.
    Pattern {
        /// Byte regex; the value is the group `secret`, or the whole match.
        pattern: Text,
        /// At least one of these literals (case-sensitive) lies in every match.
        keywords: Texts,
        /// Longest match in bytes.
        max_length: usize,
        /// Where one of the keywords stands in every match.
        opening: Opening,
    },
    /// A value without a shape of its own that is given to a telling name.
    Context {
        /// Byte regex that the whole value must match.
        value: Text,
        /// The name must hold all words of one of these, side by side, in any case style (`cloak key` holds in `CLOAK_KEY`,
        /// `cloakKey`, `app.cloak-key`).
        names: Texts,
    },
    /// A value without a shape of its own that stands near a service's name: a row of a table.
    Near {
        /// Byte regex that the whole value must match.
        values: Text,
        /// One of these names must stand near: words in lower case joined by one blank, which in the text stand side by side or
        /// written together, in any case style.
        names: Texts,
        /// The names are ordinary words: they count only in the value's own name, beside a word such as key or token.
        common: bool,
        /// What the values have in common: a cheap test before any pattern.
        forms: Cow<'static, [ValueForm]>,
    },
    /// Code.
    Shape(Shape),
}

/// One rule, checked.
#[derive(Clone, Debug)]
pub struct Rule {
    /// kebab-case, unique in a catalogue.
    pub id: Text,
    /// What it finds, in words.
    pub name: Text,
    /// kebab-case id of the service or family; rules of one family share identity in the baseline.
    pub service: Text,
    /// The service's name for people.
    pub service_name: Text,
    /// Severity outside tests, examples and documents.
    pub severity: Severity,
    /// Confidence of a match about which nothing speaks against it.
    pub confidence: Confidence,
    /// Secret or identifier.
    pub kind: Kind,
    /// How matches are found.
    pub detector: Detector,
    /// How many bytes at the start of a value are the same for all such values, so that a mask may show them.
    pub public_prefix: usize,
    /// Name of an offline proof in `detect::proof`.
    pub proof: Option<Text>,
    /// Id of the identifier rule (or id-like secret rule) whose match nearby belongs to this one.
    pub pair: Option<Text>,
    /// Words in kebab-case by which a configuration selects many rules at once.
    pub tags: Texts,
    /// What somebody who holds the value can do.
    pub grants: Text,
    /// What to do now: where to revoke it and how to replace it.
    pub revoke: Text,
    /// Where the format is documented.
    pub references: Texts,
    /// Templates that this rule must match; see [`super::template`].
    pub examples: Texts,
    /// Templates that this rule must not match.
    pub counter_examples: Texts,
}

impl Shape {
    /// Every shape and its word in a rule file.
    pub const ALL: [(&'static str, Self); 11] = [
        ("password-assignment", Self::PasswordAssignment),
        ("secret-assignment", Self::SecretAssignment),
        ("url-credentials", Self::UrlCredentials),
        ("private-key", Self::PrivateKey),
        ("encrypted-private-key", Self::EncryptedPrivateKey),
        ("jwt", Self::Jwt),
        ("jwk", Self::Jwk),
        ("registry-auth", Self::RegistryAuth),
        ("basic-auth", Self::BasicAuth),
        ("bearer-auth", Self::BearerAuth),
        ("entropy", Self::Entropy),
    ];
}
