//! What git ignores is left out and counted, what its index names never is.

use std::fs;
use std::process::Command;

use crate::common::{Repo, Values};
use crate::{Listed, list, write_all};

#[test]
fn a_tracked_file_is_listed_whatever_the_rules_say() {
    let repo = Repo::new();
    write_all(&repo, &[".env", "build/kept", "build/deep/kept", "a"]);
    repo.add_all();
    repo.write(".gitignore", ".env\nbuild/\n");
    write_all(&repo, &["build/new", "build/other/new", "sub/.env"]);
    let listed = list(&repo);
    assert_eq!(listed.files(), [".env", ".gitignore", "a", "build/deep/kept", "build/kept"]);
    assert_eq!(listed.gaps(), ["ignored build/new", "ignored build/other", "ignored sub/.env"]);
}

#[test]
fn nested_rules_negations_and_info_exclude_hold_as_in_git() {
    let repo = Repo::new();
    repo.write(".gitignore", "*.log\n/top\n!keep.log\nout/\n");
    repo.write("x/.gitignore", "!again.log\nlocal\n");
    repo.write("out/.gitignore", "!*\n");
    repo.write(".git/info/exclude", "excluded\n*.bak\n");
    repo.write("x/y/.gitignore", "!back.bak\n");
    let names = ["a.log", "keep.log", "top", "x/top", "x/again.log", "x/b.log", "x/local", "local", "out/z"];
    write_all(&repo, &names);
    write_all(&repo, &["excluded", "x/excluded", "x/y/back.bak", "x/y/c.bak", "x/y/local"]);
    let listed = list(&repo);
    let expected = repo.git(["ls-files", "-z", "--others", "--exclude-standard"]);
    let mut expected: Vec<&str> = expected.split('\0').filter(|name| !name.is_empty()).collect();
    expected.sort_unstable();
    assert_eq!(listed.files(), expected);
    let ignored =
        ["a.log", "excluded", "out", "top", "x/b.log", "x/excluded", "x/local", "x/y/c.bak", "x/y/local"];
    assert_eq!(listed.gaps(), ignored.map(|name| format!("ignored {name}")));
}

#[test]
fn no_ignore_lists_everything() {
    let repo = Repo::new();
    repo.write(".gitignore", "*\n");
    write_all(&repo, &["a", "x/b"]);
    assert_eq!(list(&repo).gaps(), ["ignored .gitignore", "ignored a", "ignored x"]);
    let listed = Listed::of(repo.dir(), &[""], |options| options.no_ignore = true);
    assert_eq!(listed.files(), [".gitignore", "a", "x/b"]);
    assert_eq!(listed.repo_paths(), listed.files());
    assert!(listed.gaps().is_empty());
}

#[test]
fn other_tools_rules_and_the_users_own_hide_nothing() {
    let repo = Repo::new();
    repo.write(".ignore", "*.env\n");
    repo.write(".rgignore", "*.env\n");
    repo.git(["config", "core.excludesFile", &repo.path(".ignore").display().to_string()]);
    write_all(&repo, &["a.env"]);
    assert_eq!(list(&repo).files(), [".ignore", ".rgignore", "a.env"]);
    let plain = Repo::plain();
    plain.write(".gitignore", "*\n");
    write_all(&plain, &["a"]);
    assert_eq!(list(&plain).files(), [".gitignore", "a"], "outside a repository .gitignore is any file");
    assert_eq!(list(&plain).repo_paths(), ["-", "-"]);
}

#[test]
fn a_root_within_a_repository_obeys_the_rules_above_it() {
    let repo = Repo::new();
    repo.write(".gitignore", "*.log\n/src/gen/\n/target/\n");
    write_all(&repo, &["src/a", "src/b.log", "src/gen/c", "target/d", "target/e.log"]);
    let listed = Listed::of(repo.dir(), &["src"], |_| {});
    assert_eq!(listed.files(), ["src/a"]);
    assert_eq!(listed.repo_paths(), ["src/a"]);
    assert_eq!(listed.gaps(), ["ignored src/b.log", "ignored src/gen"]);
    let asked = Listed::of(repo.dir(), &["target", "src/b.log"], |_| {});
    assert_eq!(asked.files(), ["src/b.log", "target/d"], "what is named on the command line is wanted");
    assert_eq!(asked.gaps(), ["ignored target/e.log"]);
}

