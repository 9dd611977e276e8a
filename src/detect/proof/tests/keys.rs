//! Private keys of every structure, with fingerprints that OpenSSL, OpenSSH and RFC 9580 give.

use base64::Engine as _;

use super::super::{der, openpgp, openssh, private_key::Key};
use super::*;

/// Tag, length and value.
fn tlv(tag: u8, value: &[u8]) -> Vec<u8> {
    let length = match value.len() {
        length @ ..0x80 => vec![length as u8],
        length @ ..0x100 => vec![0x81, length as u8],
        length => vec![0x82, (length >> 8) as u8, length as u8],
    };
    [&[tag], &length[..], value].concat()
}

fn sequence(items: &[Vec<u8>]) -> Vec<u8> {
    tlv(0x30, &items.concat())
}

/// A number of which every byte is this one.
fn number(byte: u8, length: usize) -> Vec<u8> {
    tlv(2, &[vec![0; usize::from(byte >= 0x80)], vec![byte; length]].concat())
}

/// `string` of RFC 4251.
fn string(bytes: &[u8]) -> Vec<u8> {
    [&(bytes.len() as u32).to_be_bytes()[..], bytes].concat()
}

fn hex(text: &str) -> Vec<u8> {
    (0..text.len() / 2).map(|at| u8::from_str_radix(&text[2 * at..2 * at + 2], 16).unwrap()).collect()
}

fn rsa() -> Vec<u8> {
    let mut numbers = vec![number(0, 1), number(0xc5, 128), tlv(2, &[1, 0, 1]), number(0x51, 128)];
    numbers.extend((0..5).map(|_| number(0x77, 64)));
    sequence(&numbers)
}

fn pkcs8(algorithm: &str, key: &[u8], more: &[u8]) -> Vec<u8> {
    sequence(&[number(u8::from(!more.is_empty()), 1), tlv(0x30, &hex(algorithm)), tlv(4, key), more.to_vec()])
}

/// The P-256 key 1, whose public half is the base point.
fn ec(parameters: &str) -> Vec<u8> {
    let public = "046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296\
                  4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5";
    let public = tlv(0xa1, &tlv(3, &[vec![0], hex(public)].concat()));
    sequence(&[number(1, 1), tlv(4, &[[0; 31].as_slice(), &[1]].concat()), hex(parameters), public])
}

const P256: &str = "a00a06082a8648ce3d030107";

fn facts(key: Option<Key>) -> (String, Option<String>) {
    let key = key.expect("it is a key");
    (key.kind, key.public)
}

#[test]
fn an_rsa_key_has_the_fingerprint_of_openssl_in_both_structures() {
    let public = "public key SHA-256 dbd6498c0df7c1ed7f608ba1c03f91efc9036739a7cbeba47ce3e42bd1c7eafe";
    let expected = ("RSA 1024 bits".to_owned(), Some(public.to_owned()));
    assert_eq!(facts(der::read(&rsa())), expected);
    assert_eq!(facts(der::read(&pkcs8("06092a864886f70d0101010500", &rsa(), &[]))), expected);
}

#[test]
fn an_elliptic_key_has_its_curve_and_where_it_can_its_fingerprint() {
    let public = "public key SHA-256 5cd252fb0ce8932436faf8ccd1040981b89ee4ad6b9fe9e2a2b7e71aacb27cd3";
    let expected = ("EC P-256".to_owned(), Some(public.to_owned()));
    assert_eq!(facts(der::read(&ec(P256))), expected);
    assert_eq!(facts(der::read(&pkcs8("06072a8648ce3d020106082a8648ce3d030107", &ec(""), &[]))), expected);
    // A curve that is spelled out, one that nobody knows, a key without its public half.
    assert_eq!(facts(der::read(&ec("a0053003020101"))), ("EC".to_owned(), None));
    assert_eq!(facts(der::read(&ec("a00406022a03"))).0, "EC 1.2.3");
    let bare = sequence(&[number(1, 1), tlv(4, &[1; 32]), hex(P256)]);
    assert_eq!(facts(der::read(&bare)), ("EC P-256".to_owned(), None));
}

#[test]
fn an_edwards_key_has_a_fingerprint_when_it_holds_its_public_half() {
    let secret = tlv(4, &[7; 32]);
    let (kind, public) = facts(der::read(&pkcs8("06032b6570", &secret, &[])));
    assert_eq!((kind.as_str(), public), ("Ed25519", None));
    // RFC 5958 version 2: [1] IMPLICIT BIT STRING.
    let public_half = tlv(0x81, &[vec![0], vec![9; 32]].concat());
    let (kind, public) = facts(der::read(&pkcs8("06032b6570", &secret, &public_half)));
    assert!(kind == "Ed25519" && public.is_some());
}

