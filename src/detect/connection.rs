//! Connection strings (`Server=h;User Id=u;Password=p`, `?user=u&password=p`, `host=h user=u password=p`): who signs in
//! where, for the password among the pairs.

use crate::span::Span;

/// Longest part of a connection string in bytes to either side of the password's name.
const REACH: usize = 512;

/// Longest password in braces, in bytes.
const LONGEST_BRACED: usize = 130;

/// Longest name of a user or host that is told.
const LONGEST_FACT: usize = 80;

const USERS: [&str; 6] = ["user id", "userid", "uid", "user", "username", "user name"];

const HOSTS: [&str; 8] =
    ["server", "data source", "datasource", "host", "address", "addr", "hostname", "accountname"];

/// The last connection string and what it says, so that one with many passwords is read once.
#[derive(Default)]
pub(super) struct Connections {
    span: Span,
    facts: Vec<String>,
}

impl Connections {
    /// User and host of the connection string that `name` is a key in; none when it is in none.
    pub(super) fn facts(&mut self, text: &[u8], name: Span, value: Span) -> Vec<String> {
        let before = text[name.start.saturating_sub(4)..name.start].trim_ascii_end().last();
        let joined = |b: Option<&u8>| b.is_some_and(|b| matches!(b, b';' | b'&' | b'?'));
        let listed = text[..name.start].ends_with(b" ") && text.get(name.end) == Some(&b'=');
        if !(joined(before) || joined(text.get(value.end)) || listed) {
            return Vec::new();
        }
        if !self.span.contains(name) {
            self.span = around(text, name);
            self.facts = read(self.span.of(text));
        }
        self.facts.clone()
    }
}

/// `Pwd={a;b$c};`: the value in braces that begins at `at`, as ODBC quotes what has special characters (SQLDriverConnect,
/// "Comments"). Without one it is a variable of a template.
pub(super) fn braced(text: &[u8], at: usize) -> Option<Span> {
    let open = at > 0 && text[at - 1] == b'=' && text.get(at) == Some(&b'{');
    let rest = text.get(at + 1..text.len().min(at + LONGEST_BRACED)).unwrap_or_default();
    let length = open.then(|| memchr::memchr2(b'}', b'\n', rest))?.filter(|&end| rest[end] == b'}')?;
    let ends = matches!(rest.get(length + 1), None | Some(b';' | b'"' | b'\'' | b'\r' | b'\n'));
    let value = &rest[..length];
    let special = value.iter().any(|b| b"@#$%^&~;".contains(b));
    let code = value.iter().any(|b| b"\"'`{()[]<> ".contains(b));
    (ends && special && !code).then(|| Span::new(at + 1, at + 1 + length))
}

fn around(text: &[u8], name: Span) -> Span {
    let ends = |b: &u8| matches!(b, b'"' | b'\'' | b'`' | b'\n' | b'<' | b'>');
    let floor = name.start.saturating_sub(REACH);
    let start = text[floor..name.start].iter().rposition(ends).map_or(floor, |at| floor + at + 1);
    let limit = text.len().min(name.end + REACH);
    let end = text[name.end..limit].iter().position(ends).map_or(limit, |at| name.end + at);
    Span::new(start, end)
}

fn read(string: &[u8]) -> Vec<String> {
    let pairs = string.iter().any(|b| matches!(b, b';' | b'&'));
    let separates = |b: &u8| if pairs { matches!(b, b';' | b'&' | b'?') } else { *b == b' ' };
    let mut facts = [None, None];
    for pair in string.split(separates) {
        let Some(equals) = memchr::memchr(b'=', pair) else { continue };
        let key = String::from_utf8_lossy(pair[..equals].trim_ascii()).to_ascii_lowercase();
        let value = String::from_utf8_lossy(pair[equals + 1..].trim_ascii());
        let reference = value.contains(['$', '{', '%']);
        if value.is_empty() || value.len() > LONGEST_FACT || reference {
            continue;
        }
        for (at, (names, label)) in [(&USERS[..], "user"), (&HOSTS[..], "host")].into_iter().enumerate() {
            if names.contains(&key.as_str()) {
                facts[at].get_or_insert_with(|| format!("{label} {value}"));
            }
        }
    }
    facts.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(text: &str) -> Vec<String> {
        let start = text.find("assword").expect("the name") - 1;
        let end = start + 8;
        Connections::default().facts(text.as_bytes(), Span::new(start, end), Span::new(end + 1, end + 2))
    }

    #[test]
    fn user_and_host_stand_among_the_pairs() {
        assert_eq!(facts("x=\"Server=h,1433;User Id=app;Password=p;\""), ["user app", "host h,1433"]);
        assert_eq!(facts("jdbc:x://h/db?user=u&password=p"), ["user u"]);
        assert_eq!(facts("\"host=h user=u password=p\""), ["user u", "host h"]);
        assert!(facts("password=p").is_empty());
        assert!(facts("user=${U};password=p").is_empty());
    }
}
