//! What people say of an entry: read strictly, kept, and heeded.

use super::*;

fn facts(expires: &str) -> Facts {
    Facts {
        reason: Some("rotated \u{1b}[2J next quarter".to_owned()),
        owner: Some("ops".to_owned()),
        status: Some(Status::Accepted),
        expires: Some(day(expires)),
        anywhere: false,
    }
}

fn entry(finding: &Finding, facts: Facts) -> Entry {
    let mut entry = Entry::of(finding, &SALT);
    entry.describe(facts);
    entry
}

fn until(path: &str, name: &str, value: &str, expires: &str) -> Entry {
    entry(&found(path, name, value), facts(expires))
}

fn anywhere(path: &str, name: &str, value: &str) -> Entry {
    entry(&found(path, name, value), Facts { anywhere: true, ..Facts::default() })
}

/// `n`ew, `k`nown or e`x`pired, of each finding.
fn told(baseline: &Baseline, findings: &[Finding], scope: &Scope<'_>, today: &str) -> String {
    let word = |standing| match standing {
        Standing::New => 'n',
        Standing::Known(_) => 'k',
        Standing::Expired(_) => 'x',
    };
    baseline.standings(findings, scope, day(today)).into_iter().map(word).collect()
}

#[test]
fn an_entry_holds_on_its_last_day_and_no_longer() {
    let baseline = Baseline::new(vec![SALT], vec![until("a", "", &token(1), "2026-06-30")]);
    for scope in [TREE, Scope::History] {
        for (path, there) in [("a", "exact"), ("b", "moved, or another time")] {
            let findings = [found(path, "", &token(1))];
            assert_eq!(told(&baseline, &findings, &scope, "2026-06-30"), "k", "{there}");
            assert_eq!(told(&baseline, &findings, &scope, "2026-07-01"), "x", "{there}");
        }
    }
    let lapsed = baseline.lapsed(0).unwrap();
    assert_eq!((lapsed.status, lapsed.expires.as_str()), (Some("accepted"), "2026-06-30"));
}

#[test]
fn an_entry_that_holds_wins_over_an_expired_one() {
    let (old, new) = (until("a", "", &token(1), "2026-01-01"), anywhere("z", "", &token(1)));
    let baseline = Baseline::new(vec![SALT], vec![old, new]);
    let findings = [found("a", "", &token(1)), found("b", "", &token(1)), found("z", "", &token(1))];
    assert_eq!(told(&baseline, &findings, &TREE, "2026-11-22"), "kkk");
    let two = vec![until("a", "", &token(1), "2026-01-01"), until("b", "", &token(1), "2027-01-01")];
    let baseline = Baseline::new(vec![SALT], two);
    assert_eq!(told(&baseline, &[found("c", "", &token(1))], &TREE, "2026-11-22"), "k", "moved from b");
    let both = [found("c", "", &token(1)), found("d", "", &token(1))];
    assert_eq!(told(&baseline, &both, &TREE, "2026-11-22"), "kx", "one from each");
}

#[test]
fn anywhere_is_every_file_and_the_same_name_of_a_weak_value() {
    for (name, value) in [("", token(1)), ("password", CHOSEN.to_owned())] {
        let baseline = Baseline::new(vec![SALT], vec![anywhere("a", name, &value)]);
        let everywhere = [found("a", name, &value), found("b", name, &value), found("c/d", name, &value)];
        for scope in [TREE, Scope::History] {
            assert_eq!(told(&baseline, &everywhere, &scope, "2026-11-22"), "kkk");
        }
    }
    let weak = Baseline::new(vec![SALT], vec![anywhere("a", "password", CHOSEN)]);
    assert_eq!(told(&weak, &[found("a", "token", CHOSEN)], &TREE, "2026-11-22"), "n");
    let mut ended = anywhere("a", "", &token(1));
    ended.expires = Some(day("2026-01-01"));
    let baseline = Baseline::new(vec![SALT], vec![ended]);
    assert_eq!(
        told(&baseline, &[found("q", "", &token(1)), found("r", "", &token(1))], &TREE, "2026-11-22"),
        "xx"
    );
}

#[test]
fn what_people_said_is_written_and_read_back() {
    let all = Facts { anywhere: true, ..facts("2027-06-30") };
    let before = entry(&found("a", "", &token(1)), all.clone());
    let text = file::bytes(&[SALT], [&before]);
    let shown = String::from_utf8(text.clone()).unwrap();
    assert!(shown.contains(r#""status":"accepted","expires":"2027-06-30","anywhere":true}"#), "{shown}");
    let read = Baseline::read(&text, "x").unwrap();
    assert_eq!(read.entries(), [before]);
    assert_eq!(read.entries()[0].facts(), all);
    let plain =
        String::from_utf8(file::bytes(&[SALT], [&Entry::of(&found("a", "", &token(1)), &SALT)])).unwrap();
    assert!(!plain.contains("anywhere") && !plain.contains("expires"), "{plain}");
}

#[test]
fn words_and_days_that_are_none_are_refused_where_they_stand() {
    for (facts, message, label, help) in [
        (r#""status":"aceptd""#, "an unknown `status`", "unknown status", "did you mean `accepted`?"),
        (r#""status":"S3CR3T""#, "an unknown `status`", "unknown status", "`test-data`"),
        (r#""status":1"#, "a `status` that is not text", "not text", "double quotes"),
        (r#""expires":"20270630""#, "no date", "not a date", "YYYY-MM-DD"),
        (r#""expires":"2027-02-30""#, "no date", "not a date", "last day"),
        (r#""expires":"S3CR3T""#, "no date", "not a date", "YYYY-MM-DD"),
        (r#""expires":"2027-06-30T00:00:00Z""#, "no date", "not a date", "YYYY-MM-DD"),
        (r#""anywhere":"true""#, "neither true nor false", "neither true nor false", "`true`"),
        (r#""owner":null"#, "a `owner` that is not text", "not text", "double quotes"),
        (r#""owner":["S3CR3T"]"#, "a `owner` that is not text", "not text", "double quotes"),
    ] {
        let line = entry_line("a").replacen('{', &format!("{{{facts},"), 1);
        let shown = refusal((header(&SALT) + &line).as_bytes());
        let [said, at, todo, source] = &shown[0];
        assert!(said.starts_with("line 2 ") && said.contains(message), "{said}");
        assert_eq!(at, label);
        assert!(todo.contains(help), "{todo}");
        assert!(!format!("{shown:?}").contains("S3CR3T") && source.starts_with("\n{"), "{shown:?}");
    }
}

#[test]
fn newer_facts_replace_older_ones_where_they_say_something() {
    let before = facts("2026-01-01");
    let more = Facts { status: Some(Status::Revoked), ..Facts::default() };
    let both = more.or(before.clone());
    assert_eq!(
        (both.status, both.expires, both.reason),
        (Some(Status::Revoked), before.expires, before.reason)
    );
    for status in Status::ALL {
        assert_eq!(Status::of(status.word()), Some(status));
    }
}
