//! The secrets that stand in corpora: templates of values with the names that they are given to.

use leaklint::rule::template::expand;

use super::phrase::Phrases;

/// Tokens: their shape names them.
const TOKENS: &[(&str, &str)] = &[
    ("GITHUB_TOKEN", "${github_checksum:ghp_}"),
    ("STRIPE_SECRET_KEY", "sk_live_${alnum:24}"),
    ("GITLAB_TOKEN", "glpat-${alnum:20}"),
    ("ID_TOKEN", "${jwt}"),
];

/// Values that only their name or place makes secrets.
const VALUES: &[(&str, &str)] = &[
    ("DB_PASSWORD", "${password}"),
    ("DATABASE_URL", "postgres://service:${alnum:18}@db.internal.net:5432/main"),
    ("CLIENT_SECRET", "${alnum:40}"),
    ("SIGNING_KEY", "${hex:64}"),
];

/// Adds a row with a secret and says where the value begins and ends. With `assignments`, every other one is a token.
pub(super) fn add(row: &str, assignments: bool, phrases: &mut Phrases, out: &mut Vec<u8>) -> (usize, usize) {
    let named = assignments && phrases.below(2) == 0;
    let choice = if named { VALUES } else { TOKENS };
    let (name, template) = choice[phrases.below(choice.len())];
    let value = expand(template, phrases.seed()).expect("the templates above are valid");
    let (before, behind) = row.split_once("VALUE").expect("a row with a secret has a place for it");
    phrases.add(&before.replace("NAME", name), out);
    let start = out.len();
    out.extend_from_slice(value.as_bytes());
    let end = out.len();
    phrases.add(behind, out);
    (start, end)
}
