//! A blob of any size as windows of bounded size, with right positions.
//!
//! Small blobs are one window. Large ones come in windows that overlap: each owns a stretch of the text and shows some
//! context on both sides of it, so that what begins in the stretch can be read to its end and back to its name. The
//! stretches follow each other without gap or overlap, so a match belongs to exactly one window.

use std::io::{self, Read};
use std::ops::Range;

use super::encoding::{self, Encoding, ROOM, Utf16};
use crate::span::{ORIGIN, Position, characters};

/// Whether assignments can be read in a text. The first [`encoding::HEAD`] bytes decide for the whole blob, as in git,
/// so that where a window is cut changes nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextKind {
    /// Lines of text in UTF-8 or a superset of ASCII; UTF-16 has been decoded.
    Text,
    /// A NUL byte near the start: only printable runs are searched, for token rules.
    Binary,
}

/// A stretch of a blob with its context.
pub struct Window<'b> {
    /// The bytes, decoded to UTF-8 where the blob is UTF-16, without byte order mark.
    pub text: &'b [u8],
    /// Where `text[0]` stands in the file.
    pub origin: Position,
    /// What starts here belongs to this window; the rest is context.
    pub owned: Range<usize>,
    /// Text or binary.
    pub kind: TextKind,
    /// True for the first window of the blob.
    pub first: bool,
    /// True for the last window of the blob.
    pub last: bool,
}

impl<'b> Window<'b> {
    /// The one window of a blob that holds just these bytes: all, decoded from nothing, behind no mark. `None` when its
    /// windows are others.
    pub fn as_they_stand(bytes: &'b [u8]) -> Option<Self> {
        let (encoding, mark) = encoding::sniff(bytes);
        let kind = match encoding {
            Encoding::Ascii => TextKind::Text,
            Encoding::Binary => TextKind::Binary,
            Encoding::Utf16(_) => return None,
        };
        let whole = bytes.len() <= SIZES.whole && mark == 0;
        let owned = 0..bytes.len();
        whole.then_some(Self { text: bytes, origin: ORIGIN, owned, kind, first: true, last: true })
    }
}

/// Sizes of windows, all in bytes.
#[derive(Clone, Copy, Debug)]
pub struct Sizes {
    /// A blob up to this size is one window.
    pub whole: usize,
    /// What a window of a larger blob owns, at most.
    pub owned: usize,
    /// Context before the owned part.
    pub left: usize,
    /// Context after the owned part.
    pub right: usize,
}

/// What is used outside tests: 8 MiB of memory a thread at most, and contexts that hold any name and any key block.
pub const SIZES: Sizes = Sizes { whole: 8 << 20, owned: 4 << 20, left: 8 << 10, right: 64 << 10 };

/// The buffer's first size: most files need no other.
const FIRST_BUFFER: usize = 64 * 1024;

/// Where a blob's raw bytes come from and how they become text.
struct Input<'r> {
    reader: Box<dyn Read + Send + 'r>,
    utf16: Option<Utf16>,
    ended: bool,
}

impl Input<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = match &mut self.utf16 {
            Some(utf16) => utf16.read(&mut self.reader, out)?,
            None => encoding::read_some(&mut self.reader, out)?,
        };
        self.ended = read == 0;
        Ok(read)
    }
}

/// What comes next.
#[derive(PartialEq, Eq)]
enum Next {
    First,
    Further,
    Nothing,
}

/// The windows of one blob, in order; at least one, even of an empty blob.
pub struct Windows<'r> {
    input: Input<'r>,
    sizes: Sizes,
    /// Holds text in `base..filled`; `buffer[base]` stands at `origin`.
    buffer: Vec<u8>,
    base: usize,
    filled: usize,
    origin: Position,
    /// Where in the buffer the next owned part begins.
    owned_from: usize,
    kind: TextKind,
    next: Next,
}

impl<'r> Windows<'r> {
    /// Windows of what `reader` gives. `buffer` is room to read into, best the one of the thread's last blob.
    pub fn stream(reader: Box<dyn Read + Send + 'r>, buffer: Vec<u8>) -> Self {
        let input = Input { reader, utf16: None, ended: false };
        Self {
            input,
            sizes: SIZES,
            buffer,
            base: 0,
            filled: 0,
            origin: ORIGIN,
            owned_from: 0,
            kind: TextKind::Text,
            next: Next::First,
        }
    }

