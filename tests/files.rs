//! The working tree as a source: which files are scanned, which are left out and counted, under which path.

#![cfg(unix)]

mod common;

use std::ffi::OsStr;
use std::fs;
use std::io::Read;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use common::Repo;
use leaklint::blob::{BlobPath, Content};
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
fn a_tracked_file_is_listed_whatever_the_rules_say() {
    let repo = Repo::new();
    write_all(&repo, &[".env", "build/kept", "build/deep/kept", "a"]);
    repo.add_all();
    repo.write(".gitignore", ".env\nbuild/\n");
    write_all(&repo, &["build/new", "build/other/new", "sub/.env"]);
    let listed = list(&repo);
    assert_eq!(listed.files(), [".env", ".gitignore", "a", "build/deep/kept", "build/kept"]);
    assert_eq!(listed.gaps(), ["ignored build/new", "ignored build/other", "ignored sub/.env"]);
}

#[test]
fn nested_rules_negations_and_info_exclude_hold_as_in_git() {
    let repo = Repo::new();
    repo.write(".gitignore", "*.log\n/top\n!keep.log\nout/\n");
    repo.write("x/.gitignore", "!again.log\nlocal\n");
    repo.write("out/.gitignore", "!*\n");
    repo.write(".git/info/exclude", "excluded\n*.bak\n");
    repo.write("x/y/.gitignore", "!back.bak\n");
    let names = ["a.log", "keep.log", "top", "x/top", "x/again.log", "x/b.log", "x/local", "local", "out/z"];
    write_all(&repo, &names);
    write_all(&repo, &["excluded", "x/excluded", "x/y/back.bak", "x/y/c.bak", "x/y/local"]);
    let listed = list(&repo);
    let expected = repo.git(["ls-files", "-z", "--others", "--exclude-standard"]);
    let mut expected: Vec<&str> = expected.split('\0').filter(|name| !name.is_empty()).collect();
    expected.sort_unstable();
    assert_eq!(listed.files(), expected);
    let ignored =
        ["a.log", "excluded", "out", "top", "x/b.log", "x/excluded", "x/local", "x/y/c.bak", "x/y/local"];
    assert_eq!(listed.gaps(), ignored.map(|name| format!("ignored {name}")));
}

#[test]
fn no_ignore_lists_everything() {
    let repo = Repo::new();
    repo.write(".gitignore", "*\n");
    write_all(&repo, &["a", "x/b"]);
    assert_eq!(list(&repo).gaps(), ["ignored .gitignore", "ignored a", "ignored x"]);
    let listed = Listed::of(repo.dir(), &[""], |options| options.no_ignore = true);
    assert_eq!(listed.files(), [".gitignore", "a", "x/b"]);
    assert_eq!(listed.repo_paths(), listed.files());
    assert!(listed.gaps().is_empty());
}

#[test]
fn other_tools_rules_and_the_users_own_hide_nothing() {
    let repo = Repo::new();
    repo.write(".ignore", "*.env\n");
    repo.write(".rgignore", "*.env\n");
    repo.git(["config", "core.excludesFile", &repo.path(".ignore").display().to_string()]);
    write_all(&repo, &["a.env"]);
    assert_eq!(list(&repo).files(), [".ignore", ".rgignore", "a.env"]);
    let plain = Repo::plain();
    plain.write(".gitignore", "*\n");
    write_all(&plain, &["a"]);
    assert_eq!(list(&plain).files(), [".gitignore", "a"], "outside a repository .gitignore is any file");
    assert_eq!(list(&plain).repo_paths(), ["-", "-"]);
}

#[test]
fn a_root_within_a_repository_obeys_the_rules_above_it() {
    let repo = Repo::new();
    repo.write(".gitignore", "*.log\n/src/gen/\n/target/\n");
    write_all(&repo, &["src/a", "src/b.log", "src/gen/c", "target/d", "target/e.log"]);
    let listed = Listed::of(repo.dir(), &["src"], |_| {});
    assert_eq!(listed.files(), ["src/a"]);
    assert_eq!(listed.repo_paths(), ["src/a"]);
    assert_eq!(listed.gaps(), ["ignored src/b.log", "ignored src/gen"]);
    let asked = Listed::of(repo.dir(), &["target", "src/b.log"], |_| {});
    assert_eq!(asked.files(), ["src/b.log", "target/d"], "what is named on the command line is wanted");
    assert_eq!(asked.gaps(), ["ignored target/e.log"]);
}

