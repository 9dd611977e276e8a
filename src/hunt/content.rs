//! The bytes of one thing (a blob, a file, a message), searched with what is packed inside them.
//!
//! Stands apart because unpacking has limits of its own: a few bytes may unpack to more than any disk holds, and archives
//! nest. gzip and zip are unpacked, also where base64 of gzip stands in a text (Helm keeps its releases so); what else is
//! packed, or is over the limits, is counted as not looked into.

use std::collections::BTreeSet;
use std::io::{Cursor, Read};

use base64::Engine as _;
use base64::alphabet;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use flate2::read::{GzDecoder, MultiGzDecoder};
use memchr::memmem;

use super::needles::{Found, Needles};
use crate::secret::Secret;

/// What is above this size (bytes) is read in windows where that is possible.
pub(super) const WHOLE: u64 = 64 << 20;

/// Bytes that one thing may unpack to: this many, [`RATIO`] times its own size besides, and [`UNPACKED`] at most.
const SMALL: u64 = 16 << 20;

/// See [`SMALL`]. Text packs to a tenth, bombs to a thousandth.
const RATIO: u64 = 100;

/// See [`SMALL`].
const UNPACKED: u64 = 256 << 20;

/// Bytes of one packed file: it is held in memory.
const ENTRY: u64 = 64 << 20;

/// Archives inside archives: followed this far.
const DEPTH: usize = 4;

/// Files of one zip that are looked at.
const ENTRIES: usize = 100_000;

/// Places told of one thing.
const PLACES: usize = 1000;

/// How gzip begins: its mark and the only method there is (RFC 1952, 2.3.1).
const GZIP: &[u8] = b"\x1f\x8b\x08";

/// How gzip (RFC 1952) begins in base64, and base64 of that in base64.
const GZIP_IN_BASE64: [&[u8]; 2] = [b"H4sI", b"SDRzS"];

/// Runs of base64 that begin so and are decoded in one thing.
const RUNS: usize = 1000;

/// Archives that are not unpacked, by their first bytes: bzip2, xz, Zstandard, 7-Zip, RAR.
const OTHERS: [&[u8]; 5] =
    [b"BZh", b"\xfd7zXZ\0", b"\x28\xb5\x2f\xfd", b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07"];

/// A value in the bytes of one thing.
pub(crate) struct Place {
    pub(crate) found: Found,
    /// 1-based; in what was unpacked, where there is something.
    pub(crate) line: u64,
    /// What stands there, as it is written.
    pub(crate) bytes: Secret,
    /// What had to be unpacked, outermost first.
    pub(crate) inside: Vec<Packed>,
}

/// A way in which bytes were packed.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Packed {
    /// gzip.
    Gzip,
    /// Base64 of something packed.
    Base64,
    /// A file in a zip archive, by its name.
    Zip(Vec<u8>),
}

/// What the search of one thing came to.
#[derive(Default)]
pub(crate) struct Contents {
    pub(crate) places: Vec<Place>,
    /// What was not looked into, in kebab-case words.
    pub(crate) unread: BTreeSet<&'static str>,
}

/// Searches `bytes` and what is packed in them.
pub(crate) fn search(needles: &Needles, bytes: &[u8]) -> Contents {
    let left = (SMALL + bytes.len() as u64 * RATIO).min(UNPACKED);
    let mut search = Search { needles, contents: Contents::default(), left };
    search.all(bytes, &[]);
    search.contents
}

/// Searches what `from` yields in windows, for what is too large to be held. Archives are not unpacked.
///
/// # Errors
/// When it cannot be read to its end.
pub(crate) fn search_stream(needles: &Needles, mut from: impl Read) -> std::io::Result<Contents> {
    let mut contents = Contents::default();
    let mut window = Vec::new();
    let (mut line, mut before) = (1, 0);
    loop {
        let room = (needles.overlap() * 2).max(WINDOW);
        let read = from.by_ref().take(room as u64).read_to_end(&mut window)?;
        if before == 0 && is_packed(&window) {
            contents.unread.insert("large-archive");
        }
        let mut search = Search { needles, contents: std::mem::take(&mut contents), left: 0 };
        search.plain(&window, &[], line);
        contents = search.contents;
        if read < room {
            return Ok(distinct(contents));
        }
        let shared = window.len() - needles.overlap().min(window.len());
        line += count_lines(&window[..shared]);
        before += shared;
        window.drain(..shared);
    }
}

/// Bytes read at a time of what is not held in memory.
const WINDOW: usize = 8 << 20;

/// What stands where two windows overlap was found twice: the same line, the same bytes.
fn distinct(mut contents: Contents) -> Contents {
    let mut seen = BTreeSet::new();
    contents
        .places
        .retain(|place| seen.insert((place.line, place.found.value, place.found.form, place.found.split)));
    contents
}

struct Search<'n> {
    needles: &'n Needles,
    contents: Contents,
    /// Bytes that may still be unpacked.
    left: u64,
}

