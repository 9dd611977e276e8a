//! Many literals looked for at once: a small table of three bytes refuses nearly every place of a text, and only where it
//! does not, the literals that are found by those bytes are compared.
//!
//! An automaton of as many literals has megabytes of states that no cache holds: on source code this reads three times as
//! many bytes a second.

use std::ops::Range;

use super::rarity;
use crate::kin::{self, Copied};

/// Bytes that a literal is found by.
const GRAM: usize = 3;

/// Places in the table. It has a byte for each, so that it stays in the first cache.
const SLOTS: usize = 1 << (GRAM * BITS);

/// The lowest bits of a byte, which are all that counts in the table: they tell letters apart, whatever their case.
const BITS: usize = 5;

/// A byte's lowest [`BITS`].
const LOW: u8 = (1 << BITS) - 1;

/// Bytes by which another literal is found already cost this much less than others: the place is known anyway.
const KNOWN: u32 = 4;

/// Places that are looked at together.
const STEP: usize = 8;

/// Hits are put in order after so many bytes.
const BLOCK: usize = 16 * 1024;

/// Shorter stretches that were taken over from another text are not worth the look-up (bytes).
const LEAST_COPY: usize = 64;

/// So many literals of a text are kept however short it is, and one for so many bytes: in code there is a tenth of that.
const FEWEST_HITS: usize = 1024;
const BYTES_A_HIT: usize = 16;

/// In a letter the bit that makes it a small one.
const SMALL: u8 = 0x20;

/// A literal and how it is compared.
#[derive(Clone, Copy, Debug)]
pub(super) struct Keyword<'n> {
    /// At least two bytes; in lower case where `exact` is false.
    pub(super) bytes: &'n [u8],
    /// Capitals and small letters differ.
    pub(super) exact: bool,
}

/// Where a literal stands in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Hit {
    /// Offset of the byte behind it.
    pub(super) end: usize,
    /// Offset of its first byte.
    pub(super) start: usize,
    /// Its number.
    pub(super) keyword: usize,
}

impl Hit {
    /// The same where its text was taken over.
    pub(super) const fn moved(self, copied: Copied) -> Self {
        let Self { end, start, keyword } = self;
        Self { end: end - copied.from + copied.to, start: start - copied.from + copied.to, keyword }
    }
}

/// Those of the sorted `hits` that lie in a stretch of their text.
pub(super) fn within(hits: &[Hit], start: usize, end: usize) -> impl Iterator<Item = &Hit> {
    let first = hits.partition_point(|hit| hit.end <= start);
    hits[first..].iter().take_while(move |hit| hit.end <= end).filter(move |hit| start <= hit.start)
}

/// Those of a text, as many as are worth their memory: a text may be made of nothing else.
pub(super) struct Hits {
    found: Vec<Hit>,
    most: usize,
}

impl Hits {
    /// None yet in `text`.
    pub(super) fn of(text: &[u8]) -> Self {
        Self { found: Vec::new(), most: FEWEST_HITS + text.len() / BYTES_A_HIT }
    }

    pub(super) fn add(&mut self, hit: Hit) {
        // One more tells that there are too many.
        if self.found.len() <= self.most {
            self.found.push(hit);
        }
    }

    /// All; `None` when there are too many.
    pub(super) fn all(self) -> Option<Vec<Hit>> {
        Some(self.found).filter(|found| found.len() <= self.most)
    }
}

/// Literals, ready to be found.
pub(super) struct Keywords {
    /// For each slot whether some literal is found by it.
    filter: Box<[bool; SLOTS]>,
    /// For each slot where its entries begin; they end where the next begin.
    starts: Vec<u32>,
    entries: Vec<Entry>,
    /// The bytes of all literals.
    bytes: Vec<u8>,
    /// Length of the longest.
    longest: usize,
}

