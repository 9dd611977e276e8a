//! `leaklint scan`.

use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::config::Mode;
use crate::error::Error;
use crate::source::Source;
use crate::source::files::{FilesOptions, FilesSource};
use crate::source::stdin::StdinSource;

use super::Exit;
use super::options::{OutputOptions, PolicyOptions};
use super::session::{Law, Session, State, root_of};

/// Arguments of `leaklint scan`.
#[derive(Args, Clone, Debug, Default)]
pub struct ScanArgs {
    /// Files and directories; `-` is standard input [default: .]
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Scan untracked files that .gitignore or .git/info/exclude name, too
    #[arg(long)]
    pub no_ignore: bool,
    /// With `-`: the path that standard input stands for
    #[arg(long, value_name = "NAME")]
    pub stdin_path: Option<String>,
    #[command(flatten)]
    pub(crate) policy: PolicyOptions,
    #[command(flatten)]
    pub(crate) output: OutputOptions,
}

/// Scans files or standard input.
///
/// # Errors
/// When a path is missing, the configuration is wrong or the report cannot be written.
pub fn run(args: &ScanArgs) -> Result<Exit, Error> {
    let session = Session::new(&args.policy, &args.output, &args.law(), Mode::Scan)?.scanning(args);
    // The program ends with it: taking rules and patterns apart would only take time.
    let session = ManuallyDrop::new(session);
    session.run(args.source(&session)?.as_ref(), &State::Directory(args.root()), "scan")
}

impl ScanArgs {
    /// Where configuration and baseline come from.
    pub(crate) fn law(&self) -> Law {
        Law::Below { root: self.root(), target: self.target() }
    }

    /// The directory that holds all that is scanned: the configuration nearest to it counts.
    fn target(&self) -> PathBuf {
        let paths: Vec<PathBuf> = self
            .paths
            .iter()
            .filter(|path| path.as_os_str() != "-")
            .filter_map(|path| directory(path))
            .collect();
        let all_in = |ancestor: &&Path| paths.iter().all(|path| path.starts_with(ancestor));
        let common = paths.first().and_then(|first| first.ancestors().find(all_in));
        common.unwrap_or(Path::new(".")).to_owned()
    }

    /// The directory whose configuration and baseline hold.
    pub(crate) fn root(&self) -> PathBuf {
        match self.paths.first() {
            Some(path) if path.as_os_str() != "-" => root_of(path),
            _ => root_of(Path::new(".")),
        }
    }

    /// What is scanned.
    pub(crate) fn source(&self, session: &Session) -> Result<Box<dyn Source>, Error> {
        let stdin = self.paths.iter().any(|path| path.as_os_str() == "-");
        if stdin && self.paths.len() > 1 {
            return Err(usage("standard input cannot be scanned together with paths", "give `-` alone"));
        }
        if self.stdin_path.is_some() && !stdin {
            return Err(usage(
                "--stdin-path needs `-` as the path",
                "leaklint scan - --stdin-path NAME < FILE",
            ));
        }
        if stdin {
            return Ok(Box::new(StdinSource::new(self.stdin_path.clone())));
        }
        let roots = if self.paths.is_empty() { vec![PathBuf::from(".")] } else { self.paths.clone() };
        let options = FilesOptions { roots, no_ignore: self.no_ignore, filter: session.filter.clone() };
        Ok(Box::new(FilesSource::new(options)))
    }
}

/// The directory that a path is or lies in, without links.
fn directory(path: &Path) -> Option<PathBuf> {
    let path = path.canonicalize().ok()?;
    if path.is_dir() { Some(path) } else { path.parent().map(Path::to_owned) }
}

fn usage(message: &str, help: &str) -> Error {
    Error::Usage { message: message.to_owned(), help: Some(help.to_owned()) }
}
