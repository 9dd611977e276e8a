//! Tables of lines with marks, real and apparent.

use proptest::prelude::*;

use super::*;
use crate::span::ORIGIN;

/// The words, put together so that this file holds no mark.
fn mark() -> String {
    ["leaklint", "allow"].join(":")
}

/// Marks in `text`, where `@` stands for the words of a mark.
fn marks(text: &str) -> Vec<Mark> {
    find(&Lines::new(text.replace('@', &mark()).as_bytes(), ORIGIN), Honoured::default())
}

/// What suppresses each candidate.
fn by(lines: &Lines<'_>, candidates: &[Candidate<'_>]) -> Vec<Option<usize>> {
    suppressed(&find(lines, Honoured::default()), candidates, Honoured::default()).by
}

/// Which of the values `V1`, `V2` … (rules `r1`, `r2` …) in `text` are suppressed. `V1{` … `}` is one of several lines.
fn allowed(text: &str) -> Vec<usize> {
    super::scope_tests::allowed_by(&text.replace('@', &mark()), Honoured::default())
}

#[test]
fn every_language_has_a_way_to_write_a_mark_after_code() {
    for line in [
        "K=V1 # @",
        "K=V1\t#@",
        "k = \"V1\"  # noqa, @",
        "let k = \"V1\"; // @",
        "let k = \"V1\"; //@",
        "k = 'V1' /* @ */",
        "<k>V1</k><!-- @ -->",
        "<k>V1</k> <!--@-->",
        "k: V1 {{!-- @ --}}",
        "k: V1 {{! @ }}",
        "k: V1 {# @ #}",
        "k: V1 {{/* @ */}}",
        "k: V1 {{- /* @ */ -}}",
        "<b k=\"V1\">{/* @ */}</b>",
        "<%# @ %> V1",
        "<%-- @ --%> V1",
        "k = V1 <# @ #>",
        "let k = \"V1\" (* @ *)",
        "k = V1 -- @",
        "k = \"V1\" --[[ @ ]]",
        "k = V1 ; @",
        "k = V1 ;; @",
        "\\key{V1} % @",
        "k = \"V1\" ' @",
        "set K=V1 & rem @",
        "set K=V1 & REM @",
        "k = \"V1\" {- @ -}",
        "say 'don''t' V1 # @",
        "it doesn't V1 # @",
        "fn f<'a>(k: K<'a>) { \"V1\" } // @",
        "impl<'a> K { V1 } // @",
        "k = \"a \\\" b V1\" # @",
        "k = `V1` // @",
        "k = '\"V1' # @",
        "k = \"\"\"V1\"\"\" # @",
        "K=V1 # @ # another tool's mark",
        "K=V1 # @ // another tool's mark",
    ] {
        assert_eq!(allowed(line), [1], "{line}");
        assert_eq!(allowed(&format!("{line}\r\n")), [1], "{line} with CRLF");
    }
}

#[test]
fn a_mark_alone_on_its_line_covers_the_next() {
    for line in [
        "# @",
        "  # @",
        "## @",
        "//@",
        "/// @",
        "/* @ */",
        " * @",
        "/** @ */",
        "<!-- @ -->",
        "{{! @ }}",
        "{# @ #}",
        "-- @",
        "; @",
        ";;; @",
        "% @",
        "' @",
        "rem @",
        "REM @",
        "! @",
        "{{/* @ */}}",
        "{/* @ */}",
        "{{- /* @ */ -}}",
        "(* @ *)",
        "#\t@",
        "\t# @ -- why",
        "# // @",
    ] {
        assert_eq!(allowed(&format!("{line}\nK=V1\nL=V2\n")), [1], "{line}");
        assert_eq!(allowed(&format!("{line}\r\nK=V1\r\nL=V2\r\n")), [1], "{line}");
        assert_eq!(allowed(&format!("{line}\n\nK=V1\n")), [0; 0], "{line}, then a blank line");
        assert!(marks(line)[0].alone, "{line}");
    }
}

