//! A YAML document as a tree in which every key and value knows its place.
//!
//! Deserialising straight into structs would stop at the first mistake; a tree lets the reader name all of them at once.

use std::fmt;
use std::ops::Range;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_yaml::{Error, Location, Spanned};

use super::flaw::Flaw;

/// A value and its place.
#[derive(Debug)]
pub(crate) struct Node {
    /// Byte offsets in the text; for a map or list those of its first item.
    pub(crate) span: Range<usize>,
    /// The value.
    pub(crate) value: Value,
}

/// A YAML value.
#[derive(Debug)]
pub(crate) enum Value {
    /// Text.
    Text(String),
    /// A whole number from 0.
    Number(u64),
    /// `null`, or nothing after the colon.
    Null,
    /// `true` or `false`.
    Boolean(bool),
    /// A fraction or a negative number: nothing here has such a value.
    Other,
    /// A list.
    List(Vec<Node>),
    /// A map in the order of the file.
    Map(Vec<(Key, Node)>),
}

/// A key of a map.
#[derive(Debug)]
pub(crate) struct Key {
    /// Byte offsets in the text.
    pub(crate) span: Range<usize>,
    /// The key.
    pub(crate) name: String,
}

/// Reads one document.
///
/// # Errors
/// When the text is not YAML, holds several documents, a key twice in one map, or nests deeper than any rule file.
pub(crate) fn read(text: &str) -> Result<Node, Flaw> {
    let options = serde_yaml::options! {
        budget: serde_yaml::budget! { max_depth: 16 },
        merge_keys: serde_yaml::options::MergeKeyPolicy::Error,
        strict_booleans: true,
        with_snippet: false,
    };
    match serde_yaml::from_str_with_options::<Spanned<Tree>>(text, options) {
        Ok(tree) => Ok(node(text, tree)),
        Err(error) => Err(flaw(text, &error)),
    }
}

/// The value as the parser hands it over, places not yet in bytes.
enum Tree {
    Text(String),
    Number(u64),
    Null,
    Boolean(bool),
    Other,
    List(Vec<Spanned<Tree>>),
    Map(Vec<(Spanned<String>, Spanned<Tree>)>),
}

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TreeVisitor)
    }
}

struct TreeVisitor;

impl<'de> Visitor<'de> for TreeVisitor {
    type Value = Tree;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any YAML value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Tree, E> {
        Ok(Tree::Boolean(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Tree, E> {
        Ok(u64::try_from(value).map_or(Tree::Other, Tree::Number))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Tree, E> {
        Ok(Tree::Number(value))
    }

    fn visit_i128<E>(self, _: i128) -> Result<Tree, E> {
        Ok(Tree::Other)
    }

    fn visit_u128<E>(self, _: u128) -> Result<Tree, E> {
        Ok(Tree::Other)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Tree, E> {
        Ok(Tree::Other)
    }

    fn visit_unit<E>(self) -> Result<Tree, E> {
        Ok(Tree::Null)
    }

    fn visit_none<E>(self) -> Result<Tree, E> {
        Ok(Tree::Null)
    }

    fn visit_str<E>(self, value: &str) -> Result<Tree, E> {
        Ok(Tree::Text(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Tree, E> {
        Ok(Tree::Text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Tree, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Tree::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Tree, A::Error> {
        let mut map = Vec::new();
        while let Some(entry) = entries.next_entry()? {
            map.push(entry);
        }
        Ok(Tree::Map(map))
    }
}

fn node(text: &str, tree: Spanned<Tree>) -> Node {
    let span = range(text, tree.referenced);
    let value = match tree.value {
        Tree::Text(value) => Value::Text(value),
        Tree::Number(value) => Value::Number(value),
        Tree::Null => Value::Null,
        Tree::Boolean(value) => Value::Boolean(value),
        Tree::Other => Value::Other,
        Tree::List(items) => Value::List(items.into_iter().map(|item| node(text, item)).collect()),
        Tree::Map(entries) => Value::Map(
            entries
                .into_iter()
                .map(|(key, value)| {
                    (Key { span: range(text, key.referenced), name: key.value }, node(text, value))
                })
                .collect(),
        ),
    };
    Node { span, value }
}

/// The parser's place in bytes, cut at its first line's end.
fn range(text: &str, location: Location) -> Range<usize> {
    let span = location.span();
    let number = |at: u64| usize::try_from(at).unwrap_or(usize::MAX);
    let (start, end) = match (span.byte_offset(), span.byte_len()) {
        (Some(offset), Some(length)) => (number(offset), number(offset.saturating_add(length))),
        // Syntax errors are counted in characters only.
        _ => {
            let byte =
                |character: u64| text.char_indices().nth(number(character)).map_or(text.len(), |(at, _)| at);
            (byte(span.offset()), byte(span.offset().saturating_add(span.len())))
        }
    };
    let start = text.floor_char_boundary(start);
    let end = text.ceil_char_boundary(end).max(start);
    let line = text[start..end].find('\n').map_or(end, |at| start + at);
    start..line
}

/// The parser's error in our words, because its own may quote the text.
fn flaw(text: &str, error: &Error) -> Flaw {
    let span = error.location().map_or(0..0, |location| range(text, location));
    match error.without_snippet() {
        Error::DuplicateMappingKey { .. } => Flaw::new(&span, "a key stands twice in one map", "second time here")
            .help("keep one of the two"),
        Error::MultipleDocuments { .. } => Flaw::new(&span, "the file holds several documents", "second one here")
            .help("put every rule of the file under one `rules:` list"),
        Error::Eof { .. } => Flaw::new(&span, "the file is empty", "nothing to read"),
        Error::UnknownAnchor { .. } => Flaw::new(&span, "an alias names no anchor", "`*` begins an alias")
            .help("put a text that begins with `*` in single quotes"),
        Error::MergeKeyNotAllowed { .. } => Flaw::new(&span, "merge keys are not read here", "`<<` is a merge key"),
        _ => Flaw::new(&span, "this is not valid YAML", "the parser stopped here").help(
            "put a text with `: `, ` #`, or one that begins with any of `*&!%@|>{}[]` or a backquote, in single quotes",
        ),
    }
}
