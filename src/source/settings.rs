//! git's settings as they hold in a repository: the few that say where hooks lie and what git makes of a message.
//!
//! Stands apart because they are read from files, as git reads them, whoever reads the repository; nothing they name is
//! run. Files and their order: git-config(1), "FILES" and "ENVIRONMENT". Settings given for one command only (`git -c`, or
//! the environment's `GIT_CONFIG_COUNT`) reach its hooks by the environment; only [`Settings::last`] sees them.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use git2::{Config, ConfigLevel};

use super::repository::{Repo, library_error};
use crate::error::Error;

/// Settings that the environment counts: this many are read.
const MOST_GIVEN: u32 = 1000;

/// The settings of a user, and of one repository.
pub struct Settings(Config);

impl Settings {
    /// Those that hold in `repo`. A file that cannot be read sets nothing.
    ///
    /// # Errors
    /// When libgit2 has no memory left.
    pub fn of(repo: &Repo) -> Result<Self, Error> {
        let mut settings = Self::of_user()?;
        settings.add(&repo.common_dir().join("config"), ConfigLevel::Local);
        if settings.0.get_bool("extensions.worktreeConfig").unwrap_or(false) {
            settings.add(&repo.git_dir().join("config.worktree"), ConfigLevel::Worktree);
        }
        Ok(settings)
    }

    /// Those of the machine and the user, which hold everywhere.
    ///
    /// # Errors
    /// As [`Settings::of`].
    pub fn of_user() -> Result<Self, Error> {
        let mut settings = Self(Config::new().map_err(|error| library_error(&error))?);
        if variable("GIT_CONFIG_NOSYSTEM").is_none_or(|value| value == "0" || value == "false") {
            let named = variable("GIT_CONFIG_SYSTEM").map(PathBuf::from);
            let system = named.or_else(|| Config::find_system().ok());
            system.iter().for_each(|file| settings.add(file, ConfigLevel::System));
        }
        match variable("GIT_CONFIG_GLOBAL") {
            Some(file) => settings.add(Path::new(&file), ConfigLevel::Global),
            None => {
                xdg("git/config").iter().for_each(|file| settings.add(file, ConfigLevel::XDG));
                home().iter().for_each(|home| settings.add(&home.join(".gitconfig"), ConfigLevel::Global));
            }
        }
        Ok(settings)
    }

    /// The last value of any of these names, which are aliases of each other; what was given for one command counts most.
    pub fn last(&self, names: &[&str]) -> Option<String> {
        let given = of_command(&|name| variable(name)?.into_string().ok());
        if let Some((_, value)) = given.into_iter().rfind(|(name, _)| names.contains(&name.as_str())) {
            return Some(value);
        }
        let mut entries = self.0.entries(None).ok()?;
        let mut last = None;
        while let Some(Ok(entry)) = entries.next() {
            let named = entry.name().is_ok_and(|name| names.contains(&name));
            if named
                && entry.has_value()
                && let Ok(value) = entry.value()
            {
                last = Some(value.to_owned());
            }
        }
        last
    }

    /// All values of a name, in the order in which git reads them.
    pub fn all(&self, name: &str) -> Vec<String> {
        let Ok(mut entries) = self.0.entries(None) else { return Vec::new() };
        let mut all = Vec::new();
        while let Some(Ok(entry)) = entries.next() {
            if entry.name().is_ok_and(|other| other == name)
                && entry.has_value()
                && let Ok(value) = entry.value()
            {
                all.push(value.to_owned());
            }
        }
        all
    }

    /// A setting that is a path, `~` read as git does, and whether it is set for more than this repository.
    pub fn path(&self, name: &str) -> Option<(PathBuf, bool)> {
        let level = self.0.get_entry(name).ok()?.level();
        let shared = !matches!(level, ConfigLevel::Local | ConfigLevel::Worktree);
        self.0.get_path(name).ok().filter(|path| !path.as_os_str().is_empty()).map(|path| (path, shared))
    }

    /// The names of the remotes that push to or fetch from `url`.
    pub fn remotes_at(&self, url: &str) -> Vec<String> {
        let Ok(mut entries) = self.0.entries(Some(r"^remote\..*\.(push)?url$")) else { return Vec::new() };
        let mut found = Vec::new();
        while let Some(Ok(entry)) = entries.next() {
            let name = entry.name().ok().and_then(|name| name.strip_prefix("remote.")?.rsplit_once('.'));
            if let Some((name, _)) = name
                && entry.has_value()
                && entry.value_bytes() == url.as_bytes()
            {
                found.push(name.to_owned());
            }
        }
        found
    }

