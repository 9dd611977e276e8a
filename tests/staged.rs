//! `leaklint staged` as git runs it: through the real binary, from real hooks.

mod common;

use common::{Repo, Values, text};

/// A line that any scan reports, with a new value for each seed.
fn secret(seed: u64) -> String {
    format!("token = \"{}\"\n", Values::new(seed).github_token())
}

/// Where the findings of `leaklint staged` are: `path:line`.
fn found(repo: &Repo) -> Vec<String> {
    let findings = repo.leaklint().arg("staged").findings();
    findings.iter().map(|finding| format!("{}:{}", finding.path, finding.start_line)).collect()
}

#[test]
fn a_first_commit_is_scanned_before_there_is_a_head() {
    let repo = Repo::new();
    repo.write("a", format!("first\n{}", secret(1)));
    repo.write("clean", "nothing\n");
    repo.add_all();
    assert_eq!(found(&repo), ["a:2"]);
    repo.leaklint().arg("staged").run().expect(1);
    repo.git(["rm", "-q", "--cached", "a"]);
    assert_eq!(found(&repo), [""; 0]);
    repo.leaklint().arg("staged").run().expect(0);
}

#[test]
fn only_what_the_change_adds_is_reported() {
    let repo = Repo::new();
    repo.write("f", format!("{}old\n", secret(1)));
    repo.commit("one");
    assert_eq!(found(&repo), [""; 0]);
    repo.write("f", format!("{}new\n{}", secret(1), secret(2)));
    repo.add_all();
    assert_eq!(found(&repo), ["f:3"]);
    repo.write("f", format!("moved\n{}old\n", secret(1)));
    repo.add_all();
    assert_eq!(found(&repo), [""; 0], "the old line moved down");
}

#[test]
fn what_the_working_tree_holds_does_not_matter() {
    let repo = Repo::new();
    repo.write("staged", secret(1));
    repo.add_all();
    repo.write("staged", "clean\n");
    repo.write("unstaged", secret(2));
    assert_eq!(found(&repo), ["staged:1"]);
}

#[test]
fn a_removed_allow_mark_brings_its_finding_back() {
    let repo = Repo::new();
    repo.write("f.py", format!("# leaklint:allow -- a test value\n{}", secret(1)));
    repo.add_all();
    assert_eq!(found(&repo), [""; 0]);
    repo.commit("one");
    repo.write("f.py", format!("# nothing\n{}", secret(1)));
    repo.add_all();
    assert_eq!(found(&repo), ["f.py:2"]);
}

#[test]
fn a_rename_reports_its_edits_only() {
    let repo = Repo::new();
    repo.write("old", format!("{}{}", secret(1), text(0, 20)));
    repo.commit("one");
    repo.git(["mv", "old", "new"]);
    assert_eq!(found(&repo), [""; 0]);
    repo.write("new", format!("{}{}{}", secret(1), text(0, 20), secret(2)));
    repo.add_all();
    assert_eq!(found(&repo), ["new:22"]);
}

#[test]
fn deletions_and_modes_report_nothing() {
    let repo = Repo::new();
    repo.write("gone", secret(1));
    repo.write("run", secret(2));
    repo.commit("one");
    repo.git(["rm", "-q", "gone"]);
    repo.git(["update-index", "--chmod=+x", "run"]);
    assert_eq!(found(&repo), [""; 0]);
}

#[test]
fn attributes_hide_nothing() {
    let repo = Repo::new();
    repo.write(".gitattributes", "* -diff binary\n");
    repo.write("f", "one\n");
    repo.commit("one");
    repo.write("f", format!("one\n{}", secret(1)));
    repo.add_all();
    assert_eq!(found(&repo), ["f:2"]);
}

#[cfg(unix)]
#[test]
fn odd_names_are_reported_as_they_are() {
    let repo = Repo::new();
    let names = ["a b", "say \"hi\"", "new\nline", "größe", "-n"];
    for (seed, name) in names.iter().enumerate() {
        repo.write(name, secret(seed as u64));
    }
    repo.add_all();
    let mut expected: Vec<String> = names.iter().map(|name| format!("{name}:1")).collect();
    let mut found = found(&repo);
    expected.sort();
    found.sort();
    assert_eq!(found, expected);
    let shown = repo.leaklint().arg("staged").run().expect(1);
    assert!(shown.out().contains("new\\u{a}line"), "no name breaks a line:\n{shown}");
}

