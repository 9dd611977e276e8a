//! Paths as URI references. Apart from SARIF because the rules are RFC 3986's.

use crate::blob::BlobPath;

/// A path as a URI reference (RFC 3986): bytes that may stand in a path as they are, all others percent-encoded. A
/// colon is encoded too, since one in the first segment would end a scheme.
pub(super) fn uri(path: &BlobPath) -> String {
    let bytes = path.as_bytes();
    let drive = bytes.len() > 2 && bytes[0].is_ascii_alphabetic() && bytes[1] == b':' && bytes[2] == b'/';
    let mut uri = match bytes {
        [b'/', ..] => "file://".to_owned(),
        [letter, ..] if drive && cfg!(windows) => format!("file:///{}:", char::from(*letter)),
        _ => String::new(),
    };
    let rest = if drive && cfg!(windows) { &bytes[2..] } else { bytes };
    for &byte in rest {
        match byte {
            b'/' | b'-' | b'.' | b'_' | b'~' => uri.push(char::from(byte)),
            b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+' | b',' | b';' | b'=' | b'@' => {
                uri.push(char::from(byte));
            }
            _ if byte.is_ascii_alphanumeric() => uri.push(char::from(byte)),
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_uri_references() {
        let of = |path: &[u8]| uri(&BlobPath::from_bytes(path));
        assert_eq!(of(b"src/a b.rs"), "src/a%20b.rs");
        assert_eq!(of(b"a:b/%41?c#d[1]"), "a%3Ab/%2541%3Fc%23d%5B1%5D");
        assert_eq!(of("é\u{202e}".as_bytes()), "%C3%A9%E2%80%AE");
        assert_eq!(of(b"\xff\n"), "%FF%0A");
        assert_eq!(of(b"/tmp/x"), "file:///tmp/x");
    }
}
