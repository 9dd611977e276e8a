//! Tables of regions, of marks for the next line, and of the marks of other tools.

use super::*;
use crate::span::ORIGIN;

/// Which of the values `V1`, `V2` … (rules `r1`, `r2` …, service `some`) in `text` are suppressed. `V1{` … `}` is one of
/// several lines.
pub(super) fn allowed_by(text: &str, honoured: Honoured) -> Vec<usize> {
    let lines = Lines::new(text.as_bytes(), ORIGIN);
    let outcome = outcome(&lines, text, &find(&lines, honoured), honoured);
    outcome.by.iter().enumerate().filter(|(_, by)| by.is_some()).map(|(at, _)| at + 1).collect()
}

fn outcome(lines: &Lines<'_>, text: &str, marks: &[Mark], honoured: Honoured) -> Outcome {
    let mut found = Vec::new();
    for number in 1..10 {
        let Some(start) = text.find(&format!("V{number}")) else { break };
        let end = match text[start + 2..].starts_with('{') {
            true => start + text[start..].find('}').expect("an end") + 1,
            false => start + 2,
        };
        found.push((Span::new(start, end), format!("r{number}")));
    }
    let candidates: Vec<Candidate<'_>> =
        found.iter().map(|(value, rule_id)| Candidate::new(lines, *value, rule_id, "some")).collect();
    suppressed(marks, &candidates, honoured)
}

fn allowed(text: &str) -> Vec<usize> {
    allowed_by(text, Honoured::default())
}

#[test]
fn a_mark_for_the_next_line_stands_after_code_or_alone() {
    assert_eq!(allowed("a=V1 # leaklint:allow-next-line\nb=V2 c=V3\nd=V4"), [2]);
    assert_eq!(allowed("# leaklint:allow-next-line\nb=V1 c=V2\nd=V3"), [1]);
    assert_eq!(allowed("# leaklint:allow-next-line r1 r2 -- why\nb=V1 c=V2 V3"), [1, 2]);
    assert_eq!(allowed("# leaklint:allow-next-line r2\n# leaklint:allow r1\nb=V1 c=V2 V3"), [1, 2]);
    assert_eq!(allowed("# leaklint:allow-next-line\n\nb=V1"), [0; 0]);
    assert_eq!(allowed("# leaklint:allow-next-line\nk: V1{\n b}\nl=V2"), [1]);
}

#[test]
fn a_region_goes_from_off_to_on_or_to_the_end() {
    assert_eq!(allowed("V1\n# leaklint:off\nV2\nV3 V4\n# leaklint:on\nV5"), [2, 3, 4]);
    assert_eq!(allowed("V1 # leaklint:off\nV2\nV3 # leaklint:on\nV4"), [2, 3]);
    assert_eq!(allowed("# leaklint:off\nV1\nV2"), [1, 2]);
    assert_eq!(allowed("# leaklint:off r2 -- why\nV1 V2\n# leaklint:on\nV3"), [2]);
    assert_eq!(allowed("# leaklint:off\nV1\n# leaklint:on r2\nV2 V3\n# leaklint:on\nV4"), [1, 3]);
    assert_eq!(allowed("# leaklint:off r1 r2 r3\nV1\n# leaklint:on r2\nV2 V3\n# leaklint:on r3\nV4"), [1, 3]);
    assert_eq!(allowed("<!-- leaklint:off -->V1<!-- leaklint:on -->V2"), [1]);
    assert_eq!(allowed("# leaklint:off\nV1{\n# leaklint:on\n}"), [0; 0], "not all of it lies in the region");
    for none in ["leaklint:off", "x = \"# leaklint:off\"", "# leaklint:offline", "# leaklint:off because"] {
        assert_eq!(allowed(&format!("{none} it is so!\nV1")), [0; 0], "{none}");
    }
    assert_eq!(allowed("# leaklint:off\nV1\n# leaklint:on!\nV2"), [1, 2], "what ends nothing");
}

