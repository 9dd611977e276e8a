//! Triage on a terminal: what the walk says is done here.

use std::collections::HashMap;
use std::path::Path;

use jiff::civil::Date;

use crate::baseline::{Draft, Entry, Facts, facts, keep};
use crate::error::Error;
use crate::finding::Finding;
use crate::report::human::{self, HumanOptions};
use crate::report::{failure, output};
use crate::visible;

use super::TriageArgs;
use super::editor;
use super::terminal::Terminal;
use super::walk::{Act, Walk};
use crate::cli::baseline::facts::{Required, missing};
use crate::cli::baseline::{session, target};
use crate::cli::session::{Session, State};
use crate::cli::{Exit, explain};

const KEYS: &str = "\
[a]ccept  [f]alse positive  [r]evoked  [t]est data  [s]kip  [e]xplain  [o]pen in editor  [u]ndo  [q]uit";

/// Asks about every finding that the baseline does not accept, and about those whose entries do not say what they have to.
pub(super) fn run(args: &TriageArgs) -> Result<Exit, Error> {
    // Before the scan: without one there is nothing to be done.
    drop(Terminal::open()?);
    let scan = &args.scan;
    let session = session(scan)?;
    let words = args.require.words(&session);
    let draft = Draft::open(&target(scan, &session))?;
    let session = session.with_baseline(draft.settled(|entry| missing(&words, &entry.facts()).is_empty()));
    let state = State::Directory(scan.root());
    let report = session.scan(scan.source(&session)?.as_ref(), &state, "scan")?;
    let items = items(&draft, report.findings);
    let screen = HumanOptions { explain: false, ..output::screen(scan.output.color, &std::io::stdout()) };
    let mut desk =
        Desk { draft, session, items, screen, terminal: Terminal::open()?, before: HashMap::new() };
    let today = facts::today(desk.session.now());
    let given = desk.items.iter().map(|item| args.facts.facts().or(said(&desk.draft, &item.finding, today)));
    let mut walk = Walk::new(given.collect(), words);
    desk.walk(&mut walk)?;
    let (decided, skipped) = walk.counts();
    let left = desk.items.len() - decided;
    desk.terminal.write(&format!("\n{decided} decided, {skipped} skipped, {left} left\n"))?;
    Ok(match (left, report.problems.is_empty()) {
        (0, true) => Exit::Clean,
        (0, false) => Exit::Incomplete,
        _ => Exit::Findings,
    })
}

/// What people have said of this finding before; an end that has gone by is no part of a new decision.
fn said(draft: &Draft, finding: &Finding, today: Date) -> Facts {
    let before = draft.entry_before(finding);
    let ended = before.is_some_and(|entry| entry.is_expired(today));
    let facts = before.map(Entry::facts).unwrap_or_default();
    Facts { expires: facts.expires.filter(|_| !ended), ..facts }
}

/// What one decision is about: a value in a file.
struct Item {
    finding: Finding,
    /// How often the value stands in the file.
    places: usize,
}

/// One item for every entry that there would be.
fn items(draft: &Draft, findings: Vec<Finding>) -> Vec<Item> {
    let mut at: HashMap<(String, String), usize> = HashMap::new();
    let mut items: Vec<Item> = Vec::new();
    for finding in findings {
        let entry = draft.entry(&finding, &Facts::default());
        match at.get(&(entry.path.clone(), entry.fingerprint())) {
            Some(&known) => items[known].places += 1,
            None => {
                at.insert((entry.path.clone(), entry.fingerprint()), items.len());
                items.push(Item { finding, places: 1 });
            }
        }
    }
    items
}

struct Desk {
    draft: Draft,
    session: Session,
    items: Vec<Item>,
    screen: HumanOptions,
    terminal: Terminal,
    /// What stood in the baseline before a decision was written.
    before: HashMap<usize, Option<Entry>>,
}

