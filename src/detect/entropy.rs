//! Values that look generated and nothing else: no name says key, no service stands near. Searched only where somebody
//! asks for what is least sure.

use crate::catalogue::RuleIndex;
use crate::runs::Run;
use crate::span::Span;

use super::near::pieces::Pieces;
use super::near::{Lead, before};
use super::{Found, MOST_MATCHES, Match, token};

/// Longest value in bytes; what is longer is data.
const LONGEST: usize = 200;

/// So many values on the lines around one make it a part of a table.
const TABLE: usize = 3;

/// How many lines before and behind a value count as around it.
const AROUND: usize = 3;

/// What looks generated in a run.
struct Candidate {
    value: Span,
    /// The name that it is given to.
    own: Option<Span>,
    /// It stands in quotes or behind an operator.
    given: bool,
    /// Number of the line, from 0.
    line: usize,
}

/// Finds the values among the `runs` of `text` that look generated, are given to something and are no part of a table.
pub(super) fn find(text: &[u8], runs: &[Run], rule: RuleIndex, out: &mut Vec<Match>) {
    let candidates = candidates(text, runs);
    for (index, candidate) in candidates.iter().enumerate().filter(|(_, candidate)| candidate.given) {
        if out.len() >= MOST_MATCHES {
            return;
        }
        let around = |other: &&Candidate| other.line.abs_diff(candidate.line) <= AROUND;
        let before = candidates[..index].iter().rev().take_while(around).take(TABLE).count();
        let behind = candidates[index + 1..].iter().take_while(around).take(TABLE).count();
        if before + behind < TABLE {
            out.push(Match { name: candidate.own, ..token::plain(rule, candidate.value, Found::Generated) });
        }
    }
}

/// At most one of each run, in their order.
fn candidates(text: &[u8], runs: &[Run]) -> Vec<Candidate> {
    let mut all = Vec::new();
    let mut pieces = Pieces::default();
    let (mut line, mut counted) = (0, 0);
    for run in runs {
        let parts = pieces.of(text, run, |length, _| length <= LONGEST);
        let leads = parts.iter().map(|&value| (value, before(text, value)));
        let Some((value, (lead, own))) =
            leads.min_by_key(|(value, (lead, _))| (*lead != Lead::Given, value.start))
        else {
            continue;
        };
        line += memchr::memchr_iter(b'\n', &text[counted..value.start]).count();
        counted = value.start;
        all.push(Candidate { value, own, given: lead == Lead::Given, line });
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::template::expand;
    use crate::runs;

    /// The values found in `text`, in which each `$` stands for another generated one.
    fn found(text: &str) -> usize {
        let mut parts = text.split('$');
        let mut filled = parts.next().unwrap_or("").to_owned();
        for (seed, part) in (0..).zip(parts) {
            filled += &expand("${alnum:32}", seed).unwrap();
            filled += part;
        }
        let mut out = Vec::new();
        find(filled.as_bytes(), &runs::all(filled.as_bytes()), 0, &mut out);
        assert!(out.iter().all(|m| m.value.len() == 32), "{filled}");
        out.len()
    }

    #[test]
    fn what_is_quoted_or_assigned_is_found() {
        for text in ["x = '$'", "X=$\n", "f(\"$\")", "x: $", "{'x': '$'}"] {
            assert_eq!(found(text), 1, "{text}");
        }
        for text in ["see $ here", "https://a.example/$", "x = 'a_b_c_d_e_f_g_h_i_2'", ""] {
            assert_eq!(found(text), 0, "{text}");
        }
    }

    #[test]
    fn a_table_holds_no_secrets() {
        assert_eq!(found("a = '$'\nb = '$'\n\n\n\nc = '$'\n"), 3);
        assert_eq!(found("['$',\n '$',\n '$',\n '$',\n '$']\n\n\n\nc = '$'\n"), 1);
        assert_eq!(found("['$', '$', '$', '$']"), 0);
    }
}
