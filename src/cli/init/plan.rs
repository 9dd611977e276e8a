//! What `leaklint init` proposes for a repository, and the doing of it. Apart from the command because a plan is shown before
//! anything is done, and because nothing that is there is ever changed.

use std::path::{Path, PathBuf};

use crate::cli::fresh;
use crate::cli::session::{BASELINE, CONFIG};
use crate::error::Error;
use crate::report::output;
use crate::source::files::small;
use crate::visible;

const CONFIG_TEXT: &str = include_str!("config.yaml");
const GITHUB: &str = include_str!("github.yml");
const GITLAB: &str = include_str!("gitlab.yml");
/// Where a workflow of GitHub's goes.
const WORKFLOW: &str = ".github/workflows/leaklint.yml";
const ATTRIBUTES: &str = ".gitattributes";
const MERGE: &str = ".leaklint-baseline.jsonl merge=union\n";

const PRE_COMMIT: &str = concat!(
    "repos:\n  - repo: https://github.com/leaklint/leaklint\n    rev: v",
    env!("CARGO_PKG_VERSION"),
    "\n    hooks:\n      - id: leaklint\n      - id: leaklint-commit-msg\n"
);
const HUSKY: &str = "leaklint hook run pre-commit\n";
const LEFTHOOK: &str = "pre-commit:\n  commands:\n    leaklint:\n      run: leaklint hook run pre-commit\n";
const GENERIC: &str = "leaklint diff --merge-base origin/main\n";

/// Most of `.gitattributes` that is read, in bytes.
const LARGEST_ATTRIBUTES: u64 = 1 << 20;

/// Files of other scanners, as `leaklint import` takes them.
const SCANNERS: [&str; 10] = [
    ".gitleaks.toml",
    ".gitleaksignore",
    ".betterleaks.toml",
    ".betterleaksignore",
    ".secrets.baseline",
    ".secretsignore",
    ".talismanrc",
    ".gitallowed",
    ".secretlintrc.json",
    ".secretlintrc",
];

