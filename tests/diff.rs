//! What `leaklint diff` looks at: every line that any commit of a range adds.

#[path = "diff/ci.rs"]
mod ci;
mod common;
#[path = "diff/law.rs"]
mod law;

use std::sync::Arc;

use common::Repo;
use leaklint::blob::Part;
use leaklint::error::Error;
use leaklint::source::ends::{Ends, Range};
use leaklint::source::files::PathFilter;
use leaklint::source::range::RangeSource;
use leaklint::source::repository::{GitEnv, Repo as Opened};
use leaklint::source::{Listing, Source};

fn open(path: &std::path::Path) -> Arc<Opened> {
    Arc::new(Opened::open(path, GitEnv::default()).expect("the repository opens"))
}

fn listing(repo: &Repo, range: &str) -> Result<Listing, Error> {
    list(open(repo.dir()), &Range::parse(range)?)
}

/// What a range adds to files.
fn list(repo: Arc<Opened>, range: &Range) -> Result<Listing, Error> {
    let ends = Ends::written(&repo, range)?;
    let mut listing = RangeSource::new(repo, ends, PathFilter::default()).list()?;
    listing.items.retain(|item| item.origins[0].part == Part::File);
    Ok(listing)
}

/// A line per item: `path: added lines @ the subjects of its commits`.
fn listed(repo: &Repo, range: &str) -> Vec<String> {
    let listing = listing(repo, range).expect("the range is listed");
    assert!(listing.problems.is_empty());
    let mut lines = Vec::new();
    for item in &listing.items {
        let added = item.added.as_ref().map(|added| added.lines.clone());
        let added = added.map_or("all".to_owned(), |lines| format!("{lines:?}"));
        let places = item.origins.iter().map(|origin| {
            let commit = origin.commit.as_ref().expect("an item of a range has a commit");
            assert_eq!(commit.author, "Ada Example <ada@example.org>");
            assert_eq!(commit.date, "2026-03-04T05:06:07+01:00");
            format!("{} @ {}", origin.path.text(), repo.git(["log", "-1", "--format=%s", &commit.id]))
        });
        lines.push(format!("{}: {added}", places.collect::<Vec<_>>().join(", ")));
    }
    lines.extend(listing.gaps.iter().map(|gap| gap.kind.word().to_owned()));
    lines
}

fn help(error: &Error) -> String {
    use miette::Diagnostic;
    error.help().map(|help| help.to_string()).unwrap_or_default()
}

#[test]
fn a_line_that_is_added_and_removed_within_the_range_counts() {
    let repo = Repo::new();
    repo.write("f", "one\n");
    repo.commit("base");
    repo.write("f", "one\nsecret\n");
    repo.commit("leak");
    repo.write("f", "one\n");
    repo.commit("hide");
    let mut found = listed(&repo, "HEAD~2..HEAD");
    found.sort();
    assert_eq!(found, ["f @ hide: []", "f @ leak: [(2, 2)]"]);
    assert_eq!(listed(&repo, "HEAD~2"), listed(&repo, "HEAD~2.."));
    assert_eq!(listed(&repo, "HEAD..HEAD"), [""; 0]);
}

#[test]
fn the_same_change_in_several_commits_is_one_item() {
    let repo = Repo::new();
    repo.write("f", "one\n");
    repo.commit("base");
    repo.write("f", "one\ntwo\n");
    repo.commit("first");
    repo.write("f", "one\n");
    repo.commit("back");
    repo.write("f", "one\ntwo\n");
    repo.commit("again");
    let found = listed(&repo, "HEAD~3..HEAD");
    assert_eq!(found.len(), 2);
    let twice = found.iter().find(|line| line.ends_with("[(2, 2)]")).expect("the addition");
    assert!(twice.contains("f @ first") && twice.contains("f @ again"), "{twice}");
}

