//! Commits and annotated tags as texts: what a person wrote of them, without what git computed.
//!
//! Stands apart because ranges, hooks and history all read messages, and all must give a line the same number: that of
//! `git cat-file -p`. So nothing is cut out; lines that git computed are left empty.

use std::sync::Arc;

use super::object::{Id, Kind};
use super::objects::{Objects, ReadError, STRUCTURE_BYTES};
use crate::blob::{BlobPath, Commit, Content, Item, Origin, Part};

/// Headers that only git writes, with the lines that continue them (gitformat-signature(5)).
const COMPUTED: [&[u8]; 8] =
    [b"tree", b"parent", b"object", b"type", b"gpgsig", b"gpgsig-sha256", b"encoding", b"HG:extra"];

/// The item of a commit's author, committer and message.
pub(crate) fn commit_item(id: &Id, commit: Arc<Commit>) -> Item {
    let path = BlobPath::from_bytes(format!(".git/commits/{}", id.hex()).as_bytes());
    item(id, Origin { path, repo_path: None, commit: Some(commit), part: Part::CommitMessage })
}

/// The item of an annotated tag's tagger and message.
pub(crate) fn tag_item(id: &Id) -> Item {
    let path = BlobPath::from_bytes(format!(".git/tags/{}", id.hex()).as_bytes());
    item(id, Origin { path, repo_path: None, commit: None, part: Part::TagMessage })
}

/// The text of a commit or tag, as its item is scanned.
///
/// # Errors
/// When the object is not here, is damaged, or is neither.
pub(crate) fn open(objects: &dyn Objects, id: &Id) -> Result<Vec<u8>, ReadError> {
    let (kind, data) = objects.read(id, STRUCTURE_BYTES)?;
    match kind {
        Kind::Commit | Kind::Tag => Ok(written(&data)),
        Kind::Blob | Kind::Tree => Err(ReadError::Corrupt),
    }
}

/// A raw commit or tag with every line empty that git computed. What a merged tag's message says (`mergetag`) stays,
/// because the tag itself may not be here.
pub(crate) fn written(data: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(data.len());
    let (mut headers, mut computed) = (true, false);
    for line in data.split_inclusive(|&byte| byte == b'\n') {
        headers = headers && line != b"\n";
        if headers && line[0] != b' ' {
            let word = line.split(|byte| byte.is_ascii_whitespace()).next().unwrap_or_default();
            computed = COMPUTED.contains(&word);
        }
        if headers && computed {
            text.extend_from_slice(&line[line.len() - usize::from(line.ends_with(b"\n"))..]);
        } else {
            text.extend_from_slice(line);
        }
    }
    text
}

fn item(id: &Id, origin: Origin) -> Item {
    Item { content: Content::Message(id.hex()), origins: vec![origin], added: None, before: None }
}

#[cfg(test)]
mod tests {
    use super::super::objects::memory::Memory;
    use super::*;

    #[test]
    fn what_git_computed_is_empty_and_every_line_keeps_its_number() {
        let id = "ab".repeat(20);
        let raw = format!(
            "tree {id}\nparent {id}\nauthor A <a> 1 +0000\ngpgsig -----BEGIN PGP SIGNATURE-----\n \n iQEz\n \
             -----END PGP SIGNATURE-----\nmergetag object {id}\n tagger T <t> 1 +0000\n \n told\nother kept\n\n\
             tree of words\n parent\n\ngpgsig no header"
        );
        let expected = format!(
            "\n\nauthor A <a> 1 +0000\n\n\n\n\nmergetag object {id}\n tagger T <t> 1 +0000\n \n told\nother kept\n\n\
             tree of words\n parent\n\ngpgsig no header"
        );
        assert_eq!(String::from_utf8(written(raw.as_bytes())).unwrap(), expected);
        assert_eq!(written(b""), b"");
        assert_eq!(written(b"tree"), b"");
        assert_eq!(written(b"\n\xff"), b"\n\xff");
    }

    #[test]
    fn a_blob_is_no_message() {
        let mut store = Memory::default();
        let (blob, tag) = (store.blob("text"), store.add(Kind::Tag, b"object x\ntag v1\n\nsaid\n"));
        assert!(open(&store, &blob).is_err());
        assert_eq!(open(&store, &tag).unwrap(), b"\ntag v1\n\nsaid\n");
    }
}
