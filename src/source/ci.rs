//! What a CI system says has changed, read from the variables and the event file that it sets.
//!
//! Stands apart because it is a decision without a repository. GitHub Actions: "Variables reference" (default
//! environment variables) and "Webhook events and payloads"; GitLab CI: "Predefined CI/CD variables reference". What
//! they name is only a hint about where to begin: whatever is doubtful makes the range longer, never shorter.

use serde::Deserialize;

use super::object::Id;
use crate::error::Error;

/// GitHub lists this many commits of a push at most; of more it says nothing.
const MOST_LISTED: usize = 2048;

/// Which CI system runs this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum System {
    /// GitHub Actions, and those that set its variables.
    GitHub,
    /// GitLab CI.
    GitLab,
}

impl std::fmt::Display for System {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        to.write_str(match self {
            Self::GitHub => "GitHub",
            Self::GitLab => "GitLab",
        })
    }
}

/// The ends of a change in the words of the system: full ids, or refs in full.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CiRange {
    /// Who says so.
    pub system: System,
    /// The last commit; `None` when a branch was deleted, and nothing is new.
    pub head: Option<String>,
    /// Where it begins; `None` for a new branch.
    pub base: Option<String>,
    /// Refs whose commits are no part of the change, as far as the clone has them: the branch it is for.
    pub known: Vec<String>,
    /// Without base and known refs everything is new.
    pub whole: bool,
    /// How many commits the change has, if the system says so.
    pub commits: Option<u64>,
    /// Commits above the last one in what the system checks out: 1 for GitHub's trial merge.
    above: u64,
}

impl CiRange {
    /// The setting that makes the system fetch everything.
    pub const fn everything(&self) -> &'static str {
        match self.system {
            System::GitLab => "`GIT_DEPTH: 0` in the job's variables",
            System::GitHub => "`fetch-depth: 0` for actions/checkout",
        }
    }

    /// The settings that make the system fetch what the change needs.
    pub fn setting(&self) -> String {
        let everything = self.everything();
        match (self.system, self.commits) {
            (System::GitHub, Some(commits)) => {
                let depth = commits + 1 + self.above;
                format!(
                    "{everything}, or `fetch-depth: {depth}`, which is enough for the commits of this event \
                     ({commits})"
                )
            }
            _ => everything.to_owned(),
        }
    }
}

/// The variables that the two systems set and this module reads.
pub trait Variables {
    /// The value, unless it is empty.
    fn get(&self, name: &str) -> Option<String>;

    /// The bytes of the event file.
    ///
    /// # Errors
    /// When it cannot be read.
    fn event(&self, path: &str) -> Result<Vec<u8>, Error>;
}

/// What has changed.
///
/// # Errors
/// When neither system is running this, when its event is no change, or when what it says cannot be read.
pub fn change(variables: &dyn Variables) -> Result<CiRange, Error> {
    if let Some(event) = variables.get("GITHUB_EVENT_NAME") {
        return github(variables, &event);
    }
    match variables.get("CI_COMMIT_SHA") {
        Some(head) => gitlab(variables, head),
        None => Err(Error::Usage {
            message: "no CI system says here what has changed".into(),
            help: Some(
                "--ci reads the variables of GitHub Actions (GITHUB_EVENT_NAME …) and of GitLab CI \
                 (CI_COMMIT_SHA …); elsewhere name the range: `leaklint diff BASE..HEAD`"
                    .into(),
            ),
        }),
    }
}

/// The parts of GitHub's event file that say what has changed.
#[derive(Default, Deserialize)]
struct Event {
    pull_request: Option<PullRequest>,
    merge_group: Option<MergeGroup>,
    repository: Option<Repository>,
    before: Option<String>,
    after: Option<String>,
    #[serde(rename = "ref")]
    reference: Option<String>,
    commits: Option<Vec<serde::de::IgnoredAny>>,
}

#[derive(Deserialize)]
struct PullRequest {
    base: Tip,
    head: Tip,
    commits: Option<u64>,
}

#[derive(Deserialize)]
struct Tip {
    sha: String,
    #[serde(rename = "ref")]
    reference: String,
}

#[derive(Deserialize)]
struct MergeGroup {
    base_sha: String,
    head_sha: String,
}

#[derive(Deserialize)]
struct Repository {
    default_branch: Option<String>,
}

