//! What an entry of the baseline says of itself and what becomes of it, through the real binary.

mod common;

use common::{Repo, Values};

const FILE: &str = ".leaklint-baseline.jsonl";
/// Where and under what the secrets of these tests stand.
const PLACE: &str = "app/.env";

/// A repository with a token and a password, both accepted, with this in their entries.
fn accepted(seed: u64, facts: &str) -> (Repo, [String; 2]) {
    let mut values = Values::new(seed);
    let (token, password) = (values.github_token(), values.human_password());
    let repo = Repo::new();
    repo.write(PLACE, format!("GITHUB_TOKEN={token}\nDB_PASSWORD={password}\n"));
    repo.write(FILE, format!("{{\"leaklint_baseline\":1,\"salt\":\"{}\"}}\n", "a".repeat(64)));
    repo.leaklint().args(["baseline", "create", "--force"]).run().expect(0);
    let text = String::from_utf8(repo.read(FILE)).expect("a baseline is text");
    let described = text.lines().map(|line| match line.contains("\"path\"") {
        true => format!("{},{facts}}}\n", line.trim_end_matches('}')),
        false => format!("{line}\n"),
    });
    repo.write(FILE, described.collect::<String>());
    (repo, [token, password])
}

#[test]
fn an_expired_entry_blocks_again_and_its_history_is_told() {
    let facts = r#""reason":"rotate \u001b[2Jsoon","owner":"ops@example.org","status":"accepted","expires":"2026-06-30""#;
    let (repo, _) = accepted(1, facts);
    let at = |time: &str| repo.leaklint().args(["scan", "--now", time]);
    at("2026-06-30T23:59:59Z").run().expect(0);
    // Days end in UTC, wherever the clock is read.
    at("2026-07-01T01:00:00+02:00").run().expect(0);
    let outcome = at("2026-07-01T00:00:00Z").run().expect(1);
    let out = outcome.out();
    let words = out.split_whitespace().collect::<Vec<_>>().join(" ");
    let told = "expired: the baseline accepted it until 2026-06-30 as accepted, owner ops@example.org: rotate \\u{1b}[2Jsoon";
    assert_eq!(words.matches(told).count(), 2, "{outcome}");
    let json = at("2026-07-01T00:00:00Z").args(["--format", "json"]).run().expect(1).json();
    let expired = &json["findings"][0]["expired"];
    assert_eq!(expired["expires"], "2026-06-30");
    assert_eq!((&expired["owner"], &expired["status"]), (&"ops@example.org".into(), &"accepted".into()));
    assert_eq!(json["counts"]["baselined"], 0);
    let sarif = at("2026-07-01T00:00:00Z").args(["--format", "sarif"]).run().expect(1).json();
    assert_eq!(&sarif["runs"][0]["results"][0]["properties"]["expired"], expired);
}

