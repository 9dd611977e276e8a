//! A `leaklint history` after one that found nothing goes on from there, and says what one without a cache says.

mod common;

use std::path::{Path, PathBuf};

use common::{Repo, Values};

const NOW: &str = "2026-01-31T00:00:00Z";

/// A repository without findings, with an old tree that nothing but a whole listing reads.
struct Clean {
    repo: Repo,
    cache: tempfile::TempDir,
    old: PathBuf,
}

impl Clean {
    fn new() -> Self {
        let repo = Repo::new();
        repo.write("old/only/here.txt", "first\n");
        repo.commit("first");
        let id = repo.git(["rev-parse", "HEAD:old/only"]);
        let old = repo.dir().join(".git/objects").join(&id[..2]).join(&id[2..]);
        std::fs::remove_dir_all(repo.dir().join("old")).expect("it can be done");
        for number in 0..9 {
            repo.write(format!("plain/{number}.txt"), format!("line {number} of nothing\n"));
        }
        repo.write("example.py", "password = \"changeme\"\n");
        repo.write("image.bin", [0_u8, 1, 2, 3, 0, 0, 7]);
        repo.write("vendor/lib.py", "x = 1\n");
        std::os::unix::fs::symlink("plain/1.txt", repo.dir().join("link")).expect("it can be done");
        repo.commit("second");
        Self { repo, cache: tempfile::tempdir().expect("a directory"), old }
    }

    fn run(&self, more: &[&str]) -> (String, String) {
        let cache = self.cache.path().to_str().expect("a temporary directory has a plain name");
        let command = self.repo.leaklint().args(["history", "--format", "json", "--now", NOW]);
        let done = command.args(["--cache-dir", cache]).args(more.iter().copied()).run();
        (
            String::from_utf8(done.stdout).expect("reports are UTF-8"),
            String::from_utf8(done.stderr).expect("notes are UTF-8"),
        )
    }

    fn anew(&self, more: &[&str]) -> String {
        let command = self.repo.leaklint().args(["history", "--format", "json", "--now", NOW, "--no-cache"]);
        String::from_utf8(command.args(more.iter().copied()).run().stdout).expect("reports are UTF-8")
    }

    /// The report while the old tree cannot be read: a whole listing tells of it.
    fn without_old(&self, more: &[&str]) -> String {
        let away = self.old.with_extension("away");
        std::fs::rename(&self.old, &away).expect("it can be done");
        std::fs::write(&self.old, "damaged").expect("it can be done");
        let report = self.run(more).0;
        std::fs::remove_file(&self.old).expect("it can be done");
        std::fs::rename(away, &self.old).expect("it can be done");
        report
    }

    /// Holds that the next run says what one without a cache says, and whether it goes on from the one before.
    #[track_caller]
    fn check(&self, what: &str, goes_on: bool, more: &[&str]) {
        let expected = self.anew(more);
        let damaged = self.without_old(more);
        assert_eq!(!damaged.contains("corrupt-object"), goes_on, "{what}: {damaged}");
        if goes_on {
            assert_eq!(damaged, expected, "{what}");
        }
        assert_eq!(self.run(more).0, expected, "{what}");
        assert_eq!(self.run(more).0, expected, "{what}, once more");
    }

    fn kept(&self) -> Vec<PathBuf> {
        let entries = self
            .cache
            .path()
            .read_dir()
            .expect("the cache is there")
            .map(|entry| entry.expect("it can be listed").path());
        entries.filter(|path| path.extension().is_some_and(|end| end == "whole")).collect()
    }
}

fn file_of(repo: &Repo, text: &str) -> String {
    let file = repo.beside().join("text");
    std::fs::write(&file, text).expect("it can be done");
    repo.git(["hash-object", "-w", file.to_str().expect("a plain name")])
}

