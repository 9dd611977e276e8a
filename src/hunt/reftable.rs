//! Reflogs of a reftable repository: what git tells of them, and what its tables still hold of those that were deleted.
//!
//! Stands apart because here logs are no files: git packs their messages, so that searching the tables' bytes finds none,
//! and a deleted log stays in them until git writes them anew. The format is that of gitformat-reftable(5).

use std::io::Read as _;
use std::path::Path;

use flate2::read::ZlibDecoder;
use memchr::memchr_iter;

use super::content::{self, Contents};
use super::hit::{Hit, Hunted, Part};
use super::needles::Needles;
use crate::blob::Content;
use crate::source::history::logs;
use crate::source::repository::Repo;

/// What a block of logs begins with; its length in three bytes follows, and then zlib (RFC 1950) with a window of 32 KiB.
const LOGS: u8 = b'g';
const ZLIB: u8 = 0x78;

/// Bytes before what is packed.
const HEAD: usize = 4;

/// Searches the logs that git knows.
pub(super) fn search(repo: &Repo, needles: &Needles, hunted: &mut Hunted) {
    if !repo.keeps_refs_in_tables() {
        return;
    }
    for log in logs::all(repo, &mut hunted.problems) {
        let Content::Bytes(text) = &log.content else { continue };
        let found = content::search(needles, text);
        let name = log.path.as_bytes().to_vec();
        let named = content::search(needles, &name);
        let hit = |place| Hit {
            part: Part::Reflog,
            object: None,
            name: name.clone(),
            commit: None,
            place,
            binary: false,
        };
        hunted.hits.extend(found.places.into_iter().chain(named.places).map(hit));
        hunted.unread(found.unread);
    }
}

/// Whether the file at `path` is a table of refs.
pub(super) fn is_table(path: &Path) -> bool {
    path.extension().is_some_and(|end| end == "ref")
        && path.parent().and_then(Path::file_name).is_some_and(|name| name == "reftable")
}

/// Searches a table with what is packed in it.
pub(super) fn table(needles: &Needles, bytes: &[u8]) -> Contents {
    let mut contents = content::search(needles, bytes);
    for at in memchr_iter(LOGS, bytes) {
        let Some([high, middle, low, ZLIB]) = bytes.get(at + 1..=at + HEAD) else { continue };
        let length = u32::from_be_bytes([0, *high, *middle, *low]);
        let mut block = Vec::new();
        // A block that is cut short still gives what stands before; other bytes that look like one give nothing.
        ZlibDecoder::new(&bytes[at + HEAD..]).take(u64::from(length)).read_to_end(&mut block).ok();
        let packed = content::search(needles, &block);
        contents.places.extend(packed.places);
        contents.unread.extend(packed.unread);
    }
    contents
}
