//! Decodes objects in families: from one that stands there as a whole to all that are made from it, so that each is made
//! once. Families and their branches are shared out to all threads.

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use gix_zlib::Inflate;
use rayon::Scope;

use super::layout::Layout;
use super::{Keepsake, Kin, LARGEST, Pack, Visit, delta};
use crate::kin::Copied;
use crate::source::object::Kind;

/// Bytes of objects, with what is kept of them, that are held at once because others are made from them: far more than any sound pack needs. In a
/// chain of a thousand each may be made from eight bytes and be eight mebibytes long.
const MOST_HELD: usize = 256 << 20;

/// Of an object that nobody needs, and of one that only others need.
const NONE: u32 = u32::MAX;
const UNASKED: u32 = u32::MAX - 1;

/// What is to be decoded of a pack, and what is made from what.
pub(super) struct Families<'p> {
    pack: &'p Pack,
    layout: &'p Layout,
    visit: &'p Visit<'p>,
    /// What each place is wanted as, or [`UNASKED`] or [`NONE`].
    wanted: Vec<u32>,
    /// Places of what is made from others, sorted by these.
    members: Vec<u32>,
    /// For each place where those made from it begin in `members`; then one past the last.
    starts: Vec<u32>,
    /// Bytes held.
    held: AtomicUsize,
}

/// An object that others are made from.
struct Held<'f> {
    bytes: Vec<u8>,
    /// What the visitor keeps of it.
    keepsake: Option<Keepsake>,
    all: &'f AtomicUsize,
}

impl<'f> Held<'f> {
    /// `None` when too much is held already; what would be made from it is left to others.
    fn new(bytes: Vec<u8>, keepsake: Option<Keepsake>, all: &'f AtomicUsize) -> Option<Self> {
        let so_far = all.load(Ordering::Relaxed) + bytes.len();
        // Others can be made without it, only slower.
        let keepsake = keepsake.filter(|kept| so_far + kept.bytes <= MOST_HELD / 2);
        let held = Self { bytes, keepsake, all };
        let before = all.fetch_add(held.size(), Ordering::Relaxed);
        (before + held.size() <= MOST_HELD).then_some(held)
    }
}

impl Held<'_> {
    /// The memory that it takes, in bytes.
    fn size(&self) -> usize {
        self.bytes.len() + self.keepsake.as_ref().map_or(0, |kept| kept.bytes)
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.all.fetch_sub(self.size(), Ordering::Relaxed);
    }
}

/// Buffers and states that each thread keeps.
#[derive(Default)]
struct Room {
    inflate: Inflate,
    delta: Vec<u8>,
    object: Vec<u8>,
    copies: Vec<Copied>,
}

thread_local! {
    static ROOM: Cell<Option<Box<Room>>> = const { Cell::new(None) };
}

impl<'p> Families<'p> {
    /// Those of one kind that `wanted` gives by their numbers in the order of ids, with what they are wanted as.
    pub(super) fn new(
        pack: &'p Pack,
        layout: &'p Layout,
        kind: Kind,
        wanted: impl Iterator<Item = (u32, u32)>,
        visit: &'p Visit<'p>,
    ) -> Self {
        let mut as_number = vec![NONE; layout.len()];
        for (number, asked) in wanted {
            let mut place = layout.place(number);
            if layout.kind(place) != Some(kind) {
                continue;
            }
            as_number[place as usize] = asked;
            while let Some(base) = layout.base(place).filter(|base| as_number[*base as usize] == NONE) {
                as_number[base as usize] = UNASKED;
                place = base;
            }
        }
        let mut families = Self {
            pack,
            layout,
            visit,
            wanted: as_number,
            members: Vec::new(),
            starts: Vec::new(),
            held: AtomicUsize::new(0),
        };
        families.sort();
        families
    }

    /// Sorts what is needed by what it is made from.
    fn sort(&mut self) {
        let mut starts = vec![0_u32; self.layout.len() + 1];
        let needed = |wanted: &[u32], place: &u32| wanted[*place as usize] != NONE;
        let all = 0..self.layout.len() as u32;
        let bases = all.clone().filter(|place| needed(&self.wanted, place));
        for base in bases.filter_map(|place| self.layout.base(place)) {
            starts[base as usize + 1] += 1;
        }
        (1..starts.len()).for_each(|at| starts[at] += starts[at - 1]);
        let mut next = starts.clone();
        let mut members = vec![0; starts.last().copied().unwrap_or(0) as usize];
        for place in all.filter(|place| needed(&self.wanted, place)) {
            if let Some(base) = self.layout.base(place) {
                let at = &mut next[base as usize];
                members[*at as usize] = place;
                *at += 1;
            }
        }
        (self.members, self.starts) = (members, starts);
    }

