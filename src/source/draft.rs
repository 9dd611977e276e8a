//! A commit message that is being written, as git's `commit-msg` hook sees it: without what git will take out.
//!
//! Stands apart from `message.rs`, which reads messages that are commits already. What git takes out is not scanned
//! (with `git commit -v` the whole diff stands below, removed secrets too), but its lines stay as empty ones, so that
//! findings have the line numbers of the file. Facts: git-commit(1), `--cleanup`; git-config(1), `core.commentChar`
//! and `commit.cleanup`; wt-status.c and builtin/commit.c in git's own tree.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::settings::Settings;
use super::{Listing, Opened, Problem, Source};
use crate::blob::{BlobPath, Content, Item, Origin, Part};
use crate::error::Error;
use crate::visible;

/// Most bytes of a message that is read.
const LARGEST: u64 = 64 << 20;

/// What follows the comment character on the line that git cuts at.
const SCISSORS: &[u8] = b" ------------------------ >8 ------------------------";

/// What git chooses from when the comment character is `auto`: `adjust_comment_line_char` in builtin/commit.c.
const CHOICES: &[u8] = b"#;@!$%^&|:";

/// How git will clean the message up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cleanup {
    /// What a comment begins with; `None`: git chose it (`auto`).
    comment: Option<Vec<u8>>,
    /// Whether comments go.
    strip: bool,
    /// Whether everything from the scissors on goes.
    cut: bool,
}

impl Cleanup {
    /// What these settings say. `edited` tells whether git opens an editor for the message: without one it keeps
    /// comments unless told otherwise.
    pub fn of(settings: &Settings, edited: bool) -> Self {
        let comment = settings.last(&["core.commentchar", "core.commentstring"]);
        let comment = match comment.as_deref() {
            Some("auto") => None,
            Some("") | None => Some(b"#".to_vec()),
            Some(text) => Some(text.as_bytes().to_vec()),
        };
        let mode = settings.last(&["commit.cleanup"]);
        let strip = match mode.as_deref() {
            Some("strip") => true,
            Some("verbatim" | "whitespace" | "scissors") => false,
            _ => edited,
        };
        Self { comment, strip, cut: edited }
    }

    /// `message` with each line empty that git will take out.
    pub fn apply(&self, message: &[u8]) -> Vec<u8> {
        let comment = self.comment.clone().or_else(|| chosen(message));
        let mut kept = Vec::with_capacity(message.len());
        let mut below = false;
        for line in message.split_inclusive(|&byte| byte == b'\n') {
            let rest = comment.as_deref().and_then(|comment| line.strip_prefix(comment));
            below |= self.cut && rest.is_some_and(|rest| rest.trim_ascii_end() == SCISSORS);
            if below || self.strip && rest.is_some() {
                kept.extend_from_slice(&line[line.len() - usize::from(line.ends_with(b"\n"))..]);
            } else {
                kept.extend_from_slice(line);
            }
        }
        kept
    }
}

/// The comment character that git chose: that of the scissors, or else of the last line, where its hints stand.
fn chosen(message: &[u8]) -> Option<Vec<u8>> {
    let lines = || message.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii_end);
    let choice = |line: &[u8]| line.first().copied().filter(|first| CHOICES.contains(first));
    let scissors = lines().find(|line| line.get(1..) == Some(SCISSORS)).and_then(choice);
    let last = || lines().rfind(|line| !line.is_empty()).and_then(choice);
    scissors.or_else(last).map(|choice| vec![choice])
}

/// The message in a file.
pub struct DraftSource {
    file: PathBuf,
    text: Arc<[u8]>,
}

impl DraftSource {
    /// The message in `file`, as `cleanup` leaves it.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn read(file: &Path, cleanup: &Cleanup) -> Result<Self, Error> {
        use std::io::Read as _;
        let mut text = Vec::new();
        let read =
            std::fs::File::open(file).and_then(|opened| opened.take(LARGEST + 1).read_to_end(&mut text));
        let unreadable = |reason: String| Error::Io { action: "read", path: visible::path(file), reason };
        read.map_err(|why| unreadable(why.to_string()))?;
        if text.len() as u64 > LARGEST {
            return Err(unreadable("a message has at most 64 MiB".to_owned()));
        }
        Ok(Self { file: file.to_owned(), text: cleanup.apply(&text).into() })
    }
}

impl Source for DraftSource {
    fn list(&self) -> Result<Listing, Error> {
        let (path, part) = (BlobPath::from_path(&self.file), Part::CommitMessage);
        let origin = Origin { path, repo_path: None, commit: None, part };
        let content = Content::Bytes(self.text.clone());
        let item = Item { content, origins: vec![origin], added: None, before: None };
        Ok(Listing { items: vec![item], ..Listing::default() })
    }

    fn open(&self, content: &Content) -> Result<Opened, Problem> {
        match content {
            Content::Bytes(bytes) => Ok(Opened::Bytes(bytes.to_vec())),
            _ => {
                let message = "it is no message".to_owned();
                Err(Problem { path: None, kind: "unreadable", message })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cleaned(comment: Option<&str>, strip: bool, message: &str) -> String {
        let comment = comment.map(|comment| comment.as_bytes().to_vec());
        let cleanup = Cleanup { comment, strip, cut: true };
        String::from_utf8(cleanup.apply(message.as_bytes())).expect("as it was")
    }

    #[test]
    fn comments_go_and_lines_keep_their_numbers() {
        assert_eq!(cleaned(Some("#"), true, "a\n# b\n #c\nd # e\n#"), "a\n\n #c\nd # e\n");
        assert_eq!(cleaned(Some("//"), true, "a\n// b\n# c\n"), "a\n\n# c\n");
        assert_eq!(cleaned(Some("#"), false, "a\n# b\n"), "a\n# b\n");
    }

    #[test]
    fn all_below_the_scissors_goes() {
        let scissors = "------------------------ >8 ------------------------";
        let message = format!("a\n# {scissors}\n# Do not touch.\n+token\n");
        assert_eq!(cleaned(Some("#"), false, &message), "a\n\n\n\n");
        assert_eq!(cleaned(None, true, &message.replace('#', ";")), "a\n\n\n\n");
        let inside = format!("a\n  # {scissors}\nb\n");
        assert_eq!(cleaned(Some("#"), true, &inside), inside);
    }

    #[test]
    fn the_character_that_git_chose_is_that_of_its_hints() {
        assert_eq!(cleaned(None, true, "# title\n\n; hint\n; hint\n\n"), "# title\n\n\n\n\n");
        assert_eq!(cleaned(None, true, "# title\nbody\n"), "# title\nbody\n");
        assert_eq!(cleaned(None, true, ""), "");
    }
}
