//! How much of the field the rules cover. The table of formats lies beside the checkout (`../shared/catalogue/formats.tsv`);
//! of each of its rows a few values are made and put where people put them. `-- --nocapture` prints the figures.

mod common;

use std::collections::{BTreeMap, BTreeSet};

use leaklint::catalogue::Catalogue;
use leaklint::rule::{builtin, template};
use leaklint::scan;

/// Values made of each row.
const SEEDS: u64 = 3;

/// Services of the table of which at least one format is found by a rule that names a service; measured, to be raised.
const LEAST_COVERED: usize = 720;

/// The rules that name no service: what they find could be anybody's.
const ANYBODY: &str = "generic";

/// One row of the table.
struct Row<'t> {
    service: &'t str,
    /// Stands before every value.
    prefix: &'t str,
    alphabet: &'t str,
    /// Shortest and longest body in bytes.
    lengths: (usize, usize),
    /// The service's name stands near the values.
    near: bool,
}

/// How many rows of a service there are and how many are found.
#[derive(Default)]
struct Tally {
    rows: usize,
    named: usize,
    anyhow: usize,
}

#[test]
fn the_formats_of_the_field_are_found() {
    let path = common::root().ancestors().skip(1).map(|above| above.join("shared/catalogue/formats.tsv"));
    let Some(text) = path.into_iter().find_map(|path| std::fs::read_to_string(path).ok()) else {
        common::note(
            "the formats of the field: not run: shared/catalogue/formats.tsv is not beside this checkout",
        );
        return;
    };
    let catalogue = Catalogue::new(builtin().to_vec());
    let mut services: BTreeMap<&str, Tally> = BTreeMap::new();
    let mut missed = Vec::new();
    for row in text.lines().filter(|line| !line.starts_with('#')).filter_map(Row::read) {
        let tally = services.entry(row.service).or_default();
        let found = row.found(&catalogue);
        tally.rows += 1;
        tally.named += usize::from(found.named);
        tally.anyhow += usize::from(found.named || found.anyhow);
        if !found.named {
            missed.push(row);
        }
    }
    let own: BTreeSet<&str> = builtin().iter().map(|rule| rule.service.as_ref()).collect();
    report(&services, &missed, &own);
    let covered = services.values().filter(|tally| tally.named > 0).count();
    assert!(covered >= LEAST_COVERED, "{covered} services are covered, at least {LEAST_COVERED} were");
}

/// Prints the figures, and with `LEAKLINT_FORMATS_MISSED` the rows behind them.
fn report(services: &BTreeMap<&str, Tally>, missed: &[Row<'_>], own: &BTreeSet<&str>) {
    let count = |of: fn(&Tally) -> usize| services.values().map(of).sum::<usize>();
    let (rows, named, anyhow) =
        (count(|tally| tally.rows), count(|tally| tally.named), count(|tally| tally.anyhow));
    let having = |of: fn(&Tally) -> bool| services.values().filter(|tally| of(tally)).count();
    let ruled = services.keys().filter(|service| own.contains(*service)).count();
    let whole = having(|tally| tally.named == tally.rows);
    common::note(&format!("services: {} in the table, {ruled} with a rule of their own", services.len()));
    common::note(&format!(
        "services found by a rule that names one: {}, in all their formats: {whole}",
        having(|t| t.named > 0)
    ));
    common::note(&format!("services found by any rule: {}", having(|tally| tally.anyhow > 0)));
    common::note(&format!(
        "formats: {rows}, found by a rule that names a service: {named}, by any: {anyhow}"
    ));
    if std::env::var_os("LEAKLINT_FORMATS_MISSED").is_some() {
        for row in missed {
            let known = if own.contains(row.service) { "has a rule" } else { "has no rule" };
            common::note(&format!(
                "missed: {} {:?} {} {:?} near: {} ({known})",
                row.service, row.prefix, row.alphabet, row.lengths, row.near
            ));
        }
    }
}

/// Which rules find all values of a row.
#[derive(Clone, Copy)]
struct Found {
    /// Rules of services.
    named: bool,
    /// Rules of any kind but the one for what only looks generated.
    anyhow: bool,
}

impl<'t> Row<'t> {
    /// A line of the table; `None` for one whose values have several lines.
    fn read(line: &'t str) -> Option<Self> {
        let mut fields = line.split('\t');
        let mut next = || fields.next().unwrap_or_else(|| panic!("a row has six fields: {line}"));
        let [service, prefix, alphabet, length, near] = [next(), next(), next(), next(), next()];
        let (low, high) = length.split_once('-').unwrap_or((length, length));
        let lengths = (low.parse().ok()?, high.parse().ok()?);
        (alphabet != "multi-line").then_some(Self { service, prefix, alphabet, lengths, near: near == "yes" })
    }

    /// Tries every value in the first carrier, for rows near a name also in the second.
    fn found(&self, catalogue: &Catalogue) -> Found {
        let name = self.service.replace('-', "_");
        let carriers = match self.near {
            true => vec![format!("{name}_api_key = \"$\"\n"), format!("# {}\ntoken: $\n", self.service)],
            false => vec!["const value = [\"$\"];\n".to_owned()],
        };
        let each = carriers.iter().map(|carrier| self.in_carrier(carrier, catalogue));
        each.reduce(|a, b| Found { named: a.named || b.named, anyhow: a.anyhow || b.anyhow })
            .expect("a row has a carrier")
    }

    fn in_carrier(&self, carrier: &str, catalogue: &Catalogue) -> Found {
        let mut all = Found { named: true, anyhow: true };
        for seed in 0..SEEDS {
            let text = carrier.replace('$', &self.value(seed));
            let hits = scan::probe(catalogue, text.as_bytes());
            let services = || hits.iter().map(|&hit| catalogue.rule(hit));
            all.named &= services().any(|rule| rule.service != ANYBODY);
            all.anyhow &= services().any(|rule| rule.id != "generated-value");
        }
        all
    }

    fn value(&self, seed: u64) -> String {
        let (low, high) = self.lengths;
        let body = match self.alphabet {
            "hex" => format!("${{hex:{low}-{high}}}"),
            "HEX" => format!("${{HEX:{low}-{high}}}"),
            "lower+digits" => format!("${{lower:{low}-{high}}}"),
            "UPPER+digits" => format!("${{upper:{low}-{high}}}"),
            "digits" => format!("${{digits:{low}-{high}}}"),
            "base32" => format!("${{base32:{low}-{high}}}"),
            "base64" => format!("${{base64:{low}-{high}}}"),
            // What is 36 characters long and has dashes is a UUID nearly everywhere.
            "base64url" if self.lengths == (36, 36) && self.prefix.is_empty() => "${uuid}".to_owned(),
            "base64url" => format!("${{base64url:{low}-{high}}}"),
            "uuid" => "${uuid}".to_owned(),
            "base64url+dots" if low >= 8 => {
                let (low, high) = ((low - 2) / 3, (high - 2) / 3);
                vec![format!("${{base64url:{low}-{high}}}"); 3].join(".")
            }
            "alnum" | "mixed" | "base64url+dots" => format!("${{alnum:{low}-{high}}}"),
            other => panic!("the table has an alphabet that this test does not know: {other}"),
        };
        self.prefix.to_owned() + &template::expand(&body, seed).expect("a sound template")
    }
}