    /// Decodes everything. What cannot be decoded is left out, and all that is made from it.
    pub(super) fn decode(&self) {
        let is_first =
            |place: &u32| self.wanted[*place as usize] != NONE && self.layout.base(*place).is_none();
        let firsts: Vec<u32> = (0..self.layout.len() as u32).filter(is_first).collect();
        rayon::scope(|scope| self.share_out(scope, &firsts));
    }

    /// Gives away halves until one is left, so that idle threads find the largest pieces.
    fn share_out<'s>(&'s self, scope: &Scope<'s>, mut firsts: &'s [u32]) {
        while let Some((left, right)) =
            firsts.split_at_checked(firsts.len() / 2).filter(|(left, _)| !left.is_empty())
        {
            scope.spawn(move |scope| self.share_out(scope, right));
            firsts = left;
        }
        if let Some(first) = firsts.first() {
            self.family(scope, *first, None);
        }
    }

    /// Decodes the object at `place`, made from `base`, and all that are made from it: one after the other, branches on
    /// whatever thread has time.
    fn family<'s>(&'s self, scope: &Scope<'s>, mut place: u32, mut base: Option<Arc<Held<'s>>>) {
        loop {
            let mut room = ROOM.take().unwrap_or_default();
            let made = self.object(place, base.as_ref().map(|base| base.bytes.as_slice()), &mut room);
            let (object, copies) = (std::mem::take(&mut room.object), std::mem::take(&mut room.copies));
            // Whoever looks at it may decode others meanwhile.
            ROOM.set(Some(room));
            if made.is_none() {
                return;
            }
            let members = self.members(place);
            let kept = base.as_ref().and_then(|base| base.keepsake.as_ref());
            let kin = Kin { from: kept.map(|kept| (kept, &copies[..])), heirs: !members.is_empty() };
            let number = self.wanted[place as usize];
            let keepsake = if number == UNASKED { None } else { (self.visit)(number, &object, kin) };
            let mut room = ROOM.take().unwrap_or_default();
            room.copies = copies;
            let Some((next, others)) = members.split_first() else {
                room.object = object;
                return ROOM.set(Some(room));
            };
            ROOM.set(Some(room));
            let Some(object) = Held::new(object, keepsake, &self.held).map(Arc::new) else { return };
            for other in others {
                let object = Arc::clone(&object);
                scope.spawn(move |scope| self.family(scope, *other, Some(object)));
            }
            (place, base) = (*next, Some(object));
        }
    }

    fn members(&self, place: u32) -> &[u32] {
        &self.members[self.starts[place as usize] as usize..self.starts[place as usize + 1] as usize]
    }

    /// Makes the object at `place` in the room's buffer.
    fn object(&self, place: u32, base: Option<&[u8]>, room: &mut Room) -> Option<()> {
        let range = self.layout.bytes(place);
        if !self.pack.is_sound(self.layout.number(place), range.clone()) {
            return None;
        }
        let entry = self.pack.data.entry(range.start).ok()?;
        let size = usize::try_from(entry.decompressed_size).ok().filter(|size| *size as u64 <= LARGEST)?;
        let out = if base.is_some() { &mut room.delta } else { &mut room.object };
        out.resize(size, 0);
        self.pack.data.decompress_entry(&entry, &mut room.inflate, out).ok()?;
        match base {
            Some(base) => {
                let Room { delta, object, copies, .. } = room;
                delta::apply(base, delta, LARGEST as usize, object, copies)
            }
            None => Some(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_held_has_a_limit_and_is_given_back() {
        let all = AtomicUsize::new(0);
        let half = MOST_HELD / 2;
        let one = Held::new(vec![0; half], None, &all);
        assert!(one.is_some());
        assert!(Held::new(vec![0; half + 1], None, &all).is_none(), "more than there is room for");
        let two = Held::new(vec![0; half], None, &all);
        assert!(two.is_some(), "what was refused takes no room");
        drop((one, two));
        let kept = |bytes| Held::new(vec![0; 9], Some(Keepsake::new(bytes, ())), &all).unwrap();
        let one = kept(half - 9);
        assert_eq!((one.size(), all.load(Ordering::Relaxed)), (half, half), "what is kept counts");
        let two = kept(1);
        assert_eq!(two.size(), 9, "there is room for the object, but not for that");
        drop((one, two));
        assert_eq!(all.into_inner(), 0);
    }
}