impl Search<'_> {
    /// Searches `bytes` as they are and unpacked. Calls itself for what was unpacked, at most [`DEPTH`] deep.
    fn all(&mut self, bytes: &[u8], inside: &[Packed]) {
        self.plain(bytes, inside, 1);
        if OTHERS.iter().any(|start| bytes.starts_with(start)) {
            self.unread("archive");
        }
        let within = |start: &[u8]| memmem::find(bytes, start).is_some();
        if !is_zip(bytes) && !within(GZIP) && !GZIP_IN_BASE64.into_iter().any(within) {
            return;
        }
        if inside.len() == DEPTH {
            self.unread("nested-archive");
            return;
        }
        if is_zip(bytes) {
            self.zip(bytes, inside);
        }
        self.gzip(bytes, inside);
        self.base64(bytes, inside);
    }

    fn plain(&mut self, bytes: &[u8], inside: &[Packed], mut line: u64) {
        let searched = self.needles.search(bytes);
        if searched.gave_up {
            self.unread("broken-values");
        }
        let mut counted = 0;
        for found in searched.found {
            if self.contents.places.len() == PLACES {
                self.unread("further-places");
                return;
            }
            line += count_lines(&bytes[counted..found.start]);
            counted = found.start;
            let bytes = Secret::new(&bytes[found.start..found.end]);
            self.contents.places.push(Place { found, line, bytes, inside: inside.to_vec() });
        }
    }

    /// gzip at the beginning, and wherever in something else it may begin: in a tar archive or a program.
    fn gzip(&mut self, bytes: &[u8], inside: &[Packed]) {
        let inside = [inside, &[Packed::Gzip]].concat();
        for (number, at) in memmem::find_iter(bytes, GZIP).enumerate() {
            if number == RUNS {
                return self.unread("unpacking-budget");
            }
            match at {
                0 => self.unpacked(MultiGzDecoder::new(bytes), &inside),
                // Three bytes may stand there by chance: only what unpacks is looked at.
                at if GzDecoder::new(&bytes[at..]).read(&mut [0; 64]).is_ok_and(|read| read > 0) => {
                    self.unpacked(GzDecoder::new(&bytes[at..]), &inside);
                }
                _ => {}
            }
        }
    }

    fn zip(&mut self, bytes: &[u8], inside: &[Packed]) {
        let Ok(mut archive) = zip::ZipArchive::new(Cursor::new(bytes)) else {
            self.unread("damaged-archive");
            return;
        };
        if archive.len() > ENTRIES {
            self.unread("large-archive");
        }
        for number in 0..archive.len().min(ENTRIES) {
            match archive.by_index(number) {
                Ok(entry) => {
                    let layer = Packed::Zip(entry.name_raw().to_vec());
                    let names = self.needles.search(entry.name_raw());
                    if !names.found.is_empty() {
                        let name = entry.name_raw().to_vec();
                        self.plain(&name, &[inside, std::slice::from_ref(&layer)].concat(), 1);
                    }
                    self.unpacked(entry, &[inside, &[layer]].concat());
                }
                // Encrypted, or packed in another way than deflate.
                Err(_) => self.unread("archive"),
            }
        }
    }

    /// Base64 that begins like gzip: the run from there on, with its line ends.
    fn base64(&mut self, bytes: &[u8], inside: &[Packed]) {
        let config = GeneralPurposeConfig::new()
            .with_decode_allow_trailing_bits(true)
            .with_decode_padding_mode(DecodePaddingMode::Indifferent);
        let engine = GeneralPurpose::new(&alphabet::STANDARD, config);
        let mut runs = 0;
        for start in GZIP_IN_BASE64 {
            let mut from = 0;
            while let Some(at) = memmem::find(&bytes[from..], start).map(|at| from + at) {
                let (run, end) = run(bytes, at);
                from = end;
                runs += 1;
                if runs > RUNS {
                    self.unread("unpacking-budget");
                    return;
                }
                if let Some(decoded) = engine.decode(&run).ok().filter(|d| d.len() as u64 <= self.left) {
                    self.left -= decoded.len() as u64;
                    self.all(&decoded, &[inside, &[Packed::Base64]].concat());
                }
            }
        }
    }

    fn unpacked(&mut self, from: impl Read, inside: &[Packed]) {
        let mut data = Vec::new();
        let limit = self.left.min(ENTRY);
        let whole = from.take(limit + 1).read_to_end(&mut data);
        if whole.is_err() {
            self.unread("damaged-archive");
        }
        if data.len() as u64 > limit {
            self.unread("unpacking-budget");
        }
        self.left -= limit.min(data.len() as u64);
        self.all(&data, inside);
    }

    fn unread(&mut self, what: &'static str) {
        self.contents.unread.insert(what);
    }
}

