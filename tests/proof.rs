//! Offline proofs through the real binary: what is proven is said in `verified`, what a value says of itself in
//! `subject`, and what fails is still reported.

mod common;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use common::{Finding, Repo, Values};

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
