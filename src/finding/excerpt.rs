//! One line around a value, masked and bounded. Apart from the finding because the promise that no byte of a value is
//! shown is kept, and tested, here.

use crate::secret;
use crate::span::{Lines, Span};
use crate::visible;

use super::identity::Strength;
use super::{Excerpt, strength};

/// Characters of an excerpt, cut marks and escapes included; only a long public prefix or one long escape at the cut
/// can add to it.
pub const WIDTH: usize = 120;

/// Stands where an excerpt leaves out a part of its line.
pub const CUT: &str = "…";

/// A value of fewer bytes may be a word that stands elsewhere for itself.
const SHORTEST_REPEATED: usize = 6;

/// Bytes on each side of what is shown that are looked at to judge a run of characters that reaches over its edge.
const BEYOND: usize = 256;

/// Something in a text that must not be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hidden {
    /// Where the value stands.
    pub span: Span,
    /// Length in bytes of the rule's public prefix, see [`secret::mask`].
    pub public_prefix: usize,
}

/// Everything in one text that must not be shown: overlapping values joined, in order. Built once for a blob, so that
/// a line with thousands of values costs no more for each excerpt than what the excerpt shows.
#[derive(Clone, Debug, Default)]
pub struct Veil {
    /// Sorted, disjoint.
    regions: Vec<Region>,
}

/// Values that overlap, joined.
#[derive(Clone, Copy, Debug)]
struct Region {
    span: Span,
    /// One past the last byte, from the start on, that is public in every value it belongs to.
    shown_until: usize,
}

impl Region {
    fn of(text: &[u8], hidden: Hidden) -> Self {
        let span = Span::new(hidden.span.start, hidden.span.end.max(hidden.span.start));
        let shown = secret::mask(span.of(text), hidden.public_prefix).len() - secret::MASK.len();
        Self { span, shown_until: span.start + shown }
    }

    fn join(self, other: Self) -> Self {
        let shown_until = self.shown_until.min(other.shown_until);
        let span = self.span.join(other.span);
        Self { span, shown_until: shown_until.max(span.start) }
    }

    fn mask(&self, text: &[u8]) -> String {
        let prefix = std::str::from_utf8(&text[self.span.start..self.shown_until]).unwrap_or_default();
        format!("{prefix}{}", secret::MASK)
    }
}

impl Veil {
    /// The veil over every value of `text`, in any order, overlapping or not, kept or dropped.
    pub fn new(text: &[u8], values: impl IntoIterator<Item = Hidden>) -> Self {
        let mut values: Vec<_> = values.into_iter().filter(|hidden| !hidden.span.is_empty()).collect();
        values.sort_unstable();
        let mut regions: Vec<Region> = Vec::with_capacity(values.len());
        for region in values.into_iter().map(|hidden| Region::of(text, hidden)) {
            match regions.last_mut() {
                Some(last) if last.span.overlaps(region.span) => *last = last.join(region),
                _ => regions.push(region),
            }
        }
        Self { regions }
    }

    /// The region of `value`, joined with every region that it overlaps.
    fn around(&self, text: &[u8], value: Hidden) -> Region {
        let first = self.regions.partition_point(|region| region.span.end <= value.span.start);
        let overlapping = self.regions[first..].iter().take_while(|region| region.span.overlaps(value.span));
        overlapping.fold(Region::of(text, value), |all, &region| all.join(region))
    }

    /// The region that holds the byte at `offset`.
    fn at(&self, offset: usize) -> Option<&Region> {
        let at = self.regions.partition_point(|region| region.span.end <= offset);
        self.regions.get(at).filter(|region| region.span.start <= offset)
    }
}

/// The line of `value` in at most about [`WIDTH`] characters: every value under `veil` is replaced by its mask, and so
/// is every other place in the excerpt where one of these values stands again and everything random that nobody found:
/// the other half of a pair may stand beside a value. Every unsafe character is replaced by its escape (see
/// [`visible`]), every invalid byte by U+FFFD. Of a value that spans lines, the first line is shown.
/// The value itself is masked whether `veil` knows it or not.
pub fn build(lines: &Lines<'_>, value: Hidden, name: Option<Span>, veil: &Veil) -> Excerpt {
    let text = lines.text();
    let line = lines.line(lines.index(value.span.start));
    let region = veil.around(text, value);
    let mut walk = Walk { text, line, veil, further: Veil::default() };
    let mut cells = walk.layout(region);
    // Each turn masks at least one place that the last one showed, and an excerpt has room for few masks.
    loop {
        let mut more = walk.repeats(&cells, name);
        more.extend(walk.strangers(&cells, name));
        if more.is_empty() {
            break;
        }
        let known = walk.further.regions.iter().map(|region| Hidden { span: region.span, public_prefix: 0 });
        walk.further = Veil::new(text, known.chain(more).collect::<Vec<_>>());
        cells = walk.layout(region);
    }
    assemble(lines, line, region, name, &cells)
}

