//! A baseline that is read when the first finding asks for it. Apart from reading because only a hook needs it: most of
//! its runs find nothing, and reading ten thousand entries would take longer than the rest of the run.

use std::fmt;
use std::sync::{Mutex, OnceLock, PoisonError};

use super::Baseline;
use crate::error::Error;

type Read = dyn Fn() -> Result<Option<Baseline>, Error> + Send + Sync;

/// A baseline that is there by the time it is needed. Threads may ask at once; it is read once.
pub struct Late {
    read: Box<Read>,
    was: OnceLock<Option<Baseline>>,
    trouble: Mutex<Option<Error>>,
}

impl Late {
    /// One that `read` gives when asked for, or none.
    pub fn new(read: impl Fn() -> Result<Option<Baseline>, Error> + Send + Sync + 'static) -> Self {
        Self { read: Box::new(read), was: OnceLock::new(), trouble: Mutex::new(None) }
    }

    /// The baseline; `None` when there is none or it cannot be read, which [`Self::check`] then says.
    pub fn get(&self) -> Option<&Baseline> {
        let read = || {
            (self.read)().unwrap_or_else(|why| {
                *self.trouble.lock().unwrap_or_else(PoisonError::into_inner) = Some(why);
                None
            })
        };
        self.was.get_or_init(read).as_ref()
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
}

impl From<Option<Baseline>> for Late {
    fn from(baseline: Option<Baseline>) -> Self {
        Self { read: Box::new(|| Ok(None)), was: OnceLock::from(baseline), trouble: Mutex::new(None) }
    }
}

impl fmt::Debug for Late {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("Late")
    }
}
