//! Repositories that libgit2 refuses, in whole or in their index: the git program must list the same, and must not be
//! led to run anything.

mod common;

use common::{Repo, index, staged, staged_content, text};
use leaklint::source::Source;
use leaklint::source::files::PathFilter;
use leaklint::source::repository::{GitEnv, Repo as Opened};

/// The listing of the same change in a repository that libgit2 refuses: the git program must say the same.
fn through_git(prepare: &[&[&str]], init: &[&str]) {
    let repo = Repo::plain();
    repo.git([&["init", "--quiet", "--initial-branch=main"], init].concat());
    repo.write("base", text(0, 20));
    repo.write("old", text(20, 40));
    repo.write("gone", "gone\n");
    repo.commit("one");
    prepare.iter().for_each(|arguments| _ = repo.git(*arguments));
    repo.write("base", format!("{}more\n", text(0, 20)));
    repo.git(["mv", "old", "dir ä"]);
    repo.git(["rm", "-q", "gone"]);
    repo.write("new", "new\n");
    repo.git(["add", "base", "new"]);
    repo.write("announced", "x\n");
    repo.git(["add", "--intent-to-add", "announced"]);
    assert_eq!(staged(&repo), ["base: [(21, 21)]", "new: all"]);
    assert_eq!(staged_content(&repo, 1), b"new\n");
    let opened = Opened::open(repo.dir(), GitEnv::default()).expect("the repository opens");
    assert_eq!(opened.read_index_file("new").expect("readable"), Some(b"new\n".to_vec()));
    assert_eq!(opened.read_commit_file("HEAD", "gone").expect("readable"), Some(b"gone\n".to_vec()));
    assert_eq!(opened.read_commit_file("HEAD", "new").expect("readable"), None);
}

#[test]
fn a_plain_index_is_read() {
    through_git(&[], &[]);
}

#[test]
fn a_split_index_is_read() {
    through_git(&[&["update-index", "--split-index"]], &[]);
}

#[test]
fn a_sparse_index_is_read() {
    let repo = Repo::new();
    repo.write("in/f", "1\n");
    repo.write("out/deep/f", "2\n");
    repo.commit("one");
    repo.git(["sparse-checkout", "set", "--cone", "--sparse-index", "in"]);
    repo.write("in/f", "1\n2\n");
    repo.write("in/g", "1\n");
    repo.git(["add", "in"]);
    assert!(repo.git(["ls-files", "--sparse"]).lines().any(|line| line == "out/"), "the index is sparse");
    assert_eq!(staged(&repo), ["in/f: [(2, 2)]", "in/g: all"]);
}

#[test]
fn an_index_without_a_checksum_is_read() {
    let repo = Repo::new();
    repo.write("a", "1\n");
    repo.add_all();
    // What index.skipHash (git 2.40) writes: zeros in place of the checksum.
    let mut index = repo.read(".git/index");
    let checksum = index.len() - 20;
    index[checksum..].fill(0);
    std::fs::write(repo.path(".git/index"), index).expect("written");
    assert_eq!(staged(&repo), ["a: all"]);
}

#[test]
fn a_version_4_index_is_read() {
    through_git(&[&["update-index", "--index-version=4"]], &[]);
}

#[test]
fn a_sha256_repository_is_read() {
    through_git(&[], &["--object-format=sha256"]);
}

#[test]
fn a_first_commit_in_a_sha256_repository_counts_in_full() {
    let repo = Repo::plain();
    repo.git(["init", "--quiet", "--object-format=sha256"]);
    repo.write("a", "1\n");
    repo.add_all();
    assert_eq!(staged(&repo), ["a: all"]);
}

#[test]
fn a_partial_clone_is_read() {
    through_git(
        &[
            &["config", "core.repositoryFormatVersion", "1"],
            &["config", "extensions.partialClone", "origin"],
            &["config", "remote.origin.url", "https://example.invalid/x.git"],
        ],
        &[],
    );
}

#[test]
fn a_conflict_in_a_split_index_is_looked_at_from_both_sides() {
    let repo = Repo::new();
    repo.write("f", "one\n");
    repo.commit("base");
    repo.write("f", "one\npicked\n");
    let picked = repo.commit("picked");
    repo.git(["reset", "-q", "--hard", "HEAD^"]);
    repo.write("f", "one\nours\n");
    repo.commit("ours");
    repo.git(["update-index", "--split-index"]);
    let pick = repo.git_command(["cherry-pick", &picked]).output().expect("git runs");
    assert!(!pick.status.success(), "the pick conflicts");
    assert_eq!(staged(&repo), ["f: [(2, 2)]"]);
}

/// A script that leaves a mark, for settings that name programs.
#[cfg(unix)]
fn trap(repo: &Repo) -> (std::path::PathBuf, std::path::PathBuf) {
    use std::os::unix::fs::PermissionsExt;
    let (script, mark) = (repo.beside().join("trap.sh"), repo.beside().join("mark"));
    std::fs::write(&script, format!("#!/bin/sh\ntouch '{}'\nexit 1\n", mark.display())).expect("written");
    std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o755)).expect("made executable");
    (script, mark)
}

