//! Objects that a source holds by the hundred thousand.
//!
//! Stands apart from the items of a listing because nearly all of them hold nothing: what they are called and who wrote
//! them is only worked out for those that do.

use crate::blob::{BlobPath, Item, Part};

/// Bytes of an object's id that tell it from all others; of a longer id the rest is not needed for that.
pub const KEY_BYTES: usize = 20;

pub use super::pack::{Keepsake, Kin, Visit};

/// Many objects of a repository, by numbers that begin at 0.
pub trait Stock: Sync {
    /// How many there are.
    fn count(&self) -> u32;

    /// The beginning of the object's id.
    fn key(&self, number: u32) -> [u8; KEY_BYTES];

    /// What of a repository it is.
    fn part(&self, number: u32) -> Part;

    /// The paths that it has, as reports call them, sorted; each as often as it has a place there.
    fn paths(&self, number: u32) -> Vec<BlobPath>;

    /// The object with all places that it has.
    fn item(&self, number: u32) -> Item;

    /// Hands over those objects that are `wanted` and are read faster together than one by one. What is left out is to
    /// be opened.
    fn each(&self, wanted: &dyn Fn(u32) -> bool, visit: &Visit<'_>);
}
