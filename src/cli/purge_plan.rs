//! `leaklint purge-plan`: what a rewrite needs to be rid of known values, in files for their owner alone.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;

use crate::catalogue::Catalogue;
use crate::error::Error;
use crate::hunt::Needles;
use crate::hunt::plan::{self, Basis};
use crate::hunt::tell::Teller;
use crate::report::output;
use crate::rule;

use super::Exit;
use super::hunt::{GivenOptions, open};

/// Arguments of `leaklint purge-plan`.
#[derive(Args, Clone, Debug)]
pub struct PurgePlanArgs {
    /// The repository, or a directory in it; bare ones too [default: the one git would use here]
    #[arg(value_name = "REPO")]
    pub repo: Option<PathBuf>,
    /// The directory to write the plan into: new or empty, outside the repository
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    #[command(flatten)]
    given: GivenOptions,
}

/// Looks for the values that standard input gives and writes the plan that gets rid of them.
///
/// # Errors
/// When there is no value or no repository, the directory lies inside it, or the plan cannot be written.
pub fn run(args: &PurgePlanArgs) -> Result<Exit, Error> {
    let values = args.given.values()?;
    let repo = open(args.repo.as_deref())?;
    let needles = Needles::new(&values)?;
    let hunted = args.given.search.run(&repo, &needles)?;
    let catalogue = Catalogue::new(rule::builtin().to_vec());
    let teller = Teller::new(&needles, &catalogue);
    let exit = if hunted.problems.is_empty() { Exit::Clean } else { Exit::Incomplete };
    let mut told = teller.summary(&hunted, values.len());
    if hunted.hits.is_empty() {
        told.push_str("no plan was written: there is nothing to purge\n");
        output::remark(&told);
        return Ok(exit);
    }
    let basis =
        Basis { repo: &repo, values: &values, needles: &needles, hunted: &hunted, catalogue: &catalogue };
    let written = plan::write(&basis, &args.out)?;
    let shown = |path: &std::path::Path| teller.shown(path.to_string_lossy().as_bytes());
    _ = writeln!(told, "the plan is in {}; begin with {}", shown(&written.directory), shown(&written.guide));
    _ = writeln!(
        told,
        "these files in it hold the values, for you alone to read: {}\nrotate the values first; `leaklint verify-purged` deletes these files \
         when the values are gone",
        written.secret.join(", ")
    );
    output::remark(&told);
    Ok(exit)
}
