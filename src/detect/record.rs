//! Records that hold a name and its value in two fields: environment lists of Kubernetes, ECS and compose, XML
//! `key`/`value` attributes, Terraform variables with a default.

use super::scanner::{skip_blanks, skip_space, starts};

/// How far in bytes the two fields of a record may lie apart.
const REACH: usize = 2048;

/// What the field with the value is called.
const VALUE_FIELDS: [&[u8]; 7] =
    [b"value", b"Value", b"VALUE", b"defaultValue", b"default", b"secretString", b"content"];

/// Where the value of the record begins whose name ends at `at`, its closing quote included.
pub(super) fn value_after(text: &[u8], at: usize) -> Option<usize> {
    let mut at = skip_blanks(text, at);
    if text.get(at) == Some(&b'{') {
        return variable_default(text, at + 1);
    }
    at += usize::from(matches!(text.get(at), Some(b',' | b';')));
    field(text, skip_space(text, at, 2))
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
    let block = &block[..memchr::memchr(b'}', block)?];
    let mut from = 0;
    for line in block.split(|&b| b == b'\n').take(12) {
        let lead = line.len() - line.trim_ascii_start().len();
        if line[lead..].starts_with(b"default") {
            return field(text, at + from + lead);
        }
        from += line.len() + 1;
    }
    None
}