fn assemble(lines: &Lines<'_>, line: Span, region: Region, name: Option<Span>, cells: &[Cell]) -> Excerpt {
    let start = cells.first().map_or(line.start, |cell| cell.span.start.max(line.start));
    let end = cells.last().map_or(line.end, |cell| cell.span.end);
    let column = lines.position(start).column;
    let mut text = String::new();
    // A window of a large file may begin in the middle of a line.
    if start > line.start || (start == 0 && column > 1) {
        text.push_str(CUT);
    }
    let starts: Vec<_> = cells.iter().map(|cell| push(&mut text, &cell.shown)).collect();
    if end < line.end || region.span.end > line.end {
        text.push_str(CUT);
    }
    let range = |first: usize, last: usize| (starts[first], starts[last] + cells[last].shown.len());
    let value = cells.iter().position(|cell| cell.masked && cell.span == region.span);
    let name = name.and_then(|name| cells_of(cells, name));
    Excerpt {
        mask: value.map_or((0, 0), |at| range(at, at)),
        name: name.map(|(first, last)| range(first, last)),
        column,
        text,
    }
}

/// One character of the text, or one mask, as shown.
struct Cell {
    span: Span,
    shown: String,
    masked: bool,
}

impl Cell {
    fn width(&self) -> usize {
        self.shown.chars().count()
    }

    fn of_character(span: Span, c: Option<char>) -> Self {
        let mut shown = String::new();
        match c {
            // A tab is only wide; the renderers know how to show it.
            Some('\t') => shown.push('\t'),
            Some(c) => visible::push(&mut shown, c),
            None => shown.push(char::REPLACEMENT_CHARACTER),
        }
        Self { span, shown, masked: false }
    }
}

/// Steps through a line from the value outwards, one cell at a time.
struct Walk<'t> {
    text: &'t [u8],
    line: Span,
    veil: &'t Veil,
    /// Further places where a value stands that is masked elsewhere in the excerpt, and random runs without a match.
    further: Veil,
}

