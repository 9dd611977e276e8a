//! `leaklint triage` through the real binary: on a pseudo-terminal, and from files.

mod common;

use common::{Outcome, Repo, Values};

const FILE: &str = ".leaklint-baseline.jsonl";

/// A repository with a token, a password and another token, and their raw values.
fn project(seed: u64) -> (Repo, Vec<String>) {
    let mut values = Values::new(seed);
    let raw = vec![values.github_token(), values.human_password(), values.github_token()];
    let repo = Repo::new();
    repo.write("a.env", format!("# first\nGITHUB_TOKEN={}\n", raw[0]));
    repo.write("b.env", format!("DB_PASSWORD={}\n", raw[1]));
    repo.write("c.env", format!("GITHUB_TOKEN={}\n", raw[2]));
    (repo, raw)
}

fn text(repo: &Repo) -> String {
    String::from_utf8(repo.read(FILE)).expect("a baseline is text")
}

fn apply(repo: &Repo, decisions: &str, arguments: &[&str]) -> Outcome {
    let file = repo.beside().join("decisions.jsonl");
    std::fs::write(&file, decisions).expect("written");
    repo.leaklint().args(["triage", "--from"]).arg(&file).args(arguments).run()
}

#[test]
fn without_a_terminal_the_way_from_a_file_is_named() {
    let (repo, _) = project(1);
    let outcome = repo.leaklint().arg("triage").run().expect(2);
    assert!(outcome.err().contains("--from") && outcome.err().contains("no terminal"), "{outcome}");
    assert!(!repo.path(FILE).exists());
}

