//! Templates: texts whose placeholders become random values, the same for the same seed.
//!
//! Rule examples are templates so that no file of the repository holds a string that looks like a live token, and so
//! that a rule is tested on many values. `build.rs` includes this file too; it uses nothing but the standard library.
//!
//! | placeholder | becomes |
//! |---|---|
//! | `${alnum:36}` | letters and digits; a range `${alnum:36-251}` goes wherever a length goes |
//! | `${alpha:8}` `${lower:24}` `${upper:16}` `${digits:6}` | letters; lower-case letters and digits; upper-case letters and digits; digits |
//! | `${hex:32}` `${HEX:32}` | hexadecimal digits, lower and upper case |
//! | `${base32:32}` | RFC 4648 section 6, without padding |
//! | `${of:a-z2-7:26}` | characters of the first, each as it stands or in a range |
//! | `${base64:44}` `${base64url:43}` | random bytes encoded (RFC 4648 sections 4 and 5), the first padded when its length is a multiple of 4 |
//! | `${uuid}` | a version 4 UUID (RFC 9562) |
//! | `${pick:a\|b\|c}` | one of these |
//! | `${password}` | what a person thinks of, 9 to 16 characters |
//! | `${jwt}` | a JSON Web Token (RFC 7519), signed at random, valid until after 2100 |
//! | `${pem:RSA PRIVATE KEY}` `${pem_escaped:RSA PRIVATE KEY}` | a PEM block (RFC 7468); the second on one line with `\n` for its line ends |
//! | `${github_checksum:ghp_}` `${grafana_checksum:glsa_}` | prefix, 30 or 32 letters and digits, and their checksum |
//! | `${gitlab_routable:glpat-}` | a routable token: prefix, payload, length and checksum |
//! | `${bech32:nsec}` | 32 bytes in Bech32 (BIP 173), upper case when the prefix is |
//! | `${nkey:U}` `${stellar_seed}` | an NKEY seed of this type, a Stellar seed |
//! | `${macaroon:pypi.org}` | a macaroon of this location |
//! | `${base64_of:{"a":"${hex:4}"}}` `${base64url_of:…}` | a template in Base64, padded, or URL-safe and not; braces in it come in pairs |
//! | `${percent_base64:44}` | as `base64`, with `+`, `/` and `=` percent-encoded |
//! | `$${` | `${` itself |

use std::fmt;

#[path = "template/encode.rs"]
mod encode;
#[path = "template/pem.rs"]
mod pem;
#[path = "template/placeholder.rs"]
mod placeholder;
#[path = "template/random.rs"]
mod random;
#[path = "template/structured.rs"]
mod structured;
#[path = "template/value.rs"]
mod value;

use placeholder::Placeholder;
use random::Random;
pub use value::{Form, form};

/// The placeholders, for the help of an error.
pub const HELP: &str = "placeholders: ${alnum:N}, ${alpha:N}, ${lower:N}, ${upper:N}, ${digits:N}, ${hex:N}, \
    ${HEX:N}, ${base32:N}, ${of:a-z2-7:N}, ${base64:N}, ${base64url:N}, ${percent_base64:N} (N a length or a range such as \
    36-251), ${uuid}, ${pick:a|b}, ${password}, ${jwt}, ${pem:LABEL}, ${pem_escaped:LABEL}, ${github_checksum:PREFIX}, \
    ${grafana_checksum:PREFIX}, ${gitlab_routable:PREFIX}, ${bech32:PREFIX}, ${nkey:U}, ${stellar_seed}, \
    ${macaroon:LOCATION}, ${base64_of:TEMPLATE}, ${base64url_of:TEMPLATE}; $${ for a plain ${";

/// What is wrong with a template. It never quotes the template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateError {
    /// 1-based character of the template at which the wrong placeholder begins.
    pub position: usize,
    /// What is wrong with it.
    pub message: &'static str,
}

impl fmt::Display for TemplateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (character {})", self.message, self.position)
    }
}

impl std::error::Error for TemplateError {}

