//! Private keys in DER: PKCS#8 (RFC 5958), also encrypted, PKCS#1 (RFC 8017), SEC 1 (RFC 5915) and OpenSSL's form of DSA.
//!
//! The fingerprint is the SHA-256 of the public key's SubjectPublicKeyInfo (RFC 5280 section 4.1), what
//! `openssl pkey -pubout -outform DER | sha256sum` prints.

use pkcs1::{RsaPrivateKeyRef, RsaPublicKeyRef};
use pkcs8::der::asn1::{AnyRef, BitStringRef, OctetStringRef, UintRef};
use pkcs8::der::{Decode, Encode, Reader, SliceReader, Tag};
use pkcs8::spki::{AlgorithmIdentifierRef, SubjectPublicKeyInfoRef};
use pkcs8::{ObjectIdentifier, PrivateKeyInfoRef};
use sec1::EcPrivateKey;
use sha2::{Digest as _, Sha256};

use super::encoding::hex;
use super::private_key::Key;

const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const RSA_PSS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.10");
const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const DSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10040.4.1");
const PBES2: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.5.13");

/// Names of what object identifiers stand for: curves (RFC 5480, SEC 2, RFC 5639), key kinds (RFC 8410, FIPS 203 and 204),
/// ciphers (RFC 8018).
const NAMES: [(&str, &str); 23] = [
    ("1.2.840.10045.3.1.7", "P-256"),
    ("1.3.132.0.33", "P-224"),
    ("1.3.132.0.34", "P-384"),
    ("1.3.132.0.35", "P-521"),
    ("1.3.132.0.10", "secp256k1"),
    ("1.3.36.3.3.2.8.1.1.7", "brainpoolP256r1"),
    ("1.3.36.3.3.2.8.1.1.11", "brainpoolP384r1"),
    ("1.3.36.3.3.2.8.1.1.13", "brainpoolP512r1"),
    ("1.3.101.110", "X25519"),
    ("1.3.101.111", "X448"),
    ("1.3.101.112", "Ed25519"),
    ("1.3.101.113", "Ed448"),
    ("2.16.840.1.101.3.4.3.17", "ML-DSA-44"),
    ("2.16.840.1.101.3.4.3.18", "ML-DSA-65"),
    ("2.16.840.1.101.3.4.3.19", "ML-DSA-87"),
    ("2.16.840.1.101.3.4.4.1", "ML-KEM-512"),
    ("2.16.840.1.101.3.4.4.2", "ML-KEM-768"),
    ("2.16.840.1.101.3.4.4.3", "ML-KEM-1024"),
    ("1.2.840.113549.1.3.1", "Diffie-Hellman"),
    ("2.16.840.1.101.3.4.1.2", "AES-128-CBC"),
    ("2.16.840.1.101.3.4.1.22", "AES-192-CBC"),
    ("2.16.840.1.101.3.4.1.42", "AES-256-CBC"),
    ("1.2.840.113549.3.7", "DES-EDE3-CBC"),
];

/// The key that `bytes` are, in any of the structures.
pub(super) fn read(bytes: &[u8]) -> Option<Key> {
    let tries = [pkcs8, pkcs1, sec1, explicit_ec, dsa, sealed];
    tries.iter().find_map(|read| read(bytes))
}

fn pkcs8(bytes: &[u8]) -> Option<Key> {
    let info = PrivateKeyInfoRef::from_der(bytes).ok()?;
    let inner = info.private_key.as_bytes();
    match info.algorithm.oid {
        RSA | RSA_PSS => rsa(inner, info.algorithm),
        EC => {
            let key = EcPrivateKey::from_der(inner).ok()?;
            Some(ec(info.algorithm.parameters_oid().ok(), key.public_key))
        }
        DSA => Some(Key { kind: sized("DSA", modulus(info.algorithm.parameters?)?), ..Key::default() }),
        other => {
            let public = info.public_key.and_then(|bits| fingerprint(info.algorithm, bits.as_bytes()?));
            Some(Key { kind: name(other), public, ..Key::default() })
        }
    }
}

fn pkcs1(bytes: &[u8]) -> Option<Key> {
    rsa(bytes, AlgorithmIdentifierRef { oid: RSA, parameters: Some(AnyRef::NULL) })
}

fn rsa(bytes: &[u8], algorithm: AlgorithmIdentifierRef<'_>) -> Option<Key> {
    let key = RsaPrivateKeyRef::from_der(bytes).ok()?;
    let public = RsaPublicKeyRef { modulus: key.modulus, public_exponent: key.public_exponent };
    let public = public.to_der().ok().and_then(|public| fingerprint(algorithm, &public));
    Some(Key { kind: sized("RSA", key.modulus), public, ..Key::default() })
}

fn sec1(bytes: &[u8]) -> Option<Key> {
    let key = EcPrivateKey::from_der(bytes).ok()?;
    Some(ec(key.parameters.and_then(|parameters| parameters.named_curve()), key.public_key))
}

