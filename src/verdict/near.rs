//! The verdict on a value near a service's name: most of what looks generated there is no credential, so something
//! besides the service must say that this is one.

use crate::catalogue::{Catalogue, RuleIndex};
use crate::detect::Match;
use crate::detect::near::{Lead, Near, Place, Told, whose};
use crate::entropy::shannon;
use crate::rule::{Confidence, Kind};
use crate::span::Span;

use super::learned::Language;
use super::path::PathFacts;
use super::placeholder::is_placeholder;
use super::reference::is_reference;
use super::value::{Makeup, is_digest, is_hex, is_identifier, is_uuid, looks_generated};
use super::{Judged, Reason, Verdict, proven, words};

/// Shortest value in bytes for which its look may speak alone.
const SHORTEST_LOOK: usize = 20;

/// Words of a name whose value is public or was computed from something.
const COMPUTED: &[&str] = &[
    "asset",
    "build",
    "bundle",
    "checksum",
    "checksums",
    "chunk",
    "color",
    "commit",
    "commits",
    "crc",
    "crc32",
    "digest",
    "etag",
    "fingerprint",
    "git",
    "h1",
    "hash",
    "hashes",
    "head",
    "image",
    "integrity",
    "md5",
    "nonce",
    "oid",
    "parent",
    "public",
    "publishable",
    "ref",
    "reference",
    "resolved",
    "rev",
    "revision",
    "sha",
    "sha1",
    "sha224",
    "sha256",
    "sha384",
    "sha512",
    "shasum",
    "sum",
    "thumbprint",
    "tree",
    "version",
];

/// Last words of a name that names a thing rather than opens it.
const NAMING: &[&str] = &[
    "arn",
    "author",
    "class",
    "date",
    "email",
    "endpoint",
    "field",
    "file",
    "filename",
    "folder",
    "guid",
    "host",
    "href",
    "icon",
    "id",
    "ids",
    "label",
    "link",
    "location",
    "name",
    "namespace",
    "path",
    "ref",
    "region",
    "slug",
    "src",
    "tag",
    "time",
    "timestamp",
    "title",
    "type",
    "uid",
    "uri",
    "url",
    "urn",
    "user",
    "username",
    "uuid",
];

/// How far before a value without a name words say what it is, in bytes.
const CLOSE: usize = 24;

/// Judges the match `m` in `text`, which stands near a service's name as `near` says.
pub(super) fn judge(text: &[u8], m: &Match, near: Near, path: PathFacts, catalogue: &Catalogue) -> Verdict {
    let value = m.value.of(text);
    let own = near.own.map_or_else(Vec::new, |own| words::split(own.of(text)));
    let rule = catalogue.rule(m.rule);
    let digest = is_digest_like(value);
    let number = is_number(value) && rule.public_prefix == 0;
    let reason = stands_for_another(value, &own)
        .or_else(|| number.then_some(Reason::NotGenerated))
        .or_else(|| named_otherwise(&besides_service(text, m, near), rule.kind))
        .or_else(|| part_of_a_path(text, m))
        .or_else(|| (path.digests && (digest || near.told != Told::Own)).then_some(Reason::Digest))
        .or_else(|| unsaid(near, digest));
    match reason {
        Some(reason) => Verdict::Dropped(reason),
        None => {
            let own_service = near.place == Place::OwnName;
            Verdict::Kept(Judged { own_service, ..proven(m, rule.confidence) })
        }
    }
}

/// A rule of a service, and whether the value's own name holds the service's.
pub(super) type Row = (RuleIndex, bool);

/// The row whose value `value` is by its form and the names around it, once something else says that it is a key or an
/// identifier.
pub(super) fn row_of(text: &[u8], value: Span, catalogue: &Catalogue) -> Option<Row> {
    let (rule, near) = whose(text, value, catalogue)?;
    let said = unsaid(near, is_digest_like(value.of(text))).is_none();
    said.then_some((rule, near.place == Place::OwnName))
}

/// Judges the match `m` in `text`, for which nothing speaks but its look.
pub(super) fn judge_look(text: &[u8], m: &Match, path: PathFacts, confidence: Confidence) -> Verdict {
    let value = m.value.of(text);
    let own = m.name.map_or_else(|| close(text, m), |name| words::split(name.of(text)));
    let reason = stands_for_another(value, &own)
        .or_else(|| is_number(value).then_some(Reason::NotGenerated))
        .or_else(|| named_otherwise(&own, Kind::Secret))
        .or_else(|| part_of_a_path(text, m))
        .or_else(|| (path.digests || is_digest_like(value)).then_some(Reason::Digest))
        .or_else(|| (value.len() < SHORTEST_LOOK).then_some(Reason::TooShort));
    match reason {
        Some(reason) => Verdict::Dropped(reason),
        None => Verdict::Kept(proven(m, confidence)),
    }
}

