//! What the baseline knows, what its file looks like, and what it says about broken ones.

use proptest::prelude::*;

use super::*;
use crate::blob::{BlobPath, Part};
use crate::error::Error;
use crate::finding::{Excerpt, Identity, Place, RuleFacts};
use crate::rule::{Confidence, Severity};
use crate::secret::Secret;
use crate::span::ORIGIN;

mod changes;
mod facts_of_entries;
mod of_some;

const SALT: [u8; 32] = [1; 32];
/// A value that somebody has thought of.
const CHOSEN: &str = "chosen!";
const OTHER_SALT: [u8; 32] = [2; 32];
const TREE: Scope<'static> = Scope::Tree { unread: &|_| false };

/// A value that nobody could have thought of, the same for the same number.
fn token(number: u32) -> String {
    identity::hex(&Secret::new(&number.to_le_bytes()).keyed_hash(&SALT))
}

fn found_with(salts: &[[u8; 32]], path: &str, name: &str, value: &str, rule: &str) -> Finding {
    let text = |text: &str| text.to_owned().into();
    Finding {
        rule: RuleFacts {
            id: text(rule),
            name: text("A token"),
            service: text("example"),
            severity: Severity::High,
            grants: text(""),
            revoke: text(""),
            references: Vec::new().into(),
        },
        severity: Severity::High,
        confidence: Confidence::High,
        path: BlobPath::from_bytes(path.as_bytes()),
        repo_path: None,
        place: Place { start: ORIGIN, end: ORIGIN },
        masked: String::new(),
        identity: Identity::new(&Secret::new(value.as_bytes()), name.as_bytes(), salts),
        verified: "none",
        subject: Vec::new(),
        related: Vec::new(),
        excerpt: Excerpt { text: String::new(), mask: (0, 0), name: None, column: 1 },
        also: Vec::new(),
        why: Vec::new(),
        gone: false,
        commit: None,
        part: Part::File,
        object: None,
        history: None,
        lapsed: None,
        if_commit: Vec::new(),
    }
}

fn found(path: &str, name: &str, value: &str) -> Finding {
    found_with(&[SALT], path, name, value, "example-token")
}

fn day(text: &str) -> Date {
    facts::day(text).unwrap()
}

impl Baseline {
    /// For each finding whether it is accepted on a day long after these were.
    fn known(&self, findings: &[Finding], scope: &Scope<'_>) -> Vec<bool> {
        let standings = self.standings(findings, scope, day("2026-11-22"));
        standings.into_iter().map(|standing| matches!(standing, Standing::Known(_))).collect()
    }
}

/// A baseline of these findings, by way of its file.
fn accepted(findings: &[Finding]) -> Baseline {
    let entries = findings.iter().map(|finding| Entry::of(finding, &SALT)).collect();
    Baseline::new(vec![SALT], entries)
}

fn line(value: &serde_json::Value) -> String {
    format!("{value}\n")
}

fn header(salt: &[u8; 32]) -> String {
    format!("{{\"leaklint_baseline\":1,\"salt\":\"{}\"}}\n", identity::hex(salt))
}

#[test]
fn a_value_stays_known_where_it_was_and_a_copy_is_new() {
    for (name, value) in [("", token(1)), ("password", CHOSEN.to_owned())] {
        let baseline = accepted(&[found("a", name, &value)]);
        let findings = [found("a", name, &value), found("a", name, &value), found("b", name, &value)];
        assert_eq!(baseline.known(&findings, &TREE), [true, true, false], "{name}");
    }
}

#[test]
fn a_moved_value_stays_known_once() {
    for (name, value) in [("", token(1)), ("password", CHOSEN.to_owned())] {
        let baseline = accepted(&[found("a/.env", name, &value)]);
        assert_eq!(baseline.known(&[found("b/x", name, &value)], &TREE), [true], "renamed");
        let twice = [found("b/x", name, &value), found("c/.env", name, &value)];
        assert_eq!(baseline.known(&twice, &TREE), [false, true], "the file that kept its name");
    }
}

#[test]
fn a_value_in_a_file_that_was_not_read_is_still_there() {
    let baseline = accepted(&[found("a", "", &token(1))]);
    let there = Scope::Tree { unread: &|path| path == "a" };
    assert_eq!(baseline.known(&[found("b", "", &token(1))], &there), [false], "a copy");
    assert_eq!(baseline.known(&[found("a", "", &token(1))], &there), [true]);
}

