//! Findings of a history put together: one for each secret, rule and path, with the life of the secret.
//!
//! Stands apart because a history holds the same line in hundreds of versions, which are one thing to know and one to do.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;

use crate::blob::life::{Life, MOST_NAMED};
use crate::blob::{BlobPath, Part};
use crate::finding::history::Standing;
use crate::finding::identity::Group;
use crate::finding::{Finding, History};
use crate::source::Source;
use crate::source::history::reach::Reach;
use crate::source::life::{Facts, Spot};
use crate::timing::{self, Stage};

use super::blob::Scan;
use super::order;
use super::subject::Subject;

/// Asks `source` for the lives of all that was found and puts findings of the same secret, rule and path together. Does
/// nothing for sources without a history.
pub(super) fn tell(
    scan: &Scan<'_>,
    source: &dyn Source,
    findings: &mut Vec<(Finding, bool)>,
    now: jiff::Timestamp,
) {
    findings.sort_by(|(a, _), (b, _)| order(a).cmp(&order(b)));
    let mut groups: BTreeMap<Group, Vec<usize>> = BTreeMap::new();
    for (number, (finding, _)) in findings.iter().enumerate() {
        groups.entry(finding.identity.group).or_default().push(number);
    }
    // In the order of the first finding of each, which does not depend on hashes.
    let mut secrets: Vec<Vec<usize>> = groups.into_values().collect();
    secrets.sort();
    let spots = |numbers: &Vec<usize>| numbers.iter().map(|number| spot(&findings[*number].0)).collect();
    let question: Vec<Vec<Spot>> = secrets.iter().map(spots).collect();
    let ask = || source.lives(&question, now.as_second());
    let Some(answer) = timing::stage(Stage::Trace, ask) else { return };
    let standing = working(scan, source, findings);
    let mut whole: Vec<Option<Finding>> =
        std::mem::take(findings).into_iter().map(|(f, _)| Some(f)).collect();
    for ((numbers, life), facts) in secrets.into_iter().zip(answer.lives).zip(answer.facts) {
        let of_secret: Vec<(Finding, Facts)> =
            numbers.iter().filter_map(|number| whole[*number].take()).zip(facts).collect();
        findings.extend(together(of_secret, life, &standing).into_iter().map(|finding| (finding, true)));
    }
}

fn spot(finding: &Finding) -> Spot {
    Spot {
        object: finding.object.clone(),
        path: finding.path.clone(),
        part: finding.part,
        line: finding.place.start.line,
    }
}

/// The values that stand in the working tree, at paths that findings have.
fn working(scan: &Scan<'_>, source: &dyn Source, findings: &[(Finding, bool)]) -> BTreeSet<Group> {
    let files = findings.iter().filter(|(finding, _)| finding.part == Part::File);
    let paths: BTreeSet<BlobPath> = files.map(|(finding, _)| finding.path.clone()).collect();
    let items = source.working(&paths);
    let read = items
        .par_iter()
        .map_init(Vec::new, |buffer, item| scan.small(&Subject::Item(item), buffer).unwrap_or_default());
    let found: Vec<_> = read.collect();
    found.iter().flat_map(|harvest| &harvest.findings).map(|(finding, _)| finding.identity.group).collect()
}

/// The findings of one secret, one for each rule and path.
fn together(of_secret: Vec<(Finding, Facts)>, life: Life, standing: &BTreeSet<Group>) -> Vec<Finding> {
    let Some(group) = of_secret.first().map(|(finding, _)| finding.identity.group) else { return Vec::new() };
    let paths: BTreeSet<BlobPath> = of_secret.iter().map(|(finding, _)| finding.path.clone()).collect();
    let mut life =
        Life { in_working_tree: standing.contains(&group), paths: paths.into_iter().collect(), ..life };
    life.cut();
    let life = Arc::new(life);
    let mut places: BTreeMap<(String, BlobPath), Vec<(Finding, Facts)>> = BTreeMap::new();
    for (finding, facts) in of_secret {
        places.entry((finding.rule.id.to_string(), finding.path.clone())).or_default().push((finding, facts));
    }
    let mut merged: Vec<(Option<(usize, u32)>, Finding)> =
        places.into_values().filter_map(|versions| one(versions, &life)).collect();
    // `None`, what is in no commit, comes after all that is.
    merged.sort_by_key(|(first, finding)| (first.is_none(), *first, finding.path.clone()));
    if let Some(history) = merged.first_mut().and_then(|(_, first)| first.history.as_mut()) {
        history.is_first = true;
    }
    merged.into_iter().map(|(_, finding)| finding).collect()
}

/// All versions of a file in one finding: that of the first.
fn one(mut versions: Vec<(Finding, Facts)>, life: &Arc<Life>) -> Option<(Option<(usize, u32)>, Finding)> {
    versions.sort_by_key(|(finding, facts)| (facts.first.is_none(), facts.first, finding.place));
    let mut reach = Reach::default();
    let mut lines: Vec<Standing> = Vec::new();
    let mut seen = BTreeSet::new();
    for (finding, facts) in &versions {
        reach = reach.with(facts.reach);
        if seen.insert(finding.place) && lines.len() < MOST_NAMED {
            lines.push(Standing {
                place: finding.place,
                object: finding.object.clone(),
                commit: finding.commit.as_ref().map(|commit| commit.id.clone()),
            });
        }
    }
    let (finding, facts) = versions.into_iter().next()?;
    let history = History { reachability: reach.words(), lines, life: Arc::clone(life), is_first: false };
    Some((facts.first, Finding { history: Some(Box::new(history)), ..finding }))
}
