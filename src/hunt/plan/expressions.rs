//! Byte strings in the languages of the rewriting tools: expressions of git-filter-repo and of BFG, Python literals.
//!
//! Stands apart because each has its own way to misread a value: an arrow ends an expression, a line end ends it too, and
//! a value may itself begin with `regex:`.

use zeroize::Zeroizing;

/// What stands in a value's place afterwards; both tools use it themselves.
const REMOVED: &str = "***REMOVED***";

/// A line for git-filter-repo's `--replace-text` and `--replace-message` (`get_replace_text` in its source): the last
/// arrow of a line ends the expression, so what the value holds of arrows does no harm.
pub(super) fn filter_repo(bytes: &[u8]) -> Zeroizing<Vec<u8>> {
    expression(bytes, bytes.iter().any(|byte| b"\r\n\0".contains(byte)))
}

/// A line for BFG's `--replace-text`, which takes the first arrow for the end and reads its file as text; nothing for
/// bytes that a line of text cannot hold.
pub(super) fn bfg(bytes: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let arrow = memchr::memmem::find(bytes, b"==>").is_some();
    let fits = std::str::from_utf8(bytes).is_ok_and(|text| !text.contains(['\r', '\n', '\0']));
    (fits && (!arrow || bytes.is_ascii())).then(|| expression(bytes, arrow))
}

fn expression(bytes: &[u8], as_regex: bool) -> Zeroizing<Vec<u8>> {
    let mut line = Zeroizing::new(Vec::with_capacity(bytes.len() * 4 + 32));
    match as_regex {
        true => {
            line.extend_from_slice(b"regex:");
            line.extend_from_slice(&regex(bytes));
        }
        false => {
            line.extend_from_slice(b"literal:");
            line.extend_from_slice(bytes);
        }
    }
    line.extend_from_slice(b"==>");
    line.extend_from_slice(REMOVED.as_bytes());
    line.push(b'\n');
    line
}

/// A line for git-filter-repo's `--paths-from-file` that replaces `bytes` wherever in a path they stand.
pub(super) fn rename(bytes: &[u8], new: &str) -> Zeroizing<Vec<u8>> {
    let mut line = Zeroizing::new(b"regex:".to_vec());
    line.extend_from_slice(&regex(bytes));
    line.extend_from_slice(format!("==>{new}\n").as_bytes());
    line
}

/// The body of a callback of git-filter-repo that replaces each of `pairs` in the argument called `name`.
pub(super) fn callback(name: &str, pairs: &[(Zeroizing<Vec<u8>>, String)]) -> Zeroizing<Vec<u8>> {
    let mut body = Zeroizing::new(Vec::new());
    for (old, new) in pairs {
        body.extend_from_slice(format!("{name} = {name}.replace(b\"").as_bytes());
        old.iter().for_each(|byte| body.extend_from_slice(format!("\\x{byte:02x}").as_bytes()));
        body.extend_from_slice(format!("\", b\"{new}\")\n").as_bytes());
    }
    body.extend_from_slice(format!("return {name}\n").as_bytes());
    body
}

/// `bytes` as a regular expression of Python and of Java: letters and digits as they are, all else by its number.
fn regex(bytes: &[u8]) -> Zeroizing<Vec<u8>> {
    let mut out = Zeroizing::new(Vec::with_capacity(bytes.len() * 4));
    for &byte in bytes {
        match byte.is_ascii_alphanumeric() {
            true => out.push(byte),
            false => out.extend_from_slice(format!("\\x{byte:02x}").as_bytes()),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &[u8]) -> String {
        String::from_utf8_lossy(bytes).into_owned()
    }

    #[test]
    fn what_a_tool_would_misread_is_written_so_that_it_cannot() {
        assert_eq!(text(&filter_repo(b"regex:a==>b")), "literal:regex:a==>b==>***REMOVED***\n");
        assert_eq!(text(&filter_repo(b"a \n+b")), "regex:a\\x20\\x0a\\x2bb==>***REMOVED***\n");
        assert_eq!(bfg(b"a\nb").map(|line| text(&line)), None);
        assert_eq!(
            bfg(b"a==>b").map(|line| text(&line)),
            Some("regex:a\\x3d\\x3d\\x3eb==>***REMOVED***\n".into())
        );
        assert_eq!(bfg("ä".as_bytes()).map(|line| text(&line)), Some("literal:ä==>***REMOVED***\n".into()));
        assert_eq!(text(&rename(b"a/b", "R")), "regex:a\\x2fb==>R\n");
        let pairs = [(Zeroizing::new(b"a\"".to_vec()), "R".to_owned())];
        assert_eq!(
            text(&callback("name", &pairs)),
            "name = name.replace(b\"\\x61\\x22\", b\"R\")\nreturn name\n"
        );
    }
}
