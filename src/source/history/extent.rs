//! What a whole listing covered, to be written down: a later run that finds the same repository, or the same and more,
//! goes on from there.
//!
//! Stands apart from what is remembered of single objects because that answers "need this be read?", while this answers
//! "is there anything else?", for which every tree had to be walked.

use std::collections::BTreeMap;

use data_encoding::BASE64;
use serde::{Deserialize, Serialize};

use super::sorted::Sorted;
use crate::blob::BlobPath;
use crate::source::coverage::Coverage;
use crate::source::object::Id;
use crate::source::packs::PackFile;
use crate::source::{Gap, GapKind};

/// Bytes by which a blob at a path is known.
pub(super) const PLACE_BYTES: usize = 16;

/// Kinds of objects whose rows of the coverage are taken over.
const KINDS: [&str; 3] = ["blobs", "commits", "trees"];

/// What a run covered that listed everything and found nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Extent {
    pub(super) head: Head,
    /// Objects that something leads to.
    pub(super) met: Sorted,
    /// Blobs at paths; see [`place`].
    pub(super) places: Sorted,
    /// Those that only an index holds.
    pub(super) staged: Sorted,
    /// Objects that are symbolic links.
    pub(super) links: Sorted,
    /// Objects in files of their own.
    pub(super) loose: Sorted,
    /// Objects that nothing leads to.
    pub(super) lost: Sorted,
    /// Commits and annotated tags that something names.
    pub(super) roots: Sorted,
    /// Trees that something names and that are no commit's.
    pub(super) trees: Sorted,
}

/// The smaller part, by words.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Head {
    /// A hash of all that must be as it was.
    pub(super) fixed: String,
    pub(super) id_len: usize,
    pub(super) packs: Vec<PackFile>,
    /// What the report said was not scanned in full, each path in base64.
    gaps: Vec<(String, Option<String>)>,
    /// Rows of the coverage.
    rows: BTreeMap<String, (u64, BTreeMap<String, u64>)>,
    /// What the scan of blobs and messages counted.
    pub(super) counts: BTreeMap<String, u64>,
    /// How long each list is, in bytes.
    lengths: Vec<usize>,
}

/// A blob at a path, as it is known.
pub(super) fn place(id: &Id, path: &[u8]) -> [u8; PLACE_BYTES] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(id.as_bytes()).update(path);
    *hasher.finalize().as_bytes().first_chunk().expect("a hash is longer than that")
}

impl Head {
    /// Of a repository with these packs, of which that must stay as it is.
    pub(super) fn new(fixed: String, id_len: usize, packs: Vec<PackFile>) -> Self {
        Self { fixed, id_len, packs, ..Self::default() }
    }

    /// Takes over what a report says of gaps and of blobs, commits and trees.
    pub(super) fn take(&mut self, gaps: &[Gap], coverage: &Coverage) {
        let path = |path: &BlobPath| BASE64.encode(path.as_bytes());
        self.gaps =
            gaps.iter().map(|gap| (gap.kind.word().to_owned(), gap.path.as_ref().map(path))).collect();
        self.rows = BTreeMap::new();
        for kind in KINDS {
            let Some(row) = coverage.rows.get(kind) else { continue };
            let gaps = row.skipped.iter().filter(|(reason, _)| GapKind::from_word(reason).is_some());
            let skipped = gaps.map(|(reason, count)| ((*reason).to_owned(), *count)).collect();
            self.rows.insert(kind.to_owned(), (row.scanned, skipped));
        }
    }

    /// The gaps; `None` when one is not as it was written.
    pub(super) fn gaps(&self) -> Option<Vec<Gap>> {
        let path = |text: &String| Some(BlobPath::from_bytes(&BASE64.decode(text.as_bytes()).ok()?));
        let gap = |(kind, text): &(String, Option<String>)| {
            let path = match text {
                Some(text) => Some(path(text)?),
                None => None,
            };
            Some(Gap { kind: GapKind::from_word(kind)?, path })
        };
        self.gaps.iter().map(gap).collect()
    }

    /// Adds the rows to a coverage; `None` when one is not as it was written.
    pub(super) fn count(&self, coverage: &mut Coverage) -> Option<()> {
        for (kind, (scanned, skipped)) in &self.rows {
            let kind = KINDS.into_iter().find(|known| known == kind)?;
            coverage.scanned(kind, *scanned);
            for (reason, count) in skipped {
                coverage.skipped(kind, GapKind::from_word(reason)?.word(), *count);
            }
        }
        Some(())
    }
}