/// A number in base 16, as languages write it.
fn is_number(value: &[u8]) -> bool {
    value.starts_with(b"0x") && value[2..].iter().all(|b| b.is_ascii_hexdigit() || *b == b'_')
}

/// Of the length of a common digest in hex, or a UUID.
fn is_digest_like(value: &[u8]) -> bool {
    is_hex(value) && matches!(value.len(), 32 | 40 | 56 | 64 | 96 | 128) || is_uuid(value)
}

/// Why the value stands for another one, or was not generated.
fn stands_for_another(value: &[u8], own: &[String]) -> Option<Reason> {
    match value {
        value if is_reference(value) => Some(Reason::Reference),
        value if is_placeholder(value, own) => Some(Reason::Placeholder),
        value if is_digest(value) => Some(Reason::Digest),
        value if is_identifier(value) => Some(Reason::Identifier),
        value if !value.split(|&b| b == b':').any(generated) => Some(Reason::NotGenerated),
        _ => None,
    }
}

/// A value, or its part before or after a colon, that a generator made; behind a prefix of its own, if there is one.
fn generated(part: &[u8]) -> bool {
    let body = part.rsplit(|b| b"_-".contains(b)).next().unwrap_or(part);
    let uuid = part.len().checked_sub(UUID).map_or(part, |at| &part[at..]);
    looks_generated(part)
        || is_uuid(uuid)
        || is_of_one_case(part)
        || is_of_one_case(body)
        || looks_generated(body)
        || no_words(body)
}

/// Length of a UUID in bytes (RFC 9562, section 4).
const UUID: usize = 36;

/// Chance sometimes puts letters of one case side by side; then no known word is among them.
fn no_words(part: &[u8]) -> bool {
    let makeup = Makeup::of(part);
    let token = part.iter().all(|&b| b.is_ascii_alphanumeric() || b"+/=".contains(&b));
    token && makeup.classes() == 3 && makeup.changes * 8 >= makeup.length && Language::of(part).known < 0.4
}

/// Letters of one case and digits (base32, base36): fewer neighbours differ than where cases mix.
fn is_of_one_case(part: &[u8]) -> bool {
    let lower = part.iter().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    let upper = part.iter().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    let changes = part.windows(2).filter(|two| two[0].is_ascii_digit() != two[1].is_ascii_digit()).count();
    (lower || upper) && part.len() >= 15 && changes * 9 >= part.len() && shannon(part) >= 2.8
}

/// The words of the value's own name, or those close before it, that are not the service's.
fn besides_service(text: &[u8], m: &Match, near: Near) -> Vec<String> {
    let Some(own) = near.own else { return close(text, m) };
    if near.place != Place::OwnName {
        return words::split(own.of(text));
    }
    let mut words = words::split(&text[own.start..near.service.start]);
    words.extend(words::split(&text[near.service.end..own.end]));
    words
}

/// The words close before the value, on its line.
fn close(text: &[u8], m: &Match) -> Vec<String> {
    let from = m.value.start.saturating_sub(CLOSE);
    let line = memchr::memrchr(b'\n', &text[from..m.value.start]).map_or(from, |at| from + at + 1);
    words::split(&text[line..m.value.start])
}

/// The value's own name says that it is computed from something, or that it names a thing.
fn named_otherwise(own: &[String], kind: Kind) -> Option<Reason> {
    let computed = own.iter().any(|word| COMPUTED.contains(&word.as_str()));
    let naming = kind == Kind::Secret && own.last().is_some_and(|word| NAMING.contains(&word.as_str()));
    (computed || naming).then_some(Reason::NameSaysOtherwise)
}

/// The value is a part of a path, or goes on as a file's name does (`AbC….png`).
fn part_of_a_path(text: &[u8], m: &Match) -> Option<Reason> {
    let behind = &text[m.value.end..];
    let ending =
        behind.strip_prefix(b".").is_some_and(|ending| ending.first().is_some_and(u8::is_ascii_alphabetic));
    ending.then_some(Reason::PathPart)
}

/// Nothing but the service's name speaks for a credential.
fn unsaid(near: Near, digest: bool) -> Option<Reason> {
    let told = near.told != Told::No;
    let said = match (near.place, near.lead) {
        (_, Lead::Foreign) => false,
        (_, Lead::Path) => told && !digest,
        (Place::OwnName, _) => true,
        (_, Lead::Given) if digest => near.told == Told::Own || told && near.own.is_some(),
        (_, Lead::Given) => told || near.own.is_none(),
        (Place::SameLine, Lead::Bare) => told,
        (Place::LineBefore, Lead::Bare) => told && !digest,
    };
    match (said, near.lead) {
        (true, _) => None,
        (false, Lead::Path) => Some(Reason::PathPart),
        (false, _) => Some(Reason::Unsaid),
    }
}
