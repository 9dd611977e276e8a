//! What teams wrote for other scanners, as configuration and baseline of ours: `leaklint import`.
//!
//! It stands beside `scan` because most entries can only be understood by scanning: a hash, or a path and a line, names a
//! value that has to be found first. Each importer says for every entry what became of it. Facts about the formats are
//! those of the tools' documents; `docs/migration.md` describes it for users.

mod clean;
mod config;
mod detect_secrets;
mod fingerprints;
mod gitleaks;
mod globs;
mod kind;
mod lists;
mod pattern;
mod rules;
mod secretlint;
mod settle;
mod talisman;
mod tell;
mod tree;
mod values;

use crate::baseline::Facts;
use crate::catalogue::Catalogue;
use crate::error::Error;
use crate::secret::Secret;

use clean::Clean;

pub use config::Written;
pub use kind::Kind;
pub use settle::{Found, Tree, elsewhere, settle};
pub use tell::render;

/// Largest file that is read, in bytes: a report of gitleaks over a long history has tens of megabytes.
pub const LARGEST_FILE: u64 = 256 << 20;

/// What became of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It means here what it means there.
    Carried,
    /// It is here, but means something else: this.
    Differently(String),
    /// It is not here, for this reason.
    Not(String),
}

/// One entry of a file and what became of it. Quotes nothing but what may be shown.
#[derive(Clone, Debug)]
pub struct Told {
    /// The file, escaped.
    pub file: String,
    /// 1-based.
    pub at: Option<u64>,
    /// What `at` counts: lines, or entries where the syntax has no lines.
    pub unit: &'static str,
    /// What it is.
    pub what: String,
    /// What became of it; `None` until the tree was scanned.
    pub fate: Option<Fate>,
}

/// What is known of a value that somebody accepted.
enum Known {
    /// Its SHA-1, without salt.
    Sha1([u8; 20]),
    /// Itself.
    Raw(Secret),
    /// Nothing but its place; the other tool's rule, if it says.
    Place(Option<String>),
    /// All that is found in a file, as long as the file has this SHA-256.
    Content([u8; 32]),
}

/// A value to be looked for and accepted.
struct Wanted {
    /// Which entry it is of, as an index into what is told.
    told: usize,
    known: Known,
    /// From the root, `/`-separated; `None`: anywhere.
    path: Option<String>,
    /// 1-based.
    line: Option<u64>,
    /// Hexadecimal id of the commit that holds it there.
    commit: Option<String>,
    facts: Facts,
}

/// All that was read.
#[derive(Default)]
pub struct Import {
    /// What became of each entry, in the order of the files.
    pub told: Vec<Told>,
    /// What belongs into a configuration.
    config: config::Draft,
    wanted: Vec<Wanted>,
    /// Whether the repository has a commit of this id; without a repository none is known.
    has_commit: Option<Box<HasCommit>>,
}

/// Says whether there is a commit of an id.
type HasCommit = dyn Fn(&str) -> bool;

impl Import {
    /// An import into a repository, which is asked whether it has a commit of an id.
    pub fn new(has_commit: impl Fn(&str) -> bool + 'static) -> Self {
        Self { has_commit: Some(Box::new(has_commit)), ..Self::default() }
    }

    /// Reads one file; `name` is the path as shown, `kind` what it is.
    ///
    /// # Errors
    /// When it is none of that kind; only the place of a mistake is named.
    pub fn read(&mut self, name: &str, kind: Kind, bytes: &[u8], catalogue: &Catalogue) -> Result<(), Error> {
        let failed = |reason: String| Error::Io { action: "import", path: name.to_owned(), reason };
        let text = std::str::from_utf8(bytes).map_err(|why| {
            let line = memchr::memchr_iter(b'\n', &bytes[..why.valid_up_to()]).count() + 1;
            failed(format!("it is not UTF-8 in line {line}"))
        })?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let json = matches!(kind, Kind::GitleaksReport | Kind::DetectSecrets | Kind::Secretlint);
        let unit = if json { "entry" } else { "line" };
        let mut to =
            Sink { import: self, file: name.to_owned(), unit, clean: Clean::new(catalogue), catalogue };
        let broken = |syntax: &str, broken: tree::Broken| {
            failed(format!("it is not valid {syntax} at line {}, column {}", broken.line, broken.column))
        };
        match kind {
            Kind::GitleaksConfig | Kind::BetterleaksConfig => {
                let root = tree::toml(text).map_err(|at| broken("TOML", at))?;
                gitleaks::read(&root, &mut to);
            }
            Kind::GitleaksIgnore => fingerprints::ignore_file(text, &mut to),
            Kind::GitleaksReport => {
                let root = tree::json(text).map_err(|at| broken("JSON", at))?;
                fingerprints::report(&root, &mut to).map_err(failed)?;
            }
            Kind::DetectSecrets => {
                let root = tree::json(text).map_err(|at| broken("JSON", at))?;
                detect_secrets::read(&root, &mut to).map_err(failed)?;
            }
            Kind::Secretlint => {
                let root = tree::json(text).map_err(|at| broken("JSON", at))?;
                secretlint::read(&root, &mut to).map_err(failed)?;
            }
            Kind::Talisman => {
                let root = tree::yaml(text).map_err(|at| broken("YAML", at))?;
                talisman::read(&root, &mut to);
            }
            Kind::SecretsIgnore => lists::secrets_ignore(text, &mut to),
            Kind::GitAllowed => lists::git_allowed(text, &mut to),
        }
        Ok(())
    }

