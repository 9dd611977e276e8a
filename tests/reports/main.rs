//! Every format over one sample report: complete, valid, the same each time, and safe to look at.

#![allow(unreachable_pub, reason = "modules of a test are no library")]

mod binary;
#[path = "../common/mod.rs"]
mod common;
mod sample;
mod schema;

use common::not_run;
use leaklint::allow;
use leaklint::blob::BlobPath;
use leaklint::finding::{Veil, excerpt};
use leaklint::report::human::{self, HumanOptions};
use leaklint::report::{Report, json, jsonl, sarif, summary};
use leaklint::span::{Lines, ORIGIN, Span};
use leaklint::visible;
use proptest::prelude::*;
use sample::{Sample, sample};
use serde_json::{Value, json};

const PLAIN: HumanOptions = HumanOptions { color: false, width: 100, unicode: true, explain: false };

/// All that a run can write, by format.
fn renderings(report: &Report) -> Vec<(&'static str, Vec<u8>)> {
    let human = |color, width, unicode| {
        human::render(report, &HumanOptions { color, width, unicode, explain: false })
    };
    vec![
        ("json", json::render(report)),
        ("jsonl", jsonl::render(report)),
        ("sarif", sarif::render(report)),
        ("human", human(false, 100, true)),
        ("human in color", human(true, 80, true)),
        ("human in ASCII", human(false, 80, false)),
        ("human on a tiny screen", human(false, 10, true)),
        ("summary", summary::render(report, None, false).into_bytes()),
        ("summary in color", summary::render(report, None, true).into_bytes()),
    ]
}

fn object(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).expect("valid JSON")
}

#[test]
fn jsonl_is_one_finding_a_line_with_exactly_its_fields() {
    let Sample { report, .. } = sample();
    let bytes = jsonl::render(&report);
    let text = String::from_utf8(bytes).unwrap();
    assert!(text.ends_with('\n'));
    let lines: Vec<Value> = text.lines().map(|line| object(line.as_bytes())).collect();
    assert_eq!(lines.len(), report.findings.len());
    let rule = sample::rules()[0].clone();
    let fingerprint = report.findings[0].identity.fingerprint();
    assert!(fingerprint.len() > 8, "{fingerprint}");
    let expected = json!({
        "rule_id": "example-token", "rule_name": "Example personal access token",
        "severity": "critical", "confidence": "high",
        "path": "config/app.py", "repo_path": "service/config/app.py",
        "start_line": 4, "start_column": 9, "end_line": 4, "end_column": 49,
        "masked": "exa_********", "fingerprint": fingerprint, "verified": "checksum",
        "subject": ["account 1234", "region north"],
        "related": [{"role": "pair", "path": "config/ids.py",
                     "start_line": 3, "start_column": 8, "end_line": 3, "end_column": 28}],
        "advice": rule.revoke,
    });
    assert_eq!(lines[0], expected);
    let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    let always = [
        "advice",
        "confidence",
        "end_column",
        "end_line",
        "fingerprint",
        "masked",
        "path",
        "rule_id",
        "rule_name",
        "severity",
        "start_column",
        "start_line",
        "verified",
    ];
    assert_eq!(keys(&lines[1]), always, "what is empty is left out");
    assert_eq!(lines[2]["commit"], "0123456789abcdef0123456789abcdef01234567");
    assert_eq!(
        lines[2]["author"], "Eve \u{1b}[31m <eve@example.org>",
        "escaped in the file, the same when read"
    );
    assert_eq!(lines[2]["date"], "2026-01-02T03:04:05+01:00");
    assert_eq!(lines[2]["path"], "odd/\u{1b}[2J\u{202e}\\xff \"name\"\n.env");
}

