//! `.leaklint.yaml` through the real binary.

#[path = "config/allow.rs"]
mod allow;
mod common;
#[path = "config/extends.rs"]
mod extends;
#[path = "config/law.rs"]
mod law;
#[path = "config/rules.rs"]
mod rules;
#[path = "config/schema.rs"]
mod schema;
#[path = "config/show.rs"]
mod show;

use common::{Leaklint, Repo, Values};

const FILE: &str = ".leaklint.yaml";

/// A repository with a token in `a.env`, `lib/b.env` and `lib/deep/c.txt`.
fn project() -> Repo {
    let mut values = Values::new(31);
    let repo = Repo::new();
    for name in ["a.env", "lib/b.env", "lib/deep/c.txt"] {
        repo.write(name, format!("TOKEN={}\n", values.github_token()));
    }
    repo
}

fn found(repo: &Repo) -> Vec<String> {
    let found = repo.leaklint().arg("scan").findings();
    found.iter().map(|finding| finding.repo_path.clone().expect("in a repository")).collect()
}

#[test]
fn excluded_paths_are_not_scanned_but_counted() {
    for (config, left) in [
        ("exclude: ['*.env']\n", &["lib/deep/c.txt"][..]),
        ("exclude:\n  - lib/\n", &["a.env"]),
        ("exclude: [lib/deep, a.env]\n", &["lib/b.env"]),
        ("exclude: ['**/*.txt']\n", &["a.env", "lib/b.env"]),
        ("# exclude: ['*']\n", &["a.env", "lib/b.env", "lib/deep/c.txt"]),
    ] {
        let repo = project();
        repo.write(FILE, config);
        assert_eq!(found(&repo), left, "{config}");
    }
    let repo = project();
    repo.write(FILE, "exclude: [lib, a.env]\n");
    repo.leaklint().arg("scan").run().expect(0);
    repo.leaklint().args(["scan", "--require-complete"]).run().expect(2);
}

#[test]
fn a_rule_that_is_off_does_not_run() {
    let repo = project();
    let id = repo.leaklint().arg("scan").findings()[0].rule_id.clone();
    repo.write(FILE, format!("rules:\n  off: [{id}]\n"));
    let left = repo.leaklint().arg("scan").findings();
    assert!(left.iter().all(|finding| finding.rule_id != id), "{left:?}");
}

#[test]
fn the_least_confidence_is_the_configurations_unless_an_option_says_otherwise() {
    let repo = Repo::new();
    let password = Values::new(32).human_password();
    repo.write("a.env", format!("DB_PASSWORD={password}\nTOKEN={}\n", Values::new(33).github_token()));
    let all = repo.leaklint().arg("scan").findings();
    let high = all.iter().filter(|finding| finding.confidence == "high").count();
    assert!(0 < high && high < all.len(), "one of each\n{all:?}");
    repo.write(FILE, "min_confidence: high\n");
    assert_eq!(repo.leaklint().arg("scan").findings().len(), high);
    assert_eq!(repo.leaklint().args(["scan", "--min-confidence", "medium"]).findings().len(), all.len());
}

#[test]
fn the_least_confidence_may_differ_by_what_runs() {
    let repo = Repo::new();
    let password = Values::new(32).human_password();
    repo.write("a.env", format!("DB_PASSWORD={password}\nTOKEN={}\n", Values::new(33).github_token()));
    repo.write(FILE, "min_confidence: {hook: high, audit: high}\n");
    repo.git(["add", "."]);
    assert_eq!(repo.leaklint().arg("staged").findings().len(), 1);
    repo.git(["commit", "-qm", "all"]);
    assert_eq!(repo.leaklint().arg("history").findings().len(), 1);
    assert_eq!(repo.leaklint().arg("scan").findings().len(), 2);
    repo.write(FILE, "min_confidence: {scan: high}\n");
    assert_eq!(repo.leaklint().arg("scan").findings().len(), 1);
    assert_eq!(repo.leaklint().arg("history").findings().len(), 2);
}

#[test]
fn it_is_found_at_the_root_named_or_left_out() {
    let repo = project();
    repo.write(FILE, "exclude: [lib]\n");
    assert_eq!(repo.leaklint().args(["scan", "lib/deep"]).findings().len(), 0, "found from a path below");
    assert_eq!(Leaklint::new(&repo.path("lib")).arg("scan").findings().len(), 0, "found from below");
    assert_eq!(repo.leaklint().args(["scan", "--no-config"]).findings().len(), 3);
    std::fs::write(repo.beside().join("other.yaml"), "exclude: [a.env]\n").expect("written");
    let other = repo.beside().join("other.yaml");
    assert_eq!(repo.leaklint().arg("scan").arg("--config").arg(&other).findings().len(), 2);
    assert_eq!(repo.leaklint().args(["scan", "--exclude", "a.env"]).findings().len(), 0, "both add up");
    let plain = Repo::plain();
    plain.write("a.env", repo.read("a.env"));
    plain.write(FILE, "exclude: [a.env]\n");
    plain.leaklint().arg("scan").run().expect(0);
}

#[test]
fn every_mistake_is_shown_at_once_with_its_place() {
    let repo = project();
    repo.write(FILE, "exclude: ['a[']\nmin_confidence: hihg\nrule:\n  off: []\nrules:\n  off: [githb]\n");
    let outcome = repo.leaklint().arg("scan").run().expect(2);
    let err = outcome.err();
    for part in
        ["not a glob", "not a level", "unknown key `rule`", "did you mean `rules`?", "no rule has this id"]
    {
        assert!(err.contains(part), "{part}\n{outcome}");
    }
    for line in [1, 2, 3, 6] {
        assert!(err.contains(&format!("{FILE}:{line}")), "line {line}\n{outcome}");
    }
    assert!(!err.contains("hihg") && !err.contains("githb") && outcome.stdout.is_empty(), "{outcome}");
    repo.leaklint().args(["scan", "--no-config"]).run().expect(1);
}

#[test]
fn staged_reads_it_from_the_index_and_diff_from_the_base() {
    let repo = project();
    repo.write(FILE, "exclude: []\n");
    let base = repo.commit("base");
    repo.write("new.env", format!("TOKEN={}\n", Values::new(34).github_token()));
    repo.add_all();
    repo.write(FILE, "exclude: [new.env]\n");
    repo.leaklint().arg("staged").run().expect(1);
    repo.add_all();
    repo.leaklint().arg("staged").run().expect(0);
    repo.commit("a secret and its exclusion in one change");
    repo.leaklint().args(["diff", &format!("{base}..HEAD")]).run().expect(1);
}
