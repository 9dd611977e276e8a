//! The ways in which a known value may be written down: itself, and what encoders make of it.
//!
//! Stands apart from the search because here only the value is looked at. The other way round, decoding everything that
//! is read, would cost more and find less: a value is encoded in a few ways only, and each is a string to look for.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use zeroize::Zeroizing;

/// How a value is written where it was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Form {
    /// As it was given.
    Plain,
    /// The same in ISO 8859-1.
    Latin1,
    /// Escaped as in JSON, a string of a programming language, a shell or a properties file.
    Escaped,
    /// `\u0041`, `\u{41}`.
    UnicodeEscape,
    /// `\x41` or `\101`.
    ByteEscape,
    /// `%41`, of all characters or only of those that have to be.
    Percent,
    /// `&amp;`, `&#65;`, `&#x41;`.
    Html,
    /// `=3D`.
    QuotedPrintable,
    /// Hexadecimal digits.
    Hex,
    /// Base64, standard or URL-safe, wherever in a longer text it begins.
    Base64,
    /// Base64 of base64.
    Base64Twice,
    /// Base64 of UTF-16, as PowerShell's `-EncodedCommand` takes it.
    Base64Utf16,
    /// UTF-16, little end first.
    Utf16Le,
    /// UTF-16, big end first.
    Utf16Be,
}

impl Form {
    /// The kebab-case word used in reports.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Latin1 => "latin-1",
            Self::Escaped => "escaped",
            Self::UnicodeEscape => "unicode-escape",
            Self::ByteEscape => "byte-escape",
            Self::Percent => "percent",
            Self::Html => "html",
            Self::QuotedPrintable => "quoted-printable",
            Self::Hex => "hex",
            Self::Base64 => "base64",
            Self::Base64Twice => "base64-twice",
            Self::Base64Utf16 => "base64-utf-16",
            Self::Utf16Le => "utf-16le",
            Self::Utf16Be => "utf-16be",
        }
    }

    /// True for UTF-16, in which every other byte of plain text is zero.
    pub(super) const fn is_wide(self) -> bool {
        matches!(self, Self::Utf16Le | Self::Utf16Be)
    }

    /// True for text of letters and digits that may be escaped or broken over lines on its way.
    pub(super) const fn is_spelled(self) -> bool {
        matches!(self, Self::Plain | Self::Hex | Self::Base64 | Self::Base64Twice | Self::Base64Utf16)
    }
}

/// One way to write a value.
pub(super) struct Written {
    pub(super) form: Form,
    pub(super) bytes: Zeroizing<Vec<u8>>,
}

/// Encoded bytes below this number stand anywhere by chance.
const SHORTEST: usize = 6;

/// Bytes that a URL never needs to escape (RFC 3986, 2.3), and those that JavaScript's `encodeURIComponent`, its
/// `encodeURI` and HTML forms leave alone besides letters and digits.
const PERCENT_KEEPS: [&[u8]; 4] = [b"-._~", b"-_.!~*'()", b";/?:@&=+$,#-_.!~*'()", b"*-._"];

/// Every way to write `value`, each byte string once and the plainest name for it.
pub(super) fn written(value: &[u8]) -> Vec<Written> {
    let mut all = Collected::default();
    all.add(Form::Plain, value.to_vec());
    let text = std::str::from_utf8(value).ok();
    escapes(value, text, &mut all);
    percent(value, &mut all);
    html(value, text, &mut all);
    all.add(
        Form::QuotedPrintable,
        each(value, |b| b == b'=' || !b.is_ascii_graphic(), |b| format!("={b:02X}")),
    );
    all.add(Form::Hex, each(value, |_| true, |b| format!("{b:02x}")));
    all.add(Form::Hex, each(value, |_| true, |b| format!("{b:02X}")));
    base64_forms(value, &mut all);
    if let Some(text) = text {
        utf16(text, &mut all);
        let latin: Option<Vec<u8>> = text.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect();
        all.add(Form::Latin1, latin.unwrap_or_default());
    }
    all.list
}

