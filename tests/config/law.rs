//! What a change does to the configuration that it is judged by.

use crate::FILE;
use crate::common::{Outcome, Repo, Values};

fn changes(outcome: &Outcome) -> Vec<String> {
    let json = outcome.json();
    let changes = json["policy_changes"].as_array().cloned().unwrap_or_default();
    changes
        .iter()
        .map(|one| format!("{}:{} {}", one["path"], one["line"], one["what"]).replace('"', ""))
        .collect()
}

#[test]
fn everything_that_a_range_adds_to_its_configuration_is_listed() {
    let repo = Repo::new();
    repo.write(FILE, "exclude: [a]\nallow: [{reason: old, paths: [a]}]\n");
    let base = repo.commit("base");
    repo.write("team.yaml", "rules: {off: ['service:github']}\nmin_severity: high\n");
    repo.write(
        FILE,
        "extends: team.yaml\nexclude: [a]\nallow:\n  - {reason: old, paths: [a]}\n  - {reason: new, rules: ['tag:password'], words: [x]}\n\
         rules: {change: [{rules: ['service:aws'], severity: low}]}\noverrides: [{paths: [b], min_confidence: high}]\n\
         limits: {max_findings_per_rule: 1}\nallow_marks: {require_reason: true}\n",
    );
    repo.commit("loosen");
    let outcome = repo.leaklint().args(["diff", &base, "--format", "json"]).run().expect(0);
    let listed = changes(&outcome);
    for part in [
        "team.yaml:1 turns off all rules of service:github",
        "team.yaml:2 sets min_severity of ci to high",
        ".leaklint.yaml:5 allows findings of tag:password by 1 word, for the reason: new",
        ".leaklint.yaml:6 gives service:aws severity low",
        ".leaklint.yaml:7 sets thresholds or rules of its own for b",
        ".leaklint.yaml:8 sets max_findings_per_rule to 1",
        ".leaklint.yaml:9 sets allow_marks.require_reason to true",
        ".leaklint.yaml:null reads team.yaml too",
    ] {
        assert!(listed.iter().any(|one| one == part), "{part}\n{listed:#?}");
    }
    assert!(!listed.iter().any(|one| one.contains("reason: old")), "{listed:?}");
    // A change of the extended file alone counts too.
    let base = repo.git(["rev-parse", "HEAD"]);
    repo.write("team.yaml", "rules: {off: ['service:github', 'service:stripe']}\nmin_severity: high\n");
    repo.commit("loosen by the back door");
    let listed = changes(&repo.leaklint().args(["diff", &base, "--format", "json"]).run().expect(0));
    assert_eq!(listed, ["team.yaml:1 turns off all rules of service:stripe"]);
}

#[test]
fn a_configuration_can_refuse_changes_of_itself() {
    let repo = Repo::new();
    repo.write(FILE, "ci: {refuse_policy_changes: true}\n");
    let base = repo.commit("base");
    repo.write(FILE, "exclude: [a]\n");
    repo.commit("loosen");
    let outcome = repo.leaklint().args(["diff", &base]).run().expect(1);
    assert!(outcome.err().contains("no longer refuses changes of policy"), "{outcome}");
    repo.leaklint().args(["diff", "HEAD"]).run().expect(0);
}

#[test]
fn policy_may_come_from_another_revision() {
    let repo = Repo::new();
    let base = repo.commit("base");
    repo.write("a.env", format!("TOKEN={}\n", Values::new(4).github_token()));
    repo.commit("leak");
    repo.git(["switch", "-q", "-c", "policy", &base]);
    repo.write(FILE, "exclude: [a.env]\n");
    repo.commit("policy");
    repo.git(["switch", "-q", "main"]);
    let diff = |more: &[&str]| repo.leaklint().args(["diff", &base]).args(more).run();
    diff(&[]).expect(1);
    diff(&["--policy-from", "policy"]).expect(0);
    diff(&["--policy-from", "nowhere"]).expect(2);
    diff(&["--policy-from=--help"]).expect(2);
    repo.leaklint().args(["diff", &base]).env("LEAKLINT_POLICY_FROM", "policy").run().expect(0);
}

#[test]
fn below_an_administrators_only_what_is_stricter_counts() {
    let repo = Repo::new();
    let mut values = Values::new(6);
    repo.write(
        "a.env",
        format!("TOKEN={}\nDB_PASSWORD={}\n", values.github_token(), values.human_password()),
    );
    let admin = repo.beside().join("admin.yaml");
    let found = |admin_says: &str, own: &str| {
        std::fs::write(&admin, admin_says).expect("written");
        repo.write(FILE, own);
        repo.leaklint().arg("scan").arg("--admin-config").arg(&admin).findings().len()
    };
    for own in [
        "exclude: ['*']\n",
        "rules: {off: ['tag:secret']}\n",
        "allow: [{reason: x, paths: ['*']}]\n",
        "min_confidence: high\n",
        "min_severity: critical\n",
        "overrides: [{paths: ['*'], min_confidence: high, rules: {off: ['tag:secret']}}]\n",
        "limits: {max_findings_per_rule: 1}\n",
        "rules: {change: [{rules: ['tag:secret'], confidence: low}]}\n",
    ] {
        assert_eq!(found("", own), 2, "{own}");
    }
    assert_eq!(found("min_confidence: high\n", ""), 1);
    assert_eq!(found("min_confidence: high\n", "min_confidence: medium\n"), 2, "stricter");
    assert_eq!(found("exclude: [a.env]\n", "exclude: []\n"), 0, "the administrator's holds");
    repo.write("a.env", format!("TOKEN={} # leaklint:allow\n", values.github_token()));
    assert_eq!(found("", ""), 0);
    assert_eq!(found("", "allow_marks: {require_reason: true}\n"), 1);
    assert_eq!(found("allow_marks: {require_reason: true}\n", "allow_marks: {require_reason: false}\n"), 1);
}