#[test]
fn json_holds_the_whole_report() {
    let Sample { report, .. } = sample();
    let whole = object(&json::render(&report));
    let lines: Vec<Value> =
        jsonl::render(&report).split(|&b| b == b'\n').filter(|l| !l.is_empty()).map(object).collect();
    assert_eq!(whole["findings"], Value::Array(lines), "the same objects as in jsonl");
    assert_eq!(whole["version"], 1);
    assert_eq!(whole["tool"], json!({"name": "leaklint", "version": env!("CARGO_PKG_VERSION")}));
    assert_eq!((&whole["command"], &whole["now"]), (&json!("scan"), &json!("2026-11-22T01:02:03Z")));
    let dropped = json!([{
        "rule_id": "password-assignment", "reason": "placeholder", "path": "doc/\u{1b}[31mx.md",
        "start_line": 9, "start_column": 1, "end_line": 9, "end_column": 4, "masked": "********",
    }]);
    assert_eq!(whole["dropped"], dropped);
    let gaps = json!({
        "counts": {"shallow": 1, "submodule": 1, "symbolic-link": 1},
        "paths": [{"kind": "submodule", "path": "vendor/lib"}, {"kind": "symbolic-link", "path": "link\u{1b}"}],
    });
    assert_eq!(whole["gaps"], gaps);
    let path = "locked\\xff/\u{1b}[1m";
    let problem = json!([{"kind": "unreadable", "path": path, "message": "permission denied {0} [x](y)"}]);
    assert_eq!(whole["problems"], problem);
    let counts = json!({
        "files": 12, "bytes": 34567, "findings": 3, "dropped": {"placeholder": 1}, "allowed": 2, "baselined": 3,
        "below_confidence": 4, "not_added": 5, "allowed_by_configuration": 0, "below_severity": 0,
    });
    assert_eq!(whole["counts"], counts);
}

#[test]
fn an_empty_report_is_valid_in_every_format() {
    let report = Report { command: "scan", now: "2026-11-22T01:02:03Z".to_owned(), ..Report::default() };
    assert_eq!(jsonl::render(&report), b"");
    assert_eq!(human::render(&report, &PLAIN), b"");
    let whole = object(&json::render(&report));
    assert_eq!((&whole["findings"], &whole["problems"]), (&json!([]), &json!([])));
    assert_eq!(whole.get("dropped"), None);
    assert_eq!(object(&sarif::render(&report))["runs"][0]["results"], json!([]));
}

