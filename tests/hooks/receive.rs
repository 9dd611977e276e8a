//! `pre-receive`: what a server refuses, and what it says to whoever pushed.

use super::*;

/// A repository whose remote has its first commit and the hook, installed with these options.
fn served(options: &[&str]) -> Repo {
    let repo = Repo::new();
    repo.write("old", secret(1));
    repo.commit("an old secret");
    let remote = remote(&repo);
    repo.git(["push", "-q", "origin", "main"]);
    common::Leaklint::new(&remote).args(["hook", "install"]).args(options).run().expect(0);
    assert!(remote.join("hooks/pre-receive").exists());
    repo
}

#[test]
fn a_push_with_a_secret_is_refused_and_says_what_to_do() {
    let repo = served(&[]);
    repo.write("f", secret(2));
    repo.commit("leak");
    repo.write("f", "clean\n");
    repo.commit("hide");
    let before = repo.git(["ls-remote", "origin"]);
    let done = git(&repo, &["push", "origin", "main"]);
    stopped(&done, "f:1");
    stopped(&done, "remote: leaklint on the server refused this push");
    stopped(&done, "pre-receive hook declined");
    assert_eq!(repo.git(["ls-remote", "origin"]), before);
    repo.git(["reset", "-q", "--hard", "HEAD~2"]);
    repo.write("f", "clean\n");
    repo.commit("clean");
    passed(&git(&repo, &["push", "-q", "origin", "main"]));
}

#[test]
fn new_refs_deletions_and_forced_pushes_are_judged_by_what_they_bring() {
    let repo = served(&[]);
    passed(&git(&repo, &["push", "-q", "origin", "main:again"]));
    repo.git(["switch", "-q", "-c", "topic"]);
    repo.write("g", "one\n");
    repo.commit("clean");
    passed(&git(&repo, &["push", "-q", "origin", "topic"]));
    passed(&git(&repo, &["push", "-q", "origin", ":again"]));
    repo.git(["reset", "-q", "--hard", "HEAD~1"]);
    repo.write("g", secret(2));
    repo.commit("leak");
    stopped(&git(&repo, &["push", "--force", "origin", "topic"]), "g:1");
    stopped(&git(&repo, &["push", "origin", "topic:new", "main:other"]), "g:1");
    repo.git(["tag", "-a", "-m", &secret(3), "v1", "main"]);
    stopped(&git(&repo, &["push", "origin", "v1"]), ".git/tags/");
    assert!(!repo.git(["ls-remote", "origin"]).contains("other"), "all or nothing");
}

#[test]
fn a_server_without_a_commit_judges_everything() {
    let repo = Repo::new();
    repo.write("f", secret(1));
    repo.commit("leak");
    let remote = remote(&repo);
    common::Leaklint::new(&remote).args(["hook", "install"]).run().expect(0);
    stopped(&git(&repo, &["push", "origin", "main"]), "f:1");
    repo.write("f", "clean\n");
    repo.git(["add", "f"]);
    repo.git(["commit", "-q", "--amend", "-m", "clean"]);
    passed(&git(&repo, &["push", "-q", "origin", "main"]));
}

#[test]
fn the_law_is_that_of_the_servers_default_branch() {
    let repo = served(&[]);
    repo.write(".leaklint.yaml", "exclude: [\"vendor/\"]\n");
    repo.write("vendor/f", secret(2));
    repo.commit("a law");
    stopped(&git(&repo, &["push", "origin", "main"]), "vendor/f:1");
    repo.git(["reset", "-q", "--soft", "HEAD~1"]);
    repo.git(["reset", "-q", "vendor"]);
    repo.git(["commit", "-q", "-m", "only the law"]);
    let done = git(&repo, &["push", "origin", "main"]);
    passed(&done);
    assert!(shown(&done).contains("excludes paths: vendor/"), "{}", shown(&done));
    repo.git(["add", "vendor"]);
    repo.git(["commit", "-q", "-m", "under it"]);
    passed(&git(&repo, &["push", "-q", "origin", "main"]));
}

#[test]
fn a_push_that_takes_too_long_is_refused_or_let_pass_as_told() {
    let repo = served(&["--budget", "0"]);
    repo.write("g", "one\n");
    repo.commit("clean");
    stopped(&git(&repo, &["push", "origin", "main"]), "within 0 seconds");
    let remote = repo.beside().join("remote.git");
    let told =
        common::Leaklint::new(&remote).args(["hook", "install", "--budget", "0", "--on-timeout", "pass"]);
    assert!(told.run().expect(0).out().contains("renewed"));
    let done = git(&repo, &["push", "origin", "main"]);
    passed(&done);
    assert!(shown(&done).contains("let pass without being judged"), "{}", shown(&done));
    repo.leaklint().args(["hook", "run", "pre-receive", "--budget", "-1"]).run().expect(2);
}

#[test]
fn a_hook_that_was_there_gets_the_same_lines_and_can_refuse() {
    let repo = served(&[]);
    let remote = repo.beside().join("remote.git");
    common::Leaklint::new(&remote).args(["hook", "uninstall"]).run().expect(0);
    executable(
        &remote.join("hooks/pre-receive"),
        "#!/bin/sh\ncat >seen\nif grep -q refs/heads/no seen; then exit 3; fi\n",
    );
    common::Leaklint::new(&remote).args(["hook", "install"]).run().expect(0);
    repo.write("g", "one\n");
    let new = repo.commit("clean");
    stopped(&git(&repo, &["push", "origin", "main:no"]), "declined");
    passed(&git(&repo, &["push", "-q", "origin", "main:yes"]));
    let seen = std::fs::read_to_string(remote.join("seen")).expect("it was called");
    assert_eq!(seen, format!("{} {new} refs/heads/yes\n", "0".repeat(40)));
}

#[test]
fn a_sha256_server_is_read_by_git_inside_the_quarantine() {
    let repo = Repo::plain();
    repo.git(["init", "-q", "--object-format=sha256", "--initial-branch=main"]);
    repo.commit("base");
    let remote = repo.beside().join("remote.git");
    let path = remote.display().to_string();
    repo.git(["init", "-q", "--bare", "--object-format=sha256", "--initial-branch=main", &path]);
    repo.git(["remote", "add", "origin", &path]);
    common::Leaklint::new(&remote).args(["hook", "install"]).run().expect(0);
    passed(&git(&repo, &["push", "-q", "origin", "main"]));
    repo.write("f", secret(1));
    repo.commit("leak");
    stopped(&git(&repo, &["push", "origin", "main"]), "f:1");
}

#[test]
fn a_server_in_a_directory_with_an_odd_name_is_served_too() {
    let repo = Repo::new();
    repo.commit("base");
    let remote = repo.beside().join("re:mo \"te\".git");
    let path = remote.display().to_string();
    repo.git(["init", "-q", "--bare", "--initial-branch=main", &path]);
    repo.git(["remote", "add", "origin", &path]);
    repo.git(["push", "-q", "origin", "main"]);
    common::Leaklint::new(&remote).args(["hook", "install"]).run().expect(0);
    repo.write("f", "one\n");
    repo.commit("clean");
    passed(&git(&repo, &["push", "-q", "origin", "main"]));
    repo.write("f", secret(1));
    repo.commit("leak");
    stopped(&git(&repo, &["push", "origin", "main"]), "f:1");
}
