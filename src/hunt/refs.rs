//! The names of refs and of what is staged.
//!
//! Stands apart because they are neither objects nor files: a repository may keep its refs in several ways, and the index
//! holds paths in a form of its own.

use super::content;
use super::hit::{Hit, Hunted, Part};
use super::needles::Needles;
use crate::error::Error;
use crate::source::Problem;
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
    let mut before = None;
    // What cannot be read is counted where its objects are asked for.
    for entry in repo.index_entries().unwrap_or_default() {
        // An unmerged path stands there three times.
        if before.replace(&entry.path) == Some(&entry.path) {
            continue;
        }
        let places = content::search(needles, &entry.path).places;
        let hit = |place| Hit {
            part: Part::Index,
            object: None,
            name: entry.path.clone(),
            commit: None,
            place,
            binary: false,
        };
        hunted.hits.extend(places.into_iter().map(hit));
    }
    Ok(())
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
