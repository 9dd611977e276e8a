//! Runs of base64 or hexadecimal digits, on one line or wrapped over several, and their decoded text.

use zeroize::Zeroizing;

use super::content::{self, Content};
use super::map::{Map, Pieces};
use super::{Budget, Source, View, base64, gzip, hex, utf16};
use crate::runs::{self, Run};
use crate::span::Span;

/// Lengths in characters of the full lines of a wrapped run: MIME has 76, PEM 64, `xxd -p` 60.
const WIDTHS: std::ops::RangeInclusive<usize> = 40..=128;

/// Deepest indentation of a wrapped run in bytes.
const DEEPEST: usize = 256;

/// How far into a run, in characters, something else may stand before the encoded part: `basic-`, `download/`.
const LEAD: usize = 96;

/// Plain characters that must follow such a lead. Paths and identifiers rarely have as many before the next separator.
const PLAIN: usize = 12;

/// Adds a reading of every run of at least `least` characters whose beginning decodes to text.
pub(super) fn read(source: Source<'_>, least: usize, view: &mut View, budget: &mut Budget) {
    if least >= runs::SHORTEST {
        let runs = source.runs.iter().filter(|run| may_spell(run)).map(|run| run.span);
        let runs = runs.flat_map(|run| parts(source.text, run, least, base64::is_character));
        return each(source, runs, least, view, budget);
    }
    // Short texts are read with care: in a path, a slash is no part of a run.
    let all = Span::new(0, source.text.len());
    each(source, parts(source.text, all, least, base64::is_character), least, view, budget);
    let in_name = |byte| byte != b'/' && base64::is_character(byte);
    each(source, parts(source.text, all, least, in_name), least, view, budget);
}

/// Adds a reading of each run that decodes to text; `runs` are in order.
fn each(
    source: Source<'_>,
    runs: impl Iterator<Item = Span>,
    least: usize,
    view: &mut View,
    budget: &mut Budget,
) {
    let mut taken = source.taken.iter().peekable();
    let mut done = 0;
    for run in runs {
        while taken.next_if(|span| span.end <= run.start).is_some() {}
        if run.start < done || taken.peek().is_some_and(|span| span.start < run.end) {
            continue;
        }
        let lines = lines(source.text, run);
        let Some(Beginning { at, form, content }) = beginning(source, run, least) else {
            done = lines.last().map_or(run.end, |line| line.end);
            continue;
        };
        let mut found = Found { lines: lines.collect(), form, content };
        found.lines[0].start = at;
        done = found.end();
        // Of what is compressed, nothing can be read without its beginning: the next text shows the rest in vain.
        let ends = done == source.text.len() && at < source.next && source.next < done;
        if ends && content == Content::Gzip {
            budget.refuse();
        }
        found.decode(source.text, view, budget);
    }
}

/// True when a run's letters and digits may spell text. In base64 of text capitals and small letters mix, and in
/// hexadecimal every other digit is below 8; most runs are words, paths and digests.
fn may_spell(run: &Run) -> bool {
    run.upper >= 2 && run.lower >= 2 || run.digits as usize * 2 >= run.span.len()
}

/// The parts of `run` of at least `least` bytes all of which are `inside`.
fn parts(text: &[u8], run: Span, least: usize, inside: impl Fn(u8) -> bool) -> impl Iterator<Item = Span> {
    let mut at = run.start;
    std::iter::from_fn(move || {
        while at + least <= run.end {
            let rest = &text[at..run.end];
            let length = rest.iter().position(|&byte| !inside(byte)).unwrap_or(rest.len());
            let part = Span::new(at, at + length);
            at = part.end + 1;
            if part.len() >= least {
                return Some(part);
            }
        }
        None
    })
}

