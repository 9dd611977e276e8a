//! `leaklint diff --ci` in clones as CI systems make them, with the variables and event files that they set.

use crate::common::{Leaklint, Outcome, Repo};
use crate::secret;

/// A clone of `repo` made with these options of `git clone`, on no branch, at `commit`.
struct Clone {
    holder: tempfile::TempDir,
}

impl Clone {
    fn of(repo: &Repo, options: &[&str], commit: &str) -> Self {
        let holder = tempfile::tempdir().expect("a temporary directory");
        let clone = Self { holder };
        let url = format!("file://{}", repo.dir().display());
        std::fs::create_dir(clone.dir()).expect("a directory");
        clone.git(repo, &["init", "-q"]);
        clone.git(repo, &["remote", "add", "origin", &url]);
        // As actions/checkout and GitLab's runner do: no `git clone`, but a fetch of what was asked for.
        let fetch = [&["fetch", "-q", "--no-tags"], options].concat();
        clone.git(repo, &fetch);
        clone.git(repo, &["checkout", "-q", "--detach", commit]);
        clone
    }

    fn dir(&self) -> std::path::PathBuf {
        self.holder.path().join("clone")
    }

    fn git(&self, repo: &Repo, arguments: &[&str]) {
        let mut command = repo.git_command(arguments);
        let done = command.current_dir(self.dir()).output().expect("git starts");
        assert!(done.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
    }

    /// `leaklint diff --ci` under GitHub Actions.
    fn github(&self, event: &str, payload: &serde_json::Value) -> Leaklint {
        let file = self.holder.path().join("event.json");
        std::fs::write(&file, payload.to_string()).expect("the event is written");
        let run = Leaklint::new(&self.dir()).args(["diff", "--ci"]);
        run.env("GITHUB_ACTIONS", "true").env("GITHUB_EVENT_NAME", event).env("GITHUB_EVENT_PATH", file)
    }

    fn gitlab(&self, variables: &[(&str, &str)]) -> Leaklint {
        let run = Leaklint::new(&self.dir()).args(["diff", "--ci"]).env("CI_DEFAULT_BRANCH", "main");
        variables.iter().fold(run, |run, (name, value)| run.env(name, value))
    }
}

const ALL_BRANCHES: &str = "+refs/heads/*:refs/remotes/origin/*";

const ZERO: &str = "0000000000000000000000000000000000000000";

/// `main`, and a branch `topic` of three commits, one of which leaks and one hides it again; both merged on trial.
struct Request {
    repo: Repo,
    base: String,
    head: String,
    trial: String,
}

fn request() -> Request {
    let repo = Repo::new();
    for number in 0..5 {
        repo.write("f", format!("{number}\n"));
        repo.commit("before");
    }
    repo.git(["switch", "-q", "-c", "topic"]);
    repo.write("leak", secret(1));
    repo.commit("leak");
    repo.write("leak", "clean\n");
    repo.commit("hide");
    repo.write("g", "g\n");
    let head = repo.commit("more");
    repo.git(["switch", "-q", "main"]);
    // Further than the branch, so that a shallow clone of both has no common ancestor.
    for number in 5..11 {
        repo.write("f", format!("{number}\n"));
        repo.commit("after");
    }
    let base = repo.git(["rev-parse", "HEAD"]);
    repo.git(["switch", "-q", "--detach", "main"]);
    repo.git(["merge", "-q", "--no-edit", "topic"]);
    repo.git(["update-ref", "refs/pull/1/merge", "HEAD"]);
    let trial = repo.git(["rev-parse", "HEAD"]);
    repo.git(["switch", "-q", "main"]);
    Request { repo, base, head, trial }
}

impl Request {
    fn payload(&self) -> serde_json::Value {
        serde_json::json!({"pull_request": {
            "commits": 3,
            "base": {"sha": self.base, "ref": "main"},
            "head": {"sha": self.head, "ref": "topic"},
        }})
    }

