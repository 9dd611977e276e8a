//! Secrets of Kubernetes: the values below `data:` are base64 however short they are, and their names stand beside them.
//! <https://kubernetes.io/docs/concepts/configuration/secret/>
//!
//! Apart from other base64 because a value is read together with its name, as if it was written plainly.

use zeroize::Zeroizing;

use super::map::{Map, Pieces};
use super::marks::Marks;
use super::{Budget, View, base64, content};
use crate::span::Span;

/// How far from its `kind` the data of a manifest may stand, in bytes.
const REACH: usize = 64 * 1024;

/// Longest value in bytes that is read in its place; longer ones are files and stand for themselves.
const LONGEST: usize = 4096;

/// Longest name in bytes (a DNS subdomain name).
const LONGEST_NAME: usize = 253;

/// Shortest encoded value in bytes that speaks for a manifest whose kind is not in sight.
const TELLING: usize = 20;

/// Shortest encoded value in bytes there: the letters of a shorter word decode to text by chance.
const SHORTEST: usize = 8;

/// Adds a reading of every entry, and gives the spans of their values; `marks` are those of the text.
pub(super) fn read(text: &[u8], marks: &Marks, view: &mut View, budget: &mut Budget) -> Vec<Span> {
    let mut read = Vec::new();
    let mut done = 0;
    let mut kinds = None;
    for at in marks.data.iter().map(|at| *at as usize) {
        let Some(block) = Block::at(text, at).filter(|_| at >= done) else { continue };
        let known = is_near(kinds.get_or_insert_with(|| kinds_of_secrets(text)), at);
        if !known && block.indentation.is_none() {
            continue;
        }
        let (entries, complete) = block.entries(text);
        done = entries.last().map_or(at, |entry| entry.value.end);
        let sound = known || complete && is_telling(text, &entries);
        if !sound {
            continue;
        }
        for entry in &entries {
            if let Some(plain) = entry.plain(text)
                && budget.take(entry.value.end - entry.name.start + 4 * Pieces::COST)
            {
                entry.add(text, &plain, view);
                read.push(entry.value);
            }
        }
    }
    read
}

/// Offsets of `kind: Secret`, sorted.
fn kinds_of_secrets(text: &[u8]) -> Vec<usize> {
    let is_kind = |&at: &usize| {
        let before = text[at.saturating_sub(16)..at].trim_ascii_end();
        let before = before.strip_suffix(b"\"").unwrap_or(before).trim_ascii_end();
        let name = before.strip_suffix(b":").map(|name| name.strip_suffix(b"\"").unwrap_or(name));
        name.is_some_and(|name| name.ends_with(b"kind"))
            && !text.get(at + 6).is_some_and(u8::is_ascii_alphanumeric)
    };
    memchr::memmem::find_iter(text, b"Secret").filter(is_kind).collect()
}

fn is_near(kinds: &[usize], at: usize) -> bool {
    let next = kinds.partition_point(|&kind| kind < at);
    let before = next.checked_sub(1).is_some_and(|last| at - kinds[last] <= REACH);
    before || kinds.get(next).is_some_and(|&kind| kind - at <= REACH)
}

/// Without the kind in sight, everything must be base64 of text, and some of it must be hardly anything else.
fn is_telling(text: &[u8], entries: &[Entry]) -> bool {
    let telling = |entry: &Entry| entry.is_padded() || entry.value.len() >= TELLING;
    entries.iter().any(telling)
        && entries.iter().all(|entry| entry.value.len() >= SHORTEST && entry.decoded(text).is_some())
}

/// The entries of a `data:`.
struct Block {
    at: usize,
    /// Depth of `data:`, whose entries are the lines below it that are deeper; `None`: they stand in braces.
    indentation: Option<usize>,
}

impl Block {
    /// The block that begins with the `data` at `at`, a key of YAML or JSON.
    fn at(text: &[u8], at: usize) -> Option<Self> {
        let quoted = text[..at].ends_with(b"\"");
        let colon = at + 4 + usize::from(quoted);
        if quoted && text.get(at + 4) != Some(&b'"') || text.get(colon) != Some(&b':') {
            return None;
        }
        let after = skip(text, colon + 1, b" \t\r");
        match text.get(after)? {
            b'{' => Some(Self { at: after + 1, indentation: None }),
            b'\n' if !quoted => {
                let before = &text[at.saturating_sub(64)..at];
                let line = &before[memchr::memrchr(b'\n', before).map_or(0, |end| end + 1)..];
                // A list's first key is as deep as those below it.
                let plain = line.iter().all(|byte| matches!(byte, b' ' | b'-'));
                plain.then_some(Self { at: after + 1, indentation: Some(line.len()) })
            }
            _ => None,
        }
    }

