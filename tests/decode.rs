//! Encoded secrets through the real binary: in every encoding and carrier they are found at the bytes that spell them, and
//! are the same secret as the plain one.

mod common;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use common::{Finding, Repo, Values};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write as _;

const TOKEN: &str = "github-personal-access-token";
const PASSWORD: &str = "password-assignment";

fn each_byte(text: &str, spell: impl Fn(u8) -> String) -> String {
    text.bytes().map(spell).collect()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).expect("memory takes it");
    encoder.finish().expect("memory takes it")
}

fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// Every encoding of `value` as a whole; what is found is all of it.
fn encodings(value: &str) -> Vec<(&'static str, String)> {
    let hex = each_byte(value, |byte| format!("{byte:02x}"));
    let twice = STANDARD.encode(STANDARD.encode(value));
    vec![
        ("plain", value.to_owned()),
        ("base64", STANDARD.encode(value)),
        ("base64url", URL_SAFE_NO_PAD.encode(value)),
        ("base64 twice", twice.clone()),
        ("base64 thrice", STANDARD.encode(twice)),
        ("gzip", STANDARD.encode(gzip(value.as_bytes()))),
        ("UTF-16", STANDARD.encode(wide(value))),
        ("hex", hex.clone()),
        ("capital hex", hex.to_uppercase()),
        ("base64 of hex", STANDARD.encode(hex)),
        ("\\x", each_byte(value, |byte| format!("\\x{byte:02x}"))),
        ("\\u", each_byte(value, |byte| format!("\\u{byte:04x}"))),
        ("\\u{}", each_byte(value, |byte| format!("\\u{{{byte:x}}}"))),
        ("octal", each_byte(value, |byte| format!("\\{byte:03o}"))),
        ("percent", each_byte(value, |byte| format!("%{byte:02X}"))),
        ("small percent", each_byte(value, |byte| format!("%{byte:02x}"))),
        ("entities", each_byte(value, |byte| format!("&#{byte};"))),
        ("hex entities", each_byte(value, |byte| format!("&#x{byte:x};"))),
        ("one of them", value.replacen('_', "\\u005f", 1)),
    ]
}

/// File names with what stands before and behind the value.
fn carriers() -> Vec<(&'static str, String, String)> {
    let far = "x".repeat(9000);
    vec![
        ("app.py", "token = \"".into(), "\"\n".into()),
        ("app.yaml", "a: é\ntoken: ".into(), "\n".into()),
        ("notes.txt", "The one for the build is ".into(), " for now.\n".into()),
        ("conf.json", "{\"a\": 1, \"token\": \"".into(), "\", \"b\": 2}\n".into()),
        ("page.html", "<a title='é' data-token=\"".into(), "\">x</a>\n".into()),
        ("long.js", format!("var a='{far}',t='"), format!("',b='{far}';")),
    ]
}

fn place(text: &str, from: usize, to: usize) -> (u64, u64, u64, u64) {
    let position = |at: usize| {
        let line = text[..at].rfind('\n').map_or(0, |end| end + 1);
        (text[..at].matches('\n').count() as u64 + 1, text[line..at].chars().count() as u64 + 1)
    };
    let ((first, start), (last, end)) = (position(from), position(to));
    (first, start, last, end)
}

fn places(finding: &Finding) -> (u64, u64, u64, u64) {
    (finding.start_line, finding.start_column, finding.end_line, finding.end_column)
}

#[test]
fn a_token_is_found_in_every_encoding_and_carrier() {
    let repo = Repo::plain();
    let token = Values::new(1).github_token();
    let mut expected = Vec::new();
    for (number, (encoding, spelled)) in encodings(&token).iter().enumerate() {
        for (name, before, behind) in carriers() {
            let text = format!("{before}{spelled}{behind}");
            let path = format!("{number:02}-{name}");
            repo.write(&path, &text);
            let place = place(&text, before.len(), before.len() + spelled.len());
            expected.push((path, *encoding, TOKEN.to_owned(), place));
        }
    }
    expected.sort();
    let findings = repo.leaklint().args(["scan", "--threads", "2"]).findings();
    let label =
        |path: &str| expected.iter().find(|(known, ..)| known == path).map_or("", |(_, label, ..)| label);
    let found: Vec<_> =
        findings.iter().map(|f| (f.path.clone(), label(&f.path), f.rule_id.clone(), places(f))).collect();
    assert_eq!(found, expected);
    assert!(findings.iter().all(|f| f.fingerprint == findings[0].fingerprint), "one secret");
    assert!(findings.iter().all(|f| f.masked == findings[0].masked && f.verified == "checksum"));
}

