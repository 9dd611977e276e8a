//! What a listing of the index says, as lines that a test can compare.

use std::sync::Arc;

use leaklint::blob::BlobPath;
use leaklint::source::files::PathFilter;
use leaklint::source::index::IndexSource;
use leaklint::source::repository::{GitEnv, Repo as Opened};
use leaklint::source::{self, Listing, Source};

use super::Repo;

/// The index of a repository as a source.
pub fn index(directory: &std::path::Path, filter: PathFilter) -> IndexSource {
    let opened = Opened::open(directory, GitEnv::default()).expect("the repository opens");
    IndexSource::new(Arc::new(opened), filter)
}

/// What is staged: a line per item (`path: added lines`), then the gaps and problems.
pub fn staged(repo: &Repo) -> Vec<String> {
    let source = index(repo.dir(), PathFilter::default());
    shown(&source.list().expect("the index is listed"), &source)
}

/// The lines of a listing; every item must open.
pub fn shown(listing: &Listing, source: &dyn Source) -> Vec<String> {
    let mut lines = Vec::new();
    for item in &listing.items {
        assert_eq!(item.origins.len(), 1);
        assert!(matches!(source.open(&item.content), Ok(source::Opened::Bytes(_))), "the blob is there");
        let added = item.added.as_ref().map(|added| added.lines.clone());
        let added = added.map_or("all".to_owned(), |lines| format!("{lines:?}"));
        lines.push(format!("{}: {added}", item.origins[0].path.text()));
    }
    let path = |path: &Option<BlobPath>| path.as_ref().map(BlobPath::text).unwrap_or_default();
    lines.extend(listing.gaps.iter().map(|gap| format!("{} {}", gap.kind.word(), path(&gap.path))));
    lines.extend(listing.problems.iter().map(|problem| format!("{} {}", problem.kind, path(&problem.path))));
    lines
}

/// The bytes of the item at this place of what is staged.
pub fn staged_content(repo: &Repo, at: usize) -> Vec<u8> {
    let source = index(repo.dir(), PathFilter::default());
    let listing = source.list().expect("the index is listed");
    match source.open(&listing.items[at].content) {
        Ok(source::Opened::Bytes(bytes)) => bytes,
        Ok(source::Opened::Stream(_)) => panic!("a small blob is not streamed"),
        Err(problem) => panic!("{}", problem.message),
    }
}

/// That many numbered lines.
pub fn text(from: u32, to: u32) -> String {
    (from..to).map(|number| format!("line number {number}\n")).collect()
}
