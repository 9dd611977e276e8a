//! The decoded readings of one text, one after the other, and the way back from them.

use zeroize::Zeroizing;

use super::map::Map;
use crate::span::Span;

/// Between two readings: more line ends than any reader of values goes over.
const GAP: &[u8] = b"\n\n\n\n";

/// All readings of one text. What is decoded may be a secret, so it is wiped when it is dropped.
#[derive(Default)]
pub struct View {
    text: Zeroizing<Vec<u8>>,
    segments: Vec<Segment>,
}

/// One reading.
pub struct Segment {
    /// Where it stands in the view's text.
    pub decoded: Span,
    /// What it was read from.
    pub source: Span,
    /// What of `source` is one unreadable run, no piece of which should be shown when there is a secret in it.
    pub run: Option<Span>,
    /// True when it is a text of its own (a decoded file, the inside of a string), false when it is a piece of the text
    /// around it with some characters written plainly.
    pub apart: bool,
    map: Map,
}

impl View {
    /// The decoded text: every reading, in no particular order.
    pub fn text(&self) -> &[u8] {
        &self.text
    }

    /// True when nothing was worth decoding.
    pub fn is_empty(&self) -> bool {
        self.segments.is_empty()
    }

    /// All readings.
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// The reading that all of `span`, in the view's text, is part of.
    pub fn segment(&self, span: Span) -> Option<&Segment> {
        let next = self.segments.partition_point(|segment| segment.decoded.start <= span.start);
        let segment = &self.segments[next.checked_sub(1)?];
        segment.decoded.contains(span).then_some(segment)
    }

    /// The smallest span of the text around that spells `span` of the view's text; `None` when `span` is empty or no
    /// part of a single reading.
    pub fn source(&self, span: Span) -> Option<Span> {
        let segment = self.segment(span).filter(|_| !span.is_empty())?;
        Some(segment.map.encoded(segment.inside(span)))
    }

    /// True when some of `span` is spelled differently in the text around.
    pub fn changes(&self, span: Span) -> bool {
        self.segment(span).is_none_or(|segment| segment.map.changes(segment.inside(span)))
    }

    /// Where the next byte will stand.
    pub(super) fn end(&self) -> usize {
        self.text.len()
    }

    /// Adds decoded bytes.
    pub(super) fn extend(&mut self, bytes: &[u8]) {
        self.reserve(bytes.len());
        self.text.extend_from_slice(bytes);
    }

    /// Adds room for `length` bytes, to be filled by a decoder.
    pub(super) fn room(&mut self, length: usize) -> &mut [u8] {
        self.reserve(length);
        let start = self.text.len();
        self.text.resize(start + length, 0);
        &mut self.text[start..]
    }

    /// Takes back what stands behind `start`.
    pub(super) fn cut(&mut self, start: usize) {
        self.text.truncate(start);
    }

    /// The bytes from `start` on become a reading of `source`; none when there are none.
    pub(super) fn close(&mut self, start: usize, source: Span, run: Option<Span>, apart: bool, map: Map) {
        let decoded = Span::new(start, self.text.len());
        if !decoded.is_empty() {
            self.segments.push(Segment { decoded, source, run, apart, map });
            self.extend(GAP);
        }
    }

    /// A vector that grows by itself leaves its old bytes behind unwiped.
    fn reserve(&mut self, more: usize) {
        let needed = self.text.len() + more;
        if needed > self.text.capacity() {
            let mut larger =
                Zeroizing::new(Vec::with_capacity(needed.max(self.text.capacity() * 2).max(512)));
            larger.extend_from_slice(&self.text);
            self.text = larger;
        }
    }
}

impl Segment {
    fn inside(&self, span: Span) -> Span {
        Span::new(span.start - self.decoded.start, span.end - self.decoded.start)
    }
}