impl Extent {
    /// What [`Extent::bytes`] gave; `None` when it is not that.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let (length, rest) = bytes.split_first_chunk::<8>()?;
        let (head, mut rest) = rest.split_at_checked(usize::try_from(u64::from_le_bytes(*length)).ok()?)?;
        let head: Head = serde_json::from_slice(head).ok()?;
        let [met, places, staged, links, loose, lost, roots, trees] = head.lengths.as_slice() else {
            return None;
        };
        let mut next = |width: usize, length: &usize| {
            let (list, behind) = rest.split_at_checked(*length)?;
            rest = behind;
            Sorted::read(width, list)
        };
        let id_len = head.id_len;
        Some(Self {
            met: next(id_len, met)?,
            places: next(PLACE_BYTES, places)?,
            staged: next(PLACE_BYTES, staged)?,
            links: next(id_len, links)?,
            loose: next(id_len, loose)?,
            lost: next(id_len, lost)?,
            roots: next(id_len, roots)?,
            trees: next(id_len, trees)?,
            head,
        })
    }

    /// As it is written down: the length of the head in eight bytes, the lowest first, the head as JSON, the lists.
    pub(super) fn bytes(&self) -> Vec<u8> {
        let Self { met, places, staged, links, loose, lost, roots, trees, .. } = self;
        let lists = [met, places, staged, links, loose, lost, roots, trees].map(Sorted::bytes);
        let head = Head { lengths: lists.iter().map(|list| list.len()).collect(), ..self.head.clone() };
        let head = serde_json::to_vec(&head).expect("it has only words and numbers");
        let length = (head.len() as u64).to_le_bytes();
        [&[&length[..], &head][..], &lists].concat().concat()
    }

    /// True for an object that something led to.
    pub(super) fn has_met(&self, id: &Id) -> bool {
        self.met.contains(id.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn extent() -> Extent {
        let ids: Vec<[u8; 20]> = (0..9).map(|byte| [byte; 20]).collect();
        let some =
            |range: std::ops::Range<usize>| Sorted::of(20, ids[range].iter().map(<[u8; 20]>::as_slice));
        let at = |path: &[u8]| place(&Id::from_bytes(&ids[1]).unwrap(), path);
        let (one, other) = (at(b"a"), at(b"b/\xff"));
        assert_ne!(one, other);
        let mut head = Head::new("x".to_owned(), 20, Vec::new());
        head.counts.insert("files".to_owned(), u64::MAX);
        let mut coverage = Coverage::default();
        coverage.scanned("blobs", 7);
        coverage.skipped("blobs", GapKind::SymbolicLink.word(), 2);
        coverage.scanned("tags", 3);
        coverage.skipped("commits", "collected", 4);
        let gaps = [
            Gap { kind: GapKind::SymbolicLink, path: Some(BlobPath::from_bytes(b"a\xff\n")) },
            Gap { kind: GapKind::Shallow, path: None },
        ];
        head.take(&gaps, &coverage);
        Extent {
            head,
            met: some(0..5),
            places: Sorted::of(PLACE_BYTES, [one.as_slice(), &other]),
            staged: Sorted::of(PLACE_BYTES, [other.as_slice()]),
            links: some(1..2),
            loose: some(0..3),
            lost: some(5..9),
            roots: some(0..1),
            trees: some(2..3),
        }
    }

    #[test]
    fn what_is_written_is_read_again_and_nothing_else() {
        let extent = extent();
        let bytes = extent.bytes();
        let read = Extent::read(&bytes).unwrap();
        assert_eq!(
            Extent { head: Head { lengths: Vec::new(), ..read.head.clone() }, ..read.clone() },
            extent
        );
        assert!(read.head.gaps() == extent.head.gaps() && read.head.gaps().unwrap().len() == 2);
        let mut coverage = Coverage::default();
        read.head.count(&mut coverage).unwrap();
        assert_eq!(coverage.rows["blobs"].considered(), 9);
        assert_eq!(coverage.rows.len(), 1, "nothing of tags, and commits that are gone are counted anew");
        assert!((0..bytes.len()).all(|end| Extent::read(&bytes[..end]).is_none()));
    }
}
