//! Prints what training needs: for each assignment below the directories given that is left to the learned judgement,
//! its place and features as one JSON line, below a line with the features' names. No value is printed. See `tools/train/README.md`.

use std::error::Error;
use std::io::Write;
use std::path::Path;

use leaklint::catalogue::Catalogue;
use leaklint::detect::{self, Tiers};
use leaklint::rule;
use leaklint::runs;
use leaklint::span::{Lines, ORIGIN};
use leaklint::verdict::{self, PathFacts, learned};

/// Largest file in bytes that is read.
const LARGEST: u64 = 2 << 20;

fn main() -> Result<(), Box<dyn Error>> {
    let catalogue = Catalogue::new(rule::builtin().iter().cloned());
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    writeln!(out, "{}", serde_json::json!({ "names": learned::NAMES.to_vec() }))?;
    for root in std::env::args_os().skip(1) {
        let root = Path::new(&root);
        for entry in
            ignore::WalkBuilder::new(root).standard_filters(false).sort_by_file_name(Ord::cmp).build()
        {
            let entry = entry?;
            let small = entry.metadata().is_ok_and(|facts| facts.is_file() && facts.len() <= LARGEST);
            if small {
                file(entry.path(), root, &catalogue, &mut out)?;
            }
        }
    }
    Ok(out.flush()?)
}

fn file(path: &Path, root: &Path, catalogue: &Catalogue, out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    let text = std::fs::read(path)?;
    if text.contains(&0) {
        return Ok(());
    }
    let shown = path.strip_prefix(root)?.to_string_lossy().replace('\\', "/");
    let facts = PathFacts::of(shown.as_bytes());
    let lines = Lines::new(&text, ORIGIN);
    for found in detect::detect(&text, &runs::all(&text), catalogue, Tiers::All) {
        let Some((value, features)) = verdict::doubt(&text, &found, facts, catalogue) else { continue };
        let place = lines.position(value.start);
        let line = lines.line(lines.index(value.start));
        let (start, end) = (value.start - line.start, value.end - line.start);
        let record = serde_json::json!({
            "path": shown, "line": place.line, "start": start, "end": end, "features": features.to_vec(),
        });
        writeln!(out, "{record}")?;
    }
    Ok(())
}
