//! The working tree as a source: which files are scanned, which are left out and counted, under which path.

#![cfg(unix)]

mod binary;
#[path = "../common/mod.rs"]
mod common;
mod hostile;
mod ignored;

use std::ffi::OsStr;
use std::io::Read;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use common::Repo;
use leaklint::blob::BlobPath;
use leaklint::source::files::{FilesOptions, FilesSource, PathFilter};
use leaklint::source::{Listing, Opened, Source};

/// What a scan of some roots would look at, as text.
struct Listed {
    listing: Listing,
    /// The directory that absolute paths are shown relative to.
    base: PathBuf,
}

impl Listed {
    fn of(base: &Path, roots: &[&str], change: impl FnOnce(&mut FilesOptions)) -> Self {
        let roots = roots.iter().map(|root| base.join(root)).collect();
        let mut options = FilesOptions { roots, ..FilesOptions::default() };
        change(&mut options);
        let listing = FilesSource::new(options).list().expect("the roots exist");
        Self { listing, base: base.to_owned() }
    }

    fn text(&self, path: &BlobPath) -> String {
        let base = format!("{}/", self.base.display());
        path.text().replace(&base, "")
    }

    fn files(&self) -> Vec<String> {
        self.listing.items.iter().map(|item| self.text(&item.origins[0].path)).collect()
    }

    fn repo_paths(&self) -> Vec<String> {
        let path = |path: &Option<BlobPath>| path.as_ref().map_or("-".to_owned(), BlobPath::text);
        self.listing.items.iter().map(|item| path(&item.origins[0].repo_path)).collect()
    }

    fn gaps(&self) -> Vec<String> {
        let path = |path: &Option<BlobPath>| path.as_ref().map_or("-".to_owned(), |path| self.text(path));
        self.listing.gaps.iter().map(|gap| format!("{} {}", gap.kind.word(), path(&gap.path))).collect()
    }

    fn problems(&self) -> Vec<String> {
        let path = |path: &Option<BlobPath>| path.as_ref().map_or("-".to_owned(), |path| self.text(path));
        self.listing
            .problems
            .iter()
            .map(|problem| format!("{} {}", problem.kind, path(&problem.path)))
            .collect()
    }
}

fn list(repo: &Repo) -> Listed {
    Listed::of(repo.dir(), &[""], |_| {})
}

fn write_all(repo: &Repo, names: &[&str]) {
    names.iter().for_each(|name| drop(repo.write(name, "text\n")));
}

#[test]
fn hidden_files_are_listed_and_git_directories_are_not() {
    let repo = Repo::new();
    write_all(&repo, &["a", ".env", ".github/workflows/ci.yml", "x/.hidden/b"]);
    let listed = list(&repo);
    assert_eq!(listed.files(), [".env", ".github/workflows/ci.yml", "a", "x/.hidden/b"]);
    assert_eq!(listed.repo_paths(), listed.files());
    assert!(listed.gaps().is_empty() && listed.problems().is_empty());
}

#[test]
fn overlapping_roots_list_each_file_once_under_the_first() {
    let repo = Repo::new();
    repo.write(".gitignore", "*.log\n/out/\n");
    write_all(&repo, &["a/x", "a/b/y", "a/b/z.log", "out/o", "c"]);
    symlink("a", repo.path("link")).unwrap();
    let listed = Listed::of(repo.dir(), &["a/b", "a", "./a", "link", "out", "."], |_| {});
    let expected = [".gitignore", "a/b/y", "a/x", "c", "out/o"];
    assert_eq!(listed.files(), expected);
    assert_eq!(listed.gaps(), ["symbolic-link link", "ignored a/b/z.log"], "out was asked for");
    let asked = Listed::of(repo.dir(), &[".", "a/b/z.log", "a/b/z.log"], |_| {});
    assert_eq!(asked.files(), [".gitignore", "a/b/y", "a/b/z.log", "a/x", "c"]);
    assert_eq!(asked.gaps(), ["symbolic-link link", "ignored out"]);
}

