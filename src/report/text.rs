//! JSON text that a terminal can show: what [`visible`] calls unsafe is written as `\uXXXX`, which every JSON reader
//! turns back into the same string. Apart from the formats because all of them write JSON this way.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter};

use crate::visible;

/// `value` on one line, without a line end.
pub(crate) fn compact(value: &impl Serialize) -> Vec<u8> {
    write(value, CompactFormatter)
}

/// `value` indented by two spaces, with a final line end.
pub(crate) fn pretty(value: &impl Serialize) -> Vec<u8> {
    let mut bytes = write(value, PrettyFormatter::new());
    bytes.push(b'\n');
    bytes
}

fn write<F: Formatter>(value: &impl Serialize, formatter: F) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut serializer = serde_json::Serializer::with_formatter(&mut bytes, Safe(formatter));
    value.serialize(&mut serializer).expect("reports are structs of strings and numbers, written to memory");
    bytes
}

/// Another formatter, except for unsafe characters in strings.
struct Safe<F>(F);

macro_rules! delegate {
    ($($method:ident($($argument:ident: $type:ty),*);)*) => {$(
        fn $method<W: ?Sized + Write>(&mut self, writer: &mut W $(, $argument: $type)*) -> io::Result<()> {
            self.0.$method(writer $(, $argument)*)
        }
    )*};
}

impl<F: Formatter> Formatter for Safe<F> {
    delegate! {
        begin_array();
        end_array();
        begin_array_value(first: bool);
        end_array_value();
        begin_object();
        end_object();
        begin_object_key(first: bool);
        end_object_key();
        begin_object_value();
        end_object_value();
    }

    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, text: &str) -> io::Result<()> {
        let mut rest = text;
        while let Some((at, unsafe_char)) = rest.char_indices().find(|&(_, c)| !visible::is_safe(c)) {
            writer.write_all(&rest.as_bytes()[..at])?;
            for unit in unsafe_char.encode_utf16(&mut [0; 2]) {
                write!(writer, "\\u{unit:04x}")?;
            }
            rest = &rest[at + unsafe_char.len_utf8()..];
        }
        writer.write_all(rest.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unsafe_characters_are_escaped_and_read_back_the_same() {
        let hostile = "a\u{1b}\u{9b}\u{202e}\u{7f}\u{e0041}\"\\\nü";
        let bytes = compact(&hostile);
        let text = std::str::from_utf8(&bytes).unwrap();
        assert_eq!(text, r#""a\u001b\u009b\u202e\u007f\udb40\udc41\"\\\nü""#);
        assert_eq!(serde_json::from_slice::<String>(&bytes).unwrap(), hostile);
    }

    #[test]
    fn pretty_is_what_serde_json_writes() {
        let value = serde_json::json!({"a": [1, {"b": []}], "c": {}, "d": null});
        let expected = serde_json::to_string_pretty(&value).unwrap() + "\n";
        assert_eq!(String::from_utf8(pretty(&value)).unwrap(), expected);
    }
}
