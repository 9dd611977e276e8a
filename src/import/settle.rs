//! Finds the values that other tools' files only hint at, among what a scan found: by hash, by text, by place, by file.

use std::collections::{BTreeMap, BTreeSet};

use sha1::{Digest as _, Sha1};
use sha2::Sha256;

use super::rules::{self, Ours};
use super::{Fate, Import, Known, Wanted};
use crate::baseline::{Facts, path_of};
use crate::catalogue::Catalogue;
use crate::finding::Finding;
use crate::secret::Secret;

/// A shorter value (in bytes) stands in others by chance.
const SHORTEST_PART: usize = 6;
/// Longest line that quoted values are looked for in, in bytes, and most of them.
const LONGEST_LINE: usize = 64 * 1024;
const MOST_QUOTED: usize = 512;

/// A finding with its value.
pub struct Found {
    /// The finding, with an identity of the baseline's salts.
    pub finding: Finding,
    /// The value.
    pub secret: Secret,
}

/// What was scanned.
pub struct Tree<'t> {
    /// What was found in the working tree.
    pub here: &'t [Found],
    /// What was found in files of commits, by commit and path as [`elsewhere`] names them; `None` where there is no such file.
    pub there: &'t BTreeMap<(String, String), Option<Vec<Found>>>,
    /// The bytes of a file of the working tree, by its path from the root.
    pub read: &'t dyn Fn(&str) -> Option<Vec<u8>>,
    /// The rules.
    pub catalogue: &'t Catalogue,
}

/// The files of commits that entries name.
pub fn elsewhere(import: &Import) -> BTreeSet<(String, String)> {
    let named = |wanted: &Wanted| Some((wanted.commit.clone()?, wanted.path.clone()?));
    import.wanted.iter().filter_map(named).collect()
}

/// Decides what becomes of the entries that are still open, and gives the findings to accept, each with what is said of it.
pub fn settle<'t>(import: &mut Import, tree: &Tree<'t>) -> Vec<(&'t Finding, Facts)> {
    let mut by_path: BTreeMap<String, Vec<&Found>> = BTreeMap::new();
    for found in tree.here {
        by_path.entry(path_of(&found.finding)).or_default().push(found);
    }
    let mut accepted: Vec<(&Finding, Facts)> = Vec::new();
    for wanted in std::mem::take(&mut import.wanted) {
        let matched = match &wanted.path {
            None => anywhere(&wanted, tree),
            Some(path) => in_file(&wanted, path, by_path.get(path).map_or(&[], Vec::as_slice), tree),
        };
        let fate = match matched {
            Ok(Matched { found, remark }) => {
                accepted.extend(found.into_iter().map(|found| (&found.finding, wanted.facts.clone())));
                remark.map_or(Fate::Carried, |why| Fate::Differently(why.to_owned()))
            }
            Err(why) => Fate::Not(why.to_owned()),
        };
        import.told[wanted.told].fate = Some(fate);
    }
    accepted
}

struct Matched<'t> {
    found: Vec<&'t Found>,
    remark: Option<&'static str>,
}

impl<'t> Matched<'t> {
    const fn exactly(found: Vec<&'t Found>) -> Self {
        Self { found, remark: None }
    }
}

type Outcome<'t> = Result<Matched<'t>, &'static str>;

const NOT_REPORTED: &str = "leaklint does not report this value, so there is nothing to accept";
const REACH: &str = "what leaklint takes for the value is more or less of the text";

/// A value in whatever file: one finding of each spelling is enough for all.
fn anywhere<'t>(wanted: &Wanted, tree: &Tree<'t>) -> Outcome<'t> {
    let Known::Raw(value) = &wanted.known else { return Err(NOT_REPORTED) };
    let Matched { found, remark } = same(value, tree.here.iter().collect())?;
    let mut seen = BTreeSet::new();
    let found =
        found.into_iter().filter(|found| seen.insert(found.finding.identity.fingerprint().to_owned()));
    Ok(Matched { found: found.collect(), remark })
}

fn in_file<'t>(wanted: &Wanted, path: &str, here: &[&'t Found], tree: &Tree<'t>) -> Outcome<'t> {
    let there = match &wanted.commit {
        Some(commit) => tree.there.get(&(commit.clone(), path.to_owned())).map(Option::as_ref),
        None => None,
    };
    match &wanted.known {
        Known::Sha1(hash) => hashed(hash, wanted.line, path, here, tree),
        Known::Raw(value) => {
            // Where it still stands it has to be accepted there.
            let still = same(value, here.to_vec());
            match there {
                Some(Some(there)) if still.is_err() => same(value, there.iter().collect()),
                _ => still,
            }
        }
        Known::Place(rule) => match (&wanted.commit, there.flatten()) {
            (None, _) => placed(rule.as_deref(), wanted.line, here.to_vec(), tree.catalogue),
            (Some(_), Some(there)) => {
                placed(rule.as_deref(), wanted.line, there.iter().collect(), tree.catalogue)
            }
            (Some(_), None) => Err("the commit or its file is not in this repository"),
        },
        Known::Content(hash) => {
            let bytes = (tree.read)(path).ok_or("there is no such file")?;
            // Over the content, or over name and content: a hash that fits proves itself.
            let fits = |parts: &[&[u8]]| {
                let mut digest = Sha256::new();
                parts.iter().for_each(|part| digest.update(part));
                digest.finalize().as_slice() == hash
            };
            if !fits(&[&bytes]) && !fits(&[path.as_bytes(), &bytes]) {
                return Err("the file has changed since, so talisman no longer accepts it either");
            }
            match here {
                [] => Err("leaklint finds nothing in the file, so there is nothing to accept"),
                here => Ok(Matched::exactly(here.to_vec())),
            }
        }
    }
}