impl Desk {
    fn walk(&mut self, walk: &mut Walk) -> Result<(), Error> {
        self.show(walk)?;
        let mut asked = Required::Reason;
        loop {
            match walk.press(self.terminal.key()) {
                Act::End => return Ok(()),
                Act::Show => self.show(walk)?,
                Act::Ask(word) => {
                    asked = word;
                    self.prompt(word, "")?;
                }
                Act::Echo(text) => self.prompt(asked, &text)?,
                Act::Refuse(why) => {
                    self.terminal.write(&format!("\n{why}\n"))?;
                    self.prompt(asked, "")?;
                }
                Act::Record(at, facts) => {
                    self.record(at, facts)?;
                    self.show(walk)?;
                }
                Act::TakeBack(at) => {
                    self.take_back(at)?;
                    self.show(walk)?;
                }
                Act::Explain(at) => self.explain(at)?,
                Act::Open(at) => {
                    self.open(at)?;
                    self.show(walk)?;
                }
                Act::Help => self.terminal.write(&format!("\n{KEYS}\n"))?,
                Act::NothingBefore => self.terminal.write("\nnothing to undo\n")?,
            }
        }
    }

    /// The finding at hand, or that there is none.
    fn show(&self, walk: &Walk) -> Result<(), Error> {
        let Some(at) = walk.current() else {
            return self.terminal.write("\nNothing is left to decide. [u]ndo the last step, or [q]uit\n");
        };
        let Item { finding, places } = &self.items[at];
        let mut text = format!("\n{} of {}\n", at + 1, self.items.len());
        text.push_str(&human::brief(finding, &self.screen));
        if *places > 1 {
            text.push_str(&format!("          it stands {places} times in this file\n"));
        }
        text.push_str(&format!("\n{KEYS}\n"));
        self.terminal.write(&text)
    }

    /// The line on which a text is typed, written anew with each key.
    fn prompt(&self, word: Required, text: &str) -> Result<(), Error> {
        // Only as much as fits: the carriage return goes back one line and no further.
        let room = self.screen.width.saturating_sub(word.word().len() + 3);
        let skip = text.chars().count().saturating_sub(room);
        let tail: String = text.chars().skip(skip).collect();
        self.terminal.write(&format!("\r\u{1b}[2K{}: {}", word.word(), visible::line(&tail)))
    }

    /// Writes a decision. No token gets into the file with its reason.
    fn record(&mut self, at: usize, mut facts: Facts) -> Result<(), Error> {
        let texts = facts.reason.iter_mut().chain(&mut facts.owner);
        texts.for_each(|text| *text = failure::masked(text));
        let finding = &self.items[at].finding;
        let entry = self.draft.entry(finding, &facts);
        self.before.insert(at, keep::find(self.draft.path(), &entry)?);
        self.draft.add(&[(finding, facts)])?;
        let status = entry.status.map_or("", |status| status.word());
        self.terminal.write(&format!("\n{status}\n"))
    }

    fn take_back(&mut self, at: usize) -> Result<(), Error> {
        let path = self.draft.path();
        let written = keep::find(path, &self.draft.entry(&self.items[at].finding, &Facts::default()))?;
        match (self.before.remove(&at).flatten(), written) {
            (Some(before), Some(written)) => keep::refresh(path, vec![(written, before)])?,
            (None, Some(written)) => keep::delete(path, &[&written])?,
            (_, None) => 0,
        };
        self.terminal.write("\ntaken back\n")
    }

    fn explain(&self, at: usize) -> Result<(), Error> {
        let finding = &self.items[at].finding;
        let told = explain::told(Path::new(&finding.path.text()), finding.place.start.line, &self.session);
        let rule = &finding.rule;
        let advice =
            format!("\n{}\n{}\n", visible::line(rule.grants.trim()), visible::line(rule.revoke.trim()));
        let text = told.unwrap_or_else(|why| format!("{}\n", visible::line(&why.to_string())));
        self.terminal.write(&format!("\n{}{advice}", self.session.masked(&text)))
    }

    fn open(&self, at: usize) -> Result<(), Error> {
        let finding = &self.items[at].finding;
        let path = finding.path.text();
        match self.terminal.lend(|| editor::open(Path::new(&path), finding.place.start.line))? {
            Ok(()) => Ok(()),
            Err(why) => self.terminal.write(&format!("\n{}\n", visible::line(&why.to_string()))),
        }
    }
}
