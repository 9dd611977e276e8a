//! What makes two findings the same one: the value, in the form that a baseline may store.
//!
//! It knows neither the path nor the rule: moving, re-indenting or renaming changes nothing, and neither does another
//! rule that finds the same value.

use data_encoding::HEXLOWER;
use zeroize::Zeroizing;

use super::strength;
use crate::secret::Secret;

/// Salt of fingerprints when no baseline gives one. Public on purpose: it only keeps our hashes apart from others'.
pub const CONSTANT_SALT: [u8; 32] = *b"leaklint fingerprint without any";

/// Hexadecimal digits of a strong value's hash: 128 bits.
pub const STRONG_DIGITS: usize = 32;
/// Hexadecimal digits of a weak value's hash: 12 bits.
pub const WEAK_DIGITS: usize = 3;
/// Longest normalised name, in bytes.
const LONGEST_NAME: usize = 64;

/// Whether a person could have thought of the value; decides what may be stored of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Strength {
    /// Generated at random: a full keyed hash gives nothing away.
    Strong,
    /// Possibly chosen by a person: only 12 bits of a salted hash may be stored.
    Weak,
}

impl Strength {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Strong, Self::Weak];

    /// Judges a value alone, so that it does not matter which rule found it: strong when it has at least 20 bytes and
    /// a lower estimate of its chance reaches 64 bits (see `docs/baseline.md`).
    pub fn of(value: &Secret) -> Self {
        strength::of(value.expose())
    }

    /// The word used in the baseline.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Strong => "strong",
            Self::Weak => "weak",
        }
    }
}

/// The identity of a finding under one or more salts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Identity {
    /// Judged on the value alone, so that another rule winning changes nothing.
    pub strength: Strength,
    /// Normalised name that the value was given to, empty for tokens. Part of a weak identity only.
    pub name: String,
    /// One hash per salt, in the order of the salts, in the form of [`fingerprint`]; the first is the report's.
    pub hashes: Vec<String>,
    /// Tells values of one run apart, weak ones too. Never written anywhere.
    pub group: Group,
}

/// A keyed hash of a whole value, for comparing within a run. It cannot be printed: a weak value could be guessed from it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Group([u8; 32]);

impl std::fmt::Debug for Group {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        to.write_str("Group")
    }
}

impl Identity {
    /// The identity of `value`, given to `name` (raw bytes of the name, or empty). Without salts
    /// [`CONSTANT_SALT`] is used.
    pub fn new(value: &Secret, name: &[u8], salts: &[[u8; 32]]) -> Self {
        let normal = Secret::new(&normal_value(value.expose()));
        let strength = Strength::of(&normal);
        let name = match strength {
            Strength::Strong => String::new(),
            Strength::Weak => normal_name(name),
        };
        let salts = if salts.is_empty() { &[CONSTANT_SALT][..] } else { salts };
        let hash = |salt: &[u8; 32]| fingerprint(strength, &name, &hex(&normal.keyed_hash(salt)));
        let hashes = salts.iter().map(hash).collect();
        Self { strength, name, hashes, group: Group(normal.keyed_hash(&CONSTANT_SALT)) }
    }

    /// The fingerprint shown in reports: `s1:<32 hex digits>` or `w1:<name>:<3 hex digits>`.
    pub fn fingerprint(&self) -> &str {
        self.hashes.first().map_or("", String::as_str)
    }
}

/// `s1:<32 hex digits>` for a strong value, `w1:<name>:<3 hex digits>` for a weak one; `hash` may be longer than that.
pub fn fingerprint(strength: Strength, name: &str, hash: &str) -> String {
    match strength {
        Strength::Strong => format!("s1:{}", &hash[..STRONG_DIGITS.min(hash.len())]),
        Strength::Weak => format!("w1:{name}:{}", &hash[..WEAK_DIGITS.min(hash.len())]),
    }
}

/// Lower-case hexadecimal digits of `bytes`.
pub fn hex(bytes: &[u8]) -> String {
    HEXLOWER.encode(bytes)
}

/// The value without what moving and re-indenting change.
///
/// PEM (RFC 7468): all white space goes, and every escape that stands for some (`\n`, `\r`, `\t`, a backslash at the
/// end of a line): neither base64 nor the headers need it. Other values of several lines: the lines without white
/// space at their ends, joined by `\n`. A value of one line stays as it is.
fn normal_value(value: &[u8]) -> Zeroizing<Vec<u8>> {
    let mut normal = Zeroizing::new(Vec::with_capacity(value.len()));
    if memchr::memmem::find(value, b"-----BEGIN ").is_some() {
        let mut rest = value;
        while let Some((&byte, after)) = rest.split_first() {
            rest = after;
            match byte {
                b'\\' => rest = after_escape(after),
                _ if byte.is_ascii_whitespace() => {}
                _ => normal.push(byte),
            }
        }
    } else if memchr::memchr2(b'\n', b'\r', value).is_some() {
        for line in value.split(|&b| b == b'\n' || b == b'\r').map(<[u8]>::trim_ascii) {
            if !line.is_empty() {
                normal.extend_from_slice(line);
                normal.push(b'\n');
            }
        }
    } else {
        normal.extend_from_slice(value);
    }
    normal
}

/// What follows the backslashes of an escape and the letter that they escape.
fn after_escape(rest: &[u8]) -> &[u8] {
    let rest = &rest[rest.iter().take_while(|&&b| b == b'\\').count()..];
    match rest.first() {
        Some(b'n' | b'r' | b't') => &rest[1..],
        _ => rest,
    }
}

/// The name's words in lower case, joined by `_`: `DB_PASSWORD`, `dbPassword`, `DBPassword` and `db.password` are one.
///
/// A name that itself looks generated is replaced by its hash: it may be a secret that stands to the left of another.
fn normal_name(name: &[u8]) -> String {
    if strength::of(name) == Strength::Strong {
        return format!("x{}", &hex(&Secret::new(name).keyed_hash(&CONSTANT_SALT))[..16]);
    }
    let name = String::from_utf8_lossy(name);
    let mut normal = String::new();
    let mut before = Class::Other;
    let mut letters = name.chars().peekable();
    while let Some(letter) = letters.next() {
        let class = Class::of(letter);
        let next = letters.peek().map_or(Class::Other, |&next| Class::of(next));
        let opens = match (before, class) {
            (_, Class::Other) => false,
            (Class::Upper, Class::Lower) => false,
            (Class::Upper, Class::Upper) => next == Class::Lower,
            (before, class) => before != class,
        };
        if opens && !normal.is_empty() {
            normal.push('_');
        }
        if class != Class::Other {
            normal.extend(letter.to_lowercase());
        }
        before = class;
    }
    normal.truncate(normal.floor_char_boundary(LONGEST_NAME));
    normal
}

/// What a character is to the division of a name into words.
#[derive(Clone, Copy, PartialEq)]
enum Class {
    Upper,
    Lower,
    Digit,
    Other,
}

impl Class {
    fn of(letter: char) -> Self {
        match letter {
            char::REPLACEMENT_CHARACTER => Self::Other,
            _ if letter.is_uppercase() => Self::Upper,
            _ if letter.is_alphabetic() => Self::Lower,
            _ if letter.is_numeric() => Self::Digit,
            _ => Self::Other,
        }
    }
}

#[cfg(test)]
mod tests;
