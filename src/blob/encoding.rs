//! What the bytes of a blob are written in, guessed from its beginning, and UTF-16 turned into UTF-8 as it streams.
//!
//! Apart from the windows because it is pure: a head of bytes in, an encoding out.

use std::io::{self, Read};

/// How many bytes at the start of a blob decide on its encoding. git looks at 8,000 (`buffer_is_binary`).
pub const HEAD: usize = 8 * 1024;

/// Byte order of UTF-16.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Endian {
    /// Low byte first, as Windows writes.
    Little,
    /// High byte first.
    Big,
}

/// What a blob is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, or any other superset of ASCII: it is scanned as the bytes it is.
    Ascii,
    /// UTF-16, to be decoded before anybody looks at it.
    Utf16(Endian),
    /// No text: a NUL byte in the head and not UTF-16.
    Binary,
}

/// The encoding that `head`, the first [`HEAD`] bytes of a blob or all of it, speaks for, and the length in bytes of
/// the byte order mark to skip.
pub fn sniff(head: &[u8]) -> (Encoding, usize) {
    let head = &head[..head.len().min(HEAD)];
    match head {
        [0xff, 0xfe, rest @ ..] | [0xfe, 0xff, rest @ ..] if is_plainly_ascii(rest) => (Encoding::Ascii, 0),
        [0xff, 0xfe, ..] => (Encoding::Utf16(Endian::Little), 2),
        [0xfe, 0xff, ..] => (Encoding::Utf16(Endian::Big), 2),
        [0xef, 0xbb, 0xbf, rest @ ..] => (without_mark(rest), 3),
        _ => (without_mark(head), 0),
    }
}

/// A mark of UTF-16 before text that is none, as a broken conversion or somebody with something to hide leaves it:
/// decoded, its secrets would be Chinese. Real UTF-16 has a NUL byte in every ASCII character, and of other scripts at
/// most about half of the bytes look like ASCII; here nine of ten do.
fn is_plainly_ascii(rest: &[u8]) -> bool {
    let ascii = rest.iter().filter(|byte| matches!(byte, b'\t' | b'\n' | b'\r' | 0x20..=0x7e)).count();
    !rest.is_empty() && !rest.contains(&0) && ascii * 10 >= rest.len() * 9
}

fn without_mark(head: &[u8]) -> Encoding {
    if memchr::memchr(0, head).is_none() {
        return Encoding::Ascii;
    }
    let is = |endian| is_utf16(head, endian);
    [Endian::Little, Endian::Big]
        .into_iter()
        .find(|&endian| is(endian))
        .map_or(Encoding::Binary, Encoding::Utf16)
}

/// Text in UTF-16 has no control characters and no lone surrogates, and at least a fifth of it is ASCII: keys, quotes,
/// spaces and line ends, whatever the language of the prose. Arrays of small numbers fail on their control characters.
fn is_utf16(head: &[u8], endian: Endian) -> bool {
    let mut units = head.chunks_exact(2).map(|pair| unit(endian, [pair[0], pair[1]])).peekable();
    let (mut all, mut ascii) = (0usize, 0usize);
    while let Some(unit) = units.next() {
        all += 1;
        match unit {
            0x09 | 0x0a | 0x0c | 0x0d | 0x20..=0x7e => ascii += 1,
            0..=0x1f | 0x7f..=0x9f | 0xfffe..=0xffff => return false,
            0xd800..=0xdbff if units.peek().is_none_or(|next| (0xdc00..=0xdfff).contains(next)) => {
                units.next();
            }
            0xd800..=0xdfff => return false,
            _ => {}
        }
    }
    ascii > 0 && ascii * 5 >= all
}

fn unit(endian: Endian, pair: [u8; 2]) -> u16 {
    match endian {
        Endian::Little => u16::from_le_bytes(pair),
        Endian::Big => u16::from_be_bytes(pair),
    }
}

/// Raw bytes that a decoder asks its reader for at once.
const CHUNK: usize = 64 * 1024;

/// The least room that [`Utf16::read`] needs: a replacement for a lone surrogate and the character after it.
pub const ROOM: usize = 8;

/// UTF-16 on its way to UTF-8. A lone surrogate, and an odd byte at the end, become one U+FFFD each.
pub struct Utf16 {
    endian: Endian,
    raw: Vec<u8>,
    at: usize,
    filled: usize,
    high: Option<u16>,
    ended: bool,
}

impl Utf16 {
    /// A decoder that begins with `raw`, bytes already read, without their byte order mark.
    pub fn new(endian: Endian, raw: Vec<u8>) -> Self {
        let filled = raw.len();
        Self { endian, raw, at: 0, filled, high: None, ended: false }
    }

    /// Decodes into `out`, which must have [`ROOM`]; 0 bytes mean the end, as in [`Read`].
    ///
    /// # Errors
    /// Those of `reader`.
    pub fn read(&mut self, reader: &mut dyn Read, out: &mut [u8]) -> io::Result<usize> {
        let mut written = 0;
        loop {
            while self.filled - self.at >= 2 && out.len() - written >= ROOM {
                let pair = [self.raw[self.at], self.raw[self.at + 1]];
                self.at += 2;
                written += self.push(unit(self.endian, pair), &mut out[written..]);
            }
            if written > 0 {
                return Ok(written);
            }
            if self.ended {
                return Ok(self.finish(out));
            }
            self.refill(reader)?;
        }
    }

