//! Histories that are hard to read: refs in tables, a hundred thousand of them or with odd names, and repositories that
//! another program holds or changes meanwhile.

mod common;

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};

use common::{Outcome, Places, Repo, Values, note};

fn secret(seed: u64) -> String {
    format!("token = \"{}\"\n", Values::new(seed).github_token())
}

/// Part, path and labels of all that is found.
fn labelled(places: &Places) -> BTreeSet<(Option<String>, String, Vec<String>)> {
    let found = places.findings(&["--unreachable"]);
    found.into_iter().map(|finding| (finding.part, finding.path, finding.reachability)).collect()
}

#[test]
fn where_refs_stand_in_tables_every_place_is_found_as_elsewhere() {
    let repo = Repo::plain();
    let init = ["init", "-q", "--initial-branch=main", "--ref-format=reftable"];
    if !repo.git_command(init).output().expect("git runs").status.success() {
        return note("where_refs_stand_in_tables…: not run: this git is older than 2.45");
    }
    let tables = Places::built_in(repo);
    assert!(tables.repo.path(".git/reftable/tables.list").exists());
    assert_eq!(labelled(&tables), labelled(&Places::built()));
}

#[test]
fn what_a_deleted_log_said_is_hunted_in_the_tables_too() {
    let repo = Repo::plain();
    let init = ["init", "-q", "--initial-branch=main", "--ref-format=reftable"];
    if !repo.git_command(init).output().expect("git runs").status.success() {
        return note("what_a_deleted_log_said…: not run: this git is older than 2.45");
    }
    repo.git(["config", "reftable.autocompaction", "false"]);
    repo.write("f", "one\n");
    repo.commit("one");
    let value = Values::new(3).github_token();
    repo.git(["update-ref", "-m", &format!("moved for {value}"), "refs/heads/x", "main"]);
    let hunt = || repo.leaklint().args(["hunt", "--format", "jsonl"]).stdin(&value).run().expect(1).out();
    assert!(hunt().contains(".git/logs/refs/heads/x"), "{}", hunt());
    repo.git(["update-ref", "-d", "refs/heads/x"]);
    let left = hunt();
    assert!(!left.contains(".git/logs/refs/heads/x") && left.contains(".git/reftable/"), "{left}");
    assert!(!left.contains(&value));
}

#[test]
fn a_format_of_refs_that_git_does_not_know_is_an_error_that_says_what_to_do() {
    let repo = Repo::new();
    repo.write("f", "one\n");
    repo.commit("one");
    repo.git(["config", "core.repositoryFormatVersion", "1"]);
    repo.git(["config", "extensions.refStorage", "of-tomorrow"]);
    let outcome = repo.leaklint().arg("history").run().expect(2);
    assert!(outcome.err().contains("newer git program"), "{outcome}");
}

#[test]
fn a_hundred_thousand_refs_are_followed_and_the_one_with_a_secret_is_found() {
    let repo = Repo::new();
    repo.write("f", "one\n");
    let clean = repo.commit("one");
    repo.write("f", secret(1));
    let leak = repo.commit("two");
    repo.git(["reset", "-q", "--hard", &clean]);
    repo.git(["reflog", "expire", "--expire=now", "--all"]);
    let mut refs = String::from("# pack-refs with: peeled fully-peeled sorted \n");
    for number in 0..100_000 {
        let id = if number == 77_777 { &leak } else { &clean };
        refs.push_str(&format!("{id} refs/pull/{number:06}/head\n"));
    }
    repo.write(".git/packed-refs", refs);
    let outcome = repo.leaklint().args(["history", "--format", "json"]).run().expect(1);
    let report = outcome.json();
    assert_eq!(report["findings"].as_array().map(Vec::len), Some(1), "{outcome}");
    let history = &report["findings"][0]["history"];
    assert_eq!(history["other_refs"].to_string(), "[\"refs/pull/077777/head\"]", "{outcome}");
    assert!(report["coverage"]["objects"]["refs"]["scanned"].as_u64() > Some(100_000), "{outcome}");
}

