//! git-filter-repo from PyPI, installed once into a virtual environment below `target/`.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use crate::common::{Repo, not_run};

/// The version under test. Pinned, so that what passed today passes tomorrow.
const PACKAGE: &str = "git-filter-repo==2.47.0";

/// The program.
pub(crate) struct FilterRepo {
    /// The directory it lies in, for `PATH`: git starts it as one of its own commands.
    directory: PathBuf,
}

impl FilterRepo {
    /// `None`, and said so, where this machine lacks what it needs.
    pub(crate) fn get(test: &str) -> Option<&'static Self> {
        static INSTALLED: OnceLock<Result<FilterRepo, String>> = OnceLock::new();
        match INSTALLED.get_or_init(Self::install) {
            Ok(installed) => Some(installed),
            Err(why) => {
                not_run(test, why);
                None
            }
        }
    }

    fn install() -> Result<Self, String> {
        let venv = Path::new(env!("CARGO_TARGET_TMPDIR")).join(PACKAGE.replace("==", "-"));
        let directory = venv.join("bin");
        if !succeeds(Command::new(directory.join("git-filter-repo")).arg("--version")) {
            if !succeeds(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&venv)) {
                return Err("python3 with venv is needed".into());
            }
            let mut pip = Command::new(directory.join("pip"));
            if !succeeds(pip.args(["install", "--quiet", "--disable-pip-version-check", PACKAGE])) {
                return Err(format!("pip could not install {PACKAGE}"));
            }
        }
        Ok(Self { directory })
    }

    /// Runs the command that the plan names, as it is.
    pub(crate) fn run(&self, repo: &Repo, plan: &Path) {
        let manifest = std::fs::read(plan.join("plan.json")).expect("a plan says how to rewrite");
        let manifest: serde_json::Value = serde_json::from_slice(&manifest).expect("JSON");
        let words: Vec<String> = serde_json::from_value(manifest["rewrite"].clone()).expect("words");
        assert_eq!(words[..2], ["git", "filter-repo"]);
        let path = std::env::var_os("PATH").unwrap_or_default();
        let directories = std::iter::once(self.directory.clone()).chain(std::env::split_paths(&path));
        let path = std::env::join_paths(directories).expect("no separator in it");
        let output = repo.git_command(&words[1..]).env("PATH", path).output().expect("git starts");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        assert!(output.status.success(), "{}\n{}", text(&output.stdout), text(&output.stderr));
    }
}

fn succeeds(command: &mut Command) -> bool {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}
