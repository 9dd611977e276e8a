//! Values given to names: finds the name around a gate hit and reads what follows it in the way of every language at
//! once. Which reading holds for a file's kind is the verdict's business.

use crate::span::Span;

use super::operator::operator;
use super::scanner::{rest_of_line, skip_blanks, skip_space, starts, string, word};
use super::{
    Assignment, Found, Match, Operator, Quote, Shapes, bytes, command, connection, fallback, prose, record,
};
use super::{several, token};

/// Longest name in bytes.
const LONGEST_NAME: usize = 128;

/// Bytes that end an unquoted value in some language.
const STOPS: &[u8] = b",;)}]<>&|";

/// Names seen so far in one text: each is read once.
#[derive(Default)]
pub(super) struct Names {
    done: usize,
    command_done: usize,
    strings: Strings,
    fallbacks: fallback::Literals,
    nested: Nested,
    connections: connection::Connections,
}

/// Most unquoted values that may lie in one another: `a_key=b_key=c_key=…` is no assignment any more, and to read each
/// of thousands to the common end would take the square of their length.
const MOST_NESTED: usize = 4;

/// Bytes of an unquoted value that are read however deep it is nested.
const SHORT_VALUE: usize = 128;

/// Counts long unquoted values that begin inside the same one.
#[derive(Default)]
struct Nested {
    word: Span,
    end: usize,
    count: usize,
}

impl Nested {
    /// The unquoted value at `at`, which ends where the one that it begins in ends.
    fn word(&mut self, text: &[u8], at: usize) -> Span {
        let known = self.word;
        let inside = known.start <= at && at < known.end;
        self.word = if inside { Span::new(at, known.end) } else { word(text, at, STOPS) };
        self.word
    }

    fn admits(&mut self, value: Span) -> bool {
        if value.start >= self.end {
            (self.end, self.count) = (value.end, 0);
        }
        self.count += usize::from(value.len() > SHORT_VALUE);
        value.len() <= SHORT_VALUE || self.count <= MOST_NESTED
    }
}

/// Which quotes are open at a place of a line; goes through the text once, forwards.
#[derive(Default)]
struct Strings {
    at: usize,
    open: [bool; 3],
    /// The same for `\"` and its like: strings in a string.
    inner: [bool; 3],
}

impl Strings {
    /// The quote marks that are told apart.
    const MARKS: [u8; 3] = [b'"', b'\'', b'`'];

    /// Goes on to `place`, which lies no further back than the last one. A line's start closes all.
    fn advance(&mut self, text: &[u8], place: usize) {
        if let Some(end) = text.get(self.at..place).and_then(|between| memchr::memrchr(b'\n', between)) {
            *self = Self { at: self.at + end + 1, ..Self::default() };
        }
        while self.at < place {
            match text[self.at] {
                b'\\' if text.get(self.at + 1) != Some(&b'\n') => {
                    self.at += 1;
                    text.get(self.at).iter().for_each(|&&byte| toggle(&mut self.inner, byte));
                }
                byte => toggle(&mut self.open, byte),
            }
            self.at += 1;
        }
    }

    fn is_open(&self, mark: u8, escaped: bool) -> bool {
        let open = if escaped { self.inner } else { self.open };
        Self::MARKS.iter().zip(open).any(|(&known, open)| known == mark && open)
    }
}

fn toggle(open: &mut [bool; 3], byte: u8) {
    open.iter_mut().zip(Strings::MARKS).for_each(|(open, mark)| *open ^= byte == mark);
}

