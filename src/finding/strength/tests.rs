//! What counts as generated and what a person could have thought of.

use super::*;
use Strength::{Strong, Weak};

/// Random bytes from a counter hash: the same in every run.
struct Random(blake3::OutputReader);

impl Random {
    fn new(seed: &str) -> Self {
        Self(blake3::Hasher::new().update(seed.as_bytes()).finalize_xof())
    }

    fn of(&mut self, alphabet: &[u8], length: usize) -> String {
        let mut draw = || {
            let mut bytes = [0; 8];
            self.0.fill(&mut bytes);
            char::from(alphabet[(u64::from_le_bytes(bytes) % alphabet.len() as u64) as usize])
        };
        (0..length).map(|_| draw()).collect()
    }
}

const HEX: &[u8] = b"0123456789abcdef";
const LOWER: &[u8] = b"abcdefghijklmnopqrstuvwxyz";
const BASE32: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const BASE36: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";
const BASE62: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const BASE64: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// How many of 1,000 random values are taken for a person's.
fn misjudged(alphabet: &[u8], length: usize) -> usize {
    let mut random = Random::new("strength");
    (0..1000).filter(|_| of(random.of(alphabet, length).as_bytes()) == Weak).count()
}

#[test]
fn random_values_are_strong() {
    // At most this many of a thousand; `docs/baseline.md` quotes the shares.
    for (alphabet, length, most) in [
        (HEX, 32, 5),
        (HEX, 40, 1),
        (BASE32, 32, 5),
        (BASE36, 32, 25),
        (BASE36, 40, 10),
        (LOWER, 32, 15),
        (BASE62, 20, 100),
        (BASE62, 24, 20),
        (BASE62, 32, 5),
        (BASE62, 40, 1),
        (BASE64, 40, 2),
        (BASE64, 64, 0),
    ] {
        let found = misjudged(alphabet, length);
        assert!(found <= most, "{found} of 1000 with {length} of {} letters", alphabet.len());
    }
}

#[test]
fn tokens_with_a_prefix_structure_or_dashes_are_strong() {
    let mut random = Random::new("tokens");
    let mut hex = |length| random.of(HEX, length);
    let uuid = [hex(8), hex(4), hex(4), hex(4), hex(12)].join("-");
    let mut random = Random::new("more tokens");
    let mut base = |length| random.of(BASE62, length);
    let jwt = format!("eyJ{}.eyJ{}.{}", base(33), base(70), base(43));
    let service_url = format!("https://hooks.example.com/services/T{}/B{}/{}", base(8), base(8), base(24));
    let url = format!("postgres://admin:{}@db.example.com/app", base(32));
    let connection = format!("Endpoint=sb://x.example.net/;SharedAccessKey={}=;EntityPath=q", base(43));
    let prefixed = format!("{}_{}", "ghp", base(36));
    let pem = format!("-----BEGIN {} KEY-----{}-----END", "PRIVATE", base(200));
    let insecure = format!("django-insecure-{}", random.of(BASE36, 50));
    for value in [uuid, jwt, service_url, url, connection, prefixed, pem, insecure] {
        assert_eq!(of(value.as_bytes()), Strong, "{value}");
    }
}

#[test]
fn what_a_person_could_think_of_is_weak() {
    for value in WEAK.lines() {
        assert_eq!(of(value.as_bytes()), Weak, "{value}");
    }
}

#[test]
fn what_is_random_around_a_weak_password_does_not_make_it_strong() {
    let host = Random::new("host").of(BASE36, 40);
    for password in ["Summer2024!", "with/slash-and-words"] {
        let url = format!("postgres://admin:{password}@{host}.rds.example.com/app");
        let server = format!("Server=tcp:{host}.example.net;User={host};Password={password};Encrypt=true");
        assert_eq!(of(url.as_bytes()), Weak);
        assert_eq!(of(server.as_bytes()), Weak);
    }
}

#[test]
fn an_encoding_of_a_weak_value_is_weak() {
    let plain = b"admin:Summer2024!-and-some-more-words";
    let once = STANDARD_NO_PAD.encode(plain);
    let twice = STANDARD_NO_PAD.encode(&once);
    let in_hex = super::super::identity::hex(plain);
    for value in [once.clone(), twice, in_hex, format!("{once}=="), once.replace('+', "-").replace('/', "_")]
    {
        assert_eq!(of(value.as_bytes()), Weak, "{value}");
    }
    let random = Random::new("inner").of(BASE62, 40);
    assert_eq!(of(STANDARD_NO_PAD.encode(format!("user:{random}")).as_bytes()), Strong);
}

#[test]
fn a_long_value_is_judged_in_bounded_time() {
    assert_eq!(of(&vec![b'a'; 1 << 20]), Weak);
    assert_eq!(of(Random::new("long").of(BASE62, 1 << 20).as_bytes()), Strong);
}

/// One a line: a list of strings reads like names and values.
const WEAK: &str = "
hunter2
Summer2024!
correct-horse-battery-staple
my-very-long-database-password
MyVeryLongDatabasePasswordForProduction2024
thisisaverylongpasswordwithoutspaces
P@ssw0rd123456789012345
Tr0ub4dor&3-C0rrect-H0rse-B4ttery
Pa$$w0rd-Pa$$w0rd-Pa$$w0rd
aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
0123456789abcdef0123456789abcdef
abcdefghijklmnopqrstuvwxyz0123456789
qwertyuiopasdfghjklzxcvbnm
1qaz2wsx3edc4rfv5tgb6yhn
a1b2c3d4e5f6g7h8i9j0k1l2m3n4
00000000-0000-0000-0000-000000000000
12345678-1234-1234-1234-123456789abc
deadbeefdeadbeefdeadbeefdeadbeef
summer2024autumn2025winter2026spring2027
postgres_production_db_pwd_2024!
changeme-changeme-changeme-changeme
SuperSecretKeyThatNobodyKnows!!
31415926535897932384626433832795
IchHabeEinSehrLangesPasswort123
contraseña-muy-larga-de-mi-empresa
to be or not to be that is the question
dev-secret-key-do-not-use-in-production
your-256-bit-secret-key-goes-here-1234
1985-03-12-0612345678-1234567890
+49 30 1234567 +49 171 9876543
correcthorsebatterystaplecorrecthorse
django-insecure-development-only-key
KubernetesIsGreat2023ForEveryone!
ThereIsNoPlaceLike127.0.0.1!
jan01feb02mar03apr04may05jun06
the-quick-brown-fox-jumps-over-the-lazy-dog
";
