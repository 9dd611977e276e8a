//! What `leaklint history` looks at: every blob that any ref reaches, once, with every path and since when.

mod common;

use std::path::Path;
use std::sync::Arc;

use common::Repo;
use leaklint::blob::Part;
use leaklint::source::files::PathFilter;
use leaklint::source::history::{HistoryOptions, HistorySource};
use leaklint::source::repository::{GitEnv, Repo as Opened};
use leaklint::source::{Listing, Opened as Content, Source};

fn source(path: &Path) -> HistorySource {
    let opened = Opened::open(path, GitEnv::default()).expect("the repository opens");
    HistorySource::new(Arc::new(opened), &PathFilter::default(), &HistoryOptions::default())
        .expect("no globs")
}

fn listing(path: &Path) -> Listing {
    files(&source(path))
}

/// What a history lists, without messages, logs and settings.
fn files(source: &HistorySource) -> Listing {
    let mut listing = source.list().expect("the history is listed");
    let stocked =
        source.stocks().into_iter().flat_map(|stock| (0..stock.count()).map(|number| stock.item(number)));
    listing.items.extend(stocked);
    listing.items.retain(|item| item.origins[0].part == Part::File);
    listing.items.sort_by(|one, other| one.origins.cmp(&other.origins));
    listing
}

/// A line per item: `path @ subject of its first commit, …`.
fn listed(repo: &Repo) -> Vec<String> {
    let listing = listing(repo.dir());
    assert!(listing.problems.is_empty());
    let place = |origin: &leaklint::blob::Origin| match &origin.commit {
        Some(commit) => {
            format!("{} @ {}", origin.path.text(), repo.git(["log", "-1", "--format=%s", &commit.id]))
        }
        None => origin.path.text(),
    };
    let line = |item: &leaklint::blob::Item| item.origins.iter().map(place).collect::<Vec<_>>().join(", ");
    listing.items.iter().map(line).collect()
}

/// A commit at this second, so that the order of commits is not the order of making them.
fn commit_at(repo: &Repo, seconds: u64, message: &str) {
    repo.add_all();
    let mut command = repo.git_command(["commit", "-q", "--allow-empty", "-m", message]);
    let date = format!("@{seconds} +0000");
    let done =
        command.env("GIT_COMMITTER_DATE", &date).env("GIT_AUTHOR_DATE", &date).status().expect("git runs");
    assert!(done.success());
}

#[test]
fn every_blob_appears_once_with_the_first_commit_of_each_path() {
    let repo = Repo::new();
    repo.write("a", "1\n");
    repo.commit("first");
    repo.write("a", "2\n");
    repo.write("d/copy", "1\n");
    repo.commit("second");
    repo.write("a", "1\n");
    repo.commit("third");
    assert_eq!(listed(&repo), ["a @ first, d/copy @ second", "a @ second"]);
}

#[test]
fn the_oldest_commit_is_the_first_one_whatever_branch_it_is_on() {
    let repo = Repo::new();
    commit_at(&repo, 1000, "root");
    repo.git(["switch", "-q", "-c", "aaa"]);
    repo.write("f", "same\n");
    commit_at(&repo, 3000, "late");
    repo.git(["switch", "-q", "-c", "zzz", "main"]);
    repo.write("f", "same\n");
    commit_at(&repo, 2000, "early");
    assert_eq!(listed(&repo), ["f @ early"]);
    repo.git(["branch", "-q", "-m", "aaa", "zzzz"]);
    assert_eq!(listed(&repo), ["f @ early"]);
}

