//! Hashes of passwords as databases and systems store them: no password any more, and published with dumps.

use super::value::is_hex;

/// True when `value` is a password's hash in the form of its database or system.
pub(super) fn is_password_hash(value: &[u8]) -> bool {
    let hex = |digits: &[u8], length: usize| digits.len() == length && is_hex(digits);
    // PostgreSQL, pg_authid.rolpassword: `md5` and 32 digits, `SCRAM-SHA-256$…`.
    value.starts_with(b"SCRAM-SHA-")
        || value.strip_prefix(b"md5").is_some_and(|digits| hex(digits, 32))
        // MySQL, mysql_native_password: `*` and 40 digits; caching_sha2_password: `$A$005$…`.
        || value.strip_prefix(b"*").is_some_and(|digits| hex(digits, 40))
        || value.starts_with(b"$A$005$")
        // Crypt and its relatives (crypt(5)), Django, WordPress, Drupal, Oracle, SQL Server.
        || is_modular(value)
        || [&b"pbkdf2_"[..], b"bcrypt$", b"bcrypt_sha256$", b"argon2$", b"sha1$", b"md5$", b"S:"]
            .iter()
            .any(|start| value.len() >= 24 && value.starts_with(start))
        || value.strip_prefix(b"0x0100").or_else(|| value.strip_prefix(b"0x0200")).is_some_and(is_hex)
        // LDAP (RFC 3112): a scheme in braces.
        || is_scheme(value)
}

/// `$6$salt$hash`, `$P$Bhash`: a scheme's short name between dollar signs (crypt(5); phpass, Drupal).
fn is_modular(value: &[u8]) -> bool {
    let schemes: [&[u8]; 20] = [
        b"1", b"2", b"2a", b"2b", b"2x", b"2y", b"3", b"5", b"6", b"7", b"y", b"gy", b"sm3", b"md5", b"sha1",
        b"apr1", b"P", b"H", b"S", b"scrypt",
    ];
    let Some(rest) = value.strip_prefix(b"$") else { return false };
    let scheme = memchr::memchr(b'$', rest).map_or(rest, |end| &rest[..end]);
    value.len() >= 20 && schemes.contains(&scheme)
}

/// `{SSHA}…`; `{PLAIN}` and `{CLEAR}` lead a plain password.
fn is_scheme(value: &[u8]) -> bool {
    let Some(rest) = value.strip_prefix(b"{") else { return false };
    let Some(end) = memchr::memchr(b'}', rest).filter(|&end| (3..=20).contains(&end)) else { return false };
    let name = &rest[..end];
    let plain = [&b"plain"[..], b"clear", b"cleartext"].iter().any(|word| name.eq_ignore_ascii_case(word));
    let scheme = name.iter().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b"-._".contains(b));
    scheme && !plain && rest.len() > end + 12
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_and_passwords() {
        let hex = "0123456789abcdef".repeat(4);
        for value in [
            format!("md5{}", &hex[..32]),
            format!("*{}", hex[..40].to_ascii_uppercase()),
            format!("SCRAM-SHA-256$4096:{}", &hex[..24]),
            format!("$6$salt$salt{hex}"),
            format!("$apr1$salt$salt{}", &hex[..22]),
            format!("{{SSHA}}{}", &hex[..28]),
            format!("pbkdf2_sha256$1000$salt${hex}"),
            format!("0x0100{hex}"),
        ] {
            assert!(is_password_hash(value.as_bytes()), "{value}");
        }
        for value in
            ["md5sum4me", "*star*", "$tr0ng$", "{PLAIN}hunter2hunter2", "$ecret$of$the$house$long", "0x01"]
        {
            assert!(!is_password_hash(value.as_bytes()), "{value}");
        }
    }
}
