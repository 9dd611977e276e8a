//! Values near services' names, found in texts of every style, and what is no value or not near.

use proptest::prelude::*;

use super::*;
use crate::rule::{raw, template};
use crate::runs;

/// Two services with values of any letters and digits, one whose name is a common word, one with a UUID.
fn catalogue() -> Catalogue {
    let row = |service: &str, more: &str, values: &str| {
        format!(
            "  - {{ service: {service}, name: N, {more} values: ['{values}'], grants: G., revoke: R., docs: https://d.example }}\n"
        )
    };
    let table = [
        "table:\n".to_owned(),
        row("acme-sky", "", "${alnum:24-48}"),
        row("acme-sky", "what: auth token,", "${alnum:24-48}"),
        row("weatherly", "", "${base64url:20-44}"),
        row("box", "common: true,", "${alnum:32}"),
        row("idly", "", "${uuid}"),
        row("dotted", "", "${alnum:20}.${alnum:20}"),
    ];
    let parsed = raw::parse(&table.concat());
    assert_eq!(parsed.flaws, []);
    Catalogue::new(parsed.rules)
}

/// The matches in `text`, in which `$` stands for a value of `template`: rule, where the name and where a word that
/// tells stand, the value's own name.
fn matches(text: &str, template: &str, seed: u64) -> Vec<(String, Place, Told, String)> {
    let catalogue = catalogue();
    let value = template::expand(template, seed).unwrap();
    let text = text.replace('$', &value);
    let mut out = Vec::new();
    find(text.as_bytes(), &runs::all(text.as_bytes()), &catalogue, &mut out);
    let facts = |m: &Match| {
        let Found::Near(near) = m.found else { panic!("only these") };
        let own = near.own.map_or("", |own| &text[own.start..own.end]);
        (catalogue.rule(m.rule).id.to_string(), near.place, near.told, own.to_owned())
    };
    assert!(out.iter().all(|m| text[m.value.start..m.value.end] == value), "{text}");
    out.iter().map(facts).collect()
}

fn only(text: &str) -> (String, Place, Told, String) {
    let found = matches(text, "${alnum:32}", 7);
    assert_eq!(found.len(), 1, "{text}: {found:?}");
    found.into_iter().next().unwrap()
}

#[test]
fn the_name_may_stand_in_the_values_own() {
    for (text, own) in [
        ("ACME_SKY_KEY=$", "ACME_SKY_KEY"),
        ("{\"acmeSkyKey\": \"$\"}", "acmeSkyKey"),
        ("acme-sky-key: $\n", "acme-sky-key"),
        ("const acmesky: string = '$';", "acmesky"),
        ("var AcmeSky string = \"$\"", "AcmeSky"),
        ("  key.acme.sky => `$`,", "key.acme.sky"),
        ("run --acme-sky $", "--acme-sky"),
        ("os.environ[\"ACMESKY_KEY\"] = \"$\"", "ACMESKY_KEY"),
        ("?acmeskyapikey=$&x=1", "acmeskyapikey"),
        ("new AcmeSky('$')", "AcmeSky"),
        ("{\\\"acme_sky\\\": \\\"$\\\"}", "acme_sky"),
    ] {
        let found = only(text);
        assert_eq!(
            (found.0.as_str(), found.1, found.3.as_str()),
            ("acme-sky-api-key", Place::OwnName, own),
            "{text}"
        );
    }
}

#[test]
fn the_name_may_stand_around() {
    for (text, place, told) in [
        ("# Acme Sky\nkey = \"$\"", Place::LineBefore, Told::Own),
        ("curl https://acmesky.com/v1?token=$", Place::SameLine, Told::Own),
        ("https://acmesky.com/v1/token/$/x", Place::SameLine, Told::Between),
        ("'$' // the Acme Sky one", Place::SameLine, Told::No),
    ] {
        let found = only(text);
        assert_eq!((found.1, found.2), (place, told), "{text}");
    }
}

#[test]
fn what_is_not_near_or_not_its_own_is_no_match() {
    let far = format!("acme sky {} key = '$'", "x ".repeat(80));
    for text in [
        "acme_sky:\n  # from the portal\n  id: $",
        "https://acmesky.com/v1/$/x",
        "x = \"$\" // the Acme Sky one",
        "acme sky $",
        "key = '$'",
        "# Acme Sky\n\n\nkey = '$'",
        "acmeskyline = '$'",
        "acme.corp sky = '$'",
        "acme\nsky = '$'",
        "acme-sky = '$0123456789abcdef0123456789abcdef'",
        "acme-sky = 'x@$'",
        "a box with '$'",
        "box = '$'",
        far.as_str(),
    ] {
        assert_eq!(matches(text, "${alnum:32}", 3), [], "{text}");
    }
    assert_eq!(only("BOX_TOKEN = '$'").0, "box-api-key");
}

#[test]
fn of_several_services_the_nearest_and_of_its_rules_the_one_that_the_name_says() {
    assert_eq!(only("# acme sky\nweatherly_key = '$'").0, "weatherly-api-key");
    assert_eq!(only("weatherly.get('https://acmesky.com/?key=$')").0, "acme-sky-api-key");
    assert_eq!(only("ACME_SKY_TOKEN=$").0, "acme-sky-auth-token");
    // A name within another value's own belongs to that one.
    let value = template::expand("${alnum:32}", 4).unwrap();
    let found = matches(&format!("ACME_SKY_KEY={value}\nOTHER_KEY=$\n"), "${alnum:32}", 4);
    assert_eq!(found.len(), 1, "{found:?}");
}

#[test]
fn a_value_may_have_dashes_and_dots() {
    assert_eq!(matches("idly_key=$", "${uuid}", 1)[0].0, "idly-api-key");
    assert_eq!(matches("dotted: key=$.", "${alnum:20}.${alnum:20}", 1)[0].0, "dotted-api-key");
    assert_eq!(matches("weatherly, Bearer:$\n", "${base64url:40}", 1)[0].0, "weatherly-api-key");
}

#[test]
fn words_with_numbers_are_no_values() {
    for text in [
        "acme-sky = some_long_identifier_name_of_2024",
        "acme_sky = releases/2024-01-05/version-10.2.33",
        "acme-sky https://acmesky.com/articles/2024/11/the-long-story-of-10-keys",
        "acme-sky 127.0.0.1:8080/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    ] {
        let mut out = Vec::new();
        find(text.as_bytes(), &runs::all(text.as_bytes()), &catalogue(), &mut out);
        assert!(out.is_empty(), "{text}");
    }
}

proptest! {
    #[test]
    fn any_text_will_do(text in "([a-zA-Z0-9_=/:.\" \n-]|acme sky|AcmeSky|[a-zA-Z0-9]{24}|é){0,60}") {
        let mut out = Vec::new();
        find(text.as_bytes(), &runs::all(text.as_bytes()), &catalogue(), &mut out);
        for m in &out {
            let Found::Near(near) = m.found else { panic!("only these") };
            prop_assert!(m.value.end <= text.len() && near.service.end <= text.len());
            prop_assert!(!near.service.overlaps(m.value));
            let name: String = text[near.service.start..near.service.end]
                .chars()
                .filter(char::is_ascii_alphanumeric)
                .collect();
            prop_assert_eq!(name.to_ascii_lowercase(), "acmesky");
        }
        prop_assert!(out.windows(2).all(|two| two[0].value.end <= two[1].value.start));
    }
}
