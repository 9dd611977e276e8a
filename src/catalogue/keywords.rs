//! Many literals looked for at once: a small table of three bytes' hashes refuses nearly every place of a text, and only
//! where it does not, the literals that are found by those bytes are compared. Only every second place is looked at:
//! each literal is found by two of its threes, one for each parity of its own place.
//!
//! An automaton of as many literals has megabytes of states that no cache holds: on source code this reads ten times as
//! many bytes a second.

use std::ops::Range;

use super::rarity;

/// Bits of a hash. The table has a byte for each, so that it stays in the first cache.
const HASH_BITS: u32 = 15;

/// Places in the table.
const SLOTS: usize = 1 << HASH_BITS;

/// Bits of the hash of the three bytes of a literal that has no more, at an odd place.
const SHORT_BITS: u32 = 12;

/// Bits of the hash of four bytes.
const FOUR_BITS: u32 = 17;

/// How many there are.
const FOURS: usize = 1 << FOUR_BITS;

/// Bytes that are hashed.
const GRAM: usize = 3;

/// Bytes of a literal that are compared at once.
const WORD: usize = 8;

/// Bytes of which every second place is looked at together.
const STEP: usize = 8;

/// Hits are put in order after so many bytes; an even number.
const BLOCK: usize = 16 * 1024;

/// In a letter the bit that makes it a small one. Set in every byte before it is hashed: that brings few others together.
const SMALL: u8 = 0x20;

/// The same for eight bytes.
const SMALL_WORD: u64 = u64::from_ne_bytes([SMALL; WORD]);

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

/// Literals, ready to be found.
pub(super) struct Keywords {
    /// For each hash whether some literal is found by it: [`BY_FOUR`] bytes, [`BY_THREE`] or none.
    filter: Box<[u8; SLOTS]>,
    /// For each hash whether a literal of three bytes has it.
    shorts: Box<[u8; 1 << SHORT_BITS]>,
    /// For each hash of four bytes, as a bit, whether a literal is found by them.
    fours: Box<[u64; FOURS / 64]>,
    /// For each hash, and behind those for each of short literals, where its entries begin; they end where the next begin.
    starts: Vec<u32>,
    entries: Vec<Entry>,
    /// The bytes of all literals.
    bytes: Vec<u8>,
}

/// The byte behind the three must be known, too.
const BY_FOUR: u8 = 1;

/// Any may stand behind the three.
const BY_THREE: u8 = 3;

/// A literal under one of the hashes that it is found by.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    slot: u32,
    keyword: u32,
    /// From the literal's first byte to the first of the three: -1 where that stands before it.
    offset: i32,
    /// Where the literal stands among the bytes of all.
    start: u32,
    end: u32,
    /// The literal's first bytes with [`SMALL`] set, and which of the eight they are.
    word: u64,
    mask: u64,
    exact: bool,
}

