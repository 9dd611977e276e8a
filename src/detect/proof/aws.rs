//! What AWS's key ids and Bedrock's API keys say of the account they belong to.

use jiff::{SignedDuration, Timestamp};

use super::encoding::{base32, base64, percent};
use super::{Evidence, Proof, fact};

/// The account number in an access key id. That one can be read proves nothing, since most random ids have one.
pub(super) fn account(evidence: Evidence<'_>) -> Proof {
    Proof::nothing().with(evidence.bytes().get(4..20).and_then(account_of))
}

/// In ids issued since 2019, which begin with Q or later, base32 of 80 bits whose bits 1 to 40 hold the twelve-digit
/// account number (`aws sts get-access-key-info` gives the same).
fn account_of(body: &[u8]) -> Option<String> {
    let bytes = base32(body).filter(|_| body[0] >= b'Q')?;
    let bits = bytes.first_chunk::<6>()?.iter().fold(0_u64, |bits, &byte| bits << 8 | u64::from(byte));
    let account = bits >> 7 & ((1 << 40) - 1);
    (account < 1_000_000_000_000).then(|| format!("AWS account {account:012}"))
}

/// Bedrock's long-term key: `ABSK` and Base64 of a service-specific credential, user name `BedrockAPIKey-…-at-ACCOUNT`, a
/// colon and its password (IAM user guide, "API keys for Amazon Bedrock"). The short-term key: `bedrock-api-key-` and
/// Base64 of a pre-signed URL without its scheme (aws/aws-bedrock-token-generator).
pub(super) fn bedrock(evidence: Evidence<'_>) -> Proof {
    let value = evidence.bytes();
    if let Some(url) = value.strip_prefix(b"bedrock-api-key-") {
        return base64(url).map_or_else(|| Proof::structure(false), |url| presigned(&url));
    }
    let decoded = value.strip_prefix(b"ABSK").and_then(base64).unwrap_or_default();
    let user = decoded.split(|&b| b == b':').next().filter(|user| user.len() < decoded.len());
    let user = user.filter(|user| user.starts_with(b"BedrockAPIKey-"));
    let account = user.and_then(|user| {
        let at = memchr::memmem::rfind(user, b"-at-")? + 4;
        user.get(at..at + 12).filter(|account| account.iter().all(u8::is_ascii_digit))
    });
    let facts = [account.and_then(|a| fact("AWS account", a)), user.and_then(|u| fact("credential", u))];
    Proof::structure(account.is_some()).with(facts.into_iter().flatten())
}

/// What a pre-signed URL says (Signature Version 4): whose key signed it, for which region, until when.
fn presigned(url: &[u8]) -> Proof {
    let query = url.split(|&b| b == b'?').nth(1).unwrap_or_default();
    let parameter = |name: &str| {
        let mut pairs = query.split(|&b| b == b'&');
        pairs.find_map(|pair| pair.strip_prefix(name.as_bytes())?.strip_prefix(b"=")).map(percent)
    };
    let credential = parameter("X-Amz-Credential").unwrap_or_default();
    let mut scope = credential.split(|&b| b == b'/');
    let (id, region) = (scope.next().unwrap_or_default(), scope.nth(1).unwrap_or_default());
    let facts = [fact("access key id", id), id.get(4..20).and_then(account_of), fact("region", region)];
    let holds = !id.is_empty() && parameter("X-Amz-Signature").is_some();
    let date = parameter("X-Amz-Date").and_then(|date| basic_time(&date));
    let seconds = parameter("X-Amz-Expires").and_then(|text| std::str::from_utf8(&text).ok()?.parse().ok());
    let expires = date
        .zip(seconds)
        .and_then(|(date, seconds)| date.checked_add(SignedDuration::from_secs(seconds)).ok());
    Proof::structure(holds).with(facts.into_iter().flatten()).until(expires)
}

/// `20260102T030405Z`.
fn basic_time(text: &[u8]) -> Option<Timestamp> {
    std::str::from_utf8(text).ok()?.parse().ok()
}