    /// Reads what git-secrets keeps in git's settings, `all` of whose values of a name are asked for. None is ever run.
    pub fn git_settings(&mut self, all: &dyn Fn(&str) -> Vec<String>, catalogue: &Catalogue) {
        let file = "git's settings".to_owned();
        let clean = Clean::new(catalogue);
        lists::git_settings(all, &mut Sink { import: self, file, unit: "entry", clean, catalogue });
    }

    /// Whether the tree has to be scanned to understand it.
    pub const fn needs_scan(&self) -> bool {
        !self.wanted.is_empty()
    }

    /// What is to be written, if anything.
    pub fn written(&self, rules_name: &str) -> Written {
        self.config.written(rules_name)
    }
}

/// Where one file's entries go.
struct Sink<'i> {
    import: &'i mut Import,
    file: String,
    unit: &'static str,
    clean: Clean<'i>,
    catalogue: &'i Catalogue,
}

impl Sink<'_> {
    fn tell(&mut self, at: Option<u64>, what: impl Into<String>, fate: Option<Fate>) -> usize {
        self.import.told.push(Told { file: self.file.clone(), at, unit: self.unit, what: what.into(), fate });
        self.import.told.len() - 1
    }

    fn carried(&mut self, at: Option<u64>, what: impl Into<String>) {
        self.tell(at, what, Some(Fate::Carried));
    }

    fn differently(&mut self, at: Option<u64>, what: impl Into<String>, why: impl Into<String>) {
        self.tell(at, what, Some(Fate::Differently(why.into())));
    }

    fn not(&mut self, at: Option<u64>, what: impl Into<String>, why: impl Into<String>) {
        self.tell(at, what, Some(Fate::Not(why.into())));
    }

    /// Looks for a value that is accepted anywhere.
    fn want_value(&mut self, at: Option<u64>, what: &str, value: &str) {
        let facts = Facts { anywhere: true, ..self.facts(what) };
        let known = Known::Raw(Secret::new(value.as_bytes()));
        self.want(at, what, known, None, facts);
    }

    fn want(&mut self, at: Option<u64>, what: &str, known: Known, place: Option<Spot>, facts: Facts) {
        let told = self.tell(at, what, None);
        let Spot { path, line, commit } = place.unwrap_or_default();
        self.import.wanted.push(Wanted { told, known, path, line, commit, facts });
    }

    /// What is said of an accepted value: where it comes from.
    fn facts(&self, what: &str) -> Facts {
        let name = self.file.rsplit('/').next().unwrap_or_default();
        Facts { reason: Some(format!("imported from {name}: {what}")), ..Facts::default() }
    }

    /// The reason of an allow entry: the other tool's words where they may be shown.
    fn reason(&self, description: Option<&str>) -> String {
        let name = self.file.rsplit('/').next().unwrap_or_default();
        match description.and_then(|text| self.clean.shown(text)) {
            Some(text) => format!("{text} (imported from {name})"),
            None => format!("imported from {name}"),
        }
    }
}

/// Where a value stands.
#[derive(Default)]
struct Spot {
    path: Option<String>,
    line: Option<u64>,
    commit: Option<String>,
}

impl Spot {
    /// In a file, from the root; `None` when the path leads out of it.
    fn file(path: &str) -> Option<Self> {
        let path = path.replace('\\', "/");
        let path = path.strip_prefix("./").unwrap_or(&path).to_owned();
        let inside = !path.is_empty() && !path.starts_with('/') && !path.split('/').any(|part| part == "..");
        inside.then_some(Self { path: Some(path), ..Self::default() })
    }
}
