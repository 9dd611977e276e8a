//! Splits names and values into lower-case words, whatever case style they are written in.

/// The words of `text`: split at everything that is no letter or digit, and where camelCase starts a new word.
pub(super) fn split(text: &[u8]) -> Vec<String> {
    let mut words = Vec::new();
    all(text, |word| {
        words.push(word.to_owned());
        true
    });
    words
}

/// True when all words of `text` pass `test`, which sees them one after the other, no more once one has failed.
pub(super) fn all(text: &[u8], mut test: impl FnMut(&str) -> bool) -> bool {
    let mut word = String::new();
    let text = String::from_utf8_lossy(text);
    let mut rest = text.chars().peekable();
    let mut before = '\0';
    while let Some(c) = rest.next() {
        let letter = c.is_alphanumeric() || c == char::REPLACEMENT_CHARACTER;
        if !letter || starts_word(before, c, rest.peek().copied()) {
            if !word.is_empty() && !test(&word) {
                return false;
            }
            word.clear();
        }
        if letter && c.is_ascii() {
            word.push(c.to_ascii_lowercase());
        } else if letter {
            word.extend(c.to_lowercase());
        }
        before = c;
    }
    word.is_empty() || test(&word)
}

/// Between `aB`, between `AB` when `b` follows (`APIKey`), never at the very start.
fn starts_word(before: char, here: char, next: Option<char>) -> bool {
    let next_lower = || next.is_some_and(|next| next.is_ascii_lowercase());
    here.is_ascii_uppercase()
        && (before.is_ascii_lowercase()
            || before.is_ascii_digit()
            || before.is_ascii_uppercase() && next_lower())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_case_style_splits_alike() {
        for name in
            ["secret_key_base", "SECRET-KEY-BASE", "secretKeyBase", "SecretKeyBase", "secret.key base"]
        {
            assert_eq!(split(name.as_bytes()), ["secret", "key", "base"], "{name}");
        }
        assert_eq!(split(b"myAPIKey2"), ["my", "api", "key2"]);
        assert_eq!(split("CONTRASEÑA_БД · 密码".as_bytes()), ["contraseña", "бд", "密码"]);
    }
}
