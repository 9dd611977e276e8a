//! Small readers over bytes that the detectors share: quoted strings, words, line ends. All are bounded.

use crate::span::Span;

use super::{LONGEST_VALUE, Quote};

/// Most bytes of a line that are read with an unquoted word, where a value has several words.
const LONGEST_LINE: usize = 1024;

/// Offset of the first byte at or after `at` that is no blank (space or tab).
pub(super) fn skip_blanks(text: &[u8], at: usize) -> usize {
    let rest = &text[at.min(text.len())..];
    at + rest.iter().take(256).take_while(|&&b| b == b' ' || b == b'\t').count()
}

/// Offset of the first byte at or after `at` that is no white space, at most `lines` line ends further on.
pub(super) fn skip_space(text: &[u8], at: usize, lines: usize) -> usize {
    let mut left = lines;
    let mut end = at;
    while let Some(&byte) = text.get(end) {
        match byte {
            b' ' | b'\t' | b'\r' if end - at < 512 => end += 1,
            b'\n' if left > 0 => {
                left -= 1;
                end += 1;
            }
            _ => break,
        }
    }
    end
}

/// Offset of the end of the line that holds `at` (of `\n`, or before `\r\n`), at most [`LONGEST_VALUE`] further on.
pub(super) fn line_end(text: &[u8], at: usize) -> usize {
    let limit = text.len().min(at + LONGEST_VALUE);
    let end = memchr::memchr(b'\n', &text[at.min(limit)..limit]).map_or(limit, |found| at + found);
    if end > at && text[end - 1] == b'\r' { end - 1 } else { end }
}

/// True when `text` goes on with `word` at `at`.
pub(super) fn starts(text: &[u8], at: usize, word: &[u8]) -> bool {
    text.get(at..).is_some_and(|rest| rest.starts_with(word))
}

/// Reads the string that begins at `at`, with an optional letter prefix (`r"`, `b'`, `L"`, `@"`) and any of the usual
/// quotes, escaped ones (`\"`) and tripled ones included. Gives the span between the quotes, how it ends and where
/// reading may go on.
pub(super) fn string(text: &[u8], at: usize) -> Option<(Span, Quote, usize)> {
    let mut open = at;
    while open < at + 2 && text.get(open).is_some_and(|b| b"rRbBuUfFLNn@$#".contains(b)) {
        open += 1;
    }
    let escaped = starts(text, open, b"\\\"") || starts(text, open, b"\\'");
    open += usize::from(escaped);
    let quote = *text.get(open).filter(|b| matches!(b, b'"' | b'\'' | b'`'))?;
    let tripled = [quote; 3];
    if !escaped && starts(text, open, &tripled) && !starts(text, open, &[quote; 4]) {
        return Some(tripled_string(text, open + 3, &tripled));
    }
    let start = open + 1;
    let limit = text.len().min(start + LONGEST_VALUE);
    let mut end = start;
    while end < limit {
        match text[end] {
            b'\n' if quote != b'`' => break,
            b'\\' if !escaped && quote != b'`' && text.get(end + 1) == Some(&b'\n') => {
                end += 1;
                break;
            }
            b'\\' if escaped && text.get(end + 1) == Some(&quote) => {
                return Some((Span::new(start, end), Quote::Quoted, end + 2));
            }
            b'\\' if !escaped => end += 1,
            byte if byte == quote => return Some((Span::new(start, end), Quote::Quoted, end + 1)),
            _ => {}
        }
        end += 1;
    }
    let end = end.min(limit);
    let end = if end < text.len() && text[end] == b'\n' && text[start..end].ends_with(b"\r") {
        end - 1
    } else {
        end
    };
    Some((Span::new(start, end), Quote::Open, end))
}

fn tripled_string(text: &[u8], start: usize, close: &[u8]) -> (Span, Quote, usize) {
    let limit = text.len().min(start + LONGEST_VALUE);
    match memchr::memmem::find(&text[start..limit], close) {
        Some(found) => (Span::new(start, start + found), Quote::Quoted, start + found + close.len()),
        None => (Span::new(start, line_end(text, start)), Quote::Open, limit),
    }
}

/// For each byte whether it never ends a word: letters, digits, `_`, `-`, and what is no ASCII.
static PLAIN: [bool; 256] = {
    let mut plain = [false; 256];
    let mut at = 0;
    while at < plain.len() {
        let byte = at as u8;
        plain[at] = byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-') || byte >= 0x80;
        at += 1;
    }
    plain
};

/// Reads an unquoted word: up to white space, a quote or one of `stops`, which are ASCII punctuation but no `_` and no `-`.
pub(super) fn word(text: &[u8], at: usize, stops: &[u8]) -> Span {
    let rest = &text[at.min(text.len())..];
    let ends = |b: &u8| {
        !PLAIN[usize::from(*b)]
            && (b.is_ascii_whitespace() || matches!(b, b'"' | b'\'' | b'`') || stops.contains(b))
    };
    let length = rest.iter().take(LONGEST_VALUE).position(ends).unwrap_or(rest.len().min(LONGEST_VALUE));
    Span::new(at, at + length)
}

/// The rest of the line from `at`, without a trailing comment (` #…`, ` //…`) and without trailing blanks.
///
/// Ends with `word`, which begins at `at`, or after [`LONGEST_LINE`] bytes, whichever comes later.
pub(super) fn rest_of_line(text: &[u8], word: Span) -> Span {
    let at = word.start;
    let limit = text.len().min(word.end.max(at + LONGEST_LINE));
    let rest = word.end.min(limit);
    let end = rest + memchr::memchr(b'\n', &text[rest..limit]).unwrap_or(limit - rest);
    // A comment follows white space, of which the word has none.
    let comment = (rest.max(at + 1)..end)
        .find(|&i| text[i - 1].is_ascii_whitespace() && (text[i] == b'#' || text[i..end].starts_with(b"//")));
    let line = text[at.min(end)..comment.unwrap_or(end)].trim_ascii_end();
    // A command that goes on in the next line.
    let line = line.strip_suffix(b" \\").unwrap_or(line);
    Span::new(at, at + line.trim_ascii_end().len())
}

/// The logical line around `at`: lines joined by a trailing `\`, at most 16 to either side and 8 KiB in all.
pub(super) fn logical_line(text: &[u8], at: usize) -> Span {
    let mut start = line_start(text, at);
    for _ in 0..16 {
        let continues =
            start >= 2 && (text[..start - 1].ends_with(b"\\") || text[..start - 1].ends_with(b"\\\r"));
        if !continues {
            break;
        }
        start = line_start(text, start - 1);
    }
    let mut end = line_end(text, at);
    for _ in 0..16 {
        if !text[..end].ends_with(b"\\") || end + 1 >= text.len() {
            break;
        }
        let next = end + 1 + usize::from(text[end] == b'\r');
        end = line_end(text, next.min(text.len()));
    }
    Span::new(start.max(at.saturating_sub(4096)), end.min(at + 4096))
}

/// Offset of the start of the line that holds `at`, at most 4 KiB back.
pub(super) fn line_start(text: &[u8], at: usize) -> usize {
    let floor = at.saturating_sub(4096);
    memchr::memrchr(b'\n', &text[floor..at]).map_or(floor, |found| floor + found + 1)
}
