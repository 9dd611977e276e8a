//! Where caches lie and who may have written them.
//!
//! Stands apart because this is what keeps a repository from bringing a cache of its own: the key that authenticates what
//! is read back is made here once, and can be read by its owner only.

use std::fs;
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::visible;

/// The file that holds the key.
const KEY_FILE: &str = "key";

/// Why a directory is not used, in a sentence without a full stop.
#[derive(Debug)]
pub struct Refused(pub String);

/// A key for what is written: 32 random bytes.
pub(super) type Key = Zeroizing<[u8; 32]>;

/// The user's directory for caches (XDG Base Directory Specification; on macOS and Windows that of the system), if the
/// environment names one.
pub fn default_directory() -> Option<PathBuf> {
    let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let system = match std::env::consts::OS {
        "macos" => variable("HOME").map(|home| home.join("Library/Caches")),
        "windows" => variable("LOCALAPPDATA"),
        _ => variable("HOME").map(|home| home.join(".cache")),
    };
    let absolute = |path: &PathBuf| path.is_absolute();
    variable("XDG_CACHE_HOME").filter(absolute).or(system).map(|directory| directory.join("leaklint"))
}

/// Makes the directory, unless it lies in one of those of the repository, and gives its key.
///
/// # Errors
/// When it lies there, cannot be made or written to, or others can read its key.
pub(super) fn prepare(directory: &Path, inside: &[&Path]) -> Result<Key, Refused> {
    let failed =
        |path: &Path, why: &std::io::Error| Refused(format!("cannot use {}: {why}", visible::path(path)));
    make(directory).map_err(|why| failed(directory, &why))?;
    let real = directory.canonicalize().map_err(|why| failed(directory, &why))?;
    let holds = |outer: &&Path| outer.canonicalize().is_ok_and(|outer| real.starts_with(outer));
    if inside.iter().any(holds) {
        let shown = visible::path(directory);
        return Err(Refused(format!("{shown} lies in the repository, which could then bring its own cache")));
    }
    let file = real.join(KEY_FILE);
    for _ in 0..2 {
        match read(&file) {
            Ok(Some(key)) => return Ok(key),
            Ok(None) => {
                let shown = visible::path(&file);
                return Err(Refused(format!("{shown} is no key that only its owner can read: delete it")));
            }
            Err(why) if why.kind() == ErrorKind::NotFound => {
                create(&file).map_err(|why| failed(&file, &why))?;
            }
            Err(why) => return Err(failed(&file, &why)),
        }
    }
    Err(Refused(format!("{} comes and goes", visible::path(&file))))
}

fn make(directory: &Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(directory)
}

/// The key in a file; `None` when the file holds none, or others can read it.
fn read(path: &Path) -> std::io::Result<Option<Key>> {
    let mut file = fs::File::open(path)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        if file.metadata()?.permissions().mode() & 0o077 != 0 {
            return Ok(None);
        }
    }
    let mut key = Key::default();
    let mut rest = [0];
    let whole = file.read_exact(&mut *key).is_ok() && file.read(&mut rest)? == 0;
    Ok(whole.then_some(key))
}

/// Writes a new key under another name first, so that nobody ever reads half of one. The first of several runs wins.
fn create(path: &Path) -> std::io::Result<()> {
    let mut key = Key::default();
    getrandom::fill(&mut *key).map_err(std::io::Error::other)?;
    let directory = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new().prefix(".key").tempfile_in(directory)?;
    file.write_all(&*key)?;
    file.as_file().sync_all()?;
    match file.persist_noclobber(path) {
        Err(failed) if failed.error.kind() != ErrorKind::AlreadyExists => Err(failed.error),
        _ => Ok(()),
    }
}