impl Names {
    /// The assignments of the name around `hit`.
    pub(super) fn at(&mut self, text: &[u8], hit: Span, shapes: &Shapes, out: &mut Vec<Match>) {
        let Some(rule) = shapes.assignment() else { return };
        if hit.start < self.done {
            return;
        }
        let name = name_around(text, hit);
        self.done = name.end;
        if hit.start >= self.command_done && is_store(text, hit) {
            let line = super::scanner::logical_line(text, hit.start);
            self.command_done = line.end;
            command::stored(text, line, rule, out);
        }
        // `AWS::IAM::AccessKey` is a type, `App::Application.config.secret_token` none.
        let a_type = text[..name.start].ends_with(b"::") && !name.of(text).contains(&b'.');
        if name.len() > LONGEST_NAME || a_type || prose::holds(text, name) || in_arn(text, name) {
            return;
        }
        if let Some(numbers) = bytes::given_to(text, name) {
            out.push(Match { name: Some(name), ..token::plain(rule, numbers, Found::Bytes) });
            return;
        }
        if let Some((value, found)) = after(text, name, &mut self.strings, &mut self.nested) {
            if found.quote != Quote::None || self.nested.admits(value) {
                let facts = self.connections.facts(text, name, value);
                push(rule, name, value, (found, facts), out);
            }
            if found.quote == Quote::None {
                for literal in self.fallbacks.within(text, found.line) {
                    let fallback =
                        Assignment { operator: Operator::Fallback, quote: literal.quote, line: literal.span };
                    push(rule, name, literal.span, (fallback, Vec::new()), out);
                }
            }
        }
    }
}

fn push(rule: usize, name: Span, value: Span, told: (Assignment, Vec<String>), out: &mut Vec<Match>) {
    let (found, subject) = told;
    if !value.is_empty() || !found.line.is_empty() {
        let plain = token::plain(rule, value, Found::Assignment(found));
        out.push(Match { name: Some(name), subject, ..plain });
    }
}

/// `arn:aws:secretsmanager:…:secret:name`: the name of a resource.
fn in_arn(text: &[u8], name: Span) -> bool {
    let before = &text[name.start.saturating_sub(LONGEST_NAME)..name.start];
    let word = || before.rsplit(|b| b.is_ascii_whitespace() || matches!(b, b'"' | b'\'')).next();
    before.ends_with(b":") && word().is_some_and(|word| word.starts_with(b"arn:"))
}

/// `secret create`, `secrets add`, `secrets versions add`: a secret store's command line.
fn is_store(text: &[u8], hit: Span) -> bool {
    let after = hit.end + usize::from(starts(text, hit.end, b"s"));
    let verbs = text.get(after) == Some(&b' ');
    verbs
        && [&b" create"[..], b" add", b" put", b" set", b" versions"]
            .iter()
            .any(|verb| starts(text, after, verb))
}

const fn is_name(byte: u8) -> bool {
    NAMES[byte as usize]
}

/// For each byte whether names are made of it.
static NAMES: [bool; 256] = {
    let mut names = [false; 256];
    let mut at = 0;
    while at < names.len() {
        let byte = at as u8;
        names[at] = byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'$') || byte >= 0x80;
        at += 1;
    }
    names
};

/// The name around `hit`: identifier characters, dots and dashes. Leading dashes (`--flag`) and dots are left out.
fn name_around(text: &[u8], hit: Span) -> Span {
    let floor = hit.start.saturating_sub(LONGEST_NAME);
    let before = text[floor..hit.start].iter().rev().take_while(|&&b| is_name(b)).count();
    let limit = text.len().min(hit.end + LONGEST_NAME);
    let after = text[hit.end..limit].iter().take_while(|&&b| is_name(b)).count();
    let mut name = Span::new(hit.start - before, hit.end + after);
    if before == 0 {
        name.start -= word_before(&text[floor..hit.start]);
    }
    // `-` and `.` at the ends are operators or punctuation (`->`, `--flag`, `token.`).
    while name.start < hit.start && matches!(text[name.start], b'-' | b'.') {
        name.start += 1;
    }
    while name.end > hit.end && matches!(text[name.end - 1], b'-' | b'.') {
        name.end -= 1;
    }
    name
}

/// Words that belong to a name behind them.
static LEADING_WORDS: [&[u8]; 10] = [
    b"api ",
    b"access ",
    b"secret ",
    b"auth ",
    b"private ",
    b"encryption ",
    b"client ",
    b"db ",
    b"admin ",
    b"root ",
];

