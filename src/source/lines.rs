//! Which lines of a blob are new, compared with the blobs it replaces.
//!
//! Stands apart because the index and a range ask the same question, and because the answer must depend on bytes alone:
//! the comparison runs on buffers, so that no attribute (`-diff`, `binary`), driver or setting of the repository can
//! hide a line.

use git2::{DiffOptions, Patch};

use crate::blob::Added;
use crate::blob::encoding::{Encoding, Endian, sniff};

/// Blobs above this size (bytes) are not compared: all of their lines count as added. The comparison needs both
/// versions in memory.
pub(crate) const COMPARED_BYTES: u64 = 64 << 20;

/// The lines of `new` that are not in `old`, or `None` when that has no lines to speak of (binary): then all of it
/// counts. A missing newline at the end of either is no difference.
pub(crate) fn added(old: &[u8], new: &[u8]) -> Option<Added> {
    let (old, new) = (text(old)?, text(new)?);
    let mut options = DiffOptions::new();
    options.context_lines(0).interhunk_lines(0).force_text(true);
    let patch = Patch::from_buffers(&old, None, &new, None, Some(&mut options)).ok()?;
    let mut lines = Vec::with_capacity(patch.num_hunks());
    for index in 0..patch.num_hunks() {
        let (hunk, _) = patch.hunk(index).ok()?;
        if hunk.new_lines() > 0 {
            let first = u64::from(hunk.new_start());
            lines.push((first, first + u64::from(hunk.new_lines()) - 1));
        }
    }
    Some(Added { lines })
}

/// The lines that are in both: added relative to each of two parents. `None` stands for all lines.
pub(crate) fn intersect(left: Option<Added>, right: Option<Added>) -> Option<Added> {
    let (left, right) = match (left, right) {
        (Some(left), Some(right)) => (left.lines, right.lines),
        (one, other) => return one.or(other),
    };
    let (mut l, mut r, mut lines) = (0, 0, Vec::new());
    while l < left.len() && r < right.len() {
        let first = left[l].0.max(right[r].0);
        let last = left[l].1.min(right[r].1);
        if first <= last {
            lines.push((first, last));
        }
        if left[l].1 < right[r].1 { l += 1 } else { r += 1 }
    }
    Some(Added { lines })
}

/// The lines of a blob as the scan counts them, without a byte order mark, closed by a newline; `None` when it is binary.
fn text(blob: &[u8]) -> Option<Vec<u8>> {
    let (encoding, mark) = sniff(blob);
    let mut text = match encoding {
        Encoding::Ascii => blob[mark..].to_vec(),
        Encoding::Utf16(endian) => utf16(&blob[mark..], endian),
        Encoding::Binary => return None,
    };
    if text.last().is_some_and(|&byte| byte != b'\n') {
        text.push(b'\n');
    }
    Some(text)
}

fn utf16(bytes: &[u8], endian: Endian) -> Vec<u8> {
    let unit = match endian {
        Endian::Little => u16::from_le_bytes,
        Endian::Big => u16::from_be_bytes,
    };
    let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    char::decode_utf16(units)
        .map(|decoded| decoded.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect::<String>()
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ranges(old: &str, new: &str) -> Vec<(u64, u64)> {
        added(old.as_bytes(), new.as_bytes()).expect("text").lines
    }

    #[test]
    fn added_and_changed_lines_count_and_removed_ones_do_not() {
        assert_eq!(ranges("a\nb\nc\n", "a\nB\nc\nd\ne\n"), [(2, 2), (4, 5)]);
        assert_eq!(ranges("a\nb\nc\n", "a\nc\n"), []);
        assert_eq!(ranges("", "a\nb\n"), [(1, 2)]);
        assert_eq!(ranges("a\n", ""), []);
        assert_eq!(ranges("same\n", "same\n"), []);
        assert_eq!(ranges("b\n", "a\nb\n"), [(1, 1)]);
    }

    #[test]
    fn a_missing_last_newline_is_no_difference() {
        assert_eq!(ranges("a\nb", "a\nb\nc"), [(3, 3)]);
        assert_eq!(ranges("a\nb\n", "a\nb"), []);
    }

    #[test]
    fn binary_blobs_have_no_lines_and_utf16_ones_do() {
        assert_eq!(added(b"\x01\0\x02\0\n", b"a\n"), None);
        assert_eq!(added(b"a\n", b"\x01\0\x02\0\n"), None);
        let utf16 = |text: &str| {
            [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect()
        };
        let (old, new): (Vec<u8>, Vec<u8>) = (utf16("a\nb\n"), utf16("a\nx\nb\n"));
        assert_eq!(added(&old, &new).expect("text").lines, [(2, 2)]);
        assert_eq!(
            added(b"a\nb\n", &new).expect("text").lines,
            [(2, 2)],
            "a change of encoding adds no line"
        );
    }

    #[test]
    fn lines_added_in_a_merge_are_those_in_no_parent() {
        let of = |lines: &[(u64, u64)]| Some(Added { lines: lines.to_vec() });
        assert_eq!(intersect(of(&[(1, 4), (6, 9)]), of(&[(3, 7), (9, 12)])), of(&[(3, 4), (6, 7), (9, 9)]));
        assert_eq!(intersect(None, of(&[(2, 2)])), of(&[(2, 2)]));
        assert_eq!(intersect(of(&[(2, 2)]), None), of(&[(2, 2)]));
        assert_eq!(intersect(None, None), None);
        assert_eq!(intersect(of(&[]), of(&[(1, 2)])), of(&[]));
    }

    proptest::proptest! {
        #[test]
        fn what_is_not_added_was_there_before(old in "([abc]\n){0,12}", new in "([abcd]\n){0,12}") {
            let added = added(old.as_bytes(), new.as_bytes()).expect("text");
            proptest::prop_assert!(added.lines.windows(2).all(|pair| pair[0].1 < pair[1].0));
            let kept = new.lines().zip(1..).filter(|(_, number)| !added.touches(*number, *number));
            // The lines that stay are a subsequence of the old ones.
            let mut before = old.lines();
            for (line, number) in kept {
                proptest::prop_assert!(before.any(|old| old == line), "line {} of {:?} is new in {:?}", number, new, old);
            }
        }
    }
}
