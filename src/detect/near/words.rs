//! Words of the text around a value: where they begin and end in any case style, and which of them say key or token.

use crate::span::Span;

use super::kinds::{self, Kinds};

/// Longest word in bytes; the rest of a longer one is not read as its part.
const LONGEST_WORD: usize = 64;

/// Words that say that a value opens something, also written together.
const TELLING: [&str; 44] = [
    "access",
    "accesskey",
    "accesstoken",
    "api",
    "apikey",
    "apikeys",
    "apisecret",
    "apitoken",
    "appkey",
    "appsecret",
    "auth",
    "authentication",
    "authkey",
    "authorization",
    "authtoken",
    "bearer",
    "bearertoken",
    "clientsecret",
    "consumersecret",
    "cred",
    "credential",
    "credentials",
    "creds",
    "jwt",
    "key",
    "keys",
    "license",
    "licensekey",
    "passphrase",
    "passwd",
    "password",
    "pat",
    "privatekey",
    "pw",
    "pwd",
    "secret",
    "secretkey",
    "secrets",
    "signature",
    "token",
    "tokens",
    "usertoken",
    "webhook",
    "xapikey",
];

/// For each byte which of the telling words begin with it, in any case, as bits.
static BEGIN: [u64; 256] = telling_words(0);

/// The same for their last bytes, and for those before.
static END: [u64; 256] = telling_words(1);
static BEFORE_END: [u64; 256] = telling_words(2);

/// The words that have a byte at `place`: 0 for the first, otherwise counted from the end.
const fn telling_words(place: usize) -> [u64; 256] {
    let mut table = [0; 256];
    let mut index = 0;
    while index < TELLING.len() {
        let word = TELLING[index].as_bytes();
        let letter = word[if place == 0 { 0 } else { word.len() - place }];
        table[letter as usize] |= 1 << index;
        table[letter.to_ascii_uppercase() as usize] |= 1 << index;
        index += 1;
    }
    table
}

/// The telling words whose bits are set.
fn of_bits(mut bits: u64) -> impl Iterator<Item = &'static [u8]> {
    std::iter::from_fn(move || {
        let index = bits.trailing_zeros() as usize;
        bits &= bits.wrapping_sub(1);
        TELLING.get(index).map(|word| word.as_bytes())
    })
}

/// The first word that begins at or after `at` and before `end`.
pub(super) fn next(text: &[u8], at: usize, end: usize) -> Option<Span> {
    let kind = |byte: u8| KINDS[usize::from(byte)];
    let from = text.get(at..end)?.iter().position(|&byte| kind(byte) != NONE)? + at;
    let most = text.len().min(from + LONGEST_WORD);
    let mut to = from + 1;
    let mut before = kind(text[from]);
    while to < most {
        let here = kind(text[to]);
        // As in [`Kinds::words`], which asks for many places at once.
        if here == NONE
            || here == UPPER && (before == LOWER || text.get(to + 1).is_some_and(u8::is_ascii_lowercase))
        {
            break;
        }
        before = here;
        to += 1;
    }
    Some(Span::new(from, to))
}

/// What words are not made of.
const NONE: u8 = 0;
/// Small letters and digits.
const LOWER: u8 = 1;
const UPPER: u8 = 2;

/// The kind of each byte.
static KINDS: [u8; 256] = {
    let mut kinds = [NONE; 256];
    let mut byte: u8 = 0;
    while byte < 128 {
        kinds[byte as usize] = match byte {
            b'a'..=b'z' | b'0'..=b'9' => LOWER,
            b'A'..=b'Z' => UPPER,
            _ => NONE,
        };
        byte += 1;
    }
    kinds
};

/// True when a word in `part` says key, token, secret …
pub fn tells(part: &[u8]) -> bool {
    if part.len() > kinds::MOST {
        return all(part).any(is_telling);
    }
    let kinds = Kinds::of(part);
    let begin = kinds.words();
    let mut starts = begin;
    while starts != 0 {
        let start = starts.trailing_zeros() as usize;
        starts &= starts - 1;
        if BEGIN[usize::from(part[start])] != 0 {
            // It ends where the next one begins, or where no letter or digit stands.
            let behind = (begin | !kinds.all()) & !Kinds::first(start + 1);
            let end = part.len().min(behind.trailing_zeros() as usize);
            if is_telling(&part[start..end]) {
                return true;
            }
        }
    }
    false
}

