//! Where the ids with the same first bits stand in a pack's index.
//!
//! The index itself says so for the first eight bits (gitformat-pack(5), fan-out table), which leaves a dozen steps for
//! each of the millions of ids that the trees of a history name.

use gix_pack::index;

/// Bits at most: 64 MiB.
const MOST_BITS: u32 = 24;

/// For each beginning of an id where the ids with it begin, and where the last end.
pub(super) struct Beginnings {
    bits: u32,
    starts: Vec<u32>,
}

impl Beginnings {
    /// About as many beginnings as there are ids.
    pub(super) fn of(index: &index::File) -> Self {
        let count = index.num_objects();
        let bits = (count.max(1).ilog2() + 1).min(MOST_BITS);
        let mut starts = vec![0_u32; (1 << bits) + 1];
        for at in 0..count {
            starts[beginning(index.oid_at_index(at).as_bytes(), bits) + 1] += 1;
        }
        (1..starts.len()).for_each(|at| starts[at] += starts[at - 1]);
        Self { bits, starts }
    }

    /// The numbers, in the order of ids, of those that begin as `id` does.
    pub(super) fn range(&self, id: &[u8]) -> (u32, u32) {
        let at = beginning(id, self.bits);
        (self.starts[at], self.starts[at + 1])
    }
}

/// The first bits of an id.
fn beginning(id: &[u8], bits: u32) -> usize {
    let first = id.first_chunk().map_or(0, |bytes| u32::from_be_bytes(*bytes));
    (first >> (u32::BITS - bits)) as usize
}
