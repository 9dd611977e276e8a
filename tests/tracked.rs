//! Every tracked file, as `pre-commit run --all-files` asks for it.

mod common;

use std::sync::Arc;

use common::{Repo, Values, shown};
use leaklint::source::files::PathFilter;
use leaklint::source::repository::{GitEnv, Repo as Opened};
use leaklint::source::tracked::TrackedSource;
use leaklint::source::{Opened as Content, Source};

fn source(repo: &Repo) -> TrackedSource {
    let opened = Opened::open(repo.dir(), GitEnv::default()).expect("the repository opens");
    TrackedSource::new(Arc::new(opened), PathFilter::default())
}

/// Path and content of every item.
fn contents(repo: &Repo) -> Vec<String> {
    let source = source(repo);
    let listing = source.list().expect("listed");
    let mut lines = Vec::new();
    for item in &listing.items {
        let mut bytes = Vec::new();
        match source.open(&item.content) {
            Ok(Content::Bytes(all)) => bytes = all,
            Ok(Content::Stream(mut reader)) => _ = reader.read_to_end(&mut bytes).expect("read"),
            Err(problem) => panic!("{}", problem.message),
        }
        lines.push(format!("{}: {}", item.origins[0].path.text(), String::from_utf8_lossy(&bytes)));
    }
    lines.extend(shown(&leaklint::source::Listing { items: Vec::new(), ..listing }, &source));
    lines
}

#[test]
fn tracked_files_are_read_from_the_working_tree() {
    let repo = Repo::new();
    repo.write(".gitignore", "ignored\n");
    repo.write("ignored", "tracked all the same");
    repo.write("f", "committed");
    repo.git(["add", "--force", "ignored", "f"]);
    repo.git(["commit", "-qm", "one"]);
    repo.write("f", "changed");
    repo.write("untracked", "no");
    assert_eq!(contents(&repo), ["f: changed", "ignored: tracked all the same"]);
}

#[cfg(unix)]
#[test]
fn what_is_not_in_the_working_tree_is_read_from_the_index() {
    let repo = Repo::new();
    repo.write("gone", "gone");
    repo.write("d/f", "below");
    repo.write("turns", "file");
    repo.write("pipe", "plain");
    std::os::unix::fs::symlink("x", repo.path("link")).expect("a link");
    repo.commit("one");
    std::fs::remove_file(repo.path("gone")).expect("removed");
    std::fs::remove_file(repo.path("turns")).expect("removed");
    std::os::unix::fs::symlink("/etc/hostname", repo.path("turns")).expect("a link");
    std::fs::remove_dir_all(repo.path("d")).expect("removed");
    std::fs::create_dir(repo.beside().join("away")).expect("a directory");
    std::fs::write(repo.beside().join("away/f"), "outside").expect("written");
    std::os::unix::fs::symlink(repo.beside().join("away"), repo.path("d")).expect("a link");
    std::fs::remove_file(repo.path("pipe")).expect("removed");
    let made = std::process::Command::new("mkfifo").arg(repo.path("pipe")).status();
    assert!(made.is_ok_and(|status| status.success()));
    assert_eq!(
        contents(&repo),
        ["d/f: below", "gone: gone", "symbolic-link link", "special-file pipe", "symbolic-link turns"]
    );
}

#[test]
fn what_a_sparse_checkout_leaves_out_is_scanned_too() {
    let repo = Repo::new();
    repo.write("in/f", "1");
    repo.write("out/f", format!("token = \"{}\"\n", Values::new(1).github_token()));
    repo.commit("one");
    repo.git(["sparse-checkout", "set", "--cone", "--sparse-index", "in"]);
    assert!(!repo.path("out").exists());
    let run = || repo.leaklint().args(["hook", "run", "pre-commit"]);
    let findings = run().env("PRE_COMMIT", "1").findings();
    assert_eq!(findings.iter().map(|finding| finding.path.as_str()).collect::<Vec<_>>(), ["out/f"]);
    assert_eq!(run().findings().len(), 0, "without the framework a hook is about the index");
    let committing = run().env("PRE_COMMIT", "1").env("GIT_INDEX_FILE", ".git/index");
    assert_eq!(committing.findings().len(), 0, "an empty commit adds nothing");
}
