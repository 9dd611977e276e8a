//! One line around a value, masked and bounded. Apart from the finding because the promise that no byte of a value is
//! shown is kept, and tested, here.

use crate::secret;
use crate::span::{Lines, Span};
use crate::visible;

use super::Excerpt;

/// Characters of an excerpt, cut marks and escapes included; only a long public prefix or one long escape at the cut
/// can add to it.
pub const WIDTH: usize = 120;

const CUT: &str = "…";

/// A value of fewer bytes may be a word that stands elsewhere for itself.
const SHORTEST_REPEATED: usize = 6;

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
/// is every other place in the excerpt where one of these values stands again; every unsafe character is replaced by
/// its escape (see [`visible`]), every invalid byte by U+FFFD. Of a value that spans lines, the first line is shown.
/// The value itself is masked whether `veil` knows it or not.
pub fn build(lines: &Lines<'_>, value: Hidden, name: Option<Span>, veil: &Veil) -> Excerpt {
    let text = lines.text();
    let line = lines.line(lines.index(value.span.start));
    let region = veil.around(text, value);
    let mut walk = Walk { text, line, veil, repeated: Veil::default() };
    let mut cells = walk.layout(region);
    // Each turn masks at least one place that the last one showed, and an excerpt has room for few masks.
    loop {
        let repeats = walk.repeats(&cells, name);
        if repeats.is_empty() {
            break;
        }
        let known = walk.repeated.regions.iter().map(|region| Hidden { span: region.span, public_prefix: 0 });
        walk.repeated = Veil::new(text, known.chain(repeats).collect::<Vec<_>>());
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
    /// Further places where a value stands that is masked elsewhere in the excerpt.
    repeated: Veil,
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
        self.veil.at(offset).or_else(|| self.repeated.at(offset))
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
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::secret::MASK;
    use crate::span::{ORIGIN, Position};

    const fn hidden(start: usize, end: usize, public_prefix: usize) -> Hidden {
        Hidden { span: Span::new(start, end), public_prefix }
    }

    fn excerpt(text: &[u8], value: Hidden, name: Option<Span>, others: &[Hidden]) -> Excerpt {
        let veil = Veil::new(text, others.iter().copied().chain([value]));
        build(&Lines::new(text, ORIGIN), value, name, &veil)
    }

    fn at(text: &str, part: &str) -> Span {
        let start = text.find(part).unwrap();
        Span::new(start, start + part.len())
    }

    #[test]
    fn a_short_line_is_shown_whole_with_its_value_masked() {
        let text = "one\nexport TOKEN=\"abc_0123456789abcdef\" # prod\nthree\n";
        let value = Hidden { span: at(text, "abc_0123456789abcdef"), public_prefix: 4 };
        let shown = excerpt(text.as_bytes(), value, Some(at(text, "TOKEN")), &[]);
        assert_eq!(shown.text, "export TOKEN=\"abc_********\" # prod");
        assert_eq!(&shown.text[shown.mask.0..shown.mask.1], "abc_********");
        let name = shown.name.unwrap();
        assert_eq!(&shown.text[name.0..name.1], "TOKEN");
        assert_eq!(shown.column, 1);
    }

    #[test]
    fn other_values_on_the_line_are_masked_too_and_overlapping_ones_are_joined() {
        let text = b"a=0123456789abcdef b=fedcba9876543210 c";
        let both = excerpt(text, hidden(2, 18, 0), None, &[hidden(21, 37, 4)]);
        assert_eq!(both.text, "a=******** b=fedc******** c");
        let joined = excerpt(text, hidden(21, 37, 4), None, &[hidden(2, 18, 4), hidden(10, 25, 0)]);
        assert_eq!(joined.text, "a=0123******** c", "what is public in one value may be secret in the other");
        let covered = excerpt(text, hidden(21, 37, 4), None, &[hidden(0, 37, 0)]);
        assert_eq!(covered.text, "******** c");
    }

    #[test]
    fn the_same_value_elsewhere_on_the_line_is_masked_though_no_match_says_so() {
        let text = "pw=correcthorse9 # was correcthorse9, never correcthorse8";
        let shown = excerpt(text.as_bytes(), hidden(3, 16, 0), None, &[]);
        assert_eq!(shown.text, "pw=******** # was ********, never correcthorse8");
    }

    #[test]
    fn a_long_line_is_cut_around_the_value_and_keeps_its_column() {
        let line = format!("{}é = '0123456789abcdef';{}", "x".repeat(40_000), "y".repeat(40_000));
        let value = Hidden { span: at(&line, "0123456789abcdef"), public_prefix: 0 };
        let shown = excerpt(line.as_bytes(), value, Some(at(&line, "é")), &[]);
        assert!(shown.text.chars().count() <= WIDTH, "{}", shown.text.chars().count());
        assert!(shown.text.starts_with("…xxx") && shown.text.ends_with("yyy…"), "{}", shown.text);
        let before = shown.text[..shown.mask.0].chars().count() as u64 - 1;
        assert_eq!(shown.column + before, 40_000 + 6);
        assert_eq!(&shown.text[shown.name.unwrap().0..shown.name.unwrap().1], "é");
    }

    #[test]
    fn of_a_value_over_several_lines_the_first_is_shown() {
        let text = "key: |\r\n  -----BEGIN KEY-----\r\n  AbCdEfGh\r\n  -----END KEY-----\r\nrest";
        let value = Hidden { span: Span::new(10, text.len() - 6), public_prefix: 0 };
        let shown = excerpt(text.as_bytes(), value, None, &[]);
        assert_eq!((shown.text.as_str(), shown.column), ("  ********…", 1));
        let inside = excerpt(text.as_bytes(), hidden(36, 42, 0), None, &[hidden(10, 50, 0)]);
        assert_eq!(inside.text, "********…", "a value that began on an earlier line covers the line's start");
    }

    #[test]
    fn hostile_and_invalid_bytes_are_written_out() {
        let text = b"\x1b[2Ja\xff\xe2\x80\xae='0123456789abcdef'\x07\tb";
        let shown = excerpt(text, hidden(11, 27, 0), None, &[]);
        assert_eq!(shown.text, "\\u{1b}[2Ja\u{fffd}\\u{202e}='********'\\u{7}\tb");
    }

    #[test]
    fn a_window_in_the_middle_of_a_line_says_so() {
        let text = b"k=0123456789abcdef;";
        let lines = Lines::new(text, Position { line: 3, column: 500 });
        let value = hidden(2, 18, 0);
        let shown = build(&lines, value, None, &Veil::default());
        assert_eq!((shown.text.as_str(), shown.column), ("…k=********;", 500));
    }

    /// Text of words, hostile characters and raw bytes with values put in at random, some of them overlapping.
    fn texts() -> impl Strategy<Value = (Vec<u8>, Vec<Hidden>)> {
        let filler = prop_oneof![
            "[ =:'\"\\PC\n\r\u{202e}]{0,60}".prop_map(String::into_bytes),
            proptest::collection::vec(
                any::<u8>().prop_filter("no letter", |b| !b.is_ascii_alphanumeric()),
                0..200
            ),
        ];
        let value = ("[a-zA-Z0-9]{5,90}", 0usize..12, 0usize..40);
        proptest::collection::vec((filler, value), 1..8).prop_map(|pieces| {
            let (mut text, mut values) = (Vec::new(), Vec::new());
            for (filler, (value, prefix, reach)) in pieces {
                text.extend_from_slice(&filler);
                let start = text.len();
                text.extend_from_slice(value.as_bytes());
                values.push(hidden(start.saturating_sub(reach), text.len(), prefix));
                values.push(hidden(start, text.len(), prefix / 2));
            }
            (text, values)
        })
    }

    proptest! {
        #[test]
        fn no_part_of_a_value_is_ever_shown((text, values) in texts(), chosen in any::<prop::sample::Index>()) {
            let value = values[chosen.index(values.len())];
            let shown = excerpt(&text, value, None, &values);
            for hidden in &values {
                let secret = hidden.span.of(&text).get(hidden.public_prefix..).unwrap_or_default();
                for part in secret.windows(5).filter(|part| part.iter().all(u8::is_ascii_alphanumeric)) {
                    prop_assert!(!shown.text.as_bytes().windows(5).any(|w| w == part), "{}", shown.text);
                }
            }
        }

        #[test]
        fn every_excerpt_is_one_bounded_safe_line((text, values) in texts(), chosen in any::<prop::sample::Index>()) {
            let value = values[chosen.index(values.len())];
            let shown = excerpt(&text, value, Some(Span::new(0, 1)), &values);
            prop_assert!(shown.text.chars().count() <= WIDTH);
            prop_assert!(shown.text.chars().all(|c| visible::is_safe(c) || c == '\t'));
            prop_assert!(shown.text[shown.mask.0..shown.mask.1].ends_with(MASK));
        }
    }
}