/// `first` and the lines that it goes on in when it is wrapped: each of the same length, the last one shorter or not.
fn lines(text: &[u8], first: Span) -> impl Iterator<Item = Span> {
    let width = first.len();
    let wrapped = WIDTHS.contains(&width) && width.is_multiple_of(4);
    std::iter::successors(Some(first), move |last| {
        let start = next_line(text, last.end).filter(|_| wrapped && last.len() == width)?;
        let rest = &text[start..text.len().min(start + width + 1)];
        let length = rest.iter().take_while(|&&byte| base64::is_character(byte)).count();
        // A word at the start of a line of prose is no end of a run; padding or the line's end follows it.
        let after = text.get(start + length);
        let ends =
            after.is_none_or(|b| matches!(b, b'=' | b'\n' | b'\r' | b'"' | b'\'' | b'`' | b'\\' | b'<'));
        (length > 0 && length <= width && ends).then(|| Span::new(start, start + length))
    })
}

/// Where the next line begins: behind a line end and its indentation, or behind a line end that is written `\n`.
fn next_line(text: &[u8], end: usize) -> Option<usize> {
    let rest = &text[end..text.len().min(end + DEEPEST)];
    let written = [&b"\\n"[..], b"\\r\\n", b"\\\\n", b"\\\\r\\\\n"];
    if let Some(line_end) = written.iter().find(|line_end| rest.starts_with(line_end)) {
        return Some(end + line_end.len());
    }
    let line = rest.strip_prefix(b"\r").unwrap_or(rest).strip_prefix(b"\n")?;
    let indentation = line.iter().take_while(|&&byte| byte == b' ' || byte == b'\t').count();
    Some(end + (rest.len() - line.len()) + indentation)
}

/// Where in a run the encoded part begins, and what it is.
#[derive(Clone, Copy)]
struct Beginning {
    at: usize,
    form: Form,
    content: Content,
}

/// How bytes are spelled.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Base64,
    Hex,
}

impl Form {
    /// Characters a group, and the bytes that they stand for.
    const fn group(self) -> (usize, usize) {
        match self {
            Self::Base64 => (4, 3),
            Self::Hex => (2, 1),
        }
    }
}

/// What `run` is, read from its beginning, or from behind something else that it begins with.
fn beginning(source: Source<'_>, run: Span, least: usize) -> Option<Beginning> {
    let characters = run.of(source.text);
    // A run that began before the text may have been cut inside a group.
    let cut = if source.cut && run.start == 0 { 4 } else { 1 };
    let lead = &characters[..characters.len().saturating_sub(least).min(LEAD)];
    let behind = (0..lead.len()).filter(|&at| {
        let plain = characters.get(at + 1..at + 1 + PLAIN.min(least));
        !lead[at].is_ascii_alphanumeric() && plain.is_some_and(|p| p.iter().all(u8::is_ascii_alphanumeric))
    });
    (0..cut).chain(behind.map(|at| at + 1)).find_map(|skipped| {
        let rest = characters.get(skipped..).filter(|rest| rest.len() + cut > least)?;
        let at = run.start + skipped;
        let digits = hex::prefix(rest).and_then(|prefix| {
            let content = hex::content(&rest[prefix..])?;
            Some(Beginning { at: at + prefix, form: Form::Hex, content })
        });
        digits.or_else(|| Some(Beginning { at, form: Form::Base64, content: base64::content(rest)? }))
    })
}

/// A run that is worth decoding.
struct Found {
    /// Its characters, without line ends and indentation.
    lines: Vec<Span>,
    form: Form,
    content: Content,
}

impl Found {
    fn decode(&self, text: &[u8], view: &mut View, budget: &mut Budget) {
        let characters: usize = self.lines.iter().map(|line| line.len()).sum();
        let length = match self.form {
            Form::Base64 => base64::decoded_len(characters),
            Form::Hex => characters / 2,
        };
        if !budget.take(length + 2 * self.lines.len() * Pieces::COST) {
            return;
        }
        let mut joined = Zeroizing::new(Vec::with_capacity(characters));
        self.lines.iter().for_each(|line| joined.extend_from_slice(line.of(text)));
        let mut bytes = Zeroizing::new(vec![0; length]);
        let sound = match self.form {
            Form::Base64 => base64::decode(&mut joined, &mut bytes),
            Form::Hex => hex::decode(&joined[..length * 2], &mut bytes),
        };
        if sound {
            self.add(text, &bytes, view, budget);
        }
    }