#[test]
fn what_only_looks_like_a_mark_is_none() {
    for line in [
        "colour=V1#@",
        "colour=V1//@",
        "colour=V1/*@",
        "url = V1 http://example.com/#@",
        "url = V1 http://@",
        "k = \"V1 # @\"",
        "k = \"V1\" + \" // @\"",
        "k = 'V1 # @'",
        "k = `V1 # @`",
        "k = ' @', 'V1'",
        "# k = \"V1 @\"",
        "V1 @",
        "V1 text with words, then @",
        "V1 # @ed",
        "V1 # @-next-line",
        "V1 # @:",
        "V1 # @!",
        "V1 # @ (see above)",
        "V1 # @ For A Test",
        "V1 # @ r1 because: it is a test",
        "V1 --comment @",
        "mysql --password=V1 --comment=@",
        "echo V1 ; echo @",
        "V1 # LEAKLINT:ALLOW",
        "V1 # leaklint: allow",
        "see `# @` for V1",
        "k = \"V1 \\\" # @\"",
    ] {
        assert_eq!(allowed(line), [0; 0], "{line}");
    }
}

#[test]
fn a_mark_inside_the_value_is_none() {
    // A reader that takes the rest of a line for the value: the mark is part of the password.
    let text = format!("password: abc # {}", mark());
    let lines = Lines::new(text.as_bytes(), ORIGIN);
    let value = Span::new(10, text.len());
    let whole = Candidate { value, first_line: 0, last_line: 0, rule_id: "r", service: "some" };
    assert_eq!(by(&lines, &[whole]), [None]);
}

#[test]
fn without_ids_only_the_nearest_is_suppressed() {
    assert_eq!(allowed("a=V1 b=V2 # @"), [2]);
    assert_eq!(allowed("a=V1 /* @ */ b=V2"), [1]);
    assert_eq!(allowed("/* @ */ a=V1 b=V2"), [1]);
    assert_eq!(allowed("# @\na=V1 b=V2"), [1]);
    assert_eq!(allowed("a=V1 b=V2 # @ # @"), [1, 2]);
    assert_eq!(allowed("a=V1 # @\na=V2"), [1]);
    assert_eq!(allowed("a=V1\na=V2 # @"), [2]);
}

#[test]
fn one_value_found_by_two_rules_is_one_finding() {
    let text = format!("a=V1 b=V2 # {}", mark());
    let (first, second) = (Span::new(2, 4), Span::new(7, 9));
    let of = |value, rule_id| Candidate { value, first_line: 0, last_line: 0, rule_id, service: "some" };
    let candidates = [of(first, "x"), of(second, "x"), of(second, "y")];
    assert_eq!(by(&Lines::new(text.as_bytes(), ORIGIN), &candidates), [None, Some(0), Some(0)]);
}

#[test]
fn with_ids_all_findings_of_those_rules_are_suppressed() {
    assert_eq!(allowed("a=V1 b=V2 c=V3 # @ r1 r3"), [1, 3]);
    assert_eq!(allowed("a=V1 b=V2 c=V3 # @ r1, r3 -- both are samples"), [1, 3]);
    assert_eq!(allowed("a=V1 b=V2 c=V3 # @ r1,r2,r3"), [1, 2, 3]);
    assert_eq!(allowed("// @ r2\na=V1 b=V2"), [2]);
    assert_eq!(allowed("a=V1 # @ r7"), [0; 0], "another rule's mark");
    assert_eq!(allowed("a=V1 # @ R1"), [0; 0], "ids are lower-case");
    assert_eq!(allowed("<k>V1</k><!-- @ r1 -->"), [1]);
    assert_eq!(allowed("k V1 /* @ r1*/"), [1]);
}

#[test]
fn marks_can_be_stacked_above_one_value() {
    assert_eq!(allowed("# @ r1 -- one\n# @ r2 -- two\na=V1 b=V2 c=V3"), [1, 2]);
    assert_eq!(allowed("# @\n# @\na=V1 b=V2 c=V3"), [1, 2]);
    let far = "# @ r1\n".repeat(20);
    assert_eq!(allowed(&format!("{far}a=V1")), [1]);
}

#[test]
fn values_of_several_lines() {
    assert_eq!(allowed("k: V1{\n a\n b} # @\n"), [1], "after its last line");
    assert_eq!(allowed("k: V1{ # @\n a\n b}\n"), [1], "after its first line");
    assert_eq!(allowed("# @\nk: V1{\n a\n b}\n"), [1], "above it");
    assert_eq!(allowed("k: V1{\n a # @\n b}\n"), [0; 0], "in its middle");
    assert_eq!(allowed("k: V1{\n # @\n b}\nl: V2"), [0; 0], "alone in its middle");
    assert_eq!(allowed("k = \"V1{\n a\n b}\"; // @\n"), [1], "a quote of the first line closes on the last");
    assert_eq!(allowed("k = `V1{\n b}\n`, // @\n"), [0; 0], "not the value's line");
    assert_eq!(allowed("k = \"V1{\n b}\\n\", \"x\" // @\n"), [1]);
    assert_eq!(allowed("k = \"\"\"V1{\n b}\"\"\" # @\n"), [1]);
    assert_eq!(allowed("k = \"V1{\n b}\" + \"# @\"\n"), [0; 0], "in another string after it");
    assert_eq!(allowed("V2{\n b} x = \" // @\n"), [0; 0]);
    assert_eq!(allowed("k: V1{\n b} V2 # @\n"), [2], "the nearest");
}

