//! Where a range of commits begins and ends: names and ids, as a person, a CI system or git's hooks give them, made to
//! commits of one repository.
//!
//! Stands apart from `range.rs`, which lists what lies between: here is decided what counts as already there, and where
//! policy is read from.

use super::ci::CiRange;
use super::object::{Id, Kind};
use super::repository::{Repo, escaped};
use crate::error::Error;

/// A range as it is written: `BASE`, `BASE..HEAD` or `BASE...HEAD`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Range {
    /// Commits reachable from here are not part of it; `None`: from the first commit on.
    pub base: Option<String>,
    /// Commits reachable from here are.
    pub head: String,
    /// Start where `head` branched off `base` (three dots).
    pub from_merge_base: bool,
}

impl Range {
    /// Reads `BASE`, `BASE..HEAD` or `BASE...HEAD`; a missing `HEAD` is `HEAD`, as in git.
    ///
    /// # Errors
    /// When there is no base.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let (base, head, from_merge_base) = match (text.split_once("..."), text.split_once("..")) {
            (Some((base, head)), _) => (base, head, true),
            (None, Some((base, head))) => (base, head, false),
            (None, None) => (text, "HEAD", false),
        };
        if base.is_empty() {
            return Err(Error::Usage {
                message: format!("`{}` names no base", escaped(text)),
                help: Some("write BASE, BASE..HEAD or BASE...HEAD, for example origin/main..HEAD".into()),
            });
        }
        let head = if head.is_empty() { "HEAD" } else { head };
        Ok(Self { base: Some(base.to_owned()), head: head.to_owned(), from_merge_base })
    }
}

/// The ends of a range in a repository.
#[derive(Clone, Debug, Default)]
pub struct Ends {
    /// Commits reachable from these are part of it.
    pub(crate) heads: Vec<Id>,
    /// Commits reachable from these are not.
    pub(crate) without: Vec<Id>,
    /// Where policy is read from; `None`: there is no base.
    pub(crate) base: Option<Id>,
    /// What the net change is measured against.
    pub(crate) fork: Option<Id>,
    /// How many commits the range has, where somebody knows who has them all.
    pub(crate) commits: Option<u64>,
    /// Which setting of a CI system brings what a shallow clone lacks.
    pub(crate) setting: Option<String>,
    /// Annotated tags that come along.
    pub(crate) tags: Vec<Id>,
    /// Trees and files that come along without a commit, each with its ref.
    pub(crate) loose: Vec<(Vec<u8>, Kind, Id)>,
    /// Names of refs that come along.
    pub(crate) names: Vec<Vec<u8>>,
}

impl Ends {
    /// The ends of a range that a person wrote.
    ///
    /// # Errors
    /// When base or head name no commit here, or have no common ancestor where one is asked for.
    pub fn written(repo: &Repo, range: &Range) -> Result<Self, Error> {
        let head = repo.resolve(&range.head)?;
        let base = range.base.as_deref().map(|name| start(repo, name, &head, range)).transpose()?;
        Ok(Self {
            heads: vec![head],
            without: base.into_iter().collect(),
            base,
            fork: base,
            ..Self::default()
        })
    }

    /// The ends of what a CI system says has changed.
    ///
    /// # Errors
    /// When the clone does not hold them; the help names the setting that brings them.
    pub fn told(repo: &Repo, range: &CiRange) -> Result<Self, Error> {
        let Some(head) = &range.head else { return Ok(Self::default()) };
        let setting = Some(range.setting());
        let Some(head) = repo.present(head) else { return Err(missing(repo, head, range)) };
        let known: Vec<Id> = range.known.iter().filter_map(|name| repo.present(name)).collect();
        let base = match range.base.as_deref() {
            Some(name) => match repo.present(name) {
                Some(base) => Some(base),
                // What a forced push replaced is often nowhere to be had. Without it the range is longer.
                None if !known.is_empty() => None,
                None => return Err(missing(repo, name, range)),
            },
            None if known.is_empty() && !range.whole => {
                let name = range.known.first().map_or("the default branch", String::as_str);
                return Err(missing(repo, name, range));
            }
            None => None,
        };
        let without: Vec<Id> = base.into_iter().chain(known).collect();
        let base = without.first().copied();
        let fork = base.map(|base| repo.merge_base(&base, &head).unwrap_or(base));
        Ok(Self {
            heads: vec![head],
            without,
            base,
            fork,
            commits: range.commits,
            setting,
            ..Self::default()
        })
    }