/// A step, whether a run after it goes on from the one before, and what is done.
type Step = (&'static str, bool, fn(&Repo));

const STEPS: &[Step] = &[
    ("nothing", true, |_| {}),
    ("an edit", true, |repo| {
        repo.write("plain/1.txt", "another line of nothing\n");
        repo.commit("third");
    }),
    ("new directories", true, |repo| {
        repo.write("deep/er/and/deeper.txt", "new\n");
        repo.write("example2.py", "password = \"changeme\"\ntoken = None\n");
        repo.commit("fourth");
    }),
    ("a text at another path", true, |repo| {
        repo.git(["mv", "plain/2.txt", "deep/two.txt"]);
        repo.commit("fifth");
    }),
    ("a directory at another path", true, |repo| {
        repo.git(["mv", "plain", "plainer"]);
        repo.commit("sixth");
    }),
    ("back to what was there", true, |repo| {
        repo.git(["revert", "--no-edit", "HEAD"]);
    }),
    ("what matched once at another path", false, |repo| {
        repo.git(["mv", "example.py", "example3.py"]);
        repo.commit("seventh");
    }),
    ("a binary that is another now", true, |repo| {
        repo.write("image.bin", [0_u8, 1, 2, 3, 0, 0, 8]);
        repo.commit("eighth");
    }),
    ("a binary that is new", false, |repo| {
        repo.write("image2.bin", [0_u8, 1, 2, 3, 0, 0, 9]);
        repo.commit("ninth");
    }),
    ("a link to elsewhere", true, |repo| {
        std::fs::remove_file(repo.dir().join("link")).expect("it can be done");
        std::os::unix::fs::symlink("plain/3.txt", repo.dir().join("link")).expect("it can be done");
        repo.commit("tenth");
    }),
    ("a new link", false, |repo| {
        std::os::unix::fs::symlink("plain/3.txt", repo.dir().join("link2")).expect("it can be done");
        repo.commit("eleventh");
    }),
    ("a merge", true, |repo| {
        repo.git(["checkout", "-q", "-b", "side", "HEAD~3"]);
        repo.write("side.txt", "one side\n");
        repo.commit("on the side");
        repo.git(["checkout", "-q", "-"]);
        repo.git(["merge", "-q", "--no-ff", "--no-edit", "side"]);
    }),
    ("an annotated tag", true, |repo| {
        repo.git(["tag", "-a", "-m", "a tag", "one"]);
    }),
    ("a note and a stash", true, |repo| {
        repo.git(["notes", "add", "-m", "a note"]);
        repo.write("plain/3.txt", "stashed\n");
        repo.git(["stash", "-q"]);
    }),
    ("a staged file", true, |repo| {
        repo.write("staged.txt", "staged\n");
        repo.add_all();
    }),
    ("the staged file in a commit", true, |repo| {
        repo.commit("twelfth");
    }),
    ("a file that is staged no more", false, |repo| {
        repo.write("staged2.txt", "staged too\n");
        repo.add_all();
    }),
    ("an amended commit", true, |repo| {
        repo.write("plain/4.txt", "amended\n");
        repo.git(["commit", "-q", "--amend", "-a", "--no-edit"]);
    }),
    ("a blob that nothing leads to", true, |repo| {
        file_of(repo, "lost\n");
    }),
    ("the same in a commit", true, |repo| {
        repo.write("found.txt", "lost\n");
        repo.commit("thirteenth");
    }),
    ("a branch that is gone", false, |repo| {
        let tree = repo.git(["rev-parse", "HEAD^{tree}"]);
        let commit = repo.git(["commit-tree", "-m", "alone", &tree]);
        repo.git(["update-ref", "refs/heads/alone", &commit]);
    }),
    ("a ref to a blob", false, |repo| {
        let id = file_of(repo, "named\n");
        repo.git(["update-ref", "refs/tags/blob", &id]);
    }),
    ("a commit beside it", true, |repo| {
        repo.write("plain/5.txt", "beside\n");
        repo.commit("fourteenth");
    }),
    ("an object that stands for another", false, |repo| {
        repo.git(["replace", "HEAD:plain/5.txt", "HEAD:plain/4.txt"]);
    }),
    ("no such object any more", true, |repo| {
        repo.git(["replace", "-d", "HEAD:plain/5.txt"]);
    }),
];

/// What undoes a step before it is looked at: the run in between saw it.
fn seen_then_undone(clean: &Clean, what: &str) {
    let undo: &[&str] = match what {
        "a file that is staged no more" => &["rm", "-q", "--cached", "staged2.txt"],
        "a branch that is gone" => &["update-ref", "-d", "refs/heads/alone"],
        _ => return,
    };
    clean.run(&[]);
    clean.repo.git(undo);
    let left = clean.repo.dir().join("staged2.txt");
    std::fs::remove_file(left).ok();
}

#[test]
fn what_comes_to_a_repository_without_findings_is_told_as_by_a_run_without_a_cache() {
    let clean = Clean::new();
    clean.run(&[]);
    for (what, goes_on, step) in STEPS {
        step(&clean.repo);
        seen_then_undone(&clean, what);
        clean.check(what, *goes_on, &[]);
    }
    assert_eq!(clean.kept().len(), 1);
}

#[test]
fn what_is_left_out_by_its_path_is_told_as_by_a_run_without_a_cache() {
    let clean = Clean::new();
    let more = ["--exclude", "vendor/", "--exclude", "*.gen"];
    clean.run(&more);
    clean.check("nothing", true, &more);
    clean.repo.write("vendor/lib.py", "x = 2\n");
    clean.repo.write("plain/1.txt", "x = 3\n");
    clean.repo.commit("an edit here and there");
    clean.check("an edit here and there", true, &more);
    clean.repo.write("other.gen", "x = 4\n");
    clean.repo.commit("a file that is left out");
    clean.check("a file that is left out", false, &more);
    clean.repo.git(["mv", "vendor/lib.py", "lib.py"]);
    clean.repo.commit("out of the directory");
    clean.check("out of the directory", false, &more);
    clean.check("nothing is left out", false, &[]);
}

#[test]
fn a_finding_is_told_in_full_and_ends_it() {
    let clean = Clean::new();
    clean.run(&[]);
    let token = Values::new(5).github_token();
    clean.repo.write("settings.py", format!("token = \"{token}\"\n"));
    let commit = clean.repo.commit("a secret");
    clean.check("a secret", false, &[]);
    assert!(clean.run(&[]).0.contains(&commit), "with the life of it");
    clean.repo.git(["rm", "-q", "settings.py"]);
    clean.repo.commit("it is gone");
    clean.check("a secret that is gone", false, &[]);
    for kept in clean.kept() {
        let bytes = std::fs::read(kept).unwrap();
        assert!(!bytes.windows(token.len()).any(|window| window == token.as_bytes()));
    }
}

#[test]
fn a_token_in_the_name_of_a_file_is_told_in_full() {
    let clean = Clean::new();
    clean.run(&[]);
    let name = Values::new(6).github_token();
    clean.repo.write(format!("plain/{name}.txt"), "nothing\n");
    clean.repo.commit("a name");
    clean.check("a name", false, &[]);
    assert!(!clean.run(&[]).0.contains(&name));
}

#[test]
fn packs_that_are_made_anew_are_listed_and_then_known() {
    let clean = Clean::new();
    clean.run(&[]);
    clean.repo.git(["gc", "-q", "--prune=now"]);
    let expected = clean.anew(&[]);
    assert_eq!(clean.run(&[]).0, expected);
    let before = std::fs::read(&clean.kept()[0]).unwrap();
    clean.repo.write("plain/1.txt", "one more\n");
    clean.repo.commit("third");
    clean.repo.git(["repack", "-q", "-d"]);
    assert_eq!(clean.run(&[]).0, clean.anew(&[]));
    assert_ne!(std::fs::read(&clean.kept()[0]).unwrap(), before, "the second pack is known by now");
    // An object that is gone from where it was is a problem, not something that is known.
    let id = clean.repo.git(["rev-parse", "HEAD:plain/1.txt"]);
    let pack = clean.repo.git(["rev-parse", "--git-path", "objects/pack"]);
    let pack = clean.repo.dir().join(pack);
    for file in pack.read_dir().unwrap().map(|entry| entry.unwrap().path()) {
        std::fs::rename(&file, clean.repo.beside().join(file.file_name().unwrap())).unwrap();
    }
    let (report, _) = clean.run(&[]);
    assert!(report.contains("missing-object") || report.is_empty(), "{id}: {report}");
}

#[test]
fn other_options_and_settings_do_not_go_on_from_here() {
    let clean = Clean::new();
    let token = Values::new(7).github_token();
    clean.repo.write("marked.py", format!("token = \"{token}\"  # leaklint:allow\n"));
    clean.repo.commit("marked");
    clean.run(&[]);
    clean.check("an allow mark", true, &[]);
    for more in [
        &["--no-allow"][..],
        &["--unreachable"],
        &["--since", "2020-01-01"],
        &["--path", "plain/*"],
        &["--branch", "HEAD"],
        &["--show-dropped"],
        &["--recurse-submodules"],
    ] {
        assert_eq!(clean.run(more).0, clean.anew(more), "{more:?}");
    }
    assert!(clean.run(&["--no-allow"]).0.contains("marked.py"));
    clean.check("as before", true, &[]);
}

#[test]
fn a_damaged_file_is_discarded_with_a_note() {
    let clean = Clean::new();
    let first = clean.run(&[]).0;
    let path = clean.kept().remove(0);
    let sound = std::fs::read(&path).unwrap();
    for damage in [0, 20, sound.len() / 2, sound.len() - 1] {
        let mut bytes = sound.clone();
        bytes[damage] ^= 1;
        std::fs::write(&path, bytes).unwrap();
        let (report, notes) = clean.run(&[]);
        assert_eq!(report, first);
        assert!(notes.contains("note: the cache") && notes.contains("was discarded"), "{notes}");
        assert_eq!(std::fs::read(&path).unwrap().len(), sound.len(), "it is written anew");
    }
    std::fs::write(&path, &sound[..10]).unwrap();
    assert!(clean.run(&[]).1.contains("was discarded"));
    let mine = |path: &Path| {
        use std::os::unix::fs::PermissionsExt as _;
        path.metadata().unwrap().permissions().mode() & 0o077
    };
    assert_eq!(mine(&path), 0, "only its owner reads it");
}
