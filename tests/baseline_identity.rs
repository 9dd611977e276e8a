//! What keeps an identity and what a baseline gives away, through the real binary.

mod common;

use std::collections::BTreeSet;
use std::path::Path;

use common::{Repo, Values, files_below, pem};
use proptest::prelude::*;

const FILE: &str = ".leaklint-baseline.jsonl";

/// Secrets in the notations that identities have to survive, and their raw values.
fn project(seed: u64) -> (Repo, Vec<String>) {
    let mut values = Values::new(seed);
    let (token, key, password) = (values.github_token(), values.stripe_key("live"), values.human_password());
    let (other, block) = (values.human_password(), values.rsa_private_body());
    let repo = Repo::new();
    repo.write("app/.env", format!("A=1\nGITHUB_TOKEN={token}\nDB_PASSWORD={password}\nB=2\n"));
    repo.write("app/pay.py", format!("import os\n\ndef pay():\n    key = \"{key}\"\n    return key\n"));
    repo.write("deploy/values.yaml", format!("db:\n  user: app\n  password: {other}\nend: true\n"));
    let pem = pem(&["RSA", "PRIVATE KEY"].join(" "), &block);
    let indented: String = pem.lines().map(|line| format!("  {line}\n")).collect();
    repo.write("deploy/key.yaml", format!("name: x\nkey: |\n{indented}other: y\n"));
    (repo, vec![token, key, password, other, block])
}

const NAMES: [&str; 4] = ["app/.env", "app/pay.py", "deploy/values.yaml", "deploy/key.yaml"];

fn fingerprints(repo: &Repo, arguments: &[&str]) -> BTreeSet<String> {
    let found = repo.leaklint().args(arguments).args(["--no-baseline"]).findings();
    found.into_iter().map(|finding| finding.fingerprint).collect()
}

/// A change of daily work.
#[derive(Clone, Debug)]
enum Change {
    InsertAbove(u8),
    Append,
    DeleteFirstOrLast,
    Indent(u8),
    Crlf,
    Rename(u8),
}

fn change() -> impl Strategy<Value = (usize, Change)> {
    let change = prop_oneof![
        (1u8..40).prop_map(Change::InsertAbove),
        Just(Change::Append),
        Just(Change::DeleteFirstOrLast),
        (1u8..9).prop_map(Change::Indent),
        Just(Change::Crlf),
        any::<u8>().prop_map(Change::Rename),
    ];
    (0usize..4, change)
}

/// Applies one change; gives the file's name from then on.
fn apply(repo: &Repo, name: &str, change: &Change) -> String {
    let text = String::from_utf8(repo.read(name)).expect("text");
    let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let comment = format!("# nothing to see{end}");
    let inside_key = text.contains("-----BEGIN");
    let new = match change {
        Change::InsertAbove(count) => comment.repeat(usize::from(*count)) + &text,
        Change::Append => text + &comment,
        // Only a line that was put there, or one without a value.
        Change::DeleteFirstOrLast => match text.split_once('\n') {
            Some((first, rest)) if first.starts_with('#') || first == "A=1" => rest.to_owned(),
            _ => text.strip_suffix(&comment).unwrap_or(&text).to_owned(),
        },
        Change::Indent(by) => {
            let space = " ".repeat(usize::from(*by));
            let deeper = |line: &str| match inside_key && !line.starts_with(' ') {
                true => line.to_owned(),
                false => format!("{space}{line}"),
            };
            text.split_inclusive('\n').map(deeper).collect()
        }
        Change::Crlf => match end {
            "\n" => text.replace('\n', "\r\n"),
            _ => text.replace("\r\n", "\n"),
        },
        Change::Rename(number) => {
            let ending = name.rsplit('/').next().expect("a file name");
            let to = format!("moved{number}/{ending}");
            std::fs::create_dir_all(repo.path(&format!("moved{number}"))).expect("made");
            std::fs::rename(repo.path(name), repo.path(&to)).expect("renamed");
            return to;
        }
    };
    repo.write(name, new);
    name.to_owned()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn daily_work_changes_no_identity(seed in 0u64..1000, changes in prop::collection::vec(change(), 1..12)) {
        let (repo, _) = project(seed);
        let before = fingerprints(&repo, &["scan"]);
        prop_assert_eq!(before.len(), 5);
        repo.leaklint().args(["baseline", "create"]).run().expect(0);
        let mut names = NAMES.map(str::to_owned);
        for (which, change) in &changes {
            names[*which] = apply(&repo, &names[*which], change);
        }
        prop_assert_eq!(fingerprints(&repo, &["scan"]), before);
        let outcome = repo.leaklint().arg("scan").run();
        prop_assert_eq!(outcome.code, Some(0), "{}", outcome);
        repo.leaklint().args(["baseline", "update"]).run().expect(0);
        repo.leaklint().args(["baseline", "check"]).run().expect(0);
    }
}