impl Walk<'_> {
    /// The cells to show, the mask of `middle` among them.
    fn layout(&self, middle: Region) -> Vec<Cell> {
        let mask = self.masked(&middle);
        let budget = WIDTH.saturating_sub(mask.width() + 2);
        let mut before = self.backwards(middle.span.start, budget);
        let mut after = self.forwards(middle.span.end, budget);
        // The name stands before the value, so that side gets more when both sides have plenty.
        let room_before = (budget * 2 / 3).max(budget.saturating_sub(width(&after)));
        cut(&mut before, room_before);
        cut(&mut after, budget.saturating_sub(width(&before)));
        before.into_iter().rev().chain([mask]).chain(after).collect()
    }

    /// Places in the shown part of the line that hold a value masked elsewhere in it and are not masked yet.
    fn repeats(&self, cells: &[Cell], name: Option<Span>) -> Vec<Hidden> {
        let start = cells.first().map_or(0, |cell| cell.span.start);
        let end = cells.last().map_or(0, |cell| cell.span.end);
        let mut found = Vec::new();
        for value in cells.iter().filter(|cell| cell.masked).map(|cell| cell.span.of(self.text)) {
            if value.len() < SHORTEST_REPEATED {
                continue;
            }
            // An occurrence may reach over the edge of what is shown.
            let from = start.saturating_sub(value.len()).max(self.line.start);
            let to = (end + value.len()).min(self.line.end).max(from);
            let places = memchr::memmem::find_iter(&self.text[from..to], value);
            let spans = places.map(|at| Span::new(from + at, from + at + value.len()));
            let shown = spans.filter(|&span| Some(span) != name && is_shown(cells, span));
            found.extend(shown.map(|span| Hidden { span, public_prefix: 0 }));
        }
        found
    }

    /// Runs of characters in the shown part of the line that only chance can have made and that no match covers.
    fn strangers(&self, cells: &[Cell], name: Option<Span>) -> Vec<Hidden> {
        let start = cells.first().map_or(0, |cell| cell.span.start);
        let end = cells.last().map_or(0, |cell| cell.span.end);
        let from = start.saturating_sub(BEYOND).max(self.line.start);
        let to = (end + BEYOND).min(self.line.end).max(from);
        let mut found = Vec::new();
        let mut at = from;
        while at < to {
            let run = (at..to).take_while(|&at| self.hidden(at).is_none() && is_token_byte(self.text[at]));
            let span = Span::new(at, at + run.count());
            at = span.end.max(at + 1);
            let named = name.is_some_and(|name| name.overlaps(span));
            if !span.is_empty()
                && !named
                && is_shown(cells, span)
                && strength::of(span.of(self.text)) == Strength::Strong
            {
                found.push(Hidden { span, public_prefix: 0 });
            }
        }
        found
    }

    /// Cells before `from`, nearest first, until `budget` characters are exceeded or the line begins.
    fn backwards(&self, mut from: usize, budget: usize) -> Vec<Cell> {
        let mut cells = Vec::new();
        let mut used = 0;
        from = from.max(self.line.start);
        while from > self.line.start && used <= budget {
            let cell = match self.hidden(from - 1) {
                Some(region) => self.masked(region),
                None => self.last_character(from),
            };
            from = cell.span.start;
            used += cell.width();
            cells.push(cell);
        }
        cells
    }

    /// Cells from `from` on, nearest first, until `budget` characters are exceeded or the line ends.
    fn forwards(&self, mut from: usize, budget: usize) -> Vec<Cell> {
        let mut cells = Vec::new();
        let mut used = 0;
        while from < self.line.end && used <= budget {
            let cell = match self.hidden(from) {
                Some(region) => self.masked(region),
                None => self.first_character(from),
            };
            from = cell.span.end;
            used += cell.width();
            cells.push(cell);
        }
        cells
    }

    fn hidden(&self, offset: usize) -> Option<&Region> {
        self.veil.at(offset).or_else(|| self.further.at(offset))
    }

    fn masked(&self, region: &Region) -> Cell {
        Cell { span: region.span, shown: region.mask(self.text), masked: true }
    }

    /// The character that ends at `end`. UTF-8 synchronises itself, so reading backwards finds the same characters.
    fn last_character(&self, end: usize) -> Cell {
        let longest = 4.min(end - self.line.start);
        let decoded = (1..=longest).find_map(|length| {
            let span = Span::new(end - length, end);
            only_character(span.of(self.text)).map(|c| (span, c))
        });
        self.unless_hidden(decoded, Span::new(end - 1, end))
    }

    fn first_character(&self, start: usize) -> Cell {
        let longest = 4.min(self.line.end - start);
        let decoded = (1..=longest).find_map(|length| {
            let span = Span::new(start, start + length);
            only_character(span.of(self.text)).map(|c| (span, c))
        });
        self.unless_hidden(decoded, Span::new(start, start + 1))
    }

    /// A value may begin or end in the middle of a character; then the rest of that character is invalid bytes.
    fn unless_hidden(&self, decoded: Option<(Span, char)>, byte: Span) -> Cell {
        match decoded {
            Some((span, c)) if (span.start..span.end).all(|at| self.hidden(at).is_none()) => {
                Cell::of_character(span, Some(c))
            }
            _ => Cell::of_character(byte, None),
        }
    }
}

/// Bytes of tokens, base64 and UUIDs; not `=`, which stands between a name and its value.
fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'_' | b'-')
}

fn only_character(bytes: &[u8]) -> Option<char> {
    let mut chars = std::str::from_utf8(bytes).ok()?.chars();
    chars.next().filter(|_| chars.next().is_none())
}

fn width(cells: &[Cell]) -> usize {
    cells.iter().map(Cell::width).sum()
}

/// Keeps the first cells that fit into `room` characters.
fn cut(cells: &mut Vec<Cell>, room: usize) {
    let mut used = 0;
    let fitting = cells.iter().take_while(|cell| {
        used += cell.width();
        used <= room
    });
    let kept = fitting.count();
    cells.truncate(kept);
}

fn is_shown(cells: &[Cell], span: Span) -> bool {
    cells.iter().any(|cell| !cell.masked && cell.span.overlaps(span))
}

fn push(text: &mut String, piece: &str) -> usize {
    let at = text.len();
    text.push_str(piece);
    at
}

/// First and last cell of `span`, when it is shown in full and nothing of it is masked.
fn cells_of(cells: &[Cell], span: Span) -> Option<(usize, usize)> {
    let first = cells.iter().position(|cell| cell.span.start == span.start)?;
    let last = cells.iter().position(|cell| cell.span.end == span.end)?;
    let clear = first <= last && cells[first..=last].iter().all(|cell| !cell.masked);
    clear.then_some((first, last))
}

#[cfg(test)]
mod tests;