#[derive(Default)]
struct Collected {
    list: Vec<Written>,
}

impl Collected {
    fn add(&mut self, form: Form, bytes: Vec<u8>) {
        let bytes = Zeroizing::new(bytes);
        if bytes.len() >= SHORTEST && self.list.iter().all(|known| *known.bytes != *bytes) {
            self.list.push(Written { form, bytes });
        }
    }
}

/// `value` with every byte that `is_special` written by `as_text`.
fn each(value: &[u8], is_special: impl Fn(u8) -> bool, as_text: impl Fn(u8) -> String) -> Vec<u8> {
    let mut out = Vec::with_capacity(value.len() * 4);
    for &byte in value {
        match is_special(byte) {
            true => out.extend_from_slice(as_text(byte).as_bytes()),
            false => out.push(byte),
        }
    }
    out
}

/// What JSON (RFC 8259, 7) and its relatives make of it: as little as must be, more for HTML, everything.
fn escapes(value: &[u8], text: Option<&str>, all: &mut Collected) {
    for marks in ["\"\\", "\"\\/", "'\\", "\\", "\\:=#!", "\\$`\"", "\\ '\"$&;()<>|*?!#~`{}[]"] {
        let escaped = each(
            value,
            |b| marks.as_bytes().contains(&b) || b.is_ascii_control(),
            |b| match b {
                b'\n' => "\\n".to_owned(),
                b'\r' => "\\r".to_owned(),
                b'\t' => "\\t".to_owned(),
                control if control.is_ascii_control() => format!("\\u{control:04x}"),
                mark => format!("\\{}", char::from(mark)),
            },
        );
        // A string inside a string: JSON within JSON, a shell within YAML.
        let twice = each(&escaped, |b| b == b'\\' || b == b'"', |b| format!("\\{}", char::from(b)));
        all.add(Form::Escaped, escaped);
        all.add(Form::Escaped, twice);
    }
    // A quote inside a quoted word of a shell, of SQL and of YAML.
    all.add(Form::Escaped, each(value, |b| b == b'\'', |_| "'\\''".to_owned()));
    all.add(Form::Escaped, each(value, |b| b == b'\'', |_| "''".to_owned()));
    all.add(Form::Escaped, each(value, |b| b == b'"', |_| "\"\"".to_owned()));
    all.add(Form::ByteEscape, each(value, |_| true, |b| format!("\\x{b:02x}")));
    all.add(Form::ByteEscape, each(value, |_| true, |b| format!("\\x{b:02X}")));
    all.add(Form::ByteEscape, each(value, |b| !b.is_ascii_graphic(), |b| format!("\\x{b:02x}")));
    all.add(Form::ByteEscape, each(value, |_| true, |b| format!("\\{b:03o}")));
    all.add(Form::ByteEscape, each(value, |b| !b.is_ascii_graphic(), |b| format!("\\{b:03o}")));
    let Some(text) = text else { return };
    let html = |c: char| "<>&'\"=+".contains(c) || !c.is_ascii() || c.is_ascii_control();
    let script = |c: char| "<>&".contains(c) || !c.is_ascii() || c.is_ascii_control();
    let not_ascii = |c: char| !c.is_ascii() || c.is_ascii_control();
    let everything = |_: char| true;
    let which: [&dyn Fn(char) -> bool; 4] = [&html, &script, &not_ascii, &everything];
    for special in which {
        for upper in [false, true] {
            all.add(Form::UnicodeEscape, unicode(text, special, upper, false));
            all.add(Form::UnicodeEscape, unicode(text, special, upper, true));
        }
    }
}

