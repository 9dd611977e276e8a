//! gitleaks and betterleaks: configuration, ignore file, report.

use serde_json::json;

use crate::common::{Repo, Values};
use crate::{baseline, fates, has, text};

/// A configuration that holds a token where no value belongs, and names a commit.
fn config(token: &str, commit: &str) -> String {
    format!(
        r#"title = "ours"
[extend]
useDefault = true
disabledRules = ["generic-api-key", "npm-access-token"]
[[rules]]
id = "acme-token"
description = "Acme token"
regex = '''acme_([a-z0-9]{{32}})\b'''
keywords = ["acme_"]
entropy = 3.5
  [[rules.allowlists]]
  description = "samples of the handbook"
  stopwords = ["example"]
[[rules]]
id = "by-name"
path = '''\.p12$'''
[allowlist]
description = "generated"
paths = [
  '''(^|/)vendor/''',
  '''go.sum$''',
  '''(''',
]
regexes = ['''^dummy-[a-z]+$''', '''^a|b''', '''{token}''', '''\w+=''']
commits = ["{commit}", "0123456789abcdef0123456789abcdef01234567"]
[[allowlists]]
condition = "AND"
targetRules = ["acme-token"]
paths = ['''^docs/''']
stopwords = ["sample"]
[[allowlists]]
regexTarget = "line"
regexes = ['''note''']
"#
    )
}

#[test]
fn a_configuration_becomes_one_of_ours() {
    let repo = Repo::new();
    let token = Values::new(3).github_token();
    repo.write("a.env", format!("A_TOKEN={token}\n"));
    let commit = repo.commit("first");
    let config = config(&token, &commit);
    repo.write(".gitleaks.toml", config);
    let outcome = repo.leaklint().args(["import", ".gitleaks.toml"]).run().expect(1);
    has(&outcome, "carried differently", "line 2: `useDefault`");
    has(&outcome, "not carried", "line 4: disabled rule `generic-api-key`");
    has(&outcome, "carried differently", "rule `acme-token`: leaklint judges values by more than entropy");
    has(&outcome, "carried", "allowlist of rule `acme-token`: stopword");
    has(&outcome, "not carried", "rule `by-name`: it reports files");
    has(&outcome, "carried", "line 20: allowlist: path");
    has(&outcome, "carried differently", "line 21: allowlist: path: an unescaped dot");
    has(&outcome, "not carried", "line 22: allowlist: path");
    has(&outcome, "not carried", "`^` or `$` holds for one branch");
    has(&outcome, "carried", "allowlist: regex, a literal");
    has(&outcome, "not carried", "look at values, not at what stands around them");
    has(&outcome, "not carried", "commit: this repository has no such commit");
    let written = crate::config(&repo);
    for line in [
        "files:",
        "- '.leaklint-rules.yaml'",
        "- reason: 'generated (imported from .gitleaks.toml)'",
        "- 'vendor/'",
        "- '*go.sum'",
        "- '^dummy-[a-z]+$'",
        r"- '\w+='",
        "- '(?i)example'",
        "- 'acme-token'",
        &format!("- '{commit}'"),
        "- '/docs/'",
    ] {
        assert!(written.contains(line), "{line}\n{written}");
    }
    assert!(!written.contains(&token[8..]), "{written}");
    assert_eq!(baseline(&repo), [("a.env".to_owned(), true)]);
    repo.leaklint().args(["rules", "test", ".leaklint-rules.yaml"]).run().expect(0);
    // The value of a team's own rule is found, and the group is the value.
    repo.write("b.env", "x = acme_0f3kd8s1q7w2e5r9t4y6u1i8o3p5a7s2\n");
    let found =
        repo.leaklint().args(["scan", "b.env", "--no-config", "--rules", ".leaklint-rules.yaml"]).findings();
    assert!(found.iter().any(|found| found.rule_id == "acme-token" && found.start_column == 10), "{found:?}");
}

