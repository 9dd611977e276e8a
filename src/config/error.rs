//! What is wrong with the files of a configuration, as one error.

use miette::NamedSource;

use crate::error::Error;
use crate::rule::raw::Flaw;
use crate::rule::snippet::Snippet;
use crate::visible;

/// Most mistakes shown at once.
pub(super) const MOST_SHOWN: usize = 20;

/// A file that was read.
pub(super) struct Text {
    /// What to call it.
    pub(super) name: String,
    pub(super) text: String,
}

/// All `flaws`, each with the index of its file, as one error; `None` when there is none.
pub(super) fn error(mut flaws: Vec<(usize, Flaw)>, texts: &[Text]) -> Option<Error> {
    flaws.sort_by_key(|(file, flaw)| (*file, flaw.span.start));
    let count = flaws.len();
    let mut errors = flaws.into_iter().take(MOST_SHOWN).map(|(file, flaw)| diagnostic(&texts[file], flaw));
    let first = errors.next()?;
    let mut further: Vec<Error> = errors.collect();
    if count > MOST_SHOWN {
        let message = format!("and {} further mistakes", count - MOST_SHOWN);
        further.push(Error::Usage { message, help: None });
    }
    Some(match first {
        Error::Invalid { message, source_code, span, label, help, .. } => {
            Error::Invalid { message, source_code, span, label, help, related: further }
        }
        other => other,
    })
}

fn diagnostic(Text { name, text }: &Text, flaw: Flaw) -> Error {
    let snippet = Snippet::without_ids(text);
    let span = snippet.span(text, &flaw.span);
    Error::Invalid {
        message: flaw.message,
        source_code: NamedSource::new(visible::line(name), snippet.text),
        span: (span.start, span.len()).into(),
        label: flaw.label,
        help: flaw.help,
        related: Vec::new(),
    }
}
