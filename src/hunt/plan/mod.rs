//! The plan of a rewrite: what git-filter-repo and BFG have to be told so that the values are gone afterwards, and what
//! has to be done around it, in order.
//!
//! Stands apart from the hunt because it writes what nothing else may write: the values. They go into files for their
//! owner alone (`directory.rs`), and into nothing else.

mod directory;
mod expressions;
mod guide;
mod identities;
mod rotation;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

pub use directory::Directory;
use directory::{MANIFEST, Manifest, SECRET, VALUES};

use super::hit::{Hit, Hunted, Part};
use super::needles::Needles;
use super::tell::Teller;
use crate::catalogue::Catalogue;
use crate::error::Error;
use crate::report::text;
use crate::secret::Secret;
use crate::source::object::Id;
use crate::source::repository::Repo;

/// Names of the files that git-filter-repo reads, and its option for each.
const OPTIONS: [(&str, &str); 8] = [
    ("replace-text.txt", "--replace-text"),
    ("replace-message.txt", "--replace-message"),
    ("paths.txt", "--paths-from-file"),
    ("mailmap", "--mailmap"),
    ("name-callback.py", "--name-callback"),
    ("email-callback.py", "--email-callback"),
    ("refname-callback.py", "--refname-callback"),
    (STRIP, "--strip-blobs-with-ids"),
];

/// Ids of blobs that are dropped whole.
const STRIP: &str = "strip-blobs.txt";

/// The steps for a person.
const GUIDE: &str = "PLAN.md";

/// Bytes that hold a value.
type Raw = Zeroizing<Vec<u8>>;

/// One file of a plan.
struct PlanFile {
    name: &'static str,
    bytes: Raw,
}

/// Everything that a plan is made from.
pub struct Basis<'b> {
    /// Where the values are.
    pub repo: &'b Repo,
    /// What was looked for.
    pub values: &'b [Secret],
    /// The same in every form.
    pub needles: &'b Needles,
    /// Where they were found.
    pub hunted: &'b Hunted,
    /// The rules: they know services.
    pub catalogue: &'b Catalogue,
}

/// A plan that was written.
pub struct Written {
    /// Its directory.
    pub directory: PathBuf,
    /// Names of the files in it that hold values.
    pub secret: Vec<&'static str>,
    /// The file to read first.
    pub guide: PathBuf,
}

/// Writes the plan for what was found into the new directory `out`.
///
/// # Errors
/// When `out` lies in the repository or holds something, or a file cannot be written.
pub fn write(basis: &Basis<'_>, out: &Path) -> Result<Written, Error> {
    if !basis.needles.search(out.as_os_str().as_encoded_bytes()).found.is_empty() {
        return Err(Error::Usage {
            message: "the name of the plan's directory holds one of the values".into(),
            help: Some("name another one: it stands in files that hold none".into()),
        });
    }
    let directory = directory::make(out, basis.repo)?;
    let mut files = replacements(basis);
    files.retain(|file| !file.bytes.is_empty());
    let rewrite = rewrite(&directory, &files);
    let facts = guide::Facts {
        basis,
        teller: Teller::new(basis.needles, basis.catalogue),
        directory: &directory,
        rewrite: &rewrite,
        stripped: stripped(basis.hunted),
        bfg: files.iter().any(|file| file.name == "bfg-replace-text.txt"),
    };
    let guide = guide::render(&facts).into_bytes();
    let manifest =
        Manifest { version: 1, repository: repository(basis), values: basis.values.len(), rewrite };
    let mut values = Zeroizing::new(Vec::new());
    for value in basis.values {
        values.extend_from_slice(value.expose());
        values.push(0);
    }
    files.push(PlanFile { name: VALUES, bytes: values });
    files.push(PlanFile { name: MANIFEST, bytes: Zeroizing::new(text::pretty(&manifest)) });
    files.push(PlanFile { name: GUIDE, bytes: Zeroizing::new(guide) });
    files.iter().try_for_each(|file| directory::write(&directory, file))?;
    let secret = files.iter().map(|file| file.name).filter(|name| SECRET.contains(name)).collect();
    Ok(Written { guide: directory.join(GUIDE), directory, secret })
}

/// The top of the repository, unless it cannot be named: its path holds a value or is no text.
fn repository(basis: &Basis<'_>) -> Option<String> {
    let root = std::path::absolute(basis.repo.root()).ok()?;
    let nameless = |root: &&str| basis.needles.search(root.as_bytes()).found.is_empty();
    root.to_str().filter(nameless).map(str::to_owned)
}

/// What stands in a name or a path in the place of a value.
fn stand_in(value: usize) -> String {
    format!("REMOVED-{value}")
}

/// The command that rewrites, as words.
fn rewrite(directory: &Path, files: &[PlanFile]) -> Vec<String> {
    let mut words: Vec<String> = ["git", "filter-repo", "--force"].map(str::to_owned).to_vec();
    for (name, option) in OPTIONS {
        if files.iter().any(|file| file.name == name) {
            words.extend([option.to_owned(), directory.join(name).to_string_lossy().into_owned()]);
        }
    }
    words
}