    /// The entries, and whether there was nothing else in the block.
    fn entries(&self, text: &[u8]) -> (Vec<Entry>, bool) {
        let mut entries = Vec::new();
        let mut complete = true;
        let mut at = self.at;
        let Some(indentation) = self.indentation else {
            while let Some((entry, end)) = Entry::at(text, skip(text, at, b" \t\r\n,")) {
                entries.push(entry);
                at = end;
            }
            return (entries, complete);
        };
        while let Some(start) = deeper_line(text, at, indentation) {
            let entry = Entry::at(text, start);
            complete &= entry.is_some();
            let end = entry.map_or(start, |(entry, end)| {
                entries.push(entry);
                end
            });
            at = memchr::memchr(b'\n', &text[end..]).map_or(text.len(), |line| end + line + 1);
        }
        (entries, complete)
    }
}

/// Where the text of the next line that is not empty begins, `at` being the start of a line, when it is deeper than
/// `indentation`.
fn deeper_line(text: &[u8], at: usize, indentation: usize) -> Option<usize> {
    let line = skip(text, at, b"\r\n");
    let start = skip(text, line, b" ");
    (start - line > indentation && start < text.len()).then_some(start)
}

fn skip(text: &[u8], at: usize, bytes: &[u8]) -> usize {
    at + text[at..].iter().take_while(|byte| bytes.contains(byte)).count()
}

/// A word in quotes or not: what is in the quotes, and where it ends with them.
fn word(text: &[u8], at: usize, inside: impl Fn(u8) -> bool) -> Option<(Span, usize)> {
    let quote = text.get(at).filter(|byte| matches!(byte, b'"' | b'\''));
    let start = at + usize::from(quote.is_some());
    let end = start + text[start..].iter().take_while(|&&byte| inside(byte)).count();
    let closed = quote.is_none_or(|quote| text.get(end) == Some(quote));
    (closed && end > start).then(|| (Span::new(start, end), end + usize::from(quote.is_some())))
}

/// `name: value`.
struct Entry {
    name: Span,
    /// Without quotes, with padding.
    value: Span,
    /// Characters of base64 in the value.
    characters: usize,
}

impl Entry {
    /// The entry at `start`, and where it ends.
    fn at(text: &[u8], start: usize) -> Option<(Self, usize)> {
        let in_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
        let (name, colon) = word(text, start, in_name)?;
        if name.len() > LONGEST_NAME || text.get(colon) != Some(&b':') {
            return None;
        }
        let at = skip(text, colon + 1, b" ");
        let (value, end) = word(text, at, |byte| base64::is_character(byte) || byte == b'=')?;
        let end = skip(text, end, b" \t\r");
        let ends = text.get(end).is_none_or(|byte| matches!(byte, b'\n' | b',' | b'}' | b'#'));
        let characters = value.of(text).iter().take_while(|&&byte| byte != b'=').count();
        let padding = value.len() - characters;
        let sound = padding <= 2 && value.len().is_multiple_of(4);
        (ends && sound).then_some((Self { name, value, characters }, end))
    }

    fn is_padded(&self) -> bool {
        self.value.len() > self.characters
    }

    /// What the value stands for, without line ends behind it, when it is text; nothing for values that are too long.
    fn decoded(&self, text: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        if self.value.len() > LONGEST {
            return Some(Zeroizing::default());
        }
        let mut characters = Zeroizing::new(text[self.value.start..][..self.characters].to_vec());
        let mut plain = Zeroizing::new(vec![0; base64::decoded_len(self.characters)]);
        let sound = base64::decode(&mut characters, &mut plain) && content::stays_text(&plain);
        let length = plain.trim_ascii_end().len();
        plain.truncate(length);
        sound.then_some(plain)
    }

    /// The same, when it is a value of one line and not a file.
    fn plain(&self, text: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let is_value = |plain: &Zeroizing<Vec<u8>>| {
            !plain.is_empty() && !plain.starts_with(b"{") && !plain.iter().any(u8::is_ascii_control)
        };
        self.decoded(text).filter(is_value)
    }

    /// Adds `name: "value"`, in quotes that the value does not hold.
    fn add(&self, text: &[u8], plain: &[u8], view: &mut View) {
        let start = view.end();
        let mut pieces = Pieces::from(self.name.start);
        let free = |quote: &&u8| !plain.contains(quote) && !plain.ends_with(b"\\");
        let quote = b"\"'`".iter().find(free).map_or(&[][..], std::slice::from_ref);
        let opening = text[..self.value.start].ends_with(b"\"") || text[..self.value.start].ends_with(b"'");
        view.extend(&text[self.name.start..self.value.start - usize::from(opening)]);
        pieces.push(
            view.end() - start,
            self.value.start - usize::from(opening),
            1,
            (usize::from(opening), quote.len()),
        );
        view.extend(quote);
        let (groups, rest) = (plain.len() / 3, plain.len() % 3);
        let at = view.end() - start;
        pieces.push(at, self.value.start, groups, (4, 3));
        if rest > 0 {
            let last = self.value.start + groups * 4;
            pieces.push(at + groups * 3, last, 1, (4.min(self.value.end - last), rest));
        }
        view.extend(plain);
        pieces.push(view.end() - start, self.value.end, 1, (0, quote.len()));
        view.extend(quote);
        let source = Span::new(self.name.start, self.value.end);
        view.close(start, source, Some(self.value), false, Map::Pieces(pieces));
    }
}
