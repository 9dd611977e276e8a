//! How rare three characters side by side are in source code: what is looked for first should stand in few texts.

/// `'0'` + n for each group of threes that makes up 2^(-n/2) of all, 64 groups a line. Written by
/// `tools/train/threes.py`, which says what a group is.
static THREES: &str = include_str!("threes.txt");

/// Groups in a line.
const LINE: usize = 64;

/// In how many of 2³⁰ places the threes of a group stand.
pub(super) fn share(group: usize) -> u32 {
    let halves = THREES.as_bytes()[group / LINE * (LINE + 1) + group % LINE] - b'0';
    let whole = 1 << (30 - u32::from(halves / 2));
    // The square root of a half.
    if halves.is_multiple_of(2) { whole } else { (f64::from(whole) * std::f64::consts::FRAC_1_SQRT_2) as u32 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(three: &[u8; 3]) -> u32 {
        share(three.iter().rev().fold(0, |group, byte| group << 5 | usize::from(byte & 31)))
    }

    #[test]
    fn the_table_has_a_character_for_each_group() {
        assert_eq!(THREES.len(), (1 << 15) / LINE * (LINE + 1));
        assert!(
            THREES.lines().all(|line| line.len() == LINE && line.bytes().all(|b| (b'0'..=b'l').contains(&b)))
        );
    }

    #[test]
    fn all_groups_together_are_all_places() {
        let sum: u64 = (0..1 << 15).map(|group| u64::from(share(group))).sum();
        assert!((1 << 29..1 << 31).contains(&sum), "{sum}");
    }

    #[test]
    fn common_letters_are_less_rare() {
        for (common, rare) in [(b"con", b"cof"), (b"the", b"thw"), (b"ing", b"qng"), (b"e t", b"q z")] {
            assert!(of(common) > of(rare), "{common:?} {rare:?}");
        }
    }
}