#[cfg(unix)]
#[test]
fn a_missing_blob_of_a_partial_clone_is_a_problem_and_nothing_is_fetched() {
    for url in ["ssh://host.invalid/x", "ext::TRAP", "TRAP", "file:///nowhere"] {
        let repo = Repo::new();
        repo.write("a", "1\n");
        repo.commit("one");
        repo.write("b", "lost\n");
        repo.add_all();
        let (script, mark) = trap(&repo);
        let script = script.display().to_string();
        let settings = [
            ("core.repositoryFormatVersion", "1"),
            ("extensions.partialClone", "origin"),
            ("remote.origin.promisor", "true"),
            ("remote.origin.url", &url.replace("TRAP", &script)),
            ("remote.origin.uploadpack", &script),
            ("core.sshCommand", &script),
            ("protocol.allow", "always"),
            ("protocol.ext.allow", "always"),
        ];
        settings.iter().for_each(|(name, value)| _ = repo.git(["config", name, value]));
        let blob = repo.git(["rev-parse", ":b"]);
        std::fs::remove_file(repo.path(&format!(".git/objects/{}/{}", &blob[..2], &blob[2..])))
            .expect("removed");
        let source = index(repo.dir(), PathFilter::default());
        let listing = source.list().expect("the index is listed");
        let problem = source.open(&listing.items[0].content).err().expect("the blob is gone");
        assert_eq!(problem.kind, "missing-object", "{url}");
        assert!(!mark.exists(), "{url}: a program of the repository was run");
    }
}

#[cfg(unix)]
#[test]
fn no_setting_of_the_repository_runs_a_program() {
    let repo = Repo::new();
    repo.write("f.x", "one\n");
    repo.commit("one");
    repo.git(["update-index", "--split-index"]);
    repo.write("f.x", "one\ntwo\n");
    repo.add_all();
    let (script, mark) = trap(&repo);
    repo.write(".gitattributes", "* diff=mine filter=mine merge=mine\n");
    repo.write(".git/info/attributes", "* diff=mine filter=mine merge=mine\n");
    std::fs::create_dir(repo.beside().join("hooks")).expect("a directory");
    let hooks = repo.beside().join("hooks");
    for hook in ["post-index-change", "fsmonitor-watchman", "pre-commit", "reference-transaction"] {
        std::fs::copy(&script, hooks.join(hook)).expect("copied");
    }
    let script = script.display().to_string();
    let names = [
        "core.fsmonitor",
        "core.sshCommand",
        "core.pager",
        "core.editor",
        "core.askPass",
        "core.gitProxy",
        "diff.external",
        "diff.mine.command",
        "diff.mine.textconv",
        "filter.mine.clean",
        "filter.mine.smudge",
        "filter.mine.process",
        "merge.mine.driver",
        "gpg.program",
        "credential.helper",
        "alias.ls-files",
        "alias.diff-index",
        "pager.diff-index",
        "core.alternateRefsCommand",
        "uploadpack.packObjectsHook",
    ];
    for name in names {
        let value = if name.starts_with("alias.") { format!("!{script}") } else { script.clone() };
        repo.git(["config", name, &value]);
    }
    repo.git(["config".as_ref(), "core.hooksPath".as_ref(), hooks.as_os_str()]);
    assert!(!mark.exists(), "the test itself must not spring the trap");
    assert_eq!(staged(&repo), ["f.x: [(2, 2)]"]);
    assert!(!mark.exists(), "a program of the repository was run");
    repo.git_command(["status"]).output().expect("git runs");
    assert!(mark.exists(), "the trap works");
}

#[test]
fn a_reftable_repository_is_read() {
    let repo = Repo::plain();
    let init = repo.git_command(["init", "-q", "--ref-format=reftable"]).output().expect("git runs");
    if init.status.success() {
        through_git(&[], &["--ref-format=reftable"]);
    } else {
        common::note("a_reftable_repository_is_read: not run: this git is older than 2.45");
    }
}

#[cfg(unix)]
#[test]
fn a_repository_of_another_user_is_refused_until_the_user_says_otherwise() {
    use std::os::unix::fs::{MetadataExt, chown};
    for prepare in [&[][..], &["config", "extensions.partialClone", "origin"][..]] {
        let repo = Repo::new();
        repo.write("a", "1\n");
        repo.add_all();
        repo.git(["config", "core.repositoryFormatVersion", "1"]);
        if !prepare.is_empty() {
            repo.git(prepare);
        }
        if std::fs::metadata(repo.dir()).expect("it is there").uid() != 0 {
            common::note("a repository of another user: not run: only root can make one");
            return;
        }
        for path in [repo.dir().to_owned(), repo.path(".git"), repo.path(".git/config")] {
            chown(path, Some(12_345), None).expect("root may");
        }
        let outcome = repo.leaklint().arg("staged").run().expect(2);
        assert!(outcome.err().contains("safe.directory"), "{outcome}");
        let trusting = repo.leaklint().arg("staged");
        let trust = format!("[safe]\n\tdirectory = {}\n", repo.dir().display());
        std::fs::write(trusting.home().join(".gitconfig"), trust).expect("written");
        trusting.run().expect(0);
    }
}