fn github(variables: &dyn Variables, name: &str) -> Result<CiRange, Error> {
    let event: Event = match variables.get("GITHUB_EVENT_PATH") {
        Some(path) => {
            serde_json::from_slice(&variables.event(&path)?).map_err(|_| unread("the event file"))?
        }
        None => Event::default(),
    };
    let new = |head: Option<String>, base: Option<String>| CiRange {
        system: System::GitHub,
        head,
        base,
        known: Vec::new(),
        whole: false,
        commits: None,
        above: 0,
    };
    let sha = variables.get("GITHUB_SHA").map(|sha| id(&sha, "GITHUB_SHA")).transpose()?.flatten();
    if let Some(request) = event.pull_request {
        let head = id(&request.head.sha, "pull_request.head.sha")?;
        let base = id(&request.base.sha, "pull_request.base.sha")?;
        let known = vec![remote(&request.base.reference)];
        // For `pull_request` the trial merge is checked out, for `pull_request_target` the base.
        return Ok(CiRange { known, commits: request.commits, above: 1, ..new(head, base) });
    }
    if let Some(group) = event.merge_group {
        let head = id(&group.head_sha, "merge_group.head_sha")?;
        return Ok(new(head, id(&group.base_sha, "merge_group.base_sha")?));
    }
    if let Some(target) = variables.get("GITHUB_BASE_REF") {
        return Ok(CiRange { known: vec![remote(&target)], ..new(sha, None) });
    }
    let default = event.repository.and_then(|repository| repository.default_branch);
    let reference = event.reference.or_else(|| variables.get("GITHUB_REF"));
    let known = other_branch(default.as_deref(), reference.as_deref());
    if name == "push" {
        let base = event.before.map(|before| id(&before, "before")).transpose()?.flatten();
        let head = match event.after {
            Some(after) => id(&after, "after")?,
            None => sha,
        };
        let whole = base.is_none() && known.is_empty();
        let listed = event.commits.map(|commits| commits.len()).filter(|&listed| listed < MOST_LISTED);
        let commits = listed.filter(|_| base.is_some()).map(|listed| listed as u64);
        return Ok(CiRange { known, whole, commits, ..new(head, base) });
    }
    match known.is_empty() {
        true => Err(no_change("GitHub", "event")),
        false => Ok(CiRange { known, ..new(sha, None) }),
    }
}

fn gitlab(variables: &dyn Variables, head: String) -> Result<CiRange, Error> {
    let known_id = |name: &str| variables.get(name).map(|text| id(&text, name)).transpose();
    let head = id(&head, "CI_COMMIT_SHA")?;
    let new = |head, base, known: Vec<String>, whole| CiRange {
        system: System::GitLab,
        head,
        base,
        known,
        whole,
        commits: None,
        above: 0,
    };
    let base = known_id("CI_MERGE_REQUEST_DIFF_BASE_SHA")?.flatten();
    if base.is_some() || variables.get("CI_MERGE_REQUEST_IID").is_some() {
        // In a pipeline for merged results the job's commit is the trial merge.
        let source = known_id("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA")?.flatten();
        let target = known_id("CI_MERGE_REQUEST_TARGET_BRANCH_SHA")?.flatten();
        let branch = variables.get("CI_MERGE_REQUEST_TARGET_BRANCH_NAME").map(|branch| remote(&branch));
        return Ok(new(source.or(head), base, target.into_iter().chain(branch).collect(), false));
    }
    let base = known_id("CI_COMMIT_BEFORE_SHA")?.flatten();
    let branch = variables.get("CI_COMMIT_BRANCH").map(|branch| format!("refs/heads/{branch}"));
    let known = other_branch(variables.get("CI_DEFAULT_BRANCH").as_deref(), branch.as_deref());
    let pushed = variables.get("CI_PIPELINE_SOURCE").is_none_or(|source| source == "push");
    if base.is_none() && known.is_empty() && !pushed {
        return Err(no_change("GitLab", "pipeline"));
    }
    let whole = base.is_none() && known.is_empty();
    Ok(new(head, base, known, whole))
}

/// The default branch as the clone knows it, unless the change is on that branch itself.
fn other_branch(default: Option<&str>, reference: Option<&str>) -> Vec<String> {
    let own = reference.and_then(|reference| reference.strip_prefix("refs/heads/"));
    default.filter(|default| own != Some(*default)).map(remote).into_iter().collect()
}

fn remote(branch: &str) -> String {
    format!("refs/remotes/origin/{branch}")
}

/// A full id; `None` for the zero id, which stands for no commit.
fn id(text: &str, what: &str) -> Result<Option<String>, Error> {
    let id = Id::from_hex(text.as_bytes()).ok_or_else(|| unread(what))?;
    Ok((!id.is_zero()).then(|| id.hex()))
}

fn unread(what: &str) -> Error {
    Error::Usage {
        message: format!("{what} does not hold what it should"),
        help: Some("name the range yourself: `leaklint diff BASE..HEAD`".into()),
    }
}

