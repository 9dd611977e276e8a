//! `leaklint staged`: what is about to be committed.

use std::path::Path;
use std::sync::Arc;

use clap::Args;

use crate::config::Mode;
use crate::error::Error;
use crate::source::index::IndexSource;
use crate::source::repository::Repo;

use super::Exit;
use super::options::{OutputOptions, PolicyOptions};
use super::session::{Law, Session, State};

/// Arguments of `leaklint staged`.
#[derive(Args, Clone, Debug, Default)]
pub struct StagedArgs {
    #[command(flatten)]
    pub(crate) policy: PolicyOptions,
    #[command(flatten)]
    pub(crate) output: OutputOptions,
}

/// Scans the lines that the index adds to HEAD. Configuration and baseline come from the index too.
///
/// # Errors
/// When there is no repository, the configuration is wrong or the report cannot be written.
pub fn run(args: &StagedArgs) -> Result<Exit, Error> {
    index(&Arc::new(Repo::discover(Path::new("."))?), &args.policy, &args.output)
}

/// Scans the index of `repo`.
pub(crate) fn index(repo: &Arc<Repo>, policy: &PolicyOptions, output: &OutputOptions) -> Result<Exit, Error> {
    let session = Session::new(policy, output, &Law::Index(repo.clone()), Mode::Hook)?;
    let source = IndexSource::new(repo.clone(), session.filter.clone());
    session.run(&source, &State::Index(repo.clone()), "staged")
}
