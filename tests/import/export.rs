//! `leaklint export`, and that what it writes says the same when it is imported.

use crate::common::{Repo, Values};
use crate::{baseline, text};

/// A repository with a token and a password that are accepted, and a token that is not.
fn accepted() -> Repo {
    let mut values = Values::new(12);
    let repo = Repo::new();
    repo.write("a.env", format!("x=1\nA_TOKEN={}\n", values.github_token()));
    repo.write("b/c.py", format!("password = \"{}\"\n", values.human_password()));
    repo.leaklint().args(["baseline", "create", "--quiet"]).run().expect(0);
    assert_eq!(baseline(&repo).len(), 2);
    repo.write("new.env", format!("N_TOKEN={}\n", values.github_token()));
    repo
}

#[test]
fn accepted_findings_become_fingerprints_of_gitleaks() {
    let repo = accepted();
    let outcome = repo.leaklint().args(["export", "--gitleaks-ignore"]).run().expect(0);
    let lines: Vec<String> = outcome.out().lines().map(str::to_owned).collect();
    assert!(
        lines.len() == 2 && lines[0].starts_with("a.env:github-") && lines[0].ends_with(":2"),
        "{outcome}"
    );
    assert!(lines[1].starts_with("b/c.py:") && lines[1].ends_with(":1"), "{outcome}");
    // The id that gitleaks has for the rule comes back.
    std::fs::remove_file(repo.path(".leaklint-baseline.jsonl")).expect("is there");
    repo.write(".gitleaksignore", "a.env:github-pat:2\n");
    repo.leaklint().args(["import", ".gitleaksignore"]).run().expect(0);
    let outcome = repo.leaklint().args(["export", "--gitleaks-ignore"]).run().expect(0);
    assert_eq!(outcome.out(), "a.env:github-pat:2\n");
}

#[test]
fn weak_values_are_exported_as_hashes_only_when_that_is_wanted() {
    let repo = accepted();
    let file = ".secrets.baseline";
    let outcome = repo.leaklint().args(["export", "--secrets-baseline", "-o", file]).run().expect(0);
    assert!(outcome.err().contains("1 left out: a person could have thought of them"), "{outcome}");
    assert!(text(&repo, file).contains("\"a.env\"") && !text(&repo, file).contains("b/c.py"));
    repo.leaklint().args(["export", "--secrets-baseline", "-o", file]).run().expect(2);
    let all = ["export", "--secrets-baseline", "--weak-too", "--force", "-o", file];
    repo.leaklint().args(all).run().expect(0);
    assert!(text(&repo, file).contains("b/c.py"));
    std::fs::remove_file(repo.path(".leaklint-baseline.jsonl")).expect("is there");
    repo.leaklint().args(["import", file]).run().expect(0);
    assert_eq!(baseline(&repo), [("a.env".to_owned(), false), ("b/c.py".to_owned(), false)]);
}

#[test]
fn there_is_nothing_to_export_without_a_baseline() {
    let repo = Repo::new();
    repo.leaklint().args(["export", "--gitleaks-ignore"]).run().expect(2);
    repo.leaklint().args(["export"]).run().expect(2);
}
