//! Every technique on values that are right, wrong and hostile.

mod keys;

use proptest::prelude::*;

use super::*;
use crate::rule::{builtin, template};

/// Values that each example is tried with.
const SEEDS: u64 = 40;

/// What each technique proves on sound values: the name, a template of a value, and the verdict.
const SOUND: [(&str, &str, Verified); 31] = [
    ("github-checksum", "${github_checksum:ghp_}", Verified::Checksum),
    ("npm-checksum", "${github_checksum:npm_}", Verified::Checksum),
    ("grafana-checksum", "${grafana_checksum:glsa_}", Verified::Checksum),
    ("gitlab-routable", "${gitlab_routable:glpat-}", Verified::Checksum),
    ("gitlab-routable", "glrt-${gitlab_routable:t1_}", Verified::Checksum),
    ("gitlab-routable", "glpat-${alnum:20}", Verified::None),
    ("bech32", "${bech32:nsec}", Verified::Checksum),
    ("bech32", "${bech32:AGE-SECRET-KEY-}", Verified::Checksum),
    ("nkey-seed", "${nkey:U}", Verified::Checksum),
    ("nkey-seed", "${nkey:O}", Verified::Checksum),
    ("stellar-seed", "${stellar_seed}", Verified::Checksum),
    ("macaroon", "pypi-${macaroon:pypi.org}", Verified::Structure),
    ("jwt", "${jwt}", Verified::Structure),
    ("jwt", "ghs_${digits:6}_${jwt}", Verified::Structure),
    ("jwt", "glcbt-64_${alnum:20}", Verified::None),
    ("key-bytes", "${base64:44}", Verified::Structure),
    ("key-bytes", "${base64url:43}=", Verified::Structure),
    ("key-bytes", "base64:${base64:24}", Verified::Structure),
    ("key-bytes", "${hex:32}", Verified::Structure),
    ("azure-key", "${base64:88}", Verified::Structure),
    ("aws-account", "AKIA${base32:16}", Verified::None),
    (
        "aws-bedrock-key",
        "ABSK${base64_of:BedrockAPIKey-${lower:4}-at-${digits:12}:${base64:44}}",
        Verified::Structure,
    ),
    (
        "sentry-payload",
        r#"sntrys_${base64_of:{"url":"https://sentry.io","org":"acme"}}_${alnum:43}"#,
        Verified::Structure,
    ),
    (
        "grafana-payload",
        r#"glc_${base64_of:{"o":"7","n":"ci","k":"${alnum:24}","m":{"r":"eu"}}}"#,
        Verified::Structure,
    ),
    (
        "mapbox-payload",
        r#"sk.${base64url_of:{"u":"acme","a":"${lower:25}"}}.${alnum:22}"#,
        Verified::Structure,
    ),
    ("private-key", "${pem:RSA PRIVATE KEY}", Verified::Structure),
    ("private-key", "${pem_escaped:PRIVATE KEY}", Verified::Structure),
    ("private-key", "${pem:EC PRIVATE KEY}", Verified::Structure),
    ("private-key", "${pem:ENCRYPTED PRIVATE KEY}", Verified::Structure),
    ("private-key", "${pem:OPENSSH PRIVATE KEY}", Verified::Structure),
    ("private-key", "${pem:PGP PRIVATE KEY BLOCK}", Verified::Structure),
];

/// The proof `name` on the part of `text` that `value` is.
fn run(name: &str, text: &str, value: &str) -> Proof {
    let start = text.find(value).expect("the value stands in the text");
    let (_, technique) = TECHNIQUES.iter().find(|(known, _)| *known == name).expect("there is such a proof");
    technique(Evidence { text: text.as_bytes(), value: Span::new(start, start + value.len()) })
}

fn alone(name: &str, value: &str) -> Proof {
    run(name, value, value)
}

fn made(template: &str, seed: u64) -> String {
    template::expand(template, seed).expect("the template is sound")
}

/// Another letter or digit in the place of the one at `at`, or the next place that has one.
fn changed(value: &str, at: usize) -> String {
    let mut bytes = value.as_bytes().to_vec();
    let at = (at..bytes.len()).find(|&at| bytes[at].is_ascii_alphanumeric()).expect("a letter or digit");
    bytes[at] = if bytes[at] == b'q' { b'p' } else { b'q' };
    String::from_utf8(bytes).expect("ASCII")
}

