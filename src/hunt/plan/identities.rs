//! Authors, committers and taggers whose names or addresses hold a value, as a mailmap.
//!
//! Stands apart because a mailmap cannot say everything: a `#` begins a comment and an address ends at `>`. What it cannot
//! say is left to callbacks.

use std::collections::BTreeSet;

use zeroize::Zeroizing;

use crate::hunt::hit::{Hunted, Part};
use crate::hunt::needles::Needles;
use crate::source::object::Kind;
use crate::source::repository::Repo;

/// How identities are rewritten.
#[derive(Default)]
pub(super) struct Identities {
    /// Lines of gitmailmap(5): the new name and address, then the old ones.
    pub(super) mailmap: Zeroizing<Vec<u8>>,
    /// There are identities that no mailmap can name.
    pub(super) others: bool,
}

/// The identities that hold a value, from the objects in which it was found.
pub(super) fn find(repo: &Repo, needles: &Needles, hunted: &Hunted) -> Identities {
    let is_identity = |part: Part| matches!(part, Part::Author | Part::Committer | Part::Tagger);
    let objects: BTreeSet<_> =
        hunted.hits.iter().filter(|hit| is_identity(hit.part)).filter_map(|hit| hit.object).collect();
    let mut old: BTreeSet<Vec<u8>> = BTreeSet::new();
    for id in objects {
        let Ok((Kind::Commit | Kind::Tag, data)) = repo.objects().read(&id, u64::MAX) else { continue };
        for line in data.split(|&byte| byte == b'\n').take_while(|line| !line.is_empty()) {
            let starts: [&[u8]; 3] = [b"author ", b"committer ", b"tagger "];
            let Some(rest) = starts.iter().find_map(|start| line.strip_prefix(*start)) else { continue };
            let end = memchr::memrchr(b'>', rest).map_or(rest.len(), |at| at + 1);
            if !needles.search(&rest[..end]).found.is_empty() {
                old.insert(rest[..end].to_vec());
                // The tools read a commit in another encoding as UTF-8; the others are mostly ISO 8859-1.
                let latin = rest[..end].iter().map(|&byte| char::from(byte)).collect::<String>();
                if std::str::from_utf8(&rest[..end]).is_err() {
                    old.insert(latin.into_bytes());
                }
            }
        }
    }
    let mut identities = Identities::default();
    for old in old {
        let old = Zeroizing::new(old);
        match line(&old, needles) {
            Some(line) => identities.mailmap.extend_from_slice(&line),
            None => identities.others = true,
        }
    }
    identities
}

/// One line, unless a part of the identity means something else in a mailmap.
fn line(old: &[u8], needles: &Needles) -> Option<Zeroizing<Vec<u8>>> {
    let (name, mail) = old.split_at(memchr::memchr(b'<', old)?);
    let mail = mail.strip_prefix(b"<")?.strip_suffix(b">")?;
    let name = name.trim_ascii();
    let special = |byte: &u8| b"#<>\r\n".contains(byte);
    if name.is_empty() || mail.is_empty() || name.iter().chain(mail).any(special) {
        return None;
    }
    let new = |text: &[u8]| needles.masked(text, |found| super::stand_in(found.value));
    let mut line = Zeroizing::new(format!("{} <{}> ", new(name), new(mail)).into_bytes());
    line.extend_from_slice(name);
    line.extend_from_slice(b" <");
    line.extend_from_slice(mail);
    line.extend_from_slice(b">\n");
    Some(line)
}
