//! Lines that are made to be slow, through all detectors at once: what is found in them stays right.

use super::*;
use crate::runs;

fn values(text: &str) -> Vec<&str> {
    let catalogue = Catalogue::new(crate::rule::builtin().to_vec());
    let found = detect(text.as_bytes(), &runs::all(text.as_bytes()), &catalogue, Tiers::All);
    let values = found.iter().filter(|m| m.name.is_some()).map(|m| &text[m.value.start..m.value.end]);
    values.filter(|value| !value.is_empty()).collect()
}

/// A value that a person could have chosen.
const PERSONAL: &str = "Tr0ub4dor";

#[test]
fn a_value_behind_thousands_of_names_in_one_word_is_found() {
    let text = format!("{} db_password={PERSONAL}&3x", "password=".repeat(1_500));
    let found = values(&text);
    let long = found.iter().filter(|value| value.len() > 128).count();
    assert_eq!(long, 4, "that many lie in one another, the others are read as part of them");
    assert!(found.contains(&PERSONAL), "{:?}", found.last());
}

#[test]
fn an_element_behind_thousands_of_open_ones_is_found() {
    let text = format!("{}Tr0ub4dor3x</password>", "<password>".repeat(5_000));
    assert_eq!(values(&text), ["Tr0ub4dor3x"]);
}

#[test]
fn a_fallback_behind_many_references_on_the_line_is_found() {
    let references = (0..20).map(|n| format!(" -e S{n}_KEY=${{S{n}_KEY}}")).collect::<String>();
    let text = format!("docker run{references} -e PW=${{PW:-{PERSONAL}}}\n");
    assert!(values(&text).contains(&PERSONAL));
}

#[test]
fn a_string_that_closes_far_from_its_line_start_gives_no_value() {
    let filler = "x = 1; ".repeat(2_000);
    let found = values(&format!("{filler}a = \"password: \" + user + \"Tr0ub4dor3x\";")).len();
    assert_eq!(found, 0, "the name stands in a string");
    assert_eq!(values(&format!("{filler}password = \"{PERSONAL}\";")), [PERSONAL]);
}
