//! One pack and its index: its objects of one kind, decoded from one end to the other.
//!
//! Stands apart because blobs and trees are read the same way, for different ends.

use std::cmp::Ordering;
use std::path::Path;
use std::sync::atomic::{self, AtomicBool};

use gix_hash::Kind as Hash;
use gix_pack::cache::delta::{Tree, traverse};
use gix_pack::data::entry::Header;
use gix_pack::{data, index};
use gix_utils::progress::Discard;

use super::object::{Id, Kind, Map};

/// Objects above this size in bytes are left to the other reader, which can give them in pieces.
pub(super) const LARGEST: u64 = 8 << 20;

/// Largest buffer in bytes for one object or delta: a delta may make an object much larger than it is itself.
const LARGEST_BUFFER: usize = 256 << 20;

/// Offset in bytes of a pack's first object, behind its header.
const FIRST: u64 = data::header::SIZE as u64;

/// Number of an object that is decoded only because others are made from it.
const UNASKED: u32 = u32::MAX;

/// An id is looked for where it should stand this many times, and then by halves; and by halves among so few.
const GUESSES: usize = 6;
const FEW: u32 = 8;

/// Takes objects as they are decoded, with the number that was asked for. Called from several threads.
pub(crate) type Visit<'v> = dyn Fn(u32, &[u8]) + Sync + 'v;

/// A pack and its index.
pub(super) struct Pack {
    index: index::File,
    data: data::File,
}

/// An object that is to be decoded.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Object {
    /// Where it begins in the pack, in bytes.
    offset: u64,
    /// Where the next object begins.
    end: u64,
    /// Its number in the order of ids.
    at: u32,
    /// What it is wanted as, or [`UNASKED`].
    number: u32,
}

/// What is known of an object before it is decoded.
#[derive(Clone, Copy)]
struct Known {
    number: u32,
    /// It is of the kind that is asked for, and what it is made from in the end is not too large.
    counts: bool,
}

impl Pack {
    /// The pack of this index; `None` when it is damaged, or newer than this reader.
    pub(super) fn open(index: &Path, hash: Hash) -> Option<Self> {
        let data = data::File::at(index.with_extension("pack"), hash).ok()?;
        let index = index::File::at(index, hash).ok()?;
        (index.num_objects() == data.num_objects()).then_some(Self { index, data })
    }

    /// Number of its objects.
    pub(super) fn len(&self) -> u32 {
        self.index.num_objects()
    }

    /// The id of an object by its number in the order of ids.
    pub(super) fn id(&self, number: u32) -> Option<Id> {
        Id::from_bytes(self.index.oid_at_index(number).as_bytes())
    }

    /// The number of an object in the order of ids.
    pub(super) fn find(&self, id: &Id) -> Option<u32> {
        let (mut low, mut high) = (0, self.len());
        // Ids are hashes: where one stands can be told from its first bytes, within a few hundred of a million.
        let (mut least, mut most) = (0, u64::MAX);
        for _ in 0..GUESSES {
            let wanted = beginning(id.as_bytes());
            if high - low <= FEW || wanted < least || wanted > most || least == most {
                break;
            }
            let share = u128::from(wanted - least) * u128::from(high - low - 1) / u128::from(most - least);
            let at = low + share as u32;
            let found = self.index.oid_at_index(at).as_bytes();
            match found.cmp(id.as_bytes()) {
                Ordering::Less => (low, least) = (at + 1, beginning(found)),
                Ordering::Greater => (high, most) = (at, beginning(found)),
                Ordering::Equal => return Some(at),
            }
        }
        while low < high {
            let at = low + (high - low) / 2;
            match self.index.oid_at_index(at).as_bytes().cmp(id.as_bytes()) {
                Ordering::Less => low = at + 1,
                Ordering::Greater => high = at,
                Ordering::Equal => return Some(at),
            }
        }
        None
    }

