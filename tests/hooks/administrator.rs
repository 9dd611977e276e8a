//! An administrator's configuration on a server: what is pushed can make it stricter, and never looser.

use super::*;

/// A repository whose remote has its first commit, a hook with these options, and an administrator's configuration.
fn served(admin: &str, options: &[&str]) -> Repo {
    let repo = Repo::new();
    repo.write("f", "one\n");
    repo.commit("clean");
    let remote = remote(&repo);
    repo.git(["push", "-q", "origin", "main"]);
    let file = repo.beside().join("admin.yaml");
    std::fs::write(&file, admin).expect("written");
    // Named from here; the hook will run elsewhere.
    let install = ["hook", "install", "--admin-config", "../admin.yaml"];
    common::Leaklint::new(&remote).args(install).args(options).run().expect(0);
    repo
}

#[test]
fn what_was_pushed_before_cannot_loosen_it() {
    let repo = served("min_confidence: medium\n", &[]);
    repo.write(".leaklint.yaml", "exclude: ['*']\nrules: {off: ['tag:secret']}\nmin_severity: critical\n");
    repo.commit("loosen");
    passed(&git(&repo, &["push", "-q", "origin", "main"]));
    repo.write("f", secret(1));
    repo.commit("leak");
    stopped(&git(&repo, &["push", "origin", "main"]), "f:1");
}

#[test]
fn what_is_pushed_may_tighten_it_at_once_if_the_administrator_says_so() {
    let mut values = Values::new(3);
    let line = format!("DB_PASSWORD={}\n", values.human_password());
    for (options, refused) in [(&[][..], false), (&["--pushed-config"], true)] {
        let repo = served("min_confidence: high\n", options);
        repo.write("a.env", &line);
        repo.write(".leaklint.yaml", "min_confidence: medium\nallow: [{reason: mine, paths: ['*']}]\n");
        repo.commit("a password, and a configuration that would see it");
        let done = git(&repo, &["push", "origin", "main"]);
        match refused {
            true => stopped(&done, "a.env:1"),
            false => passed(&done),
        }
    }
}

#[test]
fn the_administrator_can_refuse_changes_of_policy() {
    let repo = served("ci: {refuse_policy_changes: true}\n", &[]);
    repo.write(".leaklint.yaml", "exclude: [vendor/]\n");
    repo.commit("loosen");
    stopped(&git(&repo, &["push", "origin", "main"]), "excludes paths: vendor/");
}
