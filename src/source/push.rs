//! What a push brings, from the lines that git gives to its `pre-push` and `pre-receive` hooks (githooks(5)).
//!
//! Stands apart from `ends.rs` because both hooks answer the same question from two sides: what of these refs does the
//! other repository, or this one, not have yet?

use std::collections::BTreeSet;

use super::ends::Ends;
use super::hook::HookEnv;
use super::object::{Id, Kind, tag_target};
use super::objects::STRUCTURE_BYTES;
use super::repository::{Reader, Repo, escaped, library_error};
use super::settings::Settings;
use crate::error::Error;

/// One ref that a push creates, moves or deletes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Update {
    /// What it pointed at; `None` when it is new.
    old: Option<Id>,
    /// What it will point at; `None` when it is deleted.
    new: Option<Id>,
    /// Its name where it is pushed to.
    name: Vec<u8>,
}

impl Update {
    /// The lines of `pre-push`: `LOCAL-REF LOCAL-ID REMOTE-REF REMOTE-ID`. The first may be any expression and hold
    /// spaces.
    ///
    /// # Errors
    /// When a line is something else.
    pub fn sent(lines: &[u8]) -> Result<Vec<Self>, Error> {
        let update = |line: &[u8]| {
            let mut words = line.rsplitn(4, |&byte| byte == b' ');
            let (old, name, new) = (words.next()?, words.next()?, words.next()?);
            words.next()?;
            Some(Self { old: id(old)?, new: id(new)?, name: name.to_vec() })
        };
        read(lines, update, "pre-push")
    }

    /// What the pre-commit framework says in variables: it gives one ref at a time.
    ///
    /// # Errors
    /// When what it names is not here.
    pub fn told(repo: &Repo, env: &HookEnv) -> Result<Option<Self>, Error> {
        let Some(to) = env.to_ref.as_ref().or(env.local_branch.as_ref()) else { return Ok(None) };
        let name = env.remote_branch.clone().unwrap_or_default().into_bytes();
        // Where the range begins is no state of the remote's ref, but nothing before it is new either.
        let old = env.from_ref.as_deref().map(|from| repo.resolve(from)).transpose()?;
        Ok(Some(Self { old, new: Some(repo.resolve(to)?), name }))
    }

    /// The lines of `pre-receive`: `OLD-ID NEW-ID REF`.
    ///
    /// # Errors
    /// When a line is something else.
    pub fn received(lines: &[u8]) -> Result<Vec<Self>, Error> {
        let update = |line: &[u8]| {
            let mut words = line.splitn(3, |&byte| byte == b' ');
            let (old, new, name) = (words.next()?, words.next()?, words.next()?);
            Some(Self { old: id(old)?, new: id(new)?, name: name.to_vec() })
        };
        read(lines, update, "pre-receive")
    }
}

impl Ends {
    /// What a push to `remote`, which lies at `url`, would bring there: everything that neither the refs it moves nor
    /// any ref that was ever fetched from there reaches. Policy comes from the ref that is moved, or from the remote's
    /// default branch; where there is neither, nobody else has a law yet, and that of what is pushed holds.
    ///
    /// # Errors
    /// When refs or settings cannot be read, or what is pushed is not here.
    pub fn sent(repo: &Repo, updates: &[Update], remote: &str, url: &str) -> Result<Self, Error> {
        let mut ends = Self::of(repo, updates)?;
        let moved: Vec<Id> = updates.iter().filter_map(|update| commit(repo, &update.old?)).collect();
        let remotes = match remote == url {
            true => Settings::of(repo)?.remotes_at(url),
            false => vec![remote.to_owned()],
        };
        let mut fetched = Vec::new();
        for remote in &remotes {
            fetched.extend(repo.fetched(remote)?);
        }
        let default = remotes.iter().find_map(|remote| {
            let named = ["HEAD", "main", "master"].map(|branch| format!("refs/remotes/{remote}/{branch}"));
            named.iter().find_map(|name| repo.present(name))
        });
        ends.fork = moved.first().copied().or(default).or_else(|| commit(repo, fetched.first()?));
        ends.base = ends.fork.or_else(|| ends.heads.first().copied());
        ends.without = commits(repo, fetched.into_iter().chain(moved));
        Ok(ends)
    }

    /// What a push that this repository is about to take brings: everything that no ref of it reaches yet. Policy comes
    /// from its HEAD, whatever is pushed.
    ///
    /// # Errors
    /// When refs cannot be read, or what is pushed is not here.
    pub fn received(repo: &Repo, updates: &[Update]) -> Result<Self, Error> {
        let mut ends = Self::of(repo, updates)?;
        let tips = repo.tips(&mut Vec::new())?;
        ends.without = commits(repo, tips.into_iter().map(|(_, id)| id));
        ends.base = repo.head().ok().flatten();
        ends.fork = ends.base;
        Ok(ends)
    }