#[test]
fn a_region_that_nothing_ends_is_known_as_one() {
    let open = |text: &str| -> Vec<bool> {
        let marks = find(&Lines::new(text.as_bytes(), ORIGIN), Honoured::default());
        let regions = marks.iter().filter_map(|mark| match &mark.scope {
            Scope::Region(region) => Some(region.open),
            _ => None,
        });
        regions.collect()
    };
    assert_eq!(open("# leaklint:off\n# leaklint:on\n# leaklint:off r1\n"), [false, true]);
    assert_eq!(open("# leaklint:off r1 r2\n# leaklint:on r1\n"), [true]);
    assert_eq!(open("# leaklint:off r1 r2\n# leaklint:on r1\n# leaklint:on r2\n"), [false]);
    assert_eq!(open("# leaklint:off\n# leaklint:on r1\n"), [true]);
    assert_eq!(open("# leaklint:off\n# secretlint-enable\n"), [true], "another tool's");
}

#[test]
fn a_region_goes_on_in_the_next_part_of_a_text() {
    let honoured = Honoured::default();
    let first = "V0\n# leaklint:off r1\n# leaklint:off r2\n# leaklint:on r2\nlast\n";
    let lines = Lines::new(first.as_bytes(), ORIGIN);
    let open = open_after(&lines, Span::new(0, first.len()), honoured, &[]);
    assert_eq!(
        open.iter().map(|mark| (mark.number, mark.rules.join(" "))).collect::<Vec<_>>(),
        [(2, "r1".into())]
    );
    // The second part shows some of the first before what it owns.
    let second = "# leaklint:off r2\nlast\nV1 V2\n# leaklint:on\nV3";
    let lines = Lines::new(second.as_bytes(), ORIGIN);
    let owned = second.find("V1").expect("is there");
    let marks = find_from(&lines, honoured, owned, &open);
    let by = outcome(&lines, second, &marks, honoured).by;
    assert_eq!(by, [Some(0), None, None]);
    assert_eq!(open_after(&lines, Span::new(owned, second.len()), honoured, &open), []);
    let before_the_end = second.find("# leaklint:on").expect("is there");
    assert_eq!(open_after(&lines, Span::new(owned, before_the_end), honoured, &open).len(), 1);
}

#[test]
fn every_tools_mark_does_what_its_tool_does() {
    let key = "k = \"V1{\n a\n b\n}\"";
    for (text, expected) in [
        // gitleaks and betterleaks: anywhere on any line of the value.
        ("V1 V2 # gitleaks:allow\nV3", &[1, 2][..]),
        ("x = \"gitleaks:allow V1\"", &[1]),
        ("V1#betterleaks:allow", &[1]),
        ("# gitleaks:allow\nV1", &[]),
        ("k: V1{\n a gitleaks:allow\n c\n}", &[1]),
        ("V1 # GITLEAKS:ALLOW", &[]),
        // trufflehog: the same line.
        ("V1 # trufflehog:ignore\nV2", &[1]),
        ("# trufflehog:ignore\nV1", &[]),
        // kingfisher: the same line or the one above; for several lines the one after.
        ("V1 # kingfisher:ignore\nV2\nV3", &[1, 2]),
        ("# kingfisher:ignore\nV1\nV2", &[1]),
        (&format!("{key}\n# kingfisher:ignore\nl = V2"), &[1, 2]),
        ("V1\n# kingfisher:ignore", &[]),
        // detect-secrets: a comment at the end of the line, or alone on the one above.
        ("V1 # pragma: allowlist secret\nV2", &[1]),
        ("V1 # pragma:whitelist-secret because", &[1]),
        ("V1 /* pragma: allowlist secret */", &[1]),
        ("V1 /* pragma: allowlist secret */ x", &[]),
        ("<a>V1</a> <!-- pragma: allowlist secret -->", &[1]),
        ("V1 pragma: allowlist secret", &[]),
        ("V1 # see pragma: allowlist secret", &[]),
        ("V1 # pragma: allowlist", &[]),
        ("# pragma: allowlist nextline secret\nV1\nV2", &[1]),
        ("  // pragma: allowlist nextline secret\r\nV1\r\nV2", &[1]),
        ("x # pragma: allowlist nextline secret\nV1", &[]),
        ("# pragma: whitelist nextline secret\nV1", &[]),
        ("# pragma: allowlist secret\nV1", &[]),
        // secretlint: as its words say.
        ("V1 V2 // secretlint-disable-line -- a reason\nV3", &[1, 2]),
        ("// secretlint-disable-next-line\nV1 V2\nV3", &[1, 2]),
        ("/* secretlint-disable */\nV1\n/* secretlint-enable */\nV2", &[1]),
        ("# secretlint-disable @secretlint/secretlint-rule-some -- why\nV1", &[1]),
        ("# secretlint-disable @secretlint/secretlint-rule-other\nV1", &[]),
        ("# secretlint-disable\nV1\n# secretlint-enable @secretlint/secretlint-rule-some\nV2", &[1]),
        ("V1 // secretlint-disable-line r1, x", &[1]),
        ("V1 secretlint-disable-line", &[]),
        // ggshield: in a comment on the line.
        ("V1 V2 # ggignore\nV3", &[1, 2]),
        ("V1 ggignore", &[]),
        ("V1 # ggignored", &[]),
    ] {
        assert_eq!(allowed(text), expected, "{text}");
        let foreign_off = Honoured { foreign: false, ..Honoured::default() };
        assert_eq!(allowed_by(text, foreign_off), [0; 0], "{text}");
    }
}