    /// The trial merge, fetched this deep.
    fn clone(&self, depth: &str) -> Clone {
        let trial = "+refs/pull/1/merge:refs/remotes/pull/1/merge";
        match depth {
            "0" => Clone::of(&self.repo, &["origin", ALL_BRANCHES, trial], &self.trial),
            _ => Clone::of(&self.repo, &["--depth", depth, "origin", trial], &self.trial),
        }
    }
}

#[track_caller]
fn leaks(outcome: &Outcome, paths: &[&str]) {
    let found: Vec<String> = outcome.findings().into_iter().map(|finding| finding.path).collect();
    assert_eq!(found, paths, "{outcome}");
}

/// The error says this, however its lines are wrapped.
#[track_caller]
fn says(outcome: &Outcome, text: &str) {
    let flat: Vec<String> = outcome.err().split(['\n', ' ', '│']).map(str::to_owned).collect();
    let flat = flat.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    assert!(flat.contains(text), "{text}: {outcome}");
}

#[test]
fn a_pull_request_is_judged_commit_by_commit() {
    let request = request();
    let clone = request.clone("0");
    let run = clone.github("pull_request", &request.payload()).args(["--format", "jsonl"]);
    leaks(&run.run().expect(1), &["leak"]);
}

#[test]
fn a_pull_request_in_a_shallow_clone_names_the_depth_and_that_depth_is_enough() {
    let request = request();
    for depth in ["1", "2", "4"] {
        let outcome = request.clone(depth).github("pull_request", &request.payload()).run().expect(2);
        says(&outcome, "`fetch-depth: 0`");
        says(&outcome, "`fetch-depth: 5`");
    }
    let clone = request.clone("5");
    let run = clone.github("pull_request", &request.payload()).args(["--format", "jsonl"]);
    leaks(&run.run().expect(1), &["leak"]);
    // With one commit more than the event knows of, the end of the clone may hide some.
    let mut payload = request.payload();
    payload["pull_request"]["commits"] = 4.into();
    clone.github("pull_request", &payload).run().expect(2);
}

#[test]
fn without_an_event_file_the_target_branch_is_the_base() {
    let request = request();
    let clone = request.clone("0");
    let run = Leaklint::new(&clone.dir()).args(["diff", "--ci", "--format", "jsonl"]);
    let run = run.env("GITHUB_EVENT_NAME", "pull_request").env("GITHUB_BASE_REF", "main");
    leaks(&run.env("GITHUB_SHA", &request.trial).run().expect(1), &["leak"]);
}

/// The payload of a push to `branch`.
fn push(before: &str, after: &str, branch: &str) -> serde_json::Value {
    serde_json::json!({
        "before": before, "after": after, "ref": format!("refs/heads/{branch}"),
        "commits": [{}], "repository": {"default_branch": "main"},
    })
}

#[test]
fn a_push_to_github_is_judged_from_what_was_there_before() {
    let repo = Repo::new();
    repo.write("old", secret(1));
    let start = repo.commit("an old secret");
    repo.write("f", secret(2));
    let leak = repo.commit("leak");
    repo.write("f", "clean\n");
    let end = repo.commit("hide");
    let clone = Clone::of(&repo, &["origin", ALL_BRANCHES], &end);
    let run = |payload| clone.github("push", &payload).args(["--format", "jsonl"]).run();
    leaks(&run(push(&start, &end, "main")).expect(1), &["f"]);
    leaks(&run(push(&leak, &end, "main")).expect(0), &[]);
    // The first push of the default branch brings everything.
    leaks(&run(push(ZERO, &end, "main")).expect(1), &["f", "old"]);
    leaks(&run(push(&start, ZERO, "topic")).expect(0), &[]);
    let gone = "12".repeat(20);
    let outcome = run(push(&gone, &end, "main")).expect(2);
    says(&outcome, &format!("git fetch origin {gone}"));
    let shallow = Clone::of(&repo, &["--depth=1", "origin", "main"], &end);
    let outcome = shallow.github("push", &push(&leak, &end, "main")).run().expect(2);
    says(&outcome, "`fetch-depth: 2`");
    let shallow = Clone::of(&repo, &["--depth=2", "origin", "main"], &end);
    shallow.github("push", &push(&leak, &end, "main")).run().expect(0);
}

#[test]
fn a_new_or_forced_branch_is_judged_from_the_default_branch() {
    let repo = Repo::new();
    repo.write("old", secret(1));
    let start = repo.commit("an old secret");
    repo.git(["switch", "-q", "-c", "topic"]);
    repo.write("f", secret(2));
    let end = repo.commit("leak");
    repo.git(["branch", "other"]);
    let clone = Clone::of(&repo, &["origin", ALL_BRANCHES], &end);
    let gone = "12".repeat(20);
    for before in [ZERO, gone.as_str(), start.as_str()] {
        let run = clone.github("push", &push(before, &end, "topic")).args(["--format", "jsonl"]);
        leaks(&run.run().expect(1), &["f"]);
        let pushed = [("CI_COMMIT_SHA", end.as_str()), ("CI_COMMIT_BEFORE_SHA", before)];
        let run = clone.gitlab(&pushed).env("CI_COMMIT_BRANCH", "topic").args(["--format", "jsonl"]);
        leaks(&run.run().expect(1), &["f"]);
    }
    let alone = Clone::of(&repo, &["origin", "+refs/heads/topic:refs/remotes/origin/topic"], &end);
    let outcome = alone.github("push", &push(ZERO, &end, "topic")).run().expect(2);
    says(&outcome, "git fetch origin main:refs/remotes/origin/main");
}

#[test]
fn gitlab_says_where_a_merge_request_begins() {
    let Request { repo, head, .. } = request();
    let fork = repo.git(["merge-base", "main", "topic"]);
    let clone = Clone::of(&repo, &["origin", ALL_BRANCHES], &head);
    let variables = [("CI_COMMIT_SHA", head.as_str()), ("CI_MERGE_REQUEST_DIFF_BASE_SHA", fork.as_str())];
    leaks(&clone.gitlab(&variables).args(["--format", "jsonl"]).run().expect(1), &["leak"]);
    let shallow = Clone::of(&repo, &["--depth=2", "origin", "topic"], &head);
    let outcome = shallow.gitlab(&variables).run().expect(2);
    says(&outcome, "GIT_DEPTH: 0");
    assert!(!outcome.err().contains("fetch-depth"), "{outcome}");
}

#[test]
fn where_nothing_was_pushed_the_command_says_what_else_to_run() {
    let repo = Repo::new();
    let head = repo.commit("only");
    let clone = Clone::of(&repo, &["origin", ALL_BRANCHES], &head);
    let outcome = clone.github("schedule", &serde_json::json!({})).run().expect(2);
    says(&outcome, "leaklint history");
    let outcome = repo.leaklint().args(["diff", "--ci"]).run().expect(2);
    says(&outcome, "--ci reads the variables");
    repo.leaklint().args(["diff", "--ci", "main"]).run().expect(2);
    repo.leaklint().arg("diff").run().expect(2);
}
