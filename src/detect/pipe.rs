//! Passwords that a command reads from its standard input: `echo x | sudo -S`, `chpasswd <<< "user:x"`, and `send "x\r"`
//! where an Expect script answers a prompt.

use crate::catalogue::Kind;
use crate::span::Span;

use super::position;
use super::scanner::{logical_line, skip_blanks, skip_space, starts, string};
use super::shell::words;
use super::{Match, Operator, Quote, Shapes};

/// How far in bytes a prompt lies before its answer.
const PROMPT: usize = 256;

/// Lines that `chpasswd` reads from a here-document.
const MOST_LINES: usize = 8;

/// The password that the command or answer at `hit` is given.
pub(super) fn at(text: &[u8], hit: Span, shapes: &Shapes, out: &mut Vec<Match>) {
    let lower = hit.of(text).to_ascii_lowercase();
    let kind = if lower == b"--with-token" { Kind::Token } else { Kind::Password };
    let Some(rule) = kind.rule(shapes) else { return };
    let mut push = |(value, quote): (Span, Quote)| {
        if !value.is_empty() {
            out.push(position::given(rule, hit, value, quote, Operator::Command));
        }
    };
    match lower.as_slice() {
        // `-s` starts a shell, `-S` reads the password.
        b"sudo -s" if !hit.of(text).ends_with(b"S") => {}
        b"chpasswd" => {
            let lines = here_document(text, hit);
            let given = lines.into_iter().map(|line| (line, Quote::Quoted));
            let pairs = echoed(text, hit).or_else(|| here_string(text, hit)).into_iter().chain(given);
            pairs.filter_map(|pair| behind_user(text, pair)).for_each(push);
        }
        lower if lower.starts_with(b"send") => {
            let _ = answer(text, hit).map(push);
        }
        b"convertto-securestring" => {
            let _ = piped(text, hit).map(push);
        }
        _ => {
            let _ = echoed(text, hit).or_else(|| here_string(text, hit)).map(&mut push);
        }
    }
}

/// `echo VALUE | command`, `printf '%s' VALUE | command`.
fn echoed(text: &[u8], hit: Span) -> Option<(Span, Quote)> {
    let line = logical_line(text, hit.start).start;
    let before = &text[line..hit.start];
    let echo = memchr::memmem::rfind(before, b"echo ").map(|at| Span::new(line + at, line + at + 4));
    let printf = memchr::memmem::rfind(before, b"printf ").map(|at| Span::new(line + at, line + at + 6));
    let command = echo.max(printf)?;
    let words = words(text, command);
    let end = words.last()?.whole.end;
    let pipe = skip_blanks(text, end);
    let plain = |bytes: &[u8]| !matches!(bytes, b"-n" | b"-e" | b"-ne" | b"-E") && !bytes.starts_with(b"%s");
    let mut given = words.iter().filter(|word| plain(word.bytes(text)));
    let (value, more) = (given.next()?, given.next());
    let direct =
        text.get(pipe) == Some(&b'|') && pipe < hit.start && !text[pipe + 1..hit.start].contains(&b'|');
    let (span, quote) = value.value(text, 0);
    (direct && more.is_none()).then(|| (without_line_end(text, span), quote))
}

/// `command <<< VALUE`.
fn here_string(text: &[u8], hit: Span) -> Option<(Span, Quote)> {
    let end = logical_line(text, hit.start).end.max(hit.end);
    let mark = memchr::memmem::find(&text[hit.end..end], b"<<<")?;
    let first =
        words(text, Span::new(hit.start, hit.end + mark + 3)).first().map(|word| word.value(text, 0))?;
    let apart = text[hit.end..hit.end + mark].iter().all(|b| !b"|;&".contains(b));
    apart.then_some(first)
}

/// The lines of `command <<EOF`.
fn here_document(text: &[u8], hit: Span) -> Vec<Span> {
    let mark = skip_blanks(text, hit.end);
    if !starts(text, mark, b"<<") || starts(text, mark, b"<<<") {
        return Vec::new();
    }
    let mut lines = Vec::new();
    let mut at = mark;
    for _ in 0..=MOST_LINES {
        let end = super::scanner::line_end(text, at);
        if !text[at..end].contains(&b':') && at > mark {
            break;
        }
        lines.push(Span::new(at, end));
        at = (end + 1).min(text.len());
    }
    lines.split_off(lines.len().min(1))
}

/// The password of `user:password`.
fn behind_user(text: &[u8], (pair, quote): (Span, Quote)) -> Option<(Span, Quote)> {
    let colon = memchr::memchr(b':', pair.of(text)).filter(|&colon| colon > 0)?;
    Some((Span::new(pair.start + colon + 1, pair.end), quote))
}

/// `"VALUE" | ConvertTo-SecureString`.
fn piped(text: &[u8], hit: Span) -> Option<(Span, Quote)> {
    let line = logical_line(text, hit.start).start;
    let before = text[line..hit.start].trim_ascii_end().strip_suffix(b"|")?.trim_ascii_end();
    let mark = *before.last().filter(|b| matches!(b, b'"' | b'\''))?;
    let open = memchr::memrchr(mark, &before[..before.len() - 1])?;
    Some((Span::new(line + open + 1, line + before.len() - 1), Quote::Quoted))
}

/// `send "VALUE\r"`, `sendline('VALUE')` shortly after a prompt for a password.
fn answer(text: &[u8], hit: Span) -> Option<(Span, Quote)> {
    let before = &text[hit.start.saturating_sub(PROMPT)..hit.start];
    let last =
        [&b"send "[..], b"sendline("].iter().filter_map(|send| memchr::memmem::rfind(before, send)).max();
    let prompt = &before[last.unwrap_or(0)..];
    let asks =
        [&b"assword"[..], b"assphrase"].iter().any(|word| memchr::memmem::find(prompt, word).is_some());
    let open = hit.start + hit.of(text).iter().position(|b| matches!(b, b'"' | b'(')).filter(|_| asks)?;
    let start = skip_space(text, open + usize::from(text[open] == b'('), 0);
    let (value, quote, _) = string(text, start)?;
    Some((without_line_end(text, value), quote))
}

/// The value without a written `\r` or `\n` at its end.
fn without_line_end(text: &[u8], mut value: Span) -> Span {
    while [&b"\\r"[..], b"\\n"].iter().any(|end| value.of(text).ends_with(end)) {
        value.end -= 2;
    }
    value
}
