//! What is known of a text before it is scanned: what versions share was looked at once.

use crate::blob::window::Window;
use crate::catalogue::{Catalogue, Sights};
use crate::decode::Marks;
use crate::source::stock::Kin;
use crate::timing::{self, Stage};

/// What was seen in an object that was made from another or that others are made from.
pub(super) struct Known {
    /// By the gate.
    pub(super) sights: Sights,
    /// Where readings may begin.
    pub(super) marks: Marks,
}

impl Known {
    /// What is seen in `bytes`. `None` where nothing is shared, or too much would have to be kept.
    pub(super) fn of(catalogue: &Catalogue, bytes: &[u8], kin: Kin<'_>) -> Option<Self> {
        let base = kin.base::<Self>();
        if Window::as_they_stand(bytes).is_none() || base.is_none() && !kin.heirs {
            return None;
        }
        let gate = catalogue.gate();
        let sights = timing::stage(Stage::Detect, || match base {
            Some((base, copies)) => gate.sights_again(bytes, copies, &base.sights),
            None => gate.sights(bytes),
        })?;
        let marks = timing::stage(Stage::Decode, || match base {
            Some((base, copies)) => Marks::again(bytes, copies, &base.marks),
            None => Marks::of(bytes),
        });
        Some(Self { sights, marks })
    }

    /// The memory that it takes, in bytes.
    pub(super) fn bytes(&self) -> usize {
        self.sights.bytes() + self.marks.bytes()
    }
}
