//! Every object that a repository holds, reachable or not: packed, loose and in its alternates.
//!
//! Stands apart from history because nothing is walked: what no ref reaches any more is here as well, until git's
//! garbage collection removes it. Only ids are listed; kind and content are asked of the object store.

use std::collections::HashSet;

use super::object::Id;
use super::repository::{Repo, library_error};
use crate::error::Error;

/// Asks the git program for ids and nothing else, in the order of the packs, so that no object is opened.
const LISTING: [&str; 4] = ["cat-file", "--batch-all-objects", "--unordered", "--batch-check=%(objectname)"];

impl Repo {
    /// The ids of all objects, each once, in the store's own order: that of the packs, in which they are read fastest.
    /// The order is no promise; whoever shows something sorts it.
    ///
    /// # Errors
    /// When the object store cannot be listed. A listed object may still turn out to be damaged when it is read.
    pub(crate) fn every_object(&self) -> Result<Vec<Id>, Error> {
        let (mut ids, mut seen) = (Vec::new(), HashSet::new());
        self.each_object(&mut |id| {
            if seen.insert(id) {
                ids.push(id);
            }
        })?;
        Ok(ids)
    }

    /// Calls `visit` with the ids of all objects, with some more than once, in the store's own order.
    ///
    /// # Errors
    /// As [`Repo::every_object`]; some may have been visited by then.
    pub(crate) fn each_object(&self, visit: &mut dyn FnMut(Id)) -> Result<(), Error> {
        let listed = self.library().map(|library| library.each_id(visit));
        // A damaged index of a pack ends libgit2's listing; git names what it can read.
        match (listed, self.child()) {
            (Some(Ok(())), _) => {}
            (_, Some(child)) => {
                let list = child.run(&LISTING)?;
                list.split(|&byte| byte == b'\n').filter_map(Id::from_hex).for_each(visit);
            }
            (Some(Err(error)), None) => return Err(library_error(&error)),
            // Without libgit2 there is always a child.
            (None, None) => {}
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::object::Kind;
    use super::super::repository::GitEnv;
    use super::*;

    fn blob(directory: &Path, text: &str) -> Id {
        let repo = git2::Repository::open(directory).expect("a repository");
        let id = repo.blob(text.as_bytes()).expect("a blob is written");
        Id::from_bytes(id.as_bytes()).expect("20 bytes")
    }

    #[test]
    fn what_no_ref_reaches_and_what_an_alternate_holds_is_listed_once() {
        let holder = tempfile::tempdir().expect("a directory");
        let (lender, borrower) = (holder.path().join("lender"), holder.path().join("borrower"));
        git2::Repository::init(&lender).expect("a repository");
        git2::Repository::init(&borrower).expect("a repository");
        let lent = blob(&lender, "lent");
        let both = [blob(&lender, "in both"), blob(&borrower, "in both")];
        let own = blob(&borrower, "own");
        let alternates = borrower.join(".git/objects/info/alternates");
        std::fs::create_dir_all(alternates.parent().expect("a directory")).expect("it can be made");
        std::fs::write(&alternates, format!("{}\n", lender.join(".git/objects").display())).expect("written");
        let repo = Repo::open(&borrower, GitEnv::default()).expect("it opens");
        let mut found = repo.every_object().expect("it is listed");
        found.sort();
        let mut expected = vec![lent, both[0], own];
        expected.sort();
        assert_eq!(found, expected);
        for id in found {
            assert_eq!(repo.objects().header(&id).expect("it is there").0, Kind::Blob);
        }
    }
}
