//! The same through the real binary: what is found where, in every encoding, and that a scan always ends.

use std::fmt::Write as _;
use std::os::unix::fs::symlink;
use std::process::Command;

use crate::common::{Finding, Outcome, Repo, Values};

/// Where the findings of a scan of everything in `repo` stand.
fn places(repo: &Repo, arguments: &[&str]) -> Vec<(String, u64, u64)> {
    let findings = repo.leaklint().arg("scan").args(arguments).findings();
    let mut places: Vec<_> = findings.into_iter().map(|f| (f.path, f.start_line, f.start_column)).collect();
    places.sort();
    places
}

fn place(path: &str, line: u64, column: u64) -> (String, u64, u64) {
    (path.to_owned(), line, column)
}

fn gaps(outcome: &Outcome) -> Vec<String> {
    let report = outcome.json();
    let list = report["gaps"]["paths"].as_array().expect("a report lists gaps");
    let text = |gap: &serde_json::Value, key: &str| gap[key].as_str().unwrap_or("-").to_owned();
    list.iter().map(|gap| format!("{} {}", text(gap, "kind"), text(gap, "path"))).collect()
}

#[test]
fn hidden_and_tracked_files_are_scanned_and_ignored_ones_counted() {
    let repo = Repo::new();
    let mut values = Values::new(1);
    let mut line = || format!("token = \"{}\"\n", values.github_token());
    repo.write("kept.log", line());
    repo.add_all();
    repo.write(".gitignore", "*.log\n.env.local\n");
    for name in [".env", ".github/workflows/ci.yml", ".env.local", "sub/new.log"] {
        repo.write(name, line());
    }
    let found = [place(".env", 1, 10), place(".github/workflows/ci.yml", 1, 10), place("kept.log", 1, 10)];
    assert_eq!(places(&repo, &[]), found);
    assert_eq!(places(&repo, &["--no-ignore"]).len(), 5);
    let outcome = repo.leaklint().args(["scan", "--format", "json"]).run().expect(1);
    assert_eq!(gaps(&outcome), ["ignored .env.local", "ignored sub/new.log"]);
}

#[test]
fn lines_and_columns_are_right_in_every_encoding() {
    let repo = Repo::plain();
    let mut values = Values::new(2);
    let text = format!("# clé 🔑 日本\r\nname: value\r\n\té🔑 token = \"{}\"\r\n", values.github_token());
    let utf16 = |mark: &str, pair: fn(u16) -> [u8; 2]| -> Vec<u8> {
        mark.encode_utf16().chain(text.encode_utf16()).flat_map(pair).collect()
    };
    repo.write("utf8", &text);
    repo.write("utf8-mark", format!("\u{feff}{text}"));
    repo.write("utf16le", utf16("", u16::to_le_bytes));
    repo.write("utf16be", utf16("", u16::to_be_bytes));
    repo.write("utf16le-mark", utf16("\u{feff}", u16::to_le_bytes));
    repo.write("utf16be-mark", utf16("\u{feff}", u16::to_be_bytes));
    // Windows-1252: é is one invalid byte, and one column as well.
    let latin: Vec<u8> = text.replace('é', "?").replace("🔑", "!").bytes().collect();
    repo.write(
        "latin",
        latin.iter().map(|&byte| if byte == b'?' { 0xe9 } else { byte }).collect::<Vec<u8>>(),
    );
    let names = ["latin", "utf16be", "utf16be-mark", "utf16le", "utf16le-mark", "utf8", "utf8-mark"];
    assert_eq!(places(&repo, &[]), names.map(|name| place(name, 3, 14)));
}

#[test]
fn a_token_in_a_binary_is_found_and_the_binary_counted() {
    let repo = Repo::plain();
    let token = Values::new(3).github_token();
    repo.write("program", [b"\x7fELF\0\0\n\0", token.as_bytes(), b"\0rest"].concat());
    let outcome = repo.leaklint().args(["scan", "--format", "json"]).run().expect(1);
    assert_eq!(gaps(&outcome), ["binary program"]);
    assert_eq!(places(&repo, &[]), [place("program", 2, 2)]);
}

