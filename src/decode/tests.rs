//! Encodings of every kind, and that the way back from any decoded byte is right.

use ::base64::Engine as _;
use ::base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;
use std::io::Write as _;

use super::*;
use crate::runs;

fn read(text: &[u8]) -> View {
    let mut budget = Budget::default();
    let view = super::view(Source::of(text, &runs::all(text)), IN_FILES, &mut budget);
    assert!(!budget.is_spent());
    check(text, &view);
    view
}

/// Every decoded byte comes from a span inside its reading, and from none before that of the byte before it.
fn check(text: &[u8], view: &View) {
    for segment in view.segments() {
        assert!(segment.source.end <= text.len() && !segment.decoded.is_empty());
        let mut last = Span::new(segment.source.start, segment.source.start);
        for at in segment.decoded.start..segment.decoded.end {
            let source =
                view.source(Span::new(at, at + 1)).expect("a byte of a reading comes from somewhere");
            assert!(segment.source.contains(source), "{source:?} of {:?}", segment.source);
            assert!(last.start <= source.start && last.end <= source.end, "{last:?} {source:?}");
            last = source;
        }
        assert_eq!(view.source(segment.decoded), Some(view.source(segment.decoded).unwrap().join(last)));
    }
    let ends = view.segments().windows(2);
    ends.for_each(|pair| {
        assert_eq!(view.source(Span::new(pair[0].decoded.start, pair[1].decoded.end)), None)
    });
}

/// What spells `needle` in `text`, as it is found in a reading.
fn spelled<'t>(text: &'t [u8], needle: &str) -> Option<&'t str> {
    let view = read(text);
    let at = memchr::memmem::find(view.text(), needle.as_bytes())?;
    let source = view.source(Span::new(at, at + needle.len()))?;
    Some(std::str::from_utf8(source.of(text)).expect("these encodings are ASCII"))
}

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

#[test]
fn every_encoding_is_read_and_mapped_back() {
    let plain = "{\"user\": \"anna\", \"where\": \"over the hills\"}";
    let anna = &STANDARD.encode(plain)[12..20];
    let cases: Vec<(String, String)> = vec![
        (format!("x = \"{}\"", STANDARD.encode(plain)), anna.into()),
        (format!("x = {}", URL_SAFE_NO_PAD.encode(format!("??>>{plain}"))), "ICJhbm5h".into()),
        (format!("Basic-{}", STANDARD_NO_PAD.encode(plain)), anna.into()),
        (format!("/download/{}/x", STANDARD_NO_PAD.encode(plain)), anna.into()),
        (format!("x = 0x{};", hex(plain.as_bytes())), hex(b"anna")),
        (format!("x = '\\x{}'", hex(plain.as_bytes())), hex(b"anna")),
        (
            format!("powershell -e {}", STANDARD.encode(wide(plain))),
            STANDARD.encode(&wide(plain)[18..30])[..].into(),
        ),
        (format!("x = {}", STANDARD.encode(gzip(plain))), STANDARD.encode(gzip(plain))),
        ("x = \"\\x75\\x73\\x65\\x72=\\x61\\x6e\\x6e\\x61\"".into(), "\\x61\\x6e\\x6e\\x61".into()),
        ("x = \"\\u0061n\\u{6e}\\141\\U0000003d\"".into(), "\\u0061n\\u{6e}\\141".into()),
        ("x = \"{\\\"user\\\": \\\"anna\\\"}\"".into(), "anna".into()),
        ("a%3D1%26user%3D%61nn%61%20".into(), "%61nn%61".into()),
        ("<a b=\"user&#61;&#97;nna\">".into(), "&#97;nna".into()),
        ("<a b=\"&lt;user&gt;&#x61;nna&lt;/user&gt;\">".into(), "&#x61;nna".into()),
        ("user=3Dan=\nna=20and".into(), "an=\nna".into()),
        ("user=3Dan=\r\nna".into(), "an=\r\nna".into()),
    ];
    for (text, expected) in cases {
        let found = spelled(text.as_bytes(), "anna");
        assert_eq!(found, Some(expected.as_str()), "{text}");
    }
}

