//! `leaklint baseline update|prune|check|diff|merge` through the real binary.

mod common;

use common::{Outcome, Repo, Values};

const FILE: &str = ".leaklint-baseline.jsonl";
const NOW: &str = "2026-11-22T12:00:00Z";

fn header(salt: char) -> String {
    format!("{{\"leaklint_baseline\":1,\"salt\":\"{}\"}}\n", salt.to_string().repeat(64))
}

/// Three files with a token and a password each, all accepted.
fn project(seed: u64) -> (Repo, Vec<String>) {
    let mut values = Values::new(seed);
    let repo = Repo::new();
    let mut raw = Vec::new();
    for name in ["a", "b", "c"] {
        let (token, password) = (values.github_token(), values.human_password());
        repo.write(format!("{name}/.env"), format!("GITHUB_TOKEN={token}\nDB_PASSWORD={password}\n"));
        raw.extend([token, password]);
    }
    repo.write(FILE, header('a'));
    repo.leaklint().args(["baseline", "create", "--force"]).run().expect(0);
    (repo, raw)
}

fn text(repo: &Repo) -> String {
    String::from_utf8(repo.read(FILE)).expect("a baseline is text")
}

fn baseline(repo: &Repo, arguments: &[&str]) -> Outcome {
    repo.leaklint().arg("baseline").args(arguments).run()
}

fn with_facts(repo: &Repo, path: &str, facts: &str) {
    let described = |line: &str| match line.contains(&format!("\"path\":\"{path}\"")) {
        true => format!("{},{facts}}}\n", line.trim_end_matches('}')),
        false => format!("{line}\n"),
    };
    let described: String = text(repo).lines().map(described).collect();
    repo.write(FILE, described);
}

#[test]
fn update_adds_nothing_deletes_nothing_and_says_what_is_new() {
    let (repo, _) = project(1);
    let before = text(&repo);
    baseline(&repo, &["update"]).expect(0);
    assert_eq!(text(&repo), before);
    let token = Values::new(50).github_token();
    repo.write("new/.env", format!("# one\nGITHUB_TOKEN={token}\n"));
    std::fs::remove_dir_all(repo.path("c")).expect("it is there");
    let outcome = baseline(&repo, &["update"]).expect(1);
    assert_eq!(text(&repo), before);
    assert!(outcome.out().contains("new/.env: ") && outcome.out().contains("line 2"), "{outcome}");
    assert!(!outcome.out().contains(&token), "{outcome}");
    let outcome = baseline(&repo, &["update", "--owner", "ops"]).expect(2);
    assert!(outcome.err().contains("--accept"), "{outcome}");
    let facts = ["--accept", "--reason", "being rotated", "--owner", "ops", "--status", "accepted"];
    baseline(&repo, &[&["update", "--expires", "2027-06-30"], &facts[..]].concat()).expect(0);
    let added: Vec<String> =
        text(&repo).lines().filter(|line| !before.contains(*line)).map(str::to_owned).collect();
    assert_eq!(added.len(), 1, "{added:?}");
    let said = r#""reason":"being rotated","owner":"ops","status":"accepted","expires":"2027-06-30"}"#;
    assert!(added[0].ends_with(said) && added[0].contains("new/.env"), "{added:?}");
    assert_eq!(text(&repo).lines().count(), before.lines().count() + 1, "nothing was deleted");
    repo.leaklint().arg("scan").run().expect(0);
}

