//! Where reports go: a file, replaced in one step or not at all, or standard output; and what the screen there can
//! show. Apart from the formats because they are pure.

use std::ffi::OsString;
use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, ErrorKind, IsTerminal, Write};
use std::path::{Path, PathBuf};

use crate::error::{Error, unnamed};
use crate::visible;

use super::human::HumanOptions;

/// Columns where nobody says how many there are.
const WIDTH: usize = 100;
/// Narrower than this no diagnostic can be read; wider than [`WIDEST`] no sentence.
const NARROWEST: usize = 40;
const WIDEST: usize = 140;

/// `--format`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// Diagnostics for people
    #[default]
    Human,
    /// One object with everything
    Json,
    /// One finding a line and nothing else
    Jsonl,
    /// SARIF 2.1.0
    Sarif,
}

impl Format {
    /// The word on the command line and in the configuration.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Json => "json",
            Self::Jsonl => "jsonl",
            Self::Sarif => "sarif",
        }
    }
}

/// `--color`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum ColorChoice {
    /// On a terminal, unless `NO_COLOR` is set; elsewhere only when `CLICOLOR_FORCE` is.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// What the screen behind a stream can show.
pub fn screen(choice: ColorChoice, stream: &impl IsTerminal) -> HumanOptions {
    let terminal = stream.is_terminal();
    let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    let columns = terminal_size::terminal_size().filter(|_| terminal).map(|(width, _)| usize::from(width.0));
    HumanOptions {
        color: color(choice, terminal, variable),
        width: columns.map_or(WIDTH, |columns| columns.clamp(NARROWEST, WIDEST)),
        unicode: !terminal || unicode(variable),
        explain: false,
    }
}

/// Colour or not. `NO_COLOR`: <https://no-color.org>; `CLICOLOR` and `CLICOLOR_FORCE`:
/// <https://bixense.com/clicolors/>.
fn color(choice: ColorChoice, terminal: bool, variable: impl Fn(&str) -> Option<OsString>) -> bool {
    let is = |name: &str, wanted: &str| variable(name).is_some_and(|value| value == wanted);
    match choice {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto if variable("NO_COLOR").is_some() => false,
        ColorChoice::Auto if variable("CLICOLOR_FORCE").is_some() => !is("CLICOLOR_FORCE", "0"),
        ColorChoice::Auto => terminal && !is("TERM", "dumb") && !is("CLICOLOR", "0"),
    }
}

/// Whether the locale's characters are UTF-8 (POSIX: the first of these three that is set decides). Windows terminals
/// are told so by the standard library.
fn unicode(variable: impl Fn(&str) -> Option<OsString>) -> bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(variable);
    let locale = locale.map(|locale| locale.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
    cfg!(windows) || locale.contains("utf-8") || locale.contains("utf8")
}

/// Writes a whole report to `file`, or to standard output without one. A reader of standard output that has seen
/// enough (`| head`) is no error.
///
/// # Errors
/// [`Error::Io`] when the bytes cannot be written; a file that was there before is then unchanged.
pub fn write(bytes: &[u8], file: Option<&Path>) -> Result<(), Error> {
    match file {
        None => {
            // Colours were decided when the bytes were made; on Windows this turns on their meaning.
            let stdout = anstream::AutoStream::always(io::stdout().lock());
            unless_closed(write_all(stdout, bytes)).map_err(|why| failed("standard output", &why))
        }
        Some(path) => replace(path, bytes).map_err(|why| failed(&path.to_string_lossy(), &why)),
    }
}

/// Writes the summary or another remark to standard error. Nobody can be told when that fails.
pub fn remark(text: &str) {
    let stderr = anstream::AutoStream::always(io::stderr().lock());
    write_all(stderr, text.as_bytes()).unwrap_or_default();
}

fn write_all(mut to: impl Write, bytes: &[u8]) -> io::Result<()> {
    to.write_all(bytes)?;
    to.flush()
}

