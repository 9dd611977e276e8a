//! Which allow marks hold in a run: what options and configuration say together.

use crate::allow::Honoured;
use crate::cli::options::PolicyOptions;
use crate::config::Config;

use super::Session;

/// Which marks hold; `None`: no mark at all.
pub(super) fn honoured(policy: &PolicyOptions, config: &Config) -> Option<Honoured> {
    let marks = &config.allow_marks;
    let some = Honoured {
        foreign: !policy.no_foreign_allow && marks.foreign.value,
        require_reason: marks.require_reason.value,
    };
    (!policy.no_allow).then_some(some)
}

impl Session {
    /// Which allow marks hold; `None`: no mark at all.
    pub const fn marks(&self) -> Option<Honoured> {
        self.allow
    }
}