#[test]
fn a_token_far_into_a_large_file_is_found_where_it_stands() {
    let repo = Repo::plain();
    let token = Values::new(4).github_token();
    let mut text = String::new();
    while text.len() < 9 << 20 {
        writeln!(text, "{:>119}", text.len()).expect("a string takes everything");
    }
    let lines = text.len() as u64 / 120;
    text.push_str(&format!("é token = \"{token}\"\n"));
    repo.write("large.txt", &text);
    assert_eq!(places(&repo, &[]), [place("large.txt", lines + 1, 12)]);
    let one_line = text.replace('\n', " ");
    repo.write("large.txt", &one_line);
    assert_eq!(places(&repo, &[]), [place("large.txt", 1, lines * 120 + 12)]);
}

/// Only Linux bounds a process's memory from a shell.
#[test]
#[cfg(target_os = "linux")]
fn a_sparse_file_does_not_need_its_size_in_memory() {
    use std::os::unix::fs::FileExt;
    let repo = Repo::plain();
    let file = std::fs::File::create(repo.path("disk.img")).unwrap();
    file.set_len(200 << 20).unwrap();
    file.write_all_at(Values::new(5).github_token().as_bytes(), 200 << 20).unwrap();
    // The scan may map less memory than the file is long.
    let command = repo.leaklint().args(["scan", "--threads", "1", "--format", "jsonl", "--quiet"]).command();
    let mut limited = Command::new("sh");
    limited
        .args(["-c", "ulimit -v 180000 && exec \"$0\" \"$@\""])
        .arg(command.get_program())
        .args(command.get_args());
    let output = limited.current_dir(repo.dir()).output().unwrap();
    let outcome =
        Outcome { code: output.status.code(), stdout: output.stdout, stderr: output.stderr }.expect(1);
    let places: Vec<u64> = outcome.findings().iter().map(|found: &Finding| found.start_column).collect();
    assert_eq!(places, [(200 << 20) + 1]);
}

#[test]
fn a_scan_ends_whatever_lies_in_the_tree() {
    let repo = Repo::plain();
    assert!(Command::new("mkfifo").arg(repo.path("fifo")).status().unwrap().success());
    symlink(".", repo.path("loop")).unwrap();
    symlink("/dev/zero", repo.path("zero")).unwrap();
    repo.write("a", format!("token = \"{}\"\n", Values::new(6).github_token()));
    let outcome = repo.leaklint().args(["scan", ".", "fifo", "--format", "json"]).run().expect(1);
    assert_eq!(gaps(&outcome), ["symbolic-link loop", "symbolic-link zero", "special-file fifo"]);
}

#[test]
fn standard_input_has_the_name_it_is_given() {
    let repo = Repo::plain();
    let line = format!("é token = \"{}\"\n", Values::new(7).github_token());
    let run =
        |arguments: &[&str]| repo.leaklint().args(["scan", "-"]).args(arguments).stdin(&line).findings();
    let shown =
        |findings: Vec<Finding>| findings.into_iter().map(|f| (f.path, f.start_column)).collect::<Vec<_>>();
    assert_eq!(shown(run(&[])), [("<stdin>".to_owned(), 12)]);
    assert_eq!(shown(run(&["--stdin-path", "config/app.env"])), [("config/app.env".to_owned(), 12)]);
}

#[test]
fn overlapping_roots_report_a_finding_once() {
    let repo = Repo::plain();
    repo.write("a/b/c", format!("token = \"{}\"\n", Values::new(8).github_token()));
    for roots in [["a", "a/b", "./a"], ["./a/", ".", "a/b/c"]] {
        assert_eq!(places(&repo, &roots), [place("a/b/c", 1, 10)]);
    }
    assert_eq!(places(&repo, &["a/b", "."]), [place("a/b/c", 1, 10)]);
}