#[test]
fn a_merge_reports_only_what_it_adds_itself() {
    let repo = Repo::new();
    repo.write("f", "one\n");
    repo.commit("base");
    repo.git(["switch", "-q", "-c", "theirs"]);
    repo.write("theirs", secret(1));
    repo.commit("theirs");
    repo.git(["switch", "-q", "main"]);
    repo.write("ours", secret(2));
    repo.commit("ours");
    repo.git(["merge", "-q", "--no-commit", "theirs"]);
    assert_eq!(found(&repo), [""; 0]);
    repo.write("f", format!("one\n{}", secret(3)));
    repo.add_all();
    assert_eq!(found(&repo), ["f:2"]);
}

#[test]
fn policy_comes_from_the_index() {
    let repo = Repo::new();
    repo.write("vendor/f", secret(1));
    repo.add_all();
    repo.write(".leaklint.yaml", "exclude: [\"vendor/\"]\n");
    assert_eq!(found(&repo), ["vendor/f:1"], "an unstaged configuration is not committed");
    repo.add_all();
    assert_eq!(found(&repo), [""; 0]);
}

#[test]
fn outside_a_repository_is_an_error() {
    let outcome = Repo::plain().leaklint().arg("staged").run().expect(2);
    assert!(outcome.err().contains("there is no git repository at"), "{outcome}");
    let repo = Repo::plain();
    repo.git(["init", "-q", "--bare"]);
    let outcome = repo.leaklint().arg("staged").run().expect(2);
    assert!(outcome.err().contains("bare"), "{outcome}");
}

/// Hooks, as people write them.
#[cfg(unix)]
mod hooks {
    use std::os::unix::fs::PermissionsExt;
    use std::path::Path;

    use super::{Repo, secret};

    /// A repository whose commits go through `leaklint staged`; a clean commit is in it.
    fn guarded() -> Repo {
        let repo = Repo::new();
        repo.write("base", "base\n");
        repo.commit("base");
        guard(&repo, &repo.path(".git/hooks"));
        repo
    }

    fn guard(repo: &Repo, hooks: &Path) {
        let binary = env!("CARGO_BIN_EXE_leaklint");
        let log = repo.beside().join("log").display().to_string();
        std::fs::create_dir_all(hooks).expect("a directory");
        for name in ["pre-commit", "pre-merge-commit"] {
            let script = format!("#!/bin/sh\necho run >>'{log}'\nexec '{binary}' staged >>'{log}'\n");
            std::fs::write(hooks.join(name), script).expect("written");
            std::fs::set_permissions(hooks.join(name), std::fs::Permissions::from_mode(0o755)).expect("set");
        }
    }

    /// Runs git and says whether it worked; the hook must have run.
    fn passes(repo: &Repo, arguments: &[&str]) -> bool {
        let log = repo.beside().join("log");
        std::fs::remove_file(&log).ok();
        let output = repo.git_command(arguments).output().expect("git runs");
        let log = std::fs::read_to_string(log).expect("the hook ran");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(!errors.contains("panicked") && !errors.contains("leaklint::"), "{errors}");
        assert_eq!(output.status.success(), log == "run\n", "git goes by the hook: {log}{errors}");
        output.status.success()
    }

    #[test]
    fn a_commit_with_a_secret_is_blocked_and_a_clean_one_passes() {
        let repo = guarded();
        repo.write("f", secret(1));
        repo.add_all();
        assert!(!passes(&repo, &["commit", "-m", "leak"]));
        repo.write("f", "clean\n");
        repo.add_all();
        assert!(passes(&repo, &["commit", "-m", "clean"]));
        assert!(passes(&repo, &["commit", "--allow-empty", "-m", "empty"]));
        assert!(passes(&repo, &["commit", "--amend", "--allow-empty", "-m", "again"]));
    }

    #[test]
    fn commit_all_is_judged_by_what_it_takes_along() {
        let repo = guarded();
        repo.write("base", secret(1));
        assert!(!passes(&repo, &["commit", "-a", "-m", "leak"]));
        repo.write("base", "clean\n");
        repo.write("untracked", secret(2));
        assert!(passes(&repo, &["commit", "-a", "-m", "clean"]));
    }

