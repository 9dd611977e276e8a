//! Caches in throw-away directories: what they keep, and what is done to them.

use super::*;

const SETTINGS: [u8; 32] = [7; 32];

fn open(directory: &Path, settings: &[u8; 32]) -> Cache {
    Cache::open(directory, Path::new("/repository"), &[], settings).expect("it can be used")
}

fn key(number: u8) -> [u8; KEY_BYTES] {
    [number; KEY_BYTES]
}

fn seen(number: u8) -> Seen {
    let dropped = (0..number % 3).map(|reason| (reason, 1000 + u16::from(number))).collect();
    Seen { bytes: u32::from(number), binary: number % 2 == 1, dropped }
}

fn learned(directory: &Path, number: u8) {
    let cache = open(directory, &SETTINGS);
    cache.remember(&key(number), &seen(number));
    assert_eq!(cache.close(), Vec::<String>::new());
}

fn file(directory: &Path) -> std::path::PathBuf {
    let entries = directory.read_dir().unwrap().map(|entry| entry.unwrap().path());
    entries
        .into_iter()
        .find(|path| path.extension().is_some_and(|end| end == "seen"))
        .expect("a cache was written")
}

#[test]
fn what_one_run_learns_the_next_ones_know_and_no_others() {
    let directory = tempfile::tempdir().unwrap();
    learned(directory.path(), 1);
    learned(directory.path(), 2);
    let cache = open(directory.path(), &SETTINGS);
    assert_eq!(cache.recall(&key(1)), Some(seen(1)));
    assert_eq!(cache.recall(&key(2)), Some(seen(2)));
    assert_eq!(cache.recall(&key(3)), None);
    assert_eq!(open(directory.path(), &[8; 32]).recall(&key(1)), None);
    let other = Cache::open(directory.path(), Path::new("/other"), &[], &SETTINGS).unwrap();
    assert_eq!(other.recall(&key(1)), None);
    cache.remember(&key(4), &Seen { bytes: BINARY, ..Seen::default() });
    cache.close();
    assert_eq!(open(directory.path(), &SETTINGS).recall(&key(4)), None, "too large to be remembered");
}

#[test]
fn any_changed_byte_discards_the_cache_with_a_note_once() {
    let directory = tempfile::tempdir().unwrap();
    learned(directory.path(), 1);
    let path = file(directory.path());
    let sound = std::fs::read(&path).unwrap();
    for at in 0..sound.len() {
        let mut damaged = sound.clone();
        damaged[at] ^= 1;
        std::fs::write(&path, &damaged).unwrap();
        let cache = open(directory.path(), &SETTINGS);
        let notes = cache.close();
        assert!(cache.recall(&key(1)).is_none() || cache.recall(&key(1)) == Some(seen(1)));
        assert_eq!(cache.recall(&key(1)).is_none(), notes.len() == 1, "byte {at}: {notes:?}");
        let again = open(directory.path(), &SETTINGS);
        assert_eq!(again.close(), Vec::<String>::new(), "byte {at}");
    }
}

#[test]
fn what_a_killed_run_left_behind_is_written_over() {
    let directory = tempfile::tempdir().unwrap();
    learned(directory.path(), 1);
    let path = file(directory.path());
    let mut torn = std::fs::read(&path).unwrap();
    torn.extend_from_slice(&[3, 0, 0, 0, 1, 2]);
    std::fs::write(&path, torn).unwrap();
    learned(directory.path(), 2);
    let cache = open(directory.path(), &SETTINGS);
    assert!(cache.recall(&key(1)).is_some() && cache.recall(&key(2)).is_some());
    assert_eq!(cache.close(), Vec::<String>::new());
}

#[test]
fn a_cache_of_another_key_is_not_believed() {
    let (mine, theirs) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    learned(mine.path(), 1);
    learned(theirs.path(), 2);
    // Names depend on the key too: somebody who has seen mine could still use it.
    std::fs::copy(file(theirs.path()), file(mine.path())).unwrap();
    let cache = open(mine.path(), &SETTINGS);
    assert_eq!((cache.recall(&key(1)), cache.recall(&key(2))), (None, None));
    assert_eq!(cache.close().len(), 1);
}

#[test]
fn several_runs_at_once_lose_nothing() {
    let directory = tempfile::tempdir().unwrap();
    learned(directory.path(), 0);
    let runs: Vec<Cache> = (0..8).map(|_| open(directory.path(), &SETTINGS)).collect();
    std::thread::scope(|scope| {
        for (run, number) in runs.iter().zip(1..) {
            scope.spawn(move || {
                run.remember(&key(number), &seen(number));
                assert_eq!(run.close(), Vec::<String>::new());
            });
        }
    });
    let cache = open(directory.path(), &SETTINGS);
    assert!((0..=8).all(|number| cache.recall(&key(number)).is_some()));
}

#[test]
fn a_directory_in_the_repository_is_refused() {
    let repository = tempfile::tempdir().unwrap();
    let inside = repository.path().join("a/b");
    assert!(Cache::open(&inside, Path::new("/r"), &[repository.path()], &SETTINGS).is_err());
}

#[cfg(unix)]
#[test]
fn a_key_that_others_can_read_is_refused() {
    use std::os::unix::fs::PermissionsExt as _;
    let directory = tempfile::tempdir().unwrap();
    learned(directory.path(), 1);
    let path = directory.path().join("key");
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
    assert!(Cache::open(directory.path(), Path::new("/r"), &[], &SETTINGS).is_err());
}
