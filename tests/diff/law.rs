//! What a range does to the rules that it is judged by, and what is left of its findings at its end.

use crate::common::{Outcome, Repo, Values};
use crate::secret;

#[test]
fn a_secret_that_a_later_commit_removes_is_said_to_be_gone() {
    let repo = Repo::new();
    repo.write("f", "one\n");
    let base = repo.commit("base");
    repo.write("f", secret(1));
    repo.write("g", secret(2));
    repo.write("h", secret(3));
    repo.commit("leak");
    repo.write("f", "one\n");
    repo.git(["mv", "g", "moved"]);
    repo.write("h", format!("# above\n\n{}", secret(3)));
    repo.commit(&format!("hide one, move one\n\n{}", secret(4)));
    let findings = repo.leaklint().args(["diff", &base]).findings();
    let gone: Vec<_> = findings.iter().map(|found| (found.path.as_str(), found.gone)).collect();
    assert_eq!(gone[1..], [("f", true), ("g", false), ("h", false)]);
    assert!(gone[0].0.starts_with(".git/commits/") && !gone[0].1, "{gone:?}");
    let outcome = repo.leaklint().args(["diff", &base]).run().expect(1);
    assert_eq!(outcome.out().matches("gone: ").count(), 1, "{outcome}");
}

#[test]
fn an_allowed_or_accepted_secret_is_not_gone() {
    let repo = Repo::new();
    repo.write("old", secret(1));
    repo.leaklint().args(["baseline", "create"]).run().expect(0);
    let base = repo.commit("base with a baseline");
    repo.write("f", secret(2));
    repo.commit("leak");
    repo.write("f", format!("{} # leaklint:allow -- by me\n", secret(2).trim_end()));
    repo.commit("allow");
    let findings = repo.leaklint().args(["diff", &base]).findings();
    assert_eq!(findings.iter().map(|found| found.gone).collect::<Vec<_>>(), [false]);
}

/// A range that adds a mark, an accepted finding and a configuration.
fn lawless() -> (Repo, String) {
    let repo = Repo::new();
    repo.write("f", "one\n");
    let base = repo.commit("base");
    repo.write("f", format!("one\n{} # leaklint:allow -- an example\n", secret(1).trim_end()));
    repo.write("quiet", "nothing # leaklint:allow github-token\n");
    repo.write("g", secret(2));
    repo.leaklint().args(["baseline", "create"]).run().expect(0);
    repo.write(
        ".leaklint.yaml",
        "exclude: [\"vendor/\"]\nrules:\n  off: [json-web-token]\nmin_confidence: high\n",
    );
    repo.commit("a change that writes its own law");
    (repo, base)
}

fn listed(outcome: &Outcome) -> Vec<(String, String)> {
    let json = outcome.json();
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let changes = json["policy_changes"].as_array().cloned().unwrap_or_default();
    changes.iter().map(|change| (text(&change["path"]), text(&change["what"]))).collect()
}

#[test]
fn what_a_range_adds_to_its_own_law_is_listed() {
    let (repo, base) = lawless();
    let outcome = repo.leaklint().args(["diff", &base, "--format", "json"]).run().expect(1);
    let listed = listed(&outcome);
    let has = |path: &str, what: &str| {
        let found = listed.iter().any(|(at, said)| at == path && said.contains(what));
        assert!(found, "{path}: {what}: {listed:?}");
    };
    has("f", "suppresses the nearest finding, for the reason: an example");
    has("quiet", "suppresses findings of github-token, without a reason");
    has(".leaklint-baseline.jsonl", "in g");
    has(".leaklint.yaml", "excludes paths: vendor/");
    has(".leaklint.yaml", "turns off rule json-web-token");
    has(".leaklint.yaml", "sets min_confidence of ci to high");
    let summary = repo.leaklint().args(["diff", &base, "--format", "sarif"]).run().expect(1);
    assert!(summary.err().contains("f:2: allow-mark: "), "{summary}");
    assert!(summary.out().contains("excludes paths: vendor/"), "{summary}");
    // What was there before is nobody's addition.
    repo.write("f", format!("more\none\n{} # leaklint:allow -- an example\n", secret(1).trim_end()));
    repo.commit("later");
    let outcome = repo.leaklint().args(["diff", "HEAD~1", "--format", "json"]).run().expect(0);
    assert!(outcome.json()["policy_changes"].is_null(), "{outcome}");
}

