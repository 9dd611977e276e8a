//! Records that hold a name and its value in two fields: environment lists of Kubernetes, ECS and compose, XML
//! `key`/`value` attributes, Terraform variables with a default, objects around a value, and a value behind a field's
//! label (`fill_in "Password", with: "…"`).

use super::Quote;
use super::scanner::{skip_blanks, skip_space, starts, string, word};

/// How far in bytes the two fields of a record may lie apart.
const REACH: usize = 2048;

/// Most fields between the two.
const MOST_BETWEEN: usize = 2;

/// Most lines of a block with a default.
const LONGEST_BLOCK: usize = 24;

/// Longest rest of a field's label in bytes.
const LONGEST_LABEL: usize = 40;

/// Longest beginning of a list of fields that is searched, in bytes.
const LONGEST_LIST: usize = 400;

/// What the field with the value is called.
const VALUE_FIELDS: [&[u8]; 7] =
    [b"value", b"Value", b"VALUE", b"defaultValue", b"default", b"secretString", b"content"];

/// Where the value of the record begins whose name ends at `at`, its closing quote included.
pub(super) fn value_after(text: &[u8], at: usize) -> Option<usize> {
    let mut at = skip_blanks(text, at);
    if text.get(at) == Some(&b'{') {
        return variable_default(text, at + 1);
    }
    if let Some(value) = filled_in(text, at) {
        return Some(value);
    }
    let comma = matches!(text.get(at), Some(b',' | b';'));
    at = skip_space(text, at + usize::from(comma), 2);
    for _ in 0..MOST_BETWEEN {
        if let Some(value) = field(text, at) {
            return Some(value);
        }
        at = skip_field(text, at)?;
    }
    field(text, at)
}

/// `{ value: "…" }`, `{"value": "…"}`, `[{"key": "value", "value": "…"}]` as what stands at `at` behind an operator: where
/// the value inside begins, or `at`.
pub(super) fn inside(text: &[u8], at: usize) -> usize {
    let open = skip_blanks(text, at);
    if text.get(open) == Some(&b'[') {
        return listed(text, open).unwrap_or(at);
    }
    let inner = (text.get(open) == Some(&b'{')).then(|| skip_space(text, open + 1, 2));
    inner.and_then(|inner| field(text, inner)).unwrap_or(at)
}

/// Postman's `"apikey": [{"key": "value", "value": "…"}, {"key": "key", "value": "X-Api-Key"}]`, in either order.
fn listed(text: &[u8], open: usize) -> Option<usize> {
    let list = &text[open..text.len().min(open + LONGEST_LIST)];
    let is_key = |at: &usize| {
        let before = list[..*at].trim_ascii_end().strip_suffix(b":").map(<[u8]>::trim_ascii_end);
        before.is_some_and(|before| before.ends_with(b"\"key\""))
    };
    let name = open + memchr::memmem::find_iter(list, b"\"value\"").find(is_key)?;
    value_after(text, name + 7).or_else(|| value_before(text, name + 1))
}

/// `"type": "string",` at `at`: where the next field begins.
fn skip_field(text: &[u8], at: usize) -> Option<usize> {
    let (_, Quote::Quoted, name) = string(text, at)? else { return None };
    let colon = skip_blanks(text, name);
    let value = skip_blanks(text, colon + 1);
    let is_pair = text.get(colon) == Some(&b':');
    let end = string(text, value).map_or_else(|| word(text, value, b",{[}]").end, |(.., next)| next);
    let comma = skip_blanks(text, end);
    (is_pair && end > value && text.get(comma) == Some(&b',')).then(|| skip_space(text, comma + 1, 2))
}

/// For each byte whether labels of fields are made of it.
static LABELS: [bool; 256] = {
    let mut labels = [false; 256];
    let mut at = 0;
    while at < labels.len() {
        let byte = at as u8;
        labels[at] = byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'_' | b'-' | b']' | b'\'' | b'"');
        at += 1;
    }
    labels
};

/// `fill_in "Password confirmation", with: "…"` (Capybara): the value behind the label that goes on at `at`.
fn filled_in(text: &[u8], at: usize) -> Option<usize> {
    let label = text[at..].iter().take(LONGEST_LABEL);
    let length = label.take_while(|&&b| LABELS[usize::from(b)]).count();
    (text.get(at + length) == Some(&b',')).then_some(())?;
    let with = skip_blanks(text, at + length + 1);
    let written: [&[u8]; 3] = [b"with:", b":with =>", b":with=>"];
    written.iter().find(|word| starts(text, with, word)).map(|word| with + word.len())
}

/// `"value": "…", "name": "NAME"`: where the value begins that stands before the name at `name` in the same object.
pub(super) fn value_before(text: &[u8], name: usize) -> Option<usize> {
    let before = text[name.saturating_sub(REACH)..name].strip_suffix(b"\"")?;
    let before = before.trim_ascii_end().strip_suffix(b":")?.trim_ascii_end();
    let fields = before.strip_suffix(b"\"name\"").or_else(|| before.strip_suffix(b"\"key\""))?;
    let start = name.saturating_sub(REACH);
    let object = memchr::memrchr2(b'{', b'}', fields)? + 1;
    let value = memchr::memmem::find(&fields[object..], b"\"value\"")?;
    field(text, start + object + value)
}

/// `value:`, `"value":`, `value=` at `at`: where what follows begins.
fn field(text: &[u8], at: usize) -> Option<usize> {
    let quoted = matches!(text.get(at), Some(b'"' | b'\''));
    let at = at + usize::from(quoted);
    let word = VALUE_FIELDS.iter().find(|word| starts(text, at, word))?;
    let mut at = at + word.len();
    if quoted {
        matches!(text.get(at), Some(b'"' | b'\'')).then_some(())?;
        at += 1;
    }
    at = skip_blanks(text, at);
    let operator = matches!(text.get(at), Some(b':' | b'='));
    operator.then(|| at + 1 + usize::from(starts(text, at, b"=>")))
}

/// `variable "name" { … default = … }`: the default, at most a few fields on and before the block ends.
fn variable_default(text: &[u8], at: usize) -> Option<usize> {
    let block = &text[at..text.len().min(at + REACH)];
    let mut from = 0;
    let mut depth = 0_i32;
    for line in block.split(|&b| b == b'\n').take(LONGEST_BLOCK) {
        let lead = line.len() - line.trim_ascii_start().len();
        if depth == 0 && line[lead..].starts_with(b"default") {
            return field(text, at + from + lead);
        }
        depth += line.iter().map(|b| i32::from(*b == b'{') - i32::from(*b == b'}')).sum::<i32>();
        if depth < 0 {
            break;
        }
        from += line.len() + 1;
    }
    None
}