#[test]
fn a_nested_repository_has_its_own_index_and_rules() {
    let repo = Repo::new();
    repo.write(".gitignore", "*.log\n");
    let inner = repo.path("vendor/inner");
    fs::create_dir_all(&inner).unwrap();
    repo.git(["init", "--quiet", "vendor/inner"]);
    write_all(
        &repo,
        &["vendor/inner/a.log", "vendor/inner/kept.tmp", "vendor/inner/other.tmp", "vendor/b.log"],
    );
    repo.git(["-C", "vendor/inner", "add", "kept.tmp"]);
    repo.write("vendor/inner/.gitignore", "*.tmp\n");
    let listed = list(&repo);
    let inside = ["vendor/inner/.gitignore", "vendor/inner/a.log", "vendor/inner/kept.tmp"];
    assert_eq!(listed.files(), [&[".gitignore"][..], &inside].concat());
    assert_eq!(listed.repo_paths(), [".gitignore", ".gitignore", "a.log", "kept.tmp"]);
    assert_eq!(listed.gaps(), ["ignored vendor/b.log", "ignored vendor/inner/other.tmp"]);
}

#[test]
fn a_submodule_is_listed_even_in_an_ignored_directory() {
    let repo = Repo::new();
    let library = repo.beside().join("library");
    repo.git(["init", "--quiet", &library.display().to_string()]);
    fs::write(library.join("code"), "text\n").unwrap();
    let at = library.display().to_string();
    repo.git(["-C", &at, "add", "code"]);
    repo.git(["-C", &at, "commit", "--quiet", "-m", "code"]);
    repo.git(["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", &at, "deps/library"]);
    repo.write(".gitignore", "deps/\n");
    write_all(&repo, &["deps/loose", "deps/library/new"]);
    let listed = list(&repo);
    assert_eq!(listed.files(), [".gitignore", ".gitmodules", "deps/library/code", "deps/library/new"]);
    assert_eq!(listed.gaps(), ["ignored deps/loose"]);
}

#[test]
fn a_linked_worktree_shares_excludes_and_has_its_own_index() {
    let repo = Repo::new();
    write_all(&repo, &["a"]);
    repo.commit("first");
    repo.write(".git/info/exclude", "*.tmp\n");
    let other = repo.beside().join("other");
    repo.git(["worktree", "add", "--quiet", &other.display().to_string()]);
    for name in ["tracked.tmp", "loose.tmp"] {
        fs::write(other.join(name), "text\n").unwrap();
    }
    repo.git(["-C", &other.display().to_string(), "add", "--force", "tracked.tmp"]);
    let listed = Listed::of(repo.beside(), &["other"], |_| {});
    assert_eq!(listed.files(), ["other/a", "other/tracked.tmp"]);
    assert_eq!(listed.repo_paths(), ["a", "tracked.tmp"]);
    assert_eq!(listed.gaps(), ["ignored other/loose.tmp"]);
}

#[test]
fn an_index_beyond_libgit2_is_read_by_git() {
    let repo = Repo::new();
    write_all(&repo, &["kept.log", "a"]);
    repo.commit("first");
    repo.git(["update-index", "--split-index"]);
    repo.write(".gitignore", "*.log\n");
    write_all(&repo, &["loose.log"]);
    repo.git(["config", "core.fsmonitor", "touch ran; false"]);
    let listed = list(&repo);
    assert_eq!(listed.files(), [".gitignore", "a", "kept.log"]);
    assert_eq!(listed.gaps(), ["ignored loose.log"]);
    assert!(listed.problems().is_empty());
    assert!(!repo.path("ran").exists(), "nothing that the repository configures is run");
}