#[test]
fn a_change_of_law_can_be_refused() {
    let repo = Repo::new();
    let base = repo.commit("base");
    repo.write("f", format!("{} # leaklint:allow -- an example\n", secret(1).trim_end()));
    repo.commit("allow");
    repo.leaklint().args(["diff", &base]).run().expect(0);
    let outcome = repo.leaklint().args(["diff", &base, "--refuse-policy-changes"]).run().expect(1);
    assert!(outcome.err().contains("refused"), "{outcome}");
    repo.leaklint().args(["diff", "--refuse-policy-changes", "HEAD"]).run().expect(0);
}

#[test]
fn a_law_that_can_no_longer_be_read_is_said_to_be_broken() {
    let repo = Repo::new();
    let base = repo.commit("base");
    repo.write(".leaklint.yaml", "exclude: [\n");
    repo.write(".leaklint-baseline.jsonl", "nothing of the kind\n");
    repo.commit("broken");
    // The change that mends it could not be judged either.
    let outcome = repo.leaklint().args(["diff", &base, "--format", "json"]).run().expect(2);
    assert_eq!(listed(&outcome).len(), 2, "{outcome}");
    assert!(outcome.err().contains("problem (broken-policy): .leaklint.yaml: "), "{outcome}");
}

#[test]
fn what_was_allowed_before_is_not_listed_again() {
    let repo = Repo::new();
    repo.write(".leaklint.yaml", "rules:\n  off: [json-web-token]\nexclude: [a]\n");
    repo.commit("base");
    repo.write(".leaklint.yaml", "rules:\n  off: [json-web-token, github-client-secret]\nexclude: [a]\n");
    repo.commit("one more");
    let outcome = repo.leaklint().args(["diff", "HEAD~1", "--format", "json"]).run();
    assert_eq!(listed(&outcome).len(), 1, "{outcome}");
    repo.write(".leaklint.yaml", "exclude: [a]\n");
    repo.commit("fewer");
    let outcome = repo.leaklint().args(["diff", "HEAD~1", "--format", "json"]).run().expect(0);
    assert_eq!(listed(&outcome).len(), 0, "{outcome}");
}

#[test]
fn a_found_password_is_masked_in_what_the_law_adds() {
    let repo = Repo::new();
    let base = repo.commit("base");
    let password = Values::new(8).strong_password().replace('*', "x");
    repo.write("a.env", format!("DB_PASSWORD={password}\n"));
    repo.write(".leaklint.yaml", format!("exclude: ['{password}']\n"));
    repo.commit("law");
    for format in ["human", "json", "sarif"] {
        let outcome = repo.leaklint().args(["diff", &base, "--format", format]).run().expect(1);
        assert!(!outcome.to_string().contains(&password), "{format}: {outcome}");
    }
}

#[test]
fn a_value_in_a_reason_or_a_glob_is_masked() {
    let repo = Repo::new();
    let base = repo.commit("base");
    let token = Values::new(7).github_token();
    repo.write("f", format!("x = 1 # leaklint:allow -- {token}\n"));
    repo.write(".leaklint.yaml", format!("exclude: [\"{token}\"]\n"));
    repo.commit("law");
    for format in ["human", "json", "sarif"] {
        let outcome = repo.leaklint().args(["diff", &base, "--format", format]).run();
        assert!(!outcome.to_string().contains(&token), "{format}");
        assert!(outcome.to_string().contains("excludes paths: "), "{outcome}");
    }
}

#[test]
fn entries_are_listed_wherever_the_configuration_in_force_says_that_they_are() {
    let repo = Repo::new();
    repo.write("f", "one\n");
    repo.write("other.yaml", "baseline: {path: accepted.jsonl}\n");
    let base = repo.commit("base");
    repo.write("g", secret(1));
    repo.leaklint().args(["baseline", "create", "--config", "other.yaml"]).run().expect(0);
    repo.commit("a secret and its acceptance in one change");
    let run =
        |more: &[&str]| repo.leaklint().args(["diff", &base, "--format", "json"]).args(more).run().expect(1);
    let with = listed(&run(&["--config", "other.yaml"]));
    assert!(
        matches!(&with[..], [(path, what)] if path == "accepted.jsonl" && what.contains("in g")),
        "{with:?}"
    );
    assert_eq!(listed(&run(&[])), [], "nobody reads that file");
    assert_eq!(listed(&run(&["--config", "other.yaml", "--no-baseline"])), []);
}
