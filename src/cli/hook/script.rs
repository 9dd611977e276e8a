//! The scripts that git runs: POSIX sh, as short as they can be, the same bytes for the same settings.
//!
//! Apart from installing them because a script is a text without input or output. A hook that was there before runs
//! first and its exit code counts, so that what it changes is scanned too; what git gives on standard input goes to both.

use std::path::Path;

use crate::shell::quoted;

/// The second line of every script of ours: by it we know them.
const MARK: &str = "# Written by `leaklint hook install`; `leaklint hook uninstall` takes it out again.";

/// What is put behind the name of a hook that was there before.
const BESIDE: &str = ".before-leaklint";

/// The hooks that run leaklint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Name {
    PreCommit,
    PreMergeCommit,
    CommitMsg,
    PrePush,
    PreReceive,
}

impl Name {
    /// All of them.
    pub(super) const ALL: [Self; 5] =
        [Self::PreCommit, Self::PreMergeCommit, Self::CommitMsg, Self::PrePush, Self::PreReceive];

    /// The file's name, as in githooks(5).
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::PreCommit => "pre-commit",
            Self::PreMergeCommit => "pre-merge-commit",
            Self::CommitMsg => "commit-msg",
            Self::PrePush => "pre-push",
            Self::PreReceive => "pre-receive",
        }
    }

    const fn has_input(self) -> bool {
        matches!(self, Self::PrePush | Self::PreReceive)
    }
}

/// The hooks that a directory for all repositories has to pass on, because git no longer looks into the repositories'
/// own. Left out are those whose mere presence changes what git does (`push-to-checkout`, `proc-receive`) or slows down
/// everything it does (`reference-transaction`, `post-index-change`).
pub(super) const PASSED_ON: [&str; 14] = [
    "applypatch-msg",
    "pre-applypatch",
    "post-applypatch",
    "prepare-commit-msg",
    "post-commit",
    "pre-rebase",
    "post-checkout",
    "post-merge",
    "update",
    "post-receive",
    "post-update",
    "pre-auto-gc",
    "post-rewrite",
    "sendemail-validate",
];

/// The file that a hook which was there before is moved to.
pub(super) fn beside(name: &str) -> String {
    format!("{name}{BESIDE}")
}

/// Whether a file is one of our scripts.
pub(super) fn is_ours(content: &[u8]) -> bool {
    content.split(|&byte| byte == b'\n').nth(1).is_some_and(|line| line.trim_ascii_end() == MARK.as_bytes())
}

/// The script of a hook that runs the program at `program` with these further arguments.
pub(super) fn running(name: Name, program: &Path, arguments: &[String], global: bool) -> String {
    let mut text = head(name.word(), name.has_input(), global);
    text.push_str(&format!("leaklint={}\n", quoted(&program.to_string_lossy())));
    text.push_str(
        "[ -x \"$leaklint\" ] || leaklint=leaklint\n\
         command -v \"$leaklint\" >/dev/null 2>&1 || {\n    \
             echo 'leaklint is not installed any more, but this hook needs it: install it again, or delete the hook' >&2\n    \
             exit 1\n\
         }\n",
    );
    let arguments: String = arguments.iter().map(|argument| format!(" {}", quoted(argument))).collect();
    let own = format!("\"$leaklint\" hook run {}{arguments}", name.word());
    text.push_str(&match name {
        Name::PreCommit | Name::PreMergeCommit => format!("exec {own}\n"),
        Name::CommitMsg => format!("exec {own} -- \"$@\"\n"),
        Name::PrePush => format!("given {own} -- \"$@\"\n"),
        Name::PreReceive => format!("given {own}\n"),
    });
    text
}

/// The script of a hook that only runs the repository's own.
pub(super) fn passing_on(name: &str) -> String {
    // Whatever git gives on standard input is left for the one hook that runs.
    let mut text = format!("#!/bin/sh\n{MARK}\n");
    text.push_str(&own(name));
    text.push_str("[ -x \"$own\" ] || exit 0\nexec \"$own\" \"$@\"\n");
    text
}

/// The lines that run what was there before.
fn head(name: &str, has_input: bool, global: bool) -> String {
    let mut text = format!("#!/bin/sh\n{MARK}\n");
    text.push_str(&format!(
        "# What stood here before lies beside it as {}, runs first, and can stop git too.\n",
        beside(name)
    ));
    let call = if has_input {
        // The dot keeps the line ends at the end.
        text.push_str("input=$(cat; echo .)\ninput=${input%.}\n");
        text.push_str("given() { printf '%s' \"$input\" 2>/dev/null | \"$@\"; }\n");
        "given "
    } else {
        ""
    };
    text.push_str(&format!("before=${{0%/*}}/{}\n", beside(name)));
    text.push_str(&format!("if [ -x \"$before\" ]; then {call}\"$before\" \"$@\" || exit; fi\n"));
    if global {
        text.push_str(&own(name));
        text.push_str(&format!("if [ -x \"$own\" ]; then {call}\"$own\" \"$@\" || exit; fi\n"));
    }
    text
}

/// The line that finds the repository's own hook.
fn own(name: &str) -> String {
    format!("own=$(git rev-parse --git-common-dir 2>/dev/null)/hooks/{name}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_scripts_know_themselves() {
        let script = running(Name::PrePush, Path::new("/it's/leaklint"), &[], true);
        assert!(is_ours(script.as_bytes()) && is_ours(passing_on("update").as_bytes()));
        assert!(script.contains("leaklint='/it'\\''s/leaklint'"), "{script}");
        assert!(!is_ours(b"#!/bin/sh\nexec leaklint hook run pre-push\n"));
        assert!(!is_ours(b""));
    }
}
