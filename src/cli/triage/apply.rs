//! Triage from a file: each decision is matched with the findings of today, accepted ones too, so that a second run of
//! the same file changes nothing and an entry can be described anew.

use std::collections::{BTreeSet, HashMap};
use std::io::Read as _;
use std::path::Path;

use serde_json::{Value, json};

use crate::baseline::decisions::{self, Decision};
use crate::baseline::{Draft, Entry, Facts, LARGEST_FILE, bytes_of, path_of};
use crate::error::Error;
use crate::finding::Finding;

use super::TriageArgs;
use crate::cli::Exit;
use crate::cli::baseline::facts::hold;
use crate::cli::baseline::tell::Tale;
use crate::cli::baseline::{session, target};
use crate::cli::session::{Session, State};

/// Applies the decisions of `file`.
pub(super) fn run(args: &TriageArgs, file: &Path) -> Result<Exit, Error> {
    let (bytes, name) = read(file)?;
    let mut decisions = decisions::read(&bytes, &name)?;
    let given = args.facts.facts();
    let scan = &args.scan;
    let session = session(scan)?;
    let words = args.require.words(&session);
    for decision in &mut decisions {
        decision.facts = std::mem::take(&mut decision.facts).or(given.clone());
        hold(&words, &decision.facts).map_err(|why| of_line(why, decision.number, &name))?;
    }
    let path = target(scan, &session);
    let draft = Draft::open(&path)?;
    let session = session.with_baseline(draft.blank_for_reports());
    let report = session.scan(scan.source(&session)?.as_ref(), &State::Directory(scan.root()), "scan")?;
    let found = Found::of(&report.findings);
    let (mut accepted, mut lost) = (Vec::new(), Vec::new());
    for decision in &decisions {
        let matched = found.matching(decision);
        let values: BTreeSet<_> = matched.iter().map(|finding| finding.identity.group).collect();
        match values.len() {
            0 => lost.push((decision, "fits no finding")),
            1 => {
                let facts = masked(decision.facts.clone(), &session);
                accepted.extend(matched.into_iter().map(|finding| (finding, facts.clone())));
            }
            // 12 bits of a weak value may be those of another, and a line may hold several.
            _ => lost.push((decision, "fits several values: give fingerprint, path and line")),
        }
    }
    let added = draft.add(&accepted)?;
    let mut tale = Tale::new("triage", &path);
    tale.say(&format!("{}: {} added, {} changed", crate::visible::path(&path), added.new, added.changed));
    let entries: Vec<Entry> = accepted.iter().map(|(finding, facts)| draft.entry(finding, facts)).collect();
    tale.list("applied", "applied", entries.iter().map(|entry| (entry, Value::Null, String::new())));
    let told = lost.iter().map(|(decision, why)| json!({ "line": decision.number, "why": why }));
    tale.fact("not_applied", told.collect::<Vec<_>>());
    for (decision, why) in &lost {
        tale.say(&format!("line {} of {name} {why}", decision.number));
    }
    tale.problems(&report.problems);
    tale.write(&scan.output)?;
    Ok(match (lost.is_empty(), report.problems.is_empty()) {
        (false, _) => Exit::Findings,
        (true, false) => Exit::Incomplete,
        (true, true) => Exit::Clean,
    })
}

/// No token gets into the baseline with somebody's words.
fn masked(facts: Facts, session: &Session) -> Facts {
    let text = |text: Option<String>| text.map(|text| session.masked(&text));
    Facts { reason: text(facts.reason), owner: text(facts.owner), ..facts }
}

/// The findings of today, looked up by what decisions say.
struct Found<'f> {
    by_fingerprint: HashMap<&'f str, Vec<&'f Finding>>,
    by_path: HashMap<String, Vec<&'f Finding>>,
}

impl<'f> Found<'f> {
    fn of(findings: &'f [Finding]) -> Self {
        let mut found = Self { by_fingerprint: HashMap::new(), by_path: HashMap::new() };
        for finding in findings {
            for hash in &finding.identity.hashes {
                found.by_fingerprint.entry(hash).or_default().push(finding);
            }
            let shown = finding.path.text();
            let paths: BTreeSet<String> =
                [path_of(finding), shown.trim_start_matches("./").to_owned()].into();
            paths.into_iter().for_each(|path| found.by_path.entry(path).or_default().push(finding));
        }
        found
    }

    /// The findings that fit everything that the decision says.
    fn matching(&self, decision: &Decision) -> Vec<&'f Finding> {
        let path = decision.path.as_deref().map(|path| path.trim_start_matches("./"));
        let candidates = match (&decision.fingerprint, path) {
            (Some(fingerprint), _) => self.by_fingerprint.get(fingerprint.as_str()),
            (None, path) => path.and_then(|path| self.by_path.get(path)),
        };
        let fits = |finding: &&&Finding| {
            let shown = finding.path.text();
            let at =
                path.is_none_or(|path| path == path_of(finding) || path == shown.trim_start_matches("./"));
            let line = decision.line.is_none_or(|line| line == finding.place.start.line);
            let named =
                |rule: &String| *rule == finding.rule.id || finding.also.iter().any(|also| also == rule);
            at && line && decision.rule.as_ref().is_none_or(named)
        };
        candidates.into_iter().flatten().filter(fits).copied().collect()
    }
}

fn of_line(why: Error, number: usize, name: &str) -> Error {
    match why {
        Error::Usage { message, .. } => Error::Usage {
            message: format!("line {number} of {name}: {message}"),
            help: Some("add the key to the line, or give the option for all; nothing was written".to_owned()),
        },
        other => other,
    }
}

fn read(file: &Path) -> Result<(Vec<u8>, String), Error> {
    if file.as_os_str() != "-" {
        return bytes_of(file);
    }
    let mut bytes = Vec::new();
    let name = "standard input".to_owned();
    match std::io::stdin().lock().take(LARGEST_FILE + 1).read_to_end(&mut bytes) {
        Ok(_) => Ok((bytes, name)),
        Err(why) => Err(Error::Io { action: "read", path: name, reason: why.to_string() }),
    }
}
