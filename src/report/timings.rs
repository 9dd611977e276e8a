//! `--timings`: where a run's time went.

use std::fmt::Write as _;
use std::time::Duration;

use crate::blob::BlobPath;
use crate::timing;
use crate::visible;

use super::Report;

/// Rules and files that are named.
pub const MOST_NAMED: usize = 10;

/// A blob and how long it took.
#[derive(Clone)]
pub struct Slow {
    /// Its first path.
    pub path: BlobPath,
    /// From opening it to its last verdict.
    pub took: Duration,
}

/// A table of the stages, the rules that cost most and the blobs that took longest. Stages and rules are added up over
/// all threads; the run took `elapsed`.
pub fn render(report: &Report, elapsed: Duration) -> String {
    let stages = timing::stages();
    let all: Duration = stages.iter().map(|(_, took)| *took).sum();
    let mut text = format!("timings, of all threads together: {:.4} s;", all.as_secs_f64());
    let _ = writeln!(text, " by the clock: {:.4} s", elapsed.as_secs_f64());
    for (stage, took) in stages {
        let share = 100.0 * took.as_secs_f64() / all.as_secs_f64().max(f64::MIN_POSITIVE);
        line(&mut text, took, &format!("{share:5.1} %  {}", stage.word()));
    }
    let mut rules: Vec<(Duration, &str)> =
        timing::rules().into_iter().zip(report.rules.iter().map(|rule| rule.id.as_ref())).collect();
    rules.retain(|(took, _)| !took.is_zero());
    rules.sort_by(|a, b| (b.0, a.1).cmp(&(a.0, b.1)));
    text.push_str("rules whose patterns and verdicts took longest:\n");
    rules.iter().take(MOST_NAMED).for_each(|(took, id)| line(&mut text, *took, id));
    text.push_str("files that took longest:\n");
    for slow in &report.slowest {
        line(&mut text, slow.took, &visible::line(&slow.path.text()));
    }
    text
}

fn line(text: &mut String, took: Duration, what: &str) {
    // Writing to a String cannot fail.
    let _ = writeln!(text, "  {}  {what}", seconds(took));
}

fn seconds(duration: Duration) -> String {
    format!("{:9.4} s", duration.as_secs_f64())
}