#[test]
fn a_dsa_key_is_read_in_both_structures() {
    let domain = [number(0x91, 128), number(0x85, 20), number(0x44, 128)];
    let traditional = sequence(&[number(0, 1), domain.concat(), number(0x33, 128), number(0x22, 20)]);
    let (kind, public) = facts(der::read(&traditional));
    assert!(kind == "DSA 1024 bits" && public.is_some());
    let algorithm = tlv(0x30, &[hex("06072a8648ce380401"), sequence(&domain)].concat());
    let modern = sequence(&[number(0, 1), algorithm, tlv(4, &number(0x22, 20))]);
    assert_eq!(facts(der::read(&modern)), ("DSA 1024 bits".to_owned(), None));
}

#[test]
fn an_encrypted_key_says_its_cipher() {
    let sealed = |scheme: &str| {
        let key = der::read(&sequence(&[tlv(0x30, &hex(scheme)), tlv(4, &[5; 64])])).expect("it is a key");
        key.sealed.expect("it is sealed")
    };
    // PBES2 with PBKDF2 and AES-256-CBC; PBES1; PKCS#12; one that nobody knows.
    let derivation = "3012 0609 2a864886f70d01050c 3005 0401 aa 0500";
    let pbes2 = format!("06092a864886f70d01050d3021{derivation}300b0609608648016503040 12a").replace(' ', "");
    assert_eq!(sealed(&pbes2), "AES-256-CBC");
    assert_eq!(sealed("06092a864886f70d0105030500"), "PBES1");
    assert_eq!(sealed("060a2a864886f70d010c01030500"), "PKCS#12 PBE");
    assert_eq!(sealed("06022a030500"), "1.2.3");
}

/// An OpenSSH key file around the public key of RFC 8032's first test.
fn openssh_key(cipher: &[u8], checks: [u8; 8]) -> Vec<u8> {
    let half = hex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
    let public = [string(b"ssh-ed25519"), string(&half)].concat();
    let private = [&checks[..], &public, &string(&[half.clone(), half].concat()), &string(b"me")].concat();
    let head = [&b"openssh-key-v1\0"[..], &string(cipher), &string(b"bcrypt"), &string(b""), &[0, 0, 0, 1]];
    [head.concat(), string(&public), string(&private)].concat()
}

#[test]
fn an_openssh_key_has_the_fingerprint_of_ssh_keygen_sealed_or_not() {
    let public = Some("public key SHA256:bbXpuKG6zhzdmnxq256TlqzFBzRl2f6OOg722cYNbU8".to_owned());
    let open = openssh::read(&openssh_key(b"none", [1, 2, 3, 4, 1, 2, 3, 4])).expect("it is a key");
    assert_eq!((open.kind.as_str(), &open.public, open.sealed), ("Ed25519", &public, None));
    let sealed = openssh::read(&openssh_key(b"aes256-ctr", [1, 2, 3, 4, 5, 6, 7, 8])).expect("it is a key");
    assert_eq!((sealed.public, sealed.sealed.as_deref()), (public, Some("aes256-ctr")));
    assert_eq!(
        openssh::read(&openssh_key(b"none", [1, 2, 3, 4, 5, 6, 7, 8])),
        None,
        "the check numbers differ"
    );
}

#[test]
fn an_openpgp_key_has_the_fingerprint_of_the_rfc() {
    // RFC 9580, appendices A.1 and A.4: public parts, behind them no or some protection.
    let v4 = "0453f35f0b16092b06010401da470f01010740 3f098994bdd916ed4053197934e4a87c80733a1280d62f8010992e43ee3b2406";
    let v6 = "0663877fe31b00000020f94da7bb48d60a61e567706a6587d0331999bb9d891a08242ead84543df895a3";
    let packet = |public: &str, rest: &[u8]| {
        let body = [hex(&public.replace(' ', "")), rest.to_vec()].concat();
        let user = [&[0xcd, 3][..], b"A B"].concat();
        [vec![0xc5, body.len() as u8], body, user].concat()
    };
    for (public, fingerprint) in [
        (v4, "C959BDBAFA32A2F89A153B678CFDE12197965A9A"),
        (v6, "CB186C4F0609A697E4D52DFA6C722B0C1F1E27C18A56708F6525EC27BAD9ACC9"),
    ] {
        let key = openpgp::read(&packet(public, &[0, 1, 2, 3])).expect("it is a key");
        assert_eq!((key.kind.as_str(), key.public), ("Ed25519", Some(format!("fingerprint {fingerprint}"))));
        assert_eq!((key.sealed, key.owner.as_deref()), (None, Some("A B")));
        let sealed = openpgp::read(&packet(public, &[254, 9, 3])).expect("it is a key");
        assert!(sealed.sealed.is_some());
        assert_eq!(openpgp::read(&packet(public, &[])), None, "the secret part is missing");
    }
    let public_only = [vec![0xc6, 51], hex(&v4.replace(' ', ""))].concat();
    assert_eq!(openpgp::read(&public_only), None);
}

