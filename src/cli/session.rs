//! What a scanning command sets up before it scans and does after it: rules, configuration, baseline; report, exit.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use crate::allow::Honoured;
use crate::baseline::{Baseline, Late, bytes_of};
use crate::cache::{Cache, Memory};
use crate::catalogue::Catalogue;
use crate::config::{Config, Mode, Policy};
use crate::error::Error;
use crate::report::policy::PolicyChange;
use crate::report::{Report, human, json, jsonl, output, redact, sarif, summary, timings};
use crate::scan;
use crate::source::Source;
use crate::source::files::PathFilter;
use crate::source::repository::Repo;
use crate::timing;
use crate::verdict::learned::Model;
use crate::visible;

mod marks;
mod seen;
mod state;

pub use state::State;

use super::Exit;
use super::accept::Accept;
use super::law;
use super::options::{Format, OutputOptions, PolicyOptions};
use super::scan::ScanArgs;

/// Default name of the configuration.
pub const CONFIG: &str = ".leaklint.yaml";
/// Default name of the baseline.
pub const BASELINE: &str = ".leaklint-baseline.jsonl";

/// A program above this size (bytes) is told by its place and time: only builds for debugging are that large.
const LARGEST_PROGRAM: u64 = 64 << 20;

/// Where configuration and baseline come from when no option names them: the judged change does not write its own law.
#[derive(Clone)]
pub enum Law {
    /// The directory at the root of what is scanned.
    Directory(PathBuf),
    /// The same, for what lies at or below a target in it: a configuration that is nearer to it counts.
    Below {
        /// The directory.
        root: PathBuf,
        /// The target.
        target: PathBuf,
    },
    /// The index.
    Index(Arc<Repo>),
    /// A commit: the base of a range.
    Commit(Arc<Repo>, String),
    /// Nowhere: there are defaults only.
    Nowhere,
}

impl Law {
    /// The file `name` there, if it is there, and what to call it.
    pub(super) fn read(&self, name: &str) -> Result<Option<(Vec<u8>, String)>, Error> {
        let found = match self {
            Self::Directory(root) | Self::Below { root, .. } => return read_if_there(&root.join(name)),
            Self::Index(repo) => repo.read_index_file(name)?,
            Self::Commit(repo, rev) => repo.read_commit_file(rev, name)?,
            Self::Nowhere => None,
        };
        Ok(found.map(|bytes| (bytes, name.to_owned())))
    }

    /// The directory in which a baseline would be committed.
    fn root(&self) -> Option<&Path> {
        match self {
            Self::Directory(root) | Self::Below { root, .. } => Some(root),
            Self::Index(repo) | Self::Commit(repo, _) => repo.workdir(),
            Self::Nowhere => None,
        }
    }
}

/// Everything that stands before a scan begins.
pub struct Session {
    /// The rules.
    pub catalogue: Catalogue,
    /// What to leave out.
    pub filter: PathFilter,
    /// The configuration in force.
    pub config: Config,
    /// What it says of single findings.
    pub(super) policy: Policy,
    baseline: Late,
    allow: Option<Honoured>,
    unused_marks: bool,
    change: Option<Vec<PolicyChange>>,
    /// Of all rules, those that do not run too.
    rule_ids: Vec<String>,
    accept: Accept,
    memory: Option<Cache>,
    output: OutputOptions,
    format: Format,
    now: jiff::Timestamp,
    started: Instant,
}

impl Session {
    /// Reads rules, configuration and baseline.
    ///
    /// # Errors
    /// When one of them cannot be read or is wrong.
    pub fn new(policy: &PolicyOptions, output: &OutputOptions, law: &Law, mode: Mode) -> Result<Self, Error> {
        Self::under(policy, output, law, &[law], mode)
    }

