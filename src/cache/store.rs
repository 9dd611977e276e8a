//! The file of a cache: records in segments, each with a code that only the user's key makes.
//!
//! Stands apart from what is remembered because here the troubles of files live: two runs at once, one that is killed in
//! the middle, bytes that somebody else wrote. A file is `MAGIC`, the number of its bytes that count (eight of them, the
//! lowest first), and segments: the length of the records in bytes (four bytes), the records, 32 bytes of a keyed BLAKE3 hash. A
//! record is a key, four bytes of facts, the number of reasons (one byte), and three bytes for each. Each segment stands for itself, so they may be appended by several runs in any order; what lies behind the bytes that count
//! is left by a run that was killed, and is written over.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::directory::Key;
use super::{KEY_BYTES, REASON_BYTES, Record};
use crate::visible;

const MAGIC: &[u8; 16] = b"leaklint-seen-1\n";
const HEADER_BYTES: u64 = MAGIC.len() as u64 + 8;
/// The fewest bytes of a record.
const RECORD_BYTES: usize = KEY_BYTES + 5;
const CODE_BYTES: usize = blake3::OUT_LEN;

/// Larger files (bytes) are begun anew: 40 million objects.
const LARGEST: u64 = 1 << 30;

/// How long to wait for another run that reads or writes the same file: both take milliseconds.
const PATIENCE: Duration = Duration::from_secs(5);

/// Files that nobody used for so long are deleted: of repositories that are gone, and of older programs and rules.
const KEPT: Duration = Duration::from_secs(60 * 24 * 60 * 60);

/// A cache's file.
pub(super) struct Store {
    path: PathBuf,
    settings: [u8; 32],
    key: Key,
}

impl Store {
    /// The file in `directory` for this repository and these settings.
    pub(super) fn new(directory: &Path, repository: &Path, settings: &[u8; 32], key: Key) -> Self {
        let place = repository.canonicalize().unwrap_or_else(|_| repository.to_owned());
        let mut hasher = blake3::Hasher::new_keyed(&key);
        hasher.update(place.as_os_str().as_encoded_bytes());
        hasher.update(settings);
        let name = hasher.finalize().to_hex();
        Self { path: directory.join(format!("{}.seen", &name[..32])), settings: *settings, key }
    }

    /// A hash that only this key makes, of these settings and `parts`.
    pub(super) fn keyed(&self, parts: &[&[u8]]) -> blake3::Hash {
        let mut hasher = blake3::Hasher::new_keyed(&self.key);
        hasher.update(self.path.as_os_str().as_encoded_bytes()).update(&self.settings);
        parts.iter().for_each(|part| _ = hasher.update(part));
        hasher.finalize()
    }

    /// The path of another file in the same directory.
    pub(super) fn beside(&self, name: &str, extension: &str) -> PathBuf {
        self.path.with_file_name(name).with_extension(extension)
    }

    /// All records; none when there is no file yet.
    ///
    /// # Errors
    /// In words, when the file cannot be read, or is not as one was written with this key; it is emptied then.
    pub(super) fn read(&self) -> Result<Vec<Record>, String> {
        let mut file = match OpenOptions::new().read(true).write(true).open(&self.path) {
            Ok(file) => file,
            Err(why) if why.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(why) => return Err(self.note("cannot be read", &why)),
        };
        lock(&file).map_err(|why| self.note("cannot be read", &why))?;
        let bytes = counting(&mut file).map_err(|why| self.note("cannot be read", &why))?;
        if let Some(records) = bytes.as_deref().and_then(|bytes| self.parse(bytes)) {
            // It was used, which keeps it from being deleted.
            file.set_modified(SystemTime::now()).ok();
            return Ok(records);
        }
        file.set_len(0).map_err(|why| self.note("is damaged and cannot be emptied", &why))?;
        let shown = visible::path(&self.path);
        Err(format!(
            "the cache {shown} is damaged or not from here: it was discarded, and everything is read again"
        ))
    }

    /// Adds records.
    ///
    /// # Errors
    /// In words, when they cannot be written.
    pub(super) fn append(&self, records: &[Record]) -> Result<(), String> {
        self.write(records).map_err(|why| self.note("cannot be written", &why))
    }

    /// Deletes the files of this directory that nobody used for long. What cannot be deleted stays.
    pub(super) fn clear_away(&self) {
        let Some(entries) = self.path.parent().and_then(|directory| directory.read_dir().ok()) else {
            return;
        };
        let now = SystemTime::now();
        let is_ours = |path: &Path| path.extension().is_some_and(|end| end == "seen" || end == "whole");
        for path in entries.flatten().map(|entry| entry.path()).filter(|path| is_ours(path)) {
            let used = fs::symlink_metadata(&path).and_then(|about| about.modified()).ok();
            if used.and_then(|used| now.duration_since(used).ok()).is_some_and(|unused| unused > KEPT) {
                fs::remove_file(path).ok();
            }
        }
    }

