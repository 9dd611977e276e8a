//! Where the hooks are put, what they do with those that were there before, and how they go again.

use super::*;

/// The names of the files in a directory, sorted, without git's samples.
fn files(directory: &Path) -> Vec<String> {
    let listed = std::fs::read_dir(directory).expect("the directory is there");
    let names = listed.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = names.filter(|name| !name.ends_with(".sample")).collect();
    names.sort();
    names
}

#[test]
fn the_default_hooks_stop_a_commit_a_message_and_a_merge() {
    let repo = Repo::new();
    repo.commit("base");
    install(&repo, &[]);
    assert_eq!(files(&repo.path(".git/hooks")), ["commit-msg", "pre-commit", "pre-merge-commit", "pre-push"]);
    repo.write("f", format!("one\n{}", secret(1)));
    repo.add_all();
    stopped(&git(&repo, &["commit", "-m", "leak"]), "f:2");
    repo.write("f", "one\n");
    repo.add_all();
    stopped(&git(&repo, &["commit", "-m", &secret(2)]), "COMMIT_EDITMSG:1");
    passed(&git(&repo, &["commit", "-m", "clean"]));
    // A merge that needs no hand runs neither of the two.
    repo.git(["switch", "-q", "-c", "side", "HEAD~1"]);
    repo.write("old", "a\nb\nc\nd\n");
    repo.commit("old");
    repo.write("leak", secret(3));
    repo.commit("leak, unseen");
    repo.git(["switch", "-q", "main"]);
    passed(&git(&repo, &["merge", "-q", "--no-edit", "side~1"]));
    passed(&git(&repo, &["merge", "-q", "--no-edit", "side"]));
    repo.git(["switch", "-q", "-c", "other", "HEAD~1"]);
    repo.write(".git/info/attributes", "both merge=planting\n");
    repo.git(["config", "merge.planting.driver", "cp planted %A"]);
    repo.write("both", "other\n");
    repo.commit("other");
    repo.git(["switch", "-q", "main"]);
    repo.write("both", "main\n");
    repo.commit("main");
    repo.write("planted", secret(4));
    stopped(&git(&repo, &["merge", "--no-edit", "other"]), "both:1");
}

#[test]
fn a_hook_that_was_there_runs_first_and_its_exit_code_counts() {
    let repo = Repo::new();
    repo.commit("base");
    let hook = repo.path(".git/hooks/pre-commit");
    executable(&hook, "#!/bin/sh\necho it ran >&2\n[ ! -e stop ]\n");
    let before = std::fs::read(&hook).expect("the hook");
    assert!(install(&repo, &["--pre-commit"]).contains("after the one that was there"));
    let commit = || git(&repo, &["commit", "-m", "x"]);
    repo.write("f", "one\n");
    repo.add_all();
    let done = commit();
    passed(&done);
    assert!(shown(&done).contains("it ran"), "{}", shown(&done));
    repo.write("stop", "");
    repo.add_all();
    stopped(&commit(), "it ran");
    std::fs::remove_file(repo.path("stop")).expect("it is there");
    repo.write("f", secret(1));
    repo.add_all();
    stopped(&commit(), "f:1");
    // Twice is the same as once.
    let files_now = files(&repo.path(".git/hooks"));
    let script = std::fs::read(&hook).expect("the hook");
    assert!(install(&repo, &["--pre-commit"]).contains("already at"));
    assert_eq!(files(&repo.path(".git/hooks")), files_now);
    assert_eq!(std::fs::read(&hook).expect("the hook"), script);
    let told = repo.leaklint().args(["hook", "uninstall"]).run().expect(0).out();
    assert!(told.contains("replaced by the one that was there before"), "{told}");
    assert_eq!(files(&repo.path(".git/hooks")), ["pre-commit"]);
    assert_eq!(std::fs::read(&hook).expect("the hook"), before);
    let again = repo.leaklint().args(["hook", "uninstall"]).run().expect(0).out();
    assert!(again.contains("in none of these hooks"), "{again}");
}

#[test]
fn a_hook_that_git_would_not_run_is_not_run() {
    let repo = Repo::new();
    repo.commit("base");
    repo.write(".git/hooks/pre-commit", "#!/bin/sh\nexit 1\n");
    install(&repo, &["--pre-commit"]);
    repo.write("f", "one\n");
    repo.add_all();
    passed(&git(&repo, &["commit", "-m", "x"]));
}

#[test]
fn a_third_hook_is_never_lost() {
    let repo = Repo::new();
    let hook = repo.path(".git/hooks/pre-commit");
    executable(&hook, "#!/bin/sh\n# first\n");
    install(&repo, &["--pre-commit"]);
    executable(&hook, "#!/bin/sh\n# third\n");
    let outcome = repo.leaklint().args(["hook", "install", "--pre-commit"]).run().expect(2);
    assert!(outcome.err().contains("is not ours"), "{outcome}");
    assert_eq!(std::fs::read(&hook).expect("the hook"), b"#!/bin/sh\n# third\n");
    repo.leaklint().args(["hook", "uninstall"]).run().expect(0);
    assert_eq!(files(&repo.path(".git/hooks")), ["pre-commit", "pre-commit.before-leaklint"]);
}

#[test]
fn hooks_go_where_the_repository_says() {
    let repo = Repo::new();
    repo.commit("base");
    repo.git(["config", "core.hooksPath", "tools/hooks"]);
    install(&repo, &["--pre-commit"]);
    assert_eq!(files(&repo.path("tools/hooks")), ["pre-commit"]);
    repo.write("f", secret(1));
    repo.git(["add", "f"]);
    stopped(&git(&repo, &["commit", "-m", "x"]), "f:1");
    repo.write("d/empty", "");
    let below = common::Leaklint::new(&repo.path("d")).args(["hook", "uninstall"]).run().expect(0);
    assert!(below.out().contains("taken out"), "{below}");
    assert!(files(&repo.path("tools/hooks")).is_empty());
}