#[test]
fn an_identity_is_the_same_in_tree_index_range_and_history() {
    let (repo, _) = project(2000);
    repo.write(FILE, format!("{{\"leaklint_baseline\":1,\"salt\":\"{}\"}}\n", "a".repeat(64)));
    let base = {
        repo.git(["add", FILE]);
        repo.git(["commit", "--quiet", "-m", "an empty baseline"]);
        repo.git(["rev-parse", "HEAD"])
    };
    let ids = |arguments: &[&str]| -> BTreeSet<String> {
        repo.leaklint().args(arguments).findings().into_iter().map(|finding| finding.fingerprint).collect()
    };
    let tree = ids(&["scan"]);
    assert_eq!(tree.len(), 5);
    repo.add_all();
    assert_eq!(ids(&["staged"]), tree, "index");
    repo.commit("all of them");
    assert_eq!(ids(&["diff", &format!("{base}..HEAD")]), tree, "range");
    assert_eq!(ids(&["history"]), tree, "history");
    repo.leaklint().args(["baseline", "create", "--force"]).run().expect(0);
    repo.leaklint().arg("scan").run().expect(0);
    repo.leaklint().arg("history").run().expect(0);
    repo.git(["reset", "--quiet", "--soft", &base]);
    repo.add_all();
    repo.leaklint().arg("staged").run().expect(0);
    repo.commit("all of them, accepted");
    // A range is judged by the baseline of its base; after one commit that is the full one.
    repo.write("app/more.env", repo.read("app/.env"));
    std::fs::remove_file(repo.path("app/.env")).expect("it is there");
    repo.commit("moved");
    repo.leaklint().args(["diff", "HEAD~1..HEAD"]).run().expect(0);
}

#[test]
fn nothing_of_a_value_is_in_any_file_that_is_written() {
    let (repo, raw) = project(2001);
    let run = |arguments: &[&str]| repo.leaklint().args(arguments).run();
    run(&["baseline", "create", "--reason", "old", "--owner", "ops"]).expect(0);
    let copy = repo.beside().join("old.jsonl");
    std::fs::copy(repo.path(FILE), &copy).expect("copied");
    let mut fresh = Values::new(2002);
    let (token, password) = (fresh.github_token(), fresh.human_password());
    repo.write("new.env", format!("GITHUB_TOKEN={token}\nDB_PASSWORD={password}\n"));
    std::fs::rename(repo.path("app"), repo.path("service")).expect("renamed");
    std::fs::remove_file(repo.path("deploy/key.yaml")).expect("removed");
    let out = |name: &str| repo.beside().join(name).display().to_string();
    run(&["baseline", "update", "--format", "json", "-o", &out("update.json")]).expect(1);
    run(&["baseline", "update", "--accept", "-o", &out("update.txt")]).expect(0);
    run(&["baseline", "check", "-o", &out("check.txt")]).expect(1);
    run(&["baseline", "prune", "-o", &out("prune.txt")]).expect(0);
    run(&[
        "baseline",
        "diff",
        &copy.display().to_string(),
        FILE,
        "--format",
        "json",
        "-o",
        &out("diff.json"),
    ])
    .expect(1);
    run(&["baseline", "merge", &copy.display().to_string(), FILE, "-o", &out("merged.jsonl")]).expect(0);
    let place = "{\"path\":\"new.env\",\"line\":2,\"status\":\"revoked\",\"reason\":\"TOKEN\"}\n";
    std::fs::write(repo.beside().join("decisions"), place.replace("TOKEN", "see the ticket"))
        .expect("written");
    run(&["triage", "--from", &out("decisions"), "-o", &out("triage.txt")]).expect(0);
    for value in raw.iter().chain([&token, &password]) {
        let written = files_below(repo.beside());
        let written = written.iter().filter(|path| !is_source(path));
        let mut count = 0;
        for path in written {
            let bytes = std::fs::read(path).expect("readable");
            for form in forms(value) {
                assert!(!contains(&bytes, &form), "{} holds a value", path.display());
            }
            count += 1;
        }
        assert!(count >= 8, "all outputs were looked at: {count}");
    }
}

