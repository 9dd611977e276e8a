//! The baseline through the real binary: what stays known, what is new, and what two branches make of one file.

mod common;

use common::{Leaklint, Outcome, Repo, Values, pem};

const FILE: &str = ".leaklint-baseline.jsonl";

/// A baseline without entries whose salt is always the same: of the 12 bits of a weak value, two could be the same by
/// chance, but not in one run and not in the next.
fn header(salt: char) -> String {
    format!("{{\"leaklint_baseline\":1,\"salt\":\"{}\"}}\n", salt.to_string().repeat(64))
}

/// A repository with a strong token, a weak password and a key, and their raw values.
fn project(seed: u64) -> (Repo, Vec<String>) {
    let mut values = Values::new(seed);
    let (token, password) = (values.github_token(), values.human_password());
    let key = pem(&["RSA", "PRIVATE KEY"].join(" "), &values.rsa_private_body());
    let repo = Repo::new();
    repo.write("app/.env", format!("A=1\nGITHUB_TOKEN={token}\nDB_PASSWORD={password}\nB=2\n"));
    let block: String = key.lines().map(|line| format!("  {line}\n")).collect();
    repo.write("deploy/key.yaml", format!("name: x\nkey: |\n{block}other: y\n"));
    repo.write(FILE, header('a'));
    (repo, vec![token, password, key])
}

fn create(repo: &Repo) -> Outcome {
    repo.leaklint().args(["baseline", "create", "--force"]).run().expect(0)
}

fn scan(repo: &Repo) -> Outcome {
    repo.leaklint().args(["scan", "--format", "jsonl"]).run()
}

fn edit(repo: &Repo, name: &str, change: impl Fn(&str) -> String) {
    let text = String::from_utf8(repo.read(name)).expect("these files are text");
    repo.write(name, change(&text));
}

#[test]
fn what_was_accepted_is_not_reported_and_nothing_of_it_is_stored() {
    let (repo, values) = project(1);
    assert_eq!(scan(&repo).expect(1).findings().len(), 3);
    create(&repo);
    let outcome = scan(&repo).expect(0);
    assert!(outcome.stdout.is_empty() && outcome.err().contains("baseline"), "{outcome}");
    let text = String::from_utf8(repo.read(FILE)).expect("a baseline is text");
    assert_eq!(text.lines().count(), 4, "{text}");
    for piece in values.iter().flat_map(|value| value.as_bytes().windows(6)) {
        let piece = String::from_utf8_lossy(piece);
        assert!(!text.contains(&*piece), "{piece} in {text}");
    }
    assert_eq!(repo.leaklint().args(["scan", "--no-baseline"]).findings().len(), 3);
}

#[test]
fn without_a_file_one_is_made_and_one_that_is_there_stays() {
    let (repo, _) = project(2);
    std::fs::remove_file(repo.path(FILE)).expect("the header is there");
    repo.leaklint().args(["baseline", "create"]).run().expect(0);
    let first = repo.read(FILE);
    let outcome = repo.leaklint().args(["baseline", "create"]).run().expect(2);
    assert!(outcome.err().contains("--force"), "{outcome}");
    assert_eq!(repo.read(FILE), first);
    create(&repo);
    assert_eq!(repo.read(FILE), first, "the same salt, the same findings");
    scan(&repo).expect(0);
}

/// The command that a report offers, without the program's name.
fn offered(outcome: &Outcome) -> Vec<String> {
    let out = outcome.out();
    let line = out.lines().find_map(|line| line.trim().strip_prefix("leaklint ")).expect("one is offered");
    line.split(' ').map(str::to_owned).collect()
}

#[test]
fn the_command_that_a_report_offers_accepts_what_it_reports() {
    let below: [&[&str]; 5] =
        [&[], &["app"], &["app/.env", "deploy"], &["--no-config"], &["-q", "--no-ignore"]];
    for there in [true, false] {
        for arguments in below {
            let (repo, _) = project(2);
            if !there {
                std::fs::remove_file(repo.path(FILE)).expect("the header is there");
            }
            let report = repo.leaklint().args(arguments).run().expect(1);
            assert_eq!(offered(&report).contains(&"--accept".to_owned()), there, "{report}");
            repo.leaklint().args(offered(&report)).run().expect(0);
            repo.leaklint().args(arguments).run().expect(0);
        }
    }
}

