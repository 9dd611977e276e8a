//! What decoded bytes are, judged by their beginning: most runs in real trees are hashes, keys and images, and end here.

/// Bytes that decide.
pub(super) const HEAD: usize = 18;

/// Bytes that decide again once all is decoded.
const LONG_HEAD: usize = 4096;

/// Byte order of UTF-16, low byte first or last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Content {
    /// Text in ASCII or UTF-8.
    Text,
    /// UTF-16, low byte first when `little`.
    Utf16 {
        /// Low byte first.
        little: bool,
    },
    /// A gzip member (RFC 1952, section 2.3.1: the magic number and the only method there is).
    Gzip,
}

/// What `head`, the first bytes of something decoded, speaks for.
pub(super) fn of(head: &[u8]) -> Option<Content> {
    let head = &head[..head.len().min(HEAD)];
    match head {
        [0x1f, 0x8b, 8, ..] => Some(Content::Gzip),
        _ if is_text(head) => Some(Content::Text),
        _ => utf16(head),
    }
}

/// False when nothing that begins with these bytes is worth a longer look.
pub(super) fn may_begin(head: [u8; 6]) -> bool {
    let odd = head.iter().filter(|b| !is_plain(b)).count();
    let first = head.iter().position(|b| !is_plain(b)).unwrap_or(0);
    let multibyte =
        (0xc2..=0xf4).contains(&head[first]) && head.get(first + 1).is_none_or(|b| b & 0xc0 == 0x80);
    odd <= 1
        || multibyte
        || matches!(
            head,
            [0x1f, 0x8b, ..] | [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [_, 0, _, 0, ..] | [0, _, 0, ..]
        )
}

/// ASCII that stands in text.
const fn is_plain(byte: &u8) -> bool {
    matches!(byte, 0x20..=0x7e | b'\t' | b'\n' | b'\r')
}

/// True when the beginning of `bytes` is still text after a longer look.
pub(super) fn stays_text(bytes: &[u8]) -> bool {
    is_text(&bytes[..bytes.len().min(LONG_HEAD)])
}

/// At least nine of ten bytes are printable ASCII, white space, or part of a character in UTF-8.
fn is_text(bytes: &[u8]) -> bool {
    let odd = bytes.iter().filter(|b| !is_plain(b)).count();
    if odd * 10 <= bytes.len() {
        return !bytes.is_empty();
    }
    // A character of UTF-8 begins with one of these; most random bytes fail here.
    let first = bytes.iter().find(|b| !is_plain(b));
    if !first.is_some_and(|b| (0xc2..=0xf4).contains(b)) {
        return false;
    }
    let broken = |chunk: std::str::Utf8Chunk<'_>| {
        chunk.invalid().len() + chunk.valid().bytes().filter(|b| b.is_ascii() && !is_plain(b)).count()
    };
    bytes.utf8_chunks().map(broken).sum::<usize>() * 10 <= bytes.len()
}

/// ASCII in UTF-16, with a byte order mark or without: every other byte is zero.
fn utf16(head: &[u8]) -> Option<Content> {
    let (head, marked) = match head {
        [0xff, 0xfe, rest @ ..] => (rest, Some(true)),
        [0xfe, 0xff, rest @ ..] => (rest, Some(false)),
        _ => (head, None),
    };
    let pairs = head.chunks_exact(2);
    let all = pairs.len();
    let is = |little: bool| {
        let ascii = |pair: &&[u8]| match little {
            true => is_plain(&pair[0]) && pair[1] == 0,
            false => pair[0] == 0 && is_plain(&pair[1]),
        };
        all >= 4
            && marked.is_none_or(|marked| marked == little)
            && pairs.clone().filter(ascii).count() * 4 >= all * 3
    };
    [true, false].into_iter().find(|&little| is(little)).map(|little| Content::Utf16 { little })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_bytes_tell_text_from_everything_else() {
        let wide: Vec<u8> = "iex (New".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let high: Vec<u8> = "iex (New".encode_utf16().flat_map(u16::to_be_bytes).collect();
        let cases: [(&[u8], Option<Content>); 11] = [
            (b"{\"a\": \"b\", \"c\": 1}", Some(Content::Text)),
            ("пароль: привет".as_bytes(), Some(Content::Text)),
            ("пароль: привет".as_bytes().split_last().unwrap().1, Some(Content::Text)),
            (b"name\x00value and more", Some(Content::Text)),
            (b"\x1f\x8b\x08\0\0\0\0\0", Some(Content::Gzip)),
            (&wide, Some(Content::Utf16 { little: true })),
            (&high, Some(Content::Utf16 { little: false })),
            (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", None),
            (b"0\x82\x04\xa3\x02\x01\0\x02\x82\x01\x01\0\xc7pUi\x91{", None),
            (b"\0\0\0\0\0\0\0\0\0\0\0\0", None),
            (b"", None),
        ];
        for (head, expected) in cases {
            assert_eq!(of(head), expected, "{head:?}");
        }
    }
}
