//! Repositories inside a repository: where the histories of its submodules lie.
//!
//! Stands apart because a submodule is found by what is on the disk, never by what a repository's settings say about it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::source::repository::Repo;

/// Directories are followed this deep below `modules`: a module's name may hold slashes.
const DEPTH: usize = 16;

/// Modules of modules are found up to this number; a repository with more is made to keep us busy.
const MOST: usize = 1_000;

/// The git directories below `modules` of a git directory, with their names (gitrepository-layout(5)), sorted.
pub(super) fn modules(git_dir: &Path) -> Vec<(String, PathBuf)> {
    let top = git_dir.join("modules");
    let mut found = Vec::new();
    let mut open = vec![(String::new(), top, 0)];
    while let Some((name, directory, depth)) = open.pop() {
        for entry in std::fs::read_dir(directory).into_iter().flatten().flatten() {
            let (Ok(kind), Ok(part)) = (entry.file_type(), entry.file_name().into_string()) else { continue };
            if !kind.is_dir() || depth >= DEPTH || found.len() >= MOST {
                continue;
            }
            let name = if name.is_empty() { part } else { format!("{name}/{part}") };
            let path = entry.path();
            let is_one = path.join("HEAD").is_file() && path.join("objects").is_dir();
            match is_one {
                true => found.push((name, path)),
                false => open.push((name, path, depth + 1)),
            }
        }
    }
    found.sort();
    found
}

/// All submodules whose repositories are on this disk, and theirs, each with its path from the top.
pub(super) fn all(repo: &Repo) -> Vec<(String, Arc<Repo>)> {
    let mut found: Vec<(String, Arc<Repo>)> = Vec::new();
    let mut open = modules(repo.common_dir());
    while let Some((name, path)) = open.pop() {
        if found.len() >= MOST {
            break;
        }
        let inner = modules(&path);
        open.extend(inner.into_iter().map(|(inner, path)| (format!("{name}/{inner}"), path)));
        if let Ok(repo) = Repo::at(&path) {
            found.push((name, Arc::new(repo)));
        }
    }
    found.sort_by(|a, b| a.0.cmp(&b.0));
    found
}
