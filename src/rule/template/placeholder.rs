//! What stands between `${` and `}`, and the value it becomes.

use super::random::Random;

const LOWER: &str = "abcdefghijklmnopqrstuvwxyz";
const UPPER: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const DIGITS: &str = "0123456789";

/// From this length on a random text holds both letters and digits, so that it looks like no placeholder.
const MIXED_FROM: usize = 16;

/// Longest value that a length may ask for, in characters.
const LONGEST: usize = 65_536;

/// Characters of one line of PEM base64 (RFC 7468 section 2).
const PEM_LINE: usize = 64;

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
    /// A JSON Web Token.
    Jwt,
    /// A PEM block with this label, its line ends written as `\n` when `escaped`.
    Pem { label: &'t str, escaped: bool },
    /// A token with this prefix and GitHub's checksum.
    GithubChecksum(&'t str),
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
            ("pem" | "pem_escaped", Some(label)) => {
                let sound = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b' ';
                if label.is_empty() || !label.bytes().all(sound) {
                    return Err("a PEM label is upper-case letters, digits and spaces");
                }
                Ok(Self::Pem { label, escaped: name == "pem_escaped" })
            }
            ("github_checksum", Some(prefix)) => Ok(Self::GithubChecksum(prefix)),
            ("of" | "pick" | "pem" | "pem_escaped" | "github_checksum", None | Some("")) => {
                Err("this placeholder needs an argument after a colon")
            }
            ("uuid", None) => Ok(Self::Uuid),
            ("password", None) => Ok(Self::Password),
            ("jwt", None) => Ok(Self::Jwt),
            ("uuid" | "password" | "jwt", Some(_)) => Err("this placeholder takes no argument"),
            _ => Err("there is no such placeholder"),
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
            Self::Jwt => jwt(random),
            Self::Pem { label, escaped } => pem(random, label, if *escaped { "\\n" } else { "\n" }),
            Self::GithubChecksum(prefix) => {
                let alphabet = [DIGITS, UPPER, LOWER].concat();
                let body = mixed(&alphabet, 30, || random.text(alphabet.as_bytes(), 30));
                format!("{prefix}{body}{}", github_checksum(body.as_bytes(), alphabet.as_bytes()))
            }
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
fn lengths(argument: Option<&str>) -> Result<(usize, usize), &'static str> {
    const WRONG: &str = "this placeholder needs a length (1 to 65536) or a range of lengths after a colon";
    let argument = argument.ok_or(WRONG)?;
    let (low, high) = argument.split_once('-').unwrap_or((argument, argument));
    let number = |text: &str| text.parse::<usize>().ok().filter(|n| (1..=LONGEST).contains(n)).ok_or(WRONG);
    let (low, high) = (number(low)?, number(high)?);
    if low <= high { Ok((low, high)) } else { Err(WRONG) }
}

/// Draws until a long text of letters and digits holds at least two of each, and of each case the alphabet has one.
fn mixed(alphabet: &str, length: usize, mut draw: impl FnMut() -> String) -> String {
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
fn base64_of_length(random: &mut Random, length: usize, url: bool) -> String {
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

/// Base64 without padding (RFC 4648 section 4, or 5 with `url`).
fn base64(bytes: &[u8], url: bool) -> String {
    let last = if url { "-_" } else { "+/" };
    let alphabet = [UPPER, LOWER, DIGITS, last].concat().into_bytes();
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let byte = |index: usize| u32::from(chunk.get(index).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for index in 0..=chunk.len() {
            text.push(char::from(alphabet[(bits >> (18 - 6 * index)) as usize & 63]));
        }
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

/// RFC 7519 with HS256; the signature is random, the expiry (`exp`) after the year 2100.
fn jwt(random: &mut Random) -> String {
    let issued = random.between(1_700_000_000, 1_760_000_000);
    let expires = random.between(4_200_000_000, 4_290_000_000);
    let subject = random.text(DIGITS.as_bytes(), 10);
    let header = base64(br#"{"alg":"HS256","typ":"JWT"}"#, true);
    let payload = format!(r#"{{"sub":"{subject}","iss":"accounts","iat":{issued},"exp":{expires}}}"#);
    let signature = base64_of_length(random, 43, true);
    format!("{header}.{}.{signature}", base64(payload.as_bytes(), true))
}

/// RFC 7468, or RFC 9580 section 6 for PGP (an empty line after the header). The body begins as its kind does and goes
/// on at random.
fn pem(random: &mut Random, label: &str, line_end: &str) -> String {
    let content = random.between(300, 600);
    let content = random.bytes(content);
    let mut body = pem_start(label, content.len());
    body.extend(content);
    let mut text = base64(&body, false);
    text.extend(std::iter::repeat_n('=', text.len().next_multiple_of(4) - text.len()));
    let mut lines = vec![format!("-----BEGIN {label}-----")];
    if label.starts_with("PGP") {
        lines.push(String::new());
    }
    lines.extend(text.as_bytes().chunks(PEM_LINE).map(|line| String::from_utf8_lossy(line).into_owned()));
    lines.push(format!("-----END {label}-----"));
    lines.join(line_end)
}

/// The first bytes of a key of this kind before `length` more.
fn pem_start(label: &str, length: usize) -> Vec<u8> {
    // What stands behind a two-byte length: version 0 (RFC 8017 A.1.2, RFC 5958), the OID of PBES2 (RFC 8018 A.4) in an
    // encrypted key (RFC 5958 section 3), version 4 in an OpenPGP secret-key packet (RFC 9580 section 5.5.3).
    let (tag, inner): (&[u8], &[u8]) = match label {
        // Magic, cipher `none`, key derivation `none` without options, one key (OpenSSH's PROTOCOL.key).
        "OPENSSH PRIVATE KEY" => {
            return b"openssh-key-v1\0\0\0\0\x04none\0\0\0\x04none\0\0\0\0\0\0\0\x01".to_vec();
        }
        "ENCRYPTED PRIVATE KEY" => {
            (&[0x30, 0x82], &[0x30, 0x57, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05, 0x0d])
        }
        _ if label.starts_with("PGP") => (&[0x95], &[0x04]),
        _ => (&[0x30, 0x82], &[0x02, 0x01, 0x00]),
    };
    let behind = u16::try_from(length + inner.len()).unwrap_or(u16::MAX).to_be_bytes();
    [tag, &behind, inner].concat()
}

/// The last six characters of a GitHub token: CRC-32 of the 30 before, in base 62 with leading zeros. From "Behind
/// GitHub's new authentication token formats" (github.blog, 2021); order of digits and what is summed were checked
/// against the example token in GitHub's documentation.
fn github_checksum(body: &[u8], alphabet: &[u8]) -> String {
    let mut rest = crc32(body) as usize;
    let mut digits = [b'0'; 6];
    for digit in digits.iter_mut().rev() {
        *digit = alphabet[rest % alphabet.len()];
        rest /= alphabet.len();
    }
    digits.iter().map(|&digit| char::from(digit)).collect()
}

/// CRC-32 as in ISO 3309 and zlib, reflected polynomial 0xEDB88320.
fn crc32(bytes: &[u8]) -> u32 {
    let shift = |crc: u32, _| if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 };
    !bytes.iter().fold(!0, |crc, &byte| (0..8).fold(crc ^ u32::from(byte), shift))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_vectors_hold() {
        // RFC 4648 section 10.
        assert_eq!((base64(b"foob", false), base64(b"fooba", false)), ("Zm9vYg".into(), "Zm9vYmE".into()));
        assert_eq!(base64(&[0xff, 0xef, 0xbe], true), "_---");
        // The check value of CRC-32/ISO-HDLC.
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
    }

    #[test]
    fn the_checksum_is_six_digits_with_leading_zeros() {
        let alphabet = [DIGITS, UPPER, LOWER].concat();
        assert_eq!(github_checksum(b"", alphabet.as_bytes()), "000000");
        // CRC-32 0xCBF43926 = 3421780262 in base 62 with digits before capitals before small letters.
        assert_eq!(github_checksum(b"123456789", alphabet.as_bytes()), "3jZRME");
    }
}
