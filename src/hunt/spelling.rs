//! A value spelled character by character: what programs write for each, and the value found across all of it.
//!
//! Stands apart from the forms because here every character is spelled on its own. JSON, shells, URLs, HTML and SQL agree on
//! letters and digits and on nothing else, and what has passed through two of them is no form of either. So a stretch of
//! letters and digits leads here, and from there on each character may be itself, an escape, or stand behind a break.

use std::collections::BTreeMap;

use super::forms::Form;
use super::joint;

/// Ways on that are followed at once.
const WAYS: usize = 32;

/// Backslashes before a character that are taken for escapes: three levels of them.
const BACKSLASHES: usize = 8;

/// Characters that are doubled where they would mean something: quotes, `%` and `$` of templates, braces.
const DOUBLED: &str = "'\"%$\\`{}#@&";

/// Names in HTML of what programs escape there.
const NAMES: [(char, &str); 6] =
    [('&', "amp"), ('<', "lt"), ('>', "gt"), ('"', "quot"), ('\'', "apos"), ('/', "sol")];

/// A text whose characters may be spelled in several ways.
pub(super) struct Spelling {
    letters: Vec<Vec<Way>>,
    /// The text has lines of its own, so a blank may stand for a break in it.
    loose: bool,
}

/// One way to write a character.
struct Way {
    bytes: Vec<u8>,
    form: Form,
}

/// How the text between two places spells something.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Met {
    /// Broken over lines.
    pub(super) split: bool,
    /// The most telling spelling of any of its characters.
    pub(super) form: Form,
}

impl Spelling {
    /// The spellings of `bytes` without their line ends, and where each of their bytes belongs: numbers of characters.
    pub(super) fn new(bytes: &[u8]) -> (Self, Vec<usize>) {
        let mut letters = Vec::new();
        let mut numbers = Vec::new();
        for chunk in bytes.utf8_chunks() {
            for c in chunk.valid().chars() {
                numbers.extend(std::iter::repeat_n(letters.len(), c.len_utf8()));
                if c != '\n' && c != '\r' {
                    letters.push(ways(c));
                }
            }
            for &byte in chunk.invalid() {
                numbers.push(letters.len());
                letters.push(vec![Way { bytes: vec![byte], form: Form::Plain }]);
            }
        }
        let loose = bytes.contains(&b'\n') || bytes.contains(&b'\r');
        (Self { letters, loose }, numbers)
    }

    /// The text that spells all of it around a stretch at `hit` that is characters `from` to `to` as they are. `work` is
    /// lessened by what was compared.
    pub(super) fn around(
        &self,
        text: &[u8],
        hit: (usize, usize),
        (from, to): (usize, usize),
        work: &mut u64,
    ) -> Option<(usize, usize, Met)> {
        let plain = Met { split: false, form: Form::Plain };
        let after = self.letters[to..].iter();
        let (end, a) = run(after, hit.1, plain, work, |at, ways| self.forward(text, at, ways)).pop_last()?;
        let before = self.letters[..from].iter().rev();
        let (start, b) =
            run(before, hit.0, plain, work, |at, ways| self.backward(text, at, ways)).pop_first()?;
        Some((start, end, join(a, b)))
    }

    /// Where a character may end that begins at `at`, or behind a break there.
    fn forward(&self, text: &[u8], at: usize, ways: &[Way]) -> Vec<(usize, Met)> {
        let mut ends = Vec::new();
        let slashes = text[at..].iter().take(BACKSLASHES).take_while(|byte| **byte == b'\\').count();
        for skipped in 0..=slashes {
            ends.extend(direct(ways, skipped, |way| {
                text[at + skipped..].starts_with(way).then(|| at + skipped + way.len())
            }));
        }
        if ends.is_empty() {
            for length in joint::after(text, at, self.loose) {
                let from = at + length;
                let met = |(end, met): (usize, Met)| (end, Met { split: true, ..met });
                ends.extend(
                    direct(ways, 0, |way| text[from..].starts_with(way).then(|| from + way.len())).map(met),
                );
            }
        }
        ends
    }

    /// Where a character may begin that ends at `at`, or before a break there.
    fn backward(&self, text: &[u8], at: usize, ways: &[Way]) -> Vec<(usize, Met)> {
        let before = |at: usize| {
            let mut starts = Vec::new();
            for (start, met) in direct(ways, 0, |way| text[..at].ends_with(way).then(|| at - way.len())) {
                starts.push((start, met));
                let slashes =
                    text[..start].iter().rev().take(BACKSLASHES).take_while(|byte| **byte == b'\\').count();
                let escaped = join(met, Met { split: false, form: Form::Escaped });
                starts.extend((1..=slashes).map(|slashes| (start - slashes, escaped)));
            }
            starts
        };
        let mut starts = before(at);
        if starts.is_empty() {
            for length in joint::before(text, at, self.loose) {
                starts.extend(
                    before(at - length).into_iter().map(|(at, met)| (at, Met { split: true, ..met })),
                );
            }
        }
        starts
    }
}

