//! One pack and its index: its objects of one kind, decoded from one end to the other.
//!
//! Stands apart because blobs and trees are read the same way, for different ends.

mod beginnings;
mod delta;
mod family;
mod layout;

use std::any::Any;
use std::cmp::Ordering;
use std::ops::Range;
use std::path::Path;
use std::sync::OnceLock;

use gix_hash::Kind as Hash;
use gix_pack::{data, index};

use super::object::{Id, Kind};
use crate::kin::Copied;
use beginnings::Beginnings;
use family::Families;
use layout::Layout;

/// Objects above this size in bytes are left to the other reader, which can give them in pieces.
pub(super) const LARGEST: u64 = 8 << 20;

/// What a visitor keeps of an object, for those that are made from it.
pub struct Keepsake {
    what: Box<dyn Any + Send + Sync>,
    /// The memory that it takes, in bytes.
    bytes: usize,
}

impl Keepsake {
    /// Keeps `what`, which takes so much memory (bytes).
    pub fn new(bytes: usize, what: impl Any + Send + Sync) -> Self {
        Self { what: Box::new(what), bytes }
    }
}

/// Takes objects as they are decoded, with the number that was asked for. Called from several threads.
pub type Visit<'v> = dyn Fn(u32, &[u8], Kin<'_>) -> Option<Keepsake> + Sync + 'v;

/// What an object has to do with others.
#[derive(Clone, Copy, Default)]
pub struct Kin<'k> {
    /// What was kept of the object that it was made from, and what it took over from there.
    from: Option<(&'k Keepsake, &'k [Copied])>,
    /// Others are made from it.
    pub heirs: bool,
}

impl<'k> Kin<'k> {
    /// What was kept of the object that this one was made from, if it is a `T`, and what was taken over from there.
    pub fn base<T: 'static>(self) -> Option<(&'k T, &'k [Copied])> {
        let (kept, copies) = self.from?;
        Some((kept.what.downcast_ref()?, copies))
    }
}

/// A pack and its index.
pub(super) struct Pack {
    index: index::File,
    data: data::File,
    /// Where its objects stand, once somebody wants to decode some.
    layout: OnceLock<Layout>,
    /// Where ids begin, once somebody looks for one.
    beginnings: OnceLock<Beginnings>,
}

impl Pack {
    /// The pack of this index; `None` when it is damaged, or newer than this reader.
    pub(super) fn open(index: &Path, hash: Hash) -> Option<Self> {
        let data = data::File::at(index.with_extension("pack"), hash).ok()?;
        let index = index::File::at(index, hash).ok()?;
        (index.num_objects() == data.num_objects()).then(|| Self {
            index,
            data,
            layout: OnceLock::new(),
            beginnings: OnceLock::new(),
        })
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
        let beginnings = self.beginnings.get_or_init(|| Beginnings::of(&self.index));
        let (mut low, mut high) = beginnings.range(id.as_bytes());
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
    /// numbers in the order of ids. What is damaged, too large or made from such is left out.
    pub(super) fn each(&self, kind: Kind, wanted: impl Iterator<Item = (u32, u32)>, visit: &Visit<'_>) {
        let mut wanted = wanted.peekable();
        if wanted.peek().is_some() {
            let layout = self.layout.get_or_init(|| Layout::read(&self.index, &self.data));
            Families::new(self, layout, kind, wanted, visit).decode();
        }
    }

    /// The numbers, in the order of ids, of the objects of one kind, as far as they can be decoded.
    pub(super) fn of_kind(&self, kind: Kind) -> impl Iterator<Item = u32> + '_ {
        let layout = self.layout.get_or_init(|| Layout::read(&self.index, &self.data));
        (0..self.len()).filter(move |number| layout.kind(layout.place(*number)) == Some(kind))
    }

    /// Whether an object's bytes are those that the index was made of: nothing else looks at the checksum behind
    /// compressed data, and what is made from a damaged object is wrong as well.
    fn is_sound(&self, number: u32, bytes: Range<u64>) -> bool {
        let expected = self.index.crc32_at_index(number);
        let bytes = self.data.entry_slice(bytes);
        expected.is_none_or(|expected| bytes.is_some_and(|bytes| crc32fast::hash(bytes) == expected))
    }
}

#[cfg(test)]
pub(super) mod tests {
    //! Repositories of one pack.

    use std::process::Command;

    use super::*;
    use crate::source::object::Map;

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
