//! git LFS pointers: small texts that stand in a repository for content that is elsewhere.
//!
//! Format: <https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md>. A pointer is less than 1,024 bytes long and its
//! first line is the version.

/// The first line of every pointer.
const VERSION: &[u8] = b"version https://git-lfs.github.com/spec/v1\n";

/// Longest pointer in bytes.
const LONGEST: usize = 1024;

/// True when `blob`, a blob as a whole, is a pointer. What is longer is no pointer, however it begins, so nothing can
/// hide behind that first line.
pub fn is_lfs_pointer(blob: &[u8]) -> bool {
    blob.len() <= LONGEST && blob.starts_with(VERSION)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_short_text_with_the_version_line_is_a_pointer() {
        let oid = "0".repeat(64);
        let pointer = format!("version https://git-lfs.github.com/spec/v1\noid sha256:{oid}\nsize 12345\n");
        assert!(is_lfs_pointer(pointer.as_bytes()));
        assert!(!is_lfs_pointer(format!("{pointer}{}", "x".repeat(1024)).as_bytes()));
        assert!(!is_lfs_pointer(b"version https://git-lfs.github.com/spec/v10\n"));
        assert!(!is_lfs_pointer(b""));
    }
}