#[test]
fn an_entry_says_in_the_index_and_in_ranges_too_that_it_has_expired() {
    let (repo, values) = accepted(2, r#""expires":"2026-06-30""#);
    let base = repo.commit("accepted");
    let copy = format!("export GITHUB_TOKEN={}\nexport DB_PASSWORD={}\n", values[0], values[1]);
    repo.write("app/prod.env", copy);
    repo.git(["rm", "--quiet", PLACE]);
    repo.add_all();
    for (time, code) in [("2026-06-30T12:00:00Z", 0), ("2026-07-01T12:00:00Z", 1)] {
        let outcome = repo.leaklint().args(["staged", "--now", time]).run().expect(code);
        assert_eq!(outcome.out().contains("until 2026-06-30"), code == 1, "{outcome}");
    }
    repo.commit("moved");
    let range = format!("{base}..HEAD");
    repo.leaklint().args(["diff", &range, "--now", "2026-06-30T12:00:00Z"]).run().expect(0);
    repo.leaklint().args(["diff", &range, "--now", "2026-07-01T12:00:00Z"]).run().expect(1);
    repo.leaklint().args(["history", "--now", "2026-07-01T12:00:00Z"]).run().expect(1);
}

#[test]
fn what_an_entry_says_is_masked_where_it_is_the_value() {
    let (repo, values) = accepted(3, r#""reason":"VALUE","expires":"2026-06-30""#);
    let text = String::from_utf8(repo.read(FILE)).expect("a baseline is text");
    repo.write(FILE, text.replace("VALUE", &values[1]));
    for format in ["human", "json", "sarif"] {
        let run = repo.leaklint().args(["scan", "--now", "2026-07-01T00:00:00Z", "--format", format, PLACE]);
        let outcome = run.run().expect(1);
        assert!(!outcome.out().contains(&values[1]), "{outcome}");
    }
}

#[test]
fn anywhere_is_every_file_of_the_repository() {
    let (repo, _) = accepted(4, r#""anywhere":true"#);
    repo.write("copy/.env", repo.read(PLACE));
    repo.leaklint().arg("scan").run().expect(0);
    repo.leaklint().args(["baseline", "create", "--force"]).run().expect(0);
    let text = String::from_utf8(repo.read(FILE)).expect("a baseline is text");
    assert_eq!((text.lines().count(), text.matches("\"anywhere\":true").count()), (3, 2), "{text}");
}

#[test]
fn the_index_reads_the_baseline_when_something_is_found_and_only_then() {
    let (repo, _) = accepted(5, r#""owner":"ops""#);
    repo.write(FILE, "broken\n");
    repo.write("notes.txt", "nothing to see\n");
    repo.git(["add", FILE, "notes.txt"]);
    repo.leaklint().arg("staged").run().expect(0);
    repo.leaklint().arg("scan").run().expect(2);
    repo.add_all();
    let outcome = repo.leaklint().arg("staged").run().expect(2);
    assert!(
        outcome.err().contains("neither a header nor an entry") && outcome.stdout.is_empty(),
        "{outcome}"
    );
}

/// Changes every line with a secret and stages that.
fn export(repo: &Repo) {
    let text = String::from_utf8(repo.read(PLACE)).expect("text");
    repo.write(PLACE, text.lines().map(|line| format!("export {line}\n")).collect::<String>());
    repo.add_all();
}

/// The bytes of the baseline with every hash made another: as long as before, and nothing accepted.
fn spoiled(repo: &Repo) -> Vec<u8> {
    let text = String::from_utf8(repo.read(FILE)).expect("a baseline is text");
    let turned = |line: &str| match line.split_once("\"hash\":\"") {
        Some((before, hash)) => {
            let other = if hash.starts_with('0') { '1' } else { '0' };
            format!("{before}\"hash\":\"{other}{}\n", &hash[1..])
        }
        None => format!("{line}\n"),
    };
    text.lines().map(turned).collect::<String>().into_bytes()
}

#[test]
fn staged_takes_the_baseline_of_the_index_when_the_working_tree_has_another_of_the_same_size_and_time() {
    let (repo, _) = accepted(6, r#""owner":"ops""#);
    repo.commit("accepted");
    export(&repo);
    repo.leaklint().arg("staged").run().expect(0);
    let (path, was) = (repo.path(FILE), repo.read(FILE));
    let time = std::fs::metadata(&path).and_then(|there| there.modified()).expect("a time");
    for other in [spoiled(&repo), was] {
        repo.write(FILE, &other);
        std::fs::File::options()
            .write(true)
            .open(&path)
            .and_then(|file| file.set_modified(time))
            .expect("set");
        repo.leaklint().arg("staged").run().expect(0);
    }
    repo.write(FILE, spoiled(&repo));
    repo.add_all();
    repo.leaklint().arg("staged").run().expect(1);
}

#[test]
fn staged_reads_a_baseline_that_git_converts() {
    let (repo, _) = accepted(7, r#""owner":"ops""#);
    repo.git(["config", "core.autocrlf", "true"]);
    repo.commit("accepted");
    std::fs::remove_file(repo.path(FILE)).expect("removed");
    repo.git(["checkout", "--", FILE]);
    assert!(repo.read(FILE).windows(2).any(|two| two == b"\r\n"));
    export(&repo);
    repo.leaklint().arg("staged").run().expect(0);
}
