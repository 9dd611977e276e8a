//! Generated corpora: files of six kinds, the same for the same seed, with a few secrets in every MiB.
//!
//! Stands apart from the benchmarks because a test holds it too (`tests/corpora.rs`). What each kind models is said where
//! its styles are; rates of gate hits and of runs were compared with real files of the kind. The secrets are made from
//! templates, so that no file of the repository holds one.

#![allow(dead_code, reason = "the test and the benchmarks use their part of it each")]

mod binary;
mod code;
mod data;
mod lock;
mod logs;
mod minified;
mod phrase;
mod planted;
#[path = "../../src/rule/template/random.rs"]
mod random;
mod words;

use std::ops::RangeInclusive;

use phrase::Phrases;

/// What a corpus models.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Sources of four languages.
    Code,
    /// Bundles for browsers: few lines, each tens of kilobytes long.
    Minified,
    /// Lines of web servers and services.
    Logs,
    /// What package managers write, integrity hashes and all.
    Lock,
    /// Records, translations and coordinates in JSON.
    Data,
    /// Libraries and images.
    Binary,
}

impl Kind {
    /// All kinds.
    pub(crate) const ALL: [Self; 6] =
        [Self::Code, Self::Minified, Self::Logs, Self::Lock, Self::Data, Self::Binary];

    const fn shape(self) -> &'static Shape {
        match self {
            Self::Code => &code::SHAPE,
            Self::Minified => &minified::SHAPE,
            Self::Logs => &logs::SHAPE,
            Self::Lock => &lock::SHAPE,
            Self::Data => &data::SHAPE,
            Self::Binary => &binary::SHAPE,
        }
    }
}

/// How the files of a kind look.
struct Shape {
    /// Sizes of files in bytes.
    sizes: RangeInclusive<usize>,
    /// Files take these in turn.
    styles: &'static [Style],
    /// Whether its values stand in assignments; elsewhere only tokens are planted.
    assignments: bool,
}

/// One kind of file, in phrases; see [`phrase`] for what they hold.
struct Style {
    /// Its path; `#` is its number.
    path: &'static str,
    /// What it begins with.
    head: &'static str,
    /// What it consists of, each as likely as the next.
    rows: &'static [&'static str],
    /// A row with a secret: `NAME` and `VALUE` stand in it once each, the name possibly not at all.
    secret: &'static str,
}

/// A file of a corpus.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct File {
    /// Its path, `/`-separated; no two files of a corpus have the same.
    pub(crate) path: String,
    /// Its content.
    pub(crate) bytes: Vec<u8>,
    /// Where in it the planted values begin and end.
    pub(crate) planted: Vec<(usize, usize)>,
}

/// Files of one kind.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Corpus {
    /// The files.
    pub(crate) files: Vec<File>,
}

/// Bytes from one planted secret to the next.
pub(crate) const APART: usize = 256 << 10;

impl Corpus {
    /// Files of this kind with `size` bytes together. The same seed gives the same files.
    pub(crate) fn new(kind: Kind, size: usize, seed: u64) -> Self {
        let shape = kind.shape();
        let mut phrases = Phrases::new(seed);
        let (mut files, mut made, mut planted) = (Vec::new(), 0, 0);
        while made < size {
            let number = files.len();
            let wanted = phrases.size(&shape.sizes).min(size - made);
            // One stands in the middle of each stretch, so that small corpora have one, too.
            let due = |at: usize, more: usize| (made + at + APART / 2) / APART > planted + more;
            let file = shape.file(number, wanted, due, &mut phrases);
            planted += file.planted.len();
            made += file.bytes.len();
            files.push(file);
        }
        Self { files }
    }

    /// Bytes in all of its files.
    pub(crate) fn size(&self) -> usize {
        self.files.iter().map(|file| file.bytes.len()).sum()
    }
}

impl Shape {
    /// The file of this number with `size` bytes. `due` says whether the byte asks for a
    /// secret behind those that the file has.
    fn file(
        &self,
        number: usize,
        size: usize,
        due: impl Fn(usize, usize) -> bool,
        phrases: &mut Phrases,
    ) -> File {
        let style = &self.styles[number % self.styles.len()];
        let path = phrases.text(&style.path.replace('#', &number.to_string()));
        let mut bytes = Vec::with_capacity(size + 4096);
        let mut planted = Vec::new();
        phrases.add(style.head, &mut bytes);
        while bytes.len() < size {
            let row = style.rows[phrases.below(style.rows.len())];
            phrases.add(row, &mut bytes);
            if due(bytes.len(), planted.len()) {
                let (start, end) = planted::add(style.secret, self.assignments, phrases, &mut bytes);
                planted.extend((end <= size).then_some((start, end)));
            }
        }
        bytes.truncate(size);
        File { path, bytes, planted }
    }
}
