//! `leaklint hunt`: a value that is known is found wherever a repository keeps it and however it is written, and is never
//! shown.

mod common;

use std::collections::BTreeSet;
use std::io::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use common::{Leaklint, Outcome, Repo, Values};

/// A place as `part form path`, with `split` and what was unpacked.
fn places(outcome: &Outcome) -> BTreeSet<String> {
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let place = |line: &str| {
        let hit: serde_json::Value = serde_json::from_str(line).expect("a line of JSON");
        let path = hit.get("path").or_else(|| hit["paths"].get(0).and_then(|p| p.get("path")));
        let mut place = format!("{} {}", text(&hit["part"]), text(&hit["form"]));
        if hit["split"] == true {
            place.push_str(" split");
        }
        for packed in hit["inside"].as_array().into_iter().flatten() {
            place.push_str(&format!(" [{}]", text(packed)));
        }
        let path = path.map(text).unwrap_or_default();
        // Ids differ with the value; that they are there is enough.
        let path = ["commits", "tags"]
            .iter()
            .find(|d| path.starts_with(&format!(".git/{d}/")))
            .map_or(path.clone(), |d| format!(".git/{d}/ID"));
        format!("{place} {path}").trim_end().to_owned()
    };
    // Where refs stand in tables, those hold their names and logs too, packed.
    let of_refs = |place: &String| place.starts_with("git-file plain .git/reftable/");
    outcome.out().lines().map(place).filter(|place| !of_refs(place)).collect()
}

fn hunt(repo: &Repo, values: impl AsRef<[u8]>) -> Leaklint {
    repo.leaklint().args(["hunt", "--format", "jsonl"]).stdin(values)
}

fn set(places: &[&str]) -> BTreeSet<String> {
    places.iter().map(|place| (*place).to_owned()).collect()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).expect("a test can do this");
    encoder.finish().expect("a test can do this")
}

fn zip(name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    writer.start_file(name, zip::write::SimpleFileOptions::default()).expect("a test can do this");
    writer.write_all(bytes).expect("a test can do this");
    writer.finish().expect("a test can do this").into_inner()
}

#[test]
fn every_form_in_a_blob_is_found_with_its_line() {
    let repo = Repo::new();
    let value = format!("{}+/&\"é", Values::new(1).alnum(20));
    let utf16 = |text: &str| -> Vec<u8> { text.encode_utf16().flat_map(u16::to_le_bytes).collect() };
    let line = format!("a\nb = {value}\n");
    repo.write("plain.txt", &line);
    repo.write("base64.txt", STANDARD.encode(format!("x:{value}")));
    repo.write("json.txt", serde_json::to_string(&value).unwrap());
    repo.write("percent.txt", value.bytes().map(|b| format!("%{b:02X}")).collect::<String>());
    repo.write("hex.txt", value.bytes().map(|b| format!("{b:02x}")).collect::<String>());
    repo.write("unicode.txt", value.chars().map(|c| format!("\\u{:04x}", c as u32)).collect::<String>());
    repo.write("wide.txt", utf16(&line));
    repo.write("lines.py", format!("k = '{}' \\\n    '{}'\n", &value[..9], &value[9..]));
    // Short texts are stored as they are.
    let long = format!("{line}{}", "some more lines that are worth packing\n".repeat(40));
    repo.write("log.gz", gzip(long.as_bytes()));
    repo.write("app.jar", zip("conf/a.txt", long.as_bytes()));
    repo.commit("First");
    repo.git(["rm", "-q", "-r", "."]);
    repo.commit("Second");
    let outcome = hunt(&repo, &value).run().expect(1);
    let expected = [
        "file base64 base64.txt",
        "file escaped json.txt",
        "file hex hex.txt",
        "file percent percent.txt",
        "file plain [gzip] log.gz",
        "file plain [zip:conf/a.txt] app.jar",
        "file plain plain.txt",
        "file plain split lines.py",
        "file unicode-escape unicode.txt",
        "file utf-16le wide.txt",
    ];
    assert_eq!(places(&outcome), set(&expected), "{outcome}");
    let lines: Vec<serde_json::Value> =
        outcome.out().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let plain = lines.iter().find(|hit| hit["paths"][0]["path"] == "plain.txt").unwrap();
    assert_eq!((&plain["line"], &plain["value"]), (&2.into(), &1.into()));
    assert_eq!(plain["reachability"], serde_json::json!(["branch", "head", "reflog"]));
    assert_eq!(plain["paths"][0]["commit"]["id"], repo.git(["rev-parse", "HEAD~1"]));
    assert_eq!(plain["object"], repo.git(["rev-parse", "HEAD~1:plain.txt"]));
}