#[test]
fn a_secret_inside_an_encoded_text_has_the_place_of_the_groups_that_spell_it() {
    let token = Values::new(2).github_token();
    let password = Values::new(3).human_password();
    let inner = format!("{{\"user\": \"anna\", \"password\": \"{password}\", \"x\": \"{token}\"}}");
    let encoded = STANDARD.encode(&inner);
    let groups = |from: usize, to: usize| (from / 3 * 4, to.div_ceil(3) * 4);
    let repo = Repo::plain();
    let text = format!("CONFIG={encoded}\n");
    repo.write("a.env", &text);
    let findings = repo.leaklint().arg("scan").findings();
    let expected: Vec<_> = [(PASSWORD, &password), (TOKEN, &token)]
        .map(|(rule, value)| {
            let at = inner.find(value.as_str()).expect("it is in there");
            let (from, to) = groups(at, at + value.len());
            (rule.to_owned(), place(&text, 7 + from, 7 + to))
        })
        .into();
    assert_eq!(findings.iter().map(|f| (f.rule_id.clone(), places(f))).collect::<Vec<_>>(), expected);
}

#[test]
fn wrapped_base64_is_read_over_its_lines() {
    let token = Values::new(4).github_token();
    let inner = format!("{}\ntoken: {token}\n{}", "some text, ".repeat(12), "more text, ".repeat(12));
    let encoded = STANDARD.encode(&inner);
    let at = inner.find(&token).expect("it is in there");
    let (from, to) = (at / 3 * 4, (at + token.len()).div_ceil(3) * 4);
    for (width, before, between) in
        [(76, "", "\n"), (64, "data: |\n    ", "\n    "), (60, "\r\n", "\r\n"), (64, "{\"a\": \"", "\\n")]
    {
        let lines: Vec<&str> =
            encoded.as_bytes().chunks(width).map(|line| std::str::from_utf8(line).expect("ASCII")).collect();
        let text = format!("{before}{}\n", lines.join(between));
        let offset = |at: usize| before.len() + at + at / width * between.len();
        let repo = Repo::plain();
        repo.write("a.txt", &text);
        let findings = repo.leaklint().arg("scan").findings();
        let found: Vec<_> = findings.iter().map(|f| (f.rule_id.as_str(), places(f))).collect();
        // The last character of the last group, and one beyond it on the same line.
        let (first, start, ..) = place(&text, offset(from), offset(from));
        let (.., last, end) = place(&text, 0, offset(to - 1) + 1);
        assert_eq!(found, [(TOKEN, (first, start, last, end))], "{width} {between:?}");
    }
}

#[test]
fn a_secret_of_kubernetes_is_the_plain_one_beside_its_name() {
    let mut values = Values::new(5);
    let (password, encode) = (values.human_password(), |text: &str| STANDARD.encode(text));
    let repo = Repo::plain();
    repo.write("plain.yaml", format!("password: {password}\n"));
    let manifest = format!(
        "apiVersion: v1\nkind: Secret\ndata:\n  user: {}\n  password: {}\n  api-password: {}\n",
        encode("anna"),
        encode(&password),
        encode("changeme"),
    );
    repo.write("secret.yaml", &manifest);
    let annotation = format!("{{\"data\":{{\"password\":\"{}\"}},\"kind\":\"Secret\"}}", encode(&password));
    let quoted = annotation.replace('"', "\\\"");
    repo.write("applied.json", format!("{{\"last-applied-configuration\": \"{quoted}\"}}\n"));
    let findings = repo.leaklint().arg("scan").findings();
    let found: Vec<_> =
        findings.iter().map(|f| (f.path.as_str(), f.rule_id.as_str(), f.start_line)).collect();
    assert_eq!(
        found,
        [("applied.json", PASSWORD, 1), ("plain.yaml", PASSWORD, 1), ("secret.yaml", PASSWORD, 5)]
    );
    assert!(findings.iter().all(|f| f.fingerprint == findings[0].fingerprint));
    let at = manifest.find(&encode(&password)).expect("it is in there");
    assert_eq!(places(&findings[2]), place(&manifest, at, at + encode(&password).len()));
}

