//! Bad input: each is a clear error or a listed problem with exit code 2, never a panic, never skipped in silence, and
//! no output file is left half-written.

mod common;

use std::path::Path;
use std::process::Stdio;

use common::{Leaklint, Outcome, Repo, Values};

/// A file with one finding.
fn token_line(seed: u64) -> String {
    format!("GITHUB_TOKEN={}\n", Values::new(seed).github_token())
}

/// Asserts exit code 2 and an error on standard error that names `what` and says what to do.
#[track_caller]
fn refused(outcome: Outcome, what: &str) -> Outcome {
    let outcome = outcome.expect(2);
    assert!(outcome.err().contains(what), "the error does not name {what}\n{outcome}");
    outcome
}

/// Problems of a `--format json` report as (kind, path).
fn problems(outcome: &Outcome) -> Vec<(String, String)> {
    let report = outcome.json();
    let list = report["problems"].as_array().expect("a report lists problems");
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    list.iter().map(|problem| (text(&problem["kind"]), text(&problem["path"]))).collect()
}

#[test]
fn a_missing_path_is_an_error_with_help() {
    let repo = Repo::plain();
    repo.write("a.env", token_line(1));
    let outcome = refused(repo.leaklint().args(["scan", "no-such-thing"]).run(), "no-such-thing");
    assert!(outcome.err().contains("help"), "it says what to do\n{outcome}");
    assert!(outcome.stdout.is_empty(), "no report of a job that was not done\n{outcome}");
    refused(repo.leaklint().args(["scan", "a.env", "no-such-thing"]).run(), "no-such-thing");
    refused(repo.leaklint().args(["no-such-thing"]).run(), "no-such-thing");
}

