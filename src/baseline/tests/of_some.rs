//! What is read of a baseline when only some of its entries are asked for.

use super::super::sheet::{Extent, Sheet};
use super::*;

fn open(text: &str) -> Extent {
    Sheet::open(text.as_bytes().to_vec(), "x".to_owned()).unwrap()
}

/// The ways in which a line may be spelled and still be that entry.
fn spelled(entry: &Entry, way: u8) -> String {
    let value = serde_json::to_value(entry).unwrap();
    let line = value.to_string();
    match way {
        0 => serde_json::to_string(entry).unwrap() + "\n",
        1 => line.replace("\":\"", "\" : \"") + "\r\n",
        2 => line.replacen("hash", "\\u0068ash", 1) + "\n",
        3 => {
            let digits = &entry.hash;
            let escaped = format!("\\u{:04x}{}", u32::from(digits.as_bytes()[0]), &digits[1..]);
            line.replacen(&format!("\"{digits}\""), &format!("\"{escaped}\""), 1) + "\n"
        }
        _ => format!("\n  {line}  \n"),
    }
}

proptest! {
    #[test]
    fn asked_for_some_it_says_what_all_of_it_says(
        ways in proptest::collection::vec((0..5_u8, 0..2_u8, 0..40_u32, "[a-c]{1,2}(:\\{\"hash\":\"x\"\\})?"), 1..40),
        asked in proptest::collection::vec((0..2_u8, 0..40_u32), 0..6),
        place in 0..40_usize,
    ) {
        let value = |weak: u8, number: u32| if weak == 0 { token(number) } else { format!("{CHOSEN}{number}") };
        let name = |weak: u8| if weak == 0 { "" } else { "password" };
        let mut lines: Vec<String> = ways
            .iter()
            .map(|(way, weak, number, path)| {
                let finding = found(path, name(*weak), &value(*weak, *number));
                spelled(&Entry::of(&finding, &SALT), *way)
            })
            .collect();
        lines.insert(place.min(lines.len()), header(&SALT));
        let text = lines.concat();
        let whole = Baseline::read(text.as_bytes(), "x").unwrap();
        let Extent::Salts(sheet) = open(&text) else { panic!("all of it was read") };
        prop_assert_eq!(sheet.salts(), whole.salts());
        let findings: Vec<Finding> = asked.iter().map(|(weak, n)| found("a", name(*weak), &value(*weak, *n))).collect();
        let hashes = findings.iter().map(|f| f.identity.fingerprint().rsplit(':').next().unwrap().as_bytes());
        let part = sheet.with(&hashes.collect()).unwrap();
        for finding in &findings {
            let about = |baseline: &Baseline| -> Vec<Entry> {
                baseline.about(finding).into_iter().map(|at| baseline.entries()[at].clone()).collect()
            };
            prop_assert_eq!(about(&part), about(&whole));
        }
    }
}

#[test]
fn of_ten_thousand_entries_only_those_asked_for_are_read() {
    let entry = |number: u32| spelled(&Entry::of(&found("a", "", &token(number)), &SALT), 0);
    let text = header(&SALT) + &(0..10_000).map(entry).collect::<String>();
    let Extent::Salts(sheet) = open(&text) else { panic!("all of it was read") };
    let wanted = found("a", "", &token(77));
    let hash = wanted.identity.fingerprint().rsplit(':').next().unwrap();
    let part = sheet.with(&[hash.as_bytes()].into()).unwrap();
    assert_eq!(part.entries(), [Entry::of(&wanted, &SALT)]);
    assert_eq!(sheet.whole().unwrap().entries().len(), 10_000);
}

#[test]
fn what_looks_wrong_from_outside_is_read_strictly() {
    let entry = entry_line("a");
    for broken in ["<<<<<<< ours\n", "=======\n", "x\n", &entry[..entry.len() / 2], "[]\n"] {
        let text = header(&SALT) + &entry + broken;
        assert!(Sheet::open(text.clone().into_bytes(), "x".to_owned()).is_err(), "{text}");
    }
    assert!(Sheet::open(entry.into_bytes(), "x".to_owned()).is_err(), "without a header");
}

#[test]
fn a_broken_line_among_those_asked_for_is_named_by_its_number() {
    let wanted = found("a", "", &token(1));
    let hash = wanted.identity.fingerprint().rsplit(':').next().unwrap().to_owned();
    let broken = format!("{{\"path\":\"a\",\"hash\":\"{hash}\"}}\n");
    let text = header(&SALT) + &entry_line("b").repeat(6) + &broken;
    let Extent::Salts(sheet) = open(&text) else { panic!("all of it was read") };
    let why = format!("{:?}", sheet.with(&[hash.as_bytes()].into()).unwrap_err());
    assert!(why.contains("line 8") && !why.contains("line 2"), "{why}");
}
