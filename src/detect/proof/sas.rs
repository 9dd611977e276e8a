//! Azure's shared access signatures: an HMAC-SHA256 in Base64 among the parameters that it signs (Azure Storage, "Create a
//! service SAS"; Service Bus, "Shared access signatures").

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::encoding::{base64, percent};
use super::{Evidence, Proof, fact};

/// How far from the signature its parameters are read, in bytes.
const REACH: usize = 1024;

/// Whether the signature is 32 bytes and stands among the parameters it needs, and what these allow until when.
pub(super) fn signature(evidence: Evidence<'_>) -> Proof {
    let (before, after) = (evidence.before(REACH), evidence.after(REACH));
    let start = before.iter().rposition(outside).map_or(0, |at| at + 1);
    let end = after.iter().position(outside).unwrap_or(after.len());
    let parts = [&before[start..], &after[..end]];
    let parameter = |name: &str| parts.iter().find_map(|part| find(part, name.as_bytes()));
    let whole = base64(&percent(evidence.bytes())).is_some_and(|signature| signature.len() == 32);
    // Storage has a version; Service Bus and IoT Hub have a resource and an end.
    let [version, resource, end] = ["sv", "sr", "se"].map(parameter);
    let among = version.is_some() || resource.is_some() && end.is_some();
    let facts = [
        host(parts[0]),
        resource.or_else(|| parameter("ss")).and_then(|text| fact("resource", &text)),
        parameter("sp").and_then(|text| fact("permissions", &text)),
        parameter("skn").or_else(|| parameter("si")).and_then(|text| fact("policy", &text)),
        version.and_then(|text| fact("version", &text)),
    ];
    let expires = end.and_then(|end| time(&end));
    Proof::structure(whole && among).with(facts.into_iter().flatten()).until(expires)
}

fn outside(byte: &u8) -> bool {
    byte.is_ascii_whitespace() || byte.is_ascii_control() || b"\"'`<>".contains(byte)
}

/// The value of the parameter `name`, decoded. Parameters begin behind `?`, `&`, `;` (as in `&amp;`) or `\u0026`.
fn find(part: &[u8], name: &[u8]) -> Option<Vec<u8>> {
    let mut ends = memchr::memmem::find_iter(part, name).map(|at| (at, at + name.len()));
    ends.find_map(|(at, end)| {
        let begins = at == 0 || b"?&;,".contains(&part[at - 1]) || part[..at].ends_with(b"\\u0026");
        let value = part[end..].strip_prefix(b"=").filter(|_| begins)?;
        let length = value.iter().position(|b| b"&;\\,".contains(b)).unwrap_or(value.len());
        Some(percent(&value[..length]))
    })
}

/// The host of the URL whose query this is.
fn host(part: &[u8]) -> Option<String> {
    let scheme = memchr::memmem::rfind(part, b"://")? + 3;
    let host = part[scheme..].split(|b| b"/?:".contains(b)).next()?;
    fact("host", host)
}

/// A time in UTC as Storage writes it, whole or cut after day, minute or second, or seconds since 1970 as Service Bus does.
fn time(text: &[u8]) -> Option<Timestamp> {
    let text = std::str::from_utf8(text).ok()?;
    if let Ok(seconds) = text.parse::<i64>() {
        return Timestamp::from_second(seconds).ok();
    }
    let plain = text.strip_suffix('Z').unwrap_or(text);
    let time: DateTime = plain.parse().ok()?;
    Some(time.to_zoned(TimeZone::UTC).ok()?.timestamp())
}
