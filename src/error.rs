//! What can go wrong with the job as a whole. Trouble with one input is a `Problem` in the report instead.

use std::io::{self, ErrorKind};

use miette::{Diagnostic, NamedSource, SourceSpan};
use thiserror::Error;

/// The job cannot be done. Each variant says whose fault it usually is in its help; none quotes a scalar value.
#[derive(Debug, Error, Diagnostic)]
pub enum Error {
    /// A path on the command line does not exist.
    #[error("there is no file or directory at {path}")]
    #[diagnostic(
        code(leaklint::missing_path),
        help(
            "check the spelling: paths are relative to the current directory; `leaklint --help` lists the commands"
        )
    )]
    MissingPath {
        /// The path as given, escaped.
        path: String,
    },
    /// A file that the job needs cannot be read or written.
    #[error("cannot {action} {path}: {reason}")]
    #[diagnostic(code(leaklint::io), help("{}", advice(action)))]
    Io {
        /// `read`, `write` …
        action: &'static str,
        /// Which file, escaped.
        path: String,
        /// What the operating system said.
        reason: String,
    },
    /// A YAML or JSON file of ours is wrong.
    #[error("{message}")]
    #[diagnostic(code(leaklint::invalid_file))]
    Invalid {
        /// What is wrong; names keys, never scalar values.
        message: String,
        /// The file, with every scalar that could be a secret blanked.
        #[source_code]
        source_code: NamedSource<String>,
        /// Where.
        #[label("{label}")]
        span: SourceSpan,
        /// The label's text.
        label: String,
        /// What to do.
        #[help]
        help: Option<String>,
        /// Further errors in the same file.
        #[related]
        related: Vec<Error>,
    },
    /// git refuses.
    #[error("{message}")]
    #[diagnostic(code(leaklint::git))]
    Git {
        /// What is wrong.
        message: String,
        /// What to do.
        #[help]
        help: Option<String>,
    },
    /// Arguments that do not go together.
    #[error("{message}")]
    #[diagnostic(code(leaklint::usage))]
    Usage {
        /// What is wrong.
        message: String,
        /// What to do.
        #[help]
        help: Option<String>,
    },
}

fn advice(action: &str) -> &'static str {
    match action {
        "write" => "name a file in a directory that exists, may be written to and has room",
        _ => "name a file that is there, may be read and is text",
    }
}

impl Error {
    /// The same error with every text rewritten by `change`: arguments and file names may hold what must not be shown.
    #[must_use]
    pub fn map_text(self, change: &dyn Fn(&str) -> String) -> Self {
        let optional = |text: Option<String>| text.map(|text| change(&text));
        match self {
            Self::MissingPath { path } => Self::MissingPath { path: change(&path) },
            Self::Io { action, path, reason } => {
                Self::Io { action, path: change(&path), reason: change(&reason) }
            }
            Self::Invalid { message, source_code, span, label, help, related } => Self::Invalid {
                message: change(&message),
                source_code: NamedSource::new(change(source_code.name()), source_code.inner().clone()),
                span,
                label: change(&label),
                help: optional(help),
                related: related.into_iter().map(|error| error.map_text(change)).collect(),
            },
            Self::Git { message, help } => Self::Git { message: change(&message), help: optional(help) },
            Self::Usage { message, help } => Self::Usage { message: change(&message), help: optional(help) },
        }
    }
}

/// The error without the name of the temporary file that a writer renames, which says nothing to anybody.
pub(crate) fn unnamed(why: io::Error) -> io::Error {
    match why.raw_os_error() {
        Some(code) => io::Error::from_raw_os_error(code),
        None if why.kind() == ErrorKind::NotFound => {
            io::Error::new(ErrorKind::NotFound, "there is no such directory")
        }
        None => why.kind().into(),
    }
}
