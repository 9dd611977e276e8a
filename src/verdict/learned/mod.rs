//! The judgement that was learned: what doubtful assignments look like, and which of them are believed.

pub mod features;
pub mod language;
pub mod model;

pub use features::{Features, NAMES};
pub use language::Language;
pub use model::{Model, ModelError, Opinion};

pub(super) use features::{Facts, features};