#[test]
fn control_characters_of_a_path_do_not_reach_the_terminal() {
    let repo = Repo::plain();
    repo.write("a\u{1b}]0;x\u{7}b\u{202e}.env", token_line(2));
    for format in ["human", "json", "jsonl", "sarif"] {
        let outcome = repo.leaklint().args(["scan", "--format", format]).run().expect(1);
        for text in [outcome.out(), outcome.err()] {
            assert!(!text.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{format}: {text:?}");
        }
    }
    let outcome = repo.leaklint().args(["scan", "no\u{1b}[31m"]).run().expect(2);
    assert!(!outcome.err().contains('\u{1b}'));
}

#[test]
fn a_repository_that_is_none_is_an_error() {
    let repo = Repo::plain();
    for command in ["staged", "history"] {
        let outcome = repo.leaklint().arg(command).run().expect(2);
        assert!(outcome.err().contains("repository"), "{command}\n{outcome}");
    }
    repo.leaklint().args(["diff", "main"]).run().expect(2);
}

#[test]
fn a_revision_that_does_not_exist_is_an_error() {
    let repo = Repo::new();
    repo.write("a.txt", "a\n");
    repo.commit("First");
    refused(repo.leaklint().args(["diff", "no-such-branch"]).run(), "no-such-branch");
    refused(repo.leaklint().args(["diff", "HEAD..no-such-branch"]).run(), "no-such-branch");
}

#[test]
fn wrong_arguments_are_errors() {
    let repo = Repo::plain();
    let wrong: [&[&str]; 9] = [
        &["--no-such-option"],
        &["scan", "--format", "xml"],
        &["scan", "--threads", "0"],
        &["scan", "--now", "yesterday"],
        &["scan", "--min-confidence", "total"],
        &["scan", "--config", "a.yaml", "--no-config"],
        &["scan", "--baseline", "a.jsonl", "--no-baseline"],
        &["scan", "--exclude", "a["],
        &["rules", "show", "no-such-rule"],
    ];
    for arguments in wrong {
        let outcome = repo.leaklint().args(arguments).run().expect(2);
        assert!(outcome.stdout.is_empty() && !outcome.stderr.is_empty(), "{arguments:?}\n{outcome}");
    }
}

#[test]
fn a_broken_configuration_is_shown_with_its_place() {
    let broken = [
        ("exclude: [\"a\"\n", 1..=2),
        ("min-confidence: medium\nno-such-key: true\n", 2..=2),
        ("exclude: 7\n", 1..=1),
        ("# fine\nexclude: [\"a[\"]\n", 2..=2),
        ("exclude: [a]\nexclude: [b]\n", 1..=2),
    ];
    for (text, lines) in broken {
        let repo = Repo::plain();
        repo.write("a.txt", "a\n");
        repo.write("mine.yaml", text);
        let outcome = repo.leaklint().args(["scan", "--config", "mine.yaml"]).run();
        let outcome = refused(outcome, "mine.yaml");
        let placed = lines.into_iter().any(|line| outcome.err().contains(&format!("mine.yaml:{line}")));
        assert!(placed, "{text:?}: line and column are given\n{outcome}");
    }
    let repo = Repo::plain();
    refused(repo.leaklint().args(["scan", "--config", "missing.yaml"]).run(), "missing.yaml");
    repo.write("bytes.yaml", b"exclude: [\"\xff\"]\n");
    refused(repo.leaklint().args(["scan", "--config", "bytes.yaml"]).run(), "bytes.yaml");
    // A configuration is small; one that is not is no configuration.
    repo.write("deep.yaml", "[".repeat(100_000));
    refused(repo.leaklint().args(["scan", "--config", "deep.yaml"]).run(), "deep.yaml");
    repo.write("many.yaml", billion_laughs());
    refused(repo.leaklint().args(["scan", "--config", "many.yaml"]).run(), "many.yaml");
}

/// YAML whose aliases would grow to a billion nodes.
fn billion_laughs() -> String {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..9 {
        let aliases = vec![format!("*a{}", level - 1); 10].join(", ");
        text.push_str(&format!("a{level}: &a{level} [{aliases}]\n"));
    }
    text
}

#[test]
fn a_broken_rule_file_is_shown_with_its_place() {
    let head = "service: mine\nname: Mine\nrules:\n  - id: my-token\n    name: My token\n    severity: high\n    \
                grants: All of it.\n    revoke: Ask Ada.\n    references: [https://tidewater.net]\n";
    let tail = "    keywords: [abc_]\n    examples: ['abc_${digits:8}']\n";
    let rule = |lines: &str| format!("{head}    {lines}\n");
    let broken = [
        ("unknown field", format!("{}    no_such_field: 1\n", rule("pattern: 'abc_[0-9]{8}'")) + tail),
        ("bad regex", rule("pattern: 'abc_([0-9]{8}'") + tail),
        ("no upper bound", rule("pattern: 'abc_[0-9]+'") + tail),
        ("keyword outside", rule("pattern: 'abd_[0-9]{8}'") + tail),
        ("no example", rule("pattern: 'abc_[0-9]{8}'\n    keywords: [abc_]")),
        ("no YAML", "service: [\n".to_owned()),
        ("nothing", String::new()),
        (
            "double id",
            format!("{0}{tail}{1}{tail}", rule("pattern: 'abc_[0-9]{8}'"), {
                let whole = rule("pattern: 'abc_[0-9]{8}'");
                whole[whole.find("  - id").expect("a rule has an id")..].to_owned()
            }),
        ),
    ];
    let repo = Repo::plain();
    for (what, text) in broken {
        repo.write("mine.yaml", text);
        for command in [&["scan", "--rules", "mine.yaml"][..], &["rules", "test", "mine.yaml"]] {
            let outcome = repo.leaklint().args(command).run().expect(2);
            assert!(outcome.err().contains("mine.yaml"), "{what}: {command:?}\n{outcome}");
        }
    }
    repo.write("good.yaml", rule("pattern: 'abc_[0-9]{8}'") + tail);
    repo.leaklint().args(["rules", "test", "good.yaml"]).run().expect(0);
}

#[test]
fn a_broken_baseline_is_shown_with_its_place() {
    let repo = Repo::new();
    repo.write("a.env", token_line(3));
    repo.leaklint().args(["baseline", "create"]).run().expect(0);
    let good = String::from_utf8(repo.read(".leaklint-baseline.jsonl")).expect("a baseline is text");
    let broken = [
        good.replace('{', "["),
        good.replacen("leaklint_baseline", "someone_elses", 1),
        format!("{good}{{\"no\":\"entry\"}}\n"),
        format!("{good}{{\n"),
        good.lines().skip(1).collect(),
        format!("<<<<<<< HEAD\n{good}=======\n>>>>>>> other\n"),
    ];
    for text in broken {
        repo.write(".leaklint-baseline.jsonl", &text);
        let outcome = repo.leaklint().args(["scan"]).run();
        let outcome = refused(outcome, ".leaklint-baseline.jsonl");
        assert!(outcome.err().contains(".leaklint-baseline.jsonl:"), "line and column are given\n{outcome}");
    }
    refused(repo.leaklint().args(["scan", "--baseline", "missing.jsonl"]).run(), "missing.jsonl");
}

#[test]
fn an_output_that_cannot_be_written_is_an_error_and_leaves_nothing() {
    let repo = Repo::plain();
    repo.write("a.env", token_line(4));
    for format in ["human", "json", "jsonl", "sarif"] {
        let run = repo.leaklint().args(["scan", "--format", format, "--output", "no/such/directory/report"]);
        refused(run.run(), "no/such/directory/report");
        std::fs::create_dir_all(repo.path("taken")).expect("a directory");
        refused(repo.leaklint().args(["scan", "--format", format, "--output", "taken"]).run(), "taken");
    }
    let left: Vec<_> = common::all_files_below(repo.beside());
    assert_eq!(left, [repo.path("a.env")], "no temporary file stays behind");
}

#[test]
fn an_old_output_stays_whole_when_the_job_fails() {
    let repo = Repo::plain();
    repo.write("report.json", "the report of yesterday\n");
    repo.leaklint().args(["scan", "missing", "--format", "json", "--output", "report.json"]).run().expect(2);
    assert_eq!(repo.read("report.json"), b"the report of yesterday\n");
}

#[test]
fn a_repository_with_a_corrupt_object_is_a_problem() {
    let repo = Repo::new();
    repo.write("a.env", token_line(5));
    repo.write("b.txt", "content to lose\n");
    repo.commit("First");
    let blob = repo.git(["rev-parse", "HEAD:b.txt"]);
    let object = repo.path(&format!(".git/objects/{}/{}", &blob[..2], &blob[2..]));
    std::fs::remove_file(&object).expect("a loose object");
    let outcome = repo.leaklint().args(["history", "--format", "json"]).run();
    assert!(matches!(outcome.code, Some(1 | 2)), "{outcome}");
    assert!(!outcome.err().contains("panicked"), "{outcome}");
    assert!(outcome.code == Some(2) || !problems(&outcome).is_empty(), "what is lost is said\n{outcome}");
    let strict = repo.leaklint().args(["history", "--require-complete"]).run();
    strict.expect(2);
}

#[test]
fn standard_input_needs_no_name_and_takes_any_bytes() {
    let repo = Repo::plain();
    repo.leaklint().args(["scan", "-"]).stdin(token_line(6)).run().expect(1);
    repo.leaklint().args(["scan", "-"]).stdin("").run().expect(0);
    repo.leaklint().args(["scan", "-", "--stdin-path", "x.env"]).stdin([0xff, 0, 0xfe, 0x80]).run().expect(0);
}

#[cfg(unix)]
mod unix {
    //! What only Unix can do to a scanner: modes, links, FIFOs, bytes in names, closed pipes, full devices.

    use std::ffi::OsStr;
    use std::io::Read;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::{PermissionsExt, symlink};
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;

    #[test]
    fn an_unreadable_file_is_a_listed_problem() {
        let repo = Repo::plain();
        repo.write("a.txt", "fine\n");
        let secret = repo.write("locked/b.env", token_line(10));
        std::fs::set_permissions(&secret, PermissionsExt::from_mode(0o000)).expect("a mode");
        if std::fs::read(&secret).is_ok() {
            // The superuser reads everything; /proc/self/mem is the one file that even it cannot read from the start.
            std::fs::remove_file(&secret).expect("our own file");
            return unreadable_for_the_superuser();
        }
        let outcome = repo.leaklint().args(["scan", "--format", "json"]).run().expect(2);
        let found = problems(&outcome);
        assert!(
            found.iter().any(|(kind, path)| kind == "unreadable" && path.ends_with("b.env")),
            "{outcome}"
        );
    }

    fn unreadable_for_the_superuser() {
        let outcome = Leaklint::new(Path::new("/proc/self")).args(["scan", "mem", "--format", "json"]).run();
        let outcome = outcome.expect(2);
        assert!(problems(&outcome).iter().any(|(_, path)| path.ends_with("mem")), "{outcome}");
    }

    #[test]
    fn loops_of_links_and_special_files_end_the_scan_nowhere() {
        let repo = Repo::plain();
        repo.write("dir/a.env", token_line(11));
        symlink("..", repo.path("dir/up")).expect("a link");
        symlink("self", repo.path("dir/self")).expect("a link");
        symlink("nowhere", repo.path("dangling")).expect("a link");
        let fifo = std::process::Command::new("mkfifo").arg(repo.path("dir/fifo")).status();
        assert!(fifo.expect("mkfifo starts").success());
        let socket = std::os::unix::net::UnixListener::bind(repo.path("dir/socket")).expect("a socket");
        let outcome = repo.leaklint().args(["scan", "--format", "json"]).run().expect(1);
        drop(socket);
        let report = outcome.json();
        assert_eq!(report["findings"].as_array().map(Vec::len), Some(1), "{outcome}");
        let gaps = report["gaps"].to_string();
        assert!(gaps.contains("symbolic-link") && gaps.contains("special-file"), "{outcome}");
        repo.leaklint().args(["scan", "--require-complete"]).run().expect(2);
        // Named on the command line they are said to be what they are, and not opened either.
        let outcome = repo.leaklint().args(["scan", "dir/fifo"]).run();
        assert!(matches!(outcome.code, Some(0 | 2)) && !outcome.stderr.is_empty(), "{outcome}");
    }

    #[test]
    fn a_name_that_is_not_utf_8_is_scanned_and_shown() {
        let repo = Repo::new();
        let name = OsStr::from_bytes(b"caf\xe9 \xff.env");
        repo.write(name, token_line(12));
        repo.write(Path::new(OsStr::from_bytes(b"d\xff")).join("b.env"), token_line(13));
        let scanned = repo.leaklint().args(["scan"]).findings();
        assert_eq!(scanned.len(), 2);
        assert!(scanned.iter().any(|finding| finding.path.contains("caf\\xe9 \\xff.env")), "{scanned:?}");
        let named = repo.leaklint().arg("scan").arg(name).findings();
        assert_eq!(named.len(), 1);
        repo.add_all();
        assert_eq!(repo.leaklint().args(["staged"]).findings().len(), 2);
        for format in ["human", "json", "sarif"] {
            repo.leaklint().args(["scan", "--format", format]).run().expect(1);
        }
        let missing = repo.leaklint().arg("scan").arg(OsStr::from_bytes(b"no\xff")).run();
        refused(missing, "no\\xff");
    }

    #[test]
    fn a_reader_that_goes_away_is_no_panic() {
        let repo = Repo::plain();
        for number in 0..300 {
            repo.write(format!("{number}.env"), token_line(1000 + number));
        }
        for format in ["human", "json", "jsonl", "sarif"] {
            let mut command = repo.leaklint().args(["scan", "--format", format]).command();
            let mut child = command
                .stdin(Stdio::null())
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .expect("starts");
            let mut first = [0; 1];
            let mut stdout = child.stdout.take().expect("piped");
            stdout.read_exact(&mut first).expect("a report has a first byte");
            drop(stdout);
            let output = child.wait_with_output().expect("it ends");
            let text = String::from_utf8_lossy(&output.stderr);
            assert!(!text.contains("panicked") && !text.contains("internal error"), "{format}: {text}");
            // Whoever closed the pipe has what they wanted; with findings the answer is still 1.
            assert!(matches!(output.status.code(), Some(1 | 2)), "{format}: {:?} {text}", output.status);
        }
        for command in [&["rules", "list"][..], &["--help"]] {
            let mut command = repo.leaklint().args(command).command();
            let (reader, writer) = std::io::pipe().expect("a pipe");
            drop(reader);
            let output = command.stdin(Stdio::null()).stdout(writer).output().expect("starts");
            let text = String::from_utf8_lossy(&output.stderr);
            assert!(!text.contains("panicked") && !text.contains("internal error"), "{text}");
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_device_is_an_error() {
        let repo = Repo::plain();
        repo.write("a.env", token_line(14));
        for format in ["human", "json", "jsonl", "sarif"] {
            let full = std::fs::File::options().write(true).open("/dev/full").expect("/dev/full");
            let mut command = repo.leaklint().args(["scan", "--format", format]).command();
            let output = command.stdin(Stdio::null()).stdout(full).output().expect("starts");
            let text = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(2), "{format}: {text}");
            assert!(!text.contains("panicked") && text.to_lowercase().contains("write"), "{format}: {text}");
        }
    }

    #[test]
    fn a_file_that_grows_and_shrinks_while_it_is_read_is_no_panic() {
        let repo = Repo::plain();
        let path = repo.write("moving.log", vec![b'a'; 1 << 20]);
        repo.write("a.env", token_line(15));
        let stop = AtomicBool::new(false);
        let outcomes = std::thread::scope(|scope| {
            scope.spawn(|| {
                let file = std::fs::File::options().write(true).open(&path).expect("our own file");
                let sizes = [0u64, 1 << 22, 17, 1 << 20].into_iter().cycle();
                for size in sizes.take_while(|_| !stop.load(Ordering::Relaxed)) {
                    file.set_len(size).expect("a new length");
                    std::thread::sleep(std::time::Duration::from_micros(200));
                }
            });
            // Nothing may be asserted while the other thread runs: it would never be told to stop.
            let run = || repo.leaklint().args(["scan", "--format", "json"]).run();
            let outcomes: Vec<Outcome> = std::iter::repeat_with(run).take(5).collect();
            stop.store(true, Ordering::Relaxed);
            outcomes
        });
        for outcome in outcomes {
            // The finding is reported whatever happens to the other file, and a change that was seen is a listed problem.
            let outcome = outcome.expect(1);
            assert!(problems(&outcome).iter().all(|(kind, _)| kind == "changed-while-read"), "{outcome}");
        }
    }
}
