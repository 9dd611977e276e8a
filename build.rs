//! Turns `rules/*.yaml` into static Rust data, so that start-up parses no YAML. The files pass the same checks as those
//! given with `--rules`: a rule file that is wrong fails the build.

#[path = "src/rule/model.rs"]
#[allow(dead_code, unreachable_pub, reason = "shared with the crate, which uses all of it")]
mod model;
#[path = "src/rule/raw.rs"]
#[allow(dead_code, unreachable_pub, unused_imports, reason = "shared with the crate, which uses all of it")]
mod raw;
#[path = "src/runs/byte.rs"]
#[allow(dead_code, unreachable_pub, reason = "shared with the crate, which uses all of it")]
mod runs;
#[path = "src/rule/template.rs"]
#[allow(dead_code, unreachable_pub, reason = "shared with the crate, which uses all of it")]
mod template;

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use model::{Detector, Rule};

fn main() -> io::Result<()> {
    let mut cargo = io::stdout();
    for path in [
        "build.rs",
        "rules",
        "src/rule/model.rs",
        "src/rule/raw.rs",
        "src/rule/raw",
        "src/rule/template.rs",
        "src/rule/template",
        "src/runs/byte.rs",
    ] {
        writeln!(cargo, "cargo::rerun-if-changed={path}")?;
    }
    let paths = rule_files(Path::new("rules"))?;
    let texts: Vec<String> = paths.iter().map(fs::read_to_string).collect::<Result<_, _>>()?;
    let files: Vec<raw::Parsed> = texts.iter().map(|text| raw::parse(text)).collect();
    let own = files
        .iter()
        .enumerate()
        .flat_map(|(index, file)| file.flaws.iter().map(move |flaw| (index, flaw.clone())));
    for (index, flaw) in own.chain(raw::cross_check(&files, &[], true)) {
        let (line, column) = position(&texts[index], flaw.span.start);
        let help = flaw.help.map(|help| format!("; {help}")).unwrap_or_default();
        let place = format!("{}:{line}:{column}", paths[index].display());
        writeln!(cargo, "cargo::error={place}: {} ({}){help}", flaw.message, flaw.label)?;
    }
    let mut rules: Vec<&Rule> = files.iter().flat_map(|file| &file.rules).collect();
    // As the catalogue wants them: nothing is left to sort at start-up.
    rules.sort_by(|a, b| a.id.cmp(&b.id));
    let out = env::var_os("OUT_DIR").ok_or_else(|| io::Error::other("cargo sets OUT_DIR"))?;
    fs::write(Path::new(&out).join("rules.rs"), source(&rules))
}

/// The YAML files of `directory`, sorted by name; none when there is no such directory.
fn rule_files(directory: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(directory) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut paths: Vec<PathBuf> =
        entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "yaml"));
    paths.sort();
    Ok(paths)
}

/// 1-based line and column (in characters) of the byte at `offset`.
fn position(text: &str, offset: usize) -> (usize, usize) {
    let before = &text[..offset];
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
}

/// Rust source of the static `RULES`.
fn source(rules: &[&Rule]) -> String {
    let mut source = String::from("pub(super) static RULES: &[Rule] = &[\n");
    for rule in rules {
        let optional = |text: &Option<model::Text>| match text {
            Some(text) => format!("Some({})", borrowed(text)),
            None => "None".to_owned(),
        };
        let fields = [
            ("id", borrowed(&rule.id)),
            ("name", borrowed(&rule.name)),
            ("service", borrowed(&rule.service)),
            ("service_name", borrowed(&rule.service_name)),
            ("severity", format!("Severity::{:?}", rule.severity)),
            ("confidence", format!("Confidence::{:?}", rule.confidence)),
            ("kind", format!("Kind::{:?}", rule.kind)),
            ("detector", detector(&rule.detector)),
            ("public_prefix", rule.public_prefix.to_string()),
            ("proof", optional(&rule.proof)),
            ("pair", optional(&rule.pair)),
            ("tags", list(&rule.tags)),
            ("grants", borrowed(&rule.grants)),
            ("revoke", borrowed(&rule.revoke)),
            ("references", list(&rule.references)),
            ("examples", list(&rule.examples)),
            ("counter_examples", list(&rule.counter_examples)),
        ];
        source.push_str("    Rule {\n");
        for (name, value) in fields {
            // Writing to a String cannot fail.
            let _ = writeln!(source, "        {name}: {value},");
        }
        source.push_str("    },\n");
    }
    source.push_str("];\n");
    source
}

fn detector(detector: &Detector) -> String {
    match detector {
        Detector::Pattern { pattern, keywords, max_length, opening } => format!(
            "Detector::Pattern {{ pattern: {}, keywords: {}, max_length: {max_length}, opening: Opening::{opening:?} }}",
            borrowed(pattern),
            list(keywords)
        ),
        Detector::Context { value, names } => {
            format!("Detector::Context {{ value: {}, names: {} }}", borrowed(value), list(names))
        }
        Detector::Near { values, names, common, forms } => format!(
            "Detector::Near {{ values: {}, names: {}, common: {common}, forms: ::std::borrow::Cow::Borrowed(&{forms:?}) }}",
            borrowed(values),
            list(names)
        ),
        Detector::Shape(shape) => format!("Detector::Shape(Shape::{shape:?})"),
    }
}

fn borrowed(text: &str) -> String {
    format!("::std::borrow::Cow::Borrowed({text:?})")
}

fn list(texts: &[model::Text]) -> String {
    let items: Vec<String> = texts.iter().map(|text| borrowed(text)).collect();
    format!("::std::borrow::Cow::Borrowed(&[{}])", items.join(", "))
}
