//! `leaklint hook install` and `uninstall`: files in the directory that git takes its hooks from.
//!
//! Nothing that somebody else wrote is ever lost: it is moved aside, called, and put back. Doing the same twice changes
//! nothing.

use std::fs;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use clap::Args;

use crate::cli::Exit;
use crate::error::{Error, unnamed};
use crate::report::output;
use crate::source::repository::Repo;
use crate::source::settings::{Settings, xdg};
use crate::visible;

use super::script::{self, Name};
use super::{BUDGET, Limit, OnTimeout};

/// The setting that says where hooks lie.
const HOOKS_PATH: &str = "core.hooksPath";

/// Which hooks, and whose.
#[derive(Args, Clone, Debug, Default)]
struct Which {
    /// Scan what is about to be committed
    #[arg(long)]
    pre_commit: bool,
    /// Scan what a merge is about to commit; git runs only this one for it
    #[arg(long)]
    pre_merge_commit: bool,
    /// Scan commit messages
    #[arg(long)]
    commit_msg: bool,
    /// Scan commits before they are pushed
    #[arg(long)]
    pre_push: bool,
    /// Scan commits that are pushed to this repository (the default in a bare one; all others elsewhere)
    #[arg(long)]
    pre_receive: bool,
    /// For all repositories of this user, through git's setting core.hooksPath; their own hooks still run
    #[arg(long)]
    global: bool,
}

/// Arguments of `leaklint hook install`.
#[derive(Args, Clone, Debug, Default)]
pub(super) struct InstallArgs {
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    limit: Limit,
    #[command(flatten)]
    rule: Rule,
}

/// Whose configuration a pre-receive hook goes by.
#[derive(Args, Clone, Debug, Default)]
struct Rule {
    /// pre-receive: the administrator's configuration, which those of the repository can only make stricter
    #[arg(long, value_name = "FILE")]
    admin_config: Option<PathBuf>,
    /// pre-receive: let the configuration of what is pushed make it stricter too
    #[arg(long, requires = "admin_config")]
    pushed_config: bool,
    /// pre-receive: read no configuration but the administrator's
    #[arg(long, requires = "admin_config", conflicts_with = "pushed_config")]
    no_config: bool,
}

/// Arguments of `leaklint hook uninstall`.
#[derive(Args, Clone, Debug)]
pub(super) struct UninstallArgs {
    #[command(flatten)]
    which: Which,
}

/// Writes the hooks that are asked for.
pub(super) fn install(args: &InstallArgs) -> Result<Exit, Error> {
    let place = Place::find(args.which.global)?;
    let program = std::env::current_exe().unwrap_or_else(|_| "leaklint".into());
    let names = args.which.names(place.bare);
    let for_pushes = [limits(&args.limit), args.rule.words(names.contains(&Name::PreReceive))?].concat();
    let mut told = String::new();
    fs::create_dir_all(&place.directory).map_err(|why| failed(&place.directory, &why))?;
    for name in &names {
        let more: &[String] = if *name == Name::PreReceive { &for_pushes } else { &[] };
        let script = script::running(*name, &program, more, args.which.global);
        told.push_str(&format!("{}: {}\n", name.word(), place.put(name.word(), &script)?));
    }
    if args.which.global && place.own {
        let asked = |other: &str| names.iter().any(|name| name.word() == other);
        let others = Name::ALL.map(Name::word).into_iter().chain(script::PASSED_ON);
        for name in others.filter(|name| !asked(name)) {
            place.put(name, &script::passing_on(name))?;
        }
        told.push_str(&set_hooks_path(&place.directory)?);
    }
    output::write(told.as_bytes(), None)?;
    Ok(Exit::Clean)
}

