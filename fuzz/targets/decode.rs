//! Decoded readings of any bytes: each byte of a reading comes from a span inside what it was read from, and from none
//! before that of the byte before it.

#![no_main]

use leaklint::decode::{self, Budget, IN_FILES, IN_OUTPUT, Source, View};
use leaklint::runs;
use leaklint::span::Span;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (bool, &[u8])| {
    let (cut, text) = input;
    let runs = runs::all(text);
    let source = Source { cut, ..Source::of(text, &runs) };
    for reasons in [IN_FILES, IN_OUTPUT] {
        check(text, &decode::view(source, reasons, &mut Budget::default()));
    }
});

fn check(text: &[u8], view: &View) {
    for segment in view.segments() {
        assert!(segment.source.end <= text.len() && !segment.decoded.is_empty());
        let mut last = Span::new(segment.source.start, segment.source.start);
        for at in segment.decoded.start..segment.decoded.end {
            let source =
                view.source(Span::new(at, at + 1)).expect("a byte of a reading comes from somewhere");
            assert!(segment.source.contains(source));
            assert!(last.start <= source.start && last.end <= source.end);
            last = source;
        }
    }
}
