//! Packs read from one end to the other: each delta chain is resolved once, on all threads.
//!
//! Stands apart from [`super::objects`] because there objects are asked for one by one, which decodes the same bases over
//! and over: for the blobs of a long history that is most of the work. What no pack here can give (loose objects, large
//! ones, those of packs that are damaged or newer than this reader) is left to that reader, which also says what is wrong.
//!
//! The formats are those of gitformat-pack(5).

use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use data_encoding::BASE64;
use gix_hash::Kind as Hash;
use serde::{Deserialize, Serialize};

use super::files::small;
use super::object::{Id, Kind};
use super::pack::Pack;
use super::repository::{GitEnv, Repo, os_path};

/// Object directories that are looked into; git follows alternates of alternates five deep.
const MOST_STORES: usize = 64;

/// A list of alternates above this size (bytes) is not read.
const ALTERNATES_BYTES: u64 = 1 << 20;

/// The object directory and those that git names in its hooks' environment, as in a push that is held in quarantine. Not the
/// alternates that these name.
pub(crate) fn directories(common_dir: &Path, env: &GitEnv) -> Vec<PathBuf> {
    let own = env.get("GIT_OBJECT_DIRECTORY").map_or_else(|| common_dir.join("objects"), PathBuf::from);
    std::iter::once(own).chain(env.alternates()).collect()
}

impl Repo {
    /// Where this repository's objects are kept: its own directories, then the alternates that they name, and theirs.
    pub(crate) fn object_directories(&self) -> Vec<PathBuf> {
        let mut stores = directories(self.common_dir(), self.env());
        let mut next = 0;
        while next < stores.len() && stores.len() < MOST_STORES {
            let more = alternates(&stores[next]);
            stores.extend(more.into_iter().filter(|store| !stores.contains(store)).collect::<Vec<_>>());
            next += 1;
        }
        stores
    }

    /// Length of an id in bytes: 32 in repositories with SHA-256, which libgit2 refuses.
    pub(crate) fn id_len(&self) -> usize {
        let child = if self.library().is_some() { None } else { self.child() };
        let format = child.and_then(|child| child.ask(&["rev-parse", "--show-object-format"]));
        if format.as_deref() == Some(b"sha256") { 32 } else { 20 }
    }
}

/// The object directories that `info/alternates` names, one a line, relative to the one it lies in
/// (gitrepository-layout(5)). A quoted line, for a path that begins with an odd character, is left to the other reader.
fn alternates(objects: &Path) -> Vec<PathBuf> {
    let named = small(&objects.join("info/alternates"), ALTERNATES_BYTES).unwrap_or_default();
    let lines = named.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii_end);
    let paths = lines.filter(|line| !line.is_empty() && !line.starts_with(b"#") && !line.starts_with(b"\""));
    paths.map(|line| objects.join(os_path(line))).collect()
}

/// A pack as a file, to see whether it is still the same.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct PackFile {
    /// Path of its index in base64.
    index: String,
    /// Of the index and the pack: bytes, and when they were written (seconds and nanoseconds since 1970).
    about: [(u64, u64, u32); 2],
}

impl PackFile {
    /// `None` when it cannot be told.
    fn of(index: &Path) -> Option<Self> {
        let about = |path: &Path| {
            let about = path.metadata().ok()?;
            let written = about.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
            Some((about.len(), written.as_secs(), written.subsec_nanos()))
        };
        let path = BASE64.encode(index.as_os_str().as_encoded_bytes());
        Some(Self { about: [about(index)?, about(&index.with_extension("pack"))?], index: path })
    }

    /// Where its index is.
    pub(crate) fn index(&self) -> Option<PathBuf> {
        Some(os_path(&BASE64.decode(self.index.as_bytes()).ok()?))
    }
}

/// The packs in these object directories as files, in the order of [`open`]; `None` when they cannot be told.
pub(crate) fn files(directories: &[PathBuf]) -> Option<Vec<PackFile>> {
    directories.iter().flat_map(|directory| packs(directory)).map(|index| PackFile::of(&index)).collect()
}

/// All packs of a repository.
pub(crate) struct Packs(Vec<Pack>);

impl Packs {
    /// Those that can be read here.
    pub(crate) fn of(repo: &Repo) -> Self {
        Self(open(&repo.object_directories(), repo.id_len()).collect())
    }

