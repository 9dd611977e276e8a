//! Standard input as a source: one blob, read as it comes.

use std::io;

use crate::blob::{BlobPath, Content, Item, Origin, Part};
use crate::error::Error;
use crate::source::{Listing, Opened, Problem, Source};

/// The path shown when none is given.
const NAME: &str = "<stdin>";

/// Standard input. It can be read once, so one [`Source::open`] only sees all of it.
pub struct StdinSource {
    path: BlobPath,
}

impl StdinSource {
    /// Standard input under the path `name`, which also decides what kind of file it is.
    pub fn new(name: Option<String>) -> Self {
        Self { path: BlobPath::from_bytes(name.as_deref().unwrap_or(NAME).as_bytes()) }
    }
}

impl Source for StdinSource {
    fn list(&self) -> Result<Listing, Error> {
        let origin = Origin { path: self.path.clone(), repo_path: None, commit: None, part: Part::File };
        let item = Item { content: Content::Stdin, origins: vec![origin], added: None, before: None };
        Ok(Listing { items: vec![item], ..Listing::default() })
    }

    fn open(&self, content: &Content) -> Result<Opened, Problem> {
        match content {
            Content::Stdin => Ok(Opened::Stream(Box::new(io::stdin()))),
            Content::Bytes(bytes) => Ok(Opened::Bytes(bytes.to_vec())),
            Content::File(_) | Content::Object(_) | Content::Message(_) => Err(Problem {
                path: Some(self.path.clone()),
                kind: "unreadable",
                message: "it is not standard input".to_owned(),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_one_item_has_the_given_name_or_a_telling_one() {
        for (name, shown) in [(None, "<stdin>"), (Some("config/.env".to_owned()), "config/.env")] {
            let listing = StdinSource::new(name).list().unwrap();
            let [item] = &listing.items[..] else { panic!("one item") };
            assert_eq!(item.origins[0].path.text(), shown);
            assert!(matches!(item.content, Content::Stdin));
        }
    }
}
