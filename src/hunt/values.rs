//! The known values, as a person gives them.
//!
//! Stands apart because nothing else may read them: they come from standard input or a prompt, never from arguments,
//! which other processes of the machine can see, and go into [`Secret`] at once.

use std::io::{self, IsTerminal, Read};

use zeroize::Zeroizing;

use crate::error::Error;
use crate::secret::{SHORTEST_NEEDLE, Secret};

/// Longest value in bytes.
const LONGEST: usize = 64 << 10;

/// Longest input in bytes.
const INPUT: u64 = 64 << 20;

/// Most values at once.
const MOST: usize = 10_000;

/// What ends a value on standard input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The end of its line. Blanks around it are no part of it: they come with copying.
    Line,
    /// A zero byte. Line ends at its end are no part of it.
    Nul,
}

/// Reads values from standard input, or asks for them where that is a terminal.
///
/// # Errors
/// When there is none, one is too short or too long, or standard input cannot be read. A value is named by its number.
pub fn ask(end: End) -> Result<Vec<Secret>, Error> {
    if io::stdin().is_terminal() {
        return prompt();
    }
    let mut input = Zeroizing::new(Vec::new());
    io::stdin().lock().take(INPUT + 1).read_to_end(&mut input).map_err(|why| failed(&why))?;
    if input.len() as u64 > INPUT {
        return Err(Error::Usage {
            message: format!("standard input has more than {} MiB of values", INPUT >> 20),
            help: Some("give a part of them at a time".into()),
        });
    }
    parse(&input, end)
}

/// The values in `input`: empty ones are none, one that was given twice is one.
///
/// # Errors
/// As [`ask`].
pub fn parse(input: &[u8], end: End) -> Result<Vec<Secret>, Error> {
    let mut values: Vec<Secret> = Vec::new();
    let separator = if end == End::Nul { 0 } else { b'\n' };
    let input = input.strip_prefix(b"\xef\xbb\xbf").unwrap_or(input);
    for piece in input.split(|&byte| byte == separator) {
        let value = match end {
            End::Line => piece.trim_ascii(),
            End::Nul => without_line_ends(piece),
        };
        if !value.is_empty() {
            add(value, &mut values)?;
        }
    }
    if values.is_empty() {
        return Err(Error::Usage {
            message: "there is no value to look for on standard input".into(),
            help: Some("give one a line, or with --null one before each zero byte".into()),
        });
    }
    Ok(values)
}

fn prompt() -> Result<Vec<Secret>, Error> {
    let mut values = Vec::new();
    loop {
        let asked = format!("Value {} (not shown; empty to begin): ", values.len() + 1);
        let typed = Zeroizing::new(rpassword::prompt_password(asked).map_err(|why| failed(&why))?);
        let value = typed.trim().as_bytes();
        match value.is_empty() {
            true if values.is_empty() => {
                return Err(Error::Usage {
                    message: "there is no value to look for".into(),
                    help: Some("type one, or give them on standard input".into()),
                });
            }
            true => return Ok(values),
            false => add(value, &mut values)?,
        }
    }
}

fn add(value: &[u8], values: &mut Vec<Secret>) -> Result<(), Error> {
    let number = values.len() + 1;
    let refused = |what: String, help: &str| Err(Error::Usage { message: what, help: Some(help.to_owned()) });
    if value.len() < SHORTEST_NEEDLE {
        return refused(
            format!(
                "value {number} is too short to be looked for: fewer than {SHORTEST_NEEDLE} bytes stand anywhere by chance"
            ),
            "leave it out; replacing it everywhere would damage the history",
        );
    }
    let distinct = value.iter().collect::<std::collections::BTreeSet<_>>().len();
    if distinct < 3 {
        return refused(
            format!("value {number} is one or two characters over and over: it stands anywhere by chance"),
            "leave it out",
        );
    }
    if value.len() > LONGEST {
        return refused(
            format!("value {number} is longer than {LONGEST} bytes"),
            "give a part of it; with --null values are separated by zero bytes, not by lines",
        );
    }
    if values.len() == MOST {
        return refused(format!("there are more than {MOST} values"), "give a part of them at a time");
    }
    if values.iter().all(|known| known.expose() != value) {
        values.push(Secret::new(value));
    }
    Ok(())
}

fn without_line_ends(mut value: &[u8]) -> &[u8] {
    while let Some((b'\n' | b'\r', rest)) = value.split_last() {
        value = rest;
    }
    value
}

fn failed(why: &io::Error) -> Error {
    Error::Io { action: "read", path: "standard input".into(), reason: why.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(input: &[u8], end: End) -> Result<Vec<Vec<u8>>, String> {
        let values = parse(input, end).map_err(|error| error.to_string())?;
        Ok(values.iter().map(|value| value.expose().to_vec()).collect())
    }

    #[test]
    fn values_are_lines_or_end_with_a_zero_byte() {
        let lines = parsed(b"\xef\xbb\xbf  abcdef1 \r\n\nabcdef2\nabcdef1\n", End::Line);
        assert_eq!(lines, Ok(vec![b"abcdef1".to_vec(), b"abcdef2".to_vec()]));
        let keys = parsed(b"line one\nline two\n\0 other one\0", End::Nul);
        assert_eq!(keys, Ok(vec![b"line one\nline two".to_vec(), b" other one".to_vec()]));
    }

    #[test]
    fn what_would_be_found_anywhere_is_refused_by_its_number() {
        let short = parsed(b"abcdef1\nhey\n", End::Line).unwrap_err();
        assert!(short.starts_with("value 2 is too short") && !short.contains("hey"), "{short}");
        assert!(parsed(b"========\n", End::Line).unwrap_err().starts_with("value 1 is one or two"));
        assert!(parsed(&b"abc".repeat(30_000), End::Line).unwrap_err().starts_with("value 1 is longer"));
        assert!(parsed(b"\n \n", End::Line).unwrap_err().contains("no value"));
    }
}
