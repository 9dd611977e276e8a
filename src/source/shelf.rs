//! The objects of a repository's packs by number, its trees decoded once and kept.
//!
//! Walking a history asks for every tree, oldest first, while packs make old trees from newer ones: asked for one by one,
//! each is made from the end of its chain. So all are decoded in the order of the pack and kept in a form that takes eight
//! bytes for an entry, and most entries once for many trees. Commits are read the same way, and handed over.

pub(crate) mod chunks;
mod gathered;
mod numbers;
mod pieces;

use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard};

use super::object::{CommitData, Id, Kind, Map, Set, TreeEntry, tree_entries};
use super::objects::{Objects, STRUCTURE_BYTES, expect};
use super::pack::{Keepsake, Pack, Visit};
use super::packs;
use super::repository::Repo;
use gathered::Gathered;
use numbers::Trees;
pub(crate) use numbers::{Entry, Numbers, Tree};
use pieces::Pieces;

/// A repository's objects, trees among them from memory.
pub(crate) struct Shelf {
    repo: Arc<Repo>,
    packs: Vec<Pack>,
    trees: RwLock<Trees>,
}

impl Shelf {
    /// The trees of `repo`'s packs.
    pub(crate) fn new(repo: Arc<Repo>) -> Self {
        let id_len = repo.id_len();
        let packs: Vec<Pack> = packs::open(&repo.object_directories(), id_len).collect();
        let shelf = Self { repo, packs, trees: RwLock::default() };
        let (trees, gathered) = (RwLock::new(Trees::default()), Gathered::new());
        shelf.each(Kind::Tree, |_| true, &|number, bytes, kin| {
            let pieces = Pieces::of(bytes, id_len, kin.base())?;
            if !gathered.has_room(pieces.len()) {
                return None;
            }
            let known = trees.read().unwrap_or_else(PoisonError::into_inner);
            let name = |entry: &TreeEntry<'_>| known.name_of(entry.name);
            let found = pieces.look_up(|entry| (name(entry), shelf.packed(&entry.id)));
            drop(known);
            let written = if found.iter().flatten().all(|(name, object)| name.is_some() && object.is_some()) {
                let plain = |entry: &TreeEntry<'_>, name, object| Entry::new(name, entry.mode, object);
                pieces.entries(found, |entry, (name, object)| Some(plain(entry, name?, object?)))?
            } else {
                let mut trees = trees.write().unwrap_or_else(PoisonError::into_inner);
                if !trees.has_room_for_odd(found.len()) {
                    return None;
                }
                let end = shelf.end();
                pieces.entries(found, |entry, (name, object)| trees.entry(entry, name, object, end))?
            };
            gathered.keep(number, written.entries());
            kin.heirs.then(|| Keepsake::new(written.bytes(), written))
        });
        gathered.give_to(&mut trees.write().unwrap_or_else(PoisonError::into_inner));
        Self { trees, ..shelf }
    }

    /// The commits of the packs, parsed; what is no commit in truth is left out.
    pub(crate) fn commits(&self) -> Map<Id, CommitData> {
        let commits = Mutex::new(Map::default());
        self.each(Kind::Commit, |_| true, &|number, bytes, _| {
            if let Some((id, data)) = self.packed_id(number).zip(CommitData::parse(bytes)) {
                commits.lock().unwrap_or_else(PoisonError::into_inner).insert(id, data);
            }
            None
        });
        commits.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    /// The store itself, to read what stands in no pack.
    pub(crate) fn objects(&self) -> &dyn Objects {
        self.repo.objects()
    }

    /// Calls `visit` with the packs' objects of one kind whose numbers are `wanted`, as they are decoded.
    pub(crate) fn each(&self, kind: Kind, wanted: impl Fn(u32) -> bool, visit: &Visit<'_>) {
        let mut first = 0;
        for pack in &self.packs {
            let here = (0..pack.len()).filter(|at| wanted(first + at)).map(|at| (at, first + at));
            pack.each(kind, here, visit);
            first += pack.len();
        }
    }

    /// The objects besides those that are met, the packs' by number and all others by id, in no order; `None` when a pack
    /// cannot be read here, so that nobody knows.
    pub(crate) fn others(
        &self,
        packed: impl Fn(u32) -> bool,
        loose: impl Fn(&Id) -> bool,
    ) -> Option<Set<Id>> {
        let directories = self.repo.object_directories();
        if packs::count(&directories) != self.packs.len() {
            return None;
        }
        let in_packs = (0..self.end()).filter(|number| !packed(*number));
        // What stands in several packs goes by the number in the first.
        let counts = |(number, id): &(u32, Id)| self.packs.len() == 1 || self.packed(id) == Some(*number);
        let in_packs = in_packs.filter_map(|number| Some((number, self.packed_id(number)?))).filter(counts);
        let alone = packs::loose(&directories).filter(|id| self.packed(id).is_none() && !loose(id));
        Some(in_packs.map(|(_, id)| id).chain(alone).collect())
    }

    /// The number of an object that stands in a pack.
    pub(crate) fn packed(&self, id: &Id) -> Option<u32> {
        let mut first = 0;
        for pack in &self.packs {
            if let Some(at) = pack.find(id) {
                return Some(first + at);
            }
            first += pack.len();
        }
        None
    }

    /// True for the number of an object that stands in a pack.
    pub(crate) fn is_packed(&self, number: u32) -> bool {
        number < self.end()
    }

    /// To number what stands in no pack too. Nothing else can be asked of the shelf meanwhile.
    pub(crate) fn numbers(&self) -> Numbers<'_> {
        Numbers::new(self, self.trees.write().unwrap_or_else(PoisonError::into_inner))
    }

