//! `Places`: one repository with a secret in every place where one can lie.

use super::command::Finding;
use super::repo::Repo;
use super::values::Values;

/// A repository under construction and the token of each place.
pub struct Places {
    /// The repository.
    pub repo: Repo,
    make: Values,
    /// Each place and the token in it.
    pub tokens: Vec<(&'static str, String)>,
}

impl Places {
    /// A secret in every place of a repository.
    pub fn built() -> Self {
        Self::built_in(Repo::new())
    }

    /// The same in a repository that has no commit yet.
    pub fn built_in(repo: Repo) -> Self {
        let mut places = Self { repo, make: Values::new(77), tokens: Vec::new() };
        places.commits();
        places.beside_branches();
        places.worktree();
        places.dangling();
        places
    }

    /// A new token for a place.
    fn token(&mut self, place: &'static str) -> String {
        let token = self.make.github_token();
        self.tokens.push((place, token.clone()));
        token
    }

    /// A line that gives it away.
    fn line(&mut self, place: &'static str) -> String {
        format!("token = \"{}\"\n", self.token(place))
    }

    fn commit_on(&mut self, branch: &str, place: &'static str) -> String {
        self.repo.git(["switch", "-q", "-c", branch, "main"]);
        let line = self.line(place);
        self.repo.write(place, line);
        let id = self.repo.commit(place);
        self.repo.git(["switch", "-q", "main"]);
        id
    }

    /// Branches, merges, renames, attributes.
    fn commits(&mut self) {
        self.repo.write("base", "base\n");
        self.repo.commit("base");
        for branch in ["one", "two", "three"] {
            self.repo.git(["switch", "-q", "-c", branch, "main"]);
            self.repo.write(branch, branch);
            self.repo.commit(branch);
        }
        self.repo.git(["switch", "-q", "main"]);
        self.repo.git(["merge", "-q", "--no-ff", "--no-commit", "one"]);
        let line = self.line("in-merge");
        self.repo.write("in-merge", line);
        self.repo.commit("merge one");
        let line = self.line("in-octopus");
        self.repo.write("in-octopus", line);
        self.repo.add_all();
        let tree = self.repo.git(["write-tree"]);
        let parents = ["-p", "main", "-p", "two", "-p", "three", "-m", "merge more", &tree];
        let octopus = self.repo.git([&["commit-tree"], &parents[..]].concat());
        self.repo.git(["update-ref", "HEAD", &octopus]);
        let line = self.line("in-undiffed");
        self.repo.write(".gitattributes", "in-undiffed -diff\n");
        self.repo.write("in-undiffed", line);
        self.repo.write("before-rename", "a\nb\nc\nd\ne\nf\n");
        self.repo.commit("attributes");
        self.repo.git(["mv", "before-rename", "in-rename"]);
        let line = self.line("in-rename");
        self.repo.write("in-rename", format!("a\nb\nc\nd\ne\nf\n{line}"));
        self.repo.commit("rename");
        let token = self.token("in-message");
        self.repo.commit(&format!("use the token {token} from now on"));
        let token = self.token("in-file-name");
        self.repo.write(format!("logs/{token}/a.txt"), "nothing\n");
        self.repo.write(format!("logs/{token}/b.txt"), "nothing\n");
        self.repo.commit("logs");
    }

    /// Everything that is no branch.
    fn beside_branches(&mut self) {
        let id = self.commit_on("gone", "in-reflog");
        self.repo.git(["branch", "-q", "-D", "gone"]);
        assert!(self.repo.git(["reflog", "--format=%H", "HEAD"]).contains(&id));
        let token = self.token("in-note");
        self.repo.git(["notes", "add", "-m", &format!("see {token}"), "HEAD"]);
        let token = self.token("in-tag");
        self.repo.git(["tag", "-m", &format!("released with {token}"), "v1"]);
        for place in ["in-older-stash", "in-stash"] {
            let line = self.line(place);
            self.repo.write("base", line);
            self.repo.git(["stash", "-q"]);
        }
        let remote = self.commit_on("remote", "in-remote");
        self.repo.git(["update-ref", "refs/remotes/origin/remote", &remote]);
        self.repo.git(["branch", "-q", "-D", "remote"]);
        let token = self.token("in-ref-name");
        self.repo.git(["branch", "-q", &format!("fix-{token}")]);
        let token = self.token("in-config");
        let url = format!("https://x-access-token:{token}@github.com/example/example.git");
        self.repo.git(["config", "remote.origin.url", &url]);
        let token = self.token("in-reflog-message");
        self.repo.git(["update-ref", "-m", &format!("moved for {token}"), "refs/heads/one", "main"]);
    }

    fn worktree(&mut self) {
        let linked = self.repo.beside().join("linked");
        let git = |arguments: &[&str]| {
            let at = linked.to_string_lossy().into_owned();
            self.repo.git([&["-C", at.as_str()], arguments].concat())
        };
        let at = linked.to_string_lossy().into_owned();
        self.repo.git(["worktree", "add", "-q", "--detach", &at]);
        let head = format!("token = \"{}\"\n", self.make.github_token());
        self.tokens.push(("in-worktree-head", head[9..49].to_owned()));
        std::fs::write(linked.join("in-worktree-head"), &head).expect("written");
        git(&["add", "."]);
        git(&["commit", "-q", "-m", "detached"]);
        git(&["reflog", "expire", "--expire=now", "HEAD"]);
        let index = format!("token = \"{}\"\n", self.make.github_token());
        self.tokens.push(("in-worktree-index", index[9..49].to_owned()));
        std::fs::write(linked.join("in-worktree-index"), &index).expect("written");
        git(&["add", "."]);
    }

    /// Objects that nothing leads to.
    fn dangling(&mut self) {
        let tree = self.repo.git(["rev-parse", "HEAD^{tree}"]);
        let token = self.token("in-dangling-message");
        self.repo.git(["commit-tree", "-m", &format!("lost {token}"), &tree]);
        let line = self.line("in-dangling-blob");
        let file = self.repo.beside().join("dangling");
        std::fs::write(&file, line).expect("written");
        self.repo.git(["hash-object".as_ref(), "-w".as_ref(), file.as_os_str()]);
    }

    /// What `leaklint history` finds; no report shows a value.
    pub fn findings(&self, arguments: &[&str]) -> Vec<Finding> {
        let found = self.repo.leaklint().arg("history").args(arguments).findings();
        let text = self.repo.leaklint().arg("history").args(arguments).args(["--format", "json"]).run().out();
        for (place, token) in &self.tokens {
            assert!(!text.contains(&token[8..]), "the value in {place} is shown");
        }
        found
    }
}