#[test]
fn update_follows_moved_values_and_renamed_rules() {
    let (repo, _) = project(2);
    let rule = |line: &str| {
        line.split_once("\"rule\":\"")
            .and_then(|(_, rest)| rest.split_once('"'))
            .map(|(rule, _)| rule.to_owned())
    };
    let names: Vec<String> = text(&repo).lines().filter_map(rule).collect();
    repo.write(FILE, text(&repo).replace(&format!("\"rule\":\"{}\"", names[0]), "\"rule\":\"older-name\""));
    with_facts(&repo, "a/.env", r#""owner":"ops""#);
    std::fs::rename(repo.path("a"), repo.path("moved")).expect("renamed");
    let outcome = baseline(&repo, &["update", "--format", "json"]).expect(0);
    let json = outcome.json();
    assert_eq!(json["moved"].as_array().map(Vec::len), Some(2), "{outcome}");
    assert_eq!(
        (&json["moved"][0]["from"], &json["moved"][0]["path"]),
        (&"a/.env".into(), &"moved/.env".into())
    );
    let after = text(&repo);
    assert!(!after.contains("older-name") && !after.contains("a/.env\""), "{after}");
    assert_eq!(
        (after.matches("moved/.env").count(), after.matches("\"owner\":\"ops\"").count()),
        (2, 2),
        "{after}"
    );
    let mut lines: Vec<&str> = after.lines().collect();
    lines.sort_unstable();
    assert_eq!(lines.join("\n") + "\n", after);
}

#[test]
fn update_brings_entries_under_one_salt() {
    let (repo, _) = project(3);
    let ours = text(&repo);
    repo.write(FILE, header('b'));
    repo.leaklint().args(["baseline", "create", "--force"]).run().expect(0);
    repo.write(FILE, text(&repo) + &ours);
    repo.leaklint().arg("scan").run().expect(0);
    baseline(&repo, &["update"]).expect(0);
    assert_eq!(text(&repo).lines().count(), 7, "{}", text(&repo));
    repo.leaklint().arg("scan").run().expect(0);
}

#[test]
fn prune_deletes_what_is_nowhere_and_nothing_else() {
    let (repo, raw) = project(4);
    repo.commit("all");
    std::fs::remove_dir_all(repo.path("a")).expect("it is there");
    std::fs::rename(repo.path("b"), repo.path("moved")).expect("renamed");
    // Not scanned, and so not known to be gone.
    repo.write(".leaklint.yaml", "exclude: ['c/**']\n");
    let outcome = baseline(&repo, &["check"]).expect(1);
    assert!(outcome.out().contains("dead") && outcome.out().contains("a/.env"), "{outcome}");
    assert!(!outcome.out().contains("b/.env") && outcome.out().contains("2 cannot be told"), "{outcome}");
    baseline(&repo, &["check", "--history"]).expect(0);
    baseline(&repo, &["prune", "--history"]).expect(0);
    assert_eq!(text(&repo).lines().count(), 7);
    let outcome = baseline(&repo, &["prune"]).expect(0);
    assert_eq!((outcome.out().matches("a/.env").count(), text(&repo).lines().count()), (2, 5), "{outcome}");
    assert!(raw.iter().all(|value| !outcome.out().contains(value)), "{outcome}");
    let again = text(&repo);
    baseline(&repo, &["prune"]).expect(0);
    baseline(&repo, &["check"]).expect(0);
    assert_eq!(text(&repo), again);
}

#[test]
fn prune_keeps_allowed_doubtful_and_switched_off_values() {
    let (repo, _) = project(5);
    let env = String::from_utf8(repo.read("a/.env")).expect("text");
    repo.write("a/.env", env.replace('\n', " # leaklint:allow\n"));
    let rules: Vec<String> = repo
        .leaklint()
        .args(["scan", "--no-baseline"])
        .findings()
        .iter()
        .map(|f| f.rule_id.clone())
        .collect();
    repo.write(".leaklint.yaml", format!("min_confidence: high\nrules:\n  off: [{}]\n", rules[0]));
    let before = text(&repo);
    std::fs::write(repo.path("b/.env"), "x\n").expect("written");
    baseline(&repo, &["prune"]).expect(0);
    let off: Vec<&str> = before.lines().filter(|line| line.contains(&format!("\"{}\"", rules[0]))).collect();
    let left = text(&repo);
    assert!(off.iter().all(|line| left.contains(*line)), "a rule that is off says nothing: {left}");
    assert_eq!(left.matches("a/.env").count(), 2, "{left}");
    assert_eq!(left.matches("c/.env").count(), 2, "{left}");
}

#[test]
fn check_fails_on_expired_and_unexplained_entries() {
    let (repo, _) = project(6);
    with_facts(&repo, "a/.env", r#""reason":"soon","expires":"2026-01-01""#);
    with_facts(&repo, "b/.env", r#""reason":" ","owner":"ops""#);
    let outcome = baseline(&repo, &["check", "--now", NOW]).expect(1);
    assert!(
        outcome.out().contains("expired") && outcome.out().contains("until 2026-01-01: soon"),
        "{outcome}"
    );
    baseline(&repo, &["check", "--now", "2025-11-22T12:00:00Z"]).expect(0);
    let arguments =
        ["check", "--now", "2025-11-22T12:00:00Z", "--require", "reason,owner", "--format", "json"];
    let json = baseline(&repo, &arguments).expect(1).json();
    let lacks: Vec<String> = json["unexplained"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|entry| entry["lacks"].to_string())
        .collect();
    let expected = [
        r#"["owner"]"#,
        r#"["owner"]"#,
        r#"["reason"]"#,
        r#"["reason"]"#,
        r#"["reason","owner"]"#,
        r#"["reason","owner"]"#,
    ];
    assert_eq!(lacks, expected, "{json}");
    let outcome = baseline(&repo, &["update", "--accept", "--require", "owner"]).expect(2);
    assert!(outcome.err().contains("--owner"), "{outcome}");
    let broken = text(&repo).replace("2026-01-01", "soon");
    repo.write(FILE, &broken);
    let outcome = baseline(&repo, &["check"]).expect(2);
    assert!(outcome.err().contains("no date") && outcome.err().contains(FILE), "{outcome}");
    for command in ["update", "prune"] {
        baseline(&repo, &[command]).expect(2);
        assert_eq!(text(&repo), broken, "the old file is untouched");
    }
}

#[test]
fn an_expired_entry_is_renewed_by_a_new_end_only() {
    let (repo, _) = project(7);
    with_facts(&repo, "a/.env", r#""reason":"soon","expires":"2026-01-01""#);
    let before = text(&repo);
    baseline(&repo, &["update", "--now", NOW]).expect(1);
    baseline(&repo, &["update", "--accept", "--now", NOW]).expect(1);
    assert_eq!(text(&repo), before);
    baseline(&repo, &["update", "--accept", "--expires", "2027-01-01", "--now", NOW]).expect(0);
    assert_eq!(text(&repo), before.replace("2026-01-01", "2027-01-01"));
    repo.leaklint().args(["scan", "--now", NOW]).run().expect(0);
}

#[test]
fn diff_tells_new_gone_moved_and_still_there() {
    let (repo, _) = project(8);
    let old = repo.beside().join("old.jsonl");
    std::fs::copy(repo.path(FILE), &old).expect("copied");
    std::fs::remove_dir_all(repo.path("a")).expect("it is there");
    std::fs::rename(repo.path("b"), repo.path("moved")).expect("renamed");
    let diff = |format: &str| {
        repo.leaklint().args(["baseline", "diff"]).arg(&old).args([FILE, "--format", format]).run()
    };
    baseline(&repo, &["update"]).expect(0);
    baseline(&repo, &["prune"]).expect(0);
    let outcome = diff("human").expect(0);
    assert!(outcome.out().starts_with("0 new, 2 gone, 2 moved, 2 still there\n"), "{outcome}");
    repo.write("new.env", format!("GITHUB_TOKEN={}\n", Values::new(60).github_token()));
    baseline(&repo, &["update", "--accept", "--expires", "2027-01-01"]).expect(0);
    let json = diff("json").expect(1).json();
    let count = |key: &str| json[key].as_array().map(Vec::len);
    assert_eq!(
        (count("new"), count("gone"), count("moved"), &json["still_there"]),
        (Some(1), Some(2), Some(2), &2.into())
    );
    assert_eq!(
        (&json["moved"][0]["from"], &json["moved"][0]["path"]),
        (&"b/.env".into(), &"moved/.env".into())
    );
    std::fs::copy(repo.path(FILE), &old).expect("copied");
    repo.write(FILE, text(&repo).replace("2027-01-01", "2028-01-01"));
    let outcome = repo
        .leaklint()
        .args(["baseline", "diff", "-", FILE])
        .stdin(std::fs::read(&old).expect("read"))
        .run()
        .expect(1);
    assert!(
        outcome.out().contains("for longer") && outcome.out().contains("before: until 2027-01-01"),
        "{outcome}"
    );
    std::fs::write(&old, text(&repo).replace(&"a".repeat(64), &"c".repeat(64))).expect("written");
    assert!(diff("human").expect(2).err().contains("salt"));
}

#[test]
fn a_conflict_is_merged_from_its_markers_in_both_styles() {
    for style in ["merge", "diff3"] {
        let (repo, _) = project(9);
        repo.git(["config", "merge.conflictStyle", style]);
        repo.commit("base");
        let mut values = Values::new(70);
        for branch in ["one", "two"] {
            repo.git(["checkout", "--quiet", "-b", branch, "main"]);
            repo.write(format!("b/{branch}.env"), format!("GITHUB_TOKEN={}\n", values.github_token()));
            baseline(&repo, &["update", "--accept", "--owner", branch]).expect(0);
            repo.commit(branch);
        }
        let merge = repo
            .git_command(["merge", "--quiet", "--no-edit", "one"])
            .output()
            .expect("git runs")
            .status
            .success();
        assert!(!merge, "both have added a line in the same place");
        repo.leaklint().arg("scan").run().expect(2);
        baseline(&repo, &["merge", FILE, "-o", FILE]).expect(0);
        assert_eq!(text(&repo).lines().count(), 9, "{}", text(&repo));
        repo.leaklint().arg("scan").run().expect(0);
    }
}

#[test]
fn as_a_merge_driver_it_merges_what_union_cannot() {
    let (repo, _) = project(10);
    let driver = format!("{} baseline merge --driver %O %A %B", env!("CARGO_BIN_EXE_leaklint"));
    repo.git(["config", "merge.leaklint.driver", &driver]);
    repo.write(".gitattributes", format!("{FILE} merge=leaklint\n"));
    repo.commit("base");
    repo.git(["checkout", "--quiet", "-b", "one"]);
    std::fs::remove_dir_all(repo.path("a")).expect("it is there");
    baseline(&repo, &["prune"]).expect(0);
    with_facts(&repo, "b/.env", r#""owner":"ops""#);
    repo.commit("one");
    repo.git(["checkout", "--quiet", "-b", "two", "main"]);
    with_facts(&repo, "b/.env", r#""reason":"legacy""#);
    repo.write("b/new.env", format!("GITHUB_TOKEN={}\n", Values::new(80).github_token()));
    baseline(&repo, &["update", "--accept"]).expect(0);
    repo.commit("two");
    repo.git(["merge", "--quiet", "--no-edit", "one"]);
    let merged = text(&repo);
    assert!(!merged.contains("a/.env"), "deleted on one side: {merged}");
    assert_eq!(merged.matches(r#""reason":"legacy","owner":"ops""#).count(), 2, "{merged}");
    baseline(&repo, &["check"]).expect(0);
    repo.leaklint().arg("scan").run().expect(0);
}

#[test]
fn merging_keeps_only_salts_that_are_used_and_a_broken_file_stops_it() {
    let (repo, _) = project(11);
    let ours = text(&repo);
    repo.write("unused.jsonl", header('b'));
    let outcome = baseline(&repo, &["merge", FILE, "unused.jsonl"]).expect(0);
    assert_eq!(outcome.out(), ours);
    repo.write("broken.jsonl", "nonsense\n");
    baseline(&repo, &["merge", FILE, "broken.jsonl", "-o", FILE]).expect(2);
    assert_eq!(text(&repo), ours);
    baseline(&repo, &["merge", "--driver", FILE, FILE]).expect(2);
}

#[test]
fn processes_at_once_lose_nothing() {
    let repo = Repo::new();
    let mut values = Values::new(90);
    let names = ["p", "q", "r", "s", "t", "u"];
    for name in names {
        repo.write(format!("{name}/.env"), format!("GITHUB_TOKEN={}\n", values.github_token()));
    }
    repo.write(FILE, header('a'));
    let start = |name: &&str| {
        let others = names
            .iter()
            .filter(|other| other != &name)
            .flat_map(|other| ["--exclude".to_owned(), format!("{other}/**")]);
        let run =
            repo.leaklint().args(["baseline", "update", "--accept", "--quiet", "--owner", name]).args(others);
        run.command().spawn().expect("the binary under test starts")
    };
    let children: Vec<_> = names.iter().map(start).collect();
    for mut child in children {
        assert!(child.wait().expect("our own child").success());
    }
    let text = text(&repo);
    assert_eq!(text.lines().count(), 1 + names.len(), "{text}");
    repo.leaklint().arg("scan").run().expect(0);
    let left: Vec<_> = std::fs::read_dir(repo.dir())
        .expect("listed")
        .filter_map(Result::ok)
        .map(|entry| entry.file_name())
        .collect();
    assert!(left.iter().all(|name| !name.to_string_lossy().contains("lock")), "{left:?}");
}

#[cfg(unix)]
#[test]
fn a_directory_that_cannot_be_written_is_said_and_the_old_file_stays() {
    use std::os::unix::fs::PermissionsExt as _;
    let (repo, _) = project(12);
    let directory = repo.path("kept");
    std::fs::create_dir(&directory).expect("made");
    std::fs::copy(repo.path(FILE), directory.join("b.jsonl")).expect("copied");
    let before = text(&repo);
    repo.write("n.env", format!("GITHUB_TOKEN={}\n", Values::new(91).github_token()));
    std::fs::set_permissions(&directory, std::fs::Permissions::from_mode(0o555)).expect("set");
    // Root may write everywhere but where the kernel does not let it.
    let may = std::fs::write(directory.join("probe"), "").is_ok();
    drop(std::fs::remove_file(directory.join("probe")));
    let target = if may { "/proc/b.jsonl" } else { "kept/b.jsonl" };
    let command = if may { "create" } else { "update" };
    let arguments = [command, "--baseline", target, if may { "--force" } else { "--accept" }];
    let outcome = baseline(&repo, &arguments).expect(2);
    assert!(outcome.err().contains(&format!("cannot write {target}")), "{outcome}");
    assert!(outcome.err().contains("may be written to"), "{outcome}");
    std::fs::set_permissions(&directory, std::fs::Permissions::from_mode(0o755)).expect("set");
    assert_eq!(std::fs::read_to_string(directory.join("b.jsonl")).expect("read"), before);
}

#[test]
fn a_baseline_over_the_limit_is_refused_quickly() {
    let (repo, _) = project(13);
    let line = text(&repo).lines().last().expect("an entry").to_owned() + "\n";
    let huge = header('a') + &line.repeat((100 << 20) / line.len());
    repo.write(FILE, &huge);
    for arguments in
        [&["scan"][..], &["baseline", "check"], &["baseline", "create", "--force"], &["baseline", "prune"]]
    {
        let outcome = repo.leaklint().args(arguments).run().expect(2);
        assert!(outcome.err().contains("64 MiB"), "{outcome}");
    }
    assert_eq!(repo.read(FILE).len(), huge.len(), "the old file is untouched");
}

#[test]
fn the_configuration_says_where_the_baseline_is_and_what_it_has_to_say() {
    let (repo, _) = project(14);
    std::fs::create_dir(repo.path("kept")).expect("made");
    std::fs::rename(repo.path(FILE), repo.path("kept/accepted.jsonl")).expect("moved");
    repo.write(".leaklint.yaml", "baseline: { path: kept/accepted.jsonl, require: [reason, owner] }\n");
    repo.leaklint().arg("scan").run().expect(0);
    repo.commit("all");
    repo.leaklint().arg("staged").run().expect(0);
    let outcome = baseline(&repo, &["check"]).expect(1);
    assert!(
        outcome.out().contains("kept/accepted.jsonl: 6 entries")
            && outcome.out().contains("lacks reason, owner"),
        "{outcome}"
    );
    repo.write("n.env", format!("GITHUB_TOKEN={}\n", Values::new(92).github_token()));
    for command in [&["update", "--accept"][..], &["create", "--force"]] {
        let outcome = baseline(&repo, command).expect(2);
        assert!(outcome.err().contains("`reason`"), "{outcome}");
    }
    baseline(&repo, &["update", "--accept", "--reason", "x", "--owner", "y"]).expect(0);
    repo.leaklint().arg("scan").run().expect(0);
    assert!(!repo.path(FILE).exists());
}

#[test]
fn a_range_that_lets_entries_hold_for_longer_says_so() {
    let (repo, _) = project(15);
    with_facts(&repo, "a/.env", r#""expires":"2027-01-01""#);
    let base = repo.commit("accepted");
    repo.write(FILE, text(&repo).replace("2027-01-01", "2028-01-01"));
    repo.commit("for longer");
    let outcome = repo.leaklint().args(["diff", &format!("{base}..HEAD"), "--now", NOW]).run().expect(0);
    assert_eq!(outcome.err().matches("in a/.env for longer").count(), 2, "{outcome}");
    let refused = ["diff", &format!("{base}..HEAD"), "--refuse-policy-changes", "--now", NOW];
    repo.leaklint().args(refused).run().expect(1);
}
