//! The editor that a person has chosen, started directly: no shell reads the path, which comes from a repository.

use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::process::Command;

use crate::error::Error;

/// Opens `path` at `line` and waits for the editor to end.
///
/// # Errors
/// When no editor is set or it cannot be started.
pub(super) fn open(path: &Path, line: u64) -> Result<(), Error> {
    let chosen = ["VISUAL", "EDITOR"]
        .into_iter()
        .find_map(|name| std::env::var_os(name).filter(|value| !value.to_string_lossy().trim().is_empty()));
    let Some(chosen) = chosen else {
        return Err(usage("no editor is set", "set VISUAL or EDITOR, for example EDITOR=vim"));
    };
    let words = command(&chosen.to_string_lossy(), path, line);
    let Some((program, arguments)) = words.split_first() else {
        return Err(usage("no editor is set", "set VISUAL or EDITOR, for example EDITOR=vim"));
    };
    match Command::new(program).args(arguments).status() {
        Ok(_) => Ok(()),
        Err(why) => Err(usage(&format!("the editor cannot be started: {why}"), "see VISUAL and EDITOR")),
    }
}

/// The program and its arguments. The variable may hold arguments too, as for git: words with white space between them.
fn command(chosen: &str, path: &Path, line: u64) -> Vec<OsString> {
    let mut words: Vec<OsString> = chosen.split_whitespace().map(OsString::from).collect();
    let name = words.first().map(|program| name_of(program)).unwrap_or_default();
    // A path that begins with a dash would be an option, one with a plus a line.
    let shown = path.to_string_lossy();
    let guarded = path.is_relative() && (shown.starts_with('-') || shown.starts_with('+'));
    let path = if guarded { Path::new(".").join(path) } else { path.to_owned() };
    match name.as_str() {
        "vi" | "vim" | "nvim" | "gvim" | "view" | "nano" | "pico" | "emacs" | "emacsclient" | "kak"
        | "micro" | "joe" | "jed" | "mg" | "ne" | "mcedit" | "gedit" | "less" | "more" => {
            words.extend([format!("+{line}").into(), path.into_os_string()]);
        }
        "hx" | "helix" | "subl" | "zed" => words.push(with_line(&path, line)),
        "code" | "codium" | "cursor" => words.extend(["--goto".into(), with_line(&path, line)]),
        _ => words.push(path.into_os_string()),
    }
    words
}

/// The program's name without its directory and without `.exe`.
fn name_of(program: &OsStr) -> String {
    let stem = Path::new(program).file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    stem.strip_suffix(".exe").map_or(stem.clone(), str::to_owned)
}

fn with_line(path: &Path, line: u64) -> OsString {
    let mut word = path.as_os_str().to_owned();
    word.push(format!(":{line}"));
    word
}

fn usage(message: &str, help: &str) -> Error {
    Error::Usage { message: message.to_owned(), help: Some(help.to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(chosen: &str, path: &str) -> Vec<String> {
        command(chosen, Path::new(path), 12)
            .into_iter()
            .map(|word| word.to_string_lossy().into_owned())
            .collect()
    }

    #[test]
    fn known_editors_get_the_line_and_others_the_file() {
        assert_eq!(words("vim", "a b;$(x)"), ["vim", "+12", "a b;$(x)"]);
        assert_eq!(words("/usr/bin/nano -w", "a"), ["/usr/bin/nano", "-w", "+12", "a"]);
        assert_eq!(words("code --wait", "a"), ["code", "--wait", "--goto", "a:12"]);
        assert_eq!(words("hx", "a"), ["hx", "a:12"]);
        assert_eq!(words("unheard-of", "a"), ["unheard-of", "a"]);
        assert_eq!(words("vim", "-c!x"), ["vim", "+12", "./-c!x"]);
        assert_eq!(words("vim", "+!x"), ["vim", "+12", "./+!x"]);
    }
}