#[test]
fn a_nested_repository_has_its_own_index_and_rules() {
    let repo = Repo::new();
    repo.write(".gitignore", "*.log\n");
    let inner = repo.path("vendor/inner");
    fs::create_dir_all(&inner).unwrap();
    repo.git(["init", "--quiet", "vendor/inner"]);
    write_all(
        &repo,
        &["vendor/inner/a.log", "vendor/inner/kept.tmp", "vendor/inner/other.tmp", "vendor/b.log"],
    );
    repo.git(["-C", "vendor/inner", "add", "kept.tmp"]);
    repo.write("vendor/inner/.gitignore", "*.tmp\n");
    let listed = list(&repo);
    let inside = ["vendor/inner/.gitignore", "vendor/inner/a.log", "vendor/inner/kept.tmp"];
    assert_eq!(listed.files(), [&[".gitignore"][..], &inside].concat());
    assert_eq!(listed.repo_paths(), [".gitignore", ".gitignore", "a.log", "kept.tmp"]);
    assert_eq!(listed.gaps(), ["ignored vendor/b.log", "ignored vendor/inner/other.tmp"]);
}

#[test]
fn a_submodule_is_listed_even_in_an_ignored_directory() {
    let repo = Repo::new();
    let library = repo.beside().join("library");
    repo.git(["init", "--quiet", &library.display().to_string()]);
    fs::write(library.join("code"), "text\n").unwrap();
    let at = library.display().to_string();
    repo.git(["-C", &at, "add", "code"]);
    repo.git(["-C", &at, "commit", "--quiet", "-m", "code"]);
    repo.git(["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", &at, "deps/library"]);
    repo.write(".gitignore", "deps/\n");
    write_all(&repo, &["deps/loose", "deps/library/new"]);
    let listed = list(&repo);
    assert_eq!(listed.files(), [".gitignore", ".gitmodules", "deps/library/code", "deps/library/new"]);
    assert_eq!(listed.gaps(), ["ignored deps/loose"]);
}

#[test]
fn a_linked_worktree_shares_excludes_and_has_its_own_index() {
    let repo = Repo::new();
    write_all(&repo, &["a"]);
    repo.commit("first");
    repo.write(".git/info/exclude", "*.tmp\n");
    let other = repo.beside().join("other");
    repo.git(["worktree", "add", "--quiet", &other.display().to_string()]);
    for name in ["tracked.tmp", "loose.tmp"] {
        fs::write(other.join(name), "text\n").unwrap();
    }
    repo.git(["-C", &other.display().to_string(), "add", "--force", "tracked.tmp"]);
    let listed = Listed::of(repo.beside(), &["other"], |_| {});
    assert_eq!(listed.files(), ["other/a", "other/tracked.tmp"]);
    assert_eq!(listed.repo_paths(), ["a", "tracked.tmp"]);
    assert_eq!(listed.gaps(), ["ignored other/loose.tmp"]);
}

#[test]
fn an_index_beyond_libgit2_is_read_by_git() {
    let repo = Repo::new();
    write_all(&repo, &["kept.log", "a"]);
    repo.commit("first");
    repo.git(["update-index", "--split-index"]);
    repo.write(".gitignore", "*.log\n");
    write_all(&repo, &["loose.log"]);
    repo.git(["config", "core.fsmonitor", "touch ran; false"]);
    let listed = list(&repo);
    assert_eq!(listed.files(), [".gitignore", "a", "kept.log"]);
    assert_eq!(listed.gaps(), ["ignored loose.log"]);
    assert!(listed.problems().is_empty());
    assert!(!repo.path("ran").exists(), "nothing that the repository configures is run");
}

#[test]
fn an_index_that_skips_its_hash_is_read() {
    let repo = Repo::new();
    write_all(&repo, &["kept.log"]);
    repo.git(["-c", "index.skipHash=true", "-c", "index.version=4", "add", "--all"]);
    repo.write(".gitignore", "*.log\n");
    assert_eq!(list(&repo).files(), [".gitignore", "kept.log"]);
}