fn replacements(basis: &Basis<'_>) -> Vec<PlanFile> {
    let hunted = basis.hunted;
    let in_text = distinct(basis, |hit| hit.part == Part::Blob && !is_stripped(hit));
    let in_messages = distinct(basis, |hit| matches!(hit.part, Part::CommitMessage | Part::TagMessage));
    let in_paths = numbered(hunted, |hit| hit.part == Part::FileName);
    let in_refs = numbered(hunted, |hit| hit.part == Part::RefName);
    let identities = identities::find(basis.repo, basis.needles, hunted);
    let is_identity = |hit: &Hit| matches!(hit.part, Part::Author | Part::Committer | Part::Tagger);
    let in_names = if identities.others { numbered(hunted, is_identity) } else { Vec::new() };
    let lines = |found: &[Raw], write: &dyn Fn(&[u8]) -> Option<Raw>| {
        let lines: Vec<_> = found.iter().filter_map(|bytes| write(bytes)).collect();
        joined(lines.iter().map(|line| line.as_slice()))
    };
    let filter_repo = |bytes: &[u8]| Some(expressions::filter_repo(bytes));
    let renames: Vec<_> = in_paths.iter().map(|(old, new)| expressions::rename(old, new)).collect();
    let callback = |name: &str, pairs: &[(Raw, String)]| match pairs {
        [] => Zeroizing::default(),
        pairs => expressions::callback(name, pairs),
    };
    let strip: String = stripped(hunted).iter().map(|id| id.hex() + "\n").collect();
    [
        ("replace-text.txt", lines(&in_text, &filter_repo)),
        ("replace-message.txt", lines(&in_messages, &filter_repo)),
        ("paths.txt", joined(renames.iter().map(|line| line.as_slice()))),
        ("mailmap", identities.mailmap),
        ("name-callback.py", callback("name", &in_names)),
        ("email-callback.py", callback("email", &in_names)),
        ("refname-callback.py", callback("refname", &in_refs)),
        ("bfg-replace-text.txt", lines(&in_text, &expressions::bfg)),
        (STRIP, Zeroizing::new(strip.into_bytes())),
    ]
    .map(|(name, bytes)| PlanFile { name, bytes })
    .into()
}

/// True for a blob in which no text can be replaced: git-filter-repo passes over binary ones, and what is packed is not
/// text. It is dropped whole.
fn is_stripped(hit: &Hit) -> bool {
    hit.part == Part::Blob && (hit.binary || !hit.place.inside.is_empty())
}

fn stripped(hunted: &Hunted) -> BTreeSet<Id> {
    hunted.hits.iter().filter(|hit| is_stripped(hit)).filter_map(|hit| hit.object).collect()
}

/// What stands in these places, each byte string once, longer ones first: a shorter one may be a part of them. The values
/// themselves are among them, because messages in another encoding are read as UTF-8 (git-fast-export(1), `--reencode`).
fn distinct(basis: &Basis<'_>, which: impl Fn(&Hit) -> bool) -> Vec<Raw> {
    let mut all: Vec<Raw> = numbered(basis.hunted, &which).into_iter().map(|(bytes, _)| bytes).collect();
    let there = |number: usize| basis.hunted.hits.iter().any(|hit| hit.value() == number && which(hit));
    let values = (1..).zip(basis.values).filter(|(number, _)| there(*number));
    all.extend(values.map(|(_, value)| Zeroizing::new(value.expose().to_vec())));
    all.sort_by(|a, b| {
        (std::cmp::Reverse(a.len()), a.as_slice()).cmp(&(std::cmp::Reverse(b.len()), b.as_slice()))
    });
    all.dedup_by(|a, b| a.as_slice() == b.as_slice());
    all
}

/// What stands in these places, each byte string once with what to put in its place, longer ones first: one name for one spelling, so that two of them do not meet.
fn numbered(hunted: &Hunted, which: impl Fn(&Hit) -> bool) -> Vec<(Raw, String)> {
    let mut found: Vec<(usize, &Secret)> =
        hunted.hits.iter().filter(|hit| which(hit)).map(|hit| (hit.value(), &hit.place.bytes)).collect();
    found.sort_by(|a, b| {
        let key = |(value, bytes): &(usize, &Secret)| (std::cmp::Reverse(bytes.len()), *value);
        key(a).cmp(&key(b)).then_with(|| a.1.expose().cmp(b.1.expose()))
    });
    found.dedup_by(|a, b| a.1.expose() == b.1.expose());
    let mut spellings: BTreeMap<usize, usize> = BTreeMap::new();
    let mut name = |value: usize| {
        let spelling = spellings.entry(value).or_default();
        *spelling += 1;
        if *spelling == 1 { stand_in(value) } else { format!("{}-{spelling}", stand_in(value)) }
    };
    found.into_iter().map(|(value, bytes)| (Zeroizing::new(bytes.expose().to_vec()), name(value))).collect()
}

fn joined<'l>(lines: impl Iterator<Item = &'l [u8]>) -> Raw {
    let mut all = Zeroizing::new(Vec::new());
    lines.for_each(|line| all.extend_from_slice(line));
    all
}
