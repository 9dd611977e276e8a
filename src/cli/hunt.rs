//! `leaklint hunt`: where known values stand, in any form, in all of a repository and beside it.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use crate::catalogue::Catalogue;
use crate::error::Error;
use crate::hunt::hit::Hunted;
use crate::hunt::tell::Teller;
use crate::hunt::values::{self, End};
use crate::hunt::{self, Needles};
use crate::report::output;
use crate::rule;
use crate::secret::Secret;
use crate::source::repository::Repo;

use super::Exit;

/// Arguments of `leaklint hunt`.
#[derive(Args, Clone, Debug, Default)]
pub struct HuntArgs {
    /// The repository, or a directory in it; bare ones too [default: the one git would use here]
    #[arg(value_name = "REPO")]
    pub repo: Option<PathBuf>,
    #[command(flatten)]
    given: GivenOptions,
    /// Form of the list
    #[arg(long, value_enum, default_value_t)]
    format: HuntFormat,
    /// Write the list to a file, in one step or not at all
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Write no summary to standard error
    #[arg(long, short)]
    quiet: bool,
}

/// How values are given and how they are looked for.
#[derive(Args, Clone, Debug, Default)]
pub(super) struct GivenOptions {
    /// Values on standard input end with a zero byte, not with their line
    #[arg(long, short = '0')]
    null: bool,
    #[command(flatten)]
    pub(super) search: SearchOptions,
}

/// How far the search goes.
#[derive(Args, Clone, Copy, Debug, Default)]
pub(super) struct SearchOptions {
    /// Leave out working trees: search only what git stores
    #[arg(long)]
    no_working_tree: bool,
    /// Number of threads [default: one per core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=512))]
    threads: Option<u16>,
}

/// `--format`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum HuntFormat {
    /// For people
    #[default]
    Human,
    /// One object with everything
    Json,
    /// One place a line and nothing else
    Jsonl,
}

/// Looks for the values that standard input gives.
///
/// # Errors
/// When there is no value or no repository, or the list cannot be written.
pub fn run(args: &HuntArgs) -> Result<Exit, Error> {
    let values = args.given.values()?;
    let repo = open(args.repo.as_deref())?;
    let needles = Needles::new(&values)?;
    let hunted = args.given.search.run(&repo, &needles)?;
    let catalogue = Catalogue::new(rule::builtin().to_vec());
    let teller = Teller::new(&needles, &catalogue);
    let bytes = match args.format {
        HuntFormat::Human => teller.human(&hunted, values.len()).into_bytes(),
        HuntFormat::Json => teller.json(&hunted, "hunt", values.len()),
        HuntFormat::Jsonl => teller.jsonl(&hunted),
    };
    output::write(&bytes, args.output.as_deref())?;
    if !args.quiet {
        output::remark(&teller.summary(&hunted, values.len()));
    }
    Ok(exit(&hunted))
}

/// What a hunt comes to.
pub(super) fn exit(hunted: &Hunted) -> Exit {
    match (hunted.hits.is_empty(), hunted.problems.is_empty()) {
        (false, _) => Exit::Findings,
        (true, false) => Exit::Incomplete,
        (true, true) => Exit::Clean,
    }
}

/// The repository that is named, whatever the environment says, or the one git would use here.
///
/// # Errors
/// When there is none.
pub(super) fn open(named: Option<&Path>) -> Result<Repo, Error> {
    named.map_or_else(|| Repo::discover(Path::new(".")), Repo::at)
}

impl GivenOptions {
    /// The values on standard input, or asked for on a terminal.
    pub(super) fn values(&self) -> Result<Vec<Secret>, Error> {
        values::ask(if self.null { End::Nul } else { End::Line })
    }
}

impl SearchOptions {
    /// As [`hunt::hunt`], on as many threads as asked for.
    pub(super) fn run(&self, repo: &Repo, needles: &Needles) -> Result<Hunted, Error> {
        let threads = usize::from(self.threads.unwrap_or(0));
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        let failed = |why| Error::Usage { message: format!("cannot start threads: {why}"), help: None };
        pool.map_err(failed)?.install(|| hunt::hunt(repo, needles, !self.no_working_tree))
    }
}