    /// The id of a numbered object.
    pub(crate) fn id(&self, number: u32) -> Option<Id> {
        self.packed_id(number).or_else(|| self.trees().stranger(number.checked_sub(self.end())?))
    }

    /// What names with these numbers join to, a slash between each.
    pub(crate) fn path(&self, names: &[u32]) -> Vec<u8> {
        let trees = self.trees();
        names.iter().map(|name| trees.name(*name)).collect::<Vec<_>>().join(&b'/')
    }

    /// The number of an object that was met.
    pub(crate) fn number(&self, id: &Id) -> Option<u32> {
        self.packed(id).or_else(|| self.trees().stranger_of(id, self.end()))
    }

    /// The numbers of a path's names; `None` when no tree has one of them.
    pub(crate) fn names(&self, path: &[u8]) -> Option<Vec<u32>> {
        let trees = self.trees();
        path.split(|&byte| byte == b'/').map(|name| trees.name_of(name)).collect()
    }

    /// Calls `visit` with the entries of a tree that was met. One that cannot be read has none.
    pub(crate) fn entries(&self, tree: u32, mut visit: impl FnMut(Entry)) {
        if let Some(chunks) = self.trees().kept(tree) {
            return chunks.flat_map(|chunk| chunk.entries).copied().for_each(visit);
        }
        let Some(id) = self.id(tree) else { return };
        let data = expect(self.repo.objects(), &id, Kind::Tree, STRUCTURE_BYTES).unwrap_or_default();
        let trees = self.trees();
        for entry in tree_entries(&data, id.as_bytes().len()).unwrap_or_default() {
            let object = self.packed(&entry.id).or_else(|| trees.stranger_of(&entry.id, self.end()));
            // What has no number was never met, and so is not looked for.
            let entry =
                object.and_then(|object| Some(Entry::new(trees.name_of(entry.name)?, entry.mode, object)));
            entry.into_iter().for_each(&mut visit);
        }
    }

    fn packed_id(&self, mut number: u32) -> Option<Id> {
        for pack in &self.packs {
            if number < pack.len() {
                return pack.id(number);
            }
            number -= pack.len();
        }
        None
    }

    /// The number behind the last object of the packs.
    fn end(&self) -> u32 {
        self.packs.iter().map(Pack::len).sum()
    }

    fn trees(&self) -> RwLockReadGuard<'_, Trees> {
        self.trees.read().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::pack::tests::{git, packed, versions};

    #[test]
    fn trees_are_what_they_are_in_the_repository() {
        for init in [&[][..], &["--object-format=sha256"]] {
            let (directory, _) = packed(&versions(), init, &[]);
            let path = directory.path();
            std::fs::create_dir_all(path.join("a/b")).unwrap();
            std::fs::write(path.join("a/b/c"), "x").unwrap();
            std::os::unix::fs::symlink("b/c", path.join("a/link")).unwrap();
            git(path, &["add", "."]);
            git(path, &["-c", "user.name=a", "-c", "user.email=a@b.invalid", "commit", "-qm", "more"]);
            git(path, &["repack", "-adfq"]);
            let repo = Arc::new(Repo::at(path).unwrap());
            let shelf = Shelf::new(Arc::clone(&repo));
            for name in ["HEAD^{tree}", "HEAD:a", "HEAD:a/b", "HEAD~1^{tree}"] {
                let id = Id::from_hex(git(path, &["rev-parse", name]).trim().as_bytes()).unwrap();
                let data = repo.objects().read(&id, u64::MAX).unwrap().1;
                let expected = tree_entries(&data, id.as_bytes().len()).unwrap();
                let mut found = Vec::new();
                shelf.entries(shelf.packed(&id).unwrap(), |entry| {
                    found.push((entry.mode(), shelf.path(&[entry.name()]), shelf.id(entry.object).unwrap()));
                });
                let plain = |entry: &TreeEntry<'_>| (entry.mode, entry.name.to_vec(), entry.id);
                assert_eq!(found, expected.iter().map(plain).collect::<Vec<_>>(), "{name}");
            }
        }
    }
}
