//! The published schema knows the keys that the parser knows, and no others.

use std::collections::BTreeSet;

use leaklint::config::keys;
use serde_json::{Value, json};

use crate::common::Repo;

fn schema() -> Value {
    let printed = Repo::plain().leaklint().args(["schema", "config"]).run().expect(0);
    let checked_in = std::fs::read(crate::common::root().join("schemas/config.json")).expect("checked in");
    assert_eq!(printed.stdout, checked_in);
    assert_eq!(Repo::plain().leaklint().args(["config", "schema"]).run().expect(0).stdout, checked_in);
    let schema = printed.json();
    assert!(jsonschema::meta::is_valid(&schema));
    schema
}

#[test]
fn keys_are_the_parsers() {
    let schema = schema();
    let of = |pointer: &str| -> BTreeSet<String> {
        let map = schema.pointer(pointer).unwrap_or_else(|| panic!("{pointer} is in the schema"));
        assert_eq!(map["additionalProperties"], false, "{pointer}");
        map["properties"].as_object().expect("properties").keys().cloned().collect()
    };
    let modes = "/properties/min_confidence/oneOf/1";
    let tables: [(&str, &[&str]); 11] = [
        ("", &keys::FILE),
        ("/properties/rules", &keys::RULES),
        ("/properties/rules/properties/change/items", &keys::CHANGE),
        ("/properties/allow/items", &keys::ALLOW),
        ("/properties/overrides/items", &keys::OVERRIDE),
        ("/properties/overrides/items/properties/rules", &keys::OVERRIDE_RULES),
        ("/properties/limits", &keys::LIMITS),
        ("/properties/allow_marks", &keys::ALLOW_MARKS),
        ("/properties/baseline", &keys::BASELINE),
        ("/properties/ci", &keys::CI),
        (modes, &keys::MODES),
    ];
    for (pointer, keys) in tables {
        assert_eq!(of(pointer), keys.iter().map(|key| (*key).to_owned()).collect(), "{pointer}");
    }
}

#[test]
fn what_the_parser_takes_the_schema_takes_and_the_other_way_round() {
    let validator = jsonschema::validator_for(&schema()).expect("a schema");
    let repo = Repo::new();
    repo.write("a.txt", "nothing\n");
    for (config, valid) in [
        (json!({}), true),
        (json!({"exclude": ["a"], "min_confidence": {"hook": "high"}, "format": "sarif"}), true),
        (json!({"allow": [{"reason": "x", "paths": ["a"], "expires": "2027-01-31"}]}), true),
        (
            json!({"overrides": [{"paths": ["a"], "min_severity": "low", "rules": {"off": ["tag:secret"]}}]}),
            true,
        ),
        (json!({"rules": {"change": [{"rules": ["service:aws"], "severity": "low"}]}}), true),
        (json!({"limits": {"max_findings_per_rule": 7}, "ci": {"refuse_policy_changes": true}}), true),
        (
            json!({"baseline": {"path": "b.jsonl", "require": ["owner"]}, "allow_marks": {"foreign": false}}),
            true,
        ),
        (json!({"allow": [{"paths": ["a"]}]}), false),
        (json!({"allow": [{"reason": "x"}]}), false),
        (json!({"allow": [{"reason": "x", "paths": ["a"], "expires": "31.1.2027"}]}), false),
        (json!({"allow": [{"reason": "x", "commits": ["abc"]}]}), false),
        (json!({"overrides": [{"min_severity": "low"}]}), false),
        (json!({"min_severity": "terrible"}), false),
        (json!({"limits": {"max_findings_per_rule": 0}}), false),
        (json!({"baseline": {"require": ["date"]}}), false),
        (json!({"exclud": []}), false),
        (json!({"rules": {"change": [{"rules": ["service:aws"]}]}}), false),
        (json!({"ci": {"refuse_policy_changes": "yes"}}), false),
    ] {
        // JSON is YAML.
        repo.write(crate::FILE, config.to_string());
        let read = repo.leaklint().arg("scan").run();
        assert_eq!(read.code == Some(0), valid, "{config}\n{read}");
        assert_eq!(validator.is_valid(&config), valid, "{config}");
    }
}