/// Takes out the hooks that are asked for, or all of ours.
pub(super) fn uninstall(args: &UninstallArgs) -> Result<Exit, Error> {
    let place = Place::find(args.which.global)?;
    let asked = args.which.asked();
    let everything = asked.is_empty();
    let mut told = String::new();
    for name in Name::ALL.into_iter().filter(|name| everything || asked.contains(name)) {
        if let Some(done) = place.take_out(name.word())? {
            told.push_str(&format!("{}: {done}\n", name.word()));
        }
    }
    if args.which.global && place.own && everything {
        for name in script::PASSED_ON {
            place.take_out(name)?;
        }
        told.push_str(&unset_hooks_path(&place.directory)?);
        // It stays when somebody put something else there.
        fs::remove_dir(&place.directory).ok();
    }
    if told.is_empty() {
        told.push_str("leaklint is in none of these hooks\n");
    }
    output::write(told.as_bytes(), None)?;
    Ok(Exit::Clean)
}

impl Rule {
    /// The words for the hook's command line, if there is such a hook. The file is named from the root of the disk: nobody
    /// knows where the hook will run.
    fn words(&self, is_wanted: bool) -> Result<Vec<String>, Error> {
        let Some(file) = &self.admin_config else { return Ok(Vec::new()) };
        if !is_wanted {
            return Err(Error::Usage {
                message: "--admin-config is for the hook that judges pushes".to_owned(),
                help: Some("add --pre-receive".to_owned()),
            });
        }
        let unreadable = |why: std::io::Error| Error::Io {
            action: "read",
            path: visible::path(file),
            reason: why.to_string(),
        };
        let file = file.canonicalize().map_err(unreadable)?;
        let mut words = vec!["--admin-config".to_owned(), file.to_string_lossy().into_owned()];
        words.extend(self.pushed_config.then(|| "--pushed-config".to_owned()));
        words.extend(self.no_config.then(|| "--no-config".to_owned()));
        Ok(words)
    }
}

impl Which {
    fn asked(&self) -> Vec<Name> {
        let flags =
            [self.pre_commit, self.pre_merge_commit, self.commit_msg, self.pre_push, self.pre_receive];
        Name::ALL.into_iter().zip(flags).filter(|(_, asked)| *asked).map(|(name, _)| name).collect()
    }

    fn names(&self, bare: bool) -> Vec<Name> {
        match self.asked() {
            none if none.is_empty() && bare => vec![Name::PreReceive],
            none if none.is_empty() => {
                vec![Name::PreCommit, Name::PreMergeCommit, Name::CommitMsg, Name::PrePush]
            }
            asked => asked,
        }
    }
}

/// Where hooks are put.
struct Place {
    directory: PathBuf,
    /// The repository has no working tree.
    bare: bool,
    /// The directory is ours, made for all repositories.
    own: bool,
}

impl Place {
    fn find(global: bool) -> Result<Self, Error> {
        if global {
            let own = xdg("leaklint/hooks").ok_or_else(homeless)?;
            let set = Settings::of_user()?.path(HOOKS_PATH).map(|(path, _)| path);
            let directory = set.unwrap_or_else(|| own.clone());
            return Ok(Self { own: directory == own, directory, bare: false });
        }
        let repo = Repo::discover(Path::new("."))?;
        match Settings::of(&repo)?.hooks(&repo) {
            (path, true) => Err(shared(&path)),
            (directory, false) => Ok(Self { directory, bare: repo.workdir().is_none(), own: false }),
        }
    }

    /// Writes a script and says what became of it.
    fn put(&self, name: &str, script: &str) -> Result<String, Error> {
        let (path, beside) = (self.directory.join(name), self.directory.join(script::beside(name)));
        let done = match self.there(name)? {
            Some(content) if content == script.as_bytes() => {
                return Ok(format!("already at {}", visible::path(&path)));
            }
            Some(content) if script::is_ours(&content) => "renewed at",
            Some(_) if beside.symlink_metadata().is_ok() => return Err(twice(&path, &beside)),
            Some(_) => {
                fs::rename(&path, &beside).map_err(|why| failed(&path, &why))?;
                "installed, after the one that was there, at"
            }
            None => "installed at",
        };
        write(&path, script).map_err(|why| failed(&path, &unnamed(why)))?;
        Ok(format!("{done} {}", visible::path(&path)))
    }

