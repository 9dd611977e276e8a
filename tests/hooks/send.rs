//! `pre-push`: each commit that the remote does not have.

use super::*;

/// A repository with the hook and a remote that has its first commit.
fn pushed() -> Repo {
    let repo = Repo::new();
    repo.write("old", secret(1));
    repo.commit("an old secret");
    remote(&repo);
    repo.git(["push", "-q", "origin", "main"]);
    install(&repo, &["--pre-push"]);
    repo
}

#[test]
fn a_secret_that_a_later_commit_deletes_is_stopped() {
    let repo = pushed();
    repo.write("f", secret(2));
    repo.commit("leak");
    repo.write("f", "clean\n");
    repo.commit("hide");
    let done = git(&repo, &["push", "origin", "main"]);
    stopped(&done, "f:1");
    stopped(&done, "git rebase -i");
    assert_eq!(
        repo.git(["ls-remote", "origin", "main"]),
        repo.git(["ls-remote", "origin", "HEAD"]).replace("HEAD", "refs/heads/main")
    );
    repo.git(["reset", "-q", "--hard", "HEAD~2"]);
    repo.write("f", "clean\n");
    repo.commit("clean");
    passed(&git(&repo, &["push", "-q", "origin", "main"]));
}

#[test]
fn a_new_branch_is_judged_by_what_it_adds_to_the_remote() {
    let repo = pushed();
    repo.git(["switch", "-q", "-c", "topic"]);
    repo.write("g", "one\n");
    repo.commit("clean");
    passed(&git(&repo, &["push", "-q", "origin", "topic"]));
    passed(&git(&repo, &["push", "-q", "origin", "HEAD~1:refs/heads/again", "topic:other"]));
    repo.write("g", secret(2));
    repo.commit("leak");
    stopped(&git(&repo, &["push", "origin", "HEAD:refs/heads/more", "main"]), "g:1");
    stopped(&git(&repo, &["push", "origin", "HEAD^{/leak}:refs/heads/more"]), "g:1");
    passed(&git(&repo, &["push", "-q", "origin", ":other"]));
    // A forced push is judged like any other.
    repo.git(["commit", "-q", "--amend", "--no-verify", "-m", "leak again"]);
    stopped(&git(&repo, &["push", "--force", "origin", "topic"]), "g:1");
    repo.git(["reset", "-q", "--hard", "HEAD~2"]);
    passed(&git(&repo, &["push", "-q", "--force", "origin", "topic"]));
}

#[test]
fn a_remote_without_a_name_is_known_by_where_it_lies() {
    let repo = pushed();
    repo.write("g", "one\n");
    repo.commit("clean");
    let url = repo.git(["config", "remote.origin.url"]);
    passed(&git(&repo, &["push", "-q", &url, "main:topic"]));
    let other = repo.beside().join("other.git").display().to_string();
    repo.git(["init", "-q", "--bare", &other]);
    // Nobody has the old secret there.
    stopped(&git(&repo, &["push", "-q", &other, "main"]), "old:1");
}

#[test]
fn tags_and_names_are_part_of_what_is_pushed() {
    let repo = pushed();
    repo.git(["tag", "-a", "-m", &format!("released\n\n{}", secret(2)), "v1"]);
    let done = git(&repo, &["push", "origin", "v1"]);
    stopped(&done, &format!(".git/tags/{}", repo.git(["rev-parse", "v1"])));
    repo.git(["tag", "-a", "-m", "nested", "v2", "v1"]);
    stopped(&git(&repo, &["push", "origin", "v2"]), ".git/tags/");
    repo.git(["tag", "-a", "-m", "clean", "v3"]);
    passed(&git(&repo, &["push", "-q", "origin", "v3"]));
    let name = format!("refs/heads/{}", Values::new(3).github_token());
    let done = git(&repo, &["push", "-q", "origin", &format!("main:{name}")]);
    stopped(&done, ".git/refs:1");
    assert!(!String::from_utf8_lossy(&done.stdout).contains(&name), "the value is not shown");
    let blob = repo.write("loose", secret(4)).display().to_string();
    let blob = repo.git(["hash-object", "-w", &blob]);
    stopped(&git(&repo, &["push", "origin", &format!("{blob}:refs/tags/loose")]), "refs/tags/loose:1");
}

