//! Repositories that keep refs and their logs in tables, not in files (gitformat-reftable(5)). libgit2 does not open them,
//! so everything here is what the git program says, which has to be 2.45 or newer.

use super::Problem;
use super::object::Id;
use super::repository::Repo;

impl Repo {
    /// Whether refs and their logs are kept in tables.
    pub(crate) fn keeps_refs_in_tables(&self) -> bool {
        self.common_dir().join("reftable").is_dir()
    }

    /// What git calls the linked working trees before the names of their own refs, sorted: `worktrees/NAME/`
    /// (gitrevisions(7)).
    pub(crate) fn linked(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.common_dir().join("worktrees")).into_iter().flatten().flatten();
        let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
        let mut linked: Vec<String> =
            names.filter(|name| !name.contains('\n')).map(|name| format!("worktrees/{name}/")).collect();
        linked.sort();
        linked
    }

    /// The objects that those of the `names` stand for which are there.
    pub(crate) fn in_tables(&self, names: &[String], problems: &mut Vec<Problem>) -> Vec<Id> {
        if names.is_empty() {
            return Vec::new();
        }
        let asked = format!("{}\n", names.join("\n"));
        let told = self.child().map(|child| {
            // What is not there is told as `NAME missing`.
            child.tell(&["cat-file", "--batch-check=%(objectname)"], asked.as_bytes())
        });
        let Some(Ok(told)) = told else {
            let message =
                "git cannot say what the HEADs of this repository's working trees stand for".to_owned();
            problems.push(Problem { path: None, kind: "unreadable", message });
            return Vec::new();
        };
        told.split(|&byte| byte == b'\n').filter_map(Id::from_hex).collect()
    }
}
