//! What lies on the disk and is no object: git's own files (logs, settings, packed index, what `fetch`, `merge` and
//! `rebase` leave behind) and every file of every working tree, tracked, ignored or neither.
//!
//! Stands apart because here files are read, not objects. No link is followed, nothing but regular files is opened.

use std::collections::BTreeSet;
use std::io::Read;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::content::{self, Contents};
use super::hit::{Hit, Hunted, Part};
use super::needles::Needles;
use super::reftable;
use crate::blob::BlobPath;
use crate::source::Problem;
use crate::source::files::{open_regular, problem, small};
use crate::source::repository::Repo;

/// Longest file that names another working tree, in bytes.
const POINTER: u64 = 64 << 10;

/// Searches the git directory without its objects and, with `beside`, all working trees.
pub(super) fn search(repo: &Repo, needles: &Needles, beside: bool, hunted: &mut Hunted) {
    let mut files = Vec::new();
    let git = repo.common_dir();
    list(git, &|path, hunted| skipped_in_git(git, path, hunted), hunted, &mut files);
    // Their paths are searched one by one.
    files.retain(|path| path.file_name().is_none_or(|name| name != "index") || !is_index(repo, path));
    let of_git = files.iter().map(|path| Piece { path, name: shown(git, path, ".git/"), of_git: true });
    let mut pieces: Vec<Piece<'_>> = of_git.collect();
    let mut found: Vec<_> = pieces.par_iter().map(|piece| one(needles, piece)).collect();
    hunted.counts.files += pieces.len();
    hunted.unread(std::iter::repeat_n("stray-pack", stray(git)));
    let roots = if beside { working_trees(repo) } else { BTreeSet::new() };
    for root in &roots {
        let mut files = Vec::new();
        list(root, &|path, hunted| skipped_in_tree(root, path, &roots, hunted), hunted, &mut files);
        // A linked working tree lies elsewhere: its files are told with their whole path.
        let prefix = match repo.workdir() {
            Some(own) if same(own, root) => String::new(),
            _ => format!("{}/", root.to_string_lossy()),
        };
        pieces = files
            .iter()
            .map(|path| Piece { path, name: shown(root, path, &prefix), of_git: false })
            .collect();
        hunted.counts.files += pieces.len();
        found.extend(pieces.par_iter().map(|piece| one(needles, piece)).collect::<Vec<_>>());
    }
    for one in found {
        match one {
            Ok((hits, unread)) => {
                hunted.hits.extend(hits);
                hunted.unread(unread);
            }
            Err(problem) => hunted.problems.push(problem),
        }
    }
}

/// True for the index of this working tree or a linked one.
fn is_index(repo: &Repo, path: &Path) -> bool {
    let linked = path.parent().and_then(Path::parent) == Some(&repo.common_dir().join("worktrees"));
    linked || same(path, &repo.index_file())
}

/// Packs that no index opens and what a killed git left half written: git does not read them, and `git gc` deletes them.
fn stray(git: &Path) -> usize {
    let names = |directory: PathBuf| {
        let entries = std::fs::read_dir(directory).into_iter().flatten().flatten();
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect::<BTreeSet<String>>()
    };
    let packs = names(git.join("objects/pack"));
    let unopened = |name: &&String| {
        name.strip_suffix(".pack").is_some_and(|stem| !packs.contains(&format!("{stem}.idx")))
            || name.starts_with("tmp_")
    };
    let directories = names(git.join("objects"));
    let left = |name: &String| {
        let inside = is_hashed(Path::new(name)).then(|| names(git.join("objects").join(name)));
        usize::from(name.starts_with("tmp_") || name.starts_with("incoming-"))
            + inside.map_or(0, |files| files.iter().filter(|file| file.starts_with("tmp_")).count())
    };
    packs.iter().filter(unopened).count() + directories.iter().map(left).sum::<usize>()
}

/// The working trees of this repository: its own and the linked ones, of which git keeps the paths. One that does not
/// point back is none of ours.
pub(super) fn working_trees(repo: &Repo) -> BTreeSet<PathBuf> {
    let mut roots: BTreeSet<PathBuf> = repo.workdir().map(Path::to_path_buf).into_iter().collect();
    let git = repo.common_dir();
    let is_git = |directory: &Path| directory.join(".git").symlink_metadata().is_ok();
    let main = git.parent().filter(|_| git.file_name().is_some_and(|name| name == ".git"));
    roots.extend(main.filter(|main| is_git(main)).map(Path::to_path_buf));
    for entry in std::fs::read_dir(git.join("worktrees")).into_iter().flatten().flatten() {
        let Ok(file) = small(&entry.path().join("gitdir"), POINTER) else { continue };
        let dot_git = crate::source::repository::os_path(file.trim_ascii_end());
        let back = small(&dot_git, POINTER).ok().and_then(|text| {
            let path = text.strip_prefix(b"gitdir: ")?.trim_ascii_end().to_vec();
            Some(dot_git.parent()?.join(crate::source::repository::os_path(&path)))
        });
        if back.is_some_and(|back| same(&back, &entry.path())) {
            roots.extend(dot_git.parent().map(Path::to_path_buf));
        }
    }
    let mut seen = BTreeSet::new();
    roots.retain(|root| seen.insert(root.canonicalize().unwrap_or_else(|_| root.clone())));
    roots
}

