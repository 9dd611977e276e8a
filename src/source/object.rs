//! Git objects as bytes: ids, trees, commits and tags, parsed here rather than by a library.
//!
//! Stands apart so that whoever decodes packs (libgit2, a `git` child, later gix-pack) only has to hand over bytes, and
//! so that SHA-256 ids, broken encodings and malformed entries are treated alike whatever read them. The formats are
//! those of gitformat-pack(5), gitdatamodel(7) and `Documentation/technical/` in git's own tree.

use crate::blob::Commit;

/// A map whose keys come from a repository.
pub(crate) type Map<K, V> = std::collections::HashMap<K, V, foldhash::fast::RandomState>;

/// A set of what comes from a repository.
pub(crate) type Set<K> = std::collections::HashSet<K, foldhash::fast::RandomState>;

/// An object id: 20 bytes (SHA-1) or 32 (SHA-256).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Id {
    bytes: [u8; 32],
    len: u8,
}

impl std::fmt::Debug for Id {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.hex())
    }
}

impl Id {
    /// An id from its raw bytes; `None` unless there are 20 or 32.
    pub(crate) fn from_bytes(raw: &[u8]) -> Option<Self> {
        if raw.len() != 20 && raw.len() != 32 {
            return None;
        }
        let mut bytes = [0; 32];
        bytes[..raw.len()].copy_from_slice(raw);
        Some(Self { bytes, len: raw.len() as u8 })
    }

    /// An id from 40 or 64 hex digits.
    pub(crate) fn from_hex(hex: &[u8]) -> Option<Self> {
        if hex.len() != 40 && hex.len() != 64 {
            return None;
        }
        let digit = |byte: u8| (byte as char).to_digit(16).map(|value| value as u8);
        let pair = |pair: &[u8]| Some(digit(pair[0])? << 4 | digit(pair[1])?);
        Self::from_bytes(&hex.chunks_exact(2).map(pair).collect::<Option<Vec<u8>>>()?)
    }

    /// The raw bytes.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.len)]
    }

    /// True for the id that stands for no object: only zeros.
    pub(crate) fn is_zero(&self) -> bool {
        self.as_bytes().iter().all(|&byte| byte == 0)
    }

    /// The id in hex.
    pub(crate) fn hex(&self) -> String {
        data_encoding::HEXLOWER.encode(self.as_bytes())
    }
}

/// What an object is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Blob,
    Tree,
    Commit,
    Tag,
}

impl Kind {
    /// The kind that git calls `name`.
    pub(crate) fn from_name(name: &[u8]) -> Option<Self> {
        match name {
            b"blob" => Some(Self::Blob),
            b"tree" => Some(Self::Tree),
            b"commit" => Some(Self::Commit),
            b"tag" => Some(Self::Tag),
            _ => None,
        }
    }
}

/// What a tree or index entry stands for. The executable bit is no content and is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Mode {
    File,
    Link,
    Submodule,
    Directory,
}

impl Mode {
    /// The mode that git reads in these bits: what is no file, link or directory is a submodule, as in git's
    /// `canon_mode`.
    pub(crate) const fn from_bits(bits: u32) -> Self {
        match bits & 0o170_000 {
            0o100_000 => Self::File,
            0o120_000 => Self::Link,
            0o040_000 => Self::Directory,
            _ => Self::Submodule,
        }
    }

    /// The mode written in octal digits.
    pub(crate) fn from_octal(digits: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(digits).ok()?;
        u32::from_str_radix(text, 8).ok().map(Self::from_bits)
    }
}

/// One entry of a tree.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct TreeEntry<'t> {
    pub(crate) mode: Mode,
    pub(crate) name: &'t [u8],
    pub(crate) id: Id,
}

impl<'t> TreeEntry<'t> {
    /// The entry that `data`, the rest of a tree object, begins with, and its length in bytes. `id_len` is 20 or 32.
    pub(crate) fn first(data: &'t [u8], id_len: usize) -> Option<(Self, usize)> {
        let space = memchr::memchr(b' ', data)?;
        let nul = space + memchr::memchr(0, &data[space..])?;
        let id = Id::from_bytes(data.get(nul + 1..nul + 1 + id_len)?)?;
        let name = &data[space + 1..nul];
        Some((Self { mode: Mode::from_octal(&data[..space])?, name, id }, nul + 1 + id_len))
    }
}

/// The entries of a tree object in their order; `None` when the bytes are no tree. `id_len` is 20 or 32.
pub(crate) fn tree_entries(mut data: &[u8], id_len: usize) -> Option<Vec<TreeEntry<'_>>> {
    let mut entries = Vec::with_capacity(data.len() / 40);
    while !data.is_empty() {
        let (entry, length) = TreeEntry::first(data, id_len)?;
        entries.push(entry);
        data = &data[length..];
    }
    Some(entries)
}

/// What a commit object says.
pub(crate) struct CommitData {
    pub(crate) tree: Id,
    pub(crate) parents: Vec<Id>,
    /// Committer time, seconds since 1970; 0 when it cannot be read.
    pub(crate) time: i64,
    /// Author as `Name <mail>`, invalid UTF-8 replaced.
    pub(crate) author: String,
    /// Author date, RFC 3339 with the author's offset; empty when it cannot be read.
    pub(crate) date: String,
}