    /// Windows of bytes already in memory, which are not copied.
    pub fn bytes(bytes: Vec<u8>) -> Self {
        let filled = bytes.len();
        let mut windows = Self::stream(Box::new(io::empty()), bytes);
        windows.filled = filled;
        windows.input.ended = true;
        windows
    }

    /// The same with other sizes; an owned part has at least [`ROOM`] bytes.
    #[must_use]
    pub fn with_sizes(mut self, sizes: Sizes) -> Self {
        self.sizes = Sizes { owned: sizes.owned.max(ROOM), ..sizes };
        self
    }

    /// The buffer, for the next blob.
    pub fn into_buffer(self) -> Vec<u8> {
        self.buffer
    }

    /// The next window, `None` after the last one.
    ///
    /// # Errors
    /// Those of the reader. After an error there is no further window.
    pub fn next_window(&mut self) -> io::Result<Option<Window<'_>>> {
        let first = self.next == Next::First;
        match std::mem::replace(&mut self.next, Next::Nothing) {
            Next::First => self.begin()?,
            Next::Further => self.advance()?,
            Next::Nothing => return Ok(None),
        }
        let owned = self.owned_from..self.owned_end(first);
        let last = self.input.ended && owned.end == self.filled;
        let end = if last { self.filled } else { self.filled.min(owned.end + self.sizes.right) };
        if !last {
            self.next = Next::Further;
        }
        self.owned_from = owned.end;
        let base = self.base;
        Ok(Some(Window {
            text: &self.buffer[base..end],
            origin: self.origin,
            owned: owned.start - base..owned.end - base,
            kind: self.kind,
            first,
            last,
        }))
    }

    fn begin(&mut self) -> io::Result<()> {
        self.fill(encoding::HEAD)?;
        let (encoding, mark) = encoding::sniff(&self.buffer[..self.filled]);
        match encoding {
            Encoding::Ascii => self.base = mark,
            Encoding::Binary => (self.base, self.kind) = (mark, TextKind::Binary),
            Encoding::Utf16(endian) => {
                let raw = self.buffer[mark..self.filled].to_vec();
                self.input.utf16 = Some(Utf16::new(endian, raw));
                (self.filled, self.input.ended) = (0, false);
            }
        }
        self.owned_from = self.base;
        let Sizes { whole, owned, right, .. } = self.sizes;
        self.fill(self.base + whole.max(owned + right) + 1)
    }

    /// Drops what no further window shows and reads on.
    fn advance(&mut self) -> io::Result<()> {
        let from = self.left_edge();
        self.origin = moved(self.origin, &self.buffer[self.base..from]);
        self.base = from;
        let needed = self.sizes.owned + self.sizes.right + 1;
        if !self.input.ended && self.filled < self.owned_from + needed {
            self.buffer.copy_within(from..self.filled, 0);
            (self.base, self.filled, self.owned_from) = (0, self.filled - from, self.owned_from - from);
        }
        self.fill(self.owned_from + needed)
    }

    /// The start of the left context of a window whose owned part begins at `owned_from`: at a line's start when there
    /// is one in the first half of it.
    fn left_edge(&self) -> usize {
        let from = self.owned_from.saturating_sub(self.sizes.left).max(self.base);
        let half = from + (self.owned_from - from) / 2;
        let line = memchr::memchr(b'\n', &self.buffer[from..half]).map(|at| from + at + 1);
        line.unwrap_or_else(|| boundary(&self.buffer[self.base..self.filled], from - self.base) + self.base)
    }

    /// The end of the owned part: at a line's start when there is one in its second half.
    fn owned_end(&self, first: bool) -> usize {
        let rest = self.filled - self.owned_from;
        let most = if first { self.sizes.whole } else { self.sizes.owned + self.sizes.right };
        if self.input.ended && rest <= most {
            return self.filled;
        }
        let limit = self.filled.min(self.owned_from + self.sizes.owned);
        let half = self.owned_from + (limit - self.owned_from) / 2;
        let line = memchr::memrchr(b'\n', &self.buffer[half..limit]).map(|at| half + at + 1);
        line.unwrap_or_else(|| boundary(&self.buffer[self.base..self.filled], limit - self.base) + self.base)
    }

    /// Reads until `target` bytes of the buffer hold text, or to the end.
    fn fill(&mut self, target: usize) -> io::Result<()> {
        while self.filled < target && !self.input.ended {
            if self.buffer.len() < self.filled + ROOM {
                let size = (self.buffer.len() * 2).max(FIRST_BUFFER).min(target + ROOM);
                self.buffer.reserve_exact(size - self.buffer.len());
                self.buffer.resize(size, 0);
            }
            self.filled += self.input.read(&mut self.buffer[self.filled..])?;
        }
        Ok(())
    }
}

