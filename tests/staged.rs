//! What `leaklint staged` looks at: the index, in every state that git leaves it in.
//!
//! Listings are asked of the library, because they say which lines count; findings are asked of the binary.

mod common;

use std::sync::Arc;

use common::Repo;
use leaklint::blob::Content;
use leaklint::source::files::PathFilter;
use leaklint::source::index::IndexSource;
use leaklint::source::repository::{GitEnv, Repo as Opened};
use leaklint::source::{self, Listing, Source};

/// What is staged: a line per item (`path: added lines`), then the gaps and problems.
fn staged(repo: &Repo) -> Vec<String> {
    staged_with(repo, PathFilter::default())
}

fn staged_with(repo: &Repo, filter: PathFilter) -> Vec<String> {
    let opened = Opened::open(repo.dir(), GitEnv::default()).expect("the repository opens");
    let source = IndexSource::new(Arc::new(opened), filter);
    shown(&source.list().expect("the index is listed"), &source)
}

fn shown(listing: &Listing, source: &dyn Source) -> Vec<String> {
    let mut lines = Vec::new();
    for item in &listing.items {
        assert_eq!(item.origins.len(), 1);
        assert!(matches!(source.open(&item.content), Ok(source::Opened::Bytes(_))), "the blob is there");
        let added = item.added.as_ref().map(|added| added.lines.clone());
        let added = added.map_or("all".to_owned(), |lines| format!("{lines:?}"));
        lines.push(format!("{}: {added}", item.origins[0].path.text()));
    }
    let path =
        |path: &Option<leaklint::blob::BlobPath>| path.as_ref().map(|path| path.text()).unwrap_or_default();
    lines.extend(listing.gaps.iter().map(|gap| format!("{} {}", gap.kind.word(), path(&gap.path))));
    lines.extend(listing.problems.iter().map(|problem| format!("{} {}", problem.kind, path(&problem.path))));
    lines
}

fn content(repo: &Repo, at: usize) -> Vec<u8> {
    let opened = Opened::open(repo.dir(), GitEnv::default()).expect("the repository opens");
    let source = IndexSource::new(Arc::new(opened), PathFilter::default());
    let listing = source.list().expect("the index is listed");
    read(&source, &listing.items[at].content)
}

fn read(source: &dyn Source, content: &Content) -> Vec<u8> {
    match source.open(content) {
        Ok(source::Opened::Bytes(bytes)) => bytes,
        Ok(source::Opened::Stream(mut reader)) => {
            let mut bytes = Vec::new();
            reader.read_to_end(&mut bytes).expect("the blob is read");
            bytes
        }
        Err(problem) => panic!("{}", problem.message),
    }
}

fn text(from: u32, to: u32) -> String {
    (from..to).map(|number| format!("line number {number}\n")).collect()
}

#[test]
fn a_first_commit_counts_in_full() {
    let repo = Repo::new();
    assert_eq!(staged(&repo), [""; 0]);
    repo.write("a", "1\n");
    repo.write("d/b", "2\n");
    repo.add_all();
    assert_eq!(staged(&repo), ["a: all", "d/b: all"]);
}

#[test]
fn content_comes_from_the_index_and_not_from_the_working_tree() {
    let repo = Repo::new();
    repo.write("a", "staged\n");
    repo.add_all();
    repo.write("a", "unstaged\n");
    repo.write("b", "untracked\n");
    assert_eq!(staged(&repo), ["a: all"]);
    assert_eq!(content(&repo, 0), b"staged\n");
}

#[test]
fn added_and_changed_lines_count() {
    let repo = Repo::new();
    repo.write("a", text(0, 5));
    repo.write("same", "same\n");
    repo.commit("one");
    repo.write("a", format!("new\n{}changed\n{}", text(0, 2), text(3, 5)));
    repo.add_all();
    assert_eq!(staged(&repo), ["a: [(1, 1), (4, 4)]"]);
}

