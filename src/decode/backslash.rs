//! Escapes of programming languages and JSON: `\x41`, `\u0041`, `\u{41}`, `\U00000041`, `\101`, `\"`, `\/`, `\n` …

use super::escapes::{Escape, STRONG};
use super::hex;

/// The escape whose backslash stands at `at`.
pub(super) fn read(text: &[u8], at: usize) -> Option<Escape> {
    let letter = *text.get(at + 1)?;
    match letter {
        b'"' | b'\'' => Escape::new(2, &[letter], 1),
        b'/' => Escape::new(2, b"/", if is_after_scheme(text, at) { STRONG } else { 1 }),
        b'\\' => Escape::new(2, b"\\", 0),
        b'n' => Escape::new(2, b"\n", 0),
        b'r' => Escape::new(2, b"\r", 0),
        b't' => Escape::new(2, b"\t", 0),
        b'x' if text.get(at + 2) == Some(&b'{') => braced(text, at),
        b'x' => hex::pair(text, at + 2).and_then(|byte| Escape::byte(4, byte)),
        b'u' if text.get(at + 2) == Some(&b'{') => braced(text, at),
        b'u' => unicode(text, at),
        b'U' => character(number(text.get(at + 2..at + 10)?)?).and_then(|c| Escape::character(10, c, 1)),
        b'0'..=b'3' => octal(text.get(at + 1..at + 4)?),
        _ => None,
    }
}

/// `:\/\/`, as PHP writes URLs in JSON.
fn is_after_scheme(text: &[u8], at: usize) -> bool {
    text[..at].ends_with(b":") && text[at..].starts_with(b"\\/\\/")
}

/// `\u0041`, and `\ud83d\ude00` for what is beyond the first plane (RFC 8259, section 7).
fn unicode(text: &[u8], at: usize) -> Option<Escape> {
    let first = number(text.get(at + 2..at + 6)?)?;
    if !(0xd800..0xdc00).contains(&first) {
        return Escape::character(6, character(first)?, STRONG);
    }
    let second = text.get(at + 6..at + 12)?.strip_prefix(b"\\u")?;
    let low = number(second)?.checked_sub(0xdc00).filter(|low| *low < 0x400)?;
    Escape::character(12, character(0x1_0000 + ((first - 0xd800) << 10) + low)?, 0)
}

/// `\u{41}` (Rust, JavaScript, Swift, PHP), `\x{41}` (Perl, Ruby).
fn braced(text: &[u8], at: usize) -> Option<Escape> {
    let digits = text.get(at + 3..)?.iter().take(8).take_while(|&&byte| byte != b'}').count();
    (text.get(at + 3 + digits) == Some(&b'}')).then_some(())?;
    Escape::character(digits + 4, character(number(&text[at + 3..at + 3 + digits])?)?, 1)
}

fn octal(digits: &[u8]) -> Option<Escape> {
    let digit = |byte: &u8| char::from(*byte).to_digit(8);
    let value = digits.iter().try_fold(0, |value, byte| Some(value * 8 + digit(byte)?))?;
    Escape::byte(4, u8::try_from(value).ok()?)
}

fn number(digits: &[u8]) -> Option<u32> {
    let all = !digits.is_empty() && digits.iter().all(u8::is_ascii_hexdigit);
    u32::from_str_radix(std::str::from_utf8(digits).ok().filter(|_| all)?, 16).ok()
}

fn character(code: u32) -> Option<char> {
    char::from_u32(code)
}
