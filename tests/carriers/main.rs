//! Every carrier that a value may be given in, one small file each: what is found where, and what is not found.
//! Values are expanded from the rules' templates, so none stands here.

mod commands;
#[path = "../common/mod.rs"]
mod common;
mod containers;
mod deployment;
mod exports;
mod files;
mod functions;
mod inputs;
mod names;
mod registries;
mod rows;
mod sql;

use std::collections::BTreeMap;

use common::Repo;
use leaklint::rule::template;

/// File name, its text as a template, and the lines with findings: rule and line.
type Case = (&'static str, &'static str, &'static [(&'static str, u64)]);

const PASSWORD: &str = "password-assignment";
const SECRET: &str = "secret-assignment";

/// Scans all cases at once, each in a directory of its own, with values of three seeds.
fn check(cases: &[Case]) {
    for seed in 0..3 {
        let repo = Repo::new();
        for (at, (name, text, _)) in cases.iter().enumerate() {
            repo.write(format!("c{at}/{name}"), template::expand(text, seed).expect("a valid template"));
        }
        let findings = repo.leaklint().args(["scan", "--no-ignore"]).findings();
        let mut found: BTreeMap<&str, Vec<(&str, u64)>> = BTreeMap::new();
        for finding in &findings {
            found.entry(&finding.path).or_default().push((&finding.rule_id, finding.start_line));
        }
        let wrong: Vec<String> = cases
            .iter()
            .enumerate()
            .filter_map(|(at, (name, text, expected))| {
                let found = found.get(format!("c{at}/{name}").as_str()).map_or(&[][..], Vec::as_slice);
                (found != *expected)
                    .then(|| format!("{name}: {text}  expected {expected:?}, found {found:?}"))
            })
            .collect();
        assert!(wrong.is_empty(), "seed {seed}, {} of {}:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
    }
}

#[test]
fn values_are_found_in_every_carrier() {
    check(
        &[
            names::FOUND,
            commands::FOUND,
            containers::FOUND,
            functions::FOUND,
            inputs::FOUND,
            sql::FOUND,
            files::FOUND,
            rows::FOUND,
            registries::FOUND,
            deployment::FOUND,
            exports::FOUND,
        ]
        .concat(),
    );
}

#[test]
fn what_only_reads_like_a_value_is_not_found() {
    check(
        &[
            names::NOT_FOUND,
            commands::NOT_FOUND,
            containers::NOT_FOUND,
            functions::NOT_FOUND,
            inputs::NOT_FOUND,
            sql::NOT_FOUND,
            files::NOT_FOUND,
            rows::NOT_FOUND,
            registries::NOT_FOUND,
            deployment::NOT_FOUND,
            exports::NOT_FOUND,
        ]
        .concat(),
    );
}

/// Carriers that say who signs in where: file name, text, and the first finding's subject.
const SUBJECTS: &[(&str, &str, &[&str])] = &[
    (
        "config.json",
        "{\"auths\": {\"registry.acme.io\": {\"auth\": \"${base64_of:ann:${alnum:18}}\"}}}\n",
        &["user ann", "registry registry.acme.io"],
    ),
    (
        ".dockercfg",
        "{\"https://index.docker.io/v1/\": {\"email\": \"a@acme.io\", \"auth\": \"${base64_of:ann:${alnum:18}}\"}}\n",
        &["user ann", "registry https://index.docker.io/v1/"],
    ),
    (".npmrc", "_auth=${base64_of:ann:${alnum:18}}\n", &["user ann"]),
    (
        ".npmrc",
        "a=b\n//npm.acme.io/:_auth=${base64_of:ann:${alnum:18}}\n",
        &["user ann", "registry npm.acme.io"],
    ),
    (".pgpass", "db.acme.io:5432:*:app:${alnum:14}\n", &["user app"]),
    ("a.java", "u = \"jdbc:oracle:thin:app/${alnum:14}@db.acme.io:1521:X\";\n", &["user app"]),
];

#[test]
fn who_signs_in_is_said() {
    let repo = Repo::new();
    for (at, (name, text, _)) in SUBJECTS.iter().enumerate() {
        repo.write(format!("c{at}/{name}"), template::expand(text, 5).expect("a valid template"));
    }
    let findings = repo.leaklint().args(["scan", "--no-ignore"]).findings();
    for (at, (name, _, subject)) in SUBJECTS.iter().enumerate() {
        let path = format!("c{at}/{name}");
        let found = findings.iter().find(|finding| finding.path == path).map(|finding| &finding.subject[..]);
        assert_eq!(found.unwrap_or_default(), *subject, "{path}");
    }
}
