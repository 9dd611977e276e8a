//! Rows of SQL dumps: `INSERT INTO t (…, password, …) VALUES (…)`, the same without columns behind the table's
//! `CREATE TABLE`, and PostgreSQL's `COPY t (…) FROM stdin`. A value counts when its column's name may say secret.

use crate::catalogue::Kind;
use crate::span::Span;

use super::position;
use super::scanner::{line_end, line_start, skip_space, starts, word};
use super::{LONGEST_VALUE, MOST_MATCHES, Match, Operator, Quote, Shapes};

/// Most bytes of a table's definition or a list of columns that are read.
const LONGEST_LIST: usize = 16 * 1024;

/// Most columns of a table.
const MOST_COLUMNS: usize = 256;

/// Most bytes of a value that is no string.
const LONGEST_EXPRESSION: usize = 1024;

/// Parts of the names of columns that are looked at.
const PASSWORDS: [&[u8]; 2] = [b"pass", b"pwd"];

/// The same for what is issued.
const TOKENS: [&[u8]; 5] = [b"secret", b"token", b"api_key", b"apikey", b"private_key"];

/// Functions that hash a password where it is stored.
const HASHES: [&[u8]; 9] =
    [b"md5", b"sha", b"sha1", b"sha2", b"password", b"old_password", b"crypt", b"encrypt", b"aes_encrypt"];

/// A column of passwords or tokens.
#[derive(Clone, Copy)]
struct Column {
    index: usize,
    name: Span,
    kind: Kind,
}

/// Statements seen so far in one text.
#[derive(Default)]
pub(super) struct Tables {
    done: usize,
    /// The last table defined.
    table: Span,
    columns: Vec<Column>,
}

impl Tables {
    /// The rows of the statement at `hit`.
    pub(super) fn at(&mut self, text: &[u8], hit: Span, shapes: &Shapes, out: &mut Vec<Match>) {
        if hit.start < self.done {
            return;
        }
        match text[hit.start] | 0x20 {
            b'c' => self.define(text, hit),
            b'i' => self.insert(text, hit, shapes, out),
            _ => self.copy(text, hit, shapes, out),
        }
    }

    /// `CREATE TABLE t (…)`.
    fn define(&mut self, text: &[u8], hit: Span) {
        let mut at = skip_space(text, hit.end, 0);
        for skipped in ["if", "not", "exists"] {
            let next = word(text, at, b"(");
            if next.of(text).eq_ignore_ascii_case(skipped.as_bytes()) {
                at = skip_space(text, next.end, 0);
            }
        }
        let Some((table, at)) = identifier(text, at) else { return };
        let open = skip_space(text, at, 1);
        if text.get(open) == Some(&b'(') {
            self.table = table;
            (self.columns, self.done) = columns(text, open + 1);
        }
    }

    /// `INSERT INTO t (…) VALUES (…), (…)`.
    fn insert(&mut self, text: &[u8], hit: Span, shapes: &Shapes, out: &mut Vec<Match>) {
        let Some((table, at)) = identifier(text, skip_space(text, hit.end, 1)) else { return };
        let mut at = skip_space(text, at, 2);
        let mut listed = None;
        if text.get(at) == Some(&b'(') {
            let (columns, end) = columns(text, at + 1);
            self.done = end;
            at = skip_space(text, text.len().min(end + 1), 2);
            listed = Some(columns);
        }
        let verb = word(text, at, b"(");
        let values = [&b"values"[..], b"value"].iter().any(|word| verb.of(text).eq_ignore_ascii_case(word));
        let defined = listed.is_none() && self.table.of(text).eq_ignore_ascii_case(table.of(text));
        if values && let Some(columns) = listed {
            self.done = self.done.max(rows(text, verb.end, &columns, shapes, out));
        } else if values && defined && !self.columns.is_empty() {
            self.done = rows(text, verb.end, &self.columns, shapes, out);
        }
    }

    /// `COPY t (…) FROM stdin;` and the lines up to `\.`.
    fn copy(&mut self, text: &[u8], hit: Span, shapes: &Shapes, out: &mut Vec<Match>) {
        let start = line_start(text, hit.start);
        let line = &text[start..hit.start];
        let list = memchr::memchr(b'(', line)
            .filter(|_| line.get(..5).is_some_and(|word| word.eq_ignore_ascii_case(b"copy ")));
        let Some(open) = list else { return };
        let (columns, _) = columns(text, start + open + 1);
        let mut at = line_end(text, hit.end) + 1;
        while !columns.is_empty() && at < text.len() && !starts(text, at, b"\\.") {
            let end = memchr::memchr(b'\n', &text[at..]).map_or(text.len(), |found| at + found);
            let mut from = at;
            for (index, field) in text[at..end].split(|&b| b == b'\t').enumerate() {
                let value = Span::new(from, from + field.len());
                push(&columns, index, value, shapes, out);
                from = value.end + 1;
            }
            at = end + 1;
        }
        self.done = at;
    }
}

/// Reads the rows `(…), (…)` from `at` on; gives where the last one ends.
fn rows(text: &[u8], at: usize, columns: &[Column], shapes: &Shapes, out: &mut Vec<Match>) -> usize {
    let mut done = at;
    let mut row = skip_space(text, at, 2);
    while !columns.is_empty() && text.get(row) == Some(&b'(') {
        let end = fields(text, row + 1, |index, value| push(columns, index, value, shapes, out));
        done = end;
        let comma = skip_space(text, end + 1, 1);
        if text.get(end) != Some(&b')') || text.get(comma) != Some(&b',') {
            break;
        }
        row = skip_space(text, comma + 1, 2);
    }
    done
}