impl CommitData {
    /// Reads a commit object; `None` when it has no tree or a malformed parent.
    pub(crate) fn parse(data: &[u8]) -> Option<Self> {
        let mut commit = Self {
            tree: Id::from_hex(first_line(data).strip_prefix(b"tree ")?)?,
            parents: Vec::new(),
            time: 0,
            author: String::new(),
            date: String::new(),
        };
        for line in data.split(|&byte| byte == b'\n').skip(1).take_while(|line| !line.is_empty()) {
            if let Some(hex) = line.strip_prefix(b"parent ") {
                commit.parents.push(Id::from_hex(hex)?);
            } else if let Some(text) = line.strip_prefix(b"author ") {
                let (name, seconds, offset) = signature(text);
                commit.author = name;
                commit.date = rfc3339(seconds, offset).unwrap_or_default();
            } else if let Some(text) = line.strip_prefix(b"committer ") {
                commit.time = signature(text).1.unwrap_or(0);
            }
        }
        Some(commit)
    }

    /// As the commit of an origin.
    pub(crate) fn named(&self, id: &Id) -> Commit {
        Commit { id: id.hex(), author: self.author.clone(), date: self.date.clone() }
    }
}

/// The object that an annotated tag points at.
pub(crate) fn tag_target(data: &[u8]) -> Option<Id> {
    Id::from_hex(first_line(data).strip_prefix(b"object ")?)
}

fn first_line(data: &[u8]) -> &[u8] {
    &data[..memchr::memchr(b'\n', data).unwrap_or(data.len())]
}

/// `Name <mail> 1700000000 +0100` as name with mail, seconds, offset in minutes.
fn signature(text: &[u8]) -> (String, Option<i64>, i32) {
    let end = memchr::memrchr(b'>', text).map_or(text.len(), |at| at + 1);
    let name = String::from_utf8_lossy(&text[..end]).into_owned();
    let rest = String::from_utf8_lossy(&text[end..]);
    let mut words = rest.split_ascii_whitespace();
    let seconds = words.next().and_then(|word| word.parse().ok());
    let offset = words.next().and_then(|word| word.parse::<i32>().ok()).unwrap_or(0);
    (name, seconds, (offset / 100).saturating_mul(60).saturating_add(offset % 100))
}

fn rfc3339(seconds: Option<i64>, offset_minutes: i32) -> Option<String> {
    let moment = jiff::Timestamp::from_second(seconds?).ok()?;
    let offset =
        jiff::tz::Offset::from_seconds(offset_minutes.checked_mul(60)?).unwrap_or(jiff::tz::Offset::UTC);
    Some(moment.display_with_offset(offset).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_go_from_hex_to_bytes_and_back() {
        for hex in ["4b825dc642cb6eb9a060e54bf8d69288fbee4904".to_owned(), "ab".repeat(32)] {
            assert_eq!(Id::from_hex(hex.as_bytes()).map(|id| id.hex()), Some(hex));
        }
        assert!(Id::from_hex(b"4b825dc").is_none());
        assert!(Id::from_hex("zz".repeat(20).as_bytes()).is_none());
        assert!(Id::from_hex("é".repeat(20).as_bytes()).is_none());
    }

    #[test]
    fn a_commit_with_broken_encoding_is_still_read() {
        let tree = "ab".repeat(20);
        let mut data = format!("tree {tree}\nparent {tree}\nauthor ").into_bytes();
        data.extend_from_slice(
            b"J\xf6rg <j@x> 1700000000 +0130\ncommitter C <c> 1700000100 -0800\n\nparent x\n",
        );
        let commit = CommitData::parse(&data).expect("a commit");
        assert_eq!(commit.author, "J\u{fffd}rg <j@x>");
        assert_eq!(commit.date, "2023-11-14T23:43:20+01:30");
        assert_eq!(commit.time, 1_700_000_100);
        assert_eq!(commit.parents.len(), 1);
    }

    #[test]
    fn a_commit_without_a_readable_date_has_none() {
        let tree = "ab".repeat(20);
        let odd = [
            "author",
            "author A <a>",
            "author A <a> 99999999999999999999 +0000",
            "author A <a> x +99999999999",
        ];
        for author in odd {
            let commit =
                CommitData::parse(format!("tree {tree}\n{author}\n\n").as_bytes()).expect("a commit");
            assert_eq!(commit.date, "", "{author}");
        }
        let far = format!("tree {tree}\nauthor A <a> 5 +999999\n");
        assert_eq!(CommitData::parse(far.as_bytes()).expect("a commit").date, "1970-01-01T00:00:05+00:00");
        assert!(CommitData::parse(b"").is_none());
        assert!(CommitData::parse(format!("tree {tree}\nparent 12\n").as_bytes()).is_none());
    }

    #[test]
    fn a_tree_is_read_to_its_end_or_not_at_all() {
        let mut data = b"100644 a b\0".to_vec();
        data.extend_from_slice(&[7; 20]);
        data.extend_from_slice(b"40000 d\0");
        data.extend_from_slice(&[8; 20]);
        let entries = tree_entries(&data, 20).expect("a tree");
        assert_eq!(entries[0].name, b"a b");
        assert_eq!((entries[0].mode, entries[1].mode), (Mode::File, Mode::Directory));
        assert_eq!(entries[1].id.as_bytes(), [8; 20]);
        assert!(tree_entries(&data[..data.len() - 1], 20).is_none());
        assert!(tree_entries(b"10x644 a\0", 20).is_none());
    }

    #[test]
    fn modes_are_read_as_git_reads_them() {
        let modes = [(b"100755", Mode::File), (b"100664", Mode::File), (b"120000", Mode::Link)];
        modes.iter().for_each(|(digits, mode)| assert_eq!(Mode::from_octal(*digits), Some(*mode)));
        assert_eq!(Mode::from_octal(b"160000"), Some(Mode::Submodule));
    }
}
