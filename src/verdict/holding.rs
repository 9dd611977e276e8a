//! What a file's name says that the file holds as a whole: one secret, one password, or lines of accounts. Such files
//! name nothing inside.

use crate::detect::{Account, Assignment, Match, Operator, Quote};
use crate::rule::Confidence;

use super::name::{Says, says};
use super::path::PathFacts;
use super::value::looks_generated;
use super::{Reason, Verdict, placeholder, position, proven, reference};

/// The one word that a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Whole {
    /// Generated: `prod.secret`, `secrets/x`, `api_token.txt`, `config/master.key`.
    Secret,
    /// Perhaps chosen: `.vault_pass`, `db_password.txt`.
    Password,
}

/// What the file at `path` with this `name`, both in lower case, may hold as its only word.
pub(super) fn whole(path: &str, name: &str) -> Option<Whole> {
    // The only word of a file of accounts is user and password.
    if lines(name).is_some() {
        return None;
    }
    let stem = name.trim_start_matches('.').split('.').next().unwrap_or(name);
    let directory = path.rsplit('/').nth(1);
    let said = says(stem.as_bytes()).0;
    let secret = name.ends_with(".secret")
        // Rails keeps its keys so, and other frameworks theirs.
        || name.ends_with(".key") && !name.contains("pub")
        || matches!(directory, Some("secrets" | ".secrets" | "secret"))
        || said >= Says::Issued;
    // Erlang's nodes trust each other by twenty capitals.
    let password = said == Says::Password || name.ends_with(".pass") || name == ".erlang.cookie";
    match (password, secret) {
        (true, _) => Some(Whole::Password),
        (false, true) => Some(Whole::Secret),
        (false, false) => None,
    }
}

/// What the lines of the file with this `name`, in lower case, are.
pub(super) fn lines(name: &str) -> Option<Account> {
    let is = |names: &[&str]| names.contains(&name);
    if is(&["pgpass", ".pgpass", "_pgpass", "pgpass.conf"]) {
        Some(Account::Pgpass)
    } else if name.starts_with("chap-secrets") || name.starts_with("pap-secrets") {
        Some(Account::Chap)
    } else if name.contains("htpasswd")
        || is(&[
            "passwd",
            ".passwd",
            "passwd-s3fs",
            ".passwd-s3fs",
            "passwords.txt",
            "creds.txt",
            "credentials.txt",
        ])
        || is(&["rsyncd.secrets", "users.passwd", "logins.txt"])
    {
        Some(Account::Colon)
    } else {
        None
    }
}

/// Judges a file of one word.
pub(super) fn judge_whole(text: &[u8], m: &Match, path: PathFacts, confidence: Confidence) -> Verdict {
    let value = m.value.of(text);
    let reason = match path.whole {
        None => Some(Reason::NoName),
        Some(Whole::Password) => position::no_password(m, value, literal(m), path),
        Some(Whole::Secret) if reference::is_reference(value) => Some(Reason::Reference),
        Some(Whole::Secret) if placeholder::is_placeholder(value, &[]) => Some(Reason::Placeholder),
        Some(Whole::Secret) => (!looks_generated(value)).then_some(Reason::NotGenerated),
    };
    reason.map_or_else(|| Verdict::Kept(proven(m, confidence)), Verdict::Dropped)
}

/// Judges the password on a line of accounts.
pub(super) fn judge_line(
    text: &[u8],
    m: &Match,
    account: Account,
    path: PathFacts,
    confidence: Confidence,
) -> Verdict {
    let value = m.value.of(text);
    let reason = if path.lines != Some(account) {
        Some(Reason::NoName)
    } else if account == Account::Colon && is_crypt(value) {
        Some(Reason::Digest)
    } else {
        position::no_password(m, value, literal(m), path)
    };
    reason.map_or_else(|| Verdict::Kept(proven(m, confidence)), Verdict::Dropped)
}

/// Such files know no quotes and no references.
fn literal(m: &Match) -> Assignment {
    Assignment { operator: Operator::Colon, quote: Quote::Quoted, line: m.value }
}

/// Thirteen characters of crypt(3)'s first form.
fn is_crypt(value: &[u8]) -> bool {
    value.len() == 13 && value.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_what_files_hold() {
        let cases = [
            ("config/master.key", Some(Whole::Secret)),
            ("config/credentials/production.key", Some(Whole::Secret)),
            ("secrets/x", Some(Whole::Secret)),
            ("api_token.txt", Some(Whole::Secret)),
            (".vault_pass", Some(Whole::Password)),
            ("home/.erlang.cookie", Some(Whole::Password)),
            ("readme.txt", None),
        ];
        for (path, expected) in cases {
            assert_eq!(whole(path, path.rsplit('/').next().unwrap()), expected, "{path}");
        }
        assert_eq!(lines(".pgpass"), Some(Account::Pgpass));
        assert_eq!(lines("prod.htpasswd"), Some(Account::Colon));
        assert_eq!(lines("chap-secrets.bak"), Some(Account::Chap));
        assert_eq!(lines("main.c"), None);
    }
}
