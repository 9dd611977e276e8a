//! OpenPGP secret keys (RFC 9580, versions 4 and 6): kind, size, encrypted or not, fingerprint and first user id.

use sha1::Sha1;
use sha2::{Digest as _, Sha256};

use super::encoding::hex;
use super::private_key::Key;

/// Packets looked at for a user id; it stands right behind the primary key.
const MOST_PACKETS: usize = 8;

const SECRET_KEY: u8 = 5;
const USER_ID: u8 = 13;

/// The primary key in `bytes`.
pub(super) fn read(bytes: &[u8]) -> Option<Key> {
    let mut rest = bytes;
    let (tag, body) = packet(&mut rest)?;
    if tag != SECRET_KEY {
        return None;
    }
    let (mut key, secret) = secret_key(body)?;
    // Section 3.7.2: 0 is no protection; anything else names how the secret part is encrypted.
    key.sealed = (*secret.first()? != 0).then(|| "an OpenPGP passphrase".to_owned());
    let packets = std::iter::from_fn(|| packet(&mut rest)).take(MOST_PACKETS);
    let owner = packets.into_iter().find(|(tag, _)| *tag == USER_ID);
    key.owner = owner.map(|(_, name)| String::from_utf8_lossy(&name[..name.len().min(256)]).into_owned());
    Some(key)
}

/// The next packet's type and body (section 4.2). Bodies in parts are for data, not for keys.
fn packet<'b>(rest: &mut &'b [u8]) -> Option<(u8, &'b [u8])> {
    let (&header, after) = rest.split_first()?;
    let (tag, length, after) = match header {
        0xc0.. => {
            let (length, after) = new_length(after)?;
            (header & 0x3f, length, after)
        }
        0x80.. => {
            let size = 1_usize << (header & 3);
            let (length, after) = after.split_at_checked(size).filter(|_| size <= 4)?;
            (header >> 2 & 0xf, length.iter().fold(0, |sum, &byte| sum << 8 | usize::from(byte)), after)
        }
        _ => return None,
    };
    let (body, after) = after.split_at_checked(length)?;
    *rest = after;
    Some((tag, body))
}

/// Section 4.2.1.
fn new_length(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let (&first, rest) = bytes.split_first()?;
    match first {
        ..192 => Some((first.into(), rest)),
        192..224 => {
            let (&second, rest) = rest.split_first()?;
            Some((((usize::from(first) - 192) << 8) + usize::from(second) + 192, rest))
        }
        255 => {
            let (length, rest) = rest.split_first_chunk::<4>()?;
            Some((usize::try_from(u32::from_be_bytes(*length)).ok()?, rest))
        }
        _ => None,
    }
}

/// The public facts of a secret-key packet and what stands behind its public part (section 5.5.3).
fn secret_key(body: &[u8]) -> Option<(Key, &[u8])> {
    let (&[version, _, _, _, _, algorithm], rest) = body.split_first_chunk::<6>()?;
    let mut material = match version {
        4 => rest,
        // Version 6 has the length of the public material first.
        6 => rest.get(4..)?,
        _ => return None,
    };
    let kind = kind(algorithm, &mut material)?;
    let public = &body[..body.len() - material.len()];
    let public = Some(format!("fingerprint {}", fingerprint(version, public)));
    Some((Key { kind, public, ..Key::default() }, material))
}

/// Section 5.5.4: a digest of the public part behind a byte and its length.
fn fingerprint(version: u8, public: &[u8]) -> String {
    let length = (public.len() as u64).to_be_bytes();
    let digest = match version {
        4 => Sha1::new()
            .chain_update([0x99])
            .chain_update(&length[6..])
            .chain_update(public)
            .finalize()
            .to_vec(),
        _ => Sha256::new()
            .chain_update([0x9b])
            .chain_update(&length[4..])
            .chain_update(public)
            .finalize()
            .to_vec(),
    };
    hex(&digest).to_ascii_uppercase()
}

/// The kind of key (section 9.1), its public material taken off `rest` (section 5.5.5).
fn kind(algorithm: u8, rest: &mut &[u8]) -> Option<String> {
    let numbers = |rest: &mut &[u8], count: usize| -> Option<usize> {
        let first = number(rest)?;
        (1..count).try_for_each(|_| number(rest).map(drop))?;
        Some(first)
    };
    Some(match algorithm {
        1..=3 => format!("RSA {} bits", numbers(rest, 2)?),
        16 => format!("Elgamal {} bits", numbers(rest, 3)?),
        17 => format!("DSA {} bits", numbers(rest, 4)?),
        18 => {
            let curve = curve(counted(rest)?);
            number(rest)?;
            counted(rest)?;
            curve
        }
        19 | 22 => {
            let curve = curve(counted(rest)?);
            number(rest)?;
            curve
        }
        25 => fixed(rest, 32, "X25519")?,
        26 => fixed(rest, 56, "X448")?,
        27 => fixed(rest, 32, "Ed25519")?,
        28 => fixed(rest, 57, "Ed448")?,
        _ => return None,
    })
}

/// A number and how many bits it has (section 3.2).
fn number(rest: &mut &[u8]) -> Option<usize> {
    let (bits, after) = rest.split_first_chunk::<2>()?;
    let bits = usize::from(u16::from_be_bytes(*bits));
    *rest = after.split_at_checked(bits.div_ceil(8))?.1;
    Some(bits)
}

/// Bytes behind their count in one byte.
fn counted<'b>(rest: &mut &'b [u8]) -> Option<&'b [u8]> {
    let (&count, after) = rest.split_first()?;
    let (bytes, after) = after.split_at_checked(count.into())?;
    *rest = after;
    Some(bytes)
}

fn fixed(rest: &mut &[u8], length: usize, name: &str) -> Option<String> {
    *rest = rest.split_at_checked(length)?.1;
    Some(name.to_owned())
}

/// The curve of an object identifier without tag and length (section 9.2).
fn curve(oid: &[u8]) -> String {
    let name = match oid {
        [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07] => "EC P-256",
        [0x2b, 0x81, 0x04, 0x00, 0x22] => "EC P-384",
        [0x2b, 0x81, 0x04, 0x00, 0x23] => "EC P-521",
        [0x2b, 0x81, 0x04, 0x00, 0x0a] => "EC secp256k1",
        [0x2b, 0x06, 0x01, 0x04, 0x01, 0xda, 0x47, 0x0f, 0x01] => "Ed25519",
        [0x2b, 0x06, 0x01, 0x04, 0x01, 0x97, 0x55, 0x01, 0x05, 0x01] => "X25519",
        _ => "EC",
    };
    name.to_owned()
}