/// Lengths that reach beyond what is there.
#[test]
fn lengths_are_not_believed() {
    let hostile: [&[u8]; 10] = [
        &[0x30, 0x84, 0xff, 0xff, 0xff, 0xff, 2, 1, 0],
        &[0x30, 0x80, 2, 1, 0, 0, 0],
        &[0x30, 0x03, 0x02, 0x01],
        &[0x30, 0x88, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
        &[0xc5, 0xff, 0xff, 0xff, 0xff, 0xff, 4],
        &[0xc5, 0xe1, 4],
        &[0x97, 4, 0, 0, 0, 0, 1],
        &[0x95, 0, 9, 4, 0, 0, 0, 0, 1, 0xff, 0xff, 0],
        b"openssh-key-v1\0\xff\xff\xff\xffnone",
        b"openssh-key-v1\0\0\0\0\x04none\0\0\0\x04none\0\0\0\0\xff\xff\xff\xff",
    ];
    for bytes in hostile {
        let read = [openssh::read(bytes), der::read(bytes), openpgp::read(bytes)];
        assert_eq!(read, [None, None, None], "{bytes:02x?}");
    }
}

/// A block in the ways that code and configuration carry it.
#[test]
fn a_block_is_read_in_every_carrier() {
    let body = base64::engine::general_purpose::STANDARD.encode(rsa());
    let mut lines = vec![["-----BEGIN RSA PRIV", "ATE KEY-----"].concat()];
    lines.extend(body.as_bytes().chunks(64).map(|line| String::from_utf8_lossy(line).into_owned()));
    lines.push(["-----END RSA PRIV", "ATE KEY-----"].concat());
    let every = |before: &str, after: &str| {
        lines.iter().map(|line| format!("{before}{line}{after}")).collect::<Vec<_>>()
    };
    let carriers = [
        lines.join("\n"),
        lines.join("\r\n"),
        lines.join("\\n"),
        lines.join("\\\\n"),
        lines.join(" "),
        every("    ", "").join("\n"),
        every("# ", "").join("\n"),
        every("\"", "\\n\" +").join("\n"),
        every("\"", "\" +").join("\n"),
        every("b'", "\\n'").join("\n"),
        every("    .append(\"", "\\n\")").join("\n"),
        every("\"", "\",").join("\n"),
    ];
    for carrier in carriers {
        let proof = private_key_at(&carrier);
        assert_eq!(
            (proof.verified, proof.subject[0].as_str()),
            (Verified::Structure, "kind RSA 1024 bits"),
            "{carrier}"
        );
    }
}

/// RFC 1421 headers: the body is a ciphertext, of which only the length can be wrong.
#[test]
fn a_block_with_headers_says_its_cipher() {
    for (bytes, verified) in [(64, Verified::Structure), (63, Verified::Failed)] {
        let body = base64::engine::general_purpose::STANDARD.encode(vec![0xa7; bytes]);
        let [begin, end] = ["BEGIN", "END"].map(|word| format!("-----{word} RSA {} KEY-----", "PRIVATE"));
        let text = format!("{begin}\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00FF\n\n{body}\n{end}");
        let proof = private_key_at(&text);
        assert_eq!(proof.verified, verified);
        let said = proof.subject.contains(&"encrypted with AES-128-CBC".to_owned());
        assert_eq!(said, verified == Verified::Structure, "{:?}", proof.subject);
    }
}

/// The proof on the block in `text`.
fn private_key_at(text: &str) -> Proof {
    let start = text.find("-----BEGIN").expect("a block begins");
    let (_, technique) =
        TECHNIQUES.iter().find(|(name, _)| *name == "private-key").expect("there is such a proof");
    technique(Evidence { text: text.as_bytes(), value: Span::new(start, text.len()) })
}