    /// Calls `visit` for those of the `wanted` objects that are of this kind, with what they are wanted as. `wanted` gives
    /// numbers in the order of ids.
    pub(super) fn each(&self, kind: Kind, wanted: impl Iterator<Item = (u32, u32)>, visit: &Visit<'_>) {
        let objects = self.objects(kind, wanted);
        if objects.is_empty() {
            return;
        }
        let interrupt = AtomicBool::new(false);
        let tree = Tree::from_offsets_in_pack(
            self.data.path(),
            objects.into_iter(),
            &|object| object.offset,
            &|id| Ok(self.index.lookup(id).map(|at| self.index.pack_offset_at_index(at))),
            &mut Discard,
            &interrupt,
            self.data.object_hash(),
        );
        let Ok(tree) = tree else { return };
        let options = traverse::Options {
            object_progress: Box::new(Discard),
            size_progress: &mut Discard,
            thread_limit: Some(rayon::current_num_threads()),
            should_interrupt: &interrupt,
            object_hash: self.data.object_hash(),
            alloc_limit_bytes: Some(LARGEST_BUFFER),
        };
        // Damage ends the traversal: what was not visited until then is read by others, who name the object.
        let _ = tree.traverse(
            |slice, data: &data::File| data.entry_slice(slice),
            &self.data,
            self.data.pack_end() as u64,
            |object, _, context: traverse::Context<'_>| {
                if !self.is_sound(*object) {
                    interrupt.store(true, atomic::Ordering::Relaxed);
                }
                let whole = context.decompressed.len() as u64 <= LARGEST
                    && !interrupt.load(atomic::Ordering::Relaxed);
                if object.number != UNASKED && whole {
                    visit(object.number, context.decompressed);
                }
                Ok(())
            },
            options,
        );
    }

    /// Whether an object's bytes are those that the index was made of: nothing else looks at the checksum behind
    /// compressed data, and what is made from a damaged object is wrong as well.
    fn is_sound(&self, object: Object) -> bool {
        let expected = self.index.crc32_at_index(object.at);
        let bytes = self.data.entry_slice(object.offset..object.end);
        expected.is_none_or(|expected| bytes.is_some_and(|bytes| crc32fast::hash(bytes) == expected))
    }

    /// Where the wanted objects and those that they are made from stand, with what they are wanted as, in the order of
    /// offsets. Of those that are too large, and of what is made from them, there is nothing.
    fn objects(&self, kind: Kind, wanted: impl Iterator<Item = (u32, u32)>) -> Vec<Object> {
        let mut known = Map::default();
        for (at, number) in wanted {
            let offset = self.index.pack_offset_at_index(at);
            let counts = self.chain(kind, offset, &mut known);
            known.insert(offset, Known { number, counts });
        }
        if known.is_empty() {
            return Vec::new();
        }
        // The reader of headers takes the first for the pack's first object.
        match known.get(&FIRST) {
            Some(first) if first.counts => {}
            _ if matches!(self.base(kind, FIRST), Some(Base::At(_))) => return Vec::new(),
            _ => drop(known.insert(FIRST, Known { number: UNASKED, counts: true })),
        }
        let offsets = self.index.sorted_offsets();
        let all = (0..self.len()).filter_map(|at| {
            let offset = self.index.pack_offset_at_index(at);
            let known = known.get(&offset).filter(|known| known.counts)?;
            let next = offsets.get(offsets.partition_point(|other| *other <= offset));
            let end = next.copied().unwrap_or(self.data.pack_end() as u64);
            Some(Object { offset, end, at, number: known.number })
        });
        let mut objects: Vec<Object> = all.collect();
        objects.sort_unstable();
        objects
    }

    /// Follows what the object at `offset` is made from; gives whether it counts.
    fn chain(&self, kind: Kind, offset: u64, known: &mut Map<u64, Known>) -> bool {
        let mut open = Vec::new();
        let mut at = offset;
        let counts = loop {
            if let Some(end) = known.get(&at) {
                break end.counts;
            }
            // Until its end is known the chain does not count: a damaged one may lead back into itself.
            known.insert(at, Known { number: UNASKED, counts: false });
            open.push(at);
            match self.base(kind, at) {
                Some(Base::Whole { counts }) => break counts,
                Some(Base::At(base)) => at = base,
                None => break false,
            }
        };
        open.into_iter()
            .for_each(|at| known.get_mut(&at).into_iter().for_each(|known| known.counts = counts));
        counts
    }

    /// What the object at `offset` is made from; `None` for what is of another kind.
    fn base(&self, kind: Kind, offset: u64) -> Option<Base> {
        let entry = self.data.entry(offset).ok()?;
        let whole = Base::Whole { counts: entry.decompressed_size <= LARGEST };
        match entry.header {
            Header::Blob if kind == Kind::Blob => Some(whole),
            Header::Tree if kind == Kind::Tree => Some(whole),
            Header::Commit if kind == Kind::Commit => Some(whole),
            Header::OfsDelta { base_distance } => entry.checked_base_pack_offset(base_distance).map(Base::At),
            Header::RefDelta { base_id } => {
                self.index.lookup(base_id).map(|at| Base::At(self.index.pack_offset_at_index(at)))
            }
            _ => None,
        }
    }
}