#[test]
fn every_name_has_a_technique_and_every_technique_a_rule() {
    assert_eq!(TECHNIQUES.map(|(name, _)| name), PROOFS);
    assert!(PROOFS.is_sorted(), "in the order of the alphabet");
    let used: Vec<&str> = builtin().iter().filter_map(|rule| rule.proof.as_deref()).collect();
    for name in PROOFS {
        assert!(used.contains(&name), "no rule names {name}");
    }
}

#[test]
fn sound_values_are_proven() {
    for (name, template, verified) in SOUND {
        for seed in 0..SEEDS {
            let proof = alone(name, &made(template, seed));
            assert_eq!(proof.verified, verified, "{name} {template} {seed}");
        }
    }
}

#[test]
fn one_wrong_character_breaks_a_checksum() {
    for (name, template, _) in SOUND.iter().filter(|(_, _, verified)| *verified == Verified::Checksum) {
        for seed in 0..SEEDS {
            let value = made(template, seed);
            // Somewhere behind the prefix.
            let at = value.len() / 2 + seed as usize % 8;
            let proof = alone(name, &changed(&value, at));
            assert_eq!((proof.verified, proof.expires), (Verified::Failed, None), "{name} {template} {seed}");
        }
    }
}

#[test]
fn what_is_cut_or_broken_is_no_structure() {
    let cut = |template: &str| {
        let value = made(template, 1);
        value[..value.len() * 2 / 3].to_owned()
    };
    for (name, value) in [
        ("key-bytes", "${base64:44}"),
        ("azure-key", "${base64:88}"),
        ("macaroon", "pypi-${macaroon:pypi.org}"),
        ("jwt", "${base64url_of:{\"alg\":\"HS256\"}}.${base64url_of:{\"sub\":1}"),
        ("private-key", "${pem:RSA PRIVATE KEY}"),
        ("private-key", "${pem:PRIVATE KEY}"),
        ("private-key", "${pem:EC PRIVATE KEY}"),
        ("private-key", "${pem:ENCRYPTED PRIVATE KEY}"),
        ("private-key", "${pem:OPENSSH PRIVATE KEY}"),
        ("private-key", "${pem:PGP PRIVATE KEY BLOCK}"),
    ] {
        assert_eq!(
            alone(name, &cut(&format!("{value}{}", if name == "jwt" { "}" } else { "" }))).verified,
            Verified::Failed,
            "{name} {value}"
        );
    }
    for (name, template) in [
        ("jwt", r#"${base64url_of:{"alg":"none"}}.${base64url_of:{"sub":"a"}}.${base64url:43}"#),
        ("jwt", r#"${base64url_of:{"typ":"JWT"}}.${base64url_of:{"sub":"a"}}.${base64url:43}"#),
        ("jwt", r#"${base64url_of:{"alg":"HS256"}}.${base64url_of:[1,2,3,4,5,6]}.${base64url:43}"#),
        ("jwt", r#"${jwt}.${base64url:43}"#),
        ("key-bytes", "${base64url:42}"),
        ("key-bytes", "${alnum:42}q="),
        ("mapbox-payload", r#"sk.${base64url_of:{"a":"${lower:25}"}}.${alnum:22}"#),
        ("sentry-payload", "sntrys_eyJ${alnum:157}_${alnum:43}"),
        ("grafana-payload", "glc_eyJ${alnum:130}"),
        ("aws-bedrock-key", "ABSKQmVkcm9ja0FQSUtleS1${alnum:109}"),
        ("aws-bedrock-key", "bedrock-api-key-${base64_of:bedrock.amazonaws.com/?Version=1}"),
        ("nkey-seed", "${stellar_seed}"),
        ("stellar-seed", "${nkey:U}"),
    ] {
        assert_eq!(alone(name, &made(template, 3)).verified, Verified::Failed, "{name} {template}");
    }
}

#[test]
fn a_checksum_of_unstated_extent_proves_and_never_fails() {
    let body = made("ATATT3xFfGF0${base64url:100}=", 4);
    let sum = crc32fast::hash(body.as_bytes());
    for (name, value) in [
        ("atlassian-checksum", format!("{body}{sum:08X}")),
        (
            "atlassian-checksum",
            format!("{body}{:08X}", crc32fast::hash(body.trim_end_matches('=').as_bytes())),
        ),
        (
            "cloudflare-checksum",
            format!("cfut_{body}{:08x}", crc32fast::hash(body.trim_end_matches('=').as_bytes())),
        ),
    ] {
        assert_eq!(alone(name, &value).verified, Verified::Checksum, "{name}");
        assert_eq!(alone(name, &changed(&value, 30)).verified, Verified::None, "{name}");
    }
}

#[test]
fn a_gitlab_token_says_whose_it_is() {
    // `o:1` and `u:zik0zj`, 2147483647 in base 36.
    let lines = b"o:1\nu:zik0zj";
    let bytes = [&[7_u8; 16][..], lines, &[lines.len() as u8]].concat();
    let payload = base64::Engine::encode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, bytes);
    let digits = |mut number: u32, length: usize| {
        let mut text = Vec::new();
        for _ in 0..length {
            text.insert(0, b"0123456789abcdefghijklmnopqrstuvwxyz"[number as usize % 36]);
            number /= 36;
        }
        String::from_utf8(text).unwrap()
    };
    for version in ["01.", ""] {
        let head = format!("glpat-{payload}.{version}{}", digits(payload.len() as u32, 2));
        let token = format!("{head}{}", digits(crc32fast::hash(head.as_bytes()), 7));
        let proof = alone("gitlab-routable", &token);
        assert_eq!(proof.verified, Verified::Checksum);
        assert_eq!(proof.subject, ["GitLab organization 1", "GitLab user 2147483647"]);
    }
}

#[test]
fn bitcoin_keys_have_their_checksum() {
    use sha2::{Digest as _, Sha256};
    let key = [&[0x80][..], &[9; 32], &[1]].concat();
    let sum = Sha256::digest(Sha256::digest(&key));
    let value = bs58::encode([&key[..], &sum[..4]].concat()).into_string();
    let proof = alone("base58check", &value);
    assert_eq!((proof.verified, proof.subject), (Verified::Checksum, vec!["Bitcoin mainnet key".to_owned()]));
    assert_eq!(alone("base58check", &changed(&value, 20)).verified, Verified::Failed);
    assert_eq!(alone("base58check", &"1".repeat(5000)).verified, Verified::Failed);
}

#[test]
fn what_a_web_token_claims_is_its_subject() {
    let value = made(
        r#"${base64url_of:{"alg":"ES256"}}.${base64url_of:{"iss":"supabase","ref":"abcd","role":"anon","aud":["a","b"],"sub":"x	y","exp":1672617600}}.${base64url:86}"#,
        1,
    );
    // A tabulator is no JSON; what is no JSON claims nothing.
    assert_eq!(alone("jwt", &value).subject, ["algorithm ES256"]);
    let value = made(
        r#"${base64url_of:{"alg":"ES256"}}.${base64url_of:{"iss":"supabase","ref":"abcd","role":"anon","aud":["a","b"],"sub":"x\u0007y","exp":1672617600}}.${base64url:86}"#,
        1,
    );
    let proof = alone("jwt", &value);
    let expected =
        ["issuer supabase", "subject xy", "audience a", "role anon", "project abcd", "algorithm ES256"];
    assert_eq!(proof.subject, expected);
    assert_eq!(proof.expires.unwrap().to_string(), "2023-01-02T00:00:00Z");
    for exp in ["1e300", "-1e300", "1672617600000", "\"soon\"", "null"] {
        let claims = format!("{{\"exp\":{exp}}}");
        let value = made(
            &format!("${{base64url_of:{{\"alg\":\"HS256\"}}}}.${{base64url_of:{claims}}}.${{base64url:43}}"),
            1,
        );
        assert_eq!(alone("jwt", &value).expires, None, "{exp}");
    }
}

#[test]
fn an_aws_id_says_its_account_and_a_presigned_key_its_end() {
    // 123456789012 in bits 1 to 40, ones elsewhere.
    let bits: u128 = 1 << 79 | 123_456_789_012 << 39 | ((1 << 39) - 1);
    let id: String = (0..16)
        .map(|place| {
            char::from(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[(bits >> (75 - 5 * place)) as usize & 31])
        })
        .collect();
    let proof = alone("aws-account", &format!("AKIA{id}"));
    assert_eq!(
        (proof.verified, proof.subject),
        (Verified::None, vec!["AWS account 123456789012".to_owned()])
    );
    assert!(
        alone("aws-account", &["AKIA", "IOSFODNN7EXAMPLE"].concat()).subject.is_empty(),
        "older ids have no account"
    );
    let key = made(
        &format!(
            "bedrock-api-key-${{base64_of:bedrock.amazonaws.com/?Action=CallWithBearerToken&X-Amz-Credential=ASIA{id}%2F20260102%2Feu-west-1%2Fbedrock%2Faws4_request&X-Amz-Date=20260102T030405Z&X-Amz-Expires=43200&X-Amz-Signature=0&Version=1}}"
        ),
        1,
    );
    let proof = alone("aws-bedrock-key", &key);
    let expected =
        [format!("access key id ASIA{id}"), "AWS account 123456789012".into(), "region eu-west-1".into()];
    assert_eq!((proof.verified, proof.subject), (Verified::Structure, expected.to_vec()));
    assert_eq!(proof.expires.unwrap().to_string(), "2026-01-02T15:04:05Z");
    let long = made("ABSK${base64_of:BedrockAPIKey-abcd-at-123456789012:${base64:44}}", 1);
    let expected = ["AWS account 123456789012", "credential BedrockAPIKey-abcd-at-123456789012"];
    assert_eq!(alone("aws-bedrock-key", &long).subject, expected);
}

#[test]
fn a_shared_access_signature_says_for_what_and_until_when() {
    let sig = made("${percent_base64:44}", 2);
    let text = format!(
        "\"https://acme.blob.core.windows.net/backup?sv=2022-11-02&ss=b&srt=co&sp=rwdl&amp;se=2030-01-01T00%3A00%3A00Z&sig={sig}\""
    );
    let proof = run("azure-sas", &text, &sig);
    let expected =
        ["host acme.blob.core.windows.net", "resource b", "permissions rwdl", "version 2022-11-02"];
    assert_eq!((proof.verified, proof.subject), (Verified::Structure, expected.map(str::to_owned).to_vec()));
    assert_eq!(proof.expires.unwrap().to_string(), "2030-01-01T00:00:00Z");
    let text = format!("SharedAccessSignature sr=sb%3A%2F%2Facme&sig={sig}&se=1672617600&skn=send");
    let proof = run("azure-sas", &text, &sig);
    assert_eq!(
        (proof.verified, proof.subject),
        (Verified::Structure, vec!["resource sb://acme".into(), "policy send".into()])
    );
    assert_eq!(proof.expires.unwrap().to_string(), "2023-01-02T00:00:00Z");
    for end in ["2030-01-01", "2030-01-01T00:00Z"] {
        let proof = run("azure-sas", &format!("?sv=2022-11-02\\u0026se={end}\\u0026sig={sig}"), &sig);
        assert_eq!(proof.expires.unwrap().to_string(), "2030-01-01T00:00:00Z", "{end}");
    }
    assert_eq!(
        run("azure-sas", &format!("https://example.com/?sig={sig}&a=1"), &sig).verified,
        Verified::Failed
    );
}

#[test]
fn a_connection_string_says_which_account() {
    let key = made("${base64:88}", 5);
    let text = format!(
        "x='DefaultEndpointsProtocol=https;AccountName=acme1;AccountKey={key};EndpointSuffix=core.windows.net'"
    );
    let proof = run("azure-connection-string", &text, &key);
    assert_eq!((proof.verified, proof.subject), (Verified::Structure, vec!["account acme1".to_owned()]));
    let text = format!(
        "Endpoint=sb://acme.servicebus.windows.net/;SharedAccessKeyName=Root;SharedAccessKey={key};EntityPath=q"
    );
    let expected = ["endpoint sb://acme.servicebus.windows.net/", "policy Root", "entity q"];
    assert_eq!(run("azure-connection-string", &text, &key).subject, expected);
    let text = format!("acme.redis.cache.windows.net:6380,password={key},ssl=True");
    assert_eq!(
        run("azure-connection-string", &text, &key).subject,
        ["host acme.redis.cache.windows.net:6380"]
    );
    let wrong = key.replace("==", "");
    let wrong = format!("{}r==", &wrong[..85]);
    assert_eq!(
        run("azure-connection-string", &format!("AccountName=a;AccountKey={wrong}"), &wrong).verified,
        Verified::Failed
    );
}

#[test]
fn a_service_account_is_named_beside_its_private_key() {
    let key = made("${pem_escaped:PRIVATE KEY}", 1);
    let id = "ab12".repeat(10);
    let object = format!(
        r#"[{{"client_email":"no@x"}}, {{"project_id":"acme","private_key_id":"{id}","private_key":"{key}\n","client_email":"ci@acme","x":{{}}}}, {{"client_email":"no@x"}}]"#
    );
    let expected = ["project acme".to_owned(), "service account ci@acme".into(), format!("key id {id}")];
    for text in [object.clone(), object.replace('"', "\\\"")] {
        let proof = run("private-key", &text, &key);
        assert_eq!(proof.verified, Verified::Structure);
        assert_eq!(proof.subject[2..], expected, "{:?}", proof.subject);
    }
    let beside = format!("{{\"client_email\":\"ci@acme\",\"certificate\":\"{key}\"}}");
    assert_eq!(run("private-key", &beside, &key).subject.len(), 2, "the key of something else");
}

#[test]
fn a_macaroon_says_where_for_what_and_until_when() {
    let field = |kind: u8, bytes: &[u8]| [&[kind, bytes.len() as u8], bytes].concat();
    let caveats =
        [&b"[1, [\"alpha\", \"beta\"]]"[..], b"[0, 1672617600, 0]", b"[0, 1900000000, 0]", b"free text"];
    let caveats: Vec<u8> = caveats.iter().flat_map(|caveat| [field(2, caveat), vec![0]].concat()).collect();
    let bytes =
        [vec![2], field(1, b"pypi.org"), field(2, b"id"), vec![0], caveats, vec![0], field(6, &[1; 32])]
            .concat();
    let text = base64::Engine::encode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, bytes);
    let proof = alone("macaroon", &format!("pypi-{text}"));
    let expected = ["location pypi.org", "projects alpha beta"].map(str::to_owned).to_vec();
    assert_eq!((proof.verified, proof.subject), (Verified::Structure, expected));
    assert_eq!(proof.expires.unwrap().to_string(), "2023-01-02T00:00:00Z");
}

proptest! {
    #[test]
    fn nothing_panics_and_nothing_random_has_a_checksum(bytes in proptest::collection::vec(any::<u8>(), 0..200), at in 0..200_usize) {
        let start = at.min(bytes.len());
        for (name, technique) in TECHNIQUES {
            let proof = technique(Evidence { text: &bytes, value: Span::new(start, bytes.len()) });
            prop_assert_ne!(proof.verified, Verified::Checksum, "{}", name);
        }
    }

    #[test]
    fn nothing_panics_on_what_is_nearly_right(index in 0..SOUND.len(), seed: u64, cut in 0..400_usize, flips in proptest::collection::vec((any::<usize>(), any::<u8>()), 0..4)) {
        let (name, template, _) = SOUND[index];
        let mut bytes = made(template, seed).into_bytes();
        for (at, byte) in flips {
            let length = bytes.len();
            bytes[at % length] = byte;
        }
        bytes.truncate(bytes.len().saturating_sub(cut.saturating_sub(200)).max(1));
        let (_, technique) = TECHNIQUES.iter().find(|(known, _)| *known == name).unwrap();
        let proof = technique(Evidence { text: &bytes, value: Span::new(0, bytes.len()) });
        for fact in &proof.subject {
            prop_assert!(fact.chars().count() < 160 && !fact.contains(char::is_control), "{}", name);
        }
    }
}