/// `main` with a branch `topic` that it was merged with; the merge itself adds a line.
fn merged() -> Repo {
    let repo = Repo::new();
    repo.write("f", "one\ntwo\nthree\n");
    repo.commit("base");
    repo.git(["tag", "base"]);
    repo.git(["switch", "-q", "-c", "topic"]);
    repo.write("f", "one\ntwo\nthree\ntopic\n");
    repo.commit("topic");
    repo.git(["switch", "-q", "main"]);
    repo.write("f", "main\none\ntwo\nthree\n");
    repo.write("other", "main only\n");
    repo.commit("main");
    repo.git(["merge", "-q", "--no-commit", "topic"]);
    repo.write("f", "main\none\ntwo\nevil\nthree\ntopic\n");
    repo.commit("merge");
    repo
}

#[test]
fn a_merge_adds_what_is_in_no_parent() {
    let repo = merged();
    let mut found = listed(&repo, "base..main");
    found.sort();
    assert_eq!(
        found,
        ["f @ main: [(1, 1)]", "f @ merge: [(4, 4)]", "f @ topic: [(4, 4)]", "other @ main: all"]
    );
    assert_eq!(listed(&repo, "topic..main").len(), 3);
    assert_eq!(listed(&repo, "main..topic"), [""; 0]);
}

#[test]
fn three_dots_start_where_the_branch_did() {
    let repo = merged();
    repo.git(["switch", "-q", "-c", "later", "topic"]);
    repo.write("g", "new\n");
    repo.commit("later");
    assert_eq!(listed(&repo, "main...later"), ["g @ later: all"]);
    let ends = Ends::written(&open(repo.dir()), &Range::parse("main...later").expect("a range"));
    let ends = ends.expect("both are here");
    assert_eq!(ends.base(), Some(repo.git(["rev-parse", "topic"])));
    assert_eq!(ends.head(), Some(repo.git(["rev-parse", "later"])));
}

#[test]
fn a_range_without_a_base_begins_with_the_first_commit() {
    let repo = Repo::new();
    repo.write("f", "one\n");
    repo.commit("first");
    repo.write("f", "one\ntwo\n");
    repo.commit("second");
    let range = Range { base: None, head: "main".into(), from_merge_base: false };
    assert_eq!(list(open(repo.dir()), &range).expect("listed").items.len(), 2);
    assert_eq!(Ends::written(&open(repo.dir()), &range).expect("it is here").base(), None);
}

#[test]
fn renames_in_a_commit_add_their_edits() {
    let repo = Repo::new();
    let text: String = (0..20).map(|number| format!("line {number}\n")).collect();
    repo.write("old", &text);
    repo.commit("base");
    repo.git(["mv", "old", "new"]);
    repo.write("new", format!("{text}more\n"));
    repo.commit("move");
    repo.git(["mv", "new", "newer"]);
    repo.commit("move again");
    assert_eq!(listed(&repo, "HEAD~2"), ["new @ move: [(21, 21)]"]);
}

#[test]
fn a_name_that_is_no_commit_is_an_error_with_help() {
    let repo = Repo::new();
    repo.write("f", "one\n");
    repo.commit("base");
    let error = listing(&repo, "nowhere\u{1b}[31m..HEAD").err().expect("no such revision");
    assert!(error.to_string().contains("nowhere\\u{1b}[31m"), "{error}");
    assert!(help(&error).contains("fetch-depth: 0"), "{}", help(&error));
    for odd in ["--output=x..HEAD", "-h", "HEAD..--all"] {
        assert!(matches!(listing(&repo, odd).err(), Some(Error::Usage { .. })), "{odd}");
    }
    let zero = format!("{}..HEAD", "0".repeat(40));
    assert!(help(&listing(&repo, &zero).err().expect("no base")).contains("leaklint history"));
    repo.git(["tag", "blob", &repo.git(["rev-parse", "HEAD:f"])]);
    assert!(listing(&repo, "blob").is_err());
}