/// The same with a curve that is spelled out (X9.62), which nothing but old keys has.
fn explicit_ec(bytes: &[u8]) -> Option<Key> {
    let mut reader = SliceReader::new(bytes).ok()?;
    let parameters = reader.sequence(|inside| {
        let version = u8::decode(inside)?;
        <&OctetStringRef>::decode(inside)?;
        let parameters = inside.tlv_bytes()?;
        while !inside.is_finished() {
            inside.tlv_bytes()?;
        }
        pkcs8::der::Result::Ok((version, parameters))
    });
    let (1, [0xa0, ..]) = parameters.ok()? else { return None };
    reader.finish().ok().map(|()| ec(None, None))
}

fn ec(curve: Option<ObjectIdentifier>, public: Option<&[u8]>) -> Key {
    let algorithm =
        curve.as_ref().map(|curve| AlgorithmIdentifierRef { oid: EC, parameters: Some(curve.into()) });
    let public = algorithm.zip(public).and_then(|(algorithm, public)| fingerprint(algorithm, public));
    let kind = curve.map_or_else(|| "EC".to_owned(), |curve| format!("EC {}", name(curve)));
    Key { kind, public, ..Key::default() }
}

/// OpenSSL's own: version 0, p, q, g, public y, private x.
fn dsa(bytes: &[u8]) -> Option<Key> {
    let mut reader = SliceReader::new(bytes).ok()?;
    let key = reader.sequence(|inside| {
        let version = u8::decode(inside)?;
        let [p, q, g] = [inside.tlv_bytes()?, inside.tlv_bytes()?, inside.tlv_bytes()?];
        let (y, _) = (inside.tlv_bytes()?, UintRef::decode(inside)?);
        pkcs8::der::Result::Ok((version, p, q, g, y))
    });
    let (0, p, q, g, y) = key.ok()? else { return None };
    reader.finish().ok()?;
    let modulus = UintRef::from_der(p).ok()?;
    let domain = [p, q, g].concat();
    let parameters = AnyRef::new(Tag::Sequence, &domain).ok();
    let public =
        UintRef::from_der(y).is_ok().then(|| fingerprint(AlgorithmIdentifierRef { oid: DSA, parameters }, y));
    Some(Key { kind: sized("DSA", modulus), public: public?, ..Key::default() })
}

/// EncryptedPrivateKeyInfo (RFC 5958 section 3).
fn sealed(bytes: &[u8]) -> Option<Key> {
    let mut reader = SliceReader::new(bytes).ok()?;
    let scheme = reader.sequence(|inside| {
        let scheme = AlgorithmIdentifierRef::decode(inside)?;
        let content = <&OctetStringRef>::decode(inside)?;
        pkcs8::der::Result::Ok((scheme, content.as_bytes().is_empty()))
    });
    let (scheme, false) = scheme.ok()? else { return None };
    reader.finish().ok()?;
    let sealed = if scheme.oid == PBES2 { cipher(scheme.parameters?) } else { None };
    let sealed = sealed.unwrap_or_else(|| scheme_name(scheme.oid));
    Some(Key { kind: "PKCS#8".to_owned(), sealed: Some(sealed), ..Key::default() })
}

/// The cipher of PBES2 (RFC 8018 appendix A.4): behind the key derivation.
fn cipher(parameters: AnyRef<'_>) -> Option<String> {
    let cipher = parameters.sequence(|inside| {
        AlgorithmIdentifierRef::decode(inside)?;
        AlgorithmIdentifierRef::decode(inside)
    });
    Some(name(cipher.ok()?.oid))
}

/// PBES1 (RFC 8018 appendix A.3) and PKCS#12's schemes (RFC 7292 appendix C) are families of identifiers.
fn scheme_name(oid: ObjectIdentifier) -> String {
    let text = oid.to_string();
    match text.as_str() {
        text if text.starts_with("1.2.840.113549.1.5.") => "PBES1".to_owned(),
        text if text.starts_with("1.2.840.113549.1.12.1.") => "PKCS#12 PBE".to_owned(),
        _ => text,
    }
}

/// The first of the domain parameters of DSA (RFC 3279 section 2.3.2).
fn modulus(parameters: AnyRef<'_>) -> Option<UintRef<'_>> {
    let read = parameters.sequence(|inside| {
        let p = UintRef::decode(inside)?;
        UintRef::decode(inside)?;
        UintRef::decode(inside)?;
        pkcs8::der::Result::Ok(p)
    });
    read.ok()
}

fn sized(kind: &str, number: UintRef<'_>) -> String {
    let bytes = number.as_bytes();
    let unused = bytes.first().map_or(0, |byte| byte.leading_zeros() as usize);
    format!("{kind} {} bits", bytes.len() * 8 - unused)
}

fn name(oid: ObjectIdentifier) -> String {
    let text = oid.to_string();
    NAMES.iter().find(|(known, _)| *known == text).map_or(text, |(_, name)| (*name).to_owned())
}

fn fingerprint(algorithm: AlgorithmIdentifierRef<'_>, public: &[u8]) -> Option<String> {
    let subject_public_key = BitStringRef::from_bytes(public).ok()?;
    let info = SubjectPublicKeyInfoRef { algorithm, subject_public_key }.to_der().ok()?;
    Some(format!("public key SHA-256 {}", hex(&Sha256::digest(info))))
}
