//! Runs of characters that tokens and encoded data are made of. Apart from the detectors because what decodes needs them
//! too, and because it looks at every blob.

mod again;
mod byte;

use wide::u8x16;

use crate::span::Span;

pub use again::{Again, again};
pub use byte::{MARKS, SHORTEST, is_run_byte};

/// A longest possible run: before and behind it stands no character of a run, or an end of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// Where it lies; at least [`SHORTEST`] bytes.
    pub span: Span,
    /// How many of its bytes are `0` to `9`.
    pub digits: u32,
    /// How many are `a` to `z`.
    pub lower: u32,
    /// How many are `A` to `Z`.
    pub upper: u32,
    /// Bit `n` is set when it holds `MARKS[n]`.
    pub marks: u8,
}

impl Run {
    /// How many of its bytes are letters.
    pub const fn letters(&self) -> u32 {
        self.lower + self.upper
    }
}

/// In source code one run stands in about so many bytes.
const BYTES_A_RUN: usize = 256;

/// Bytes that are looked at together.
const CHUNK: usize = 64;

/// The runs of letters, digits and `_ + / = . ~ : -` in `text`, in their order.
pub fn all(text: &[u8]) -> Vec<Run> {
    let mut all: Vec<Run> = Vec::with_capacity(text.len() / BYTES_A_RUN);
    let mut done = 0;
    let mut bits = members(text);
    for chunk in (0..text.len()).step_by(CHUNK) {
        let next = members(text.get(chunk + CHUNK..).unwrap_or_default());
        let mut starts = beginnings(bits, next);
        while starts != 0 {
            let start = chunk + starts.trailing_zeros() as usize;
            if start >= done {
                done = end_of_run(text, start, chunk, bits, next);
                all.push(run(text, Span::new(start, done)));
            }
            // What is left of the chunk behind the run.
            let behind = u32::try_from(done - chunk).ok().and_then(|behind| u64::MAX.checked_shl(behind));
            starts &= behind.unwrap_or(0);
        }
        bits = next;
    }
    all
}

/// For each of the first bytes of `text`, as many as fit a word, whether runs are made of it.
fn members(text: &[u8]) -> u64 {
    bits(text, is_run_byte)
}

/// For each of the first 64 bytes of `text` a bit, from the lowest on: whether it is `inside`. Free of branches and look-ups
/// where that is, so that several bytes are compared by one instruction.
pub(crate) fn bits(text: &[u8], inside: impl Fn(u8) -> bool) -> u64 {
    let mut chunk = [0; CHUNK];
    let bytes = match text.first_chunk() {
        Some(bytes) => bytes,
        None => {
            chunk[..text.len()].copy_from_slice(text);
            &chunk
        }
    };
    let inside: [u8; CHUNK] = std::array::from_fn(|at| u8::from(inside(bytes[at])).wrapping_neg());
    let sixteen = |at: usize| inside[at..].first_chunk().map_or(0, |bytes| u8x16::new(*bytes).to_bitmask());
    (0..CHUNK).step_by(16).fold(0, |all, at| all | u64::from(sixteen(at)) << at)
}

/// Where in a chunk [`SHORTEST`] members side by side begin; they may go on in the next.
fn beginnings(bits: u64, next: u64) -> u64 {
    let mut side_by_side = u128::from(bits) | u128::from(next) << u64::BITS;
    let mut length = 1;
    while length < SHORTEST {
        side_by_side &= side_by_side >> length;
        length *= 2;
    }
    side_by_side as u64
}

/// Where the run ends that begins at `start` in the chunk of `bits`, which begins at `chunk` and is followed by `next`.
fn end_of_run(text: &[u8], start: usize, chunk: usize, bits: u64, next: u64) -> usize {
    let mut end = start + (bits >> (start - chunk)).trailing_ones() as usize;
    let mut at = chunk + CHUNK;
    let mut bits = next;
    while end == at {
        end += bits.trailing_ones() as usize;
        at += CHUNK;
        bits = members(text.get(at..).unwrap_or_default());
    }
    end
}

