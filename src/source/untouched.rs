//! Files of the working tree that git takes for unchanged, by the same signs: then the copy that the index names need not
//! be unpacked and hashed. For a hook that reads a large baseline this is most of its time.

use std::fs::Metadata;
use std::path::Path;

/// What the index says of a file as it was when it was added (gitformat-index(5)): times in seconds and nanoseconds, sizes
/// in bytes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stat {
    modified: Time,
    changed: Time,
    size: u32,
    inode: u32,
}

/// Seconds since 1970 and nanoseconds.
pub(crate) type Time = (i64, u32);

impl Stat {
    pub(crate) fn in_index(entry: &git2::IndexEntry) -> Self {
        let time = |time: git2::IndexTime| (i64::from(time.seconds()), time.nanoseconds());
        Self {
            modified: time(entry.mtime),
            changed: time(entry.ctime),
            size: entry.file_size,
            inode: entry.ino,
        }
    }

    /// The bytes of the file at `path`, if they have the signs of what was added and of being `size` bytes long there too,
    /// as they are not where git converts line ends. A file changed no earlier than the index itself was written (`index`)
    /// may have been changed again at the same moment.
    pub(crate) fn read(&self, path: &Path, size: u64, index: Time) -> Option<Vec<u8>> {
        let now = || path.symlink_metadata().ok().and_then(|there| signs(&there));
        let same = self.modified < index && u64::from(self.size) == size && now()? == *self;
        let bytes = same.then(|| std::fs::read(path).ok()).flatten()?;
        (now()? == *self && bytes.len() as u64 == size).then_some(bytes)
    }
}

/// When a file was last written to.
pub(crate) fn modified(path: &Path) -> Option<Time> {
    signs(&path.metadata().ok()?).map(|signs| signs.modified)
}

#[cfg(unix)]
fn signs(there: &Metadata) -> Option<Stat> {
    use std::os::unix::fs::MetadataExt as _;
    let time = |seconds, nanoseconds| Some((seconds, u32::try_from(nanoseconds).ok()?));
    there.is_file().then_some(())?;
    Some(Stat {
        modified: time(there.mtime(), there.mtime_nsec())?,
        changed: time(there.ctime(), there.ctime_nsec())?,
        size: u32::try_from(there.size()).ok()?,
        // The index has room for the lower half.
        inode: there.ino() as u32,
    })
}

/// Elsewhere the index holds other signs.
#[cfg(not(unix))]
const fn signs(_: &Metadata) -> Option<Stat> {
    None
}