    /// Takes a script of ours out and puts back what was there; `None` when there is none of ours.
    fn take_out(&self, name: &str) -> Result<Option<String>, Error> {
        let (path, beside) = (self.directory.join(name), self.directory.join(script::beside(name)));
        if !self.there(name)?.is_some_and(|content| script::is_ours(&content)) {
            return Ok(None);
        }
        let done = match beside.symlink_metadata() {
            Ok(_) => fs::rename(&beside, &path).map(|()| "replaced by the one that was there before"),
            Err(_) => fs::remove_file(&path).map(|()| "taken out"),
        };
        done.map(|done| Some(format!("{done}: {}", visible::path(&path)))).map_err(|why| failed(&path, &why))
    }

    /// What a hook's file holds; `None` when there is no such file. What cannot be read is not ours.
    fn there(&self, name: &str) -> Result<Option<Vec<u8>>, Error> {
        let path = self.directory.join(name);
        match path.symlink_metadata() {
            Ok(found) if found.is_dir() => Err(failed(&path, &ErrorKind::IsADirectory.into())),
            Ok(found) if found.is_symlink() => Ok(Some(Vec::new())),
            Ok(_) => fs::read(&path).map(Some).map_err(|why| failed(&path, &why)),
            Err(why) if why.kind() == ErrorKind::NotFound => Ok(None),
            Err(why) => Err(failed(&path, &why)),
        }
    }
}

/// The options of `pre-receive` that differ from its defaults.
fn limits(limit: &Limit) -> Vec<String> {
    let mut words = Vec::new();
    let budget = limit.budget.as_secs_f64().to_string();
    if budget != BUDGET {
        words.extend(["--budget".to_owned(), budget]);
    }
    if limit.on_timeout == OnTimeout::Pass {
        words.extend(["--on-timeout".to_owned(), "pass".to_owned()]);
    }
    words
}

/// Writes an executable file in one step.
fn write(path: &Path, script: &str) -> std::io::Result<()> {
    let directory = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(directory)?;
    file.write_all(script.as_bytes())?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        file.as_file().set_permissions(fs::Permissions::from_mode(0o755))?;
    }
    file.persist(path).map(|_| ()).map_err(|error| error.error)
}

fn set_hooks_path(directory: &Path) -> Result<String, Error> {
    let file = Settings::global_file().ok_or_else(homeless)?;
    Settings::set(&file, HOOKS_PATH, &directory.to_string_lossy())?;
    Ok(format!("{HOOKS_PATH} is set in {}\n", visible::path(&file)))
}

fn unset_hooks_path(directory: &Path) -> Result<String, Error> {
    let file = Settings::global_file().ok_or_else(homeless)?;
    let ours = Settings::of_user()?.path(HOOKS_PATH).is_some_and(|(path, _)| path == directory);
    if !ours {
        return Ok(String::new());
    }
    Settings::unset(&file, HOOKS_PATH)?;
    Ok(format!("{HOOKS_PATH} is no longer set in {}\n", visible::path(&file)))
}

fn shared(path: &Path) -> Error {
    Error::Usage {
        message: format!("git takes the hooks of all repositories from {} ({HOOKS_PATH})", visible::path(path)),
        help: Some(
            "use --global to install there, or set it for this repository: `git config core.hooksPath .git/hooks`"
                .to_owned(),
        ),
    }
}

fn twice(path: &Path, beside: &Path) -> Error {
    Error::Usage {
        message: format!("{} is not ours, and {} is there already", visible::path(path), visible::path(beside)),
        help: Some(
            "somebody replaced the hook after leaklint moved the one before aside. Keep one of the two, delete \
             the other, and install again"
                .to_owned(),
        ),
    }
}

fn homeless() -> Error {
    Error::Usage { message: "there is no home directory to install hooks in".to_owned(), help: None }
}

fn failed(path: &Path, why: &std::io::Error) -> Error {
    Error::Io { action: "write", path: visible::path(path), reason: why.to_string() }
}