/// The template with every placeholder made a value. The same seed gives the same text.
///
/// # Errors
/// When a placeholder is unknown, has no end, or its argument is wrong.
pub fn expand(template: &str, seed: u64) -> Result<String, TemplateError> {
    let mut random = Random::new(seed);
    let mut text = String::with_capacity(template.len());
    for (_, part) in parts(template)? {
        text.push_str(&part.value(&mut random));
    }
    Ok(text)
}

/// A piece of a template.
enum Part<'t> {
    /// Stands as it is.
    Text(&'t str),
    /// Becomes a value.
    Placeholder(Placeholder<'t>),
}

impl Part<'_> {
    fn value(&self, random: &mut Random) -> String {
        match self {
            Self::Text(literal) => (*literal).to_owned(),
            Self::Placeholder(placeholder) => placeholder.value(random),
        }
    }
}

/// The pieces of a template, each with the byte offset at which it begins.
fn parts(template: &str) -> Result<Vec<(usize, Part<'_>)>, TemplateError> {
    let mut parts = Vec::new();
    let mut from = 0;
    while let Some(found) = template[from..].find("${") {
        let at = from + found;
        if template[from..at].ends_with('$') {
            parts.push((from, Part::Text(&template[from..at - 1])));
            parts.push((at, Part::Text("${")));
            from = at + 2;
            continue;
        }
        parts.push((from, Part::Text(&template[from..at])));
        let error = |message| TemplateError { position: template[..at].chars().count() + 1, message };
        let inner = &template[at + 2..];
        let end = closing(inner).ok_or_else(|| error("a placeholder has no closing brace"))?;
        parts.push((at, Part::Placeholder(Placeholder::parse(&inner[..end]).map_err(error)?)));
        from = at + 2 + end + 1;
    }
    parts.push((from, Part::Text(&template[from..])));
    Ok(parts)
}

