//! `leaklint config check`: what reads well and still does not do what somebody meant.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use rayon::prelude::*;

use crate::catalogue::Catalogue;
use crate::cli::Exit;
use crate::cli::law;
use crate::cli::options::{OutputOptions, PolicyOptions};
use crate::cli::scan::ScanArgs;
use crate::cli::session::Session;
use crate::config::{Allow, Config, Mode, Place, Selector, Written, compile};
use crate::error::Error;
use crate::report::output;
use crate::rule::{Rule, template};
use crate::scan;
use crate::source::Source as _;
use crate::source::files::{FilesOptions, FilesSource, PathFilter};
use crate::source::repository::Repo;
use crate::visible;

use super::{files, looks_secret, shown};

/// Values that each example is tried with.
const VALUES: u64 = 2;

/// Something to look at, and where.
type Note = (Place, String);

/// Checks the configuration that is in force for `args`.
pub(super) fn run(args: &ScanArgs) -> Result<Exit, Error> {
    let policy = PolicyOptions { no_baseline: true, no_allow: false, ..args.policy.clone() };
    let output = OutputOptions { now: args.output.now, ..OutputOptions::default() };
    let session = Session::new(&policy, &output, &args.law(), Mode::Scan)?;
    let config = &session.config;
    let today = session.today();
    let mut notes: Vec<Note> = Vec::new();
    for Written { value, place } in &config.allow {
        if !value.holds_on(today) {
            let last = value.expires.map(|day| day.to_string()).unwrap_or_default();
            notes.push((
                place.clone(),
                format!("this allow entry held until {last}: take it out, or judge it anew"),
            ));
        }
    }
    notes.extend(globs(config, &args.root())?);
    notes.extend(commits(config, &args.root()));
    notes.extend(idle(config, &law::known(&policy)?));
    notes.extend(secrets(config, &session));
    notes.extend(swallowed(config, &session));
    notes.sort();
    notes.dedup();
    let mut text = String::new();
    for (Place { file, line }, what) in &notes {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{}:{line}: {what}", visible::line(&shown(&session, file)));
    }
    let read = files(config);
    let verdict = match (read.len(), notes.len()) {
        (0, _) => "there is no configuration".to_owned(),
        (_, 0) => "nothing is wrong with it".to_owned(),
        (_, 1) => "1 thing to look at".to_owned(),
        (_, count) => format!("{count} things to look at"),
    };
    let names: Vec<String> = read.iter().map(|file| shown(&session, file)).collect();
    let names = if names.is_empty() { String::new() } else { format!("{}: ", names.join(", ")) };
    let _ = writeln!(text, "{}{verdict}", visible::line(&names));
    output::write(text.as_bytes(), None)?;
    Ok(if notes.is_empty() { Exit::Clean } else { Exit::Findings })
}

/// Globs that match no file of the tree, ignored ones included.
fn globs(config: &Config, root: &Path) -> Result<Vec<Note>, Error> {
    let mut all: Vec<(&Place, &str, &str)> = Vec::new();
    all.extend(config.exclude.iter().map(|glob| (&glob.place, "exclude", glob.value.as_str())));
    for entry in &config.allow {
        all.extend(entry.value.paths.iter().map(|glob| (&entry.place, "allow.paths", glob.as_str())));
    }
    for entry in &config.overrides {
        all.extend(entry.value.paths.iter().map(|glob| (&entry.place, "overrides.paths", glob.as_str())));
    }
    if all.is_empty() {
        return Ok(Vec::new());
    }
    let roots = vec![root.to_owned()];
    let listing =
        FilesSource::new(FilesOptions { roots, no_ignore: true, filter: PathFilter::default() }).list()?;
    let prefix = crate::blob::BlobPath::from_path(root);
    let inner = |path: &crate::blob::BlobPath| {
        let bytes = path.as_bytes();
        let bytes = bytes.strip_prefix(prefix.as_bytes()).unwrap_or(bytes);
        bytes.strip_prefix(b"/").unwrap_or(bytes).to_vec()
    };
    let paths: BTreeSet<Vec<u8>> = listing
        .items
        .iter()
        .flat_map(|item| &item.origins)
        .map(|origin| {
            origin.repo_path.as_ref().map_or_else(|| inner(&origin.path), |path| path.as_bytes().to_vec())
        })
        .collect();
    let matches_nothing = |glob: &str| {
        PathFilter::new(&[glob.to_owned()], &[])
            .is_ok_and(|filter| !paths.iter().any(|path| filter.excludes_file(&[path])))
    };
    let idle = all.into_par_iter().filter(|(_, _, glob)| matches_nothing(glob));
    Ok(idle
        .map(|(place, key, _)| (place.clone(), format!("a glob of `{key}` matches no file here")))
        .collect())
}

/// Commits that the repository does not have.
fn commits(config: &Config, root: &Path) -> Vec<Note> {
    let mut notes = Vec::new();
    let mut repo = None;
    for Written { value, place } in &config.allow {
        for commit in &value.commits {
            let repo = repo.get_or_insert_with(|| Repo::at(root).ok());
            if repo.as_ref().is_some_and(|repo| repo.commit_id(commit).is_err()) {
                notes.push((place.clone(), "`allow.commits` names a commit that is not here".to_owned()));
            }
        }
    }
    notes
}

