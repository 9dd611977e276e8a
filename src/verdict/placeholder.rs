//! Values that stand for a value. Judged on the whole value, never on a part of it: `changeme` is a placeholder,
//! `changeme4Tuesday!` is a password.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use rustc_hash::FxHashSet;

use super::value::looks_generated;
use super::words;

/// Words that make up placeholders, besides the words of the name the value was given to.
static VOCABULARY: LazyLock<FxHashSet<&str>> = LazyLock::new(|| {
    set("\
     a access account actual add an api apikey app application auth bar base base64 baz blah \
     bot byte bytes change changed changeit changeme char character characters chars client cloud code \
     complex correct credential credentials custom data database db default demo dev development digit dummy \
     edit email empty encoded encryption enter env example examples fake false fill foo foobar for from fixme \
     generate generated goes guess hash her here hex hidden host id if in insert invalid is it jwt key keys \
     letter live local localhost long looks like me min minimum missing mock must my mysecret mypassword name \
     new no none not null of or old only our own pass passphrase passwd password paste phrase placeholder \
     please private prod production project public put pw pwd random real redacted removed replace replaced \
     replaceme required sample sandbox secret secretkey secrets secure server service set should signing some \
     something staging string strong stub super supersecret synthetic template temp test testing text that \
     the this to todo token topsecret true undefined unique unknown unset unused update url use used user \
     username val value values var variable very webhook with xxx your yours bearer basic specific sha256 \
     least at fernet urlsafe safe uuid guid tbd na n redis postgres mysql mongo sk pk rk sid asdf guest hello \
     ignored secret123 blank dontcare somewhere simple mine any anything whatever \
     oauth")
});

/// True when `word`, in lower case, is one that placeholders and the names of fields are made of.
pub(super) fn is_ordinary(word: &str) -> bool {
    VOCABULARY.contains(word)
}

/// Why `value` is a placeholder, if it is; `name` holds the words of the name it was given to.
pub(super) fn is_placeholder(value: &[u8], name: &[String]) -> bool {
    let value = value.trim_ascii();
    value.is_empty()
        || bracketed(value)
        || masked(value)
        || elided(value)
        || repeated(value)
        || sequence(value)
        || made_up_hex(value)
        || documented(value)
        || made_of_words(value, name)
}

/// `<…>`, `[…]`, `{…}`, `{{…}}`, `%…%`, `__…__`, `@…@`, `«…»`, `*…*`: marked as something to fill in.
fn bracketed(value: &[u8]) -> bool {
    let pairs: [(&[u8], &[u8]); 8] = [
        (b"<", b">"),
        (b"[", b"]"),
        (b"{", b"}"),
        (b"%", b"%"),
        (b"__", b"__"),
        (b"@", b"@"),
        (b"(", b")"),
        ("«".as_bytes(), "»".as_bytes()),
    ];
    pairs.iter().any(|(open, close)| {
        let inner = value.strip_prefix(*open).and_then(|rest| rest.strip_suffix(*close));
        // What was generated is not something to fill in.
        let generated = |inner: &[u8]| looks_generated(inner) || inner.iter().any(|b| b"!#$&*@^".contains(b));
        inner.is_some_and(|inner| !inner.is_empty() && (inner.len() < 24 || !generated(inner)))
    }) || inner_angle(value)
}

/// `sk_live_<key>`, `<client-id>.apps.example`: a bracketed word inside.
fn inner_angle(value: &[u8]) -> bool {
    let Some(open) = memchr::memchr(b'<', value) else { return false };
    if open > 0 && value[open - 1].is_ascii_alphanumeric() {
        return false;
    }
    let Some(close) = memchr::memchr(b'>', &value[open..]) else { return false };
    close > 1
        && value[open + 1..open + close].iter().all(|&b| b.is_ascii_alphanumeric() || b"-_ /.".contains(&b))
}

/// Nothing but masking characters: `****`, `xxxx`, `••••`, `----`, `####`.
fn masked(value: &[u8]) -> bool {
    let mask = |c: char| {
        matches!(c, '*' | 'x' | 'X' | '•' | '.' | '#' | '-' | '_' | '?' | '…' | '●' | '=' | '~' | '0')
    };
    std::str::from_utf8(value).is_ok_and(|text| text.chars().all(mask))
}

/// What stands for characters that were left out.
static ELISIONS: LazyLock<AhoCorasick> = LazyLock::new(|| {
    AhoCorasick::new(["...", "…", "***", "xxxxxx", "XXXXXX"])
        .expect("five short literals, compiled by a test")
});

/// Length in bytes, and marks in it, from which three mask characters stand side by side by chance.
const LONG: (usize, usize) = (40, 9);

/// Ends or begins in an ellipsis or a run of mask characters: `sk_test_...`, `AKIAxxxxxxxxxxxx`, `abc****`.
fn elided(value: &[u8]) -> bool {
    let x_tail = value.iter().rev().take_while(|&&b| b == b'x' || b == b'X').count();
    let marks = || value.iter().filter(|b| b.is_ascii_punctuation()).count();
    let long = || value.len() >= LONG.0 && marks() >= LONG.1;
    let mut elisions = ELISIONS.find_iter(value).map(|found| found.range());
    let elided =
        elisions.next().is_some_and(|first| !long() || &value[first] != b"***") || elisions.next().is_some();
    x_tail >= 4 || elided
}