/// A file, and what to call it.
struct Piece<'p> {
    path: &'p Path,
    name: Vec<u8>,
    of_git: bool,
}

fn one(needles: &Needles, piece: &Piece<'_>) -> Result<(Vec<Hit>, BTreeSet<&'static str>), Problem> {
    let contents = read(needles, piece.path).map_err(|error| {
        let hidden = needles.shown(&piece.name);
        problem(Some(BlobPath::from_bytes(hidden.as_bytes())), &error)
    })?;
    let part = match (piece.of_git, piece.name.as_slice()) {
        (false, _) => Part::WorkingTree,
        (true, b".git/config" | b".git/config.worktree") => Part::GitConfig,
        (true, name) if memchr::memmem::find(name, b"/logs/").is_some() => Part::Reflog,
        (true, _) => Part::GitFile,
    };
    let hit = |part: Part| {
        let name = piece.name.clone();
        move |place| Hit { part, object: None, name: name.clone(), commit: None, place, binary: false }
    };
    let mut hits: Vec<Hit> = contents.places.into_iter().map(hit(part)).collect();
    // The names of refs are those of files, and they are searched as refs.
    let is_ref = piece.of_git && piece.name.starts_with(b".git/refs/");
    if !is_ref {
        let part = if piece.of_git { part } else { Part::WorkingTreeName };
        hits.extend(content::search(needles, &piece.name).places.into_iter().map(hit(part)));
    }
    Ok((hits, contents.unread))
}

fn read(needles: &Needles, path: &Path) -> std::io::Result<Contents> {
    let metadata = path.symlink_metadata()?;
    if metadata.is_symlink() {
        let target = std::fs::read_link(path)?;
        return Ok(content::search(needles, target.as_os_str().as_encoded_bytes()));
    }
    let mut file = open_regular(path)?;
    if metadata.len() > content::WHOLE {
        return content::search_stream(needles, file);
    }
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    match reftable::is_table(path) {
        true => Ok(reftable::table(needles, &bytes)),
        false => Ok(content::search(needles, &bytes)),
    }
}

/// The object store is searched object by object, the refs by name, and a submodule is a repository of its own.
fn skipped_in_git(git: &Path, path: &Path, hunted: &mut Hunted) -> bool {
    let below = path.strip_prefix(git).unwrap_or(path);
    if below == Path::new("packed-refs") {
        return true;
    }
    if let Ok(inside) = below.strip_prefix("objects") {
        return inside == Path::new("pack") || is_hashed(inside);
    }
    let submodule =
        below.starts_with("modules") && path.join("objects").is_dir() && path.join("HEAD").exists();
    hunted.unread(submodule.then_some("submodule"));
    submodule
}

/// A repository inside another's working tree is one of its own; a linked working tree is listed by itself.
fn skipped_in_tree(root: &Path, path: &Path, roots: &BTreeSet<PathBuf>, hunted: &mut Hunted) -> bool {
    if path.file_name().is_some_and(|name| name == ".git") {
        hunted.unread((path.is_dir() && path.parent() != Some(root)).then_some("submodule"));
        return true;
    }
    roots.contains(path)
}

/// A directory of loose objects has a name of two hexadecimal digits.
fn is_hashed(path: &Path) -> bool {
    let name = path.as_os_str().as_encoded_bytes();
    name.len() == 2 && name.iter().all(u8::is_ascii_hexdigit)
}

/// Every file and link below `root` in the order of names, without what `skips` says.
fn list(
    root: &Path,
    skips: &dyn Fn(&Path, &mut Hunted) -> bool,
    hunted: &mut Hunted,
    files: &mut Vec<PathBuf>,
) {
    let mut open = vec![root.to_path_buf()];
    while let Some(next) = open.pop() {
        let entries = match std::fs::read_dir(&next) {
            Ok(entries) => entries,
            Err(error) => {
                let name = shown(root, &next, "");
                hunted.problems.push(problem(Some(BlobPath::from_bytes(&name)), &error));
                continue;
            }
        };
        for entry in entries.flatten() {
            let (path, kind) = (entry.path(), entry.file_type().ok());
            if skips(&path, hunted) {
                continue;
            }
            match kind {
                Some(kind) if kind.is_dir() => open.push(path),
                Some(kind) if kind.is_file() || kind.is_symlink() => files.push(path),
                _ => {}
            }
        }
    }
    files.sort();
}

fn shown(root: &Path, path: &Path, prefix: &str) -> Vec<u8> {
    let relative = path.strip_prefix(root).unwrap_or(path);
    [prefix.as_bytes(), BlobPath::from_path(relative).as_bytes()].concat()
}

fn same(a: &Path, b: &Path) -> bool {
    match (a.canonicalize(), b.canonicalize()) {
        (Ok(a), Ok(b)) => a == b,
        _ => a == b,
    }
}