#[test]
fn what_is_deleted_or_changes_its_mode_only_adds_nothing() {
    let repo = Repo::new();
    repo.write("gone", "1\n");
    repo.write("run", "2\n");
    repo.write("less", "3\n4\n");
    repo.commit("one");
    repo.git(["rm", "-q", "gone"]);
    repo.git(["update-index", "--chmod=+x", "run"]);
    repo.write("less", "4\n");
    repo.git(["add", "less"]);
    assert_eq!(staged(&repo), ["less: []"], "a removed line may have suppressed something");
}

#[test]
fn a_rename_adds_its_edits_only() {
    let repo = Repo::new();
    repo.write("old", text(0, 20));
    repo.write("moved", "as it was\n");
    repo.commit("one");
    repo.git(["mv", "old", "new"]);
    repo.git(["mv", "moved", "elsewhere"]);
    repo.write("new", format!("{}added\n{}", text(0, 7), text(7, 20)));
    repo.add_all();
    assert_eq!(staged(&repo), ["new: [(8, 8)]"]);
}

#[test]
fn a_copy_counts_in_full() {
    let repo = Repo::new();
    repo.write("one", text(0, 20));
    repo.commit("one");
    repo.write("two", text(0, 20));
    repo.add_all();
    assert_eq!(staged(&repo), ["two: all"]);
}

#[test]
fn no_attribute_hides_a_line() {
    let repo = Repo::new();
    repo.write(".gitattributes", "* -diff -text\n*.bin binary\n*.x diff=mine filter=mine\n");
    repo.git(["config", "diff.mine.textconv", "false"]);
    repo.git(["config", "diff.mine.binary", "true"]);
    for name in ["a.txt", "b.bin", "c.x"] {
        repo.write(name, "one\n");
    }
    repo.git(["config", "filter.mine.clean", "cat"]);
    repo.commit("one");
    repo.git(["config", "filter.mine.smudge", "false"]);
    for name in ["a.txt", "b.bin", "c.x"] {
        repo.write(name, "one\ntwo\n");
    }
    repo.add_all();
    assert_eq!(staged(&repo), ["a.txt: [(2, 2)]", "b.bin: [(2, 2)]", "c.x: [(2, 2)]"]);
}

#[test]
fn a_binary_file_counts_in_full() {
    let repo = Repo::new();
    repo.write("blob", b"\x01\0\x02\0one");
    repo.commit("one");
    repo.write("blob", b"\x01\0\x02\0two");
    repo.add_all();
    assert_eq!(staged(&repo), ["blob: all"]);
}

#[cfg(unix)]
#[test]
fn links_and_submodules_are_gaps_and_a_link_that_becomes_a_file_is_new() {
    let repo = Repo::new();
    std::os::unix::fs::symlink("target", repo.path("link")).expect("a link");
    std::os::unix::fs::symlink("target", repo.path("turns")).expect("a link");
    repo.commit("one");
    std::fs::remove_file(repo.path("link")).expect("removed");
    std::os::unix::fs::symlink("other", repo.path("link")).expect("a link");
    std::fs::remove_file(repo.path("turns")).expect("removed");
    repo.write("turns", "target");
    repo.add_all();
    let commit = repo.git(["rev-parse", "HEAD"]);
    repo.git(["update-index", "--add", "--cacheinfo", &format!("160000,{commit},module")]);
    assert_eq!(staged(&repo), ["turns: all", "symbolic-link link", "submodule module"]);
}

#[cfg(unix)]
#[test]
fn names_are_bytes() {
    use std::os::unix::ffi::OsStrExt;
    let repo = Repo::new();
    let names: [&[u8]; 6] =
        [b"a b", b"say \"hi\"", b"new\nline", "größe".as_bytes(), b"\xff\xfe", b"-x\t:!*"];
    for name in names {
        repo.write(std::ffi::OsStr::from_bytes(name), "1\n");
    }
    repo.add_all();
    let expected =
        ["-x\t:!*: all", "a b: all", "größe: all", "new\nline: all", "say \"hi\": all", "\\xff\\xfe: all"];
    let mut found = staged(&repo);
    found.sort();
    let mut expected = expected.map(str::to_owned).to_vec();
    expected.sort();
    assert_eq!(found, expected);
}

