//! `leaklint export`: what the baseline accepts, in the form of another scanner, where a team still runs both.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;
use sha1::{Digest as _, Sha1};

use crate::baseline::{Scope, Standing, Status, facts, path_of};
use crate::config::Mode;
use crate::error::Error;
use crate::finding::identity::{Strength, hex};
use crate::import::Found;
use crate::report::{output, text};
use crate::secret::MASK;
use crate::source::files::{FilesOptions, FilesSource};

use super::options::{OutputOptions, PolicyOptions};
use super::session::{Law, Session, root_of};
use super::{Exit, fresh};

pub(super) const EXIT_CODES: &str = "\
Exit codes:
  0  written
  2  there is no baseline, or it or the tree cannot be read, or the file cannot be written";

/// What an imported entry says before the other tool's id of its rule.
const OF_RULE: &str = "finding of ";

/// Arguments of `leaklint export`.
#[derive(Args, Clone, Debug)]
pub struct ExportArgs {
    /// Lines path:rule:line for gitleaks, as in .gitleaksignore
    #[arg(long, conflicts_with = "secrets_baseline", required_unless_present = "secrets_baseline")]
    gitleaks_ignore: bool,
    /// A baseline for detect-secrets; it holds unsalted SHA-1 of accepted values, against which anybody can try guesses
    #[arg(long)]
    secrets_baseline: bool,
    /// With --secrets-baseline: also values that a person could have thought of, whose SHA-1 gives them away
    #[arg(long, requires = "secrets_baseline")]
    weak_too: bool,
    /// Write to a file that must not be there yet, instead of to standard output
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Replace the file
    #[arg(long, requires = "output")]
    force: bool,
    #[command(flatten)]
    policy: PolicyOptions,
    /// Use this time instead of the clock's (RFC 3339)
    #[arg(long, value_name = "TIME")]
    now: Option<jiff::Timestamp>,
    /// Number of threads [default: one per core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=512))]
    threads: Option<u16>,
}

/// Scans and writes what is accepted.
///
/// # Errors
/// When there is no baseline, the tree cannot be listed or the file cannot be written.
pub fn run(args: &ExportArgs) -> Result<Exit, Error> {
    if let Some(path) = args.output.as_deref().filter(|_| !args.force) {
        fresh::refuse(path)?;
    }
    let root = root_of(Path::new("."));
    let output =
        OutputOptions { now: args.now, threads: args.threads, quiet: true, ..OutputOptions::default() };
    let session = Session::new(&args.policy, &output, &Law::Directory(root.clone()), Mode::Scan)?;
    let accepted = accepted(&session, root)?;
    let (bytes, left_out) = match args.gitleaks_ignore {
        true => gitleaks_ignore(&accepted, &session),
        false => secrets_baseline(&accepted, args.weak_too, &session),
    };
    match &args.output {
        Some(path) if !args.force => fresh::create(path, &bytes)?,
        path => output::write(&bytes, path.as_deref())?,
    }
    let mut said = format!("{} accepted findings\n", accepted.len());
    for (count, why) in left_out.iter().filter(|(count, _)| *count > 0) {
        said.push_str(&format!("{count} left out: {why}\n"));
    }
    output::remark(&said);
    Ok(Exit::Clean)
}

/// A finding that the baseline knows.
struct Accepted {
    found: Found,
    status: Option<Status>,
    reason: Option<String>,
}

fn accepted(session: &Session, root: PathBuf) -> Result<Vec<Accepted>, Error> {
    let Some(baseline) = session.baseline() else {
        return Err(Error::Usage {
            message: "there is no baseline to export".to_owned(),
            help: Some("`leaklint baseline create` makes one".to_owned()),
        });
    };
    let options = FilesOptions { roots: vec![root], no_ignore: false, filter: session.filter.clone() };
    let found = session.seen(&FilesSource::new(options), baseline.emptied())?;
    let findings: Vec<_> = found.iter().map(|found| found.finding.clone()).collect();
    let scope = Scope::Tree { unread: &|_| false };
    let standings = baseline.standings(&findings, &scope, facts::today(session.now()));
    let known = found.into_iter().zip(standings).filter_map(|(found, standing)| {
        let Standing::Known(entry) = standing else { return None };
        let entry = &baseline.entries()[entry];
        Some(Accepted { found, status: entry.status, reason: entry.reason.clone() })
    });
    Ok(known.collect())
}

/// What is written, and how many are not, with the reason.
type Written = (Vec<u8>, [(usize, &'static str); 2]);

/// Whether a path holds, or held, what looks like a value.
fn is_masked(path: &str, session: &Session) -> bool {
    path.contains(MASK) || session.masked(path) != path
}

const NAMED: &str = "their paths hold what looks like a value";

fn gitleaks_ignore(accepted: &[Accepted], session: &Session) -> Written {
    let mut lines = std::collections::BTreeSet::new();
    let mut named = 0;
    for Accepted { found, reason, .. } in accepted {
        let path = path_of(&found.finding);
        if is_masked(&path, session) {
            named += 1;
            continue;
        }
        // An imported entry knows what gitleaks calls the rule.
        let theirs = reason.as_deref().and_then(|reason| reason.split_once(OF_RULE)).map(|(_, rule)| rule);
        let is_id = |rule: &&str| rule.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
        let rule = theirs.filter(is_id).unwrap_or(&found.finding.rule.id);
        lines.insert(format!("{path}:{rule}:{}\n", found.finding.place.start.line));
    }
    (lines.into_iter().collect::<String>().into_bytes(), [(named, NAMED), (0, "")])
}

fn secrets_baseline(accepted: &[Accepted], weak_too: bool, session: &Session) -> Written {
    let mut results: BTreeMap<String, Vec<serde_json::Value>> = BTreeMap::new();
    let (mut named, mut weak) = (0, 0);
    for Accepted { found, status, .. } in accepted {
        let path = path_of(&found.finding);
        if is_masked(&path, session) {
            named += 1;
        } else if found.finding.identity.strength == Strength::Weak && !weak_too {
            weak += 1;
        } else {
            let mut entry = json!({
                "type": found.finding.rule.name,
                "filename": path,
                "hashed_secret": hex(&Sha1::digest(found.secret.expose())),
                "is_verified": false,
                "line_number": found.finding.place.start.line,
            });
            if matches!(status, Some(Status::FalsePositive | Status::TestData)) {
                entry["is_secret"] = false.into();
            }
            results.entry(path).or_default().push(entry);
        }
    }
    let whole = json!({ "version": "1.5.0", "plugins_used": [], "filters_used": [], "results": results });
    let why =
        "a person could have thought of them, and their SHA-1 would give them away (--weak-too writes them)";
    (text::pretty(&whole), [(named, NAMED), (weak, why)])
}
