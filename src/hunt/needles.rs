//! All forms of all values, searched in one pass.
//!
//! Stands apart from the forms because here only bytes count. The automaton holds the beginnings of the forms, and for
//! those that may be escaped or broken over lines pieces of their letters and digits; what it reports is compared with the
//! whole form. So a private key of many lines costs no more than a short token, and one break leaves a piece whole.

use aho_corasick::{AhoCorasick, MatchKind};
use zeroize::Zeroizing;

use super::forms::{self, Form, Written};
use super::joint;
use super::spelling::Spelling;
use crate::error::Error;
use crate::secret::{MASK, Secret};
use crate::visible;

/// Bytes of a form that go into the automaton.
const HEAD: usize = 32;

/// Bytes of the pieces by which a form is found that is escaped or broken: half of a short run of letters and digits.
const PIECE: (usize, usize) = (3, 16);

/// Runs of letters and digits of one form that lead to it: the longest.
const RUNS: usize = 4;

/// Shortest run of letters and digits that leads to a spelling; where a form has none of [`PIECE`], one of this length.
const SHORTEST_RUN: usize = 2;

/// Spellings that may be compared, for each byte of a text, before escaped and broken forms are given up in it.
const WORK: u64 = 64;

/// Known values in every form.
pub struct Needles {
    automaton: AhoCorasick,
    /// For each pattern of the automaton what it may be the beginning or a piece of.
    anchors: Vec<Vec<Anchor>>,
    needles: Vec<Needle>,
    /// The spellings of those forms that are spelled, with the number of their value and their form.
    spellings: Vec<(usize, Form, Spelling)>,
    /// Longest text that any form can take up, breaks included.
    longest: usize,
}

struct Needle {
    /// 1-based.
    value: usize,
    form: Form,
    bytes: Secret,
}

#[derive(Clone, Copy)]
enum Anchor {
    /// The beginning of a form as it is.
    Whole(usize),
    /// A piece of a form that may be escaped or broken: this spelling, these of its characters.
    Piece { spelling: usize, from: usize, to: usize },
}

/// A place where a value stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Found {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// Which value, 1-based.
    pub value: usize,
    /// How it is written.
    pub form: Form,
    /// Broken over lines or into pieces of a string.
    pub split: bool,
}

/// What a search came to.
#[derive(Default)]
pub struct Searched {
    /// Sorted by place.
    pub found: Vec<Found>,
    /// Broken values were not searched to the end: the text is made of pieces of them.
    pub gave_up: bool,
}

impl Needles {
    /// Every form of each of `values`.
    ///
    /// # Errors
    /// When there are so many that no automaton can hold them.
    pub fn new(values: &[Secret]) -> Result<Self, Error> {
        let (mut needles, mut spellings, mut longest) = (Vec::new(), Vec::new(), 0);
        let mut starts: Vec<(Zeroizing<Vec<u8>>, Anchor)> = Vec::new();
        let mut add = |bytes: &[u8], anchor| starts.push((Zeroizing::new(bytes.to_vec()), anchor));
        for (number, value) in (1..).zip(values) {
            for Written { form, bytes } in forms::written(value.expose()) {
                add(&bytes[..bytes.len().min(HEAD)], Anchor::Whole(needles.len()));
                longest = longest.max(joint::longest(bytes.len()));
                if form.is_spelled() {
                    // A value of several lines is looked for without its own breaks: any others may stand in their place.
                    let (spelling, letters) = Spelling::new(&bytes);
                    for (at, end) in pieces(&bytes) {
                        let (from, to) = (letters[at], letters[end - 1] + 1);
                        add(&bytes[at..end], Anchor::Piece { spelling: spellings.len(), from, to });
                    }
                    spellings.push((number, form, spelling));
                }
                needles.push(Needle { value: number, form, bytes: Secret::new(&bytes) });
            }
        }
        starts.sort_by(|(a, _), (b, _)| a.as_slice().cmp(b.as_slice()));
        let same = starts.chunk_by(|(a, _), (b, _)| a.as_slice() == b.as_slice());
        let group = |group: &[(_, Anchor)]| group.iter().map(|(_, anchor)| *anchor).collect();
        let anchors: Vec<Vec<Anchor>> = same.clone().map(group).collect();
        let patterns = same.map(|group| group[0].0.as_slice());
        let automaton = AhoCorasick::builder().match_kind(MatchKind::Standard).build(patterns);
        let automaton = automaton.map_err(|_| Error::Usage {
            message: "these are more values than can be looked for at once".into(),
            help: Some("give a part of them at a time".into()),
        })?;
        Ok(Self { automaton, anchors, needles, spellings, longest })
    }

    /// Bytes that two neighbouring windows of a text must share for nothing to be missed between them.
    pub(super) const fn overlap(&self) -> usize {
        self.longest
    }