impl Keywords {
    /// The literals, numbered in their order; a single byte is never found.
    pub(super) fn new(keywords: &[Keyword<'_>]) -> Self {
        let mut all = Self {
            filter: Box::new([0; SLOTS]),
            shorts: Box::new([0; 1 << SHORT_BITS]),
            fours: Box::new([0; FOURS / 64]),
            starts: Vec::with_capacity(SLOTS + (1 << SHORT_BITS) + 1),
            entries: Vec::with_capacity(keywords.len() * 2),
            bytes: Vec::new(),
        };
        for (number, keyword) in keywords.iter().enumerate().filter(|(_, keyword)| keyword.bytes.len() > 1) {
            all.add(number as u32, *keyword);
        }
        all.entries.sort_unstable();
        all.entries.dedup();
        let mut entries = all.entries.iter().map(|entry| entry.slot).peekable();
        let mut count = 0;
        for slot in 0..=(SLOTS + (1 << SHORT_BITS)) as u32 {
            while entries.next_if(|&next| next < slot).is_some() {
                count += 1;
            }
            all.starts.push(count);
        }
        all
    }

    fn add(&mut self, keyword: u32, Keyword { bytes, exact }: Keyword<'_>) {
        let start = self.bytes.len() as u32;
        self.bytes.extend_from_slice(bytes);
        let end = self.bytes.len() as u32;
        let length = bytes.len().min(WORD);
        let mut first = [0; WORD];
        first[..length].copy_from_slice(&bytes[..length]);
        let mask = u64::MAX >> (u64::BITS as usize - WORD * length);
        let word = (u64::from_le_bytes(first) | SMALL_WORD) & mask;
        let mut entry = |slot: usize, offset| {
            self.entries.push(Entry { slot: slot as u32, keyword, offset, start, end, word, mask, exact });
        };
        if bytes.len() == GRAM {
            let slot = hash_short(gram(bytes));
            self.shorts[slot] = 1;
            entry(SLOTS + slot, -1);
        }
        for (offset, grams) in places(bytes, &self.filter[..]) {
            let fourth = usize::try_from(offset + GRAM as i32).ok().and_then(|at| bytes.get(at));
            for gram in grams {
                self.filter[hash(gram)] |= if fourth.is_some() { BY_FOUR } else { BY_THREE };
                entry(hash(gram), offset);
                let four = fourth.map(|byte| hash_four(gram | u32::from(byte | SMALL) << 24));
                four.into_iter().for_each(|bit| self.fours[bit / 64] |= 1 << (bit % 64));
            }
        }
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

    /// Collects the literals found by three bytes that begin from `at` to about `stop`; gives where to go on.
    fn block(&self, text: &[u8], mut at: usize, stop: usize, out: &mut Vec<Hit>) -> usize {
        while at < stop
            && let Some(grams) = four(text, at)
        {
            // Most often none is known: one branch for four places.
            let known = |gram: u32| self.filter[hash(gram)] | self.shorts[hash_short(gram >> 8)];
            let [first, second, third, fourth] = grams;
            if known(first) | known(second) | known(third) | known(fourth) != 0 {
                self.look(text, at, grams, out);
            }
            at += STEP;
        }
        while at < stop {
            self.compare(text, at, hash(gram(&text[at..])), out);
            self.compare(text, at, SLOTS + hash_short(gram(&text[at + 1..])), out);
            at += 2;
        }
        at
    }

    /// Compares at every second of eight places. Apart, so that the loop around it stays small; which of them are worth it
    /// is gathered without branches, which would be guessed wrong.
    #[inline(never)]
    fn look(&self, text: &[u8], at: usize, grams: [u32; STEP / 2], out: &mut Vec<Hit>) {
        let mut places = 0;
        for (place, &gram) in grams.iter().enumerate() {
            let known = self.filter[hash(gram)];
            let found = known >> 1 | known & self.knows(gram) | self.shorts[hash_short(gram >> 8)] << 1;
            places |= u32::from(found) << (8 * place);
        }
        while places != 0 {
            let bit = places.trailing_zeros() as usize;
            let (place, gram) = (bit / 8, grams[bit / 8]);
            let slot = if bit.is_multiple_of(8) { hash(gram) } else { SLOTS + hash_short(gram >> 8) };
            self.compare(text, at + 2 * place, slot, out);
            places &= places - 1;
        }
    }

    /// 0 where no literal is found by these four bytes, otherwise 1.
    fn knows(&self, four: u32) -> u8 {
        let bit = hash_four(four);
        (self.fours[bit / 64] >> (bit % 64) & 1) as u8
    }

    /// Compares the literals of a hash of the bytes at `at`.
    fn compare(&self, text: &[u8], at: usize, slot: usize, out: &mut Vec<Hit>) {
        let entries = &self.entries[self.starts[slot] as usize..self.starts[slot + 1] as usize];
        for entry in entries {
            let Some(start) = at.checked_add_signed(-entry.offset as isize) else { continue };
            // The first bytes tell nearly all apart without a call.
            let first = text.get(start..start + WORD).and_then(|first| first.first_chunk());
            if first.is_some_and(|first| (u64::from_le_bytes(*first) | SMALL_WORD) & entry.mask != entry.word)
            {
                continue;
            }
            let end = start + (entry.end - entry.start) as usize;
            let Some(found) = text.get(start..end) else { continue };
            let bytes = &self.bytes[entry.start as usize..entry.end as usize];
            if found == bytes || !entry.exact && found.eq_ignore_ascii_case(bytes) {
                out.push(Hit { end, start, keyword: entry.keyword as usize });
            }
        }
    }
}

/// The three bytes at every second of the eight places from `at` on, with something above them; `None` near the text's
/// end.
fn four(text: &[u8], at: usize) -> Option<[u32; STEP / 2]> {
    let window = text.get(at..at + STEP + 4)?;
    let word = |at: usize| Some(u64::from_le_bytes(*window[at..].first_chunk()?) | SMALL_WORD);
    let (low, high) = (word(0)?, word(4)?);
    Some([low as u32, (low >> 16) as u32, high as u32, (high >> 16) as u32])
}

/// The first three bytes; behind the text's end stand zeros.
fn gram(text: &[u8]) -> u32 {
    let byte = |at: usize| u32::from(text.get(at).copied().unwrap_or(0) | SMALL);
    byte(0) | byte(1) << 8 | byte(2) << 16
}

/// The hash of the lower three bytes: the multiplication leaves nothing of the fourth.
const fn hash(gram: u32) -> usize {
    (gram.wrapping_mul(0x9e37_79b1 << 8) >> (u32::BITS - HASH_BITS)) as usize
}

/// The hash of four bytes.
const fn hash_four(four: u32) -> usize {
    (four.wrapping_mul(0x85eb_ca6b) >> (u32::BITS - FOUR_BITS)) as usize
}

/// The hash of the lower three bytes of a short literal.
const fn hash_short(gram: u32) -> usize {
    (gram.wrapping_mul(0x9e37_79b1 << 8) >> (u32::BITS - SHORT_BITS)) as usize
}

/// By which three bytes a literal is found, and where from its first byte they stand: once for even places and once
/// for odd ones (of three bytes only for even ones). Rare ones, and such as others are found by already: `filter`.
fn places(literal: &[u8], filter: &[u8]) -> Vec<(i32, Vec<u32>)> {
    match literal {
        &[first, second] => return vec![(0, ends([first, second])), (-1, begins([first, second]))],
        [_, _, _] => return vec![(0, vec![gram(literal)])],
        _ => {}
    }
    let share = |part: &[u8]| 1u64 << 40u32.saturating_sub(rarity::of(part));
    let cost = |at: usize| {
        let three = share(&literal[at..at + GRAM]);
        let known = filter[hash(gram(&literal[at..]))] != 0;
        let four = literal.get(at..=at + GRAM).map_or(three, share);
        4 * four + if known { 0 } else { three }
    };
    let at = (0..literal.len() - GRAM).min_by_key(|&at| cost(at) + cost(at + 1)).unwrap_or(0);
    [at, at + 1].map(|at| (at as i32, vec![gram(&literal[at..])])).into()
}

/// All threes that begin with `two`.
fn ends([first, second]: [u8; 2]) -> Vec<u32> {
    all(|byte| [first, second, byte])
}

/// All threes that end with `two`.
fn begins([first, second]: [u8; 2]) -> Vec<u32> {
    all(|byte| [byte, first, second])
}

fn all(three: impl Fn(u8) -> [u8; GRAM]) -> Vec<u32> {
    let mut all: Vec<u32> = (0..=u8::MAX).map(|byte| gram(&three(byte))).collect();
    all.sort_unstable();
    all.dedup();
    all
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
        fn any_bytes_will_do(bytes: Vec<u8>) {
            prop_assert_eq!(found(&bytes), expected(&bytes));
        }
    }
}