/// One or two characters over and over: `aaaaaaaa`, `abababab`, `00000000-0000-…`.
fn repeated(value: &[u8]) -> bool {
    let mut seen = [false; 256];
    value.iter().filter(|b| b.is_ascii_alphanumeric()).for_each(|&b| seen[b as usize] = true);
    let kinds = seen.iter().filter(|&&seen| seen).count();
    value.len() >= 6 && kinds <= 2 || value.len() >= 4 && kinds <= 1
}

/// The ending that AWS gives to every key in its documentation.
fn documented(value: &[u8]) -> bool {
    value.ends_with(b"EXAMPLE") || value.ends_with(b"EXAMPLEKEY")
}

/// `1234567890`, `abcdefgh`, `0123456789abcdef`: each character follows the one before.
fn sequence(value: &[u8]) -> bool {
    let follows =
        |w: &&[u8]| w[1] == w[0].wrapping_add(1) || (w[0] == b'9' && matches!(w[1], b'0' | b'a' | b'A'));
    let steps = value.windows(2).filter(follows).count();
    value.len() >= 6 && steps * 10 >= (value.len() - 1) * 8
}

/// `000102…1f`, `deadbeefdeadbeef`, `0000…0001`: bytes in hex that count up, repeat or are nearly all the same.
fn made_up_hex(value: &[u8]) -> bool {
    if value.len() < 12 || !value.iter().all(u8::is_ascii_hexdigit) {
        return false;
    }
    let byte =
        |pair: &[u8]| std::str::from_utf8(pair).ok().and_then(|pair| u8::from_str_radix(pair, 16).ok());
    let bytes: Vec<u8> = value.chunks_exact(2).filter_map(byte).collect();
    let steps = bytes.windows(2).filter(|pair| pair[1] == pair[0].wrapping_add(1)).count();
    let mut counts = [0; 256];
    bytes.iter().for_each(|&byte| counts[usize::from(byte)] += 1);
    let most = counts.iter().max().copied().unwrap_or(0);
    let made_up = [&b"deadbeef"[..], b"cafebabe", b"badc0ffee", b"feedface"];
    let spelled = made_up.iter().any(|word| value.to_ascii_lowercase().starts_with(word));
    steps * 10 >= (bytes.len() - 1) * 8 || most * 2 > bytes.len() || spelled
}

/// Longest placeholder of words in bytes.
const LONGEST_WORDS: usize = 80;

/// Made of nothing but words that placeholders are made of, the name's own words and plain numbers.
fn made_of_words(value: &[u8], name: &[String]) -> bool {
    if value.len() > LONGEST_WORDS {
        return false;
    }
    let mut letters = false;
    let mut asks = None;
    let all = words::all(value, |word| {
        let asks = *asks.get_or_insert(matches!(word, "your" | "insert" | "enter" | "replace"));
        if word.bytes().all(|b| b.is_ascii_digit()) {
            return word.len() <= 3;
        }
        letters = true;
        let plain = asks && word.bytes().all(|b| b.is_ascii_lowercase()) && word.len() <= 14;
        plain || known(word, name)
    });
    all && letters
}

/// A placeholder's word, several written together (`notarealpassword`), or one with a counter (`key2`).
fn known(word: &str, name: &[String]) -> bool {
    let stem = word.strip_suffix(|c: char| c.is_ascii_digit()).filter(|stem| stem.len() >= 3).unwrap_or(word);
    let single = |word: &str| VOCABULARY.contains(word) || name.iter().any(|n| n == word);
    if single(word) || single(stem) {
        return true;
    }
    if !stem.is_ascii() {
        return false;
    }
    // `reached[end]`: the first `end` bytes are words of at least two letters.
    let mut reached = [false; LONGEST_WORDS + 1];
    reached[0] = true;
    for end in 2..=stem.len() {
        reached[end] =
            (end.saturating_sub(14)..end - 1).any(|start| reached[start] && single(&stem[start..end]));
    }
    reached[stem.len()]
}

fn set(words: &'static str) -> FxHashSet<&'static str> {
    words.split_ascii_whitespace().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(value: &str, name: &str) -> bool {
        is_placeholder(value.as_bytes(), &words::split(name.as_bytes()))
    }

    #[test]
    fn placeholders_as_a_whole() {
        for value in [
            "<64-char-random>",
            "your-secret-here",
            "your-cloak-key-here",
            "dev-secret-key-base",
            "changeme",
            "xxxx",
            "example",
            "your-64-char-hex-string-here",
            "sk_test_...",
            "test-token",
            "sandbox-key",
            "****",
            "YOUR_API_KEY",
            "sk_live_<key>",
            "new-value",
            "0123456789abcdef",
            "aaaaaaaaaaaa",
            "${X}",
            "{{ x }}",
            "your-vault-token",
            "dev-guardian-secret",
        ] {
            assert!(check(value, "GUARDIAN_CLOAK_KEY"), "{value}");
        }
        for value in
            ["hunter2", "changeme4Tuesday", "exampleK9f2", "Summer2024", "correcthorsebattery", "qwertz12"]
        {
            assert!(!check(value, "db_password"), "{value}");
        }
    }
}
