//! Since when, until when and where: the lives of the secrets that were found in one repository.
//!
//! Stands apart from the listing because it is asked for a few secrets only, after they were found. One pass over the
//! commits compares what each holds of the wanted files with what its parents hold; most hold the same and cost nothing.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

use rayon::prelude::*;

use super::graph::CommitNumber;
use super::holdings::{Holdings, SetNumber, Target};
use super::reach::Reach;
use super::record::Record;
use crate::blob::Part;
use crate::blob::life::{Life, Pushed};
use crate::source::life::{Facts, Lives, Spot};
use crate::source::object::Id;
use crate::source::shelf::Shelf;

/// Secrets whose descent is followed in one pass: a bit each.
const AT_ONCE: usize = 64;

const DAY: i64 = 24 * 60 * 60;

/// A secret, by its place in the question.
type SecretNumber = u32;

/// Secrets, sorted.
type Secrets = Rc<[SecretNumber]>;

/// The lives of `secrets`, whose spots have paths from the top of this repository.
pub(super) fn lives(record: &Record, shelf: &Shelf, secrets: &[Vec<Spot>], now: i64) -> Lives {
    let question = Question::new(secrets);
    let mut trace = Trace::new(record, shelf, &question, secrets);
    trace.files();
    trace.messages(secrets);
    let Trace { events, targets, .. } = trace;
    let descent = descent(record, &events);
    let life = |(number, events): (usize, &Events)| {
        let spots = &secrets[number];
        let mut life = whereabouts(record, events, spots);
        refs(record, &descent, number, spots, &mut life);
        life.exposure_days = exposure(record, events, now);
        // At once: with a ref for each pull request the lists of some hundred secrets would take hundreds of megabytes.
        life.cut();
        life
    };
    let facts =
        |spots: &Vec<Spot>| spots.iter().map(|spot| facts(record, &question, &targets, spot)).collect();
    let lives = events.par_iter().enumerate().with_max_len(1).map(life).collect();
    Lives { lives, facts: secrets.iter().map(facts).collect() }
}

/// Which files are looked for, and for which secrets.
struct Question {
    targets: Vec<Target>,
    numbers: BTreeMap<Target, u32>,
    /// For each target the secrets in it, sorted.
    secrets: Vec<Vec<SecretNumber>>,
}

impl Question {
    fn new(secrets: &[Vec<Spot>]) -> Self {
        let mut question = Self { targets: Vec::new(), numbers: BTreeMap::new(), secrets: Vec::new() };
        for (secret, spots) in secrets.iter().enumerate() {
            for target in spots.iter().filter_map(target) {
                let next = question.targets.len() as u32;
                let number = *question.numbers.entry(target.clone()).or_insert(next);
                if number == next {
                    question.targets.push(target);
                    question.secrets.push(Vec::new());
                }
                let inside = &mut question.secrets[number as usize];
                if inside.last() != Some(&(secret as u32)) {
                    inside.push(secret as u32);
                }
            }
        }
        question
    }
}

/// The file that a spot lies in, if it is one of a tree.
fn target(spot: &Spot) -> Option<Target> {
    let id = spot.object.as_deref().and_then(|hex| Id::from_hex(hex.as_bytes()));
    match spot.part {
        Part::File => Some((spot.path.as_bytes().to_vec(), Some(id?))),
        Part::FileName => Some((spot.path.as_bytes().to_vec(), None)),
        _ => None,
    }
}

/// What happened to one secret.
#[derive(Default)]
struct Events {
    introduced: BTreeSet<CommitNumber>,
    removed: BTreeSet<CommitNumber>,
    in_head: bool,
    /// Some tip's tree still holds it.
    stands: bool,
}

/// What leads to a target and where its first commit stands.
#[derive(Clone, Default)]
struct Known {
    reach: Reach,
    first: Option<(usize, CommitNumber)>,
}