#[test]
fn an_index_that_skips_its_hash_is_read() {
    let repo = Repo::new();
    write_all(&repo, &["kept.log"]);
    repo.git(["-c", "index.skipHash=true", "-c", "index.version=4", "add", "--all"]);
    repo.write(".gitignore", "*.log\n");
    assert_eq!(list(&repo).files(), [".gitignore", "kept.log"]);
}

#[test]
fn a_broken_index_is_a_problem() {
    let repo = Repo::new();
    write_all(&repo, &["a"]);
    repo.write(".git/index", "DIRC and nothing of use");
    let listed = list(&repo);
    assert_eq!(listed.files(), ["a"]);
    assert_eq!(listed.problems().len(), 1);
    assert!(listed.listing.problems[0].message.contains("index"));
}

#[test]
fn a_fifo_among_the_rules_holds_nothing_up() {
    let repo = Repo::new();
    write_all(&repo, &["a"]);
    fs::remove_dir_all(repo.path(".git/info")).unwrap();
    fs::create_dir(repo.path(".git/info")).unwrap();
    for name in [".gitignore", ".git/info/exclude", ".git/index"] {
        let _ = fs::remove_file(repo.path(name));
        assert!(Command::new("mkfifo").arg(repo.path(name)).status().unwrap().success());
    }
    let listed = Listed::of(repo.dir(), &[""], |options| options.no_ignore = true);
    assert_eq!(listed.files(), ["a"]);
    fs::remove_file(repo.path(".git/index")).unwrap();
    let listed = list(&repo);
    assert_eq!(listed.files(), ["a"]);
    assert_eq!(listed.gaps(), ["special-file .gitignore"]);
}

/// Rules and names made of few parts, so that they meet often.
#[test]
fn random_rules_mean_what_they_mean_to_git() {
    let parts =
        ["a", "b", "a*", "*", "**", "?", "[ab]", "[!a]", "b.c", "*.c", "\\*", "a b", "ab", "x", "b.c", "a?"];
    let names = ["a", "b", "b.c", "ab", "*", "a b"];
    let (mut kept, mut left_out) = (0, 0);
    for seed in 0..25 {
        let mut values = Values::new(seed);
        let mut pick = |from: &[&str]| from[values.below(from.len())].to_owned();
        let repo = Repo::new();
        let mut rules = |count: usize| {
            let mut rule = || {
                let depth = pick(&["1", "1", "1", "2", "3"]).parse().unwrap_or(1);
                let body = (0..depth).map(|_| pick(&parts)).collect::<Vec<_>>().join("/");
                pick(&["", "", "", "!"]) + &pick(&["", "", "/"]) + &body + &pick(&["", "", "/", " ", "\r"])
            };
            (0..count).map(|_| rule() + "\n").collect::<String>()
        };
        let texts = [(".gitignore", rules(4)), ("a/.gitignore", rules(2)), (".git/info/exclude", rules(2))];
        for _ in 0..12 {
            let directory = [pick(&["", "a/", "b/", "a/b/", "ab/a/", "b.c/"]), pick(&["", "x/"])].concat();
            let name = pick(&names);
            if !repo.path(&format!("{directory}{name}")).is_dir() {
                let _ = fs::create_dir_all(repo.path(&directory));
                let _ = fs::write(repo.path(&format!("{directory}{name}")), "text\n");
            }
        }
        let _ = fs::create_dir(repo.path("a"));
        for (name, text) in &texts {
            let _ = fs::write(repo.path(name), text);
        }
        let expected = repo.git(["ls-files", "-z", "--others", "--exclude-standard"]);
        let mut expected: Vec<&str> = expected.split('\0').filter(|name| !name.is_empty()).collect();
        expected.sort_unstable();
        let listed = list(&repo);
        assert_eq!(listed.files(), expected, "seed {seed}, rules {texts:?}");
        (kept, left_out) = (kept + expected.len(), left_out + listed.gaps().len());
    }
    assert!(kept > 50 && left_out > 20, "the rules name some and not all: {kept} {left_out}");
}