fn is_telling(word: &[u8]) -> bool {
    match undigited(word) {
        word @ [first, .., last] => {
            let known = BEGIN[usize::from(*first)] & END[usize::from(*last)];
            of_bits(known).any(|telling| telling.eq_ignore_ascii_case(word))
        }
        _ => false,
    }
}

/// True when `word` is a word of `part`.
pub(super) fn holds(part: &[u8], word: &[u8]) -> bool {
    all(part).any(|found| undigited(found).eq_ignore_ascii_case(word))
}

/// What stands in front of a name's last words (`accuweatherapikey`); empty for none.
pub(super) fn stem(word: &[u8]) -> &[u8] {
    let word = undigited(word);
    let [.., before, last] = word else { return word };
    let ends = END[usize::from(*last)] & BEFORE_END[usize::from(*before)];
    let ends_with = |telling: &&[u8]| {
        let at = word.len().checked_sub(telling.len());
        at.is_some_and(|at| word[at..].eq_ignore_ascii_case(telling))
    };
    let endings = of_bits(ends).filter(ends_with);
    let longest = endings.map(<[u8]>::len).max().unwrap_or(0);
    &word[..word.len() - longest]
}

/// False when the [`stem`] of `word` is all of it.
pub(super) fn may_end_telling(word: &[u8]) -> bool {
    match word {
        [.., before, last] => {
            last.is_ascii_digit() || END[usize::from(*last)] & BEFORE_END[usize::from(*before)] != 0
        }
        _ => false,
    }
}

/// `key2` is a `key`.
fn undigited(word: &[u8]) -> &[u8] {
    let digits = word.iter().rev().take_while(|b| b.is_ascii_digit()).count();
    &word[..word.len() - digits]
}

fn all(part: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let word = next(part, at, part.len())?;
        at = word.end;
        Some(word.of(part))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn words_are_the_same_one_by_one_and_at_once(part in "([a-cA-C0-1]|[_. -]){0,64}|(api|Key|TOKEN|s|1|_|é){0,9}") {
            let part = part.as_bytes();
            let part = &part[..part.len().min(kinds::MOST)];
            let begin: Vec<usize> = all(part).map(|word| word.as_ptr() as usize - part.as_ptr() as usize).collect();
            let bits = begin.iter().fold(0_u64, |bits, at| bits | 1 << at);
            prop_assert_eq!(Kinds::of(part).words(), bits);
            prop_assert_eq!(tells(part), all(part).any(is_telling));
        }
    }

    #[test]
    fn words_in_any_case_style() {
        let text = b"myAPIKey2.abuse-ip_DB x";
        let words: Vec<&[u8]> = all(text).collect();
        assert_eq!(words, [&b"my"[..], b"API", b"Key2", b"abuse", b"ip", b"DB", b"x"]);
    }

    #[test]
    fn some_words_say_key() {
        for name in ["API_KEY", "myToken2", "clientSecret", "x-apikey", "password"] {
            assert!(tells(name.as_bytes()), "{name}");
        }
        for name in ["keyboard", "monkey", "tokenizer", "path", ""] {
            assert!(!tells(name.as_bytes()), "{name}");
        }
        assert!(TELLING.iter().all(|word| tells(word.as_bytes()) && stem(word.as_bytes()).is_empty()));
        assert!(holds(b"SERVICE_TOKEN", b"token") && !holds(b"SERVICE_TOKENS", b"token"));
    }

    #[test]
    fn stems_of_words_written_together() {
        assert_eq!(stem(b"accuweatherapikey"), b"accuweather");
        assert_eq!(stem(b"ai21"), b"ai");
        assert_eq!(stem(b"accuweather2"), b"accuweather");
        assert_eq!(stem(b"accuweather"), b"accuweather");
    }
}
