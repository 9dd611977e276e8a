//! `leaklint import` through the real binary, on files in other tools' documented formats that the tests write.

#[path = "../common/mod.rs"]
mod common;

mod export;
mod gitleaks;
mod others;

use common::{Outcome, Repo};

/// The fates in a fidelity report: word and rest of each line.
fn fates(outcome: &Outcome) -> Vec<(String, String)> {
    let words = ["carried differently", "not carried", "carried"];
    let of = |line: &str| {
        let line = line.strip_prefix("  ")?;
        let word = words.into_iter().find(|word| line.starts_with(word))?;
        Some((word.to_owned(), line[word.len()..].trim().to_owned()))
    };
    outcome.out().lines().filter_map(of).collect()
}

/// Demands that a fate with this word says this.
#[track_caller]
fn has(outcome: &Outcome, word: &str, what: &str) {
    let found = fates(outcome).iter().any(|(fate, text)| fate == word && text.contains(what));
    assert!(found, "{word}: {what}\n{outcome}");
}

fn text(repo: &Repo, name: &str) -> String {
    String::from_utf8(repo.read(name)).expect("text")
}

/// The configuration that was written, once leaklint has read it.
#[track_caller]
fn config(repo: &Repo) -> String {
    let outcome = repo.leaklint().args(["scan", "--quiet"]).run();
    assert_ne!(outcome.code, Some(2), "{outcome}");
    text(repo, ".leaklint.yaml")
}

/// Entries of the baseline: path and whether it holds anywhere.
fn baseline(repo: &Repo) -> Vec<(String, bool)> {
    let text = text(repo, ".leaklint-baseline.jsonl");
    let lines = text.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).expect("JSON"));
    let entry = |line: serde_json::Value| {
        let path = line["path"].as_str()?.to_owned();
        Some((path, line["anywhere"].as_bool().unwrap_or_default()))
    };
    lines.filter_map(entry).collect()
}

#[test]
fn a_file_of_no_known_kind_or_a_broken_one_is_refused_and_nothing_is_written() {
    let repo = Repo::new();
    repo.write("notes.txt", "hello\n");
    repo.leaklint().args(["import", "notes.txt"]).run().expect(2);
    repo.leaklint().args(["import", "missing.toml"]).run().expect(2);
    repo.write("leaks.toml", "[[rules]]\nid = 'a\n");
    repo.write(".gitleaksignore", "a:b:1\n");
    let outcome = repo.leaklint().args(["import", ".gitleaksignore", "leaks.toml"]).run().expect(2);
    assert!(outcome.err().contains("line 2"), "{outcome}");
    assert!(!repo.path(".leaklint.yaml").exists() && !repo.path(".leaklint-baseline.jsonl").exists());
}

#[test]
fn a_configuration_that_is_there_is_never_touched() {
    let repo = Repo::new();
    repo.write(".leaklint.yaml", "# ours\n");
    repo.write(".gitleaks.toml", "[allowlist]\npaths = ['''\\.lock$''']\n");
    let outcome = repo.leaklint().args(["import", ".gitleaks.toml"]).run().expect(2);
    assert!(outcome.err().contains("--config-output"), "{outcome}");
    repo.leaklint().args(["import", ".gitleaks.toml", "--dry-run"]).run().expect(0);
    assert_eq!(text(&repo, ".leaklint.yaml"), "# ours\n");
    repo.leaklint().args(["import", ".gitleaks.toml", "--config-output", "imported.yaml"]).run().expect(0);
    assert!(text(&repo, "imported.yaml").contains("'*.lock'"));
    assert_eq!(text(&repo, ".leaklint.yaml"), "# ours\n");
    repo.leaklint().args(["import", ".gitleaks.toml", "--config-output", "imported.yaml"]).run().expect(2);
}
