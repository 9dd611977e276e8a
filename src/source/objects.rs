//! Where object bytes come from: the one interface between walking a repository and decoding its packs.
//!
//! Stands apart so that the decoder can be swapped: libgit2 here, a `git` child where libgit2 refuses the repository.
//! Everything above (trees, renames, ranges, history) sees only this trait.

use git2::{ErrorCode, ObjectType, Odb};

use super::Problem;
use super::object::{CommitData, Id, Kind};
use crate::blob::BlobPath;

/// Trees, commits and tags above this size (bytes) are not read: no real one comes near.
pub(crate) const STRUCTURE_BYTES: u64 = 256 << 20;

/// Why an object was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ReadError {
    /// Not in the repository: damaged, or left out by a partial clone (nothing is ever fetched).
    Missing,
    /// There, but not as it should be.
    Corrupt,
    /// Above the caller's limit.
    TooLarge,
    /// The decoder itself failed.
    Failed,
}

impl ReadError {
    /// The problem's kind.
    pub(crate) const fn kind(self) -> &'static str {
        match self {
            Self::Missing => "missing-object",
            Self::Corrupt => "corrupt-object",
            Self::TooLarge => "capped",
            Self::Failed => "unreadable",
        }
    }

    /// As a line of the report.
    pub(crate) fn problem(self, id: &Id, path: Option<BlobPath>) -> Problem {
        let what = match self {
            Self::Missing => "is not in this repository",
            Self::Corrupt => "cannot be decoded",
            Self::TooLarge => "is too large to be read",
            Self::Failed => "could not be read: the git program failed",
        };
        Problem { path, kind: self.kind(), message: format!("git object {} {what}", id.hex()) }
    }
}

/// A store of git objects, readable from many threads.
pub(crate) trait Objects: Sync {
    /// Kind and size in bytes, without the content.
    fn header(&self, id: &Id) -> Result<(Kind, u64), ReadError>;

    /// The whole content, unless it has more than `limit` bytes.
    fn read(&self, id: &Id, limit: u64) -> Result<(Kind, Vec<u8>), ReadError>;
}

/// The content of an object that must be of one kind.
pub(crate) fn expect(objects: &dyn Objects, id: &Id, kind: Kind, limit: u64) -> Result<Vec<u8>, ReadError> {
    match objects.read(id, limit)? {
        (found, data) if found == kind => Ok(data),
        _ => Err(ReadError::Corrupt),
    }
}

/// A commit object, parsed.
pub(crate) fn commit(objects: &dyn Objects, id: &Id) -> Result<CommitData, ReadError> {
    CommitData::parse(&expect(objects, id, Kind::Commit, STRUCTURE_BYTES)?).ok_or(ReadError::Corrupt)
}

/// libgit2's object database. It verifies every object's hash as it reads.
pub(crate) struct Library(Odb<'static>);

impl Library {
    /// The database in these object directories and their alternates.
    pub(crate) fn open<'p>(directories: impl IntoIterator<Item = &'p str>) -> Result<Self, git2::Error> {
        let odb = Odb::new()?;
        directories.into_iter().try_for_each(|directory| odb.add_disk_alternate(directory))?;
        Ok(Self(odb))
    }

    /// Makes `repo` read from this database too: its own does not know the directories that git named in the environment.
    pub(crate) fn serve(&self, repo: &git2::Repository) -> Result<(), git2::Error> {
        repo.set_odb(&self.0)
    }

    /// Calls `visit` with the id of every object, as the database lists them: one that is both packed and loose twice.
    pub(crate) fn each_id(&self, visit: &mut dyn FnMut(Id)) -> Result<(), git2::Error> {
        self.0.foreach(|oid| {
            Id::from_bytes(oid.as_bytes()).into_iter().for_each(&mut *visit);
            true
        })
    }
}

impl Objects for Library {
    fn header(&self, id: &Id) -> Result<(Kind, u64), ReadError> {
        let (size, kind) = self.0.read_header(oid(id)?).map_err(|error| why(&error))?;
        Ok((kind_of(kind)?, size as u64))
    }

    fn read(&self, id: &Id, limit: u64) -> Result<(Kind, Vec<u8>), ReadError> {
        let oid = oid(id)?;
        if limit < u64::MAX && self.header(id)?.1 > limit {
            return Err(ReadError::TooLarge);
        }
        let object = self.0.read(oid).map_err(|error| why(&error))?;
        Ok((kind_of(object.kind())?, object.data().to_vec()))
    }
}

/// libgit2's id for ours; SHA-256 ids do not occur in repositories that libgit2 opens.
pub(crate) fn oid(id: &Id) -> Result<git2::Oid, ReadError> {
    git2::Oid::from_bytes(id.as_bytes()).map_err(|_| ReadError::Missing)
}

fn kind_of(kind: ObjectType) -> Result<Kind, ReadError> {
    match kind {
        ObjectType::Blob => Ok(Kind::Blob),
        ObjectType::Tree => Ok(Kind::Tree),
        ObjectType::Commit => Ok(Kind::Commit),
        ObjectType::Tag => Ok(Kind::Tag),
        ObjectType::Any => Err(ReadError::Corrupt),
    }
}

fn why(error: &git2::Error) -> ReadError {
    match error.code() {
        ErrorCode::NotFound => ReadError::Missing,
        _ => ReadError::Corrupt,
    }
}

#[cfg(test)]
pub(crate) mod memory {
    //! Objects made up in a test, so that missing and malformed ones need no damaged repository.

    use std::collections::BTreeMap;

    use super::*;

    /// A store in memory; ids are counted, not hashed.
    #[derive(Default)]
    pub(crate) struct Memory(BTreeMap<Id, (Kind, Vec<u8>)>);

    impl Memory {
        pub(crate) fn add(&mut self, kind: Kind, data: &[u8]) -> Id {
            let known = self.0.iter().find(|(_, (k, d))| *k == kind && d == data).map(|(id, _)| *id);
            let mut raw = [1; 20];
            raw[..8].copy_from_slice(&(self.0.len() as u64).to_be_bytes());
            let id = known.unwrap_or_else(|| Id::from_bytes(&raw).expect("20 bytes"));
            self.0.insert(id, (kind, data.to_vec()));
            id
        }

        pub(crate) fn blob(&mut self, text: &str) -> Id {
            self.add(Kind::Blob, text.as_bytes())
        }

        /// A tree of `(octal mode, name, id)`, in the order given.
        pub(crate) fn tree(&mut self, entries: &[(&str, &str, Id)]) -> Id {
            let mut data = Vec::new();
            for (mode, name, id) in entries {
                data.extend_from_slice(format!("{mode} {name}\0").as_bytes());
                data.extend_from_slice(id.as_bytes());
            }
            self.add(Kind::Tree, &data)
        }

        pub(crate) fn remove(&mut self, id: &Id) {
            self.0.remove(id);
        }
    }

    impl Objects for Memory {
        fn header(&self, id: &Id) -> Result<(Kind, u64), ReadError> {
            self.0.get(id).map(|(kind, data)| (*kind, data.len() as u64)).ok_or(ReadError::Missing)
        }

        fn read(&self, id: &Id, limit: u64) -> Result<(Kind, Vec<u8>), ReadError> {
            let (kind, data) = self.0.get(id).ok_or(ReadError::Missing)?;
            if data.len() as u64 > limit { Err(ReadError::TooLarge) } else { Ok((*kind, data.clone())) }
        }
    }
}