#[test]
fn escaped_texts_are_read_at_every_level() {
    let mut values = Values::new(6);
    let password = format!("{}@{}", values.alnum(8), values.alnum(6));
    let json = |text: &str| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""));
    let one = json(&format!("{{\"password\":\"{password}\"}}"));
    let two = json(&format!("{{\"a\":{one}}}"));
    let three = json(&format!("{{\"a\":{two}}}"));
    let escaped = password.replace('@', "%40");
    let cases = [
        ("one.json", one, PASSWORD, &password),
        ("two.json", two, PASSWORD, &password),
        ("three.json", three, PASSWORD, &password),
        (
            "url.json",
            format!("{{\"u\": \"https:\\/\\/anna:{escaped}@db.tidewater.net\\/x\"}}"),
            "url-credentials",
            &escaped,
        ),
        ("url.txt", format!("https://anna:{escaped}@db.tidewater.net/x"), "url-credentials", &escaped),
        (
            "equals.js",
            format!("x = \"user=anna\\u0026password\\u003d{password}\\u0026y=1\""),
            PASSWORD,
            &password,
        ),
        (
            "entity.xml",
            format!("<a b=\"&lt;password&gt;{password}&lt;/password&gt;\"/>"),
            PASSWORD,
            &password,
        ),
        ("query.txt", format!("next=%2Flogin%3Fpassword%3D{escaped}%26x%3D1"), PASSWORD, &escaped),
        ("mail.eml", format!("\nThe password=3D{password}\n"), PASSWORD, &password),
    ];
    let repo = Repo::plain();
    let mut expected = Vec::new();
    for (name, text, rule, spelled) in &cases {
        repo.write(name, text);
        let at = text.find(spelled.as_str()).expect("it is in there");
        expected.push((*name, *rule, place(text, at, at + spelled.len())));
    }
    expected.sort();
    let findings = repo.leaklint().arg("scan").findings();
    let found: Vec<_> = findings.iter().map(|f| (f.path.as_str(), f.rule_id.as_str(), places(f))).collect();
    assert_eq!(found, expected);
    let hash = |f: &Finding| f.fingerprint.rsplit(':').next().map(str::to_owned);
    assert!(findings.iter().all(|f| hash(f) == hash(&findings[0])), "one password");
}