#[test]
fn a_shallow_clone_without_the_base_is_an_error_that_says_how_to_get_it() {
    let repo = Repo::new();
    for number in 0..4 {
        repo.write("f", format!("{number}\n"));
        repo.commit(&number.to_string());
    }
    let base = repo.git(["rev-parse", "HEAD~3"]);
    let clone = repo.beside().join("clone");
    let url = format!("file://{}", repo.dir().display());
    repo.git(["clone".as_ref(), "-q".as_ref(), "--depth=2".as_ref(), url.as_ref(), clone.as_os_str()]);
    let source = |text: &str| list(open(&clone), &Range::parse(text).expect("a range"));
    let error = source(&base).err().expect("the base is missing");
    assert!(
        help(&error).contains("fetch-depth: 0") && help(&error).contains("GIT_DEPTH: 0"),
        "{}",
        help(&error)
    );
    // A base of its own, fetched alone: the range runs into the boundary.
    repo.git([
        "-C".as_ref(),
        clone.as_os_str(),
        "fetch".as_ref(),
        "-q".as_ref(),
        "--depth=1".as_ref(),
        "origin".as_ref(),
        base.as_ref(),
    ]);
    let error = source(&base).err().expect("the way to the base is missing");
    assert!(help(&error).contains("fetch-depth: 0"), "{error}");
    assert_eq!(source("HEAD~1").expect("this much is here").items.len(), 1);
}

#[test]
fn what_libgit2_refuses_is_listed_by_git() {
    let repo = Repo::plain();
    repo.git(["init", "--quiet", "--object-format=sha256", "--initial-branch=main"]);
    repo.write("f", "one\n");
    repo.commit("base");
    repo.write("f", "one\ntwo\n");
    repo.commit("second");
    repo.git(["switch", "-q", "-c", "side", "HEAD~1"]);
    repo.write("g", "new\n");
    repo.commit("side");
    assert_eq!(listed(&repo, "main~1..main"), ["f @ second: [(2, 2)]"]);
    assert_eq!(listed(&repo, "main...side"), ["g @ side: all"]);
    assert!(listing(&repo, "nowhere").is_err());
}

#[test]
fn a_commit_with_a_broken_encoding_and_a_missing_tree_is_reported() {
    let repo = Repo::new();
    repo.write("f", "one\n");
    repo.commit("base");
    let commit = [
        b"tree ",
        "12".repeat(20).as_bytes(),
        b"\nparent ",
        repo.git(["rev-parse", "HEAD"]).as_bytes(),
        b"\nauthor \xff <\xfe> 1 +0000\ncommitter \xff <\xfe> 99999999999999999999 +0000\n\n\xff",
    ]
    .concat();
    repo.write("raw", &commit);
    let id = repo.git(["hash-object", "-t", "commit", "-w", "--literally", "raw"]);
    let listing = listing(&repo, &format!("HEAD..{id}")).expect("listed");
    assert_eq!(listing.problems.iter().map(|problem| problem.kind).collect::<Vec<_>>(), ["missing-object"]);
}

/// A line that any scan reports, with a new value for each seed.
fn secret(seed: u64) -> String {
    format!("token = \"{}\"\n", common::Values::new(seed).github_token())
}

#[test]
fn the_command_reports_what_the_range_adds_with_its_commit() {
    let repo = Repo::new();
    repo.write("f", secret(1));
    let base = repo.commit("an old secret");
    repo.write("f", format!("{}{}", secret(1), secret(2)));
    let leak = repo.commit("leak");
    repo.write("f", "clean\n");
    repo.commit("hide");
    let findings = repo.leaklint().args(["diff", &base]).findings();
    assert_eq!(findings.len(), 1);
    assert_eq!((findings[0].path.as_str(), findings[0].start_line), ("f", 2));
    assert_eq!(findings[0].commit.as_deref(), Some(leak.as_str()));
    assert_eq!(findings[0].author.as_deref(), Some("Ada Example <ada@example.org>"));
    assert_eq!(findings[0].date.as_deref(), Some("2026-03-04T05:06:07+01:00"));
    repo.leaklint().args(["diff", &format!("{leak}..HEAD")]).run().expect(0);
}