#[test]
fn what_is_announced_but_not_added_is_not_staged() {
    let repo = Repo::new();
    repo.write("real", "1\n");
    repo.write("announced", "2\n");
    repo.git(["add", "real"]);
    repo.git(["add", "--intent-to-add", "announced"]);
    assert_eq!(staged(&repo), ["real: all"]);
}

#[test]
fn a_merge_in_progress_adds_what_is_in_no_parent() {
    let repo = Repo::new();
    repo.write("f", "one\ntwo\nthree\n");
    repo.commit("base");
    repo.git(["switch", "-q", "-c", "theirs"]);
    repo.write("f", "one\ntwo theirs\nthree\n");
    repo.write("theirs", "new there\n");
    repo.commit("theirs");
    repo.git(["switch", "-q", "main"]);
    repo.write("f", "one\ntwo ours\nthree\n");
    repo.commit("ours");
    let merge = repo.git_command(["merge", "-q", "theirs"]).output().expect("git runs");
    assert!(!merge.status.success(), "the merge conflicts");
    assert_eq!(staged(&repo), [""; 0], "both sides of the conflict are in a parent");
    repo.write("f", "one\ntwo ours\ntwo theirs\nresolved\nthree\n");
    repo.add_all();
    assert_eq!(staged(&repo), ["f: [(4, 4)]"]);
}

#[test]
fn both_sides_of_a_conflict_that_is_no_merge_are_looked_at() {
    let repo = Repo::new();
    repo.write("f", "one\n");
    repo.commit("base");
    repo.write("f", "one\npicked\n");
    let picked = repo.commit("picked");
    repo.git(["reset", "-q", "--hard", "HEAD^"]);
    repo.write("f", "one\nours\n");
    repo.commit("ours");
    let pick = repo.git_command(["cherry-pick", &picked]).output().expect("git runs");
    assert!(!pick.status.success(), "the pick conflicts");
    assert_eq!(staged(&repo), ["f: [(2, 2)]"]);
    assert_eq!(content(&repo, 0), b"one\npicked\n");
}

#[test]
fn excluded_paths_are_gaps() {
    let repo = Repo::new();
    repo.write("vendor/a", "1\n");
    repo.write("src/a", "1\n");
    repo.add_all();
    let filter = PathFilter::new(&["vendor/".to_owned()], &[]).expect("a filter");
    assert_eq!(staged_with(&repo, filter), ["src/a: all", "excluded vendor/a"]);
}

#[test]
fn a_linked_working_tree_has_its_own_index() {
    let repo = Repo::new();
    repo.write("f", "one\n");
    repo.commit("one");
    let linked = repo.beside().join("linked");
    repo.git(["worktree".as_ref(), "add".as_ref(), "-q".as_ref(), linked.as_os_str()]);
    std::fs::write(linked.join("g"), "two\n").expect("written");
    repo.git(["-C".as_ref(), linked.as_os_str(), "add".as_ref(), "g".as_ref()]);
    assert_eq!(staged(&repo), [""; 0]);
    let opened = Opened::open(&linked, GitEnv::default()).expect("the working tree opens");
    assert_eq!(opened.workdir().map(|path| path.canonicalize().ok()), Some(linked.canonicalize().ok()));
    let source = IndexSource::new(Arc::new(opened), PathFilter::default());
    assert_eq!(shown(&source.list().expect("listed"), &source), ["g: all"]);
}

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
    assert_eq!(content(&repo, 1), b"new\n");
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
        let opened = Opened::open(repo.dir(), GitEnv::default()).expect("the repository opens");
        let source = IndexSource::new(Arc::new(opened), PathFilter::default());
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

#[test]
fn a_broken_index_is_an_error() {
    let repo = Repo::new();
    repo.write("a", "1\n");
    repo.add_all();
    std::fs::write(repo.path(".git/index"), "DIRC no index").expect("written");
    let opened = Opened::open(repo.dir(), GitEnv::default()).expect("the repository opens");
    assert!(IndexSource::new(Arc::new(opened), PathFilter::default()).list().is_err());
}
