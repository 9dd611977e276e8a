//! Every place of a repository where a secret can lie: one repository with one in each, and what is said of them.

mod common;

use std::path::Path;

use common::{Finding, Places, Repo, Values};

/// Whether a finding stands at a path that ends with this and is this part.
fn has(found: &[Finding], path: &str, part: Option<&str>) -> bool {
    found.iter().any(|finding| finding.path.contains(path) && finding.part.as_deref() == part)
}

#[test]
fn a_secret_is_found_wherever_a_repository_can_hold_it() {
    let places = Places::built();
    let found = places.findings(&["--unreachable"]);
    let shown: Vec<_> = found.iter().map(|f| format!("{} {:?}", f.path, f.part)).collect();
    for file in [
        "in-merge",
        "in-octopus",
        "in-undiffed",
        "in-rename",
        "in-reflog",
        "in-remote",
        "in-worktree-head",
        "in-worktree-index",
        ".git/objects/",
    ] {
        assert!(has(&found, file, None), "{file} in {shown:#?}");
    }
    assert_eq!(
        found.iter().filter(|finding| finding.path == "base").count(),
        2,
        "both stashes in {shown:#?}"
    );
    for (path, part) in [
        (".git/commits/", "commit-message"),
        (".git/tags/", "tag-message"),
        (".git/logs/", "reflog"),
        (".git/refs", "ref-name"),
        ("logs/", "file-name"),
        (".git/config", "git-config"),
    ] {
        assert!(has(&found, path, Some(part)), "{part} in {shown:#?}");
    }
    let values: std::collections::BTreeSet<_> = found.iter().map(|finding| &finding.fingerprint).collect();
    assert_eq!(values.len(), places.tokens.len(), "{shown:#?}");
    let names = found.iter().filter(|finding| finding.part.as_deref() == Some("file-name"));
    let names: Vec<_> = names.map(|finding| (finding.path.as_str(), finding.start_line)).collect();
    assert_eq!(names, [("logs/********", 1)]);
}

#[test]
fn each_place_is_labelled_by_what_leads_there() {
    let places = Places::built();
    let found = places.findings(&["--unreachable"]);
    let labels = |path: &str, part: Option<&str>| {
        let here =
            found.iter().filter(|finding| finding.path.contains(path) && finding.part.as_deref() == part);
        let mut all: Vec<String> = here.map(|finding| finding.reachability.join(" ")).collect();
        all.sort();
        all
    };
    // The remote branch was started from there.
    let shared = ["branch tag remote"];
    for file in ["in-merge", "in-octopus", "in-undiffed", "in-rename"] {
        assert_eq!(labels(file, None), shared, "{file}");
    }
    assert_eq!(labels("in-reflog", None), ["reflog local"]);
    assert_eq!(labels("in-remote", None), ["remote"]);
    assert_eq!(labels("in-worktree-head", None), ["head index local"]);
    assert_eq!(labels("in-worktree-index", None), ["index local"]);
    assert_eq!(labels("base", None), ["stash local", "stash local"]);
    assert_eq!(labels(".git/objects/", None), ["unreachable local"]);
    assert_eq!(labels(".git/commits/", Some("commit-message")), ["branch tag remote", "unreachable local"]);
    assert_eq!(labels(".git/tags/", Some("tag-message")), ["tag"]);
    assert_eq!(labels(".git/refs", Some("ref-name")), ["branch"]);
    assert_eq!(labels(".git/config", Some("git-config")), ["local"]);
    assert_eq!(labels("logs/", Some("file-name")), shared);
    let note = found.iter().find(|finding| finding.reachability == ["notes"]).expect("the note");
    assert_eq!(note.history.as_ref().expect("a history")["other_refs"][0], "refs/notes/commits");
    assert!(found.iter().all(|finding| !finding.reachability.is_empty()));
}

#[test]
fn what_nothing_leads_to_is_counted_and_not_scanned_unless_asked_for() {
    let places = Places::built();
    let found = places.findings(&[]);
    assert!(!has(&found, ".git/objects/", None));
    let outcome = places.repo.leaklint().args(["history", "--format", "json"]).run().expect(1);
    let lost = &outcome.json()["coverage"]["objects"]["unreachable"];
    assert_eq!(lost["skipped"]["not-asked-for"], 2, "{outcome}");
    assert_eq!(lost["considered"], 2);
}

fn sorted(found: &[Finding]) -> Vec<&str> {
    let mut paths: Vec<&str> = found.iter().map(|finding| finding.path.as_str()).collect();
    paths.sort_unstable();
    paths
}