#[test]
fn refs_named_like_options_are_names() {
    let repo = Repo::new();
    repo.write("f", "one\n");
    repo.commit("one");
    for (seed, name) in [(1, "heads/-x"), (2, "tags/--upload-pack=x"), (3, "heads/--output=y")] {
        repo.write("f", secret(seed));
        let tree = {
            repo.add_all();
            repo.git(["write-tree"])
        };
        let id = repo.git(["commit-tree", "-p", "HEAD", "-m", name, &tree]);
        repo.git(["reset", "-q", "--hard"]);
        repo.write(format!(".git/refs/{name}"), format!("{id}\n"));
    }
    let run = |arguments: &[&str]| repo.leaklint().arg("history").args(arguments).findings().len();
    assert_eq!(run(&[]), 3);
    repo.git(["pack-refs", "--all"]);
    assert_eq!(run(&[]), 3);
    // Through the git program too.
    repo.git(["config", "core.repositoryFormatVersion", "1"]);
    repo.git(["config", "extensions.partialClone", "origin"]);
    assert_eq!(run(&[]), 3);
    assert!(!repo.path("y").exists() && !repo.path("x").exists());
}

#[test]
fn locks_of_another_git_do_not_matter() {
    let repo = Repo::new();
    repo.write("f", secret(1));
    repo.commit("leak");
    repo.write("g", secret(2));
    repo.add_all();
    for lock in
        ["index.lock", "HEAD.lock", "packed-refs.lock", "config.lock", "refs/heads/main.lock", "shallow.lock"]
    {
        repo.write(format!(".git/{lock}"), "");
    }
    assert_eq!(repo.leaklint().arg("history").findings().len(), 2);
    assert_eq!(repo.leaklint().arg("staged").findings().len(), 1);
    assert_eq!(
        repo.leaklint().args(["diff", "4b825dc642cb6eb9a060e54bf8d69288fbee4904"]).run().code,
        Some(2)
    );
    assert!(repo.path(".git/index.lock").exists());
}

/// Never a crash, never a wrong "clean": what is not found is told as a problem.
fn honest(outcome: &Outcome, wanted: usize) {
    assert!(matches!(outcome.code, Some(1 | 2)), "{outcome}");
    assert!(!outcome.err().contains("panicked"), "{outcome}");
    let report = outcome.json();
    let found = report["findings"].as_array().map_or(0, Vec::len);
    let problems = report["problems"].as_array().map_or(0, Vec::len);
    assert!(found == wanted || problems > 0, "{found} of {wanted} and no problem: {outcome}");
}

#[test]
fn a_repository_that_is_packed_anew_meanwhile_is_read_or_said_to_be_unreadable() {
    let repo = Repo::new();
    for number in 0..60 {
        repo.write(format!("f{}", number % 7), format!("{}{}", secret(number), "a line\n".repeat(2_000)));
        repo.commit(&format!("version {number}"));
    }
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut round = 0;
            while !done.load(Ordering::Relaxed) {
                round += 1;
                // Loose, in one pack, in another: files come and go all the time.
                let window = format!("--window={}", round % 5);
                repo.git_command(["repack", "-q", "-a", "-d", "-f", &window]).output().expect("git runs");
                repo.git_command(["prune-packed", "-q"]).output().expect("git runs");
                let packs = std::fs::read_dir(repo.path(".git/objects/pack")).into_iter().flatten().flatten();
                if let Some(pack) =
                    packs.map(|e| e.path()).find(|p| p.extension().is_some_and(|e| e == "pack"))
                {
                    let bytes = std::fs::read(pack).unwrap_or_default();
                    let moved = repo.beside().join("moved.pack");
                    std::fs::write(&moved, bytes).expect("written");
                    let file = std::fs::File::open(&moved).expect("it is there");
                    repo.git_command(["unpack-objects", "-q"]).stdin(file).output().expect("git runs");
                }
            }
        });
        for _ in 0..12 {
            let outcome = repo.leaklint().args(["history", "--format", "json"]).run();
            honest(&outcome, 60);
        }
        done.store(true, Ordering::Relaxed);
    });
    assert_eq!(repo.leaklint().arg("history").findings().len(), 60);
}

#[test]
fn a_pack_that_is_lost_meanwhile_leaves_problems() {
    let repo = Repo::new();
    for number in 0..20 {
        repo.write("f", secret(number));
        repo.commit(&format!("version {number}"));
    }
    repo.git(["repack", "-q", "-a", "-d"]);
    let packs = repo.path(".git/objects/pack");
    std::fs::rename(&packs, repo.beside().join("away")).expect("moved");
    std::fs::create_dir(&packs).expect("made");
    let outcome = repo.leaklint().args(["history", "--format", "json"]).run().expect(2);
    assert!(outcome.json()["problems"].to_string().contains("missing-object"), "{outcome}");
}
