//! Character references of HTML and XML: `&quot;`, `&#61;`, `&#x3d;`.

use super::escapes::{Escape, STRONG};

/// Longest reference in bytes, `&CounterClockwiseContourIntegral;`.
const LONGEST: usize = 33;

/// The reference whose ampersand stands at `at`.
pub(super) fn read(text: &[u8], at: usize) -> Option<Escape> {
    let rest = &text[at..text.len().min(at + LONGEST)];
    let inside = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b'#';
    let name = rest[1..].iter().take_while(inside).count();
    if name < 2 || rest.get(1 + name) != Some(&b';') {
        return None;
    }
    let reference = std::str::from_utf8(&rest[..name + 2]).ok()?;
    let plain = html_escape::decode_html_entities(reference);
    if plain == reference {
        return None;
    }
    let weight = match plain.as_bytes() {
        // What every template engine writes for a quote.
        [b'"' | b'\''] => 1,
        [byte] if byte.is_ascii_graphic() && rest[1] == b'#' => STRONG,
        [byte] if byte.is_ascii_graphic() => 1,
        _ => 0,
    };
    Escape::new(name + 2, plain.as_bytes(), weight)
}