    /// True when a value may be a part of a path that is more than one name.
    pub(super) fn may_cross_directories(&self) -> bool {
        self.needles.iter().any(|needle| needle.form == Form::Plain && needle.bytes.expose().contains(&b'/'))
    }

    /// Where any value stands in `text`. Of overlapping places of one value the longest is told.
    pub fn search(&self, text: &[u8]) -> Searched {
        let mut searched = Searched::default();
        let mut work = (text.len() as u64).saturating_mul(WORK).max(1 << 20);
        for hit in self.automaton.find_overlapping_iter(text) {
            for anchor in &self.anchors[hit.pattern().as_usize()] {
                let found = match *anchor {
                    Anchor::Whole(needle) => self.whole(needle, text, hit.start()),
                    Anchor::Piece { .. } if work == 0 => {
                        searched.gave_up = true;
                        None
                    }
                    Anchor::Piece { spelling, from, to } => {
                        self.spelled(spelling, (from, to), text, (hit.start(), hit.end()), &mut work)
                    }
                };
                searched.found.extend(found);
            }
        }
        searched.found = distinct(std::mem::take(&mut searched.found));
        searched
    }

    /// `text` for people: every value masked, whatever its form, and nothing that a terminal obeys.
    pub fn shown(&self, text: &[u8]) -> String {
        visible::line(&self.masked(text, |_| MASK.to_owned())).into_owned()
    }

    /// `text` with what `instead` says in the place of every value.
    pub(super) fn masked(&self, text: &[u8], instead: impl Fn(&Found) -> String) -> String {
        let mut out = String::with_capacity(text.len());
        let mut from = 0;
        for found in self.search(text).found {
            if found.start >= from {
                out.push_str(&crate::blob::BlobPath::from_bytes(&text[from..found.start]).text());
                out.push_str(&instead(&found));
            }
            from = from.max(found.end);
        }
        out + &crate::blob::BlobPath::from_bytes(&text[from..]).text()
    }

    fn whole(&self, needle: usize, text: &[u8], start: usize) -> Option<Found> {
        let Needle { value, form, bytes } = &self.needles[needle];
        let there = text[start..].starts_with(bytes.expose());
        let end = start + bytes.len();
        there.then_some(Found { start, end, value: *value, form: *form, split: false })
    }

    fn spelled(
        &self,
        spelling: usize,
        piece: (usize, usize),
        text: &[u8],
        hit: (usize, usize),
        work: &mut u64,
    ) -> Option<Found> {
        let (value, form, spelling) = &self.spellings[spelling];
        let (start, end, met) = spelling.around(text, hit, piece, work)?;
        let form = if *form == Form::Plain { met.form } else { *form };
        Some(Found { start, end, value: *value, form, split: met.split })
    }
}

/// The pieces by which a form is found: from the beginning, the middle and the end of its longest runs of letters and
/// digits, so that one break leaves a piece whole.
fn pieces(form: &[u8]) -> Vec<(usize, usize)> {
    let mut runs = Vec::new();
    let mut start = 0;
    for end in 0..=form.len() {
        if !form.get(end).is_some_and(u8::is_ascii_alphanumeric) {
            runs.push((start, end));
            start = end + 1;
        }
    }
    runs.sort_by_key(|(start, end)| (std::cmp::Reverse(end - start), *start));
    let enough =
        if runs.first().is_some_and(|(start, end)| end - start >= PIECE.0) { PIECE.0 } else { SHORTEST_RUN };
    let mut pieces = Vec::new();
    for (start, end) in runs.into_iter().filter(|(start, end)| end - start >= enough).take(RUNS) {
        let length = end - start;
        let piece = (length / 2).clamp(enough, PIECE.1);
        let middle = (length > 4 * piece).then_some(length / 2);
        let starts = [Some(0), middle, Some(length - piece)].into_iter().flatten();
        pieces.extend(starts.map(|at| (start + at, start + at + piece)));
    }
    pieces.sort_unstable();
    pieces.dedup();
    pieces
}

