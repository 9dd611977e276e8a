//! Rules turned off and on, changed, and brought along.

use crate::FILE;
use crate::common::{Repo, Values};

fn ids(repo: &Repo, config: &str) -> Vec<String> {
    repo.write(FILE, config);
    repo.leaklint().arg("scan").findings().into_iter().map(|found| found.rule_id).collect()
}

const CUSTOM: &str = "
    - id: acme-token
      name: Acme token
      severity: low
      tags: [internal]
      pattern: 'acme_[0-9a-f]{32}'
      keywords: [acme_]
      grants: Everything at Acme.
      revoke: Ask Acme.
      references: ['https://example.org/']
      examples: ['acme_${hex:32}']
";

fn own(repo: &Repo) {
    repo.write("own.txt", format!("acme_{}\n", Values::new(10).hex(32)));
}

#[test]
fn rules_are_selected_by_id_service_and_tag() {
    let repo = Repo::new();
    own(&repo);
    let custom = |more: &str| format!("rules:\n  custom:{CUSTOM}  {more}\n");
    assert_eq!(ids(&repo, &custom("")), ["acme-token"]);
    for off in ["acme-token", "'service:custom'", "'tag:internal'", "'tag:secret'"] {
        assert!(ids(&repo, &custom(&format!("off: [{off}]"))).is_empty(), "{off}");
    }
    let narrower = custom("off: ['tag:internal']\n  on: [acme-token]");
    assert_eq!(ids(&repo, &narrower), ["acme-token"]);
    repo.write(FILE, custom("off: [acme-token]\n  on: [acme-token]"));
    repo.leaklint().arg("scan").run().expect(2);
}

#[test]
fn facts_are_changed() {
    let repo = Repo::new();
    own(&repo);
    repo.write(FILE, format!("rules:\n  custom:{CUSTOM}  change: [{{rules: ['tag:internal'], severity: critical, confidence: medium}}]\n"));
    let found = repo.leaklint().arg("scan").findings();
    assert_eq!((found[0].severity.as_str(), found[0].confidence.as_str()), ("critical", "medium"));
}

#[test]
fn rules_in_files_and_their_mistakes() {
    let repo = Repo::new();
    own(&repo);
    let file = |id: &str| {
        let rule = CUSTOM.replace("acme-token", id).replace("\n    ", "\n  ");
        format!("service: acme\nname: Acme\nrules:{rule}")
    };
    repo.write("rules/acme.yaml", file("acme-token"));
    repo.write("rules/readme.txt", "no rule file");
    for path in ["rules/acme.yaml", "rules"] {
        assert_eq!(ids(&repo, &format!("rules: {{files: [{path}]}}\n")), ["acme-token"], "{path}");
    }
    repo.write("rules/twice.yaml", file("acme-token"));
    repo.write("rules/broken.yaml", file("other-token").replace("keywords", "keyword"));
    let outcome = repo.leaklint().arg("scan").run().expect(2);
    let err = outcome.err();
    assert!(err.contains("rules/twice.yaml:4") && err.contains("the id of a rule stands twice"), "{outcome}");
    assert!(err.contains("rules/broken.yaml:") && err.contains("did you mean `keywords`?"), "{outcome}");
}
