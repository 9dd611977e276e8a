//! Google service-account keys: the JSON object around the private key says whose it is (Google Cloud, "Create and delete
//! service account keys").

use super::{Evidence, fact};

/// How far from the private key its object is read, in bytes: the other fields take a thousand.
const REACH: usize = 2048;

/// Longest value of a field in bytes.
const LONGEST: usize = 128;

/// Project, account and key id, when the private key is the value of `private_key`.
pub(super) fn beside(evidence: Evidence<'_>) -> Vec<String> {
    let before = evidence.before(REACH);
    let name_ends = before.iter().rposition(|b| !b"\"'`\\: =|>\t\r\n".contains(b)).map_or(0, |at| at + 1);
    if !before[..name_ends].ends_with(b"private_key") {
        return Vec::new();
    }
    let object = [inside_back(before), inside(evidence.after(REACH))];
    let fields =
        [("project_id", "project"), ("client_email", "service account"), ("private_key_id", "key id")];
    let read = |(name, label): (&str, &str)| {
        object.iter().find_map(|part| fact(label, field(part, name.as_bytes())?))
    };
    fields.into_iter().filter_map(read).collect()
}

/// `text` from the brace that opens the object it ends in.
fn inside_back(text: &[u8]) -> &[u8] {
    let mut depth = 0_usize;
    for (at, byte) in text.iter().enumerate().rev() {
        match byte {
            b'}' => depth += 1,
            b'{' if depth == 0 => return &text[at..],
            b'{' => depth -= 1,
            _ => {}
        }
    }
    text
}

/// `text` up to the brace that closes the object it begins in.
fn inside(text: &[u8]) -> &[u8] {
    let mut depth = 0_usize;
    for (at, byte) in text.iter().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' if depth == 0 => return &text[..at],
            b'}' => depth -= 1,
            _ => {}
        }
    }
    text
}

/// The value of the field `name`, in JSON, also inside of a string, or YAML.
fn field<'t>(text: &'t [u8], name: &[u8]) -> Option<&'t [u8]> {
    let mut ends = memchr::memmem::find_iter(text, name).map(|at| at + name.len());
    ends.find_map(|end| {
        let rest = &text[end..];
        let skip = rest.iter().position(|b| !b"\"'\\: ".contains(b))?;
        let rest = rest[..skip].contains(&b':').then(|| &rest[skip..])?;
        let length =
            rest.iter().take(LONGEST + 1).take_while(|b| b.is_ascii_graphic() && !b"\"'\\,{}".contains(b));
        let length = length.count();
        (1..=LONGEST).contains(&length).then(|| &rest[..length])
    })
}