    /// These; `None` unless all can be read here.
    pub(crate) fn at<'f>(files: impl IntoIterator<Item = &'f PackFile>, id_len: usize) -> Option<Self> {
        let hash = hash(id_len);
        files.into_iter().map(|file| Pack::open(&file.index()?, hash)).collect::<Option<_>>().map(Self)
    }

    /// True for an object that one of them holds.
    pub(crate) fn contain(&self, id: &Id) -> bool {
        self.0.iter().any(|pack| pack.find(id).is_some())
    }

    /// The ids of all objects, of one that stands in several packs more than once.
    pub(crate) fn all_ids(&self) -> impl Iterator<Item = Id> + '_ {
        self.0.iter().flat_map(|pack| (0..pack.len()).filter_map(|number| pack.id(number)))
    }

    /// The ids of the objects of one kind, each once: what stands in several packs goes by the first.
    pub(crate) fn ids(&self, kind: Kind) -> impl Iterator<Item = Id> + '_ {
        self.numbers(kind)
            .flat_map(|(pack, numbers)| numbers.into_iter().filter_map(|number| pack.id(number)))
    }

    /// Calls `visit` with the objects of one kind, each once. What is damaged, too large or made from such is left out.
    pub(crate) fn each(&self, kind: Kind, visit: &(dyn Fn(Id, &[u8]) + Sync)) {
        for (pack, numbers) in self.numbers(kind) {
            pack.each(kind, numbers.into_iter().map(|number| (number, number)), &|number, bytes, _| {
                pack.id(number).into_iter().for_each(|id| visit(id, bytes));
                None
            });
        }
    }

    fn numbers(&self, kind: Kind) -> impl Iterator<Item = (&Pack, Vec<u32>)> {
        self.0.iter().enumerate().map(move |(at, pack)| {
            let is_new = |number: &u32| {
                let before = &self.0[..at];
                before.is_empty()
                    || pack.id(*number).is_some_and(|id| before.iter().all(|other| other.find(&id).is_none()))
            };
            (pack, pack.of_kind(kind).filter(is_new).collect())
        })
    }
}

/// The packs in these object directories, in the order of their names; ids have `id_len` bytes.
pub(super) fn open(directories: &[PathBuf], id_len: usize) -> impl Iterator<Item = Pack> {
    let hash = hash(id_len);
    directories.iter().flat_map(|directory| packs(directory)).filter_map(move |path| Pack::open(&path, hash))
}

const fn hash(id_len: usize) -> Hash {
    if id_len == 32 { Hash::Sha256 } else { Hash::Sha1 }
}

/// The objects in these object directories that stand in files of their own (gitrepository-layout(5)), perhaps more than
/// once.
pub(crate) fn loose(directories: &[PathBuf]) -> impl Iterator<Item = Id> {
    let fans = directories
        .iter()
        .flat_map(|directory| (0..=255).map(move |byte| (directory, format!("{byte:02x}"))));
    fans.flat_map(|(directory, fan)| {
        let entries = directory.join(&fan).read_dir().into_iter().flatten().filter_map(Result::ok);
        entries.filter_map(move |entry| {
            Id::from_hex([fan.as_bytes(), entry.file_name().as_encoded_bytes()].concat().as_slice())
        })
    })
}

/// The number of packs in these object directories, sound or not.
pub(super) fn count(directories: &[PathBuf]) -> usize {
    directories.iter().map(|directory| packs(directory).len()).sum()
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Mutex;

    use super::*;
    use crate::source::object::Map;
    use crate::source::pack::tests::{packed, versions};
    use crate::source::pack::{LARGEST, Visit};

    fn each(directories: &[PathBuf], wanted: &Map<Id, u32>, visit: &Visit<'_>) {
        let Some(id) = wanted.keys().next() else { return };
        for pack in open(directories, id.as_bytes().len()) {
            let here = wanted.iter().filter_map(|(id, &number)| Some((pack.find(id)?, number)));
            pack.each(Kind::Blob, here, visit);
        }
    }

    fn visited(directory: &Path, wanted: &Map<Id, u32>) -> BTreeMap<u32, String> {
        let all = Mutex::new(BTreeMap::new());
        each(&[directory.join(".git/objects")], wanted, &|number, bytes, _| {
            let text = String::from_utf8(bytes.to_vec()).unwrap();
            assert_eq!(all.lock().unwrap().insert(number, text), None, "{number} twice");
            None
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
    fn alternates_and_theirs_are_object_directories_once() {
        let holder = tempfile::tempdir().unwrap();
        let stores = ["one", "two", "three"].map(|name| {
            git2::Repository::init_bare(holder.path().join(name)).unwrap();
            holder.path().join(name).join("objects")
        });
        let names =
            |at: usize, text: String| std::fs::write(stores[at].join("info/alternates"), text).unwrap();
        names(0, format!("# a comment\n\n../../two/objects\n{}\n", stores[2].display()));
        names(1, format!("{}\n{}\n", stores[2].display(), stores[0].display()));
        let repo = Repo::open(&holder.path().join("one"), GitEnv::default()).unwrap();
        let real = |path: PathBuf| path.canonicalize().unwrap();
        let found: Vec<PathBuf> = repo.object_directories().into_iter().map(real).collect();
        assert_eq!(found[..3], stores.map(real));
    }

    #[test]
    fn only_what_is_asked_for_is_visited() {
        let files = versions();
        let (directory, mut wanted) = packed(&files, &[], &[]);
        wanted.retain(|_, number| *number == 7);
        let found = visited(directory.path(), &wanted);
        assert_eq!(found.into_iter().collect::<Vec<_>>(), [(7, files[7].clone())]);
        assert!(visited(directory.path(), &Map::default()).is_empty());
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
            each(&[directory.path().join(".git/objects")], &wanted, &|number, bytes, _| {
                all.lock().unwrap().push((number, bytes.to_vec()));
                None
            });
            for (number, bytes) in all.into_inner().unwrap() {
                assert!(bytes == files[number as usize].as_bytes(), "byte {at} of the pack, blob {number}");
            }
        }
    }
}
