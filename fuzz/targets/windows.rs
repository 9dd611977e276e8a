//! Windows of any bytes in any encoding: each byte is owned once, and positions are those of the whole text.

#![no_main]

use leaklint::blob::window::{Sizes, Windows};
use leaklint::span::{Lines, ORIGIN};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let Some((sizes, blob)) = input.split_first_chunk::<4>() else { return };
    let [whole, owned, left, right] = sizes.map(usize::from);
    let sizes = Sizes { whole, owned, left, right };
    let text = whole_text(Windows::bytes(blob.to_vec()));
    check(Windows::bytes(blob.to_vec()).with_sizes(sizes), &text);
    check(Windows::stream(Box::new(blob), Vec::new()).with_sizes(sizes), &text);
});

/// The text of a blob that is small enough to be one window.
fn whole_text(mut windows: Windows<'_>) -> Vec<u8> {
    let window = windows.next_window().expect("memory can be read").expect("there is a window");
    assert!(window.first && window.last && window.owned == (0..window.text.len()));
    window.text.to_vec()
}

fn check(mut windows: Windows<'_>, text: &[u8]) {
    let lines = Lines::new(text, ORIGIN);
    let mut owned_to = 0;
    while let Some(window) = windows.next_window().expect("memory can be read") {
        let start = owned_to - window.owned.start;
        assert_eq!(window.text, &text[start..start + window.text.len()]);
        assert_eq!(window.origin, lines.position(start));
        let shown = Lines::new(window.text, window.origin);
        for at in [window.owned.start, window.owned.end, window.text.len()] {
            assert_eq!(shown.position(at), lines.position(start + at));
        }
        owned_to += window.owned.len();
        assert_eq!(window.last, owned_to == text.len(), "the last window is the one that reaches the end");
    }
    assert_eq!(owned_to, text.len());
}