/// Length of a word and a blank before a name that belong to it: `api key`, `db password` in notes.
fn word_before(before: &[u8]) -> usize {
    if before.last() != Some(&b' ') {
        return 0;
    }
    let belongs = |word: &&&[u8]| {
        let at = before.len().checked_sub(word.len());
        at.is_some_and(|at| {
            before[at..].eq_ignore_ascii_case(word) && (at == 0 || !before[at - 1].is_ascii_alphanumeric())
        })
    };
    LEADING_WORDS.iter().find(belongs).map_or(0, |word| word.len())
}

/// The value that follows `name`, and how it is given.
fn after(text: &[u8], name: Span, strings: &mut Strings, nested: &mut Nested) -> Option<(Span, Assignment)> {
    let name_quote = quote_after(text, name);
    let closed = name.end + name_quote;
    let at = close_brackets(text, closed);
    if let Some(found) = element(text, name, closed) {
        return Some(found);
    }
    if let Some(at) = several::value_at(text, name).filter(|_| name_quote == 0) {
        return read(text, at, Operator::Equals, nested);
    }
    let recorded = record::value_after(text, closed);
    if let Some(at) =
        recorded.or_else(|| (name_quote == 1).then(|| record::value_before(text, name.start)).flatten())
    {
        return read(text, at, Operator::Pair, nested);
    }
    let (operator, at) = operator(text, name, at, name_quote > 0)?;
    let at = scheme(text, name, at).unwrap_or(at);
    let (value, found) = read(text, record::inside(text, at), operator, nested)?;
    // `password or …` is prose unless a string follows.
    if operator == Operator::Fallback && found.quote == Quote::None && !text[..at].ends_with(b":-") {
        return None;
    }
    let closes =
        name_quote == 0 && found.quote != Quote::None && closes_string(text, name, value.start - 1, strings);
    (!closes).then_some((value, found))
}

/// `Authorization: token …` in a header that is not quoted: where the credential begins behind schemes that have no reader
/// of their own.
fn scheme(text: &[u8], name: Span, at: usize) -> Option<usize> {
    let tail = name.len().checked_sub(b"authorization".len()).map(|from| &name.of(text)[from..]);
    let authorizes = tail.is_some_and(|tail| tail.eq_ignore_ascii_case(b"authorization"));
    let start = authorizes.then(|| skip_blanks(text, at))?;
    let scheme = word(text, start, b",;:=");
    let known = [&b"token"[..], b"apikey", b"key"];
    let known = known.iter().any(|known| scheme.of(text).eq_ignore_ascii_case(known));
    (known && text.get(scheme.end) == Some(&b' ')).then_some(scheme.end + 1)
}

/// True when the quote at `quote` ends a string that the name stands in (`"password: " + x`) instead of beginning one.
fn closes_string(text: &[u8], name: Span, quote: usize, strings: &mut Strings) -> bool {
    strings.advance(text, name.start);
    let mark = text[quote];
    let escaped = quote > 0 && text[quote - 1] == b'\\';
    strings.is_open(mark, escaped) && text[name.end..quote].iter().all(|b| *b != mark)
}

/// Length of the quote that closes the name: 0 for none, 2 for an escaped one.
fn quote_after(text: &[u8], name: Span) -> usize {
    let escaped = starts(text, name.end, b"\\\"") || starts(text, name.end, b"\\'");
    match text.get(name.end) {
        Some(b'"' | b'\'' | b'`') => 1,
        Some(b'\\') if escaped => 2,
        _ => 0,
    }
}

/// `["name"]`, `('name')`: the closing brackets belong to the name.
fn close_brackets(text: &[u8], at: usize) -> usize {
    at + text[at..].iter().take(3).take_while(|&&b| b == b']' || b == b')' || b == b'}').count()
}

