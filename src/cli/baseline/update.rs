//! `leaklint baseline update`: what is known stays known under today's paths and rules; what is new is told.

use clap::Args;
use serde_json::{Value, json};

use crate::baseline::{Baseline, Draft, Entry, Facts, Fate, keep};
use crate::error::Error;
use crate::finding::Finding;

use super::facts::{FactOptions, RequireOptions, hold};
use super::session;
use super::survey::Survey;
use super::tell::Tale;
use crate::cli::Exit;
use crate::cli::scan::ScanArgs;
use crate::cli::session::State;

pub(super) const EXIT_CODES: &str = "\
Nothing is deleted, and nothing is added without --accept. Expired entries hold again only when a new --expires is given.

Exit codes:
  0  the baseline is up to date and nothing is reported any more
  1  findings are left that it does not accept
  2  something could not be read, or the job could not be done";

/// Arguments of `leaklint baseline update`.
#[derive(Args, Clone, Debug)]
pub(super) struct UpdateArgs {
    /// Add what is new
    #[arg(long)]
    accept: bool,
    #[command(flatten)]
    facts: FactOptions,
    #[command(flatten)]
    require: RequireOptions,
    #[command(flatten)]
    scan: Box<ScanArgs>,
}

/// Refreshes, and adds when told to.
///
/// # Errors
/// When the baseline cannot be read or written, or the files cannot be listed.
pub(super) fn run(args: &UpdateArgs) -> Result<Exit, Error> {
    let facts = args.facts.facts();
    if !args.accept && args.facts.are_given() {
        return Err(Error::Usage {
            message: "only new entries can be described".to_owned(),
            help: Some("give --accept too, or describe single ones with `leaklint triage --from`".to_owned()),
        });
    }
    if args.accept {
        hold(&args.require.words(&session(&args.scan)?), &facts)?;
    }
    let survey = Survey::new("baseline update", &args.scan, false)?;
    let draft = Draft::open(&survey.path)?;
    let state = State::Directory(survey.scan.root());
    let report = survey.session.scan(survey.scan.source(&survey.session)?.as_ref(), &state, "scan")?;
    let (expired, new): (Vec<&Finding>, Vec<&Finding>) =
        report.findings.iter().partition(|finding| finding.lapsed.is_some());
    let renew = args.accept && facts.expires.is_some();
    let renewed = if renew { renewed(&survey, &expired, &facts) } else { Vec::new() };
    let refreshed: Vec<(Entry, Entry)> = survey.fates().filter_map(refreshed).collect();
    let mut tale = Tale::new("baseline update", &survey.path);
    tell(&mut tale, &refreshed, &renewed);
    let added: Vec<Entry> = new.iter().map(|finding| draft.entry(finding, &facts)).collect();
    let heading = if args.accept { "added" } else { "new, and not added without --accept" };
    let key = if args.accept { "added" } else { "new" };
    let lines = added.iter().zip(&new).map(|(entry, finding)| {
        let line = finding.place.start.line;
        (entry, json!({ "line": line }), format!(", line {line}"))
    });
    tale.list(key, heading, lines);
    if args.accept && !new.is_empty() {
        let pairs: Vec<(&Finding, Facts)> = new.iter().map(|finding| (*finding, facts.clone())).collect();
        draft.add(&pairs)?;
    }
    if !renewed.is_empty() {
        keep::describe(&survey.path, &renewed)?;
    }
    if !refreshed.is_empty() {
        keep::refresh(&survey.path, refreshed)?;
    }
    let left = if args.accept { 0 } else { new.len() } + if renew { 0 } else { expired.len() };
    if !renew && !expired.is_empty() {
        tale.say(&format!("{} expired and reported again", expired.len()));
    }
    tale.fact("expired", expired.len());
    tale.fact("left", left);
    tale.problems(&survey.report.problems);
    tale.write(&args.scan.output)?;
    Ok(survey.end(left > 0))
}

/// The entry before and after, when today's would be another one.
fn refreshed((entry, fate): (&Entry, &Fate)) -> Option<(Entry, Entry)> {
    match fate {
        Fate::Here(now) | Fate::Moved(now) if **now != *entry => Some((entry.clone(), (**now).clone())),
        _ => None,
    }
}

/// The expired entries behind these findings, with a new end.
fn renewed(survey: &Survey, expired: &[&Finding], facts: &Facts) -> Vec<(Entry, Facts)> {
    let baseline = survey.session.baseline();
    let today = crate::baseline::facts::today(survey.session.now());
    let entries = baseline.map_or(&[][..], Baseline::entries);
    let of: std::collections::BTreeSet<usize> = expired
        .iter()
        .flat_map(|finding| baseline.map(|baseline| baseline.about(finding)).unwrap_or_default())
        .filter(|&at| entries[at].is_expired(today))
        .collect();
    of.into_iter().map(|at| (entries[at].clone(), facts.clone().or(entries[at].facts()))).collect()
}

fn tell(tale: &mut Tale, refreshed: &[(Entry, Entry)], renewed: &[(Entry, Facts)]) {
    let (moved, renamed): (Vec<_>, Vec<_>) = refreshed.iter().partition(|(old, new)| old.path != new.path);
    tale.say(&format!("{} moved, {} under another rule or salt", moved.len(), renamed.len()));
    let words =
        |(old, new): &'_ (Entry, Entry)| format!(", was in {} by {}", old.path, or_none(&old.rule, new));
    let lines = |(pair, key): (_, &str)| {
        let (old, new): &(Entry, Entry) = pair;
        (new, json!({ key: old.path, "rule_before": old.rule }), words(pair))
    };
    tale.list("moved", "moved", moved.into_iter().map(|pair| lines((pair, "from"))));
    tale.list("refreshed", "refreshed", renamed.into_iter().map(|pair| lines((pair, "from"))));
    tale.list("renewed", "renewed", renewed.iter().map(|(entry, _)| (entry, Value::Null, String::new())));
}

fn or_none<'e>(rule: &'e str, new: &'e Entry) -> &'e str {
    if rule.is_empty() { &new.rule } else { rule }
}
