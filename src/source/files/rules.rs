//! Ignore rules of a repository: the chain of its `.gitignore` files and `.git/info/exclude`, as gitignore(5) has them.
//!
//! The `ignore` crate gives the rules' meaning; the chain is ours, because the crate's walk cannot say what it left out
//! and would leave out files that are in the index.

use std::path::Path;
use std::sync::Arc;

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::open;

/// Largest file of rules that is read, in bytes. Beyond it no rule holds: more is scanned, nothing is missed.
const LARGEST: u64 = 4 << 20;

/// The rules of one directory on top of those of the directories above it.
pub(super) struct Rules {
    own: Gitignore,
    above: Option<Arc<Rules>>,
}

impl Rules {
    /// The rules in the file `path`, which hold below `directory` (relative to the repository), on top of `above`. A
    /// file that cannot be read or holds no rule changes nothing.
    pub(super) fn read(path: &Path, directory: &Path, above: Option<Arc<Self>>) -> Option<Arc<Self>> {
        match open::small(path, LARGEST).ok().and_then(|bytes| parse(&bytes, directory)) {
            Some(own) => Some(Arc::new(Self { own, above })),
            None => above,
        }
    }

    /// True when the entry at `path` (relative to the repository) is ignored. Its directories are not looked at: what
    /// lies in an ignored directory is ignored whatever the rules say.
    pub(super) fn ignore(&self, path: &Path, is_directory: bool) -> bool {
        let mut rules = Some(self);
        while let Some(Self { own, above }) = rules {
            match own.matched(path, is_directory) {
                Match::Ignore(_) => return true,
                Match::Whitelist(_) => return false,
                Match::None => rules = above.as_deref(),
            }
        }
        false
    }
}

/// Lines that are no valid rule, or no UTF-8, hold nothing, as in git.
fn parse(bytes: &[u8], directory: &Path) -> Option<Gitignore> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut builder = GitignoreBuilder::new(directory);
    for line in bytes.split(|&byte| byte == b'\n').filter_map(|line| std::str::from_utf8(line).ok()) {
        // An error leaves the builder as it was.
        let _ = builder.add_line(None, line);
    }
    builder.build().ok().filter(|rules| !rules.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(text: &str, directory: &str, above: Option<Rules>) -> Rules {
        Rules { own: parse(text.as_bytes(), Path::new(directory)).unwrap(), above: above.map(Arc::new) }
    }

    #[test]
    fn the_deepest_rule_decides_and_the_last_one_in_a_file() {
        let top = rules("*.log\n/only-here\nbuild/\n!keep.log\n", "", None);
        let ignored = |rules: &Rules, path: &str| rules.ignore(Path::new(path), false);
        assert!(ignored(&top, "a.log") && ignored(&top, "x/a.log") && ignored(&top, "only-here"));
        assert!(!ignored(&top, "keep.log") && !ignored(&top, "x/only-here") && !ignored(&top, "build"));
        assert!(top.ignore(Path::new("x/build"), true));
        let deep = rules("!a.log\n/local\n", "x", Some(top));
        assert!(!ignored(&deep, "x/a.log") && ignored(&deep, "x/b.log") && ignored(&deep, "x/local"));
        assert!(!ignored(&deep, "x/y/local"));
    }

    #[test]
    fn marks_line_ends_and_broken_lines_do_no_harm() {
        let text = b"\xef\xbb\xbffirst\r\n\xff\xff\n[z-a]\n# comment\n\nlast";
        let rules = Rules { own: parse(text, Path::new("")).unwrap(), above: None };
        assert!(rules.ignore(Path::new("first"), false) && rules.ignore(Path::new("last"), false));
        assert!(!rules.ignore(Path::new("comment"), false));
        assert!(parse(b"# nothing\n", Path::new("")).is_none());
    }
}
