//! What a configuration says, and what is said about a wrong one.

use proptest::prelude::*;

use super::error::MOST_SHOWN;
use super::*;
use crate::error::Error;
use crate::rule::builtin;

const RULES: [&str; 4] = ["aws-access-key", "aws-secret-key", "github-token", "password-assignment"];

fn known() -> Vec<Rule> {
    let rule = |id: &'static str| Rule { id: id.into(), ..builtin()[0].clone() };
    RULES.into_iter().map(rule).collect()
}

fn parse(text: &str) -> Result<Config, Error> {
    Config::parse(text, "c\u{1b}.yaml", &known())
}

fn off(config: &Config) -> Vec<String> {
    config.switches.iter().map(|switch| format!("{} {}", switch.value.on, switch.value.rules)).collect()
}

/// Message, label, help and what the label points at, of each mistake.
fn mistakes(text: &str) -> Vec<[String; 4]> {
    fn flat(error: Error, found: &mut Vec<[String; 4]>) {
        match error {
            Error::Invalid { message, source_code, span, label, help, related } => {
                let shown = source_code.inner()[span.offset()..span.offset() + span.len()].to_owned();
                found.push([message, label, help.unwrap_or_default(), shown]);
                related.into_iter().for_each(|error| flat(error, found));
            }
            other => found.push([other.to_string(), String::new(), String::new(), String::new()]),
        }
    }
    let mut found = Vec::new();
    flat(parse(text).unwrap_err(), &mut found);
    found
}

#[test]
fn a_whole_configuration() {
    let text = "# ours\nexclude:\n  - '*.lock'\n  - third_party/**\nrules:\n  off: [github-token]\nmin_confidence: high\n";
    let config = parse(text).unwrap();
    assert_eq!(config.excluded(), ["*.lock", "third_party/**"]);
    assert_eq!(off(&config), ["false github-token"]);
    assert_eq!(config.min_confidence.values(), [Some(Confidence::High); 4]);
    let lines: Vec<u64> = config.exclude.iter().map(|glob| glob.place.line).collect();
    assert_eq!((lines, config.min_confidence.place(Mode::Ci).unwrap().line), (vec![3, 4], 7));
    for text in [text.replace('\n', "\r\n"), format!("\u{feff}{text}"), text.to_owned()] {
        let again = parse(&text).unwrap();
        assert_eq!((again.excluded(), off(&again)), (config.excluded(), off(&config)));
    }
    assert!(parse(&format!("---\n{text}")).is_ok());
}

#[test]
fn each_mode_may_have_a_confidence_of_its_own() {
    let config = parse("min_confidence:\n  hook: high\n  audit: low\n").unwrap();
    let levels = [Mode::Scan, Mode::Hook, Mode::Ci, Mode::Audit].map(|mode| config.min_confidence.of(mode));
    assert_eq!(levels, [None, Some(Confidence::High), None, Some(Confidence::Low)]);
}

#[test]
fn what_sets_nothing_is_valid() {
    for text in [
        "",
        "\n\n",
        "# nothing yet\n",
        "exclude: []\n",
        "exclude:\nrules:\n",
        "rules:\n  off:\n",
        "{}",
        "rules: {}",
    ] {
        let config = parse(text).unwrap();
        let nothing = config.exclude.is_empty() && config.switches.is_empty();
        assert!(nothing && config.min_confidence.is_empty(), "{text:?}");
    }
}