#[test]
fn decisions_from_a_file_are_applied_by_fingerprint_and_by_place() {
    let (repo, raw) = project(2);
    let found = repo.leaklint().arg("scan").findings();
    let decisions = format!(
        "{{\"fingerprint\":\"{}\",\"status\":\"revoked\",\"reason\":\"rotated\",\"owner\":\"ops\"}}\n\n\
         {{\"path\":\"./b.env\",\"line\":1,\"rule\":\"{}\",\"status\":\"test-data\",\"expires\":\"2999-01-01\"}}\n",
        found[0].fingerprint, found[1].rule_id
    );
    let outcome = apply(&repo, &decisions, &[]).expect(0);
    assert!(outcome.out().contains("2 added, 0 changed"), "{outcome}");
    let written = text(&repo);
    assert!(written.contains(r#""reason":"rotated","owner":"ops","status":"revoked"}"#), "{written}");
    assert!(written.contains(r#""status":"test-data","expires":"2999-01-01"}"#), "{written}");
    assert!(raw.iter().all(|value| !written.contains(value) && !outcome.out().contains(value)));
    assert_eq!(repo.leaklint().arg("scan").findings().len(), 1);
    // The file was made with fingerprints of a run without a baseline; it goes on to be right.
    let outcome = apply(&repo, &decisions, &["--format", "json"]).expect(0);
    assert_eq!(text(&repo), written);
    assert_eq!(outcome.json()["applied"].as_array().map(Vec::len), Some(2));
    let anew = decisions.replace("rotated", "deleted at the provider");
    assert!(apply(&repo, &anew, &[]).expect(0).out().contains("0 added, 1 changed"));
    let now = repo.leaklint().args(["scan", "--no-baseline"]).findings();
    let anywhere =
        format!("{{\"fingerprint\":\"{}\",\"status\":\"accepted\",\"anywhere\":true}}", now[2].fingerprint);
    apply(&repo, &anywhere, &[]).expect(0);
    repo.write("copy.env", repo.read("c.env"));
    repo.leaklint().arg("scan").run().expect(0);
}

#[test]
fn what_fits_nothing_is_told_and_what_is_wrong_stops_everything() {
    let (repo, raw) = project(3);
    let good = "{\"path\":\"a.env\",\"line\":2,\"status\":\"accepted\"}\n";
    let lost = "{\"path\":\"gone.env\",\"line\":1,\"status\":\"accepted\"}\n";
    let outcome = apply(&repo, &format!("{good}{lost}"), &[]).expect(1);
    assert!(outcome.out().contains("line 2 of") && outcome.out().contains("fits no finding"), "{outcome}");
    assert_eq!(text(&repo).lines().count(), 2);
    std::fs::remove_file(repo.path(FILE)).expect("it is there");
    for (wrong, message) in [
        (format!("{{\"path\":\"a.env\",\"status\":\"accepted\",\"x\":\"{}\"}}", raw[0]), "unknown key `x`"),
        (raw[0].clone(), "is no decision"),
        ("{\"path\":\"a.env\",\"status\":\"accepted\"}".to_owned(), "which finding"),
        ("{\"fingerprint\":\"s1:00\"}".to_owned(), "decides nothing"),
        ("{\"fingerprint\":\"s1:00\",\"status\":\"fine\"}".to_owned(), "unknown `status`"),
        ("{\"path\":\"a.env\",\"line\":0,\"status\":\"accepted\"}".to_owned(), "`line` that is none"),
    ] {
        let outcome = apply(&repo, &format!("{good}{wrong}\n"), &[]).expect(2);
        assert!(outcome.err().contains(message) && outcome.err().contains("line 2 of"), "{outcome}");
        assert!(!outcome.err().contains(&raw[0]), "{outcome}");
        assert!(!repo.path(FILE).exists(), "nothing was written");
    }
    let outcome = apply(&repo, good, &["--require", "owner"]).expect(2);
    assert!(outcome.err().contains("line 1 of") && outcome.err().contains("`owner`"), "{outcome}");
    apply(&repo, good, &["--require", "owner", "--owner", "ops"]).expect(0);
}

#[test]
fn one_decision_never_accepts_two_values() {
    let mut values = Values::new(4);
    let repo = Repo::new();
    repo.write("x.env", format!("A_TOKEN={} B_TOKEN={}\n", values.github_token(), values.github_token()));
    assert_eq!(repo.leaklint().arg("scan").findings().len(), 2);
    let outcome = apply(&repo, "{\"path\":\"x.env\",\"line\":1,\"status\":\"accepted\"}\n", &[]).expect(1);
    assert!(outcome.out().contains("several values"), "{outcome}");
    assert_eq!(repo.leaklint().arg("scan").findings().len(), 2);
}

#[test]
fn a_token_in_a_reason_is_not_written() {
    let (repo, raw) = project(5);
    let line =
        format!("{{\"path\":\"a.env\",\"line\":2,\"status\":\"revoked\",\"reason\":\"was {}\"}}\n", raw[0]);
    apply(&repo, &line, &[]).expect(0);
    assert!(text(&repo).contains("\"reason\":\"was ") && !text(&repo).contains(&raw[0]), "{}", text(&repo));
}

#[cfg(target_os = "linux")]
mod on_a_terminal {
    use common::Screen;

    use super::*;

    fn triage(repo: &Repo, arguments: &[&str], editor: Option<&str>) -> Screen {
        let run = repo.leaklint().arg("triage").args(arguments).env("TERM", "xterm");
        Screen::of(editor.iter().fold(run, |run, editor| run.env("EDITOR", editor)))
    }

    #[test]
    fn decisions_are_written_as_they_are_made_and_a_second_run_goes_on() {
        let (repo, raw) = project(6);
        let mut screen = triage(&repo, &[], None);
        screen.wait("1 of 3");
        screen.wait("[a]ccept");
        screen.press("f");
        screen.wait("2 of 3");
        assert!(text(&repo).contains(r#""path":"a.env""#) && text(&repo).contains("false-positive"));
        screen.press("s");
        screen.wait("3 of 3");
        screen.press("e");
        screen.wait("candidate 1");
        screen.press("\u{3}");
        let seen = screen.ends(1);
        assert!(raw.iter().all(|value| !seen.contains(value)), "{seen}");
        let mut screen = triage(&repo, &[], None);
        let shown = screen.wait("1 of 2");
        assert!(!shown.contains("a.env"), "{shown}");
        screen.wait("b.env");
        screen.press("r");
        screen.wait("2 of 2");
        screen.press("uu");
        screen.wait("taken back");
        screen.wait("nothing to undo");
        assert!(!text(&repo).contains("b.env"), "{}", text(&repo));
        screen.press("ta");
        screen.wait("Nothing is left");
        screen.press("q");
        screen.ends(0);
        assert_eq!(text(&repo).lines().count(), 4);
        repo.leaklint().arg("scan").run().expect(0);
    }

    #[test]
    fn what_the_policy_wants_is_asked_for() {
        let (repo, _) = project(7);
        let mut screen = triage(&repo, &["--require", "reason,owner", "--owner", "ops"], None);
        screen.wait("1 of 3");
        screen.wait("[a]ccept");
        screen.press("a");
        screen.wait("reason: ");
        screen.press("\r");
        screen.wait("the policy wants it");
        screen.press("kept un\u{7f}\u{7f}for now\r");
        screen.wait("2 of 3");
        screen.press("q");
        screen.ends(1);
        assert!(
            text(&repo).contains(r#""reason":"kept for now","owner":"ops","status":"accepted"}"#),
            "{}",
            text(&repo)
        );
    }

    #[test]
    fn entries_that_do_not_say_enough_are_asked_about_again() {
        let (repo, _) = project(10);
        repo.leaklint().args(["baseline", "create", "--expires", "2999-01-01"]).run().expect(0);
        let mut screen = triage(&repo, &[], None);
        screen.wait("Nothing is left");
        screen.press("q");
        screen.ends(0);
        let mut screen = triage(&repo, &["--require", "reason"], None);
        screen.wait("1 of 3");
        screen.press("ta fixture\r");
        screen.wait("2 of 3");
        screen.press("q");
        screen.ends(1);
        let said = r#""reason":"a fixture","status":"test-data","expires":"2999-01-01"}"#;
        assert!(text(&repo).contains(said), "{}", text(&repo));
        assert_eq!(text(&repo).lines().count(), 4);
        let mut screen = triage(&repo, &["--require", "reason"], None);
        screen.wait("1 of 2");
        screen.press("q");
        screen.ends(1);
    }

    #[test]
    fn undo_brings_back_what_an_expired_entry_said() {
        let (repo, _) = project(8);
        repo.leaklint()
            .args(["baseline", "create", "--expires", "2026-01-01", "--owner", "ops"])
            .run()
            .expect(0);
        let before = text(&repo);
        let mut screen = triage(&repo, &["--now", "2026-02-01T00:00:00Z"], None);
        screen.wait("1 of 3");
        screen.wait("accepted it until 2026-01-01");
        screen.press("a");
        screen.wait("2 of 3");
        assert_ne!(text(&repo), before);
        screen.press("uq");
        screen.wait("0 decided");
        screen.ends(1);
        assert_eq!(text(&repo), before);
    }

    #[test]
    fn the_editor_is_started_without_a_shell() {
        use std::os::unix::fs::PermissionsExt as _;
        let repo = Repo::new();
        let name = "a $(touch hacked);b.env";
        repo.write(name, format!("\n\nGITHUB_TOKEN={}\n", Values::new(9).github_token()));
        let editor = repo.beside().join("vim");
        let told = repo.beside().join("told");
        std::fs::write(&editor, format!("#!/bin/sh\nprintf '%s\\n' \"$@\" > '{}'\n", told.display()))
            .expect("written");
        std::fs::set_permissions(&editor, std::fs::Permissions::from_mode(0o755)).expect("set");
        let editor = editor.to_str().expect("text").to_owned();
        let mut screen = triage(&repo, &[], Some(&format!("{editor} -x")));
        screen.wait("1 of 1");
        screen.wait("[a]ccept");
        screen.press("o");
        screen.wait("1 of 1");
        screen.press("q");
        screen.ends(1);
        let told = std::fs::read_to_string(told).expect("the editor ran");
        let words: Vec<&str> = told.lines().collect();
        assert_eq!(words[..2], ["-x", "+3"]);
        assert!(words[2].ends_with(name), "{told}");
        assert!(!repo.path("hacked").exists());
    }
}
