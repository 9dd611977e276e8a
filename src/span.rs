//! Byte spans in a text and the positions that people see: 1-based lines and columns.

use std::cell::OnceCell;

/// A half-open range of byte offsets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
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

/// Distance in bytes between the places whose character count is kept, for lines of many megabytes.
const STRIDE: usize = 8 * 1024;

/// A text with its line starts, found on first use.
pub struct Lines<'t> {
    text: &'t [u8],
    origin: Position,
    starts: OnceCell<Vec<usize>>,
    /// Characters before every [`STRIDE`]th byte, or before the character that this byte is part of.
    counts: OnceCell<Vec<(usize, u64)>>,
}

impl<'t> Lines<'t> {
    /// Lines of `text`, whose first byte stands at `origin` in the file.
    pub fn new(text: &'t [u8], origin: Position) -> Self {
        Self { text, origin, starts: OnceCell::new(), counts: OnceCell::new() }
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

    /// Characters from `start` to `end`, without going through more than a stride of each long line.
    fn characters(&self, start: usize, end: usize) -> u64 {
        if end - start <= 2 * STRIDE {
            return characters(&self.text[start..end]);
        }
        let counts = self.counts.get_or_init(|| counts(self.text));
        let first = counts.partition_point(|&(at, _)| at < start);
        let last = counts.partition_point(|&(at, _)| at <= end) - 1;
        let ((from, before), (to, after)) = (counts[first], counts[last]);
        characters(&self.text[start..from]) + (after - before) + characters(&self.text[to..end])
    }

    /// Position of the byte at `offset` (which may be the text's length).
    pub fn position(&self, offset: usize) -> Position {
        let index = self.index(offset);
        let column = self.characters(self.starts()[index], offset);
        match index {
            0 => Position { line: self.origin.line, column: self.origin.column + column },
            _ => Position { line: self.origin.line + index as u64, column: 1 + column },
        }
    }
}

fn counts(text: &[u8]) -> Vec<(usize, u64)> {
    let mut counts = vec![(0, 0)];
    let (mut at, mut count) = (0, 0);
    for place in (STRIDE..text.len()).step_by(STRIDE) {
        let next = character_start(text, place);
        count += characters(&text[at..next]);
        at = next;
        counts.push((at, count));
    }
    counts
}

/// The start of the character that the byte at `place` is part of; `place` itself when it is part of none.
fn character_start(text: &[u8], place: usize) -> usize {
    let continues = |at: usize| text[at] & 0xc0 == 0x80;
    let back = (0..4).find(|&back| back <= place && !continues(place - back));
    back.map_or(place, |back| place - back)
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
    fn long_lines_count_like_short_ones() {
        let pieces: [&[u8]; 5] =
            [b"a", "é".as_bytes(), "\u{1f600}".as_bytes(), b"\xff\x80\x80\x80\x80\x80", b"\xe2\x82"];
        for seed in 0..5u64 {
            let mut text = Vec::new();
            let mut state = seed + 1;
            while text.len() < 5 * STRIDE {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                text.extend_from_slice(pieces[(state >> 33) as usize % pieces.len()]);
            }
            let lines = Lines::new(&text, ORIGIN);
            for offset in (0..text.len()).step_by(997) {
                assert_eq!(lines.position(offset).column, 1 + characters(&text[..offset]), "{seed} {offset}");
            }
        }
    }

    #[test]
    fn each_invalid_byte_is_one_character() {
        assert_eq!(characters(b"\xff\xfea\xc3\xa9"), 4);
    }
}
