//! Allow marks through the real binary.

mod common;

use common::{Repo, Values};

fn mark() -> String {
    ["leaklint", "allow"].join(":")
}

/// A repository with one file in which `T1`, `T2` … stand for tokens and `@` for the words of a mark.
fn project(name: &str, text: &str) -> Repo {
    let mut values = Values::new(21);
    let mut text = text.replace('@', &mark());
    for number in 1..5 {
        text = text.replace(&format!("T{number}"), &values.github_token());
    }
    let repo = Repo::new();
    repo.write(name, text);
    repo
}

/// Lines of the findings in such a file.
fn lines(name: &str, text: &str) -> Vec<u64> {
    let found = project(name, text).leaklint().arg("scan").findings();
    found.iter().map(|finding| finding.start_line).collect()
}

#[test]
fn marks_in_the_comments_of_many_languages() {
    for (name, text) in [
        ("a.py", "TOKEN = 'T1'  # @\n"),
        ("a.env", "# @\nTOKEN=T1\n"),
        ("a.yaml", "token: T1 # @ -- a sample\n"),
        ("a.js", "const token = \"T1\"; // @ github-token\n"),
        ("a.css", "/* @ */\n.a { content: \"T1\" }\n"),
        ("a.sql", "-- @\nINSERT INTO t VALUES ('T1');\n"),
        ("a.ini", "; @\ntoken = T1\n"),
        ("a.html", "<!-- @ -->\n<p>T1</p>\n"),
        ("a.md", "<!-- @ -->\nT1\n"),
        ("a.tex", "T1 % @\n"),
        ("a.vb", "token = \"T1\" ' @\n"),
        ("a.bat", "rem @\nset TOKEN=T1\n"),
        ("a.hbs", "{{! @ }}\n<p>T1</p>\n"),
        ("a.py", "TOKEN = 'T1'  # @\r\n"),
    ] {
        // The id of the rule does not matter here, only whether the mark is one.
        let text = text.replace(" github-token", "");
        assert_eq!(lines(name, &text), [0; 0], "{name}: {text}");
        assert_eq!(lines(name, &text.replace('@', "no mark")).len(), 1, "{name}: {text}");
    }
}

#[test]
fn a_mark_suppresses_no_more_than_it_says() {
    assert_eq!(lines("a.env", "A_TOKEN=T1 # @\nB_TOKEN=T2\n"), [2]);
    assert_eq!(lines("a.env", "# @\nA_TOKEN=T1\nB_TOKEN=T2\n"), [3]);
    assert_eq!(lines("a.txt", "T1 T2 # @\n"), [1], "the nearest only");
    assert_eq!(lines("a.py", "a = \"T1 # @\"\n"), [1], "in a string");
    assert_eq!(lines("a.env", "A_TOKEN=T1#@\n"), [1], "in the value");
    assert_eq!(lines("a.env", "A_TOKEN=T1 # @ no-such-rule\n"), [1], "another rule's");
}

#[test]
fn a_mark_with_ids_covers_all_findings_of_its_rules() {
    let repo = project("a.txt", "T1 T2 T3\n");
    let id = repo.leaklint().arg("scan").findings()[0].rule_id.clone();
    assert_eq!(lines("a.txt", &format!("T1 T2 T3 # @ {id} -- three samples\n")), [0; 0]);
    assert_eq!(lines("a.txt", &format!("# @ other-rule, {id}\nT1 T2\nT3\n")), [3]);
}

#[test]
fn a_key_of_many_lines_is_covered_from_its_ends_and_from_above() {
    let key = Values::new(22).rsa_private_pem();
    let key = key.trim_end();
    let block: String = key.lines().map(|line| format!("  {line}\n")).collect();
    for (name, text) in [
        ("key.pem", format!("# @\n{key}\n")),
        ("key.pem", format!("{key} # @\n")),
        ("key.yaml", format!("# @\nkey: |\n{block}")),
        ("key.yaml", format!("key: | # @\n{block}")),
        ("key.py", format!("key = \"\"\"{key}\"\"\"  # @\n")),
        ("key.js", format!("const key = `{key}`; // @\n")),
    ] {
        assert_eq!(lines(name, &text), [0; 0], "{text}");
        assert_eq!(lines(name, &text.replace('@', "no mark")).len(), 1, "{text}");
    }
}

