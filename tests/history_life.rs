//! The life of a secret in a history: who brought it, who took it away, who has it, and for how long.

mod common;

use common::{Finding, Repo, Values};
use serde_json::{Value, json};

const DAY: u64 = 24 * 60 * 60;
const START: u64 = 1_700_000_000;

/// A commit on this day.
fn commit(repo: &Repo, day: u64, message: &str) -> String {
    repo.add_all();
    let mut command = repo.git_command(["commit", "-q", "--allow-empty", "-m", message]);
    at(&mut command, day);
    repo.git(["rev-parse", "HEAD"])
}

fn at(command: &mut std::process::Command, day: u64) {
    let date = format!("@{} +0000", START + day * DAY);
    command.env("GIT_COMMITTER_DATE", &date).env("GIT_AUTHOR_DATE", &date);
    assert!(command.status().expect("git runs").success());
}

fn line(make: &mut Values) -> String {
    format!("token = \"{}\"\n", make.github_token())
}

fn found(repo: &Repo) -> Vec<Finding> {
    let now = jiff::Timestamp::from_second((START + 100 * DAY) as i64).expect("a date").to_string();
    repo.leaklint().args(["history", "--now", &now]).findings()
}

/// The history of the only finding at a path.
fn life(found: &[Finding], path: &str) -> Value {
    let here: Vec<_> = found.iter().filter(|finding| finding.path == path).collect();
    assert_eq!(here.len(), 1, "findings at {path} in {found:#?}");
    here[0].history.clone().expect("a history")
}

fn ids(commits: &Value) -> Vec<&str> {
    commits.as_array().expect("a list").iter().filter_map(|commit| commit["commit"].as_str()).collect()
}

#[test]
fn a_secret_is_followed_from_its_first_commit_to_its_last() {
    let repo = Repo::new();
    let bare = repo.beside().join("remote.git");
    repo.git(["init".as_ref(), "-q".as_ref(), "--bare".as_ref(), bare.as_os_str()]);
    repo.git(["remote".as_ref(), "add".as_ref(), "origin".as_ref(), bare.as_os_str()]);
    let secret = line(&mut Values::new(3));
    commit(&repo, 0, "empty");
    repo.write("a", &secret);
    let first = commit(&repo, 1, "leak");
    repo.write("a", format!("one more line\n{secret}"));
    commit(&repo, 2, "edit");
    repo.write("b", &secret);
    commit(&repo, 3, "copy");
    repo.git(["tag", "-m", "release", "v1"]);
    repo.git(["branch", "dev"]);
    at(&mut repo.git_command(["push", "-q", "origin", "main"]), 4);
    repo.write("a", "clean\n");
    commit(&repo, 5, "clean a");
    std::fs::remove_file(repo.path("b")).expect("removed");
    let last = commit(&repo, 11, "clean b");
    let found = found(&repo);
    assert_eq!(found.len(), 2, "one for each path: {found:#?}");
    for path in ["a", "b"] {
        let life = life(&found, path);
        assert_eq!(ids(&life["introduced"]), [first.as_str()], "{life:#}");
        assert_eq!(life["introduced"][0]["author"], "Ada Example <ada@example.org>");
        assert_eq!(ids(&life["removed"]), [last.as_str()]);
        for (field, expected) in [
            ("in_head", json!(false)),
            ("in_index", json!(false)),
            ("in_working_tree", json!(false)),
            ("branches", json!(["dev", "main"])),
            ("tags", json!(["v1"])),
            ("remotes", json!(["origin/main"])),
            ("pushed", json!("yes")),
            ("pushed_at", json!("2023-11-18T22:13:20Z")),
            ("paths", json!(["a", "b"])),
        ] {
            assert_eq!(life[field], expected, "{field} of {life:#}");
        }
    }
    let lines = life(&found, "a")["lines"].clone();
    let at: Vec<_> =
        lines.as_array().expect("lines").iter().map(|line| line["start_line"].as_u64()).collect();
    assert_eq!(at, [Some(1), Some(2)], "{lines:#}");
    assert_eq!(lines[0]["commit"], first);
    assert_eq!(lines[0]["object"], repo.git(["rev-parse", &format!("{first}:a")]));
    // `dev` still holds it in its tree.
    assert_eq!(life(&found, "a")["exposure_days"], 99);
    repo.git(["branch", "-D", "dev"]);
    repo.git(["tag", "-d", "v1"]);
    repo.git(["update-ref", "-d", "refs/remotes/origin/main"]);
    let later = self::found(&repo);
    let life = life(&later, "a");
    assert_eq!((&life["exposure_days"], &life["pushed"]), (&json!(10), &json!("unknown")), "{life:#}");
}

