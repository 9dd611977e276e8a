//! The built-in rules test themselves: each is sound as an entry, and each of its examples is found on many values.
//! Rule files from outside: what is wrong is told with its place and without its values.

mod common;

use std::collections::BTreeSet;

use common::{Leaklint, Outcome};
use leaklint::catalogue::Catalogue;
use leaklint::rule::{Detector, Rule, builtin, template};
use leaklint::scan;
use regex::bytes::{Regex, RegexBuilder};

/// Values that each example of a pattern is tried with.
const SEEDS: u64 = 200;

#[test]
fn every_file_of_rules_is_embedded() {
    let files = std::fs::read_dir(common::root().join("rules")).expect("rules/").count();
    let in_a_table = |rule: &&Rule| matches!(rule.detector, Detector::Near { .. });
    let rules = builtin().iter().filter(|rule| !in_a_table(rule));
    let services: BTreeSet<&str> = rules.map(|rule| rule.service.as_ref()).collect();
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

#[test]
fn every_example_of_every_rule_is_found_and_no_counter_example() {
    let outcome = rules(&["test"], "").expect(0);
    assert!(outcome.out().ends_with(" 0 failed\n"), "{outcome}");
}

#[test]
fn the_page_of_rules_is_true() {
    let page = rules(&["list", "--format", "markdown"], "").expect(0).out();
    let checked_in = std::fs::read_to_string(common::root().join("docs/rules.md")).expect("docs/rules.md");
    let differs = page.lines().zip(checked_in.lines()).find(|(now, then)| now != then);
    assert!(
        differs.is_none() && page.len() == checked_in.len(),
        "run `just pages`; first difference: {differs:?}"
    );
}

#[test]
fn the_list_names_every_rule_once() {
    let out = rules(&["list"], "").expect(0).out();
    let ids: Vec<&str> = out.lines().filter_map(|line| line.split_whitespace().next()).collect();
    let mut expected: Vec<&str> = builtin().iter().map(|rule| rule.id.as_ref()).collect();
    expected.sort_unstable();
    assert_eq!(ids, expected);
    let json = rules(&["list", "--format", "json"], "").expect(0).json();
    let ids: Vec<&str> = json.as_array().unwrap().iter().map(|rule| rule["id"].as_str().unwrap()).collect();
    assert_eq!(ids, expected);
    assert!(json.as_array().unwrap().iter().all(|rule| {
        ["pattern", "value", "values", "shape"].iter().filter(|detector| rule[**detector].is_string()).count()
            == 1
    }));
}

#[test]
fn a_rule_is_shown_whole_and_an_unknown_id_gets_its_neighbours() {
    let out = rules(&["show", "other-token", "--rules", "rules.yaml"], &file("- id: example", "- id: other"))
        .expect(0)
        .out();
    for part in [
        "Example token",
        "exm_[0-9a-f]{32}",
        "exm_",
        "36 bytes",
        "Everything there is.",
        "Ask for a new one.",
        "https://example.com/docs",
        "token: exm_${hex:32}",
    ] {
        assert!(out.contains(part), "{part} is missing in\n{out}");
    }
    let err = rules(&["show", "slck-bot-token"], "").expect(2).err();
    assert!(err.contains("`slack-bot-token`"), "{err}");
    let err = rules(&["show", "private-key-of-nobody-at-all"], "").expect(2).err();
    assert!(err.contains("leaklint rules list"), "{err}");
}

#[test]
fn examples_that_fail_are_named_by_number_and_never_shown() {
    let good = rules(&["test", "rules.yaml"], &file("", "")).expect(0);
    assert_eq!(good.out(), "1 rule, 1 example, 8 values each: 0 failed\n");
    let text =
        file("examples: [", "counter_examples: ['exm_${hex:32}', 'exm_hunter2']\n    examples: ['hunter2', ");
    let bad = rules(&["test", "rules.yaml"], &text).expect(1);
    assert_eq!(
        bad.out(),
        "FAILED example-token: example 1 was not found with 8 of 8 values\n\
         FAILED example-token: counter-example 1 was found with 8 of 8 values\n\
         1 rule, 4 examples, 8 values each: 2 failed\n"
    );
}

#[test]
fn rules_that_go_by_a_name_are_tested_without_the_built_in_ones() {
    let contextual = file("pattern: 'exm_[0-9a-f]{32}'", "value: '[0-9a-f]{32}'")
        .replace("    keywords: [exm_]\n", "    names: [example key]\n")
        .replace(
            "examples: ['token: exm_${hex:32}']",
            "examples: ['EXAMPLE_KEY=${hex:32}', 'exampleKey: \"${hex:32}\"']\n    counter_examples: ['OTHER_KEY=${hex:32}']",
        );
    let good = rules(&["test", "rules.yaml"], &contextual).expect(0);
    assert_eq!(good.out(), "1 rule, 3 examples, 8 values each: 0 failed\n");
    let bad = rules(&["test", "rules.yaml"], &contextual.replace("OTHER_KEY", "EXAMPLE_KEY")).expect(1);
    assert!(bad.out().contains("example-token: counter-example 1 was found"), "{bad}");
    // Somebody's own assignment takes the place of the built-in one.
    let shape = file("pattern: 'exm_[0-9a-f]{32}'", "shape: secret-assignment")
        .replace("    keywords: [exm_]\n", "")
        .replace("token: exm_", "api_token: ");
    rules(&["test", "rules.yaml"], &shape).expect(0);
}

#[test]
fn each_mistake_is_told_with_file_line_and_advice() {
    let cases = [
        ("keywords:", "keyword:", "8:5", "has no field `keyword`", "did you mean `keywords`?"),
        ("{32}'\n", "{32'\n", "7:", "`pattern` is not a regular expression", "unclosed counted repetition"),
        ("{32}'\n", "{32,}'\n", "7:14", "`pattern` has no upper bound", "`max_length`"),
        (
            "'exm_[0-9a-f]{32}'\n",
            "'(?:exm_)?'\n",
            "7:14",
            "`pattern` matches the empty text",
            "may match nothing",
        ),
        ("[exm_]", "[EXM_]", "8:16", "a keyword cannot occur in the pattern", "case-sensitive"),
        ("[exm_]", "[f0]", "8:15", "a match need not hold any of the keywords", "every alternative"),
        ("keywords: [exm_]\n", "proof: magic\n", "4:5", "lacks the field `keywords`", "github-checksum"),
        (
            "- id: example-token",
            "- id: Example_Token",
            "4:9",
            "`id` must be kebab-case",
            "lower-case letters",
        ),
        ("severity: high", "severity: hgih", "6:15", "`severity` must be one of", "did you mean `high`?"),
        (
            "examples: ['token: exm_${hex:32}']",
            "pair: exmple-token",
            "4:5",
            "lacks the field `examples`",
            "`example-token`?",
        ),
        ("${hex:32}", "${hexx:32}", "12:16", "`examples` number 1 is not a template", "${hex:N}"),
        ("pattern: '", "value: '", "4:5", "lacks the field `names`", "does not go with `value`"),
        ("pattern: '", "shape: jwt\n    pattern: '", "4:5", "a rule has several detectors", "exactly one"),
        (
            "- id: example-token",
            "- id: slack-bot-token",
            "4:9",
            "the id `slack-bot-token` stands twice",
            "built-in",
        ),
        ("name: Example\n", "name: 'Example\n", "3:1", "this is not valid YAML", "single quotes"),
    ];
    for (from, to, place, message, advice) in cases {
        let outcome = rules(&["list", "--rules", "rules.yaml"], &file(from, to)).expect(2);
        let err = unwrapped(&outcome);
        for part in [&format!("rules.yaml:{place}"), message, advice] {
            assert!(err.contains(part), "{to}: no {part} in\n{outcome}");
        }
        assert!(outcome.stdout.is_empty(), "{outcome}");
    }
}

#[test]
fn all_mistakes_of_all_files_are_told_and_no_value_is() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let value = common::Values::new(11).github_token();
    let broken =
        |from: &str, key: &str| file(from, &format!("{key}: {value}\n    pasword: {value}\n    {from}"));
    std::fs::write(directory.path().join("a.yaml"), broken("severity:", "kind")).unwrap();
    std::fs::write(directory.path().join("b.yml"), broken("grants:", "confidence")).unwrap();
    std::fs::write(directory.path().join("c.yaml"), format!("{value}\n- {value}: [{value}\n")).unwrap();
    std::fs::write(directory.path().join("ignored.txt"), "no rules").unwrap();
    let outcome = Leaklint::new(directory.path()).args(["rules", "list", "--rules", "."]).run().expect(2);
    let err = unwrapped(&outcome);
    for part in
        ["a.yaml:6:", "a.yaml:7:", "b.yml:9:", "b.yml:10:", "c.yaml:", "the id `example-token` stands twice"]
    {
        assert!(err.contains(part), "no {part} in\n{outcome}");
    }
    assert!(!err.contains(&value) && !err.contains(&value[8..24]), "a value is shown");
}

