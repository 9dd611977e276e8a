//! The panic hook: it prints the place only, because a panic's message may quote what was being worked on.

use std::panic;

use crate::report::output;

/// Replaces the standard hook.
pub fn hide_messages() {
    panic::set_hook(Box::new(|info| {
        let place = info.location().map_or_else(String::new, |l| format!(" at {}:{}", l.file(), l.line()));
        output::remark(&format!("leaklint: internal error{place}. This is a bug; please report it.\n"));
    }));
}
