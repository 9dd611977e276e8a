//! `leaklint import`: what a team wrote for another scanner, as configuration and baseline.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use clap::Args;

use crate::baseline::{Draft, path_of};
use crate::blob::{BlobPath, Commit, Content, Item, Origin, Part};
use crate::catalogue::Catalogue;
use crate::config::Mode;
use crate::error::Error;
use crate::import::{Fate, Found, Import, Kind, LARGEST_FILE, Tree, elsewhere, render, settle};
use crate::report::output;
use crate::rule;
use crate::source::files::{FilesOptions, FilesSource, PathFilter, small};
use crate::source::repository::Repo;
use crate::source::settings::Settings;
use crate::source::{Listing, Opened, Problem, Source};
use crate::visible;

use super::options::{OutputOptions, PolicyOptions};
use super::session::{BASELINE, CONFIG, Law, Session, root_of};
use super::{Exit, fresh};

pub(super) const EXIT_CODES: &str = "\
Exit codes:
  0  every entry is carried, some perhaps differently
  1  some entries are not carried; all others are
  2  a file cannot be read or written; nothing is written";

/// Largest file of the tree that a value is looked up in, in bytes.
const LARGEST_LOOKED_UP: u64 = 16 << 20;
/// Name of the file that imported rules go to.
const RULES: &str = ".leaklint-rules.yaml";

/// Arguments of `leaklint import`.
#[derive(Args, Clone, Debug)]
pub struct ImportArgs {
    /// Files of other scanners: .gitleaks.toml, .gitleaksignore, a JSON report of gitleaks, .betterleaks.toml,
    /// .secrets.baseline, .secretsignore, .talismanrc, .gitallowed, .secretlintrc.json
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// What the files are, where their names do not tell
    #[arg(long, value_enum, value_name = "KIND")]
    kind: Option<Kind>,
    /// Only say what would become of each entry
    #[arg(long)]
    dry_run: bool,
    /// Write the configuration here [default: .leaklint.yaml at the repository's root, where there is none]
    #[arg(long, value_name = "FILE")]
    config_output: Option<PathBuf>,
    /// The baseline to add to [default: .leaklint-baseline.jsonl at the repository's root]
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Number of threads [default: one per core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=512))]
    threads: Option<u16>,
}

/// Imports files.
///
/// # Errors
/// When a file cannot be read, is none of those that are known, or what comes of it cannot be written.
pub fn run(args: &ImportArgs) -> Result<Exit, Error> {
    let catalogue = Catalogue::new(rule::builtin().to_vec());
    let root = root_of(Path::new("."));
    let repo = Repo::at(&root).ok();
    let mut import = Import::new(move |id| repo.as_ref().is_some_and(|repo| repo.commit_id(id).is_ok()));
    let mut git_secrets = false;
    for path in &args.files {
        let kind = read(path, args.kind, &mut import, &catalogue)?;
        git_secrets |= kind == Kind::GitAllowed;
    }
    if git_secrets && let Some(settings) = Repo::at(&root).ok().and_then(|repo| Settings::of(&repo).ok()) {
        import.git_settings(&|name| settings.all(name), &catalogue);
    }
    let config = args.config_output.clone().unwrap_or_else(|| root.join(CONFIG));
    let rules = config.with_file_name(RULES);
    let written = import.written(RULES);
    if !args.dry_run {
        for (path, text) in [(&config, &written.config), (&rules, &written.rules)] {
            if !text.is_empty() {
                fresh::refuse(path).map_err(|error| instead(error, path == &config))?;
            }
        }
    }
    let baseline = args.baseline.clone().unwrap_or_else(|| root.join(BASELINE));
    let accepted =
        if import.needs_scan() { accept(args, &root, &baseline, &mut import, &catalogue)? } else { None };
    let mut text = render(&import.told);
    if !args.dry_run {
        // The rules first: a configuration that names them would be wrong without.
        for (path, content) in [(&rules, &written.rules), (&config, &written.config)] {
            if !content.is_empty() {
                fresh::create(path, content.as_bytes())?;
                text.push_str(&format!("wrote {}\n", from_here(path)));
            }
        }
        text.extend(accepted);
    }
    output::write(text.as_bytes(), None)?;
    let lost = import.told.iter().any(|told| matches!(told.fate, Some(Fate::Not(_))));
    Ok(if lost { Exit::Findings } else { Exit::Clean })
}

/// A path as seen from the current directory, when it lies below.
fn from_here(path: &Path) -> String {
    let here = std::env::current_dir().and_then(|here| here.canonicalize()).unwrap_or_default();
    visible::path(path.strip_prefix(here).unwrap_or(path))
}

fn read(path: &Path, kind: Option<Kind>, import: &mut Import, catalogue: &Catalogue) -> Result<Kind, Error> {
    let name = visible::path(path);
    let failed = |why: std::io::Error| match why.kind() {
        std::io::ErrorKind::NotFound => Error::MissingPath { path: name.clone() },
        _ => Error::Io { action: "read", path: name.clone(), reason: why.to_string() },
    };
    let bytes = small(path, LARGEST_FILE).map_err(failed)?;
    let Some(kind) = kind.or_else(|| Kind::of(&path.to_string_lossy(), &bytes)) else {
        return Err(Error::Usage {
            message: format!("{name} is no file of another scanner that leaklint knows by its name"),
            help: Some("say what it is by --kind".to_owned()),
        });
    };
    import.read(&name, kind, &bytes, catalogue).map(|()| kind)
}

