//! What excerpts show, and that no byte of a value is among it.

use proptest::prelude::*;

use super::*;
use crate::secret::MASK;
use crate::span::{ORIGIN, Position};

const fn hidden(start: usize, end: usize, public_prefix: usize) -> Hidden {
    Hidden { span: Span::new(start, end), public_prefix }
}

fn excerpt(text: &[u8], value: Hidden, name: Option<Span>, others: &[Hidden]) -> Excerpt {
    let veil = Veil::new(text, others.iter().copied().chain([value]));
    build(&Lines::new(text, ORIGIN), value, name, &veil)
}

fn at(text: &str, part: &str) -> Span {
    let start = text.find(part).unwrap();
    Span::new(start, start + part.len())
}

#[test]
fn a_short_line_is_shown_whole_with_its_value_masked() {
    let text = "one\nexport TOKEN=\"abc_0123456789abcdef\" # prod\nthree\n";
    let value = Hidden { span: at(text, "abc_0123456789abcdef"), public_prefix: 4 };
    let shown = excerpt(text.as_bytes(), value, Some(at(text, "TOKEN")), &[]);
    assert_eq!(shown.text, "export TOKEN=\"abc_********\" # prod");
    assert_eq!(&shown.text[shown.mask.0..shown.mask.1], "abc_********");
    let name = shown.name.unwrap();
    assert_eq!(&shown.text[name.0..name.1], "TOKEN");
    assert_eq!(shown.column, 1);
}

#[test]
fn other_values_on_the_line_are_masked_too_and_overlapping_ones_are_joined() {
    let text = b"a=0123456789abcdef b=fedcba9876543210 c";
    let both = excerpt(text, hidden(2, 18, 0), None, &[hidden(21, 37, 4)]);
    assert_eq!(both.text, "a=******** b=fedc******** c");
    let joined = excerpt(text, hidden(21, 37, 4), None, &[hidden(2, 18, 4), hidden(10, 25, 0)]);
    assert_eq!(joined.text, "a=0123******** c", "what is public in one value may be secret in the other");
    let covered = excerpt(text, hidden(21, 37, 4), None, &[hidden(0, 37, 0)]);
    assert_eq!(covered.text, "******** c");
}

#[test]
fn the_same_value_elsewhere_on_the_line_is_masked_though_no_match_says_so() {
    let text = "it=correcthorse9 # was correcthorse9, never correcthorse8";
    let shown = excerpt(text.as_bytes(), hidden(3, 16, 0), None, &[]);
    assert_eq!(shown.text, "it=******** # was ********, never correcthorse8");
}

#[test]
fn what_is_random_and_no_match_covers_is_masked_too() {
    let text = "Id: abc_0123456789abcdef / nV9wTz3+kQ7/hY2mXc8LpR5dJs4b in eu-west-1, prod account";
    let shown = excerpt(text.as_bytes(), hidden(4, 24, 4), None, &[]);
    assert_eq!(shown.text, "Id: abc_******** / ******** in eu-west-1, prod account");
    let words = "it=correcthorse9 # see src/components/settings/database-connection-options";
    let shown = excerpt(words.as_bytes(), hidden(3, 16, 0), None, &[]);
    assert_eq!(shown.text, "it=******** # see src/components/settings/database-connection-options");
}

#[test]
fn a_long_line_is_cut_around_the_value_and_keeps_its_column() {
    let line = format!("{}é = '0123456789abcdef';{}", "x".repeat(40_000), "y".repeat(40_000));
    let value = Hidden { span: at(&line, "0123456789abcdef"), public_prefix: 0 };
    let shown = excerpt(line.as_bytes(), value, Some(at(&line, "é")), &[]);
    assert!(shown.text.chars().count() <= WIDTH, "{}", shown.text.chars().count());
    assert!(shown.text.starts_with("…xxx") && shown.text.ends_with("yyy…"), "{}", shown.text);
    let before = shown.text[..shown.mask.0].chars().count() as u64 - 1;
    assert_eq!(shown.column + before, 40_000 + 6);
    assert_eq!(&shown.text[shown.name.unwrap().0..shown.name.unwrap().1], "é");
}

