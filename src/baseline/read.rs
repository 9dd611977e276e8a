//! Reads the lines of a baseline. Strictly: an entry that is dropped in silence would let a build fail for no visible
//! reason, one that is misread would hide a finding.
//!
//! Lines may stand in any order and several times, as `merge=union` leaves them. Nothing that a line holds is ever
//! shown: somebody may have pasted a secret where a hash belongs.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::VERSION;
use super::entry::{Entry, KEYS, salt_id};
use super::facts::{Status, day};
use super::flaws::{
    Flaw, LONGEST_LINE, MOST_SHOWN, Object, Trouble, error, facts, known_keys, shown_key, text,
};
use crate::error::Error;
use crate::finding::identity::{STRONG_DIGITS, Strength, WEAK_DIGITS};

/// More salts than this mean that the file is no longer kept up; every one costs a hash per finding.
const MOST_SALTS: usize = 64;
/// The key of a header line.
const HEADER: &str = "leaklint_baseline";
/// The keys of a header line.
const HEADER_KEYS: [&str; 2] = [HEADER, "salt"];
/// How git begins the lines that mark a conflict.
const CONFLICT: [&[u8]; 4] = [b"<<<<<<<", b"=======", b">>>>>>>", b"|||||||"];

/// Which of [`CONFLICT`] begins what stood before both sides.
const BEFORE: usize = 3;

/// Salts, sorted, and entries as they come.
pub(super) fn read(bytes: &[u8], display_name: &str) -> Result<(Vec<[u8; 32]>, Vec<Entry>), Error> {
    let mut reader = Reader::default();
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    for (index, line) in bytes.split(|&b| b == b'\n').enumerate() {
        let line = line.trim_ascii();
        if !line.is_empty() {
            reader.line(index + 1, line);
        }
        if reader.flaws.len() >= MOST_SHOWN {
            break;
        }
    }
    reader.finish(!bytes.ends_with(b"\n"), display_name)
}

/// The lines of both sides of every conflict, each line where it was, the markers and what stood before both left out
/// (`merge.conflictStyle`, git-config(1)).
pub(super) fn without_conflicts(bytes: &[u8]) -> Vec<u8> {
    let mut kept = Vec::with_capacity(bytes.len());
    let mut before = false;
    for line in bytes.split_inclusive(|&b| b == b'\n') {
        let marker = CONFLICT.iter().position(|marker| line.starts_with(marker));
        match marker {
            Some(which) => before = which == BEFORE,
            None if before => {}
            None => {
                kept.extend_from_slice(line);
                continue;
            }
        }
        kept.push(b'\n');
    }
    kept
}

#[derive(Default)]
struct Reader {
    salts: BTreeMap<String, [u8; 32]>,
    entries: Vec<Entry>,
    /// Line of the first entry of each salt that an entry names.
    named: BTreeMap<String, usize>,
    flaws: Vec<Flaw>,
    last_line: usize,
}

impl Reader {
    fn line(&mut self, number: usize, line: &[u8]) {
        self.last_line = number;
        if CONFLICT.iter().any(|marker| line.starts_with(marker)) {
            let help = "`leaklint baseline merge FILE -o FILE` keeps the lines of both sides; with \
                        `.leaklint-baseline.jsonl merge=union` in .gitattributes git does so itself";
            return self.flaw(number, "is a conflict marker", "the merge was not finished", help, None);
        }
        if let Some(entry) = plain(line) {
            return self.keep(entry, number);
        }
        let object = match serde_json::from_slice(line) {
            Ok(Value::Object(object)) if line.len() <= LONGEST_LINE => object,
            _ => {
                let help =
                    "restore the file from git, or write it anew with `leaklint baseline create --force`";
                return self.flaw(number, "is neither a header nor an entry", "not an entry", help, None);
            }
        };
        let outcome = match object.contains_key(HEADER) {
            true => self.header(&object),
            false => self.entry(&object, number),
        };
        if let Err(Trouble { message, label, help, key }) = outcome {
            self.flaw(number, &message, label, &help, key);
            if let Some(flaw) = self.flaws.last_mut() {
                flaw.keys = object.keys().map(|key| shown_key(key)).collect();
            }
        }
    }

