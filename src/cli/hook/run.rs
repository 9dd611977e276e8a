//! `leaklint hook run`: what each hook scans, and what it tells whoever is stopped by it.

use std::io::Read;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use crate::cli::diff::{self, LawOptions, RangeOptions};
use crate::cli::session::{Law, Session, State};
use crate::cli::{Exit, staged};
use crate::config::Mode;
use crate::error::Error;
use crate::report::{Report, output};
use crate::source::draft::{Cleanup, DraftSource};
use crate::source::ends::Ends;
use crate::source::files::PathFilter;
use crate::source::hook::{HookEnv, HookMode, choose};
use crate::source::index::IndexSource;
use crate::source::push::Update;
use crate::source::repository::Repo;
use crate::source::settings::Settings;
use crate::source::tracked::TrackedSource;

use super::{Hook, HookOptions, Limit, OnTimeout};

/// Most bytes of ref lines that are read: a million refs.
const LARGEST_INPUT: u64 = 256 << 20;

/// What to do when a push is stopped on the side of whoever pushes.
const NOT_PUSHED: &str = "\
leaklint stopped this push. Nothing has left this machine yet: take the value out of the commits that hold it
(git rebase -i, or git commit --amend for the last one) and push again. A later commit that deletes it is not enough.
";

/// What to do when a push is refused on the other side.
const REFUSED: &str = "\
leaklint on the server refused this push: the commits named above hold secrets.
 1. Take each value out of the commit that holds it (git rebase -i, or git commit --amend for the last one); a later
    commit that deletes it is not enough.
 2. Push again. Nothing was stored, but the value has travelled: revoke it if it was ever valid.
If it is no secret, accept it as described above and push again.
";

/// What a push is told that could not be judged to its end.
const UNJUDGED: &str = "\
leaklint stopped this push, because not all of it could be judged: see above.
";

/// Runs `hook`.
pub(super) fn run(hook: &Hook) -> Result<Exit, Error> {
    let repo = Arc::new(Repo::discover(Path::new("."))?);
    match hook {
        Hook::PreCommit { options } => pre_commit(&repo, options),
        Hook::PreMergeCommit { options } => staged::index(&repo, &options.policy, &options.output),
        Hook::CommitMsg { file, options } => commit_msg(&repo, file, options),
        Hook::PrePush { remote, url, law, options } => {
            pre_push(&repo, (remote.as_deref(), url.as_deref()), law, options)
        }
        Hook::PreReceive { limit, law, pushed_config, options } => {
            let law = LawOptions { pushed_config: *pushed_config, ..law.clone() };
            pre_receive(&repo, limit, law, options)
        }
    }
}

fn pre_commit(repo: &Arc<Repo>, options: &HookOptions) -> Result<Exit, Error> {
    let HookOptions { policy, output } = options;
    let differs = || IndexSource::new(repo.clone(), PathFilter::default()).differs();
    match choose(&HookEnv::inherited(), differs)? {
        HookMode::Range(range) => {
            let ends = Ends::written(repo, &range)?;
            diff::scan(repo, ends, &RangeOptions::default(), policy, output)
        }
        HookMode::Index => staged::index(repo, policy, output),
        HookMode::Tracked => {
            let session = Session::new(policy, output, &Law::Index(repo.clone()), Mode::Hook)?;
            let source = TrackedSource::new(repo.clone(), session.filter.clone());
            session.run(&source, &State::Directory(repo.root().to_owned()), "scan")
        }
    }
}

fn commit_msg(repo: &Arc<Repo>, file: &Path, options: &HookOptions) -> Result<Exit, Error> {
    // git says so where it opens no editor: `run_commit_hook` in its commit.c.
    let edited = std::env::var_os("GIT_EDITOR").is_none_or(|editor| editor != ":");
    let cleanup = Cleanup::of(&Settings::of(repo)?, edited);
    let source = DraftSource::read(file, &cleanup)?;
    let law = Law::Index(repo.clone());
    let law = if repo.workdir().is_some() { law } else { Law::Nowhere };
    let session = Session::new(&options.policy, &options.output, &law, Mode::Hook)?;
    session.run(&source, &State::History, "staged")
}

