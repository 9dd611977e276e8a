//! An excerpt as a source that miette can draw: one line that knows its true place in a file nobody has read whole.
//! Apart from the human report because fitting a line to a screen without losing its mask is a matter of its own.

use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use crate::finding::Excerpt;
use crate::span::Position;
use crate::visible;

/// A byte range in [`Snippet::text`].
pub(super) type Range = (usize, usize);

/// One line, ready to be drawn.
#[derive(Debug)]
pub(super) struct Snippet {
    path: String,
    /// Where the value starts in the file.
    position: Position,
    text: String,
    /// Where the mask stands in the text.
    pub(super) mask: Range,
    /// Where the name stands in the text.
    pub(super) name: Option<Range>,
}

impl Snippet {
    /// The excerpt cut to `width` columns around its mask; ASCII only unless `unicode`.
    pub(super) fn new(
        excerpt: &Excerpt,
        path: String,
        position: Position,
        width: usize,
        unicode: bool,
    ) -> Self {
        let window = window(excerpt, width);
        let mut snippet = Self { path, position, text: String::new(), mask: (0, 0), name: None };
        let cut = if unicode { "…" } else { "..." };
        if window.0 > 0 {
            snippet.text.push_str(cut);
        }
        let name = excerpt.name.filter(|name| window.0 <= name.0 && name.1 <= window.1);
        let mut name_at = (0, 0);
        for (at, c) in excerpt.text[window.0..window.1].char_indices().map(|(at, c)| (at + window.0, c)) {
            let start = snippet.text.len();
            push(&mut snippet.text, c, unicode);
            let end = snippet.text.len();
            let next = at + c.len_utf8();
            extend(&mut snippet.mask, excerpt.mask, (at, next), (start, end));
            extend(&mut name_at, name.unwrap_or_default(), (at, next), (start, end));
        }
        if window.1 < excerpt.text.len() {
            snippet.text.push_str(cut);
        }
        snippet.name = name.map(|_| name_at);
        snippet
    }
}

/// Where a line is only its place: any span of it is the whole line, at the value's position.
impl SourceCode for Snippet {
    fn read_span<'a>(
        &'a self,
        _: &SourceSpan,
        _: usize,
        _: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let zero_based = |one_based: u64| usize::try_from(one_based.saturating_sub(1)).unwrap_or(usize::MAX);
        Ok(Box::new(MietteSpanContents::new_named(
            self.path.clone(),
            self.text.as_bytes(),
            SourceSpan::from((0, self.text.len())),
            zero_based(self.position.line),
            zero_based(self.position.column),
            1,
        )))
    }
}

/// Moves the new range along with the old one while its characters are written.
fn extend(new: &mut Range, old: Range, read: Range, written: Range) {
    if read.0 == old.0 {
        new.0 = written.0;
    }
    if old.0 <= read.0 && read.1 <= old.1 {
        new.1 = written.1;
    }
}

fn push(text: &mut String, c: char, unicode: bool) {
    match c {
        '\t' => text.push(c),
        '…' if !unicode => text.push_str("..."),
        c if !unicode && !c.is_ascii() => text.extend(c.escape_unicode()),
        c => visible::push(text, c),
    }
}

/// The byte range of the excerpt to show: all of it, or what fits around the mask.
fn window(excerpt: &Excerpt, width: usize) -> Range {
    let text = excerpt.text.as_str();
    if text.chars().map(columns).sum::<usize>() <= width {
        return (0, text.len());
    }
    let mask: usize = text[excerpt.mask.0..excerpt.mask.1].chars().map(columns).sum();
    let room = width.saturating_sub(mask + 6);
    let after = fitting(text[excerpt.mask.1..].chars(), room);
    let before = fitting(text[..excerpt.mask.0].chars().rev(), (room * 2 / 3).max(room - after.1));
    let after = fitting(text[excerpt.mask.1..].chars(), room - before.1);
    (excerpt.mask.0 - before.0, excerpt.mask.1 + after.0)
}

/// Bytes and columns of the first characters that fit into `room` columns.
fn fitting(chars: impl Iterator<Item = char>, room: usize) -> (usize, usize) {
    let mut taken = (0, 0);
    for c in chars {
        if taken.1 + columns(c) > room {
            break;
        }
        taken = (taken.0 + c.len_utf8(), taken.1 + columns(c));
    }
    taken
}

/// Columns of a character at most; nobody minds a line that is a little short.
fn columns(c: char) -> usize {
    match c {
        '\t' => 4,
        c if c < '\u{1100}' => 1,
        _ => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn snippet(before: &str, name: &str, between: &str, after: &str, width: usize, unicode: bool) -> Snippet {
        let mut text = before.to_owned();
        let mut push = |piece: &str| {
            let start = text.len();
            text.push_str(piece);
            (start, text.len())
        };
        let name = push(name);
        push(between);
        let mask = push("********");
        push(after);
        let excerpt = Excerpt { text, mask, name: Some(name), column: 1 };
        Snippet::new(&excerpt, "p".to_owned(), Position { line: 7, column: 9 }, width, unicode)
    }

    #[test]
    fn a_line_that_fits_is_left_alone() {
        let whole = snippet("é ", "key", " = ", "; ü", 40, true);
        assert_eq!(whole.text, "é key = ********; ü");
        assert_eq!(&whole.text[whole.mask.0..whole.mask.1], "********");
        assert_eq!(whole.name.map(|name| &whole.text[name.0..name.1]), Some("key"));
    }

    #[test]
    fn a_wide_line_is_cut_around_its_mask() {
        let cut = snippet(&"é".repeat(90), "key", " = ", &"b".repeat(90), 40, true);
        assert_eq!(cut.text, format!("…{}key = ********{}…", "é".repeat(11), "b".repeat(9)));
        assert_eq!(&cut.text[cut.mask.0..cut.mask.1], "********");
        assert_eq!(cut.name.map(|name| &cut.text[name.0..name.1]), Some("key"));
        let far = snippet("", "key", &" ".repeat(50), "", 40, true);
        assert_eq!(far.name, None);
        let narrow = snippet("aaaa", "key", " = ", "bbbb", 3, true);
        assert_eq!(narrow.text, "…********…", "the mask is always shown");
    }

    #[test]
    fn without_unicode_every_byte_is_ascii() {
        let plain = snippet("…é\u{1b}", "schlüssel", "=", "日", 80, false);
        assert_eq!(plain.text, "...\\u{e9}\\u{1b}schl\\u{fc}ssel=********\\u{65e5}");
        assert_eq!(plain.name.map(|name| &plain.text[name.0..name.1]), Some("schl\\u{fc}ssel"));
    }

    #[test]
    fn the_line_knows_its_place() {
        let snippet = snippet("", "key", "=", "", 80, true);
        let contents = snippet.read_span(&SourceSpan::from((4, 8)), 1, 1).unwrap();
        assert_eq!((contents.line(), contents.column(), contents.name()), (6, 8, Some("p")));
    }
}