#[test]
fn a_broken_index_is_a_problem() {
    let repo = Repo::new();
    write_all(&repo, &["a"]);
    repo.write(".git/index", "DIRC and nothing of use");
    let listed = list(&repo);
    assert_eq!(listed.files(), ["a"]);
    assert_eq!(listed.problems().len(), 1);
    assert!(listed.listing.problems[0].message.contains("index"));
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
fn what_is_no_regular_file_is_never_opened() {
    let repo = Repo::plain();
    write_all(&repo, &["a"]);
    assert!(Command::new("mkfifo").arg(repo.path("fifo")).status().unwrap().success());
    let _socket = std::os::unix::net::UnixListener::bind(repo.path("socket")).unwrap();
    let listed = list(&repo);
    assert_eq!(listed.files(), ["a"]);
    assert_eq!(listed.gaps(), ["special-file fifo", "special-file socket"]);
    let asked = Listed::of(repo.dir(), &["fifo", "/dev/null"], |_| {});
    assert_eq!(asked.gaps(), ["special-file /dev/null", "special-file fifo"]);
    let opened = FilesSource::new(FilesOptions::default()).open(&Content::File(repo.path("fifo")));
    assert_eq!(opened.err().unwrap().kind, "changed-while-read", "it took the place of a file");
    fs::remove_file(repo.path("a")).unwrap();
    symlink("/etc/passwd", repo.path("a")).unwrap();
    let opened = FilesSource::new(FilesOptions::default()).open(&Content::File(repo.path("a")));
    assert_eq!(opened.err().unwrap().kind, "changed-while-read");
}

#[test]
fn a_fifo_among_the_rules_holds_nothing_up() {
    let repo = Repo::new();
    write_all(&repo, &["a"]);
    fs::remove_dir_all(repo.path(".git/info")).unwrap();
    fs::create_dir(repo.path(".git/info")).unwrap();
    for name in [".gitignore", ".git/info/exclude", ".git/index"] {
        let _ = fs::remove_file(repo.path(name));
        assert!(Command::new("mkfifo").arg(repo.path(name)).status().unwrap().success());
    }
    let listed = Listed::of(repo.dir(), &[""], |options| options.no_ignore = true);
    assert_eq!(listed.files(), ["a"]);
    fs::remove_file(repo.path(".git/index")).unwrap();
    let listed = list(&repo);
    assert_eq!(listed.files(), ["a"]);
    assert_eq!(listed.gaps(), ["special-file .gitignore"]);
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
fn a_missing_root_is_an_error_and_an_unreadable_one_a_problem() {
    let repo = Repo::plain();
    write_all(&repo, &["a"]);
    for missing in ["no\u{1b}where", "a/below"] {
        let options = FilesOptions { roots: vec![repo.path(missing)], ..FilesOptions::default() };
        let error = FilesSource::new(options).list().err().unwrap().to_string();
        assert!(error.contains("no file or directory") && !error.contains('\u{1b}'), "{error}");
    }
    symlink("loop", repo.path("loop")).unwrap();
    let listed = Listed::of(repo.dir(), &["loop", "a"], |_| {});
    assert_eq!(listed.files(), ["a"], "the scan goes on");
    assert_eq!(listed.problems(), ["unreadable loop"]);
}

#[test]
fn an_unreadable_file_or_directory_is_a_problem() {
    use std::os::unix::fs::PermissionsExt;
    let repo = Repo::plain();
    write_all(&repo, &["a", "locked/b", "closed"]);
    for name in ["locked", "closed"] {
        fs::set_permissions(repo.path(name), fs::Permissions::from_mode(0o000)).unwrap();
    }
    if fs::read(repo.path("closed")).is_ok() {
        println!("an_unreadable_file_or_directory_is_a_problem: not run: root reads everything");
        return;
    }
    let listed = list(&repo);
    assert_eq!(listed.files(), ["a", "closed"]);
    assert_eq!(listed.problems(), ["unreadable locked"]);
    let opened = FilesSource::new(FilesOptions::default()).open(&Content::File(repo.path("closed")));
    assert_eq!(opened.err().unwrap().kind, "unreadable");
    fs::set_permissions(repo.path("locked"), fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn a_directory_too_deep_for_the_system_is_a_problem() {
    let repo = Repo::plain();
    // Neither half is longer than the system takes, both together are.
    let half = Path::new(&"d".repeat(250)).iter().cycle().take(10).collect::<PathBuf>();
    for top in ["one", "other"] {
        fs::create_dir_all(repo.path(top).join(&half)).unwrap();
    }
    fs::rename(repo.path("other"), repo.path("one").join(&half).join("other")).unwrap();
    write_all(&repo, &["b"]);
    let listed = list(&repo);
    assert_eq!(listed.files(), ["b"]);
    assert_eq!(listed.listing.problems.len(), 1);
    assert_eq!(listed.listing.problems[0].kind, "unreadable");
}

#[test]
fn a_file_that_changes_while_it_is_read_is_a_problem() {
    let repo = Repo::plain();
    let path = repo.write("a", "first\n");
    let Ok(Opened::Stream(mut stream)) =
        FilesSource::new(FilesOptions::default()).open(&Content::File(path.clone()))
    else {
        panic!("the file can be opened")
    };
    let mut start = [0; 3];
    stream.read_exact(&mut start).unwrap();
    fs::write(&path, "second and longer\n").unwrap();
    let error = stream.read_to_end(&mut Vec::new()).unwrap_err();
    assert!(leaklint::source::files::was_changed(&error));
    assert_eq!(leaklint::source::files::problem(None, &error).kind, "changed-while-read");
    fs::remove_file(&path).unwrap();
    let opened = FilesSource::new(FilesOptions::default()).open(&Content::File(path));
    assert_eq!(opened.err().unwrap().kind, "unreadable");
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
