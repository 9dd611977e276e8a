//! What a whole run covered, in a file of its own beside what is remembered of single objects.
//!
//! Stands apart because it is replaced as a whole: under another name first, so that runs beside each other read one or
//! the other and never half of one. The file is `MAGIC`, 32 bytes of a keyed BLAKE3 hash, and what was given to be kept.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use super::store::Store;
use crate::visible;

const MAGIC: &[u8; 16] = b"leaklint-whole1\n";
const CODE_BYTES: usize = blake3::OUT_LEN;

/// Larger files (bytes) are neither written nor read: 40 million objects.
const LARGEST: u64 = 1 << 30;

/// The file of one way to look at a repository.
pub(super) struct Extent<'s> {
    store: &'s Store,
    path: PathBuf,
    /// A hash of whatever decides what a report says of a text, besides the store's settings.
    lens: [u8; 32],
}

impl<'s> Extent<'s> {
    pub(super) fn new(store: &'s Store, lens: &[u8; 32]) -> Self {
        let name = store.keyed(&[&lens[..]]).to_hex();
        Self { store, path: store.beside(&name[..32], "whole"), lens: *lens }
    }

    /// What was kept last; nothing when there is no file yet.
    ///
    /// # Errors
    /// In words, when the file is not as one was written with this key; it is deleted then.
    pub(super) fn read(&self) -> Result<Option<Vec<u8>>, String> {
        let Ok(file) = File::open(&self.path) else { return Ok(None) };
        if let Ok(Some(bytes)) = self.parse(file) {
            return Ok(Some(bytes));
        }
        std::fs::remove_file(&self.path).ok();
        let shown = visible::path(&self.path);
        Err(format!(
            "the cache {shown} is damaged or not from here: it was discarded, and everything is listed again"
        ))
    }

    /// Keeps `bytes` instead.
    ///
    /// # Errors
    /// In words, when they cannot be written.
    pub(super) fn write(&self, bytes: &[u8]) -> Result<(), String> {
        let failed =
            |why: io::Error| format!("the cache {} cannot be written: {why}", visible::path(&self.path));
        self.replace(bytes).map_err(failed)
    }

    fn replace(&self, bytes: &[u8]) -> io::Result<()> {
        if bytes.len() as u64 > LARGEST {
            return Ok(());
        }
        let directory = self.path.parent().unwrap_or(Path::new("."));
        let mut file = tempfile::Builder::new().prefix(".whole").tempfile_in(directory)?;
        file.write_all(MAGIC)?;
        file.write_all(self.code(bytes).as_bytes())?;
        file.write_all(bytes)?;
        file.persist(&self.path).map(drop).map_err(|failed| failed.error)
    }

    fn parse(&self, mut file: File) -> io::Result<Option<Vec<u8>>> {
        let length = file.metadata()?.len();
        let mut head = [0; MAGIC.len() + CODE_BYTES];
        if length > LARGEST {
            return Ok(None);
        }
        file.read_exact(&mut head)?;
        let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or(0));
        file.read_to_end(&mut bytes)?;
        let (magic, code) = head.split_at(MAGIC.len());
        let code: [u8; CODE_BYTES] = *code.first_chunk().expect("the rest of the head");
        // The comparison of hashes takes the same time wherever they differ.
        let is_ours = magic == MAGIC && self.code(&bytes) == blake3::Hash::from_bytes(code);
        Ok(is_ours.then_some(bytes))
    }

    fn code(&self, bytes: &[u8]) -> blake3::Hash {
        self.store.keyed(&[&MAGIC[..], &self.lens, bytes])
    }
}