/// What the run at `span` is made of.
fn run(text: &[u8], span: Span) -> Run {
    let mut run = Run { span, digits: 0, lower: 0, upper: 0, marks: 0 };
    // No counter overflows in a part.
    for part in span.of(text).chunks((1 << COUNT_BITS) - 1) {
        let (mut counts, mut seen) = (0_u64, 0);
        for byte in part {
            // What marks add to each other is shifted out.
            counts = counts.wrapping_add(COUNTS[usize::from(*byte)]);
            seen |= COUNTS[usize::from(*byte)];
        }
        let count = |kind: u64| (counts / kind % (1 << COUNT_BITS)) as u32;
        run.digits += count(DIGIT);
        run.lower += count(LOWER);
        run.upper += count(UPPER);
        run.marks |= (seen >> MARKS_AT) as u8;
    }
    run
}

/// Bits in which bytes of one kind are counted: three such counters lie side by side in a word, and above them a bit for
/// each mark.
const COUNT_BITS: u32 = 18;
const DIGIT: u64 = 1;
const LOWER: u64 = DIGIT << COUNT_BITS;
const UPPER: u64 = LOWER << COUNT_BITS;
const MARKS_AT: u32 = u64::BITS - MARKS.len() as u32;

/// What a byte of a run adds to the counters.
static COUNTS: [u64; 256] = {
    let mut counts = [0; 256];
    let mut byte: u8 = 0;
    while byte < 128 {
        counts[byte as usize] = match byte {
            b'0'..=b'9' => DIGIT,
            b'a'..=b'z' => LOWER,
            b'A'..=b'Z' => UPPER,
            _ => 0,
        };
        byte += 1;
    }
    let mut mark = 0;
    while mark < MARKS.len() {
        counts[MARKS[mark] as usize] = 1 << (MARKS_AT + mark as u32);
        mark += 1;
    }
    counts
};

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The same, byte by byte.
    fn naive(text: &[u8]) -> Vec<Run> {
        let mut all = Vec::new();
        let mut start = 0;
        for end in 0..=text.len() {
            if text.get(end).is_some_and(|&b| b.is_ascii_alphanumeric() || b"_+/=.~:-".contains(&b)) {
                continue;
            }
            let bytes = &text[start..end];
            let count = |of: fn(&u8) -> bool| bytes.iter().filter(|b| of(b)).count() as u32;
            if bytes.len() >= SHORTEST {
                let marks = (0..8).filter(|&n| bytes.contains(&MARKS[n]));
                all.push(Run {
                    span: Span::new(start, end),
                    digits: count(u8::is_ascii_digit),
                    lower: count(u8::is_ascii_lowercase),
                    upper: count(u8::is_ascii_uppercase),
                    marks: marks.fold(0, |marks, n| marks | 1 << n),
                });
            }
            start = end + 1;
        }
        all
    }

    #[test]
    fn runs_at_the_ends_and_of_the_shortest_length() {
        let text = b"0123456789abcdeF,0123456789abcde,https://a.example/b-c_d~e+f=";
        let found: Vec<&[u8]> = super::all(text).iter().map(|run| run.span.of(text)).collect();
        assert_eq!(found, [&b"0123456789abcdeF"[..], b"https://a.example/b-c_d~e+f="]);
        let first = super::all(text)[0];
        assert_eq!((first.digits, first.lower, first.upper, first.letters()), (10, 5, 1, 6));
        let long = [vec![b'7'; 1 << COUNT_BITS], vec![b'x'; 3 << COUNT_BITS]].concat();
        let all = super::all(&long);
        assert_eq!((all.len(), all[0].digits, all[0].lower), (1, 1 << COUNT_BITS, 3 << COUNT_BITS));
        assert!(super::all(b"").is_empty() && super::all(b"0123456789abcde").is_empty());
    }

    proptest! {
        #[test]
        fn they_are_those_of_a_naive_scan(text in "[a-cA-C0-3_.:/+=~ \"é\n(-]{0,300}") {
            prop_assert_eq!(super::all(text.as_bytes()), naive(text.as_bytes()));
        }

        #[test]
        fn long_and_short_ones_side_by_side(lengths in prop::collection::vec(0usize..40, 0..30), gap in "[ \"]{1,3}") {
            let text = lengths.iter().map(|&length| "k".repeat(length)).collect::<Vec<_>>().join(&gap);
            let long = lengths.iter().filter(|&&length| length >= SHORTEST).count();
            prop_assert_eq!(super::all(text.as_bytes()).len(), long);
        }

        #[test]
        fn any_bytes_will_do(bytes: Vec<u8>) {
            prop_assert_eq!(super::all(&bytes), naive(&bytes));
        }
    }
}
