//! Findings together with their values, for what can only be told from a value. Apart from reports, which never hold one.

use std::sync::{Mutex, PoisonError};

use crate::baseline::{Baseline, Late};
use crate::error::Error;
use crate::finding::Finding;
use crate::import::Found;
use crate::report::redact::Redactor;
use crate::scan;
use crate::secret::Secret;
use crate::source::Source;

use super::Session;

impl Session {
    /// Every finding of `source` with its value, allowed ones too, in order; the identities have the salts of `blank`.
    ///
    /// # Errors
    /// When the source cannot be listed.
    pub fn seen(&self, source: &dyn Source, blank: Baseline) -> Result<Vec<Found>, Error> {
        let seen: Mutex<Vec<Found>> = Mutex::default();
        let witness = |finding: &Finding, secret: &Secret| {
            let found = Found { finding: finding.clone(), secret: Secret::new(secret.expose()) };
            seen.lock().unwrap_or_else(PoisonError::into_inner).push(found);
        };
        let options = scan::Options {
            stands: None,
            survey: None,
            policy: &self.policy,
            allow: None,
            unused_marks: false,
            show_dropped: false,
            change: None,
            baseline: &Late::from(Some(blank)),
            command: "",
            now: self.now,
            memory: None,
        };
        self.pooled(|| scan::run_before(source, &self.catalogue, &options, Some(&witness)))??;
        let mut seen = seen.into_inner().unwrap_or_else(PoisonError::into_inner);
        // As in a report: what is found is masked in the names of files.
        let masked: Vec<_> = {
            let redactor = Redactor::new(seen.iter().map(|found| &found.secret), &[], &self.catalogue);
            let path = |found: &Found| redactor.path(&found.finding.path);
            let inside = |found: &Found| found.finding.repo_path.as_ref().map(|path| redactor.path(path));
            seen.iter().map(|found| (path(found), inside(found))).collect()
        };
        for (found, (path, inside)) in seen.iter_mut().zip(masked) {
            (found.finding.path, found.finding.repo_path) = (path, inside);
        }
        seen.sort_by(|a, b| scan::order(&a.finding).cmp(&scan::order(&b.finding)));
        Ok(seen)
    }
}
