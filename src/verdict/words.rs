//! Splits names and values into lower-case words, whatever case style they are written in.

/// The words of `text`: split at everything that is no letter or digit, and where camelCase starts a new word.
pub(super) fn split(text: &[u8]) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    for (index, &byte) in text.iter().enumerate() {
        let letter = byte.is_ascii_alphanumeric() || byte >= 0x80;
        if !letter || starts_word(text, index) {
            push(&mut words, &mut word);
        }
        if letter {
            word.push(if byte >= 0x80 { '\u{fffd}' } else { byte.to_ascii_lowercase() as char });
        }
    }
    push(&mut words, &mut word);
    words
}

/// Between `aB`, between `AB` when `b` follows (`APIKey`), never at the very start.
fn starts_word(text: &[u8], index: usize) -> bool {
    let Some(before) = index.checked_sub(1).map(|at| text[at]) else { return false };
    let here = text[index];
    let next_lower = text.get(index + 1).is_some_and(u8::is_ascii_lowercase);
    here.is_ascii_uppercase() && (before.is_ascii_lowercase() || before.is_ascii_digit())
        || here.is_ascii_uppercase() && before.is_ascii_uppercase() && next_lower
}

fn push(words: &mut Vec<String>, word: &mut String) {
    if !word.is_empty() {
        words.push(std::mem::take(word));
    }
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
    }
}