#[test]
fn every_kind_of_ref_is_followed() {
    let repo = Repo::new();
    repo.write("base", "base\n");
    repo.commit("base");
    let side = |name: &str| {
        repo.git(["switch", "-q", "--detach", "main"]);
        repo.write(name, name);
        repo.commit(name)
    };
    let (light, annotated, remote, other) = (side("light"), side("annotated"), side("remote"), side("other"));
    repo.git(["tag", "light", &light]);
    repo.git(["tag", "-m", "message", "annotated", &annotated]);
    repo.git(["tag", "-m", "tag of a tag", "nested", "annotated"]);
    repo.git(["update-ref", "refs/remotes/origin/x", &remote]);
    repo.git(["update-ref", "refs/pull/1/head", &other]);
    repo.git(["switch", "-q", "main"]);
    repo.git(["notes", "add", "-m", "a note", "HEAD"]);
    for name in ["stash one", "stash two"] {
        repo.write("base", name);
        repo.git(["stash", "-q"]);
    }
    repo.write("loose", "tagged blob\n");
    repo.git(["tag", "blob", &repo.git(["hash-object", "-w", "loose"])]);
    std::fs::remove_file(repo.path("loose")).expect("removed");
    let linked = repo.beside().join("linked");
    repo.git(["worktree".as_ref(), "add".as_ref(), "-q".as_ref(), "--detach".as_ref(), linked.as_os_str()]);
    std::fs::write(linked.join("linked"), "linked\n").expect("written");
    repo.git(["-C".as_ref(), linked.as_os_str(), "add".as_ref(), "linked".as_ref()]);
    repo.git(["-C".as_ref(), linked.as_os_str(), "commit".as_ref(), "-qm".as_ref(), "linked".as_ref()]);
    let detached = side("detached");
    repo.git(["switch", "-q", "--detach", &detached]);
    let found = listed(&repo);
    let has = |path: &str| found.iter().any(|line| line.split([' ', ',']).any(|word| word == path));
    for path in ["base", "light", "annotated", "remote", "other", "linked", "detached", "refs/tags/blob"] {
        assert!(has(path), "{path} in {found:?}");
    }
    assert_eq!(
        found.iter().filter(|line| line.starts_with("base @")).count(),
        3,
        "both stashes in {found:?}"
    );
    let note = repo.git(["rev-parse", "HEAD~1"]);
    assert!(has(&note), "the note on {note} in {found:?}");
}

#[test]
fn a_bare_repository_has_a_history_too() {
    let repo = Repo::new();
    repo.write("f", "one\n");
    repo.commit("one");
    let bare = repo.beside().join("bare.git");
    repo.git(["clone".as_ref(), "-q".as_ref(), "--bare".as_ref(), ".".as_ref(), bare.as_os_str()]);
    let source = source(&bare);
    let listing = files(&source);
    assert_eq!(listing.items.len(), 1);
    assert!(matches!(source.open(&listing.items[0].content), Ok(Content::Bytes(bytes)) if bytes == b"one\n"));
    let opened = Opened::open(&bare, GitEnv::default()).expect("the repository opens");
    assert_eq!(opened.workdir(), None);
}

#[test]
fn an_empty_repository_has_an_empty_history() {
    assert_eq!(listed(&Repo::new()), [""; 0]);
}

#[test]
fn a_shallow_boundary_is_a_gap_and_its_commit_is_listed() {
    let repo = Repo::new();
    for number in 0..3 {
        repo.write("f", format!("{number}\n"));
        repo.commit(&number.to_string());
    }
    let clone = repo.beside().join("clone");
    let url = format!("file://{}", repo.dir().display());
    repo.git(["clone".as_ref(), "-q".as_ref(), "--depth=2".as_ref(), url.as_ref(), clone.as_os_str()]);
    let listing = listing(&clone);
    assert_eq!(listing.items.len(), 2);
    assert_eq!(listing.gaps.iter().map(|gap| gap.kind.word()).collect::<Vec<_>>(), ["shallow"]);
    assert!(listing.problems.is_empty());
}

fn object(repo: &Repo, id: &str) -> std::path::PathBuf {
    repo.path(&format!(".git/objects/{}/{}", &id[..2], &id[2..]))
}

fn kinds(listing: &Listing) -> Vec<&str> {
    listing.problems.iter().map(|problem| problem.kind).collect()
}

#[test]
fn missing_and_corrupt_objects_are_problems_and_the_rest_is_listed() {
    let repo = Repo::new();
    repo.write("d/lost", "1\n");
    repo.write("kept", "2\n");
    repo.commit("one");
    repo.write("kept", "3\n");
    repo.commit("two");
    let tree = repo.git(["rev-parse", "HEAD:d"]);
    std::fs::remove_file(object(&repo, &tree)).expect("removed");
    let found = listing(repo.dir());
    assert_eq!(kinds(&found), ["missing-object"]);
    assert_eq!(found.problems[0].path.as_ref().map(|path| path.text()).as_deref(), Some("d"));
    assert_eq!(found.items.len(), 3, "the index still names the file in the lost tree");
    let root = object(&repo, &repo.git(["rev-parse", "HEAD~1^{tree}"]));
    std::fs::remove_file(&root).expect("removed");
    std::fs::write(&root, b"no zlib stream").expect("written");
    assert_eq!(kinds(&listing(repo.dir())), ["corrupt-object", "missing-object"]);
    std::fs::remove_file(object(&repo, &repo.git(["rev-parse", "HEAD~1"]))).expect("removed");
    let found = listing(repo.dir());
    assert_eq!(kinds(&found), ["missing-object", "missing-object"], "a commit and a tree");
    assert_eq!(found.items.len(), 2);
}

