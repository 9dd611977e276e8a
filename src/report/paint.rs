//! Colour for the two reports that people read. Apart from both so that "no colour" is decided in one place.

/// Writes text with or without ANSI styles (ECMA-48, SGR).
#[derive(Clone, Copy, Debug)]
pub(super) struct Paint {
    pub(super) color: bool,
}

impl Paint {
    pub(super) fn red(self, text: &str) -> String {
        self.styled("31;1", text)
    }

    pub(super) fn yellow(self, text: &str) -> String {
        self.styled("33;1", text)
    }

    pub(super) fn green(self, text: &str) -> String {
        self.styled("32;1", text)
    }

    pub(super) fn cyan(self, text: &str) -> String {
        self.styled("36", text)
    }

    pub(super) fn dim(self, text: &str) -> String {
        self.styled("2", text)
    }

    fn styled(self, code: &str, text: &str) -> String {
        match self.color {
            true => format!("\u{1b}[{code}m{text}\u{1b}[0m"),
            false => text.to_owned(),
        }
    }
}
