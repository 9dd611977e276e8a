//! Objects made from others: the instructions of a delta (gitformat-pack(5), "Deltified representation").

use crate::kin::Copied;

/// Most bytes that one instruction copies when it names no size.
const WHOLE: usize = 0x10000;

/// Makes the object that `delta` describes from `base` in `out`, and notes in `copies` what it takes over; what both held is
/// lost. `None` when the delta is damaged, was made for another base or makes more than `most` bytes.
pub(super) fn apply(
    base: &[u8],
    delta: &[u8],
    most: usize,
    out: &mut Vec<u8>,
    copies: &mut Vec<Copied>,
) -> Option<()> {
    let mut delta = Reader(delta);
    if delta.size()? != base.len() {
        return None;
    }
    let size = delta.size().filter(|size| *size <= most)?;
    out.clear();
    out.reserve(size);
    copies.clear();
    while let Some(instruction) = delta.next() {
        let piece = match instruction {
            0 => return None,
            1..=0x7f => delta.take(usize::from(instruction))?,
            _ => {
                let offset = delta.number(instruction & 0x0f, 4)?;
                let length = match delta.number(instruction >> 4 & 0x07, 3)? {
                    0 => WHOLE,
                    length => length,
                };
                Copied { from: offset, to: out.len(), length }.add(copies);
                base.get(offset..offset.checked_add(length)?)?
            }
        };
        if piece.len() > size - out.len() {
            return None;
        }
        out.extend_from_slice(piece);
    }
    (out.len() == size).then_some(())
}

/// What is left of a delta.
struct Reader<'d>(&'d [u8]);

impl<'d> Reader<'d> {
    fn next(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    fn take(&mut self, count: usize) -> Option<&'d [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    /// A size, seven bits a byte, the lowest first.
    fn size(&mut self) -> Option<usize> {
        let mut size = 0_u64;
        for shift in (0..u64::BITS).step_by(7) {
            let byte = self.next()?;
            size |= u64::from(byte & 0x7f).checked_shl(shift)?;
            if byte & 0x80 == 0 {
                return usize::try_from(size).ok();
            }
        }
        None
    }

    /// A number of up to `bytes` bytes, the lowest first; those whose bit is missing in `present` are zero.
    fn number(&mut self, present: u8, bytes: u8) -> Option<usize> {
        let mut number = 0;
        for at in (0..bytes).filter(|at| present & 1 << at != 0) {
            number |= usize::from(self.next()?) << (8 * at);
        }
        Some(number)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn made(base: &[u8], delta: &[u8]) -> Option<Vec<u8>> {
        let mut out = b"left over".to_vec();
        let mut copies = vec![Copied { from: 0, to: 0, length: 1 }];
        apply(base, delta, 1 << 20, &mut out, &mut copies)?;
        for Copied { from, to, length } in copies {
            assert_eq!(base[from..from + length], out[to..to + length]);
        }
        Some(out)
    }

    #[test]
    fn pieces_are_copied_and_inserted() {
        let base = b"0123456789";
        // 10 bytes in, 9 out: copy 3 from 2, insert "ab", copy 4 from 6.
        assert_eq!(made(base, &[10, 9, 0x91, 2, 3, 2, b'a', b'b', 0x91, 6, 4]).unwrap(), b"234ab6789");
        assert_eq!(made(base, &[10, 0]).unwrap(), b"");
        let long: Vec<u8> = (0..0x2_0000_u32).map(|at| at as u8).collect();
        let size = [0x80, 0x80, 0x08, 0x80, 0x80, 0x04];
        assert_eq!(made(&long, &[&size[..], &[0x80]].concat()).unwrap(), &long[..WHOLE], "no size is 64 KiB");
        assert_eq!(made(&long, &[&size[..], &[0x84, 1]].concat()).unwrap(), &long[WHOLE..], "the third byte");
    }

    #[test]
    fn what_is_damaged_makes_nothing() {
        let base = b"0123456789";
        for delta in [
            &[][..],
            &[9, 1, 1, b'a'],
            &[10, 2, 1, b'a'],
            &[10, 1, 2, b'a', b'b'],
            &[10, 1, 0],
            &[10, 3, 0x91, 8, 3],
            &[10, 3, 0x91, 8],
            &[10, 3, 3, b'a'],
            &[0x8a; 30],
            &[10, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f],
        ] {
            assert_eq!(made(base, delta), None, "{delta:x?}");
        }
        assert_eq!(
            apply(base, &[10, 2, 2, b'a', b'b'], 1, &mut Vec::new(), &mut Vec::new()),
            None,
            "too large"
        );
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic_or_grow(base in proptest::collection::vec(any::<u8>(), 0..50), rest in proptest::collection::vec(any::<u8>(), 0..60)) {
            let mut out = Vec::new();
            let delta = [vec![base.len() as u8], rest].concat();
            if apply(&base, &delta, 1000, &mut out, &mut Vec::new()).is_some() {
                prop_assert!(out.len() <= 1000);
            }
        }
    }
}
