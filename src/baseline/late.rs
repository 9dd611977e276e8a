//! A baseline that is read when the first finding asks for it, and no further than it is asked for. Apart from reading
//! because only a hook needs it: most of its runs find nothing, and reading ten thousand entries would take longer than
//! the rest of the run.

use std::borrow::Cow;
use std::fmt;
use std::sync::{Mutex, OnceLock, PoisonError};

use super::Baseline;
use super::sheet::{Extent, Sheet};
use crate::error::Error;
use crate::finding::Finding;

type Read = dyn Fn() -> Result<Option<(Vec<u8>, String)>, Error> + Send + Sync;

/// A baseline that is there by the time it is needed. Threads may ask at once; it is read once.
pub struct Late {
    read: Box<Read>,
    extent: OnceLock<Option<Extent>>,
    /// All of it, where that was asked for after its salts.
    whole: OnceLock<Option<Baseline>>,
    trouble: Mutex<Option<Error>>,
}

impl Late {
    /// One whose bytes and name for errors `read` gives when asked for; or none.
    pub fn new(read: impl Fn() -> Result<Option<(Vec<u8>, String)>, Error> + Send + Sync + 'static) -> Self {
        Self {
            read: Box::new(read),
            extent: OnceLock::new(),
            whole: OnceLock::new(),
            trouble: Mutex::new(None),
        }
    }

    /// Whether there is one, which can be read.
    pub fn is_there(&self) -> bool {
        self.extent().is_some()
    }

    /// The salts that identities are to be made with, in this order.
    pub fn salts(&self) -> &[[u8; 32]] {
        match self.extent() {
            Some(Extent::Whole(baseline)) => baseline.salts(),
            Some(Extent::Salts(sheet)) => sheet.salts(),
            None => &[],
        }
    }

    /// The baseline; `None` when there is none or it cannot be read, which [`Self::check`] then says.
    pub fn get(&self) -> Option<&Baseline> {
        match self.extent()? {
            Extent::Whole(baseline) => Some(baseline),
            Extent::Salts(sheet) => self.whole.get_or_init(|| self.unless_broken(sheet.whole())).as_ref(),
        }
    }

    /// The baseline as far as it is about values of these findings, whose identities were made with its salts; `None` as
    /// with [`Self::get`].
    pub fn about(&self, findings: &[Finding]) -> Option<Cow<'_, Baseline>> {
        match self.extent()? {
            Extent::Whole(baseline) => Some(Cow::Borrowed(baseline)),
            Extent::Salts(sheet) => self.unless_broken(part(sheet, findings)).map(Cow::Owned),
        }
    }

    /// Whether reading it, if anybody asked for it, went well.
    ///
    /// # Errors
    /// Why it could not be read; told once.
    pub fn check(&self) -> Result<(), Error> {
        match self.trouble.lock().unwrap_or_else(PoisonError::into_inner).take() {
            Some(why) => Err(why),
            None => Ok(()),
        }
    }

    fn extent(&self) -> Option<&Extent> {
        let open = |(bytes, name)| Sheet::open(bytes, name);
        let read =
            || self.unless_broken((self.read)().and_then(|found| found.map(open).transpose())).flatten();
        self.extent.get_or_init(read).as_ref()
    }

    fn unless_broken<T>(&self, read: Result<T, Error>) -> Option<T> {
        read.map_err(|why| *self.trouble.lock().unwrap_or_else(PoisonError::into_inner) = Some(why)).ok()
    }
}

fn part(sheet: &Sheet, findings: &[Finding]) -> Result<Baseline, Error> {
    let fingerprints = findings.iter().flat_map(|finding| &finding.identity.hashes);
    let hashes =
        fingerprints.filter_map(|fingerprint| fingerprint.rsplit(':').next().map(str::as_bytes)).collect();
    sheet.with(&hashes)
}

impl From<Option<Baseline>> for Late {
    fn from(baseline: Option<Baseline>) -> Self {
        let late = Self::new(|| Ok(None));
        Self { extent: OnceLock::from(baseline.map(Extent::Whole)), ..late }
    }
}

impl fmt::Debug for Late {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("Late")
    }
}