#[test]
fn a_missing_blob_is_a_problem_when_it_is_opened() {
    let repo = Repo::new();
    repo.write("f", "one\n");
    repo.commit("one");
    std::fs::remove_file(object(&repo, &repo.git(["rev-parse", "HEAD:f"]))).expect("removed");
    let source = source(repo.dir());
    let listing = files(&source);
    let problem = source.open(&listing.items[0].content).err().expect("the blob is gone");
    assert_eq!(problem.kind, "missing-object");
}

#[test]
fn broken_encodings_and_malformed_objects_never_panic() {
    let repo = Repo::new();
    repo.write("f", "one\n");
    repo.commit("one");
    let tree = repo.git(["rev-parse", "HEAD^{tree}"]);
    let odd: [&[u8]; 5] = [
        b"author \xff <\xfe\ncommitter\n\n",
        b"author A <a> -99999999999999999999 +999999\ncommitter C <c> 9223372036854775807 -9999\n\n\xff",
        b"encoding \xff\nauthor \x1b[31m <> 0 x\n",
        b"parent zz\n\n",
        b"",
    ];
    for (number, rest) in odd.iter().enumerate() {
        repo.write("raw", [b"tree ", tree.as_bytes(), b"\n", *rest].concat());
        let id = repo.git(["hash-object", "-t", "commit", "-w", "--literally", "raw"]);
        std::fs::create_dir_all(repo.path(".git/refs/odd")).expect("a directory");
        std::fs::write(repo.path(&format!(".git/refs/odd/{number}")), format!("{id}\n")).expect("written");
    }
    repo.write("raw", b"100644 no end");
    let tree = repo.git(["hash-object", "-t", "tree", "-w", "--literally", "raw"]);
    std::fs::write(repo.path(".git/refs/odd/tree"), format!("{tree}\n")).expect("written");
    let listing = listing(repo.dir());
    assert_eq!(
        kinds(&listing),
        ["corrupt-object", "corrupt-object"],
        "a parent that is no id, a tree without an end"
    );
    assert_eq!(listing.items.len(), 1);
}

#[test]
fn a_tree_of_repeated_trees_ends_in_a_problem() {
    let repo = Repo::new();
    let mut tree = {
        repo.write("leaf", "leaf\n");
        let blob = repo.git(["hash-object", "-w", "leaf"]);
        mktree(&repo, &format!("100644 blob {blob}\tleaf\n"))
    };
    for _ in 0..12 {
        tree =
            mktree(&repo, &(0..10).map(|name| format!("040000 tree {tree}\t{name}\n")).collect::<String>());
    }
    let commit = repo.git(["commit-tree", "-m", "bomb", &tree]);
    repo.git(["update-ref", "refs/heads/bomb", &commit]);
    let listing = listing(repo.dir());
    assert_eq!(kinds(&listing), ["capped"]);
    assert_eq!(listing.items.len(), 1);
}

