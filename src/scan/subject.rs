//! What is being scanned: an item, or one object of a stock, whose item is only made when somebody asks for it.
//!
//! Stands apart because nearly no object holds anything, and what it is called matters for those that do.

use std::ops::Deref;
use std::sync::OnceLock;

use crate::blob::{Content, Item, Part};
use crate::source::stock::Stock;

/// A blob with its places.
pub(super) enum Subject<'i> {
    /// One of a listing.
    Item(&'i Item),
    /// One of a stock, and its item once it was asked for.
    Stocked(&'i dyn Stock, u32, OnceLock<Item>),
}

impl<'i> Subject<'i> {
    /// The object of `stock` with this number.
    pub(super) const fn of(stock: &'i dyn Stock, number: u32) -> Self {
        Self::Stocked(stock, number, OnceLock::new())
    }

    /// What of a repository it is.
    pub(super) fn part(&self) -> Part {
        match self {
            Self::Item(item) => item.origins[0].part,
            Self::Stocked(stock, number, _) => stock.part(*number),
        }
    }

    /// The content before the change; what is stocked changes nothing.
    pub(super) fn before(&self) -> Option<&Content> {
        match self {
            Self::Item(item) => item.before.as_ref(),
            Self::Stocked(..) => None,
        }
    }
}

impl Deref for Subject<'_> {
    type Target = Item;

    fn deref(&self) -> &Item {
        match self {
            Self::Item(item) => item,
            Self::Stocked(stock, number, item) => item.get_or_init(|| stock.item(*number)),
        }
    }
}
