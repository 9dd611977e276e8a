//! Byte spans in a text and the positions that people see: 1-based lines and columns.

use std::cell::OnceCell;

/// A half-open range of byte offsets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// First byte, 0-based.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// The span from `start` to one past `end`.
    pub const fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// Length in bytes.
    pub const fn len(self) -> usize {
        self.end - self.start
    }

    /// True when nothing lies in it.
    pub const fn is_empty(self) -> bool {
        self.start >= self.end
    }

    /// The bytes of `text` in this span.
    pub fn of(self, text: &[u8]) -> &[u8] {
        &text[self.start..self.end]
    }

    /// True when both share at least one byte.
    pub const fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// True when `other` lies within this span.
    pub const fn contains(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// The smallest span that holds both.
    pub fn join(self, other: Self) -> Self {
        Self::new(self.start.min(other.start), self.end.max(other.end))
    }
}

/// A place as people count: both 1-based, the column in characters (an invalid byte is one character).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// Line, 1-based. A line ends with `\n`.
    pub line: u64,
    /// Column in characters, 1-based.
    pub column: u64,
}

/// Where a text begins in its file: `1:1` for a whole file, later for a window of a large one.
pub const ORIGIN: Position = Position { line: 1, column: 1 };

/// A text with its line starts, found on first use.
pub struct Lines<'t> {
    text: &'t [u8],
    origin: Position,
    starts: OnceCell<Vec<usize>>,
}

impl<'t> Lines<'t> {
    /// Lines of `text`, whose first byte stands at `origin` in the file.
    pub fn new(text: &'t [u8], origin: Position) -> Self {
        Self { text, origin, starts: OnceCell::new() }
    }

    /// The text.
    pub fn text(&self) -> &'t [u8] {
        self.text
    }

    fn starts(&self) -> &[usize] {
        self.starts.get_or_init(|| {
            std::iter::once(0).chain(memchr::memchr_iter(b'\n', self.text).map(|at| at + 1)).collect()
        })
    }

    /// 0-based index of the line within this text that holds the byte at `offset`.
    pub fn index(&self, offset: usize) -> usize {
        self.starts().partition_point(|&start| start <= offset) - 1
    }

    /// Number of lines in this text; an empty text has one.
    pub fn count(&self) -> usize {
        self.starts().len()
    }

    /// Span of line `index` without its line ending (`\n` or `\r\n`).
    pub fn line(&self, index: usize) -> Span {
        let starts = self.starts();
        let start = starts[index];
        let mut end = starts.get(index + 1).map_or(self.text.len(), |next| next - 1);
        if end > start && self.text[end - 1] == b'\r' {
            end -= 1;
        }
        Span::new(start, end)
    }

    /// Position of the byte at `offset` (which may be the text's length).
    pub fn position(&self, offset: usize) -> Position {
        let index = self.index(offset);
        let column = characters(&self.text[self.starts()[index]..offset]);
        match index {
            0 => Position { line: self.origin.line, column: self.origin.column + column },
            _ => Position { line: self.origin.line + index as u64, column: 1 + column },
        }
    }
}

/// Number of characters in `bytes`; each byte of an invalid sequence counts as one.
pub fn characters(bytes: &[u8]) -> u64 {
    let of_chunk = |chunk: std::str::Utf8Chunk<'_>| chunk.valid().chars().count() + chunk.invalid().len();
    bytes.utf8_chunks().map(of_chunk).sum::<usize>() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_characters_and_lines_from_one() {
        let text = "a\r\néx\n".as_bytes();
        let lines = Lines::new(text, ORIGIN);
        assert_eq!(lines.position(0), Position { line: 1, column: 1 });
        assert_eq!(lines.position(5), Position { line: 2, column: 2 });
        assert_eq!(lines.line(0).of(text), b"a");
        assert_eq!(lines.count(), 3);
        assert_eq!(lines.position(text.len()), Position { line: 3, column: 1 });
    }

    #[test]
    fn a_window_counts_on_from_its_origin() {
        let lines = Lines::new(b"ab\ncd", Position { line: 7, column: 10 });
        assert_eq!(lines.position(1), Position { line: 7, column: 11 });
        assert_eq!(lines.position(4), Position { line: 8, column: 2 });
    }

    #[test]
    fn each_invalid_byte_is_one_character() {
        assert_eq!(characters(b"\xff\xfea\xc3\xa9"), 4);
    }
}