#[test]
fn of_a_value_over_several_lines_the_first_is_shown() {
    let text = "key: |\r\n  -----BEGIN KEY-----\r\n  AbCdEfGh\r\n  -----END KEY-----\r\nrest";
    let value = Hidden { span: Span::new(10, text.len() - 6), public_prefix: 0 };
    let shown = excerpt(text.as_bytes(), value, None, &[]);
    assert_eq!((shown.text.as_str(), shown.column), ("  ********…", 1));
    let inside = excerpt(text.as_bytes(), hidden(36, 42, 0), None, &[hidden(10, 50, 0)]);
    assert_eq!(inside.text, "********…", "a value that began on an earlier line covers the line's start");
}

#[test]
fn hostile_and_invalid_bytes_are_written_out() {
    let text = b"\x1b[2Ja\xff\xe2\x80\xae='0123456789abcdef'\x07\tb";
    let shown = excerpt(text, hidden(11, 27, 0), None, &[]);
    assert_eq!(shown.text, "\\u{1b}[2Ja\u{fffd}\\u{202e}='********'\\u{7}\tb");
}

#[test]
fn a_window_in_the_middle_of_a_line_says_so() {
    let text = b"k=0123456789abcdef;";
    let lines = Lines::new(text, Position { line: 3, column: 500 });
    let value = hidden(2, 18, 0);
    let shown = build(&lines, value, None, &Veil::default());
    assert_eq!((shown.text.as_str(), shown.column), ("…k=********;", 500));
}

/// Text of words, hostile characters and raw bytes with values put in at random, some of them overlapping.
fn texts() -> impl Strategy<Value = (Vec<u8>, Vec<Hidden>)> {
    let filler = prop_oneof![
        "[ =:'\"\\PC\n\r\u{202e}]{0,60}".prop_map(String::into_bytes),
        proptest::collection::vec(
            any::<u8>().prop_filter("no letter", |b| !b.is_ascii_alphanumeric()),
            0..200
        ),
    ];
    let value = ("[a-zA-Z0-9]{5,90}", 0usize..12, 0usize..40);
    proptest::collection::vec((filler, value), 1..8).prop_map(|pieces| {
        let (mut text, mut values) = (Vec::new(), Vec::new());
        for (filler, (value, prefix, reach)) in pieces {
            text.extend_from_slice(&filler);
            let start = text.len();
            text.extend_from_slice(value.as_bytes());
            values.push(hidden(start.saturating_sub(reach), text.len(), prefix));
            values.push(hidden(start, text.len(), prefix / 2));
        }
        (text, values)
    })
}

proptest! {
    #[test]
    fn no_part_of_a_value_is_ever_shown((text, values) in texts(), chosen in any::<prop::sample::Index>()) {
        let value = values[chosen.index(values.len())];
        let shown = excerpt(&text, value, None, &values);
        for hidden in &values {
            let secret = hidden.span.of(&text).get(hidden.public_prefix..).unwrap_or_default();
            for part in secret.windows(5).filter(|part| part.iter().all(u8::is_ascii_alphanumeric)) {
                prop_assert!(!shown.text.as_bytes().windows(5).any(|w| w == part), "{}", shown.text);
            }
        }
    }

    #[test]
    fn every_excerpt_is_one_bounded_safe_line((text, values) in texts(), chosen in any::<prop::sample::Index>()) {
        let value = values[chosen.index(values.len())];
        let shown = excerpt(&text, value, Some(Span::new(0, 1)), &values);
        prop_assert!(shown.text.chars().count() <= WIDTH);
        prop_assert!(shown.text.chars().all(|c| visible::is_safe(c) || c == '\t'));
        prop_assert!(shown.text[shown.mask.0..shown.mask.1].ends_with(MASK));
    }
}