struct Trace<'t> {
    record: &'t Record,
    shelf: &'t Shelf,
    question: &'t Question,
    holdings: Holdings,
    held: Vec<SetNumber>,
    /// The secrets of each set of targets, once they were asked for.
    inside: HashMap<SetNumber, Secrets>,
    events: Vec<Events>,
    targets: Vec<Known>,
}

impl<'t> Trace<'t> {
    fn new(record: &'t Record, shelf: &'t Shelf, question: &'t Question, secrets: &[Vec<Spot>]) -> Self {
        let mut roots: Vec<Id> = record.graph.commits.iter().map(|data| data.tree).collect();
        roots.extend(record.head);
        let holdings = match question.targets.is_empty() {
            true => Holdings::read(shelf, &[], &[]),
            false => Holdings::read(shelf, &question.targets, &roots),
        };
        let held = record.graph.commits.iter().map(|data| holdings.of(shelf, data.tree)).collect();
        let events = secrets.iter().map(|_| Events::default()).collect();
        let targets = vec![Known::default(); question.targets.len()];
        Self { record, shelf, question, holdings, held, inside: HashMap::new(), events, targets }
    }

    /// Goes through all commits, parents before children.
    fn files(&mut self) {
        let graph = &self.record.graph;
        // Secrets that a commit or any before it held; nearly all commits share a set with their parents.
        let mut ever: Vec<Secrets> = Vec::with_capacity(graph.order.len());
        for number in 0..graph.order.len() {
            let (held, parents) = (self.held[number], &graph.parents[number]);
            let all_same = parents.iter().all(|parent| self.held[*parent as usize] == held);
            if !parents.is_empty() && all_same && parents.len() == 1 {
                ever.push(ever[parents[0] as usize].clone());
                continue;
            }
            self.targets_of(number as CommitNumber);
            let here = self.secrets_in(held);
            let sides: Vec<Secrets> =
                parents.iter().map(|parent| self.secrets_in(self.held[*parent as usize])).collect();
            let before = union(&sides);
            for secret in here.iter().filter(|secret| before.binary_search(secret).is_err()) {
                self.events[*secret as usize].introduced.insert(number as CommitNumber);
            }
            for secret in before.iter().filter(|secret| here.binary_search(secret).is_err()) {
                let without =
                    sides.iter().zip(parents).filter(|(side, _)| side.binary_search(secret).is_err());
                // What one side of a merge had removed before, the merge does not remove again.
                let mut had = without.map(|(_, parent)| &ever[*parent as usize]);
                if !had.any(|ever| ever.binary_search(secret).is_ok()) {
                    self.events[*secret as usize].removed.insert(number as CommitNumber);
                }
            }
            let above = parents.iter().map(|parent| ever[*parent as usize].clone());
            ever.push(union(&above.chain([here]).collect::<Vec<_>>()));
        }
        self.standing();
    }

    /// What the tips' trees hold.
    fn standing(&mut self) {
        let tips = self.record.tip_numbers.iter().flatten();
        let sets: BTreeSet<SetNumber> = tips.map(|number| self.held[*number as usize]).collect();
        for set in sets {
            for secret in self.secrets_in(set).iter() {
                self.events[*secret as usize].stands = true;
            }
        }
        if let Some(tree) = self.record.head {
            for secret in self.secrets_in(self.holdings.of(self.shelf, tree)).iter() {
                self.events[*secret as usize].in_head = true;
            }
        }
    }

    /// Notes the files that a commit brings.
    fn targets_of(&mut self, number: CommitNumber) {
        let graph = &self.record.graph;
        let reach = graph.reach[number as usize];
        let parents = &graph.parents[number as usize];
        let before = |target: &u32| {
            parents.iter().any(|parent| {
                self.holdings.sets[self.held[*parent as usize] as usize].binary_search(target).is_ok()
            })
        };
        for target in self.holdings.sets[self.held[number as usize] as usize].iter() {
            if !before(target) {
                let known = &mut self.targets[*target as usize];
                known.reach = known.reach.with(reach);
                let place = (reach.rank(), number);
                known.first = Some(known.first.map_or(place, |first| first.min(place)));
            }
        }
    }

