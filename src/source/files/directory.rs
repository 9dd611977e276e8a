//! A directory on the walk: its names in all the ways they are needed, and where it stands in its repository.

use std::ffi::{OsStr, OsString};
use std::fs::{self, FileType};
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::repository::Repository;
use super::rules::Rules;
use crate::blob::BlobPath;
use crate::source::Problem;

/// A directory that is about to be listed.
pub(super) struct Directory {
    /// Which root led here.
    pub(super) root: usize,
    /// The root as shown, joined with `relative`; empty for the current directory.
    pub(super) shown: PathBuf,
    /// Absolute, without links.
    pub(super) real: PathBuf,
    /// Path from the root.
    pub(super) relative: PathBuf,
    pub(super) place: Option<Place>,
    /// It is ignored, and here for the tracked files in it only.
    pub(super) is_ignored: bool,
}

/// What a directory holds.
#[derive(Default)]
pub(super) struct Entries {
    pub(super) entries: Vec<(OsString, FileType)>,
    /// Why something in it, or the directory itself (without name), could not be looked at.
    pub(super) failed: Vec<(Option<OsString>, io::Error)>,
}

/// A directory's place in a repository.
pub(super) struct Place {
    repository: Arc<Repository>,
    /// Path in the working tree.
    pub(super) path: PathBuf,
    rules: Option<Arc<Rules>>,
    /// What the index holds below it.
    tracked: Range<usize>,
}

/// How git sees an entry.
#[derive(Default)]
pub(super) struct Standing {
    /// An ignore rule names it or a directory above it.
    pub(super) is_ignored: bool,
    /// The index names it: a file, a link or a submodule.
    pub(super) is_tracked: bool,
    /// What the index holds below it.
    pub(super) below: Range<usize>,
}

impl Directory {
    /// The path to open it by.
    pub(super) fn path(&self) -> &Path {
        if self.shown.as_os_str().is_empty() { Path::new(".") } else { &self.shown }
    }

    /// Its entries.
    pub(super) fn entries(&self) -> Entries {
        let mut entries = Entries::default();
        let listed = match fs::read_dir(self.path()) {
            Ok(listed) => listed,
            Err(error) => return Entries { failed: vec![(None, error)], ..entries },
        };
        for entry in listed {
            match entry.map(|entry| (entry.file_name(), entry.file_type())) {
                Ok((name, Ok(kind))) => entries.entries.push((name, kind)),
                Ok((name, Err(error))) => entries.failed.push((Some(name), error)),
                Err(error) => entries.failed.push((None, error)),
            }
        }
        entries
    }

    /// Takes over what the directory itself says about its place: a repository that begins here, rules that do.
    pub(super) fn enter(
        &mut self,
        entries: &[(OsString, FileType)],
        no_ignore: bool,
        problems: &mut Vec<Problem>,
    ) {
        let find = |name: &str| entries.iter().find(|(entry, _)| entry == name);
        if find(".git").is_some()
            && let Some(repository) = Repository::at(self.path())
        {
            self.place = Some(Place::new(Arc::new(repository), PathBuf::new(), no_ignore, problems));
            self.is_ignored = false;
        }
        // git follows no link here, either: gitignore(5), notes.
        let has_rules = find(".gitignore").is_some_and(|(_, kind)| kind.is_file());
        let path = self.path().join(".gitignore");
        if let Some(place) = &mut self.place
            && has_rules
            && !no_ignore
            && !self.is_ignored
        {
            place.rules = Rules::read(&path, &place.path, place.rules.take());
        }
    }

    /// How git sees the entry `name`.
    pub(super) fn standing(&self, name: &OsStr, is_directory: bool) -> Standing {
        let ignored = Standing { is_ignored: self.is_ignored, ..Standing::default() };
        self.place.as_ref().map_or(ignored, |place| place.standing(name, is_directory, self.is_ignored))
    }

    /// The directory `name` in it.
    pub(super) fn child(&self, name: &OsStr, standing: Standing) -> Self {
        let place = self.place.as_ref().map(|place| Place {
            repository: Arc::clone(&place.repository),
            path: place.path.join(name),
            rules: place.rules.clone(),
            tracked: standing.below,
        });
        Self {
            root: self.root,
            shown: self.shown.join(name),
            real: self.real.join(name),
            relative: self.relative.join(name),
            place,
            is_ignored: standing.is_ignored && !standing.is_tracked,
        }
    }
}

impl Place {
    /// The place of the directory `path` in `repository`, with the rules of all directories above it.
    pub(super) fn new(
        repository: Arc<Repository>,
        path: PathBuf,
        no_ignore: bool,
        problems: &mut Vec<Problem>,
    ) -> Self {
        if no_ignore {
            return Self { repository, path, rules: None, tracked: 0..0 };
        }
        let paths = repository.tracked(problems);
        let tracked = below(paths, 0..paths.len(), BlobPath::from_path(&path).as_bytes());
        let mut rules = repository.excludes();
        let above = path.ancestors().skip(1).collect::<Vec<_>>();
        for directory in above.into_iter().rev() {
            let file = repository.working_tree().join(directory).join(".gitignore");
            rules = Rules::read(&file, directory, rules);
        }
        Self { repository, path, rules, tracked }
    }

    fn standing(&self, name: &OsStr, is_directory: bool, is_ignored: bool) -> Standing {
        let path = self.path.join(name);
        let mut standing = Standing::default();
        if !self.tracked.is_empty() {
            let bytes = BlobPath::from_path(&path);
            let paths = self.repository.known();
            let named =
                paths[self.tracked.clone()].binary_search_by(|other| other.as_slice().cmp(bytes.as_bytes()));
            standing.is_tracked = named.is_ok();
            if is_directory {
                standing.below = below(paths, self.tracked.clone(), bytes.as_bytes());
            }
        }
        let matters = is_directory || !standing.is_tracked;
        let ignores = |rules: &Arc<Rules>| rules.ignore(&path, is_directory);
        standing.is_ignored = is_ignored || (matters && self.rules.as_ref().is_some_and(ignores));
        standing
    }
}

/// The part of `range` in the sorted `paths` that lies below `directory`; all of it for the empty path.
fn below(paths: &[Vec<u8>], range: Range<usize>, directory: &[u8]) -> Range<usize> {
    if directory.is_empty() {
        return range;
    }
    let prefix = [directory, b"/"].concat();
    let within = &paths[range.clone()];
    let start = within.partition_point(|path| path.as_slice() < prefix.as_slice());
    let length = within[start..].partition_point(|path| path.starts_with(&prefix));
    range.start + start..range.start + start + length
}
