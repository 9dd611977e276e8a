//! How a baseline's file is changed: in one step, from what stands there, and without losing what others wrote.

use super::*;

fn owned(owner: &str) -> Facts {
    Facts { owner: Some(owner.to_owned()), ..Facts::default() }
}

#[test]
fn entries_are_added_to_what_is_there_and_described_anew() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("baseline");
    let draft = Draft::open(&path).unwrap();
    let salts = draft.salts().to_vec();
    let (one, two) =
        (found_with(&salts, "a", "", &token(1), "r"), found_with(&salts, "b", "pw", CHOSEN, "r"));
    assert_eq!(draft.add(&[(&one, owned("x"))]).unwrap(), Added { new: 1, changed: 0 });
    // The file was not there when it was opened; it is now.
    assert_eq!(
        draft.add(&[(&two, Facts::default()), (&one, owned("x"))]).unwrap(),
        Added { new: 1, changed: 0 }
    );
    let bytes = std::fs::read(&path).unwrap();
    let again = Draft::open(&path).unwrap();
    assert_eq!(again.salts(), salts);
    assert_eq!(again.add(&[(&one, owned("x"))]).unwrap(), Added::default());
    assert_eq!(std::fs::read(&path).unwrap(), bytes);
    assert_eq!(again.add(&[(&one, owned("y"))]).unwrap(), Added { new: 0, changed: 1 });
    let read = load(&path).unwrap();
    assert_eq!(
        read.entries().iter().map(|entry| entry.owner.as_deref()).collect::<Vec<_>>(),
        [Some("y"), None]
    );
    let names: Vec<_> =
        directory.path().read_dir().unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["baseline"], "nothing is left beside it");
}

#[test]
fn two_that_make_one_file_at_once_leave_both_salts_and_all_entries() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("baseline");
    let drafts = [Draft::open(&path).unwrap(), Draft::open(&path).unwrap()];
    for (at, draft) in drafts.iter().enumerate() {
        let finding = found_with(draft.salts(), &format!("f{at}"), "", &token(1), "r");
        draft.add(&[(&finding, Facts::default())]).unwrap();
    }
    let read = load(&path).unwrap();
    assert_eq!((read.salts().len(), read.entries().len()), (2, 2));
    let findings = ["f0", "f1"].map(|path| found_with(read.salts(), path, "", &token(1), "r"));
    assert_eq!(read.known(&findings, &TREE), [true, true]);
}

#[test]
fn writing_anew_keeps_what_was_added_meanwhile() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("baseline");
    Draft::open(&path).unwrap().replace(&[], &Facts::default()).unwrap();
    let long = Draft::create(&path, true).unwrap();
    let with = |name: &str, number| found_with(long.salts(), name, "", &token(number), "r");
    Draft::open(&path).unwrap().add(&[(&with("other", 1), owned("somebody"))]).unwrap();
    assert_eq!(long.replace(&[with("mine", 2)], &owned("me")).unwrap(), 2);
    let read = load(&path).unwrap();
    let owners: Vec<_> =
        read.entries().iter().map(|entry| (entry.path.as_str(), entry.owner.as_deref())).collect();
    assert_eq!(owners, [("mine", Some("me")), ("other", Some("somebody"))]);
}

#[test]
fn many_writers_at_once_lose_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("baseline");
    Draft::open(&path).unwrap().add(&[]).unwrap();
    std::thread::scope(|scope| {
        for writer in 0..4 {
            let path = &path;
            scope.spawn(move || {
                for number in 0..10 {
                    let draft = Draft::open(path).unwrap();
                    let name = format!("w{writer}/{number}");
                    let finding = found_with(draft.salts(), &name, "", &token(number), "r");
                    draft.add(&[(&finding, Facts::default())]).unwrap();
                }
            });
        }
    });
    let read = load(&path).unwrap();
    assert_eq!((read.salts().len(), read.entries().len()), (1, 40));
    assert_eq!(directory.path().read_dir().unwrap().count(), 1);
}

#[test]
fn a_file_that_broke_meanwhile_stays_as_it_is() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("baseline");
    let draft = Draft::open(&path).unwrap();
    std::fs::write(&path, "<<<<<<< ours\n").unwrap();
    assert!(matches!(draft.add(&[]), Err(Error::Invalid { .. })));
    assert!(matches!(draft.replace(&[], &Facts::default()), Err(Error::Invalid { .. })));
    assert_eq!(std::fs::read(&path).unwrap(), b"<<<<<<< ours\n");
}

#[cfg(unix)]
#[test]
fn a_link_stays_a_link_and_the_lock_follows_none() {
    let directory = tempfile::tempdir().unwrap();
    let (link, target) = (directory.path().join("link"), directory.path().join("dir/target"));
    std::fs::create_dir(directory.path().join("dir")).unwrap();
    std::fs::write(&target, header(&SALT)).unwrap();
    std::os::unix::fs::symlink("dir/target", &link).unwrap();
    let draft = Draft::open(&link).unwrap();
    draft.add(&[(&found("a", "", &token(1)), Facts::default())]).unwrap();
    assert!(link.symlink_metadata().unwrap().is_symlink());
    assert_eq!(load(&target).unwrap().entries().len(), 1);
    let victim = directory.path().join("victim");
    std::os::unix::fs::symlink(&victim, directory.path().join("dir/target.lock")).unwrap();
    assert!(matches!(draft.add(&[]), Err(Error::Io { action: "write", .. })));
    assert!(!victim.exists());
}

/// Weak values of one name share 4,096 fingerprints, so entries of one are taken for others. How long it takes is measured by
/// `benches/baseline.sh`.
#[test]
fn of_planted_weak_values_no_more_are_known_than_entries_cover() {
    const COUNT: u32 = 32_000;
    let planted: Vec<Finding> =
        (0..COUNT).map(|n| found(&format!("p{}", n % 7), "password", &format!("pw{n}"))).collect();
    let old: Vec<Finding> =
        (0..COUNT / 100).map(|n| found(&format!("f{n}"), "password", &format!("w{n}"))).collect();
    let mut known: BTreeMap<(&str, String), u32> = BTreeMap::new();
    for (finding, _) in planted.iter().zip(accepted(&old).known(&planted, &TREE)).filter(|(_, known)| *known)
    {
        *known.entry((finding.identity.fingerprint(), finding.path.text())).or_default() += 1;
    }
    assert!(!known.is_empty() && known.len() <= old.len(), "{} pairs of fingerprint and path", known.len());
}