/// The last offset up to `at` that is not inside a character: at most three bytes back, because a character that goes
/// over `at` begins no earlier. Only valid sequences must stay whole; invalid bytes count one by one wherever they are cut.
fn boundary(text: &[u8], at: usize) -> usize {
    let is_start = |&at: &usize| text.get(at).is_none_or(|byte| byte & 0xc0 != 0x80);
    (at.saturating_sub(3)..=at).rev().find(is_start).unwrap_or(at)
}

/// The position after `text`, which begins at `from`.
fn moved(from: Position, text: &[u8]) -> Position {
    match memchr::memrchr(b'\n', text) {
        None => Position { line: from.line, column: from.column + characters(text) },
        Some(at) => Position {
            line: from.line + memchr::memchr_iter(b'\n', text).count() as u64,
            column: 1 + characters(&text[at + 1..]),
        },
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::span::Lines;

    /// Gives its bytes in pieces of the given lengths, over and over.
    struct Pieces<'b>(&'b [u8], Vec<usize>, usize);

    impl Read for Pieces<'_> {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            self.2 += 1;
            let length = self.1[self.2 % self.1.len()].min(out.len()).min(self.0.len());
            out[..length].copy_from_slice(&self.0[..length]);
            self.0 = &self.0[length..];
            Ok(length)
        }
    }

    /// Checks every window of `windows` against the whole `text` and gives their number.
    fn check(mut windows: Windows<'_>, text: &[u8]) -> usize {
        let whole = Lines::new(text, ORIGIN);
        let (mut count, mut owned_to, mut ended) = (0, 0, false);
        while let Some(window) = windows.next_window().unwrap() {
            assert!(!ended, "nothing follows the last window");
            assert_eq!(window.first, count == 0);
            let start = owned_to - window.owned.start;
            assert_eq!(window.text, &text[start..start + window.text.len()]);
            let lines = Lines::new(window.text, window.origin);
            for at in 0..=window.text.len() {
                assert_eq!(lines.position(at), whole.position(start + at), "byte {} of the file", start + at);
            }
            owned_to += window.owned.len();
            (count, ended) = (count + 1, window.last);
            assert_eq!(ended, owned_to == text.len(), "the last window is the one that reaches the end");
        }
        assert!(ended);
        assert_eq!(owned_to, text.len(), "each byte is owned once");
        count
    }

    fn sizes() -> impl Strategy<Value = Sizes> {
        (0usize..80, 0usize..60, 0usize..30, 0usize..30).prop_map(|(whole, owned, left, right)| Sizes {
            whole,
            owned,
            left,
            right,
        })
    }

    /// Text rich in line ends, long characters and invalid bytes.
    fn text() -> impl Strategy<Value = Vec<u8>> {
        let pieces: [&[u8]; 10] = [
            b"\n",
            b"\r\n",
            b"key = value",
            "é".as_bytes(),
            "日本".as_bytes(),
            "🔑".as_bytes(),
            b"\xff",
            b"\x80\x80\x80\x80\x80",
            b"\xe6\x97",
            b"\xf0\x9f\x94",
        ];
        let piece = prop::sample::select(pieces.to_vec());
        prop::collection::vec(piece, 1..80).prop_map(|pieces| [b"k".as_slice(), &pieces.concat()].concat())
    }

    proptest! {
        #[test]
        fn positions_are_those_of_the_whole_text(text in text(), sizes in sizes(), pieces in prop::collection::vec(1usize..40, 1..5)) {
            let reader = Box::new(Pieces(&text, pieces, 0));
            check(Windows::stream(reader, Vec::new()).with_sizes(sizes), &text);
            check(Windows::bytes(text.clone()).with_sizes(sizes), &text);
        }

        #[test]
        fn utf16_is_windowed_like_the_text_it_decodes_to(
            text in "[a-z =\n\r\"é日🔑]{0,200}", little: bool, mark: bool, sizes in sizes(), pieces in prop::collection::vec(1usize..40, 1..5)
        ) {
            let text = format!("name = value\n{text}");
            let text = if text.is_ascii() { text } else { format!("{}{text}", "ascii text ".repeat(20)) };
            let pair = |unit: u16| if little { unit.to_le_bytes() } else { unit.to_be_bytes() };
            let mark = if mark { "\u{feff}" } else { "" };
            let bytes: Vec<u8> = mark.encode_utf16().chain(text.encode_utf16()).flat_map(pair).collect();
            let reader = Box::new(Pieces(&bytes, pieces, 0));
            check(Windows::stream(reader, vec![1; 5]).with_sizes(sizes), text.as_bytes());
            check(Windows::bytes(bytes.clone()).with_sizes(sizes), text.as_bytes());
        }
    }

    #[test]
    fn what_cannot_be_utf16_becomes_one_replacement_each() {
        let units = [0xfeff, 0x61, 0xd83d, 0x62, 0xdd11, 0xd83d, 0xd83d, 0xdd11, 0xd83d];
        let mut bytes: Vec<u8> = units.iter().flat_map(|unit: &u16| unit.to_le_bytes()).collect();
        bytes.push(b'x');
        check(Windows::bytes(bytes), "a\u{fffd}b\u{fffd}\u{fffd}🔑\u{fffd}\u{fffd}".as_bytes());
    }

    #[test]
    fn a_byte_order_mark_is_no_column() {
        let mut windows = Windows::bytes(b"\xef\xbb\xbfa".to_vec());
        let window = windows.next_window().unwrap().unwrap();
        assert_eq!((window.text, window.origin, window.kind), (&b"a"[..], ORIGIN, TextKind::Text));
    }

    #[test]
    fn an_empty_blob_is_one_empty_window() {
        assert_eq!(check(Windows::bytes(Vec::new()), b""), 1);
        assert_eq!(check(Windows::stream(Box::new(io::empty()), Vec::new()), b""), 1);
    }

    #[test]
    fn windows_are_cut_at_line_starts_where_there_are_some() {
        let text = b"0123456789 line\n".repeat(100);
        let sizes = Sizes { whole: 64, owned: 64, left: 40, right: 16 };
        let mut windows = Windows::bytes(text.clone()).with_sizes(sizes);
        while let Some(window) = windows.next_window().unwrap() {
            assert_eq!(window.origin.column, 1);
            assert!(window.last || window.text[..window.owned.end].ends_with(b"\n"));
        }
    }

    #[test]
    fn an_error_of_the_reader_ends_the_windows() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::ErrorKind::PermissionDenied.into())
            }
        }
        let mut windows = Windows::stream(Box::new(b"text".chain(Broken)), Vec::new());
        assert_eq!(
            windows.next_window().err().map(|error| error.kind()),
            Some(io::ErrorKind::PermissionDenied)
        );
        assert!(windows.next_window().unwrap().is_none());
    }

    #[test]
    fn three_hundred_megabytes_in_one_line_need_no_more_memory_than_a_window() {
        let size = 300u64 << 20;
        let end = "é, and this is the end";
        let reader = io::repeat(b'x').take(size).chain(end.as_bytes());
        let mut windows = Windows::stream(Box::new(reader), Vec::new());
        let mut place = None;
        while let Some(window) = windows.next_window().unwrap() {
            assert!(window.text.len() <= SIZES.whole);
            if window.last {
                place = Some(Lines::new(window.text, window.origin).position(window.text.len()));
            }
        }
        assert_eq!(place, Some(Position { line: 1, column: 1 + size + end.chars().count() as u64 }));
        assert!(windows.into_buffer().capacity() <= SIZES.whole + FIRST_BUFFER);
    }
}
