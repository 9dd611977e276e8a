//! The shared harness itself: a wrong generator would make every other test pass for the wrong reason.

mod common;

use common::{Leaklint, Repo, Values};

#[test]
fn the_same_seed_gives_the_same_values_and_another_seed_others() {
    let all = |seed| {
        let mut values = Values::new(seed);
        let (id, key) = values.aws_pair();
        [
            values.github_token(),
            id,
            key,
            values.phx_secret(),
            values.rsa_private_pem(),
            values.human_password(),
        ]
    };
    assert_eq!(all(7), all(7));
    assert_ne!(all(7), all(8));
}

#[test]
fn a_github_token_carries_the_checksum_of_its_body() {
    // Computed here in another way than in the generator: CRC-32 in base 62, most significant digit first.
    let token = Values::new(1).github_token();
    assert_eq!(token.len(), 40);
    let (body, sum) = token[4..].split_at(30);
    let mut crc = u32::MAX;
    for byte in body.bytes() {
        crc ^= u32::from(byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 };
        }
    }
    let digit = |c: char| match c {
        '0'..='9' => u64::from(c) - 48,
        'A'..='Z' => u64::from(c) - 55,
        _ => u64::from(c) - 61,
    };
    assert_eq!(sum.chars().fold(0, |n, c| n * 62 + digit(c)), u64::from(!crc));
}

#[test]
fn values_have_the_lengths_that_their_makers_document() {
    for seed in 0..50 {
        let mut values = Values::new(seed);
        assert_eq!(values.phx_secret().len(), 64);
        assert_eq!(values.fernet_key().len(), 44);
        assert_eq!(values.base64_key().len(), 44);
        assert_eq!(values.token_urlsafe(64).len(), 86);
        assert_eq!(values.uuid().len(), 36);
        assert_eq!(values.gmail_app_password().len(), 16);
        let (id, key) = values.aws_pair();
        assert_eq!((id.len(), key.len()), (20, 40));
        assert_eq!(values.jwt().matches('.').count(), 2);
        assert!(values.rsa_private_pem().lines().all(|line| line.len() <= 64));
    }
}

#[test]
fn the_environment_of_a_run_is_scrubbed() {
    let repo = Repo::plain();
    let run = Leaklint::new(repo.dir()).env("LEAKLINT_TEST_MARK", "1");
    let command = run.command();
    let names: Vec<String> =
        command.get_envs().map(|(name, _)| name.to_string_lossy().into_owned()).collect();
    let known =
        ["GIT_CONFIG_GLOBAL", "GIT_CONFIG_NOSYSTEM", "HOME", "LC_ALL", "LEAKLINT_TEST_MARK", "PATH", "TZ"];
    assert_eq!(names, known);
    assert!(run.home().is_dir());
}

#[test]
fn a_throw_away_repository_makes_the_same_commit_everywhere() {
    let made = || {
        let repo = Repo::new();
        repo.write("dir/a file.txt", "content\n");
        repo.commit("First")
    };
    assert_eq!(made(), made());
}
