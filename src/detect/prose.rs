//! Names in prose, in comments and in messages of logs: most names that say secret stand there and are given nothing. Told
//! at once, before all that could assign is looked for.

use crate::runs::bits;
use crate::span::Span;

/// How much behind a name is looked at together, and how often, in bytes.
const CHUNK: usize = 64;
const CHUNKS: usize = 3;

/// Most blanks and line ends before a name that are looked over, in bytes.
const BLANKS: usize = 160;

/// True when the name is followed by nothing but words up to the end of its line, and by one at least: no operator, no quote
/// and no bracket gives it a value, and it is not one of those that white space alone gives one.
pub(super) fn holds(text: &[u8], name: Span) -> bool {
    let rest = &text[name.end..];
    let word = matches!(rest, [b' ', first, ..] if first.is_ascii_alphabetic());
    // What `or` gives may stand on the next line.
    word && !rest.starts_with(b" or ") && !may_take_a_word(text, name) && ends_in_words(rest)
}

/// `--password VALUE`, `password VALUE` (`.netrc`), `ENV NAME VALUE` and the last of several names (`login, password = …`).
fn may_take_a_word(text: &[u8], name: Span) -> bool {
    let near = &text[name.start.saturating_sub(BLANKS)..name.start];
    let before = near.trim_ascii_end();
    before.is_empty() && !near.is_empty()
        || near.ends_with(b"-")
        || before.ends_with(b",")
        || before.ends_with(b"ENV")
        || name.of(text) == b"password"
}

/// Whether words, numbers and what joins them go on to the end of the line.
fn ends_in_words(rest: &[u8]) -> bool {
    for at in (0..CHUNK * CHUNKS).step_by(CHUNK) {
        let chunk = rest.get(at..).unwrap_or_default();
        let others = !bits(chunk, in_words);
        if others != 0 {
            let end = chunk.get(others.trailing_zeros() as usize..).unwrap_or_default();
            return matches!(end, [] | [b'\n', ..] | [b'\r', b'\n', ..]);
        }
    }
    false
}

/// Letters, digits, blanks, `-`, `.`, `/` and `_`.
fn in_words(byte: u8) -> bool {
    let letter = (byte | 0x20).wrapping_sub(b'a') < 26;
    let middle = byte.wrapping_sub(b'-') <= b'9' - b'-';
    letter | middle | (byte == b'_') | (byte == b' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(text: &str, name: &str) -> bool {
        let start = text.find(name).expect("the name");
        super::holds(text.as_bytes(), Span::new(start, start + name.len()))
    }

    #[test]
    fn words_follow_up_to_the_end_of_the_line() {
        for (text, name) in [
            ("// the token is passed on\nx = 1", "token"),
            ("sshd[12]: Accepted publickey for user7 from 10.0.0.1 port 22\n", "publickey"),
            ("session opened", "session"),
            ("a key that is\r\nb", "key"),
        ] {
            assert!(holds(text, name), "{text}");
        }
    }

    #[test]
    fn what_could_assign_is_looked_at() {
        for (text, name) in [
            ("token = abc\n", "token"),
            ("token is: abc\n", "token"),
            ("the token 'abc' is\n", "token"),
            ("--token abc\n", "token"),
            ("password abc\n", "password"),
            ("ENV TOKEN abc\n", "TOKEN"),
            ("user, token string = f()", "token"),
            ("token or \n 'abc'", "token"),
            ("token\n", "token"),
            ("token  abc", "token"),
            ("\n   token abc", "token"),
        ] {
            assert!(!holds(text, name), "{text}");
        }
        assert!(!holds(&format!("token {}", "word ".repeat(50)), "token"), "too long a line");
        assert!(holds(&format!("token {}", "word ".repeat(20)), "token"));
    }
}