#[test]
fn suppressed_findings_are_counted_and_shown_on_request() {
    let repo = project("a.env", "A_TOKEN=T1 # @\nB_TOKEN=T2 # @\nC=1\n");
    let outcome = repo.leaklint().args(["scan", "--format", "json"]).run().expect(0);
    assert!(
        outcome.err().contains("2 ") && outcome.err().contains("allow"),
        "the summary says so\n{outcome}"
    );
    assert_eq!(repo.leaklint().args(["scan", "--no-allow"]).findings().len(), 2);
}

#[test]
fn a_change_that_removes_a_mark_adds_the_finding() {
    let repo = project("a.env", "A=1\n# @\nA_TOKEN=T1\n");
    repo.commit("allowed");
    let text = String::from_utf8(repo.read("a.env")).expect("text");
    repo.write("a.env", text.replace(&format!("# {}\n", mark()), ""));
    repo.add_all();
    repo.leaklint().arg("staged").run().expect(1);
    repo.git(["checkout", "--quiet", "HEAD", "--", "a.env"]);
    repo.write("a.env", text + "B=2\n");
    repo.add_all();
    repo.leaklint().arg("staged").run().expect(0);
}

/// The notes on marks in a json report: path, line, note.
fn notes(outcome: &common::Outcome) -> Vec<(String, u64, String)> {
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let marks = outcome.json()["marks"].as_array().cloned().unwrap_or_default();
    let of = |note: &serde_json::Value| {
        (text(&note["path"]), note["line"].as_u64().unwrap_or_default(), text(&note["note"]))
    };
    marks.iter().map(of).collect()
}

#[test]
fn marks_of_other_tools_hold_unless_they_are_switched_off() {
    let text = "A_TOKEN=T1 # gitleaks:allow\nB_TOKEN=T2 # pragma: allowlist secret\n# secretlint-disable\nC_TOKEN=T3\n";
    let repo = project("a.env", text);
    let outcome = repo.leaklint().arg("scan").run().expect(0);
    assert!(outcome.err().contains("3 allowed by a comment"), "{outcome}");
    for flag in ["--no-foreign-allow", "--no-allow"] {
        assert_eq!(repo.leaklint().args(["scan", flag]).findings().len(), 3, "{flag}");
    }
    assert_eq!(lines("a.env", "A_TOKEN=T1 # ggignore\nB_TOKEN=T2\n"), [2]);
}

#[test]
fn a_region_holds_across_the_windows_of_a_large_file() {
    let filler = "nothing here but words\n".repeat(9 << 16);
    let text = format!("# leaklint:off\n{filler}A_TOKEN=T1\n# leaklint:on\n{filler}B_TOKEN=T2\n");
    let expected = text[..text.find("T2").expect("is there")].lines().count() as u64;
    assert_eq!(lines("a.env", &text), [expected]);
    let repo = project("a.env", &text);
    let place = format!("a.env:{}", text[..text.find("T1").expect("is there")].lines().count());
    let explained = repo.leaklint().args(["explain", &place]).run().expect(0);
    assert!(explained.out().contains("line 1"), "{explained}");
    repo.leaklint().args(["explain", &place, "--no-allow"]).run().expect(1);
    let repo = project("a.env", &text.replace("# leaklint:on\n", ""));
    let outcome = repo.leaklint().args(["scan", "--format", "json"]).run().expect(0);
    assert_eq!(
        notes(&outcome),
        [("a.env".into(), 1, "blanket".into()), ("a.env".into(), 1, "unclosed".into())]
    );
}

#[test]
fn marks_that_a_person_should_look_at_are_named_and_fail_no_run() {
    let text = "A_TOKEN=T1 # @\n# @ some-rule\nx=1\n# leaklint:off\nB_TOKEN=T2\n";
    let repo = project("a.env", text);
    repo.write("quiet.txt", format!("x # {} -- why\ny # gitleaks:allow\n", mark()));
    let outcome = repo.leaklint().args(["scan", "--format", "json"]).run().expect(0);
    let of = |path: &str, line, note: &str| (path.to_owned(), line, note.to_owned());
    let found = [of("a.env", 2, "unused"), of("a.env", 4, "blanket"), of("a.env", 4, "unclosed")];
    assert_eq!(notes(&outcome), found);
    assert!(outcome.err().contains("a.env:2: leaklint:allow suppresses nothing"), "{outcome}");
    let all = repo.leaklint().args(["scan", "--format", "json", "--report-unused-marks"]).run().expect(0);
    assert_eq!(notes(&all)[3..], [of("quiet.txt", 1, "unused")]);
    let sarif = repo.leaklint().args(["scan", "--format", "sarif"]).run().expect(0).json();
    let told = sarif["runs"][0]["invocations"][0]["toolExecutionNotifications"].to_string();
    assert!(
        told.contains("a.env:2: leaklint:allow suppresses nothing") && told.contains("a.env:4:"),
        "{told}"
    );
    let none = repo.leaklint().args(["scan", "--no-allow", "--format", "json"]).run().expect(1);
    assert_eq!(notes(&none), []);
}