fn no_change(system: &str, what: &str) -> Error {
    Error::Usage {
        message: format!("this {what} of {system} is no change: nothing was pushed"),
        help: Some(
            "use `leaklint scan` for the files as they stand or `leaklint history` for everything, or name the \
             range: `leaklint diff BASE..HEAD`"
                .into(),
        ),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    struct Set(BTreeMap<&'static str, String>, String);

    impl Variables for Set {
        fn get(&self, name: &str) -> Option<String> {
            self.0.get(name).cloned()
        }

        fn event(&self, _: &str) -> Result<Vec<u8>, Error> {
            Ok(self.1.clone().into_bytes())
        }
    }

    fn sha(digit: char) -> String {
        digit.to_string().repeat(40)
    }

    fn on_github(name: &str, event: &str) -> Result<CiRange, Error> {
        let set = [
            ("GITHUB_EVENT_NAME", name.to_owned()),
            ("GITHUB_EVENT_PATH", "event.json".into()),
            ("GITHUB_SHA", sha('c')),
        ];
        change(&Set(set.into(), event.to_owned()))
    }

    fn on_gitlab(more: &[(&'static str, &str)]) -> Result<CiRange, Error> {
        let mut set = BTreeMap::from([("CI_COMMIT_SHA", sha('c')), ("CI_DEFAULT_BRANCH", "main".into())]);
        set.extend(more.iter().map(|(name, value)| (*name, (*value).to_owned())));
        change(&Set(set, String::new()))
    }

    #[test]
    fn a_pull_request_begins_where_its_target_ends() {
        let event = format!(
            r#"{{"pull_request":{{"commits":3,"base":{{"sha":"{}","ref":"main"}},"head":{{"sha":"{}","ref":"t"}}}}}}"#,
            sha('a'),
            sha('b')
        );
        let range = on_github("pull_request", &event).expect("a range");
        assert_eq!((range.base.clone(), range.head.clone()), (Some(sha('a')), Some(sha('b'))));
        assert_eq!(range.known, ["refs/remotes/origin/main"]);
        assert!(range.setting().contains("`fetch-depth: 5`"), "{}", range.setting());
    }

    #[test]
    fn a_push_to_github_names_what_was_there_before() {
        let event = |before: char, branch: &str| {
            format!(
                r#"{{"before":"{}","after":"{}","ref":"refs/heads/{branch}","commits":[{{}},{{}}],
                    "repository":{{"default_branch":"main"}}}}"#,
                sha(before),
                sha('b')
            )
        };
        let range = on_github("push", &event('a', "main")).expect("a range");
        assert_eq!((range.base.clone(), range.known.len(), range.whole), (Some(sha('a')), 0, false));
        assert!(range.setting().contains("`fetch-depth: 3`"), "{}", range.setting());
        let new = on_github("push", &event('0', "topic")).expect("a range");
        assert_eq!((new.base, new.known.len(), new.whole), (None, 1, false));
        let first = on_github("push", &event('0', "main")).expect("a range");
        assert_eq!((first.base, first.known.len(), first.whole), (None, 0, true));
        let deleted = event('a', "topic").replace(&sha('b'), &sha('0'));
        assert_eq!(on_github("push", &deleted).expect("a range").head, None);
    }

    #[test]
    fn what_is_no_change_is_said_to_be_none() {
        assert!(on_github("schedule", "{}").is_err());
        assert!(on_gitlab(&[("CI_PIPELINE_SOURCE", "schedule"), ("CI_COMMIT_BRANCH", "main")]).is_err());
        assert!(change(&Set(BTreeMap::new(), String::new())).is_err());
        let odd = on_github("push", r#"{"before":"--all","after":"x"}"#).expect_err("no id");
        assert!(!odd.to_string().contains("--all"), "{odd}");
        assert!(on_github("push", "[").is_err());
    }

    #[test]
    fn gitlab_names_the_base_in_variables() {
        let (a, b, zero) = (sha('a'), sha('b'), sha('0'));
        let request = on_gitlab(&[
            ("CI_MERGE_REQUEST_DIFF_BASE_SHA", &a),
            ("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA", &b),
            ("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main"),
        ]);
        let request = request.expect("a range");
        assert_eq!((request.base.clone(), request.head.clone()), (Some(a.clone()), Some(b)));
        assert!(request.setting().contains("GIT_DEPTH: 0"));
        let push = on_gitlab(&[("CI_COMMIT_BEFORE_SHA", &a), ("CI_COMMIT_BRANCH", "main")]).expect("a range");
        assert_eq!((push.base, push.head, push.known.len()), (Some(a), Some(sha('c')), 0));
        let new = [("CI_COMMIT_BEFORE_SHA", zero.as_str()), ("CI_COMMIT_BRANCH", "topic")];
        assert_eq!(on_gitlab(&new).expect("a range").known, ["refs/remotes/origin/main"]);
        let first = [("CI_COMMIT_BEFORE_SHA", zero.as_str()), ("CI_COMMIT_BRANCH", "main")];
        assert!(on_gitlab(&first).expect("a range").whole);
    }
}