#[test]
fn where_it_stands_now_is_told() {
    let repo = Repo::new();
    let mut make = Values::new(4);
    let (kept, staged, edited) = (line(&mut make), line(&mut make), line(&mut make));
    repo.write("kept", &kept);
    repo.write("edited", &edited);
    commit(&repo, 0, "leak");
    repo.write("staged", &staged);
    repo.add_all();
    std::fs::remove_file(repo.path("staged")).expect("removed");
    repo.write("edited", format!("changed\n{edited}"));
    repo.git(["rm", "-q", "--cached", "edited"]);
    let found = found(&repo);
    let stands = |path: &str| {
        let life = life(&found, path);
        ["in_head", "in_index", "in_working_tree"].map(|place| life[place] == true)
    };
    assert_eq!(stands("kept"), [true, true, true]);
    assert_eq!(stands("staged"), [false, true, false]);
    assert_eq!(stands("edited"), [true, false, true]);
    assert_eq!(life(&found, "staged")["introduced"], json!([]));
    assert_eq!(life(&found, "kept")["exposure_days"], 100);
}

#[test]
fn merges_are_compared_with_all_parents() {
    let repo = Repo::new();
    let mut make = Values::new(6);
    let (old, new, typed) = (line(&mut make), line(&mut make), line(&mut make));
    repo.write("old", &old);
    let first = commit(&repo, 0, "old");
    repo.git(["switch", "-q", "-c", "side"]);
    repo.write("new", &new);
    let second = commit(&repo, 1, "new");
    repo.git(["switch", "-q", "main"]);
    repo.git(["rm", "-q", "old"]);
    let removal = commit(&repo, 2, "remove old");
    repo.git(["merge", "-q", "--no-commit", "--no-ff", "side"]);
    repo.write("typed", &typed);
    repo.git(["rm", "-q", "-f", "new"]);
    let merge = commit(&repo, 3, "merge");
    let found = found(&repo);
    let of = |path: &str, field: &str| life(&found, path)[field].clone();
    assert_eq!(ids(&of("old", "introduced")), [first.as_str()]);
    assert_eq!(ids(&of("old", "removed")), [removal.as_str()], "the merge brings no removal of its own");
    assert_eq!(ids(&of("new", "introduced")), [second.as_str()]);
    assert_eq!(ids(&of("new", "removed")), [merge.as_str()], "the merge left it out");
    assert_eq!(ids(&of("typed", "introduced")), [merge.as_str()], "typed into the merge");
    assert_eq!(of("typed", "in_head"), true);
}

#[test]
fn people_are_told_once_for_each_secret() {
    let repo = Repo::new();
    let secret = line(&mut Values::new(8));
    repo.write("b", &secret);
    let id = commit(&repo, 0, "leak");
    repo.write("a", &secret);
    commit(&repo, 1, "copy");
    repo.write("a", "clean\n");
    repo.write("b", "clean\n");
    let gone = commit(&repo, 7, "clean");
    let told = repo.leaklint().arg("history").run().expect(1);
    let text = told.out();
    assert_eq!(text.matches("this value").count(), 1, "{told}");
    assert!(text.contains("b:1:"), "the first place is shown: {told}");
    for part in [
        &format!("since: commit {}", &id[..12]),
        &format!("until: commit {}", &gone[..12]),
        "exposed for 7 days",
        "whether it was pushed is unknown",
        "held by: branch; branches main",
        "paths: a, b",
    ] {
        assert!(text.contains(part), "{part} in {told}");
    }
}

#[test]
fn weak_values_of_the_same_name_are_kept_apart_and_none_is_shown() {
    let repo = Repo::new();
    let mut make = Values::new(10);
    let passwords = [make.human_password(), make.human_password()];
    for (day, password) in passwords.iter().enumerate() {
        repo.write(".env", format!("DB_PASSWORD={password}\n"));
        commit(&repo, day as u64, "change it");
    }
    let found = found(&repo);
    assert_eq!(found.len(), 2, "{found:#?}");
    let outcome = repo.leaklint().args(["history", "--format", "json"]).run();
    assert!(passwords.iter().all(|password| !outcome.out().contains(password)), "{outcome}");
    let removed: Vec<_> =
        found.iter().map(|f| f.history.as_ref().map(|life| ids(&life["removed"]).len())).collect();
    assert_eq!(removed.iter().filter(|count| **count == Some(1)).count(), 1, "{removed:?}");
}
