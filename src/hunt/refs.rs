//! The names of refs and of what is staged.
//!
//! Stands apart because they are neither objects nor files: a repository may keep its refs in several ways, and the index
//! holds paths in a form of its own.

use std::collections::{BTreeMap, BTreeSet};

use super::content;
use super::hit::{Hit, Hunted, Part};
use super::needles::Needles;
use crate::error::Error;
use crate::source::Problem;
use crate::source::object::Id;
use crate::source::repository::{Reader, Repo, escaped, library_error};

/// Searches every ref's name and every path of the index.
///
/// # Errors
/// When refs cannot be listed.
pub(super) fn search(repo: &Repo, needles: &Needles, hunted: &mut Hunted) -> Result<(), Error> {
    let names = names(repo, &mut hunted.problems)?;
    hunted.counts.refs = names.len();
    for name in names {
        let places = content::search(needles, &name).places;
        let hit = |place| Hit {
            part: Part::RefName,
            object: None,
            name: name.clone(),
            commit: None,
            place,
            binary: false,
        };
        hunted.hits.extend(places.into_iter().map(hit));
    }
    for path in staged(repo, hunted).into_keys() {
        let places = content::search(needles, &path).places;
        let hit = |place| Hit {
            part: Part::Index,
            object: None,
            name: path.clone(),
            commit: None,
            place,
            binary: false,
        };
        hunted.hits.extend(places.into_iter().map(hit));
    }
    Ok(())
}

/// The paths in the index of this working tree and of every linked one, each with the blobs that it stands for. An index
/// that cannot be read is noted.
pub(super) fn staged(repo: &Repo, hunted: &mut Hunted) -> BTreeMap<Vec<u8>, BTreeSet<Id>> {
    let mut staged: BTreeMap<Vec<u8>, BTreeSet<Id>> = BTreeMap::new();
    match repo.index_entries() {
        Ok(entries) => {
            entries
                .iter()
                .for_each(|entry| _ = staged.entry(entry.path.clone()).or_default().insert(entry.side.id));
        }
        Err(_) if repo.has_no_index() => {}
        Err(_) => hunted.unread(["index"]),
    }
    // Seen from a linked working tree, that of the main one is a further one.
    for directory in repo.git_dirs() {
        // The library opens what it is told to, and waits for a FIFO.
        if !directory.join("index").symlink_metadata().is_ok_and(|there| there.is_file()) {
            continue;
        }
        match repo.index_in(&directory) {
            Ok(entries) => {
                entries
                    .into_iter()
                    .for_each(|entry| _ = staged.entry(entry.path).or_default().insert(entry.side.id));
            }
            Err(_) => hunted.unread(["index"]),
        }
    }
    staged
}

/// The raw names of all refs, symbolic ones too, sorted.
pub(super) fn names(repo: &Repo, problems: &mut Vec<Problem>) -> Result<Vec<Vec<u8>>, Error> {
    let mut names = Vec::new();
    match repo.reader() {
        Reader::Library(library) => {
            for reference in library.references().map_err(|error| library_error(&error))? {
                match reference {
                    Ok(reference) => names.push(reference.name_bytes().to_vec()),
                    Err(error) => {
                        let message = format!("a ref cannot be read: {}", escaped(error.message()));
                        problems.push(Problem { path: None, kind: "unreadable", message });
                    }
                }
            }
        }
        Reader::Child(child) => {
            let list = child.run(&["for-each-ref", "--format=%(refname)"])?;
            names.extend(
                list.split(|&byte| byte == b'\n').filter(|name| !name.is_empty()).map(<[u8]>::to_vec),
            );
        }
    }
    names.sort();
    names.dedup();
    Ok(names)
}