/// Entries that speak of nothing but rules that do not run.
fn idle(config: &Config, known: &[Rule]) -> Vec<Note> {
    let runs = |selector: &Selector| {
        let own = config.rules.iter().map(|rule| &rule.value);
        known.iter().chain(own).any(|rule| selector.selects(rule) && config.runs(rule))
    };
    let mut entries: Vec<(&Place, &str, &[Selector])> = Vec::new();
    entries
        .extend(config.allow.iter().map(|entry| (&entry.place, "allow entry", entry.value.rules.as_slice())));
    entries.extend(config.changes.iter().map(|entry| (&entry.place, "change", entry.value.rules.as_slice())));
    let idle = entries.into_iter().filter(|(_, _, rules)| !rules.is_empty() && !rules.iter().any(runs));
    idle.map(|(place, what, _)| (place.clone(), format!("this {what} names only rules that do not run")))
        .collect()
}

/// A pattern without the flags that it begins with, such as `(?i)`.
fn unflagged(pattern: &str) -> &str {
    let flags = pattern.strip_prefix("(?").and_then(|rest| rest.split_once(')'));
    flags
        .filter(|(flags, _)| flags.bytes().all(|b| b.is_ascii_alphabetic() || b == b'-'))
        .map_or(pattern, |(_, rest)| rest)
}

/// Words and patterns that are secrets themselves.
fn secrets(config: &Config, session: &Session) -> Vec<Note> {
    let literal = |pattern: &String| unflagged(pattern).replace(['^', '$', '\\'], "");
    let is_one = |entry: &Allow| {
        entry.words.iter().any(|word| looks_secret(session, word))
            || entry.values.iter().any(|pattern| looks_secret(session, &literal(pattern)))
    };
    let found = config.allow.iter().filter(|entry| is_one(&entry.value));
    let what = "a value or word of this allow entry looks like a secret, and everybody can read it here: accept the \
                finding in the baseline instead (leaklint baseline, or leaklint triage)";
    let mut notes: Vec<Note> = found.map(|entry| (entry.place.clone(), what.to_owned())).collect();
    let broken = |entry: &Allow| entry.values.iter().any(|pattern| compile(pattern).is_none());
    let broken = config.allow.iter().filter(|entry| broken(&entry.value));
    notes.extend(broken.map(|entry| {
        (
            entry.place.clone(),
            "a pattern of this allow entry is too large to compile, so it matches nothing".to_owned(),
        )
    }));
    notes
}

/// Allow entries that would take the catalogue's own examples, which stand for real secrets.
fn swallowed(config: &Config, session: &Session) -> Vec<Note> {
    let tells = |entry: &Allow| {
        let narrowed = !entry.paths.is_empty() || !entry.commits.is_empty();
        !entry.values.is_empty() || !entry.words.is_empty() || !narrowed
    };
    if !config.allow.iter().any(|entry| tells(&entry.value)) {
        return Vec::new();
    }
    let catalogue = &session.catalogue;
    let of_rule = |rule: &Rule| -> Vec<Note> {
        let mut notes = BTreeSet::new();
        for (number, example) in (1..).zip(rule.examples.iter()) {
            for seed in 0..VALUES {
                for (found, value) in values(catalogue, example, seed) {
                    for place in session.policy.swallowed_by(found, value.expose()) {
                        let what = format!(
                            "this allow entry takes example {number} of {}, which stands for a real secret: narrow it, or \
                             turn the rule off",
                            rule.id
                        );
                        notes.insert((place.clone(), what));
                    }
                }
            }
        }
        notes.into_iter().collect()
    };
    let all: Vec<Note> = catalogue.rules().par_iter().flat_map_iter(of_rule).collect();
    // Of an entry that takes hundreds, a few say enough.
    let mut notes: Vec<Note> = Vec::new();
    for entry in &config.allow {
        let mut of_entry: Vec<&Note> = all.iter().filter(|(place, _)| *place == entry.place).collect();
        of_entry.sort();
        notes.extend(of_entry.iter().take(MOST_EXAMPLES).map(|note| (*note).clone()));
        if let Some(more) = of_entry.len().checked_sub(MOST_EXAMPLES).filter(|more| *more > 0) {
            notes.push((entry.place.clone(), format!("this allow entry takes {more} further examples")));
        }
    }
    notes
}

/// Examples named of those that one entry takes.
const MOST_EXAMPLES: usize = 3;

/// What is found in a template's value: the rule and the secret.
fn values<'c>(catalogue: &'c Catalogue, example: &str, seed: u64) -> Vec<(&'c Rule, crate::secret::Secret)> {
    let text = template::expand(example, seed).unwrap_or_default();
    let found = scan::probe_secrets(catalogue, text.as_bytes());
    found.into_iter().map(|(rule, secret)| (catalogue.rule(rule), secret)).collect()
}