#[test]
fn history_knows_a_strong_value_everywhere_and_a_weak_one_in_files_of_that_name() {
    let baseline = accepted(&[found("a/.env", "", &token(1)), found("a/.env", "password", CHOSEN)]);
    let findings = [
        found("old", "", &token(1)),
        found("older/.env", "password", CHOSEN),
        found("older/env", "password", CHOSEN),
        found("a/.env", "password", CHOSEN),
    ];
    assert_eq!(baseline.known(&findings, &Scope::History), [true, true, false, true]);
}

#[test]
fn another_value_or_another_name_of_a_weak_one_is_new() {
    let baseline = accepted(&[found("a", "password", CHOSEN), found("a", "", &token(1))]);
    let findings =
        [found("a", "password", "another one"), found("a", "token", CHOSEN), found("a", "", &token(2))];
    assert_eq!(baseline.known(&findings, &TREE), [false; 3]);
    assert_eq!(baseline.known(&[found("a", "PassWord", CHOSEN)], &TREE), [false], "pass word");
    assert_eq!(baseline.known(&[found("a", "PASSWORD", CHOSEN)], &TREE), [true]);
}

#[test]
fn another_rule_or_another_name_of_a_strong_value_changes_nothing() {
    let baseline = accepted(&[found("a", "key", &token(1))]);
    assert_eq!(baseline.known(&[found_with(&[SALT], "a", "token", &token(1), "other-rule")], &TREE), [true]);
}

#[test]
fn entries_of_several_salts_count_side_by_side() {
    let both = [SALT, OTHER_SALT];
    let mine = Entry::of(&found_with(&[SALT], "a", "", &token(1), "r"), &SALT);
    let theirs = Entry::of(&found_with(&[OTHER_SALT], "b", "password", CHOSEN, "r"), &OTHER_SALT);
    let baseline = Baseline::new(both.to_vec(), vec![mine, theirs]);
    let findings = [
        found_with(&both, "a", "", &token(1), "r"),
        found_with(&both, "b", "password", CHOSEN, "r"),
        found_with(&both, "b", "", &token(1), "r"),
    ];
    assert_eq!(baseline.known(&findings, &TREE), [true, true, false]);
}

#[test]
fn the_path_is_the_one_in_the_repository_when_there_is_one() {
    let mut finding = found("./sub/dir/a", "", &token(1));
    assert_eq!(path_of(&finding), "sub/dir/a");
    finding.repo_path = Some(BlobPath::from_bytes(b"dir/a"));
    assert_eq!(path_of(&finding), "dir/a");
}

#[test]
fn the_file_is_sorted_complete_and_free_of_values() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("baseline");
    let draft = Draft::create(&path, false).unwrap();
    let salts = draft.salts().to_vec();
    let findings = [
        found_with(&salts, "b", "", &token(1), "r"),
        found_with(&salts, "a \"quoted\" \n\u{1b}", "DB_PASSWORD", CHOSEN, "r"),
        found_with(&salts, "b", "", &token(1), "also-found-by"),
        found_with(&salts, "é\u{2028}", "", &token(2), "r"),
    ];
    assert_eq!(draft.replace(&findings, &Facts::default()).unwrap(), 3);
    let text = std::fs::read_to_string(&path).unwrap();
    let mut lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 4);
    assert!(lines[0].starts_with("{\"leaklint_baseline\":1,\"salt\":\"") && text.ends_with('\n'), "{text}");
    assert!(lines[2].contains("\"rule\":\"also-found-by\""), "{text}");
    lines.sort_unstable();
    assert_eq!(lines.join("\n") + "\n", text);
    for value in [token(1), token(2), CHOSEN.to_owned()] {
        assert!(!text.contains(&value[..5]), "{text}");
    }
    let read = load(&path).unwrap();
    assert_eq!(read.salts(), salts);
    assert_eq!(read.known(&findings, &TREE), [true; 4]);
}

#[test]
fn an_existing_baseline_is_only_replaced_by_force_and_keeps_its_salt_and_its_reasons() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("baseline");
    let findings = |salts: &[[u8; 32]]| {
        [found_with(salts, "a", "", &token(1), "r"), found_with(salts, "b", "", &token(2), "r")]
    };
    let draft = Draft::create(&path, false).unwrap();
    draft.replace(&findings(draft.salts()), &Facts::default()).unwrap();
    let salts = draft.salts().to_vec();
    let error = Draft::create(&path, false).unwrap_err();
    assert!(matches!(error, Error::Usage { help: Some(help), .. } if help.contains("--force")));
    let text = std::fs::read_to_string(&path).unwrap();
    let described =
        text.replace("\"service\":\"example\"}", "\"service\":\"example\",\"reason\":\"a sample\"}");
    std::fs::write(&path, described).unwrap();
    let draft = Draft::create(&path, true).unwrap();
    assert_eq!(draft.salts(), salts);
    assert_eq!(draft.replace(&findings(draft.salts())[..1], &Facts::default()).unwrap(), 1);
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.lines().count() == 2 && text.contains("\"reason\":\"a sample\""), "{text}");
}

