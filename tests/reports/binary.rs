//! Formats, colour and output through the real binary.

use std::path::Path;
use std::process::Stdio;

use tempfile::TempDir;

use crate::common::{Leaklint, Values};

/// A directory with one secret in it, under a name that attacks terminals where names may.
fn tree() -> (TempDir, String) {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let token = Values::new(77).github_token();
    let name = if cfg!(windows) { "settings.py" } else { "set\u{1b}[2Jtings.py" };
    let text = format!("\u{1b}[31mtoken = \"{token}\"\u{202e}\n");
    std::fs::write(directory.path().join(name), text).expect("a file in it");
    (directory, token)
}

fn scan(directory: &Path) -> Leaklint {
    Leaklint::new(directory).args(["scan", "."])
}

#[test]
fn every_format_tells_the_same_finding_and_never_its_value() {
    let (directory, token) = tree();
    let found = scan(directory.path()).findings();
    assert_eq!(found.len(), 1, "{found:?}");
    let [line, column] = [found[0].start_line, found[0].start_column];
    let json = scan(directory.path()).args(["--format", "json"]).run().expect(1);
    assert_eq!(json.json()["findings"][0]["fingerprint"], found[0].fingerprint.as_str());
    let sarif = scan(directory.path()).args(["--format", "sarif"]).run().expect(1);
    assert_eq!(sarif.json()["runs"][0]["results"][0]["ruleId"], found[0].rule_id.as_str());
    let human = scan(directory.path()).args(["--format", "human"]).run().expect(1);
    assert!(
        human.out().contains(&format!(":{line}:{column}]")) && human.out().contains(&found[0].rule_id),
        "{human}"
    );
    for outcome in [json, sarif, human] {
        let shown = outcome.out() + &outcome.err();
        assert!(!token.as_bytes()[4..].windows(5).any(|part| shown.as_bytes().windows(5).any(|w| w == part)));
        assert!(!shown.contains('\u{1b}') && !shown.contains('\u{202e}'), "{outcome}");
    }
}

#[test]
fn nothing_found_is_an_empty_but_valid_report_and_a_calm_line() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    std::fs::write(directory.path().join("a.txt"), "nothing here\n").expect("a file in it");
    let human = scan(directory.path()).args(["--format", "human"]).run().expect(0);
    assert_eq!(human.out(), "");
    assert!(human.err().starts_with("no secrets found: 1 file, 13 bytes scanned"), "{human}");
    assert_eq!(scan(directory.path()).args(["--format", "jsonl"]).run().expect(0).out(), "");
    let json = scan(directory.path()).args(["--format", "json"]).run().expect(0).json();
    assert_eq!(json["findings"], serde_json::json!([]));
    let sarif = scan(directory.path()).args(["--format", "sarif"]).run().expect(0).json();
    assert_eq!(sarif["runs"][0]["results"], serde_json::json!([]));
}

#[test]
fn the_line_shows_the_name_and_the_public_prefix_of_each_value() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let mut values = Values::new(78);
    let text = format!("export A={} B={}\n", values.github_token(), values.github_token());
    std::fs::write(directory.path().join("run.sh"), text).expect("a file in it");
    let outcome = scan(directory.path()).run().expect(1);
    assert_eq!(outcome.out().matches("export A=ghp_******** B=ghp_********\n").count(), 2, "{outcome}");
}

#[test]
fn dropped_matches_are_listed_whatever_the_format() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    std::fs::write(directory.path().join(".env"), "API_KEY=<your-api-key>\n").expect("a file in it");
    for format in ["human", "json", "jsonl", "sarif"] {
        let outcome =
            scan(directory.path()).args(["--show-dropped", "-q", "--format", format]).run().expect(0);
        assert!((outcome.out() + &outcome.err()).contains("placeholder"), "{format}: {outcome}");
        assert!(format != "jsonl" || outcome.out().is_empty(), "findings only: {outcome}");
        let without = scan(directory.path()).args(["-q", "--format", format]).run().expect(0);
        assert_eq!(without.err(), "");
    }
}

#[test]
fn color_is_there_when_asked_for_and_only_then() {
    let (directory, _) = tree();
    let colored = |run: Leaklint| run.run().expect(1).out().contains("\u{1b}[");
    let human = || scan(directory.path()).args(["--format", "human"]);
    assert!(!colored(human()), "not into a pipe");
    assert!(colored(human().args(["--color", "always"])));
    assert!(
        colored(human().args(["--color", "always"]).env("NO_COLOR", "1")),
        "the option is nearer than the variable"
    );
    assert!(colored(human().env("CLICOLOR_FORCE", "1")));
    assert!(!colored(human().env("CLICOLOR_FORCE", "1").env("NO_COLOR", "1")));
    assert!(!colored(human().args(["--color", "never"]).env("CLICOLOR_FORCE", "1")));
}

#[test]
fn output_goes_to_the_file_and_nowhere_else() {
    let (directory, _) = tree();
    let place = tempfile::tempdir().expect("a temporary directory");
    let file = place.path().join("report.json");
    std::fs::write(&file, "x".repeat(100_000)).expect("an older report");
    let outcome = scan(directory.path()).args(["--format", "json", "--output"]).arg(&file).run().expect(1);
    assert_eq!(outcome.out(), "");
    let bytes = std::fs::read(&file).expect("the report");
    let report: serde_json::Value =
        serde_json::from_slice(&bytes).expect("nothing of the older report is left");
    assert_eq!(report["findings"].as_array().map(Vec::len), Some(1));
}

#[test]
fn output_that_cannot_be_written_is_an_error_and_leaves_nothing_behind() {
    let (directory, _) = tree();
    let place = tempfile::tempdir().expect("a temporary directory");
    let missing = place.path().join("no").join("report.json");
    let mut targets = vec![missing, place.path().to_owned()];
    if cfg!(target_os = "linux") {
        targets.push("/dev/full".into());
    }
    for target in targets {
        let outcome =
            scan(directory.path()).args(["--format", "json", "--output"]).arg(&target).run().expect(2);
        assert_eq!(outcome.out(), "");
        assert!(outcome.err().contains("cannot write"), "{outcome}");
    }
    assert_eq!(std::fs::read_dir(place.path()).expect("the directory is there").count(), 0);
}

#[cfg(unix)]
#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let (directory, _) = tree();
    for format in ["human", "json", "jsonl", "sarif"] {
        let mut command = scan(directory.path()).args(["--format", format]).command();
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the binary under test starts");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("it ends");
        let err = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{format}: {err}");
        assert!(!err.contains("panicked") && !err.contains("cannot write"), "{format}: {err}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn no_space_on_standard_output_is_an_error() {
    let (directory, _) = tree();
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("/dev/full is there");
    let mut command = scan(directory.path()).args(["--format", "json"]).command();
    let output = command.stdin(Stdio::null()).stdout(full).stderr(Stdio::piped()).output().expect("it runs");
    let err = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{err}");
    assert!(err.contains("cannot write standard output"), "{err}");
}
