//! The trees of a repository's packs, decoded once and kept.
//!
//! Walking a history asks for every tree, oldest first, while packs make old trees from newer ones: asked for one by one,
//! each is made from the end of its chain. So all are decoded in the order of the pack and kept in a form that takes eight
//! bytes for an entry.

use std::sync::{Arc, Mutex, PoisonError};

use super::object::{Id, Kind, Map, Mode, tree_entries};
use super::objects::{Objects, ReadError};
use super::pack::Pack;
use super::packs;
use super::repository::Repo;

/// Most entries that are kept: 128 MiB of them. Trees beyond that are read one by one.
const MOST_ENTRIES: usize = 16 << 20;

/// A name's number and a mode share 32 bits: this many times the mode is added.
const MODE: usize = 1 << 24;

/// Most different names of entries, and most objects that stand in no pack: each takes some hundred bytes.
const MOST_ODD: usize = 1 << 20;

/// A repository's objects, trees among them from memory.
pub(crate) struct Shelf {
    repo: Arc<Repo>,
    packs: Vec<Pack>,
    trees: Trees,
}

/// Trees, and what they hold.
#[derive(Default)]
struct Trees {
    /// For each tree, by its object's number, where its entries are.
    places: Map<u32, (u32, u32)>,
    entries: Vec<Entry>,
    names: Vec<Box<[u8]>>,
    numbers: Map<Box<[u8]>, u32>,
    /// Objects that stand in trees but in no pack.
    strangers: Vec<Id>,
    stranger_numbers: Map<Id, u32>,
}

/// An entry of a tree.
#[derive(Clone, Copy)]
struct Entry {
    /// The number of its name, and above that its mode.
    name: u32,
    /// The number of its object: those of the packs one pack after the other, then strangers.
    object: u32,
}

impl Shelf {
    /// The trees of `repo`'s packs.
    pub(crate) fn new(repo: Arc<Repo>) -> Self {
        let id_len = repo.id_len();
        let packs: Vec<Pack> = packs::open(&repo.object_directories(), id_len).collect();
        let trees = Mutex::new(Trees::default());
        let mut first = 0;
        for pack in &packs {
            let wanted = (0..pack.len()).map(|at| (at, at + first));
            pack.each(Kind::Tree, wanted, &|number, bytes| {
                let Some(parsed) = tree_entries(bytes, id_len) else { return };
                let objects: Vec<Option<u32>> =
                    parsed.iter().map(|entry| number_of(&packs, &entry.id)).collect();
                let mut trees = trees.lock().unwrap_or_else(PoisonError::into_inner);
                trees.add(
                    number,
                    parsed.iter().zip(objects).map(|(entry, object)| (*entry, object)),
                    end(&packs),
                );
            });
            first += pack.len();
        }
        let mut trees = trees.into_inner().unwrap_or_else(PoisonError::into_inner);
        // They are asked for by number from now on.
        (trees.numbers, trees.stranger_numbers) = Default::default();
        Self { repo, packs, trees }
    }

    /// The id of an object by its number.
    fn id(&self, mut number: u32) -> Option<Id> {
        for pack in &self.packs {
            if number < pack.len() {
                return pack.id(number);
            }
            number -= pack.len();
        }
        self.trees.strangers.get(number as usize).copied()
    }

    /// A tree as it was written, but for modes that mean the same.
    fn tree(&self, id: &Id) -> Option<Vec<u8>> {
        let &(start, end) = self.trees.places.get(&number_of(&self.packs, id)?)?;
        let entries = &self.trees.entries[start as usize..end as usize];
        let mut data = Vec::with_capacity(entries.len() * 48);
        for entry in entries {
            data.extend_from_slice(octal(entry.mode()));
            data.push(b' ');
            data.extend_from_slice(&self.trees.names[entry.name as usize % MODE]);
            data.push(0);
            data.extend_from_slice(self.id(entry.object)?.as_bytes());
        }
        Some(data)
    }
}

impl Objects for Shelf {
    fn header(&self, id: &Id) -> Result<(Kind, u64), ReadError> {
        self.repo.objects().header(id)
    }

    fn read(&self, id: &Id, limit: u64) -> Result<(Kind, Vec<u8>), ReadError> {
        match self.tree(id) {
            Some(data) if data.len() as u64 <= limit => Ok((Kind::Tree, data)),
            _ => self.repo.objects().read(id, limit),
        }
    }
}

impl Trees {
    /// Keeps a tree, if there is room. Objects without a number become strangers, whose numbers begin at `first_stranger`.
    fn add<'t>(
        &mut self,
        number: u32,
        entries: impl ExactSizeIterator<Item = (super::object::TreeEntry<'t>, Option<u32>)>,
        first_stranger: u32,
    ) {
        let start = self.entries.len();
        let odd = self.names.len().max(self.strangers.len());
        if start + entries.len() > MOST_ENTRIES || odd + entries.len() > MOST_ODD {
            return;
        }
        for (entry, object) in entries {
            let object = object.unwrap_or_else(|| first_stranger + self.stranger(entry.id));
            let name = self.name(entry.name);
            self.entries.push(Entry { name: name + entry.mode as u32 * MODE as u32, object });
        }
        self.places.insert(number, (start as u32, self.entries.len() as u32));
    }

    fn name(&mut self, name: &[u8]) -> u32 {
        if let Some(&number) = self.numbers.get(name) {
            return number;
        }
        let number = self.names.len() as u32;
        self.names.push(name.into());
        self.numbers.insert(name.into(), number);
        number
    }

    fn stranger(&mut self, id: Id) -> u32 {
        let next = self.strangers.len() as u32;
        *self.stranger_numbers.entry(id).or_insert_with(|| {
            self.strangers.push(id);
            next
        })
    }
}

impl Entry {
    const fn mode(self) -> Mode {
        const MODES: [Mode; 4] = [Mode::File, Mode::Link, Mode::Submodule, Mode::Directory];
        MODES[self.name as usize / MODE]
    }
}

/// The number of an object in the packs.
fn number_of(packs: &[Pack], id: &Id) -> Option<u32> {
    let mut first = 0;
    for pack in packs {
        if let Some(at) = pack.find(id) {
            return Some(first + at);
        }
        first += pack.len();
    }
    None
}

/// The number behind the last object of the packs.
fn end(packs: &[Pack]) -> u32 {
    packs.iter().map(Pack::len).sum()
}

/// A mode as git writes it in trees.
const fn octal(mode: Mode) -> &'static [u8] {
    match mode {
        Mode::File => b"100644",
        Mode::Link => b"120000",
        Mode::Submodule => b"160000",
        Mode::Directory => b"40000",
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
                let kept = shelf.tree(&id).expect("it stands in the pack");
                assert!(repo.objects().read(&id, u64::MAX).unwrap().1 == kept, "{name}");
                assert_eq!(shelf.read(&id, 1), Err(ReadError::TooLarge));
            }
        }
    }
}
