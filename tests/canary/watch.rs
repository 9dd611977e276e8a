//! A known secret and a repository in which every run is watched for it.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use aho_corasick::AhoCorasick;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};

use crate::common::{self, Leaklint, Outcome, Repo};

const FORMATS: [&str; 4] = ["human", "json", "jsonl", "sarif"];

/// Bytes of the value that may show anywhere: fewer say nothing, and more are a leak.
const PIECE: usize = 8;

/// A secret to look for.
pub(crate) struct Canary {
    pub(crate) value: String,
    forms: AhoCorasick,
}

impl Canary {
    pub(crate) fn new(value: String) -> Self {
        let mut forms: Vec<Vec<u8>> = Vec::new();
        for piece in value.as_bytes().windows(PIECE) {
            let hex: String = piece.iter().map(|byte| format!("{byte:02x}")).collect();
            forms.extend([piece.to_vec(), hex.to_uppercase().into_bytes(), hex.into_bytes()]);
        }
        // Nine bytes are twelve characters of base64 wherever in a longer text they begin at a multiple of three.
        for piece in value.as_bytes().windows(9) {
            forms.extend([STANDARD.encode(piece).into_bytes(), URL_SAFE.encode(piece).into_bytes()]);
        }
        let forms = AhoCorasick::new(forms).expect("a few hundred short strings");
        Self { value, forms }
    }

    /// What of the value stands in `bytes`, with a little of what stands around it.
    pub(crate) fn seen_in(&self, bytes: &[u8]) -> Option<String> {
        let found = self.forms.find(bytes)?;
        let around = &bytes[found.start().saturating_sub(60)..(found.end() + 20).min(bytes.len())];
        Some(String::from_utf8_lossy(around).into_owned())
    }
}

/// A repository in which runs are watched: every file that they write anywhere they may write is looked at.
pub(crate) struct Watch {
    pub(crate) repo: Repo,
    canary: Canary,
    /// Files that may hold the secret, and that nobody else may read.
    allowed: RefCell<BTreeSet<PathBuf>>,
    /// What went wrong so far: all of it is told at the end.
    wrong: RefCell<Vec<String>>,
}

impl Drop for Watch {
    fn drop(&mut self) {
        let wrong = self.wrong.take();
        if !std::thread::panicking() {
            assert!(wrong.is_empty(), "{} of the runs:\n{}", wrong.len(), wrong.join("\n"));
        }
    }
}

impl Watch {
    pub(crate) fn new(canary: String) -> Self {
        let repo = Repo::new();
        for name in ["home", "tmp", "out"] {
            std::fs::create_dir(repo.beside().join(name)).expect("a fresh directory");
        }
        Self { repo, canary: Canary::new(canary), allowed: RefCell::default(), wrong: RefCell::default() }
    }

    pub(crate) fn value(&self) -> &str {
        &self.canary.value
    }

    /// Where outputs of a run go.
    pub(crate) fn out(&self, name: &str) -> PathBuf {
        self.repo.beside().join("out").join(name)
    }

    /// From now on this file may hold the secret, as long as only its owner can read it.
    pub(crate) fn allow(&self, path: PathBuf) {
        self.allowed.borrow_mut().insert(path);
    }

    pub(crate) fn leaklint(&self) -> Leaklint {
        let run = self.repo.leaklint().env("RUST_BACKTRACE", "full").env("RUST_LOG", "trace");
        run.env("HOME", self.repo.beside().join("home")).env("TMPDIR", self.repo.beside().join("tmp"))
    }

    fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let read = |path: PathBuf| std::fs::read(&path).ok().map(|bytes| (path, bytes));
        common::all_files_below(self.repo.beside()).into_iter().filter_map(read).collect()
    }

    /// Runs leaklint with these arguments, demands the exit code and looks for the canary.
    pub(crate) fn run(&self, arguments: &[&str], code: i32) -> Outcome {
        self.check(self.leaklint().args(arguments), &arguments.join(" "), code)
    }

    /// Runs it, demands the exit code and looks for the canary.
    pub(crate) fn check(&self, run: Leaklint, label: &str, code: i32) -> Outcome {
        let outcome = self.look(run, label);
        if outcome.code != Some(code) {
            let label = label.replace(self.value(), "CANARY");
            let safe = outcome.to_string().replace(self.value(), "CANARY");
            self.wrong.borrow_mut().push(format!("`{label}` does not end with {code}\n{safe}"));
        }
        outcome
    }

    /// Runs it and looks for the canary.
    pub(crate) fn look(&self, run: Leaklint, label: &str) -> Outcome {
        let before = self.files();
        let outcome = run.run();
        let label = label.replace(self.value(), "CANARY");
        let wrong = |what: String| self.wrong.borrow_mut().push(format!("`{label}` {what}"));
        for (what, bytes) in [("stdout", &outcome.stdout), ("stderr", &outcome.stderr)] {
            if let Some(seen) = self.canary.seen_in(bytes) {
                wrong(format!("shows the secret on {what}: …{seen}…"));
            }
        }
        for (path, bytes) in self.files().iter().filter(|(path, bytes)| before.get(*path) != Some(*bytes)) {
            if self.allowed.borrow().contains(path) {
                if !is_private(path) {
                    wrong("lets others read a file with the secret".to_owned());
                }
                continue;
            }
            let name = if before.contains_key(path) { &[] } else { path.as_os_str().as_encoded_bytes() };
            if let Some(seen) = self.canary.seen_in(bytes).or_else(|| self.canary.seen_in(name)) {
                wrong(format!("writes the secret to a file: …{seen}…"));
            }
        }
        let safe = outcome.to_string().replace(self.value(), "CANARY");
        if ["panicked", "internal error"].iter().any(|text| outcome.err().contains(text)) {
            wrong(format!("panicked\n{safe}"));
        }
        outcome
    }

    /// Runs a command in every format, to standard output and to a file, with and without what it leaves out.
    pub(crate) fn every_format(&self, command: &[&str], code: i32) {
        for format in FORMATS {
            for more in [&[][..], &["--show-dropped", "--no-allow", "--min-confidence", "low"]] {
                let arguments = [command, &["--format", format], more].concat();
                self.run(&arguments, code);
            }
            let file = self.out(&format!("report.{format}"));
            let file = file.to_str().expect("a temporary path is UTF-8");
            self.run(&[command, &["--format", format, "--output", file]].concat(), code);
            assert!(
                !std::fs::read(file).expect("the report is there").is_empty() || code == 0,
                "{format}: an empty report of findings"
            );
        }
        self.run(&[command, &["--color", "always"]].concat(), code);
    }
}

#[cfg(unix)]
fn is_private(path: &std::path::Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).is_ok_and(|there| there.permissions().mode() & 0o077 == 0)
}

#[cfg(not(unix))]
fn is_private(_: &std::path::Path) -> bool {
    true
}