/// Follows all ways through `letters` from `at`; what is left at the end, by place.
fn run<'l>(
    letters: impl Iterator<Item = &'l Vec<Way>>,
    at: usize,
    met: Met,
    work: &mut u64,
    step: impl Fn(usize, &[Way]) -> Vec<(usize, Met)>,
) -> BTreeMap<usize, Met> {
    let mut here = BTreeMap::from([(at, met)]);
    for ways in letters {
        let mut next: BTreeMap<usize, Met> = BTreeMap::new();
        for (at, met) in here {
            *work = work.saturating_sub(ways.len() as u64);
            for (to, more) in step(at, ways) {
                let all = join(met, more);
                if next.len() < WAYS || next.contains_key(&to) {
                    next.entry(to).and_modify(|known| *known = all.min(*known)).or_insert(all);
                }
            }
        }
        if next.is_empty() {
            return next;
        }
        here = next;
    }
    here
}

fn direct<'w>(
    ways: &'w [Way],
    escaped: usize,
    fits: impl Fn(&[u8]) -> Option<usize> + 'w,
) -> impl Iterator<Item = (usize, Met)> + 'w {
    let form = move |form: Form| if escaped > 0 { form.max(Form::Escaped) } else { form };
    ways.iter().filter_map(move |way| Some((fits(&way.bytes)?, Met { split: false, form: form(way.form) })))
}

/// The later of two forms tells more: of a URL in JSON that it is a URL.
fn join(a: Met, b: Met) -> Met {
    Met { split: a.split || b.split, form: a.form.max(b.form) }
}

/// Every way to write `c`; a backslash before it is none of them.
fn ways(c: char) -> Vec<Way> {
    let mut all = Vec::new();
    let mut add = |form: Form, text: String| all.push(Way { bytes: text.into_bytes(), form });
    add(Form::Plain, c.to_string());
    let bytes = c.to_string().into_bytes();
    let each = |write: &dyn Fn(u8) -> String| bytes.iter().map(|&byte| write(byte)).collect::<String>();
    for percent in ["%", "%25"] {
        add(Form::Percent, each(&|b| format!("{percent}{b:02X}")));
        add(Form::Percent, each(&|b| format!("{percent}{b:02x}")));
    }
    let number = u32::from(c);
    for and in ["&", "&amp;"] {
        for form in [
            format!("#{number};"),
            format!("#0{number};"),
            format!("#x{number:x};"),
            format!("#x{number:X};"),
        ] {
            add(Form::Html, format!("{and}{form}"));
        }
        let named = NAMES.iter().filter(|(named, _)| *named == c);
        named.for_each(|(_, name)| add(Form::Html, format!("{and}{name};")));
    }
    let units: Vec<u16> = c.encode_utf16(&mut [0; 2]).to_vec();
    for slash in ["\\", "\\\\", "\\\\\\\\"] {
        add(Form::UnicodeEscape, units.iter().map(|unit| format!("{slash}u{unit:04x}")).collect());
        add(Form::UnicodeEscape, units.iter().map(|unit| format!("{slash}u{unit:04X}")).collect());
        add(Form::UnicodeEscape, format!("{slash}u{{{number:x}}}"));
        add(Form::UnicodeEscape, format!("{slash}U{number:08x}"));
        add(Form::ByteEscape, each(&|b| format!("{slash}x{b:02x}")));
        add(Form::ByteEscape, each(&|b| format!("{slash}x{b:02X}")));
        add(Form::ByteEscape, each(&|b| format!("{slash}{b:03o}")));
    }
    add(Form::QuotedPrintable, each(&|b| format!("={b:02X}")));
    if DOUBLED.contains(c) {
        add(Form::Escaped, format!("{c}{c}"));
    }
    match c {
        ' ' => add(Form::Percent, "+".into()),
        // A quote inside a quoted word of a shell.
        '\'' => ["'\\''", "'\"'\"'"].into_iter().for_each(|quote| add(Form::Escaped, quote.into())),
        _ => {}
    }
    if let Some(byte) = u8::try_from(number).ok().filter(|byte| !byte.is_ascii()) {
        all.push(Way { bytes: vec![byte], form: Form::Latin1 });
        // Python writes a character below 256 by its number, not by its bytes.
        all.push(Way { bytes: format!("\\x{byte:02x}").into_bytes(), form: Form::ByteEscape });
    }
    all
}
