//! Values in places that only a password or a token takes: no name has to tell, the command, function or keyword does.

use crate::catalogue::{Kind, Place, RuleIndex};
use crate::span::Span;

use super::{Assignment, Found, Match, Operator, Quote, Shapes, function, insert, pipe, sql, token, tool};

/// Most places that are read in [`STRETCH`] bytes: each is read up to two thousand bytes far.
const MOST_NEAR: usize = 8;

/// See [`MOST_NEAR`].
const STRETCH: usize = 512;

/// The places seen so far in one text.
#[derive(Default)]
pub(super) struct Positions {
    end: usize,
    count: usize,
    tables: insert::Tables,
}

impl Positions {
    /// The values in the place at `hit`.
    pub(super) fn at(&mut self, text: &[u8], place: Place, hit: Span, shapes: &Shapes, out: &mut Vec<Match>) {
        // A dump has many short statements, and each is read once.
        if place == Place::Rows {
            return self.tables.at(text, hit, shapes, out);
        }
        if hit.start >= self.end {
            (self.end, self.count) = (hit.start + STRETCH, 0);
        }
        self.count += 1;
        if self.count > MOST_NEAR {
            return;
        }
        match place {
            Place::Tool => tool::at(text, hit, shapes, out),
            Place::Sql => sql::at(text, hit, shapes, out),
            Place::Function => function::at(text, hit, shapes, out),
            Place::Input => pipe::at(text, hit, shapes, out),
            Place::Rows => {}
        }
    }
}

impl Kind {
    /// The rule for it.
    pub(super) fn rule(self, shapes: &Shapes) -> Option<RuleIndex> {
        match self {
            Self::Password => shapes.password,
            Self::Token => shapes.secret,
        }
    }
}

/// The value that `name` (a command, function or keyword) takes.
pub(super) fn given(rule: RuleIndex, name: Span, value: Span, quote: Quote, operator: Operator) -> Match {
    let assignment = Assignment { operator, quote, line: value };
    let mut found = token::plain(rule, value, Found::Position(assignment));
    found.name = Some(name);
    found
}

/// The same match with the user whose password it is.
pub(super) fn of_user(mut found: Match, text: &[u8], user: Option<Span>) -> Match {
    if let Some(user) = user.filter(|user| !user.is_empty()) {
        found.subject.push(format!("user {}", String::from_utf8_lossy(user.of(text))));
    }
    found
}