#[test]
fn paths_that_hold_no_rules_are_errors() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let empty = directory.path().join("empty");
    std::fs::create_dir(&empty).unwrap();
    std::fs::write(directory.path().join("latin1.yaml"), b"service: a\nname: \xe9\n").unwrap();
    for (path, message) in [
        ("nowhere.yaml", "there is no file or directory at nowhere.yaml"),
        ("empty", "there is no rule file in empty"),
        ("latin1.yaml", "not UTF-8 in line 2"),
        ("/dev/null", "not a file"),
    ] {
        let outcome = Leaklint::new(directory.path()).args(["rules", "test", path]).run().expect(2);
        assert!(unwrapped(&outcome).contains(message), "{outcome}");
    }
}

#[test]
fn of_services_whose_tokens_begin_alike_the_values_own_name_tells_which() {
    let catalogue = Catalogue::new(builtin().to_vec());
    for (template, id) in [
        ("PAYMONGO_SECRET_KEY=sk_live_${alnum:24}", "paymongo-secret-api-key"),
        ("workosApiKey: 'sk_live_${alnum:60}'", "workos-api-key"),
        ("STRIPE_KEY=sk_live_${alnum:24}", "stripe-live-secret-key"),
        ("# PayMongo\nkey: sk_live_${alnum:24}", "stripe-live-secret-key"),
        ("PAYMONGO_SECRET_KEY=ghp_${alnum:36}", "github-personal-access-token"),
    ] {
        let text = template::expand(template, 3).unwrap();
        let found = scan::probe(&catalogue, text.as_bytes());
        let ids: Vec<&str> = found.iter().map(|&rule| catalogue.rule(rule).id.as_ref()).collect();
        assert_eq!(ids, [id], "{template}");
    }
}

