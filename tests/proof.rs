//! Offline proofs through the real binary: what is proven is said in `verified`, what a value says of itself in
//! `subject`, and what fails is still reported.

mod common;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use common::{Finding, Repo, Values};
use leaklint::rule::template;

/// A web token with these claims.
fn jwt(claims: &str) -> String {
    let signature = Values::new(5).token_urlsafe(32);
    let part = |json: &str| URL_SAFE_NO_PAD.encode(json);
    format!("{}.{}.{signature}", part(r#"{"alg":"HS256","typ":"JWT"}"#), part(claims))
}

/// The one finding in a file of this line, at that time.
fn found(line: &str, now: &str) -> Finding {
    let repo = Repo::plain();
    repo.write("service.env", format!("{line}\n"));
    let findings = repo.leaklint().args(["scan", "--now", now]).findings();
    let [finding] = findings.as_slice() else { panic!("{} findings", findings.len()) };
    finding.clone()
}

#[test]
fn an_expired_web_token_is_reported_and_says_since_when() {
    // 2023-01-02T00:00:00Z.
    let line = format!("SERVICE_TOKEN={}", jwt(r#"{"iss":"accounts","sub":"robot","exp":1672617600}"#));
    let before = found(&line, "2023-01-01T23:59:59Z");
    assert!(before.subject.contains(&"expires 2023-01-02".to_owned()), "{:?}", before.subject);
    let after = found(&line, "2026-11-22T08:00:00Z");
    assert!(after.subject.contains(&"expired since 2023-01-02".to_owned()), "{:?}", after.subject);
    assert_eq!((after.rule_id.as_str(), after.verified.as_str()), ("json-web-token", "structure"));
    assert_eq!((before.confidence, before.severity), (after.confidence, after.severity));
    assert_eq!(before.fingerprint, after.fingerprint);
}

/// A line whose value is sound, the verdict on it, and the same line with a value that is not.
const PAIRS: [(&str, &str, &str); 16] = [
    ("GITHUB_TOKEN=${github_checksum:ghp_}", "checksum", "GITHUB_TOKEN=ghp_${alnum:36}"),
    ("NPM_TOKEN=${github_checksum:npm_}", "checksum", "NPM_TOKEN=npm_${alnum:36}"),
    ("GRAFANA_TOKEN=${grafana_checksum:glsa_}", "checksum", "GRAFANA_TOKEN=glsa_${alnum:32}_${hex:8}"),
    ("GITLAB_TOKEN=${gitlab_routable:glpat-}", "checksum", "GITLAB_TOKEN=glpat-${alnum:38}.01.${lower:9}"),
    ("NOSTR_KEY=${bech32:nsec}", "checksum", "NOSTR_KEY=nsec1${of:02-9ac-hj-np-z:58}"),
    ("${bech32:AGE-SECRET-KEY-}", "checksum", "AGE-SECRET-KEY-1${of:AC-HJ-NP-Z02-9:58}"),
    ("NATS_NKEY_SEED=${nkey:U}", "checksum", "NATS_NKEY_SEED=SUA${of:A-P:1}${base32:54}"),
    ("STELLAR_SECRET_KEY=${stellar_seed}", "checksum", "STELLAR_SECRET_KEY=SA${base32:54}"),
    (
        "TWINE_PASSWORD=pypi-${macaroon:pypi.org}",
        "structure",
        "TWINE_PASSWORD=pypi-AgEIcHlwaS5vcmc${alnum:140}",
    ),
    (
        "TOKEN=${jwt}",
        "structure",
        "TOKEN=${base64url_of:{\"alg\":\"none\"}}.${base64url_of:{\"sub\":\"a\"}}.${base64url:43}",
    ),
    ("ENCRYPTION_KEY=${base64:44}", "structure", "ENCRYPTION_KEY=${alnum:42}Z="),
    ("APP_KEY=base64:${base64:44}", "structure", "APP_KEY=base64:${alnum:42}Z="),
    ("AZURE_STORAGE_KEY=${base64:88}", "structure", "AZURE_STORAGE_KEY=${alnum:85}Z=="),
    (
        "C=AccountName=acme1;AccountKey=${base64:88};",
        "structure",
        "C=AccountName=acme1;AccountKey=${alnum:85}Z==;",
    ),
    (
        "https://acme.blob.core.windows.net/b?sv=2022-11-02&sp=r&sig=${percent_base64:44}",
        "structure",
        "https://acme.example/b?sig=${percent_base64:44}",
    ),
    ("${pem:RSA PRIVATE KEY}", "structure", "${pem:OTHER PRIVATE KEY}"),
];

#[test]
fn what_fails_its_proof_is_reported_one_step_less_sure() {
    let repo = Repo::plain();
    for (index, (sound, _, broken)) in PAIRS.iter().enumerate() {
        for (name, text) in [("sound", sound), ("broken", broken)] {
            let line = template::expand(text, 7).expect("the template is sound");
            repo.write(format!("{name}{index}/service.env"), format!("{line}\n"));
        }
    }
    let findings = repo.leaklint().arg("scan").findings();
    let at = |name: &str, index: usize| {
        let path = format!("{name}{index}/service.env");
        let here: Vec<&Finding> = findings.iter().filter(|finding| finding.path == path).collect();
        let [finding] = here.as_slice() else {
            panic!("{} findings in {path}: {}", here.len(), PAIRS[index].0)
        };
        (*finding).clone()
    };
    for (index, (_, word, _)) in PAIRS.iter().enumerate() {
        let (sound, broken) = (at("sound", index), at("broken", index));
        assert_eq!(sound.rule_id, broken.rule_id);
        assert_eq!(
            (sound.verified.as_str(), sound.confidence.as_str()),
            (*word, "high"),
            "{}",
            sound.rule_id
        );
        assert_eq!(
            (broken.verified.as_str(), broken.confidence.as_str()),
            ("none", "medium"),
            "{}",
            broken.rule_id
        );
    }
}

#[test]
fn a_failed_proof_never_goes_below_what_is_shown() {
    let repo = Repo::plain();
    for confidence in ["medium", "low"] {
        let rule = format!(
            "service: example\nname: Example\nrules:\n  - id: example-{confidence}\n    name: Example token\n    \
             severity: high\n    confidence: {confidence}\n    pattern: 'exm_[0-9A-Za-z]{{36}}'\n    keywords: [exm_]\n    \
             proof: github-checksum\n    grants: Everything there is.\n    revoke: Ask for a new one.\n    \
             references: ['https://example.com/docs']\n    examples: ['exm_${{alnum:36}}']\n"
        );
        repo.write(format!("{confidence}.yaml"), rule);
        let scan = |value: &str| {
            repo.write("a/notes.txt", format!("it was {value} then\n"));
            let rules = format!("{confidence}.yaml");
            let args = ["scan", "a", "--rules", rules.as_str(), "--min-confidence", "low"];
            let findings = repo.leaklint().args(args).findings();
            let [finding] = findings.as_slice() else { panic!("{} findings", findings.len()) };
            (finding.verified.clone(), finding.confidence.clone())
        };
        let [sound, broken] = ["${github_checksum:exm_}", "exm_${alnum:36}"]
            .map(|text| template::expand(text, 9).expect("sound"));
        assert_eq!(
            scan(&sound),
            ("checksum".into(), "high".into()),
            "a checksum that holds is no coincidence"
        );
        assert_eq!(scan(&broken), ("none".into(), confidence.into()));
    }
}

#[test]
fn a_service_account_key_says_whose_it_is_in_every_report() {
    let key = template::expand("${pem_escaped:PRIVATE KEY}", 3).expect("sound");
    let text = format!(
        "{{\n \"project_id\": \"acme-prod\",\n \"private_key_id\": \"{}\",\n \"private_key\": \"{key}\\n\",\n \
         \"client_email\": \"ci@acme-prod.iam.gserviceaccount.com\"\n}}\n",
        "ab12".repeat(10)
    );
    let repo = Repo::plain();
    repo.write("credentials.json", &text);
    let finding = &repo.leaklint().arg("scan").findings()[0];
    assert_eq!((finding.rule_id.as_str(), finding.verified.as_str()), ("private-key", "structure"));
    let account = "service account ci@acme-prod.iam.gserviceaccount.com".to_owned();
    for said in ["kind RSA 2048 bits".to_owned(), "project acme-prod".into(), account.clone()] {
        assert!(finding.subject.contains(&said), "{:?}", finding.subject);
    }
    for format in ["human", "json", "sarif"] {
        let out = repo.leaklint().args(["scan", "--format", format]).run().expect(1).out();
        let flat = out.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(flat.contains("acme-prod.iam.gserviceaccount.com"), "{format}\n{out}");
    }
}

#[test]
fn every_proof_is_documented() {
    let path = common::root().join("docs/rules-format.md");
    let text = std::fs::read_to_string(path).expect("the document");
    let (_, section) = text.split_once("## Proofs").expect("a section on proofs");
    for name in leaklint::rule::PROOFS {
        assert!(section.contains(&format!("`{name}`")), "docs/rules-format.md says nothing of {name}");
    }
}