#[test]
fn since_branch_and_path_say_what_is_asked_for() {
    let repo = Repo::new();
    let mut make = Values::new(5);
    let mut commit = |name: &str, seconds: u64| {
        repo.write(name, format!("token = \"{}\"\n", make.github_token()));
        repo.add_all();
        let mut command = repo.git_command(["commit", "-q", "-m", name]);
        let date = format!("@{seconds} +0000");
        command.env("GIT_COMMITTER_DATE", &date).env("GIT_AUTHOR_DATE", &date);
        assert!(command.status().expect("git runs").success());
        repo.git(["rev-parse", "HEAD"])
    };
    let first = commit("a/first", 1_700_000_000);
    repo.git(["switch", "-q", "-c", "side"]);
    commit("side", 1_710_000_000);
    repo.git(["switch", "-q", "main"]);
    commit("b/second", 1_720_000_000);
    let of = |arguments: &[&str]| repo.leaklint().arg("history").args(arguments).findings();
    assert_eq!(sorted(&of(&[])), ["a/first", "b/second", "side"]);
    assert_eq!(sorted(&of(&["--since", &first])), ["b/second", "side"]);
    assert_eq!(sorted(&of(&["--since", "side"])), ["b/second"]);
    assert_eq!(sorted(&of(&["--since", "2024-06-01"])), ["b/second"]);
    assert_eq!(sorted(&of(&["--branch", "side"])), ["a/first", "side"]);
    assert_eq!(sorted(&of(&["--path", "a/"])), ["a/first"]);
    for wrong in [["--since", "no-such"], ["--branch", "no-such"], ["--branch", "-x"]] {
        let outcome = repo.leaklint().arg("history").arg(format!("{}={}", wrong[0], wrong[1])).run();
        assert_eq!(outcome.code, Some(2), "{outcome}");
    }
}

fn clone(repo: &Repo, options: &[&str]) -> std::path::PathBuf {
    let clone = repo.beside().join("clone");
    let url = format!("file://{}", repo.dir().display());
    let at = clone.to_string_lossy().into_owned();
    repo.git([&["clone", "-q"], options, &[url.as_str(), at.as_str()]].concat());
    clone
}

fn coverage(directory: &Path, arguments: &[&str]) -> serde_json::Value {
    let run = common::Leaklint::new(directory).args(["history", "--format", "json"]).args(arguments).run();
    run.json()["coverage"].clone()
}

#[test]
fn a_partial_clone_says_what_it_lacks_and_fetches_nothing() {
    let repo = Repo::new();
    repo.write("f", "one\n");
    repo.commit("one");
    repo.write("f", "two\n");
    repo.commit("two");
    repo.git(["config", "uploadpack.allowFilter", "true"]);
    let clone = clone(&repo, &["--filter=blob:none"]);
    let covered = coverage(&clone, &[]);
    assert_eq!(covered["objects"]["blobs"]["skipped"]["promised-object"], 1, "{covered:#}");
    assert_eq!(covered["objects"]["blobs"]["scanned"], 1);
    assert_eq!(coverage(&clone, &[]), covered, "the second run finds it as it was");
    let run = |arguments: &[&str]| common::Leaklint::new(&clone).arg("history").args(arguments).run();
    let told = run(&[]).expect(0).err();
    assert!(told.contains("1 promised-object"), "{told}");
    run(&["--require-complete"]).expect(2);
}

#[test]
fn refs_that_a_clone_lacks_are_named_with_the_line_that_fetches_them() {
    let repo = Repo::new();
    repo.write("f", "one\n");
    repo.commit("one");
    let clone = clone(&repo, &[]);
    let covered = coverage(&clone, &[]);
    let fetch = "git fetch origin '+refs/pull/*/head:refs/remotes/origin/pull/*'";
    let named = covered["refs_not_here"].as_array().expect("a list");
    assert!(named.iter().any(|absent| absent["fetch"] == fetch), "{covered:#}");
    let told = common::Leaklint::new(&clone).arg("history").run().expect(0).err();
    assert!(told.contains(fetch), "{told}");
    let log = common::Leaklint::new(&clone).args(["history", "--format", "sarif"]).run().expect(0).json();
    let bag = &log["runs"][0]["invocations"][0]["properties"]["coverage"];
    assert_eq!(bag["objects"]["blobs"]["considered"], 1, "{log:#}");
}

#[test]
fn submodules_are_gaps_or_scanned() {
    let inner = Repo::new();
    inner.write("inside", format!("token = \"{}\"\n", Values::new(9).github_token()));
    inner.commit("leak");
    inner.write("inside", "clean\n");
    inner.commit("hide");
    let outer = Repo::new();
    let url = inner.dir().to_string_lossy().into_owned();
    outer.git([
        "-c",
        "protocol.file.allow=always",
        "submodule",
        "--quiet",
        "add",
        "--name",
        "lib",
        &url,
        "lib",
    ]);
    outer.commit("module");
    let run = |arguments: &[&str]| outer.leaklint().arg("history").args(arguments).run();
    let told = run(&[]).expect(0).err();
    assert!(told.contains("1 submodule"), "{told}");
    run(&["--require-complete"]).expect(2);
    run(&["--recurse-submodules", "--require-complete"]).expect(1);
    let found = outer.leaklint().args(["history", "--recurse-submodules"]).findings();
    assert_eq!(sorted(&found), ["lib/inside"]);
}
