//! `Values`: secret values as providers and people make them, from a seed, so that no file of ours holds one.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};

const DIGITS: &str = "0123456789";
const LOWER: &str = "abcdefghijklmnopqrstuvwxyz";
const UPPER: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const HEX: &str = "0123456789abcdef";

/// Words that people build passwords from.
const WORDS: [&str; 16] = [
    "Harbour", "Walnut", "Copper", "Meadow", "Falcon", "Quartz", "Lantern", "Juniper", "Saddle", "Thistle",
    "Granite", "Pelican", "Velvet", "Cobalt", "Marble", "Willow",
];

/// A seeded source of values (SplitMix64: Steele, Lea and Flood 2014); the same seed gives the same values.
pub struct Values {
    state: u64,
}

impl Values {
    /// Starts the sequence of `seed`.
    pub fn new(seed: u64) -> Self {
        Self { state: seed ^ 0x5bf0_3635_dcf2_86e1 }
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end as u64).expect("a remainder of a usize fits one")
    }

    /// `length` random bytes.
    pub fn bytes(&mut self, length: usize) -> Vec<u8> {
        (0..length).map(|_| self.next().to_le_bytes()[3]).collect()
    }

    /// `length` characters of `alphabet`, which is ASCII.
    pub fn of(&mut self, alphabet: &str, length: usize) -> String {
        (0..length).map(|_| char::from(alphabet.as_bytes()[self.below(alphabet.len())])).collect()
    }

    /// Letters and digits.
    pub fn alnum(&mut self, length: usize) -> String {
        self.of(&[DIGITS, UPPER, LOWER].concat(), length)
    }

    /// Lower-case hexadecimal digits.
    pub fn hex(&mut self, length: usize) -> String {
        self.of(HEX, length)
    }

    /// Random bytes, standard base64 with padding (`openssl rand -base64 N`).
    pub fn base64(&mut self, bytes: usize) -> String {
        STANDARD.encode(self.bytes(bytes))
    }

    /// 32 random bytes, standard base64: 44 characters.
    pub fn base64_key(&mut self) -> String {
        self.base64(32)
    }

    /// A Fernet key: 32 random bytes, url-safe base64 with padding, 44 characters.
    pub fn fernet_key(&mut self) -> String {
        URL_SAFE.encode(self.bytes(32))
    }

    /// Python's `secrets.token_urlsafe(bytes)`.
    pub fn token_urlsafe(&mut self, bytes: usize) -> String {
        URL_SAFE_NO_PAD.encode(self.bytes(bytes))
    }

    /// `mix phx.gen.secret`: 64 characters of standard base64.
    pub fn phx_secret(&mut self) -> String {
        let mut text = STANDARD_NO_PAD.encode(self.bytes(64));
        text.truncate(64);
        text
    }

    /// A version 4 UUID (RFC 9562).
    pub fn uuid(&mut self) -> String {
        let variant = self.of("89ab", 1);
        [
            self.hex(8),
            self.hex(4),
            format!("4{}", self.hex(3)),
            format!("{variant}{}", self.hex(3)),
            self.hex(12),
        ]
        .join("-")
    }

    /// A GitHub personal access token (classic): `ghp_`, 30 random characters, 6 of the CRC-32 of those in base 62.
    pub fn github_token(&mut self) -> String {
        let body = self.alnum(30);
        let sum = base62(crc32(body.as_bytes()));
        format!("{}{body}{sum:0>6}", ["gh", "p_"].concat())
    }

    /// An AWS access key id (`AKIA` and 16 characters of base 32) and its secret key.
    pub fn aws_pair(&mut self) -> (String, String) {
        let base32 = [UPPER, "234567"].concat();
        let id = format!("{}{}", ["AK", "IA"].concat(), self.of(&base32, 16));
        (id, self.of(&[DIGITS, UPPER, LOWER, "+/"].concat(), 40))
    }

    /// A Stripe secret key; `mode` is `live` or `test`.
    pub fn stripe_key(&mut self, mode: &str) -> String {
        self.stripe_key_body(mode, "sk")
    }

    /// A Stripe restricted key.
    pub fn stripe_restricted(&mut self, mode: &str) -> String {
        self.stripe_key_body(mode, "rk")
    }

    /// A Stripe publishable key: no secret.
    pub fn stripe_publishable(&mut self, mode: &str) -> String {
        self.stripe_key_body(mode, "pk")
    }

    fn stripe_key_body(&mut self, mode: &str, kind: &str) -> String {
        // Accounts from before 2019 have 24 characters, newer ones begin with the account's number.
        match self.below(2) {
            0 => format!("{kind}_{mode}_{}", self.alnum(24)),
            _ => format!("{kind}_{mode}_51{}00{}", self.alnum(14), self.alnum(80)),
        }
    }

    /// A Stripe webhook signing secret.
    pub fn stripe_webhook(&mut self) -> String {
        format!("{}{}", ["whs", "ec_"].concat(), self.alnum(32))
    }

    /// A Gmail app password as people store it: 16 lower-case letters.
    pub fn gmail_app_password(&mut self) -> String {
        self.of(LOWER, 16)
    }

    /// The same as Google shows it: in four groups.
    pub fn gmail_app_password_in_groups(&mut self) -> String {
        [(); 4].map(|()| self.of(LOWER, 4)).join(" ")
    }

    /// A Google OAuth client id: no secret.
    pub fn google_client_id(&mut self) -> String {
        format!("{}-{}.apps.googleusercontent.com", self.number(12), self.of(&[DIGITS, LOWER].concat(), 32))
    }

    /// A Google OAuth client secret.
    pub fn google_client_secret(&mut self) -> String {
        format!("{}{}", ["GOC", "SPX-"].concat(), self.of(&[DIGITS, UPPER, LOWER, "-_"].concat(), 28))
    }

    /// A Twilio account SID: no secret.
    pub fn twilio_sid(&mut self) -> String {
        format!("{}{}", "AC", self.hex(32))
    }

    /// A HashiCorp Vault service token.
    pub fn vault_token(&mut self) -> String {
        format!("{}{}", ["hv", "s."].concat(), URL_SAFE_NO_PAD.encode(self.bytes(68)))
    }

    /// A Sentry DSN.
    pub fn sentry_dsn(&mut self) -> String {
        let organisation = self.number(6);
        format!("https://{}@o{organisation}.ingest.sentry.io/{}", self.hex(32), self.number(7))
    }

    /// A decimal number of `digits` digits.
    pub fn number(&mut self, digits: usize) -> String {
        format!("{}{}", self.of("123456789", 1), self.of(DIGITS, digits - 1))
    }

    /// A password as a person thinks of one.
    pub fn human_password(&mut self) -> String {
        let first = WORDS[self.below(WORDS.len())];
        let second = WORDS[self.below(WORDS.len())].to_lowercase();
        match self.below(4) {
            0 => format!("{first}{}!", 1960 + self.below(65)),
            1 => format!("{}{}", second, self.number(3)),
            2 => format!("{first}-{second}{}", self.below(90) + 10),
            _ => format!("{}#{}", first.replace('a', "4").replace('e', "3"), self.below(90) + 10),
        }
    }

    /// A password that a program made: letters and digits only, fit for a URL.
    pub fn url_password(&mut self) -> String {
        let length = 16 + self.below(9);
        self.alnum(length)
    }

    /// A password that a password manager made: letters, digits and marks, beginning with a letter.
    pub fn strong_password(&mut self) -> String {
        let length = 15 + self.below(10);
        let marks = [DIGITS, UPPER, LOWER, "!%^*_-+=.~"].concat();
        format!("{}{}", self.of(LOWER, 1), self.of(&marks, length))
    }

    /// A JSON Web Token signed with HMAC SHA-256 (RFC 7519), expiring in 2033.
    pub fn jwt(&mut self) -> String {
        let claims = format!(r#"{{"sub":"{}","iss":"auth.example.org","exp":2000000000}}"#, self.number(9));
        let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
        let signature = URL_SAFE_NO_PAD.encode(self.bytes(32));
        format!("{}.{}.{signature}", part(r#"{"alg":"HS256","typ":"JWT"}"#), part(&claims))
    }

    /// The base64 lines of a PKCS#1 RSA private key (RFC 8017 A.1.2) of 2048 bits, 64 characters each. The numbers are
    /// random, only their form and sizes are right.
    pub fn rsa_private_body(&mut self) -> String {
        let sizes = [256, 0, 256, 128, 128, 128, 128, 128];
        let mut numbers = vec![vec![2, 1, 0]];
        for size in sizes {
            numbers.push(if size == 0 { vec![2, 3, 1, 0, 1] } else { self.der_integer(size) });
        }
        wrapped(&STANDARD.encode(der(0x30, &numbers.concat())))
    }

    /// The base64 lines of an RSA public key (SubjectPublicKeyInfo, RFC 5280) of 2048 bits.
    pub fn rsa_public_body(&mut self) -> String {
        let key = der(0x30, &[self.der_integer(256), vec![2, 3, 1, 0, 1]].concat());
        let algorithm = [0x30, 13, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 13, 1, 1, 1, 5, 0];
        let bits = der(3, &[vec![0], key].concat());
        wrapped(&STANDARD.encode(der(0x30, &[algorithm.to_vec(), bits].concat())))
    }

    /// A whole PEM block of [`Self::rsa_private_body`], ending with a newline.
    pub fn rsa_private_pem(&mut self) -> String {
        let body = self.rsa_private_body();
        pem("RSA PRIVATE KEY", &body)
    }

    /// A PEM block of a P-256 key (RFC 5915, without the public half), ending with a newline.
    pub fn ec_private_pem(&mut self) -> String {
        let curve = [0xa0, 10, 6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7];
        let key = [vec![2, 1, 1], der(4, &self.bytes(32)), curve.to_vec()].concat();
        pem("EC PRIVATE KEY", &wrapped(&STANDARD.encode(der(0x30, &key))))
    }

    fn der_integer(&mut self, size: usize) -> Vec<u8> {
        let mut bytes = self.bytes(size);
        bytes[0] = 0xc0 | (bytes[0] & 0x3f);
        bytes[size - 1] |= 1;
        bytes.insert(0, 0);
        der(2, &bytes)
    }
}

/// A PEM block (RFC 7468) around `body`; the label is joined at run time so that no source file holds a block.
pub fn pem(label: &str, body: &str) -> String {
    format!("-----BEGIN {label}-----\n{body}\n-----END {label}-----\n")
}

fn wrapped(text: &str) -> String {
    let lines: Vec<&str> =
        text.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).expect("base64 is ASCII")).collect();
    lines.join("\n")
}

/// One DER element (X.690) with the long form of lengths that sizes above 127 need.
fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).expect("keys here are below 64 KiB");
    let [high, low] = length.to_be_bytes();
    let head = match length {
        0..=127 => vec![tag, low],
        128..=255 => vec![tag, 0x81, low],
        _ => vec![tag, 0x82, high, low],
    };
    [head, content.to_vec()].concat()
}

/// CRC-32 (ISO 3309, polynomial 0xedb88320), bit by bit: short inputs only.
fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32, _| (crc >> 1) ^ (0xedb8_8320 & 0u32.wrapping_sub(crc & 1));
    !bytes.iter().fold(u32::MAX, |crc, &byte| (0..8).fold(crc ^ u32::from(byte), step))
}

fn base62(mut number: u32) -> String {
    let alphabet = [DIGITS, UPPER, LOWER].concat();
    let mut digits = Vec::new();
    while number > 0 {
        digits.push(char::from(alphabet.as_bytes()[(number % 62) as usize]));
        number /= 62;
    }
    digits.iter().rev().collect()
}
