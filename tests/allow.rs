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
