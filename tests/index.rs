//! Which blobs and lines of the index count, in every state that git leaves it in. Asked of the library, because a
//! finding only tells the lines that hold one.

mod common;

use common::{Repo, index, shown, staged, staged_content, text};
use leaklint::source::Source;
use leaklint::source::files::PathFilter;
use leaklint::source::repository::{GitEnv, Repo as Opened};

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
    assert_eq!(staged_content(&repo, 0), b"staged\n");
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
    assert_eq!(staged_content(&repo, 0), b"one\npicked\n");
}

#[test]
fn excluded_paths_are_gaps() {
    let repo = Repo::new();
    repo.write("vendor/a", "1\n");
    repo.write("src/a", "1\n");
    repo.add_all();
    let filter = PathFilter::new(&["vendor/".to_owned()], &[]).expect("a filter");
    let source = index(repo.dir(), filter);
    assert_eq!(shown(&source.list().expect("listed"), &source), ["src/a: all", "excluded vendor/a"]);
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
    let source = index(&linked, PathFilter::default());
    assert_eq!(shown(&source.list().expect("listed"), &source), ["g: all"]);
}

#[test]
fn a_broken_index_is_an_error() {
    let repo = Repo::new();
    repo.write("a", "1\n");
    repo.add_all();
    std::fs::write(repo.path(".git/index"), "DIRC no index").expect("written");
    assert!(index(repo.dir(), PathFilter::default()).list().is_err());
}