/// `<name>value</name>` and `<name attr="…">value<`; the value runs up to the next `<`.
fn element(text: &[u8], name: Span, at: usize) -> Option<(Span, Assignment)> {
    if text.get(at) != Some(&b'>') {
        return None;
    }
    let tag = text[..name.start].iter().rev().take(LONGEST_NAME);
    let tag = tag.take_while(|&&b| b.is_ascii_alphanumeric() || b":_".contains(&b)).count();
    let tagged = name.start > tag && text[name.start - tag - 1] == b'<';
    // `<property name="a.password">value</property>`.
    let attribute = at > name.end && text[..name.start].ends_with(b"=\"");
    if !(tagged || attribute) {
        return None;
    }
    let cdata = starts(text, at + 1, b"<![CDATA[");
    let (start, close): (usize, &[u8]) = if cdata { (at + 10, b"]]>") } else { (at + 1, b"</") };
    let limit = text.len().min(start + super::LONGEST_VALUE);
    // The next `<` is near in a text full of them, the next `</` need not be.
    let end = if cdata {
        memchr::memmem::find(&text[start..limit], close)
    } else {
        memchr::memchr(b'<', &text[start..limit])
    };
    let body = &text[start..start + end.filter(|&end| starts(text, start + end, close))?];
    let start = start + body.len() - body.trim_ascii_start().len();
    let value = Span::new(start, start + body.trim_ascii().len());
    Some((value, Assignment { operator: Operator::Element, quote: Quote::Quoted, line: value }))
}

/// Reads the value at `at`, on this line or, for a string, on the next.
fn read(text: &[u8], at: usize, operator: Operator, nested: &mut Nested) -> Option<(Span, Assignment)> {
    let mut start = skip_blanks(text, at);
    if let Some(next) = block_or_next_line(text, start, operator) {
        start = next;
    }
    start = skip_wrappers(text, start);
    if let Some(value) = connection::braced(text, start) {
        return Some((value, Assignment { operator, quote: Quote::Quoted, line: value }));
    }
    if let Some((value, quote, _)) = string(text, start) {
        return Some((value, Assignment { operator, quote, line: value }));
    }
    let value = nested.word(text, start);
    let line = rest_of_line(text, value);
    let value = until_escape(text, value);
    Some((value, Assignment { operator, quote: Quote::None, line }))
}

/// The part of an unquoted value before an escaped line end or tab: it stands in a string.
fn until_escape(text: &[u8], value: Span) -> Span {
    let escape = value.of(text).windows(2).position(|w| w[0] == b'\\' && matches!(w[1], b'n' | b'r' | b't'));
    Span::new(value.start, escape.map_or(value.end, |length| value.start + length))
}

/// A value on a following line: a YAML block scalar (`|`, `>-`), or a string after an operator at the end of a line.
fn block_or_next_line(text: &[u8], at: usize, operator: Operator) -> Option<usize> {
    let block = matches!(text.get(at), Some(b'|' | b'>')) && operator == Operator::Colon;
    // `|2-` is the longest: indentation and chomping follow the mark.
    let indicator =
        text[at.min(text.len())..].iter().take(4).take_while(|b| !b.is_ascii_whitespace()).count();
    let end = if block { at + indicator } else { at };
    let rest = skip_space(text, end, 0);
    let broken = text.get(rest) == Some(&b'\n') || starts(text, rest, b"\\\n");
    if !broken {
        return None;
    }
    let next = skip_space(text, rest + usize::from(text[rest] == b'\\'), 1);
    let a_string = matches!(text.get(next), Some(b'"' | b'\'' | b'`'));
    (block || (a_string && operator != Operator::Call)).then_some(next)
}

/// Words that only wrap a literal: `new String("…")`, `Some("…")`, `b"…".to_vec()`, `!Sub "…"`, `(`.
fn skip_wrappers(text: &[u8], at: usize) -> usize {
    let wrappers: [&[u8]; 12] = [
        b"(",
        b"[",
        b"String(",
        b"new String(",
        b"Some(",
        b"bytes(",
        b"str(",
        b"String::from(",
        b"[]byte(",
        b"SecretStr(",
        b"new SecretKeySpec(",
        b"Buffer.from(",
    ];
    let mut start = at;
    for _ in 0..2 {
        if !matches!(text.get(start), Some(b'(' | b'[' | b'S' | b'n' | b'b' | b's' | b'B')) {
            break;
        }
        let Some(wrapper) = wrappers.iter().rev().find(|w| starts(text, start, w)) else { break };
        let inner = skip_blanks(text, start + wrapper.len());
        if string(text, inner).is_none() {
            break;
        }
        start = inner;
    }
    start
}
