//! What a scanning command sets up before it scans and does after it: rules, configuration, baseline; report, exit.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::catalogue::Catalogue;
use crate::error::Error;
use crate::report::{Report, human, json, jsonl, output, sarif, summary};
use crate::rule::{self, Confidence};
use crate::scan;
use crate::source::Source;
use crate::source::files::PathFilter;

use super::Exit;
use super::options::{Format, OutputOptions, PolicyOptions};

/// Where configuration and baseline come from.
pub enum Law {
    /// The directory at the root of what is scanned.
    Directory(PathBuf),
}

/// Everything that stands before a scan begins.
pub struct Session {
    /// The rules.
    pub catalogue: Catalogue,
    /// What to leave out.
    pub filter: PathFilter,
    min_confidence: Confidence,
    allow: bool,
    output: OutputOptions,
    now: jiff::Timestamp,
    started: Instant,
}

impl Session {
    /// Reads rules, configuration and baseline.
    ///
    /// # Errors
    /// When one of them cannot be read or is wrong.
    pub fn new(policy: &PolicyOptions, output: &OutputOptions, _law: &Law) -> Result<Self, Error> {
        let started = Instant::now();
        let mut rules = rule::builtin().to_vec();
        rules.extend(rule::load(&policy.rules)?);
        let threshold = policy.min_confidence.map(Confidence::from);
        Ok(Self {
            catalogue: Catalogue::new(rules),
            filter: PathFilter::new(&policy.exclude, &policy.include)?,
            min_confidence: threshold.unwrap_or(Confidence::Medium),
            allow: !policy.no_allow,
            output: output.clone(),
            now: output.now.unwrap_or_else(jiff::Timestamp::now),
            started,
        })
    }

    /// Scans `source`.
    ///
    /// # Errors
    /// When the source cannot be listed.
    pub fn scan(&self, source: &dyn Source, command: &'static str) -> Result<Report, Error> {
        let options = scan::Options {
            min_confidence: self.min_confidence,
            allow: self.allow,
            show_dropped: self.output.show_dropped,
            command,
            now: self.now.to_string(),
        };
        let threads = usize::from(self.output.threads.unwrap_or(0));
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        let pool =
            pool.map_err(|why| Error::Usage { message: format!("cannot start threads: {why}"), help: None })?;
        pool.install(|| scan::run(source, &self.catalogue, &options))
    }

    /// Writes the report and the summary and says what the run comes to.
    ///
    /// # Errors
    /// When the report cannot be written.
    pub fn finish(&self, report: &Report) -> Result<Exit, Error> {
        let bytes = match self.output.format {
            Format::Human => human::render(report, &self.screen()),
            Format::Json => json::render(report),
            Format::Jsonl => jsonl::render(report),
            Format::Sarif => sarif::render(report),
        };
        output::write(&bytes, self.output.output.as_deref())?;
        if !self.output.quiet {
            let color = output::screen(self.output.color, &io::stderr()).color;
            output::remark(&summary::render(report, Some(self.started.elapsed()), color));
        }
        Ok(Exit::of(report, self.output.require_complete))
    }

    /// Scans and finishes.
    ///
    /// # Errors
    /// Those of [`Self::scan`] and [`Self::finish`].
    pub fn run(&self, source: &dyn Source, command: &'static str) -> Result<Exit, Error> {
        self.finish(&self.scan(source, command)?)
    }

    fn screen(&self) -> human::HumanOptions {
        match self.output.output {
            Some(_) => {
                human::HumanOptions { color: false, ..output::screen(self.output.color, &io::stdout()) }
            }
            None => output::screen(self.output.color, &io::stdout()),
        }
    }
}

/// The directory whose configuration and baseline hold for `path`: the root of its repository, or the directory itself.
pub fn root_of(path: &Path) -> PathBuf {
    let directory = if path.is_dir() {
        path
    } else {
        path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."))
    };
    let repository = git2::Repository::discover(directory).ok();
    repository
        .and_then(|repository| repository.workdir().map(Path::to_owned))
        .unwrap_or_else(|| directory.to_owned())
}