    #[test]
    fn a_partial_commit_is_judged_by_its_own_index() {
        let repo = guarded();
        repo.write("leak", secret(1));
        repo.write("clean", "clean\n");
        repo.add_all();
        assert!(passes(&repo, &["commit", "-m", "clean only", "clean"]));
        assert!(!passes(&repo, &["commit", "-m", "leak only", "leak"]));
        repo.write("base", secret(2));
        assert!(!passes(&repo, &["commit", "-m", "unstaged leak", "base"]));
        repo.git(["rm", "-q", "--cached", "leak"]);
        assert!(!passes(&repo, &["commit", "--include", "-m", "unstaged leak", "base"]));
        repo.git(["checkout", "-q", "base"]);
        assert!(passes(&repo, &["commit", "--allow-empty", "-m", "nothing left"]));
    }

    #[test]
    fn a_commit_in_a_subdirectory_sees_the_whole_index() {
        let repo = guarded();
        repo.write("f", secret(1));
        repo.write("d/e/clean", "clean\n");
        repo.add_all();
        assert!(!passes(&repo, &["-C", "d/e", "commit", "-m", "leak"]));
        assert!(passes(&repo, &["-C", "d/e", "commit", "-m", "clean", "clean"]));
    }

    #[test]
    fn a_linked_working_tree_is_judged_by_its_own_index() {
        let repo = guarded();
        let linked = repo.beside().join("linked").display().to_string();
        repo.git(["worktree", "add", "-q", &linked]);
        repo.write("leak", secret(1));
        repo.add_all();
        std::fs::write(Path::new(&linked).join("clean"), "clean\n").expect("written");
        repo.git(["-C", &linked, "add", "clean"]);
        assert!(passes(&repo, &["-C", &linked, "commit", "-m", "clean"]));
        std::fs::write(Path::new(&linked).join("leak"), secret(2)).expect("written");
        repo.git(["-C", &linked, "add", "leak"]);
        assert!(!passes(&repo, &["-C", &linked, "commit", "-m", "leak"]));
    }

    #[test]
    fn a_separate_git_directory_is_found_by_what_git_says() {
        let repo = Repo::plain();
        let away = repo.beside().join("away.git").display().to_string();
        let work = repo.dir().display().to_string();
        repo.git(["init", "-q", "--bare", &away]);
        guard(&repo, &Path::new(&away).join("hooks"));
        let git = ["--git-dir", &away, "--work-tree", &work];
        repo.write("f", secret(1));
        repo.git([&git[..], &["add", "f"]].concat());
        assert!(!passes(&repo, &[&git[..], &["commit", "-m", "leak"]].concat()));
        repo.write("f", "clean\n");
        repo.git([&git[..], &["add", "f"]].concat());
        assert!(passes(&repo, &[&git[..], &["commit", "-m", "clean"]].concat()));
    }

    #[test]
    fn a_merge_that_brings_in_known_secrets_passes() {
        let repo = guarded();
        repo.git(["switch", "-q", "-c", "theirs"]);
        repo.write("theirs", secret(1));
        repo.commit("theirs");
        repo.git(["switch", "-q", "main"]);
        repo.write("ours", "ours\n");
        repo.commit("ours");
        assert!(passes(&repo, &["merge", "--no-edit", "theirs"]));
    }

    #[test]
    fn a_split_index_and_a_sha256_repository_are_judged_too() {
        let repo = guarded();
        repo.git(["config", "core.splitIndex", "true"]);
        repo.write("f", secret(1));
        repo.add_all();
        assert!(!passes(&repo, &["commit", "-m", "leak"]));
        assert!(!passes(&repo, &["commit", "-m", "leak", "f"]));
        let repo = Repo::plain();
        repo.git(["init", "-q", "--object-format=sha256"]);
        guard(&repo, &repo.path(".git/hooks"));
        repo.write("f", secret(1));
        repo.add_all();
        assert!(!passes(&repo, &["commit", "-m", "leak"]));
        repo.write("f", "clean\n");
        assert!(passes(&repo, &["commit", "-a", "-m", "clean"]));
    }
}
