//! OpenSSH's own private keys (OpenSSH, PROTOCOL.key; encodings of RFC 4251 section 5). The public key stands outside the
//! encrypted part, so a key under a passphrase has its fingerprint too, the one that `ssh-keygen -l` prints.
//!
//! Read by hand: it is a handful of strings behind their lengths, and the crate for it brings ciphers along.

use base64::Engine as _;
use sha2::{Digest as _, Sha256};

use super::private_key::Key;

/// Most keys in one file; ssh-keygen writes one.
const MOST_KEYS: u32 = 16;

/// The first key in `bytes`. Without a passphrase, the private part must begin with its check number twice.
pub(super) fn read(bytes: &[u8]) -> Option<Key> {
    let mut wire = Wire(bytes.strip_prefix(b"openssh-key-v1\0")?);
    let (cipher, _derivation, _options) = (wire.string()?, wire.string()?, wire.string()?);
    let count = wire.number().filter(|count| (1..=MOST_KEYS).contains(count))?;
    let public = wire.string()?;
    for _ in 1..count {
        wire.string()?;
    }
    let mut private = Wire(wire.string()?);
    let sealed = match cipher {
        b"none" => (private.number()? == private.number()?).then_some(None)?,
        cipher => Some(String::from_utf8_lossy(cipher).into_owned()),
    };
    let digest = base64::engine::general_purpose::STANDARD_NO_PAD.encode(Sha256::digest(public));
    Some(Key {
        kind: kind(public)?,
        public: Some(format!("public key SHA256:{digest}")),
        sealed,
        owner: None,
    })
}

/// What kind of key the public key says it is (RFC 4253 section 6.6, RFC 5656, RFC 8709, PROTOCOL.u2f).
fn kind(public: &[u8]) -> Option<String> {
    let mut wire = Wire(public);
    let name = wire.string()?;
    Some(match name {
        b"ssh-rsa" => {
            wire.string()?;
            format!("RSA {} bits", bits(wire.string()?))
        }
        b"ssh-dss" => format!("DSA {} bits", bits(wire.string()?)),
        b"ssh-ed25519" => "Ed25519".to_owned(),
        b"ecdsa-sha2-nistp256" => "EC P-256".to_owned(),
        b"ecdsa-sha2-nistp384" => "EC P-384".to_owned(),
        b"ecdsa-sha2-nistp521" => "EC P-521".to_owned(),
        b"sk-ssh-ed25519@openssh.com" => "Ed25519 on a security key".to_owned(),
        b"sk-ecdsa-sha2-nistp256@openssh.com" => "EC P-256 on a security key".to_owned(),
        other => String::from_utf8(other.to_vec()).ok().filter(|name| !name.is_empty())?,
    })
}

/// Bits of a positive number (`mpint`).
fn bits(number: &[u8]) -> usize {
    let zeros = number.iter().take_while(|&&byte| byte == 0).count();
    let number = &number[zeros..];
    number.len() * 8 - number.first().map_or(0, |byte| byte.leading_zeros() as usize)
}

/// What is left to read.
struct Wire<'b>(&'b [u8]);

impl<'b> Wire<'b> {
    /// `uint32`.
    fn number(&mut self) -> Option<u32> {
        let (number, rest) = self.0.split_first_chunk::<4>()?;
        self.0 = rest;
        Some(u32::from_be_bytes(*number))
    }

    /// `string`: a length and as many bytes.
    fn string(&mut self) -> Option<&'b [u8]> {
        let length = usize::try_from(self.number()?).ok()?;
        let (string, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(string)
    }
}
