//! The configuration that is in force: which file it is, and where the files that it names are read from.
//!
//! Apart from the session because everything here is about one thing: that a configuration and whatever it names come
//! from the same place, and from nowhere else.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use crate::blob::BlobPath;
use crate::config::{Config, Files, LARGEST_FILE, Mode, Policy, Start, Unread};
use crate::error::Error;
use crate::rule::{self, Confidence, Rule, Severity};
use crate::visible;

use super::options::PolicyOptions;
use super::session::{CONFIG, Law, root_of};

/// The rules besides those of a configuration.
pub(super) fn known(policy: &PolicyOptions) -> Result<Vec<Rule>, Error> {
    let mut rules = rule::builtin().to_vec();
    rules.extend(rule::load(&policy.rules)?);
    Ok(rules)
}

/// The configuration for a run: the file that an option names, or what the `laws` hold; below an administrator's, if
/// there is one, all of them count as far as they are stricter.
pub(super) fn config(policy: &PolicyOptions, laws: &[&Law], rules: &[Rule]) -> Result<Config, Error> {
    let own = match &policy.config {
        _ if policy.no_config => Vec::new(),
        Some(file) => vec![named(file, rules)?],
        None => laws.iter().map(|law| of(law, rules)).collect::<Result<_, _>>()?,
    };
    match &policy.admin_config {
        Some(file) => Ok(own.into_iter().fold(named(file, rules)?, Config::tightened_by)),
        None => Ok(own.into_iter().next().unwrap_or_default()),
    }
}

/// The configuration that `law` holds: the defaults where there is no file.
pub(super) fn of(law: &Law, rules: &[Rule]) -> Result<Config, Error> {
    let path = law.nearest();
    let found = match law.directory() {
        Some(root) => in_directory(root, &path)?,
        None => law.read(&path)?,
    };
    let Some((bytes, name)) = found else { return Ok(Config::default()) };
    let base = path.rsplit_once('/').map_or("", |(directory, _)| directory).to_owned();
    Config::load(Start { bytes, path, name, base }, law, rules)
}

/// The file in force, and what to call it.
fn in_directory(root: &Path, path: &str) -> Result<Option<(Vec<u8>, String)>, Error> {
    let name = visible::path(&root.join(path));
    match from_disk(root, path, LARGEST_FILE) {
        Ok(found) => Ok(found.map(|bytes| (bytes, name))),
        Err(why) => Err(Error::Io { action: "read", path: name, reason: why.reason().to_owned() }),
    }
}

/// The configuration in a file that somebody named. What it names lies in the repository around it.
pub(super) fn named(file: &Path, rules: &[Rule]) -> Result<Config, Error> {
    let name = visible::path(file);
    let bytes = bounded(file, LARGEST_FILE).map_err(|why| Error::Io {
        action: "read",
        path: name.clone(),
        reason: why.to_string(),
    })?;
    let root = root_of(file);
    let path = inside(&root, file).unwrap_or_default();
    Config::load(Start { bytes, path, name, base: String::new() }, &Law::Directory(root), rules)
}

/// `path` from `root` on, `/`-separated, if it lies there.
pub(super) fn inside(root: &Path, path: &Path) -> Option<String> {
    let (root, path) = (root.canonicalize().ok()?, path.canonicalize().ok()?);
    let parts = path.strip_prefix(root).ok()?.components();
    let parts: Option<Vec<&str>> = parts.map(|part| part.as_os_str().to_str()).collect();
    Some(parts?.join("/"))
}

/// What `config` says of single findings in a run.
pub(super) fn policy(
    config: &Config,
    options: &PolicyOptions,
    law: &Law,
    mode: Mode,
    now: jiff::Timestamp,
) -> Policy {
    let today = now.to_zoned(jiff::tz::TimeZone::UTC).date();
    let given = (options.min_confidence.map(Confidence::from), options.min_severity.map(Severity::from));
    let policy = Policy::new(config, mode, given, today);
    let policy = if options.no_allow { policy.allowing_nothing() } else { policy };
    match law.directory() {
        Some(root) => policy.below(BlobPath::from_path(root).as_bytes().to_vec()),
        None => policy,
    }
}

