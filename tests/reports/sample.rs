//! One report with everything in it, built in code; its values are made at run time.

use std::borrow::Cow;

use leaklint::blob::{BlobPath, Commit, Part};
use leaklint::finding::excerpt;
use leaklint::finding::{Finding, Hidden, Identity, Place, Related, RuleFacts, Veil};
use leaklint::report::{Dropped, Report};
use leaklint::rule::{Confidence, Severity};
use leaklint::secret::{self, Secret};
use leaklint::source::{Gap, GapKind, Problem};
use leaklint::span::{Lines, ORIGIN, Position, Span};

use crate::common::Values;

/// The report and the raw values in it.
pub struct Sample {
    pub report: Report,
    pub values: Vec<String>,
}

pub fn rule(id: &'static str, name: &'static str, severity: Severity) -> RuleFacts {
    RuleFacts {
        id: Cow::Borrowed(id),
        name: Cow::Borrowed(name),
        service: Cow::Borrowed("example"),
        grants: Cow::Borrowed(
            "Whoever holds it reads and writes every repository of its owner, publishes releases in their name and \
             runs workflows with their secrets.",
        ),
        revoke: Cow::Borrowed("Delete it under Settings, make a new one and look through the audit log."),
        references: Cow::Owned(vec![Cow::Borrowed("https://example.org/docs/tokens")]),
        severity,
    }
}

/// A finding for the first place of `value` in `text`, given to `name`.
pub fn finding(rule: RuleFacts, path: &[u8], text: &[u8], name: &str, value: &str, prefix: usize) -> Finding {
    let lines = Lines::new(text, ORIGIN);
    let hidden = hidden(text, value, prefix);
    let span = hidden.span;
    let name_at = find(text, name).filter(|_| !name.is_empty());
    Finding {
        severity: rule.severity,
        rule,
        confidence: Confidence::High,
        path: BlobPath::from_bytes(path),
        repo_path: None,
        place: Place { start: lines.position(span.start), end: lines.position(span.end) },
        masked: secret::mask(value.as_bytes(), prefix),
        identity: Identity::new(&Secret::new(value.as_bytes()), name.as_bytes(), &[]),
        verified: "none",
        subject: Vec::new(),
        related: Vec::new(),
        excerpt: excerpt::build(&lines, hidden, name_at, &Veil::new(text, [hidden])),
        also: Vec::new(),
        why: Vec::new(),
        gone: false,
        commit: None,
        part: Part::File,
        object: None,
        history: None,
        lapsed: None,
        if_commit: Vec::new(),
    }
}

/// The first place of `value` in `text`.
pub fn hidden(text: &[u8], value: &str, public_prefix: usize) -> Hidden {
    Hidden { span: find(text, value).expect("the value stands in the text"), public_prefix }
}

fn find(text: &[u8], part: &str) -> Option<Span> {
    let at = text.windows(part.len().max(1)).position(|window| window == part.as_bytes())?;
    Some(Span::new(at, at + part.len()))
}

pub fn sample() -> Sample {
    let mut make = Values::new(20);
    let (token, password, key) = (make.alnum(36), make.alnum(24), make.base64(96));
    let token = format!("exa_{token}");
    let [critical, medium, low] = rules();

    let text = format!("# settings\n\nclient = connect(\n\ttoken=\"{token}\",  # production\n)\n");
    let mut first = finding(critical.clone(), b"config/app.py", text.as_bytes(), "token", &token, 4);
    first.repo_path = Some(BlobPath::from_bytes(b"service/config/app.py"));
    first.verified = "checksum";
    first.subject = vec!["account 1234".to_owned(), "region north".to_owned()];
    first.related =
        vec![Related { role: "pair", path: BlobPath::from_bytes(b"config/ids.py"), place: place(3, 8, 28) }];

    let long = format!("{}password: '{password}', {}", "a=1; ".repeat(400), "b=2; ".repeat(400));
    let second = finding(medium.clone(), b"dist/app.min.js", long.as_bytes(), "password", &password, 0);

    let hostile = format!("\x1b]0;owned\x07\u{202e}key\u{200b} = '{key}' \u{9b}31m é\n").into_bytes();
    let path = b"odd/\x1b[2J\xe2\x80\xae\xff \"name\"\n.env";
    let mut third = finding(low.clone(), path, &hostile, "key", &key, 0);
    third.commit = Some(Commit {
        id: "0123456789abcdef0123456789abcdef01234567".to_owned(),
        author: "Eve \u{1b}[31m <eve@example.org>".to_owned(),
        date: "2026-01-02T03:04:05+01:00".to_owned(),
    });

    let mut report = Report {
        command: "scan",
        accept: "leaklint baseline create".to_owned(),
        findings: vec![first, second, third],
        now: "2026-11-22T01:02:03Z".to_owned(),
        rules: vec![critical, medium, low],
        ..Report::default()
    };
    around(&mut report);
    Sample { report, values: vec![token, password, key] }
}

pub fn rules() -> [RuleFacts; 3] {
    [
        rule("example-token", "Example personal access token", Severity::Critical),
        rule("password-assignment", "Password", Severity::Medium),
        rule("secret-assignment", "Secret", Severity::Low),
    ]
}

fn place(line: u64, from: u64, to: u64) -> Place {
    Place { start: Position { line, column: from }, end: Position { line, column: to } }
}

/// What stands around the findings.
fn around(report: &mut Report) {
    let path = |bytes: &[u8]| Some(BlobPath::from_bytes(bytes));
    report.dropped = vec![Dropped {
        rule_id: Cow::Borrowed("password-assignment"),
        path: BlobPath::from_bytes(b"doc/\x1b[31mx.md"),
        place: place(9, 1, 4),
        reason: "placeholder",
        masked: "********".to_owned(),
    }];
    report.gaps = vec![
        Gap { kind: GapKind::Submodule, path: path(b"vendor/lib") },
        Gap { kind: GapKind::SymbolicLink, path: path(b"link\x1b") },
        Gap { kind: GapKind::Shallow, path: None },
    ];
    let message = "permission denied {0} [x](y)".to_owned();
    report.problems = vec![Problem { path: path(b"locked\xff/\x1b[1m"), kind: "unreadable", message }];
    report.counts.files = 12;
    report.counts.bytes = 34_567;
    report.counts.dropped.insert("placeholder", 1);
    report.counts.allowed = 2;
    report.counts.baselined = 3;
    report.counts.below_confidence = 4;
    report.counts.not_added = 5;
}
