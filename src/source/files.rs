//! The working tree as a source: every regular file below the given paths that git would not leave out.
//!
//! What is left out is counted: ignored and excluded entries, symbolic links, devices. Files in the git index are never
//! left out for an ignore rule's sake, because a clone brings them.

mod directory;
mod filter;
mod open;
mod repository;
mod root;
mod rules;
mod walk;

use std::path::PathBuf;

pub use filter::PathFilter;
pub(crate) use open::{open as open_regular, small};
pub use open::{problem, was_changed};

use crate::blob::Content;
use crate::error::Error;
use crate::source::{Listing, Opened, Problem, Source};

/// What to scan of the file system.
#[derive(Clone, Debug, Default)]
pub struct FilesOptions {
    /// Files and directories; a symbolic link among them is followed.
    pub roots: Vec<PathBuf>,
    /// Scan what `.gitignore` and `.git/info/exclude` leave out, too.
    pub no_ignore: bool,
    /// What to leave out, and what alone to scan; see [`PathFilter`].
    pub filter: PathFilter,
}

/// Files of the working tree.
pub struct FilesSource {
    options: FilesOptions,
}

impl FilesSource {
    /// The files that `options` describes; nothing is looked at yet.
    pub const fn new(options: FilesOptions) -> Self {
        Self { options }
    }
}

impl Source for FilesSource {
    /// Walks all roots on the threads of the current rayon pool. A file that several roots hold appears once, under the
    /// first of them.
    ///
    /// # Errors
    /// [`Error::MissingPath`] for a root that does not exist.
    fn list(&self) -> Result<Listing, Error> {
        let mut resolver = root::Resolver::default();
        let roots =
            self.options.roots.iter().map(|path| resolver.resolve(path)).collect::<Result<Vec<_>, _>>()?;
        Ok(walk::walk(roots, &self.options))
    }

    fn open(&self, content: &Content) -> Result<Opened, Problem> {
        match content {
            Content::File(path) => match open::open(path) {
                Ok(reader) => Ok(Opened::Stream(Box::new(reader))),
                // The caller knows the path to show.
                Err(error) => Err(problem(None, &error)),
            },
            Content::Bytes(bytes) => Ok(Opened::Bytes(bytes.to_vec())),
            Content::Object(_) | Content::Message(_) | Content::Stdin => Err(Problem {
                path: None,
                kind: "unreadable",
                message: "it is no file of the working tree".to_owned(),
            }),
        }
    }
}
