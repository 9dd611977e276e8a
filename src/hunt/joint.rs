//! How a value is broken over lines: what stands between its pieces, and the value put together across it.
//!
//! Stands apart because it is about source text, not about values: ends of lines, indentation, closing and opening
//! quotes, operators that join strings, marks of comments and of patches, `\n` written out.

use zeroize::Zeroizing;

/// Longest break in bytes.
const LONGEST: usize = 128;

/// Bytes beyond a break by which it is told from others that end elsewhere.
const FIT: usize = 64;

/// `bytes` without line ends, written as they are or as `\n` and `\r`, and the indentation after them.
pub(super) fn unbroken(bytes: &[u8]) -> Zeroizing<Vec<u8>> {
    let mut out = Zeroizing::new(Vec::with_capacity(bytes.len()));
    out.extend(bytes.iter().filter(|byte| !matches!(byte, b'\n' | b'\r')));
    out
}

/// Longest text that a form of `length` bytes can take up when it is broken into lines of a few dozen characters.
pub(super) const fn longest(length: usize) -> usize {
    length + (length / 16 + 2) * LONGEST
}

/// The text from the first to the last byte of `needle`, whose byte number `at` stands at `hit`: as it is, or broken.
/// Where the needle is `loose`, because its value has lines of its own, a blank may stand for a break. `work` is lessened
/// by the bytes that were compared.
pub(super) fn stretch(
    text: &[u8],
    hit: usize,
    (needle, loose): (&[u8], bool),
    at: usize,
    work: &mut u64,
) -> Option<(usize, usize)> {
    let end = forward(text, hit, (&needle[at..], loose), work)?;
    let start = backward(text, hit, (&needle[..at], loose), work)?;
    Some((start, end))
}

fn forward(text: &[u8], mut from: usize, needle: (&[u8], bool), work: &mut u64) -> Option<usize> {
    let (mut needle, loose) = needle;
    loop {
        let same = text[from..].iter().zip(needle).take_while(|(a, b)| a == b).count();
        *work = work.saturating_sub(same as u64 + 1);
        (from, needle) = (from + same, &needle[same..]);
        if needle.is_empty() {
            return Some(from);
        }
        let rest = &text[from..text.len().min(from + LONGEST)];
        let length = joint(rest);
        // A plus or a dash may belong to the break or to the value: the break after which most of the value follows.
        let fit = |end: usize| {
            let pairs = text[from + end..].iter().zip(needle).take(FIT);
            pairs.take_while(|(a, b)| a == b).count()
        };
        let ends = (1..=length).filter(|&end| loose || breaks(&rest[..end]));
        let (same, end) = ends.map(|end| (fit(end), end)).max()?;
        *work = work.saturating_sub((length * 2) as u64);
        if same == 0 {
            return None;
        }
        from += end;
    }
}

fn backward(text: &[u8], mut to: usize, needle: (&[u8], bool), work: &mut u64) -> Option<usize> {
    let (mut needle, loose) = needle;
    loop {
        let both = text[..to].iter().rev().zip(needle.iter().rev());
        let same = both.take_while(|(a, b)| a == b).count();
        *work = work.saturating_sub(same as u64 + 1);
        (to, needle) = (to - same, &needle[..needle.len() - same]);
        if needle.is_empty() {
            return Some(to);
        }
        let rest = text[..to]
            .iter()
            .rev()
            .take(LONGEST)
            .take_while(|byte| !byte.is_ascii_alphanumeric() || b"nrt".contains(byte));
        let fit = |length: usize| {
            let pairs = text[..to - length].iter().rev().zip(needle.iter().rev()).take(FIT);
            pairs.take_while(|(a, b)| a == b).count()
        };
        let is_joint = |between: &[u8]| joint(between) == between.len() && (loose || breaks(between));
        let lengths = (1..=rest.count()).filter(|length| is_joint(&text[to - length..to]));
        let (same, length) = lengths.map(|length| (fit(length), length)).max()?;
        *work = work.saturating_sub((length * length) as u64);
        if same == 0 {
            return None;
        }
        to -= length;
    }
}

/// Bytes at the beginning of `text` that may stand in a break.
fn joint(text: &[u8]) -> usize {
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        let escape = byte == b'\\' && matches!(text.get(at + 1), Some(b'n' | b'r' | b't'));
        let mark = b" \t\r\n\"'`+\\,.&#/*>|-=()$".contains(&byte);
        match (escape, mark) {
            (true, _) => at += 2,
            (false, true) => at += 1,
            (false, false) => break,
        }
    }
    at.min(text.len())
}

/// True when a line ends in `between`, as it is or as `\n`.
fn breaks(between: &[u8]) -> bool {
    let escaped = || between.windows(2).any(|pair| pair == b"\\n" || pair == b"\\r");
    between.contains(&b'\n') || between.contains(&b'\r') || escaped()
}
