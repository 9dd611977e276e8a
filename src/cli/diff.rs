//! `leaklint diff`: what the commits of a range add.

use std::collections::BTreeSet;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use clap::Args;
use clap::builder::FalseyValueParser;

use crate::blob::{BlobPath, Part};
use crate::config::Mode;
use crate::error::Error;
use crate::finding::Finding;
use crate::report::Report;
use crate::source::Problem;
use crate::source::ci::{self, Variables};
use crate::source::end::EndSource;
use crate::source::ends::{Ends, Range};
use crate::source::range::RangeSource;
use crate::source::repository::Repo;
use crate::visible;

use super::options::{OutputOptions, PolicyOptions};
use super::session::{Law, Session, State};
use super::{Exit, policy};

/// Most bytes of a CI system's event file; GitHub caps its payloads at 25 MB.
const LARGEST_EVENT: u64 = 32 << 20;

/// Arguments of `leaklint diff`.
#[derive(Args, Clone, Debug, Default)]
pub struct DiffArgs {
    /// The range: BASE (up to HEAD), BASE..HEAD, or BASE...HEAD (from their merge base)
    #[arg(value_name = "BASE[..HEAD]", required_unless_present = "ci")]
    pub range: Option<String>,
    #[command(flatten)]
    pub(crate) how: RangeOptions,
    /// Take the range from the variables of GitHub Actions or GitLab CI
    #[arg(long, conflicts_with_all = ["range", "merge_base"])]
    pub ci: bool,
    /// Start where HEAD branched off BASE, as with three dots
    #[arg(long)]
    pub merge_base: bool,
    #[command(flatten)]
    pub(crate) policy: PolicyOptions,
    #[command(flatten)]
    pub(crate) output: OutputOptions,
}

/// What of a range counts.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct RangeOptions {
    /// Scan only what the range as a whole changes, not what it adds and takes back
    #[arg(long)]
    pub(crate) net: bool,
    /// Exit with 1 when the range adds allow marks, entries of the baseline or settings
    #[arg(long, env = "LEAKLINT_REFUSE_POLICY_CHANGES", hide_env_values = true, value_parser = FalseyValueParser::new())]
    pub(crate) refuse_policy_changes: bool,
    #[command(flatten)]
    pub(crate) law: LawOptions,
}

/// Whose law a change is judged by.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct LawOptions {
    /// Take configuration and baseline from this revision instead of the base
    #[arg(long, value_name = "REV", env = "LEAKLINT_POLICY_FROM", hide_env_values = true)]
    pub(crate) policy_from: Option<String>,
    /// Read the configuration of what is pushed too; the administrator's bounds it.
    #[arg(skip)]
    pub(crate) pushed_config: bool,
}

/// Scans the lines that any commit of the range adds, those that a later one removes too. Configuration and baseline
/// come from the base: a change does not write its own law.
///
/// # Errors
/// When there is no repository, a revision is missing, the configuration is wrong or the report cannot be written.
pub fn run(args: &DiffArgs) -> Result<Exit, Error> {
    let repo = Arc::new(Repo::discover(Path::new("."))?);
    let ends = match &args.range {
        Some(text) => {
            let written = Range::parse(text)?;
            let from_merge_base = written.from_merge_base || args.merge_base;
            Ends::written(&repo, &Range { from_merge_base, ..written })?
        }
        None => Ends::told(&repo, &ci::change(&Environment)?)?,
    };
    scan(&repo, ends, &args.how, &args.policy, &args.output)
}

/// Scans a range of `repo` and writes the report.
pub(crate) fn scan(
    repo: &Arc<Repo>,
    ends: Ends,
    how: &RangeOptions,
    policy: &PolicyOptions,
    output: &OutputOptions,
) -> Result<Exit, Error> {
    let (session, report) = judge(repo, ends, how, (policy, output), (Mode::Ci, "diff"))?;
    session.finish(&report)
}

/// Scans a range of `repo`.
pub(crate) fn judge(
    repo: &Arc<Repo>,
    ends: Ends,
    how: &RangeOptions,
    (policy, output): (&PolicyOptions, &OutputOptions),
    (mode, command): (Mode, &'static str),
) -> Result<(Session, Report), Error> {
    let law = |commit: Option<String>| commit.map_or(Law::Nowhere, |id| Law::Commit(repo.clone(), id));
    let base = match &how.law.policy_from {
        Some(rev) => Some(repo.commit_id(rev)?),
        None => ends.base(),
    };
    let (before, after) = (law(base), law(ends.head()));
    let pushed: Vec<Law> = match how.law.pushed_config {
        true => ends.all_heads().into_iter().map(|head| law(Some(head))).collect(),
        false => Vec::new(),
    };
    let configs: Vec<&Law> = std::iter::once(&before).chain(&pushed).collect();
    let session = Session::under(policy, output, &before, &configs, mode)?;
    let change = match ends.head() {
        Some(_) => policy::changes(&before, &after, policy),
        None => Vec::new(),
    };
    let broken: Vec<Problem> = change.iter().filter_map(policy::problem).collect();
    let session = session.judging(change);
    let state = ends.head().map_or(State::History, |head| State::Commit(repo.clone(), head));
    let source = RangeSource::new(repo.clone(), ends.clone(), session.filter.clone());
    let source = if how.net { source.net() } else { source };
    let mut report = session.scan(&source, &state, command)?;
    report.problems.extend(broken);
    report.problems.sort();
    let refuses = how.refuse_policy_changes || session.config.ci.refuse_policy_changes.value;
    report.policy_refused = refuses && !report.policy_changes.is_empty();
    if !how.net {
        mark_gone(repo, ends, &session, &mut report)?;
    }
    Ok((session, report))
}

/// Marks the findings in files whose value no longer stands where the range ends.
fn mark_gone(repo: &Arc<Repo>, ends: Ends, session: &Session, report: &mut Report) -> Result<(), Error> {
    let in_files = |finding: &&mut Finding| finding.part == Part::File;
    let paths: BTreeSet<BlobPath> =
        report.findings.iter_mut().filter(in_files).filter_map(|finding| finding.repo_path.clone()).collect();
    if paths.is_empty() {
        return Ok(());
    }
    if let Some(standing) = session.fingerprints(&EndSource::new(repo.clone(), ends, paths))? {
        for finding in report.findings.iter_mut().filter(in_files) {
            finding.gone = !standing.contains(finding.identity.fingerprint());
        }
    }
    Ok(())
}

/// The variables of this process.
struct Environment;

impl Variables for Environment {
    fn get(&self, name: &str) -> Option<String> {
        std::env::var(name).ok().filter(|value| !value.is_empty())
    }

    fn event(&self, path: &str) -> Result<Vec<u8>, Error> {
        let mut bytes = Vec::new();
        let read =
            std::fs::File::open(path).and_then(|file| file.take(LARGEST_EVENT).read_to_end(&mut bytes));
        read.map(|_| bytes).map_err(|why| Error::Io {
            action: "read",
            path: visible::line(path).into_owned(),
            reason: why.to_string(),
        })
    }
}
