//! `--format sarif`: SARIF 2.1.0 (OASIS Standard, 27 March 2020), for code-scanning services. Section numbers below are
//! of that document. Authors are left out: such services keep what they are given, and a report needs no personal data.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::blob::BlobPath;
use crate::finding::{Finding, Place, RuleFacts};
use crate::rule::Severity;
use crate::source::Problem;

use super::coverage::CoverageV1;
use super::history::HistoryV1;
use super::marks::MarkNote;
use super::policy::PolicyChange;
use super::uri::uri;
use super::v1::LapsedV1;
use super::{Report, TOOL, text};

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
/// The base that paths inside a repository are relative to; the name that GitHub and others expect.
const ROOT: &str = "%SRCROOT%";

/// The report as one SARIF log with one run; valid also when nothing was found.
pub fn render(report: &Report) -> Vec<u8> {
    let rules = rules(report);
    let index: BTreeMap<&str, usize> =
        rules.iter().enumerate().map(|(at, rule)| (rule.id.as_ref(), at)).collect();
    let results = report
        .findings
        .iter()
        .map(|finding| Outcome::new(finding, index[finding.rule.id.as_ref()]))
        .collect();
    let root = Base { description: Message::of("The root of the repository.") };
    let run = Run {
        tool: Tool { driver: Driver::new(&rules) },
        invocations: [Invocation::new(report)],
        original_uri_base_ids: BTreeMap::from([(ROOT, root)]),
        column_kind: "unicodeCodePoints",
        results,
    };
    text::pretty(&Log { schema: SCHEMA, version: "2.1.0", runs: [run] })
}

/// Every rule that could have matched and every rule that did, by id.
fn rules(report: &Report) -> Vec<&RuleFacts> {
    let known = report.rules.iter().chain(report.findings.iter().map(|finding| &finding.rule));
    let mut by_id: BTreeMap<&str, &RuleFacts> = BTreeMap::new();
    for rule in known {
        by_id.entry(rule.id.as_ref()).or_insert(rule);
    }
    by_id.into_values().collect()
}

#[derive(Serialize)]
struct Log<'r> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'r>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'r> {
    tool: Tool<'r>,
    invocations: [Invocation<'r>; 1],
    original_uri_base_ids: BTreeMap<&'static str, Base>,
    column_kind: &'static str,
    results: Vec<Outcome<'r>>,
}

#[derive(Serialize)]
struct Base {
    description: Message,
}

#[derive(Serialize)]
struct Tool<'r> {
    driver: Driver<'r>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver<'r> {
    name: &'static str,
    semantic_version: &'static str,
    information_uri: &'static str,
    rules: Vec<Rule<'r>>,
}

impl<'r> Driver<'r> {
    fn new(rules: &[&'r RuleFacts]) -> Self {
        Self {
            name: TOOL.0,
            semantic_version: TOOL.1,
            information_uri: env!("CARGO_PKG_REPOSITORY"),
            rules: rules.iter().map(|rule| Rule::new(rule)).collect(),
        }
    }
}

/// A reportingDescriptor (3.49).
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule<'r> {
    id: &'r str,
    name: String,
    short_description: Message,
    full_description: Message,
    help: Help,
    #[serde(skip_serializing_if = "Option::is_none")]
    help_uri: Option<&'r str>,
    default_configuration: Configuration,
    properties: RuleProperties<'r>,
}

impl<'r> Rule<'r> {
    fn new(rule: &'r RuleFacts) -> Self {
        let advice = format!("{} {}", rule.grants.trim(), rule.revoke.trim());
        Self {
            id: &rule.id,
            name: pascal_case(&rule.id),
            short_description: Message::of(&rule.name),
            full_description: Message::of(&rule.grants),
            help: Help { text: plain(&advice), markdown: markdown(rule) },
            help_uri: rule.references.iter().find(|link| is_link(link)).map(AsRef::as_ref),
            default_configuration: Configuration { level: level(rule.severity) },
            properties: RuleProperties {
                tags: ["security", "secret", &rule.service],
                security_severity: security_severity(rule.severity),
            },
        }
    }
}

#[derive(Serialize)]
struct Help {
    text: String,
    markdown: String,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Serialize)]
struct RuleProperties<'r> {
    tags: [&'r str; 3],
    #[serde(rename = "security-severity")]
    security_severity: &'static str,
}

/// A result (3.27).
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Outcome<'r> {
    rule_id: &'r str,
    rule_index: usize,
    level: &'static str,
    message: Message,
    locations: [Location; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location>,
    partial_fingerprints: BTreeMap<&'static str, &'r str>,
    properties: Properties<'r>,
}

impl<'r> Outcome<'r> {
    fn new(finding: &'r Finding, rule_index: usize) -> Self {
        let related = finding.related.iter().enumerate().map(|(at, related)| {
            let mut location = Location::new(&related.path, None, Some(related.place));
            location.id = Some(at + 1);
            location.message = Some(Message::of(related.role));
            location
        });
        let path = finding.repo_path.as_ref();
        Self {
            rule_id: &finding.rule.id,
            rule_index,
            level: level(finding.severity),
            message: Message::of(&format!(
                "{}: {}. {}",
                finding.rule.name,
                finding.masked,
                finding.rule.revoke.trim()
            )),
            locations: [Location::new(&finding.path, path, Some(finding.place))],
            related_locations: related.collect(),
            partial_fingerprints: BTreeMap::from([("leaklint/v1", finding.identity.fingerprint())]),
            properties: Properties {
                severity: finding.severity.word(),
                confidence: finding.confidence.word(),
                verified: finding.verified,
                subject: &finding.subject,
                part: finding.part.word(),
                reachability: finding.history.as_ref().map(|history| history.reachability.as_slice()),
                history: HistoryV1::new(finding, false),
                gone: finding.gone,
                expired: LapsedV1::new(finding),
                commit: finding.commit.as_ref().map(|commit| commit.id.as_str()),
                date: finding.commit.as_ref().map(|commit| commit.date.as_str()),
            },
        }
    }
}

