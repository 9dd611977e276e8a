//! The hunt for values that are known: everywhere a repository and its working trees may hold them, in any form.
//!
//! Stands beside the scan and shares nothing with its detection: here the value is given and the question is where it is.
//! Every object is read, reachable or not; nothing is left out by a configuration, an allow mark or a baseline.

mod content;
mod disk;
mod forms;
pub mod hit;
mod joint;
mod needles;
mod paths;
pub mod plan;
mod reach;
mod refs;
mod reftable;
mod spelling;
mod store;
pub mod tell;
pub mod values;

pub use needles::Needles;

use crate::error::Error;
use crate::source::repository::Repo;
use hit::Hunted;

/// Looks for every value of `needles` in all of `repo` and, with `beside`, in its working trees.
///
/// # Errors
/// When objects or refs cannot be listed. What cannot be read one by one is a problem in the result.
pub fn hunt(repo: &Repo, needles: &Needles, beside: bool) -> Result<Hunted, Error> {
    let mut hunted = Hunted::default();
    let store = store::search(repo, needles, &mut hunted)?;
    paths::find(repo, needles, store, &mut hunted);
    refs::search(repo, needles, &mut hunted)?;
    reftable::search(repo, needles, &mut hunted);
    disk::search(repo, needles, beside, &mut hunted);
    hunted.hits.sort_by(|a, b| a.key().cmp(&b.key()));
    hunted.problems.sort();
    hunted.problems.dedup();
    Ok(hunted)
}