#[test]
fn a_broken_baseline_is_not_overwritten_even_by_force() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("baseline");
    std::fs::write(&path, "not a baseline").unwrap();
    assert!(matches!(Draft::create(&path, true), Err(Error::Invalid { .. })));
    assert_eq!(std::fs::read(&path).unwrap(), b"not a baseline");
}

#[test]
fn a_place_that_cannot_be_written_is_an_error() {
    let directory = tempfile::tempdir().unwrap();
    let draft = Draft::create(&directory.path().join("no/such"), false).unwrap();
    assert!(matches!(draft.replace(&[], &Facts::default()), Err(Error::Io { action: "write", .. })));
    assert!(matches!(load(directory.path()), Err(Error::Io { action: "read", .. })));
    assert!(matches!(load(&directory.path().join("none")), Err(Error::MissingPath { .. })));
}

fn entry_line(path: &str) -> String {
    let entry = Entry::of(&found(path, "", &token(1)), &SALT);
    line(&serde_json::to_value(&entry).unwrap())
}

#[test]
fn order_doubles_blank_lines_and_crlf_do_not_matter() {
    let (a, b) = (entry_line("a"), entry_line("b"));
    let plain = Baseline::read((header(&SALT) + &a + &b).as_bytes(), "x").unwrap();
    for text in [
        [&*b, &*a, &*header(&SALT), &*a].concat(),
        [&*header(&SALT), "\n\n", &*b, "   \n", &*a, &*header(&SALT)].concat(),
        (header(&SALT) + &a + &b).replace('\n', "\r\n"),
        format!("\u{feff}{}{a}{}", header(&SALT), b.trim_end()),
    ] {
        let read = Baseline::read(text.as_bytes(), "x").unwrap();
        assert_eq!((read.salts(), read.entries()), (plain.salts(), plain.entries()), "{text}");
    }
}

#[test]
fn of_two_lines_about_one_finding_the_described_one_is_kept() {
    let plain = entry_line("a");
    let described = plain.replace("\"rule\":\"example-token\"", "\"rule\":\"zz\",\"owner\":\"ops\"");
    for text in [header(&SALT) + &plain + &described, header(&SALT) + &described + &plain] {
        let read = Baseline::read(text.as_bytes(), "x").unwrap();
        assert_eq!(read.entries().len(), 1);
        assert_eq!(read.entries()[0].owner.as_deref(), Some("ops"));
    }
}

/// The message, label, help and shown source of a refusal, and those of its related ones.
fn refusal(text: &[u8]) -> Vec<[String; 4]> {
    fn flat(error: Error, found: &mut Vec<[String; 4]>) {
        let Error::Invalid { message, source_code, label, help, related, .. } = error else {
            panic!("{error}")
        };
        found.push([message, label, help.unwrap_or_default(), source_code.inner().clone()]);
        related.into_iter().for_each(|error| flat(error, found));
    }
    let mut found = Vec::new();
    flat(Baseline::read(text, "b\u{1b}.jsonl").map(drop).unwrap_err(), &mut found);
    found
}