    fn add(&self, text: &[u8], bytes: &[u8], view: &mut View, budget: &mut Budget) {
        let start = view.end();
        let source = self.source(text);
        let map = match self.content {
            Content::Gzip => {
                gzip::unpack(bytes, view, budget);
                Map::Whole(source)
            }
            Content::Utf16 { little } if budget.take(bytes.len() * 2) => {
                let inner = utf16::decode(bytes, little, view);
                if !budget.take(inner.len() * Pieces::COST) {
                    view.cut(start);
                }
                Map::Twice(
                    Box::new(Map::Pieces(inner)),
                    Box::new(Map::Pieces(self.pieces(bytes.len(), source))),
                )
            }
            Content::Text if content::stays_text(bytes) => {
                view.extend(bytes);
                Map::Pieces(self.pieces(bytes.len(), source))
            }
            Content::Text | Content::Utf16 { .. } => return,
        };
        view.close(start, source, Some(source), true, map);
    }

    fn end(&self) -> usize {
        self.lines[self.lines.len() - 1].end
    }

    /// All of the run with its padding.
    fn source(&self, text: &[u8]) -> Span {
        let padded = |byte: &&u8| **byte == b'=' && self.form == Form::Base64;
        let padding = text[self.end()..].iter().take(2).take_while(padded).count();
        Span::new(self.lines[0].start, self.end() + padding)
    }

    /// Group by group: those inside a line, those that a line end divides, and the last one with its padding.
    fn pieces(&self, length: usize, source: Span) -> Pieces {
        let (input, output) = self.form.group();
        let mut pieces = Pieces::from(source.start);
        // Characters before the line, and where the group began that the line before it left open.
        let (mut before, mut open) = (0, source.start);
        for line in &self.lines {
            let missing = (input - before % input) % input;
            if missing > 0 && missing <= line.len() {
                pieces.push(before / input * output, open, 1, (line.start + missing - open, output));
            }
            let inside = line.len().saturating_sub(missing) / input;
            pieces.push((before + missing) / input * output, line.start + missing, inside, (input, output));
            if missing <= line.len() {
                open = line.start + missing + inside * input;
            }
            before += line.len();
        }
        let whole = before / input * output;
        if length > whole {
            pieces.push(whole, open, 1, (source.end - open, length - whole));
        }
        pieces
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &[u8], least: usize) -> Vec<Span> {
        super::parts(text, Span::new(0, text.len()), least, base64::is_character).collect()
    }

    #[test]
    fn a_run_is_cut_where_other_characters_stand() {
        let text = b"abcdefgh:ABCDEF+/-_==.abcdefghi";
        assert_eq!(parts(text, 8), [Span::new(0, 8), Span::new(9, 19), Span::new(22, 31)]);
        assert_eq!(parts(text, 10), [Span::new(9, 19)]);
    }

    #[test]
    fn wrapped_lines_are_one_run() {
        let line = "QUJD".repeat(16);
        for (text, expected) in [
            (format!("{line}\n{line}\nQUJD\n"), 3),
            (format!("{line}\r\n    {line}\r\n    QUJDQQ==\r\n"), 3),
            (format!("{line}\\n{line}\\nQUJD\""), 3),
            (format!("{line}\nword here\n"), 1),
            (format!("{line}\n{line}x\n"), 1),
            (format!("{line}QU\n{line}\n"), 1),
        ] {
            let first = parts(text.as_bytes(), 20)[0];
            assert_eq!(lines(text.as_bytes(), first).count(), expected, "{text}");
        }
    }
}
