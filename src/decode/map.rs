//! Where decoded bytes came from. Apart from the techniques because all of them describe it in the same way, and
//! because a finding's columns are only as good as this.

use crate::span::Span;

/// From offsets in a decoded text, counted from its start, to the bytes that spell them in the text around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Map {
    /// Unit by unit: groups of base64, escapes, what stands for itself.
    Pieces(Pieces),
    /// Compressed: every byte came from all of it.
    Whole(Span),
    /// Decoded twice in one step: from the result to the bytes between, and from those to the text.
    Twice(Box<Map>, Box<Map>),
}

/// Stretches of units. What follows a stretch stands for itself, up to the next one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Pieces {
    /// Where in the text the decoded text begins.
    start: usize,
    pieces: Vec<Piece>,
}

/// `count` units side by side, each of `input` bytes that stand for `output` bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Piece {
    decoded: u32,
    encoded: u32,
    count: u32,
    input: u16,
    output: u16,
}

impl Piece {
    fn decoded_end(self) -> usize {
        self.decoded as usize + self.count as usize * usize::from(self.output)
    }

    fn encoded_end(self) -> usize {
        self.encoded as usize + self.count as usize * usize::from(self.input)
    }

    /// The encoded span of the unit that holds the decoded byte at `at`, or of the byte itself behind the units.
    fn unit(self, at: usize) -> Span {
        if at >= self.decoded_end() {
            let start = self.encoded_end() + (at - self.decoded_end());
            return Span::new(start, start + 1);
        }
        let index = (at - self.decoded as usize) / usize::from(self.output);
        let start = self.encoded as usize + index * usize::from(self.input);
        Span::new(start, start + usize::from(self.input))
    }
}

impl Pieces {
    /// What one piece costs of a budget, in bytes.
    pub(super) const COST: usize = size_of::<Piece>();

    /// Nothing decoded yet; the text that is decoded begins at `start`.
    pub(super) const fn from(start: usize) -> Self {
        Self { start, pieces: Vec::new() }
    }

    /// Number of stretches.
    pub(super) fn len(&self) -> usize {
        self.pieces.len()
    }

    /// Adds `count` units of `input` bytes each, at `encoded`, whose `output` bytes each stand at `decoded`. Units that
    /// stand for nothing, or are no unit, only move what follows.
    pub(super) fn push(
        &mut self,
        decoded: usize,
        encoded: usize,
        count: usize,
        (input, output): (usize, usize),
    ) {
        let (Ok(from), Ok(at), Ok(many), Ok(input), Ok(output)) = (
            u32::try_from(decoded),
            u32::try_from(encoded),
            u32::try_from(count),
            u16::try_from(input),
            u16::try_from(output),
        ) else {
            debug_assert!(false, "windows and budgets are far below these limits");
            return;
        };
        if count == 0 {
            return;
        }
        let piece = Piece { decoded: from, encoded: at, count: many, input, output };
        match self.pieces.last_mut() {
            Some(last)
                if (last.input, last.output) == (input, output)
                    && last.decoded_end() == decoded
                    && last.encoded_end() == encoded =>
            {
                last.count += many;
            }
            _ => self.pieces.push(piece),
        }
    }

    /// The unit that holds the byte at `at`, and whether it stands for itself.
    fn unit(&self, at: usize) -> (Span, bool) {
        let next = self.pieces.partition_point(|piece| piece.decoded as usize <= at);
        match next.checked_sub(1).map(|index| self.pieces[index]) {
            Some(piece) => (piece.unit(at), at >= piece.decoded_end()),
            None => (Span::new(self.start + at, self.start + at + 1), true),
        }
    }
}

impl Map {
    /// The smallest span of the text that spells the decoded bytes of `span`, which is not empty.
    pub(super) fn encoded(&self, span: Span) -> Span {
        match self {
            Self::Pieces(pieces) => pieces.unit(span.start).0.join(pieces.unit(span.end - 1).0),
            Self::Whole(all) => *all,
            Self::Twice(inner, outer) => outer.encoded(inner.encoded(span)),
        }
    }

    /// True when some of `span` does not stand for itself.
    pub(super) fn changes(&self, span: Span) -> bool {
        let Self::Pieces(pieces) = self else { return true };
        let first = pieces.pieces.partition_point(|piece| piece.decoded_end() <= span.start);
        pieces.pieces[first..].first().is_some_and(|piece| (piece.decoded as usize) < span.end)
    }
}