/// Adds the value of the column `index`, where that one counts.
fn push(columns: &[Column], index: usize, value: Span, shapes: &Shapes, out: &mut Vec<Match>) {
    let column = columns.binary_search_by_key(&index, |column| column.index).map(|at| columns[at]);
    let Ok(column) = column else { return };
    let fits = !value.is_empty() && value.len() <= LONGEST_VALUE && out.len() < MOST_MATCHES;
    if let Some(rule) = column.kind.rule(shapes).filter(|_| fits) {
        out.push(position::given(rule, column.name, value, Quote::Quoted, Operator::Pair));
    }
}

/// A table's name with its schema, and where it ends: the part behind the last dot, without quotes.
fn identifier(text: &[u8], at: usize) -> Option<(Span, usize)> {
    let in_name = |b: &u8| b.is_ascii_alphanumeric() || b"_$.`\"[]".contains(b) || *b >= 0x80;
    let end = at + text[at.min(text.len())..].iter().take(192).take_while(|b| in_name(b)).count();
    let last = text[at..end].iter().rposition(|&b| b == b'.').map_or(at, |dot| at + dot + 1);
    (end > at).then(|| (unquoted(text, Span::new(last, end)), end))
}

fn unquoted(text: &[u8], name: Span) -> Span {
    let mark = |b: &u8| matches!(b, b'`' | b'"' | b'[' | b']');
    let bytes = name.of(text);
    let lead = bytes.iter().take_while(|b| mark(b)).count();
    let tail = bytes[lead..].iter().rev().take_while(|b| mark(b)).count();
    Span::new(name.start + lead, name.end - tail)
}

/// The columns among `a, b type, c` from `at` on that may hold secrets, and where the list ends.
fn columns(text: &[u8], at: usize) -> (Vec<Column>, usize) {
    let limit = text.len().min(at + LONGEST_LIST);
    let mut found = Vec::new();
    let mut start = at;
    for index in 0..MOST_COLUMNS {
        let begin = skip_space(text, start, 4);
        let name = identifier(text, begin).map_or(Span::new(begin, begin), |(name, _)| name);
        if let Some(kind) = kind(name.of(text)) {
            found.push(Column { index, name, kind });
        }
        let end = expression_end(&text[..limit], start);
        if text.get(end) != Some(&b',') {
            return (found, end);
        }
        start = end + 1;
    }
    (found, start)
}

fn kind(column: &[u8]) -> Option<Kind> {
    let lower = column.to_ascii_lowercase();
    let has = |parts: &[&[u8]]| parts.iter().any(|part| memchr::memmem::find(&lower, part).is_some());
    if has(&PASSWORDS) { Some(Kind::Password) } else { has(&TOKENS).then_some(Kind::Token) }
}

/// Calls `visit` with index and value of each string among the fields from `at` on; gives where they end.
fn fields(text: &[u8], at: usize, mut visit: impl FnMut(usize, Span)) -> usize {
    let mut at = at;
    for index in 0..MOST_COLUMNS {
        at = skip_space(text, at, 2);
        let string = literal(text, at).or_else(|| hashed(text, at));
        if let Some((value, next)) = string {
            visit(index, value);
            at = next;
        }
        let limit = text.len().min(at + LONGEST_EXPRESSION);
        at = expression_end(&text[..limit], at);
        if text.get(at) != Some(&b',') {
            return at;
        }
        at += 1;
    }
    at
}

/// A string of SQL at `at`, `N'…'` and `E'…'` included: a doubled quote and one behind a `\` belong to it.
fn literal(text: &[u8], at: usize) -> Option<(Span, usize)> {
    let at = at
        + usize::from(
            matches!(text.get(at), Some(b'N' | b'E' | b'n' | b'e')) && text.get(at + 1) == Some(&b'\''),
        );
    let quote = *text.get(at).filter(|b| matches!(b, b'\'' | b'"'))?;
    let limit = text.len().min(at + LONGEST_VALUE);
    let mut end = at + 1;
    while end < limit {
        match text[end] {
            b'\\' => end += 1,
            byte if byte == quote && text.get(end + 1) == Some(&quote) => end += 1,
            byte if byte == quote => return Some((Span::new(at + 1, end), end + 1)),
            _ => {}
        }
        end += 1;
    }
    None
}

/// `MD5('value')`: the value before it is hashed.
fn hashed(text: &[u8], at: usize) -> Option<(Span, usize)> {
    let function = word(text, at, b"(,)");
    let known = HASHES.iter().any(|name| function.of(text).eq_ignore_ascii_case(name));
    let open = text.get(function.end) == Some(&b'(');
    (known && open).then(|| literal(text, skip_space(text, function.end + 1, 0))).flatten()
}

/// The `,` or `)` that ends the expression at `at`, or the end of the text.
fn expression_end(text: &[u8], at: usize) -> usize {
    let mut depth = 0_usize;
    let mut at = at;
    while let Some(&byte) = text.get(at) {
        match byte {
            b'\'' | b'"' => match literal(text, at) {
                Some((_, next)) => {
                    at = next;
                    continue;
                }
                None => return text.len(),
            },
            b'(' => depth += 1,
            b',' | b')' if depth == 0 => return at,
            b')' => depth -= 1,
            _ => {}
        }
        at += 1;
    }
    at
}