    /// Full id of the commit that policy is read from.
    pub fn base(&self) -> Option<String> {
        self.base.map(|id| id.hex())
    }

    /// Full id of the commit that the range ends with, the first where it has several ends.
    pub fn head(&self) -> Option<String> {
        self.heads.first().map(|id| id.hex())
    }

    /// Full ids of all commits that the range ends with.
    pub fn all_heads(&self) -> Vec<String> {
        self.heads.iter().map(|id| id.hex()).collect()
    }

    /// The error for a range that reaches beyond what a shallow clone holds.
    pub(crate) fn cut_off(&self, repo: &Repo, what: &str) -> Error {
        match &self.setting {
            Some(setting) => cut_off_by(what, setting),
            None => repo.cut_off(what),
        }
    }
}

impl Repo {
    /// The commit that `name` (a full id, or a ref in full) leads to, if it is here.
    pub(crate) fn present(&self, name: &str) -> Option<Id> {
        match Id::from_hex(name.as_bytes()) {
            Some(id) => match self.peel(id) {
                Ok((Kind::Commit, commit)) => Some(commit),
                _ => None,
            },
            None => self.resolve(name).ok(),
        }
    }
}

fn cut_off_by(what: &str, setting: &str) -> Error {
    Error::Git {
        message: what.to_owned(),
        help: Some(format!("this clone is shallow. Fetch more of the history: {setting}")),
    }
}

/// The error for a commit or branch that the CI system names and the clone lacks.
fn missing(repo: &Repo, name: &str, range: &CiRange) -> Error {
    let (what, fetch) = match Id::from_hex(name.as_bytes()) {
        Some(id) => (format!("commit {}", id.hex()), format!("git fetch origin {}", id.hex())),
        None => {
            let branch = name.strip_prefix("refs/remotes/origin/").unwrap_or(name);
            let fetch = format!("git fetch origin {0}:refs/remotes/origin/{0}", escaped(branch));
            (format!("branch `{}`", escaped(branch)), fetch)
        }
    };
    let message =
        format!("{} says that the change begins or ends at {what}, which is not here", range.system);
    if !repo.shallow().is_empty() {
        return cut_off_by(&message, &range.setting());
    }
    let help = format!("`{fetch}` fetches it; {} fetches all branches", range.everything());
    Error::Git { message, help: Some(help) }
}

fn start(repo: &Repo, name: &str, head: &Id, range: &Range) -> Result<Id, Error> {
    if Id::from_hex(name.as_bytes()).is_some_and(|id| id.is_zero()) {
        return Err(Error::Usage {
            message: "the base is the zero id, which stands for a branch that did not exist before".into(),
            help: Some(
                "name the branch it was started from, for example origin/main, or use `leaklint diff --ci`, \
                 which knows what to do, or `leaklint history`"
                    .into(),
            ),
        });
    }
    let base = repo.resolve(name)?;
    if !range.from_merge_base {
        return Ok(base);
    }
    repo.merge_base(&base, head).ok_or_else(|| {
        let message =
            format!("`{}` and `{}` have no common ancestor here", escaped(name), escaped(&range.head));
        if repo.shallow().is_empty() { Error::Git { message, help: None } } else { repo.cut_off(&message) }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_written_as_in_git() {
        let parsed = |text: &str| {
            let range = Range::parse(text).expect("a range");
            (range.base.unwrap_or_default(), range.head, range.from_merge_base)
        };
        let of = |base: &str, head: &str, dots| (base.to_owned(), head.to_owned(), dots);
        assert_eq!(parsed("main"), of("main", "HEAD", false));
        assert_eq!(parsed("main..topic"), of("main", "topic", false));
        assert_eq!(parsed("main...topic"), of("main", "topic", true));
        assert_eq!(parsed("main.."), of("main", "HEAD", false));
        assert!(Range::parse("..topic").is_err());
        assert!(Range::parse("").is_err());
    }
}