#[test]
fn mistakes_are_named_with_what_was_meant() {
    for (text, message, help) in [
        ("excludes: [a]", "unknown key `excludes`", "did you mean `exclude`?"),
        ("min-confidence: low", "unknown key `min-confidence`", "did you mean `min_confidence`?"),
        ("MinConfidence: low", "unknown key `MinConfidence`", "did you mean `min_confidence`?"),
        ("hunter: 2", "unknown key `hunter`", "known keys: `extends`, `exclude`"),
        ("rules: {of: [github-token]}", "unknown key `of`", "did you mean `off`?"),
        ("rules: [github-token]", "`rules` must be a map", "known keys: `off`"),
        ("rules: {off: github-token}", "`rules.off` must be a list", "- "),
        ("rules: {off: [github-tokens]}", "`rules.off` names no rule", "did you mean `github-token`?"),
        (
            "rules: {off: [aws-acces-key]}",
            "names no rule",
            "did you mean `aws-access-key`, `aws-secret-key`?",
        ),
        ("rules: {off: [something-else-entirely]}", "names no rule", "leaklint rules list"),
        ("rules: {off: [7]}", "not text", "single quotes"),
        ("exclude: '*.lock'", "`exclude` must be a list", "- "),
        ("exclude: ['a[']", "not valid", "[a-z] a range"),
        ("exclude: ['']", "not text", "quotes"),
        ("exclude: [[a]]", "not text", "quotes"),
        ("exclude: [*.lock]", "an alias names no anchor", "single quotes"),
        ("min_confidence: hihg", "none of the levels", "`low`, `medium` or `high`"),
        ("min_confidence: 3", "none of the levels", "`low`"),
        ("min_confidence: {hook: hihg}", "none of the levels", "`low`"),
        ("min_confidence: {hok: high}", "unknown key `hok`", "did you mean `hook`?"),
        ("- exclude", "the configuration must be a map", "known keys"),
        ("hello", "the configuration must be a map", "known keys"),
        ("exclude: [a]\nexclude: [b]\n", "stands twice", ""),
        ("exclude: [a]\n---\nexclude: [b]\n", "several documents", "delete the `---`"),
        ("exclude: [a\n", "not valid YAML", "quotes"),
        ("exclude: \"\\x\"", "not valid YAML", "quotes"),
        ("<<: {exclude: [a]}", "merge keys", ""),
    ] {
        let found = mistakes(text);
        assert!(found[0][0].contains(message) && found[0][2].contains(help), "{text}: {found:?}");
    }
}

#[test]
fn all_mistakes_are_named_at_once_in_order_and_in_place() {
    let text = "min_confidence: hihg\nexclude: [a, 'b[', 3]\nrule: x\nrules:\n  off: [githb-token]\n";
    let found = mistakes(text);
    let labels: Vec<&str> = found.iter().map(|mistake| mistake[1].as_str()).collect();
    assert_eq!(labels, ["not a level", "not a glob", "not text", "unknown key", "no rule has this id"]);
    assert_eq!(found[3][3], "rule");
    let many = format!("exclude: [{}]", "1, ".repeat(100));
    assert_eq!(mistakes(&many).len(), MOST_SHOWN + 1);
    assert!(mistakes(&many)[MOST_SHOWN][0].contains("80 further"));
}

#[test]
fn values_are_never_shown() {
    for text in [
        "min_confidence: S3CR3T",
        "exclude: ['S3CR3T[']",
        "rules: {off: [S3CR3T]}",
        "excluded: 'S3CR3T'\n",
        "S3CR3T: x",
        "exclude: [a\nS3CR3T: 'S3CR3T",
        "S3CR3T",
        "# S3CR3T\nexclude: S3CR3T",
        "exclude: &S3CR3T [*S3CR3T]",
        "exclude: !S3CR3T x",
        "rules:\n  off: |\n    S3CR3T\n",
    ] {
        let report = format!("{:?}", miette::Report::new(parse(text).unwrap_err()));
        assert!(!report.contains("S3CR3T"), "{report}");
        assert!(!report.contains('\u{1b}') && report.contains("c\\u{1b}.yaml"), "{report}");
    }
}

#[test]
fn bombs_are_errors() {
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..12 {
        let items = vec![format!("*a{}", level - 1); 8].join(", ");
        bomb.push_str(&format!("a{level}: &a{level} [{items}]\n"));
    }
    bomb.push_str("exclude: *a11\n");
    let deep = format!("exclude: {}{}", "[".repeat(100_000), "]".repeat(100_000));
    let long = format!("exclude: [{}]", "a, ".repeat(LARGEST_FILE as usize / 3));
    for text in [bomb, deep, long] {
        assert!(matches!(parse(&text), Err(Error::Invalid { .. })));
    }
}

proptest! {
    #[test]
    fn any_text_is_read_without_panic(text in "(exclude|rules|off|[-:\\[\\]{}'\"&*#!|> \n]|\\PC){0,40}") {
        if let Err(error) = parse(&text) {
            let _ = format!("{:?}", miette::Report::new(error));
        }
    }
}