    /// The same with configurations from other places than the baseline; several are for an administrator's alone.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub(super) fn under(
        policy: &PolicyOptions,
        output: &OutputOptions,
        law: &Law,
        configs: &[&Law],
        mode: Mode,
    ) -> Result<Self, Error> {
        let started = Instant::now();
        policy.model.as_deref().map_or(Ok(()), model)?;
        let rules = law::known(policy)?;
        let config = law::config(policy, configs, &rules)?;
        let own = config.rules.iter().map(|rule| &rule.value);
        let rule_ids = rules.iter().chain(own).map(|rule| rule.id.clone().into_owned()).collect();
        let rules = config.applied_to(rules);
        let exclude: Vec<String> = config.excluded().into_iter().chain(policy.exclude.clone()).collect();
        let now = output.now.unwrap_or_else(jiff::Timestamp::now);
        if output.timings {
            timing::start(rules.len());
        }
        Ok(Self {
            catalogue: Catalogue::new(rules),
            filter: PathFilter::new(&exclude, &policy.include)?,
            baseline: baseline(policy, law, &config)?,
            policy: law::policy(&config, policy, law, mode, now),
            allow: marks::honoured(policy, &config),
            unused_marks: policy.report_unused_marks || config.allow_marks.report_unused.value,
            change: None,
            rule_ids,
            accept: Accept::new(law.root(), policy),
            memory: None,
            format: output.format.or(config.format.of(mode)).unwrap_or_default(),
            output: output.clone(),
            config,
            now,
            started,
        })
    }

    /// Thresholds and allow entries.
    pub const fn policy(&self) -> &Policy {
        &self.policy
    }

    /// The day of the run, in UTC.
    pub fn today(&self) -> jiff::civil::Date {
        self.now.to_zoned(jiff::tz::TimeZone::UTC).date()
    }

    /// The same with another baseline than the one that options and law give.
    #[must_use]
    pub fn with_baseline(mut self, baseline: Baseline) -> Self {
        self.baseline = Some(baseline).into();
        self
    }

    /// The same for a change that adds this to configuration and baseline, listing its allow marks too.
    #[must_use]
    pub fn judging(self, change: Vec<PolicyChange>) -> Self {
        Self { change: Some(change), ..self }
    }

    /// The same for the paths and options of `leaklint scan`.
    #[must_use]
    pub fn scanning(self, args: &ScanArgs) -> Self {
        Self { accept: self.accept.scanning(args), ..self }
    }

    /// The same with what earlier runs learned.
    #[must_use]
    pub fn remembering(self, memory: Option<Cache>) -> Self {
        Self { memory, ..self }
    }

    /// What earlier runs learned.
    pub(super) const fn memory(&self) -> Option<&Cache> {
        self.memory.as_ref()
    }

    /// Writes down what this run learned, and says what the user should know of it.
    pub fn close_memory(&self) {
        let notes = self.memory.iter().flat_map(Cache::close);
        notes.filter(|_| !self.output.quiet).for_each(|note| output::remark(&format!("note: {note}\n")));
    }

    /// A hash of all that decides what becomes of a text: the rules, the configuration, the program itself.
    ///
    /// # Errors
    /// When the program's own file cannot be read.
    pub fn settings(&self) -> io::Result<[u8; 32]> {
        let mut hasher = blake3::Hasher::new();
        let program = std::env::current_exe()?;
        let about = program.metadata()?;
        match about.len() > LARGEST_PROGRAM {
            true => hasher.update(format!("{program:?} {} {:?}", about.len(), about.modified()?).as_bytes()),
            false => hasher.update(&std::fs::read(program)?),
        };
        hasher.update(format!("{:?}\n", self.policy).as_bytes());
        for rule in self.catalogue.rules() {
            hasher.update(format!("{rule:?}\n").as_bytes());
        }
        Ok(*hasher.finalize().as_bytes())
    }

    /// The fingerprints of whatever stands in `source`, accepted and allowed findings too; `None` when not all of it
    /// could be read.
    ///
    /// # Errors
    /// When the source cannot be listed.
    pub fn fingerprints(&self, source: &dyn Source) -> Result<Option<BTreeSet<String>>, Error> {
        let emptied = Late::from(self.baseline.get().map(Baseline::emptied));
        self.baseline.check()?;
        let options = scan::Options {
            stands: None,
            survey: None,
            policy: &Policy::everything(),
            allow: None,
            unused_marks: false,
            show_dropped: false,
            change: None,
            baseline: &emptied,
            memory: None,
            command: "",
            now: self.now,
        };
        let report = self.pooled(|| scan::run(source, &self.catalogue, &options))??;
        let found = report.findings.iter().map(|finding| finding.identity.fingerprint().to_owned());
        Ok(report.problems.is_empty().then(|| found.collect()))
    }

    /// Scans `source`.
    ///
    /// # Errors
    /// When the source cannot be listed.
    pub fn scan(&self, source: &dyn Source, state: &State, command: &'static str) -> Result<Report, Error> {
        let stands = |path: &str| state.stands(path);
        let options = scan::Options {
            stands: (!matches!(state, State::History)).then_some(&stands),
            survey: None,
            policy: &self.policy,
            allow: self.allow,
            unused_marks: self.unused_marks,
            show_dropped: self.output.show_dropped,
            change: self.change.as_deref(),
            baseline: &self.baseline,
            memory: self.memory.as_ref().map(|memory| memory as &dyn Memory),
            command,
            now: self.now,
        };
        let mut report = self.pooled(|| scan::run(source, &self.catalogue, &options))??;
        if self.format == Format::Human && !report.findings.is_empty() {
            report.accept = self.masked(&self.accept.command(self.baseline_name()));
        }
        Ok(report)
    }

    /// Scans `source` for whatever may be a value of the baseline's entries, allowed and doubtful ones too, and tells
    /// what became of each entry.
    ///
    /// # Errors
    /// When the source cannot be listed or the baseline cannot be read.
    pub fn survey(&self, source: &dyn Source, state: &State) -> Result<Report, Error> {
        let stands = |path: &str| state.stands(path);
        let running: BTreeSet<&str> = self.catalogue.rules().iter().map(|rule| rule.id.as_ref()).collect();
        let off = self.rule_ids.iter().filter(|id| !running.contains(id.as_str())).cloned().collect();
        let options = scan::Options {
            stands: (!matches!(state, State::History)).then_some(&stands),
            survey: Some(&off),
            policy: &Policy::everything(),
            allow: None,
            unused_marks: false,
            show_dropped: false,
            change: None,
            baseline: &self.baseline,
            memory: None,
            command: "survey",
            now: self.now,
        };
        self.pooled(|| scan::run(source, &self.catalogue, &options))?
    }

    /// The clock, as read once.
    pub const fn now(&self) -> jiff::Timestamp {
        self.now
    }

    /// The accepted findings, read by now.
    pub fn baseline(&self) -> Option<&Baseline> {
        self.baseline.get()
    }

    /// The name of the baseline inside the repository, `/`-separated.
    pub fn baseline_name(&self) -> &str {
        baseline_name(&self.config)
    }

    /// Writes the report and the summary and says what the run comes to.
    ///
    /// # Errors
    /// When the report cannot be written.
    pub fn finish(&self, report: &Report) -> Result<Exit, Error> {
        let bytes = match self.format {
            Format::Human => {
                human::render(report, &human::HumanOptions { explain: self.output.explain, ..self.screen() })
            }
            Format::Json => json::render(report),
            Format::Jsonl => jsonl::render(report),
            Format::Sarif => sarif::render(report),
        };
        output::write(&bytes, self.output.output.as_deref())?;
        if matches!(self.format, Format::Jsonl | Format::Sarif) && !report.dropped.is_empty() {
            // These formats have no place for them.
            output::remark(&human::dropped(report, &output::screen(self.output.color, &io::stderr())));
        }
        if !self.output.quiet {
            self.remark(report);
        }
        if self.output.timings {
            output::remark(&timings::render(report, self.started.elapsed()));
        }
        Ok(Exit::of(report, self.output.require_complete))
    }

    /// Writes the summary to standard error.
    pub fn remark(&self, report: &Report) {
        let color = output::screen(self.output.color, &io::stderr()).color;
        output::remark(&summary::render(report, Some(self.started.elapsed()), color));
    }

    /// Scans and finishes.
    ///
    /// # Errors
    /// Those of [`Self::scan`] and [`Self::finish`].
    pub fn run(&self, source: &dyn Source, state: &State, command: &'static str) -> Result<Exit, Error> {
        self.finish(&self.scan(source, state, command)?)
    }

    /// `text` with every token in it masked.
    pub fn masked(&self, text: &str) -> String {
        String::from_utf8_lossy(&redact::tokens(text.as_bytes(), &self.catalogue)).into_owned()
    }

    /// What `job` gives on as many threads as were asked for.
    fn pooled<T: Send>(&self, job: impl FnOnce() -> T + Send) -> Result<T, Error> {
        let threads = usize::from(self.output.threads.unwrap_or(0));
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        let pool =
            pool.map_err(|why| Error::Usage { message: format!("cannot start threads: {why}"), help: None })?;
        Ok(pool.install(job))
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

/// The name of the baseline inside the repository, `/`-separated.
pub(super) fn baseline_name(config: &Config) -> &str {
    config.baseline.path.value.as_deref().unwrap_or(BASELINE)
}

/// The accepted findings: at once, or in a hook over the index when something is found.
fn baseline(policy: &PolicyOptions, law: &Law, config: &Config) -> Result<Late, Error> {
    if policy.no_baseline {
        return Ok(Late::from(None));
    }
    let (named, from) = (policy.baseline.clone(), law.clone());
    let name = baseline_name(config).to_owned();
    let read = move || match &named {
        Some(path) => bytes_of(path).map(Some),
        None => from.read(&name),
    };
    if matches!(law, Law::Index(_)) {
        return Ok(Late::new(read));
    }
    let found = read()?.map(|(bytes, name)| Baseline::read(&bytes, &name)).transpose()?;
    Ok(Late::from(found))
}

fn read(path: &Path) -> Result<(Vec<u8>, String), Error> {
    let name = visible::path(path);
    match std::fs::read(path) {
        Ok(bytes) => Ok((bytes, name)),
        Err(why) => Err(Error::Io { action: "read", path: name, reason: why.to_string() }),
    }
}

fn read_if_there(path: &Path) -> Result<Option<(Vec<u8>, String)>, Error> {
    match path.try_exists() {
        Ok(false) => Ok(None),
        _ => read(path).map(Some),
    }
}

/// Judges by the weights in `file` from now on.
fn model(file: &Path) -> Result<(), Error> {
    let (bytes, name) = read(file)?;
    Model::give(&bytes).map_err(|_| Error::Usage {
        message: format!("{name} holds no weights for this version"),
        help: Some("make them with tools/train/train.py of this version".to_owned()),
    })
}