/// Ways to write one value as two literals: file name, text, and the offsets where the value begins and ends.
fn joins(name: &str, value: &str) -> Vec<(&'static str, String, usize, usize)> {
    let (a, b) = value.split_at(value.len() / 2);
    let forms = [
        ("plus.java", format!("String {name} = \"@{a}\" + \"{b}@\";\n")),
        ("tight.js", format!("let x=1,{name}='@{a}'+'{b}@',y=\"it's\";\n")),
        ("lines.js", format!("const {name} =\n    \"@{a}\" +\n    \"{b}@\";\n")),
        ("below.py", format!("{name} = (\n    \"@{a}\"\n    \"{b}@\"\n)\n")),
        ("continued.py", format!("{name} = \"@{a}\" + \\\n    \"{b}@\"\n")),
        ("dot.php", format!("<?php ${name} = '@{a}' .\n    \"{b}@\";\n")),
        ("dots.lua", format!("local {name} = \"@{a}\" .. \"{b}@\"\n")),
        ("and.vb", format!("Dim {name} = \"@{a}\" & _\r\n    \"{b}@\"\r\n")),
        ("text.c", format!("static const char *{name} =\n    \"@{a}\"\n    \"{b}@\";\n")),
        ("carried.rs", format!("let {name} = \"@{a}\\\n    {b}@\";\n")),
        ("beside.sh", format!("export {name}='@{a}'\"{b}@\"\n")),
        ("macro.rs", format!("let {name} = concat!(\"@{a}\", \"{b}@\");\n")),
        ("list.js", format!("const {name} = [\"@{a}\", \"{b}@\"].join(\"\");\n")),
        ("list.py", format!("{name} = ''.join(['@{a}', '{b}@'])\n")),
        ("cell.json", format!("{{\"source\": [\"{name} = \\\"@{a}\\\" + \\\"{b}@\\\"\\n\"]}}\n")),
    ];
    let marked = forms.map(|(file, text)| {
        let start = text.find('@').expect("a mark");
        let end = text.rfind('@').expect("a mark") - 1;
        (file, text.replace('@', ""), start, end)
    });
    marked.into()
}

#[test]
fn a_value_in_pieces_is_the_whole_one() {
    let mut values = Values::new(10);
    for (rule, name, value) in
        [(TOKEN, "host", values.github_token()), (PASSWORD, "password", values.alnum(16))]
    {
        let repo = Repo::plain();
        repo.write("0.py", format!("{name} = \"{value}\"\n"));
        let mut expected = Vec::new();
        for (file, text, start, end) in joins(name, &value) {
            repo.write(file, &text);
            expected.push((file.to_owned(), rule.to_owned(), place(&text, start, end)));
        }
        expected.sort();
        let findings = repo.leaklint().args(["scan", "--threads", "2"]).findings();
        let found: Vec<_> =
            findings[1..].iter().map(|f| (f.path.clone(), f.rule_id.clone(), places(f))).collect();
        assert_eq!(found, expected);
        assert!(findings.iter().all(|f| f.fingerprint == findings[0].fingerprint), "one secret");
        for format in ["human", "json", "jsonl", "sarif"] {
            let outcome =
                repo.leaklint().args(["scan", "--show-dropped", "--format", format]).run().expect(1);
            let (a, b) = value.split_at(value.len() / 2);
            assert!([&a[4..], b].iter().all(|piece| !outcome.to_string().contains(piece)), "{format}");
        }
    }
}

#[test]
fn what_only_stands_beside_is_not_joined() {
    let token = Values::new(11).github_token();
    let (a, b) = token.split_at(20);
    let repo = Repo::plain();
    repo.write("a.js", format!("f(\"{a}\", \"{b}\"); x = \"{a}\" + y + \"{b}\"; z = \"{a}\" || \"{b}\";\n"));
    repo.write("b.go", format!("import (\n\t\"{a}\"\n\t\"{b}\"\n)\n"));
    repo.write("c.py", "password = \"Enter your \" + \"password here\"\nprompt = \"pass\" + \"word:\"\n");
    repo.write("d.js", "url = \"postgres://anna:\" + password + \"@db.tidewater.net/x\";\n");
    let findings = repo.leaklint().arg("scan").findings();
    assert!(findings.is_empty(), "{findings:?}");
}

#[test]
fn what_decodes_to_nothing_secret_is_left_alone() {
    let mut values = Values::new(7);
    let repo = Repo::plain();
    repo.write(
        "a.js",
        format!(
            "var logo = \"{}\";\n",
            STANDARD.encode("<svg width=\"16\" height=\"16\"><path d=\"M1 1h8\"/></svg>")
        ),
    );
    repo.write("b.py", format!("x = \"{}\"\n", values.base64(400)));
    repo.write(
        "c.json",
        "{\"a\": \"{\\\"password\\\": \\\"${DB_PASSWORD}\\\", \\\"b\\\": \\\"{{ x }}\\\"}\"}\n",
    );
    repo.write("d.env", format!("PASSWORD={}\n", each_byte("changeme", |byte| format!("\\x{byte:02x}"))));
    let findings = repo.leaklint().arg("scan").findings();
    assert!(findings.is_empty(), "{findings:?}");
}