/// `text` with `\uXXXX`, or `\u{X}` where `braces`, for every character that is `special`; JSON's own marks besides.
fn unicode(text: &str, special: impl Fn(char) -> bool, upper: bool, braces: bool) -> Vec<u8> {
    let mut out = String::with_capacity(text.len() * 6);
    for c in text.chars() {
        match (special(c), braces) {
            (true, true) if upper => out.push_str(&format!("\\u{{{:X}}}", u32::from(c))),
            (true, true) => out.extend(c.escape_unicode()),
            (true, false) => c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| {
                out.push_str(&if upper { format!("\\u{unit:04X}") } else { format!("\\u{unit:04x}") });
            }),
            (false, _) if c == '"' || c == '\\' => out.extend(['\\', c]),
            (false, _) => out.push(c),
        }
    }
    out.into_bytes()
}

fn percent(value: &[u8], all: &mut Collected) {
    let escape = |special: &dyn Fn(u8) -> bool, upper: bool| {
        each(value, special, |b| if upper { format!("%{b:02X}") } else { format!("%{b:02x}") })
    };
    for upper in [true, false] {
        for keeps in PERCENT_KEEPS {
            let escaped = escape(&|b| !b.is_ascii_alphanumeric() && !keeps.contains(&b), upper);
            // `application/x-www-form-urlencoded`: a blank is a plus.
            let plus = String::from_utf8_lossy(&escaped).replace("%20", "+").into_bytes();
            // A URL inside a URL.
            let twice = each(&escaped, |b| b == b'%', |_| "%25".to_owned());
            [escaped, plus, twice].into_iter().for_each(|bytes| all.add(Form::Percent, bytes));
        }
        all.add(Form::Percent, escape(&|_| true, upper));
    }
}

fn html(value: &[u8], text: Option<&str>, all: &mut Collected) {
    for apostrophe in ["'", "&#39;", "&#x27;", "&#039;", "&apos;"] {
        for quote in ["\"", "&quot;", "&#34;"] {
            all.add(
                Form::Html,
                each(
                    value,
                    |b| b"&<>'\"".contains(&b),
                    |b| {
                        match b {
                            b'&' => "&amp;",
                            b'<' => "&lt;",
                            b'>' => "&gt;",
                            b'\'' => apostrophe,
                            _ => quote,
                        }
                        .to_owned()
                    },
                ),
            );
        }
    }
    let Some(text) = text else { return };
    let number = |write: &dyn Fn(u32) -> String| -> Vec<u8> {
        text.chars().map(|c| write(u32::from(c))).collect::<String>().into_bytes()
    };
    all.add(Form::Html, number(&|c| format!("&#{c};")));
    all.add(Form::Html, number(&|c| format!("&#x{c:x};")));
    all.add(Form::Html, number(&|c| format!("&#x{c:X};")));
}

fn base64_forms(value: &[u8], all: &mut Collected) {
    for core in base64_cores(value) {
        base64_cores(&core).into_iter().for_each(|twice| all.add(Form::Base64Twice, twice));
        all.add(Form::Base64, core);
    }
}

/// The characters of base64 that depend on nothing but `value`, for each of the three places in a group at which it may
/// begin and for both alphabets (RFC 4648, 4 and 5). What stands before and after it decides the others.
fn base64_cores(value: &[u8]) -> Vec<Vec<u8>> {
    let config = GeneralPurposeConfig::new().with_encode_padding(false);
    let mut cores = Vec::new();
    for alphabet in [alphabet::STANDARD, alphabet::URL_SAFE] {
        let engine = GeneralPurpose::new(&alphabet, config);
        for before in 0..3 {
            let mut shifted = Zeroizing::new(vec![0; before]);
            shifted.extend_from_slice(value);
            let encoded = engine.encode(shifted.as_slice()).into_bytes();
            let (first, last) = ((before * 8).div_ceil(6), shifted.len() * 8 / 6);
            cores.push(encoded[first..last].to_vec());
        }
    }
    cores
}

