//! Made-up private key blocks: the structure of a real key around random numbers, so that parsers read it and nobody can
//! use it.

use super::encode::padded_base64;
use super::random::Random;

/// Characters of one line of PEM base64 (RFC 7468 section 2).
const LINE: usize = 64;

const INTEGER: u8 = 0x02;
const BITS: u8 = 0x03;
const OCTETS: u8 = 0x04;
const OID: u8 = 0x06;
const SEQUENCE: u8 = 0x30;

/// RFC 7468, or RFC 9580 section 6 for OpenPGP (an empty line after the header).
pub(super) fn pem(random: &mut Random, label: &str, line_end: &str) -> String {
    let text = padded_base64(&body(random, label));
    let mut lines = vec![format!("-----BEGIN {label}-----")];
    if label.starts_with("PGP") {
        lines.push(String::new());
    }
    lines.extend(text.as_bytes().chunks(LINE).map(|line| String::from_utf8_lossy(line).into_owned()));
    lines.push(format!("-----END {label}-----"));
    lines.join(line_end)
}

fn body(random: &mut Random, label: &str) -> Vec<u8> {
    match label {
        "RSA PRIVATE KEY" => rsa(random),
        "EC PRIVATE KEY" => ec(random),
        "DSA PRIVATE KEY" => dsa(random),
        "ENCRYPTED PRIVATE KEY" => encrypted(random),
        "OPENSSH PRIVATE KEY" => openssh(random),
        // RFC 5958 with rsaEncryption and no parameters.
        "PRIVATE KEY" => {
            let algorithm = [oid(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1]), vec![0x05, 0x00]].concat();
            let key = rsa(random);
            sequence(&[number(0), tlv(SEQUENCE, &algorithm), tlv(OCTETS, &key)])
        }
        _ if label.starts_with("PGP") => openpgp(random),
        _ => {
            let length = random.between(300, 600);
            tlv(SEQUENCE, &random.bytes(length))
        }
    }
}

/// RFC 8017 appendix A.1.2, 2048 bits.
fn rsa(random: &mut Random) -> Vec<u8> {
    let exponent = tlv(INTEGER, &[1, 0, 1]);
    let mut numbers = vec![number(0), integer(random, 256), exponent, integer(random, 256)];
    numbers.extend((0..5).map(|_| integer(random, 128)));
    sequence(&numbers)
}

/// RFC 5915 with P-256 and the public key.
fn ec(random: &mut Random) -> Vec<u8> {
    let curve = oid(&[0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7]);
    let secret = tlv(OCTETS, &random.bytes(32));
    let public = [vec![0, 4], random.bytes(64)].concat();
    sequence(&[number(1), secret, tlv(0xa0, &curve), tlv(0xa1, &tlv(BITS, &public))])
}

/// OpenSSL's own: version, p, q, g, public and private.
fn dsa(random: &mut Random) -> Vec<u8> {
    let sizes = [128, 20, 128, 128, 20];
    let numbers = sizes.map(|size| integer(random, size)).concat();
    sequence(&[number(0), numbers])
}

/// RFC 5958 section 3 with PBES2 (RFC 8018 appendix A.4): PBKDF2 and AES-256-CBC.
fn encrypted(random: &mut Random) -> Vec<u8> {
    let pkcs5 = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 5];
    let salt = sequence(&[tlv(OCTETS, &random.bytes(8)), vec![INTEGER, 2, 0x08, 0x00]]);
    let derivation = sequence(&[oid(&[&pkcs5[..], &[12]].concat()), salt]);
    let aes = oid(&[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 1, 42]);
    let cipher = sequence(&[aes, tlv(OCTETS, &random.bytes(16))]);
    let scheme = sequence(&[oid(&[&pkcs5[..], &[13]].concat()), sequence(&[derivation, cipher])]);
    sequence(&[scheme, tlv(OCTETS, &random.bytes(640))])
}

/// OpenSSH's PROTOCOL.key: an Ed25519 key without a passphrase.
fn openssh(random: &mut Random) -> Vec<u8> {
    let string = |bytes: &[u8]| [&(bytes.len() as u32).to_be_bytes()[..], bytes].concat();
    let public_half = random.bytes(32);
    let public = [string(b"ssh-ed25519"), string(&public_half)].concat();
    let secret_half = [random.bytes(32), public_half].concat();
    let check = random.bytes(4);
    let mut private = [&check[..], &check, &public, &string(&secret_half), &string(b"dev@example")].concat();
    // Filled up with 1, 2, 3 … to whole blocks of 8.
    private.extend((1..).take(private.len().next_multiple_of(8) - private.len()));
    let none = [string(b"none"), string(b"none"), string(b"")].concat();
    let key = [&b"openssh-key-v1\0"[..], &none, &[0, 0, 0, 1], &string(&public), &string(&private)];
    key.concat()
}

/// RFC 9580: a version 4 RSA secret-key packet without a passphrase, and a user id.
fn openpgp(random: &mut Random) -> Vec<u8> {
    let mut long = |bytes: usize| {
        let number = odd(random, bytes);
        [&(bytes as u16 * 8).to_be_bytes()[..], &number].concat()
    };
    let public = [vec![4, 0x65, 0, 0, 0, 1], long(256), vec![0, 17, 1, 0, 1]].concat();
    let secret = [long(256), long(128), long(128), long(128)].concat();
    let sum = secret.iter().fold(0_u16, |sum, &byte| sum.wrapping_add(byte.into()));
    let body = [public, vec![0], secret, sum.to_be_bytes().to_vec()].concat();
    let user = b"Dev <dev@example.com>";
    // New headers (section 4.2.1): five octets of length, one octet of length.
    let length = (body.len() as u32).to_be_bytes();
    [&[0xc5, 0xff][..], &length, &body, &[0xcd, user.len() as u8], user].concat()
}

/// A positive odd number of exactly this many bytes.
fn integer(random: &mut Random, bytes: usize) -> Vec<u8> {
    tlv(INTEGER, &[vec![0], odd(random, bytes)].concat())
}

/// Random bytes whose first and last bit are set.
fn odd(random: &mut Random, bytes: usize) -> Vec<u8> {
    let mut number = random.bytes(bytes);
    number[0] |= 0x80;
    number[bytes - 1] |= 1;
    number
}

fn number(small: u8) -> Vec<u8> {
    tlv(INTEGER, &[small])
}

fn oid(body: &[u8]) -> Vec<u8> {
    tlv(OID, body)
}

fn sequence(items: &[Vec<u8>]) -> Vec<u8> {
    tlv(SEQUENCE, &items.concat())
}

/// Tag, length and value (X.690 section 8.1.3).
fn tlv(tag: u8, value: &[u8]) -> Vec<u8> {
    let length = value.len() as u32;
    let bytes = length.to_be_bytes();
    let length = match length {
        ..0x80 => vec![bytes[3]],
        0x80..0x100 => vec![0x81, bytes[3]],
        _ => vec![0x82, bytes[2], bytes[3]],
    };
    [&[tag], &length[..], value].concat()
}
