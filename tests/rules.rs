//! The built-in rules test themselves: each is sound as an entry, and each of its examples is found on many values.

mod common;

use std::collections::BTreeSet;

use leaklint::rule::{Detector, Rule, builtin, template};
use regex::bytes::{Regex, RegexBuilder};

/// Values that each example of a pattern is tried with.
const SEEDS: u64 = 200;

#[test]
fn every_file_of_rules_is_embedded() {
    let files = std::fs::read_dir(common::root().join("rules")).expect("rules/").count();
    let services: BTreeSet<&str> = builtin().iter().map(|rule| rule.service.as_ref()).collect();
    assert!(files > 0 && services.len() <= files, "{} services in {files} files", services.len());
}

#[test]
fn ids_are_unique() {
    let mut seen = BTreeSet::new();
    let twice: Vec<&str> =
        builtin().iter().map(|rule| rule.id.as_ref()).filter(|id| !seen.insert(*id)).collect();
    assert!(twice.is_empty(), "{twice:?}");
}

#[test]
fn references_are_https_and_advice_is_sentences() {
    for rule in builtin() {
        assert!(rule.references.iter().all(|reference| reference.starts_with("https://")), "{}", rule.id);
        for advice in [&rule.grants, &rule.revoke] {
            assert!(advice.ends_with('.') && advice.len() >= 20, "{}: {advice}", rule.id);
        }
    }
}

#[test]
fn every_example_of_a_pattern_matches_and_holds_a_keyword() {
    let mut wrong = BTreeSet::new();
    for (rule, pattern) in patterns() {
        let Detector::Pattern { keywords, max_length, .. } = &rule.detector else { continue };
        for (number, example) in rule.examples.iter().enumerate() {
            for seed in 0..SEEDS {
                let text = template::expand(example, seed).expect("build.rs checked it");
                let Some(found) = pattern.find(text.as_bytes()) else {
                    wrong.insert(format!("{} example {}: no match", rule.id, number + 1));
                    continue;
                };
                let matched = String::from_utf8_lossy(found.as_bytes());
                if !keywords.iter().any(|keyword| matched.contains(keyword.as_ref())) {
                    wrong.insert(format!("{} example {}: no keyword in the match", rule.id, number + 1));
                }
                if found.len() > *max_length {
                    wrong.insert(format!("{} example {}: longer than max_length", rule.id, number + 1));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_public_prefix_begins_every_value() {
    for (rule, pattern) in patterns().into_iter().filter(|(rule, _)| rule.public_prefix > 0) {
        let starts: BTreeSet<Vec<u8>> = rule
            .examples
            .iter()
            .flat_map(|example| {
                (0..8).map(|seed| template::expand(example, seed).expect("build.rs checked it"))
            })
            .filter_map(|text| {
                let captures = pattern.captures(text.as_bytes())?;
                let value = captures.name("secret").or_else(|| captures.get(0))?;
                Some(value.as_bytes()[..rule.public_prefix].to_vec())
            })
            .collect();
        assert_eq!(starts.len(), 1, "{}", rule.id);
    }
}

/// The pattern rules, compiled as the catalogue compiles them.
fn patterns() -> Vec<(&'static Rule, Regex)> {
    let compiled = |rule: &'static Rule| match &rule.detector {
        Detector::Pattern { pattern, .. } => {
            let regex = RegexBuilder::new(pattern).unicode(false).build();
            Some((rule, regex.unwrap_or_else(|error| panic!("{}: {error}", rule.id))))
        }
        Detector::Context { .. } | Detector::Shape(_) => None,
    };
    builtin().iter().filter_map(compiled).collect()
}
