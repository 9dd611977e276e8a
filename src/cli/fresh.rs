//! Files that must not be there yet. Apart from reports, which replace what stands there: nothing that a person wrote is
//! ever overwritten by a file that we propose.

use std::io::Write as _;
use std::path::Path;

use tempfile::NamedTempFile;

use crate::error::{Error, unnamed};
use crate::visible;

/// Writes a new file in one step.
///
/// # Errors
/// [`Error::Usage`] when something stands there, [`Error::Io`] when it cannot be written.
pub(super) fn create(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let failed = |why: std::io::Error| Error::Io {
        action: "write",
        path: visible::path(path),
        reason: unnamed(why).to_string(),
    };
    refuse(path)?;
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // As any file that a person makes; the process's umask applies.
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    let mut file: NamedTempFile = builder.tempfile_in(directory).map_err(failed)?;
    file.write_all(bytes).and_then(|()| file.as_file().sync_all()).map_err(failed)?;
    match file.persist_noclobber(path) {
        Ok(_) => Ok(()),
        Err(error) if error.error.kind() == std::io::ErrorKind::AlreadyExists => Err(there(path)),
        Err(error) => Err(failed(error.error)),
    }
}

/// That nothing stands at `path`.
///
/// # Errors
/// [`Error::Usage`] when something does.
pub(super) fn refuse(path: &Path) -> Result<(), Error> {
    if path.symlink_metadata().is_ok() { Err(there(path)) } else { Ok(()) }
}

fn there(path: &Path) -> Error {
    Error::Usage {
        message: format!("there is already a file at {}", visible::path(path)),
        help: Some("it is never overwritten: name another file, or move it away".to_owned()),
    }
}
