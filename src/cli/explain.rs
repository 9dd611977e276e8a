//! `leaklint explain`: what became of every candidate on one line, and why.

use std::fmt::Write as _;
use std::fs::File;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::blob::BlobPath;
use crate::blob::window::Windows;
use crate::catalogue::Catalogue;
use crate::config::Mode;
use crate::detect::Verified;
use crate::error::Error;
use crate::report::output;
use crate::scan::trace::{self, Candidate, Outcome, Rulings, Trace};
use crate::verdict::PathFacts;
use crate::visible;

use super::Exit;
use super::options::{OutputOptions, PolicyOptions};
use super::session::{Law, Session, root_of};

/// Features of the learned judgement that are listed.
const MOST_FEATURES: usize = 12;

/// Arguments of `leaklint explain`.
#[derive(Args, Clone, Debug)]
pub struct ExplainArgs {
    /// The file and the line in it, 1-based
    #[arg(value_name = "FILE:LINE")]
    place: String,
    #[command(flatten)]
    policy: PolicyOptions,
}

/// Traces every candidate on the line.
///
/// # Errors
/// When the place is none, the file cannot be read or standard output cannot be written.
pub fn run(args: &ExplainArgs) -> Result<Exit, Error> {
    let (path, line) = place(&args.place)?;
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let law = Law::Below { root: root_of(&path), target: directory.to_owned() };
    let session = Session::new(&args.policy, &OutputOptions::default(), &law, Mode::Scan)?;
    let trace = trace(&path, line, &session)?;
    output::write(render(&trace, &path, line, &session.catalogue).as_bytes(), None)?;
    let found = trace.candidates.iter().any(|candidate| matches!(candidate.outcome, Outcome::Finding));
    Ok(if found { Exit::Findings } else { Exit::Clean })
}

/// What became of every candidate on this line of the file, for people.
///
/// # Errors
/// When the file cannot be read or has no such line.
pub(super) fn told(path: &Path, line: u64, session: &Session) -> Result<String, Error> {
    Ok(render(&trace(path, line, session)?, path, line, &session.catalogue))
}

fn trace(path: &Path, line: u64, session: &Session) -> Result<Trace, Error> {
    let failed = |why: std::io::Error| Error::Io {
        action: "read",
        path: visible::path(path),
        reason: why.to_string(),
    };
    let file = File::open(path).map_err(failed)?;
    let facts = PathFacts::of(path.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/").as_bytes());
    let windows = Windows::stream(Box::new(file), Vec::new());
    let shown = BlobPath::from_path(path);
    let repo_path = inside(path);
    let rulings = Rulings {
        policy: session.policy(),
        path: shown.as_bytes(),
        repo_path: repo_path.as_ref().map(BlobPath::as_bytes),
        marks: session.marks(),
    };
    let trace = trace::trace(windows, line, facts, &session.catalogue, rulings).map_err(failed)?;
    if trace.window.is_none() {
        let message = format!("{} has no line {line}", visible::path(path));
        return Err(Error::Usage { message, help: Some("lines count from 1".to_owned()) });
    }
    Ok(trace)
}

/// The path inside its repository, or from the directory that counts as its root.
fn inside(path: &Path) -> Option<BlobPath> {
    let (path, root) = (path.canonicalize().ok()?, root_of(path).canonicalize().ok()?);
    path.strip_prefix(root).ok().map(BlobPath::from_path)
}

/// `FILE:LINE`; a file's name may hold colons too.
fn place(text: &str) -> Result<(PathBuf, u64), Error> {
    let parts = text.rsplit_once(':').and_then(|(path, line)| Some((path, line.parse::<u64>().ok()?)));
    match parts {
        Some((path, line)) if line > 0 && !path.is_empty() => Ok((PathBuf::from(path), line)),
        _ => Err(Error::Usage {
            message: "explain needs a file and a line".to_owned(),
            help: Some("leaklint explain src/config.py:12".to_owned()),
        }),
    }
}

fn render(trace: &Trace, path: &Path, line: u64, catalogue: &Catalogue) -> String {
    let mut text = format!("{}:{line}\n", visible::path(path));
    if let Some(excerpt) = &trace.excerpt {
        let _ = writeln!(text, "  {}", excerpt.text);
    }
    if let Some((first, last)) = trace.window {
        let tiers = if trace.binary { "; binary, so searched for tokens only" } else { "" };
        let _ = writeln!(text, "  searched together with lines {first} to {last}{tiers}");
    }
    if trace.candidates.is_empty() {
        text.push_str(
            "  no candidate: no rule's keyword, telling name or service stands with a value here\n",
        );
    }
    for (number, candidate) in (1..).zip(&trace.candidates) {
        let _ = writeln!(text, "\ncandidate {number}");
        for (word, fact) in facts(candidate, catalogue) {
            let _ = writeln!(text, "  {word:>10}  {fact}");
        }
    }
    text
}

/// The facts of one candidate, stage by stage.
fn facts(candidate: &Candidate, catalogue: &Catalogue) -> Vec<(&'static str, String)> {
    let rule = catalogue.rule(candidate.rule);
    let place = candidate.place;
    let mut facts = vec![
        ("rule", format!("{} ({})", rule.id, visible::line(&rule.name))),
        (
            "value",
            format!("{}:{} to {}:{}", place.start.line, place.start.column, place.end.line, place.end.column),
        ),
        ("found as", candidate.found.clone()),
    ];
    if let Some(name) = candidate.name {
        facts.push((
            "name",
            format!("{}:{} to {}:{}", name.start.line, name.start.column, name.end.line, name.end.column),
        ));
    }
    let proof = match candidate.verified {
        Verified::Checksum => Some("the checksum holds"),
        Verified::Structure => Some("it parses as what it claims to be"),
        Verified::Failed => Some("failed: one step less confidence"),
        Verified::None => None,
    };
    facts.extend(proof.map(|proof| ("proof", proof.to_owned())));
    if let Some((opinion, shares)) = &candidate.opinion {
        facts.push(("judgement", format!("a credential with a chance of {:.0} %", opinion.chance * 100.0)));
        let shares =
            shares.iter().take(MOST_FEATURES).map(|(feature, share)| format!("{feature} {share:+.2}"));
        facts.push(("", shares.collect::<Vec<_>>().join(", ")));
    }
    if let Some(confidence) = candidate.confidence {
        facts.push(("verdict", format!("kept with {} confidence", confidence.word())));
    }
    facts.push(("outcome", outcome(&candidate.outcome, catalogue)));
    facts
}

fn outcome(outcome: &Outcome, catalogue: &Catalogue) -> String {
    match outcome {
        Outcome::Finding => "a finding, unless the baseline holds it".to_owned(),
        Outcome::Covered(winner) => {
            format!("covered by {}, which is more specific", catalogue.rule(*winner).id)
        }
        Outcome::Identifies => "no secret by itself; shown with the secret that it belongs to".to_owned(),
        Outcome::Allowed(line) => format!("suppressed by the mark on line {line}"),
        Outcome::AllowedBy(place) => format!("allowed by the configuration, {}", visible::line(place)),
        Outcome::BelowSeverity => "not reported: below the severity that is asked for".to_owned(),
        Outcome::BelowConfidence => "not reported: below the confidence that is asked for".to_owned(),
        Outcome::Dropped(reason) => format!("dropped, {}: {}", reason.word(), reason.meaning()),
    }
}
