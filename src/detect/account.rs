//! Files whose lines are accounts and nothing else: `.pgpass`, `htpasswd` and its like, `chap-secrets`. The shape of the
//! first line makes a file a candidate; whether its name is such a file's is the verdict's business.

use crate::span::Span;

use super::position::of_user;
use super::scanner::{line_end, skip_blanks, string, word};
use super::{Found, Match, Shapes, token};

/// Longest such file in bytes.
const LONGEST: usize = 64 * 1024;

/// Longest line in bytes.
const LONGEST_LINE: usize = 1024;

/// What leads a password that is not hashed (Dovecot, "Password Schemes").
const PLAIN: [&[u8]; 4] = [b"{PLAIN}", b"{CLEAR}", b"{CLEARTEXT}", b"{plain}"];

/// What the lines of a file of accounts consist of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Account {
    /// `host:port:database:user:password`, a `\` before `:` and `\` (PostgreSQL, "The Password File").
    Pgpass,
    /// `user:password`, more fields may follow: htpasswd, passwd(5), rsyncd.secrets, Dovecot's passwd-file.
    Colon,
    /// `client server secret addresses` (pppd(8), "Authentication").
    Chap,
}

/// User and password of a line.
type Login = (Span, Span);

/// The passwords of a text that consists of accounts.
pub(super) fn lines(text: &[u8], shapes: &Shapes, out: &mut Vec<Match>) {
    let Some(rule) = shapes.password.filter(|_| text.len() <= LONGEST) else { return };
    let Some(account) = significant(text).next().and_then(|line| shape(text, line)) else { return };
    for (user, value) in significant(text).filter_map(|line| read(text, line, account)) {
        if !value.is_empty() {
            out.push(of_user(token::plain(rule, value, Found::Line(account)), text, Some(user)));
        }
    }
}

/// The lines that are neither empty nor comments.
fn significant(text: &[u8]) -> impl Iterator<Item = Span> {
    let mut at = 0;
    let lines = std::iter::from_fn(move || {
        let start = (at < text.len()).then_some(at)?;
        let end = memchr::memchr(b'\n', &text[start..]).map_or(text.len(), |found| start + found);
        at = end + 1;
        let line = text[start..end].trim_ascii_end();
        Some(Span::new(start, start + line.len()))
    });
    lines.filter(move |line| !matches!(line.of(text).first(), None | Some(b'#')))
}

fn shape(text: &[u8], line: Span) -> Option<Account> {
    if line.len() > LONGEST_LINE {
        return None;
    }
    let kinds = [Account::Pgpass, Account::Colon, Account::Chap];
    kinds.into_iter().find(|kind| read(text, line, *kind).is_some())
}

fn read(text: &[u8], line: Span, account: Account) -> Option<Login> {
    if line.len() > LONGEST_LINE {
        return None;
    }
    match account {
        Account::Pgpass => pgpass(text, line),
        Account::Colon => colon(text, line),
        Account::Chap => chap(text, line),
    }
}

fn pgpass(text: &[u8], line: Span) -> Option<Login> {
    let bytes = line.of(text);
    let mut colons = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 1,
            b':' => colons.push(at),
            _ => {}
        }
        at += 1;
    }
    let &[host, port, database, user] = colons.as_slice() else { return None };
    let number = &bytes[host + 1..port];
    let port_holds = number == b"*" || !number.is_empty() && number.iter().all(u8::is_ascii_digit);
    let shift = |from: usize, to: usize| Span::new(line.start + from, line.start + to);
    (port_holds && host > 0).then(|| (shift(database + 1, user), shift(user + 1, bytes.len())))
}

fn colon(text: &[u8], line: Span) -> Option<Login> {
    let bytes = line.of(text);
    let in_user = |b: &u8| b.is_ascii_alphanumeric() || b"._@+-$".contains(b);
    let user = bytes.iter().take(128).take_while(|b| in_user(b)).count();
    let rest = bytes.get(user + 1..)?;
    // `https://…` is no account, `name: value` is another format.
    let other = rest.starts_with(b"//") || rest.starts_with(b" ") || rest.starts_with(b":");
    if user == 0 || bytes[user] != b':' || rest.is_empty() || other {
        return None;
    }
    let plain = PLAIN.iter().find(|scheme| rest.starts_with(scheme));
    let start = line.start + user + 1 + plain.map_or(0, |scheme| scheme.len());
    let password = &text[start..line.end];
    let length = memchr::memchr(b':', password).unwrap_or(password.len());
    Some((Span::new(line.start, line.start + user), Span::new(start, start + length)))
}

fn chap(text: &[u8], line: Span) -> Option<Login> {
    let mut fields = Vec::new();
    let mut at = skip_blanks(text, line.start);
    while at < line.end && fields.len() < 5 {
        let field = string(text, at).map_or_else(
            || {
                let field = word(text, at, b"");
                (field, field.end)
            },
            |(field, _, next)| (field, next),
        );
        if field.1 <= at {
            return None;
        }
        fields.push(field.0);
        at = skip_blanks(text, field.1);
    }
    let &[client, server, secret, ..] = fields.as_slice() else { return None };
    // The server or the addresses are nearly always "any".
    let any = |span: &Span| span.of(text) == b"*";
    let whole = line_end(text, line.start) >= at && fields.len() <= 4;
    (whole && (any(&server) || fields.get(3).is_some_and(any))).then_some((client, secret))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_all(text: &str) -> Option<(Account, Vec<(&str, &str)>)> {
        let bytes = text.as_bytes();
        let account = significant(bytes).next().and_then(|line| shape(bytes, line))?;
        let logins = significant(bytes).filter_map(|line| read(bytes, line, account));
        let shown = |span: Span| &text[span.start..span.end];
        Some((account, logins.map(|(user, value)| (shown(user), shown(value))).collect()))
    }

    #[test]
    fn each_format_is_told_by_its_first_line() {
        let pgpass = "# comment\n\ndb:5432:*:app:a\\:b\r\n*:*:*:u:x y\n";
        assert_eq!(read_all(pgpass), Some((Account::Pgpass, vec![("app", "a\\:b"), ("u", "x y")])));
        let htpasswd = "bob:a\nann:{PLAIN}b:1000:1000\nnot one\n"; // leaklint:allow -- a value of a test
        assert_eq!(read_all(htpasswd), Some((Account::Colon, vec![("bob", "a"), ("ann", "b")])));
        let chap = "bob * \"a b\" *\nann l2tpd c *\n";
        assert_eq!(read_all(chap), Some((Account::Chap, vec![("bob", "a b"), ("ann", "c")])));
    }

    #[test]
    fn other_texts_are_none() {
        for text in
            ["", "#!/bin/sh\n", "name: value\n", "https://acme.io/x\n", "a b c d\n", "std::vector x\n", "{\n"]
        {
            assert_eq!(read_all(text), None, "{text}");
        }
    }
}