    fn flaw(&mut self, line: usize, message: &str, label: &'static str, help: &str, key: Option<String>) {
        let (message, help) = (message.to_owned(), help.to_owned());
        self.flaws.push(Flaw { line, message, label, help, key, keys: Vec::new() });
    }

    fn header(&mut self, object: &Object) -> Result<(), Trouble> {
        let version = object.get(HEADER).and_then(Value::as_u64);
        if version != Some(VERSION) {
            let newer = version.is_some_and(|version| version > VERSION);
            let message = match newer {
                true => "is of a newer version of the format",
                false => "is of no version of the format that exists",
            };
            let help = match newer {
                true => "update leaklint",
                false => "this program reads version 1",
            };
            return Err(Trouble::new(message, "unknown version", help, Some(HEADER)));
        }
        known_keys(object, &HEADER_KEYS)?;
        let salt = text(object, "salt")?.and_then(unhex).ok_or_else(|| {
            let help =
                "a salt is 64 hexadecimal digits; restore the line from git, without it no entry counts";
            Trouble::new("has no salt", "not a salt", help, Some("salt"))
        })?;
        self.salts.insert(salt_id(&salt), salt);
        if self.salts.len() > MOST_SALTS {
            let help = "write the file anew with `leaklint baseline create --force`, which keeps one";
            return Err(Trouble::new("is one salt too many: at most 64", "too many salts", help, None));
        }
        Ok(())
    }

    fn entry(&mut self, object: &Object, line: usize) -> Result<(), Trouble> {
        known_keys(object, &KEYS)?;
        let required = |key: &'static str| {
            text(object, key)?.map(str::to_owned).ok_or_else(|| {
                let help = "every entry has `path`, `strength`, `hash` and `salt`";
                Trouble::new(&format!("has no `{key}`"), "incomplete entry", help, None)
            })
        };
        let optional = |key: &'static str| Ok::<_, Trouble>(text(object, key)?.map(str::to_owned));
        let strength = match required("strength")?.as_str() {
            "strong" => Strength::Strong,
            "weak" => Strength::Weak,
            _ => {
                let help = "it is `strong` or `weak`";
                return Err(Trouble::new(
                    "has an unknown `strength`",
                    "unknown strength",
                    help,
                    Some("strength"),
                ));
            }
        };
        let mut entry = Entry {
            path: required("path")?,
            strength: strength.word(),
            name: optional("name")?.unwrap_or_default(),
            hash: required("hash")?,
            salt: required("salt")?,
            rule: optional("rule")?.unwrap_or_default(),
            service: optional("service")?.unwrap_or_default(),
            reason: None,
            owner: None,
            status: None,
            expires: None,
            anywhere: false,
        };
        entry.describe(facts(object)?);
        check(&entry, strength)?;
        self.keep(entry, line);
        Ok(())
    }

    fn keep(&mut self, entry: Entry, line: usize) {
        if !self.named.contains_key(&entry.salt) {
            self.named.insert(entry.salt.clone(), line);
        }
        self.entries.push(entry);
    }

    fn finish(mut self, torn: bool, display_name: &str) -> Result<(Vec<[u8; 32]>, Vec<Entry>), Error> {
        if self.salts.is_empty() && self.flaws.is_empty() {
            let help = "restore the file from git, or write it anew with `leaklint baseline create --force`";
            self.flaw(1, "should be a header with version and salt", "no header anywhere", help, None);
        } else if self.flaws.is_empty() {
            let unknown: BTreeSet<usize> = self
                .named
                .iter()
                .filter(|(id, _)| !self.salts.contains_key(*id))
                .map(|(_, &line)| line)
                .collect();
            for line in unknown.into_iter().take(MOST_SHOWN) {
                let help = "a merge lost the header line with this salt; restore it from git";
                self.flaw(line, "names a salt that no header gives", "unknown salt", help, None);
            }
        }
        if let Some(last) = self.flaws.last_mut()
            && torn
            && last.line == self.last_line
            && last.label == "not an entry"
        {
            "ends in the middle: the file was cut off".clone_into(&mut last.message);
            last.label = "cut off here";
        }
        if self.flaws.is_empty() {
            let mut salts: Vec<[u8; 32]> = self.salts.into_values().collect();
            salts.sort_unstable();
            return Ok((salts, self.entries));
        }
        Err(error(self.flaws, display_name))
    }
}