    fn secrets_in(&mut self, set: SetNumber) -> Secrets {
        let (question, holdings) = (self.question, &self.holdings);
        let all = || {
            let targets = holdings.sets[set as usize].iter();
            let mut secrets: Vec<SecretNumber> =
                targets.flat_map(|target| &question.secrets[*target as usize]).copied().collect();
            secrets.sort_unstable();
            secrets.dedup();
            Rc::from(secrets)
        };
        self.inside.entry(set).or_insert_with(all).clone()
    }

    /// A message is written once and stays.
    fn messages(&mut self, secrets: &[Vec<Spot>]) {
        for (secret, spots) in secrets.iter().enumerate() {
            for spot in spots.iter().filter(|spot| spot.part == Part::CommitMessage) {
                if let Some(number) = commit_of(self.record, spot) {
                    self.events[secret].introduced.insert(number);
                    self.events[secret].stands = true;
                }
            }
        }
    }
}

/// All of these. Where one has all of the others' too it is shared.
fn union(all: &[Secrets]) -> Secrets {
    let longest = all.iter().max_by_key(|secrets| secrets.len());
    let Some(longest) = longest else { return Rc::from([]) };
    let inside = |secrets: &Secrets| secrets.iter().all(|secret| longest.binary_search(secret).is_ok());
    if all.iter().all(|secrets| Rc::ptr_eq(secrets, longest) || inside(secrets)) {
        return longest.clone();
    }
    let mut together: Vec<SecretNumber> = all.iter().flat_map(|secrets| secrets.iter().copied()).collect();
    together.sort_unstable();
    together.dedup();
    Rc::from(together)
}

fn commit_of(record: &Record, spot: &Spot) -> Option<CommitNumber> {
    let id = Id::from_hex(spot.object.as_deref()?.as_bytes())?;
    record.graph.numbers.get(&id).copied()
}

/// What leads to a spot.
fn facts(record: &Record, question: &Question, targets: &[Known], spot: &Spot) -> Facts {
    let id = spot.object.as_deref().and_then(|hex| Id::from_hex(hex.as_bytes()));
    let known = match spot.part {
        Part::File | Part::FileName => {
            let number = target(spot).and_then(|target| question.numbers.get(&target).copied());
            let mut known = number.map(|number| targets[number as usize].clone()).unwrap_or_default();
            let named = id.and_then(|id| record.placed.get(&(id, spot.path.as_bytes().to_vec())));
            known.reach = named.map_or(known.reach, |reach| known.reach.with(*reach));
            known
        }
        Part::CommitMessage => commit_of(record, spot).map_or_else(Known::default, |number| {
            let reach = record.graph.reach[number as usize];
            Known { reach, first: Some((reach.rank(), number)) }
        }),
        Part::TagMessage => {
            let tag = id.and_then(|id| record.tags.get(&id));
            Known { reach: tag.map_or(Reach::default(), |tag| tag.reach), first: None }
        }
        Part::RefName => {
            let name =
                usize::try_from(spot.line).ok().and_then(|line| record.names.get(line.checked_sub(1)?));
            Known { reach: name.map_or(Reach::LOCAL, |name| Reach::of_ref(name)), first: None }
        }
        Part::Reflog | Part::GitConfig => Known { reach: Reach::LOCAL, first: None },
    };
    Facts { reach: known.reach, first: known.first }
}

