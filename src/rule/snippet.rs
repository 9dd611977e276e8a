//! A YAML text as a diagnostic may show it: structure and keys stay, values become dots.
//!
//! Somebody may point `--rules` at a file that is no rule file, or paste a real token where a template belongs; neither
//! may end up on a terminal or in a CI log. The blanking goes line by line and not by the parsed tree, so that it also
//! covers a text that does not parse.

use std::ops::Range;

/// Keys whose value is an id, which errors may name (`design.md`, decision 12).
const IDS: [&str; 3] = ["id", "service", "pair"];

/// Longest key that is shown, in bytes; rule files have none longer.
const LONGEST_KEY: usize = 24;

/// A blanked text in which each character stands for the same character of the original.
pub(crate) struct Snippet {
    /// The text to show.
    pub(crate) text: String,
}

impl Snippet {
    /// Blanks `text`.
    pub(crate) fn new(text: &str) -> Self {
        Self { text: text.split_inclusive('\n').map(|line| blank(line, &IDS)).collect() }
    }

    /// Blanks `text`, ids too: a configuration may hold anything where an id belongs.
    pub(crate) fn without_ids(text: &str) -> Self {
        Self { text: text.split_inclusive('\n').map(|line| blank(line, &[])).collect() }
    }

    /// The byte offsets in the blanked text of a byte range of the `original`.
    pub(crate) fn span(&self, original: &str, range: &Range<usize>) -> Range<usize> {
        let offset = |at: usize| {
            let characters = original[..original.floor_char_boundary(at)].chars().count();
            self.text.char_indices().nth(characters).map_or(self.text.len(), |(at, _)| at)
        };
        offset(range.start)..offset(range.end)
    }
}

/// One line: its structure and key stay, and an id after a key that takes one.
fn blank(line: &str, ids: &[&str]) -> String {
    let (structure, rest) = line.split_at(line.len() - line.trim_start_matches([' ', '-', '#']).len());
    let end = rest.find(": ").or_else(|| rest.trim_end().strip_suffix(':').map(str::len));
    let is_key =
        |key: &&str| key.len() <= LONGEST_KEY && key.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    let Some(key) = end.map(|end| &rest[..end]).filter(is_key) else {
        return structure.to_owned() + &dots(rest);
    };
    let value = &rest[key.len()..];
    let id = value.trim_matches([':', ' ', '\r', '\n']);
    if ids.contains(&key) && id.len() <= 64 && id.split('-').all(is_word) {
        return line.to_owned();
    }
    [structure, key, ":", &dots(&value[1..])].concat()
}

fn is_word(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
}

/// A value with its opening marks and line end kept.
fn dots(value: &str) -> String {
    let marks = value.len() - value.trim_start_matches([' ', '[', '{', '\'', '"', '|', '>']).len();
    let dot = |c: char| if c == '\n' || c == '\r' { c } else { '·' };
    value[..marks].chars().chain(value[marks..].chars().map(dot)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_ids_stay_and_values_go() {
        let text = "service: example\nrules:\n  - id: example-token\n    patern: 'é{3}'\n    examples: [abc]\n      hunter2\n";
        let shown = "service: example\nrules:\n  - id: example-token\n    patern: '·····\n    examples: [····\n      ·······\n";
        assert_eq!(Snippet::new(text).text, shown);
    }

    #[test]
    fn what_is_no_rule_file_shows_nothing() {
        let shown = Snippet::new("Passw0rd: hunter2\r\nanything:hunter2\nid: Hunter 2\nhunter2: \"a: b").text;
        assert_eq!(shown, "·················\r\n················\nid: ········\n··············");
    }

    #[test]
    fn places_follow_the_characters() {
        let text = "name: éé\nid: Ab\n";
        let snippet = Snippet::new(text);
        let at = text.find("Ab").unwrap();
        let span = snippet.span(text, &(at..at + 2));
        assert_eq!(&snippet.text[span.clone()], "··");
        assert!(snippet.text[..span.start].ends_with("id: "));
        assert_eq!(snippet.span(text, &(text.len()..text.len())), snippet.text.len()..snippet.text.len());
    }
}