/// The first eight bytes of an id as a number.
fn beginning(id: &[u8]) -> u64 {
    id.first_chunk().map(|bytes| u64::from_be_bytes(*bytes)).unwrap_or_default()
}

/// What an object is made from.
enum Base {
    /// Nothing: it stands there as a whole.
    Whole { counts: bool },
    /// The object at this offset.
    At(u64),
}

#[cfg(test)]
pub(super) mod tests {
    //! Repositories of one pack.

    use std::process::Command;

    use super::*;

    /// Blobs that are versions of one another, so that git makes deltas of them.
    pub(in crate::source) fn versions() -> Vec<String> {
        let line =
            |version: usize, n: usize| format!("line {n} of {}\n", if n == version { version } else { 0 });
        (1..40).map(|version| (0..200).map(|n| line(version, n)).collect()).collect()
    }

    pub(in crate::source) fn git(directory: &Path, args: &[&str]) -> String {
        let path = std::env::var_os("PATH").unwrap();
        let mut git = Command::new("git");
        git.env_clear().env("PATH", path).env("HOME", directory).env("GIT_CONFIG_NOSYSTEM", "1");
        let done = git.args(args).current_dir(directory).output().unwrap();
        assert!(done.status.success(), "{args:?}: {}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8(done.stdout).unwrap()
    }

    #[test]
    fn every_id_is_found_and_no_other() {
        let files: Vec<String> = (0..3_000).map(|number| format!("file {number}\n")).collect();
        let (directory, wanted) = packed(&files, &[], &[]);
        let pack = crate::source::packs::open(&[directory.path().join(".git/objects")], 20).next().unwrap();
        assert!(pack.len() > 3_000);
        for at in 0..pack.len() {
            let id = pack.id(at).unwrap();
            assert_eq!(pack.find(&id), Some(at));
            let mut other = id.as_bytes().to_vec();
            for byte in [0, 7, 19] {
                other[byte] ^= 1;
                assert_eq!(pack.find(&Id::from_bytes(&other).unwrap()), None);
            }
        }
        assert!(wanted.keys().all(|id| pack.find(id).is_some()));
        for end in [0x00, 0xff] {
            assert_eq!(pack.find(&Id::from_bytes(&[end; 20]).unwrap()), None);
        }
    }

    /// A repository whose blobs are the files `1`, `2` …, in one pack.
    pub(in crate::source) fn packed(
        files: &[String],
        init: &[&str],
        repack: &[&str],
    ) -> (tempfile::TempDir, Map<Id, u32>) {
        let directory = tempfile::tempdir().unwrap();
        git(directory.path(), &[&["init", "-q"], init].concat());
        for (number, text) in files.iter().enumerate() {
            std::fs::write(directory.path().join(number.to_string()), text).unwrap();
        }
        git(directory.path(), &["add", "."]);
        git(directory.path(), &["-c", "user.name=a", "-c", "user.email=a@b.invalid", "commit", "-qm", "all"]);
        git(directory.path(), &[repack, &["repack", "-adfq"]].concat());
        let listed = git(directory.path(), &["ls-files", "-s"]);
        let entry = |line: &str| {
            let (id, name) = (line.split(' ').nth(1)?, line.split('\t').nth(1)?);
            Some((Id::from_hex(id.as_bytes())?, name.parse().ok()?))
        };
        let wanted = listed.lines().map(|line| entry(line).unwrap()).collect();
        (directory, wanted)
    }
}
