//! Makes untrusted text safe to look at. Apart from everything else because all who emit need it: excerpts, reports,
//! errors.
//!
//! Paths and lines come from repositories that anybody may have written. A terminal obeys control characters, and
//! invisible or direction-changing ones let a line read differently from what it is (CVE-2021-42574), so each of them
//! is written as `\u{…}`, the way Rust writes it.

use std::borrow::Cow;
use std::path::Path;

/// Characters beyond the control characters (Unicode category Cc) that no terminal may see raw: everything of category
/// Cf, Zl and Zp, everything with the property `Default_Ignorable_Code_Point` (invisible), and the noncharacters of
/// the first plane. Inclusive ranges, sorted. Source: Unicode Character Database 16.0, `UnicodeData.txt` and
/// `DerivedCoreProperties.txt`.
const UNSAFE: &[(char, char)] = &[
    ('\u{ad}', '\u{ad}'),
    ('\u{34f}', '\u{34f}'),
    ('\u{600}', '\u{605}'),
    ('\u{61c}', '\u{61c}'),
    ('\u{6dd}', '\u{6dd}'),
    ('\u{70f}', '\u{70f}'),
    ('\u{890}', '\u{891}'),
    ('\u{8e2}', '\u{8e2}'),
    ('\u{115f}', '\u{1160}'),
    ('\u{17b4}', '\u{17b5}'),
    ('\u{180b}', '\u{180f}'),
    ('\u{200b}', '\u{200f}'),
    ('\u{2028}', '\u{202e}'),
    ('\u{2060}', '\u{206f}'),
    ('\u{3164}', '\u{3164}'),
    ('\u{fdd0}', '\u{fdef}'),
    ('\u{fe00}', '\u{fe0f}'),
    ('\u{feff}', '\u{feff}'),
    ('\u{ffa0}', '\u{ffa0}'),
    ('\u{fff0}', '\u{fffb}'),
    ('\u{fffe}', '\u{ffff}'),
    ('\u{110bd}', '\u{110bd}'),
    ('\u{110cd}', '\u{110cd}'),
    ('\u{13430}', '\u{1343f}'),
    ('\u{1bca0}', '\u{1bca3}'),
    ('\u{1d173}', '\u{1d17a}'),
    ('\u{e0000}', '\u{e0fff}'),
];

/// True when `c` may reach a terminal as it is. The tab is not: it moves the cursor.
pub fn is_safe(c: char) -> bool {
    if c.is_ascii() {
        return !c.is_ascii_control();
    }
    if c.is_control() {
        return false;
    }
    let at = UNSAFE.partition_point(|&(_, last)| last < c);
    UNSAFE.get(at).is_none_or(|&(first, _)| c < first)
}

/// Writes `c` to `out`, an unsafe character as `\u{…}`.
pub fn push(out: &mut String, c: char) {
    match is_safe(c) {
        true => out.push(c),
        false => out.extend(c.escape_unicode()),
    }
}

/// `text` with every unsafe character, line ends included, written as `\u{…}`.
pub fn line(text: &str) -> Cow<'_, str> {
    escaped(text, is_safe)
}

/// A path of the file system as [`line()`]; what of it is no text is written as U+FFFD.
pub fn path(path: &Path) -> String {
    line(&path.to_string_lossy()).into_owned()
}

/// `text` of one or more lines: as [`line()`], but line feeds and tabs stay.
pub fn lines(text: &str) -> Cow<'_, str> {
    escaped(text, |c| is_safe(c) || c == '\n' || c == '\t')
}

fn escaped(text: &str, keep: impl Fn(char) -> bool) -> Cow<'_, str> {
    if text.chars().all(&keep) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match keep(c) {
            true => out.push(c),
            false => out.extend(c.escape_unicode()),
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_characters_are_written_out() {
        assert_eq!(line("a\u{1b}[31mb"), "a\\u{1b}[31mb");
        assert_eq!(line("a\u{202e}b\u{2066}c\u{200b}d\u{feff}e\u{9b}f\u{7f}"), {
            "a\\u{202e}b\\u{2066}c\\u{200b}d\\u{feff}e\\u{9b}f\\u{7f}"
        });
        assert_eq!(line("a\r\n\tb"), "a\\u{d}\\u{a}\\u{9}b");
        assert_eq!(lines("a\r\n\tb"), "a\\u{d}\n\tb");
    }

    #[test]
    fn text_in_any_language_stays() {
        for text in ["naïve café", "日本語", "पासवर्ड", "e\u{301}", "🔑", "'\"\\", "\u{fffd}"]
        {
            assert_eq!(line(text), text);
        }
    }

    #[test]
    fn the_table_is_sorted_and_disjoint() {
        assert!(UNSAFE.iter().all(|(first, last)| first <= last));
        assert!(UNSAFE.windows(2).all(|pair| pair[0].1 < pair[1].0));
    }

    #[test]
    fn every_edge_of_the_table_is_unsafe_and_its_neighbours_are_not() {
        for &(first, last) in UNSAFE {
            assert!(!is_safe(first) && !is_safe(last));
            let after = char::from_u32(last as u32 + 1).filter(|&c| !UNSAFE.iter().any(|&(f, _)| f == c));
            assert!(after.is_none_or(is_safe), "{:x}", last as u32);
        }
    }
}