#[test]
fn a_change_that_removes_a_region_or_another_tools_mark_adds_the_finding() {
    let region = project("a.env", "A=1\n# leaklint:off\nA_TOKEN=T1\n# leaklint:on\n");
    let foreign = project("a.env", "A=1\n# kingfisher:ignore\nA_TOKEN=T1\n");
    for (repo, mark) in [(region, "# leaklint:off\n"), (foreign, "# kingfisher:ignore\n")] {
        repo.commit("allowed");
        let text = String::from_utf8(repo.read("a.env")).expect("text");
        repo.write("a.env", text.replace(mark, ""));
        repo.add_all();
        repo.leaklint().arg("staged").run().expect(1);
        repo.write("a.env", text + "B=2\n");
        repo.add_all();
        repo.leaklint().arg("staged").run().expect(0);
    }
}

#[test]
fn every_kind_of_mark_that_a_change_adds_is_listed() {
    let repo = project("a.env", "A=1\n# leaklint:off r1\nB=1\n# leaklint:on\nC=1\nD=1\n");
    let base = repo.commit("base");
    let text = String::from_utf8(repo.read("a.env")).expect("text");
    repo.write("a.env", format!("{text}E=1 # gitleaks:allow\n# secretlint-disable -- so\n# leaklint:off\n"));
    repo.commit("marks");
    let said = |from: &str| -> Vec<String> {
        let outcome = repo.leaklint().args(["diff", from, "--format", "json"]).run().expect(0);
        let changes = outcome.json()["policy_changes"].as_array().cloned().unwrap_or_default();
        changes.iter().map(|change| format!("{}: {}", change["line"], change["what"])).collect()
    };
    assert_eq!(
        said(&base),
        [
            "7: \"suppresses all findings as a mark of gitleaks, without a reason\"",
            "8: \"suppresses all findings from here to the end of the file as a mark of secretlint, for the reason: so\"",
            "9: \"suppresses all findings from here to the end of the file, without a reason\"",
        ]
    );
    // What ends a region may not go in silence either.
    repo.write("a.env", text.replace("# leaklint:on\n", ""));
    repo.commit("no end");
    let outcome = repo.leaklint().args(["diff", &base, "--refuse-policy-changes"]).run().expect(1);
    assert!(outcome.err().contains("the region may reach further"), "{outcome}");
    repo.write("a.env", "A=1\nB=1\nC=1\nD=1\n");
    repo.commit("no region");
    assert_eq!(said("HEAD~1"), [""; 0]);
}

#[test]
fn the_configuration_decides_which_marks_hold() {
    let text = "A_TOKEN=T1 # gitleaks:allow\nB_TOKEN=T2 # @\nC_TOKEN=T3 # @ -- a sample\n";
    let repo = project("a.env", text);
    repo.write("quiet.txt", format!("x # {}\n", mark()));
    let found = |config: &str| -> Vec<u64> {
        repo.write(".leaklint.yaml", config);
        repo.leaklint().arg("scan").findings().iter().map(|finding| finding.start_line).collect()
    };
    assert_eq!(found("allow_marks: { foreign: false }\n"), [1]);
    assert_eq!(found("allow_marks: { require_reason: true }\n"), [1, 2]);
    let outcome = repo.leaklint().args(["scan", "--format", "json"]).run().expect(1);
    let lacking = |line| ("a.env".to_owned(), line, "no-reason".to_owned());
    assert_eq!(notes(&outcome), [lacking(1), lacking(2)]);
    assert_eq!(found("allow_marks: { report_unused: true }\n"), [0; 0]);
    let outcome = repo.leaklint().args(["scan", "--format", "json"]).run().expect(0);
    assert!(notes(&outcome).contains(&("quiet.txt".to_owned(), 1, "unused".to_owned())), "{outcome}");
}
