//! How the job's own failure is told on standard error.

use std::io;

use miette::{GraphicalReportHandler, GraphicalTheme};

use crate::catalogue::Catalogue;
use crate::error::Error;
use crate::rule;

use super::output::{self, ColorChoice};
use super::redact;

/// Writes `error` as a diagnostic, without any token that an argument or a file's name holds.
pub fn show(error: Error) {
    let error = error.map_text(&masked);
    let screen = output::screen(ColorChoice::Auto, &io::stderr());
    let theme = match (screen.unicode, screen.color) {
        (true, true) => GraphicalTheme::unicode(),
        (true, false) => GraphicalTheme::unicode_nocolor(),
        (false, true) => {
            GraphicalTheme { characters: miette::ThemeCharacters::ascii(), ..GraphicalTheme::unicode() }
        }
        (false, false) => GraphicalTheme::none(),
    };
    let handler = GraphicalReportHandler::new_themed(theme).with_width(screen.width).with_links(false);
    let mut text = String::new();
    if handler.render_report(&mut text, &error).is_err() {
        text = error.to_string();
    }
    output::remark(&format!("{text}\n"));
}

/// `text` without any token of the built-in rules.
pub fn masked(text: &str) -> String {
    let catalogue = Catalogue::new(rule::builtin().to_vec());
    String::from_utf8_lossy(&redact::tokens(text.as_bytes(), &catalogue)).into_owned()
}
