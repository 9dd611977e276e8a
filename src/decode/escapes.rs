//! Places where characters are written as escapes. Where several stand near each other, the text
//! around them is read with each written plainly.

use super::map::{Map, Pieces};
use super::marks::Marks;
use super::{Budget, View, backslash, entity, percent, quoted_printable};
use crate::span::Span;

/// Escapes further apart, in bytes, have nothing to do with each other.
const NEAR: usize = 384;

/// Text before the first escape that is read with it, in bytes: a name may stand there.
const BEFORE: usize = 128;

/// Text after the last escape that is read with it, in bytes: a value may end there.
const AFTER: usize = 256;

/// Longest word that is not cut behind [`AFTER`], in bytes.
const LONGEST_WORD: usize = 4096;

/// Longest plain text of an escape in bytes.
pub(super) const LONGEST: usize = 8;

/// One escape: how long it is, what it stands for, and how much it speaks for there being something to read.
pub(super) struct Escape {
    pub(super) length: usize,
    plain: [u8; LONGEST],
    plain_length: usize,
    /// True for a byte that stands in no text: strings of such are data.
    binary: bool,
    /// 0 for those that stand in any text (line ends, foreign letters), 1 for the usual ones, [`STRONG`] for those
    /// that hardly anybody writes without an encoder.
    pub(super) weight: usize,
}

/// Reason enough alone.
pub(super) const STRONG: usize = 4;

impl Escape {
    /// `length` bytes that stand for `plain`, of at most [`LONGEST`] bytes.
    pub(super) fn new(length: usize, plain: &[u8], weight: usize) -> Option<Self> {
        let mut bytes = [0; LONGEST];
        bytes.get_mut(..plain.len())?.copy_from_slice(plain);
        Some(Self { length, plain: bytes, plain_length: plain.len(), binary: false, weight })
    }

    /// The same for one byte of a string, which need not be text.
    pub(super) fn byte(length: usize, byte: u8) -> Option<Self> {
        let binary = !byte.is_ascii() || byte.is_ascii_control() && !byte.is_ascii_whitespace();
        Some(Self { binary, ..Self::new(length, &[byte], usize::from(byte.is_ascii_graphic()))? })
    }

    /// The same for one character; `weight` counts only when it is printable ASCII.
    pub(super) fn character(length: usize, c: char, weight: usize) -> Option<Self> {
        let weight = if c.is_ascii_graphic() { weight } else { 0 };
        Self::new(length, c.encode_utf8(&mut [0; 4]).as_bytes(), weight)
    }

    fn plain(&self) -> &[u8] {
        &self.plain[..self.plain_length]
    }
}

/// A way of escaping.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Technique {
    Backslash,
    Percent,
    Entity,
    QuotedPrintable,
}

impl Technique {
    const fn of(mark: u8) -> Self {
        match mark {
            b'\\' => Self::Backslash,
            b'%' => Self::Percent,
            b'&' => Self::Entity,
            _ => Self::QuotedPrintable,
        }
    }

    const fn mark(self) -> u8 {
        match self {
            Self::Backslash => b'\\',
            Self::Percent => b'%',
            Self::Entity => b'&',
            Self::QuotedPrintable => b'=',
        }
    }

    fn read(self, text: &[u8], at: usize) -> Option<Escape> {
        match self {
            Self::Backslash => backslash::read(text, at),
            Self::Percent => percent::read(text, at),
            Self::Entity => entity::read(text, at),
            Self::QuotedPrintable => quoted_printable::read(text, at),
        }
    }
}

/// Escapes of one technique near each other.
#[derive(Clone, Copy)]
struct Cluster {
    technique: Technique,
    span: Span,
    weight: usize,
    /// How many of them stand for bytes that are in no text.
    binary: usize,
    /// The quote that is escaped in there: the text is the inside of a string.
    quote: Option<u8>,
}

impl Cluster {
    fn matters(&self, least: usize) -> bool {
        self.weight >= least && self.binary * 2 <= self.weight
    }
}

/// Adds a reading of every place where the escapes weigh at least `least`; `marks` are those of the text.
pub(super) fn read(text: &[u8], marks: &Marks, least: usize, view: &mut View, budget: &mut Budget) {
    let mut clusters = Clusters { text, least, open: [None; 4], next: [0; 4], closed: Vec::new() };
    marks.escapes.iter().for_each(|at| clusters.add(*at as usize));
    // An equals sign is nothing special in most files; in quoted-printable it is always written like this.
    if !marks.equals.is_empty() {
        memchr::memchr_iter(b'=', text).for_each(|at| clusters.add(at));
    }
    for cluster in clusters.close() {
        decode(text, cluster, view, budget);
    }
}