/// Sorted, each place once; of places of one value that overlap only the longest.
fn distinct(mut all: Vec<Found>) -> Vec<Found> {
    all.sort_by_key(|found| {
        (found.value, found.start, std::cmp::Reverse(found.end), found.split, found.form)
    });
    let mut kept: Vec<Found> = Vec::new();
    for found in all {
        match kept.last_mut() {
            Some(last) if last.value == found.value && found.start < last.end => {
                let longer = found.end - found.start > last.end - last.start;
                // Amid zero bytes both orders of UTF-16 fit, one byte apart; characters begin at even places.
                let aligned = found.form.is_wide() && last.start % 2 == 1 && found.start % 2 == 0;
                if longer || aligned {
                    *last = found;
                }
            }
            _ => kept.push(found),
        }
    }
    kept.sort();
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn needles(values: &[&str]) -> Needles {
        let values: Vec<Secret> = values.iter().map(|value| Secret::new(value.as_bytes())).collect();
        Needles::new(&values).expect("a few values")
    }

    fn told(needles: &Needles, text: &str) -> Vec<(usize, String, &'static str, bool)> {
        let found = needles.search(text.as_bytes()).found;
        let tell = |f: Found| (f.value, text[f.start..f.end].to_owned(), f.form.word(), f.split);
        found.into_iter().map(tell).collect()
    }

    #[test]
    fn values_are_told_apart_by_number() {
        let needles = needles(&["first-value-1", "second+value/2"]);
        let text = "a first-value-1, second%2Bvalue%2F2";
        assert_eq!(
            told(&needles, text),
            [
                (1, "first-value-1".to_owned(), "plain", false),
                (2, "second%2Bvalue%2F2".to_owned(), "percent", false)
            ]
        );
        assert_eq!(needles.shown(b"x first-value-1/\x1b[0m\xff"), "x ********/\\u{1b}[0m\\xff");
    }

    #[test]
    fn a_value_broken_over_lines_is_found_wherever_it_breaks() {
        let value = "Abcd1234+efgh/5678==";
        let needles = needles(&[value]);
        for at in 1..value.len() {
            let (a, b) = value.split_at(at);
            for joint in ["\n", "\r\n    ", "\\\n", "\" +\n  \"", "',\n\t'", "\\n", "\n+", " \\\n# "] {
                let text = format!("key = \"{a}{joint}{b}\"");
                let told = told(&needles, &text);
                assert_eq!(told, [(1, format!("{a}{joint}{b}"), "plain", true)], "{text}");
            }
        }
        assert_eq!(
            told(&needles, "Abcd1234+e\n\nfgh/56\n78=="),
            [(1, "Abcd1234+e\n\nfgh/56\n78==".to_owned(), "plain", true)]
        );
        assert_eq!(told(&needles, "Abcd1234+e fgh/5678=="), [], "words apart on one line are no break");
    }

    #[test]
    fn a_key_of_several_lines_is_found_in_any_layout() {
        let value = "-----BEGIN X-----\nQUJDREVG\nR0hJSktM\n-----END X-----";
        let needles = needles(&[value]);
        let layouts = [
            value.to_owned(),
            value.replace('\n', "\r\n"),
            value.replace('\n', "\\n"),
            value.replace('\n', "\n    "),
            value.replace('\n', " "),
            value.replace('\n', ""),
            value.replace("R0hJSktM", "R0hJ\nSktM"),
        ];
        for text in layouts {
            assert_eq!(told(&needles, &format!("a{text}b")).len(), 1, "{text}");
        }
    }

    #[test]
    fn characters_may_each_be_spelled_in_their_own_way() {
        let value = "X3<\u{1f600}a~5'$I\\D%_é";
        let needles = needles(&[value]);
        for (text, form) in [
            ("X3\\<\u{1f600}a\\~5\\'\\$I\\\\D%_é", "escaped"),
            ("X3<\u{1f600}a~5''$$I\\D%%_é", "escaped"),
            ("X3<\\U0001f600a~5'$I\\\\D%_\\xe9", "byte-escape"),
            ("X3<\\\\ud83d\\\\ude00a~5'$I\\\\\\\\D%_\\\\u00e9", "unicode-escape"),
            ("X3%3C%F0%9F%98%80a~5'$I%5CD%25_%C3%A9", "percent"),
            ("X3&lt;&#128512;a~5&apos;$I\\D%_&#xE9;", "html"),
            ("X3=3C=F0=9F=98=80a~5'$I\\D%_=\n=C3=A9", "quoted-printable"),
        ] {
            let told = told(&needles, &format!("\"{text}\""));
            assert_eq!((told.len(), told[0].1.as_str(), told[0].2), (1, text, form), "{text}");
        }
        assert_eq!(told(&needles, &value.replace('~', "-")), []);
    }

    #[test]
    fn wrapped_base64_is_found() {
        use base64::Engine as _;
        let value = "a value that is rather long, so that its base64 fills more than one line of 76";
        let text = base64::engine::general_purpose::STANDARD.encode(format!("user:{value}:x"));
        let lines: Vec<&str> = text.as_bytes().chunks(76).map(|l| std::str::from_utf8(l).unwrap()).collect();
        let told = told(&needles(&[value]), &lines.join("\r\n"));
        assert_eq!((told.len(), told[0].2, told[0].3), (1, "base64", true));
    }

    #[test]
    fn texts_made_of_pieces_cost_no_more_than_the_budget() {
        let value = "ab".repeat(2000) + "X";
        let needles = needles(&[&value]);
        let text = "ab".repeat(30_000);
        let searched = needles.search(text.as_bytes());
        assert!(searched.found.is_empty() && searched.gave_up);
    }
}