#[test]
fn rules_that_cannot_be_said_here_are_told() {
    let repo = Repo::new();
    let rules = r#"
prefilter = "len(x) > 3"
[[rules]]
id = "no-literal"
regex = '''[a-z]{32}'''
[[rules]]
id = "any-case"
regex = '''(?i)corp_[0-9a-z]{20}'''
keywords = ["corp_"]
[[rules]]
id = "unbounded"
regex = '''own-[0-9A-Za-z]{24,}'''
keywords = ["own-"]
[[rules]]
id = "look"
regex = '''own-(?=x)[a-z]{20}'''
[[rules]]
id = "Not Kebab"
regex = '''own-[a-z]{20}'''
[[rules]]
id = "beside"
regex = '''own-[a-z]{20}'''
[[rules.required]]
id = "other"
[[rules]]
id = "with-program"
regex = '''prog-[0-9a-f]{32}'''
keywords = ["prog-"]
validate = "http(x)"
"#;
    repo.write(".betterleaks.toml", rules);
    let outcome = repo.leaklint().args(["import", ".betterleaks.toml"]).run().expect(1);
    has(&outcome, "not carried", "`prefilter`");
    has(&outcome, "not carried", "rule `no-literal`");
    has(&outcome, "carried", "rule `any-case`");
    has(&outcome, "carried differently", "rule `unbounded`: a match has at most");
    has(&outcome, "not carried", "rule `look`");
    has(&outcome, "not carried", "rule of a name that is not shown: its id is not kebab-case");
    has(&outcome, "not carried", "rule `beside`");
    has(&outcome, "carried", "rule `with-program`");
    has(&outcome, "not carried", "`validate` of rule `with-program`");
    repo.leaklint().args(["rules", "test", ".leaklint-rules.yaml"]).run().expect(0);
}

#[test]
fn fingerprints_are_resolved_in_the_tree_and_in_commits() {
    let repo = Repo::new();
    let mut values = Values::new(4);
    let (old, kept, two) = (values.github_token(), values.github_token(), values.github_token());
    repo.write("gone.env", format!("x=1\nA_TOKEN={old}\n"));
    let commit = repo.commit("old");
    std::fs::remove_file(repo.path("gone.env")).expect("is there");
    repo.write("a.env", format!("x=1\nA_TOKEN={kept}\n"));
    repo.write("b.txt", format!("{two} {}\n", values.github_token()));
    repo.commit("new");
    let lines = format!(
        "# comment\n\na.env:github-pat:2\n{commit}:gone.env:github-pat:2\n{}:x:github-pat:1\na.env:github-pat:1\nb.txt:github-pat:1\nb.txt:aws-access-token:1\nz.zip!in.txt:r:1\nC:\\x:r:1\nno fingerprint\n/etc/x:r:1\n",
        "0".repeat(40)
    );
    repo.write(".gitleaksignore", lines);
    let outcome = repo.leaklint().args(["import", ".gitleaksignore"]).run().expect(1);
    let fates: Vec<String> = fates(&outcome).into_iter().map(|(fate, _)| fate).collect();
    let no = "not carried";
    assert_eq!(fates, ["carried", "carried", no, no, "carried differently", no, no, no, no, no], "{outcome}");
    assert_eq!(
        baseline(&repo),
        [("a.env", false), ("b.txt", false), ("b.txt", false), ("gone.env", false)]
            .map(|(path, all)| (path.to_owned(), all))
    );
    repo.leaklint().args(["scan", "--no-config"]).run().expect(0);
}

#[test]
fn a_report_is_read_as_a_baseline_redacted_or_not() {
    let repo = Repo::new();
    let mut values = Values::new(5);
    let (plain, redacted) = (values.github_token(), values.github_token());
    repo.write("a.env", format!("# moved\nA_TOKEN={plain}\n"));
    repo.write("b.env", format!("B_TOKEN={redacted}\n"));
    let finding = |file: &str, line: u64, secret: &str| {
        json!({"RuleID": "github-pat", "Description": "x", "StartLine": line, "EndLine": line, "StartColumn": 1,
               "EndColumn": 40, "Match": secret, "Secret": secret, "File": file, "SymlinkFile": "", "Commit": "",
               "Entropy": 4.5, "Author": "", "Email": "", "Date": "", "Message": "", "Tags": [], "Fingerprint": ""})
    };
    let report = json!([finding("a.env", 9, &plain), finding("b.env", 1, "REDACTED"), finding("c", 1, "x"), {"RuleID": 3}]);
    repo.write("report.json", report.to_string());
    let outcome = repo.leaklint().args(["import", "report.json"]).run().expect(1);
    let fates: Vec<String> = fates(&outcome).into_iter().map(|(fate, _)| fate).collect();
    assert_eq!(fates, ["carried", "carried", "not carried", "not carried"], "{outcome}");
    std::fs::remove_file(repo.path("report.json")).expect("is there");
    repo.leaklint().arg("scan").run().expect(0);
    assert!(
        text(&repo, ".leaklint-baseline.jsonl").contains("imported from report.json: finding of github-pat")
    );
}