/// A literal under one of the slots that it is found by.
struct Entry {
    /// The three bytes, with [`SMALL`] set.
    gram: u32,
    /// Which byte of the literal is the first of the three.
    offset: usize,
    keyword: usize,
    /// Where the literal stands among the bytes of all.
    start: usize,
    end: usize,
    exact: bool,
}

impl Keywords {
    /// The literals, numbered in their order; a single byte is never found.
    pub(super) fn new(keywords: &[Keyword<'_>]) -> Self {
        let mut filter = Box::new([false; SLOTS]);
        let mut entries: Vec<Entry> = Vec::new();
        let mut bytes = Vec::new();
        let mut order: Vec<_> =
            keywords.iter().enumerate().filter(|(_, keyword)| keyword.bytes.len() > 1).collect();
        // Those that leave the least choice come first.
        order.sort_by_key(|(number, keyword)| (keyword.bytes.len(), *number));
        for (number, keyword) in order {
            let start = bytes.len();
            bytes.extend_from_slice(keyword.bytes);
            let offset = place(keyword.bytes, &filter);
            for gram in grams(&keyword.bytes[offset..]) {
                filter[slot(gram)] = true;
                let (end, exact) = (bytes.len(), keyword.exact);
                entries.push(Entry { gram, offset, keyword: number, start, end, exact });
            }
        }
        entries.sort_by_key(|entry| (slot(entry.gram), entry.keyword));
        let longest = keywords.iter().map(|keyword| keyword.bytes.len()).max().unwrap_or(0);
        Self { filter, starts: starts(&entries), entries, bytes, longest }
    }

    /// Calls `visit` for every literal in `text[part]`, also for those that overlap: in the order of their ends, of several
    /// that end together the longest first.
    pub(super) fn visit(&self, text: &[u8], part: Range<usize>, mut visit: impl FnMut(Hit)) {
        let mut pending: Vec<Hit> = Vec::new();
        let mut at = part.start;
        while at < part.end {
            at = self.block(text, at, part.end.min(at + BLOCK), &mut pending);
            pending.sort_unstable();
            // What is found from `at` on ends behind it.
            let last = at >= part.end;
            let ready = if last { pending.len() } else { pending.partition_point(|hit| hit.end <= at) };
            let inside = |hit: &Hit| part.start <= hit.start && hit.end <= part.end;
            pending.drain(..ready).filter(inside).for_each(&mut visit);
        }
    }

    /// Adds what [`Keywords::visit`] would find in all of `text`, of which `copies` were taken over from one where it found
    /// `base`: only what stands between them is looked at, and what goes over their ends. Nearly in the same order.
    pub(super) fn again(&self, text: &[u8], copies: &[Copied], base: &[Hit], all: &mut Hits) {
        let over = self.longest.saturating_sub(1);
        for (before, copied) in kin::stretches(copies, self.least_copy(), text.len()) {
            let around = before.saturating_sub(over)..text.len().min(copied.to + over);
            if before > 0 || copied.to > 0 {
                self.visit(text, around, |hit| {
                    if hit.end > before && hit.start < copied.to {
                        all.add(hit);
                    }
                });
            }
            within(base, copied.from, copied.from_end()).for_each(|hit| all.add(hit.moved(copied)));
        }
    }

    /// No literal goes over both ends of a stretch of this length.
    fn least_copy(&self) -> usize {
        (2 * self.longest).max(LEAST_COPY)
    }

    /// Collects the literals found by three bytes that begin from `at` to about `stop`; gives where to go on.
    fn block(&self, text: &[u8], mut at: usize, stop: usize, out: &mut Vec<Hit>) -> usize {
        let (eights, _) = text.get(at..).unwrap_or_default().as_chunks::<STEP>();
        let mut low = eights.first().map_or(0, |first| pack(*first));
        for next in eights.iter().skip(1) {
            if at >= stop {
                break;
            }
            let high = pack(*next);
            let bits = low | high << (STEP * BITS);
            // Most often none is known: one branch for eight places.
            if (0..STEP).fold(false, |any, place| any | self.filter[slot_at(bits, place)]) {
                self.look_at(text, at, bits, out);
            }
            low = high;
            at += STEP;
        }
        while at < stop {
            self.compare(text, at, out);
            at += 1;
        }
        at
    }

    /// Compares the literals at those of eight places from `at` on that are known. Apart from the search for such places,
    /// which has every register to itself.
    #[inline(never)]
    fn look_at(&self, text: &[u8], at: usize, bits: u64, out: &mut Vec<Hit>) {
        for place in (0..STEP).filter(|place| self.filter[slot_at(bits, *place)]) {
            self.compare(text, at + place, out);
        }
    }

    /// Compares the literals that are found by the three bytes at `at`.
    fn compare(&self, text: &[u8], at: usize, out: &mut Vec<Hit>) {
        let gram = gram(&text[at..]);
        let slot = slot(gram);
        let entries = &self.entries[self.starts[slot] as usize..self.starts[slot + 1] as usize];
        for entry in entries.iter().filter(|entry| entry.gram == gram) {
            let Some(start) = at.checked_sub(entry.offset) else { continue };
            let end = start + (entry.end - entry.start);
            let Some(found) = text.get(start..end) else { continue };
            let bytes = &self.bytes[entry.start..entry.end];
            // Of many literals the rarest bytes are the same: their ends tell most of them apart without a call.
            let ends = |bytes: &[u8]| (bytes[0] | SMALL, bytes[bytes.len() - 1] | SMALL);
            if ends(found) != ends(bytes) {
                continue;
            }
            if found == bytes || !entry.exact && found.eq_ignore_ascii_case(bytes) {
                out.push(Hit { end, start, keyword: entry.keyword });
            }
        }
    }
}

/// For each slot how many of the sorted `entries` stand before its own.
fn starts(entries: &[Entry]) -> Vec<u32> {
    let mut starts = vec![0; SLOTS + 1];
    entries.iter().for_each(|entry| starts[slot(entry.gram) + 1] += 1);
    for at in 1..starts.len() {
        starts[at] += starts[at - 1];
    }
    starts
}

/// The slot of the three bytes that begin at a place of those that `bits` holds side by side.
fn slot_at(bits: u64, place: usize) -> usize {
    (bits >> (place * BITS)) as usize & (SLOTS - 1)
}

/// The lowest [`BITS`] of each byte side by side, those of the first byte lowest: pairs are put together, then pairs of pairs.
fn pack(bytes: [u8; STEP]) -> u64 {
    let word = u64::from_le_bytes(bytes) & u64::from_ne_bytes([LOW; STEP]);
    let word = word & 0x001f_001f_001f_001f | (word & 0x1f00_1f00_1f00_1f00) >> 3;
    let word = word & 0x0000_03ff_0000_03ff | (word & 0x03ff_0000_03ff_0000) >> 6;
    word & 0x000f_ffff | (word & 0x000f_ffff_0000_0000) >> 12
}

/// The first three bytes, with [`SMALL`] set; behind the text's end stand zeros.
fn gram(text: &[u8]) -> u32 {
    let byte = |at: usize| u32::from(text.get(at).copied().unwrap_or(0) | SMALL);
    byte(0) | byte(1) << 8 | byte(2) << 16
}

/// The place of three bytes in the table.
fn slot(gram: u32) -> usize {
    let [first, second, third, _] = gram.to_le_bytes().map(|byte| usize::from(byte & LOW));
    first | second << BITS | third << (2 * BITS)
}

/// The first three bytes of a literal. One of two may be followed by any.
fn grams(literal: &[u8]) -> Vec<u32> {
    if literal.len() >= GRAM {
        return vec![gram(literal)];
    }
    let mut all: Vec<u32> = (0..=u8::MAX).map(|byte| gram(&[literal[0], literal[1], byte])).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// Which three bytes a literal is found by: those that stand in the fewest texts, or nearly so if others are found by
/// them already. `filter` says by which.
fn place(literal: &[u8], filter: &[bool; SLOTS]) -> usize {
    let cost = |at: &usize| {
        let slot = slot(gram(&literal[*at..]));
        rarity::share(slot) / if filter[slot] { KNOWN } else { 1 }
    };
    (0..=literal.len().saturating_sub(GRAM)).min_by_key(cost).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use aho_corasick::{AhoCorasick, MatchKind};
    use proptest::prelude::*;

    use super::*;

    const LITERALS: [(&str, bool); 12] = [
        ("pw", false),
        ("key", false),
        ("api key", false),
        ("AKIA", true),
        ("KI", true),
        ("akia", false),
        ("://", true),
        ("sk_live_", true),
        ("sk_", true),
        ("e_k", false),
        ("keykeykey", false),
        ("x\0", true),
    ];

    fn keywords() -> Vec<Keyword<'static>> {
        LITERALS.iter().map(|&(bytes, exact)| Keyword { bytes: bytes.as_bytes(), exact }).collect()
    }

    fn found(text: &[u8]) -> Vec<Hit> {
        let mut hits = Vec::new();
        Keywords::new(&keywords()).visit(text, 0..text.len(), |hit| hits.push(hit));
        hits
    }

    /// What an automaton finds.
    fn expected(text: &[u8]) -> Vec<Hit> {
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .ascii_case_insensitive(true)
            .build(keywords().iter().map(|keyword| keyword.bytes))
            .unwrap();
        let hits = automaton.find_overlapping_iter(text).map(|hit| Hit {
            end: hit.end(),
            start: hit.start(),
            keyword: hit.pattern().as_usize(),
        });
        let mut hits: Vec<Hit> = hits
            .filter(|hit| {
                !LITERALS[hit.keyword].1 || text[hit.start..hit.end] == *LITERALS[hit.keyword].0.as_bytes()
            })
            .collect();
        hits.sort_unstable();
        hits
    }

    #[test]
    fn found_at_the_ends_and_in_one_another() {
        for (text, count) in [
            ("", 0),
            ("p", 0),
            ("pw", 1),
            ("PW", 1),
            ("a Pw", 1),
            ("AKIA", 3),
            ("akia", 1),
            ("sk_live_keykeykeyKEY", 9),
            ("x\0", 1),
            ("x", 0),
            ("://", 1),
        ] {
            assert_eq!(found(text.as_bytes()).len(), count, "{text:?}");
            assert_eq!(found(text.as_bytes()), expected(text.as_bytes()), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn they_are_those_of_an_automaton(
            parts in prop::collection::vec(prop_oneof![
                prop::sample::select(LITERALS.map(|(literal, _)| literal.to_owned()).to_vec()),
                prop::sample::select(LITERALS.map(|(literal, _)| literal.to_ascii_uppercase()).to_vec()),
                "[ -~]{0,9}",
                Just("k".repeat(BLOCK - 3)),
            ], 0..20),
        ) {
            let text = parts.concat();
            prop_assert_eq!(found(text.as_bytes()), expected(text.as_bytes()));
        }

        #[test]
        fn they_are_found_again_in_what_was_taken_over((base, text, copies) in crate::kin::made(
            prop::collection::vec(prop_oneof![
                prop::sample::select(LITERALS.map(|(literal, _)| literal.to_owned()).to_vec()),
                "[ -~]{0,9}",
            ], 0..200).prop_map(|parts| parts.concat().into_bytes()),
        )) {
            let mut again = Hits { found: Vec::new(), most: usize::MAX - 1 };
            Keywords::new(&keywords()).again(&text, &copies, &found(&base), &mut again);
            again.found.sort();
            prop_assert_eq!(again.found, found(&text));
        }

        #[test]
        fn any_bytes_will_do(bytes: Vec<u8>) {
            prop_assert_eq!(found(&bytes), expected(&bytes));
        }
    }
}
