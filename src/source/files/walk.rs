//! The walk: all roots at once on all threads, one task a directory, then everything sorted.
//!
//! The `ignore` crate's own parallel walk cannot say what it left out, nor keep a tracked file that a rule names, so only
//! its reading of the rules is used.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs::FileType;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rayon::Scope;
use rayon::slice::ParallelSliceMut as _;

use super::FilesOptions;
use super::directory::{Directory, Entries, Place, Standing};
use super::open::problem;
use super::repository::Repository;
use super::root::{Kind, Root};
use crate::blob::{BlobPath, Content, Item, Origin, Part};
use crate::source::{Gap, GapKind, Listing, Problem};

/// Lists everything below `roots`.
pub(super) fn walk(roots: Vec<Root>, options: &FilesOptions) -> Listing {
    let walk = Walk { options, found: Mutex::default() };
    let overlap = roots.len() > 1;
    rayon::scope(|scope| {
        for (number, root) in roots.into_iter().enumerate() {
            walk.start(number, root, scope);
        }
    });
    walk.found.into_inner().unwrap_or_else(PoisonError::into_inner).into_listing(overlap)
}

/// Something found, by which root, and what file or directory it is about.
struct Seen<T> {
    real: PathBuf,
    root: usize,
    value: T,
}

#[derive(Default)]
struct Found {
    files: Vec<Seen<Item>>,
    gaps: Vec<Seen<Gap>>,
    problems: Vec<Seen<Problem>>,
    /// Roots that were walked.
    walked: BTreeSet<PathBuf>,
}

/// What becomes of an entry.
enum Fate {
    Scan,
    LeaveOut(GapKind),
    Descend(Standing),
}

struct Walk<'w> {
    options: &'w FilesOptions,
    found: Mutex<Found>,
}

impl Walk<'_> {
    fn start<'s>(&'s self, number: usize, root: Root, scope: &Scope<'s>) {
        let mut found = Found::default();
        let Root { shown, real, kind, repository } = root;
        let path = BlobPath::from_path(&shown);
        let repo_path = repository.as_ref().map(|(_, path)| BlobPath::from_path(path));
        let left_out = self.excludes_root(&shown, repo_path.as_ref(), &kind);
        match kind {
            Kind::Unreadable(error) => found.problem(number, real, problem(Some(path), &error)),
            Kind::Special => found.gap(number, real, GapKind::SpecialFile, path),
            _ if left_out => found.gap(number, real, GapKind::Excluded, path),
            Kind::File(openable) => found.file(number, real, openable, path, repo_path),
            Kind::Directory => {
                found.walked.insert(real.clone());
                let place =
                    repository.map(|(repository, path)| self.place(repository, path, &mut found, number));
                let relative = PathBuf::new();
                let directory = Directory { root: number, shown, real, relative, place, is_ignored: false };
                scope.spawn(move |scope| self.visit(directory, scope));
            }
        }
        self.collect(found);
    }

    fn place(&self, repository: Arc<Repository>, path: PathBuf, found: &mut Found, root: usize) -> Place {
        let mut problems = Vec::new();
        let top = repository.working_tree().join(".git");
        let place = Place::new(repository, path, self.options.no_ignore, &mut problems);
        found.problems(root, &top, problems);
        place
    }

    /// A root's own name and its path in the repository may be excluded like any other.
    fn excludes_root(&self, shown: &Path, repo_path: Option<&BlobPath>, kind: &Kind) -> bool {
        let name = BlobPath::from_path(Path::new(shown.file_name().unwrap_or_default()));
        let in_repository = repo_path.map_or(&b""[..], BlobPath::as_bytes);
        match kind {
            Kind::Directory => self.options.filter.excludes_directory(&[in_repository]),
            _ => self.options.filter.excludes_file(&[name.as_bytes(), in_repository]),
        }
    }

    fn visit<'s>(&'s self, mut directory: Directory, scope: &Scope<'s>) {
        let mut found = Found::default();
        let Entries { entries, failed } = directory.entries();
        for (name, error) in failed {
            let (path, real) = match &name {
                Some(name) => (directory.shown.join(name), directory.real.join(name)),
                None => (directory.path().to_owned(), directory.real.clone()),
            };
            found.problem(directory.root, real, problem(Some(BlobPath::from_path(&path)), &error));
        }
        let mut problems = Vec::new();
        directory.enter(&entries, self.options.no_ignore, &mut problems);
        found.problems(directory.root, &directory.real.join(".git"), problems);
        for (name, kind) in entries {
            if name != ".git" {
                self.take(&directory, &name, kind, &mut found, scope);
            }
        }
        self.collect(found);
    }

    fn take<'s>(
        &'s self,
        directory: &Directory,
        name: &OsStr,
        kind: FileType,
        found: &mut Found,
        scope: &Scope<'s>,
    ) {
        let (root, real) = (directory.root, directory.real.join(name));
        match self.fate(directory, name, kind) {
            Fate::Descend(standing) => {
                let child = directory.child(name, standing);
                scope.spawn(move |scope| self.visit(child, scope));
            }
            Fate::LeaveOut(kind) => {
                found.gap(root, real, kind, BlobPath::from_path(&directory.shown.join(name)))
            }
            Fate::Scan => {
                let openable = directory.shown.join(name);
                let path = BlobPath::from_path(&openable);
                let repo_path =
                    directory.place.as_ref().map(|place| BlobPath::from_path(&place.path.join(name)));
                found.file(root, real, openable, path, repo_path);
            }
        }
    }

    fn fate(&self, directory: &Directory, name: &OsStr, kind: FileType) -> Fate {
        let is_directory = kind.is_dir();
        if self.excludes(directory, name, is_directory) {
            return Fate::LeaveOut(GapKind::Excluded);
        }
        let standing = match self.options.no_ignore {
            true => Standing::default(),
            false => directory.standing(name, is_directory),
        };
        match () {
            () if standing.is_ignored && !standing.is_tracked && standing.below.is_empty() => {
                Fate::LeaveOut(GapKind::Ignored)
            }
            () if is_directory => Fate::Descend(standing),
            () if kind.is_file() => Fate::Scan,
            () if kind.is_symlink() => Fate::LeaveOut(GapKind::SymbolicLink),
            () => Fate::LeaveOut(GapKind::SpecialFile),
        }
    }

    fn excludes(&self, directory: &Directory, name: &OsStr, is_directory: bool) -> bool {
        let filter = &self.options.filter;
        if filter.is_empty() {
            return false;
        }
        let relative = BlobPath::from_path(&directory.relative.join(name));
        let in_repository = directory.place.as_ref().map(|place| BlobPath::from_path(&place.path.join(name)));
        let paths = [relative.as_bytes(), in_repository.as_ref().map_or(b"", BlobPath::as_bytes)];
        if is_directory { filter.excludes_directory(&paths) } else { filter.excludes_file(&paths) }
    }

    fn collect(&self, found: Found) {
        let mut all = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        all.files.extend(found.files);
        all.gaps.extend(found.gaps);
        all.problems.extend(found.problems);
        all.walked.extend(found.walked);
    }
}