    fn of(repo: &Repo, updates: &[Update]) -> Result<Self, Error> {
        let mut ends = Self::default();
        for update in updates {
            let Some(new) = update.new else { continue };
            if update.old.is_none() {
                ends.names.push(update.name.clone());
            }
            ends.reach(repo, new, &update.name)?;
        }
        ends.heads.sort();
        ends.heads.dedup();
        Ok(ends)
    }

    /// Adds what `id` leads to: annotated tags on the way, and a commit, or rarely a tree or file without one.
    fn reach(&mut self, repo: &Repo, mut id: Id, name: &[u8]) -> Result<(), Error> {
        let missing = |id: &Id| Error::Git {
            message: format!(
                "`{}` is pushed as {}, which cannot be read here",
                escaped(&String::from_utf8_lossy(name)),
                id.hex()
            ),
            help: Some("`git fsck` says what is damaged".into()),
        };
        // A tag may point at a tag; `peel` bounds how often.
        repo.peel(id).map_err(|_| missing(&id))?;
        loop {
            match repo.objects().header(&id).map_err(|_| missing(&id))?.0 {
                Kind::Tag => {
                    let (_, data) = repo.objects().read(&id, STRUCTURE_BYTES).map_err(|_| missing(&id))?;
                    self.tags.push(id);
                    id = tag_target(&data).ok_or_else(|| missing(&id))?;
                }
                Kind::Commit => {
                    self.heads.push(id);
                    return Ok(());
                }
                kind => {
                    self.loose.push((name.to_vec(), kind, id));
                    return Ok(());
                }
            }
        }
    }
}

impl Repo {
    /// What was fetched from `remote` last, by name of the ref. Only these refs are looked at: there may be many others.
    fn fetched(&self, remote: &str) -> Result<Vec<Id>, Error> {
        let below = format!("refs/remotes/{remote}/");
        match self.reader() {
            Reader::Library(repo) => {
                let refs =
                    repo.references_glob(&format!("{below}*")).map_err(|error| library_error(&error))?;
                let targets = refs.flatten().filter_map(|found| found.target());
                Ok(targets.filter_map(|id| Id::from_bytes(id.as_bytes())).collect())
            }
            Reader::Child(child) => {
                let list = child.run(&["for-each-ref", "--format=%(objectname)", "--", &below])?;
                Ok(list.split(|&byte| byte == b'\n').filter_map(Id::from_hex).collect())
            }
        }
    }
}

/// The commits that these objects lead to, sorted, each once.
fn commits(repo: &Repo, ids: impl Iterator<Item = Id>) -> Vec<Id> {
    let ids: BTreeSet<Id> = ids.collect();
    let found: BTreeSet<Id> = ids.iter().filter_map(|id| commit(repo, id)).collect();
    found.into_iter().collect()
}

fn commit(repo: &Repo, id: &Id) -> Option<Id> {
    match repo.peel(*id) {
        Ok((Kind::Commit, commit)) => Some(commit),
        _ => None,
    }
}

/// A full id; the inner `None` is the zero id, which stands for no object.
fn id(hex: &[u8]) -> Option<Option<Id>> {
    let id = Id::from_hex(hex)?;
    Some(Some(id).filter(|id| !id.is_zero()))
}

fn read(lines: &[u8], update: impl Fn(&[u8]) -> Option<Update>, hook: &str) -> Result<Vec<Update>, Error> {
    let lines = lines.split(|&byte| byte == b'\n').filter(|line| !line.is_empty());
    let updates: Option<Vec<Update>> = lines.map(update).collect();
    updates.ok_or_else(|| Error::Usage {
        message: format!("standard input does not hold the lines that git gives to its {hook} hook"),
        help: Some("this is for git to run: see `leaklint hook install`".into()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_as_git_writes_them() {
        let (a, zero) = ("a1".repeat(20), "0".repeat(40));
        let sent = format!("HEAD^{{/fix it}} {a} refs/heads/x {zero}\n(delete) {zero} refs/heads/y {a}\n");
        let sent = Update::sent(sent.as_bytes()).expect("two updates");
        let one = Id::from_hex(a.as_bytes());
        assert_eq!(sent[0], Update { old: None, new: one, name: b"refs/heads/x".to_vec() });
        assert_eq!(sent[1], Update { old: one, new: None, name: b"refs/heads/y".to_vec() });
        let received = Update::received(format!("{zero} {a} refs/heads/x").as_bytes()).expect("an update");
        assert_eq!(received, sent[..1]);
        assert!(Update::sent(b"").expect("nothing").is_empty());
        assert!(Update::sent(b"x y z w\n").is_err());
        assert!(Update::received(format!("{a} {a}\n").as_bytes()).is_err());
    }
}