/// Where the brace is that closes a placeholder: the first one, or behind a text to be encoded, which may hold pairs of
/// braces, the first without a partner.
fn closing(inner: &str) -> Option<usize> {
    if !inner.starts_with("base64_of:") && !inner.starts_with("base64url_of:") {
        return inner.find('}');
    }
    let mut open = 0_usize;
    for (at, byte) in inner.bytes().enumerate() {
        match byte {
            b'{' => open += 1,
            b'}' if open == 0 => return Some(at),
            b'}' => open -= 1,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn text_and_escapes_stay() {
        assert_eq!(expand("a $b {c} $${alnum:3} $$ $", 0).unwrap(), "a $b {c} ${alnum:3} $$ $");
        assert_eq!(expand("", 0).unwrap(), "");
    }

    #[test]
    fn what_is_no_placeholder_is_an_error_with_its_character() {
        for (template, position) in [
            ("${alnum}", 1),
            ("é=${alnum:0}", 3),
            ("${alnum:9-8}", 1),
            ("${alnum:70000}", 1),
            ("a${nope:3}", 2),
            ("${uuid} ${alnum:3", 9),
            ("${jwt:3}", 1),
            ("${pick:}", 1),
            ("${pem:}", 1),
            ("${pem:rsa}", 1),
            ("${}", 1),
            ("${of:26}", 1),
            ("${of::26}", 1),
            ("${of:z-a:26}", 1),
        ] {
            let error = expand(template, 0).unwrap_err();
            assert_eq!(error.position, position, "{template}");
            assert!(!error.to_string().contains("nope"));
        }
    }

    #[test]
    fn a_jwt_has_three_parts_and_json_in_two() {
        use base64::Engine as _;
        let jwt = expand("${jwt}", 7).unwrap();
        let parts: Vec<&str> = jwt.split('.').collect();
        assert_eq!(parts.len(), 3);
        for part in &parts[..2] {
            let json = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(part).unwrap();
            assert!(serde_json::from_slice::<serde_json::Value>(&json).unwrap().is_object());
        }
    }

    #[test]
    fn a_pem_block_has_lines_of_64_and_decodes() {
        use base64::Engine as _;
        for label in ["RSA PRIVATE KEY", "OPENSSH PRIVATE KEY", "PGP PRIVATE KEY BLOCK"] {
            let block = expand(&format!("${{pem:{label}}}"), 3).unwrap();
            let body: Vec<&str> = block.lines().filter(|line| !line.starts_with("-----")).collect();
            assert!(body.iter().all(|line| line.len() <= 64) && body.concat().len() > 300);
            assert!(base64::engine::general_purpose::STANDARD.decode(body.concat()).is_ok());
            let escaped = expand(&format!("${{pem_escaped:{label}}}"), 3).unwrap();
            assert_eq!(escaped.replace("\\n", "\n"), block);
        }
    }

    #[test]
    fn an_alphabet_may_be_given() {
        for seed in 0..20 {
            let text = expand("${of:a-z2-7:26}${of:-x:4}${of:x-:4}${of:::4}", seed).unwrap();
            let (first, rest) = text.split_at(26);
            assert!(first.bytes().all(|b| b.is_ascii_lowercase() || (b'2'..=b'7').contains(&b)));
            assert!(rest[..8].bytes().all(|b| b"-x".contains(&b)) && &rest[8..] == "::::");
        }
    }

    #[test]
    fn common_key_sizes_are_whole_keys() {
        use base64::Engine as _;
        for (length, bytes) in [(24, 16), (44, 32), (88, 64), (40, 30), (64, 48)] {
            let text = expand(&format!("${{base64:{length}}}"), 1).unwrap();
            assert_eq!(base64::engine::general_purpose::STANDARD.decode(&text).unwrap().len(), bytes);
        }
        let text = expand("${base64url:43}", 1).unwrap();
        assert_eq!(base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(&text).unwrap().len(), 32);
    }

    /// A placeholder's name and what its characters are.
    type Characters = (&'static str, fn(char) -> bool);

    proptest! {
        #[test]
        fn lengths_and_alphabets_are_as_asked(seed: u64, low in 1usize..90, more in 0usize..50) {
            let kinds: [Characters; 10] = [
                ("alnum", |c| c.is_ascii_alphanumeric()),
                ("alpha", |c| c.is_ascii_alphabetic()),
                ("lower", |c| c.is_ascii_lowercase() || c.is_ascii_digit()),
                ("upper", |c| c.is_ascii_uppercase() || c.is_ascii_digit()),
                ("digits", |c| c.is_ascii_digit()),
                ("hex", |c| c.is_ascii_digit() || ('a'..='f').contains(&c)),
                ("HEX", |c| c.is_ascii_digit() || ('A'..='F').contains(&c)),
                ("base32", |c| c.is_ascii_uppercase() || ('2'..='7').contains(&c)),
                ("base64", |c| c.is_ascii_alphanumeric() || "+/=".contains(c)),
                ("base64url", |c| c.is_ascii_alphanumeric() || "-_".contains(c)),
            ];
            for (kind, of_alphabet) in kinds {
                let template = format!("${{{kind}:{low}-{}}}", low + more);
                let text = expand(&template, seed).unwrap();
                prop_assert!((low..=low + more).contains(&text.len()), "{}: {}", kind, text.len());
                prop_assert!(text.chars().all(of_alphabet), "{}", kind);
                prop_assert_eq!(expand(&template, seed).unwrap(), text.clone());
                let letters = text.bytes().any(|b| b.is_ascii_alphabetic());
                let digits = text.bytes().any(|b| b.is_ascii_digit());
                let one_kind = ["alpha", "digits"].contains(&kind);
                prop_assert!(text.len() < 16 || one_kind || letters && digits, "{}", kind);
            }
        }

        #[test]
        fn a_password_needs_no_quotes(seed: u64) {
            let text = expand("${password}", seed).unwrap();
            prop_assert!((8..=20).contains(&text.len()));
            prop_assert!(text.bytes().all(|b| b.is_ascii_alphanumeric() || b"!-_+.".contains(&b)));
        }

        #[test]
        fn seeds_differ(seed: u64) {
            prop_assert_ne!(expand("${alnum:20}", seed).unwrap(), expand("${alnum:20}", seed ^ 1).unwrap());
        }

        #[test]
        fn nothing_panics(template in "[$a-z{}:0-9|é -]{0,40}", seed: u64) {
            let _ = expand(&template, seed);
        }
    }
}
