//! Where the objects of a pack stand, what they are and what they are made from, without decoding any.
//!
//! Stands apart because it is made once and serves every kind of object: reading the headers of a million entries costs as
//! much as decoding some hundred thousand.

use gix_pack::data::entry::Header;
use gix_pack::{data, index};
use rayon::prelude::*;

use super::LARGEST;
use crate::source::object::Kind;

/// What stands where an object begins.
#[derive(Clone, Copy, PartialEq, Eq)]
enum From {
    /// The object as a whole.
    Whole(Kind),
    /// What is to be made from the object at this place.
    Base(u32),
    /// Nothing that can be read here: too large, or damaged.
    Nothing,
}

/// The objects of a pack in the order of their places.
pub(super) struct Layout {
    /// Where they begin, in bytes, and last where the last one ends.
    offsets: Vec<u64>,
    /// Their numbers in the order of ids.
    numbers: Vec<u32>,
    /// For each number the place.
    places: Vec<u32>,
    from: Vec<From>,
    /// `None` for what cannot be decoded here.
    kinds: Vec<Option<Kind>>,
}

impl Layout {
    /// Reads the headers of all entries.
    pub(super) fn read(index: &index::File, data: &data::File) -> Self {
        let count = index.num_objects();
        let mut order: Vec<(u64, u32)> =
            (0..count).into_par_iter().map(|number| (index.pack_offset_at_index(number), number)).collect();
        order.par_sort_unstable();
        let mut offsets: Vec<u64> = order.iter().map(|(offset, _)| *offset).collect();
        let numbers: Vec<u32> = order.into_iter().map(|(_, number)| number).collect();
        let mut places = vec![0; numbers.len()];
        for (place, number) in (0..).zip(&numbers) {
            places[*number as usize] = place;
        }
        let at = |offset: u64| offsets.binary_search(&offset).ok().map(|place| place as u32);
        let from = offsets.par_iter().map(|offset| header(index, data, *offset, &at, &places));
        let from: Vec<From> = from.collect();
        let kinds = kinds(&from);
        offsets.push(data.pack_end() as u64);
        Self { offsets, numbers, places, from, kinds }
    }

    /// Number of objects.
    pub(super) fn len(&self) -> usize {
        self.numbers.len()
    }

    /// The place of the object with this number in the order of ids.
    pub(super) fn place(&self, number: u32) -> u32 {
        self.places[number as usize]
    }

    /// The number in the order of ids of the object at a place.
    pub(super) fn number(&self, place: u32) -> u32 {
        self.numbers[place as usize]
    }

    /// Where the entry at a place begins and ends, in bytes.
    pub(super) fn bytes(&self, place: u32) -> std::ops::Range<u64> {
        self.offsets[place as usize]..self.offsets[place as usize + 1]
    }

    /// What the object at a place is, if it can be decoded here.
    pub(super) fn kind(&self, place: u32) -> Option<Kind> {
        self.kinds[place as usize]
    }

    /// The place of what the object at a place is made from.
    pub(super) fn base(&self, place: u32) -> Option<u32> {
        match self.from[place as usize] {
            From::Base(base) => Some(base),
            From::Whole(_) | From::Nothing => None,
        }
    }
}

fn header(
    index: &index::File,
    data: &data::File,
    offset: u64,
    at: &dyn Fn(u64) -> Option<u32>,
    places: &[u32],
) -> From {
    let Ok(entry) = data.entry(offset) else { return From::Nothing };
    let whole = |kind| if entry.decompressed_size <= LARGEST { From::Whole(kind) } else { From::Nothing };
    let base = match entry.header {
        Header::Blob => return whole(Kind::Blob),
        Header::Tree => return whole(Kind::Tree),
        Header::Commit => return whole(Kind::Commit),
        Header::Tag => return whole(Kind::Tag),
        Header::OfsDelta { base_distance } => entry.checked_base_pack_offset(base_distance).and_then(at),
        Header::RefDelta { base_id } => {
            index.lookup(base_id).and_then(|number| places.get(number as usize).copied())
        }
    };
    base.map_or(From::Nothing, From::Base)
}

/// Follows everything to what it is made from in the end. A damaged pack may lead in a circle.
fn kinds(from: &[From]) -> Vec<Option<Kind>> {
    let mut kinds = vec![None; from.len()];
    let mut is_known = vec![false; from.len()];
    let mut chain = Vec::new();
    for place in 0..from.len() {
        let mut at = place;
        let kind = loop {
            // What is known, or on this very chain: a circle, of which nothing is known yet.
            if std::mem::replace(&mut is_known[at], true) {
                break kinds[at];
            }
            chain.push(at);
            match from[at] {
                From::Base(base) => at = base as usize,
                From::Whole(kind) => break Some(kind),
                From::Nothing => break None,
            }
        };
        chain.drain(..).for_each(|at| kinds[at] = kind);
    }
    kinds
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chains_end_in_a_kind_and_circles_in_none() {
        let blob = From::Whole(Kind::Blob);
        let from = [
            From::Base(1),
            From::Base(2),
            blob,
            From::Base(0),
            From::Nothing,
            From::Base(4),
            From::Base(7),
            From::Base(8),
            From::Base(6),
            From::Base(9),
        ];
        let blob = Some(Kind::Blob);
        assert_eq!(kinds(&from), [blob, blob, blob, blob, None, None, None, None, None, None]);
    }
}
