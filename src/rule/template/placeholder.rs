//! What stands between `${` and `}`, and the value it becomes.

use super::encode::base64;
use super::random::Random;
use super::structured::Structured;

pub(super) const LOWER: &str = "abcdefghijklmnopqrstuvwxyz";
pub(super) const UPPER: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
pub(super) const DIGITS: &str = "0123456789";

/// From this length on a random text holds both letters and digits, so that it looks like no placeholder.
const MIXED_FROM: usize = 16;

/// Longest value that a length may ask for, in characters.
const LONGEST: usize = 65_536;

/// A placeholder, checked.
pub(super) enum Placeholder<'t> {
    /// Random characters of an alphabet, from the first length to the second.
    Characters(Alphabet, (usize, usize)),
    /// Base64, URL-safe or not, of a length between these.
    Base64 { url: bool, length: (usize, usize) },
    /// A version 4 UUID.
    Uuid,
    /// One of several texts.
    Pick(Vec<&'t str>),
    /// What a person thinks of.
    Password,
    /// What has a checksum or a structure.
    Structured(Structured<'t>),
}

/// The characters a random text is made of.
pub(super) type Alphabet = String;

impl<'t> Placeholder<'t> {
    /// Reads `name` or `name:argument`.
    pub(super) fn parse(inner: &'t str) -> Result<Self, &'static str> {
        let (name, argument) = match inner.split_once(':') {
            Some((name, argument)) => (name, Some(argument)),
            None => (inner, None),
        };
        if let Some(alphabet) = alphabet(name) {
            return Ok(Self::Characters(alphabet, lengths(argument)?));
        }
        match (name, argument) {
            ("of", Some(argument)) => {
                let (class, length) = argument.rsplit_once(':').ok_or(NO_CLASS)?;
                Ok(Self::Characters(class_of(class)?, lengths(Some(length))?))
            }
            ("base64" | "base64url", _) => {
                Ok(Self::Base64 { url: name == "base64url", length: lengths(argument)? })
            }
            ("pick", Some(choices)) if !choices.is_empty() => Ok(Self::Pick(choices.split('|').collect())),
            ("of" | "pick", None | Some("")) => Err("this placeholder needs an argument after a colon"),
            ("uuid", None) => Ok(Self::Uuid),
            ("password", None) => Ok(Self::Password),
            ("uuid" | "password", Some(_)) => Err("this placeholder takes no argument"),
            _ => match Structured::parse(name, argument) {
                Some(structured) => structured.map(Self::Structured),
                None => Err("there is no such placeholder"),
            },
        }
    }

    /// A value for it.
    pub(super) fn value(&self, random: &mut Random) -> String {
        match self {
            Self::Characters(alphabet, (low, high)) => {
                let length = random.between(*low, *high);
                mixed(alphabet, length, || random.text(alphabet.as_bytes(), length))
            }
            Self::Base64 { url, length: (low, high) } => {
                let length = random.between(*low, *high);
                mixed("a0", length, || base64_of_length(random, length, *url))
            }
            Self::Uuid => uuid(random),
            Self::Pick(choices) => random.pick(choices).to_owned(),
            Self::Password => password(random),
            Self::Structured(structured) => structured.value(random),
        }
    }
}

fn alphabet(name: &str) -> Option<Alphabet> {
    Some(match name {
        "alnum" => [DIGITS, UPPER, LOWER].concat(),
        "alpha" => [UPPER, LOWER].concat(),
        "lower" => [DIGITS, LOWER].concat(),
        "upper" => [DIGITS, UPPER].concat(),
        "digits" => DIGITS.to_owned(),
        "hex" => [DIGITS, "abcdef"].concat(),
        "HEX" => [DIGITS, "ABCDEF"].concat(),
        // RFC 4648 section 6.
        "base32" => [UPPER, "234567"].concat(),
        _ => return None,
    })
}

const NO_CLASS: &str = "this placeholder needs characters and a length, such as ${of:a-z2-7:26}";

/// The characters of `a-z2-7_`: themselves and ranges; a `-` at either end is itself.
fn class_of(class: &str) -> Result<Alphabet, &'static str> {
    let bytes = class.as_bytes();
    if bytes.is_empty() || !bytes.iter().all(u8::is_ascii_graphic) {
        return Err(NO_CLASS);
    }
    let mut alphabet = String::new();
    let mut at = 0;
    while let Some(&low) = bytes.get(at) {
        let (high, read) = match bytes.get(at + 1..at + 3) {
            Some(&[b'-', high]) => (high, 3),
            _ => (low, 1),
        };
        at += read;
        alphabet.extend((low..=high).map(char::from));
    }
    if alphabet.is_empty() { Err(NO_CLASS) } else { Ok(alphabet) }
}

/// `36` or `36-251`.
pub(super) fn lengths(argument: Option<&str>) -> Result<(usize, usize), &'static str> {
    const WRONG: &str = "this placeholder needs a length (1 to 65536) or a range of lengths after a colon";
    let argument = argument.ok_or(WRONG)?;
    let (low, high) = argument.split_once('-').unwrap_or((argument, argument));
    let number = |text: &str| text.parse::<usize>().ok().filter(|n| (1..=LONGEST).contains(n)).ok_or(WRONG);
    let (low, high) = (number(low)?, number(high)?);
    if low <= high { Ok((low, high)) } else { Err(WRONG) }
}

