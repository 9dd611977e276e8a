//! How a match came about, in words for people.

use super::{Assignment, Found, Operator, Quote};

impl Found {
    /// A few words that hold nothing of the text.
    pub fn words(&self) -> String {
        match self {
            Self::Token => "its own shape".to_owned(),
            Self::Assignment(found) => format!("given to a name by {}", given(found)),
            Self::Bytes => "bytes written as numbers and given to a name".to_owned(),
            Self::Position(found) => format!("in a place that only a secret takes, {}", quoting(found.quote)),
            Self::Url { .. } => "the password of a URL".to_owned(),
            Self::Header => "an authorization header or a command's option".to_owned(),
            Self::Whole => "all of a small file".to_owned(),
            Self::Line(_) => "the password on a line of an account".to_owned(),
            Self::Near(_) => "near a service's name".to_owned(),
            Self::Generated => "its look alone".to_owned(),
        }
    }
}

fn given(found: &Assignment) -> String {
    let operator = match found.operator {
        Operator::Equals => "`=`",
        Operator::Colon => "`:`",
        Operator::Arrow => "an arrow",
        Operator::Compare => "a comparison",
        Operator::Comma => "a comma",
        Operator::Call => "a call",
        Operator::Element => "an element",
        Operator::Space => "a blank",
        Operator::Pair => "a pair of name and value",
        Operator::Fallback => "a fallback",
        Operator::Command => "a command",
    };
    format!("{operator}, {}", quoting(found.quote))
}

const fn quoting(quote: Quote) -> &'static str {
    match quote {
        Quote::None => "not quoted",
        Quote::Quoted => "quoted",
        Quote::Open => "in a string that goes on",
    }
}