    fn push(&mut self, unit: u16, out: &mut [u8]) -> usize {
        let mut written = 0;
        let mut put = |c: char| written += c.encode_utf8(&mut out[written..]).len();
        let is_low = (0xdc00..=0xdfff).contains(&unit);
        match self.high.take() {
            Some(high) if is_low => {
                let code = 0x1_0000 + ((u32::from(high) - 0xd800) << 10) + (u32::from(unit) - 0xdc00);
                put(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
                return written;
            }
            Some(_) => put(char::REPLACEMENT_CHARACTER),
            None => {}
        }
        if (0xd800..=0xdbff).contains(&unit) {
            self.high = Some(unit);
        } else {
            put(char::from_u32(u32::from(unit)).unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        written
    }

    /// What is left when the reader has ended: half a pair, half a unit.
    fn finish(&mut self, out: &mut [u8]) -> usize {
        let lone = usize::from(self.high.take().is_some());
        let odd = self.filled - self.at;
        self.at = self.filled;
        (0..lone + odd).fold(0, |at, _| at + char::REPLACEMENT_CHARACTER.encode_utf8(&mut out[at..]).len())
    }

    fn refill(&mut self, reader: &mut dyn Read) -> io::Result<()> {
        self.raw.copy_within(self.at..self.filled, 0);
        self.filled -= self.at;
        self.at = 0;
        if self.raw.len() < CHUNK {
            self.raw.resize(CHUNK, 0);
        }
        let read = read_some(reader, &mut self.raw[self.filled..])?;
        self.filled += read;
        self.ended = read == 0;
        Ok(())
    }
}

/// One `read` that an interrupting signal does not end.
///
/// # Errors
/// Those of `reader`, but for [`io::ErrorKind::Interrupted`].
pub fn read_some(reader: &mut dyn Read, out: &mut [u8]) -> io::Result<usize> {
    loop {
        match reader.read(out) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            done => return done,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(text: &str, endian: Endian) -> Vec<u8> {
        let pair = |unit: u16| if endian == Endian::Little { unit.to_le_bytes() } else { unit.to_be_bytes() };
        text.encode_utf16().flat_map(pair).collect()
    }

    #[test]
    fn marks_name_the_encoding_and_are_skipped() {
        assert_eq!(sniff(b"\xef\xbb\xbfa=b"), (Encoding::Ascii, 3));
        assert_eq!(sniff(b"\xff\xfea\0"), (Encoding::Utf16(Endian::Little), 2));
        assert_eq!(sniff(b"\xfe\xff\0a"), (Encoding::Utf16(Endian::Big), 2));
        assert_eq!(sniff(b""), (Encoding::Ascii, 0));
    }

    #[test]
    fn a_mark_before_plain_text_does_not_hide_it() {
        for mark in [[0xff, 0xfe], [0xfe, 0xff]] {
            let text = [&mark[..], b"\xe9 password = \"swordfish and more\"\r\n"].concat();
            assert_eq!(sniff(&text), (Encoding::Ascii, 0));
            let endian = if mark == [0xff, 0xfe] { Endian::Little } else { Endian::Big };
            let chinese =
                [&mark[..], &bytes("\u{6d4b}\u{8bd5}\u{4e2d}\u{6587}\u{6587}\u{672c}", endian)].concat();
            assert_eq!(sniff(&chinese), (Encoding::Utf16(endian), 2));
        }
    }

    #[test]
    fn utf16_is_known_without_a_mark_in_any_language() {
        let prose = "ключ = \"значение\"\r\n日本語のコメント key = value 🔑 end\r\n";
        for endian in [Endian::Little, Endian::Big] {
            for text in ["ab", "name: value\r\nother: value\r\n", prose] {
                assert_eq!(sniff(&bytes(text, endian)), (Encoding::Utf16(endian), 0), "{text}");
            }
        }
    }

    #[test]
    fn a_nul_makes_everything_else_binary() {
        let numbers: Vec<u8> = (0..200u16).flat_map(u16::to_le_bytes).collect();
        for head in [&b"\0"[..], b"text with one \0 in it", b"\x7fELF\x02\x01\x01\0\0\0\0\0", &numbers] {
            assert_eq!(sniff(head), (Encoding::Binary, 0));
        }
        assert_eq!(
            sniff(&[&[b'a'; HEAD][..], b"\0"].concat()),
            (Encoding::Ascii, 0),
            "only the head decides"
        );
    }

    #[test]
    fn a_surrogate_pair_cut_by_the_end_of_the_head_is_still_text() {
        let text = "k".repeat(HEAD / 2 - 1) + "🔑 more";
        assert_eq!(sniff(&bytes(&text, Endian::Little)).0, Encoding::Utf16(Endian::Little));
    }
}