/// A configuration that is there is never touched.
fn instead(error: Error, config: bool) -> Error {
    match error {
        Error::Usage { message, .. } if config => Error::Usage {
            message,
            help: Some("it is never changed: write to another file with --config-output and put the two together, or see what would be written with --dry-run".to_owned()),
        },
        other => other,
    }
}

/// Scans, and accepts what the entries mean; says what was written.
fn accept(
    args: &ImportArgs,
    root: &Path,
    baseline: &Path,
    import: &mut Import,
    catalogue: &Catalogue,
) -> Result<Option<String>, Error> {
    let draft = Draft::open(baseline)?;
    let policy = PolicyOptions { no_config: true, no_baseline: true, ..PolicyOptions::default() };
    let output = OutputOptions { threads: args.threads, quiet: true, ..OutputOptions::default() };
    let session = Session::new(&policy, &output, &Law::Nowhere, Mode::Scan)?;
    let roots = vec![root.to_owned()];
    let source = FilesSource::new(FilesOptions { roots, no_ignore: false, filter: PathFilter::default() });
    let mut here = session.seen(&source, draft.blank())?;
    let own = own_paths(&args.files, root);
    here.retain(|found| !own.contains(&path_of(&found.finding)));
    let there = commits(root, import, &session, &draft)?;
    let inside = |path: &str| small(&root.join(path), LARGEST_LOOKED_UP).ok();
    let tree = Tree { here: &here, there: &there, read: &inside, catalogue };
    let accepted = settle(import, &tree);
    if args.dry_run || accepted.is_empty() {
        return Ok(None);
    }
    let added = draft.add(&accepted)?;
    Ok(Some(format!("{}: {} new, {} changed\n", from_here(baseline), added.new, added.changed)))
}

/// The paths, from the root, of the files that are read: what they say about a value is no place where it stands.
fn own_paths(files: &[PathBuf], root: &Path) -> BTreeSet<String> {
    let whole = |path: &Path| path.canonicalize().ok();
    let root = whole(root);
    let inside = |file: &PathBuf| {
        let file = whole(file)?;
        let path = file.strip_prefix(root.as_ref()?).ok()?;
        Some(BlobPath::from_path(path).text())
    };
    files.iter().filter_map(inside).collect()
}

type There = BTreeMap<(String, String), Option<Vec<Found>>>;

/// What is found in the files of commits that entries name.
fn commits(root: &Path, import: &Import, session: &Session, draft: &Draft) -> Result<There, Error> {
    let named = elsewhere(import);
    let mut there: There = named.iter().map(|key| (key.clone(), None)).collect();
    let Some(repo) = (!named.is_empty()).then(|| Repo::at(root).ok()).flatten() else { return Ok(there) };
    let texts = Texts::read(&repo, &named);
    texts.items.iter().for_each(|(key, _)| {
        there.insert(key.clone(), Some(Vec::new()));
    });
    for found in session.seen(&texts, draft.blank())? {
        let commit = found.finding.commit.as_ref().map(|commit| commit.id.clone()).unwrap_or_default();
        let path = found.finding.path.text();
        if let Some(Some(list)) = there.get_mut(&(commit, path)) {
            list.push(found);
        }
    }
    Ok(there)
}

/// Files of commits, as a source. Their commits bear the names that the entries give them.
struct Texts {
    items: Vec<((String, String), Item)>,
}

impl Texts {
    fn read(repo: &Repo, named: &BTreeSet<(String, String)>) -> Self {
        let item = |(commit, path): &(String, String)| {
            let bytes = repo.read_commit_file(commit, path).ok()??;
            let blob_path = BlobPath::from_bytes(path.as_bytes());
            let of = Commit { id: commit.clone(), author: String::new(), date: String::new() };
            let origin = Origin {
                path: blob_path.clone(),
                repo_path: Some(blob_path),
                commit: Some(of.into()),
                part: Part::File,
            };
            let content = Content::Bytes(bytes.into());
            Some(Item { content, origins: vec![origin], added: None, before: None })
        };
        Self { items: named.iter().filter_map(|key| Some((key.clone(), item(key)?))).collect() }
    }
}

impl Source for Texts {
    fn list(&self) -> Result<Listing, Error> {
        let items = self.items.iter().map(|(_, item)| item.clone()).collect();
        Ok(Listing { items, ..Listing::default() })
    }

    fn open(&self, content: &Content) -> Result<Opened, Problem> {
        match content {
            Content::Bytes(bytes) => Ok(Opened::Bytes(bytes.to_vec())),
            _ => Err(Problem {
                path: None,
                kind: "unreadable",
                message: "it is no file of a commit".to_owned(),
            }),
        }
    }
}
