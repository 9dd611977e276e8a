//! Packs read from one end to the other: each delta chain is resolved once, on all threads.
//!
//! Stands apart from [`super::objects`] because there objects are asked for one by one, which decodes the same bases over
//! and over: for the blobs of a long history that is most of the work. What no pack here can give (loose objects, large
//! ones, those of packs that are damaged or newer than this reader) is left to that reader, which also says what is wrong.
//!
//! The formats are those of gitformat-pack(5).

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use gix_hash::Kind as Hash;
use gix_pack::cache::delta::{Tree, traverse};
use gix_pack::data::entry::Header;
use gix_pack::{data, index};
use gix_utils::progress::Discard;
use rustc_hash::FxHashMap;

use super::object::Id;
use super::repository::{GitEnv, Repo};

/// Objects above this size in bytes are left to the other reader, which can give them in pieces.
const LARGEST: u64 = 8 << 20;

/// Largest buffer in bytes for one object or delta: a delta may make an object much larger than it is itself.
const LARGEST_BUFFER: usize = 256 << 20;

/// Offset in bytes of a pack's first object, behind its header.
const FIRST: u64 = data::header::SIZE as u64;

/// Number of an object that is decoded only because others are made from it.
const UNASKED: u32 = u32::MAX;

/// Takes objects as they are decoded, with the number that was asked for. Called from several threads.
pub(crate) type Visit<'v> = dyn Fn(u32, &[u8]) + Sync + 'v;

/// The object directory and those that git names in its hooks' environment, as in a push that is held in quarantine. Not the
/// alternates that these name.
pub(crate) fn directories(common_dir: &Path, env: &GitEnv) -> Vec<PathBuf> {
    let own = env.get("GIT_OBJECT_DIRECTORY").map_or_else(|| common_dir.join("objects"), PathBuf::from);
    let others = env.get("GIT_ALTERNATE_OBJECT_DIRECTORIES").map(std::env::split_paths);
    std::iter::once(own).chain(others.into_iter().flatten()).collect()
}

impl Repo {
    /// Where this repository's objects are kept, without alternates.
    pub(crate) fn object_directories(&self) -> Vec<PathBuf> {
        directories(self.common_dir(), self.env())
    }
}

/// Calls `visit` for those of the `wanted` blobs that the packs in these object directories hold, perhaps more than once
/// for one that stands in several.
pub(crate) fn each(directories: &[PathBuf], wanted: &FxHashMap<Id, u32>, visit: &Visit<'_>) {
    let Some(id) = wanted.keys().next() else { return };
    let hash = if id.as_bytes().len() == 32 { Hash::Sha256 } else { Hash::Sha1 };
    for path in directories.iter().flat_map(|directory| packs(directory)) {
        if let Some(pack) = Pack::open(&path, hash) {
            pack.each(wanted, visit);
        }
    }
}

/// The indexes of the packs in an object directory, in the order of their names.
fn packs(objects: &Path) -> Vec<PathBuf> {
    let entries = objects.join("pack").read_dir().into_iter().flatten();
    let paths = entries.filter_map(Result::ok).map(|entry| entry.path());
    let mut found: Vec<PathBuf> =
        paths.filter(|path| path.extension().is_some_and(|end| end == "idx")).collect();
    found.sort();
    found
}

struct Pack {
    index: index::File,
    data: data::File,
}

/// What is known of an object before it is decoded.
#[derive(Clone, Copy)]
struct Known {
    number: u32,
    /// It is a blob, and what it is made from in the end is not too large.
    counts: bool,
}

impl Pack {
    fn open(index: &Path, hash: Hash) -> Option<Self> {
        let data = data::File::at(index.with_extension("pack"), hash).ok()?;
        let index = index::File::at(index, hash).ok()?;
        (index.num_objects() == data.num_objects()).then_some(Self { index, data })
    }

    fn each(&self, wanted: &FxHashMap<Id, u32>, visit: &Visit<'_>) {
        let blobs = self.blobs(wanted);
        let interrupt = AtomicBool::new(false);
        let tree = Tree::from_offsets_in_pack(
            self.data.path(),
            blobs.into_iter(),
            &|&(offset, _)| offset,
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
        // An error ends the traversal: what was not visited until then is read by others, who name the object.
        let _ = tree.traverse(
            |slice, data: &data::File| data.entry_slice(slice),
            &self.data,
            self.data.pack_end() as u64,
            |&mut (_, number), _, context: traverse::Context<'_>| {
                if number != UNASKED && context.decompressed.len() as u64 <= LARGEST {
                    visit(number, context.decompressed);
                }
                Ok(())
            },
            options,
        );
    }

    /// Where the wanted blobs and those that they are made from stand, with their numbers, in the order of offsets. Of
    /// those that are too large, and of what is made from them, there is nothing.
    fn blobs(&self, wanted: &FxHashMap<Id, u32>) -> Vec<(u64, u32)> {
        let mut known = FxHashMap::default();
        for (id, &number) in wanted {
            let at = gix_hash::oid::try_from_bytes(id.as_bytes()).ok().and_then(|id| self.index.lookup(id));
            let Some(offset) = at.map(|at| self.index.pack_offset_at_index(at)) else { continue };
            let counts = self.chain(offset, &mut known);
            known.insert(offset, Known { number, counts });
        }
        let mut blobs: Vec<(u64, u32)> = known
            .into_iter()
            .filter(|(_, known)| known.counts)
            .map(|(offset, known)| (offset, known.number))
            .collect();
        blobs.sort_unstable();
        // The reader of headers takes the first for the pack's first object.
        if !blobs.is_empty() && blobs[0].0 != FIRST {
            match self.base(FIRST) {
                Some(Base::At(_)) => blobs.clear(),
                _ => blobs.insert(0, (FIRST, UNASKED)),
            }
        }
        blobs
    }

