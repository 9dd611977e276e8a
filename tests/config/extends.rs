//! Which file is in force, what it extends, and from where: never from outside, never round in circles.

use crate::FILE;
use crate::common::{Leaklint, Outcome, Repo, Values};
use crate::project;

fn scan(repo: &Repo) -> usize {
    repo.leaklint().arg("scan").findings().len()
}

#[test]
fn the_nearest_file_counts_and_its_globs_start_where_it_lies() {
    let repo = project();
    repo.write(FILE, "exclude: ['*.txt']\n");
    repo.write("lib/.leaklint.yaml", "exclude: [deep/c.txt]\n");
    assert_eq!(scan(&repo), 2, "from the root, the root's");
    let below = |args: &[&str]| repo.leaklint().arg("scan").args(args).findings().len();
    assert_eq!(below(&["lib"]), 1, "its own glob holds, the root's does not");
    assert_eq!(below(&["lib/deep"]), 0, "found from further below");
    assert_eq!(below(&["lib/b.env", "a.env"]), 2, "of several targets, what holds all of them");
    assert_eq!(Leaklint::new(&repo.path("lib")).arg("scan").findings().len(), 1);
    repo.write("lib/.leaklint.yaml", "extends: ../.leaklint.yaml\n");
    assert_eq!(below(&["lib"]), 1, "the root's is brought in");
}

#[test]
fn later_files_win_and_the_file_itself_over_all() {
    let repo = project();
    repo.write("conf/one.yaml", "min_confidence: high\nexclude: [a.env]\nrules: {off: ['service:github']}\n");
    repo.write("conf/two.yaml", "extends: [one.yaml]\nmin_confidence: low\nmin_severity: high\n");
    repo.write(
        FILE,
        "extends: [conf/one.yaml, conf/two.yaml]\nmin_severity: medium\nrules: {on: ['service:github']}\n",
    );
    let json = repo.leaklint().args(["config", "show", "--form", "json"]).run().expect(0).json();
    assert_eq!(json["files"], serde_json::json!(["conf/one.yaml", "conf/two.yaml", FILE]));
    let value = |key: &str| {
        let values = json["values"].as_array().expect("a list");
        let found = values.iter().find(|value| value["key"] == key).expect("there");
        format!("{} {}:{}", found["value"], found["file"], found["line"]).replace('"', "")
    };
    assert_eq!(value("min_confidence.scan"), "low conf/two.yaml:2");
    assert_eq!(value("min_severity.ci"), format!("medium {FILE}:2"));
    assert_eq!(value("exclude"), "a.env conf/one.yaml:2");
    assert_eq!(scan(&repo), 2, "the exclusion holds, the rule is on again");
}

fn refused(repo: &Repo, part: &str) -> Outcome {
    let outcome = repo.leaklint().arg("scan").run().expect(2);
    let flat = outcome.err().split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(flat.contains(part), "{part}\n{outcome}");
    outcome
}

#[test]
fn circles_and_ways_out_are_mistakes() {
    let repo = project();
    std::fs::write(repo.beside().join("out.yaml"), "exclude: ['*']\n").expect("written");
    repo.write(FILE, "extends: b.yaml\n");
    repo.write("b.yaml", "extends: [c.yaml]\n");
    repo.write("c.yaml", "extends: [./b.yaml]\n");
    refused(&repo, "a configuration extends itself");
    for (path, part) in [
        ("../out.yaml", "leads out of the repository"),
        ("/etc/passwd", "leads out of the repository"),
        ("lib/../../out.yaml", "leads out of the repository"),
        ("missing.yaml", "names a file that is not there"),
        ("lib", "is not a regular file"),
    ] {
        repo.write(FILE, format!("extends: {path}\n"));
        let outcome = refused(&repo, part);
        assert!(!outcome.err().contains(path.trim_start_matches("../")), "no value is shown\n{outcome}");
    }
    repo.write(FILE, "rules: {files: [../out.yaml]}\n");
    refused(&repo, "leads out of the repository");
}

#[cfg(unix)]
#[test]
fn links_may_not_lead_out() {
    let repo = project();
    let out = repo.beside().join("out.yaml");
    std::fs::write(&out, "exclude: ['*']\n").expect("written");
    std::os::unix::fs::symlink(&out, repo.path("team.yaml")).expect("a link");
    repo.write(FILE, "extends: team.yaml\n");
    refused(&repo, "leads out of the repository");
    std::fs::remove_file(repo.path(FILE)).expect("removed");
    std::os::unix::fs::symlink(&out, repo.path(FILE)).expect("a link");
    refused(&repo, "lies outside the repository");
}

#[test]
fn the_index_and_a_commit_give_the_files_that_they_hold() {
    let repo = Repo::new();
    repo.write(FILE, "extends: conf/team.yaml\nrules: {files: [conf/rules]}\n");
    repo.write("conf/team.yaml", "exclude: [new.env]\n");
    repo.write("conf/rules/own.yaml", rule_file());
    let base = repo.commit("base");
    let token = Values::new(9).github_token();
    repo.write("new.env", format!("TOKEN={token}\n"));
    repo.write("own.txt", format!("acme_{}\n", Values::new(10).hex(32)));
    repo.add_all();
    repo.write("conf/team.yaml", "");
    std::fs::remove_dir_all(repo.path("conf/rules")).expect("removed");
    let rules = |findings: Vec<crate::common::Finding>| {
        findings.into_iter().map(|found| found.rule_id).collect::<Vec<_>>()
    };
    assert_eq!(rules(repo.leaklint().arg("staged").findings()), ["acme-token"]);
    repo.git(["commit", "-qm", "change"]);
    assert_eq!(rules(repo.leaklint().args(["diff", &base]).findings()), ["acme-token"]);
    repo.leaklint().arg("scan").run().expect(2);
}

fn rule_file() -> &'static str {
    "service: acme\nname: Acme\nrules:\n  - id: acme-token\n    name: Acme token\n    severity: high\n    \
     pattern: 'acme_[0-9a-f]{32}'\n    keywords: [acme_]\n    grants: Everything at Acme.\n    revoke: Ask Acme.\n    \
     references: ['https://example.org/']\n    examples: ['acme_${hex:32}']\n"
}

#[test]
fn depth_size_and_number_are_bounded() {
    let repo = project();
    for at in 0..70 {
        repo.write(format!("e/{at}.yaml"), format!("extends: {}.yaml\n", at + 1));
    }
    repo.write("e/70.yaml", "");
    repo.write(FILE, "extends: e/0.yaml\n");
    refused(&repo, "at most 64 files");
    repo.write("big.yaml", "#".repeat((1 << 20) + 1));
    repo.write(FILE, "extends: big.yaml\n");
    refused(&repo, "a file that is too large");
}
