//! `leaklint explain` and the words that it shares with docs/detection.md and docs/rules.md.

mod common;

use std::collections::BTreeSet;

use common::Repo;
use leaklint::verdict::Reason;

/// A value that a generator made, the same in each run.
fn value() -> String {
    leaklint::rule::template::expand("${alnum:40}", 7).expect("a template")
}

#[test]
fn every_candidate_of_a_line_is_traced_without_its_value() {
    let repo = Repo::plain();
    let secret = value();
    let lines = [
        format!("api_key = \"{secret}\""),
        "password = \"changeme\"".to_owned(),
        format!("client_secret = \"{secret}\"  # leaklint:allow"),
        "total = 5".to_owned(),
    ];
    repo.write("app.py", lines.join("\n") + "\n");
    let explain = |line: usize| repo.leaklint().args(["explain", &format!("app.py:{line}")]).run();
    let parts: [(usize, i32, &[&str]); 4] = [
        (
            1,
            1,
            &[
                "secret-assignment",
                "given to a name by `=`, quoted",
                "judgement",
                "surprise",
                "outcome  a finding",
            ],
        ),
        (2, 0, &["dropped, placeholder: it stands for a value"]),
        (3, 0, &["suppressed by the mark on line 3"]),
        (4, 0, &["no candidate"]),
    ];
    for (line, code, words) in parts {
        let outcome = explain(line).expect(code);
        let shown = outcome.out() + &outcome.err();
        for word in words {
            assert!(shown.contains(word), "{word} is missing in\n{shown}");
        }
        assert!(!shown.contains(&secret) && !shown.contains("changeme"), "{shown}");
    }
    assert!(explain(9).expect(2).err().contains("no line 9"));
    for wrong in ["app.py", "app.py:0", ":3", "app.py:x"] {
        let err = repo.leaklint().args(["explain", wrong]).run().expect(2).err();
        assert!(err.contains("a file and a line"), "{err}");
    }
    assert!(repo.leaklint().args(["explain", "none.py:1"]).run().expect(2).err().contains("none.py"));
}

#[test]
fn what_the_configuration_does_to_a_candidate_is_told() {
    let repo = Repo::new();
    let line = format!("api_key = \"{}\"\n", value());
    for path in ["a/x.py", "b/x.py", "c/x.py", "d/x.py", "e/x.py"] {
        repo.write(path, &line);
    }
    repo.write(
        ".leaklint.yaml",
        "allow:\n  - reason: samples\n    paths: ['a/']\noverrides:\n  - { paths: ['b/'], min_confidence: high }\n  \
         - { paths: ['c/'], rules: { off: [secret-assignment] } }\n  - { paths: ['d/'], min_severity: critical }\n",
    );
    for (place, code, words) in [
        ("a/x.py:1", 0, "allowed by the configuration, .leaklint.yaml:2"),
        ("b/x.py:1", 0, "below the confidence"),
        ("c/x.py:1", 0, "dropped, rule-off"),
        ("d/x.py:1", 0, "below the severity"),
        ("e/x.py:1", 1, "a finding"),
    ] {
        let out = repo.leaklint().args(["explain", place]).run().expect(code).out();
        assert!(out.contains(words), "{place}: {out}");
    }
}

#[test]
fn what_is_encoded_is_traced_too() {
    let repo = Repo::plain();
    let token = leaklint::rule::template::expand("${github_checksum:ghp_}", 5).expect("a template");
    let spelled: String = token.bytes().map(|byte| format!("\\x{byte:02x}")).collect();
    repo.write("app.js", format!("let t = \"{spelled}\";\n"));
    let out = repo.leaklint().args(["explain", "app.js:1"]).run().expect(1).out();
    assert!(out.contains("in encoded text") && out.contains("the checksum holds"), "{out}");
    assert!(!out.contains(&token) && !out.contains(&spelled), "{out}");
}

#[test]
fn losers_and_features_are_notes_on_the_finding() {
    let repo = Repo::plain();
    let token = leaklint::rule::template::expand("${github_checksum:ghp_}", 3).expect("a template");
    repo.write("app.py", format!("github_token = \"{token}\"\nsession_secret = \"{}\"\n", value()));
    let found = repo.leaklint().args(["scan", "--format", "json"]).run().expect(1).json();
    let findings = found["findings"].as_array().expect("a list");
    assert_eq!(findings.len(), 2, "{found}");
    assert_eq!(findings[0]["also"][0], "secret-assignment", "{found}");
    assert!(findings[0].get("why").is_none(), "{found}");
    let features: BTreeSet<&str> =
        findings[1]["why"].as_array().expect("a list").iter().filter_map(|w| w["feature"].as_str()).collect();
    assert!(
        features.iter().all(|name| leaklint::verdict::learned::NAMES.contains(name)) && !features.is_empty()
    );
    let human = repo.leaklint().args(["scan", "--explain"]).run().expect(1).out();
    assert!(human.contains("found by: secret-assignment too") && human.contains("judged: "), "{human}");
    assert!(!repo.leaklint().arg("scan").run().expect(1).out().contains("judged: "));
}

#[test]
fn other_weights_are_read_and_wrong_ones_refused() {
    let repo = Repo::plain();
    repo.write("app.py", format!("session_secret = \"{}\"\n", value()));
    let names = serde_json::to_string(&leaklint::verdict::learned::NAMES.to_vec()).expect("strings");
    let never = format!(
        r#"{{"trained":"","features":{names},"threshold":9,"doubt":8,"bias":0,"trees":[[[0,0,0,0,0]]]}}"#
    );
    repo.write("never.json", never);
    repo.write("wrong.json", "{}");
    let scan = |weights: &str| repo.leaklint().args(["scan", "app.py", "--model", weights]).run();
    scan("never.json").expect(0);
    assert!(scan("wrong.json").expect(2).err().contains("no weights for this version"));
    repo.leaklint().args(["scan", "app.py"]).run().expect(1);
}

#[test]
fn the_document_names_every_reason_with_its_meaning() {
    let page = std::fs::read_to_string(common::root().join("docs/detection.md")).expect("docs/detection.md");
    for reason in Reason::ALL {
        let row = format!("| `{}` | {}", reason.word(), reason.meaning());
        assert!(page.contains(&row), "{row}");
    }
}
