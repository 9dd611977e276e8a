//! What a second `leaklint history` need not read again, and that it says the same.

mod common;

use std::path::{Path, PathBuf};

use common::{Repo, Values};

/// Files that hold nothing, a binary, one with a secret, one whose match is dropped.
fn repository() -> Repo {
    let (repo, mut make) = (Repo::new(), Values::new(11));
    for number in 0..20 {
        repo.write(format!("plain/{number}.txt"), format!("line {number} of nothing\n"));
    }
    repo.write("image.bin", [0_u8, 1, 2, 3, 0, 0, 7]);
    repo.write("settings.py", format!("token = \"{}\"\n", make.github_token()));
    repo.write("example.py", "password = \"changeme\"\n");
    repo.commit("first");
    repo
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).expect("reports are UTF-8")
}

fn history(repo: &Repo, cache: &Path, more: &[&str]) -> (String, String) {
    let cache = cache.to_str().expect("a temporary directory has a plain name");
    let now = "2026-01-31T00:00:00Z";
    let command = repo.leaklint().args(["history", "--format", "json", "--now", now, "--cache-dir", cache]);
    let done = command.args(more.iter().copied()).run();
    (text(done.stdout), text(done.stderr))
}

fn files(cache: &Path) -> Vec<PathBuf> {
    let mut all: Vec<PathBuf> =
        cache.read_dir().expect("it is there").map(|entry| entry.expect("it can be listed").path()).collect();
    all.retain(|path| path.extension().is_some_and(|end| end == "seen"));
    all.sort();
    all
}

#[test]
fn a_second_run_reports_the_same_and_writes_nothing_new() {
    let (repo, cache) = (repository(), tempfile::tempdir().unwrap());
    let (first, _) = history(&repo, cache.path(), &[]);
    let written = std::fs::read(&files(cache.path())[0]).unwrap();
    let (second, notes) = history(&repo, cache.path(), &[]);
    assert_eq!(first, second);
    assert!(!notes.contains("note:"), "{notes}");
    assert_eq!(std::fs::read(&files(cache.path())[0]).unwrap(), written, "all that holds nothing was known");
    let (without, _) = history(&repo, cache.path(), &[]);
    let off =
        repo.leaklint().args(["history", "--format", "json", "--now", "2026-01-31T00:00:00Z", "--no-cache"]);
    assert_eq!((text(off.run().stdout), first), (without, second));
    repo.write("plain/new.txt", "one more\n");
    repo.commit("second");
    history(&repo, cache.path(), &[]);
    let grown = std::fs::read(&files(cache.path())[0]).unwrap();
    // A blob and a message: 25 bytes each, and 36 around them.
    assert_eq!(grown.len(), written.len() + 2 * 25 + 36);
}

#[test]
fn what_is_not_read_again_is_really_not_read() {
    let (repo, cache) = (repository(), tempfile::tempdir().unwrap());
    let (first, _) = history(&repo, cache.path(), &[]);
    // Gone from the store, but known: nothing asks for it.
    let id = repo.git(["rev-parse", "HEAD:plain/7.txt"]);
    std::fs::remove_file(repo.dir().join(".git/objects").join(&id[..2]).join(&id[2..])).unwrap();
    assert_eq!(history(&repo, cache.path(), &[]).0, first);
    let off = repo.leaklint().args(["history", "--format", "json", "--no-cache"]).run();
    assert!(text(off.stdout).contains("missing-object"));
}

#[test]
fn what_was_dropped_for_its_path_is_judged_again_at_another() {
    let (repo, cache) = (Repo::new(), tempfile::tempdir().unwrap());
    let word = format!("{}\n", Values::new(3).strong_password());
    // One word alone is nothing in a text and a secret in a file that is named for one.
    repo.write("notes.txt", &word);
    repo.commit("first");
    assert!(!history(&repo, cache.path(), &[]).0.contains("\"rule_id\""));
    repo.write("config/password", &word);
    repo.commit("second");
    let (second, _) = history(&repo, cache.path(), &[]);
    let off =
        repo.leaklint().args(["history", "--format", "json", "--now", "2026-01-31T00:00:00Z", "--no-cache"]);
    assert_eq!(second, text(off.run().stdout));
    assert!(second.contains("config/password"), "{second}");
}

#[test]
fn dropped_matches_are_counted_as_before_and_listed_when_asked_for() {
    let (repo, cache) = (repository(), tempfile::tempdir().unwrap());
    history(&repo, cache.path(), &[]);
    let (listed, _) = history(&repo, cache.path(), &["--show-dropped"]);
    let off =
        repo.leaklint().args(["history", "--format", "json", "--now", "2026-01-31T00:00:00Z", "--no-cache"]);
    assert_eq!(listed, text(off.arg("--show-dropped").run().stdout));
    assert!(listed.contains("placeholder"), "{listed}");
}

#[test]
fn other_rules_and_thresholds_have_a_cache_of_their_own() {
    let (repo, cache) = (repository(), tempfile::tempdir().unwrap());
    history(&repo, cache.path(), &[]);
    assert_eq!(files(cache.path()).len(), 1);
    history(&repo, cache.path(), &["--min-confidence", "low"]);
    assert_eq!(files(cache.path()).len(), 2);
    repo.write(".leaklint.yaml", "rules:\n  off: [secret-assignment]\n");
    history(&repo, cache.path(), &[]);
    assert_eq!(files(cache.path()).len(), 3, "a rule less");
    history(&repo, cache.path(), &["--no-config"]);
    assert_eq!(files(cache.path()).len(), 3, "the first again");
}

#[test]
fn a_damaged_cache_is_discarded_with_a_note_and_no_finding_is_lost() {
    let (repo, cache) = (repository(), tempfile::tempdir().unwrap());
    let (first, _) = history(&repo, cache.path(), &[]);
    let file = files(cache.path()).remove(0);
    let mut bytes = std::fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&file, bytes).unwrap();
    let (second, notes) = history(&repo, cache.path(), &[]);
    assert_eq!(second, first);
    assert!(notes.contains("note: the cache") && notes.contains("was discarded"), "{notes}");
    let (third, notes) = history(&repo, cache.path(), &[]);
    assert!(third == first && !notes.contains("note:"), "{notes}");
}

#[test]
fn no_value_is_in_the_cache_and_only_its_owner_reads_it() {
    let (repo, cache) = (Repo::new(), tempfile::tempdir().unwrap());
    let mut make = Values::new(5);
    let (token, name) = (make.github_token(), make.github_token());
    repo.write("a.py", format!("token = \"{token}\"\n"));
    repo.write(format!("{name}.txt"), "nothing\n");
    repo.commit(&format!("message with {token}"));
    history(&repo, cache.path(), &[]);
    for entry in cache.path().read_dir().unwrap().map(Result::unwrap) {
        let bytes = std::fs::read(entry.path()).unwrap();
        for value in [&token, &name] {
            let value = value.as_bytes();
            assert!(!bytes.windows(value.len()).any(|window| window == value), "{:?}", entry.path());
        }
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(entry.metadata().unwrap().permissions().mode() & 0o077, 0, "{:?}", entry.path());
        }
    }
}

#[test]
fn a_cache_in_the_repository_is_refused_and_says_what_to_do() {
    let repo = repository();
    let inside = repo.dir().join("cache");
    let (out, err) = history(&repo, &inside, &[]);
    assert!(out.is_empty() && err.contains("lies in the repository") && err.contains("--no-cache"), "{err}");
}
