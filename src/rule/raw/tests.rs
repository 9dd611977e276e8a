//! The reader of rule files: each mistake, its place and its words.

use super::*;
use crate::rule::{Detector, Kind};

/// A file with one sound pattern rule, in which `from` is replaced by `to`.
fn changed(from: &str, to: &str) -> String {
    let text = "service: example
name: Example
rules:
  - id: example-token
    name: Example token
    severity: high
    pattern: 'exm_[0-9a-f]{32}'
    keywords: [exm_]
    grants: Everything.
    revoke: Ask for a new one.
    references: [https://example.com/docs]
    examples: ['token: exm_${hex:32}']
";
    assert!(text.contains(from), "nothing to change");
    text.replacen(from, to, 1)
}

fn messages(text: &str) -> Vec<String> {
    parse(text).flaws.into_iter().map(|flaw| flaw.message).collect()
}

/// The only flaw of a text, with the text at its place.
fn only(text: &str) -> (String, String) {
    let parsed = parse(text);
    assert_eq!(parsed.flaws.len(), 1, "{:#?}", parsed.flaws);
    assert!(parsed.rules.is_empty(), "a flawed rule is no rule");
    let flaw = &parsed.flaws[0];
    (flaw.message.clone(), text[flaw.span.clone()].to_owned())
}

#[test]
fn a_sound_file_gives_its_rules() {
    let parsed = parse(&changed("high", "high"));
    assert_eq!(parsed.flaws, []);
    let [rule] = parsed.rules.as_slice() else { panic!("one rule") };
    assert_eq!(
        (rule.id.as_ref(), rule.service.as_ref(), rule.kind),
        ("example-token", "example", Kind::Secret)
    );
    assert_eq!(rule.public_prefix, 4);
    let Detector::Pattern { max_length, .. } = rule.detector else { panic!("a pattern") };
    assert_eq!(max_length, 36);
}

#[test]
fn all_mistakes_are_told_at_once_in_the_order_of_the_file() {
    let text = changed("severity: high", "severity: hgih\n    extra: 1")
        .replace("[0-9a-f]{32}", "[0-9a-f]+")
        .replace("['token: exm_${hex:32}']", "[]");
    let flaws = parse(&text).flaws;
    let told: Vec<(&str, &str)> =
        flaws.iter().map(|flaw| (flaw.message.as_str(), &text[flaw.span.clone()])).collect();
    assert_eq!(
        told,
        [
            ("`severity` must be one of critical, high, medium, low", "hgih"),
            ("a rule has no field `extra`", "extra"),
            ("`pattern` has no upper bound", "'exm_[0-9a-f]+'"),
            ("`examples` is empty", "["),
        ]
    );
    assert_eq!(flaws[0].help.as_deref(), Some("did you mean `high`?"));
}

#[test]
fn each_mistake_has_its_place() {
    let cases = [
        ("pattern: '", "patern: '", 2, "a rule has no field `patern`", "patern"),
        ("id: example-token", "id: Example_Token", 1, "`id` must be kebab-case", "Example_Token"),
        ("exm_[0-9a-f]{32}'", "exm_[0-9a-f{32}'", 1, "`pattern` is not a regular expression", "["),
        ("'exm_[0-9a-f]{32}'", "'(?:exm_)?'", 1, "`pattern` matches the empty text", "'(?:exm_)?'"),
        (
            "'exm_[0-9a-f]{32}'",
            "'^exm_'",
            1,
            "`pattern` is anchored to the start or end of the text",
            "'^exm_'",
        ),
        ("[exm_]", "[EXM_]", 1, "a keyword cannot occur in the pattern", "EXM_"),
        ("[exm_]", "[dead]", 1, "a match need not hold any of the keywords", "["),
        ("[exm_]", "[e]", 1, "a keyword must have 2 to 64 bytes", "e"),
        (
            "[https://example.com/docs]",
            "[http://example.com]",
            1,
            "a reference must be an https address",
            "http://example.com",
        ),
        ("${hex:32}", "${hexx:32}", 1, "`examples` number 1 is not a template", "'token: exm_${hexx:32}'"),
        ("severity: high", "severity: 3", 1, "`severity` must be text", "3"),
        ("[exm_]", "[exm_]\n    max_length: 40", 1, "`max_length` says what the pattern says", "40"),
        ("[exm_]", "[exm_]\n    names: [a]", 1, "`names` does not go with `pattern`", "names"),
        ("[exm_]", "[exm_]\n    shape: jwt", 1, "a rule has several detectors", "id"),
        (
            "service: example",
            "service: example service",
            1,
            "`service` must be kebab-case",
            "example service",
        ),
    ];
    for (from, to, count, message, place) in cases {
        let text = changed(from, to);
        let flaws = parse(&text).flaws;
        assert_eq!(flaws.len(), count, "{to}: {flaws:#?}");
        let found = flaws.iter().find(|flaw| flaw.message == message);
        let Some(flaw) = found else { panic!("{to}: {flaws:#?}") };
        assert!(text[flaw.span.clone()].starts_with(place), "{to}: {}", &text[flaw.span.clone()]);
    }
}

#[test]
fn what_is_missing_is_named() {
    for field in ["name", "severity", "grants", "revoke", "references", "examples", "keywords", "id"] {
        let text = changed("high", "high");
        let kept: Vec<&str> = text
            .lines()
            .filter(|line| !line.trim_start_matches([' ', '-']).starts_with(&format!("{field}:")))
            .collect();
        let mut text = kept.join("\n");
        if field == "id" {
            text = changed("- id: example-token\n    name", "- name");
        }
        let missing = format!("lacks the field `{field}`");
        assert!(
            messages(&text).iter().any(|message| message.ends_with(&missing)),
            "{field}: {:?}",
            messages(&text)
        );
    }
    assert_eq!(messages("service: a\nname: A\nrules: []\n"), ["`rules` is empty"]);
    assert_eq!(messages("[a]"), ["the file must be a map of fields"]);
}

#[test]
fn no_flaw_quotes_a_value() {
    let value = "hunter2hunter2";
    let text = changed("high", "high");
    for (index, line) in text.lines().enumerate().filter(|(_, line)| line.contains(": ")) {
        let (key, _) = line.split_once(": ").unwrap();
        for broken in
            [format!("{key}: {value}"), format!("{key}: [{value}, {value}: 1]"), format!("{key}: \"{value}")]
        {
            let lines: Vec<&str> = text
                .lines()
                .enumerate()
                .map(|(at, old)| if at == index { broken.as_str() } else { old })
                .collect();
            for flaw in parse(&lines.join("\n")).flaws {
                assert!(
                    !format!("{} {} {:?}", flaw.message, flaw.label, flaw.help).contains(value),
                    "{flaw:?}"
                );
            }
        }
    }
}

#[test]
fn the_group_secret_decides_the_prefix_and_must_take_part() {
    let text = changed("'exm_[0-9a-f]{32}'", "'exm_ (?P<secret>[0-9a-f]{32})'");
    assert_eq!(parse(&text).rules[0].public_prefix, 0);
    let text = changed("'exm_[0-9a-f]{32}'", "'exm_(?P<secret>[0-9a-f]{32})?'");
    assert_eq!(only(&text).0, "`pattern` can match without its group `secret`");
    let text = changed("[exm_]", "[exm_]\n    public_prefix: exn");
    assert_eq!(only(&text), ("`public_prefix` is not the start of every value".into(), "exn".into()));
}

#[test]
fn an_unbounded_pattern_needs_a_length() {
    let unbounded = changed("{32}'", "{32,}'");
    assert_eq!(only(&unbounded).0, "`pattern` has no upper bound");
    let stated = unbounded.replace("[exm_]", "[exm_]\n    max_length: 200");
    let Detector::Pattern { max_length, .. } = parse(&stated).rules[0].detector else { panic!("a pattern") };
    assert_eq!(max_length, 200);
    assert_eq!(only(&stated.replace("200", "20")).1, "20");
    assert_eq!(only(&stated.replace("200", "200000")).1, "200000");
}

#[test]
fn files_are_checked_against_each_other() {
    let one = parse(&changed("high", "high"));
    let two = parse(&changed("severity: high", "severity: high\n    pair: example-tokn"));
    let flaws = cross_check(&[one, two], &["other-rule"], true);
    let told: Vec<(usize, &str)> = flaws.iter().map(|(file, flaw)| (*file, flaw.message.as_str())).collect();
    assert_eq!(
        told,
        [(1, "the id `example-token` stands twice"), (1, "`pair` names no rule: `example-tokn`")]
    );
    assert_eq!(flaws[1].1.help.as_deref(), Some("did you mean `example-token`?"));
    let again = cross_check(&[parse(&changed("high", "high"))], &["example-token"], true);
    assert_eq!(again[0].1.label, "a built-in rule has this id");
    assert_eq!(cross_check(&[parse(&changed("high", "high"))], &["example-token"], false), []);
}

#[test]
fn broken_yaml_has_a_place() {
    let cases = [
        ("service: a\nname: 'b\n", 3),
        ("service: a\nservice: b\n", 2),
        ("# é\na: 1\nb: *c\n", 3),
        ("", 1),
        ("a: 1\n---\nb: 2\n", 3),
        ("a: 1\nb: [[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]\n", 2),
        ("# é\na: {\n", 2),
        ("a: 1\n<<<<<<< HEAD\nb: 2\n", 2),
    ];
    for (text, line) in cases {
        let flaws = parse(text).flaws;
        assert_eq!(flaws.len(), 1, "{text}: {flaws:?}");
        let at = text[..flaws[0].span.start].matches('\n').count() + 1;
        assert_eq!(at, line, "{text}: {:?}", flaws[0]);
    }
}

#[test]
fn places_are_right_after_a_byte_order_mark_and_with_crlf() {
    let text = changed("pattern:", "# é\n    extra: é\n    pattern:").replace('\n', "\r\n");
    for text in [format!("\u{feff}{text}"), text] {
        let (message, place) = only(&text);
        assert_eq!((message.as_str(), place.as_str()), ("a rule has no field `extra`", "extra"));
    }
    let block = changed("'exm_[0-9a-f]{32}'", "|-\n      exm_[0-9a-f]+");
    assert_eq!(only(&block).0, "`pattern` has no upper bound");
    let block = changed("'exm_[0-9a-f]{32}'", "\"\\x65xm_[0-9a-f\"");
    assert_eq!(only(&block).1, "\"\\x65xm_[0-9a-f\"");
}

#[test]
fn a_hostile_rule_is_refused_soon() {
    let many = (0..5000).map(|n| format!("exm_{n:060}")).collect::<Vec<_>>().join(", ");
    let text = changed("[exm_]", &format!("[{many}]"));
    assert_eq!(messages(&text), ["a pattern has at most 64 keywords"]);
    let deep = "(".repeat(300) + &")".repeat(300);
    assert_eq!(messages(&changed("[0-9a-f]{32}", &deep)), ["`pattern` is not a regular expression"]);
    let large = "(?:(?:(?:[ab]{60}c){60}d){60})";
    assert_eq!(messages(&changed("[0-9a-f]{32}", large)), ["`pattern` is too large to check"]);
}