#[test]
fn what_is_no_text_is_not_read() {
    let digest = hex(&(0..32u8).map(|byte| byte.wrapping_mul(151)).collect::<Vec<_>>());
    let image = STANDARD.encode(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x10\0\0\0\x10\x08\x06");
    let texts = [
        digest,
        image,
        "A".repeat(1000),
        "src/main/java/org/Apache/commons/lang/StringUtils".into(),
        "someVeryLongIdentifierThatNobodyWouldType = 1".into(),
        "printf(\"%02d %5d %s %x\\n\", a, b, c, d); // 100 % sure & a &amp; b".into(),
        "\"\\n\\t\\n\\t\\n\\r\"".into(),
        "\"\\u4e2d\\u6587\\u4e2d\\u6587\\u4e2d\"".into(),
        "b\"\\x00\\x01\\xff\\x41\\x80\\x81\\x42\\x43\\x44\\x07\"".into(),
    ];
    for text in texts {
        assert!(read(text.as_bytes()).is_empty(), "{text}");
    }
}

#[test]
fn wrapped_lines_are_one_reading() {
    let plain = "user: anna, ".repeat(40) + "the last words";
    let encoded = STANDARD.encode(&plain);
    for width in [40, 60, 64, 76] {
        for (before, between) in [("", "\n"), ("x: |\n    ", "\n    "), ("\"", "\\n"), ("x\r\n\t", "\r\n\t")]
        {
            let lines: Vec<&str> =
                encoded.as_bytes().chunks(width).map(|line| std::str::from_utf8(line).unwrap()).collect();
            let text = format!("{before}{}\nmore: 1\n", lines.join(between));
            let view = read(text.as_bytes());
            assert_eq!(view.segments().len(), 1, "{text}");
            assert!(view.text().starts_with(plain.as_bytes()), "{text}");
            for at in [0, 100, plain.len() - 14] {
                let source = view.source(Span::new(at, at + 14)).unwrap().of(text.as_bytes());
                let joined = String::from_utf8_lossy(source).replace(between, "");
                let decoded = STANDARD.decode(&joined).unwrap();
                assert!(String::from_utf8_lossy(&decoded).contains(&plain[at..at + 14]), "{text}");
            }
        }
    }
}

#[test]
fn a_run_that_is_cut_at_its_start_is_read_at_any_place_in_a_group() {
    let plain = "user: anna, ".repeat(40);
    let encoded = STANDARD.encode(&plain);
    for cut in 0..8 {
        let text = &encoded.as_bytes()[cut..];
        let runs = runs::all(text);
        let source = Source { cut: true, ..Source::of(text, &runs) };
        let view = super::view(source, IN_FILES, &mut Budget::default());
        let whole: Vec<u8> = plain.bytes().skip(cut.div_ceil(4) * 3).collect();
        assert!(view.text().starts_with(&whole), "{cut}");
        check(source.text, &view);
    }
}

#[test]
fn what_is_taken_is_left_alone() {
    let encoded = STANDARD.encode("user: anna, and nobody else");
    let text = format!("{encoded} {encoded}");
    let taken = [Span::new(3, 9)];
    let runs = runs::all(text.as_bytes());
    let source = Source { taken: &taken, ..Source::of(text.as_bytes(), &runs) };
    let view = super::view(source, IN_FILES, &mut Budget::default());
    assert_eq!(view.segments().len(), 1);
    assert_eq!(view.segments()[0].source.start, encoded.len() + 1);
}

#[test]
fn secrets_of_kubernetes_are_read_with_their_names() {
    let encode = |text: &str| STANDARD.encode(text);
    let (short, other) = (encode("walnut7"), encode("say \"hi\"\n"));
    let manifests = [
        (format!("kind: Secret\ndata:\n  password: {short}\n  other: '{other}'\n"), true),
        (format!("data:\n    password: {short} # old\n\n    other: {other}\nkind: \"Secret\"\n"), true),
        (
            format!(
                "- kind: Secret\n  data:\n    ca: |\n      x\n    password: \"{short}\"\n    other: {other}"
            ),
            true,
        ),
        (
            format!(
                "{{\"data\": {{\"password\": \"{short}\", \"other\":\"{other}\"}}, \"kind\":\"Secret\"}}"
            ),
            true,
        ),
        (format!("data:\n  password: {short}\n  other: {other}\n"), true),
        (format!("data:\n  password: {short}\n  mode: strict\n"), false),
        (format!("metadata:\n  password: {short}\n  other: {other}\n"), false),
        (format!("kind: Secret\n{}data: {{password: {short}}}", "#\n".repeat(40_000)), false),
        ("kind: ConfigMap\ndata:\n  password: walnuts7\n".to_owned(), false), // leaklint:allow -- a value of a test
    ];
    for (text, found) in manifests {
        let view = read(text.as_bytes());
        let at = memchr::memmem::find(view.text(), b"\"walnut7\"");
        assert_eq!(at.is_some(), found, "{text}");
        let Some(at) = at else { continue };
        let value = view.source(Span::new(at + 1, at + 8)).unwrap();
        assert_eq!(value.of(text.as_bytes()), short.as_bytes());
        assert!(view.text()[..at].ends_with(b": ") && view.changes(Span::new(at + 1, at + 8)));
        assert!(memchr::memmem::find(view.text(), b"'say \"hi\"'").is_some(), "{text}");
    }
}

#[test]
fn strings_are_texts_of_their_own_and_deeper_levels_follow() {
    let inner = r#"{"password": "walnut", "a": "b"}"#; // leaklint:allow -- a value of a test
    let escape = |text: &str| text.replace('\\', "\\\\").replace('"', "\\\"");
    let twice = escape(&format!("{{\"inner\": \"{}\", \"c\": \"d\"}}", escape(inner)));
    let text = format!("x = \"{twice}\" + \"none\" + \"{}\"", escape(inner));
    let first = read(text.as_bytes());
    assert_eq!(first.segments().len(), 2, "one for each string");
    assert!(first.segments().iter().all(|segment| segment.apart));
    let second = read(first.text());
    let at = memchr::memmem::find(second.text(), b"\"walnut\"").unwrap();
    let source = first.source(second.source(Span::new(at, at + 8)).unwrap()).unwrap();
    assert_eq!(source.of(text.as_bytes()), br#"\\\"walnut\\\""#);
    assert!(second.text()[..at].ends_with(b"\"password\": "));
}

/// The readings of a text.
fn readings(text: &str) -> Vec<String> {
    let view = read(text.as_bytes());
    view.segments().iter().map(|s| String::from_utf8_lossy(s.decoded.of(view.text())).into_owned()).collect()
}

#[test]
fn joined_literals_are_one_behind_their_name() {
    let whole = "x = \"walnut\"";
    let cases = [
        ("x = \"wal\" + \"nut\"", "wal\" + \"nut"),
        ("x = \"w\"+\"al\" + \"nu\" + \"t\"", "w\"+\"al\" + \"nu\" + \"t"),
        ("x = \"wal\" . 'nut'", "wal\" . 'nut"),
        ("x = 'wal'.'nut'", "wal'.'nut"),
        ("x = 'wal'.\n  'nut'", "wal'.\n  'nut"),
        ("x = \"wal\" .. \"nut\"", "wal\" .. \"nut"),
        ("x = \"wal\" & _\n  \"nut\"", "wal\" & _\n  \"nut"),
        ("x = \"wal\"\n    + \"nut\"", "wal\"\n    + \"nut"),
        ("x = \"wal\" + \\\r\n    b\"nut\"", "wal\" + \\\r\n    b\"nut"),
        ("x = \"wal\" \\\n    \"nut\"", "wal\" \\\n    \"nut"),
        ("x = (\n    \"wal\"\n    \"nut\"", "wal\"\n    \"nut"),
        ("x = \"wal\"'nut'", "wal\"'nut"),
        ("x = \"wal\\\n    nut\"", "wal\\\n    nut"),
        ("x = concat!(\"wal\", \"nut\",)", "wal\", \"nut"),
        ("x = ['wal', \"nut\"].join('')", "wal', \"nut"),
        ("x = [\n  \"w\",\n  \"al\",\n  \"nut\",\n].join(\"\")", "w\",\n  \"al\",\n  \"nut"),
        ("x = ''.join(['wal', 'nut'])", "wal', 'nut"),
    ];
    for (text, expected) in cases {
        let found = readings(text);
        let plain = found.iter().map(|reading| reading.replace('\'', "\""));
        assert!(
            plain.clone().any(|reading| reading == whole || reading.replace('(', "") == whole),
            "{text}: {found:?}"
        );
        assert_eq!(spelled(text.as_bytes(), "walnut"), Some(expected), "{text}");
    }
    let after = "y = 1; f(x, \"wal\" + \"nut\" + y, 'c'); // don't\nz";
    assert_eq!(readings(after), ["y = 1; f(x, \"walnut\" + y, 'c'); // don't"]);
    let two = "f(\"wal\" + \"nut\", it's, 'a', 'oak' + 'leaf')";
    assert_eq!(readings(two).len(), 1, "one reading for one line");
    assert!(readings(two)[0].contains("\"walnut\"") && readings(two)[0].contains("'oakleaf'"));
}

#[test]
fn what_is_not_joined_is_left_alone() {
    let texts = [
        "x = \"wal\" + y + \"nut\"",
        "x = \"Enter your \" + \"name\"",
        "x = \"usage:\\n\" + \"more\"",
        "x = \"<b>\" + \"<i>\"",
        "x = \"wal\", \"nut\"",
        "x = \"wal\" || \"nut\"",
        "${{ x && 'wal' || 'nut' }}",
        "the 'wal'.  'nut' is one",
        "import (\n  \"wal\"\n  . \"nut\"\n)",
        "x = [\"wal\", \"nut\"].join(\", \")",
        "x = y + \"+\" + z",
        "x = \"a\" + y + \" + \"",
        "x = \"\"\"wal\"\"\" + y",
        "names=(\"wal\"\n  \"nut\")",
        "import (\n  \"wal\"\n  \"nut\"\n)",
        "x = '0' + 'a'",
        "x = \"\\x77al\\x6e\" + \"ut\"",
        "(list \"wal\"\n  \"nut\")",
        "a = \"wal\"\n  \"nut\" = 1",
        "SELECT * FROM \"wal\".\"nut\"",
        "make wal.o\\\n    nut.o",
        "k = \"-----BEGIN X-----\" + \"MII\"",
    ];
    for text in texts {
        assert_eq!(readings(text), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn joins_without_end_are_read_in_parts() {
    let line = format!("x = \"wal\"{};\n", "+\"nut\"".repeat(100_000));
    let view = super::view(Source::of(line.as_bytes(), &[]), IN_FILES, &mut Budget::default());
    check(line.as_bytes(), &view);
    let longest = view.segments().iter().map(|segment| segment.source.len()).max().unwrap();
    assert!(view.segments().len() > 100 && longest < 1 << 15, "{longest}");
    let mut closed = Budget::default();
    closed.close();
    let small = b"x = \"wal\" + \"nut\"";
    assert!(super::view(Source::of(small, &[]), IN_FILES, &mut closed).is_empty() && closed.is_spent());
}

#[test]
fn bombs_end_where_the_budget_ends() {
    let zeros = STANDARD.encode(gzip(&"\0".repeat(1 << 24)));
    assert!(read(zeros.as_bytes()).is_empty(), "no text is not unpacked further");
    let words = STANDARD.encode(gzip(&"anna ".repeat(1 << 22)));
    let mut budget = Budget::default();
    budget.saw(words.len());
    let runs = runs::all(words.as_bytes());
    let source = Source::of(words.as_bytes(), &runs);
    let view = super::view(source, IN_FILES, &mut budget);
    assert!(budget.is_spent() && budget.left() == 0);
    assert!((1 << 19..1 << 20).contains(&view.text().len()), "{}", view.text().len());
    check(words.as_bytes(), &super::view(source, IN_FILES, &mut Budget::default()));
}

#[test]
fn escapes_and_runs_beyond_the_budget_are_refused() {
    let text = format!("{} {}", "\\x41a".repeat(100_000), STANDARD.encode("anna, ".repeat(1 << 18)));
    let mut budget = Budget::default();
    let runs = runs::all(text.as_bytes());
    super::view(Source::of(text.as_bytes(), &runs), IN_FILES, &mut budget);
    assert!(budget.is_spent());
    let mut closed = Budget::default();
    closed.close();
    let small = STANDARD.encode("user: anna, and nobody else");
    assert!(super::view(Source::of(b"plain text only", &[]), IN_FILES, &mut closed).is_empty());
    assert!(!closed.is_spent(), "nothing was worth it");
    let runs = runs::all(small.as_bytes());
    assert!(super::view(Source::of(small.as_bytes(), &runs), IN_FILES, &mut closed).is_empty());
    assert!(closed.is_spent());
}

proptest! {
    #[test]
    fn any_bytes_are_read_and_mapped_within_their_bounds(
        pieces in prop::collection::vec(prop::sample::select(PIECES.to_vec()), 0..60), cut: bool
    ) {
        let text = pieces.concat();
        let runs = runs::all(text.as_bytes());
        let source = Source { cut, ..Source::of(text.as_bytes(), &runs) };
        check(text.as_bytes(), &super::view(source, IN_FILES, &mut Budget::default()));
        check(text.as_bytes(), &super::view(source, IN_OUTPUT, &mut Budget::default()));
    }

    #[test]
    fn what_spells_a_piece_decodes_to_it(
        plain in "[ -~]{15,200}", before in "[a-z]{0,6}[ =\"]", from in 0usize..200, length in 1usize..20, hexadecimal: bool
    ) {
        let encoded = if hexadecimal { hex(plain.as_bytes()) } else { STANDARD.encode(&plain) };
        let text = format!("{before}{encoded}\"");
        let view = read(text.as_bytes());
        let segment = view.segments().iter().find(|s| view.text()[s.decoded.start..].starts_with(plain.as_bytes()));
        let start = segment.expect("it is read").decoded.start;
        let from = from % plain.len();
        let to = plain.len().min(from + length);
        let source = view.source(Span::new(start + from, start + to)).unwrap();
        let decoded = match hexadecimal {
            true => data_encoding::HEXLOWER.decode(source.of(text.as_bytes())).unwrap(),
            false => STANDARD.decode(source.of(text.as_bytes())).unwrap(),
        };
        let piece = &plain.as_bytes()[from..to];
        prop_assert!(memchr::memmem::find(&decoded, piece).is_some());
        prop_assert!(decoded.len() < piece.len() + 5, "and to hardly more");
    }
}

/// What encodings are made of, whole and broken.
const PIECES: [&str; 56] = [
    "\\",
    "' + '",
    "ab\" + \"cd",
    "'ab'",
    "\"\"",
    " . ",
    "\\\n  ",
    "= (\n",
    "(\"ab",
    "concat!(",
    "[",
    "].join(\"\")",
    "''.join([",
    ", ",
    "ab\"\n  b\"cd",
    "it's",
    "`",
    "\\\"",
    "\"",
    "\\x41",
    "\\u0041",
    "\\u{41}",
    "\\ud83d\\ude00",
    "\\101",
    "\\n",
    "\\/",
    ":\\/\\/",
    "%41",
    "%",
    "%u0041",
    "%3D",
    "&#65;",
    "&lt;",
    "&amp;",
    "&nLt;",
    "&",
    "=3D",
    "=\n",
    "=\r\n",
    "=",
    "dXNlcjogYW5uYSwgYW5kIG5vYm9keQ",
    "==",
    "\n",
    "    ",
    "757365723a20616e6e612c20616e64",
    "data:\n",
    "  password: ",
    "d2FsbnV0Nw==",
    "kind: Secret\n",
    "\"data\": {",
    "é",
    "H4sIAAAAAAAA",
    "aQBlAHgAIAAoAE4AZQB3AA",
    "//4",
    "-",
    "_",
];
