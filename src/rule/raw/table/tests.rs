//! The reader of tables: what a row becomes, and each mistake with its place.

use super::super::*;
use crate::rule::{Detector, Kind, Severity, Text, ValueForm, template};

/// A file with two rows, in the first of which `from` is replaced by `to`.
fn changed(from: &str, to: &str) -> String {
    let text = "# A comment.
table:
  - service: abuse-db
    name: Abuse DB
    values: ['adb_${alnum:16-48}', 'adb_${hex:32}-us${digits:1-2}']
    grants: Everything there is.
    revoke: Ask for a new one.
    docs: https://docs.example.com/
  - { service: hive, name: Hive, what: access token, near: [hive, hive mq], common: true, severity: medium,
      kind: identifier, pair: abuse-db-api-key, values: ['${uuid}'], grants: A., revoke: B., docs: https://c.example }
";
    assert!(text.contains(from), "nothing to change");
    text.replacen(from, to, 1)
}

#[test]
fn each_row_becomes_a_rule() {
    let parsed = parse(&changed("table", "table"));
    assert_eq!(parsed.flaws, []);
    let [first, second] = parsed.rules.as_slice() else { panic!("two rules") };
    assert_eq!((first.id.as_ref(), first.name.as_ref()), ("abuse-db-api-key", "Abuse DB API key"));
    assert_eq!((first.severity, first.kind, first.public_prefix), (Severity::High, Kind::Secret, 4));
    assert_eq!(first.references, [Text::Borrowed("https://docs.example.com/")].as_slice());
    let Detector::Near { values, names, common, forms } = &first.detector else { panic!("a row") };
    assert_eq!(values, "adb_[0-9A-Za-z]{16,48}|adb_[0-9a-f]{32}\\-us[0-9]{1,2}");
    assert_eq!((names.as_ref(), *common), (["abuse db".into()].as_slice(), false));
    // `_`, and `_` with `-`.
    let form = |marks, shortest, longest| ValueForm { marks, shortest, longest };
    assert_eq!(forms.as_ref(), [form(1, 20, 52), form(3, 40, 41)]);
    assert_eq!(
        (second.id.as_ref(), second.severity, second.kind),
        ("hive-access-token", Severity::Medium, Kind::Identifier)
    );
    assert_eq!(second.pair.as_deref(), Some("abuse-db-api-key"));
    let Detector::Near { names, common: true, .. } = &second.detector else { panic!("a common name") };
    assert_eq!(names.as_ref(), ["hive", "hive mq"].map(Text::Borrowed).as_slice());
    let sites: Vec<&str> = parsed.ids.iter().map(|site| site.id.as_str()).collect();
    assert_eq!(sites, ["abuse-db-api-key", "hive-access-token"]);
}

#[test]
fn examples_are_derived_from_the_row() {
    let parsed = parse(&changed("severity: medium", "severity: low"));
    let [first, second] = parsed.rules.as_slice() else { panic!("two rules") };
    let examples: Vec<&str> = first.examples.iter().map(AsRef::as_ref).collect();
    assert_eq!(examples[0], "ABUSE_DB_API_KEY=adb_${alnum:16-48}");
    assert_eq!(examples[1], "{\"abuseDbApiKey\": \"adb_${hex:32}-us${digits:1-2}\"}");
    assert!(examples.contains(&"# abuse db\napi_key = \"adb_${hex:32}-us${digits:1-2}\""), "{examples:#?}");
    assert!(examples.iter().all(|example| template::expand(example, 1).is_ok()));
    // A common word counts only in the value's own name.
    let own = |example: &Text| {
        example.to_ascii_lowercase().replace(['_', '-', '"'], "").contains("hiveaccesstoken")
    };
    assert!(second.examples.len() >= 3 && second.examples.iter().all(own), "{:#?}", second.examples);
}

#[test]
fn each_mistake_in_a_row_has_its_place() {
    let cases = [
        ("service: abuse-db", "service: Abuse", "`service` must be kebab-case", "Abuse"),
        ("    name: Abuse DB\n", "", "a row lacks the field `name`", "service"),
        ("values:", "vlues:", "a row has no field `vlues`", "vlues"),
        (
            "${alnum:16-48}",
            "${alnum:11-48}",
            "`values` number 1 may be shorter than 16 bytes",
            "'adb_${alnum:11",
        ),
        ("${alnum:16-48}", "${alnum:16-4800}", "`values` number 1 may be longer than 2048 bytes", "'adb_"),
        (
            "us${digits:1-2}",
            "us ${digits:2}",
            "`values` number 2 is not the template of a value",
            "'adb_${hex",
        ),
        ("adb_${alnum:16-48}", "${jwt}", "`values` number 1 is not the template of a value", "'${jwt}'"),
        ("what: access token", "what: access-token", "`what` must be words", "access-token"),
        ("[hive, hive mq]", "[hive, Hive MQ]", "an entry of `near` must be words", "Hive MQ"),
        ("[hive, hive mq]", "[a b]", "an entry of `near` has 3 to 60 letters", "a b"),
        ("[hive, hive mq]", "[a b c d e]", "an entry of `near` has at most four words", "a b c d e"),
        ("common: true", "common: yes", "`common` must be `true` or `false`", "yes"),
        (
            "severity: medium",
            "severity: hgih",
            "`severity` must be one of critical, high, medium, low",
            "hgih",
        ),
        ("https://docs", "http://docs", "a reference must be an https address", "http://docs"),
        ("    docs: https://docs.example.com/\n", "", "a row lacks the field `docs`", "service"),
        ("# A comment.", "name: A", "a file with a table has no field `name`", "name"),
        (
            "service: abuse-db",
            &format!("service: {}", "a".repeat(60)),
            "the id of a row has at most 64 characters",
            "aaa",
        ),
    ];
    for (from, to, message, place) in cases {
        let text = changed(from, to);
        let flaws = parse(&text).flaws;
        let Some(flaw) = flaws.iter().find(|flaw| flaw.message == message) else {
            panic!("{to}: {flaws:#?}")
        };
        assert!(text[flaw.span.clone()].starts_with(place), "{to}: {}", &text[flaw.span.clone()]);
    }
    let two = parse(
        &changed("what: access token, near: [hive, hive mq]", "near: [a-b]").replace("hive", "abuse-db"),
    );
    assert_eq!(two.flaws.len(), 1, "a flawed row is no rule: {:?}", two.flaws);
    assert_eq!(two.rules.len(), 1);
    assert_eq!(cross_check(&[two], &[], true)[0].1.message, "the id `abuse-db-api-key` stands twice");
    assert_eq!(parse("table: []\n").flaws[0].message, "`table` is empty");
    assert_eq!(parse("table: 3\n").flaws[0].message, "`table` must be a list");
}