/// Commits that brought it and took it away, and where it stands now.
fn whereabouts(record: &Record, events: &Events, spots: &[Spot]) -> Life {
    let graph = &record.graph;
    let mut introduced: Vec<CommitNumber> = events.introduced.iter().copied().collect();
    introduced.sort_by_key(|number| (graph.reach[*number as usize].rank(), *number));
    let id = |spot: &Spot| spot.object.as_deref().and_then(|hex| Id::from_hex(hex.as_bytes()));
    Life {
        introduced: introduced.into_iter().map(|number| graph.named(number).as_ref().clone()).collect(),
        removed: events.removed.iter().map(|number| graph.named(*number).as_ref().clone()).collect(),
        in_head: events.in_head,
        in_index: spots.iter().filter_map(id).any(|id| record.staged.contains(&id)),
        ..Life::default()
    }
}

/// For each block of [`AT_ONCE`] secrets and each commit, a bit for every secret that its history holds.
fn descent(record: &Record, events: &[Events]) -> Vec<Vec<u64>> {
    let blocks = events.par_chunks(AT_ONCE).map(|block| {
        let mut bits = vec![0_u64; record.graph.order.len()];
        for (bit, events) in block.iter().enumerate() {
            events.introduced.iter().for_each(|number| bits[*number as usize] |= 1 << bit);
        }
        for number in 0..bits.len() {
            for parent in &record.graph.parents[number] {
                bits[number] |= bits[*parent as usize];
            }
        }
        bits
    });
    blocks.collect()
}

/// The refs whose history holds the secret, and whether it was pushed.
fn refs(record: &Record, descent: &[Vec<u64>], secret: usize, spots: &[Spot], life: &mut Life) {
    let bits = &descent[secret / AT_ONCE];
    let has = |number: &CommitNumber| bits[*number as usize] >> (secret % AT_ONCE) & 1 == 1;
    let tips = record.tips.iter().zip(&record.tip_numbers);
    let held = tips.filter(|(_, number)| number.as_ref().is_some_and(has));
    let mut names: BTreeSet<&str> = held.map(|(tip, _)| tip.name.as_str()).collect();
    for spot in spots {
        let id = spot.object.as_deref().and_then(|hex| Id::from_hex(hex.as_bytes()));
        let tag = id.and_then(|id| record.tags.get(&id));
        names.extend(tag.iter().flat_map(|tag| &tag.names).map(String::as_str));
        if spot.part == Part::RefName {
            let line = usize::try_from(spot.line).ok().and_then(|line| line.checked_sub(1));
            names.extend(line.and_then(|line| record.names.get(line)).map(String::as_str));
        }
    }
    for name in names.into_iter().filter(|name| name.starts_with("refs/")) {
        let lists = [
            ("refs/heads/", &mut life.branches),
            ("refs/tags/", &mut life.tags),
            ("refs/remotes/", &mut life.remotes),
            ("", &mut life.other_refs),
        ];
        let found = lists.into_iter().find_map(|(prefix, list)| Some((name.strip_prefix(prefix)?, list)));
        if let Some((short, list)) = found {
            list.push(short.to_owned());
        }
    }
    let logged = record.logs.iter().filter(|log| log.name.starts_with("refs/remotes/"));
    let holds = |id: &Id| record.graph.numbers.get(id).is_some_and(has);
    let times = logged.flat_map(|log| &log.moves).filter(|(id, _)| holds(id)).map(|(_, time)| *time);
    let first = times.min();
    if first.is_some() || !life.remotes.is_empty() {
        let at = first.and_then(|seconds| jiff::Timestamp::from_second(seconds).ok());
        life.pushed = Some(Pushed { at: at.map(|at| at.to_string()) });
    }
}

/// Whole days from the first commit to the last removal, or to now while any tip holds it or nobody removed it.
fn exposure(record: &Record, events: &Events, now: i64) -> Option<u64> {
    let time = |number: &CommitNumber| record.graph.commits[*number as usize].time;
    let start = events.introduced.iter().map(time).min()?;
    let removed = events.removed.iter().map(time).max().filter(|_| !events.stands && !events.in_head);
    u64::try_from(removed.unwrap_or(now).saturating_sub(start) / DAY).ok()
}