#[test]
fn the_line_that_opens_a_value_of_several_lines_belongs_to_it() {
    for opener in [
        "k: |",
        "k: >-",
        "k: |2",
        "k = \"\"\"\\",
        "k = '''",
        "k = `",
        "k =",
        "k: (",
        "cat > k <<EOF",
        "cat <<-'EOF'",
    ] {
        assert_eq!(allowed(&format!("# @\n{opener}\n  V1{{\n  b}}\n")), [1], "above it: {opener}");
        let after = allowed(&format!("{opener} # @\n  V1{{\n  b}}\n"));
        assert_eq!(after.is_empty(), opener.ends_with('`'), "after it, outside a string: {opener}");
    }
    for other in ["k: x", "# text", "", "a << b", "12"] {
        assert_eq!(allowed(&format!("# @\n{other}\n  V1{{\n  b}}\n")), [0; 0], "another line: {other}");
    }
    assert_eq!(allowed("# @\nk: |\n  V1\n"), [0; 0], "a value of one line");
}

#[test]
fn a_mark_carries_its_rules_reason_and_place() {
    let text = format!("x\nK=V1  # {} aws-key, other-key -- sample,  not real  ", mark());
    let found = find(&Lines::new(text.as_bytes(), ORIGIN), Honoured::default());
    let [one] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!((one.line, one.covers, one.alone), (1, 1, false));
    assert_eq!(one.rules, ["aws-key", "other-key"]);
    assert_eq!(one.reason.as_deref(), Some("sample,  not real"));
    assert_eq!(one.span.of(text.as_bytes()), text[10..].trim_end().as_bytes());
    assert_eq!(marks("K=V1 <!-- @ -- why not -->")[0].reason.as_deref(), Some("why not"));
    assert_eq!(marks("# @ --")[0].reason, None);
}

#[test]
fn planted_lines_stay_cheap() {
    for text in [
        "# @ ".repeat(20_000),
        "# @\n".repeat(100_000),
        format!("{}@", "; ".repeat(300_000)),
        format!("{}# @", " ".repeat(600_000)),
        format!("{}# @", "' ".repeat(300_000)),
        format!("{}# @", "\" ".repeat(300_001)),
        format!("# @{}", " a".repeat(300_000)),
    ] {
        marks(&text);
    }
    let text = format!("{}a", format!("# {}\n", mark()).repeat(20_000));
    let value = Span::new(text.len() - 1, text.len());
    let candidates =
        vec![
            Candidate { value, first_line: 20_000, last_line: 20_000, rule_id: "r", service: "some" };
            20_000
        ];
    assert!(by(&Lines::new(text.as_bytes(), ORIGIN), &candidates).iter().all(Option::is_some));
}

proptest! {
    #[test]
    fn any_line_is_read_without_panic_and_marks_lie_in_it(
        parts in prop::collection::vec(prop_oneof![
            Just("@".to_owned()), Just("# @".to_owned()), Just("\n".to_owned()), Just("\r\n".to_owned()),
            "[-#/*<>{}!;%'\"`\\\\ ]{1,4}", "\\PC{0,6}", Just("-- ".to_owned()), Just("r1".to_owned()),
        ], 0..24)
    ) {
        let text = parts.concat().replace('@', &mark());
        let lines = Lines::new(text.as_bytes(), ORIGIN);
        for one in find(&lines, Honoured::default()) {
            prop_assert!(lines.line(one.line).contains(one.span));
            prop_assert!(one.span.of(text.as_bytes()).starts_with(mark().as_bytes()));
            prop_assert!(one.covers == one.line || (one.alone && one.covers > one.line));
        }
    }

    #[test]
    fn a_mark_in_quotes_is_never_one(inner in "[ #/*a-z;!<>{}-]{0,12}", quote in "[\"`]") {
        let text = format!("k = {quote}V1 {inner} # @{quote}");
        prop_assert!(allowed(&text).is_empty(), "{}", text);
    }
}