#[test]
fn sarif_names_rule_place_and_what_could_not_be_read_but_no_author() {
    let Sample { report, .. } = sample();
    let bytes = sarif::render(&report);
    let log = object(&bytes);
    let run = &log["runs"][0];
    let first = &run["results"][0];
    assert_eq!(run["tool"]["driver"]["rules"][0]["name"], "ExampleToken");
    assert_eq!(run["tool"]["driver"]["rules"][0]["properties"]["security-severity"], "9.5");
    for result in run["results"].as_array().unwrap() {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(result["ruleId"], run["tool"]["driver"]["rules"][index]["id"]);
    }
    let place = &first["locations"][0]["physicalLocation"];
    let artifact = json!({"uri": "service/config/app.py", "uriBaseId": "%SRCROOT%"});
    assert_eq!(place["artifactLocation"], artifact);
    assert_eq!(place["region"], json!({"startLine": 4, "startColumn": 9, "endLine": 4, "endColumn": 49}));
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    assert!(first["message"]["text"].as_str().unwrap().contains("exa_********"));
    assert_eq!(first["partialFingerprints"]["leaklint/v1"], report.findings[0].identity.fingerprint());
    assert_eq!(first["relatedLocations"][0]["message"]["text"], "pair");
    let levels: Vec<_> = (0..3).map(|at| run["results"][at]["level"].as_str().unwrap()).collect();
    assert_eq!(levels, ["error", "warning", "note"]);
    let odd = &run["results"][2]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
    assert_eq!(odd, "odd/%1B%5B2J%E2%80%AE%FF%20%22name%22%0A.env");
    let invocation = &run["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false);
    assert_eq!(invocation["toolExecutionNotifications"].as_array().unwrap().len(), 4);
    let text = String::from_utf8(bytes).unwrap();
    assert!(!text.contains("Eve") && !text.contains("example.org>"), "authors are personal data");
}

#[test]
fn sarif_is_valid_against_the_official_schema() {
    let schema = match schema::sarif() {
        Ok(schema) => schema,
        Err(why) => return not_run("sarif_is_valid_against_the_official_schema", &why),
    };
    let validator = jsonschema::validator_for(&schema).expect("the schema itself is valid");
    let mut unruly = sample().report;
    unruly.findings[0].path = BlobPath::from_bytes(b"/abs/a:b");
    unruly.findings[0].repo_path = None;
    unruly.rules.clear();
    let empty = Report { now: "2026-11-22T01:02:03Z".to_owned(), ..Report::default() };
    for report in [sample().report, unruly, empty, Report::default()] {
        let log = object(&sarif::render(&report));
        let errors: Vec<_> =
            validator.iter_errors(&log).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(errors.is_empty(), "{}", errors.join("\n"));
    }
    let mut wrong = object(&sarif::render(&sample().report));
    wrong["runs"][0]["results"][0]["ruleIndex"] = json!("0");
    assert!(!validator.is_valid(&wrong), "the schema is one that says no");
}

#[test]
fn human_says_what_it_is_where_why_and_what_to_do() {
    let Sample { report, .. } = sample();
    let text = String::from_utf8(human::render(&report, &PLAIN)).unwrap();
    for part in [
        "example-token (critical severity, high confidence)\n",
        "× Example personal access token\n",
        "╭─[config/app.py:4:9]\n",
        " 4 │     token=\"exa_********\",  # production\n",
        "╰── this value; its checksum holds\n",
        "╰── given to this name\n",
        "   which: account 1234, region north\n",
        "    also: config/ids.py:3:8 (pair)\n",
        "     why: Whoever holds it reads and writes every repository",
        "     now: Delete it under Settings, make a new one and look through the audit log.\n",
        "\n          # leaklint:allow example-token -- reason\n",
        "\n          // leaklint:allow password-assignment -- reason\n",
        "\n          leaklint baseline create\n",
        "     see: https://example.org/docs/tokens\n",
        "⚠ Password\n",
        "╭─[dist/app.min.js:1:2012]\n",
        "   since: commit 0123456789ab of 2026-01-02T03:04:05+01:00 by Eve \\u{1b}[31m <eve@example.org>\n",
        "doc/\\u{1b}[31mx.md:9:1: dropped (placeholder): password-assignment ********\n",
    ] {
        assert!(text.contains(part), "{part:?} is not in\n{text}");
    }
}

#[test]
fn human_offers_a_comment_only_where_one_can_be_written() {
    let mut report = sample().report;
    report.findings.truncate(1);
    report.findings[0].path = BlobPath::from_bytes(b"package.json");
    let text = String::from_utf8(human::render(&report, &PLAIN)).unwrap();
    assert!(
        !text.contains("leaklint:allow") && text.contains("\n          leaklint baseline create\n"),
        "{text}"
    );
    report.findings[0].path = BlobPath::from_bytes(b"a.py");
    report.command = "history";
    let text = String::from_utf8(human::render(&report, &PLAIN)).unwrap();
    assert!(!text.contains("leaklint:allow"), "no comment changes what is committed: {text}");
}

#[test]
fn the_comment_offered_is_one_that_is_obeyed() {
    let mut report = sample().report;
    report.findings.truncate(1);
    for name in [
        "a.rs",
        "a.sql",
        "a.md",
        "a.clj",
        "a.tex",
        "a.css",
        "a.vb",
        "a.bat",
        "a.ini",
        ".env",
        "a.ml",
        "a.py",
        "a.sh",
        "a.yaml",
        "Makefile",
        "Dockerfile",
        "Jenkinsfile",
        ".bashrc",
        ".aws/credentials",
        "a.xml",
        "a.tf",
    ] {
        report.findings[0].path = BlobPath::from_bytes(name.as_bytes());
        let text = String::from_utf8(human::render(&report, &PLAIN)).unwrap();
        let comment = text.lines().find(|line| line.contains("leaklint:allow")).map(str::trim);
        let comment = comment.unwrap_or_else(|| panic!("{name}: no comment in\n{text}"));
        let (file, covered) = match text.contains("at the end of its line") {
            true => (format!("first\nkey = value  {comment}\n"), 1),
            false => (format!("first\n{comment}\nkey = value\n"), 2),
        };
        let marks = allow::find(&Lines::new(file.as_bytes(), ORIGIN), allow::Honoured::default());
        let found: Vec<_> =
            marks.iter().map(|mark| (mark.covers, mark.rules.concat(), mark.reason.clone())).collect();
        assert_eq!(
            found,
            [(covered, "example-token".to_owned(), Some("reason".to_owned()))],
            "{name}: {file}"
        );
    }
}

#[test]
fn human_keeps_to_the_width_of_the_screen() {
    let Sample { mut report, .. } = sample();
    report.dropped.clear();
    for width in [60, 80, 120] {
        let text =
            human::render(&report, &HumanOptions { color: false, width, unicode: true, explain: false });
        let text = String::from_utf8(text).unwrap();
        // A path is never cut.
        for line in text.lines().filter(|line| !line.contains("─[")) {
            assert!(line.chars().count() <= width, "{} > {width}: {line}", line.chars().count());
        }
    }
}

#[test]
fn without_color_there_is_no_escape_and_with_it_only_styles() {
    let Sample { report, .. } = sample();
    for (format, bytes) in renderings(&report) {
        let text = String::from_utf8(bytes).expect(format);
        let mut rest = text.as_str();
        let mut styles = 0;
        while let Some((before, after)) = rest.split_once('\u{1b}') {
            assert!(before.chars().all(is_plain), "{format}: {before:?}");
            let style = after.strip_prefix('[').and_then(|after| after.split_once('m'));
            let (code, after) = style.unwrap_or_else(|| panic!("{format}: not a style: {after:?}"));
            assert!(code.bytes().all(|byte| byte.is_ascii_digit() || byte == b';'), "{format}: {code:?}");
            rest = after;
            styles += 1;
        }
        assert!(rest.chars().all(is_plain), "{format}: {rest:?}");
        assert_eq!(styles > 0, format.ends_with("in color"), "{format}");
        assert!(text.is_ascii() || !format.ends_with("ASCII"), "{format}");
    }
}

fn is_plain(c: char) -> bool {
    visible::is_safe(c) || c == '\n'
}

#[test]
fn no_part_of_a_value_is_in_any_report() {
    let Sample { report, values } = sample();
    for (format, bytes) in renderings(&report) {
        for value in &values {
            let secret = value.strip_prefix("exa_").unwrap_or(value);
            let shown =
                secret.as_bytes().windows(5).find(|part| bytes.windows(5).any(|window| window == *part));
            assert_eq!(shown, None, "{format}");
        }
    }
}

#[test]
fn the_same_report_gives_the_same_bytes() {
    assert_eq!(renderings(&sample().report), renderings(&sample().report));
}

proptest! {
    #[test]
    fn any_line_can_be_drawn(
        before in proptest::collection::vec(any::<u8>(), 0..300),
        after in "[\\PC\t\u{301}\u{200d}]{0,200}",
        name in 0usize..300,
        width in 0usize..200,
        unicode in any::<bool>(),
    ) {
        let value = common::Values::new(5).alnum(30);
        let text = [&before, value.as_bytes(), after.as_bytes()].concat();
        let mut report = sample().report;
        let rule = sample::rules()[0].clone();
        let mut finding = sample::finding(rule, &before, &text, "", &value, 3);
        // Wherever a name may be said to stand, even in the middle of a character.
        let (lines, hidden) = (Lines::new(&text, ORIGIN), sample::hidden(&text, &value, 3));
        let name = Span::new(name.min(before.len()), before.len());
        finding.excerpt = excerpt::build(&lines, hidden, Some(name), &Veil::new(&text, [hidden]));
        report.findings = vec![finding];
        let shown = human::render(&report, &HumanOptions { color: false, width, unicode, explain: false });
        let shown = String::from_utf8(shown).unwrap();
        prop_assert!(shown.chars().all(is_plain), "{}", shown);
        prop_assert!(!shown.contains(&value[3..8]) && shown.contains("********"), "{}", shown);
    }
}