#[test]
fn the_command_takes_its_policy_from_the_base() {
    let repo = Repo::new();
    repo.write("f", "one\n");
    repo.commit("base");
    repo.write(".leaklint.yaml", "exclude: [\"vendor/\"]\n");
    repo.write("vendor/f", secret(1));
    repo.commit("a change that writes its own law");
    assert_eq!(repo.leaklint().args(["diff", "HEAD~1"]).findings().len(), 1);
    repo.write("vendor/g", secret(2));
    repo.commit("under that law");
    assert_eq!(repo.leaklint().args(["diff", "HEAD~1"]).findings().len(), 0);
}

#[test]
fn the_command_names_what_is_wrong() {
    let repo = Repo::new();
    repo.write("f", "one\n");
    repo.commit("base");
    let outcome = repo.leaklint().args(["diff", "origin/main"]).run().expect(2);
    assert!(outcome.err().contains("there is no commit `origin/main`"), "{outcome}");
    assert!(outcome.err().contains("fetch-depth: 0"), "{outcome}");
    repo.leaklint().args(["diff", "--", "--all"]).run().expect(2);
}

#[test]
fn what_was_written_about_a_commit_is_scanned_too() {
    let repo = Repo::new();
    repo.commit(&format!("before\n\n{}", secret(1)));
    repo.write("f", "one\n");
    let told = repo.commit(&format!("subject\n\n{}", secret(2)));
    let findings = repo.leaklint().args(["diff", "HEAD~1"]).findings();
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].path, format!(".git/commits/{told}"));
    assert_eq!(findings[0].part.as_deref(), Some("commit-message"));
    assert_eq!(findings[0].commit.as_deref(), Some(told.as_str()));
    let raw = repo.git(["cat-file", "-p", &told]);
    let line = raw.lines().position(|line| line.starts_with("token")).expect("the line of the secret");
    assert_eq!(findings[0].start_line, line as u64 + 1);
}

#[test]
fn the_net_change_leaves_out_what_was_taken_back() {
    let repo = Repo::new();
    repo.write("f", "one\n");
    let base = repo.commit("base");
    repo.write("f", secret(1));
    repo.commit("leak");
    repo.write("f", "one\n");
    repo.write("g", secret(2));
    repo.commit(&format!("hide\n\n{}", secret(3)));
    assert_eq!(repo.leaklint().args(["diff", &base]).findings().len(), 3);
    let net = repo.leaklint().args(["diff", "--net", &base]).findings();
    assert_eq!(net.iter().map(|finding| finding.path.as_str()).collect::<Vec<_>>(), ["g"]);
}

#[test]
fn the_merge_base_can_be_asked_for() {
    let repo = merged();
    repo.git(["switch", "-q", "-c", "later", "topic"]);
    repo.write("g", secret(1));
    repo.commit("later");
    repo.git(["switch", "-q", "main"]);
    repo.write(".leaklint.yaml", "exclude: [\"g\"]\n");
    repo.commit("a law that the branch does not know");
    repo.git(["switch", "-q", "later"]);
    assert_eq!(repo.leaklint().args(["diff", "main"]).findings().len(), 0);
    assert_eq!(repo.leaklint().args(["diff", "--merge-base", "main"]).findings().len(), 1);
    assert_eq!(repo.leaklint().args(["diff", "main...later"]).findings().len(), 1);
}

#[test]
fn the_name_of_a_new_file_is_scanned_too() {
    let repo = Repo::new();
    let token = |seed| common::Values::new(seed).github_token();
    repo.write(format!("{}/old", token(1)), "one\n");
    repo.commit("base");
    repo.write(format!("d/{}.txt", token(2)), "one\n");
    let named = repo.commit("add");
    repo.git(["mv", &format!("d/{}.txt", token(2)), "d/f.txt"]);
    repo.commit("rename");
    let findings = repo.leaklint().args(["diff", "HEAD~2"]).findings();
    assert_eq!(findings.len(), 1);
    assert_eq!((findings[0].part.as_deref(), findings[0].start_line), (Some("file-name"), 1));
    assert_eq!(findings[0].commit.as_deref(), Some(named.as_str()));
}
