//! Files of several windows, which are searched on all threads, and where a run's time went.

mod common;

use common::{Leaklint, Repo, Values};

/// Twenty megabytes of lines, with a password in every hundred thousand bytes.
fn log(values: &mut Values) -> String {
    let mut text = String::new();
    let mut at = 0;
    while text.len() < 20 << 20 {
        text.push_str("2026-11-22 10:00:00 the worker took its job and finished it in time\n");
        if text.len() >= at {
            text.push_str(&format!("password = \"{}\"\n", values.alnum(20)));
            at += 100_000;
        }
    }
    text
}

fn scan(repo: &Repo, options: &[&str]) -> Leaklint {
    repo.leaklint()
        .args(["scan", "app.ini", "--format", "json", "--now", "2026-11-22T00:00:00Z"])
        .args(options)
}

#[test]
fn a_large_file_says_the_same_on_any_number_of_threads() {
    let repo = Repo::plain();
    let text = log(&mut Values::new(1));
    let passwords = text.matches("password = ").count();
    repo.write("app.ini", &text);
    let one = scan(&repo, &["--threads", "1"]).run();
    for threads in ["2", "8"] {
        assert_eq!(scan(&repo, &["--threads", threads]).run().out(), one.out(), "{threads} threads");
    }
    let report = one.json();
    let findings = report["findings"].as_array().expect("a list");
    assert_eq!(findings.len(), 100, "no more of one rule");
    let lines: Vec<u64> =
        findings.iter().map(|finding| finding["start_line"].as_u64().expect("a line")).collect();
    let expected: Vec<u64> = (1..)
        .zip(text.lines())
        .filter(|(_, line)| line.starts_with("password"))
        .map(|(at, _)| at)
        .take(100)
        .collect();
    assert_eq!(lines, expected, "the first hundred, at their own lines");
    let message = report["problems"][0]["message"].as_str().expect("a message");
    assert!(message.starts_with(&format!("{} further findings", passwords - 100)), "{message}");
}

#[test]
fn timings_name_stages_rules_and_files_and_change_nothing_else() {
    let repo = Repo::plain();
    let mut values = Values::new(2);
    let token = values.github_token();
    repo.write("app.ini", format!("token = {token}\n"));
    let plain = scan(&repo, &[]).run().expect(1);
    let timed = scan(&repo, &["--timings"]).run().expect(1);
    assert_eq!(timed.out(), plain.out());
    let told = timed.err();
    for word in ["list", "read", "runs", "detect", "decode", "judge", "report"] {
        assert!(told.lines().any(|line| line.ends_with(&format!("%  {word}"))), "{word}: {told}");
    }
    assert!(told.contains("  github-personal-access-token\n") && told.contains("  app.ini\n"), "{told}");
    assert!(!plain.err().contains("timings"), "{}", plain.err());
}

#[test]
fn timings_mask_what_is_found_where_it_is_a_files_name() {
    let repo = Repo::plain();
    let token = Values::new(3).github_token();
    let name = format!("{token}.ini");
    repo.write(&name, format!("token = {token}\n"));
    let told = repo.leaklint().args(["scan", ".", "--timings", "--quiet"]).run().expect(1);
    assert!(!told.err().contains(&token) && told.err().contains("  ********.ini\n"), "{}", told.err());
}