/// A repository that holds the value in each place there is, and what a hunt has to say.
fn everywhere(value: &str) -> (Repo, Vec<&'static str>) {
    let repo = Repo::new();
    repo.write("readme", "nothing\n");
    repo.commit("First");
    repo.write("a/b/leak.env", format!("\n\nKEY={value}\n"));
    repo.write(format!("dir-{value}/file"), "nothing here\n");
    repo.commit(&format!("Second\n\nwith {value}"));
    repo.git(["tag", "-a", "v1", "-m", &format!("release {value}")]);
    repo.git(["branch", &format!("topic-{value}")]);
    let author = format!("{value} <a@example.org>");
    repo.git(["commit", "-q", "--allow-empty", "--author", &author, "-m", "Third"]);
    repo.git(["notes", "add", "-m", &format!("note {value}")]);
    repo.write("a/b/stashed", format!("stash {value}\n"));
    repo.git(["add", "a/b/stashed"]);
    repo.git(["stash", "push", "-q", "-m", "put aside"]);
    let mut write = repo.git_command(["hash-object", "-w", "--stdin"]);
    write.stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::null());
    let mut child = write.spawn().expect("a test can do this");
    child
        .stdin
        .take()
        .expect("a test can do this")
        .write_all(format!("dangling {value}\n").as_bytes())
        .expect("a test can do this");
    assert!(child.wait().expect("a test can do this").success());
    repo.git(["commit", "-q", "--allow-empty", "-m", &format!("Fourth {value}")]);
    repo.git(["reset", "-q", "--hard", "HEAD~1"]);
    repo.git(["remote", "add", "origin", &format!("https://u:{value}@example.org/x.git")]);
    repo.write("staged", format!("staged {value}\n"));
    repo.git(["add", "staged"]);
    repo.git(["update-index", "--force-remove", "readme"]);
    repo.write(".gitignore", "ignored\n");
    repo.write("ignored", format!("ignored {value}\n"));
    let expected = vec![
        "author plain .git/commits/ID",
        "commit-message plain .git/commits/ID",
        "file plain",
        "file plain a/b/leak.env",
        "file plain a/b/stashed",
        "file plain staged",
        "file-name plain dir-********",
        "git-config plain .git/config",
        "git-file plain .git/COMMIT_EDITMSG",
        "index plain dir-********/file",
        "ref-name plain refs/heads/topic-********",
        "reflog plain .git/logs/HEAD",
        "reflog plain .git/logs/refs/heads/main",
        "reflog plain .git/logs/refs/heads/topic-********",
        "tag-message plain .git/tags/ID",
        "working-tree plain a/b/leak.env",
        "working-tree plain ignored",
        "working-tree plain staged",
        "working-tree-name plain dir-********/file",
    ];
    (repo, expected)
}

#[test]
fn every_place_of_a_repository_is_searched() {
    let value = Values::new(2).alnum(24);
    let (repo, expected) = everywhere(&value);
    let outcome = hunt(&repo, &value).run().expect(1);
    let mut found = places(&outcome);
    // The note is a blob whose path is the id of what it is about; the log of HEAD may or may not name the topic.
    found.retain(|place| !(place.starts_with("file plain ") && place.len() > 50));
    assert_eq!(found, set(&expected), "{outcome}");
    let stored = hunt(&repo, &value).arg("--no-working-tree").run().expect(1);
    let beside = |line: &&str| line.contains("\"part\":\"working-tree");
    let without: Vec<String> =
        outcome.out().lines().filter(|line| !beside(line)).map(str::to_owned).collect();
    assert_eq!(stored.out().lines().collect::<Vec<_>>(), without);
    let by = |wanted: &str| {
        let hits = outcome.out();
        let mut all = BTreeSet::new();
        for line in hits.lines().filter(|line| line.contains("\"part\":\"file\"")) {
            let hit: serde_json::Value = serde_json::from_str(line).unwrap();
            let by: Vec<String> = serde_json::from_value(hit["reachability"].clone()).unwrap();
            all.insert(by.join(" "));
        }
        assert!(all.contains(wanted), "{wanted}: {all:?}");
    };
    ["", "index", "stash", "notes reflog", "branch head index reflog stash tag"].into_iter().for_each(by);
    // Packed, it is the same.
    repo.git(["repack", "-q", "-n", "-a", "-d", "-k"]);
    repo.git(["pack-refs", "--all"]);
    let packed = hunt(&repo, &value).run().expect(1);
    assert_eq!(packed.out(), outcome.out());
    assert!(!outcome.err().contains(&value) && !outcome.out().contains(&value));
}

