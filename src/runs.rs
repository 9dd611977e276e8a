//! Runs of characters that tokens and encoded data are made of. Apart from the detectors because what decodes needs them
//! too, and because it looks at nearly every blob: most of a source file is skipped, since its words are short.

use crate::span::Span;

/// Shortest run in bytes.
pub const SHORTEST: usize = 16;

/// A longest possible run: before and behind it stands no character of a run, or an end of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// Where it lies; at least [`SHORTEST`] bytes.
    pub span: Span,
    /// How many of its bytes are `0` to `9`.
    pub digits: usize,
    /// How many are `a` to `z`.
    pub lower: usize,
    /// How many are `A` to `Z`.
    pub upper: usize,
}

impl Run {
    /// How many of its bytes are letters.
    pub const fn letters(&self) -> usize {
        self.lower + self.upper
    }
}

/// The runs of letters, digits and `_ + / = . ~ : -` in `text`, in their order.
pub const fn runs(text: &[u8]) -> Runs<'_> {
    Runs { text, at: 0 }
}

/// Iterator over the runs of a text.
#[derive(Clone, Debug)]
pub struct Runs<'t> {
    text: &'t [u8],
    /// A run can begin here: before it stands no character of a run.
    at: usize,
}

impl Iterator for Runs<'_> {
    type Item = Run;

    fn next(&mut self) -> Option<Run> {
        // A run that begins here fills the whole block, so the block's last stranger says where the next can begin.
        while let Some(block) = self.text.get(self.at..self.at + SHORTEST) {
            match block.iter().rposition(|&byte| class(byte) == STRANGER) {
                Some(stranger) => self.at += stranger + 1,
                None => return Some(self.run()),
            }
        }
        None
    }
}

impl Runs<'_> {
    /// The run that begins here.
    fn run(&mut self) -> Run {
        let start = self.at;
        let mut counts = [0; KINDS];
        let rest = self.text[start..].iter().map(|&byte| class(byte)).take_while(|&kind| kind != STRANGER);
        rest.for_each(|kind| counts[usize::from(kind)] += 1);
        let end = start + counts.iter().sum::<usize>();
        self.at = end + 1;
        let [_, digits, lower, upper, _] = counts;
        Run { span: Span::new(start, end), digits, lower, upper }
    }
}

/// True for the bytes that runs are made of.
pub const fn is_run_byte(byte: u8) -> bool {
    class(byte) != STRANGER
}

const KINDS: usize = 5;
const STRANGER: u8 = 0;
const DIGIT: u8 = 1;
const LOWER: u8 = 2;
const UPPER: u8 = 3;
const MARK: u8 = 4;

const fn class(byte: u8) -> u8 {
    CLASSES[byte as usize]
}

static CLASSES: [u8; 256] = {
    let mut classes = [STRANGER; 256];
    let mut byte: u8 = 0;
    while byte < 128 {
        classes[byte as usize] = match byte {
            b'0'..=b'9' => DIGIT,
            b'a'..=b'z' => LOWER,
            b'A'..=b'Z' => UPPER,
            b'_' | b'+' | b'/' | b'=' | b'.' | b'~' | b':' | b'-' => MARK,
            _ => STRANGER,
        };
        byte += 1;
    }
    classes
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
            let count = |of: fn(&u8) -> bool| bytes.iter().filter(|b| of(b)).count();
            if bytes.len() >= SHORTEST {
                all.push(Run {
                    span: Span::new(start, end),
                    digits: count(u8::is_ascii_digit),
                    lower: count(u8::is_ascii_lowercase),
                    upper: count(u8::is_ascii_uppercase),
                });
            }
            start = end + 1;
        }
        all
    }

    #[test]
    fn runs_at_the_ends_and_of_the_shortest_length() {
        let text = b"0123456789abcdeF,0123456789abcde,https://a.example/b-c_d~e+f=";
        let found: Vec<&[u8]> = runs(text).map(|run| run.span.of(text)).collect();
        assert_eq!(found, [&b"0123456789abcdeF"[..], b"https://a.example/b-c_d~e+f="]);
        let first = runs(text).next().unwrap();
        assert_eq!((first.digits, first.lower, first.upper, first.letters()), (10, 5, 1, 6));
        assert_eq!(runs(b"").count() + runs(b"0123456789abcde").count(), 0);
    }

    proptest! {
        #[test]
        fn they_are_those_of_a_naive_scan(text in "[a-cA-C0-3_.:/+= \"é\n(]{0,300}") {
            prop_assert_eq!(runs(text.as_bytes()).collect::<Vec<_>>(), naive(text.as_bytes()));
        }

        #[test]
        fn long_and_short_ones_side_by_side(lengths in prop::collection::vec(0usize..40, 0..30), gap in "[ \"]{1,3}") {
            let text = lengths.iter().map(|&length| "k".repeat(length)).collect::<Vec<_>>().join(&gap);
            let long = lengths.iter().filter(|&&length| length >= SHORTEST).count();
            prop_assert_eq!(runs(text.as_bytes()).count(), long);
        }

        #[test]
        fn any_bytes_will_do(bytes: Vec<u8>) {
            prop_assert_eq!(runs(&bytes).collect::<Vec<_>>(), naive(&bytes));
        }
    }
}
