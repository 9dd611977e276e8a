//! Why a match is not reported: one word for reports, one phrase for people.

/// Why a match is not reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// An assignment without a name.
    NoName,
    /// The name says that the value is something else.
    NameSaysOtherwise,
    /// Fewer than four characters.
    TooShort,
    /// It points to a value kept elsewhere.
    Reference,
    /// It stands for a value.
    Placeholder,
    /// A published digest or a password hash.
    Digest,
    /// A key in a table of test vectors.
    TestVector,
    /// Words for people.
    Prose,
    /// One plain word.
    Word,
    /// An identifier of code.
    Identifier,
    /// A text in a translation.
    Translation,
    /// A UUID without a name that says key or token.
    Uuid,
    /// The name only may say secret, and the value does not look generated.
    NotGenerated,
    /// The user's name again, for a service on this machine or network.
    LocalDefault,
    /// Another match, more specific, holds the same value.
    Covered,
    /// A part of a path, an address or a file's name.
    PathPart,
    /// A service's name stands near, and nothing says that this is its key.
    Unsaid,
    /// Not secret by itself; shown with the secret it belongs to.
    Identifies,
    /// The rule is switched off.
    RuleOff,
}

impl Reason {
    /// Every reason, in the order in which they are looked for.
    pub const ALL: [Self; 19] = [
        Self::NoName,
        Self::NameSaysOtherwise,
        Self::TooShort,
        Self::Reference,
        Self::Placeholder,
        Self::Digest,
        Self::TestVector,
        Self::Prose,
        Self::Word,
        Self::Identifier,
        Self::Translation,
        Self::Uuid,
        Self::NotGenerated,
        Self::LocalDefault,
        Self::Covered,
        Self::PathPart,
        Self::Unsaid,
        Self::Identifies,
        Self::RuleOff,
    ];

    /// The kebab-case word used in every report.
    pub const fn word(self) -> &'static str {
        match self {
            Self::NoName => "no-name",
            Self::NameSaysOtherwise => "name-says-otherwise",
            Self::TooShort => "too-short",
            Self::Reference => "reference",
            Self::Placeholder => "placeholder",
            Self::Digest => "digest",
            Self::TestVector => "test-vector",
            Self::Prose => "prose",
            Self::Word => "word",
            Self::Identifier => "identifier",
            Self::Translation => "translation",
            Self::Uuid => "uuid",
            Self::NotGenerated => "not-generated",
            Self::LocalDefault => "local-default",
            Self::Covered => "covered",
            Self::PathPart => "path-part",
            Self::Unsaid => "unsaid",
            Self::Identifies => "identifies",
            Self::RuleOff => "rule-off",
        }
    }

    /// The same in a phrase.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::NoName => "nothing says that it is a secret",
            Self::NameSaysOtherwise => "the name says that it is something else",
            Self::TooShort => "fewer than four characters",
            Self::Reference => "it points to a value that is kept elsewhere",
            Self::Placeholder => "it stands for a value",
            Self::Digest => "a published digest or the hash of a password",
            Self::TestVector => "a key in a table of test vectors",
            Self::Prose => "words for people",
            Self::Word => "a plain word",
            Self::Identifier => "an identifier of code",
            Self::Translation => "a text in a translation",
            Self::Uuid => "a UUID whose name says neither key nor token",
            Self::NotGenerated => "it does not look like a secret that was issued",
            Self::LocalDefault => "the user's name again, for a service on this machine or network",
            Self::Covered => "a more specific rule found the same value",
            Self::PathPart => "a part of a path, an address or a file's name",
            Self::Unsaid => "a service's name stands near, but nothing says that this is its key",
            Self::Identifies => "no secret by itself; shown with the secret that it belongs to",
            Self::RuleOff => "the rule is switched off",
        }
    }

    /// True when a value dropped for this reason could be a secret after all, so that it is masked wherever it stands.
    pub const fn may_hide_a_secret(self) -> bool {
        matches!(self, Self::Covered | Self::NotGenerated | Self::LocalDefault | Self::RuleOff | Self::Uuid)
    }
}