#[test]
fn the_command_offered_works_from_elsewhere_and_keeps_what_was_accepted() {
    let (repo, _) = project(2);
    let elsewhere = tempfile::tempdir().expect("a directory");
    let root = repo.path(".").canonicalize().expect("the repository is there");
    let report = Leaklint::new(elsewhere.path()).arg(&root).run().expect(1);
    Leaklint::new(elsewhere.path()).args(offered(&report)).run().expect(0);
    scan(&repo).expect(0);
    repo.write("deploy/.env", format!("GITHUB_TOKEN={}\n", Values::new(77).github_token()));
    let report = Leaklint::new(&repo.path("deploy")).run().expect(1);
    Leaklint::new(&repo.path("deploy")).args(offered(&report)).run().expect(0);
    scan(&repo).expect(0);
}

#[test]
fn options_that_mean_nothing_to_it_are_refused() {
    let (repo, _) = project(2);
    for option in ["--format=json", "--show-dropped", "--no-baseline", "--now=2026-01-01T00:00:00Z"] {
        let outcome = repo.leaklint().args(["baseline", "create", "--force", option]).run().expect(2);
        let name = option.split('=').next().expect("a first part");
        assert!(outcome.err().contains(&format!("{name} means nothing")), "{outcome}");
    }
    let help = repo.leaklint().args(["baseline", "create", "--help"]).run().expect(0).out();
    assert!(!help.contains("--format") && help.contains("Exit codes"), "{help}");
    repo.write("big.bin", b"\0\x01\x02");
    repo.leaklint().args(["baseline", "create", "--force", "--require-complete"]).run().expect(2);
}

