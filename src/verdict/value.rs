//! Facts about a value's bytes: what it is made of and whether it looks generated.

use crate::entropy::shannon;

use super::words;

/// Counts over a value's bytes.
pub(super) struct Makeup {
    pub(super) length: usize,
    pub(super) lower: usize,
    pub(super) upper: usize,
    pub(super) digits: usize,
    pub(super) spaces: usize,
    /// Printable characters that are no letters, digits or blanks.
    pub(super) special: usize,
    /// How often the class (lower, upper, digit) changes between neighbours.
    pub(super) changes: usize,
}

impl Makeup {
    pub(super) fn of(value: &[u8]) -> Self {
        let mut makeup =
            Self { length: value.len(), lower: 0, upper: 0, digits: 0, spaces: 0, special: 0, changes: 0 };
        let mut before = None;
        for &byte in value {
            let class = match byte {
                b'a'..=b'z' => Some(0),
                b'A'..=b'Z' => Some(1),
                b'0'..=b'9' => Some(2),
                _ => None,
            };
            match class {
                Some(0) => makeup.lower += 1,
                Some(1) => makeup.upper += 1,
                Some(_) => makeup.digits += 1,
                None if byte.is_ascii_whitespace() => makeup.spaces += 1,
                None => makeup.special += 1,
            }
            // `Ab` at the start of a word is no change: prose and camelCase have one per word.
            let capital = before == Some(1) && class == Some(0);
            makeup.changes += usize::from(class.is_some() && before.is_some() && class != before && !capital);
            before = class.or(before);
        }
        makeup
    }

    /// Only letters.
    pub(super) fn letters_only(&self) -> bool {
        self.lower + self.upper == self.length
    }

    /// How many of lower, upper and digits occur.
    pub(super) fn classes(&self) -> usize {
        usize::from(self.lower > 0) + usize::from(self.upper > 0) + usize::from(self.digits > 0)
    }
}

/// A value that a generator made: hex, base64 or base62 of enough length whose characters change like chance would.
pub(super) fn looks_generated(value: &[u8]) -> bool {
    let makeup = Makeup::of(value);
    let token = value.iter().all(|&b| b.is_ascii_alphanumeric() || b"+/=-_.~".contains(&b));
    // `=` pads base64 at its end; elsewhere it assigns.
    let padding = value.iter().rev().take_while(|&&b| b == b'=').count();
    let assigns = padding > 2 || value[..value.len() - padding].contains(&b'=');
    if !token || assigns || makeup.length < 10 || makeup.classes() < 2 {
        return false;
    }
    if is_hex(value) {
        return makeup.length >= 16 && makeup.digits >= 2 && makeup.lower + makeup.upper >= 2;
    }
    let letters = makeup.lower + makeup.upper + makeup.digits;
    // Chance changes class at about every second character of base62, every fourth of base64 without digits.
    let mixed = makeup.changes * 5 >= letters && (makeup.digits >= 1 || makeup.length >= 24);
    mixed && shannon(value) >= 2.8 && makeup.special * 4 <= makeup.length
}

/// Sixty-four characters of every kind, as WordPress makes its keys and salts (`wp_generate_password`).
pub(super) fn is_salt(value: &[u8]) -> bool {
    let makeup = Makeup::of(value);
    makeup.length == 64 && makeup.classes() == 3 && makeup.special >= 10 && makeup.spaces <= 6
}

/// Hex digits of one case.
pub(super) fn is_hex(value: &[u8]) -> bool {
    let lower = value.iter().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    lower || value.iter().all(|b| matches!(b, b'0'..=b'9' | b'A'..=b'F'))
}

/// The canonical form of a UUID (RFC 9562).
pub(super) fn is_uuid(value: &[u8]) -> bool {
    let dashes = [8, 13, 18, 23];
    value.len() == 36
        && value
            .iter()
            .enumerate()
            .all(|(at, b)| if dashes.contains(&at) { *b == b'-' } else { b.is_ascii_hexdigit() })
}

