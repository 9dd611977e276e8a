//! `leaklint baseline diff`: what one baseline accepts and another does not.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::{Value, json};

use crate::baseline::compare::{Comparison, compare};
use crate::baseline::{Baseline, Entry, LARGEST_FILE, load};
use crate::error::Error;
use crate::report::output::ColorChoice;

use super::tell::Tale;
use crate::cli::Exit;
use crate::cli::options::{Format, OutputOptions};

pub(super) const EXIT_CODES: &str = "\
Exit codes:
  0  the new baseline accepts nothing that the old one does not
  1  it does: entries are new, or say more than they did
  2  a baseline cannot be read, or the two have no salt in common and cannot be compared";

/// Arguments of `leaklint baseline diff`.
#[derive(Args, Clone, Debug)]
pub(super) struct DiffArgs {
    /// The older baseline; `-` is standard input
    old: PathBuf,
    /// The newer one
    new: PathBuf,
    /// Form of the answer: human or json
    #[arg(long, value_name = "FORMAT", default_value = "human", value_parser = ["human", "json"])]
    format: String,
    /// Write the answer to a file
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Compares two baselines.
///
/// # Errors
/// When one of them cannot be read, or no salt is in both.
pub(super) fn run(args: &DiffArgs) -> Result<Exit, Error> {
    let (old, new) = (read(&args.old)?, read(&args.new)?);
    let common = old.salts().iter().any(|salt| new.salts().contains(salt));
    if !common && !old.entries().is_empty() && !new.entries().is_empty() {
        return Err(Error::Usage {
            message: "the two baselines were made apart: no salt is in both, so no value can be compared"
                .to_owned(),
            help: Some("make one baseline and branch from it; see docs/baseline.md".to_owned()),
        });
    }
    let found = compare(&old, &new);
    let more: Vec<&(&Entry, &Entry)> =
        found.still.iter().chain(&found.moved).filter(|(old, new)| new.accepts_more_than(old)).collect();
    let accepts = !found.new.is_empty() || !more.is_empty();
    let mut tale = Tale::new("baseline diff", &args.new);
    tell(&mut tale, &found, &more);
    tale.write(&OutputOptions {
        format: Some(if args.format == "json" { Format::Json } else { Format::Human }),
        output: args.output.clone(),
        color: ColorChoice::Never,
        ..OutputOptions::default()
    })?;
    Ok(if accepts { Exit::Findings } else { Exit::Clean })
}

fn tell(tale: &mut Tale, found: &Comparison<'_>, more: &[&(&Entry, &Entry)]) {
    let counts = [
        (found.new.len(), "new"),
        (found.gone.len(), "gone"),
        (found.moved.len(), "moved"),
        (found.still.len(), "still there"),
    ];
    tale.say(&counts.map(|(count, word)| format!("{count} {word}")).join(", "));
    let plain = |entry| (entry, Value::Null, String::new());
    tale.list("new", "new", found.new.iter().copied().map(plain));
    tale.list("gone", "gone", found.gone.iter().copied().map(plain));
    let moved = found
        .moved
        .iter()
        .map(|(old, new)| (*new, json!({ "from": old.path }), format!(", was in {}", old.path)));
    tale.list("moved", "moved", moved);
    let wider = more.iter().map(|(old, new)| {
        (*new, json!({ "before": { "expires": old.expires.map(|day| day.to_string()), "anywhere": old.anywhere } }), before(old))
    });
    tale.list("loosened", "still there or moved, and accepted for longer or in more places", wider);
    tale.fact("still_there", found.still.len());
}

fn before(old: &Entry) -> String {
    let end = old.expires.map_or("without an end".to_owned(), |day| format!("until {day}"));
    format!(" (before: {end}{})", if old.anywhere { ", anywhere" } else { "" })
}

fn read(path: &Path) -> Result<Baseline, Error> {
    if path.as_os_str() != "-" {
        return load(path);
    }
    let mut bytes = Vec::new();
    let read = std::io::stdin().lock().take(LARGEST_FILE + 1).read_to_end(&mut bytes);
    read.map_err(|why| Error::Io {
        action: "read",
        path: "standard input".to_owned(),
        reason: why.to_string(),
    })?;
    Baseline::read(&bytes, "standard input")
}
