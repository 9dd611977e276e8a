//! Several names given several values at once: `login, password = 'a', 'b'` (Python, Ruby, Lua, Go), and the first of
//! a call's results (`secret, err := decode("…")`).

use crate::span::Span;

use super::scanner::{line_end, line_start, skip_blanks, string};

/// Longest list of names in bytes, to either side of one of them.
const LONGEST: usize = 160;

/// Most names.
const MOST: usize = 8;

/// Where the value of `name` begins, when it is one of several names on its line.
pub(super) fn value_at(text: &[u8], name: Span) -> Option<usize> {
    let after = skip_blanks(text, name.end);
    let first = text.get(after) != Some(&b',');
    let before = text[name.start.saturating_sub(LONGEST)..name.start].trim_ascii_end();
    if first && !before.ends_with(b",") {
        return None;
    }
    let index = names_before(text, name)?;
    let (more, values) = names_behind(text, after)?;
    let items = items(text, values);
    if items.len() == index + 1 + more {
        return items.get(index).copied();
    }
    // `value, err := call(…)`; a signature that is decoded is one to be checked.
    let signature = name.of(text).to_ascii_lowercase().ends_with(b"sig");
    let call = !signature
        && items.len() == 1
        && index == 0
        && text[items[0]..line_end(text, items[0])].contains(&b'(');
    call.then(|| items[0])
}

/// How many names stand before `name`, when nothing else does but a keyword.
fn names_before(text: &[u8], name: Span) -> Option<usize> {
    let start = line_start(text, name.start);
    let line = text[start.max(name.start.saturating_sub(LONGEST))..name.start].trim_ascii_start();
    let keywords = [&b"var "[..], b"let ", b"local ", b"const ", b"my ("];
    let keyword = keywords.iter().find(|word| line.starts_with(word));
    let names = &line[keyword.map_or(0, |word| word.len())..];
    let count = names.iter().filter(|b| **b == b',').count();
    let mut parts = names.split(|b| *b == b',').take(count);
    let plain = parts.all(is_name) && names.rsplit(|b| *b == b',').next().is_some_and(is_lead);
    (plain && count < MOST).then_some(count)
}

/// How many names follow, and where the values begin.
fn names_behind(text: &[u8], after: usize) -> Option<(usize, usize)> {
    let rest = &text[after..text.len().min(after + LONGEST)];
    let equals = memchr::memchr2(b'=', b'\n', rest).filter(|&at| rest[at] == b'=')?;
    let names = rest[..equals].strip_suffix(b":").unwrap_or(&rest[..equals]);
    let names = names.strip_suffix(b")").unwrap_or(names);
    let compared = rest.get(equals + 1).is_some_and(|b| matches!(b, b'=' | b'>' | b'~'));
    let mut parts = names.split(|b| *b == b',');
    let plain = parts.next().is_some_and(|lead| lead.trim_ascii().is_empty()) && parts.all(is_name);
    let count = names.iter().filter(|b| **b == b',').count();
    (plain && !compared && count < MOST).then(|| (count, skip_blanks(text, after + equals + 1)))
}

/// A name alone: `_`, `self.token`, `$user`.
fn is_name(part: &[u8]) -> bool {
    let part = part.trim_ascii();
    !part.is_empty() && part.iter().all(|&b| b.is_ascii_alphanumeric() || b"_.$@".contains(&b))
}

/// What may stand directly before a name and belong to it.
fn is_lead(part: &[u8]) -> bool {
    part.trim_ascii().iter().all(|b| b"$@".contains(b))
}

/// Where the values begin that stand on one line with commas between them.
fn items(text: &[u8], start: usize) -> Vec<usize> {
    let end = line_end(text, start).min(start + 8 * LONGEST);
    let mut items = vec![start];
    let mut depth = 0_usize;
    let mut at = start;
    while at < end {
        match text[at] {
            b'"' | b'\'' | b'`' => {
                at = string(text, at).map_or(end, |(.., next)| next);
                continue;
            }
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            b';' if depth == 0 => break,
            b'#' if depth == 0 => break,
            b',' if depth == 0 => items.push(skip_blanks(text, at + 1)),
            _ => {}
        }
        if items.len() > MOST {
            break;
        }
        at += 1;
    }
    items
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value<'t>(text: &'t str, name: &str) -> Option<&'t str> {
        let start = text.find(name).expect("the name");
        value_at(text.as_bytes(), Span::new(start, start + name.len())).map(|at| &text[at..])
    }

    #[test]
    fn each_name_has_the_value_at_its_place() {
        assert_eq!(value("login, password = 'a,b', 'c'", "password"), Some("'c'"));
        assert_eq!(value("    password, login = f(1, 2), 'c'", "password"), Some("f(1, 2), 'c'"));
        assert_eq!(value("local a, b, pass = 1, {2, 3}, 'd'\nx", "pass"), Some("'d'\nx"));
        assert_eq!(value("secret, _ := hex.Decode(\"x\")", "secret"), Some("hex.Decode(\"x\")"));
        assert_eq!(value("my ($user, $pass) = ('a', 'b')", "pass"), None, "one list, not two values");
    }

    #[test]
    fn arguments_and_comparisons_are_no_list_of_names() {
        assert_eq!(value("f(login, password='b')", "password"), None);
        assert_eq!(value("    login, password='b',", "password"), Some(""));
        assert_eq!(value("password = 'b', 'c'", "password"), None);
        assert_eq!(value("login, password == 'a', 'b'", "password"), None);
        assert_eq!(value("\"a\", password = 'a', 'b'", "password"), None);
    }
}
