//! Directories of the index and of commits, as far as a configuration names them. Apart from the sources because
//! nothing here is scanned.

use super::object::{Kind, Mode, tree_entries};
use super::objects::{ReadError, STRUCTURE_BYTES, commit, expect};
use super::repository::{Repo, escaped};
use crate::error::Error;

impl Repo {
    /// The names of the files directly in `directory` (`/`-separated, from the root) of the index, sorted; `None` when
    /// there is no such directory.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn index_directory(&self, directory: &str) -> Result<Option<Vec<String>>, Error> {
        let before = if directory.is_empty() { String::new() } else { format!("{directory}/") };
        let inside = |path: &[u8]| {
            let name = path.strip_prefix(before.as_bytes())?;
            String::from_utf8(name.to_vec()).ok()
        };
        let below: Vec<String> =
            self.index_entries()?.iter().filter_map(|entry| inside(&entry.path)).collect();
        if below.is_empty() {
            return Ok(None);
        }
        Ok(Some(below.into_iter().filter(|name| !name.contains('/')).collect()))
    }

    /// The same in the commit that `rev` names.
    ///
    /// # Errors
    /// When `rev` names no commit, or its trees cannot be read.
    pub fn commit_directory(&self, rev: &str, directory: &str) -> Result<Option<Vec<String>>, Error> {
        let id = self.resolve(rev)?;
        let broken = |error: ReadError| Error::Git {
            message: format!(
                "cannot read {} of commit {}: {}",
                escaped(directory),
                id.hex(),
                error.problem(&id, None).message
            ),
            help: None,
        };
        let mut tree = commit(self.objects(), &id).map_err(broken)?.tree;
        for name in directory.split('/').filter(|name| !name.is_empty()) {
            let entries = self.entries(&tree).map_err(broken)?;
            let is_it =
                |(mode, entry, _): &&(Mode, Vec<u8>, _)| *mode == Mode::Directory && entry == name.as_bytes();
            match entries.iter().find(is_it) {
                Some((_, _, id)) => tree = *id,
                None => return Ok(None),
            }
        }
        let entries = self.entries(&tree).map_err(broken)?;
        let files = entries.into_iter().filter(|(mode, ..)| *mode != Mode::Directory);
        Ok(Some(files.filter_map(|(_, name, _)| String::from_utf8(name).ok()).collect()))
    }

    fn entries(
        &self,
        tree: &super::object::Id,
    ) -> Result<Vec<(Mode, Vec<u8>, super::object::Id)>, ReadError> {
        let data = expect(self.objects(), tree, Kind::Tree, STRUCTURE_BYTES)?;
        let entries = tree_entries(&data, tree.as_bytes().len()).ok_or(ReadError::Corrupt)?;
        Ok(entries.iter().map(|entry| (entry.mode, entry.name.to_vec(), entry.id)).collect())
    }
}
