//! What a history has to scan by the hundred thousand: its blobs and the messages of its commits.
//!
//! Stands apart from the listing, which says what there is: here it is handed out.

use super::chronicle::Chronicle;
use super::graph::CommitNumber;
use super::paths::{PathNumber, Paths};
use super::walk::{NO_COMMIT, Place};
use crate::blob::{BlobPath, Content, Item, Origin, Part};
use crate::source::message::{self, commit_item};
use crate::source::object::{Id, Kind};
use crate::source::stock::{KEY_BYTES, Kin, Stock, Visit};

/// The number of no blob.
const NO_BLOB: u32 = u32::MAX;

/// Blobs with their places, and commits.
pub(super) struct Goods {
    pub(super) paths: Paths,
    /// Sorted.
    places: Vec<Place>,
    /// For each blob its first place; then one past the last place.
    starts: Vec<u32>,
    /// For each object the number of the blob, or [`NO_BLOB`].
    blobs: Vec<u32>,
    /// Commits whose messages are asked for.
    messages: Vec<CommitNumber>,
}

impl Goods {
    /// Of `places`, sorted, all, and the messages of these commits.
    pub(super) fn new(paths: Paths, mut places: Vec<Place>, messages: Vec<CommitNumber>) -> Self {
        places.shrink_to_fit();
        let is_first = |at: &usize| *at == 0 || places[*at - 1].object != places[*at].object;
        let starts = (0..places.len()).filter(is_first).chain([places.len()]);
        let starts: Vec<u32> = starts.map(|at| at as u32).collect();
        let mut blobs = vec![NO_BLOB; places.last().map_or(0, |last| last.object as usize + 1)];
        for (blob, start) in (0..).zip(&starts[..starts.len() - 1]) {
            blobs[places[*start as usize].object as usize] = blob;
        }
        Self { paths, starts, blobs, places, messages }
    }

    /// All places, sorted.
    pub(super) fn all_places(&self) -> &[Place] {
        &self.places
    }

    fn blobs(&self) -> u32 {
        self.starts.len() as u32 - 1
    }

    /// The places of a blob.
    fn places(&self, blob: u32) -> &[Place] {
        let at = blob as usize;
        &self.places[self.starts[at] as usize..self.starts[at + 1] as usize]
    }

    /// The blob with this number of an object.
    fn blob(&self, object: u32) -> Option<u32> {
        self.blobs.get(object as usize).copied().filter(|blob| *blob != NO_BLOB)
    }

    fn message(&self, number: u32) -> Option<CommitNumber> {
        self.messages.get(number.checked_sub(self.blobs())? as usize).copied()
    }
}

impl Chronicle {
    /// Something at a path of this repository.
    pub(super) fn origin(&self, part: Part, path: &[u8], commit: CommitNumber) -> Origin {
        let path = BlobPath::from_bytes(path);
        let graph = self.record.get().map(|record| &record.graph).filter(|_| commit != NO_COMMIT);
        Origin { repo_path: Some(path.clone()), path, commit: graph.map(|graph| graph.named(commit)), part }
    }

    fn id_of(&self, number: u32) -> Option<Id> {
        let goods = self.goods.get()?;
        match goods.message(number) {
            Some(commit) => self.record.get().map(|record| record.graph.order[commit as usize]),
            None => self.shelf().id(goods.places(number)[0].object),
        }
    }

    fn blob_item(&self, places: &[Place], paths: &Paths) -> Item {
        let origin =
            |path: PathNumber, commit| self.origin(Part::File, &paths.bytes(path, self.shelf()), commit);
        let mut origins: Vec<Origin> = places.iter().map(|place| origin(place.path, place.commit)).collect();
        origins.iter_mut().for_each(|origin| self.move_origin(origin));
        origins.sort();
        let id = self.shelf().id(places[0].object);
        let content = Content::Object(id.map(|id| id.hex()).unwrap_or_default());
        Item { content, origins, added: None, before: None }
    }

    fn message_item(&self, commit: CommitNumber) -> Option<Item> {
        let graph = &self.record.get()?.graph;
        let mut item = commit_item(&graph.order[commit as usize], graph.named(commit));
        item.origins.iter_mut().for_each(|origin| self.move_origin(origin));
        Some(item)
    }
}

impl Stock for Chronicle {
    fn count(&self) -> u32 {
        self.goods.get().map_or(0, |goods| goods.blobs() + goods.messages.len() as u32)
    }

    fn key(&self, number: u32) -> [u8; KEY_BYTES] {
        let mut key = [0; KEY_BYTES];
        if let Some(id) = self.id_of(number) {
            key.copy_from_slice(&id.as_bytes()[..KEY_BYTES]);
        }
        key
    }

    fn part(&self, number: u32) -> Part {
        match self.goods.get().and_then(|goods| goods.message(number)) {
            Some(_) => Part::CommitMessage,
            None => Part::File,
        }
    }

    fn paths(&self, number: u32) -> Vec<BlobPath> {
        let Some(goods) = self.goods.get() else { return Vec::new() };
        if goods.message(number).is_some() {
            return self.item(number).origins.into_iter().map(|origin| origin.path).collect();
        }
        let path = |place: &Place| {
            let mut path = BlobPath::from_bytes(&goods.paths.bytes(place.path, self.shelf()));
            self.move_path(&mut path);
            path
        };
        let mut paths: Vec<BlobPath> = goods.places(number).iter().map(path).collect();
        paths.sort();
        paths
    }

    fn item(&self, number: u32) -> Item {
        let found = self.goods.get().and_then(|goods| match goods.message(number) {
            Some(commit) => self.message_item(commit),
            None => Some(self.blob_item(goods.places(number), &goods.paths)),
        });
        found.expect("numbers are given out after the listing")
    }

    fn each(&self, wanted: &dyn Fn(u32) -> bool, visit: &Visit<'_>) {
        let (Some(goods), Some(record), shelf) = (self.goods.get(), self.record.get(), self.shelf()) else {
            return;
        };
        let blob = |object: u32| goods.blob(object).filter(|blob| wanted(*blob));
        shelf.each(Kind::Blob, |object| blob(object).is_some(), &|object, bytes, kin| {
            visit(goods.blob(object)?, bytes, kin)
        });
        let numbered = goods.messages.iter().zip(goods.blobs()..).filter(|(_, number)| wanted(*number));
        let packed = |(commit, number): (&CommitNumber, u32)| {
            Some((shelf.packed(&record.graph.order[*commit as usize])?, number))
        };
        let mut messages: Vec<(u32, u32)> = numbered.filter_map(packed).collect();
        messages.sort_unstable();
        let message = |object: u32| {
            messages.binary_search_by_key(&object, |(object, _)| *object).ok().map(|at| messages[at].1)
        };
        shelf.each(Kind::Commit, |object| message(object).is_some(), &|object, bytes, _| {
            // A message is only a part of what was made from another.
            visit(message(object)?, &message::written(bytes), Kin::default())
        });
    }
}