#[test]
fn authors_and_messages_are_part_of_what_is_pushed() {
    let repo = pushed();
    repo.commit(&format!("subject\n\n{}", secret(2)));
    stopped(
        &git(&repo, &["push", "origin", "main"]),
        &format!(".git/commits/{}", repo.git(["rev-parse", "main"])),
    );
}

#[test]
fn a_change_does_not_write_its_own_law() {
    let repo = pushed();
    repo.write(".leaklint.yaml", "exclude: [\"vendor/\"]\n");
    repo.write("vendor/f", secret(2));
    repo.commit("a law");
    let done = git(&repo, &["push", "origin", "main"]);
    stopped(&done, "vendor/f:1");
    stopped(&done, "excludes paths: vendor/");
}

#[test]
fn the_first_push_of_all_is_judged_by_its_own_law() {
    let repo = Repo::new();
    repo.write("f", secret(1));
    repo.leaklint().args(["baseline", "create"]).run().expect(0);
    repo.commit("base with a baseline");
    remote(&repo);
    install(&repo, &["--pre-push"]);
    passed(&git(&repo, &["push", "-q", "origin", "main"]));
}

#[test]
fn a_hook_that_was_there_gets_the_same_lines() {
    let repo = pushed();
    repo.leaklint().args(["hook", "uninstall"]).run().expect(0);
    executable(&repo.path(".git/hooks/pre-push"), "#!/bin/sh\ncat >seen\necho \"$1 $2\" >>seen\n");
    install(&repo, &["--pre-push"]);
    repo.write("g", secret(2));
    repo.git(["add", "g"]);
    repo.git(["commit", "-q", "-m", "leak"]);
    stopped(&git(&repo, &["push", "origin", "main", "main:other"]), "g:1");
    let seen = String::from_utf8(repo.read("seen")).expect("text");
    let (new, old) = (repo.git(["rev-parse", "HEAD"]), repo.git(["rev-parse", "HEAD~1"]));
    assert_eq!(seen.lines().count(), 3, "{seen}");
    assert!(seen.contains(&format!("refs/heads/main {new} refs/heads/main {old}\n")), "{seen}");
    assert!(seen.contains("origin "), "{seen}");
}

#[test]
fn without_lines_of_refs_there_is_nothing_to_judge_and_others_are_an_error() {
    let repo = pushed();
    let run =
        |input: &str| repo.leaklint().args(["hook", "run", "pre-push", "origin", "x"]).stdin(input).run();
    run("").expect(0);
    let outcome = run("something else\n").expect(2);
    assert!(outcome.err().contains("leaklint hook install"), "{outcome}");
}

#[test]
fn the_framework_says_in_variables_what_is_pushed() {
    let repo = pushed();
    repo.write("g", secret(2));
    let leak = repo.commit("leak");
    repo.write("g", "clean\n");
    let hide = repo.commit("hide");
    let run = |from: &str, to: &str| {
        let run = repo.leaklint().args(["hook", "run", "pre-push", "--format", "jsonl"]);
        let run = run.env("PRE_COMMIT", "1").env("PRE_COMMIT_REMOTE_NAME", "origin");
        let run = if from.is_empty() { run } else { run.env("PRE_COMMIT_FROM_REF", from) };
        run.env("PRE_COMMIT_TO_REF", to).env("PRE_COMMIT_REMOTE_BRANCH", "refs/heads/main").run()
    };
    assert_eq!(run("HEAD~2", &hide).expect(1).findings().len(), 1);
    assert_eq!(run("", &hide).expect(1).findings().len(), 1);
    run(&leak, &hide).expect(0);
}
