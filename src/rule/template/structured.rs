//! Placeholders whose values have a checksum or a structure, as their providers document it, so that a rule's proof holds on
//! its examples.

use super::encode::{base32, base64, bech32, crc16, crc32, digits, hex, padded_base64};
use super::pem::pem;
use super::placeholder::{DIGITS, LOWER, UPPER, base64_of_length, mixed};
use super::random::Random;
use super::{Part, parts};

/// A placeholder with a structure, checked.
pub(super) enum Structured<'t> {
    /// A JSON Web Token.
    Jwt,
    /// A PEM block with this label, its line ends written as `\n` when `escaped`.
    Pem { label: &'t str, escaped: bool },
    /// A token with this prefix and GitHub's checksum.
    GithubChecksum(&'t str),
    /// A token with this prefix and Grafana's checksum.
    GrafanaChecksum(&'t str),
    /// A routable token of GitLab with this prefix.
    GitlabRoutable(&'t str),
    /// 32 bytes in Bech32 with this prefix.
    Bech32(&'t str),
    /// A NATS seed whose second letter is this.
    Nkey(u8),
    /// A Stellar seed.
    StellarSeed,
    /// A macaroon of this location.
    Macaroon(&'t str),
    /// A template, expanded, in Base64.
    Encoded { parts: Vec<Part<'t>>, url: bool },
    /// Base64 of a length between these, as it stands in a URL.
    PercentBase64((usize, usize)),
}

impl<'t> Structured<'t> {
    /// Reads `name` with its argument; `None` when there is no such name.
    pub(super) fn parse(name: &str, argument: Option<&'t str>) -> Option<Result<Self, &'static str>> {
        let needed = || argument.filter(|argument| !argument.is_empty()).ok_or(NO_ARGUMENT);
        Some(match name {
            "jwt" => none(argument, Self::Jwt),
            "stellar_seed" => none(argument, Self::StellarSeed),
            "pem" | "pem_escaped" => needed().and_then(|label| {
                let sound = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b' ';
                let sound = label.bytes().all(sound);
                let escaped = name == "pem_escaped";
                sound
                    .then_some(Self::Pem { label, escaped })
                    .ok_or("a PEM label is upper-case letters, digits and spaces")
            }),
            "github_checksum" => needed().map(Self::GithubChecksum),
            "grafana_checksum" => needed().map(Self::GrafanaChecksum),
            "gitlab_routable" => needed().map(Self::GitlabRoutable),
            "bech32" => needed().map(Self::Bech32),
            "macaroon" => needed().map(Self::Macaroon),
            "nkey" => needed().and_then(|letter| match letter.as_bytes() {
                [letter @ (b'A' | b'C' | b'N' | b'O' | b'U' | b'X')] => Ok(Self::Nkey(letter - b'A')),
                _ => Err("an NKEY is for A, C, N, O, U or X"),
            }),
            "percent_base64" => super::placeholder::lengths(argument).map(Self::PercentBase64),
            "base64_of" | "base64url_of" => {
                needed().and_then(|template| encoded(template, name == "base64url_of"))
            }
            _ => return None,
        })
    }

    /// A value for it.
    pub(super) fn value(&self, random: &mut Random) -> String {
        match self {
            Self::Jwt => jwt(random),
            Self::Pem { label, escaped } => pem(random, label, if *escaped { "\\n" } else { "\n" }),
            Self::GithubChecksum(prefix) => {
                let body = letters_and_digits(random, 30);
                format!("{prefix}{body}{}", digits(crc32(body.as_bytes()), all().as_bytes(), 6))
            }
            Self::GrafanaChecksum(prefix) => {
                let key = format!("{prefix}{}", letters_and_digits(random, 32));
                let sum = crc32(key.as_bytes()).to_le_bytes();
                format!("{key}_{}", hex(&sum))
            }
            Self::GitlabRoutable(prefix) => gitlab_routable(random, prefix),
            Self::Bech32(prefix) => bech32(prefix, &random.bytes(32)),
            // The type is a letter: five bits, behind the five of the S.
            Self::Nkey(letter) => seed(random, &[0x90 | letter >> 2, letter << 6]),
            Self::StellarSeed => seed(random, &[0x90]),
            Self::Macaroon(location) => base64(&macaroon(random, location), true),
            Self::Encoded { parts, url } => {
                let text: String = parts.iter().map(|part| part.value(random)).collect();
                if *url { base64(text.as_bytes(), true) } else { padded_base64(text.as_bytes()) }
            }
            Self::PercentBase64((low, high)) => {
                let length = random.between(*low, *high);
                let text = mixed("a0", length, || base64_of_length(random, length, false));
                text.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D")
            }
        }
    }
}

const NO_ARGUMENT: &str = "this placeholder needs an argument after a colon";

fn none<T>(argument: Option<&str>, value: T) -> Result<T, &'static str> {
    argument.map_or(Ok(value), |_| Err("this placeholder takes no argument"))
}

fn encoded(template: &str, url: bool) -> Result<Structured<'_>, &'static str> {
    if template.contains("_of:{") || template.contains("64_of:") || template.contains("64url_of:") {
        return Err("an encoded text holds no other encoded text");
    }
    let parts = parts(template).map_err(|error| error.message)?;
    Ok(Structured::Encoded { parts: parts.into_iter().map(|(_, part)| part).collect(), url })
}

fn all() -> String {
    [DIGITS, UPPER, LOWER].concat()
}

fn letters_and_digits(random: &mut Random, length: usize) -> String {
    let alphabet = all();
    mixed(&alphabet, length, || random.text(alphabet.as_bytes(), length))
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

/// 16 random bytes, the lines of the payload and their length in Base64; version 1, length and CRC-32 in base 36 (GitLab,
/// `lib/authn/token_field/generator/routable_token.rb`).
fn gitlab_routable(random: &mut Random, prefix: &str) -> String {
    let base36 = [DIGITS, LOWER].concat();
    let mut number = || digits(random.between(1, 60_000_000) as u32, base36.as_bytes(), 6);
    let lines = format!("o:{}\nu:{}", number().trim_start_matches('0'), number().trim_start_matches('0'));
    let bytes = [random.bytes(16), lines.clone().into_bytes(), vec![lines.len() as u8]].concat();
    let payload = base64(&bytes, true);
    let head = format!("{prefix}{payload}.01.{}", digits(payload.len() as u32, base36.as_bytes(), 2));
    let sum = digits(crc32(head.as_bytes()), base36.as_bytes(), 7);
    head + &sum
}

/// Prefix, 32 bytes and their CRC-16 in Base32 (nats-io/nkeys, SEP-23).
fn seed(random: &mut Random, prefix: &[u8]) -> String {
    let mut bytes = [prefix, &random.bytes(32)].concat();
    bytes.extend(crc16(&bytes).to_le_bytes());
    base32(&bytes)
}

/// Version 2 of the binary format with one caveat, as PyPI makes them (libmacaroons, doc/format.txt).
fn macaroon(random: &mut Random, location: &str) -> Vec<u8> {
    let field = |kind: u8, bytes: &[u8]| [&[kind, bytes.len() as u8], bytes].concat();
    let identifier = random.text([DIGITS, "abcdef"].concat().as_bytes(), 36);
    let user = format!("[3, \"{}\"]", random.text(DIGITS.as_bytes(), 8));
    let head = [vec![2], field(1, location.as_bytes()), field(2, identifier.as_bytes()), vec![0]];
    let rest = [field(2, user.as_bytes()), vec![0, 0], field(6, &random.bytes(32))];
    [head.concat(), rest.concat()].concat()
}
