//! `--exclude`, `--include` and the configuration's path globs. All sources use them, so that a path means the same in
//! the working tree and in a commit.

use globset::{Candidate, GlobBuilder, GlobSet, GlobSetBuilder};

use crate::error::Error;

/// Which paths to scan.
///
/// A glob without `/` matches the name of a file or directory anywhere, one with `/` the path from the root that was
/// given or from the repository's. A glob that matches a directory stands for all below it; one that ends with `/`
/// matches directories only.
#[derive(Clone, Debug, Default)]
pub struct PathFilter {
    exclude: Option<Globs>,
    include: Option<Globs>,
}

#[derive(Clone, Debug)]
struct Globs {
    /// Match a file's path.
    files: GlobSet,
    /// Match the path of a directory all of whose files match.
    directories: GlobSet,
}

impl PathFilter {
    /// Everything but what a glob in `exclude` matches and, unless `include` is empty, only what a glob in it matches.
    ///
    /// # Errors
    /// [`Error::Usage`] for a glob that is none; the message says which by its place, not by its text.
    pub fn new(exclude: &[String], include: &[String]) -> Result<Self, Error> {
        Ok(Self { exclude: Globs::new(exclude, "exclude")?, include: Globs::new(include, "include")? })
    }

    /// True when nothing is left out.
    pub const fn is_empty(&self) -> bool {
        self.exclude.is_none() && self.include.is_none()
    }

    /// True when a file is left out that is known by `paths`: relative to the root given, relative to the repository;
    /// `/`-separated.
    pub fn excludes_file(&self, paths: &[&[u8]]) -> bool {
        let any = |globs: &Globs| any(&globs.files, paths);
        self.exclude.as_ref().is_some_and(any) || !self.include.as_ref().is_none_or(any)
    }

    /// True when all files of a directory are left out that is known by `paths`.
    pub fn excludes_directory(&self, paths: &[&[u8]]) -> bool {
        self.exclude.as_ref().is_some_and(|globs| any(&globs.directories, paths))
    }
}

fn any(set: &GlobSet, paths: &[&[u8]]) -> bool {
    paths.iter().any(|path| !path.is_empty() && set.is_match_candidate(&Candidate::from_bytes(path)))
}

impl Globs {
    fn new(globs: &[String], option: &str) -> Result<Option<Self>, Error> {
        if globs.is_empty() {
            return Ok(None);
        }
        let (mut files, mut directories) = (GlobSetBuilder::new(), GlobSetBuilder::new());
        let built = globs.iter().enumerate().try_for_each(|(at, glob)| {
            add(&mut files, &mut directories, glob).map_err(|error| invalid(&error, option, Some(at)))
        });
        built?;
        let build = |builder: GlobSetBuilder| builder.build().map_err(|error| invalid(&error, option, None));
        Ok(Some(Self { files: build(files)?, directories: build(directories)? }))
    }
}

/// Adds what `glob` means for files and for directories.
fn add(
    files: &mut GlobSetBuilder,
    directories: &mut GlobSetBuilder,
    glob: &str,
) -> Result<(), globset::Error> {
    let anchored = glob.strip_prefix("./").unwrap_or(glob);
    let (base, is_directory) = match anchored.strip_suffix("/**").or_else(|| anchored.strip_suffix('/')) {
        Some(base) => (base, true),
        None => (anchored, false),
    };
    let base = match base.strip_prefix('/') {
        Some(from_root) => from_root.to_owned(),
        None if base.contains('/') || anchored.ends_with("/**") => base.to_owned(),
        None => format!("**/{base}"),
    };
    let compile = |glob: &str| GlobBuilder::new(glob).literal_separator(true).backslash_escape(true).build();
    let below = compile(&format!("{base}/**"))?;
    if !is_directory {
        files.add(compile(&base)?);
    }
    files.add(below.clone());
    directories.add(compile(&base)?);
    directories.add(below);
    Ok(())
}

fn invalid(error: &globset::Error, option: &str, at: Option<usize>) -> Error {
    let which = at.map_or(String::new(), |at| format!(" number {}", at + 1));
    Error::Usage {
        message: format!("the {option} glob{which} is not valid: {}", error.kind()),
        help: Some(
            "in a glob * and ? match within a name, ** matches any number of directories, [a-z] a range"
                .to_owned(),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filter(exclude: &[&str], include: &[&str]) -> PathFilter {
        let owned = |globs: &[&str]| globs.iter().map(|&glob| glob.to_owned()).collect::<Vec<_>>();
        PathFilter::new(&owned(exclude), &owned(include)).unwrap()
    }

    fn excluded(glob: &str) -> Vec<&'static str> {
        let paths =
            ["a.lock", "src/a.lock", "build/x", "src/build/x", "src/build", "src/gen/deep/x", "srcgen"];
        let filter = filter(&[glob], &[]);
        paths.into_iter().filter(|path| filter.excludes_file(&[path.as_bytes()])).collect()
    }

    #[test]
    fn a_glob_means_what_people_know_from_git() {
        assert_eq!(excluded("*.lock"), ["a.lock", "src/a.lock"]);
        assert_eq!(excluded("/*.lock"), ["a.lock"]);
        assert_eq!(excluded("build"), ["build/x", "src/build/x", "src/build"]);
        assert_eq!(excluded("build/"), ["build/x", "src/build/x"], "a file of that name stays");
        assert_eq!(excluded("build/**"), ["build/x"]);
        assert_eq!(excluded("**/build/**"), ["build/x", "src/build/x"]);
        assert_eq!(excluded("src/gen/"), ["src/gen/deep/x"]);
        assert_eq!(excluded("./src/*"), ["src/a.lock", "src/build/x", "src/build", "src/gen/deep/x"]);
        assert_eq!(excluded("src/*.rs"), [""; 0]);
    }

    #[test]
    fn a_directory_is_left_out_when_all_below_it_would_be() {
        let is_out = |glob: &str, path: &str| filter(&[glob], &[]).excludes_directory(&[path.as_bytes()]);
        for glob in ["build", "build/", "build/**", "/build"] {
            assert!(is_out(glob, "build"), "{glob}");
        }
        assert!(is_out("build", "src/build") && is_out("src/", "src/deep"));
        assert!(!is_out("*.lock", "build") && !is_out("build/*.o", "build"));
    }

    #[test]
    fn include_leaves_out_the_rest_but_no_directory() {
        let filter = filter(&["secret.env"], &["*.env", "config/"]);
        let is_out = |path: &str| filter.excludes_file(&[path.as_bytes()]);
        assert!(!is_out("x/a.env") && !is_out("config/deep/any.txt"));
        assert!(is_out("a.txt") && is_out("x/secret.env"));
        assert!(!filter.excludes_directory(&[b"x"]));
    }

    #[test]
    fn either_path_of_a_file_may_match() {
        assert!(filter(&["src/gen/"], &[]).excludes_file(&[b"gen/x", b"src/gen/x"]));
        assert!(!filter(&[], &["src/gen/"]).excludes_file(&[b"gen/x", b"src/gen/x"]));
        assert!(filter(&["*.env"], &[]).excludes_file(&[b"\xff.env"]));
    }

    #[test]
    fn a_bad_glob_is_named_by_its_place() {
        let error = PathFilter::new(&["ok".to_owned(), "[z-a]".to_owned()], &[]).unwrap_err();
        assert!(error.to_string().starts_with("the exclude glob number 2 is not valid: "), "{error}");
    }
}
