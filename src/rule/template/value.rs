//! A template read as the form of a whole value: the regular expression, the lengths and the prefix of everything it can
//! become. Apart from the placeholders because only rows of a table are read this way; the others are only expanded.

use super::placeholder::Placeholder;
use super::{Part, TemplateError, parts};
use crate::runs::is_run_byte;

/// What all values of a template have in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// Byte regex that matches exactly the values, without anchors.
    pub pattern: String,
    /// Shortest value in bytes.
    pub shortest: usize,
    /// Longest value in bytes.
    pub longest: usize,
    /// The literal that every value begins with, possibly empty.
    pub prefix: String,
}

/// The form of the values of `template`.
///
/// # Errors
/// As [`super::expand`], and for placeholders and characters that a value of a table row cannot have.
pub fn form(template: &str) -> Result<Form, TemplateError> {
    let mut form = Form { pattern: String::new(), shortest: 0, longest: 0, prefix: String::new() };
    let mut literal_so_far = true;
    for (begins, part) in parts(template)? {
        let error = |message| TemplateError { position: template[..begins].chars().count() + 1, message };
        let (pattern, shortest, longest) = match &part {
            Part::Text(text) => {
                if !text.bytes().all(is_run_byte) {
                    return Err(error(
                        "a value is made of letters, digits and `_ + / = . ~ : -` and this part is not",
                    ));
                }
                if literal_so_far {
                    form.prefix.push_str(text);
                }
                (escaped(text), text.len(), text.len())
            }
            Part::Placeholder(placeholder) => {
                literal_so_far = false;
                of_placeholder(placeholder).map_err(error)?
            }
        };
        form.pattern.push_str(&pattern);
        form.shortest += shortest;
        form.longest += longest;
    }
    Ok(form)
}

/// Pattern, shortest and longest value of a placeholder.
fn of_placeholder(placeholder: &Placeholder<'_>) -> Result<(String, usize, usize), &'static str> {
    Ok(match placeholder {
        Placeholder::Characters(alphabet, (low, high)) => {
            if !alphabet.bytes().all(is_run_byte) {
                return Err(
                    "a value is made of letters, digits and `_ + / = . ~ : -` and this alphabet is not",
                );
            }
            (format!("{}{}", class(alphabet.as_bytes()), rounds(*low, *high)), *low, *high)
        }
        Placeholder::Base64 { url: true, length: (low, high) } => {
            (format!("[0-9A-Za-z_-]{}", rounds(*low, *high)), *low, *high)
        }
        // The last two characters of a length may be padding (RFC 4648 section 4).
        Placeholder::Base64 { url: false, length: (low, high) } => {
            let body = low.saturating_sub(2).max(1);
            (format!("[0-9A-Za-z+/]{}={{0,2}}", rounds(body, *high)), *low, high + 2)
        }
        // RFC 9562: read in either case.
        Placeholder::Uuid => ("[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}".to_owned(), 36, 36),
        Placeholder::Pick(choices) => {
            if !choices.iter().all(|choice| choice.bytes().all(is_run_byte)) {
                return Err(
                    "a value is made of letters, digits and `_ + / = . ~ : -` and these choices are not",
                );
            }
            let all: Vec<String> = choices.iter().map(|choice| escaped(choice)).collect();
            let lengths = || choices.iter().map(|choice| choice.len());
            let (shortest, longest) = (lengths().min().unwrap_or(0), lengths().max().unwrap_or(0));
            (format!("(?:{})", all.join("|")), shortest, longest)
        }
        Placeholder::Password | Placeholder::Structured(_) => {
            return Err(
                "a value takes alnum, alpha, lower, upper, digits, hex, HEX, base32, base64, base64url, \
                        of, uuid and pick",
            );
        }
    })
}

/// `{16}` or `{16,48}`.
fn rounds(low: usize, high: usize) -> String {
    if low == high { format!("{{{low}}}") } else { format!("{{{low},{high}}}") }
}

/// The class of these bytes, neighbours as ranges.
fn class(alphabet: &[u8]) -> String {
    let mut bytes = alphabet.to_vec();
    bytes.sort_unstable();
    bytes.dedup();
    let mut class = String::from("[");
    for range in bytes.chunk_by(|a, b| a + 1 == *b) {
        let (low, high) = (char::from(range[0]), char::from(range[range.len() - 1]));
        match range.len() {
            1 => class.push_str(&escaped(&low.to_string())),
            2 => class.push_str(&escaped(&format!("{low}{high}"))),
            // Two marks with a third between them are neighbours only as `./` and a digit: never escaped in a range.
            _ => class.push_str(&format!("{}-{}", escaped(&low.to_string()), escaped(&high.to_string()))),
        }
    }
    class + "]"
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        if matches!(letter, '+' | '.' | '-') {
            escaped.push('\\');
        }
        escaped.push(letter);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::expand;
    use super::*;

    /// Templates as rows have them.
    const TEMPLATES: [&str; 11] = [
        "${alnum:24-48}",
        "${lower:32}",
        "${hex:32}-us${digits:1-2}",
        "aio_${alnum:28}",
        "${uuid}",
        "${base64:44}",
        "${base64:16-40}",
        "${base64url:20-60}",
        "${pick:sk|pk}.${of:a-z2-7_-:26}",
        "${upper:20}.${base32:30}",
        "${of:./0-9:40}~${HEX:16}:${alpha:3}",
    ];

    #[test]
    fn forms_are_as_written() {
        let form = form("aio_${alnum:28-30}.${digits:2}").unwrap();
        assert_eq!(form.pattern, "aio_[0-9A-Za-z]{28,30}\\.[0-9]{2}");
        assert_eq!((form.shortest, form.longest, form.prefix.as_str()), (35, 37, "aio_"));
    }

    #[test]
    fn what_no_value_can_hold_is_an_error_with_its_character() {
        for (template, position) in
            [("a ${uuid}", 1), ("${uuid}\u{e9}", 8), ("x-${jwt}", 3), ("${of:!:30}", 1), ("${pick:a|b c}", 1)]
        {
            assert_eq!(form(template).unwrap_err().position, position, "{template}");
        }
    }

    proptest! {
        #[test]
        fn every_value_of_a_template_has_its_form(seed: u64, index in 0..TEMPLATES.len()) {
            let form = form(TEMPLATES[index]).unwrap();
            let value = expand(TEMPLATES[index], seed).unwrap();
            let regex = regex::bytes::Regex::new(&format!("^(?:{})$", form.pattern)).unwrap();
            prop_assert!(regex.is_match(value.as_bytes()), "{} {}", form.pattern, value);
            prop_assert!((form.shortest..=form.longest).contains(&value.len()));
            prop_assert!(value.starts_with(&form.prefix));
        }
    }
}
