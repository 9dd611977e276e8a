//! `leaklint diff`: what the commits of a range add.

use std::path::Path;
use std::sync::Arc;

use clap::Args;

use crate::config::Mode;
use crate::error::Error;
use crate::source::files::PathFilter;
use crate::source::range::{Range, RangeSource};
use crate::source::repository::Repo;

use super::Exit;
use super::options::{OutputOptions, PolicyOptions};
use super::session::{Law, Session, State};

/// Arguments of `leaklint diff`.
#[derive(Args, Clone, Debug, Default)]
pub struct DiffArgs {
    /// The range: BASE (up to HEAD), BASE..HEAD, or BASE...HEAD (from their merge base)
    #[arg(value_name = "BASE[..HEAD]")]
    pub range: String,
    #[command(flatten)]
    pub(crate) policy: PolicyOptions,
    #[command(flatten)]
    pub(crate) output: OutputOptions,
}

/// Scans the lines that any commit of the range adds, those that a later one removes too. Configuration and baseline
/// come from the base: a change does not write its own law.
///
/// # Errors
/// When there is no repository, a revision is missing, the configuration is wrong or the report cannot be written.
pub fn run(args: &DiffArgs) -> Result<Exit, Error> {
    let repo = Arc::new(Repo::discover(Path::new("."))?);
    range(&repo, &Range::parse(&args.range)?, &args.policy, &args.output)
}

/// Scans a range of `repo`.
pub(crate) fn range(
    repo: &Arc<Repo>,
    range: &Range,
    policy: &PolicyOptions,
    output: &OutputOptions,
) -> Result<Exit, Error> {
    let ends = RangeSource::new(repo.clone(), range, PathFilter::default())?;
    let law = ends.base().map_or(Law::Nowhere, |base| Law::Commit(repo.clone(), base));
    let session = Session::new(policy, output, &law, Mode::Ci)?;
    let source = RangeSource::new(repo.clone(), range, session.filter.clone())?;
    session.run(&source, &State::Commit(repo.clone(), source.head()), "diff")
}
