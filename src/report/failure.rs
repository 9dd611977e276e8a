//! How the job's own failure is told on standard error.

use std::io;

use miette::{GraphicalReportHandler, GraphicalTheme};

use crate::error::Error;

use super::output::{self, ColorChoice};

/// Writes `error` as a diagnostic.
pub fn show(error: Error) {
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
