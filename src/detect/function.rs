//! Functions that take a password or a token by its place among their arguments, and `auth=("user", "password")`.
//! An argument that is no plain string gives nothing.

use crate::catalogue::functions::{FUNCTIONS, NAMING};
use crate::span::Span;

use super::position;
use super::scanner::{line_end, skip_space, starts, string};
use super::{Assignment, Found, Match, Operator, Quote, Shapes, token};

/// Most bytes between the opening and the closing parenthesis that are read.
const LONGEST_CALL: usize = 1024;

/// Most arguments that are read.
const MOST_ARGUMENTS: usize = 6;

/// Deepest nesting of parentheses in an argument that is gone over.
const DEEPEST: usize = 6;

/// What the arguments at `hit` say.
pub(super) fn at(text: &[u8], hit: Span, shapes: &Shapes, out: &mut Vec<Match>) {
    let lower = hit.of(text).to_ascii_lowercase();
    if NAMING.iter().any(|name| name.as_bytes() == lower) {
        out.extend(named(text, hit, shapes));
        return;
    }
    let Some(bracket) = memchr::memchr(b'(', &lower) else { return };
    let name = Span::new(hit.start, hit.start + bracket);
    let given = arguments(text, name.end + 1);
    let rows = FUNCTIONS.iter().filter(|row| row.names.iter().any(|name| name.as_bytes() == lower));
    for row in rows.filter(|row| row.arity.is_none_or(|arity| arity == given.len())) {
        let (Some(rule), Some(Some((value, quote)))) = (row.kind.rule(shapes), given.get(row.argument))
        else {
            continue;
        };
        let found = position::given(rule, name, *value, *quote, Operator::Call);
        let user = row.argument.checked_sub(1).and_then(|at| given[at]).map(|(user, _)| user);
        out.push(position::of_user(found, text, user));
    }
}

/// `buildConfigField "String", "NAME", "\"value\""`, with or without parentheses.
fn named(text: &[u8], hit: Span, shapes: &Shapes) -> Option<Match> {
    let rule = shapes.assignment()?;
    let open = skip_space(text, hit.end, 0);
    let given = match text.get(open) {
        Some(b'(') => arguments(text, open + 1),
        _ => arguments(&text[..line_end(text, open)], open),
    };
    let (Some((name, _)), Some((value, quote))) = (*given.get(1)?, *given.get(2)?) else { return None };
    let value = inner(text, value);
    let assignment = Assignment { operator: Operator::Comma, quote, line: value };
    let mut found = token::plain(rule, value, Found::Assignment(assignment));
    found.name = Some(name);
    Some(found)
}

/// `\"value\"`: the value of a string in a string.
fn inner(text: &[u8], value: Span) -> Span {
    let bytes = value.of(text);
    let quoted = bytes.len() > 4 && bytes.starts_with(b"\\\"") && bytes.ends_with(b"\\\"");
    if quoted { Span::new(value.start + 2, value.end - 2) } else { value }
}

/// The arguments from `open` on, up to a `)` or the end of the text: for each the string that it is, if it is one.
fn arguments(text: &[u8], open: usize) -> Vec<Option<(Span, Quote)>> {
    let limit = text.len().min(open + LONGEST_CALL);
    let call = &text[..limit];
    let mut given = Vec::new();
    let mut at = skip_space(call, open, 3);
    while !matches!(call.get(at), None | Some(b')')) {
        let (argument, end) = argument(call, at);
        given.push(argument);
        // Past the limits nothing is known of the number of arguments.
        if given.len() > MOST_ARGUMENTS || end >= limit && limit < text.len() {
            return Vec::new();
        }
        at = if call.get(end) == Some(&b',') { skip_space(call, end + 1, 3) } else { end };
    }
    given
}

/// One argument: the string, when it is nothing else, and the `,`, `)` or end of the text behind it.
fn argument(text: &[u8], at: usize) -> (Option<(Span, Quote)>, usize) {
    let wrappers = [&b"Some("[..], b"new String(", b"String("];
    let wrapper = wrappers.iter().find(|wrapper| starts(text, at, wrapper));
    let start = at + wrapper.map_or(0, |wrapper| wrapper.len());
    if let Some((value, Quote::Quoted, next)) = string(text, start) {
        let closed = next + usize::from(wrapper.is_some());
        let conversions = [
            &b".toCharArray()"[..],
            b".to_string()",
            b".to_owned()",
            b".into()",
            b".getBytes()",
            b".encode()",
        ];
        let conversion =
            conversions.iter().find(|call| starts(text, closed, call)).map_or(0, |call| call.len());
        let end = skip_space(text, closed + conversion, 2);
        if matches!(text.get(end), None | Some(b',' | b')')) {
            return (Some((value, Quote::Quoted)), end);
        }
    }
    (None, end_of_argument(text, at))
}

/// The `,` or `)` that ends the expression at `at`.
fn end_of_argument(text: &[u8], mut at: usize) -> usize {
    let mut depth = 0;
    while let Some(&byte) = text.get(at) {
        match byte {
            b'"' | b'\'' | b'`' => match string(text, at) {
                Some((_, Quote::Quoted, next)) => {
                    at = next;
                    continue;
                }
                _ => return text.len(),
            },
            b'(' | b'[' | b'{' if depth == DEEPEST => return text.len(),
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b',' if depth == 0 => return at,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::{Catalogue, Place, Role};

    #[test]
    fn the_gate_stops_at_every_function_of_the_table() {
        let catalogue = Catalogue::new(crate::rule::builtin().to_vec());
        for name in FUNCTIONS.iter().flat_map(|row| row.names).chain(&NAMING) {
            let mut seen = 0;
            catalogue.gate().visit(name.as_bytes(), &[], |role, start, end| {
                seen += usize::from(role == Role::Place(Place::Function) && end - start == name.len());
            });
            assert_eq!(seen, 1, "{name}");
        }
    }

    #[test]
    fn arguments_are_strings_or_nothing_and_all_are_counted() {
        let count = |text: &str| {
            let given = arguments(text.as_bytes(), 0);
            let strings = given.iter().flatten().map(|(value, _)| &text[value.start..value.end]);
            (given.len(), strings.map(str::to_owned).collect::<Vec<_>>().join(" "))
        };
        assert_eq!(count("f(1, [2, 3]), \"a\", 'b' + c, x)"), (4, "a".to_owned()));
        assert_eq!(count("\n  \"a\",\n  Some(\"b\"),\n)"), (2, "a b".to_owned()));
        assert_eq!(count("\"a\", \"b"), (2, "a".to_owned()));
        assert_eq!(count(&format!("{}, \"a\")", "x".repeat(2 * LONGEST_CALL))), (0, String::new()));
        assert_eq!(count(&"f(".repeat(40)).1, "");
    }
}
