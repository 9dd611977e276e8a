//! The lines of a baseline, of which only those are read that somebody asks for.
//!
//! Stands apart from strict reading because a hook that finds one accepted value must not pay for ten thousand entries.
//! What is not asked for is only looked at from outside: a line that begins or ends unlike an entry sends the whole file
//! to the strict reader, which says what is wrong with it.

use std::collections::{BTreeSet, HashSet};

use memchr::memchr_iter;
use memchr::memmem::Finder;

use super::flaws::LONGEST_LINE;
use super::{Baseline, file};
use crate::error::Error;

/// What stands before an entry's hash.
const HASH: &[u8] = b"\"hash\":\"";

/// Few lines have fewer bytes.
const SHORT_LINE: usize = 128;

/// A baseline whose salts are known and whose entries are not.
pub(super) struct Sheet {
    bytes: Vec<u8>,
    display_name: String,
    lines: Vec<Line>,
    salts: Vec<[u8; 32]>,
}

/// Where a line stands in the file, in bytes.
struct Line {
    start: usize,
    end: usize,
    /// Where its hash begins; `None` for headers and for lines whose hash does not stand where this program writes it.
    hash: Option<usize>,
}

/// How far a baseline was read.
pub(super) enum Extent {
    /// To the end.
    Whole(Baseline),
    /// As far as its salts.
    Salts(Sheet),
}

impl Sheet {
    /// Reads the salts of a baseline, or all of it where a line does not look like one of its lines.
    ///
    /// # Errors
    /// Those of [`Baseline::read`].
    pub(super) fn open(bytes: Vec<u8>, display_name: String) -> Result<Extent, Error> {
        file::check_size(bytes.len() as u64, &display_name)?;
        let Some(lines) = lines(&bytes) else {
            return Baseline::read(&bytes, &display_name).map(Extent::Whole);
        };
        let mut sheet = Self { bytes, display_name, lines, salts: Vec::new() };
        sheet.salts = sheet.with(&HashSet::new())?.salts;
        Ok(Extent::Salts(sheet))
    }

    /// The salts, sorted.
    pub(super) fn salts(&self) -> &[[u8; 32]] {
        &self.salts
    }

    /// The baseline with at least the entries of these hashes, hexadecimal digits each.
    ///
    /// # Errors
    /// Those of [`Baseline::read`], for all lines when one of those that are read is broken.
    pub(super) fn with(&self, hashes: &HashSet<&[u8]>) -> Result<Baseline, Error> {
        let mut wanted = Vec::new();
        for line in &self.lines {
            let digits = |at: usize| self.bytes[at..line.end].split(|&byte| byte == b'"').next();
            let is_asked =
                |at| !hashes.is_empty() && digits(at).is_some_and(|digits| hashes.contains(digits));
            if line.hash.is_none_or(is_asked) {
                wanted.extend_from_slice(&self.bytes[line.start..line.end]);
            }
        }
        Baseline::read(&wanted, &self.display_name).or_else(|_| self.whole())
    }

    /// All of it.
    ///
    /// # Errors
    /// Those of [`Baseline::read`].
    pub(super) fn whole(&self) -> Result<Baseline, Error> {
        Baseline::read(&self.bytes, &self.display_name)
    }
}

/// The lines of a baseline; `None` when one of them, seen from outside, is none.
fn lines(bytes: &[u8]) -> Option<Vec<Line>> {
    let mut lines: Vec<Line> = Vec::with_capacity(bytes.len() / SHORT_LINE);
    let mut start = 0;
    for end in memchr_iter(b'\n', bytes).map(|at| at + 1).chain([bytes.len()]) {
        let line = bytes[start..end].trim_ascii();
        let is_in_shape = line.starts_with(b"{") && line.ends_with(b"}") && line.len() <= LONGEST_LINE;
        match line.is_empty() {
            true => {}
            false if is_in_shape => lines.push(Line { start, end, hash: None }),
            false => return None,
        }
        start = end;
    }
    let mut unsure = BTreeSet::new();
    let mut at = 0;
    for found in Finder::new(HASH).find_iter(bytes) {
        while lines[at].end <= found {
            at += 1;
        }
        // Said twice, it is for the strict reader.
        if lines[at].hash.replace(found + HASH.len()).is_some() {
            unsure.insert(at);
        }
    }
    // JSON may spell any key and any text with a backslash.
    unsure.extend(memchr_iter(b'\\', bytes).map(|found| of(&lines, found)));
    unsure.into_iter().for_each(|at| lines[at].hash = None);
    Some(lines)
}

/// The line that the byte at `place` stands in, which is none of those between lines.
fn of(lines: &[Line], place: usize) -> usize {
    lines.partition_point(|line| line.end <= place)
}
