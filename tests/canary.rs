//! The value never leaks. A known secret is driven through every command, every format and every failure; neither what
//! is printed nor any file that is written may hold it or a piece of it, plain, in hexadecimal or in base64.

mod common;
#[path = "canary/foreign.rs"]
mod foreign;
#[path = "canary/watch.rs"]
mod watch;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use common::Values;
use watch::{Canary, Watch};

/// Values of every kind that has a way of its own through detection.
fn kinds(seed: u64) -> Vec<(&'static str, String)> {
    let mut values = Values::new(seed);
    let key_body = values.rsa_private_body();
    vec![
        ("token", values.github_token()),
        ("random", values.alnum(40)),
        ("hex", values.hex(64)),
        ("password", format!("{}-{}", values.human_password(), values.human_password())),
        ("jwt signature", values.jwt().rsplit('.').next().expect("three parts").to_owned()),
        ("key", key_body.lines().nth(3).expect("a key has many lines").to_owned()),
    ]
}

/// Every way in which a file can hold the value, some of them twice on a line, some beside something that is dropped.
fn carriers(value: &str) -> Vec<(String, Vec<u8>)> {
    let jwt_head = URL_SAFE.encode(r#"{"alg":"HS256","typ":"JWT"}"#).replace('=', "");
    let utf16 = |text: &str| -> Vec<u8> { text.encode_utf16().flat_map(u16::to_le_bytes).collect() };
    let (first, second) = value.split_at(value.len() / 2);
    let texts = [
        (
            "pieces.js",
            format!("const password = \"{first}\" +\n    \"{second}\"; log('{first}' + '{second}');\n"),
        ),
        (".env", format!("GITHUB_TOKEN={value}\nDB_PASSWORD=\"{value}\" # was {value}\n")),
        ("app.py", format!("password = \"{value}\"  # {value}\nlog(\"{value}\")\n")),
        ("url.txt", format!("postgres://admin:{value}@db.tidewater.net:5432/app?x={value}\n")),
        (
            "call.sh",
            format!("curl -u admin:{value} -H 'Authorization: Bearer {value}' https://a.tidewater.net\n"),
        ),
        ("call.http", format!("Authorization: Bearer {jwt_head}.{jwt_head}.{value}\n")),
        ("basic.http", format!("Authorization: Basic {}\n", STANDARD.encode(format!("admin:{value}")))),
        ("secret.yaml", format!("kind: Secret\ndata:\n  password: {}\n", STANDARD.encode(value))),
        ("key.pem", common::pem(&["PRIVATE", "KEY"].join(" "), value)),
        (
            "long.js",
            format!("var a='{}',secretKey='{value}',b='{value}';{}", "x".repeat(9000), "y".repeat(9000)),
        ),
        ("allowed.py", format!("password = \"{value}\"  # leaklint:allow -- {value}\n")),
        ("example.md", format!("Use `password: your-{value}-here` or <{value}>.\n")),
        ("mixed.env", format!("API_KEY=your-key-here SECRET_KEY={value} OTHER={value}\n")),
    ];
    let mut files: Vec<(String, Vec<u8>)> =
        texts.map(|(name, text)| (name.to_owned(), text.into_bytes())).into();
    let line = format!("secret_key = \"{value}\"\n");
    files.push(("wide.ini".into(), [&[0xff, 0xfe][..], &utf16(&line)].concat()));
    files.push(("latin.ini".into(), [b"# caf\xe9 \xff\n", line.as_bytes()].concat()));
    files.push(("data.bin".into(), [b"\0\x01\x02\0\0", line.as_bytes(), b"\0\xff\0"].concat()));
    files
}

#[test]
fn the_watch_sees_what_it_looks_for() {
    let value = Values::new(1).alnum(40);
    let canary = Canary::new(value.clone());
    let hex: String = value.bytes().map(|byte| format!("{byte:02x}")).collect();
    assert!(canary.seen_in(format!("x {} y", &value[5..13]).as_bytes()).is_some());
    assert!(
        canary.seen_in(hex.as_bytes()).is_some() && canary.seen_in(hex.to_uppercase().as_bytes()).is_some()
    );
    for before in ["", "a", "ab"] {
        assert!(canary.seen_in(STANDARD.encode(format!("{before}{value}")).as_bytes()).is_some());
    }
    assert!(canary.seen_in(format!("{} {}", &value[..7], Values::new(2).alnum(4000)).as_bytes()).is_none());
}

#[test]
fn in_files_of_every_kind_in_every_format() {
    for (kind, value) in kinds(11) {
        let watch = Watch::new(value);
        for (name, bytes) in carriers(watch.value()) {
            watch.repo.write(name, bytes);
        }
        watch.repo.write("known.env", format!("GITHUB_TOKEN={}\n", Values::new(5).github_token()));
        watch.every_format(&["scan"], 1);
        watch.repo.add_all();
        watch.run(&["staged"], 1);
        let outcome = watch.run(&["scan", "--format", "jsonl"], 1);
        assert!(outcome.findings().len() > 5, "{kind}: the carriers are found\n{outcome}");
    }
}

#[test]
fn in_commits_of_every_command_and_format() {
    let watch = Watch::new(Values::new(21).github_token());
    watch.repo.write("README", "nothing here\n");
    let base = watch.repo.commit("First");
    for (name, bytes) in carriers(watch.value()) {
        watch.repo.write(name, bytes);
    }
    watch.repo.add_all();
    watch.every_format(&["staged"], 1);
    watch.run(&["hook", "run", "pre-commit"], 1);
    watch.repo.commit("Second");
    watch.every_format(&["diff", &base], 1);
    watch.every_format(&["history"], 1);
    watch.repo.git(["rm", "-q", "-r", "."]);
    watch.repo.commit("Third");
    watch.every_format(&["history"], 1);
}

#[test]
fn in_every_name_that_a_report_may_show() {
    let watch = Watch::new(Values::new(31).github_token());
    let value = watch.value().to_owned();
    let other = Values::new(32).github_token();
    watch.repo.write(format!("dir-{value}/{value}.env"), format!("GITHUB_TOKEN={other}\n"));
    watch.repo.write(format!("{value}.bin"), b"\0\0\0\x01");
    watch
        .repo
        .write(format!("{value}.lfs"), "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n");
    #[cfg(unix)]
    std::os::unix::fs::symlink(&value, watch.repo.path(&format!("link-{value}"))).unwrap();
    watch.every_format(&["scan"], 1);
    watch.every_format(&["scan", &format!("dir-{value}")], 1);
    watch.repo.add_all();
    watch.every_format(&["staged"], 1);
    watch.repo.git([
        "-c",
        &format!("user.name={value}"),
        "commit",
        "-q",
        "--author",
        &format!("{value} <{value}@tidewater.net>"),
        "-m",
        &format!("Use {value}\n\nToken: {value}"),
    ]);
    watch.repo.git(["branch", &value]);
    watch.repo.git(["tag", &format!("v-{value}")]);
    watch.every_format(&["history"], 1);
    watch.repo.git(["checkout", "-q", &value]);
    watch.repo.write("more.env", format!("GITHUB_TOKEN={}\n", Values::new(33).github_token()));
    watch.repo.commit("More");
    watch.every_format(&["diff", "main"], 1);
    watch.every_format(&["diff", &format!("v-{value}..{value}")], 1);
}

#[test]
fn on_standard_input() {
    for (_, value) in kinds(41) {
        let watch = Watch::new(value);
        let mut found = 0;
        for (name, bytes) in carriers(watch.value()).into_iter().take(8) {
            let run = || watch.leaklint().args(["scan", "-", "--stdin-path", &name]).stdin(&bytes);
            // Not every kind of value is a secret in every carrier (a password is no key); most are in most.
            let code = run().run().code.expect("it ends by itself");
            found += code;
            watch.check(run(), &format!("stdin as {name}"), code);
        }
        assert!(found >= 6, "{found} of 8 carriers");
    }
    let watch = Watch::new(Values::new(42).github_token());
    let content = format!("TOKEN={}\n", Values::new(43).github_token());
    let name = format!("{}/x.env", watch.value());
    let run = watch.leaklint().args(["scan", "-", "--stdin-path", &name, "--format", "json"]).stdin(content);
    watch.check(run, "a path for standard input", 1);
}

#[test]
fn in_arguments_that_are_wrong() {
    let watch = Watch::new(Values::new(51).github_token());
    watch.repo.write("README", "nothing here\n");
    watch.repo.commit("First");
    let value = watch.value().to_owned();
    let missing = format!("missing-{value}");
    let broken_glob = format!("{value}[");
    let flag = format!("--{value}");
    let wrong: [&[&str]; 20] = [
        &["scan", &missing],
        &["scan", ".", &missing, "--format", "json"],
        &["scan", "--format", &value],
        &["scan", "--color", &value],
        &["scan", "--min-confidence", &value],
        &["scan", "--now", &value],
        &["scan", "--threads", &value],
        &["scan", "--exclude", &broken_glob],
        &["scan", "--include", &broken_glob],
        &["scan", "--config", &missing],
        &["scan", "--baseline", &missing],
        &["scan", "--rules", &missing],
        &["scan", "--output", &format!("{missing}/{missing}/report")],
        &["scan", &flag],
        &["diff", &value],
        &["diff", &format!("{value}..HEAD")],
        &["history", &missing],
        &["rules", "show", &value],
        &["rules", "test", &missing],
        &["hook", "run", &value],
    ];
    for arguments in wrong {
        let outcome = watch.run(arguments, 2);
        assert!(!outcome.stderr.is_empty(), "an error says something");
    }
    let from = watch.leaklint().args(["hook", "run", "pre-commit"]);
    let run = from.env("PRE_COMMIT", "1").env("PRE_COMMIT_FROM_REF", &value).env("PRE_COMMIT_TO_REF", &value);
    watch.check(run, "references from pre-commit", 2);
}

#[test]
fn in_a_hunt_and_in_a_plan_but_for_the_files_that_it_announces() {
    for (kind, value) in kinds(101) {
        let watch = Watch::new(value);
        let value = watch.value().to_owned();
        for (name, bytes) in carriers(&value) {
            watch.repo.write(name, bytes);
        }
        let name = value.replace('/', "_");
        watch.repo.write(format!("dir-{name}/{name}.txt"), format!("{name}\n"));
        watch.repo.add_all();
        let author = format!("{value} # <{value}@tidewater.net>");
        watch.repo.git([
            "commit",
            "-q",
            "--author",
            &author,
            "-m",
            &format!("Use {value}\n\nToken: {value}"),
        ]);
        watch.repo.git(["tag", "-a", "v1", "-m", &value]);
        watch.repo.git(["branch", &format!("b-{name}")]);
        let given = format!("{value}\n{name}\n");
        for format in ["human", "json", "jsonl"] {
            let run = watch.leaklint().args(["hunt", "--format", format]).stdin(&given);
            watch.check(run, &format!("hunt {format}"), 1);
        }
        let plan = watch.out("plan");
        common::OF_A_PLAN.iter().for_each(|name| watch.allow(plan.join(name)));
        let run = watch.leaklint().args(["purge-plan", "--out"]).arg(&plan).stdin(&given);
        watch.check(run, "purge-plan", 0);
        assert!(plan.join("values").exists() && plan.join("PLAN.md").exists(), "{kind}");
        let outcome = watch.check(watch.leaklint().arg("verify-purged").arg(&plan), "verify-purged", 1);
        assert!(!outcome.stdout.is_empty(), "{kind}");
        for refused in [watch.repo.path("plan"), watch.out(&format!("plan-{name}")), plan.clone()] {
            let run = watch.leaklint().args(["purge-plan", "--out"]).arg(&refused).stdin(&given);
            watch.check(run, "purge-plan elsewhere", 2);
        }
        std::fs::write(plan.join("plan.json"), format!("{{\"version\": \"{value}\"}}")).unwrap();
        watch.check(watch.leaklint().arg("verify-purged").arg(&plan), "verify-purged of a broken plan", 2);
    }
}

#[test]
fn in_values_that_are_refused() {
    let watch = Watch::new("a-b-a-b-a-b-a-b-a-b-".into());
    watch.repo.write("README", "nothing here\n");
    watch.repo.commit("First");
    let long = watch.value().repeat(4000);
    for given in [watch.value().replace('b', "a"), long] {
        watch.check(watch.leaklint().args(["hunt"]).stdin(&given), "a value that is refused", 2);
    }
}

#[test]
fn in_configurations_that_are_broken() {
    let value = Values::new(61).github_token();
    let broken = [
        format!("exclude: [\"{value}\"\n"),
        format!("exclude: {{{value}\n  - \"\n"),
        format!("{value}: true\n"),
        format!("min-confidence: {value}\n"),
        format!("exclude: [\"{value}[\"]\n"),
        format!("exclude: {value}\nexclude: {value}\n"),
        format!("- {value}\n"),
        value.clone(),
        format!("exclude: !!binary {value}\n"),
        format!("a: &a {value}\n*{value}\n"),
        format!("exclude:\n\t- {value}\n"),
    ];
    for text in broken {
        let watch = Watch::new(value.clone());
        watch.repo.write("x.txt", "nothing here\n");
        watch.repo.write(".leaklint.yaml", &text);
        for command in [&["scan"][..], &["scan", "--format", "json"]] {
            let outcome = watch.run(command, 2);
            assert!(outcome.err().contains(".leaklint.yaml"), "the error names the file\n{outcome}");
        }
        let file = watch.repo.path(".leaklint.yaml");
        std::fs::rename(&file, watch.out("given.yaml")).unwrap();
        watch.run(&["scan", "--config", watch.out("given.yaml").to_str().unwrap()], 2);
    }
}

#[test]
fn in_rule_files_that_are_broken() {
    let value = Values::new(71).github_token();
    let rule = |lines: &[String]| {
        format!(
            "service: mine\nname: Mine\nrules:\n  - id: my-token\n    name: My token\n    severity: high\n    \
             grants: All of it.\n    revoke: Ask Ada.\n    references: [https://tidewater.net/tokens]\n    {}\n",
            lines.join("\n    ")
        )
    };
    let pattern = |pattern: &str, keyword: &str, example: &str| {
        rule(&[
            format!("pattern: '{pattern}'"),
            format!("keywords: [{keyword}]"),
            format!("examples: ['{example}']"),
        ])
    };
    let good = "abc[0-9]{8}";
    let broken = [
        pattern(&format!("({value}"), &value, &value),
        pattern(&format!("{value}+"), &value, &value),
        pattern(good, &value, "abc${digits:8}"),
        pattern(good, "abc", &format!("${{{value}}}")),
        rule(&[format!("{value}: {value}")]),
        rule(&[format!("kind: {value}")]),
        format!("{value}\n"),
        format!("service: \"{value}\n"),
        format!("service: {value}\nservice: {value}\n"),
        format!("service: mine\nname: Mine\nrules:\n  - id: {value}\n"),
    ];
    for text in broken {
        let watch = Watch::new(value.clone());
        watch.repo.write("x.txt", "nothing here\n");
        let file = watch.out("mine.yaml");
        std::fs::write(&file, &text).unwrap();
        let file = file.to_str().unwrap();
        watch.run(&["rules", "test", file], 2);
        let outcome = watch.run(&["scan", "--rules", file], 2);
        assert!(outcome.err().contains("mine.yaml"), "the error names the file\n{outcome}");
        watch.run(&["scan", "--rules", file, "--format", "sarif"], 2);
    }
    // A file that loads and whose example its own pattern does not find.
    let watch = Watch::new(value.clone());
    let file = watch.out("mine.yaml");
    std::fs::write(&file, pattern(good, "abc", &value)).unwrap();
    watch.run(&["rules", "test", file.to_str().unwrap()], 1);
}

#[test]
fn in_baselines_that_are_made_and_that_are_broken() {
    for (_, value) in kinds(81) {
        let watch = Watch::new(value);
        for (name, bytes) in carriers(watch.value()) {
            watch.repo.write(name, bytes);
        }
        watch.run(&["baseline", "create"], 0);
        assert!(!watch.repo.read(".leaklint-baseline.jsonl").is_empty());
        watch.run(&["scan"], 0);
        watch.run(&["scan", "--no-baseline"], 1);
    }
    let value = Values::new(82).github_token();
    let header = "{\"version\":1,\"salt\":\"\"}";
    let broken = [
        value.clone(),
        format!("{{\"{value}\": \"{value}\"}}\n"),
        format!("{{\"version\": \"{value}\"}}\n"),
        format!("{{\"version\":1,\"salt\":\"{value}\"}}\n"),
        format!("{header}\n{{\"rule\":\"{value}\",\"hash\":\n"),
        format!("{header}\n{{\"{value}\":1}}\n"),
    ];
    for text in broken {
        let watch = Watch::new(value.clone());
        watch.repo.write("x.txt", "nothing here\n");
        watch.repo.write(".leaklint-baseline.jsonl", &text);
        let outcome = watch.run(&["scan"], 2);
        assert!(outcome.err().contains(".leaklint-baseline.jsonl"), "the error names the file\n{outcome}");
        watch.run(&["baseline", "create", "--format", "json"], 2);
    }
}

/// Set for the child process of the test below, which is this very test once more.
const PANICS_WITH: &str = "LEAKLINT_TEST_PANICS_WITH";

#[test]
fn in_the_message_of_a_panic() {
    if let Some(value) = std::env::var_os(PANICS_WITH) {
        leaklint::panic::hide_messages();
        panic!("while looking at {}", value.display());
    }
    let canary = Canary::new(Values::new(91).alnum(40));
    let mut child = std::process::Command::new(std::env::current_exe().expect("a test has a file"));
    child.args(["--exact", "in_the_message_of_a_panic", "--nocapture"]).env(PANICS_WITH, &canary.value);
    let output = child.env("RUST_BACKTRACE", "full").output().expect("the child starts");
    assert!(!output.status.success(), "the child panics");
    let text = [output.stdout, output.stderr].concat();
    assert_eq!(canary.seen_in(&text), None);
    assert!(String::from_utf8_lossy(&text).contains("tests/canary.rs:"), "the place is told");
}