#[test]
fn broken_lines_are_named_and_never_shown() {
    let pasted = "chosen-and-more";
    let entry = entry_line("a");
    let changed = |from: &str, to: &str| header(&SALT) + &entry.replace(from, to);
    let hash = &Entry::of(&found("a", "", &token(1)), &SALT).hash;
    for (text, message, help) in [
        (format!("{}{pasted}\n", header(&SALT)), "line 2 of b\\u{1b}.jsonl is neither", "restore"),
        (format!("{}\"{pasted}\"\n", header(&SALT)), "line 2 of b\\u{1b}.jsonl is neither", "restore"),
        (format!("{}<<<<<<< {pasted}\n", header(&SALT)), "conflict marker", "merge=union"),
        (format!("{}{}", header(&SALT), &entry[..entry.len() - 9]), "cut off", "restore"),
        (String::new(), "line 1", "create"),
        (entry.clone(), "should be a header", "create"),
        (format!("{{\"leaklint_baseline\":2,\"salt\":\"{pasted}\"}}"), "newer version", "update"),
        (format!("{{\"leaklint_baseline\":\"{pasted}\"}}"), "no version", "version 1"),
        (format!("{{\"leaklint_baseline\":1,\"salt\":\"{pasted}\"}}"), "has no salt", "64 hexadecimal"),
        (header(&SALT).replace("\"salt\"", "\"slat\""), "unknown key `slat`", "did you mean `salt`?"),
        (changed("\"rule\"", "\"rle\""), "unknown key `rle`", "did you mean `rule`?"),
        (changed("\"rule\"", "\"a-token-as-a-key-1234\""), "key `···`", "known are"),
        (changed("\"path\":\"a\",", ""), "has no `path`", "every entry"),
        (changed("\"a\"", "7"), "`path` that is not text", "double quotes"),
        (changed(hash, pasted), "`hash` that is none of a strong value", "32 hex"),
        (changed("strong", "weak"), "`hash` that is none of a weak value", "3 hex"),
        (changed("strong", pasted), "unknown `strength`", "`weak`"),
        (changed("\"salt\":\"", "\"salt\":\"z"), "`salt` that names none", "8 hex"),
        (entry.clone() + &header(&OTHER_SALT), "names a salt that no header gives", "restore"),
        (changed("\"hash\"", "\"name\":\"x\",\"hash\""), "`name` with a strong value", "delete"),
    ] {
        let found = refusal(text.as_bytes());
        assert!(found[0][0].contains(message), "{:?} for {text}", found[0]);
        assert!(found[0][2].contains(help), "{:?} for {text}", found[0]);
        assert!(
            !format!("{found:?}").contains(pasted) && !format!("{found:?}").contains(&hash[..6]),
            "{found:?}"
        );
    }
}

#[test]
fn several_broken_lines_are_named_at_once_and_not_too_many() {
    let text = format!("{}nonsense\n{}{{\"hash\":1}}\n", header(&SALT), entry_line("a"));
    let found = refusal(text.as_bytes());
    assert_eq!(found.len(), 2);
    assert!(found[0][0].starts_with("line 2 ") && found[1][0].starts_with("line 4 "));
    assert_eq!(refusal("x\n".repeat(1000).as_bytes()).len(), 10);
}

#[test]
fn the_lines_around_a_broken_one_are_not_shown() {
    let text = format!("{}{}{{\"path\":\"p\",\"hsah\":\"h\"}}\n", header(&SALT), entry_line("a"));
    let found = refusal(text.as_bytes());
    assert_eq!(found[0][3], "\n\n{\"hsah\": ···, \"path\": ···}");
}

#[test]
fn a_large_baseline_accepts_no_copies() {
    let old: Vec<Finding> = (0..1_000)
        .flat_map(|n| {
            [found(&format!("f{n}"), "", &token(n)), found(&format!("f{n}"), "password", &format!("pw{n}"))]
        })
        .collect();
    let baseline = accepted(&old);
    assert!(baseline.known(&old, &TREE).iter().all(|known| *known));
    let copies: Vec<Finding> = (0..3_000).map(|n| found(&format!("g{n}"), "password", "pw1")).collect();
    let known = baseline.known(&copies, &TREE).into_iter().filter(|known| *known).count();
    assert!((1..=6).contains(&known), "one moved, and chance of 12 bits in 1,000: {known}");
}

proptest! {
    #[test]
    fn any_bytes_are_read_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = Baseline::read(&bytes, "x");
    }

    #[test]
    fn any_json_is_read_without_panic_and_shown_without_values(
        key in "[a-z]{1,8}", value in "\\PC{0,20}", header_first in any::<bool>()
    ) {
        let object = serde_json::json!({ key: format!("S3CR3T{value}"), format!("S3CR3T{value}"): 1 });
        let text = if header_first { header(&SALT) } else { String::new() } + &line(&object);
        if let Err(error) = Baseline::read(text.as_bytes(), "x") {
            let report = format!("{:?}", miette::Report::new(error));
            prop_assert!(!report.contains("S3CR3T"), "{}", report);
        }
    }

    #[test]
    fn renaming_files_changes_nothing(
        values in prop::collection::btree_map("[a-e]/[a-c]{1,2}", prop::collection::btree_set(0u32..6, 1..4), 1..6)
    ) {
        let at = |prefix: &str| -> Vec<Finding> {
            let pairs = values.iter().flat_map(|(path, numbers)| numbers.iter().map(move |n| (path, *n)));
            pairs.map(|(path, n)| found(&format!("{prefix}{path}"), "", &token(n))).collect()
        };
        let baseline = accepted(&at(""));
        let all_known = |findings: &[Finding]| baseline.known(findings, &TREE).into_iter().all(|known| known);
        prop_assert!(all_known(&at("")));
        prop_assert!(all_known(&at("moved/")));
    }
}
