//! Values in places that only a password or a token takes: no name has to tell, the command, function or keyword does.

use crate::catalogue::RuleIndex;
use crate::span::Span;

use super::{Assignment, Found, Match, Operator, Quote, Shapes, token};

/// What a place takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// What a person may have chosen.
    Password,
    /// What a service issued.
    Token,
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