#[test]
fn inserting_indenting_crlf_and_renaming_change_nothing() {
    type Change = (&'static str, fn(&Repo));
    let changes: [Change; 7] = [
        ("lines above", |repo| edit(repo, "app/.env", |text| "# new\n\nC=3\n".repeat(40) + text)),
        ("lines deleted", |repo| {
            edit(repo, "app/.env", |text| text.replace("A=1\n", "").replace("B=2\n", ""))
        }),
        ("indentation", |repo| edit(repo, "deploy/key.yaml", |text| text.replace("\n  ", "\n        "))),
        ("tabs before", |repo| edit(repo, "app/.env", |text| text.replace("DB_", "\texport DB_"))),
        ("CRLF", |repo| {
            edit(repo, "app/.env", |text| text.replace('\n', "\r\n"));
            edit(repo, "deploy/key.yaml", |text| text.replace('\n', "\r\n"));
        }),
        ("another directory", |repo| {
            std::fs::rename(repo.path("app"), repo.path("service")).expect("renamed");
        }),
        ("another name", |repo| {
            std::fs::rename(repo.path("app/.env"), repo.path("app/prod.env")).expect("renamed");
            std::fs::rename(repo.path("deploy/key.yaml"), repo.path("app/secret.yml")).expect("renamed");
        }),
    ];
    let (repo, _) = project(3);
    create(&repo);
    for (what, change) in changes {
        let (one, _) = project(3);
        one.write(FILE, repo.read(FILE));
        change(&one);
        let outcome = scan(&one);
        assert_eq!(outcome.code, Some(0), "{what}\n{outcome}");
    }
}

#[test]
fn any_row_of_such_changes_changes_nothing() {
    for seed in 0..12 {
        let mut values = Values::new(1000 + seed);
        let (repo, _) = project(seed);
        create(&repo);
        let mut names = ["app/.env".to_owned(), "deploy/key.yaml".to_owned()];
        for step in 0..6 {
            let which = values.below(2);
            match values.below(4) {
                0 => edit(&repo, &names[which], |text| format!("# line {step}\n{text}\n# end {step}\n")),
                1 => edit(&repo, &names[which], |text| text.replace("\r\n", "\n").replace('\n', "\r\n")),
                2 => edit(&repo, &names[1], |text| text.replace("\n  ", "\n   ")),
                _ => {
                    let ending = names[which].rsplit('/').next().expect("a file name").to_owned();
                    let new = format!("dir{step}/{ending}");
                    std::fs::create_dir_all(repo.path(&format!("dir{step}"))).expect("a directory");
                    std::fs::rename(repo.path(&names[which]), repo.path(&new)).expect("renamed");
                    names[which] = new;
                }
            }
        }
        let outcome = scan(&repo);
        assert_eq!(outcome.code, Some(0), "seed {seed}\n{outcome}");
    }
}

#[test]
fn a_copy_in_a_second_file_is_new() {
    let (repo, _) = project(4);
    create(&repo);
    repo.write("copy/.env", repo.read("app/.env"));
    let found = scan(&repo).expect(1).findings();
    assert_eq!(found.len(), 2);
    assert!(found.iter().all(|finding| finding.repo_path.as_deref() == Some("copy/.env")));
}

#[test]
fn another_value_in_the_same_place_is_new() {
    let (repo, values) = project(5);
    create(&repo);
    let mut fresh = Values::new(6);
    let (token, password) = (fresh.github_token(), fresh.human_password());
    edit(&repo, "app/.env", |text| text.replace(&values[0], &token).replace(&values[1], &password));
    assert_eq!(scan(&repo).expect(1).findings().len(), 2);
}

#[test]
fn the_place_that_is_scanned_from_does_not_matter() {
    let (repo, _) = project(7);
    create(&repo);
    repo.leaklint().args(["scan", "app"]).run().expect(0);
    repo.leaklint().args(["scan", "app/.env", "./deploy"]).run().expect(0);
    repo.leaklint().arg("scan").arg(repo.dir()).run().expect(0);
    Leaklint::new(&repo.path("app")).arg("scan").run().expect(0);
    Leaklint::new(&repo.path("app")).args(["scan", "..", "--format", "json"]).run().expect(0);
    // A copy is a copy even when the first is not read.
    repo.write("copy/.env", repo.read("app/.env"));
    repo.leaklint().args(["scan", "copy"]).run().expect(1);
}

#[test]
fn outside_a_repository_it_is_named() {
    let repo = Repo::plain();
    repo.write("a.env", format!("GITHUB_TOKEN={}\n", Values::new(8).github_token()));
    let file = repo.beside().join("accepted.jsonl");
    let run = |arguments: &[&str]| repo.leaklint().args(arguments).args(["--baseline"]).arg(&file).run();
    run(&["baseline", "create"]).expect(0);
    run(&["scan"]).expect(0);
    repo.write("sub/copy.env", repo.read("a.env"));
    run(&["scan", "sub"]).expect(1);
    std::fs::remove_dir_all(repo.path("sub")).expect("removed");
    std::fs::rename(repo.path("a.env"), repo.path("b.env")).expect("renamed");
    run(&["scan"]).expect(0);
    repo.leaklint().arg("scan").run().expect(1);
}

#[test]
fn staged_renames_are_known_and_staged_copies_are_new() {
    let (repo, _) = project(9);
    create(&repo);
    repo.commit("all accepted");
    repo.git(["mv", "app/.env", "app/prod.env"]);
    edit(&repo, "app/prod.env", |text| format!("# edited\n{text}"));
    repo.add_all();
    repo.leaklint().arg("staged").run().expect(0);
    create(&repo);
    repo.commit("renamed, and the baseline written anew");
    repo.write("copy.env", repo.read("app/prod.env"));
    repo.add_all();
    assert_eq!(repo.leaklint().arg("staged").findings().len(), 2);
}

#[test]
fn staged_and_diff_do_not_take_the_baseline_from_what_they_judge() {
    let (repo, _) = project(10);
    repo.git(["rm", "-r", "--quiet", "--cached", "--ignore-unmatch", "app", "deploy"]);
    std::fs::rename(repo.path("app"), repo.beside().join("app")).expect("moved away");
    std::fs::rename(repo.path("deploy"), repo.beside().join("deploy")).expect("moved away");
    let base = repo.commit("nothing accepted");
    std::fs::rename(repo.beside().join("app"), repo.path("app")).expect("moved back");
    create(&repo);
    repo.commit("a secret and its acceptance in one change");
    repo.leaklint().arg("scan").run().expect(0);
    repo.leaklint().args(["diff", &format!("{base}..HEAD")]).run().expect(1);
}

#[test]
fn history_knows_what_is_accepted_under_its_older_names() {
    let (repo, _) = project(11);
    repo.commit("first");
    repo.git(["mv", "deploy/key.yaml", "deploy/other.yaml"]);
    repo.git(["mv", "app", "service"]);
    create(&repo);
    repo.commit("renamed and accepted");
    repo.leaklint().arg("history").run().expect(0);
    let found = repo.leaklint().args(["history", "--no-baseline"]).findings();
    assert!(found.len() >= 3, "{found:?}");
}

#[test]
fn two_branches_that_accept_different_findings_merge_by_union() {
    let (repo, _) = project(12);
    repo.write(".gitattributes", format!("{FILE} merge=union\n"));
    create(&repo);
    repo.commit("base");
    let mut values = Values::new(13);
    for (branch, start) in [("one", "main"), ("two", "main")] {
        repo.git(["checkout", "--quiet", "-b", branch, start]);
        for n in 0..3 {
            repo.write(format!("{branch}/{n}.env"), format!("GITHUB_TOKEN={}\n", values.github_token()));
        }
        create(&repo);
        repo.commit(branch);
    }
    repo.git(["merge", "--quiet", "--no-edit", "one"]);
    scan(&repo).expect(0);
    let text = String::from_utf8(repo.read(FILE)).expect("a baseline is text");
    assert_eq!(text.lines().filter(|line| line.contains("\"path\"")).count(), 9, "{text}");
    create(&repo);
    let sorted = String::from_utf8(repo.read(FILE)).expect("a baseline is text");
    let mut lines: Vec<&str> = text.lines().collect();
    lines.sort_unstable();
    lines.dedup();
    assert_eq!(lines.join("\n") + "\n", sorted, "writing it anew only sorts it");
}

#[test]
fn two_baselines_made_apart_merge_by_union_with_both_salts() {
    let repo = Repo::new();
    repo.write(".gitattributes", format!("{FILE} merge=union\n"));
    repo.commit("base");
    let mut values = Values::new(14);
    for (branch, salt) in [("one", 'b'), ("two", 'c')] {
        repo.git(["checkout", "--quiet", "-b", branch, "main"]);
        let (token, password) = (values.github_token(), values.human_password());
        repo.write(format!("{branch}/.env"), format!("GITHUB_TOKEN={token}\nDB_PASSWORD={password}\n"));
        repo.write(FILE, header(salt));
        create(&repo);
        repo.commit(branch);
    }
    repo.git(["merge", "--quiet", "--no-edit", "one"]);
    let text = String::from_utf8(repo.read(FILE)).expect("a baseline is text");
    assert_eq!(text.lines().filter(|line| line.contains("leaklint_baseline")).count(), 2, "{text}");
    scan(&repo).expect(0);
    create(&repo);
    let text = String::from_utf8(repo.read(FILE)).expect("a baseline is text");
    assert_eq!(text.lines().filter(|line| line.contains("leaklint_baseline")).count(), 1, "{text}");
    scan(&repo).expect(0);
}

#[test]
fn a_merge_without_union_is_refused_with_what_to_do() {
    let (repo, _) = project(15);
    create(&repo);
    let text = String::from_utf8(repo.read(FILE)).expect("a baseline is text");
    repo.write(FILE, text.replacen('\n', "\n<<<<<<< HEAD\n=======\n>>>>>>> other\n", 1));
    let outcome = scan(&repo).expect(2);
    assert!(
        outcome.err().contains("merge=union") && outcome.err().contains(&format!("{FILE}:2")),
        "{outcome}"
    );
    assert!(outcome.stdout.is_empty(), "{outcome}");
    let before = repo.read(FILE);
    repo.leaklint().args(["baseline", "create", "--force"]).run().expect(2);
    assert_eq!(repo.read(FILE), before, "the old file is untouched");
}

#[test]
fn another_rule_that_finds_the_value_changes_nothing() {
    let (repo, _) = project(16);
    create(&repo);
    edit(&repo, FILE, |text| {
        let renamed = |line: &str| match line.split_once("\"rule\":\"") {
            Some((head, _)) => format!("{head}\"rule\":\"older-name\",\"service\":\"older\"}}\n"),
            None => format!("{line}\n"),
        };
        text.lines().map(renamed).collect()
    });
    scan(&repo).expect(0);
}
