//! `config show` and `config check`, the environment, and what neither they nor any error may say.

use crate::FILE;
use crate::common::{Repo, Values};

fn value(repo: &Repo, environment: &[(&str, &str)], flags: &[&str], key: &str) -> String {
    let mut run = repo.leaklint().args(["config", "show", "--form", "json"]).args(flags);
    for (name, value) in environment {
        run = run.env(name, value);
    }
    let json = run.run().expect(0).json();
    let values = json["values"].as_array().expect("a list").clone();
    let found = values.iter().find(|value| value["key"] == key).expect("the key is shown");
    format!("{} {}", found["value"], found["source"]).replace('"', "")
}

#[test]
fn flags_win_over_the_environment_and_that_over_files_and_those_over_defaults() {
    let repo = Repo::new();
    let environment = [("LEAKLINT_MIN_CONFIDENCE", "low"), ("LEAKLINT_FORMAT", "sarif")];
    let key = "min_confidence.scan";
    assert_eq!(value(&repo, &[], &[], key), "medium default");
    repo.write(FILE, "min_confidence: high\nformat: jsonl\n");
    assert_eq!(value(&repo, &[], &[], key), "high file");
    assert_eq!(value(&repo, &environment, &[], key), "low environment");
    assert_eq!(value(&repo, &environment, &["--min-confidence", "medium"], key), "medium flag");
    assert_eq!(value(&repo, &environment, &[], "format.ci"), "sarif environment");
    repo.write("a.env", format!("TOKEN={}\n", Values::new(1).github_token()));
    let jsonl = repo.leaklint().arg("scan").run().expect(1);
    assert_eq!(jsonl.findings().len(), 1, "the file's format");
    let json = repo.leaklint().arg("scan").env("LEAKLINT_FORMAT", "json").run().expect(1).json();
    assert_eq!(json["command"], "scan");
    repo.leaklint().arg("scan").env("LEAKLINT_EXCLUDE", "*.env").run().expect(0);
    repo.leaklint().arg("scan").env("LEAKLINT_CONFIG", "missing.yaml").run().expect(2);
    repo.leaklint().args(["scan", "--no-config"]).env("LEAKLINT_CONFIG", "missing.yaml").run().expect(1);
    repo.leaklint().args(["scan", "-q"]).env("LEAKLINT_NO_ALLOW", "0").run().expect(1);
}

#[test]
fn help_names_the_variables_and_not_their_values() {
    let repo = Repo::new();
    let outcome =
        repo.leaklint().args(["scan", "--help"]).env("LEAKLINT_CONFIG", "a-value-of-mine").run().expect(0);
    assert!(
        outcome.out().contains("LEAKLINT_CONFIG") && !outcome.out().contains("a-value-of-mine"),
        "{outcome}"
    );
}

#[test]
fn check_names_what_does_nothing_or_too_much() {
    let repo = Repo::new();
    repo.write("src/a.txt", "nothing\n");
    repo.write(
        FILE,
        "exclude: [src]\nallow: [{reason: x, paths: ['src/'], words: [kumquat], values: ['(?i)sample']}]\n",
    );
    repo.leaklint().args(["config", "check"]).run().expect(0);
    let token = Values::new(8).github_token();
    let config = format!(
        "exclude: [nowhere/]\nrules: {{off: [json-web-token]}}\nallow:\n  - {{reason: x, rules: [json-web-token]}}\n  \
         - {{reason: x, values: ['^ghp_']}}\n  - {{reason: x, words: ['{token}']}}\n  \
         - {{reason: x, commits: ['0123456789abcdef']}}\n  - {{reason: x, paths: ['*.gone']}}\n"
    );
    repo.write(FILE, config);
    let outcome = repo.leaklint().args(["config", "check"]).run().expect(1);
    let out = outcome.out();
    for part in [
        ":1: a glob of `exclude` matches no file here",
        ":4: this allow entry names only rules that do not run",
        ":5: this allow entry takes example ",
        ":6: a value or word of this allow entry looks like a secret",
        ":7: `allow.commits` names a commit that is not here",
        ":8: a glob of `allow.paths` matches no file here",
    ] {
        assert!(out.contains(&format!("{FILE}{part}")), "{part}\n{outcome}");
    }
    assert!(!outcome.to_string().contains(&token), "{outcome}");
    repo.write(FILE, "exclud: []\n");
    repo.leaklint().args(["config", "check"]).run().expect(2);
}

/// Every place of a configuration, each with the canary in it.
fn places(canary: &str) -> Vec<String> {
    let c = canary;
    vec![
        format!("exclude: ['{c}', '{c}[']\n"),
        format!("extends: ['{c}.yaml']\n"),
        format!("extends: {{a: '{c}'}}\n"),
        format!("{c}: 1\n"),
        format!("rules: {{off: ['{c}', 'service:{c}', 'tag:{c}'], files: ['{c}']}}\n"),
        format!("rules: {{custom: [{{id: '{c}', name: '{c}', {c}: 1, pair: '{c}', proof: '{c}'}}]}}\n"),
        format!("rules: {{change: [{{rules: ['{c}'], severity: '{c}', confidence: '{c}'}}]}}\n"),
        format!("allow: [{{reason: '{c}', paths: ['{c}'], values: ['{c}'], words: ['{c}']}}]\n"),
        format!("allow: [{{reason: x, values: ['({c}']}}]\n"),
        format!("allow: [{{reason: x, expires: '{c}', commits: ['{c}'], rules: ['{c}']}}]\n"),
        format!("allow: '{c}'\n"),
        format!("min_confidence: '{c}'\nmin_severity: {{hook: '{c}'}}\nformat: '{c}'\n"),
        format!("overrides: [{{paths: ['{c}'], min_confidence: high}}]\n"),
        format!("overrides: [{{paths: ['{c}'], min_severity: '{c}', rules: {{off: ['{c}']}}}}]\n"),
        format!("limits: {{max_findings_per_rule: '{c}'}}\nci: {{refuse_policy_changes: '{c}'}}\n"),
        format!("allow_marks: {{foreign: '{c}'}}\nbaseline: {{path: '../{c}', require: ['{c}']}}\n"),
        format!("baseline: {{path: '{c}'}}\n"),
        format!("exclude: [&{c} '{c}', *{c}]\n# {c}\n"),
        format!("exclude: [\n  '{c}'\n  {c}: '{c}\n"),
    ]
}

#[test]
fn a_secret_in_any_place_is_never_shown() {
    let repo = Repo::new();
    repo.write("a.txt", "nothing\n");
    let mut values = Values::new(77);
    let canaries = [values.github_token(), values.alnum(40), values.hex(64), values.strong_password()];
    let canaries = canaries.map(|canary| canary.replace(['\'', '\\', '*', '[', '{', '?'], "x"));
    for place in 0..places("x").len() {
        let kind = place % 4;
        let (canary, config) = (&canaries[kind], &places(&canaries[kind])[place]);
        repo.write(FILE, config);
        // Checking tries all examples, which is slow here; what it may show is where entries are.
        let command = if place == 7 { ["config", "check"] } else { ["config", "show"] };
        let outcome = repo.leaklint().args(command).run();
        let told = outcome.to_string().to_lowercase();
        assert!(!told.contains(&canary.to_lowercase()), "{command:?}\n{config}\n{outcome}");
        assert!(matches!(outcome.code, Some(0..=2)), "{outcome}");
    }
}
