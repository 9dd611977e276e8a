//! A rule: one entry of a YAML file under `rules/` or of a file given with `--rules`.
//!
//! A rule is a document: what `explain`, the human report and SARIF help say is written in it and nowhere else.

mod load;
mod model;
pub mod raw;
pub(crate) mod snippet;
pub mod template;

pub(crate) use load::compiles;
pub use load::{load, load_alone};
pub use model::*;

/// The rules compiled in: every `rules/*.yaml` in the order of file names, each in the order of its file.
pub fn builtin() -> &'static [Rule] {
    embedded::RULES
}

/// What `build.rs` wrote; see there.
mod embedded {
    use crate::rule::*;

    include!(concat!(env!("OUT_DIR"), "/rules.rs"));
}