struct Clusters<'t> {
    text: &'t [u8],
    least: usize,
    open: [Option<Cluster>; 4],
    /// Where reading may go on, for each technique: behind the last escape.
    next: [usize; 4],
    closed: Vec<Cluster>,
}

impl Clusters<'_> {
    fn add(&mut self, at: usize) {
        let technique = Technique::of(self.text[at]);
        let index = technique as usize;
        if at < self.next[index] {
            return;
        }
        let Some(escape) = technique.read(self.text, at) else { return };
        let end = at + escape.length;
        self.next[index] = end;
        let quote = self
            .text
            .get(at + 1)
            .copied()
            .filter(|b| technique == Technique::Backslash && matches!(b, b'"' | b'\''));
        match &mut self.open[index] {
            Some(open) if is_near(self.text, technique, open.span.end, at) => {
                open.span.end = end;
                open.weight += escape.weight;
                open.binary += usize::from(escape.binary);
                // `\"` inside a string that `"` ends tells more than `\'`.
                open.quote = open.quote.min(quote).or(open.quote).or(quote);
            }
            _ if escape.weight == 0 && self.least > 0 => {}
            open => {
                let span = Span::new(at, end);
                let fresh = Cluster { technique, span, weight: escape.weight, binary: 0, quote };
                let last = open.replace(fresh);
                self.closed.extend(last.filter(|last| last.matters(self.least)));
            }
        }
    }

    /// All of them, in order.
    fn close(mut self) -> Vec<Cluster> {
        let open = self.open.into_iter().flatten().filter(|last| last.matters(self.least));
        self.closed.extend(open);
        self.closed.sort_unstable_by_key(|cluster| (cluster.span, cluster.technique));
        self.closed
    }
}

/// Quoted-printable goes over line ends, escapes in strings do not.
fn is_near(text: &[u8], technique: Technique, end: usize, at: usize) -> bool {
    at == end
        || at - end <= NEAR
            && (technique == Technique::QuotedPrintable || memchr::memchr(b'\n', &text[end..at]).is_none())
}

/// The cluster with what stands around it on its line.
fn around(text: &[u8], cluster: Span) -> Span {
    let floor = cluster.start.saturating_sub(BEFORE);
    let start = memchr::memrchr(b'\n', &text[floor..cluster.start]).map_or(floor, |at| floor + at + 1);
    let limit = text.len().min(cluster.end + AFTER + LONGEST_WORD);
    let line = memchr::memchr(b'\n', &text[cluster.end..limit]).map_or(limit, |at| cluster.end + at);
    let cut = (cluster.end + AFTER).min(line);
    let ends = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'' | b'`');
    let word = text[cut..line].iter().position(ends);
    Span::new(start, word.map_or(cut, |length| cut + length))
}

/// Reads a cluster. Where it is the inside of strings, each string is a text of its own.
fn decode(text: &[u8], cluster: Cluster, view: &mut View, budget: &mut Budget) {
    let region = around(text, cluster.span);
    if !budget.take(region.len()) {
        return;
    }
    let mark = cluster.technique.mark();
    let stop = cluster.quote.unwrap_or(mark);
    let mut string = Open::at(region.start, view);
    let mut copied = region.start;
    let mut at = region.start;
    while let Some(found) = memchr::memchr2(mark, stop, &text[at..region.end]) {
        let place = at + found;
        if text[place] == mark {
            let Some(escape) = cluster.technique.read(text, place).filter(|e| place + e.length <= region.end)
            else {
                at = place + 1;
                continue;
            };
            view.extend(&text[copied..place]);
            string.pieces.push(view.end() - string.decoded, place, 1, (escape.length, escape.plain().len()));
            view.extend(escape.plain());
            at = place + escape.length;
            copied = at;
        } else {
            view.extend(&text[copied..place]);
            string.close(place, cluster.quote.is_some(), view, budget);
            at = place + 1;
            copied = at;
            string = Open::at(at, view);
        }
    }
    view.extend(&text[copied..region.end]);
    string.close(region.end, cluster.quote.is_some(), view, budget);
}

/// A reading that is being written.
struct Open {
    source: usize,
    decoded: usize,
    pieces: Pieces,
}

impl Open {
    fn at(source: usize, view: &View) -> Self {
        Self { source, decoded: view.end(), pieces: Pieces::from(source) }
    }

    /// What holds no escape was read as it stands.
    fn close(self, end: usize, apart: bool, view: &mut View, budget: &mut Budget) {
        if self.pieces.len() == 0 || !budget.take(self.pieces.len() * Pieces::COST) {
            view.cut(self.decoded);
            return;
        }
        view.close(self.decoded, Span::new(self.source, end), None, apart, Map::Pieces(self.pieces));
    }
}
