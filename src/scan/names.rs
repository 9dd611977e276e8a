//! Tokens in names of files: a token may be a path, and whoever lists a directory reads it.
//!
//! Stands apart because a history has more names than blobs and nearly none holds anything: they are searched before
//! anything is made of them.

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::blob::{BlobPath, Content, Item, Origin};
use crate::catalogue::Catalogue;
use crate::detect::{self, Tiers};
use crate::runs;

/// An item for every name that holds a token, as far as to the end of the directory or file whose name it is. Its text
/// is the path itself.
pub(super) fn items(names: &[Origin], catalogue: &Catalogue) -> Vec<Item> {
    let cut: Vec<Origin> = names.par_iter().filter_map(|name| telling(name, catalogue)).collect();
    let mut items: BTreeMap<BlobPath, Origin> = BTreeMap::new();
    for origin in cut {
        items.entry(origin.path.clone()).or_insert(origin);
    }
    let item = |(path, origin): (BlobPath, Origin)| Item {
        content: Content::Bytes(path.as_bytes().into()),
        origins: vec![origin],
        added: None,
        before: None,
    };
    items.into_iter().map(item).collect()
}

fn telling(name: &Origin, catalogue: &Catalogue) -> Option<Origin> {
    let text = name.path.as_bytes();
    let found = detect::detect(text, &runs::all(text), catalogue, Tiers::Tokens);
    let last = found.iter().map(|m| m.value.end).max()?;
    let end = text[last..].iter().position(|&byte| byte == b'/').map_or(text.len(), |at| last + at);
    let path = BlobPath::from_bytes(&text[..end]);
    let repo_path = name.repo_path.as_ref().map(|_| path.clone());
    Some(Origin { path, repo_path, ..name.clone() })
}