#[derive(Serialize)]
struct Properties<'r> {
    severity: &'static str,
    confidence: &'static str,
    verified: &'static str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    subject: &'r [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    part: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reachability: Option<&'r [&'static str]>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    gone: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    expired: Option<LapsedV1<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    history: Option<HistoryV1<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    commit: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    date: Option<&'r str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Message>,
    physical_location: PhysicalLocation,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<Region>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactLocation {
    uri: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    uri_base_id: Option<&'static str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: u64,
    start_column: u64,
    end_line: u64,
    end_column: u64,
}

impl Location {
    fn new(path: &BlobPath, repo_path: Option<&BlobPath>, place: Option<Place>) -> Self {
        let region = place.map(|place| Region {
            start_line: place.start.line,
            start_column: place.start.column,
            end_line: place.end.line,
            end_column: place.end.column,
        });
        let uri = uri(repo_path.unwrap_or(path));
        let artifact_location = ArtifactLocation { uri, uri_base_id: repo_path.map(|_| ROOT) };
        Self { id: None, message: None, physical_location: PhysicalLocation { artifact_location, region } }
    }
}

/// An invocation (3.20): whether everything could be read, and what could not.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation<'r> {
    execution_successful: bool,
    #[serde(skip_serializing_if = "str::is_empty")]
    start_time_utc: &'r str,
    tool_execution_notifications: Vec<Notification>,
    #[serde(skip_serializing_if = "Option::is_none")]
    properties: Option<InvocationProperties<'r>>,
}

/// A property bag (3.8).
#[derive(Serialize)]
struct InvocationProperties<'r> {
    coverage: CoverageV1<'r>,
}

impl<'r> Invocation<'r> {
    fn new(report: &'r Report) -> Self {
        let gaps = report.gap_counts().into_iter().map(|(kind, count)| Notification {
            level: "note",
            message: Message::of(&format!("Not scanned in full ({kind}): {count}.")),
            locations: Vec::new(),
        });
        Self {
            execution_successful: report.problems.is_empty(),
            start_time_utc: &report.now,
            tool_execution_notifications: gaps
                .chain(report.policy_changes.iter().map(Notification::of_policy))
                .chain(report.mark_notes.iter().map(Notification::of_mark))
                .chain(report.problems.iter().map(Notification::of))
                .collect(),
            properties: report
                .coverage
                .as_ref()
                .map(|coverage| InvocationProperties { coverage: CoverageV1::new(coverage) }),
        }
    }
}

#[derive(Serialize)]
struct Notification {
    level: &'static str,
    message: Message,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    locations: Vec<Location>,
}

impl Notification {
    fn of_policy(change: &PolicyChange) -> Self {
        Self { level: "warning", message: Message::of(&change.sentence()), locations: Vec::new() }
    }

    fn of_mark(note: &MarkNote) -> Self {
        let text = format!("{}:{}: {}", note.path, note.line, note.sentence());
        Self { level: "note", message: Message::of(&text), locations: Vec::new() }
    }

    fn of(problem: &Problem) -> Self {
        let location = problem.path.as_ref().map(|path| Location::new(path, None, None));
        Self {
            level: "error",
            message: Message::of(&format!("{}: {}", problem.kind, problem.message)),
            locations: location.into_iter().collect(),
        }
    }
}

/// A message (3.11) in plain text.
#[derive(Serialize)]
struct Message {
    text: String,
}

impl Message {
    fn of(text: &str) -> Self {
        Self { text: plain(text) }
    }
}

/// Braces are doubled, for a single one may begin a placeholder (3.11.5); brackets are escaped, lest text from a file
/// becomes a link (3.11.6).
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.trim().chars() {
        match c {
            '{' | '}' => out.push(c),
            '[' | ']' => out.push('\\'),
            _ => {}
        }
        out.push(c);
    }
    out
}

/// The rule as a document. Its text is the catalogue's, so Markdown in it is meant.
fn markdown(rule: &RuleFacts) -> String {
    let mut text =
        format!("# {}\n\n{}\n\n## What to do\n\n{}\n", rule.name, rule.grants.trim(), rule.revoke.trim());
    let mut links = rule.references.iter().filter(|link| is_link(link)).peekable();
    if links.peek().is_some() {
        text.push_str("\n## References\n\n");
        links.for_each(|link| text.push_str(&format!("- <{link}>\n")));
    }
    text
}

fn is_link(text: &str) -> bool {
    text.starts_with("https://")
        && text.bytes().all(|byte| byte.is_ascii_graphic() && !b"<>\"\\^`{|}".contains(&byte))
}

const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low => "note",
    }
}

/// A number in the bands that GitHub turns back into a word: above 9 critical, 7 to 8.9 high, 4 to 6.9 medium. Source:
/// <https://docs.github.com/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning>.
const fn security_severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "9.5",
        Severity::High => "8.0",
        Severity::Medium => "5.5",
        Severity::Low => "2.0",
    }
}

fn pascal_case(id: &str) -> String {
    let word = |word: &str| {
        let mut chars = word.chars();
        chars.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(chars).collect::<String>()
    };
    id.split(|c: char| !c.is_alphanumeric()).map(word).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_from_a_file_becomes_no_link_and_no_placeholder() {
        assert_eq!(plain("[a](b) {0}"), "\\[a\\](b) {{0}}");
    }

    #[test]
    fn rule_names_are_identifiers() {
        assert_eq!(pascal_case("aws-secret-key2"), "AwsSecretKey2");
    }
}
