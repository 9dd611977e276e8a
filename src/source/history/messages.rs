//! The texts of a history that are neither files nor messages of commits: tags, logs, ref names, settings.
//!
//! Stands apart from blobs because each has a place of its own below `.git/`, and none has a path that can be excluded.

use super::roots::{Roots, shown};
use super::submodules::modules;
use crate::blob::{BlobPath, Content, Item, Origin, Part};
use crate::source::coverage::Coverage;
use crate::source::message::tag_item;
use crate::source::repository::Repo;

/// Annotated tags, logs, ref names and settings.
pub(super) fn texts(repo: &Repo, roots: &Roots, coverage: &mut Coverage) -> Vec<Item> {
    let mut items: Vec<Item> = roots.tags.keys().map(tag_item).collect();
    for log in &roots.logs {
        items.push(item(log.path.clone(), log.content.clone(), Part::Reflog));
    }
    if !roots.names.is_empty() {
        let lines: String = roots.names.iter().flat_map(|name| [name.as_str(), "\n"]).collect();
        let content = Content::Bytes(lines.into_bytes().into());
        items.push(item(BlobPath::from_bytes(b".git/refs"), content, Part::RefName));
        coverage.scanned("refs", roots.names.len() as u64);
    }
    let modules = modules(repo.common_dir()).into_iter().map(|(_, path)| path);
    for directory in repo.git_dirs().into_iter().chain(modules) {
        for name in ["config", "config.worktree"] {
            let file = directory.join(name);
            if std::fs::symlink_metadata(&file).is_ok_and(|found| found.is_file()) {
                items.push(item(shown(repo, &file), Content::File(file), Part::GitConfig));
            }
        }
    }
    items
}

fn item(path: BlobPath, content: Content, part: Part) -> Item {
    let origin = Origin { path, repo_path: None, commit: None, part };
    Item { content, origins: vec![origin], added: None, before: None }
}
