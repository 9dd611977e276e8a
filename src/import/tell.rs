//! The fidelity report: what became of every entry, for people.

use std::fmt::Write as _;

use super::{Fate, Told};
use crate::visible;

/// One line for each entry, file by file, and a count. Nothing in it is raw.
pub fn render(told: &[Told]) -> String {
    let mut text = String::new();
    let mut counts = [0_usize; 3];
    let mut file = None;
    for entry in told {
        if file != Some(&entry.file) {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{}", entry.file);
            file = Some(&entry.file);
        }
        let (kind, word, why) = match &entry.fate {
            Some(Fate::Carried) => (0, "carried", None),
            Some(Fate::Differently(why)) => (1, "carried differently", Some(why)),
            Some(Fate::Not(why)) => (2, "not carried", Some(why)),
            None => continue,
        };
        counts[kind] += 1;
        let at = entry.at.map(|at| format!("{} {at}: ", entry.unit)).unwrap_or_default();
        let why = why.map(|why| format!(": {why}")).unwrap_or_default();
        let _ = writeln!(text, "  {word:19}  {}", visible::line(&format!("{at}{}{why}", entry.what)));
    }
    let [carried, differently, not] = counts;
    let _ = writeln!(text, "{carried} carried, {differently} carried differently, {not} not carried");
    text
}
