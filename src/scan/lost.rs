//! A match that is not reported, and what is kept of it: its place, its reason, and the value as long as it may have to be
//! masked elsewhere.

use std::sync::Arc;

use crate::catalogue::RuleIndex;
use crate::span::Span;
use crate::verdict::{Judged, Plain, Reason};

/// A dropped match.
pub(super) struct Lost {
    pub(super) rule: RuleIndex,
    /// Where the value stands.
    pub(super) value: Span,
    /// What it is, where the text spells it differently.
    pub(super) plain: Option<Arc<Plain>>,
    pub(super) reason: Reason,
}

impl Lost {
    /// A kept match that is dropped after all.
    pub(super) fn after_all(judged: &Judged, reason: Reason) -> Self {
        Self { rule: judged.rule, value: judged.value, plain: judged.plain.clone(), reason }
    }

    /// The value's bytes.
    pub(super) fn bytes<'t>(&'t self, text: &'t [u8]) -> &'t [u8] {
        self.plain.as_ref().map_or(self.value.of(text), |plain| plain.value.expose())
    }
}
