//! What a hook run should scan, told from the environment that its runner sets.
//!
//! Stands apart because it is a decision without input or output. The variables are those of the pre-commit framework
//! (<https://pre-commit.com/#pre-commit-during-push> and following) and of git's own githooks(5).

use super::ends::Range;

/// What the runner of a hook says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HookEnv {
    /// `PRE_COMMIT_FROM_REF`: where the range that is pushed, checked out or asked for begins.
    pub from_ref: Option<String>,
    /// `PRE_COMMIT_TO_REF`: where it ends.
    pub to_ref: Option<String>,
    /// `PRE_COMMIT_LOCAL_BRANCH`: what is pushed. Without a range, pre-commit found no commit of it on the remote.
    pub local_branch: Option<String>,
    /// `PRE_COMMIT_REMOTE_BRANCH`: the ref that is pushed to.
    pub remote_branch: Option<String>,
    /// `PRE_COMMIT_REMOTE_NAME`: the remote that is pushed to.
    pub remote_name: Option<String>,
    /// `PRE_COMMIT_REMOTE_URL`: where it lies.
    pub remote_url: Option<String>,
    /// `PRE_COMMIT`: the framework runs the hook.
    pub framework: bool,
    /// `GIT_INDEX_FILE`: git itself is in the middle of a commit.
    pub committing: bool,
}

impl HookEnv {
    /// What this process inherited; a ref that is not UTF-8 is kept as far as it can be shown.
    pub fn inherited() -> Self {
        let text = |name: &str| {
            let value = std::env::var_os(name).filter(|value| !value.is_empty())?;
            Some(value.to_string_lossy().into_owned())
        };
        Self {
            from_ref: text("PRE_COMMIT_FROM_REF"),
            to_ref: text("PRE_COMMIT_TO_REF"),
            local_branch: text("PRE_COMMIT_LOCAL_BRANCH"),
            remote_branch: text("PRE_COMMIT_REMOTE_BRANCH"),
            remote_name: text("PRE_COMMIT_REMOTE_NAME"),
            remote_url: text("PRE_COMMIT_REMOTE_URL"),
            framework: text("PRE_COMMIT").is_some(),
            committing: text("GIT_INDEX_FILE").is_some(),
        }
    }
}

/// What to scan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HookMode {
    /// The commits of a range: [`super::range::RangeSource`].
    Range(Range),
    /// Every tracked file: [`super::tracked::TrackedSource`].
    Tracked,
    /// What is staged: [`super::index::IndexSource`].
    Index,
}

/// What a run with this environment is about. `differs` tells whether anything is staged; it is asked only where that
/// decides.
///
/// # Errors
/// Those of `differs`.
pub fn choose<E>(env: &HookEnv, differs: impl FnOnce() -> Result<bool, E>) -> Result<HookMode, E> {
    if !env.framework {
        return Ok(HookMode::Index);
    }
    let range = |base: Option<&String>, head: &String| {
        HookMode::Range(Range { base: base.cloned(), head: head.clone(), from_merge_base: false })
    };
    match (&env.from_ref, &env.to_ref, &env.local_branch) {
        (Some(from), Some(to), _) => Ok(range(Some(from), to)),
        // A push of a history that the remote has no part of: pre-commit names all files, the push carries all commits.
        (None, None, Some(branch)) => Ok(range(None, branch)),
        // `pre-commit run --all-files` says so in no variable. In a commit git names its index, and an empty commit
        // adds nothing.
        _ if !env.committing && !differs()? => Ok(HookMode::Tracked),
        _ => Ok(HookMode::Index),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(env: &HookEnv, differs: bool) -> HookMode {
        choose(env, || Ok::<_, ()>(differs)).expect("a mode")
    }

    fn framework() -> HookEnv {
        HookEnv { framework: true, ..HookEnv::default() }
    }

    #[test]
    fn a_commit_is_judged_by_its_index() {
        let env = HookEnv { committing: true, ..framework() };
        assert_eq!(chosen(&env, true), HookMode::Index);
        assert_eq!(chosen(&env, false), HookMode::Index, "an empty commit adds nothing");
        assert_eq!(chosen(&HookEnv::default(), false), HookMode::Index);
    }

    #[test]
    fn a_run_by_hand_with_nothing_staged_means_all_files() {
        assert_eq!(chosen(&framework(), false), HookMode::Tracked);
        assert_eq!(chosen(&framework(), true), HookMode::Index);
    }

    #[test]
    fn refs_name_a_range() {
        let env = HookEnv { from_ref: Some("a".into()), to_ref: Some("b".into()), ..framework() };
        let range = |base: Option<&str>, head: &str| {
            HookMode::Range(Range {
                base: base.map(str::to_owned),
                head: head.into(),
                from_merge_base: false,
            })
        };
        assert_eq!(chosen(&env, false), range(Some("a"), "b"));
        let env = HookEnv { local_branch: Some("refs/heads/new".into()), ..framework() };
        assert_eq!(chosen(&env, false), range(None, "refs/heads/new"));
    }

    #[test]
    fn refs_left_over_without_the_framework_mean_nothing() {
        let env = HookEnv { from_ref: Some("a".into()), to_ref: Some("b".into()), ..HookEnv::default() };
        assert_eq!(chosen(&env, true), HookMode::Index);
    }
}