    /// Where git takes hooks from in `repo`, and whether a setting for more than this repository says so. Linked
    /// working trees share the directory that no setting names.
    pub fn hooks(&self, repo: &Repo) -> (PathBuf, bool) {
        match self.path("core.hookspath") {
            Some((path, shared)) => (repo.root().join(path), shared),
            None => (repo.common_dir().join("hooks"), false),
        }
    }

    /// The file that `git config --global` writes to.
    pub fn global_file() -> Option<PathBuf> {
        if let Some(file) = variable("GIT_CONFIG_GLOBAL") {
            return Some(file.into());
        }
        let own = home().map(|home| home.join(".gitconfig"));
        let other = xdg("git/config").filter(|file| file.is_file());
        match (own, other) {
            (Some(own), Some(other)) if !own.exists() => Some(other),
            (own, other) => own.or(other),
        }
    }

    /// Sets one setting in one file, which is made if need be.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn set(file: &Path, name: &str, value: &str) -> Result<(), Error> {
        let set = Config::open(file).and_then(|mut config| config.set_str(name, value));
        set.map_err(|error| library_error(&error))
    }

    /// Takes one setting out of one file.
    ///
    /// # Errors
    /// As [`Settings::set`].
    pub fn unset(file: &Path, name: &str) -> Result<(), Error> {
        let unset = Config::open(file).and_then(|mut config| config.remove(name));
        unset.map_err(|error| library_error(&error))
    }

    fn add(&mut self, file: &Path, level: ConfigLevel) {
        if file.is_file() {
            self.0.add_file(file, level, false).ok();
        }
    }
}

/// Settings for one command: those that the environment counts (git-config(1), "GIT_CONFIG_COUNT"), then those of `git -c`,
/// which git hands on quoted for a shell. Names are in lower case.
fn of_command(variable: &dyn Fn(&str) -> Option<String>) -> Vec<(String, String)> {
    let count = variable("GIT_CONFIG_COUNT").and_then(|count| count.parse().ok()).unwrap_or(0_u32);
    let counted = (0..count.min(MOST_GIVEN)).filter_map(|at| {
        Some((variable(&format!("GIT_CONFIG_KEY_{at}"))?, variable(&format!("GIT_CONFIG_VALUE_{at}"))?))
    });
    let quoted = variable("GIT_CONFIG_PARAMETERS").and_then(|quoted| shlex::split(&quoted));
    let parted = |word: String| word.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()));
    let all = counted.chain(quoted.into_iter().flatten().filter_map(parted));
    all.map(|(name, value)| (name.to_ascii_lowercase(), value)).collect()
}

/// `name` below the user's directory for settings (XDG Base Directory Specification).
pub fn xdg(name: &str) -> Option<PathBuf> {
    let own = variable("XDG_CONFIG_HOME").map(PathBuf::from);
    own.or_else(|| home().map(|home| home.join(".config"))).map(|directory| directory.join(name))
}

fn home() -> Option<PathBuf> {
    variable("HOME").or_else(|| variable("USERPROFILE")).map(PathBuf::from)
}

fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_of_one_command_are_read_in_the_order_in_which_they_count() {
        let given = |name: &str| {
            let value = match name {
                "GIT_CONFIG_COUNT" => "2",
                "GIT_CONFIG_KEY_0" => "Core.commentChar",
                "GIT_CONFIG_VALUE_0" => ";",
                "GIT_CONFIG_KEY_1" => "a.b",
                // As newer and as older versions of git write it.
                "GIT_CONFIG_PARAMETERS" => r"'core.commentChar'='it'\''s' 'commit.cleanup=strip' 'c.d'",
                _ => return None,
            };
            Some(value.to_owned())
        };
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let expected = [
            pair("core.commentchar", ";"),
            pair("core.commentchar", "it's"),
            pair("commit.cleanup", "strip"),
        ];
        assert_eq!(of_command(&given), expected);
        assert_eq!(of_command(&|_| None), []);
        assert_eq!(of_command(&|name| (name == "GIT_CONFIG_PARAMETERS").then(|| "'open".to_owned())), []);
    }
}