#[test]
fn a_key_that_looks_little_generated_still_gets_its_service() {
    let catalogue = Catalogue::new(builtin().to_vec());
    for (template, id) in [
        // Two digits at most: the search for generated values passes over it, its name does not.
        (
            "POLONIEX_API_KEY=${of:B-DF-HJ:8}-${of:K-NP-T:8}-${of:B-DF-HJ:8}-${of:K-NP-T:7}2",
            "poloniex-api-key",
        ),
        ("checkvist_key: \"q${of:b-df-hj-np-t:6}Z${of:B-DF-HJ:6}\"", "checkvist-api-key"),
        // Many call theirs the consumer secret; whose it is the line above says.
        ("netsuite:\n  consumer_secret: ${alnum:50}", "netsuite-consumer-secret"),
        ("consumer_secret: ${alnum:50}", "twitter-api-secret"),
        ("DAILY_CO_API_KEY=${alnum:40}", "dailyco-api-key"),
        ("CO_API_KEY=${alnum:40}", "cohere-api-key"),
        // A person's password is none of the service's keys.
        (
            "POLONIEX_PASSWORD=${of:B-DF-HJ:8}-${of:K-NP-T:8}-${of:B-DF-HJ:8}-${of:K-NP-T:7}2",
            "password-assignment",
        ),
    ] {
        for seed in 0..20 {
            let text = template::expand(template, seed).unwrap();
            let found = scan::probe(&catalogue, text.as_bytes());
            let ids: Vec<&str> = found.iter().map(|&rule| catalogue.rule(rule).id.as_ref()).collect();
            assert_eq!(ids, [id], "{template} {seed}");
        }
    }
}

#[test]
fn a_rule_from_outside_finds_its_token() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    std::fs::write(directory.path().join("rules.yaml"), file("", "")).unwrap();
    let token = template::expand("exm_${hex:32}", 5).unwrap();
    std::fs::write(directory.path().join("app.txt"), format!("call {token}\n")).unwrap();
    let scan = Leaklint::new(directory.path()).args(["scan", "app.txt", "--rules", "rules.yaml"]);
    let findings = scan.findings();
    let [finding] = findings.as_slice() else { panic!("{findings:?}") };
    assert_eq!((finding.rule_id.as_str(), finding.masked.as_str()), ("example-token", "exm_********"));
}

/// `leaklint rules …` in a directory whose `rules.yaml` holds `text`.
fn rules(arguments: &[&str], text: &str) -> Outcome {
    let directory = tempfile::tempdir().expect("a temporary directory");
    std::fs::write(directory.path().join("rules.yaml"), text).expect("the directory is writable");
    Leaklint::new(directory.path()).arg("rules").args(arguments).run()
}

/// A file with one sound rule, in which the first `from` is replaced by `to`.
fn file(from: &str, to: &str) -> String {
    let text = "service: example
name: Example
rules:
  - id: example-token
    name: Example token
    severity: high
    pattern: 'exm_[0-9a-f]{32}'
    keywords: [exm_]
    grants: Everything there is.
    revoke: Ask for a new one.
    references: [https://example.com/docs]
    examples: ['token: exm_${hex:32}']
";
    assert!(text.contains(from), "nothing to change");
    text.replacen(from, to, 1)
}

/// Standard error on one line, as it was before it was wrapped to the width of the screen.
fn unwrapped(outcome: &Outcome) -> String {
    outcome.err().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The pattern rules, compiled as the catalogue compiles them.
fn patterns() -> Vec<(&'static Rule, Regex)> {
    let compiled = |rule: &'static Rule| match &rule.detector {
        Detector::Pattern { pattern, .. } => {
            let regex = RegexBuilder::new(pattern).unicode(false).build();
            Some((rule, regex.unwrap_or_else(|error| panic!("{}: {error}", rule.id))))
        }
        Detector::Context { .. } | Detector::Near { .. } | Detector::Shape(_) => None,
    };
    builtin().iter().filter_map(compiled).collect()
}