fn unless_closed(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(why) if why.kind() == ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

fn failed(path: &str, why: &io::Error) -> Error {
    Error::Io { action: "write", path: visible::line(path).into_owned(), reason: why.to_string() }
}

fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    // A link stays a link: what it points to is replaced.
    let path = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    match std::fs::metadata(&path) {
        // A device or a pipe is written to; a file put in its place would help nobody.
        Ok(there) if !there.is_file() && !there.is_dir() => {
            unless_closed(write_all(OpenOptions::new().write(true).open(&path)?, bytes))
        }
        Ok(there) if there.is_dir() => Err(ErrorKind::IsADirectory.into()),
        Ok(there) if there.permissions().readonly() => Err(ErrorKind::PermissionDenied.into()),
        there => replace_file(&path, bytes, there.ok().as_ref()),
    }
}

/// Writes beside the target, then renames: nobody ever sees half a report.
fn replace_file(path: &Path, bytes: &[u8], there: Option<&Metadata>) -> io::Result<()> {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    let directory = parent.map_or_else(|| PathBuf::from("."), Path::to_owned);
    let mut file = new_file(&directory).map_err(unnamed)?;
    file.write_all(bytes).map_err(unnamed)?;
    if let Some(there) = there {
        file.as_file().set_permissions(there.permissions())?;
    }
    file.as_file().sync_all()?;
    file.persist(path).map(drop).map_err(|why| why.error)
}

fn new_file(directory: &Path) -> io::Result<tempfile::NamedTempFile<File>> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".leaklint-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // As for any new file: what the umask leaves of it.
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(directory)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(set: &'static [(&'static str, &'static str)]) -> impl Fn(&str) -> Option<OsString> {
        move |name| set.iter().find(|(known, _)| *known == name).map(|(_, value)| value.into())
    }

    #[test]
    fn color_follows_the_option_then_the_environment_then_the_terminal() {
        use ColorChoice::{Always, Auto, Never};
        assert!(color(Always, false, environment(&[("NO_COLOR", "1")])));
        assert!(!color(Never, true, environment(&[("CLICOLOR_FORCE", "1")])));
        assert!(color(Auto, true, environment(&[])));
        assert!(!color(Auto, false, environment(&[])));
        assert!(!color(Auto, true, environment(&[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")])));
        assert!(color(Auto, false, environment(&[("CLICOLOR_FORCE", "1")])));
        assert!(!color(Auto, true, environment(&[("TERM", "dumb")])));
        assert!(!color(Auto, true, environment(&[("CLICOLOR", "0")])));
    }

    #[test]
    fn the_locale_says_whether_the_screen_has_unicode() {
        assert!(unicode(environment(&[("LANG", "de_DE.UTF-8")])));
        assert!(unicode(environment(&[("LC_ALL", "C.utf8"), ("LANG", "C")])));
        assert_eq!(unicode(environment(&[("LC_ALL", "C"), ("LANG", "de_DE.UTF-8")])), cfg!(windows));
        assert_eq!(unicode(environment(&[])), cfg!(windows));
    }

    #[test]
    fn a_file_is_replaced_whole_and_keeps_its_mode() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("report.json");
        write(b"first, longer", Some(&path)).unwrap();
        write(b"second", Some(&path)).unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"second");
        assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 1, "nothing else is left behind");
    }

    #[cfg(unix)]
    #[test]
    fn modes_and_links_stay() {
        use std::os::unix::fs::PermissionsExt;
        let directory = tempfile::tempdir().unwrap();
        let (path, link) = (directory.path().join("real"), directory.path().join("link"));
        std::fs::write(&path, b"old").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
        std::os::unix::fs::symlink(&path, &link).unwrap();
        write(b"new", Some(&link)).unwrap();
        assert!(std::fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(std::fs::read(&path).unwrap(), b"new");
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
    }

    #[test]
    fn a_place_that_cannot_be_written_is_an_error_that_names_it() {
        let directory = tempfile::tempdir().unwrap();
        for path in [directory.path().to_owned(), directory.path().join("no\u{1b}such/report")] {
            let error = write(b"x", Some(&path)).unwrap_err().to_string();
            assert!(error.starts_with("cannot write ") && !error.contains('\u{1b}'), "{error}");
            assert!(!error.contains(".leaklint-"), "{error}");
        }
    }
}
