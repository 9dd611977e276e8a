//! What the gate sees in a text that was made from another is what it sees when it looks at all of it.

#![no_main]

use std::sync::LazyLock;

use leaklint::catalogue::{Catalogue, Role, Sights};
use leaklint::kin::Copied;
use leaklint::rule::builtin;
use leaklint::runs;
use libfuzzer_sys::fuzz_target;

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::new(builtin().to_vec()));

fuzz_target!(|input: (&[u8], Vec<(u16, u16, u8)>)| {
    let (base, edits) = input;
    let (mut text, mut copies) = (Vec::new(), Vec::new());
    for (start, length, fresh) in edits {
        let from = usize::from(start).min(base.len());
        let length = usize::from(length).min(base.len() - from);
        Copied { from, to: text.len(), length }.add(&mut copies);
        text.extend_from_slice(&base[from..from + length]);
        text.push(fresh);
    }
    let gate = CATALOGUE.gate();
    let Some(known) = gate.sights(base) else { return };
    let Some(again) = gate.sights_again(&text, &copies, &known) else { return };
    assert_eq!(again.runs(), runs::all(&text));
    let mut seen = Vec::new();
    gate.visit(&text, again.runs(), |role, start, end| seen.push((role, start, end)));
    assert_eq!(told(&again), seen);
});

fn told(sights: &Sights) -> Vec<(Role, usize, usize)> {
    let mut all = Vec::new();
    CATALOGUE.gate().tell(sights, |role, start, end| all.push((role, start, end)));
    all
}