#[test]
fn where_a_reason_is_wanted_only_marks_with_one_hold() {
    let strict = Honoured { require_reason: true, ..Honoured::default() };
    for words in [
        "leaklint:allow",
        "leaklint:allow r1",
        "gitleaks:allow",
        "trufflehog:ignore",
        "kingfisher:ignore",
        "pragma: allowlist secret",
        "secretlint-disable-line",
        "ggignore",
    ] {
        assert_eq!(allowed_by(&format!("V1 # {words}"), strict), [0; 0], "{words}");
        assert_eq!(allowed_by(&format!("V1 # {words} -- a sample"), strict), [1], "{words}");
    }
    assert_eq!(allowed_by("# leaklint:off\nV1", strict), [0; 0]);
    assert_eq!(allowed_by("# leaklint:off -- samples\nV1\n# leaklint:on\nV2", strict), [1]);
    assert_eq!(allowed_by("V1 /* pragma: allowlist secret -- why */", strict), [1]);
}

#[test]
fn a_mark_knows_whether_there_is_anything_for_it() {
    let of = |text: &str| {
        let lines = Lines::new(text.as_bytes(), ORIGIN);
        let outcome = outcome(&lines, text, &find(&lines, Honoured::default()), Honoured::default());
        (outcome.used, outcome.misplaced)
    };
    assert_eq!(of("V1 # leaklint:allow\nx # leaklint:allow").0, [true, false]);
    assert_eq!(of("# leaklint:off r9\nV1 # gitleaks:allow").0, [false, true]);
    assert_eq!(of("V1 # leaklint:allow # gitleaks:allow").0, [true, true], "both would suppress it");
    assert_eq!(of("V1 # trufflehog:ignore").1, [false]);
    assert_eq!(of("/* trufflehog:ignore */ V1"), (vec![true], vec![true]));
}

#[test]
fn planted_regions_stay_cheap() {
    let many = "# leaklint:off r1\n".repeat(50_000);
    let pairs = "# leaklint:off\n# leaklint:on r1\n# leaklint:on\n".repeat(20_000);
    let ends = format!("# leaklint:off\n{}", "# leaklint:on r1 r2 r3 r4\n".repeat(50_000));
    for text in
        [many, pairs, ends, "gitleaks:allow ".repeat(50_000), "/* pragma: allowlist secret ".repeat(50_000)]
    {
        let text = format!("{text}\nV");
        let lines = Lines::new(text.as_bytes(), ORIGIN);
        let marks = find(&lines, Honoured::default());
        let value = Span::new(text.len() - 1, text.len());
        let last = lines.index(value.start);
        let one = Candidate { value, first_line: last, last_line: last, rule_id: "r", service: "some" };
        assert_eq!(suppressed(&marks, &vec![one; 20_000], Honoured::default()).by.len(), 20_000);
    }
}
