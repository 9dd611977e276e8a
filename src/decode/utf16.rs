//! UTF-16 inside another encoding, as `powershell -EncodedCommand` takes it. Files in UTF-16 are decoded as they are
//! read; this is for runs that turn out to be it.

use zeroize::Zeroizing;

use super::View;
use super::map::Pieces;

/// Appends `raw` as UTF-8, a byte order mark left out, and gives the way back to its bytes.
pub(super) fn decode(raw: &[u8], little: bool, view: &mut View) -> Pieces {
    let unit = |pair: &[u8]| match little {
        true => u16::from_le_bytes([pair[0], pair[1]]),
        false => u16::from_be_bytes([pair[0], pair[1]]),
    };
    let units = Zeroizing::new(raw.chunks_exact(2).map(unit).collect::<Vec<u16>>());
    let mut pieces = Pieces::from(0);
    let (start, mut at) = (view.end(), 0);
    for decoded in char::decode_utf16(units.iter().copied()) {
        // A lone surrogate is one unit, and so is what stands for it.
        let c = decoded.unwrap_or(char::REPLACEMENT_CHARACTER);
        let input = 2 * c.len_utf16();
        let mut buffer = [0; 4];
        let text = if c == '\u{feff}' { "" } else { c.encode_utf8(&mut buffer) };
        pieces.push(view.end() - start, at, 1, (input, text.len()));
        view.extend(text.as_bytes());
        at += input;
    }
    pieces
}