/// An entry of a line that is in order, without a map in between: a baseline has tens of thousands of them. Of any other
/// line the careful reading says what is wrong.
fn plain(line: &[u8]) -> Option<Entry> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Line {
        path: String,
        strength: String,
        #[serde(default)]
        name: String,
        hash: String,
        salt: String,
        #[serde(default)]
        rule: String,
        #[serde(default)]
        service: String,
        #[serde(default, deserialize_with = "given")]
        reason: Option<String>,
        #[serde(default, deserialize_with = "given")]
        owner: Option<String>,
        #[serde(default, deserialize_with = "given")]
        status: Option<String>,
        #[serde(default, deserialize_with = "given")]
        expires: Option<String>,
        #[serde(default)]
        anywhere: bool,
    }
    /// Text, and not `null`.
    fn given<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
        String::deserialize(from).map(Some)
    }
    if line.len() > LONGEST_LINE {
        return None;
    }
    let line: Line = serde_json::from_slice(line).ok()?;
    let strength = Strength::ALL.into_iter().find(|strength| strength.word() == line.strength)?;
    let status = match &line.status {
        Some(word) => Some(Status::of(word)?),
        None => None,
    };
    let expires = match &line.expires {
        Some(text) => Some(day(text)?),
        None => None,
    };
    let Line { path, name, hash, salt, rule, service, reason, owner, anywhere, .. } = line;
    let entry = Entry {
        path,
        strength: strength.word(),
        name,
        hash,
        salt,
        rule,
        service,
        reason,
        owner,
        status,
        expires,
        anywhere,
    };
    check(&entry, strength).is_ok().then_some(entry)
}

fn check(entry: &Entry, strength: Strength) -> Result<(), Trouble> {
    let (digits, help) = match strength {
        Strength::Strong => (STRONG_DIGITS, "32 hexadecimal digits in lower case"),
        Strength::Weak => (WEAK_DIGITS, "3 hexadecimal digits in lower case"),
    };
    let is_hex = |text: &str| text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    if entry.hash.len() != digits || !is_hex(&entry.hash) {
        let message = format!("has a `hash` that is none of a {} value", strength.word());
        return Err(Trouble::new(&message, "not such a hash", help, Some("hash")));
    }
    if entry.salt.len() != 8 || !is_hex(&entry.salt) {
        let help = "8 hexadecimal digits that name a header's salt";
        return Err(Trouble::new(
            "has a `salt` that names none",
            "not the name of a salt",
            help,
            Some("salt"),
        ));
    }
    if strength == Strength::Strong && !entry.name.is_empty() {
        let help = "a strong value is known whatever its name; delete the key";
        return Err(Trouble::new(
            "has a `name` with a strong value",
            "only weak values have one",
            help,
            Some("name"),
        ));
    }
    Ok(())
}

fn unhex(text: &str) -> Option<[u8; 32]> {
    let mut salt = [0; 32];
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    for (byte, pair) in salt.iter_mut().zip(text.as_bytes().chunks(2)) {
        let digit = |at: usize| char::from(pair[at]).to_digit(16);
        *byte = u8::try_from(digit(0)? * 16 + digit(1)?).ok()?;
    }
    Some(salt)
}