impl Law {
    /// The configuration that counts: the nearest from the target up to the root; the root's where only that may count.
    fn nearest(&self) -> String {
        let Self::Below { root, target } = self else { return CONFIG.to_owned() };
        let mut below = inside(root, target).unwrap_or_default();
        while !below.is_empty() {
            let path = format!("{below}/{CONFIG}");
            if root.join(&path).symlink_metadata().is_ok() {
                return path;
            }
            below.truncate(below.rfind('/').unwrap_or(0));
        }
        CONFIG.to_owned()
    }

    fn directory(&self) -> Option<&Path> {
        match self {
            Self::Directory(root) | Self::Below { root, .. } => Some(root),
            Self::Index(_) | Self::Commit(..) | Self::Nowhere => None,
        }
    }
}

impl Files for Law {
    fn read(&self, path: &str, most: u64) -> Result<Option<Vec<u8>>, Unread> {
        let found = match self {
            Self::Directory(root) | Self::Below { root, .. } => return from_disk(root, path, most),
            Self::Index(repo) => repo.read_index_file(path),
            Self::Commit(repo, rev) => repo.read_commit_file(rev, path),
            Self::Nowhere => Ok(None),
        };
        match found {
            Ok(Some(bytes)) if bytes.len() as u64 > most => Err(Unread::TooLarge),
            Ok(found) => Ok(found),
            Err(_) => Err(Unread::NoFile),
        }
    }

    fn list(&self, path: &str) -> Result<Option<Vec<String>>, Unread> {
        let names = match self {
            Self::Index(repo) => repo.index_directory(path),
            Self::Commit(repo, rev) => repo.commit_directory(rev, path),
            Self::Nowhere => Ok(None),
            Self::Directory(_) | Self::Below { .. } => {
                let Some(full) = self.directory().map(|root| root.join(path)).filter(|full| full.is_dir())
                else {
                    return Ok(None);
                };
                return listed(self.directory().unwrap_or(Path::new(".")), &full).map(Some);
            }
        };
        names.map_err(|_| Unread::Refused)
    }
}

/// A file below `root`, and nowhere else: links may not lead out.
pub(super) fn from_disk(root: &Path, path: &str, most: u64) -> Result<Option<Vec<u8>>, Unread> {
    let full = root.join(path);
    if full.symlink_metadata().is_err() {
        return Ok(None);
    }
    let full = checked(root, &full)?;
    // Opening a FIFO would wait for ever.
    if !full.metadata().is_ok_and(|kind| kind.is_file()) {
        return Err(Unread::NoFile);
    }
    let bytes = bounded(&full, most).map_err(|_| Unread::Refused)?;
    if bytes.len() as u64 > most { Err(Unread::TooLarge) } else { Ok(Some(bytes)) }
}

/// The path without links, if it lies below `root`.
fn checked(root: &Path, path: &Path) -> Result<PathBuf, Unread> {
    let (root, path) = (root.canonicalize(), path.canonicalize());
    let (root, path) = (root.map_err(|_| Unread::Refused)?, path.map_err(|_| Unread::Refused)?);
    if path.starts_with(root) { Ok(path) } else { Err(Unread::Outside) }
}

fn listed(root: &Path, directory: &Path) -> Result<Vec<String>, Unread> {
    let entries = checked(root, directory)?.read_dir().map_err(|_| Unread::Refused)?;
    let mut names: Vec<String> =
        entries.flatten().filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.sort();
    Ok(names)
}

/// A file's first bytes, one more than `most` at most.
fn bounded(file: &Path, most: u64) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(file)?.take(most + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}
