//! The places of a text where a reading may begin: escapes, string literals that may be joined, data of Kubernetes. One
//! pass finds them, and what a look at the bytes beside one refuses is none: nearly all of them are.
//!
//! Apart from the readers so that one version of a file can take them over from another.

use std::ops::Range;
use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::list;
use crate::kin::{self, Copied};
use crate::runs;

/// Bytes before and behind a place that decide whether it is one: `concat!("`, `"".join(`.
const REACH: usize = 8;

/// Shorter stretches that were taken over from another text are not worth the look-up (bytes).
const LEAST_COPY: usize = 64;

/// Bytes that are looked at together.
const CHUNK: usize = u64::BITS as usize;

/// The key of what a Kubernetes secret holds.
static DATA: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new(b"data"));

/// An equals sign, as quoted-printable always writes it.
static EQUALS: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new(b"=3D"));

/// Offsets in bytes, each list sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    /// Of backslashes, percent signs and ampersands.
    pub(super) escapes: Vec<u32>,
    /// Of quotes behind which another literal may follow or that belong to what joins a list, and of backslashes that carry
    /// a word over the end of its line.
    pub(super) joins: Vec<u32>,
    /// Of `data` with a colon behind it.
    pub(super) data: Vec<u32>,
    /// Of `=3D`.
    pub(super) equals: Vec<u32>,
}

impl Marks {
    /// Those of `text`; none behind the 4 GiB that no window is as long as.
    pub fn of(text: &[u8]) -> Self {
        let mut all = Self::default();
        all.look(text, 0..text.len());
        all
    }

    /// The same of a `text` of which `copies` were taken over from one whose places are `base`. Only the rest is looked at.
    pub fn again(text: &[u8], copies: &[Copied], base: &Self) -> Self {
        let mut all = Self::default();
        for (before, copied) in kin::stretches(copies, LEAST_COPY, text.len()) {
            all.look(text, before.saturating_sub(REACH)..text.len().min(copied.to + REACH));
            if copied.length > 0 {
                all.take_over(copied, base);
            }
        }
        all
    }

    /// The memory that they take, in bytes.
    pub fn bytes(&self) -> usize {
        [&self.escapes, &self.joins, &self.data, &self.equals].map(|all| size_of_val(&**all)).iter().sum()
    }

    /// Adds those that begin in `part`.
    fn look(&mut self, text: &[u8], part: Range<usize>) {
        for chunk in part.clone().step_by(CHUNK) {
            let mut bits = runs::bits(&text[chunk..part.end], |byte| {
                (byte == b'\\') | (byte == b'%') | (byte == b'&') | (byte == b'"') | (byte == b'\'')
            });
            while bits != 0 {
                self.add(text, chunk + bits.trailing_zeros() as usize);
                bits &= bits - 1;
            }
        }
        let starts = |finder: &'static Finder<'_>| {
            let behind = text.len().min(part.end + finder.needle().len() - 1);
            let found = finder.find_iter(&text[part.start..behind]);
            found.map(move |at| part.start + at).collect::<Vec<_>>()
        };
        let is_key = |at: &usize| matches!(text[at + 4..], [b':', ..] | [b'"', b':', ..]);
        self.data.extend(starts(&DATA).into_iter().filter(is_key).flat_map(u32::try_from));
        self.equals.extend(starts(&EQUALS).into_iter().flat_map(u32::try_from));
    }

    /// Adds the place at `at`, where a mark stands, if it is one.
    fn add(&mut self, text: &[u8], at: usize) {
        let byte = |at: usize| text.get(at).copied().unwrap_or(0);
        let (mark, next) = (byte(at), byte(at + 1));
        let before = at.checked_sub(1).map_or(0, byte);
        // Most are operators, line ends and quotes of single literals: one branch for them.
        if MARKS[usize::from(mark)] & (FOLLOWS[usize::from(next)] | LEADS[usize::from(before)]) == 0 {
            return;
        }
        let list = match mark {
            b'"' | b'\'' => {
                let ends = FOLLOWS[usize::from(next)] & QUOTE != 0 && is_inner(before);
                (ends || list::is_near(text, at)).then_some(&mut self.joins)
            }
            b'\\' if matches!(next, b'\n' | b'\r') => is_inner(before).then_some(&mut self.joins),
            b'%' => byte(at + 2).is_ascii_hexdigit().then_some(&mut self.escapes),
            b'&' if next != b'#' => {
                let third =
                    matches!((next, byte(at + 2)), (b'l' | b'g', b't') | (b'a', b'm' | b'p') | (b'q', b'u'));
                third.then_some(&mut self.escapes)
            }
            _ => Some(&mut self.escapes),
        };
        if let Some(list) = list {
            list.extend(u32::try_from(at));
        }
    }

