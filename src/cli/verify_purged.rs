//! `leaklint verify-purged`: the proof that nothing of a repository holds the values of a plan any more.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;

use crate::catalogue::Catalogue;
use crate::error::Error;
use crate::hunt::Needles;
use crate::hunt::hit::{Hit, Hunted};
use crate::hunt::plan::Directory;
use crate::hunt::tell::Teller;
use crate::report::output;
use crate::rule;
use crate::source::repository::Repo;

use super::Exit;
use super::hunt::{SearchOptions, exit};

/// Arguments of `leaklint verify-purged`.
#[derive(Args, Clone, Debug)]
pub struct VerifyPurgedArgs {
    /// The directory that `leaklint purge-plan --out` wrote
    #[arg(value_name = "PLAN")]
    plan: PathBuf,
    /// The repository to prove clean [default: the one that the plan was made for]
    #[arg(value_name = "REPO")]
    repo: Option<PathBuf>,
    /// Keep the plan's files after the proof, for further clones
    #[arg(long)]
    keep: bool,
    #[command(flatten)]
    search: SearchOptions,
}

/// Looks for the plan's values once more; deletes the plan's files with values when none is left.
///
/// # Errors
/// When there is no plan or no repository, or the files cannot be deleted.
pub fn run(args: &VerifyPurgedArgs) -> Result<Exit, Error> {
    let plan = Directory::open(&args.plan)?;
    let values = plan.values()?;
    let repo = Repo::at(&args.repo.clone().map_or_else(|| plan.repository(), Ok)?)?;
    let needles = Needles::new(&values)?;
    let mut hunted = args.search.run(&repo, &needles)?;
    let catalogue = Catalogue::new(rule::builtin().to_vec());
    let teller = Teller::new(&needles, &catalogue);
    let (stored, beside): (Vec<Hit>, Vec<Hit>) =
        std::mem::take(&mut hunted.hits).into_iter().partition(|hit| hit.part.is_stored());
    hunted.hits = stored;
    if !hunted.hits.is_empty() {
        output::write(teller.human(&hunted, values.len()).as_bytes(), None)?;
    }
    let mut told = teller.summary(&hunted, values.len());
    if !beside.is_empty() {
        _ = writeln!(
            told,
            "still in files of working trees, which are no part of the proof: {} places",
            beside.len()
        );
    }
    let exit = exit(&hunted);
    told.push_str(verdict(exit, &hunted));
    if exit == Exit::Clean && !args.keep {
        let deleted = plan.forget()?;
        _ = writeln!(told, "the plan's files with the values are deleted ({deleted})");
    }
    output::remark(&told);
    Ok(exit)
}

fn verdict(exit: Exit, hunted: &Hunted) -> &'static str {
    match exit {
        Exit::Clean if hunted.unread.is_empty() => {
            "purged: no object, message, ref or log holds any of the values\n"
        }
        Exit::Clean => "purged: nothing that can be looked into holds any of the values\n",
        Exit::Findings => "not purged: the values are still there\n",
        Exit::Incomplete => "not proven: something could not be read\n",
    }
}