fn mktree(repo: &Repo, text: &str) -> String {
    repo.write("tree", text);
    let mut command = repo.git_command(["mktree"]);
    let input = std::fs::File::open(repo.path("tree")).expect("opened");
    let output = command.stdin(input).output().expect("git runs");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

#[test]
fn tags_that_only_a_fetch_left_are_followed_like_others() {
    let repo = Repo::new();
    repo.write("x", "1\n");
    repo.commit("one");
    repo.write("x", "2\n");
    repo.commit("two");
    repo.git(["tag", "-a", "-m", "of the tag", "v1"]);
    let tag = repo.git(["rev-parse", "v1"]);
    repo.git(["tag", "-d", "v1"]);
    repo.git(["reset", "-q", "--hard", "HEAD~1"]);
    std::fs::remove_dir_all(repo.dir().join(".git/logs")).expect("there are logs");
    std::fs::remove_file(repo.dir().join(".git/ORIG_HEAD")).expect("a reset leaves it");
    let fetched = format!("{tag}\tnot-for-merge\ttag 'v1' of elsewhere\n");
    std::fs::write(repo.dir().join(".git/FETCH_HEAD"), fetched).expect("written");
    let listing = listing(repo.dir());
    assert!(listing.problems.is_empty(), "{:?}", kinds(&listing));
    assert_eq!(listing.items.len(), 2, "the version that only the tag leads to");
    let texts = source(repo.dir()).list().expect("it is listed").items;
    assert!(texts.iter().any(|item| item.origins[0].part == Part::TagMessage));
}

#[cfg(unix)]
#[test]
fn links_submodules_and_excluded_paths_are_gaps_once() {
    let repo = Repo::new();
    std::os::unix::fs::symlink("a", repo.path("link")).expect("a link");
    repo.write("vendor/x", "1\n");
    repo.write("x", "1\n");
    let commit = repo.commit("one");
    repo.git(["update-index", "--add", "--cacheinfo", &format!("160000,{commit},module")]);
    repo.git(["commit", "-q", "-m", "two"]);
    let opened = Opened::open(repo.dir(), GitEnv::default()).expect("the repository opens");
    let filter = PathFilter::new(&["vendor/".to_owned()], &[]).expect("a filter");
    let source = HistorySource::new(Arc::new(opened), &filter, &HistoryOptions::default()).expect("no globs");
    let listing = files(&source);
    let gaps: Vec<_> = listing.gaps.iter().map(|gap| gap.kind.word()).collect();
    assert_eq!(gaps, ["submodule", "symbolic-link", "excluded"]);
    assert_eq!(listing.items.len(), 1);
    assert_eq!(listing.items[0].origins.len(), 1);
}

#[test]
fn packed_history_reads_the_same_through_libgit2_and_through_git() {
    let repo = Repo::new();
    for number in 0..20 {
        let text: String = (0..50).map(|line| format!("line {line} of {}\n", number * line)).collect();
        repo.write(format!("d{}/f{}", number % 3, number % 5), text);
        repo.commit(&number.to_string());
    }
    repo.git(["tag", "-m", "message", "tag"]);
    repo.git(["gc", "-q", "--aggressive"]);
    let through_library = listed(&repo);
    assert!(through_library.len() > 15);
    // An extension that libgit2 does not know makes the git program read everything.
    repo.git(["config", "core.repositoryFormatVersion", "1"]);
    repo.git(["config", "extensions.partialClone", "origin"]);
    assert_eq!(listed(&repo), through_library);
    let source = source(repo.dir());
    for item in files(&source).items {
        let leaklint::blob::Content::Object(id) = &item.content else { panic!("an object") };
        let Ok(Content::Bytes(bytes)) = source.open(&item.content) else { panic!("content") };
        let expected = repo.git_command(["cat-file", "blob", id]).output().expect("git runs").stdout;
        assert!(bytes == expected);
    }
}

#[test]
fn a_blob_above_the_limit_is_streamed() {
    let repo = Repo::new();
    let mut big = vec![b'x'; 33 << 20];
    big.extend_from_slice(b"\nend\n");
    repo.write("big", &big);
    repo.commit("big");
    let source = source(repo.dir());
    let listing = files(&source);
    let Ok(Content::Stream(mut reader)) = source.open(&listing.items[0].content) else { panic!("a stream") };
    let mut bytes = Vec::new();
    reader.read_to_end(&mut bytes).expect("the blob is read");
    assert!(bytes == big);
}

#[test]
fn the_command_reports_a_value_once_per_path_with_its_first_commit() {
    let repo = Repo::new();
    let secret = format!("token = \"{}\"\n", common::Values::new(1).github_token());
    repo.write("f", &secret);
    let leak = repo.commit("leak");
    repo.write("f", "clean\n");
    repo.commit("hide");
    let findings = repo.leaklint().arg("history").findings();
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].path, "f");
    assert_eq!(findings[0].commit.as_deref(), Some(leak.as_str()));
    repo.leaklint().arg("scan").run().expect(0);
    let elsewhere = Repo::plain();
    let path = repo.dir().display().to_string();
    let named = elsewhere.leaklint().args(["history", &path]);
    assert_eq!(
        named.env("GIT_DIR", elsewhere.path("nowhere")).findings().len(),
        1,
        "the named repository counts"
    );
    let inherited = elsewhere.leaklint().arg("history").env("GIT_DIR", repo.path(".git")).findings();
    assert_eq!(inherited.len(), 1, "without a name the one that git would use counts");
}

#[test]
fn the_command_fails_on_a_damaged_repository_without_hiding_what_it_found() {
    let repo = Repo::new();
    repo.write("lost", "1\n");
    repo.write("f", format!("token = \"{}\"\n", common::Values::new(1).github_token()));
    repo.commit("one");
    std::fs::remove_file(object(&repo, &repo.git(["rev-parse", "HEAD:lost"]))).expect("removed");
    let outcome = repo.leaklint().args(["history", "--format", "json"]).run().expect(1);
    assert_eq!(outcome.json()["problems"][0]["kind"], "missing-object", "{outcome}");
    repo.leaklint().args(["history", "--require-complete"]).run().expect(2);
    std::fs::remove_file(object(&repo, &repo.git(["rev-parse", "HEAD:f"]))).expect("removed");
    repo.leaklint().arg("history").run().expect(2);
}