#[test]
fn alternates_and_repositories_that_libgit2_refuses_are_searched() {
    let value = Values::new(3).alnum(24);
    let lender = Repo::new();
    lender.write("leak", format!("{value}\n"));
    lender.commit("First");
    let borrower = Repo::plain();
    let (from, to) = (lender.dir().to_str().unwrap(), borrower.dir().to_str().unwrap());
    borrower.git(["clone", "-q", "--bare", "--shared", from, to]);
    let outcome = hunt(&borrower, &value).run().expect(1);
    assert_eq!(places(&outcome), set(&["file plain leak"]), "{outcome}");
    let sha256 = Repo::plain();
    sha256.git(["init", "-q", "--object-format=sha256", "--initial-branch=main"]);
    sha256.write("leak", format!("x\n{value}\n"));
    sha256.write(&value, "nothing\n");
    sha256.commit(&value);
    sha256.git(["rm", "-q", "-r", "."]);
    sha256.git(["commit", "-q", "--amend", "--allow-empty", "-m", "gone"]);
    let outcome = hunt(&sha256, &value).run().expect(1);
    let expected = [
        "commit-message plain .git/commits/ID",
        "file plain leak",
        "file-name plain ********",
        "reflog plain .git/logs/HEAD",
        "reflog plain .git/logs/refs/heads/main",
    ];
    assert_eq!(places(&outcome), set(&expected), "{outcome}");
    let by: Vec<_> =
        outcome.out().lines().filter(|line| line.contains("[\"reflog\"]")).map(str::len).collect();
    assert_eq!(by.len(), 2, "{outcome}");
}

#[test]
fn linked_working_trees_are_searched_and_a_stranger_that_claims_to_be_one_is_not() {
    let value = Values::new(4).alnum(24);
    let repo = Repo::new();
    repo.write("readme", "nothing\n");
    repo.commit("First");
    let linked = repo.beside().join("linked");
    repo.git(["worktree", "add", "-q", linked.to_str().unwrap()]);
    std::fs::write(linked.join("untracked"), &value).unwrap();
    let stranger = repo.beside().join("stranger");
    std::fs::create_dir_all(stranger.join(".git")).unwrap();
    std::fs::write(stranger.join("other"), &value).unwrap();
    let claim = repo.dir().join(".git/worktrees/stranger");
    std::fs::create_dir_all(&claim).unwrap();
    std::fs::write(claim.join("gitdir"), stranger.join(".git").to_str().unwrap()).unwrap();
    let outcome = hunt(&repo, &value).run().expect(1);
    let found = places(&outcome);
    assert_eq!(found.len(), 1, "{outcome}");
    assert!(found.first().unwrap().ends_with("/linked/untracked"), "{outcome}");
    // From inside the linked one, its own files have their own names.
    let outcome = Leaklint::new(&linked).args(["hunt", "--format", "jsonl"]).stdin(&value).run().expect(1);
    assert_eq!(places(&outcome), set(&["working-tree plain untracked"]));
}

#[test]
fn values_are_told_by_number_and_never_taken_from_arguments() {
    let mut values = Values::new(5);
    let (first, second, third) = (values.alnum(20), values.rsa_private_pem(), values.alnum(20));
    let repo = Repo::new();
    repo.write("key.json", serde_json::to_string(&second).unwrap());
    repo.write("three", &third);
    repo.commit("First");
    let given = [first.as_str(), second.as_str(), third.as_str()].join("\0");
    let outcome = repo.leaklint().args(["hunt", "--null"]).stdin(&given).run().expect(1);
    let out = outcome.out();
    assert!(out.contains("value 1: not found\n"), "{outcome}");
    assert!(out.contains("value 2: 2 places\n  key.json:1\n      file: "), "{outcome}");
    assert!(out.contains("value 3: 2 places\n"), "{outcome}");
    assert!(outcome.err().starts_with("2 of 3 values found, 4 places: 2 blobs, "), "{outcome}");
    let json = repo.leaklint().args(["hunt", "--null", "--format", "json"]).stdin(&given).run().expect(1);
    assert_eq!((&json.json()["values"], json.json()["hits"].as_array().unwrap().len()), (&3.into(), 4));
    repo.leaklint().args(["hunt"]).stdin(&first).run().expect(0);
    repo.leaklint().args(["hunt", &format!("--value={first}")]).run().expect(2);
    for refused in ["", "ab1\n", "aaaaaaaaaaaa\n"] {
        let outcome = repo.leaklint().args(["hunt"]).stdin(refused).run().expect(2);
        assert!(outcome.err().contains("value"), "{outcome}");
    }
}

#[test]
fn a_damaged_object_is_a_problem_and_no_clean_result() {
    let repo = Repo::new();
    repo.write("a", "nothing\n");
    repo.commit("First");
    let id = repo.git(["rev-parse", "HEAD:a"]);
    let path = repo.path(&format!(".git/objects/{}/{}", &id[..2], &id[2..]));
    std::fs::remove_file(&path).unwrap();
    std::fs::write(&path, b"no object").unwrap();
    let outcome = hunt(&repo, Values::new(6).alnum(20)).run().expect(2);
    assert!(outcome.err().contains(&id), "{outcome}");
}