fn pre_push(
    repo: &Arc<Repo>,
    (remote, url): (Option<&str>, Option<&str>),
    law: &LawOptions,
    options: &HookOptions,
) -> Result<Exit, Error> {
    let env = HookEnv::inherited();
    // The framework has read standard input and says in variables what stood there.
    let updates = match env.framework {
        true => Update::told(repo, &env)?.into_iter().collect(),
        false => Update::sent(&lines()?)?,
    };
    let remote = remote.or(env.remote_name.as_deref()).unwrap_or_default();
    let url = url.or(env.remote_url.as_deref()).unwrap_or_default();
    let ends = Ends::sent(repo, &updates, remote, url)?;
    let HookOptions { policy, output } = options;
    let how = RangeOptions { law: law.clone(), ..RangeOptions::default() };
    let (session, report) = diff::judge(repo, ends, &how, (policy, output), (Mode::Hook, "diff"))?;
    finish(&session, &report, NOT_PUSHED)
}

fn pre_receive(
    repo: &Arc<Repo>,
    limit: &Limit,
    law: LawOptions,
    options: &HookOptions,
) -> Result<Exit, Error> {
    let updates = Update::received(&lines()?)?;
    let (repo, options) = (repo.clone(), options.clone());
    let job = move || {
        let ends = Ends::received(&repo, &updates)?;
        let how = RangeOptions { law, ..RangeOptions::default() };
        diff::judge(&repo, ends, &how, (&options.policy, &options.output), (Mode::Ci, "diff"))
    };
    match within(limit.budget, job)? {
        Some((session, report)) => finish(&session, &report, REFUSED),
        None => Ok(timed_out(limit)),
    }
}

/// Writes the report, and the advice where it stops a push.
fn finish(session: &Session, report: &Report, advice: &str) -> Result<Exit, Error> {
    let exit = session.finish(report)?;
    match exit {
        Exit::Clean => {}
        _ if !report.findings.is_empty() => output::remark(advice),
        _ => output::remark(UNJUDGED),
    }
    Ok(exit)
}

/// What `job` gives; `None` when it takes longer than `budget`. It is then left running, for as long as the process
/// lives: that it cannot be stopped in the middle of a file must not keep anybody waiting.
fn within<T: Send + 'static>(
    budget: Duration,
    job: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<Option<T>, Error> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || sender.send(job()));
    match receiver.recv_timeout(budget) {
        Ok(done) => done.map(Some),
        Err(RecvTimeoutError::Timeout) => Ok(None),
        Err(RecvTimeoutError::Disconnected) => Err(Error::Git {
            message: "the scan of this push ended without a result".to_owned(),
            help: Some("this is a fault in leaklint: please report it".to_owned()),
        }),
    }
}

fn timed_out(limit: &Limit) -> Exit {
    let seconds = limit.budget.as_secs_f64();
    let (what, exit) = match limit.on_timeout {
        OnTimeout::Refuse => {
            ("refused: push fewer commits at once, or ask for a longer time", Exit::Incomplete)
        }
        OnTimeout::Pass => ("let pass without being judged to its end", Exit::Clean),
    };
    output::remark(&format!(
        "leaklint could not judge this push within {seconds} seconds (--budget), so it is {what}.\n"
    ));
    exit
}

/// What git gives on standard input. Of more than can be read nothing is judged: a part would pass for the whole.
fn lines() -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    let read = std::io::stdin().lock().take(LARGEST_INPUT + 1).read_to_end(&mut bytes);
    let failed = |reason: String| Error::Io { action: "read", path: "standard input".to_owned(), reason };
    read.map_err(|why| failed(why.to_string()))?;
    if bytes.len() as u64 > LARGEST_INPUT {
        return Err(failed(format!("it has more than {} MiB of ref lines", LARGEST_INPUT >> 20)));
    }
    Ok(bytes)
}
