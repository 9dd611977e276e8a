//! Runs of a text that was made from another: those in what was taken over are known.

use crate::kin::{self, Copied};
use crate::span::Span;

use super::{Run, all, is_run_byte};

/// Shorter stretches are not worth the look-up (bytes).
const LEAST_COPY: usize = 64;

/// Where a run is known from.
#[derive(Clone, Copy, Debug)]
pub enum Again<'r> {
    /// Nowhere.
    New,
    /// It is this one, in a stretch that was taken over.
    Copied(Copied, &'r Run),
}

/// Calls `visit` with the runs of `text` in their order, of which `copies` were taken over from one whose runs are `base`.
/// Only what stands between these is looked at, and what touches their ends.
pub fn again<'r>(text: &[u8], copies: &[Copied], base: &'r [Run], mut visit: impl FnMut(Run, Again<'r>)) {
    let mut done = 0;
    for (before, copied) in kin::stretches(copies, LEAST_COPY, text.len()) {
        // A run that touches the end of a stretch may go on where the other text went on otherwise.
        let start = done.max(start_of_run(text, before.saturating_sub(1), done));
        let end = end_of_run(text, text.len().min(copied.to + 1));
        if start < end {
            for run in all(&text[start..end]) {
                visit(Run { span: moved(run.span, 0, start), ..run }, Again::New);
            }
            done = end;
        }
        let first = base.partition_point(|run| run.span.start <= copied.from);
        for known in base[first..].iter().take_while(|run| run.span.end < copied.from_end()) {
            let run = Run { span: moved(known.span, copied.from, copied.to), ..*known };
            visit(run, Again::Copied(copied, known));
        }
    }
}

fn moved(span: Span, from: usize, to: usize) -> Span {
    Span::new(span.start - from + to, span.end - from + to)
}

/// Where the run that the byte at `at` is a part of begins, not before `floor`; `at` itself for none.
fn start_of_run(text: &[u8], at: usize, floor: usize) -> usize {
    let up_to = text.get(floor..(at + 1).min(text.len())).unwrap_or_default();
    at - up_to.iter().rev().take_while(|byte| is_run_byte(**byte)).count().saturating_sub(1)
}

/// Where the run that the byte before `at` is a part of ends; `at` itself for none.
fn end_of_run(text: &[u8], at: usize) -> usize {
    let from = &text[at.saturating_sub(1)..];
    at + from.iter().take_while(|byte| is_run_byte(**byte)).count().saturating_sub(1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn they_are_those_of_the_whole_text((base, text, copies) in kin::made(
            prop::collection::vec("[a-z0-9A-Z]{0,40}[ \n=]?|[ a-c\"]{0,60}", 0..40).prop_map(|parts| parts.concat().into_bytes()),
        )) {
            let known = all(&base);
            let mut found = Vec::new();
            again(&text, &copies, &known, |run, again| {
                if let Again::Copied(copied, known) = again {
                    assert_eq!(known.span.of(&base), run.span.of(&text));
                    assert_eq!(known.span.start - copied.from, run.span.start - copied.to);
                }
                found.push(run);
            });
            prop_assert_eq!(found, all(&text));
        }
    }

    #[test]
    fn what_was_taken_over_is_not_looked_at() {
        let base = [b"x = 0123456789abcdef; ".repeat(9), b"0123456789".to_vec()].concat();
        let text = [b"0123456789".to_vec(), base.clone(), b"abcdef".to_vec()].concat();
        let copies = [Copied { from: 0, to: 10, length: base.len() }];
        let known = all(&base);
        let (mut new, mut copied) = (Vec::new(), 0);
        again(&text, &copies, &known, |run, again| match again {
            Again::New => new.push(run.span),
            Again::Copied(..) => copied += 1,
        });
        let last = text.len() - 16;
        assert_eq!((new, copied), (vec![Span::new(last, text.len())], 9));
    }
}
