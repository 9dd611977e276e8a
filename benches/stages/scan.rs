//! The whole scan of a tree on disk: walk, read, all stages, report. Files are cached, patterns compiled.

use std::fs;
use std::process::{Command, Stdio};

use divan::Bencher;
use divan::counter::BytesCount;
use leaklint::config::{Config, Mode, Policy};
use leaklint::scan::{self, Options};
use leaklint::source::files::{FilesOptions, FilesSource};
use rayon::{ThreadPool, ThreadPoolBuilder};
use tempfile::TempDir;

use crate::corpus::Kind;
use crate::input::{RULES, corpus};

/// A tree of one kind of file, on one thread.
#[divan::bench(args = Kind::ALL, max_time = 2)]
fn tree(bencher: Bencher<'_, '_>, kind: Kind) {
    Tree::new(&[kind]).bench(bencher, 1);
}

/// A tree of all kinds, on so many threads.
#[divan::bench(args = [1, 2, 4], max_time = 4)]
fn mixed(bencher: Bencher<'_, '_>, threads: usize) {
    Tree::new(&Kind::ALL).bench(bencher, threads);
}

/// A new process that scans one small file: what a hook waits for.
#[divan::bench(max_time = 4)]
fn process(bencher: Bencher<'_, '_>) {
    let tree = Tree::empty();
    fs::write(tree.dir.path().join("small.py"), "import os\n\nprint(os.getcwd())\n")
        .expect("a writable file");
    bencher.bench(|| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_leaklint"));
        command.args(["scan", "--no-config", "--no-baseline", "--quiet", "small.py"]);
        let status = command.current_dir(tree.dir.path()).stdout(Stdio::null()).status().expect("it starts");
        assert!(status.success(), "nothing is found in it");
    });
}

/// A directory that is removed with this.
struct Tree {
    dir: TempDir,
    size: usize,
}

impl Tree {
    fn empty() -> Self {
        Self { dir: tempfile::tempdir().expect("a temporary directory"), size: 0 }
    }

    /// The files of these kinds, below a directory for each.
    fn new(kinds: &[Kind]) -> Self {
        let mut tree = Self::empty();
        for &kind in kinds {
            let corpus = corpus(kind);
            tree.size += corpus.size();
            for file in &corpus.files {
                let path = tree.dir.path().join(format!("{kind:?}")).join(&file.path);
                fs::create_dir_all(path.parent().expect("a file stands in a directory")).expect("created");
                fs::write(path, &file.bytes).expect("written");
            }
        }
        tree
    }

    fn bench(&self, bencher: Bencher<'_, '_>, threads: usize) {
        let pool = ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        assert!(self.findings(&pool) > 0, "planted secrets are found");
        bencher.counter(BytesCount::new(self.size)).bench(|| self.findings(&pool));
    }

    fn findings(&self, pool: &ThreadPool) -> usize {
        let roots = vec![self.dir.path().to_owned()];
        let source = FilesSource::new(FilesOptions { roots, no_ignore: true, ..FilesOptions::default() });
        let config = Config::default();
        let policy = Policy::new(&config, Mode::Scan, (None, None), jiff::civil::Date::default());
        let options = Options {
            policy: &policy,
            allow: Some(leaklint::allow::Honoured::default()),
            unused_marks: false,
            show_dropped: false,
            change: None,
            baseline: &None.into(),
            memory: None,
            stands: None,
            survey: None,
            command: "scan",
            now: jiff::Timestamp::UNIX_EPOCH,
        };
        pool.install(|| scan::run(&source, &RULES, &options))
            .expect("a directory can be listed")
            .findings
            .len()
    }
}