/// Files that hold the secrets on purpose.
fn is_source(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    [".env", "new.env", "pay.py", "values.yaml", "key.yaml"].contains(&&*name)
}

/// The value, pieces of it, and how it might be spelled.
fn forms(value: &str) -> Vec<Vec<u8>> {
    let bytes = value.as_bytes();
    let mut forms: Vec<Vec<u8>> = bytes.windows(8.min(bytes.len())).map(<[u8]>::to_vec).collect();
    forms.push(bytes.iter().rev().copied().collect());
    forms.push(bytes.iter().flat_map(|byte| format!("{byte:02x}").into_bytes()).collect());
    forms
}

fn contains(bytes: &[u8], form: &[u8]) -> bool {
    bytes.windows(form.len()).any(|window| window == form)
}

/// What a thief does who has the file and a list of a million passwords with the right one among them.
#[test]
fn a_stolen_baseline_leaves_hundreds_of_a_million_candidates() {
    let repo = Repo::new();
    let words =
        ["dragon", "summer", "monkey", "shadow", "winter", "flower", "secret", "master", "soccer", "tigger"];
    let candidate = |number: u32| format!("{}{:05}!", words[(number % 10) as usize], number / 10);
    let chosen = candidate(424_242);
    let token = Values::new(2003).github_token();
    repo.write(".env", format!("DB_PASSWORD={chosen}\nGITHUB_TOKEN={token}\n"));
    repo.leaklint().args(["baseline", "create"]).run().expect(0);
    let text = String::from_utf8(repo.read(FILE)).expect("text");
    let lines: Vec<serde_json::Value> =
        text.lines().map(|line| serde_json::from_str(line).expect("an object a line")).collect();
    let field = |line: &serde_json::Value, key: &str| line[key].as_str().unwrap_or_default().to_owned();
    let salt: Vec<u8> = field(&lines[0], "salt")
        .as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).expect("ASCII"), 16).expect("hex"))
        .collect();
    let salt: [u8; 32] = salt.try_into().expect("32 bytes");
    let hash_of = |strength: &str| {
        let line = lines.iter().find(|line| line["strength"] == strength).expect("one of each");
        field(line, "hash")
    };
    let (weak, strong) = (hash_of("weak"), hash_of("strong"));
    let hash = |value: &str| blake3::keyed_hash(&salt, value.as_bytes()).to_hex();
    assert_eq!(
        (&hash(&chosen)[..3], &hash(&token)[..32]),
        (weak.as_str(), strong.as_str()),
        "the sum is the right one"
    );
    let (mut left, mut of_strong) = (0, 0);
    for number in 0..1_000_000 {
        let hash = hash(&candidate(number));
        left += u32::from(hash[..3] == weak);
        of_strong += u32::from(hash[..32] == strong);
    }
    // One in 4,096 by chance: 244 of a million. Eight standard deviations are allowed.
    assert!((120..=370).contains(&left), "{left} of a million candidates are left");
    assert_eq!(of_strong, 0);
}
