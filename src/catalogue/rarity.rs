//! How rare a few characters side by side are in source code: what is looked for first should stand in few texts.

/// `'0'` + n for each pair of characters that makes up 2⁻ⁿ of all, and at the end of a line for its character alone.
/// Written by `tools/train/pairs.py`.
static PAIRS: &str = include_str!("pairs.txt");

/// The characters that are told apart; one more column stands for all others.
const CHARACTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyz0_ -.(\"=:/";

/// Length of a line of [`PAIRS`] in bytes, with its end.
const LINE: usize = CHARACTERS.len() + 3;

/// About −log₂ of the share of places in source code where `bytes` stand, in any case.
pub(super) fn of(bytes: &[u8]) -> u32 {
    let pairs: u32 = bytes.windows(2).map(|pair| share(column(pair[0]), column(pair[1]))).sum();
    // What two pairs share was counted twice.
    let shared = bytes.get(1..bytes.len().saturating_sub(1)).unwrap_or_default();
    let shared: u32 = shared.iter().map(|&byte| share(column(byte), CHARACTERS.len() + 1)).sum();
    pairs.saturating_sub(shared)
}

fn share(line: usize, column: usize) -> u32 {
    u32::from(PAIRS.as_bytes()[line * LINE + column] - b'0')
}

fn column(byte: u8) -> usize {
    let small = if byte.is_ascii_digit() { b'0' } else { byte.to_ascii_lowercase() };
    CHARACTERS.iter().position(|&known| known == small).unwrap_or(CHARACTERS.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_a_line_for_each_character() {
        assert_eq!(PAIRS.len(), (CHARACTERS.len() + 1) * LINE);
        assert!(
            PAIRS
                .lines()
                .all(|line| line.len() + 1 == LINE && line.bytes().all(|b| (b'0'..b'p').contains(&b)))
        );
    }

    #[test]
    fn common_letters_are_less_rare() {
        for (common, rare) in [("con", "cof"), ("the", "thw"), ("ing", "qng"), ("e t", "q z"), ("int", "0_%")]
        {
            assert!(of(common.as_bytes()) < of(rare.as_bytes()), "{common} {rare}");
        }
        assert_eq!(of(b"ThE"), of(b"the"));
        assert_eq!(of(b"a9z"), of(b"a0z"));
        assert_eq!(of(b""), 0);
    }
}