    /// Adds those of `base` that depend on nothing but the stretch.
    fn take_over(&mut self, copied: Copied, base: &Self) {
        let inner = copied.from + REACH..copied.from_end() - REACH;
        let lists = [
            (&mut self.escapes, &base.escapes),
            (&mut self.joins, &base.joins),
            (&mut self.data, &base.data),
            (&mut self.equals, &base.equals),
        ];
        for (all, base) in lists {
            let first = base.partition_point(|at| (*at as usize) < inner.start);
            let known = base[first..].iter().map(|at| *at as usize).take_while(|at| *at < inner.end);
            all.extend(known.flat_map(|at| u32::try_from(at - copied.from + copied.to)));
        }
    }
}

/// True for a byte that stands inside of words, tokens and passwords.
pub(super) const fn is_inner(byte: u8) -> bool {
    LEADS[byte as usize] & INNER != 0
}

/// Marks, as bits.
const BACKSLASH: u8 = 1;
const PERCENT: u8 = 2;
const AMPERSAND: u8 = 4;
const QUOTE: u8 = 8;

/// The byte stands inside of words. Apart from the bits of marks.
const INNER: u8 = 16;

/// For each byte its bit, when it is a mark.
static MARKS: [u8; 256] = {
    let mut table = [0; 256];
    table[b'\\' as usize] = BACKSLASH;
    table[b'%' as usize] = PERCENT;
    table[b'&' as usize] = AMPERSAND;
    table[b'"' as usize] = QUOTE;
    table[b'\'' as usize] = QUOTE;
    table
};

/// For each byte the marks that it may follow.
static FOLLOWS: [u8; 256] = {
    let mut table = [0; 256];
    let mut next = 0;
    while next < 256 {
        let byte = next as u8;
        // Escapes of any weight, and line ends.
        if matches!(byte, b'"' | b'\'' | b'/' | b'\\' | b'x' | b'u' | b'U' | b'0'..=b'3' | b'\n' | b'\r') {
            table[next] |= BACKSLASH;
        }
        if matches!(byte, b'2'..=b'7' | b'u') {
            table[next] |= PERCENT;
        }
        // `&#61;`, `&lt;`, `&gt;`, `&amp;`, `&apos;`, `&quot;`: others do not stand there without one of these.
        if matches!(byte, b'#' | b'l' | b'g' | b'a' | b'q') {
            table[next] |= AMPERSAND;
        }
        if byte.is_ascii_whitespace() || matches!(byte, b'+' | b'.' | b'&' | b'~' | b'<' | b'"' | b'\'') {
            table[next] |= QUOTE;
        }
        next += 1;
    }
    table
};

/// For each byte the marks that it may stand before, whatever follows, and [`INNER`].
static LEADS: [u8; 256] = {
    let mut table = [0; 256];
    let mut at = 0;
    while at < 256 {
        let byte = at as u8;
        if byte.is_ascii_alphanumeric()
            || matches!(
                byte,
                b'_' | b'-' | b'+' | b'/' | b'=' | b'.' | b':' | b'@' | b'~' | b'!' | b'#' | b'$'
            )
            || matches!(byte, b'%' | b'^' | b'*' | b'?' | b'&')
        {
            table[at] |= INNER;
        }
        at += 1;
    }
    table[b'(' as usize] |= QUOTE;
    table
};

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PIECES: [&str; 22] = [
        "\"",
        "'",
        "\\",
        "\\\"",
        "\\\n",
        "\\\r\n",
        "%2F",
        "%s",
        "&amp;",
        "&self",
        "\\u0041",
        "a",
        "\n",
        " ",
        "(\"",
        "].join(\"\")",
        "\"\".join(",
        "concat!(",
        "data:",
        "\"data\":",
        "=3D",
        "Zm9v",
    ];

    proptest! {
        #[test]
        fn those_of_a_version_are_those_of_its_text((base, text, copies) in kin::made(
            prop::collection::vec(prop::sample::select(PIECES.to_vec()), 0..150)
                .prop_map(|parts| parts.concat().into_bytes()),
        )) {
            prop_assert_eq!(Marks::again(&text, &copies, &Marks::of(&base)), Marks::of(&text));
        }

        #[test]
        fn any_bytes_will_do(bytes: Vec<u8>) {
            let all = Marks::of(&bytes);
            prop_assert!(all.escapes.is_sorted() && all.joins.is_sorted());
        }
    }

    #[test]
    fn operators_formats_and_single_literals_are_none() {
        let text = b"let a = &self.b && c % 2; print(\"%s %d\", 'x', \"plain\");\n";
        assert_eq!(Marks::of(text), Marks::default());
        let text = b"\"ab\" + \"cd\" \\\" %2F &lt; data: x=3D";
        let all = Marks::of(text);
        assert_eq!((&all.escapes[..], &all.joins[..]), (&[12, 15, 19][..], &[3, 10][..]));
        assert_eq!((&all.data[..], &all.equals[..]), (&[24][..], &[31][..]));
        assert_eq!(all.bytes(), 7 * 4);
    }
}
