//! The JSON schemas that `leaklint schema` prints say what the program reads and writes, and nothing else.

mod common;

use common::{Repo, Values, root};
use jsonschema::Validator;

const FILE: &str = ".leaklint-baseline.jsonl";

fn schema(name: &str) -> Validator {
    let printed = Repo::plain().leaklint().args(["schema", name]).run().expect(0);
    let checked_in = std::fs::read(root().join(format!("schemas/{name}.json"))).expect("it is checked in");
    assert_eq!(printed.stdout, checked_in);
    let value = printed.json();
    assert!(jsonschema::meta::is_valid(&value), "{name}");
    jsonschema::validator_for(&value).expect("a schema")
}

fn is_valid(schema: &Validator, line: &str) -> bool {
    serde_json::from_str(line).is_ok_and(|value| schema.is_valid(&value))
}

/// A repository whose baseline has strong and weak entries that say all they can.
fn project() -> Repo {
    let mut values = Values::new(1);
    let repo = Repo::new();
    repo.write(
        "a.env",
        format!("GITHUB_TOKEN={}\nDB_PASSWORD={}\n", values.github_token(), values.human_password()),
    );
    let facts =
        ["--reason", "x", "--owner", "y", "--status", "test-data", "--expires", "2999-01-01", "--anywhere"];
    repo.leaklint().args(["baseline", "create"]).args(facts).run().expect(0);
    repo
}

#[test]
fn the_schema_of_the_baseline_accepts_what_is_written_and_refuses_what_is_not_read() {
    let (schema, repo) = (schema("baseline"), project());
    let text = String::from_utf8(repo.read(FILE)).expect("text");
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 3);
    for line in &lines {
        assert!(is_valid(&schema, line), "{line}");
    }
    let (strong, weak) = (lines[1], lines[2]);
    assert!(strong.contains("\"strong\"") && weak.contains("\"weak\""));
    for (line, from, to) in [
        (lines[0], "\"leaklint_baseline\":1", "\"leaklint_baseline\":2"),
        (lines[0], "\"salt\":\"", "\"salt\":\"0"),
        (strong, "\"hash\":\"", "\"hash\":\"0"),
        (weak, "\"hash\":\"", "\"hash\":\"0"),
        (strong, "\"strong\"", "\"weak\""),
        (strong, "\"strong\"", "\"strong\",\"name\":\"x\""),
        (weak, "\"path\"", "\"paht\""),
        (weak, "test-data", "test"),
        (weak, "2999-01-01", "2999"),
        (weak, "\"anywhere\":true", "\"anywhere\":1"),
        (weak, "\"owner\":\"y\"", "\"owner\":[]"),
    ] {
        let changed = line.replacen(from, to, 1);
        assert_ne!(changed, line, "{from}");
        assert!(!is_valid(&schema, &changed), "{changed}");
        repo.write(FILE, text.replace(line, &changed));
        repo.leaklint().args(["baseline", "check"]).run().expect(2);
    }
}

#[test]
fn the_schema_of_decisions_accepts_what_is_read_and_nothing_else() {
    let (schema, repo) = (schema("decisions"), project());
    let file = repo.beside().join("decisions.jsonl");
    for (line, valid) in [
        (r#"{"fingerprint":"s1:0","status":"accepted"}"#, true),
        (
            r#"{"path":"a.env","line":1,"rule":"r","status":"revoked","reason":"a","owner":"b","expires":"2999-01-01","anywhere":true}"#,
            true,
        ),
        (r#"{"path":"a.env","status":"accepted"}"#, false),
        (r#"{"fingerprint":"s1:0"}"#, false),
        (r#"{"fingerprint":"s1:0","status":"ok"}"#, false),
        (r#"{"fingerprint":7,"status":"accepted"}"#, false),
        (r#"{"path":"a.env","line":0,"status":"accepted"}"#, false),
        (r#"{"path":"a.env","line":"1","status":"accepted"}"#, false),
        (r#"{"fingerprint":"s1:0","status":"accepted","expires":"soon"}"#, false),
        (r#"{"fingerprint":"s1:0","status":"accepted","who":"me"}"#, false),
        (r#"["accepted"]"#, false),
    ] {
        assert_eq!(is_valid(&schema, line), valid, "{line}");
        std::fs::write(&file, line).expect("written");
        let code = repo.leaklint().args(["triage", "--from"]).arg(&file).run().code;
        // What is read may still fit nothing.
        assert_eq!(code != Some(2), valid, "{line}");
    }
}
