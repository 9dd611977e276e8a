//! `commit-msg`: what git keeps of a message is scanned, what it takes out is not.

use super::*;

/// A repository with the hook, and an editor that puts `text` at the front of the message.
fn edited(text: &str) -> (Repo, String) {
    let repo = Repo::new();
    repo.commit("base");
    install(&repo, &["--commit-msg"]);
    std::fs::write(repo.beside().join("text"), text).expect("written");
    let editor = repo.beside().join("editor");
    let holder = repo.beside().display().to_string();
    executable(
        &editor,
        &format!("#!/bin/sh\ncat '{holder}/text' \"$1\" >'{holder}/both' && cp '{holder}/both' \"$1\"\n"),
    );
    (repo, editor.display().to_string())
}

fn commit(repo: &Repo, editor: &str, options: &[&str]) -> Output {
    let arguments = [&["commit", "--allow-empty"], options].concat();
    repo.git_command(arguments).env("GIT_EDITOR", editor).output().expect("git starts")
}

#[test]
fn a_message_with_a_secret_is_stopped_at_its_line() {
    let (repo, editor) = edited(&format!("subject\n\n{}", secret(1)));
    stopped(&commit(&repo, &editor, &[]), "COMMIT_EDITMSG:3");
    let first = repo.git(["rev-parse", "HEAD"]);
    let file = repo.write("message", format!("subject\n\n{}", secret(1)));
    stopped(&git(&repo, &["commit", "--allow-empty", "-F", &file.display().to_string()]), "COMMIT_EDITMSG:3");
    assert_eq!(repo.git(["rev-parse", "HEAD"]), first);
}

#[test]
fn comments_are_left_out_where_git_takes_them_out() {
    let (repo, editor) = edited(&format!("subject\n# {}", secret(1)));
    passed(&commit(&repo, &editor, &[]));
    assert_eq!(repo.git(["log", "-1", "--format=%B"]).trim_end(), "subject");
    repo.git(["config", "core.commentChar", ";"]);
    stopped(&commit(&repo, &editor, &[]), "COMMIT_EDITMSG:2");
    repo.git(["config", "core.commentChar", "#"]);
    repo.git(["config", "commit.cleanup", "verbatim"]);
    stopped(&commit(&repo, &editor, &[]), "COMMIT_EDITMSG:2");
    repo.git(["config", "--unset", "commit.cleanup"]);
    // Without an editor git keeps them.
    let message = format!("subject\n# {}", secret(2));
    stopped(&git(&repo, &["commit", "--allow-empty", "-m", &message]), "COMMIT_EDITMSG:2");
    repo.git(["config", "commit.cleanup", "strip"]);
    passed(&git(&repo, &["commit", "--allow-empty", "-m", &message]));
}

#[test]
fn settings_for_one_command_count() {
    let (repo, editor) = edited(&format!("subject\n; {}", secret(1)));
    stopped(&commit(&repo, &editor, &[]), "COMMIT_EDITMSG:2");
    let given = ["-c", "core.commentChar=;", "commit", "--allow-empty"];
    passed(&repo.git_command(given).env("GIT_EDITOR", &editor).output().expect("git starts"));
    assert_eq!(repo.git(["log", "-1", "--format=%B"]).trim_end(), "subject");
    let counted = [("COUNT", "1"), ("KEY_0", "core.commentChar"), ("VALUE_0", ";")];
    let counted = counted.map(|(name, value)| (format!("GIT_CONFIG_{name}"), value));
    let mut commit = repo.git_command(["commit", "--allow-empty"]);
    passed(&commit.env("GIT_EDITOR", &editor).envs(counted).output().expect("git starts"));
}

#[test]
fn the_character_that_git_chooses_itself_is_known() {
    let (repo, editor) = edited(&format!("body\n; {}", secret(1)));
    repo.git(["config", "core.commentChar", "auto"]);
    let file = repo.write("template", "#1 is fixed\n").display().to_string();
    let done = commit(&repo, &editor, &["-t", &file]);
    passed(&done);
    assert_eq!(repo.git(["log", "-1", "--format=%B"]).trim_end(), "body\n#1 is fixed");
}

#[test]
fn what_stands_below_the_scissors_is_left_out() {
    let (repo, editor) = edited("subject\n");
    repo.write("f", secret(1));
    repo.commit("an old secret");
    repo.write("f", "gone\n");
    repo.add_all();
    passed(&commit(&repo, &editor, &["-v"]));
    let (repo, editor) = edited(&format!("subject\n\n{}", secret(2)));
    stopped(&commit(&repo, &editor, &["-v"]), "COMMIT_EDITMSG:3");
}

#[test]
fn a_file_that_is_not_there_is_an_error() {
    let repo = Repo::new();
    let outcome = repo.leaklint().args(["hook", "run", "commit-msg", "nowhere"]).run().expect(2);
    assert!(outcome.err().contains("cannot read nowhere"), "{outcome}");
    repo.leaklint().args(["hook", "run", "commit-msg"]).run().expect(2);
}
