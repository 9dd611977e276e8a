//! detect-secrets, ripsecrets, talisman, git-secrets, secretlint.

use serde_json::json;
use sha1::Digest as _;

use crate::common::{Repo, Values};
use crate::{baseline, fates, has, text};

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn sha1(text: &str) -> String {
    hex(&sha1::Sha1::digest(text))
}

#[test]
fn hashes_of_detect_secrets_are_resolved_by_scanning() {
    let repo = Repo::new();
    let mut values = Values::new(6);
    let (token, password) = (values.github_token(), values.strong_password());
    repo.write("a.env", format!("A_TOKEN={token}\n"));
    repo.write("src/b.py", format!("x = 1\npassword = \"{password}\"\nnote = \"just words\"\n"));
    let result = |kind: &str, value: &str, line: u64, is_secret: Option<bool>| {
        let mut entry = json!({"type": kind, "filename": "-", "hashed_secret": sha1(value), "is_verified": false, "line_number": line});
        if let Some(is_secret) = is_secret {
            entry["is_secret"] = is_secret.into();
        }
        entry
    };
    let baseline_file = json!({
        "version": "1.5.0",
        "plugins_used": [{"name": "KeywordDetector"}, {"name": "Own", "path": "file://own.py"}],
        "filters_used": [
            {"path": "detect_secrets.filters.allowlist.is_line_allowlisted"},
            {"path": "detect_secrets.filters.regex.should_exclude_file", "pattern": ["^package-lock\\.json$"]},
            {"path": "detect_secrets.filters.regex.should_exclude_secret", "pattern": ["^fake-.*"]},
            {"path": "detect_secrets.filters.regex.should_exclude_line", "pattern": ["noqa"]},
        ],
        "results": {
            "a.env": [result("GitHub Token", &token, 1, Some(false)), result("GitHub Token", "gone", 1, None)],
            "src/b.py": [result("Secret Keyword", &password, 2, Some(true)), result("Secret Keyword", "just words", 3, None)],
            "../out": [result("x", "y", 1, None)],
        },
    });
    repo.write(".secrets.baseline", baseline_file.to_string());
    let outcome = repo.leaklint().args(["import", ".secrets.baseline"]).run().expect(1);
    has(&outcome, "not carried", "plugin of its own");
    has(&outcome, "carried", "filter of files");
    has(&outcome, "carried", "filter of values");
    has(&outcome, "not carried", "filter of lines");
    has(&outcome, "carried", "result: GitHub Token");
    has(
        &outcome,
        "not carried",
        "result: GitHub Token: nothing that leaklint reports in this file has this hash",
    );
    has(&outcome, "not carried", "result: Secret Keyword: leaklint does not report this value");
    has(&outcome, "not carried", "result: x: its path is absolute or leads out");
    assert_eq!(baseline(&repo), [("a.env".to_owned(), false), ("src/b.py".to_owned(), false)]);
    let entries = text(&repo, ".leaklint-baseline.jsonl");
    assert!(entries.contains("\"false-positive\"") && entries.contains("\"accepted\""), "{entries}");
    assert!(crate::config(&repo).contains("'/package-lock.json'"));
}

#[test]
fn values_of_ripsecrets_hold_anywhere_and_its_paths_are_left_out() {
    let repo = Repo::new();
    let token = Values::new(7).github_token();
    repo.write("a.env", format!("A_TOKEN={token}\n"));
    repo.write("b/c.env", format!("A_TOKEN={token}\n"));
    repo.write(
        ".secretsignore",
        format!("# paths\nvendor/\n!vendor/own\n\n[secrets]\n{token}\nnever-seen-1234\n"),
    );
    let outcome = repo.leaklint().args(["import", ".secretsignore"]).run().expect(1);
    let fates: Vec<String> = fates(&outcome).into_iter().map(|(fate, _)| fate).collect();
    assert_eq!(fates, ["carried differently", "not carried", "carried", "not carried"], "{outcome}");
    let config = crate::config(&repo);
    assert!(config.contains("exclude:\n  - 'vendor/'") && !config.contains("1234"), "{config}");
    assert_eq!(baseline(&repo), [("a.env".to_owned(), true)]);
    std::fs::remove_file(repo.path(".secretsignore")).expect("is there");
    repo.leaklint().args(["scan", "--no-config"]).run().expect(0);
}