impl Found {
    fn file(
        &mut self,
        root: usize,
        real: PathBuf,
        openable: PathBuf,
        path: BlobPath,
        repo_path: Option<BlobPath>,
    ) {
        let origins = vec![Origin { path, repo_path, commit: None, part: Part::File }];
        let value = Item { content: Content::File(openable), origins, added: None, before: None };
        self.files.push(Seen { real, root, value });
    }

    fn gap(&mut self, root: usize, real: PathBuf, kind: GapKind, path: BlobPath) {
        self.gaps.push(Seen { real, root, value: Gap { kind, path: Some(path) } });
    }

    fn problem(&mut self, root: usize, real: PathBuf, value: Problem) {
        self.problems.push(Seen { real, root, value });
    }

    fn problems(&mut self, root: usize, real: &Path, problems: Vec<Problem>) {
        problems.into_iter().for_each(|value| self.problem(root, real.to_owned(), value));
    }

    /// Sorted, and where roots overlap each thing once: by the first root that found it.
    fn into_listing(mut self, overlap: bool) -> Listing {
        if overlap {
            once(&mut self.files);
            once(&mut self.gaps);
            once(&mut self.problems);
            let scanned: BTreeSet<&Path> = self.files.iter().map(|seen| seen.real.as_path()).collect();
            // What one root leaves out, another may have asked for by name.
            self.gaps.retain(|gap| !scanned.contains(gap.real.as_path()) && !self.walked.contains(&gap.real));
        }
        let mut items: Vec<Item> = self.files.into_iter().map(|seen| seen.value).collect();
        let mut gaps: Vec<Gap> = self.gaps.into_iter().map(|seen| seen.value).collect();
        let mut problems: Vec<Problem> = self.problems.into_iter().map(|seen| seen.value).collect();
        items.par_sort_by(|one, other| one.origins.cmp(&other.origins));
        gaps.sort();
        problems.sort();
        Listing { items, gaps, problems, ..Listing::default() }
    }
}

fn once<T>(seen: &mut Vec<Seen<T>>) {
    // Byte by byte: to compare them part by part takes ten times as long, and any order will do.
    seen.sort_by(|one, other| (one.real.as_os_str(), one.root).cmp(&(other.real.as_os_str(), other.root)));
    seen.dedup_by(|later, first| later.real == first.real);
}
