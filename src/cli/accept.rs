//! The command that accepts what a run reports, ready to be copied. Apart from the session because it is the only place
//! that turns arguments back into words for a shell.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use crate::shell;

use super::options::{PolicyOptions, Threshold};
use super::scan::ScanArgs;

/// What `leaklint baseline` has to be told to find the same findings again.
pub(super) struct Accept {
    /// The directory whose baseline holds; `None` when there is none.
    root: Option<PathBuf>,
    policy: PolicyOptions,
    paths: Vec<PathBuf>,
    no_ignore: bool,
}

impl Accept {
    /// For a run over the repository at `root`.
    pub(super) fn new(root: Option<&Path>, policy: &PolicyOptions) -> Self {
        let root = root.map(Path::to_owned);
        Self { root, policy: policy.clone(), paths: Vec::new(), no_ignore: false }
    }

    /// For `leaklint scan`.
    pub(super) fn scanning(self, args: &ScanArgs) -> Self {
        let paths = args.paths.iter().filter(|path| path.as_os_str() != "-").cloned().collect();
        Self { paths, no_ignore: args.no_ignore, ..self }
    }

    /// The command. Where a baseline is already (`name` in the repository), the findings are added to it.
    pub(super) fn command(&self, name: &str) -> String {
        let root = self.root.as_deref().unwrap_or(Path::new("."));
        let file = self.policy.baseline.clone().unwrap_or_else(|| root.join(name));
        let command = match file.symlink_metadata() {
            Ok(_) => "leaklint baseline update --accept",
            Err(_) => "leaklint baseline create",
        };
        let mut words = vec![command.to_owned()];
        if self.no_ignore {
            words.push("--no-ignore".to_owned());
        }
        words.extend(self.options());
        let whole = root.join(".git").symlink_metadata().is_ok() && self.paths.is_empty();
        let here = std::env::current_dir().ok().zip(root.canonicalize().ok()).is_some_and(|(a, b)| a == b);
        match whole {
            true if here => {}
            true => words.push(shell::word(&root.to_string_lossy())),
            false => words.extend(self.paths.iter().map(|path| shell::word(&path.to_string_lossy()))),
        }
        words.join(" ")
    }

    fn options(&self) -> Vec<String> {
        let policy = &self.policy;
        let mut words = Vec::new();
        let mut add = |name: &str, value: &OsStr| {
            words.extend([name.to_owned(), shell::word(&value.to_string_lossy())])
        };
        policy.rules.iter().for_each(|path| add("--rules", path.as_os_str()));
        match policy.min_confidence {
            Some(Threshold::Low) => add("--min-confidence", OsStr::new("low")),
            Some(Threshold::Medium) => add("--min-confidence", OsStr::new("medium")),
            Some(Threshold::High) => add("--min-confidence", OsStr::new("high")),
            None => {}
        }
        policy.baseline.iter().for_each(|path| add("--baseline", path.as_os_str()));
        policy.config.iter().for_each(|path| add("--config", path.as_os_str()));
        if policy.no_config {
            words.push("--no-config".to_owned());
        }
        words
    }
}
