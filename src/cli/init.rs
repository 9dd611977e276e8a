//! `leaklint init`: what a repository needs to be scanned from now on: configuration, baseline, hooks, a step in CI.
//!
//! It looks, shows what it would do, and does it after consent. What is there is never changed but for one line at the end of
//! `.gitattributes`.

mod plan;

use std::io::{self, BufRead as _, IsTerminal as _};
use std::path::Path;

use clap::Args;

use crate::baseline::{Draft, Facts};
use crate::config::Mode;
use crate::error::Error;
use crate::report::{Report, output};
use crate::source::files::{FilesOptions, FilesSource};
use crate::source::repository::Repo;
use crate::visible;

use super::options::{OutputOptions, PolicyOptions};
use super::session::{BASELINE, Law, Session, State};
use super::{Exit, hook};
use plan::{Look, Step};

pub(super) const EXIT_CODES: &str = "\
Exit codes:
  0  done, or nothing to do, or not wanted
  2  there is nobody to ask and no --yes, or it could not be done";

/// Arguments of `leaklint init`.
#[derive(Args, Clone, Debug)]
pub struct InitArgs {
    /// Do it without asking
    #[arg(long)]
    yes: bool,
    /// Number of threads [default: one per core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=512))]
    threads: Option<u16>,
}

/// Looks, shows and does.
///
/// # Errors
/// When there is no repository with a working tree, it cannot be scanned, nobody can be asked, or a file cannot be written.
pub fn run(args: &InitArgs) -> Result<Exit, Error> {
    let repo = Repo::discover(Path::new("."))?;
    let Some(root) = repo.workdir().map(Path::to_owned) else {
        return Err(Error::Usage {
            message: "this repository has no working tree".to_owned(),
            help: Some("for a server: `leaklint hook install` puts pre-receive into it".to_owned()),
        });
    };
    let look = Look::at(&root);
    let scanned = if look.has_baseline() { None } else { Some(Scanned::of(&root, args.threads)?) };
    let findings = scanned.as_ref().map_or(0, |scanned| scanned.report.findings.len());
    let steps = look.plan(findings);
    let shown: String = steps.iter().map(|step| format!("- {}", step.shown())).collect();
    output::write(format!("leaklint init, in {}\n{shown}", visible::path(&root)).as_bytes(), None)?;
    if !steps.iter().any(Step::writes) {
        output::remark("there is nothing to write\n");
        return Ok(Exit::Clean);
    }
    if !consent(args.yes)? {
        output::remark("nothing is written\n");
        return Ok(Exit::Clean);
    }
    for step in &steps {
        match step {
            Step::Accept { .. } => {
                if let Some(scanned) = &scanned {
                    scanned.accept()?;
                }
            }
            Step::Hooks => {
                hook::install_default()?;
            }
            step => look.write(step)?,
        }
    }
    output::remark("done; look at what is new and commit it: git status\n");
    Ok(Exit::Clean)
}

/// Whether to go on.
fn consent(yes: bool) -> Result<bool, Error> {
    if yes {
        return Ok(true);
    }
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        return Err(Error::Usage {
            message: "nothing is written: there is nobody to ask".to_owned(),
            help: Some("`leaklint init --yes` does what is shown without asking".to_owned()),
        });
    }
    output::remark("do this? [y/N] ");
    let mut answer = String::new();
    let read = io::stdin().lock().read_line(&mut answer);
    read.map_err(|why| Error::Io { action: "read", path: "the answer".to_owned(), reason: why.to_string() })?;
    Ok(matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes"))
}

/// What is found today, ready to be accepted.
struct Scanned {
    draft: Draft,
    report: Report,
}

impl Scanned {
    fn of(root: &Path, threads: Option<u16>) -> Result<Self, Error> {
        let draft = Draft::create(&root.join(BASELINE), false)?;
        let policy = PolicyOptions { no_baseline: true, ..PolicyOptions::default() };
        let output = OutputOptions { threads, quiet: true, ..OutputOptions::default() };
        let law = Law::Directory(root.to_owned());
        let session = Session::new(&policy, &output, &law, Mode::Scan)?.with_baseline(draft.blank());
        let roots = vec![root.to_owned()];
        let options = FilesOptions { roots, no_ignore: false, filter: session.filter.clone() };
        let state = State::Directory(root.to_owned());
        let report = session.scan(&FilesSource::new(options), &state, "scan")?;
        Ok(Self { draft, report })
    }

    fn accept(&self) -> Result<(), Error> {
        let facts = Facts { reason: Some("found when leaklint was set up".to_owned()), ..Facts::default() };
        self.draft.replace(&self.report.findings, &facts).map(|_| ())
    }
}