/// One thing that is proposed.
pub(super) enum Step {
    /// A file that is not there yet.
    Create { path: &'static str, text: &'static str },
    /// A line at the end of a file, which may be there.
    Append { path: &'static str, line: &'static str },
    /// A baseline of what is found now.
    Accept { findings: usize },
    /// git's own hooks.
    Hooks,
    /// Lines that a person has to add, because the file is theirs.
    Show { what: String, lines: &'static str },
    /// Nothing to do.
    Leave { path: &'static str },
    /// Something to know.
    Say { text: String },
}

impl Step {
    /// Whether it writes anything.
    pub(super) const fn writes(&self) -> bool {
        matches!(self, Self::Create { .. } | Self::Append { .. } | Self::Accept { .. } | Self::Hooks)
    }

    /// The step for people, with what it writes.
    pub(super) fn shown(&self) -> String {
        let indented = |text: &str| text.lines().map(|line| format!("    {line}\n")).collect::<String>();
        match self {
            Self::Create { path, text } => format!("write {path}:\n{}", indented(text)),
            Self::Append { path, line } => format!("add to {path}:\n{}", indented(line)),
            Self::Accept { findings } => {
                let noun = if *findings == 1 { "finding" } else { "findings" };
                format!(
                    "write {BASELINE}: accept the {findings} {noun} of today, so that only new ones are reported\n    see them first: leaklint scan; real secrets still have to be revoked\n"
                )
            }
            Self::Hooks => "make git run leaklint before commits, merges and pushes, and on messages (leaklint hook install); hooks that are there still run\n".to_owned(),
            Self::Show { what, lines } => format!("not done: {what}:\n{}", indented(lines)),
            Self::Leave { path } => format!("leave {path} as it is\n"),
            Self::Say { text } => format!("{text}\n"),
        }
    }
}

/// What a repository has.
pub(super) struct Look {
    root: PathBuf,
}

impl Look {
    pub(super) fn at(root: &Path) -> Self {
        Self { root: root.to_owned() }
    }

    /// Whether a file, directory or link stands there.
    fn has(&self, path: &str) -> bool {
        self.root.join(path).symlink_metadata().is_ok()
    }

    fn is_directory(&self, path: &str) -> bool {
        self.root.join(path).symlink_metadata().is_ok_and(|there| there.is_dir())
    }

    pub(super) fn has_baseline(&self) -> bool {
        self.has(BASELINE)
    }

    /// Everything that is proposed; `findings`: how many there are today.
    pub(super) fn plan(&self, findings: usize) -> Vec<Step> {
        let mut steps = Vec::new();
        let scanners: Vec<&str> = SCANNERS.into_iter().filter(|path| self.has(path)).collect();
        if !scanners.is_empty() {
            let files = scanners.join(" ");
            let text = format!(
                "another scanner was here; before this, take over what it knows: leaklint import {files}"
            );
            steps.push(Step::Say { text });
        }
        steps.push(match self.has(CONFIG) {
            true => Step::Leave { path: CONFIG },
            false => Step::Create { path: CONFIG, text: CONFIG_TEXT },
        });
        steps.push(match (self.has(BASELINE), findings) {
            (true, _) => Step::Leave { path: BASELINE },
            (false, 0) => Step::Say { text: format!("nothing is found, so no {BASELINE} is needed yet") },
            (false, findings) => Step::Accept { findings },
        });
        steps.push(self.attributes());
        steps.push(self.hooks());
        steps.push(self.ci());
        steps
    }

    fn attributes(&self) -> Step {
        if !self.has(ATTRIBUTES) {
            return Step::Append { path: ATTRIBUTES, line: MERGE };
        }
        let text = small(&self.root.join(ATTRIBUTES), LARGEST_ATTRIBUTES).unwrap_or_default();
        let ours = |line: &[u8]| line.split(u8::is_ascii_whitespace).next() == Some(BASELINE.as_bytes());
        match (text.split(|&byte| byte == b'\n').any(ours), self.is_file(ATTRIBUTES)) {
            (true, _) => Step::Leave { path: ATTRIBUTES },
            (false, true) => Step::Append { path: ATTRIBUTES, line: MERGE },
            (false, false) => {
                Step::Show { what: format!("{ATTRIBUTES} is no plain file; it needs"), lines: MERGE }
            }
        }
    }

    fn is_file(&self, path: &str) -> bool {
        self.root.join(path).symlink_metadata().is_ok_and(|there| there.is_file())
    }

    fn hooks(&self) -> Step {
        let managed =
            |path: &str, lines| Step::Show { what: format!("hooks are managed by {path}; add to it"), lines };
        if self.has(".pre-commit-config.yaml") {
            return managed(".pre-commit-config.yaml", PRE_COMMIT);
        }
        if self.is_directory(".husky") {
            return managed(".husky/pre-commit", HUSKY);
        }
        let lefthook = ["lefthook.yml", "lefthook.yaml", ".lefthook.yml", ".lefthook.yaml"];
        match lefthook.into_iter().find(|path| self.has(path)) {
            Some(path) => managed(path, LEFTHOOK),
            None => Step::Hooks,
        }
    }

    fn ci(&self) -> Step {
        if self.has(".gitlab-ci.yml") {
            return Step::Show { what: "add this job to .gitlab-ci.yml".to_owned(), lines: GITLAB };
        }
        match (self.has(".github"), self.has(WORKFLOW)) {
            (_, true) => Step::Leave { path: WORKFLOW },
            (true, false) if self.may_hold_workflow() => Step::Create { path: WORKFLOW, text: GITHUB },
            _ => Step::Show {
                what:
                    "no CI is known here; run this on each change (docs/ci.md has GitHub's and GitLab's way)"
                        .to_owned(),
                lines: GENERIC,
            },
        }
    }

    /// No link leads out of the repository.
    fn may_hold_workflow(&self) -> bool {
        self.is_directory(".github")
            && (!self.has(".github/workflows") || self.is_directory(".github/workflows"))
    }

    /// Writes the files of a step; those of the baseline and of git's hooks are not its business.
    pub(super) fn write(&self, step: &Step) -> Result<(), Error> {
        match step {
            Step::Create { path, text } => {
                let path = self.root.join(path);
                if let Some(directory) = path.parent() {
                    std::fs::create_dir_all(directory).map_err(|why| Error::Io {
                        action: "write",
                        path: visible::path(directory),
                        reason: why.to_string(),
                    })?;
                }
                fresh::create(&path, text.as_bytes())
            }
            Step::Append { path, line } => {
                let path = self.root.join(path);
                let mut text = match small(&path, LARGEST_ATTRIBUTES) {
                    Ok(text) => text,
                    Err(why) if why.kind() == std::io::ErrorKind::NotFound => {
                        return fresh::create(&path, line.as_bytes());
                    }
                    Err(why) => {
                        let reason = why.to_string();
                        return Err(Error::Io { action: "read", path: visible::path(&path), reason });
                    }
                };
                if text.last().is_some_and(|&byte| byte != b'\n') {
                    text.push(b'\n');
                }
                text.extend_from_slice(line.as_bytes());
                output::write(&text, Some(&path))
            }
            _ => Ok(()),
        }
    }
}