/// The characters of base64 from `at` on without line ends and padding, and where they end.
fn run(bytes: &[u8], at: usize) -> (Vec<u8>, usize) {
    let mut run = Vec::new();
    for (offset, &byte) in bytes[at..].iter().enumerate() {
        match byte {
            b'-' => run.push(b'+'),
            b'_' => run.push(b'/'),
            b'+' | b'/' | b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => run.push(byte),
            b'\n' | b'\r' | b' ' => {}
            _ => return (group(run), at + offset),
        }
    }
    (group(run), bytes.len())
}

/// One character alone in the last group of four is no base64.
fn group(mut run: Vec<u8>) -> Vec<u8> {
    if run.len() % 4 == 1 {
        run.pop();
    }
    run
}

fn is_packed(bytes: &[u8]) -> bool {
    bytes.starts_with(GZIP) || is_zip(bytes)
}

/// A zip archive, also one that a program or a picture stands before: its end is what counts (APPNOTE.TXT, 4.3.16).
fn is_zip(bytes: &[u8]) -> bool {
    let end = &bytes[bytes.len().saturating_sub(66 << 10)..];
    bytes.starts_with(b"PK\x03\x04") || memmem::rfind(end, b"PK\x05\x06").is_some()
}

fn count_lines(bytes: &[u8]) -> u64 {
    memchr::memchr_iter(b'\n', bytes).count() as u64
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use base64::engine::general_purpose::STANDARD;

    use super::*;

    const VALUE: &str = "Sq8-wert/Zu2+pp";

    fn needles() -> Needles {
        Needles::new(&[Secret::new(VALUE.as_bytes())]).expect("one value")
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(bytes).expect("memory");
        encoder.finish().expect("memory")
    }

    fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in files {
            let options =
                zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
            writer.start_file(*name, options).expect("memory");
            writer.write_all(bytes).expect("memory");
        }
        writer.finish().expect("memory").into_inner()
    }

    fn told(bytes: &[u8]) -> Vec<(u64, Vec<String>)> {
        let layer = |packed: &Packed| match packed {
            Packed::Gzip => "gzip".to_owned(),
            Packed::Base64 => "base64".to_owned(),
            Packed::Zip(name) => format!("zip:{}", String::from_utf8_lossy(name)),
        };
        let places = search(&needles(), bytes).places;
        places.iter().map(|place| (place.line, place.inside.iter().map(layer).collect())).collect()
    }

    #[test]
    fn archives_in_archives_are_looked_into() {
        let text = format!("a\nb {VALUE}\n");
        assert_eq!(told(&gzip(text.as_bytes())), [(2, vec!["gzip".to_owned()])]);
        let inner = gzip(text.as_bytes());
        let outer = zip(&[("x/y.gz", &inner), ("plain", b"nothing")]);
        assert_eq!(told(&outer), [(2, vec!["zip:x/y.gz".to_owned(), "gzip".to_owned()])]);
        let tar = [&[b'x'; 512], inner.as_slice(), &[0; 700]].concat();
        assert_eq!(told(&tar), [(2, vec!["gzip".to_owned()])], "gzip in a tar archive");
        let before = [b"#!/bin/sh\n".repeat(9).as_slice(), &outer].concat();
        assert_eq!(told(&before).len(), 1, "a zip behind a program");
        let helm = format!("release: {}\n", STANDARD.encode(STANDARD.encode(gzip(text.as_bytes()))));
        let layers = ["base64", "base64", "gzip"].map(str::to_owned).to_vec();
        assert_eq!(told(helm.as_bytes()), [(2, layers)]);
    }

    #[test]
    fn what_is_not_looked_into_is_said() {
        let bomb = gzip(&vec![b'a'; 40 << 20]);
        assert_eq!(search(&needles(), &bomb).unread, BTreeSet::from(["unpacking-budget"]));
        let whole = gzip(&vec![b'a'; 1 << 20]);
        assert_eq!(search(&needles(), &whole[..whole.len() / 2]).unread, BTreeSet::from(["damaged-archive"]));
        let mut nested = gzip(VALUE.as_bytes());
        (0..DEPTH).for_each(|_| nested = gzip(&nested));
        assert_eq!(search(&needles(), &nested).unread, BTreeSet::from(["nested-archive"]));
        assert_eq!(search(&needles(), b"BZh91AY").unread, BTreeSet::from(["archive"]));
    }

    #[test]
    fn a_stream_is_searched_across_its_windows() {
        let mut bytes = b"x\n".repeat((WINDOW / 2) - 4);
        bytes.extend_from_slice(VALUE.as_bytes());
        bytes.extend_from_slice(&b"y\n".repeat(WINDOW / 2));
        bytes.extend_from_slice(VALUE.as_bytes());
        let contents = search_stream(&needles(), bytes.as_slice()).expect("memory");
        let lines: Vec<u64> = contents.places.iter().map(|place| place.line).collect();
        assert_eq!(lines, [(WINDOW / 2 - 4 + 1) as u64, (WINDOW - 4 + 1) as u64]);
    }
}