/// Those that are `value`, or else those that hold it or lie in it.
fn same<'t>(value: &Secret, candidates: Vec<&'t Found>) -> Outcome<'t> {
    let value = value.expose();
    let exact: Vec<&Found> =
        candidates.iter().copied().filter(|found| found.secret.expose() == value).collect();
    if !exact.is_empty() {
        return Ok(Matched::exactly(exact));
    }
    let holds = |outer: &[u8], inner: &[u8]| {
        inner.len() >= SHORTEST_PART && memchr::memmem::find(outer, inner).is_some()
    };
    let part = |found: &&Found| holds(found.secret.expose(), value) || holds(value, found.secret.expose());
    match candidates.into_iter().filter(part).collect::<Vec<_>>() {
        none if none.is_empty() => Err(NOT_REPORTED),
        found => Ok(Matched { found, remark: Some(REACH) }),
    }
}

/// Those with this SHA-1, or those that have to do with a quoted value of the recorded line that has it.
fn hashed<'t>(
    hash: &[u8; 20],
    line: Option<u64>,
    path: &str,
    here: &[&'t Found],
    tree: &Tree<'t>,
) -> Outcome<'t> {
    let is = |value: &[u8]| Sha1::digest(value).as_slice() == hash;
    let exact: Vec<&Found> = here.iter().copied().filter(|found| is(found.secret.expose())).collect();
    if !exact.is_empty() {
        return Ok(Matched::exactly(exact));
    }
    let bytes = (tree.read)(path).ok_or("there is no such file")?;
    let number = line.and_then(|line| usize::try_from(line).ok()?.checked_sub(1));
    let text = number.and_then(|number| bytes.split(|&byte| byte == b'\n').nth(number));
    let value =
        text.filter(|text| text.len() <= LONGEST_LINE).and_then(|text| quoted(text).find(|value| is(value)));
    match value {
        Some(value) => same(&Secret::new(value), here.to_vec()),
        None => Err(
            "nothing that leaklint reports in this file has this hash: the value is gone, or was never reported",
        ),
    }
}

/// What may be a value on a line: what stands in quotes, what stands between blanks, and what follows a `=` or `:`.
fn quoted(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    let line = line.trim_ascii();
    let in_quotes = line.split(|byte| b"\"'`".contains(byte));
    let in_blanks = line.split(u8::is_ascii_whitespace);
    let behind = |sign: u8| memchr::memchr(sign, line).map(|at| line[at + 1..].trim_ascii());
    in_quotes.chain(in_blanks).chain(behind(b'=')).chain(behind(b':')).take(MOST_QUOTED)
}

/// Those on the line; where there are several, those of the rule.
fn placed<'t>(
    rule: Option<&str>,
    line: Option<u64>,
    candidates: Vec<&'t Found>,
    catalogue: &Catalogue,
) -> Outcome<'t> {
    let line = line.ok_or("it names no line")?;
    let on_line = |found: &&Found| {
        let (first, last) = (found.finding.place.start.line, found.finding.place.end.line);
        (first..=last).contains(&line) || (first < last && first == line + 1)
    };
    let found: Vec<&Found> = candidates.into_iter().filter(on_line).collect();
    let values: BTreeSet<_> = found.iter().map(|found| found.finding.identity.group).collect();
    match values.len() {
        0 => {
            return Err(
                "leaklint reports nothing on this line: the value is gone or moved, or was never reported",
            );
        }
        1 => return Ok(Matched::exactly(found)),
        _ => {}
    }
    let of = |found: &&Found, ours: &Ours| match ours {
        Ours::Same => Some(found.finding.rule.id.as_ref()) == rule,
        Ours::Only(id) => found.finding.rule.id == id.as_str(),
        Ours::Service(service) => found.finding.rule.service == service.as_str(),
        Ours::Generic(ids) => ids.iter().any(|id| found.finding.rule.id == id.as_str()),
        Ours::None => false,
    };
    let ours = rule.map_or(Ours::None, |rule| rules::ours(rule, catalogue));
    let of_rule: Vec<&Found> = found.into_iter().filter(|found| of(found, &ours)).collect();
    match of_rule.as_slice() {
        [] => Err("several values stand on this line, and none is of this rule: look at it"),
        [_] => Ok(Matched::exactly(of_rule)),
        _ => Ok(Matched {
            found: of_rule,
            remark: Some("several values of this rule stand on the line: all are accepted"),
        }),
    }
}
