//! A history in packs, whole, damaged and with SHA-256: packing changes what is read how, never what is found.

mod common;

use common::{Places, Repo, Values};

/// The report of a history without the lines of coverage that packing changes.
fn report(repo: &Repo, arguments: &[&str]) -> serde_json::Value {
    let now = ["history", "--format", "json", "--now", "2026-11-22T00:00:00Z"];
    let mut report = repo.leaklint().args(now).args(arguments).run().json();
    for (_, row) in report["coverage"]["objects"].as_object_mut().expect("rows") {
        assert_eq!(
            row["considered"],
            row["scanned"].as_u64().unwrap_or(0) + skipped(row),
            "it comes out even"
        );
    }
    report
}

fn skipped(row: &serde_json::Value) -> u64 {
    row["skipped"].as_object().expect("reasons").values().filter_map(serde_json::Value::as_u64).sum()
}

#[test]
fn a_packed_repository_reads_as_a_loose_one() {
    let places = Places::built();
    let repo = &places.repo;
    repo.write("binary", [b"\0\x01\x02".as_slice(), &Values::new(1).bytes(4000)].concat());
    repo.write("pointer", "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n");
    repo.write("large", "nothing here\n".repeat(800_000));
    for number in 0..30 {
        repo.write("often", format!("{}\n", "a line\n".repeat(100 + number)));
        repo.commit(&format!("version {number}"));
    }
    let loose = report(repo, &["--unreachable"]);
    repo.git(["repack", "-q", "-a", "-d", "-k", "--depth=50"]);
    repo.git(["prune-packed", "-q"]);
    let count = repo.git(["count-objects"]);
    // What only the index of a linked working tree names stays loose.
    assert!(count.len() > 10 && count.as_bytes()[1] == b' ' && count.as_bytes()[0] < b'5', "{count}");
    assert_eq!(report(repo, &["--unreachable"]), loose);
    assert_eq!(loose["gaps"]["counts"]["binary"], 1, "{loose:#}");
    assert_eq!(report(repo, &["--unreachable", "--threads", "1"]), loose);
}

/// A line of a file that grows, of a kind that many detectors look at.
fn line(make: &mut Values) -> String {
    match make.below(8) {
        0 => format!("password = \"{}\"", make.strong_password()),
        1 => format!("export TOKEN={}", make.github_token()),
        2 => format!("url: https://user:{}@host.example/", make.alnum(20)),
        3 => format!("call(name, {}, other)", make.hex(40)),
        4 => "password = read_password(\"prompt\")".to_owned(),
        5 => format!("# {}", make.alnum(70)),
        6 => format!("data = \"{}\"", make.base64(60)),
        _ => "a line of text like many others here".to_owned(),
    }
}

#[test]
fn what_a_pack_makes_from_another_version_is_found_as_if_it_stood_alone() {
    let (repo, mut make) = (Repo::new(), Values::new(41));
    let mut text: Vec<String> = (0..150).map(|_| line(&mut make)).collect();
    for number in 0..40 {
        for _ in 0..3 {
            let at = make.below(text.len());
            match make.below(4) {
                0 => text[at] = line(&mut make),
                1 => text.insert(at, line(&mut make)),
                2 => drop(text.remove(at)),
                // A cut through the middle of a literal or a value.
                _ => {
                    let half = text[at].len() / 2;
                    text[at].replace_range(half..=half, &make.alnum(1));
                }
            }
        }
        repo.write("code.py", text.join("\n"));
        repo.commit(&number.to_string());
    }
    // Many findings of one rule are more than a file is good for.
    let all = ["--show-dropped"];
    let loose = report(&repo, &all);
    repo.git(["repack", "-q", "-a", "-d", "-f", "--depth=50"]);
    assert_eq!(report(&repo, &all), loose);
    assert!(loose["findings"].as_array().map_or(0, Vec::len) > 30, "{loose:#}");
}

#[test]
fn a_damaged_pack_does_not_end_the_run() {
    let repo = Repo::new();
    let mut make = Values::new(12);
    for number in 0..20 {
        repo.write(format!("f{number}"), format!("token = \"{}\"\n{}", make.github_token(), make.hex(3000)));
        repo.commit(&number.to_string());
    }
    repo.git(["repack", "-q", "-a", "-d"]);
    assert_eq!(repo.leaklint().arg("history").findings().len(), 20);
    let pack = std::fs::read_dir(repo.path(".git/objects/pack")).expect("packs").flatten();
    let pack = pack.map(|entry| entry.path()).find(|path| path.extension().is_some_and(|end| end == "pack"));
    let pack = pack.expect("a pack");
    let bytes = std::fs::read(&pack).expect("the pack is read");
    let mut permissions = std::fs::metadata(&pack).expect("it is there").permissions();
    #[allow(clippy::permissions_set_readonly_false, reason = "a throw-away file")]
    permissions.set_readonly(false);
    std::fs::set_permissions(&pack, permissions).expect("it can be written");
    for at in [40, bytes.len() / 3, bytes.len() / 2, bytes.len() - 60] {
        let mut damaged = bytes.clone();
        damaged[at..at + 8].iter_mut().for_each(|byte| *byte ^= 0x5a);
        std::fs::write(&pack, damaged).expect("written");
        let outcome = repo.leaklint().args(["history", "--format", "json"]).run();
        assert!(matches!(outcome.code, Some(1 | 2)), "{outcome}");
        assert!(!outcome.err().contains("panicked"), "{outcome}");
        let report = outcome.json();
        let problems = report["problems"].as_array().expect("problems").len();
        // The pack begins with the newest commit: a HEAD that cannot be read does not end the run.
        assert!(problems > 0, "what is damaged at {at} is told: {outcome}");
    }
}

#[test]
fn a_repository_with_sha256_is_read_from_its_packs() {
    let repo = Repo::plain();
    repo.git(["init", "-q", "--object-format=sha256"]);
    for number in 0..10 {
        repo.write("f", format!("token = \"{}\"\n", Values::new(number).github_token()));
        repo.commit(&number.to_string());
    }
    let loose = report(&repo, &[]);
    assert_eq!(loose["findings"].as_array().map(Vec::len), Some(10), "{loose:#}");
    repo.git(["repack", "-q", "-a", "-d"]);
    assert_eq!(report(&repo, &[]), loose);
}
