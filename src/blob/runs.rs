//! Printable runs of a binary: the part of it that token rules are searched in.

use crate::span::Span;

/// Shortest run in bytes worth looking at: no token is shorter.
pub const MIN_RUN: usize = 8;

/// The runs of at least `min` bytes of printable ASCII in `text`, in order. Tabs and line ends belong to a run, so that
/// a key block embedded in a binary stays in one piece.
pub fn runs(text: &[u8], min: usize) -> impl Iterator<Item = Span> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + text[at..].iter().position(|&byte| is_printable(byte))?;
        let length = text[start..].iter().position(|&byte| !is_printable(byte));
        at = length.map_or(text.len(), |length| start + length);
        Some(Span::new(start, at))
    })
    .filter(move |run| run.len() >= min)
}

const fn is_printable(byte: u8) -> bool {
    matches!(byte, b' '..=b'~' | b'\t' | b'\n' | b'\r')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_maximal_long_enough_and_in_order() {
        let text = b"\0abcdefgh\xffshort\x01line one\r\nline two\0";
        let found: Vec<&[u8]> = runs(text, MIN_RUN).map(|run| run.of(text)).collect();
        assert_eq!(found, [&b"abcdefgh"[..], b"line one\r\nline two"]);
        assert_eq!(runs(b"to the very end", 8).map(Span::len).collect::<Vec<_>>(), [15]);
        assert_eq!(runs(b"", 1).count() + runs(b"\0\0", 1).count(), 0);
    }
}
