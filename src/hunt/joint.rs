//! How a value is broken over lines: what stands between its pieces.
//!
//! Stands apart because it is about source text, not about values: ends of lines, indentation, closing and opening
//! quotes, operators that join strings, marks of comments and of patches, line ends written as `\n`, `%0A` or `&#10;`.

/// Longest break in bytes.
const LONGEST: usize = 128;

/// Line ends as they are escaped, in the order in which they are tried.
const ESCAPED: [&[u8]; 13] = [
    b"\\n", b"\\r", b"\\t", b"%0A", b"%0a", b"%0D", b"%0d", b"&#10;", b"&#13;", b"&#xA;", b"&#xa;", b"&#xD;",
    b"&#xd;",
];

/// Longest text that `length` bytes of a value can take up, each escaped and broken into lines of a few dozen characters.
pub(super) const fn longest(length: usize) -> usize {
    length * 12 + (length / 16 + 2) * LONGEST
}

/// Lengths of the breaks that may begin at `at`, longest first; where a break is `loose`, a blank is one.
pub(super) fn after(text: &[u8], at: usize, loose: bool) -> Vec<usize> {
    let rest = &text[at..text.len().min(at + LONGEST)];
    let length = joint(rest);
    (1..=length).rev().filter(|&end| loose || breaks(&rest[..end])).collect()
}

/// The same for breaks that end at `at`.
pub(super) fn before(text: &[u8], at: usize, loose: bool) -> Vec<usize> {
    let may = |byte: &&u8| !byte.is_ascii_alphanumeric() || b"nrtADad0123x".contains(byte);
    let most = text[..at].iter().rev().take(LONGEST).take_while(may).count();
    let is_joint = |length: &usize| {
        let between = &text[at - length..at];
        (loose || breaks(between)) && joint(between) == between.len()
    };
    (1..=most).rev().filter(is_joint).collect()
}

/// Bytes at the beginning of `text` that may stand in a break.
fn joint(text: &[u8]) -> usize {
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        let escaped = ESCAPED.iter().find(|escaped| text[at..].starts_with(escaped));
        match escaped {
            Some(escaped) => at += escaped.len(),
            None if b" \t\r\n\"'`+\\,.&#/*>|-=()$".contains(&byte) => at += 1,
            None => break,
        }
    }
    at
}

/// True when a line ends in `between`, as it is or escaped.
fn breaks(between: &[u8]) -> bool {
    let escaped = || ESCAPED.iter().any(|escaped| memchr::memmem::find(between, escaped).is_some());
    between.contains(&b'\n') || between.contains(&b'\r') || escaped()
}
