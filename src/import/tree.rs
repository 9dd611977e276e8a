//! TOML, JSON and YAML of other tools as one tree, so that an importer asks for keys and not for a syntax.
//!
//! These files are full of raw secrets: what the parsers say of a mistake may quote them, so only its place is kept.

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::rule::raw::yaml;

/// A value and its line.
#[derive(Debug, Default)]
pub(super) struct Node {
    /// 1-based; `None` where the syntax does not tell (JSON).
    pub(super) line: Option<u64>,
    pub(super) value: Value,
}

/// A value.
#[derive(Debug, Default)]
pub(super) enum Value {
    Text(String),
    Number(u64),
    Boolean(bool),
    List(Vec<Node>),
    /// Keys as they are written, in the order of the file as far as the syntax has one.
    Map(Vec<(String, Node)>),
    /// Null, a date, a fraction: nothing asks for such a value.
    #[default]
    Other,
}

/// Where a file is no valid one of its kind: line and column, 1-based.
#[derive(Clone, Copy, Debug)]
pub(super) struct Broken {
    pub(super) line: u64,
    pub(super) column: u64,
}

impl Node {
    /// The value of a key, whatever its letter case.
    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        match &self.value {
            Value::Map(entries) => {
                entries.iter().find(|(name, _)| name.eq_ignore_ascii_case(key)).map(|(_, node)| node)
            }
            _ => None,
        }
    }

    /// The text of a key.
    pub(super) fn text(&self, key: &str) -> Option<&str> {
        match &self.get(key)?.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The number of a key.
    pub(super) fn number(&self, key: &str) -> Option<u64> {
        match self.get(key)?.value {
            Value::Number(number) => Some(number),
            _ => None,
        }
    }

    /// True when the key says so.
    pub(super) fn is(&self, key: &str) -> bool {
        matches!(self.get(key), Some(Self { value: Value::Boolean(true), .. }))
    }

    /// The items of a list; a key that holds something else than a list has that one item.
    pub(super) fn items(&self, key: &str) -> &[Self] {
        match self.get(key) {
            Some(Self { value: Value::List(items), .. }) => items,
            Some(Self { value: Value::Other, .. }) | None => &[],
            Some(node) => std::slice::from_ref(node),
        }
    }

    /// The texts of a list, with their lines.
    pub(super) fn texts(&self, key: &str) -> Vec<(Option<u64>, &str)> {
        self.items(key)
            .iter()
            .filter_map(|item| match &item.value {
                Value::Text(text) => Some((item.line, text.as_str())),
                _ => None,
            })
            .collect()
    }

    /// The keys of a map.
    pub(super) fn entries(&self) -> &[(String, Self)] {
        match &self.value {
            Value::Map(entries) => entries,
            _ => &[],
        }
    }
}

/// Reads TOML.
pub(super) fn toml(text: &str) -> Result<Node, Broken> {
    let lines = Places::new(text);
    match DeTable::parse(text) {
        Ok(table) => {
            let line = Some(1);
            Ok(Node { line, value: of_table(table.get_ref(), &lines) })
        }
        Err(error) => Err(lines.broken(error.span().map_or(0, |span| span.start))),
    }
}

fn of_table(table: &DeTable<'_>, lines: &Places<'_>) -> Value {
    // Tables come sorted by their keys; in the order of the file it reads as it was written.
    let mut entries: Vec<_> = table.iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    let node = |value: &Spanned<DeValue<'_>>| of_toml(value, lines);
    Value::Map(entries.into_iter().map(|(key, value)| (key.get_ref().to_string(), node(value))).collect())
}

fn of_toml(value: &Spanned<DeValue<'_>>, lines: &Places<'_>) -> Node {
    let line = Some(lines.line(value.span().start));
    let value = match value.get_ref() {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Integer(number) => number.as_str().parse().map_or(Value::Other, Value::Number),
        DeValue::Boolean(is) => Value::Boolean(*is),
        DeValue::Array(items) => Value::List(items.iter().map(|item| of_toml(item, lines)).collect()),
        DeValue::Table(table) => of_table(table, lines),
        DeValue::Float(_) | DeValue::Datetime(_) => Value::Other,
    };
    Node { line, value }
}

/// Reads YAML.
pub(super) fn yaml(text: &str) -> Result<Node, Broken> {
    let lines = Places::new(text);
    yaml::read(text).map(|node| of_yaml(node, &lines)).map_err(|flaw| lines.broken(flaw.span.start))
}

fn of_yaml(node: yaml::Node, lines: &Places<'_>) -> Node {
    let line = Some(lines.line(node.span.start));
    let value = match node.value {
        yaml::Value::Text(text) => Value::Text(text),
        yaml::Value::Number(number) => Value::Number(number),
        yaml::Value::Boolean(is) => Value::Boolean(is),
        yaml::Value::List(items) => Value::List(items.into_iter().map(|item| of_yaml(item, lines)).collect()),
        yaml::Value::Map(entries) => {
            Value::Map(entries.into_iter().map(|(key, node)| (key.name, of_yaml(node, lines))).collect())
        }
        yaml::Value::Null | yaml::Value::Other => Value::Other,
    };
    Node { line, value }
}

/// Reads JSON.
pub(super) fn json(text: &str) -> Result<Node, Broken> {
    serde_json::from_str(text)
        .map_err(|error| Broken { line: error.line() as u64, column: error.column() as u64 })
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(JsonVisitor)
    }
}

struct JsonVisitor;

impl JsonVisitor {
    const fn node<E>(value: Value) -> Result<Node, E> {
        Ok(Node { line: None, value })
    }
}

impl<'de> Visitor<'de> for JsonVisitor {
    type Value = Node;

    fn expecting(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        to.write_str("any value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node, E> {
        Self::node(Value::Boolean(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Node, E> {
        Self::node(u64::try_from(value).map_or(Value::Other, Value::Number))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Node, E> {
        Self::node(Value::Number(value))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Node, E> {
        Self::node(Value::Other)
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Self::node(Value::Other)
    }

    fn visit_str<E>(self, value: &str) -> Result<Node, E> {
        Self::node(Value::Text(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Node, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Self::node(Value::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Node, A::Error> {
        let mut map = Vec::new();
        while let Some(entry) = entries.next_entry()? {
            map.push(entry);
        }
        Self::node(Value::Map(map))
    }
}

/// Line starts of a text.
struct Places<'t> {
    text: &'t str,
    starts: Vec<usize>,
}

impl<'t> Places<'t> {
    fn new(text: &'t str) -> Self {
        let ends = memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1);
        Self { text, starts: std::iter::once(0).chain(ends).collect() }
    }

    fn line(&self, at: usize) -> u64 {
        self.starts.partition_point(|&start| start <= at) as u64
    }

    fn broken(&self, at: usize) -> Broken {
        let line = self.line(at);
        let start = self.starts[line as usize - 1];
        let column = self.text.get(start..at).map_or(0, |before| before.chars().count()) as u64 + 1;
        Broken { line, column }
    }
}
