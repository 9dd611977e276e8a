//! Guides on secret management hold every carrier of a secret there is, and no secret. As they stand nothing may be
//! found; with a generated value in each place, each place lies in exactly one finding and nothing else is reported.
//!
//! The documents are our own (`fixtures/guides`, `fixtures/carriers`). Where the five guides that the project started
//! from lie beside the checkout (`../shared/seeds`, or `LEAKLINT_SEEDS`), they are held to the same.

mod common;
#[path = "guides/places.rs"]
mod places;

use std::path::PathBuf;

use common::{Finding, Repo};
use places::{Filled, Mark, Place};

/// A set of documents with its list of places.
struct Set {
    /// Name and text of each.
    documents: Vec<(String, String)>,
    places: Vec<Place>,
}

#[test]
fn our_guides_as_they_stand_hold_no_secret() {
    nothing_is_found(&fixtures());
}

#[test]
fn our_guides_filled_in_give_one_finding_a_place() {
    each_place_is_found(&fixtures(), 0..6);
}

#[test]
fn the_five_guides_as_they_stand_hold_no_secret() {
    let Some(set) = seeds() else { return };
    nothing_is_found(&set);
}

#[test]
fn the_five_guides_filled_in_give_one_finding_a_place() {
    let Some(set) = seeds() else { return };
    each_place_is_found(&set, 100..106);
}

fn fixtures() -> Set {
    let root = common::root().join("fixtures");
    let mut documents = Vec::new();
    for directory in ["guides", "carriers"] {
        for path in common::files_below(&root.join(directory)) {
            let name = path.strip_prefix(&root).expect("a path below its root").display().to_string();
            documents.push((name, std::fs::read_to_string(&path).expect("fixtures here are text")));
        }
    }
    Set { documents, places: places::places(include_str!("guides/fixtures.tsv")) }
}

/// The five guides, when they are here. They are named by the number at the start of their file name.
fn seeds() -> Option<Set> {
    let given = std::env::var_os("LEAKLINT_SEEDS").map(PathBuf::from);
    let above = common::root().ancestors().skip(1).map(|above| above.join("shared/seeds"));
    let Some(directory) = given.into_iter().chain(above).find(|path| path.is_dir()) else {
        common::note(
            "the five guides: not run: they are not beside this checkout (shared/seeds, or LEAKLINT_SEEDS)",
        );
        return None;
    };
    let read = |path: &PathBuf| {
        let name = path.file_name().expect("a file has a name").to_string_lossy()[..3].to_owned();
        (name, std::fs::read_to_string(path).expect("the guides are text"))
    };
    let documents = common::files_below(&directory).iter().map(read).collect();
    Some(Set { documents, places: places::places(include_str!("guides/seeds.tsv")) })
}

fn nothing_is_found(set: &Set) {
    let repo = Repo::plain();
    for (name, text) in &set.documents {
        repo.write(name, text);
        // The same text may be judged by its reader: prose, Markdown, or whatever the name says.
        repo.write(format!("{name}.md"), text);
        repo.write(format!("{name}.txt"), text);
    }
    let found = repo.leaklint().args(["scan", "."]).findings();
    let lines: Vec<String> = found.iter().map(describe).collect();
    assert!(
        lines.is_empty(),
        "{} findings in documents without a secret:\n{}",
        lines.len(),
        lines.join("\n")
    );
}

fn each_place_is_found(set: &Set, seeds: std::ops::Range<u64>) {
    let mut wrong = Vec::new();
    for seed in seeds {
        // A guide may be Markdown or plain text: what is found must not depend on it. A carrier is what its name says.
        let ending = [".md", ".txt"][usize::try_from(seed % 2).expect("below two")];
        let repo = Repo::plain();
        let fill = |(at, (name, text)): (u64, &(String, String))| {
            let ending = if name.starts_with("carriers/") { "" } else { ending };
            (format!("{name}{ending}"), places::fill(name, text, &set.places, seed * 1000 + at))
        };
        let filled: Vec<(String, Filled)> = (0..).zip(&set.documents).map(fill).collect();
        for (name, document) in &filled {
            repo.write(name, &document.text);
        }
        let found = repo.leaklint().args(["scan", "."]).findings();
        for (name, document) in &filled {
            let path = format!("./{name}");
            let here: Vec<&Finding> =
                found.iter().filter(|finding| finding.path == path || finding.path == *name).collect();
            wrong
                .extend(compare(&document.marks, &here).into_iter().map(|why| format!("seed {seed}: {why}")));
        }
        let known = |finding: &&Finding| {
            !filled.iter().any(|(name, _)| finding.path.trim_start_matches("./") == name)
        };
        wrong.extend(found.iter().filter(known).map(|finding| format!("stray: {}", describe(finding))));
    }
    assert!(wrong.is_empty(), "{} places are wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// What is wrong with the findings of one document.
fn compare(marks: &[Mark], found: &[&Finding]) -> Vec<String> {
    let mut wrong = Vec::new();
    for mark in marks.iter().filter(|mark| mark.secret) {
        let holders: Vec<String> =
            found.iter().filter(|finding| holds(finding, mark)).map(|finding| describe(finding)).collect();
        match holders.len() {
            1 => {}
            0 => wrong.push(format!("missed: {}", mark.label)),
            _ => wrong.push(format!("found twice: {}\n    {}", mark.label, holders.join("\n    "))),
        }
    }
    for finding in found {
        let own: Vec<&Mark> = marks.iter().filter(|mark| touches(finding, mark)).collect();
        let fits = own
            .iter()
            .any(|mark| finding.end_line <= mark.end.0 + 1 && finding.start_line + 1 >= mark.start.0);
        if own.len() != 1 || !own[0].secret || !fits {
            let labels: Vec<&str> = own.iter().map(|mark| mark.label.as_str()).collect();
            wrong.push(format!("no single secret: {} touches {labels:?}", describe(finding)));
        }
    }
    wrong
}

/// The mark lies in the finding's own place or in a related one.
fn holds(finding: &Finding, mark: &Mark) -> bool {
    let own = ((finding.start_line, finding.start_column), (finding.end_line, finding.end_column));
    let related = finding.related.iter().filter(|place| place.path == finding.path);
    let related =
        related.map(|place| ((place.start_line, place.start_column), (place.end_line, place.end_column)));
    std::iter::once(own).chain(related).any(|(start, end)| start <= mark.start && mark.end <= end)
}

/// The finding's own place and the mark share a character.
fn touches(finding: &Finding, mark: &Mark) -> bool {
    (finding.start_line, finding.start_column) < mark.end
        && mark.start < (finding.end_line, finding.end_column)
}

fn describe(finding: &Finding) -> String {
    let Finding { path, start_line, start_column, end_line, end_column, rule_id, confidence, masked, .. } =
        finding;
    format!("{path}:{start_line}:{start_column}-{end_line}:{end_column} {rule_id} ({confidence}) {masked}")
}