#[test]
fn files_of_talisman_are_accepted_while_their_content_is_the_same() {
    let repo = Repo::new();
    let mut values = Values::new(8);
    let a = format!("A_TOKEN={}\n", values.github_token());
    repo.write("a.env", &a);
    repo.write("b.env", format!("B_TOKEN={}\n", values.github_token()));
    let rc = format!(
        "fileignoreconfig:\n- filename: a.env\n  checksum: {}\n- filename: b.env\n  checksum: {}\n- filename: big.bin\n  ignore_detectors: [filesize]\n- filename: docs/x.md\n  allowed_patterns: ['^sample-\\w+$']\nscopeconfig:\n- scope: node\nallowed_patterns:\n- placeholder\ncustom_patterns: ['x{{3}}']\nthreshold: medium\nversion: '1.0'\n",
        hex(&sha2::Sha256::digest(&a)),
        hex(&sha2::Sha256::digest("something else")),
    );
    repo.write(".talismanrc", rc);
    let outcome = repo.leaklint().args(["import", ".talismanrc"]).run().expect(1);
    has(&outcome, "carried", "line 2: file accepted by its checksum");
    has(&outcome, "not carried", "line 4: file accepted by its checksum: the file has changed since");
    has(&outcome, "not carried", "ignored detector");
    has(&outcome, "carried differently", "allowed pattern of a file");
    has(&outcome, "carried differently", "allowed pattern: talisman takes");
    has(&outcome, "not carried", "scope");
    has(&outcome, "not carried", "custom pattern");
    has(&outcome, "carried", "threshold");
    assert_eq!(baseline(&repo), [("a.env".to_owned(), false)]);
    let config = crate::config(&repo);
    assert!(config.contains("min_severity: medium") && config.contains("- '/docs/x.md'"), "{config}");
}

#[test]
fn patterns_of_git_secrets_are_carried_and_its_commands_never_run() {
    let repo = Repo::new();
    let token = Values::new(9).github_token();
    repo.write("a.env", format!("A_TOKEN={token}\n"));
    let ran = repo.path("ran");
    repo.git(["config", "secrets.providers", &format!("touch {}", ran.display())]);
    repo.git(["config", "secrets.patterns", "own-[a-z]+"]);
    repo.write(
        ".gitallowed",
        format!("# ours\n\\<sample[0-9]+\n{token}\n^docs/.*:[0-9]+:\n[[:alpha:]]+-demo\n"),
    );
    let outcome = repo.leaklint().args(["import", ".gitallowed"]).run().expect(1);
    has(&outcome, "carried differently", "line 2: pattern: git-secrets looks for it");
    has(&outcome, "carried", "line 3: pattern, a literal");
    has(&outcome, "not carried", "line 4: pattern: it is about `file:line:text`");
    has(&outcome, "carried differently", "line 5: pattern");
    has(&outcome, "not carried", "entry 1: `secrets.providers`: it is a command, which is never run");
    has(&outcome, "not carried", "entry 1: `secrets.patterns`");
    assert!(!ran.exists());
    let config = crate::config(&repo);
    assert!(config.contains(r"'\bsample[0-9]+'") && !config.contains(&token[8..]), "{config}");
    assert_eq!(fates(&outcome).len(), 6);
}

#[test]
fn rules_and_values_of_secretlint_are_carried() {
    let repo = Repo::new();
    let token = Values::new(10).github_token();
    repo.write("a.env", format!("A_TOKEN={token}\n"));
    let rc = json!({"rules": [
        {"id": "@secretlint/secretlint-rule-preset-recommend", "rules": [
            {"id": "@secretlint/secretlint-rule-aws", "options": {"allows": ["/^demo-[a-z]+$/i", "/a(?!b)/"]}, "allowMessageIds": ["X"]},
        ]},
        {"id": "@secretlint/secretlint-rule-slack", "disabled": true},
        {"id": "@secretlint/secretlint-rule-nobody", "disabled": true},
        {"id": "@secretlint/secretlint-rule-github", "options": {"allows": [token]}, "severity": "warning"},
    ]});
    repo.write(".secretlintrc.json", rc.to_string());
    let outcome = repo.leaklint().args(["import", ".secretlintrc.json"]).run().expect(1);
    let fates: Vec<String> = fates(&outcome).into_iter().map(|(fate, _)| fate).collect();
    let no = "not carried";
    assert_eq!(fates, ["carried", no, no, "carried differently", no, "carried", no], "{outcome}");
    let config = crate::config(&repo);
    for line in ["- 'service:slack'", "- 'service:aws'", "- '(?i)^demo-[a-z]+$'"] {
        assert!(config.contains(line), "{line}\n{config}");
    }
    assert_eq!(baseline(&repo), [("a.env".to_owned(), true)]);
}