#[test]
fn links_are_followed_on_the_command_line_only() {
    let repo = Repo::plain();
    write_all(&repo, &["real/a", "b"]);
    symlink("real", repo.path("directory")).unwrap();
    symlink("b", repo.path("file")).unwrap();
    symlink(".", repo.path("real/loop")).unwrap();
    symlink("nowhere", repo.path("dangling")).unwrap();
    let listed = list(&repo);
    assert_eq!(listed.files(), ["b", "real/a"]);
    let links = ["dangling", "directory", "file", "real/loop"].map(|name| format!("symbolic-link {name}"));
    assert_eq!(listed.gaps(), links);
    let asked = Listed::of(repo.dir(), &["directory", "file"], |_| {});
    assert_eq!(asked.files(), ["directory/a", "file"]);
    let mut text = String::new();
    for item in &asked.listing.items {
        let Ok(Opened::Stream(mut stream)) = FilesSource::new(FilesOptions::default()).open(&item.content)
        else {
            panic!("a file below a link on the command line can be opened")
        };
        stream.read_to_string(&mut text).unwrap();
    }
    assert_eq!(text, "text\ntext\n");
}

#[test]
fn names_that_are_no_utf8_and_strange_ones_work() {
    let repo = Repo::new();
    let odd: &[&[u8]] = &[b"\xff\xfe.env", b"new\nline", b"quote\"d", b" space "];
    for name in odd {
        repo.write(OsStr::from_bytes(name), "text\n");
    }
    repo.add_all();
    repo.write(".gitignore", "*\n");
    let listed = list(&repo);
    assert_eq!(listed.files(), [" space ", "new\nline", "quote\"d", "\\xff\\xfe.env"]);
    for item in &listed.listing.items {
        assert!(FilesSource::new(FilesOptions::default()).open(&item.content).is_ok());
    }
}

#[test]
fn excluded_paths_are_left_out_and_counted() {
    let repo = Repo::new();
    write_all(&repo, &["a.lock", "src/b.rs", "src/gen/c.rs", "build/deep/d", "x/build/e"]);
    let filtered = |exclude: &[&str], include: &[&str], roots: &[&str]| {
        let owned = |globs: &[&str]| globs.iter().map(|&glob| glob.to_owned()).collect::<Vec<_>>();
        let filter = PathFilter::new(&owned(exclude), &owned(include)).unwrap();
        Listed::of(repo.dir(), roots, |options| options.filter = filter)
    };
    let listed = filtered(&["*.lock", "/build/", "src/gen/**"], &[], &[""]);
    assert_eq!(listed.files(), ["src/b.rs", "x/build/e"]);
    assert_eq!(listed.gaps(), ["excluded a.lock", "excluded build", "excluded src/gen"]);
    let listed = filtered(&["src/gen/"], &[], &["src", "src/gen/c.rs"]);
    assert_eq!(listed.files(), ["src/b.rs"], "the path in the repository counts, too");
    assert_eq!(listed.gaps(), ["excluded src/gen", "excluded src/gen/c.rs"]);
    let listed = filtered(&[], &["*.rs"], &[""]);
    assert_eq!(listed.files(), ["src/b.rs", "src/gen/c.rs"]);
    assert_eq!(listed.gaps(), ["excluded a.lock", "excluded build/deep/d", "excluded x/build/e"]);
    let listed = filtered(&["build"], &[], &["build"]);
    assert_eq!((listed.files().len(), listed.gaps()), (0, vec!["excluded build".to_owned()]));
}

#[test]
fn thousands_of_entries_come_in_the_same_order_on_any_number_of_threads() {
    let repo = Repo::new();
    for number in 0..2000 {
        repo.write(format!("{}/{}/f{number}", number % 7, number % 31), "");
    }
    let listed = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| list(&repo).files())
    };
    let one = listed(1);
    assert_eq!(one.len(), 2000);
    assert!(one.is_sorted());
    assert_eq!(one, listed(4));
}
