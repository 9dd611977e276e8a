//! `leaklint baseline check`: is every entry alive, in force and explained?

use clap::Args;
use serde_json::{Value, json};

use crate::baseline::{Entry, facts};
use crate::error::Error;

use super::facts::{RequireOptions, missing};
use super::survey::Survey;
use super::tell::Tale;
use crate::cli::Exit;
use crate::cli::scan::ScanArgs;

pub(super) const EXIT_CODES: &str = "\
Exit codes:
  0  every entry is in order
  1  an entry is dead, has expired or does not say what it has to
  2  the baseline or something else could not be read";

/// Arguments of `leaklint baseline check`.
#[derive(Args, Clone, Debug)]
pub(super) struct CheckArgs {
    /// An entry is alive also when only the history still holds its value
    #[arg(long)]
    history: bool,
    #[command(flatten)]
    require: RequireOptions,
    #[command(flatten)]
    scan: Box<ScanArgs>,
}

/// Checks all entries.
///
/// # Errors
/// When the baseline cannot be read, or the files cannot be listed.
pub(super) fn run(args: &CheckArgs) -> Result<Exit, Error> {
    let survey = Survey::new("baseline check", &args.scan, args.history)?;
    let words = args.require.words(&survey.session);
    let today = facts::today(survey.session.now());
    let all = || survey.fates().map(|(entry, _)| entry);
    let dead = survey.dead();
    let expired: Vec<&Entry> = all().filter(|entry| entry.is_expired(today)).collect();
    let silent: Vec<(&Entry, Vec<&str>)> = all()
        .map(|entry| (entry, missing(&words, &entry.facts())))
        .filter(|(_, lacking)| !lacking.is_empty())
        .collect();
    let flawed = dead.len() + expired.len() + silent.len();
    let mut tale = Tale::new("baseline check", &survey.path);
    let (entries, unread) = (survey.report.fates.len(), survey.unread());
    let noun = if entries == 1 { "entry" } else { "entries" };
    let verdict = if flawed == 0 { "in order" } else { "not in order" };
    tale.say(&format!("{}: {entries} {noun}, {verdict}", crate::visible::path(&survey.path)));
    let plain = |entry| (entry, Value::Null, String::new());
    let heading = "dead, the value is nowhere any more (`leaklint baseline prune` deletes them)";
    tale.list("dead", heading, dead.into_iter().map(plain));
    let heading = "expired, the findings are reported again";
    tale.list("expired", heading, expired.into_iter().map(plain));
    let heading = "not explained as the policy wants it";
    tale.list(
        "unexplained",
        heading,
        silent.into_iter().map(|(entry, lacking)| {
            (entry, json!({ "lacks": lacking }), format!(" (lacks {})", lacking.join(", ")))
        }),
    );
    if unread > 0 {
        tale.say(&format!("{unread} cannot be told: their files were not scanned, or their rules are off"));
    }
    tale.fact("entries", entries);
    tale.fact("unread", unread);
    tale.problems(&survey.report.problems);
    tale.write(&args.scan.output)?;
    Ok(survey.end(flawed > 0))
}