fn utf16(text: &str, all: &mut Collected) {
    let units = |bytes: fn(u16) -> [u8; 2]| -> Vec<u8> { text.encode_utf16().flat_map(bytes).collect() };
    let (little, big) = (units(u16::to_le_bytes), units(u16::to_be_bytes));
    for wide in [&little, &big] {
        base64_cores(wide).into_iter().for_each(|core| all.add(Form::Base64Utf16, core));
    }
    all.add(Form::Utf16Le, little);
    all.add(Form::Utf16Be, big);
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use base64::engine::general_purpose::{STANDARD, URL_SAFE};

    use super::*;

    fn holds(value: &str, text: &[u8]) -> Option<Form> {
        let all = written(value.as_bytes());
        let found = all.iter().find(|w| memchr::memmem::find(text, &w.bytes).is_some());
        found.map(|w| w.form)
    }

    #[test]
    fn base64_is_found_at_every_place_in_a_longer_text() {
        let value = "kq7>?zzWw0~pPq";
        for before in ["", "a", "ab", "abc", "user:"] {
            for after in ["", "z", "yz"] {
                let text = format!("{before}{value}{after}");
                assert_eq!(holds(value, STANDARD.encode(&text).as_bytes()), Some(Form::Base64), "{text}");
                assert_eq!(holds(value, URL_SAFE.encode(&text).as_bytes()), Some(Form::Base64));
                let twice = STANDARD.encode(STANDARD.encode(&text));
                assert_eq!(holds(value, twice.as_bytes()), Some(Form::Base64Twice));
            }
        }
    }

    #[test]
    fn what_encoders_write_is_found_under_its_name() {
        let value = "p\"a/s s&wörd'1+";
        let cases: [(&str, Form); 15] = [
            (value, Form::Plain),
            ("p\\\"a/s s&wörd'1+", Form::Escaped),
            ("p\\\"a\\/s s&wörd'1+", Form::Escaped),
            ("p\\\\\\\"a/s s&wörd'1+", Form::Escaped),
            ("p\\\"a/s s&w\\u00f6rd'1+", Form::UnicodeEscape),
            ("p\\\"a/s s\\u0026w\\u00f6rd'1+", Form::UnicodeEscape),
            ("p%22a%2Fs%20s%26w%C3%B6rd%271%2B", Form::Percent),
            ("p%22a%2fs+s%26w%c3%b6rd%271%2b", Form::Percent),
            ("p%22a/s%20s&w%C3%B6rd'1+", Form::Percent),
            ("p&quot;a/s s&amp;wörd&#39;1+", Form::Html),
            ("7022612f7320732677c3b6726427312b", Form::Hex),
            ("7022612F7320732677C3B6726427312B", Form::Hex),
            (
                "\\x70\\x22\\x61\\x2f\\x73\\x20\\x73\\x26\\x77\\xc3\\xb6\\x72\\x64\\x27\\x31\\x2b",
                Form::ByteEscape,
            ),
            ("p\"a/s s&wörd'\\''1+", Form::Escaped),
            (
                "&#112;&#34;&#97;&#47;&#115;&#32;&#115;&#38;&#119;&#246;&#114;&#100;&#39;&#49;&#43;",
                Form::Html,
            ),
        ];
        for (text, form) in cases {
            assert_eq!(holds(value, text.as_bytes()), Some(form), "{text}");
        }
        let latin: Vec<u8> = value.chars().map(|c| u32::from(c) as u8).collect();
        assert_eq!(holds(value, &latin), Some(Form::Latin1));
        let wide: Vec<u8> = value.encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(holds(value, &wide), Some(Form::Utf16Be));
        let command: Vec<u8> = format!("echo {value}").encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(holds(value, STANDARD.encode(command).as_bytes()), Some(Form::Base64Utf16));
    }

    #[test]
    fn nothing_is_looked_for_twice_and_nothing_that_is_short() {
        let all = written(b"abcdef123456");
        let distinct: BTreeSet<&[u8]> = all.iter().map(|w| w.bytes.as_slice()).collect();
        assert_eq!(distinct.len(), all.len());
        assert!(all.iter().all(|w| w.bytes.len() >= SHORTEST));
    }
}