#[test]
fn a_directory_for_all_repositories_is_left_alone_unless_asked_for() {
    let repo = Repo::new();
    let global = repo.beside().join("gitconfig");
    let hooks = repo.beside().join("shared");
    std::fs::write(&global, format!("[core]\n\thooksPath = {}\n", hooks.display())).expect("written");
    let run = |arguments: &[&str]| repo.leaklint().env("GIT_CONFIG_GLOBAL", &global).args(arguments).run();
    let outcome = run(&["hook", "install"]).expect(2);
    assert!(outcome.err().contains("use --global"), "{outcome}");
    run(&["hook", "install", "--global", "--pre-commit"]).expect(0);
    assert_eq!(files(&hooks), ["pre-commit"]);
    run(&["hook", "uninstall", "--global"]).expect(0);
    assert!(files(&hooks).is_empty());
    let text = std::fs::read_to_string(&global).expect("the settings");
    assert!(text.contains("hooksPath"), "it was not ours to take out: {text}");
}

#[test]
fn linked_working_trees_share_the_hooks() {
    let repo = Repo::new();
    repo.commit("base");
    let tree = repo.beside().join("tree");
    repo.git(["worktree", "add", "-q", &tree.display().to_string()]);
    common::Leaklint::new(&tree).args(["hook", "install", "--pre-commit"]).run().expect(0);
    assert_eq!(files(&repo.path(".git/hooks")), ["pre-commit"]);
    std::fs::write(tree.join("f"), secret(1)).expect("written");
    let inside =
        |arguments: &[&str]| repo.git_command(arguments).current_dir(&tree).output().expect("git starts");
    passed(&inside(&["add", "f"]));
    stopped(&inside(&["commit", "-m", "x"]), "f:1");
}

#[test]
fn one_installation_serves_all_repositories_and_their_own_hooks_still_run() {
    let repo = Repo::new();
    repo.commit("base");
    let home = repo.beside();
    let global = home.join(".gitconfig");
    let ours = |run: common::Leaklint| run.env("HOME", home).env("GIT_CONFIG_GLOBAL", &global);
    let at_home = |arguments: &[&str]| {
        repo.git_command(arguments).env("GIT_CONFIG_GLOBAL", &global).output().expect("git starts")
    };
    ours(repo.leaklint()).args(["hook", "install", "--global"]).run().expect(0);
    executable(&repo.path(".git/hooks/pre-commit"), "#!/bin/sh\necho own pre-commit >&2\n");
    executable(&repo.path(".git/hooks/post-commit"), "#!/bin/sh\necho own post-commit >&2\n");
    repo.write("f", secret(1));
    repo.add_all();
    let done = at_home(&["commit", "-m", "x"]);
    stopped(&done, "f:1");
    stopped(&done, "own pre-commit");
    repo.write("f", "one\n");
    repo.add_all();
    let done = at_home(&["commit", "-m", "x"]);
    passed(&done);
    assert!(shown(&done).contains("own post-commit"), "{}", shown(&done));
    ours(repo.leaklint()).args(["hook", "install", "--global"]).run().expect(0);
    ours(repo.leaklint()).args(["hook", "uninstall", "--global"]).run().expect(0);
    assert!(!home.join(".config/leaklint/hooks").exists());
    let text = std::fs::read_to_string(&global).expect("the settings");
    assert!(!text.contains("hooksPath"), "{text}");
}

#[test]
fn a_hook_without_its_program_stops_git_and_says_why() {
    let repo = Repo::new();
    install(&repo, &["--pre-commit"]);
    let hook = repo.path(".git/hooks/pre-commit");
    let script = std::fs::read_to_string(&hook).expect("the hook");
    executable(&hook, &script.replace(env!("CARGO_BIN_EXE_leaklint"), "/nowhere/leaklint"));
    repo.write("f", "one\n");
    repo.add_all();
    stopped(&git(&repo, &["commit", "-m", "x"]), "leaklint is not installed any more");
}

#[test]
fn outside_of_a_repository_there_is_nothing_to_install_in() {
    let outcome = Repo::plain().leaklint().args(["hook", "install"]).run().expect(2);
    assert!(outcome.err().contains("there is no git repository"), "{outcome}");
}

#[test]
fn an_administrators_configuration_is_only_for_the_hook_that_judges_pushes() {
    let repo = Repo::new();
    repo.write("admin.yaml", "min_confidence: high\n");
    let install = |more: &[&str]| repo.leaklint().args(["hook", "install"]).args(more).run();
    let outcome = install(&["--admin-config", "admin.yaml"]).expect(2);
    assert!(outcome.err().contains("add --pre-receive"), "{outcome}");
    let outcome = install(&["--pre-receive", "--admin-config", "none.yaml"]).expect(2);
    assert!(outcome.err().contains("none.yaml"), "{outcome}");
    install(&["--pre-receive", "--pushed-config"]).expect(2);
    assert!(!repo.path(".git/hooks/pre-receive").exists());
    install(&["--pre-receive", "--admin-config", "admin.yaml", "--no-config"]).expect(0);
    let script = std::fs::read_to_string(repo.path(".git/hooks/pre-receive")).expect("the hook");
    let file = repo.path("admin.yaml").canonicalize().expect("it is there");
    let words = format!("'--admin-config' '{}' '--no-config'", file.display());
    assert!(script.contains(&words) || script.contains(&words.replace('\'', "")), "{script}");
}