    /// Follows what the object at `offset` is made from; gives whether it counts.
    fn chain(&self, offset: u64, known: &mut FxHashMap<u64, Known>) -> bool {
        let mut open = Vec::new();
        let mut at = offset;
        let counts = loop {
            if let Some(end) = known.get(&at) {
                break end.counts;
            }
            // Until its end is known the chain does not count: a damaged one may lead back into itself.
            known.insert(at, Known { number: UNASKED, counts: false });
            open.push(at);
            match self.base(at) {
                Some(Base::Whole { counts }) => break counts,
                Some(Base::At(base)) => at = base,
                None => break false,
            }
        };
        open.into_iter()
            .for_each(|at| known.get_mut(&at).into_iter().for_each(|known| known.counts = counts));
        counts
    }

    /// What the object at `offset` is made from; `None` for what is no blob.
    fn base(&self, offset: u64) -> Option<Base> {
        let entry = self.data.entry(offset).ok()?;
        match entry.header {
            Header::Blob => Some(Base::Whole { counts: entry.decompressed_size <= LARGEST }),
            Header::OfsDelta { base_distance } => entry.checked_base_pack_offset(base_distance).map(Base::At),
            Header::RefDelta { base_id } => {
                self.index.lookup(base_id).map(|at| Base::At(self.index.pack_offset_at_index(at)))
            }
            Header::Commit | Header::Tree | Header::Tag => None,
        }
    }
}

/// What an object is made from.
enum Base {
    /// Nothing: it stands there as a whole.
    Whole { counts: bool },
    /// The object at this offset.
    At(u64),
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::process::Command;
    use std::sync::Mutex;

    use super::*;

    /// Blobs that are versions of one another, so that git makes deltas of them.
    fn versions() -> Vec<String> {
        let line =
            |version: usize, n: usize| format!("line {n} of {}\n", if n == version { version } else { 0 });
        (1..40).map(|version| (0..200).map(|n| line(version, n)).collect()).collect()
    }

    fn git(directory: &Path, args: &[&str]) -> String {
        let path = std::env::var_os("PATH").unwrap();
        let mut git = Command::new("git");
        git.env_clear().env("PATH", path).env("HOME", directory).env("GIT_CONFIG_NOSYSTEM", "1");
        let done = git.args(args).current_dir(directory).output().unwrap();
        assert!(done.status.success(), "{args:?}: {}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8(done.stdout).unwrap()
    }

    /// A repository whose blobs are the files `1`, `2` …, in one pack.
    fn packed(files: &[String], init: &[&str], repack: &[&str]) -> (tempfile::TempDir, FxHashMap<Id, u32>) {
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

    fn visited(directory: &Path, wanted: &FxHashMap<Id, u32>) -> BTreeMap<u32, String> {
        let all = Mutex::new(BTreeMap::new());
        each(&[directory.join(".git/objects")], wanted, &|number, bytes| {
            let text = String::from_utf8(bytes.to_vec()).unwrap();
            assert_eq!(all.lock().unwrap().insert(number, text), None, "{number} twice");
        });
        all.into_inner().unwrap()
    }

    #[test]
    fn every_blob_of_a_pack_is_visited_once() {
        let by_id = ["-c", "repack.useDeltaBaseOffset=false"];
        let sha256 = ["--object-format=sha256"];
        for (init, repack) in [(&[][..], &[][..]), (&[], &by_id), (&sha256, &[])] {
            let files = versions();
            let (directory, wanted) = packed(&files, init, repack);
            let found = visited(directory.path(), &wanted);
            let expected: BTreeMap<u32, String> = (0..).zip(files).collect();
            assert_eq!(found, expected, "{init:?} {repack:?}");
        }
    }

    #[test]
    fn only_what_is_asked_for_is_visited() {
        let files = versions();
        let (directory, mut wanted) = packed(&files, &[], &[]);
        wanted.retain(|_, number| *number == 7);
        let found = visited(directory.path(), &wanted);
        assert_eq!(found.into_iter().collect::<Vec<_>>(), [(7, files[7].clone())]);
        assert!(visited(directory.path(), &FxHashMap::default()).is_empty());
    }

    #[test]
    fn large_blobs_are_left_to_others() {
        let large = "x".repeat(LARGEST as usize + 1);
        let (directory, wanted) = packed(&["small\n".repeat(9), large], &[], &[]);
        assert_eq!(visited(directory.path(), &wanted).into_keys().collect::<Vec<_>>(), [0]);
    }

    #[test]
    fn a_damaged_pack_gives_no_wrong_bytes() {
        let files = versions();
        let (directory, wanted) = packed(&files, &[], &[]);
        let index = packs(&directory.path().join(".git/objects")).remove(0);
        let pack = index.with_extension("pack");
        let sound = std::fs::read(&pack).unwrap();
        std::fs::remove_file(&pack).unwrap();
        for at in (0..sound.len()).step_by(97) {
            let mut damaged = sound.clone();
            damaged[at] ^= 0x55;
            std::fs::write(&pack, damaged).unwrap();
            let all = Mutex::new(Vec::new());
            each(&[directory.path().join(".git/objects")], &wanted, &|number, bytes| {
                all.lock().unwrap().push((number, bytes.to_vec()));
            });
            for (number, bytes) in all.into_inner().unwrap() {
                assert!(bytes == files[number as usize].as_bytes(), "byte {at} of the pack, blob {number}");
            }
        }
    }
}
