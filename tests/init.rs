//! `leaklint init`: what it proposes works, and what is there stays.

mod common;

use common::{Repo, Values};

fn text(repo: &Repo, name: &str) -> String {
    String::from_utf8(repo.read(name)).expect("text")
}

/// A repository with an old finding.
fn old(seed: u64) -> Repo {
    let repo = Repo::new();
    repo.write("old.env", format!("OLD_TOKEN={}\n", Values::new(seed).github_token()));
    repo.commit("before leaklint");
    repo
}

#[test]
fn a_repository_with_findings_is_green_and_guarded_afterwards() {
    let repo = old(1);
    repo.write(".github/workflows/build.yml", "name: build\n");
    repo.leaklint().arg("scan").run().expect(1);
    let outcome = repo.leaklint().args(["init", "--yes"]).run().expect(0);
    for said in [
        "write .leaklint.yaml",
        "accept the 1 finding",
        "merge=union",
        "leaklint hook install",
        "leaklint diff --ci",
    ] {
        assert!(outcome.out().contains(said), "{said}\n{outcome}");
    }
    repo.add_all();
    repo.git(["commit", "--quiet", "-m", "set leaklint up"]);
    repo.leaklint().arg("scan").run().expect(0);
    assert!(text(&repo, ".github/workflows/leaklint.yml").contains("leaklint diff --ci"));
    assert!(text(&repo, ".leaklint-baseline.jsonl").contains("found when leaklint was set up"));
    // The hook stops what is new.
    repo.write("new.env", format!("NEW_TOKEN={}\n", Values::new(2).github_token()));
    repo.add_all();
    let commit = repo.git_command(["commit", "-m", "leak"]).output().expect("git starts");
    assert!(!commit.status.success(), "{commit:?}");
    repo.git(["rm", "-q", "--cached", "new.env"]);
    std::fs::remove_file(repo.path("new.env")).expect("is there");
    // The second time there is nothing but hooks, which stay as they are.
    let before = repo.git(["status", "--porcelain"]);
    repo.leaklint().args(["init", "--yes"]).run().expect(0);
    assert_eq!(repo.git(["status", "--porcelain"]), before);
    repo.leaklint().arg("scan").run().expect(0);
}

#[test]
fn baselines_of_two_branches_merge_after_it() {
    let repo = old(3);
    repo.leaklint().args(["init", "--yes"]).run().expect(0);
    repo.commit("set leaklint up");
    for branch in ["one", "two"] {
        repo.git(["switch", "-q", "-c", branch, "main"]);
        let seed = branch.len() as u64 + u64::from(branch.as_bytes()[0]);
        repo.write(format!("{branch}.env"), format!("X_TOKEN={}\n", Values::new(seed).github_token()));
        repo.leaklint().args(["baseline", "update", "--accept"]).run().expect(0);
        repo.commit(branch);
    }
    repo.git(["merge", "-q", "--no-edit", "--no-verify", "one"]);
    repo.leaklint().arg("scan").run().expect(0);
}

#[test]
fn without_consent_nothing_is_written() {
    let repo = old(4);
    let before = repo.git(["status", "--porcelain"]);
    let outcome = repo.leaklint().arg("init").run().expect(2);
    assert!(outcome.out().contains("write .leaklint.yaml") && outcome.err().contains("--yes"), "{outcome}");
    assert_eq!(repo.git(["status", "--porcelain"]), before);
    assert!(!repo.path(".git/hooks/pre-commit").exists());
    Repo::plain().leaklint().args(["init", "--yes"]).run().expect(2);
}

#[test]
fn what_is_there_is_left_and_the_lines_to_add_are_shown() {
    let repo = old(5);
    repo.write(".leaklint.yaml", "# ours\n");
    repo.write(".gitattributes", "*.png binary");
    repo.write(".pre-commit-config.yaml", "repos: []\n");
    repo.write(".gitlab-ci.yml", "stages: []\n");
    repo.write(".gitleaksignore", "old.env:github-pat:1\n");
    let outcome = repo.leaklint().args(["init", "--yes"]).run().expect(0);
    for said in [
        "leave .leaklint.yaml",
        "leaklint import .gitleaksignore",
        "hooks are managed by .pre-commit-config.yaml",
        "- id: leaklint-commit-msg",
        "add this job to .gitlab-ci.yml",
        "GIT_DEPTH: 0",
    ] {
        assert!(outcome.out().contains(said), "{said}\n{outcome}");
    }
    assert_eq!(text(&repo, ".leaklint.yaml"), "# ours\n");
    assert_eq!(text(&repo, ".pre-commit-config.yaml"), "repos: []\n");
    assert_eq!(text(&repo, ".gitlab-ci.yml"), "stages: []\n");
    assert_eq!(text(&repo, ".gitattributes"), "*.png binary\n.leaklint-baseline.jsonl merge=union\n");
    assert!(!repo.path(".git/hooks/pre-commit").exists() && !repo.path(".github").exists());
}

#[test]
fn other_managers_of_hooks_are_known() {
    for (path, line) in
        [(".husky/pre-commit", "leaklint hook run pre-commit"), ("lefthook.yml", "pre-commit:")]
    {
        let repo = Repo::new();
        repo.write(path, "x\n");
        let outcome = repo.leaklint().args(["init", "--yes"]).run().expect(0);
        let said = format!("hooks are managed by {path}");
        assert!(outcome.out().contains(&said) && outcome.out().contains(line), "{outcome}");
        assert!(!repo.path(".git/hooks/pre-commit").exists());
    }
}

#[cfg(unix)]
#[test]
fn nothing_is_written_through_a_link() {
    let repo = old(6);
    std::os::unix::fs::symlink(repo.beside(), repo.path(".github")).expect("a link");
    std::os::unix::fs::symlink(repo.beside().join("attributes"), repo.path(".gitattributes"))
        .expect("a link");
    std::os::unix::fs::symlink(repo.beside().join("config"), repo.path(".leaklint.yaml")).expect("a link");
    repo.leaklint().args(["init", "--yes"]).run();
    for name in ["workflows", "attributes", "config"] {
        assert!(!repo.beside().join(name).exists(), "{name}");
    }
}

#[test]
fn the_snippets_for_ci_are_those_of_the_documents() {
    let docs = std::fs::read_to_string(common::root().join("docs/ci.md")).expect("docs/ci.md");
    for name in ["github.yml", "gitlab.yml"] {
        let snippet = std::fs::read_to_string(common::root().join("src/cli/init").join(name)).expect(name);
        assert!(docs.contains(&snippet), "{name}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn it_asks_and_writes_only_after_a_yes() {
    use common::Screen;
    for (answer, writes) in [("\r", false), ("no\r", false), ("x\r", false), ("Y\r", true), ("yes\r", true)] {
        let repo = old(8);
        let before = repo.git(["status", "--porcelain", "--ignored"]);
        let mut screen = Screen::of(repo.leaklint().arg("init"));
        screen.wait("write .leaklint.yaml");
        screen.wait("do this? [y/N]");
        assert_eq!(repo.git(["status", "--porcelain", "--ignored"]), before, "nothing before the answer");
        screen.press(answer);
        let shown = screen.ends(0);
        assert_eq!(shown.contains("nothing is written"), !writes, "{shown}");
        assert_eq!(repo.path(".leaklint.yaml").exists(), writes, "{answer:?}: {shown}");
        assert_eq!(repo.path(".git/hooks/pre-commit").exists(), writes, "{answer:?}: {shown}");
        assert_eq!(repo.git(["status", "--porcelain", "--ignored"]) == before, !writes, "{answer:?}");
    }
}