/// Words with blanks between them, as people read them: mostly letters, at least two words.
pub(super) fn is_prose(value: &[u8]) -> bool {
    let makeup = Makeup::of(value);
    let words = value.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    let (all, plain) = words.fold((0, 0), |(all, plain), word| {
        let letters = word.iter().filter(|b| b.is_ascii_alphabetic() || **b >= 0x80).count();
        (all + 1, plain + usize::from(letters * 3 >= word.len() * 2 && !word.iter().any(u8::is_ascii_digit)))
    });
    makeup.spaces > 0 && all >= 2 && plain * 3 >= all * 2
}

/// An identifier of code or of a message catalogue rather than a value: `user_password`, `login.password.label`,
/// `MAX_RETRIES`, `passwordInput`, several words without a digit among letters.
pub(super) fn is_identifier(value: &[u8]) -> bool {
    let plain = value.iter().all(|&b| b.is_ascii_alphanumeric() || b"_-.:/$[]".contains(&b));
    if !plain {
        return false;
    }
    let words = words::split(value);
    let letters = words.iter().all(|word| word.bytes().all(|b| b.is_ascii_alphabetic()));
    let separated = value.iter().any(|b| b"_-.:/".contains(b)) || has_hump(value);
    letters && words.len() >= 2 && separated && words.iter().all(|word| word.len() <= 14)
}

fn has_hump(value: &[u8]) -> bool {
    value.windows(2).any(|w| w[0].is_ascii_lowercase() && w[1].is_ascii_uppercase())
}

/// Nothing but characters written as `\uXXXX` or `\UXXXXXXXX`: foreign letters and pictures, no generated value.
pub(super) fn are_escapes(value: &[u8]) -> bool {
    let escape = |part: &[u8]| {
        matches!((part.first(), part.len()), (Some(b'u'), 5) | (Some(b'U'), 9))
            && part[1..].iter().all(u8::is_ascii_hexdigit)
    };
    value.strip_prefix(b"\\").is_some_and(|rest| rest.split(|&b| b == b'\\').all(escape))
}

/// A value that a digest function made and that is published as such: `sha256-…`, `sha1:…`, bcrypt, argon2, crypt, and
/// the `h1:` of Go's modules.
pub(super) fn is_digest(value: &[u8]) -> bool {
    let starts = [
        &b"sha1-"[..],
        b"sha256-",
        b"sha384-",
        b"sha512-",
        b"sha1:",
        b"sha256:",
        b"sha512:",
        b"md5:",
        b"$2a$",
        b"$2b$",
        b"$2y$",
        b"$argon2",
        b"$1$",
        b"$5$",
        b"$6$",
        b"{SSHA}",
        b"{SHA}",
        b"pbkdf2",
        b"$pbkdf2",
        b"scrypt:",
        b"$apr1$",
    ];
    let module = value.len() == 47 && value.starts_with(b"h1:") && value.ends_with(b"=");
    module || starts.iter().any(|start| value.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generated_and_thought_of() {
        for value in [
            "9f86d081884c7d659a2feaa0c55ad015",
            "k3J9dQ0zX7mP2vB8",
            "Zm9vYmFyMTIzNDU2Nzg5MA==",
            "a1b2c3d4e5f6a7b8",
        ] {
            assert!(looks_generated(value.as_bytes()), "{value}");
        }
        for value in
            ["getPasswordFromUser", "hunter2", "user_password_field", "SummerHoliday2024", "application"]
        {
            assert!(!looks_generated(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn escapes_and_digests() {
        assert!(are_escapes(b"\\U0001f5dd\\ufe0f") && are_escapes(b"\\u3299"));
        assert!(!are_escapes(b"\\u3299x") && !are_escapes(b"u3299") && !are_escapes(b"\\"));
        assert!(is_digest(format!("h1:{}=", "aB3+".repeat(11).get(1..).unwrap()).as_bytes()));
        assert!(!is_digest(b"h1:aB3+"));
    }

    #[test]
    fn identifiers_and_prose() {
        assert!(
            is_identifier(b"user_password") && is_identifier(b"login.label") && !is_identifier(b"hunter2")
        );
        assert!(is_prose(b"Enter your password") && !is_prose(b"abcd1 efgh2"));
    }
}