#[test]
fn a_run_that_goes_on_over_windows_is_read_once() {
    let mut values = Values::new(8);
    let filler = "plain words and nothing else; ".repeat(20);
    let (mut inner, mut tokens) = (String::new(), Vec::new());
    while inner.len() < 6_600_000 {
        inner.push_str(&filler.repeat(50));
        // Windows own 4 MiB each: tokens stand close together around the border of the first, whatever comes before.
        let close = (3_100_000..3_200_000).contains(&inner.len());
        for _ in 0..if close { 40 } else { 1 } {
            let token = values.github_token();
            tokens.push((inner.len(), token.len()));
            inner.push_str(&format!("{token} {}", &filler[..60]));
        }
    }
    let encoded = STANDARD.encode(&inner);
    let repo = Repo::plain();
    repo.write("a.txt", format!("x: {encoded}\n"));
    let findings = repo.leaklint().arg("scan").findings();
    let column = |at: usize| at as u64 + 4;
    let expected: Vec<_> = tokens
        .iter()
        .take(100)
        .map(|&(at, length)| (column(at / 3 * 4), column((at + length).div_ceil(3) * 4)))
        .collect();
    let found: Vec<_> = findings.iter().map(|f| (f.start_column, f.end_column)).collect();
    assert!(tokens.len() > 100 && encoded.len() > 8 << 20, "{} tokens", tokens.len());
    assert_eq!(found, expected, "the first hundred of the rule are listed");
}

/// Number of findings, and the kinds of gaps with their number.
fn gaps(repo: &Repo, name: &str) -> (usize, Vec<(String, u64)>) {
    let outcome = repo.leaklint().args(["scan", name, "--format", "json"]).run();
    assert!(matches!(outcome.code, Some(0 | 1)), "{outcome}");
    let report = outcome.json();
    let findings = report["findings"].as_array().expect("a list").len();
    let counts = report["gaps"]["counts"].as_object().expect("a table");
    (findings, counts.iter().map(|(kind, count)| (kind.clone(), count.as_u64().expect("a count"))).collect())
}

#[test]
fn bombs_cost_no_more_than_their_budget() {
    let token = Values::new(9).github_token();
    let repo = Repo::plain();
    // Members of a gzip file follow each other: a gigabyte of zeros.
    let zeros = gzip(&vec![0; 16 << 20]).repeat(64);
    repo.write("zeros.txt", format!("{} {token}\n", STANDARD.encode(zeros)));
    let words = gzip("word ".repeat(3 << 20).as_bytes()).repeat(64);
    repo.write("words.txt", format!("{} {token}\n", STANDARD.encode(words)));
    repo.write("letters.txt", [vec![b'A'; 64 << 20], format!(" {token}\n").into_bytes()].concat());
    let mut nested = token.clone();
    for _ in 0..100 {
        nested = STANDARD.encode(gzip(format!("data {nested}").as_bytes()));
    }
    repo.write("nested.txt", format!("{nested} {token}\n"));
    let budget = || vec![("decoding-budget".to_owned(), 1)];
    let expected =
        [("zeros.txt", vec![]), ("words.txt", budget()), ("letters.txt", vec![]), ("nested.txt", budget())];
    for (name, expected) in expected {
        assert_eq!(gaps(&repo, name), (1, expected), "{name}");
    }
}

#[test]
fn a_spent_budget_is_a_gap_in_every_report() {
    let repo = Repo::plain();
    repo.write("words.txt", STANDARD.encode(gzip("word ".repeat(1 << 20).as_bytes())));
    for format in ["human", "json", "jsonl", "sarif"] {
        let outcome = repo.leaklint().args(["scan", "--format", format]).run().expect(0);
        assert!(outcome.to_string().contains("decoding-budget"), "{format}\n{outcome}");
    }
    repo.leaklint().args(["scan", "--require-complete"]).run().expect(2);
}
