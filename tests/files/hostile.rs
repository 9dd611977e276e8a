//! Files that are none, cannot be read, or do not stay what they are: never opened, or a problem, and the scan goes on.

use std::fs;
use std::io::Read;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use leaklint::blob::Content;
use leaklint::source::files::{FilesOptions, FilesSource};
use leaklint::source::{Opened, Source};

use crate::common::Repo;
use crate::{Listed, list, write_all};

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
        // No reason to fail where all tests must run: root is root there, too.
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