    fn write(&self, records: &[Record]) -> io::Result<()> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&self.path)?;
        lock(&file)?;
        let mut end = match counting(&mut file)? {
            Some(bytes) => HEADER_BYTES + bytes.len() as u64,
            None => HEADER_BYTES,
        };
        let mut segment = vec![0; 4];
        for Record { key, facts, dropped } in records {
            segment.extend_from_slice(key);
            segment.extend_from_slice(&facts.to_le_bytes());
            segment.push((dropped.len() / REASON_BYTES) as u8);
            segment.extend_from_slice(dropped);
        }
        let length = (segment.len() - 4) as u32;
        segment[..4].copy_from_slice(&length.to_le_bytes());
        let code = self.code(&segment);
        segment.extend_from_slice(&code);
        if end + segment.len() as u64 > LARGEST {
            file.set_len(0)?;
            end = HEADER_BYTES;
        }
        file.seek(SeekFrom::Start(end))?;
        file.write_all(&segment)?;
        // Only now does the segment count.
        file.seek(SeekFrom::Start(0))?;
        file.write_all(MAGIC)?;
        file.write_all(&(end + segment.len() as u64).to_le_bytes())
    }

    /// The records of all segments; `None` unless every code is right.
    fn parse(&self, mut bytes: &[u8]) -> Option<Vec<Record>> {
        let mut records = Vec::with_capacity(bytes.len() / RECORD_BYTES);
        while !bytes.is_empty() {
            let (length, _) = bytes.split_first_chunk::<4>()?;
            let end = 4 + u32::from_le_bytes(*length) as usize;
            let (segment, rest) = bytes.split_at_checked(end)?;
            let (code, rest) = rest.split_first_chunk::<CODE_BYTES>()?;
            // The comparison of hashes takes the same time wherever they differ.
            if blake3::Hash::from_bytes(self.code(segment)) != blake3::Hash::from_bytes(*code) {
                return None;
            }
            let mut left = &segment[4..];
            while !left.is_empty() {
                let (record, behind) = record(left)?;
                records.push(record);
                left = behind;
            }
            bytes = rest;
        }
        Some(records)
    }

    fn code(&self, segment: &[u8]) -> [u8; CODE_BYTES] {
        let mut hasher = blake3::Hasher::new_keyed(&self.key);
        hasher.update(MAGIC).update(&self.settings).update(segment);
        *hasher.finalize().as_bytes()
    }

    fn note(&self, what: &str, why: &io::Error) -> String {
        format!("the cache {} {what}: {why}", visible::path(&self.path))
    }
}

/// The first record, and what is behind it.
fn record(bytes: &[u8]) -> Option<(Record, &[u8])> {
    let (key, rest) = bytes.split_first_chunk::<KEY_BYTES>()?;
    let (facts, rest) = rest.split_first_chunk()?;
    let (reasons, rest) = rest.split_first()?;
    let (dropped, rest) = rest.split_at_checked(usize::from(*reasons) * REASON_BYTES)?;
    Some((Record { key: *key, facts: u32::from_le_bytes(*facts), dropped: dropped.into() }, rest))
}

/// The bytes behind the header that count; `None` when the file is no cache.
fn counting(file: &mut File) -> io::Result<Option<Vec<u8>>> {
    let len = file.metadata()?.len();
    if len == 0 {
        return Ok(Some(Vec::new()));
    }
    let mut header = [0; HEADER_BYTES as usize];
    if !(HEADER_BYTES..=LARGEST).contains(&len) || file.read_exact(&mut header).is_err() {
        return Ok(None);
    }
    let (magic, end) = header.split_at(MAGIC.len());
    let end = end.first_chunk().map(|end| u64::from_le_bytes(*end)).unwrap_or_default();
    if magic != MAGIC || !(HEADER_BYTES..=len).contains(&end) {
        return Ok(None);
    }
    let mut bytes = Vec::with_capacity((end - HEADER_BYTES) as usize);
    file.take(end - HEADER_BYTES).read_to_end(&mut bytes)?;
    Ok(Some(bytes))
}

/// Waits until no other run reads or writes the file.
fn lock(file: &File) -> io::Result<()> {
    let step = Duration::from_millis(10);
    for _ in 0..PATIENCE.as_millis() / step.as_millis() {
        match file.try_lock() {
            Ok(()) => return Ok(()),
            Err(TryLockError::WouldBlock) => std::thread::sleep(step),
            Err(TryLockError::Error(why)) => return Err(why),
        }
    }
    Err(io::Error::new(io::ErrorKind::TimedOut, "another run has it"))
}