/// Draws until a long text of letters and digits holds at least two of each, and of each case the alphabet has one.
pub(super) fn mixed(alphabet: &str, length: usize, mut draw: impl FnMut() -> String) -> String {
    let kinds: [fn(&u8) -> bool; 3] = [u8::is_ascii_digit, u8::is_ascii_lowercase, u8::is_ascii_uppercase];
    let needed: Vec<_> = kinds.into_iter().filter(|kind| alphabet.bytes().any(|b| kind(&b))).collect();
    loop {
        let text = draw();
        let count = |kind: &fn(&u8) -> bool| text.bytes().filter(kind).count();
        if length < MIXED_FROM || needed.iter().all(|kind| count(kind) >= 2) {
            return text;
        }
    }
}

/// Base64 text of exactly `length` characters that decodes, except for the one remainder (1) that no bytes have: there
/// one random character is added. Plain Base64 of a multiple of 4 is padded as that of a multiple of 8 bytes where such
/// one fits (44 characters are 32 bytes, 24 are 16), because keys have such sizes.
pub(super) fn base64_of_length(random: &mut Random, length: usize, url: bool) -> String {
    let whole = length * 6 / 8;
    let bytes = match length % 4 {
        0 if !url => (whole.saturating_sub(2)..=whole).rev().find(|bytes| bytes % 8 == 0).unwrap_or(whole),
        _ => whole,
    };
    let bytes = if bytes == 0 { whole } else { bytes };
    let mut text = base64(&random.bytes(bytes), url);
    if length.is_multiple_of(4) {
        text.extend(std::iter::repeat_n('=', length - text.len()));
    }
    if text.len() < length {
        text.push_str(&random.text([UPPER, LOWER].concat().as_bytes(), length - text.len()));
    }
    text
}

/// RFC 9562 section 5.4.
fn uuid(random: &mut Random) -> String {
    let hex = [DIGITS, "abcdef"].concat();
    let mut part = |length| random.text(hex.as_bytes(), length);
    let [a, b, c, d, e] = [part(8), part(4), part(3), part(3), part(12)];
    format!("{a}-{b}-4{c}-{}{d}-{e}", random.pick(&["8", "9", "a", "b"]))
}

/// Two made-up words, a mark, a number: nothing that a quote, a URL or YAML would have to escape.
fn password(random: &mut Random) -> String {
    let mut word = |syllables: usize| {
        let syllable = |_| {
            let onset = random.pick(&["b", "d", "f", "g", "k", "l", "m", "n", "p", "r", "s", "t", "v", "z"]);
            let vowel = random.pick(&["a", "e", "i", "o", "u"]);
            [onset, vowel].concat()
        };
        (0..syllables).map(syllable).collect::<String>()
    };
    let (first, second) = (word(2), word(1));
    let mark = random.pick(&["!", "-", "_", "+", "."]);
    let number = random.between(10, 99_999);
    let first = first[..1].to_ascii_uppercase() + &first[1..];
    format!("{first}{second}{mark}{number}{}", random.text(LOWER.as_bytes(), 1))
}
