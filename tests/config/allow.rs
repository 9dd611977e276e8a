//! Allow entries, thresholds by path, limits: what becomes of findings.

use crate::FILE;
use crate::common::{Outcome, Repo, Values};

/// A repository with a token and a password in two directories.
fn project() -> Repo {
    let mut values = Values::new(41);
    let repo = Repo::new();
    for name in ["src/a.env", "tests/b.env"] {
        let text =
            format!("GITHUB_TOKEN={}\nDB_PASSWORD={}\n", values.github_token(), values.human_password());
        repo.write(name, text);
    }
    repo
}

fn left(repo: &Repo, config: &str) -> Vec<String> {
    repo.write(FILE, config);
    let found = repo.leaklint().arg("scan").findings();
    found
        .iter()
        .map(|one| format!("{} {}", one.repo_path.clone().unwrap_or_default(), one.start_line))
        .collect()
}

#[test]
fn an_entry_holds_where_all_of_its_keys_do() {
    let repo = project();
    let all = ["src/a.env 1", "src/a.env 2", "tests/b.env 1", "tests/b.env 2"];
    assert_eq!(left(&repo, ""), all);
    let entry = |keys: &str| format!("allow:\n  - reason: known\n    {}\n", keys.replace("; ", "\n    "));
    for (keys, expected) in [
        ("paths: ['tests/']", &all[..2]),
        ("rules: ['tag:password']", &["src/a.env 1", "tests/b.env 1"]),
        ("rules: ['service:github', nothing-here]", &[]),
        ("rules: ['service:github']; paths: ['tests/']", &["src/a.env 1", "src/a.env 2", "tests/b.env 2"]),
        ("values: ['^gh']", &["src/a.env 2", "tests/b.env 2"]),
        ("values: ['^gh', '^never$']; paths: [src]", &["src/a.env 2", "tests/b.env 1", "tests/b.env 2"]),
        ("commits: ['0123456789ab']", &all),
    ] {
        match expected.is_empty() {
            true => {
                repo.write(FILE, entry(keys));
                repo.leaklint().arg("scan").run().expect(2);
            }
            false => assert_eq!(left(&repo, &entry(keys)), expected, "{keys}"),
        }
    }
}

#[test]
fn a_word_allows_values_that_hold_it_as_a_word() {
    let repo = Repo::new();
    let body = Values::new(5).alnum(24);
    repo.write("a.env", format!("API_KEY=Sandbox-{body}\nSECRET_KEY=sandboxes-{body}\n"));
    assert_eq!(left(&repo, "").len(), 2);
    assert_eq!(left(&repo, "allow: [{reason: ours, words: [SANDBOX]}]\n"), ["a.env 2"]);
}

#[test]
fn what_is_allowed_is_counted_listed_and_shown_on_demand() {
    let repo = project();
    repo.write(FILE, "allow: [{reason: fixtures, paths: ['tests/']}]\n");
    let outcome = repo.leaklint().arg("scan").run().expect(1);
    assert!(outcome.err().contains("2 allowed by configuration"), "{outcome}");
    let json = repo.leaklint().args(["scan", "--format", "json", "--show-dropped"]).run().expect(1).json();
    assert_eq!(json["counts"]["allowed_by_configuration"], 2);
    let dropped = json["dropped"].as_array().expect("a list");
    let ours = dropped.iter().filter(|one| one["reason"] == "allowed-by-configuration");
    assert_eq!(ours.count(), 2, "{dropped:?}");
    assert_eq!(repo.leaklint().args(["scan", "--no-allow"]).findings().len(), 4);
}

#[test]
fn an_entry_ends_after_its_last_day_and_the_finding_says_so() {
    let repo = project();
    let config = "allow:\n  - reason: until the move\n    expires: 2026-05-31\n    paths: ['*.env']\n";
    repo.write(FILE, config);
    let on = |now: &str| repo.leaklint().args(["scan", "--now", now]).run();
    on("2026-05-31T23:59:59Z").expect(0);
    let over = on("2026-06-01T00:00:00Z").expect(1);
    let told = "the allow entry at .leaklint.yaml:2 held until 2026-05-31: until the move";
    let flat = over.out().split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(flat.contains(told), "{over}");
    let checked = repo.leaklint().args(["config", "check", "--now", "2026-06-01T00:00:00Z"]).run().expect(1);
    assert!(checked.out().contains(".leaklint.yaml:2: this allow entry held until 2026-05-31"), "{checked}");
}

#[test]
fn an_entry_for_a_commit_holds_for_what_that_commit_brought() {
    let repo = Repo::new();
    let base = repo.commit("base");
    repo.write("a.env", format!("TOKEN={}\n", Values::new(1).github_token()));
    let first = repo.commit("first");
    repo.write("b.env", format!("TOKEN={}\n", Values::new(2).github_token()));
    repo.commit("second");
    let config = format!("allow: [{{reason: revoked, commits: ['{}']}}]\n", &first[..12]);
    let file = repo.beside().join("allow.yaml");
    std::fs::write(&file, config).expect("written");
    let paths = |command: &[&str]| -> Vec<String> {
        let found = repo.leaklint().args(command).arg("--config").arg(&file).findings();
        found.into_iter().map(|found| found.path).collect()
    };
    assert_eq!(paths(&["diff", &base]), ["b.env"]);
    assert_eq!(paths(&["history"]), ["b.env"]);
    assert_eq!(paths(&["scan"]).len(), 2, "in a tree nobody knows the commit");
}

#[test]
fn thresholds_and_rules_may_differ_by_path() {
    let repo = project();
    for (config, expected) in [
        (
            "overrides: [{paths: ['tests/'], min_confidence: high}]",
            &["src/a.env 1", "src/a.env 2", "tests/b.env 1"][..],
        ),
        (
            "overrides: [{paths: ['tests/'], min_confidence: {hook: high}}]",
            &["src/a.env 1", "src/a.env 2", "tests/b.env 1", "tests/b.env 2"],
        ),
        (
            "overrides: [{paths: [src], rules: {off: ['tag:password']}}]",
            &["src/a.env 1", "tests/b.env 1", "tests/b.env 2"],
        ),
        ("min_severity: critical", &["src/a.env 1"]),
        (
            "min_severity: critical\noverrides: [{paths: ['tests/'], min_severity: low}]",
            &["src/a.env 1", "tests/b.env 1", "tests/b.env 2"],
        ),
        (
            "overrides: [{paths: ['*.env'], min_confidence: high}, {paths: ['tests/'], min_confidence: medium}]",
            &["src/a.env 1", "tests/b.env 1", "tests/b.env 2"],
        ),
    ] {
        assert_eq!(left(&repo, config), expected, "{config}");
    }
    repo.write(FILE, "overrides: [{paths: ['tests/'], min_confidence: high}]");
    assert_eq!(
        repo.leaklint().args(["scan", "--min-confidence", "medium"]).findings().len(),
        4,
        "a flag wins"
    );
}

#[test]
fn findings_above_the_limit_are_a_problem() {
    let repo = Repo::new();
    let mut values = Values::new(3);
    let lines: String = (0..5).map(|_| format!("TOKEN={}\n", values.github_token())).collect();
    repo.write("a.env", lines);
    repo.write(FILE, "limits: {max_findings_per_rule: 2}\n");
    let outcome: Outcome = repo.leaklint().args(["scan", "--format", "jsonl"]).run().expect(1);
    assert_eq!(outcome.findings().len(), 2);
    assert!(outcome.err().contains("3 further findings"), "{outcome}");
}
