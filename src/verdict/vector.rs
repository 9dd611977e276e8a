//! Test vectors: keys published with a cipher's inputs and outputs, so that everybody gets the same results. Whether some
//! stand around a value tells such a key from one in use.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use crate::span::Span;

/// Bytes around a value in which lines give a cipher's other inputs and outputs.
const LINES: usize = 600;

/// First words of such lines.
const INPUTS: [&str; 12] = [
    "msg",
    "message",
    "input",
    "output",
    "plaintext",
    "ciphertext",
    "tag",
    "mac",
    "nonce",
    "iv",
    "aad",
    "digest",
];

/// Bytes around a value in which the words of a cipher's test stand.
const WORDS: usize = 1024;

/// Words that stand beside a cipher's inputs and outputs and beside no key in use.
static BESIDE: LazyLock<AhoCorasick> = LazyLock::new(|| {
    let words = ["plaintext", "ciphertext", "expected", "test vector", "testvector", "digest"];
    AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .build(words)
        .expect("six short literals, compiled by a test")
});

/// True when at least two lines around the value of `name` begin as those of a table of test vectors do.
pub(super) fn stands_in_table(text: &[u8], name: Span, value: Span) -> bool {
    let input = |line: &[u8]| {
        let word = line.trim_ascii_start().split(|b| !b.is_ascii_alphanumeric()).next().unwrap_or(b"");
        INPUTS.iter().any(|known| known.as_bytes().eq_ignore_ascii_case(word))
    };
    let lines = around(text, name, value, LINES).into_iter().flat_map(|part| part.split(|&b| b == b'\n'));
    lines.filter(|line| input(line)).count() >= 2
}

/// True when words of a cipher's test stand around the value of `name`.
pub(super) fn stands_in_test(text: &[u8], name: Span, value: Span) -> bool {
    around(text, name, value, WORDS).into_iter().any(|part| BESIDE.is_match(part))
}

/// At most `reach` bytes before the name and behind the value.
fn around(text: &[u8], name: Span, value: Span, reach: usize) -> [&[u8]; 2] {
    let before = &text[name.start.saturating_sub(reach)..name.start];
    [before, &text[value.end..text.len().min(value.end + reach)]]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spans(text: &str) -> (Span, Span) {
        let at = text.find("key").unwrap();
        (Span::new(at, at + 3), Span::new(at + 6, at + 10))
    }

    #[test]
    fn lines_and_words_of_tests_are_known() {
        let table = "Msg = 00\nkey = 2d77\nTag = 01\n";
        let test = "let key = 2d77;\nlet Expected = 00;";
        let plain = "message\nuser = a\nkey = 2d77\nhost = b\n";
        let judged = |text: &str| {
            let (name, value) = spans(text);
            (stands_in_table(text.as_bytes(), name, value), stands_in_test(text.as_bytes(), name, value))
        };
        assert_eq!(judged(table), (true, false));
        assert_eq!(judged(test), (false, true));
        assert_eq!(judged(plain), (false, false));
    }
}
