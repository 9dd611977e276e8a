//! The terminal: single keys in, text out. Everything that the walk does not know.

use std::io::{self, IsTerminal};

use crossterm::event::{self, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use crossterm::terminal::{disable_raw_mode, enable_raw_mode};

use crate::error::Error;
use crate::report::output;

use super::walk::Key;

/// A terminal that gives single keys while this lives.
pub(super) struct Terminal(());

impl Terminal {
    /// Takes the terminal over.
    ///
    /// # Errors
    /// When standard input or output is none.
    pub(super) fn open() -> Result<Self, Error> {
        if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
            return Err(Error::Usage {
                message: "there is no terminal to ask on".to_owned(),
                help: Some(
                    "`leaklint triage --from FILE` applies decisions from a file; see `leaklint schema decisions`"
                        .to_owned(),
                ),
            });
        }
        enable_raw_mode().map_err(|why| failed(&why))?;
        Ok(Self(()))
    }

    /// Waits for a key. A terminal that is gone is a break.
    pub(super) fn key(&self) -> Key {
        loop {
            match event::read() {
                Ok(Event::Key(key)) => {
                    if let Some(key) = known(key) {
                        return key;
                    }
                }
                Ok(_) => {}
                Err(_) => return Key::Break,
            }
        }
    }

    /// Writes text. In raw mode a line end does not go back to the first column.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub(super) fn write(&self, text: &str) -> Result<(), Error> {
        output::write(text.replace('\n', "\r\n").as_bytes(), None)
    }

    /// Lends the terminal to another program.
    pub(super) fn lend<T>(&self, job: impl FnOnce() -> T) -> Result<T, Error> {
        disable_raw_mode().map_err(|why| failed(&why))?;
        let outcome = job();
        enable_raw_mode().map_err(|why| failed(&why))?;
        Ok(outcome)
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        disable_raw_mode().unwrap_or_default();
    }
}

fn known(key: KeyEvent) -> Option<Key> {
    // Windows tells of keys that are let go, too.
    if key.kind == KeyEventKind::Release {
        return None;
    }
    let control = key.modifiers.contains(KeyModifiers::CONTROL);
    match key.code {
        KeyCode::Char('c' | 'd') if control => Some(Key::Break),
        KeyCode::Char('h') if control => Some(Key::Backspace),
        KeyCode::Char('j' | 'm') if control => Some(Key::Enter),
        KeyCode::Char(_) if control => None,
        KeyCode::Char(letter) => Some(Key::Char(letter)),
        KeyCode::Enter => Some(Key::Enter),
        KeyCode::Esc => Some(Key::Escape),
        KeyCode::Backspace => Some(Key::Backspace),
        _ => None,
    }
}

fn failed(why: &io::Error) -> Error {
    Error::Io { action: "read", path: "the terminal".to_owned(), reason: why.to_string() }
}
